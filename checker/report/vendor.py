"""One vendor for people, and all of them at a glance: who they are, how they stand, and what ends next."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from checker.model import Status
from checker.report.escape import cut, plain, prose
from checker.report.summary import Verdict, plural, verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from checker.model import Assessment, Control, JsonObject, Report
    from checker.report.terminal import Page

_BOLD, _DIM, _RED, _GREEN, _YELLOW, _MAGENTA = "1", "2", "1;31", "32", "33", "1;35"
_VERDICT_STYLE: Final = {
    Verdict.BLOCKED: _RED,
    Verdict.UNJUDGED: _MAGENTA,
    Verdict.WARNED: _YELLOW,
    Verdict.PASSES: _GREEN,
}
_HEADS: Final = {
    Status.ERROR: ("could not be judged", _MAGENTA),
    Status.FAIL: ("fails", _RED),
    Status.UNDETERMINED: ("cannot be determined, for something is missing", _RED),
    Status.WAIVED: ("waived", _YELLOW),
    Status.WARN: ("warns", _YELLOW),
    Status.PASS: ("passes", _GREEN),
    Status.NOT_APPLICABLE: ("does not apply", _DIM),
}
_QUIET: Final = frozenset({Status.PASS, Status.NOT_APPLICABLE})
_MOST_TITLES: Final = 10
"""Controls of one status that are told with their titles; more are named by their ids."""
_SOON: Final = 30
_LABEL: Final = 14
_LEAST_NAME: Final = 12


@dataclass(frozen=True, slots=True, order=True)
class End:
    """Something that ends, or is due, on a day."""

    day: str
    name: str
    verb: str


def portrait(report: Report, data: JsonObject, digest: str, ends: Iterable[End], page: Page) -> str:
    """Return the one vendor of a report as text for a terminal; `data` is its manifest, `digest` what a sign-off holds.

    A vendor that signs needs the digest whole.
    """
    assessment, as_of = report.assessments[0], date.fromisoformat(report.provenance.as_of)
    controls = {control.id: control for control in report.controls}
    name = page.paint(plain(data["metadata"]["legal_name"]), _BOLD)
    lines = [f"{name}  {page.paint(plain(assessment.vendor), _DIM)}", _standing(assessment, as_of, page)]
    lines += ["", *_facts(assessment, data, digest, page)]
    for status in Status:
        lines += _results(assessment, status, controls, page)
    lines += _ends(sorted(ends), as_of, page)
    lines += ["", *_next(assessment, page)]
    return "\n".join(lines) + "\n"


def _standing(assessment: Assessment, as_of: date, page: Page) -> str:
    found = verdict(assessment)
    counts = Counter(result.status for result in assessment.results)
    told = ", ".join(f"{counts[status]} {status.replace('_', ' ')}" for status in Status if counts[status])
    return f"{page.paint(found.label, _VERDICT_STYLE[found])} on {as_of}: {told}"


def _facts(assessment: Assessment, data: JsonObject, digest: str, page: Page) -> Iterator[str]:
    scope, owner = data["scope"], data["metadata"].get("owner", {})
    declared = "" if assessment.tier == scope["risk_tier"] else f" (declared {scope['risk_tier']})"
    places = sorted({f"{place['country']} {plain(place.get('site', ''))}".strip() for place in scope["locations"]})
    parties = [plain(party["id"]) for party in data.get("subcontracting", {}).get("parties", ())]
    model = scope.get("delivery_model", "delivery model not given").replace("_", " ")
    who = f"{plain(owner.get('name', 'nobody yet'))}{_address(owner.get('email', ''))}"
    rows = {
        "service": f"{scope['service'].replace('_', ' ')}, {scope['function'].replace('_', ' ')}, {model}",
        "tier": f"{assessment.tier}{declared}, {assessment.lifecycle}",
        "owner": who,
        "data": ", ".join(sorted({item["category"] for item in scope["data"]})) or "none",
        "places": ", ".join(places) or "none",
        "passes on to": ", ".join(parties) or "nobody",
        "signed off": _signed(data.get("attestation", {}), digest),
        "digest": digest,
    }
    for label, text in rows.items():
        first, *rest = page.wrap(text, " " * (_LABEL + 2), " " * (_LABEL + 2))
        yield f"  {page.paint(label, _DIM)}{first[2 + len(label) :]}"
        yield from rest


def _signed(attestation: JsonObject, digest: str) -> str:
    if "digest" not in attestation:
        return "not yet"
    span = f"on {attestation.get('date', 'a day not given')}, until {attestation.get('valid_until', 'a day not given')}"
    holds = "; what was signed stands" if attestation["digest"] == digest else "; changed since, so to be signed anew"
    return f"{span} by {plain(attestation.get('name', 'nobody named'))}{holds}"


def _address(email: str) -> str:
    return f" <{plain(email)}>" if email else ""


def _results(assessment: Assessment, status: Status, controls: Mapping[str, Control], page: Page) -> Iterator[str]:
    found = [result for result in assessment.results if result.status is status]
    if not found:
        return
    head, style = _HEADS[status]
    yield f"\n{page.paint(head, style)}"
    if status in _QUIET or len(found) > _MOST_TITLES:
        yield from page.wrap(", ".join(result.control for result in found), "  ", "  ")
        return
    for result in found:
        blocks = ", blocks" if any(finding.blocks for finding in result.findings) else ""
        control = controls[result.control]
        yield from page.wrap(f"{result.control}  {control.title} ({control.severity}{blocks})", "  ", " " * 9)


def _ends(ends: Sequence[End], as_of: date, page: Page) -> Iterator[str]:
    if not ends:
        return
    yield f"\n{page.paint('ends within a year, or has ended', _BOLD)}"
    width = max(len(_away(end, as_of)) for end in ends)
    for end in ends:
        days = (date.fromisoformat(end.day) - as_of).days
        style = _RED if days < 0 else _YELLOW if days <= _SOON else _DIM
        room = max(_LEAST_NAME, page.width - width - len(end.verb) - 17)
        when = page.paint(f"{_away(end, as_of):<{width}}", style)
        yield f"  {end.day}  {when}  {_shortened(plain(end.name), room)} {end.verb}"


def _shortened(name: str, room: int) -> str:
    """Return a long way to a field with its middle left out: the block and the item tell most."""
    return name if len(name) <= room else f"{name[: room // 2 - 1]}…{name[len(name) - room + room // 2 :]}"


def _away(end: End, as_of: date) -> str:
    days = (date.fromisoformat(end.day) - as_of).days
    if not days:
        return "today"
    return f"in {plural(days, 'day')}" if days > 0 else f"{plural(-days, 'day')} ago"


def _next(assessment: Assessment, page: Page) -> Iterator[str]:
    """Say what can be done next: understand a finding, or ask the vendor."""
    order = (Status.FAIL, Status.UNDETERMINED, Status.WARN)
    wrong = [one for status in order for one in assessment.results if one.status is status]
    if not wrong:
        yield page.paint("nothing is to be done today", _DIM)
        return
    vendor = plain(assessment.vendor)
    yield f"why: checker explain {wrong[0].control} --vendor {vendor}"
    if wrong[0].status is not Status.WARN:
        yield f"ask: checker vendor questionnaire {vendor}"


def overview(assessments: Sequence[Assessment], page: Page) -> str:
    """Return one line for each vendor."""
    width = max((len(plain(one.vendor)) for one in assessments), default=len("vendor"))
    width = max(width, len("vendor"))
    room = max(_LEAST_NAME, page.width - width - 49)
    lines = [page.paint(f"{'vendor':{width}}  {'tier':8}  {'lifecycle':11}  {'verdict':20}  name", _DIM)]
    for one in assessments:
        found = verdict(one)
        told = page.paint(f"{found.label:20}", _VERDICT_STYLE[found])
        state = f"{one.tier or '-':8}  {one.lifecycle or '-':11}  {told}"
        lines.append(f"{plain(one.vendor):{width}}  {state}  {prose(cut(one.name, room))}".rstrip())
    return "\n".join(lines) + "\n"
