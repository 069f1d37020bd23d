"""The first draft of a control: a rule that judges, its Rego tests, and a table of cases that hold."""

from __future__ import annotations

import json
import re
import string
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from checker.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from checker.model import Control

_TEMPLATES = Path(__file__).parent / "templates"
_ID = re.compile(r"[A-Z]{2}-[0-9]{2}")
_WORD = re.compile(r"[a-z][a-z0-9_]{0,59}")
# More than a word: a single one may mean true, null or a number in YAML.
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9,.()'/+_-]*(?:[ @][A-Za-z0-9,.()'/+_-]+)+")
_LONGEST = 100
_HIGHEST = 99
# What Rego takes for something else than the name of a package.
_RESERVED = frozenset(
    "as contains data default else every false if import in input not null package some true with".split()
)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a new control is called and says of itself; made by `plan`, which checks all of it."""

    id: str
    title: str
    severity: str
    owner: str
    effective_on: str
    family: str
    """The directory of its family."""
    name: str
    """Its own directory and package."""

    def files(self, policies: Path, cases: Path) -> dict[Path, str]:
        """Return the content of every file of the draft by its path."""
        home = policies / "controls" / self.family / self.name
        return {
            home / f"{self.name}.rego": self._filled("control.rego"),
            home / f"{self.name}_test.rego": self._filled("control_test.rego"),
            cases / self.family / f"{self.name}.yaml": self._filled("cases.yaml"),
        }

    def _filled(self, template: str) -> str:
        text = (_TEMPLATES / template).read_text(encoding="utf-8")
        values = asdict(self) | {"title": _yaml(self.title), "owner": _yaml(self.owner)}
        return _Text(text).substitute(values)


class _Text(string.Template):
    delimiter = "@"  # Rego has a meaning for the dollar


def plan(draft: Draft, controls: Sequence[Control], used_before: Callable[[str], str]) -> Draft:
    """Return the draft with its id in capitals and no empty part left; UsageError when it cannot become a control.

    `used_before` tells where an id was used that no control has any more; an id is never used twice, for waivers and
    old reports still speak of it.
    """
    id_ = draft.id.upper()
    if not _ID.fullmatch(id_):
        raise UsageError(f"`{draft.id}` is no id of a control", "two letters for the family and two digits, as DP-05")
    for what, text in (("title", draft.title), ("owner", draft.owner)):
        if not text.isprintable() or not 0 < len(text.strip()) <= _LONGEST:
            raise UsageError(f"the {what} is not one line of readable text", f"use at most {_LONGEST} letters")
    _require_unused(id_, controls, used_before)
    family = _family(id_, draft.family, controls)
    name = draft.name or _name_of(draft.title)
    for word, option in ((family, "--family-dir"), (name, "--name")):
        if not _WORD.fullmatch(word) or word in _RESERVED or word.endswith("_test"):
            hint = f"choose lower-case letters, digits and `_`, beginning with a letter, by {option}"
            raise UsageError(f"`{word}` cannot name a package of Rego", hint)
    return replace(draft, id=id_, title=draft.title.strip(), owner=draft.owner.strip(), family=family, name=name)


def write(files: dict[Path, str]) -> None:
    """Write all files, or none when one of them is there already: UsageError names it."""
    if taken := [path for path in files if path.exists() or path.is_symlink()]:
        raise UsageError(f"{taken[0]} exists already", "choose another directory by --name")
    for path, content in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as stream:
                stream.write(content)
        except OSError as error:
            raise UsageError(f"{path} cannot be written: {error.strerror}", "make its directory writable") from error


def _require_unused(id_: str, controls: Sequence[Control], used_before: Callable[[str], str]) -> None:
    taken = {control.id: f"it is `{control.title}`" for control in controls}
    if reason := taken.get(id_) or used_before(id_):
        prefix = id_[:2]
        free = (f"{prefix}-{number:02d}" for number in range(1, _HIGHEST + 1))
        last = max((name for name in {*taken, id_} if name.startswith(prefix)), default=id_)
        next_free = next((name for name in free if name > last and not used_before(name)), "")
        hint = f"the next free id is {next_free}" if next_free else "choose another family"
        raise UsageError(f"{id_} is not free: {reason}; an id is never used again", hint)


def _family(id_: str, wanted: str, controls: Sequence[Control]) -> str:
    prefix = id_[:2]
    homes = sorted({control.package.split(".")[1] for control in controls if control.id.startswith(prefix)})
    if wanted and homes and wanted not in homes:
        hint = "leave --family-dir out, or choose another family"
        raise UsageError(f"the controls of {prefix} are in {' and '.join(homes)}, not in {wanted}", hint)
    if not wanted and len(homes) != 1:
        hint = f"name the directory of the family {prefix} by --family-dir, such as --family-dir geography"
        raise UsageError(f"{'more than one' if homes else 'no'} directory holds controls of {prefix}", hint)
    return wanted or homes[0]


def _yaml(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _name_of(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")
