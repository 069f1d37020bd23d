"""A whole review: both sides judged by the rules of the base, compared, and told in one report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from checker import calendar, pipeline, portfolio
from checker.model import Finding, Location, Report, Review, ReviewedManifest, Severity, Status
from checker.pipeline import Hearing
from checker.register import Register
from checker.review import changes, impact, pending, trust
from checker.review.comparison import Strictness, compare
from checker.review.pair import check_twice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from checker.documents import Document
    from checker.git import Snapshot
    from checker.judge import Surveyed
    from checker.model import Impact
    from checker.review.changes import Edited
    from checker.review.impact import Opener, Rules
    from checker.review.sides import Sides

_FAILED: Final = frozenset({Status.FAIL, Status.UNDETERMINED, Status.ERROR})
_HORIZON: Final = "P30D"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is asked of a review. `meaning` tells what the change of one manifest means, when that is wanted."""

    block: str = "new"
    jobs: int = 1
    meaning: Callable[[trust.Side, trust.Side], tuple[str, ...]] | None = None


def impact_report(sides: Sides, rules: Rules, open_merged: Opener, *, jobs: int) -> Report:
    """Return a report without vendors that tells only what the change of the rules does to all of them."""
    found = impact.judge(sides, rules, open_merged, jobs=jobs)
    told = Review(base=sides.base.commit, fork=sides.fork.commit, head=sides.head.commit, block="new", impact=found)
    untouched = () if found else ("the change leaves policies, parameters, schemas and waivers alone",)
    return Report(
        provenance=rules.provenance,
        controls=rules.setup.controls,
        assessments=(),
        others=tuple(_broken(found)),
        notes=(*rules.notes, *untouched),
        review=told,
    )


@dataclass(frozen=True, slots=True)
class _Pair:
    """A manifest that the change touches, on both sides."""

    edited: Edited
    before: trust.Side
    after: trust.Side


def review(sides: Sides, rules: Rules, wishes: Wishes, open_merged: Opener) -> Report:
    """Judge the head's manifests by the rules of the base, and compare with the fork."""
    return _Reviewer(sides, rules, wishes).report(open_merged)


