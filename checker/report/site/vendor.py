"""The page of one vendor: everything that the run, its manifest and the history say of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from checker.report.site import plots
from checker.report.site.states import LOOKS, OPEN, VERDICTS, State, counts, state
from checker.report.summary import Verdict, plural

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.model import JsonObject, Lapse
    from checker.report.site.material import Event, Known
    from checker.report.site.shell import Listed, Shell


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of one vendor without its manifest."""

    vendor: JsonObject
    page: str
    course: Sequence[tuple[int, str]]
    events: Sequence[Event]
    lapses: Sequence[Lapse]


@dataclass(frozen=True, slots=True)
class _Judged:
    """One control on the page."""

    control: Listed
    state: State
    findings: Sequence[JsonObject]
    lapse: Lapse | None


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A stretch of runs with one verdict, in hundredths of the time."""

    look: str
    sign: str
    label: str
    since: str
    run: int
    start: float
    length: float


def render(shell: Shell, case: Case, known: Known | None) -> str:
    """Return the page; without what the manifest says, only what the run and the history say."""
    vendor = case.vendor
    lapses = {one.result.control: one for one in case.lapses}
    judged = [
        _Judged(shell.controls[one["control"]], state(one), one["findings"], lapses.get(one["control"]))
        for one in vendor.get("results", ())
        if one["control"] in shell.controls
    ]
    verdict = VERDICTS[vendor["verdict"]]
    since = _since(case.events)
    pressing = [one for one in vendor.get("problems", ()) if one["blocks"] or one["status"] == "error"]
    pressing += [found for one in judged if one.state in OPEN for found in one.findings]
    return shell.page(
        "vendor.html.j2",
        depth=1,
        case=case,
        vendor=vendor,
        name=vendor.get("name") or vendor["vendor"],
        verdict=verdict,
        look=LOOKS[verdict],
        headline=_headline(verdict, [one.state for one in judged]),
        bar=plots.bar((one.look, one.sign, one.word, count) for one, count in counts(one.state for one in judged)),
        pressing=sorted(pressing, key=lambda one: (not one["blocks"], one["path"], one["line"])),
        remarks=[one for one in vendor.get("problems", ()) if not one["blocks"] and one["status"] != "error"],
        waived=[(one.control, found) for one in judged for found in one.findings if found.get("waiver")],
        families=[(one, [mine for mine in judged if mine.control.family == one.id]) for one in shell.families],
        lapses=[(one, (date.fromisoformat(one.day) - date.fromisoformat(shell.as_of)).days) for one in case.lapses],
        since=since,
        known=known,
        stretches=_stretches(case.course, shell.days),
        events=list(reversed(case.events)),
    )


def _headline(verdict: Verdict, found: Sequence[State]) -> str:
    applicable = sum(one is not State.IRRELEVANT for one in found)
    if verdict is Verdict.UNJUDGED or not found:
        return "This vendor could not be judged, which does not count as a pass."
    missed, blocks = sum(one in OPEN for one in found), sum(one is State.BLOCKS for one in found)
    if not missed:
        return f"All {plural(applicable, 'control')} that apply are met{_beside(found)}."
    told = f"{missed:,} of {plural(applicable, 'control')} that apply {'is' if missed == 1 else 'are'} not met"
    weight = "none of which blocks" if not blocks else f"{blocks:,} of them {'blocks' if blocks == 1 else 'block'}"
    return f"{told}, {weight}{_beside(found)}."


def _beside(found: Sequence[State]) -> str:
    parts = [
        f"{count:,} {word}"
        for one, word in ((State.WAIVED, "waived"), (State.WARNS, "with a warning"))
        if (count := sum(it is one for it in found))
    ]
    return f"; {' and '.join(parts)}" if parts else ""


def _since(events: Sequence[Event]) -> Mapping[str, str]:
    """Return by fingerprint the day on which a finding last came to fail."""
    return {one.change["fingerprint"]: one.as_of for one in events if one.begins}


def _stretches(course: Sequence[tuple[int, str]], days: Mapping[int, str]) -> list[_Stretch]:
    """Lay out the verdicts over the stored runs, each run as wide as the other."""
    numbers = sorted(days)
    steps = [(run, VERDICTS[verdict]) for run, verdict in course if run in days]
    if not steps:
        return []
    places = {run: place for place, run in enumerate(numbers)}
    ends = [*(places[run] for run, _ in steps[1:]), len(numbers)]
    made = []
    for (run, verdict), end in zip(steps, ends, strict=True):
        start, length = (100 * value / len(numbers) for value in (places[run], end - places[run]))
        look, sign = LOOKS[verdict]
        made.append(_Stretch(look, sign, verdict.label, days[run], run, round(start, 2), round(length, 2)))
    return made


def owner_of(known: Known | None) -> tuple[str, str]:
    """Return who answers for a vendor: name and mail address; empty when nothing is known."""
    return (known.owner, known.mail) if known else ("", "")
