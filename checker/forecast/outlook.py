"""One vendor in the days to come: which of them are left to judge, and what has come to fail."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

from checker import baseline, documents
from checker.catalogue.places import DERIVED, INPUT, PARAMETERS
from checker.catalogue.reading import VENDOR, merged
from checker.catalogue.syntax import EACH
from checker.forecast.days import Turn, Values, of_tier, turns
from checker.judge import extract, home_of
from checker.model import Cause, Lapse, Location, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from checker.catalogue.reading import Reading
    from checker.engine.verdict import ControlVerdict
    from checker.judge import Case, Judge, Surveyed
    from checker.model import Assessment, Control, Finding, Keys, Result

View: TypeAlias = "Mapping[str, Mapping[str, ControlVerdict]]"
"""By vendor and package of a control, what the policies over all manifests add to that control's verdict."""

_FAILED: Final = frozenset({Status.FAIL, Status.UNDETERMINED})
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Horizon:
    """How far to look, and by what; `readings` are by package, `views` hold from their day on, ordered."""

    until: date
    readings: Mapping[str, Reading]
    blocks: tuple[str, ...] = ()
    """The blocks of a manifest that the policies over all manifests see."""
    views: Sequence[tuple[date, View]] = ()
    known: dict[tuple[str, str], Reading] = field(default_factory=dict, repr=False, compare=False)
    """Readings that were asked for, by package and tier."""

    def view(self, day: date) -> View:
        """Return the view that holds on a day."""
        return next((view for since, view in reversed(self.views) if since <= day), {})

    def reading(self, package: str, tier: str) -> Reading:
        """Return what a control reads for a vendor of a tier, and the controls whose findings count in it."""
        if (package, tier) not in self.known:
            own = self.readings[package]
            whole = merged([own, *(self.readings[other] for other in own.controls)])
            self.known[package, tier] = of_tier(whole, tier)
        return self.known[package, tier]


@dataclass(slots=True)
class Sight:
    """What was seen of one vendor; `extracts` are what policies over all manifests may see, from each day on."""

    vendor: str
    lapses: list[Lapse] = field(default_factory=list)
    failing: int = 0
    unjudged: list[Finding] = field(default_factory=list)
    evaluations: int = 0
    extracts: list[tuple[date, Assessment, bytes]] = field(default_factory=list)

    def on(self, day: date) -> Surveyed:
        """Return the assessment and extract that hold on a day."""
        return next((one, seen) for since, one, seen in reversed(self.extracts) if since <= day)


