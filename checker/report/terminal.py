"""What the outputs for terminals share: colour, and lines filled to a width."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """How wide the lines are, and whether they have colour."""

    width: int
    color: bool

    def paint(self, text: str, style: str) -> str:
        """Return text in a style (the numbers of an SGR sequence), where there is colour."""
        return f"\x1b[{style}m{text}\x1b[0m" if self.color and text else text

    def wrap(self, text: str, first: str, rest: str) -> list[str]:
        """Fill `text` behind the indents; words are never broken, so that none begins a line by accident."""
        wrapped = textwrap.wrap(
            text,
            self.width,
            initial_indent=first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )
        return wrapped or [first.rstrip()]
