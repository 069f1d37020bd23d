"""One page for a browser: it holds all that it needs, asks for nothing and runs nothing; worst first, prints well."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from checker.model import Change, Status
from checker.report import reviews
from checker.report.digest import first, headline, sections
from checker.report.escape import cut, html_prose, plain, prose, prose_lines
from checker.report.summary import (
    FAILED,
    Verdict,
    leniency,
    message,
    passed,
    plural,
    shares,
    verdict,
    verdicts,
    worst_vendors,
)
from checker.report.templating import TEMPLATES, environment

if TYPE_CHECKING:
    from jinja2 import Template

    from checker.model import Assessment, JsonObject, Report
    from checker.report.summary import Placed

ROWS: Final = 2_000
"""Most rows of a section: a page with more is slow to open, and nobody reads them."""

_PATH: Final = 160
_OPEN: Final = {
    "blocking": "What blocks",
    "tolerated": "What fails without blocking",
    "lapsing": "What lapses by {horizon}, if nothing is done",
}
_OPEN_IN_REVIEW: Final = _OPEN | {"blocking": "What is new", "tolerated": "What is new and does not block"}
_FOLDED: Final = {"existing": "There before", "fixed": "Fixed", "warnings": "Warnings", "waived": "Waived"}


def render(report: Report) -> str:
    """Render the report as one HTML document."""
    found = sections(report)
    review = report.review
    style = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    titles = {control.id: control.title for control in report.controls}
    horizon = review.horizon if review else ""
    opened = {name: title.format(horizon=horizon) for name, title in (_OPEN_IN_REVIEW if review else _OPEN).items()}
    return _template().render(
        style=_trusted(style),
        style_digest=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        made=report.provenance,
        exit_code=report.exit_code,
        word={0: "passes", 1: "blocked"}.get(report.exit_code, "could not be judged"),
        threshold=str(report.threshold or ""),
        review=review,
        headline=headline(report),
        noun=report.noun.capitalize(),
        controls=plural(len(report.controls), "control"),
        counts=_counts(report),
        first=first(found["blocking"]),
        touched=_Rows([_touched(row) for row in reviews.rows(report, review)] if review else []),
        meanings=_Rows([(one.vendor, one.meaning) for one in review.manifests if one.meaning] if review else []),
        open_sections=[(name, title) for name, title in opened.items() if name in found],
        folded=[(name, title) for name, title in _FOLDED.items() if found.get(name)],
        sections={name: _Rows([_row(name, pair, report, titles) for pair in pairs]) for name, pairs in found.items()},
        impact=_Rows(reviews.impact_lines(review.impact) if review and review.impact else []),
        waivers=_Rows([reviews.waiver_line(one) for one in review.waivers] if review else []),
        vendors=_Rows([] if review else [_vendor(one) for one in worst_vendors(report)]),
        shares=shares(report),
        notes=_Rows(list(report.notes)),
        provenance=_provenance(report),
    )


@cache
def _template() -> Template:
    made = environment(_shown, html=True)
    made.filters["told"] = lambda text: _trusted(html_prose(text))
    return made.get_template("report.html.j2")


def _shown(value: object) -> object:
    """Show what is hidden in a text; the template's own escaping takes care of mark-up."""
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    return "\n".join(map(prose, value.split("\n")))


def _trusted(text: str) -> str:
    from markupsafe import Markup

    return Markup(text)  # noqa: S704 - a file of ours, or escaped already


class _Rows:
    """The rows of a section that are shown, and how many there are."""

    def __init__(self, rows: list[Any]) -> None:
        self.shown = rows[:ROWS]
        self.total = len(rows)
        self.left_out = self.total - len(self.shown)


def _counts(report: Report) -> list[tuple[str, str]]:
    if report.review:
        told = reviews.counts(report, report.review)
    else:
        words = {Verdict.WARNED: "with warnings", Verdict.PASSES: "pass"}
        told = [f"{count:,} {words.get(name, name.label)}" for name, count in verdicts(report).items() if count]
    return [(number, words) for number, _, words in (one.partition(" ") for one in told)]


def _row(section: str, pair: Placed, report: Report, titles: dict[str, str]) -> JsonObject:
    finding, assessment = pair
    summary, *paste = prose_lines(finding.fix)
    return {
        "finding": finding,
        "look": "blocks" if section == "blocking" else "calm" if section in _FOLDED else "",
        "weight": "error" if finding.status is Status.ERROR else str(finding.severity),
        "title": titles.get(finding.control, ""),
        "message": message(finding),
        "change": reviews.WORDS.get(finding.change, "") if finding.change not in {None, Change.FIXED} else "",
        "leniency": leniency(finding, assessment, report.threshold) if finding.change is not Change.FIXED else "",
        "place": cut(plain(str(finding.location)), _PATH),
        "fix": summary,
        "paste": "\n".join(paste),
    }


def _touched(row: reviews.Row) -> JsonObject:
    return {
        "vendor": row.manifest.vendor or row.manifest.path,
        "edit": row.edit,
        "verdicts": row.verdicts,
        "blocked": row.blocked,
        "new": row.counts[Change.NEW],
        "touched": row.counts[Change.WORSE] + row.counts[Change.CHANGED],
        "existing": row.counts[Change.EXISTING] + row.counts[Change.BETTER],
        "fixed": row.counts[Change.FIXED],
    }


def _vendor(assessment: Assessment) -> JsonObject:
    findings = assessment.findings
    count, applicable = passed(assessment)
    outcome = verdict(assessment)
    lifecycle = f" ({assessment.lifecycle})" if assessment.lifecycle not in {"", "active"} else ""
    return {
        "vendor": assessment.vendor or assessment.path,
        "name": assessment.name,
        "verdict": outcome.label,
        "bad": outcome in {Verdict.BLOCKED, Verdict.UNJUDGED},
        "tier": (assessment.tier or "-") + lifecycle,
        "passed": f"{count} of {applicable}" if assessment.results else "",
        "blocking": sum(item.blocks for item in findings),
        "other": sum(item.status in FAILED and not item.blocks for item in findings),
        "warnings": sum(item.status is Status.WARN for item in findings),
        "waived": sum(item.status is Status.WAIVED for item in findings),
    }


def _provenance(report: Report) -> list[tuple[str, str]]:
    made, review = report.provenance, report.review
    told = [
        ("Tool", made.tool),
        ("Engine", f"{made.engine} (OPA {made.opa})"),
        ("Policies", made.policies),
        ("Parameters", made.parameters),
        ("Schemas", made.schemas),
        *([("Base", review.base), ("Changes counted from", review.fork)] if review else []),
        ("Revision", made.revision),
    ]
    return [(name, value) for name, value in told if value]