class _Reviewer:
    """One review in the making: what the change touches, and the ways to judge it."""

    def __init__(self, sides: Sides, rules: Rules, wishes: Wishes) -> None:
        self._sides, self._rules, self._wishes = sides, rules, wishes
        self._limits = rules.setup.limits
        self._documents: list[Document | None] = []
        self._edited = sides.edits(rules.home, self._limits)
        self._waivers = pending.touched(sides, rules.home)
        # A vendor whose waivers change is judged, too: what they will do is told by its findings.
        beside = pending.manifests_of(self._waivers, sides.head, rules.home)
        self._after = sorted({one.after for one in self._edited if one.after} | beside)
        self._before = sorted({one.before for one in self._edited if one.before} | (beside & sides.fork.files.keys()))

    def report(self, open_merged: Opener) -> Report:
        around = self._around()
        register = self._register()
        before = self._judged(self._sides.fork, self._before, register, around)
        after, later = self._judged_ahead(self._sides.head, self._after, register, around)
        after = self._held(before, after, register, around)
        pairs = self._pairs(before, after)
        manifests = tuple(map(self._reviewed, pairs))
        found = impact.judge(self._sides, self._rules, open_merged, jobs=self._wishes.jobs)
        told = pending.judge(self._sides, self._rules.setup, self._waivers, after, register)
        said = [finding for pair in pairs for finding in self._remarks(pair)]
        after = _with_remarks(after, [*said, *told.findings, *_broken(found)])
        strictness = Strictness(self._rules.setup.library.parameters["tiers"]["blocking"], self._rules.setup.threshold)
        compared = compare(before, after, manifests, strictness, block=self._wishes.block)
        lapsing = tuple(_lapsing(compared.report, later))
        told_of = Review(
            base=self._sides.base.commit,
            fork=self._sides.fork.commit,
            head=self._sides.head.commit,
            block=self._wishes.block,
            manifests=manifests,
            fixed=compared.fixed,
            waivers=told.waivers,
            impact=found,
            lapsing=lapsing,
            horizon=later.provenance.as_of,
        )
        return replace(compared.report, review=told_of)

    def _around(self) -> list[Surveyed]:
        """Return what policies over all manifests must know of those that the change leaves alone."""
        touched = {*self._after, *self._before}
        if not touched or not portfolio.selected(self._rules.setup):
            return []
        left = [path for path in sorted(changes.manifests(self._sides.head, self._rules.home)) if path not in touched]
        root = self._sides.bring_manifests(self._sides.head, left, self._limits, evidence=False)
        return pipeline.survey(replace(self._rules.setup, root=root), left, jobs=self._wishes.jobs)

    def _register(self) -> Register:
        """Return the waivers that count: those of the base."""
        touched = {*self._after, *self._before}
        paths = self._sides.bring_waivers(self._sides.base, self._rules.home, touched, self._limits)
        return Register(replace(self._rules.setup, root=self._sides.place(self._sides.base)), paths)

    def _judged(self, side: Snapshot, paths: list[str], register: Register, around: list[Surveyed]) -> Report:
        hearing = self._hearing(self._brought(side, paths), register, around)
        return pipeline.hear(hearing, paths, jobs=self._wishes.jobs)

    def _judged_ahead(
        self, side: Snapshot, paths: list[str], register: Register, around: list[Surveyed]
    ) -> tuple[Report, Report]:
        """Judge for the as-of date, and for a later day."""
        now = self._hearing(self._brought(side, paths), register, around)
        day = calendar.add(now.setup.as_of, _HORIZON)
        later = replace(
            now,
            setup=replace(now.setup, as_of=day),
            provenance=replace(now.provenance, as_of=day.isoformat()),
        )
        return check_twice(now, later, paths, now.setup.library.packages, jobs=self._wishes.jobs)

    def _brought(self, side: Snapshot, paths: list[str]) -> Path:
        root = self._sides.bring_manifests(side, paths, self._limits, evidence=True)
        # Kept in use: what is judged is compared afterwards.
        self._documents += [trust.Side(root, path, self._limits).document for path in paths]
        return root

    def _hearing(self, root: Path, register: Register, around: list[Surveyed]) -> Hearing:
        rules = self._rules
        setup = replace(rules.setup, root=root)
        return Hearing(setup, rules.provenance, register, around, rules.notes, rules.others)

    def _held(self, before: Report, after: Report, register: Register, around: list[Surveyed]) -> Report:
        """Judge what the change puts into a lower tier as if it still were in the former one."""
        was = {one.path: one.tier for one in before.assessments}
        former = {one.after: was.get(one.before, "") for one in self._edited}
        lowered = {
            one.path: former[one.path]
            for one in after.assessments
            if one.tier and former.get(one.path) and Severity(former[one.path]).rank > Severity(one.tier).rank
        }
        if not lowered:
            return after
        root = self._sides.place(self._sides.head)
        with trust.raised(root, lowered, self._limits):
            hearing = self._hearing(root, register, around)
            strict = pipeline.hear(hearing, self._after, jobs=self._wishes.jobs)
        held = {one.path: one for one in strict.assessments if one.path in lowered}
        return replace(
            after,
            assessments=tuple(
                replace(one, results=held[one.path].results) if one.path in held else one for one in after.assessments
            ),
        )

    def _pairs(self, before: Report, after: Report) -> list[_Pair]:
        was = {one.path: one for one in before.assessments}
        now = {one.path: one for one in after.assessments}
        old, new = self._sides.place(self._sides.fork), self._sides.place(self._sides.head)
        return [
            _Pair(
                one,
                trust.Side(old, one.before, self._limits, was.get(one.before)),
                trust.Side(new, one.after, self._limits, now.get(one.after)),
            )
            for one in self._edited
        ]

    def _reviewed(self, pair: _Pair) -> ReviewedManifest:
        edited, before, after = pair.edited, pair.before, pair.after
        assessment = after.assessment or before.assessment
        return ReviewedManifest(
            path=edited.path,
            vendor=assessment.vendor if assessment else "",
            edit=edited.edit,
            before=before.assessment,
            evidence=edited.evidence,
            lines=changes.changed_lines(before.content, after.content),
            meaning=self._wishes.meaning(before, after) if self._wishes.meaning else (),
        )

    def _remarks(self, pair: _Pair) -> Iterable[Finding]:
        return trust.remarks(pair.edited, pair.before, pair.after, self._rules.setup.as_of.isoformat())


def _lapsing(report: Report, later: Report) -> Iterable[Finding]:
    """Return what will block on a later day and does not fail today."""
    known = {finding.fingerprint for finding in report.findings if finding.status in _FAILED}
    return (one for one in later.findings if one.blocks and one.fingerprint not in known)


def _with_remarks(report: Report, remarks: Iterable[Finding]) -> Report:
    """Add findings to the assessments of the manifests that they are about, and the others beside them."""
    judged = {one.path for one in report.assessments}
    by_path: dict[str, list[Finding]] = {}
    for remark in remarks:
        by_path.setdefault(remark.location.path, []).append(remark)
    assessments = (
        replace(one, problems=(*one.problems, *by_path[one.path])) if one.path in by_path else one
        for one in report.assessments
    )
    others = [remark for path, group in by_path.items() if path not in judged for remark in group]
    return replace(report, assessments=tuple(assessments), others=(*report.others, *others))


def _broken(found: Impact | None) -> Iterable[Finding]:
    if found and found.broken:
        yield Finding(
            rule="review.rules_broken",
            status=Status.FAIL,
            severity=Severity.CRITICAL,
            message=f"after this change nothing could be judged: {found.broken}",
            fix="mend the rules that this change edits; `checker policy test` and `checker check` show what is wrong",
            location=Location(found.files[0]),
            subject="rules",
            blocks=True,
        )
