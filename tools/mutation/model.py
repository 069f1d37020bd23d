"""What a mutant is, and how it is told apart from the others."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 60
"""Characters shown on either side of a change."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault in one file below `policies/`.

    `what` describes it without line numbers, so that it stays the same when the file grows. `content` is the whole
    text of a changed module or the whole value of a changed parameter file; `place` leads to the changed parameter.
    """

    file: str
    line: int
    what: str
    content: Any
    place: tuple[str | int, ...] = ()

    @property
    def is_parameter(self) -> bool:
        """Tell whether a parameter is changed, and no policy."""
        return self.file.startswith("params/")

    @property
    def row(self) -> str:
        """What it is counted under when it is in no control: `lib/dates`, `main`, `params/tiers`."""
        parts = self.file.split("/")
        return "/".join(parts[:2]) if parts[0] in {"lib", "params"} else parts[0]

    def __str__(self) -> str:
        return f"policies/{self.file}:{self.line}: {self.what}"


def numbered(mutants: Iterable[Mutant]) -> list[Mutant]:
    """Return the mutants with a number behind each description that its file has already used."""
    seen: Counter[tuple[str, str]] = Counter()
    found = []
    for one in mutants:
        seen[one.file, one.what] += 1
        count = seen[one.file, one.what]
        found.append(replace(one, what=f"{one.what} ({count})") if count > 1 else one)
    return found


def squeezed(text: str) -> str:
    """Return the text on one line."""
    return re.sub(r"\s+", " ", text)


def change(text: str, start: int, end: int, new: str) -> tuple[str, str]:
    """Return the text around `start:end` before and after the change, cut where it is long."""
    left, right = squeezed(text[:start]), squeezed(text[end:])
    left = f"…{left[-LONGEST:]}" if len(left) > LONGEST else left
    right = f"{right[:LONGEST]}…" if len(right) > LONGEST else right
    return f"{left}{squeezed(text[start:end])}{right}", f"{left}{squeezed(new)}{right}"
