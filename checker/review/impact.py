"""What a change of the rules does to all vendors: each judged by the rules of the base and by those after the merge."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final, TypeAlias

from checker import pipeline
from checker.baseline import UNUSABLE
from checker.errors import CheckerError
from checker.judge import Judge
from checker.model import Announced, Finding, Flip, Impact, Result, Status
from checker.pipeline import Hearing
from checker.register import Register, is_waiver
from checker.review import changes
from checker.review.pair import check_twice
from checker.review.reach import reached

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from checker.catalogue.reading import Reading
    from checker.git import Snapshot
    from checker.judge import Setup
    from checker.model import Assessment, Control, Provenance, Report
    from checker.review.sides import Sides

_FAILED: Final = frozenset({Status.FAIL, Status.UNDETERMINED, Status.ERROR})

Opener: TypeAlias = "Callable[[], Rules]"
"""Opens the rules as they would be after a merge; CheckerError when they cannot be used."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What one side judges by: the set-up without a root, and where its rules and manifests are."""

    setup: Setup
    provenance: Provenance
    home: str
    """The directory of the manifests."""
    folders: tuple[str, ...]
    """The directories and files that hold policies, parameters, schemas and configuration."""
    read: Callable[[], Mapping[str, Reading]]
    """Tells by package what policies read, as far as that is known."""
    notes: tuple[str, ...] = ()
    others: tuple[Finding, ...] = ()


def touched(sides: Sides, rules: Rules) -> tuple[str, ...]:
    """Return the files of rules that the change touches, waivers among them."""
    folders = tuple(f"{folder.strip('/')}/" for folder in rules.folders)
    return tuple(
        path
        for path in sides.changed
        if f"{path}/".startswith(folders) or (is_waiver(path) and path.startswith(f"{rules.home}/"))
    )


def judge(sides: Sides, rules: Rules, open_merged: Opener, *, jobs: int) -> Impact | None:
    """Judge the vendors of the head by both sets of rules; None when the change leaves the rules alone.

    When nothing but waivers change, only their vendors are judged.
    """
    files = touched(sides, rules)
    if not files:
        return None
    paths = sorted(_concerned(sides, rules, files))
    # Evidence is hashed where it lies in git: that of all vendors may be more than a disk holds.
    root = sides.bring_manifests(sides.head, paths, rules.setup.limits, evidence=False)
    court = _Court(sides, root, paths, sides.evidence(sides.head, paths), jobs)
    try:
        merged = open_merged()
        later = court.hearing(sides.merged, merged)
        _require_usable(later.terms)
    except CheckerError as error:
        return Impact(files, 0, broken=f"{error.message} ({error.hint})" if error.hint else error.message)
    former = court.hearing(sides.base, rules)
    may_differ = reached(former.setup, later.setup, rules.read)
    before, after = check_twice(former, later, paths, may_differ, jobs=jobs)
    was, now = _blocked(before), _blocked(after)
    return Impact(
        files=files,
        vendors=len(paths),
        flips=tuple(flips(before, after)),
        newly_blocked=tuple(sorted(now - was)),
        no_longer_blocked=tuple(sorted(was - now)),
        announced=tuple(_announced(court, rules, merged)),
        broken=_left_out(sides, rules, merged) or _fault(before, after),
    )


def _left_out(sides: Sides, rules: Rules, merged: Rules) -> str:
    """Return which vendors nobody would look at any more, because their directory is another one; empty for none."""
    here = sorted(changes.manifests(sides.head, rules.home))
    lost = [path for path in here if not path.startswith(f"{merged.home}/")]
    if not lost:
        return ""
    of_them = f"{len(lost)} of {len(here)} manifests, such as {lost[0]}, are"
    return f"`manifests` is then `{merged.home}`, below which {of_them} not"


