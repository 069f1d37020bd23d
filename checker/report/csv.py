"""A row for each finding, for spreadsheets; no cell can be taken for a formula."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from checker.report.escape import csv_cell
from checker.report.summary import placed

if TYPE_CHECKING:
    from checker.model import Report
    from checker.report.summary import Placed

COLUMNS = (
    *("vendor", "name", "tier", "lifecycle", "control", "finding", "status", "severity", "blocks", "change"),
    *("message", "fix", "path", "line", "column", "subject", "starts_on", "baseline", "waiver", "waiver_expires"),
    "fingerprint",
)


def render(report: Report) -> str:
    """Render a header and one row per finding in the order of places; in a review also what it mends."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    pairs = placed(report)
    if report.review:
        pairs += [(finding, None) for finding in report.review.fixed]
    writer.writerows([csv_cell(str(cell)) for cell in _cells(pair)] for pair in pairs)
    return text.getvalue()


def _cells(pair: Placed) -> tuple[object, ...]:
    finding, assessment = pair
    waiver = finding.waiver
    return (
        finding.vendor,
        assessment.name if assessment else "",
        assessment.tier if assessment else "",
        assessment.lifecycle if assessment else "",
        finding.control,
        finding.rule,
        finding.status,
        finding.severity,
        "yes" if finding.blocks else "no",
        finding.change or "",
        finding.message,
        finding.fix,
        finding.location.path,
        finding.location.line,
        finding.location.column,
        finding.subject,
        finding.starts_on,
        finding.baseline,
        waiver.id if waiver else "",
        waiver.expires if waiver else "",
        finding.fingerprint,
    )