class Outlook:
    """The state of one vendor while the days go by.

    What is judged on one day holds for the days before it, back to the one on which the control turned: nothing that
    makes the difference between failing and not has changed since.
    """

    def __init__(self, judge: Judge, path: str, horizon: Horizon) -> None:
        self.case = judge.open(path)
        self._horizon = horizon
        self._pending: dict[str, dict[date, set[Turn | Cause]]] = {}
        self._vendor_days: list[date] = []
        self._again: dict[date, set[str]] = {}
        self._tier = ""
        self._values = Values(
            self.case.made if isinstance(self.case.made, dict) else {}, judge.setup.library.parameters
        )
        self.sight = Sight("")

    @property
    def next_day(self) -> date | None:
        """The last day that still shows what turns next as it is on its day; None when nothing can turn any more.

        From one of its days to the next a control says the same, so one judgement tells of many controls. Looked at on
        the very day are tier and lifecycle, for all controls hang on them; and once more what fails and says which day
        it is.
        """
        last_days = [self._last_day(days) for days in self._pending.values() if days]
        return min([*self._again, *last_days, *self._vendor_days[:1]], default=None)

    def asked(self, judge: Judge, day: date) -> frozenset[str]:
        """Return the packages of the controls that may say something else on a day than when they were last judged."""
        ids = {control for control, days in self._pending.items() if any(one <= day for one in days)}
        ids |= self._again.get(day, set())
        return frozenset(control.package for control in judge.setup.controls if control.id in ids)

    def _last_day(self, days: Iterable[date]) -> date:
        """Return the last day on which a control is as it is on the next of its days."""
        _, *second = heapq.nsmallest(2, days)
        return second[0] - _DAY if second else self._horizon.until

    def begin(self, judge: Judge, assessment: Assessment) -> None:
        """Take down how things stand today, and on which days each control that does not fail can turn."""
        self.sight.vendor = assessment.vendor
        self._see(judge, assessment)
        if not isinstance(self.case.made, dict):
            self.sight.unjudged += [one for one in self.case.problems if one.blocks]
            return
        failing = {result.control for result in assessment.results if self._fails(judge, result)}
        self.sight.failing = len(failing)
        self._await(judge, assessment.tier, [one for one in judge.setup.controls if one.id not in failing])

    def go_on(self, judge: Judge, assessment: Assessment) -> None:
        """Take down what has come to fail on the judge's day."""
        self._see(judge, assessment)
        again = self._again.pop(judge.setup.as_of, ())
        for result in assessment.results:
            if result.control in self._pending:
                self._look_at(judge, assessment, result)
            elif result.control in again:
                self._reword(result)
        self._vendor_days = [day for day in self._vendor_days if day > judge.setup.as_of]
        if assessment.tier != self._tier:
            self._await(judge, assessment.tier, [one for one in judge.setup.controls if one.id in self._pending])

    def _look_at(self, judge: Judge, assessment: Assessment, result: Result) -> None:
        days, today = self._pending[result.control], judge.setup.as_of
        day = min(today, min(days, default=today))
        if not self._fails(judge, result):
            days.pop(day, None)
            return
        control = next(one for one in judge.setup.controls if one.id == result.control)
        self.sight.lapses.append(self._lapse(judge, assessment, result, control, day))
        del self._pending[control.id]
        if day < today and self._reading(control.package).names_the_day:
            self._again.setdefault(day, set()).add(control.id)

    def _reword(self, result: Result) -> None:
        """Tell of what has come to fail as it is told on its own day."""
        if failed := _failed(result):
            said = replace(result, findings=failed)
            lapses = self.sight.lapses
            lapses[:] = [replace(one, result=said) if one.result.control == said.control else one for one in lapses]

    def _await(self, judge: Judge, tier: str, controls: Sequence[Control]) -> None:
        """Find the days to come on which each of these controls can turn for a vendor of this tier."""
        self._tier = tier
        of_vendor = turns(self._reading(VENDOR), self._values, self._span(judge))
        self._vendor_days = sorted(of_vendor)
        self._pending = {control.id: self._days(judge, control) for control in controls}

    def _see(self, judge: Judge, assessment: Assessment) -> None:
        self.sight.evaluations += 1
        self.sight.unjudged += [one for one in assessment.findings if one.status is Status.ERROR]
        if self._horizon.blocks:
            seen = extract(self.case, assessment, self._horizon.blocks)
            if not self.sight.extracts or self.sight.extracts[-1][2] != seen:
                self.sight.extracts.append((judge.setup.as_of, assessment, seen))

    def _fails(self, judge: Judge, result: Result) -> bool:
        setup = judge.setup
        failed = _failed(result)
        if not setup.baseline:
            return bool(failed)
        terms = baseline.terms(setup.library.parameters, setup.as_of)
        return any(not setup.baseline.last_day(one, terms) for one in failed)

    def _days(self, judge: Judge, control: Control) -> dict[date, set[Turn | Cause]]:
        setup, horizon = judge.setup, self._horizon
        reading = self._reading(control.package)
        days: dict[date, set[Turn | Cause]] = {day: set() for day in self._vendor_days}
        for day, found in turns(reading, self._values, self._span(judge)).items():
            days.setdefault(day, set()).update(found)
        for day, cause in (*self._leniency(judge, control), *self._announced(judge, control)):
            if setup.as_of < day <= horizon.until:
                days.setdefault(day, set()).add(cause)
        for day in self._told_of(control):
            if day > setup.as_of:
                days.setdefault(day, set())
        return days

    def _told_of(self, control: Control) -> Iterator[date]:
        """Yield the days on which the policies over all manifests come to say something else for a control."""
        said = None
        for day, view in self._horizon.views:
            now = view.get(self.sight.vendor, {}).get(control.package)
            if now != said:
                yield day
            said = now

    def _reading(self, package: str) -> Reading:
        return self._horizon.reading(package, self._tier or EACH)

    def _span(self, judge: Judge) -> tuple[date, date]:
        return judge.setup.as_of, self._horizon.until

    def _leniency(self, judge: Judge, control: Control) -> Iterator[tuple[date, Cause]]:
        """Yield the days on which waivers and entries of the baseline begin or end to count."""
        setup, standing = judge.setup, judge.setup.baseline
        for waiver in setup.waivers.get(home_of(self.case.path, self.sight.vendor), ()):
            if waiver.control == control.id:
                locate = waiver.document.locate
                text = f"waiver {waiver.id} counts from {waiver.granted} to {waiver.expires}"
                yield date.fromisoformat(waiver.granted), Cause(text, locate(("granted",)))
                yield date.fromisoformat(waiver.expires) + _DAY, Cause(text, locate(("expires",)))
        for entry in standing.entries.values() if standing else ():
            if (entry.vendor, entry.control) == (self.sight.vendor, control.id):
                last = baseline.terms(setup.library.parameters, setup.as_of).last_day(entry)
                cause = Cause(
                    f"the baseline excuses {entry.rule} from {entry.since} to {last}",
                    Location(standing.path if standing else "", entry.line),
                )
                yield date.fromisoformat(entry.since), cause
                yield date.fromisoformat(last) + _DAY, cause

    def _announced(self, judge: Judge, control: Control) -> Iterator[tuple[date, Cause]]:
        if control.effective_on:
            place = judge.setup.library.place(f"{control.package.replace('.', '/')}/")
            text = f"{control.id} is in force from {control.effective_on} on"
            yield date.fromisoformat(control.effective_on), Cause(text, Location(str(place)))

    def _lapse(self, judge: Judge, assessment: Assessment, result: Result, control: Control, day: date) -> Lapse:
        found = self._pending[result.control].get(day, set())
        causes = {one if isinstance(one, Cause) else told(judge, self.case, one) for one in found}
        owner = self.case.document.data["metadata"].get("owner", {}) if self.case.document else {}
        return Lapse(
            day=day.isoformat(),
            vendor=assessment.vendor,
            name=assessment.name,
            owner=owner.get("email", "") or control.owner,
            result=replace(result, findings=_failed(result)),
            causes=tuple(sorted(causes, key=lambda one: (one.location, one.text))),
        )


