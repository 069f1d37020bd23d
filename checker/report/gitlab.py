"""GitLab's code quality report, which merge requests show beside the changed lines.

The format has no word for what is accepted: waived findings, and what a baseline excuses, are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.model import Severity, Status
from checker.report.escape import json_document, plain, prose
from checker.report.summary import leniency, message, placed

if TYPE_CHECKING:
    from checker.model import Finding, JsonObject, Report
    from checker.report.summary import Placed

_SEVERITY = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
}


def render(report: Report) -> str:
    """Render every finding that is not accepted, in the order of places."""
    told: dict[str, JsonObject] = {}
    for pair in placed(report):
        if pair[0].status is not Status.WAIVED and not pair[0].baseline:
            issue = _issue(pair, report)
            # One fingerprint twice would hide one of the two.
            told.setdefault(issue["fingerprint"], issue)
    return json_document(list(told.values()))


def _issue(pair: Placed, report: Report) -> JsonObject:
    finding, assessment = pair
    why = leniency(finding, assessment, report.threshold)
    text = f"{message(finding)} ({why})" if why else message(finding)
    return {
        "description": prose(f"{finding.rule}: {text}"),
        "check_name": prose(finding.rule, 120),
        "fingerprint": finding.fingerprint,
        "severity": _severity(finding),
        "location": {"path": plain(finding.location.path), "lines": {"begin": max(1, finding.location.line)}},
    }


def _severity(finding: Finding) -> str:
    if finding.blocks or finding.status is Status.ERROR:
        return _SEVERITY[finding.severity]
    return "info" if finding.status is Status.WARN else "minor"
