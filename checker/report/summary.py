"""What every output says in the same words: verdicts, the order of weight, why a failure does not block."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from checker.model import Assessment, Change, Finding, Status
from checker.report.escape import prose, prose_lines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checker.model import Report, Severity, WaiverRef

Placed: TypeAlias = "tuple[Finding, Assessment | None]"
"""A finding with the assessment it belongs to; None for findings about files that are no manifest."""

FAILED = frozenset({Status.FAIL, Status.UNDETERMINED})
_WEIGHT = {status: weight for weight, status in enumerate(Status)}


class Verdict(StrEnum):
    """The outcome for one vendor; the order of members is the order of lists."""

    BLOCKED = "blocked"
    UNJUDGED = "unjudged"
    WARNED = "passes_with_warnings"
    PASSES = "passes"

    @property
    def label(self) -> str:
        """The verdict in words."""
        return "could not be judged" if self is Verdict.UNJUDGED else self.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Share:
    """How much of the client's critical or important functions depends on one thing."""

    kind: str
    """What the thing is, such as a group of companies or a country."""
    name: str
    functions: int
    total: int
    percent: int
    level: str
    """`within`, `warn_pct`, `limit_pct` or `exempt`."""

    @property
    def remark(self) -> str:
        """What to make of it, in words; empty when there is nothing to remark."""
        return _LEVELS.get(self.level, "")


_LARGEST_SHARES = 3
_KINDS = {"groups": "group", "subprocessors": "sub-processor", "countries": "country"}
_LEVELS = {"limit_pct": "above the limit", "warn_pct": "close to the limit", "exempt": "exempt"}

_RANK = {verdict: rank for rank, verdict in enumerate(Verdict)}


def verdict(assessment: Assessment) -> Verdict:
    """Sum up one vendor; an error in any control, or no result at all, means that it could not be judged."""
    findings = assessment.findings
    if not assessment.results or any(result.status is Status.ERROR for result in assessment.results):
        return Verdict.UNJUDGED
    if any(finding.status is Status.ERROR for finding in findings):
        return Verdict.UNJUDGED
    if any(finding.blocks for finding in findings):
        return Verdict.BLOCKED
    return Verdict.WARNED if findings else Verdict.PASSES


def verdicts(report: Report) -> dict[Verdict, int]:
    """Count the vendors by verdict."""
    counts = dict.fromkeys(Verdict, 0)
    for assessment in report.assessments:
        counts[verdict(assessment)] += 1
    return counts


def worst_vendors(report: Report) -> list[Assessment]:
    """Return all assessments, the worst verdict first, then by vendor and path."""
    return sorted(report.assessments, key=lambda item: (_RANK[verdict(item)], item.vendor, item.path))


def placed(report: Report) -> list[Placed]:
    """Return all findings with their assessments, in the order of every output."""
    pairs: list[Placed] = [(finding, item) for item in report.assessments for finding in item.findings]
    pairs += [(finding, None) for finding in report.others]
    return sorted(pairs, key=lambda pair: pair[0].sort_key)


def worst_first(pairs: Iterable[Placed]) -> list[Placed]:
    """Order by weight: what could not be judged and what blocks, then by severity, status and place."""
    return sorted(pairs, key=_weight)


def _weight(pair: Placed) -> tuple[Any, ...]:
    finding, _ = pair
    urgent = finding.blocks or finding.status is Status.ERROR
    return (not urgent, -finding.severity.rank, _WEIGHT[finding.status], finding.sort_key)


def leniency(finding: Finding, assessment: Assessment | None, threshold: Severity | None) -> str:
    """Say why a failure does not block; empty for everything that blocks or is no failure."""
    if finding.blocks or finding.status not in FAILED:
        return ""
    if finding.baseline:
        return f"in the baseline until {finding.baseline}"
    if finding.change in {Change.EXISTING, Change.BETTER}:
        return "was there before this change"
    if assessment is not None and assessment.lifecycle == "prospective":
        return "does not block while the vendor is prospective"
    if threshold is not None:
        return f"does not block below severity {threshold}"
    if assessment is not None and assessment.tier:
        return f"does not block at tier {assessment.tier}"
    return "does not block"


def message(finding: Finding) -> str:
    """Return the message for people, which says so when the control lacks a field to decide on."""
    undetermined = " (cannot be determined)" if finding.status is Status.UNDETERMINED else ""
    return prose(finding.message) + undetermined


def details(pair: Placed, threshold: Severity | None) -> list[tuple[str, list[str]]]:
    """Return what is said below a message: labels with lines ready to show. A waived finding needs no fix."""
    finding, assessment = pair
    told = [("", [prose(leniency(finding, assessment, threshold))])]
    told.append(("blocks from", [prose(finding.starts_on)]))
    if finding.waiver is not None:
        waiver = finding.waiver
        told.append(("WAIVED until", [f"{expiry(waiver)} ({prose(waiver.id)}): {prose(waiver.reason)}"]))
    else:
        told.append(("fix:", prose_lines(finding.fix)))
    return [(label, lines) for label, lines in told if any(lines)]


def detail_lines(pair: Placed, threshold: Severity | None) -> list[str]:
    """Return `details` joined to plain lines."""
    joined = []
    for label, (first, *more) in details(pair, threshold):
        joined += [f"{label} {first}".lstrip(), *(f"{' ' * (len(label) + 1)}{line}" for line in more)]
    return joined


def expiry(waiver: WaiverRef) -> str:
    """Return until when a waiver counts, in words."""
    return prose(waiver.expires) or "further notice"


def shares(report: Report) -> list[Share]:
    """Return the largest shares of each kind, by its name; none where there are too few functions to judge."""
    found = []
    for overview in report.portfolio.values():
        for kind in sorted(overview) if overview.get("judged") else ():
            rows = overview[kind] if isinstance(overview[kind], list) else []
            for row in rows[:_LARGEST_SHARES]:
                share = (row["name"], row["functions"], overview["functions"], row["share_pct"], row["level"])
                found.append(Share(_KINDS.get(kind, kind), *share))
    return found


def passed(assessment: Assessment) -> tuple[int, int]:
    """Count the controls that pass and those that apply."""
    statuses = [result.status for result in assessment.results]
    return statuses.count(Status.PASS), len(statuses) - statuses.count(Status.NOT_APPLICABLE)


def plural(count: int, noun: str) -> str:
    """Count a noun: `1 vendor`, `2 vendors`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