def _failed(result: Result) -> tuple[Finding, ...]:
    return tuple(one for one in result.findings if one.status in _FAILED)


def told(judge: Judge, case: Case, turn: Turn) -> Cause:
    """Return in words what happens when a date and what it is compared with meet."""
    name, location = _placed(judge, case, turn)
    over = {
        "as_of": "is over" if turn.passed else "has come",
        "cutoff": f"is more than {turn.period} ago",
        "reached": f"is {turn.period} ago",
        "ahead": f"comes within {turn.period}",
    }[turn.kind]
    return Cause(f"{name}: {turn.date} {over}", location)


def _placed(judge: Judge, case: Case, turn: Turn) -> tuple[str, Location]:
    document = case.document
    if turn.root == PARAMETERS:
        return f"params.{'.'.join(map(str, turn.keys))}", _place_of_parameter(judge, turn.keys)
    if turn.root != INPUT or document is None:
        return "the date", Location(case.path)
    if turn.keys[0] != DERIVED:
        return judge.schemas.subject(document.data, turn.keys), document.locate(turn.keys)
    *_, last = turn.keys
    field = tuple(str(last).split("."))
    return f"due day of {last}" if len(field) > 1 else f"{turn.keys[1]} due", document.locate(field)


def _place_of_parameter(judge: Judge, keys: Keys) -> Location:
    file = judge.setup.library.place(f"params/{keys[0]}/data.yaml")
    document = documents.load(str(file), file.read_bytes()).document
    return document.locate(keys[1:]) if document else Location(str(file))
