"""A scheduled run, told: what changed since the run before, what is still open, and where the run is kept."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from checker.model import stored_findings
from checker.report.escape import plain, prose
from checker.report.summary import Verdict, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from checker.model import JsonObject

Told: TypeAlias = "dict[str, Any]"
"""The machine record of a run, after `schemas/reevaluation.schema.json`."""

_HEADINGS: Final = {
    "new": "New",
    "worse": "Heavier",
    "better": "Lighter",
    "fixed": "Fixed",
    "dropped": "Not judged any more",
}
_VERDICTS: Final = {str(verdict): verdict.label for verdict in Verdict}
_SHORT: Final = 12
_MOST: Final = 20


def told(  # noqa: PLR0913 - the parts of one record
    report: JsonObject,
    *,
    run: JsonObject | None = None,
    previous: JsonObject | None = None,
    changes: Sequence[JsonObject] = (),
    since: Mapping[str, str] | None = None,
    fresh: bool = True,
    kept: bool = True,
) -> Told:
    """Return the record of a run; `since` tells by fingerprint since when a finding fails."""
    open_findings = [
        {"fingerprint": one["fingerprint"], "since": (since or {}).get(one["fingerprint"])} for one in _blocking(report)
    ]
    return {
        "apiVersion": "vendorpolicy/v1",
        "kind": "Reevaluation",
        "kept": kept,
        "fresh": fresh,
        "run": run,
        "previous": previous,
        "changes": [{**one, "causes": list(one["causes"])} for one in changes] if fresh else [],
        "open": open_findings,
        "forecast": None,
        "unforeseen": "",
        "report": report,
    }


def text(record: Told) -> str:
    """Render the record for people."""
    return "\n".join(_lines(record)) + "\n"


def _lines(record: Told) -> Iterator[str]:
    report, provenance = record["report"], record["report"]["provenance"]
    verdicts = report["summary"]["verdicts"]
    counts = ", ".join(f"{_VERDICTS[name]} {count}" for name, count in verdicts.items() if count)
    yield f"{provenance['as_of']}: {plural(report['summary']['vendors'], 'vendor')}: {counts}"
    yield from _caught_up(record)
    yield from _compared(record)
    yield from _open(record)
    yield from _lapsing(record)
    yield from _kept(record)
    if "notification" in record:
        yield ""
        yield from deliveries(record["notification"])


def deliveries(rows: Sequence[JsonObject]) -> Iterator[str]:
    """Yield what became of each message of a notification, and its text where nothing was sent in earnest."""
    if not rows:
        yield "There was nothing to tell."
    for row in rows:
        whom = f" {plain(row['recipient'])}" if row["recipient"] else ""
        detail = f": {prose(row['detail'])}" if row["detail"] else ""
        yield f"{row['channel']}{whom} ({row['what']}) {row['state']}{detail}"
        yield from (f"  {line}".rstrip() for line in row["text"].splitlines())


def _caught_up(record: Told) -> Iterator[str]:
    for night in record.get("caught_up", ()):
        done = f"not judged: {prose(night['fault'])}" if "fault" in night else f"run {night['run']}, exit code "
        yield f"Missed night {night['day']}: {done}{night.get('exit_code', '')}"


def _compared(record: Told) -> Iterator[str]:
    previous, changes = record["previous"], record["changes"]
    if not record["kept"] or (previous and not record["fresh"]):
        return
    if not previous:
        yield "This is the first run: there is nothing to compare it with."
        return
    yield f"Compared with run {previous['number']} of {previous['as_of']}: {_counted(changes)}"
    messages = {one["fingerprint"]: one for one in stored_findings(record["report"])}
    for kind, heading in _HEADINGS.items():
        some = [one for one in changes if one["kind"] == kind]
        if some:
            yield ""
            yield f"{heading} ({len(some)})"
        for one in some:
            yield from _change(one, messages.get(one["fingerprint"]))


def _change(change: JsonObject, finding: JsonObject | None) -> Iterator[str]:
    states = f"{change['before'] or 'absent'} -> {change['after'] or 'absent'}"
    blocks = ", blocks" if change["blocks_after"] else ""
    why = f"; differs: {', '.join(change['causes'])}" if change["causes"] else ""
    yield f"  {plain(change['vendor'])}  {plain(change['rule'])}  [{change['severity']}{blocks}]  {states}{why}"
    if finding:
        yield f"    {plain(finding['path'])}:{finding['line']}:{finding['column']}: {prose(finding['message'])}"


def _open(record: Told) -> Iterator[str]:
    if not record["kept"] or not record["open"]:
        return
    since = {one["fingerprint"]: one["since"] or "" for one in record["open"]}
    today = date.fromisoformat(record["report"]["provenance"]["as_of"])
    blocking = sorted(
        _blocking(record["report"]), key=lambda one: (since[one["fingerprint"]], one["vendor"], one["rule"])
    )
    yield ""
    yield f"Open ({len(blocking)}), the oldest first"
    for one in blocking[:_MOST]:
        day = since[one["fingerprint"]]
        age = f"since {day}, {plural((today - date.fromisoformat(day)).days, 'day')}" if day else "since unknown"
        yield f"  {plain(one['vendor'])}  {plain(one['rule'])}  [{one['severity']}]  {age}"
    if len(blocking) > _MOST:
        yield f"  and {len(blocking) - _MOST} more: --output json has all"


def _lapsing(record: Told) -> Iterator[str]:
    """Tell what will block, the next first; what only comes to fail is counted."""
    ahead = record["forecast"]
    if record["unforeseen"]:
        yield ""
        yield f"What lapses next is not known: {prose(record['unforeseen'])}"
    if not ahead:
        return
    blocking = [one for one in ahead["lapses"] if one["blocks"]]
    others = len(ahead["lapses"]) - len(blocking)
    also = f"; {others} more will fail without blocking" if others else ""
    yield ""
    yield f"Lapses up to {ahead['until']} ({len(blocking)}), if nothing changes{also}"
    for one in blocking[:_MOST]:
        why = next(finding["message"] for finding in one["findings"] if finding["blocks"])
        yield f"  {one['day']}  {plain(one['vendor'])}  {one['control']}  [{one['severity']}]  {prose(why)}"
    if len(blocking) > _MOST:
        yield f"  and {len(blocking) - _MOST} more: `checker forecast` tells all"


def _kept(record: Told) -> Iterator[str]:
    run = record["run"]
    if not run:
        return
    yield ""
    if record["fresh"]:
        yield f"Kept as run {run['number']}; the chain ends in {run['hash'][:_SHORT]}."
    else:
        yield f"The same as run {run['number']} to the letter: not kept again."


def _counted(changes: Sequence[JsonObject]) -> str:
    counts = [(kind, sum(one["kind"] == kind for one in changes)) for kind in _HEADINGS]
    return ", ".join(f"{count} {kind}" for kind, count in counts if count) or "nothing changed"


def _blocking(report: JsonObject) -> list[JsonObject]:
    return list({one["fingerprint"]: one for one in stored_findings(report) if one["blocks"]}.values())