@dataclass(frozen=True, slots=True)
class _Court:
    """The manifests that both sets of rules judge; they lie below `root`."""

    sides: Sides
    root: Path
    paths: Sequence[str]
    evidence: Mapping[str, str]
    jobs: int

    def hearing(self, side: Snapshot, rules: Rules) -> Hearing:
        """Return the rules and waivers of one side."""
        waivers = self.sides.bring_waivers(side, rules.home, self.paths, rules.setup.limits)
        register = Register(replace(rules.setup, root=self.sides.place(side)), waivers)
        setup = replace(rules.setup, root=self.root, evidence=self.evidence, placed=False)
        return Hearing(setup, rules.provenance, register)


def _require_usable(setup: Setup) -> None:
    """Raise CheckerError when nothing can be judged by a set-up, before processes are given it."""
    judge = Judge(setup)
    try:
        _ = judge.engine
    finally:
        judge.close()


def _concerned(sides: Sides, rules: Rules, files: Collection[str]) -> Iterable[str]:
    if all(is_waiver(path) for path in files):
        from checker.review.pending import manifests_of

        return manifests_of(files, sides.head, rules.home)
    return changes.manifests(sides.head, rules.home)


def _blocked(report: Report) -> set[str]:
    return {one.vendor for one in report.assessments if any(finding.blocks for finding in one.findings)}


def _fault(before: Report, after: Report) -> str:
    """Return why the new rules cannot judge every vendor that the old ones can; empty when they do."""
    for finding in after.others:
        if finding.rule == UNUSABLE and finding.rule not in {one.rule for one in before.others}:
            return finding.message
    known = {one.vendor for one in before.assessments if _errors(one)}
    lost = [one for one in after.assessments if one.vendor not in known and _errors(one)]
    if not lost:
        return ""
    more = f" (and {len(lost) - 1} more)" if len(lost) > 1 else ""
    return f"{lost[0].vendor}{more}: {_errors(lost[0])[0].message}"


def _errors(assessment: Assessment) -> list[Finding]:
    return [finding for finding in assessment.problems if finding.status is Status.ERROR]


def flips(before: Report, after: Report) -> Iterator[Flip]:
    """Yield each control that judges a vendor differently; both reports are of the same manifests."""
    for one, other in zip(before.assessments, after.assessments, strict=True):
        was, now = ({result.control: result for result in side.results} for side in (one, other))
        if one.results and other.results and not _errors(one) and not _errors(other):
            for control in sorted(name for name in was.keys() | now.keys() if was.get(name) != now.get(name)):
                flip = _flip(control, other, was.get(control), now.get(control))
                if (flip.before, flip.blocks_before) != (flip.after, flip.blocks_after):
                    yield flip


def _flip(control: str, assessment: Assessment, was: Result | None, now: Result | None) -> Flip:
    blocks = [any(finding.blocks for finding in side.findings) if side else False for side in (was, now)]
    before, after = (side.status if side else None for side in (was, now))
    return Flip(control, assessment.vendor, before, after, *blocks)


def _announced(court: _Court, rules: Rules, merged: Rules) -> Iterator[Announced]:
    """Yield who would fail controls that the change announces, judged on the day on which each starts."""
    known = {(control.id, control.effective_on) for control in rules.setup.library.controls}
    starts: dict[str, list[Control]] = defaultdict(list)
    for control in merged.setup.controls:
        if control.effective_on > merged.setup.as_of.isoformat() and (control.id, control.effective_on) not in known:
            starts[control.effective_on].append(control)
    for day, controls in sorted(starts.items()):
        setup = replace(merged.setup, as_of=date.fromisoformat(day), controls=tuple(controls))
        hearing = court.hearing(court.sides.merged, replace(merged, setup=setup))
        report = pipeline.hear(hearing, court.paths, jobs=court.jobs)
        for control in controls:
            yield Announced(control.id, day, tuple(_failing(report, control.id)))


def _failing(report: Report, control: str) -> Iterator[str]:
    for one in report.assessments:
        if any(result.control == control and result.status in _FAILED for result in one.results):
            yield one.vendor
