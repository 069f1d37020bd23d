"""What is not as it was in the run before, and what differs that may be the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from checker.history.records import FAILING, Cause, Change, Kind
from checker.model import stored_findings

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from checker.history.records import Entry, Record, Run
    from checker.model import JsonObject

_WEIGHT: Final = {name: weight for weight, name in enumerate(("", "waived", "warn", "undetermined", "fail", "error"))}
_SHARED: Final = {
    Cause.CHECKER: ("tool", "engine"),
    Cause.DATE: ("as_of",),
    Cause.PARAMETERS: ("parameters",),
    Cause.POLICIES: ("policies",),
    Cause.SCHEMAS: ("schemas",),
    Cause.CONFIGURATION: ("profile",),
}


@dataclass(frozen=True, slots=True)
class Before:
    """The run that another is compared with."""

    run: Run
    report: JsonObject
    entries: Sequence[Entry]


def compare(before: Before | None, record: Record) -> tuple[Change, ...]:
    """Return every finding that is new, fixed, or weighs more or less than before, by vendor and rule."""
    was = findings(before.report) if before else {}
    now = findings(record.report)
    differs = _Differences(before, record)
    left_out = _controls(before.report) - _controls(record.report) if before else set()
    changes = []
    for key in sorted(was.keys() | now.keys(), key=lambda key: ((now.get(key) or was[key])["rule"], key)):
        old, new = was.get(key), now.get(key)
        if _state(old) != _state(new):
            changes.append(_change(old, new, differs, left_out))
    return tuple(sorted(changes, key=lambda change: change.vendor))


def findings(report: JsonObject) -> dict[str, JsonObject]:
    """Return by fingerprint the findings of a stored report, the heaviest where there are several of one."""
    found: dict[str, JsonObject] = {}
    for one in stored_findings(report):
        known = found.get(one["fingerprint"])
        if known is None or weight(one) > weight(known):
            found[one["fingerprint"]] = one
    return found


def _state(finding: JsonObject | None) -> tuple[Any, ...]:
    return (finding["status"], finding["blocks"]) if finding else ()


def weight(finding: JsonObject | None) -> tuple[bool, int]:
    """Return what orders findings by weight: `blocks` first, then `status`; no finding weighs least."""
    return (finding["blocks"], _WEIGHT[finding["status"]]) if finding else (False, 0)


def _controls(report: JsonObject) -> set[str]:
    return {one["id"] for one in report.get("controls", ())}


def _change(old: JsonObject | None, new: JsonObject | None, differs: _Differences, left_out: Collection[str]) -> Change:
    told: Mapping[str, Any] = new or old or {}
    if new is None:
        kind = Kind.DROPPED if told["rule"].partition(".")[0] in left_out else Kind.FIXED
    elif old is None:
        kind = Kind.NEW
    else:
        kind = Kind.WORSE if weight(new) > weight(old) else Kind.BETTER
    return Change(
        vendor=told["vendor"],
        fingerprint=told["fingerprint"],
        rule=told["rule"],
        severity=told["severity"],
        kind=str(kind),
        before=old["status"] if old else "",
        after=new["status"] if new else "",
        blocks_before=bool(old and old["blocks"]),
        blocks_after=bool(new and new["blocks"]),
        causes=differs.of(told["vendor"]),
    )


class _Differences:
    """What differs between two runs, for all vendors and for each."""

    def __init__(self, before: Before | None, record: Record) -> None:
        self._first = before is None
        provenance = record.report["provenance"]
        self._shared = [
            cause
            for cause, names in _SHARED.items()
            if before and any(getattr(before.run, name) != provenance[name] for name in names)
        ]
        was = {one.vendor: (one.source, one.waivers) for one in before.entries} if before else {}
        paths = {one["vendor"]: record.sources.get(one["path"], {}) for one in record.report["vendors"]}
        now = {vendor: (one.get("source", ""), one.get("waivers", "")) for vendor, one in paths.items()}
        self._own: dict[str, list[Cause]] = {}
        for vendor in was.keys() | now.keys():
            pairs = zip(was.get(vendor, ("", "")), now.get(vendor, ("", "")), strict=True)
            differing = [old != new for old, new in pairs]
            self._own[vendor] = [c for c, yes in zip((Cause.MANIFEST, Cause.WAIVER), differing, strict=True) if yes]
        self._others = any(self._own.values())

    def of(self, vendor: str) -> tuple[str, ...]:
        """Return what may be the cause of a change of one vendor."""
        if self._first:
            return (str(Cause.FIRST),)
        causes = [*self._shared, *self._own.get(vendor, ())]
        if not causes and self._others:
            causes = [Cause.OTHERS]
        return tuple(map(str, causes))


def is_open(finding: JsonObject) -> bool:
    """Tell whether a finding of a stored report means that its control is not met."""
    return finding["status"] in FAILING
