"""What a site is made of, as plain values that other processes can be given; whoever calls has gathered them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from checker.report.escape import uri_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.model import Control, Forecast, JsonObject, Location

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_COMMIT: Final = re.compile(r"[0-9a-f]{7,64}")
# Windows opens devices by these names, whatever the ending.
_DEVICES: Final = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")


@dataclass(frozen=True, slots=True)
class Row:
    """One value by name, with its place when it has one in a file of the repository."""

    name: str
    text: str
    place: Location | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """What one control had before it when it judged one vendor."""

    values: tuple[Row, ...]
    absent: tuple[str, ...] = ()
    derived: tuple[Row, ...] = ()
    held: tuple[Row, ...] = ()
    """The parameters that the values were held against."""
    spans: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """One document of evidence, as the manifest lists it, and whether its file is what was listed."""

    id: str
    kind: str
    issuer: str
    issued: str
    expires: str
    file: str
    state: str
    place: Location


@dataclass(frozen=True, slots=True)
class Known:
    """What the manifest of one vendor says, as it was when it was judged."""

    owner: str
    """Who answers for the vendor at the client: name and role."""
    mail: str
    basis: Mapping[str, Basis]
    """By control."""
    evidence: tuple[Proof, ...]
    due: tuple[Row, ...]
    """Dates to come: what falls due, and the day."""


@dataclass(frozen=True, slots=True)
class Past:
    """One stored run, as far as the trend needs it."""

    number: int
    as_of: str
    verdicts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Event:
    """One finding that became another one in a stored run, or became so since the newest one."""

    run: int
    as_of: str
    change: JsonObject
    """As `history.Change` has it."""
    begins: bool = False
    """Whether its control is not met from this run on."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the lines of files are shown."""

    template: str = ""
    """An address with {path}, and {revision} and {line} where it has them; empty when nothing is linked."""
    revision: str = ""
    """The commit that was judged; with `+changes` it is not what was judged, and nothing is linked."""

    def address(self, path: str, line: int) -> str:
        """Return the address of a line; empty when there is none that is sure to show what was judged."""
        if not self.template or not path or path.startswith("/"):
            return ""
        if "{revision}" in self.template and not _COMMIT.fullmatch(self.revision):
            return ""
        shown = self.template.replace("{revision}", self.revision).replace("{line}", str(line))
        return shown.replace("{path}", uri_path(path))


@dataclass(frozen=True)
class Material:
    """Everything that the pages tell."""

    report: JsonObject
    """The run, as `report.json.to_dict` gives it."""
    catalogue: Mapping[str, Control]
    """The controls of the library; the run may have judged by some that are no longer there."""
    families: Mapping[str, str]
    meanings: Mapping[str, Mapping[str, str]]
    """By control what each finding means."""
    parameters: Mapping[str, tuple[Row, ...]]
    """By control what it holds values against."""
    sources: Sources = field(default_factory=Sources)
    run: int = 0
    """The number under which the run is stored; 0 when it is not."""
    past: Sequence[Past] = ()
    """The stored runs up to this one, oldest first."""
    events: Sequence[Event] = ()
    """All changes up to this run, oldest first; those of a run that is not stored have its number, 0."""
    courses: Mapping[str, Sequence[tuple[int, str]]] = field(default_factory=dict)
    """By manifest the stored runs in which its verdict was not that of the run before."""
    forecast: Forecast | None = None
    notes: tuple[str, ...] = ()
    """Why something is not told."""


def page_names(report: JsonObject) -> list[str]:
    """Return for each vendor of a report the name of its page: its id, or a digest when that cannot name a file."""
    ids = [one["vendor"] for one in report["vendors"]]
    repeated = {name for name in ids if ids.count(name) > 1} if len(set(ids)) < len(ids) else set()
    return [_page_name(one, one["vendor"] in repeated) for one in report["vendors"]]


def _page_name(vendor: JsonObject, repeated: bool) -> str:  # noqa: FBT001 - of this module only
    name = str(vendor["vendor"])
    if _NAME.fullmatch(name) and not repeated and not _DEVICES.fullmatch(name):
        return name
    digest = hashlib.sha256(str(vendor["path"]).encode("utf-8", "surrogatepass")).hexdigest()
    return f"file_{digest[:24]}"
