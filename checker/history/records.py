"""What the history holds, and how one run is chained to the run before it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from checker.errors import CheckerError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from checker.model import JsonObject

FAILING = frozenset({"fail", "undetermined", "error"})
"""The states of a finding in which its control is not met."""


class HistoryError(CheckerError):
    """The history cannot be reached, read or written; a verdict is never lost by it."""


class Kind(StrEnum):
    """What became of a finding since the run before."""

    NEW = "new"
    WORSE = "worse"
    BETTER = "better"
    FIXED = "fixed"
    DROPPED = "dropped"
    """Its control is not judged any more, so nobody knows."""


class Cause(StrEnum):
    """What differs from the run before, and so may be why a finding is not what it was."""

    FIRST = "first run"
    CHECKER = "checker"
    DATE = "date"
    MANIFEST = "manifest"
    """The manifest or its evidence."""
    WAIVER = "waivers"
    PARAMETERS = "parameters"
    POLICIES = "policies"
    SCHEMAS = "schemas"
    CONFIGURATION = "configuration"
    OTHERS = "other manifests"
    """For policies that look at all vendors at once."""


@dataclass(frozen=True, slots=True)
class Record:
    """A run that is to be stored."""

    id: str
    """Chosen once by whoever judged, so that storing it again is harmless."""
    judged_at: str
    """UTC, ISO 8601."""
    report: JsonObject
    """As `report.json.to_dict` gives it."""
    sources: Mapping[str, Mapping[str, str]]
    """By path of a manifest the digest of it and its evidence (`source`) and of its waivers (`waivers`)."""
    asked: Mapping[str, Any] = field(default_factory=dict)
    """What was asked for on the command line, as far as it decides on the report."""


@dataclass(frozen=True, slots=True)
class Run:
    """The head of one stored run. All of it is hashed; `previous` is the hash of the run before."""

    number: int
    id: str
    judged_at: str
    as_of: str
    exit_code: int
    tool: str
    engine: str
    opa: str
    profile: str
    policies: str
    parameters: str
    schemas: str
    revision: str
    frame: str
    """The sheet with all of the report but its vendors."""
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Entry:
    """How one vendor fared in one run."""

    path: str
    vendor: str
    verdict: str
    source: str
    """The digest of the manifest and its evidence."""
    waivers: str
    """The digest of its waivers."""
    sheet: str
    """The sheet with what the report says of the vendor."""


@dataclass(frozen=True, slots=True)
class Change:
    """One finding that is not what it was in the run before. It holds nothing that could be personal data."""

    vendor: str
    fingerprint: str
    rule: str
    severity: str
    kind: str
    before: str
    """The status; empty when there was none."""
    after: str
    blocks_before: bool
    blocks_after: bool
    causes: tuple[str, ...]
    """More than one where they cannot be told apart; empty when nothing is known to differ."""

    @property
    def begins(self) -> bool:
        """Whether the control is not met from this run on."""
        return self.after in FAILING and self.before not in FAILING


def sheet_digest(salt: str, body: str) -> str:
    """Return the name of a sheet. The salt goes with the body when that is erased, so that nobody can guess it back."""
    return hashlib.sha256(f"{salt}\n{body}".encode()).hexdigest()


def chained(run: Mapping[str, Any], entries: Iterable[Entry], changes: Iterable[Change]) -> str:
    """Return the hash of a run: of its head without `hash`, its entries and its changes, in order."""
    whole = {
        "run": {key: value for key, value in run.items() if key != "hash"},
        "entries": sorted(list(asdict(entry).values()) for entry in entries),
        "changes": sorted(list(asdict(change).values()) for change in changes),
    }
    return hashlib.sha256(compact(whole).encode()).hexdigest()


def compact(value: object) -> str:
    """Return JSON in ASCII without spaces; keys keep their order, except that the maps hashed have a fixed one."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def split(report: JsonObject) -> tuple[JsonObject, list[JsonObject]]:
    """Return a report without its vendors, and those."""
    return {**report, "vendors": []}, list(report["vendors"])
