"""How the findings after a change compare with those before it, and which of them block."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from checker.model import Change, Finding, Severity, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from checker.model import Assessment, Report, ReviewedManifest

_STATUS_WEIGHT: Final = {Status.ERROR: 3, Status.FAIL: 2, Status.UNDETERMINED: 2, Status.WARN: 1}
_FAILED: Final = frozenset({Status.FAIL, Status.UNDETERMINED})
_KNOWN: Final = frozenset({Change.EXISTING, Change.BETTER})
# A file that cannot be judged is no old finding to live with: it hides all others.
_FORGIVEN_GROUPS: Final = frozenset({"waiver", "baseline", "parameters"})


@dataclass(frozen=True, slots=True)
class Strictness:
    """What blocks: `matrix` maps a tier to the least severity, unless `threshold` is given for all.

    A change that lowers the tier or the lifecycle of its vendor is held to what was in force before.
    """

    matrix: Mapping[str, str]
    threshold: Severity | None

    def blocks(self, finding: Finding, before: Assessment | None, after: Assessment | None) -> bool:
        """Tell whether a finding blocks by the stricter one of both sides; what the baseline excuses does not."""
        if finding.blocks or finding.baseline or finding.status not in _FAILED:
            return finding.blocks
        live = [one for one in (before, after) if one and one.lifecycle and one.lifecycle != "prospective"]
        rows = [Severity(self.matrix[one.tier]) for one in live if one.tier]
        least = [self.threshold] if self.threshold and live else rows
        return any(finding.severity.rank >= row.rank for row in least)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The report after the change with every finding marked, and what the change mends."""

    report: Report
    fixed: tuple[Finding, ...]


def compare(
    before: Report, after: Report, manifests: Sequence[ReviewedManifest], strictness: Strictness, *, block: str
) -> Comparison:
    """Mark each finding of `after` with how it compares with `before`; with `block="new"` what was there stays silent.

    A finding is the same when its fingerprint is; that of a renamed vendor is looked up under its former name.
    """
    was = {one.vendor: one.before for one in manifests if one.before}
    now = {one.vendor: one for one in after.assessments}
    former = {vendor: before.vendor for vendor, before in was.items()}
    known = {_key(finding, former): finding for finding in before.findings}
    controls = {control.id for control in after.controls}

    def marked(finding: Finding) -> Finding:
        blocks = strictness.blocks(finding, was.get(finding.vendor), now.get(finding.vendor))
        change = _change(known.get(_key(finding, former)), replace(finding, blocks=blocks))
        forgiven = finding.control in controls or finding.control in _FORGIVEN_GROUPS
        silent = block == "new" and change in _KNOWN and forgiven and finding.status is not Status.ERROR
        return replace(finding, change=change, blocks=blocks and not silent)

    report = after.with_findings(marked)
    return Comparison(report, tuple(_fixed(before, report, former)))


def _key(finding: Finding, former: Mapping[str, str]) -> tuple[str, ...]:
    return (finding.rule, former.get(finding.vendor, finding.vendor), finding.subject)


def _change(before: Finding | None, after: Finding) -> Change:
    if before is None:
        return Change.NEW
    was, now = _weight(before), _weight(after)
    if was != now:
        return Change.WORSE if now > was else Change.BETTER
    return Change.CHANGED if after.status in _FAILED and before.value != after.value else Change.EXISTING


def _weight(finding: Finding) -> tuple[Any, ...]:
    return (finding.blocks, _STATUS_WEIGHT.get(finding.status, 0), finding.severity.rank)


def _fixed(before: Report, after: Report, former: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what is found no more, of vendors that are still judged."""
    left = {_key(finding, former) for finding in after.findings}
    judged = {former.get(one.vendor, one.vendor) for one in after.assessments if one.tier}
    others = {finding.fingerprint for finding in before.others}
    for finding in before.findings:
        settled = finding.vendor in judged or finding.fingerprint in others
        if settled and _key(finding, former) not in left:
            yield replace(finding, change=Change.FIXED, blocks=False)
