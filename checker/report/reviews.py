"""What every output says of a review in the same words: headline, counts, policy impact, waivers, what lapses."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from checker.model import Change, Edit, Status
from checker.report.summary import FAILED, Verdict, plural, verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checker.model import Assessment, Finding, Impact, Report, Review, ReviewedManifest, ReviewedWaiver

WORDS: Final = {
    Change.NEW: "new",
    Change.WORSE: "worse than before",
    Change.CHANGED: "touched, still wrong",
    Change.EXISTING: "there before",
    Change.BETTER: "there before, less heavy now",
    Change.FIXED: "fixed",
}
FRESH: Final = frozenset({Change.NEW, Change.WORSE, Change.CHANGED})
"""What a change answers for."""

_NAMED: Final = 5
_EDITS: Final = {Edit.EVIDENCE: "only evidence"}


@dataclass(frozen=True, slots=True)
class Row:
    """One manifest that the change touches, and what became of it."""

    manifest: ReviewedManifest
    after: Assessment | None
    counts: Counter[Change]
    blocked: bool
    """Whether something about it blocks, or it could not be judged."""

    @property
    def edit(self) -> str:
        """What the change does to it, in words."""
        before = self.manifest.before
        former = f" from {before.vendor}" if before and before.vendor != self.manifest.vendor else ""
        return _EDITS.get(self.manifest.edit, str(self.manifest.edit)) + former

    @property
    def verdicts(self) -> str:
        """The verdict before and after, or the one when it is the same."""
        was = verdict(self.manifest.before).label if self.manifest.before else ""
        now = verdict(self.after).label if self.after else "deleted"
        return f"{was}, now {now}" if was and was != now else now


def rows(report: Report, review: Review) -> list[Row]:
    """Return the touched manifests, what is blocked first."""
    after = {one.path: one for one in report.assessments}
    fixed = Counter(finding.location.path for finding in review.fixed)
    blocking = {finding.location.path for finding in report.findings if finding.blocks}
    found = []
    for one in review.manifests:
        assessment = after.get(one.path)
        counts = Counter(finding.change for finding in _failed(assessment.findings if assessment else ()))
        told = Counter({change: count for change, count in counts.items() if change})
        told[Change.FIXED] = fixed[one.path] + (
            fixed[one.before.path] if one.before and one.before.path != one.path else 0
        )
        judged = assessment is None or verdict(assessment) is not Verdict.UNJUDGED
        found.append(Row(one, assessment, told, not judged or one.path in blocking))
    return sorted(found, key=lambda row: (not row.blocked, -row.counts[Change.NEW], row.manifest.path))


def _failed(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.status in FAILED or finding.status is Status.ERROR]


def counts(report: Report, review: Review) -> list[str]:
    """Return how many failures are new, worse and so on, as words; what there is none of is left out."""
    number = Counter(finding.change for finding in _failed(report.findings))
    number[Change.FIXED] = len(_failed(review.fixed))
    return [f"{number[change]:,} {words}" for change, words in WORDS.items() if number[change]]


def headline(report: Report, review: Review) -> str:
    """Return the outcome in one line."""
    blocking = [one for one in report.findings if one.blocks or one.status is Status.ERROR]
    if review.impact and review.impact.broken:
        return "The changed rules can no longer judge" + (f"; {_blocked(report, review)}" if len(blocking) > 1 else "")
    if blocking:
        return _blocked(report, review)
    if not review.manifests:
        touched = "the rules" if review.impact else "no manifest and no rules"
        return f"This change touches {touched}; nothing blocks"
    fixed = len(_failed(review.fixed))
    mended = f", and mends {plural(fixed, 'problem')}" if fixed else ""
    return f"This change of {plural(len(review.manifests), 'vendor')} blocks nothing{mended}"


def _blocked(report: Report, review: Review) -> str:
    blocking = [one for one in report.findings if one.blocks or one.status is Status.ERROR]
    fresh = sum(one.change in FRESH for one in blocking)
    problems = plural(len(blocking), "new problem" if fresh == len(blocking) else "problem")
    vendors = {one.vendor for one in blocking if one.vendor}
    if not review.manifests or not vendors:
        return f"Blocked by {problems}"
    touched = max(len(review.manifests), len(vendors))
    return f"{len(vendors):,} of {plural(touched, 'changed vendor')} blocked by {problems}"


def impact_lines(impact: Impact) -> list[str]:
    """Return what a change of the rules does, one sentence each; names are cut to the first few."""
    files = f"{plural(len(impact.files), 'file')} of rules changed: {_some(impact.files)}."
    if impact.broken and not impact.vendors:
        return [files, f"The changed rules cannot be used: {impact.broken}"]
    lines = [
        files,
        f"{plural(impact.vendors, 'vendor')} judged by the rules before and after the change.",
        *([_fate("newly blocked", impact.newly_blocked)] if impact.newly_blocked else []),
        *([_fate("no longer blocked", impact.no_longer_blocked)] if impact.no_longer_blocked else []),
    ]
    if not impact.newly_blocked and not impact.no_longer_blocked:
        lines.append("Nobody is newly blocked, and nobody is freed.")
    if impact.broken:
        lines.append(f"After the change not all can be judged: {impact.broken}")
    lines += [f"{control}: {'; '.join(told)}." for control, told in _by_control(impact).items()]
    for one in impact.announced:
        lines.append(f"{one.control} starts on {one.starts_on}: {_fate('would fail on that day', one.vendors)}")
    return lines


def _fate(what: str, vendors: tuple[str, ...]) -> str:
    return f"{plural(len(vendors), 'vendor')} {what}{': ' + _some(vendors) if vendors else ''}."


def _by_control(impact: Impact) -> dict[str, list[str]]:
    """Return by control which vendors go from which status to which."""
    moves: dict[str, dict[tuple[str, str], list[str]]] = defaultdict(lambda: defaultdict(list))
    for flip in impact.flips:
        was, now = (_status(*side) for side in ((flip.before, flip.blocks_before), (flip.after, flip.blocks_after)))
        moves[flip.control][was, now].append(flip.vendor)
    return {
        control: [
            f"{was} -> {now} for {plural(len(names), 'vendor')} ({_some(names)})" for (was, now), names in pairs.items()
        ]
        for control, pairs in moves.items()
    }


def _status(status: Status | None, blocks: bool) -> str:  # noqa: FBT001 - the pair of one side of a flip
    if status is None:
        return "no such control"
    word = status.replace("_", " ")
    return f"{word} (not blocking)" if status in FAILED and not blocks else word


def waiver_line(waiver: ReviewedWaiver) -> str:
    """Return what becomes of a waiver that the change touches."""
    effect = _some([one.rule for one in waiver.effect])
    if waiver.edit is Edit.DELETED:
        after = f"fails after the merge: {effect}" if effect else "it excuses nothing now"
        return f"{waiver.id} for {waiver.vendor} is deleted; {after}."
    if not waiver.accepted:
        return f"{waiver.id} for {waiver.vendor} ({waiver.rule}) is {waiver.edit}, and will not count."
    excused = f" It will excuse {effect}." if effect else " It excuses nothing that is found now."
    named = f"{waiver.id} for {waiver.vendor} ({waiver.rule}, until {waiver.expires})"
    return f"{named} takes effect after the merge.{excused}"


def _some(names: Iterable[str]) -> str:
    found = list(dict.fromkeys(names))
    more = f" and {len(found) - _NAMED:,} more" if len(found) > _NAMED else ""
    return ", ".join(found[:_NAMED]) + more
