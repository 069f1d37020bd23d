"""GitHub workflow commands, which become annotations on the lines of a pull request.

GitHub shows ten annotations per level and step: the ten that matter most are printed, the rest is counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.model import Change, Status
from checker.report.escape import plain, prose, workflow_data, workflow_property
from checker.report.summary import detail_lines, message, placed, plural, worst_first

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.model import Finding, Report
    from checker.report.summary import Placed

LIMIT = 10
"""Annotations that GitHub shows per level and step."""


def render(report: Report) -> str:
    """Render at most ten commands per level, the worst first, and a last line with the true totals.

    In a review those on changed lines come first, which is where GitHub shows them; what was there before is a notice.
    """
    levels: dict[str, list[Placed]] = {"error": [], "warning": [], "notice": []}
    touched = {one.path: one.lines for one in report.review.manifests} if report.review else {}
    for pair in sorted(worst_first(placed(report)), key=lambda pair: not _on_changed_line(pair[0], touched)):
        levels[_level(pair[0])].append(pair)
    lines = [_command(level, pair, report) for level, pairs in levels.items() for pair in pairs[:LIMIT]]
    totals = {level: len(pairs) for level, pairs in levels.items()}
    return "\n".join([*lines, _totals(totals, report)]) + "\n"


def _level(finding: Finding) -> str:
    if finding.blocks or finding.status is Status.ERROR:
        return "error"
    old = finding.change in {Change.EXISTING, Change.BETTER}
    return "notice" if old or finding.status is Status.WAIVED else "warning"


def _on_changed_line(finding: Finding, touched: Mapping[str, frozenset[int]]) -> bool:
    return finding.location.line in touched.get(finding.location.path, ())


def _command(level: str, pair: Placed, report: Report) -> str:
    finding, _ = pair
    place = finding.location
    properties = {
        "file": plain(place.path),
        "line": str(place.line),
        "col": str(place.column),
        "title": f"{prose(finding.rule, 120)} ({finding.severity})",
    }
    shown = ",".join(f"{key}={workflow_property(value)}" for key, value in properties.items())
    return f"::{level} {shown}::{workflow_data(_message(pair, report))}"


def _message(pair: Placed, report: Report) -> str:
    return "\n".join([message(pair[0]), *detail_lines(pair, report.threshold)])


def _totals(totals: dict[str, int], report: Report) -> str:
    if not any(totals.values()):
        return f"checker: nothing to report for {plural(len(report.assessments), report.noun)}"
    if max(totals.values()) <= LIMIT:
        return "checker: " + ", ".join(plural(count, level) for level, count in totals.items() if count)
    shown = [
        f"{LIMIT} of {count:,} {level}s" if count > LIMIT else plural(count, level)
        for level, count in totals.items()
        if count
    ]
    return f"checker: {', '.join(shown)} shown; all are in the job summary and in the JSON report"
