"""What a page for people tells of a report, and in which order: headline, what to do first, sections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from checker.model import Finding, Status
from checker.report import reviews
from checker.report.escape import prose_lines
from checker.report.summary import FAILED, Verdict, placed, plural, verdicts, worst_first

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.model import Report
    from checker.report.summary import Placed

FIRST: Final = 3
"""Things to do first."""
_PASTE: Final = 2_000
"""Longest text to paste among the things to do first; the finding itself has its lines in any case."""


@dataclass(frozen=True, slots=True)
class Todo:
    """One fix to begin with, for all who need it."""

    rule: str
    fix: str
    paste: tuple[str, ...]
    """Lines to put into the manifest, ready to show."""
    vendors: tuple[str, ...]
    more: int
    """How many vendors need it beside the named ones."""


def headline(report: Report) -> str:
    """Return the outcome in one line."""
    if report.review:
        return reviews.headline(report, report.review)
    counts, total = verdicts(report), len(report.assessments)
    outside = any(urgent(finding) for finding in report.others)
    told = []
    if counts[Verdict.BLOCKED]:
        told.append(f"{counts[Verdict.BLOCKED]:,} of {plural(total, report.noun)} blocked")
    if counts[Verdict.UNJUDGED]:
        told.append(f"{counts[Verdict.UNJUDGED]:,} could not be judged")
    if outside:
        told.append("other files need mending")
    if told:
        return ", ".join(told)
    if not total:
        return f"No {report.noun} was judged"
    warned = counts[Verdict.WARNED]
    return f"All {plural(total, report.noun)} pass" + (f", {warned:,} with warnings" if warned else "")


def urgent(finding: Finding) -> bool:
    """Tell whether a finding keeps the run from being green."""
    return finding.blocks or finding.status is Status.ERROR


def sections(report: Report) -> dict[str, list[Placed]]:
    """Return the findings by section, the worst first; `blocking` holds what to act upon."""
    pairs = worst_first(placed(report))
    failed = [pair for pair in pairs if pair[0].status in FAILED or urgent(pair[0])]
    calm = [pair for pair in failed if not urgent(pair[0])]
    found = {
        "blocking": [pair for pair in failed if urgent(pair[0])],
        "tolerated": calm,
        "warnings": [pair for pair in pairs if pair[0].status is Status.WARN and not urgent(pair[0])],
        "waived": [pair for pair in pairs if pair[0].status is Status.WAIVED],
    }
    if report.review:
        found["tolerated"] = [pair for pair in calm if pair[0].change in reviews.FRESH]
        found["existing"] = [pair for pair in calm if pair[0].change not in reviews.FRESH]
        found["fixed"] = [(finding, None) for finding in report.review.fixed]
        found["lapsing"] = [(finding, None) for finding in report.review.lapsing]
    return found


def first(pairs: Sequence[Placed]) -> list[Todo]:
    """Pick the fixes to begin with: the worst findings, those with one rule and fix taken together."""
    groups: dict[tuple[str, str], list[str]] = {}
    for finding, _ in pairs:
        groups.setdefault((finding.rule, finding.fix or finding.message), []).append(finding.vendor)
    return [_todo(rule, fix, owners) for (rule, fix), owners in list(groups.items())[:FIRST]]


def _todo(rule: str, fix: str, owners: list[str]) -> Todo:
    vendors = tuple(dict.fromkeys(filter(None, owners)))
    summary, *paste = prose_lines(fix)
    short = tuple(paste) if sum(map(len, paste)) <= _PASTE else ()
    return Todo(rule, summary, short, vendors[:FIRST], len(vendors[FIRST:]))
