"""Markdown for a job page or a pull request's comment: worst first, cut to what GitHub takes."""

from __future__ import annotations

from bisect import bisect_left
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from checker.model import Change, Status
from checker.report import reviews
from checker.report.digest import first, headline, sections
from checker.report.escape import (
    cut,
    markdown_block,
    markdown_code,
    markdown_item,
    markdown_prose,
    markdown_text,
    plain,
    prose,
    prose_lines,
)
from checker.report.summary import (
    FAILED,
    leniency,
    message,
    passed,
    plural,
    shares,
    verdict,
    worst_vendors,
)
from checker.report.templating import environment

if TYPE_CHECKING:
    from jinja2 import Template

    from checker.model import Assessment, JsonObject, Report, Review
    from checker.report.digest import Todo
    from checker.report.summary import Placed

LIMIT = 65_000
"""Characters of the whole text; GitHub refuses a comment above 65,536."""
ROWS = 400
"""Most rows tried in a section; no more would ever fit."""

_PATH = 160


class Safe(str):
    """Markdown made here; every other string is escaped when the template puts it out."""

    __slots__ = ()


def render(report: Report) -> str:
    """Render the report with as many rows in each section as fit into `LIMIT` characters."""
    found = sections(report)
    page = partial(_review_page, report.review) if report.review else _page
    rows = min(
        ROWS, max(*map(len, found.values()), len(report.assessments), len(report.notes), _longest(report.review))
    )
    text = page(report, found, rows)
    if len(text) > LIMIT:
        too_many = bisect_left(range(rows), True, key=lambda count: len(page(report, found, count)) > LIMIT)  # noqa: FBT003
        text = page(report, found, max(0, too_many - 1))
    return text


def _longest(review: Review | None) -> int:
    if review is None:
        return 0
    told = len(reviews.impact_lines(review.impact)) if review.impact else 0
    return max(len(review.manifests), len(review.fixed), len(review.waivers), len(review.lapsing), told)


@cache
def _template(name: str) -> Template:
    made = environment(_escaped, html=False)
    made.filters["code"] = lambda text: Safe(markdown_code(cut(plain(text[: _PATH + 1]), _PATH)))
    made.filters["fix"] = _fix
    made.filters["told"] = lambda text: Safe(markdown_prose(prose(text)))
    made.filters["item"] = lambda text: Safe(markdown_item(prose(text)))
    return made.get_template(name)


def _escaped(value: object) -> object:
    return markdown_text(prose(value)) if isinstance(value, str) and not isinstance(value, Safe) else value


def _fix(text: str) -> Safe:
    """Keep the lines of a fix: the first as prose, the others, which are there to be pasted, as code."""
    first, *more = prose_lines(text)
    return Safe("<br>".join([markdown_prose(first), *map(markdown_code, more)]))


def _page(report: Report, found: dict[str, list[Placed]], rows: int) -> str:
    return _template("report.md.j2").render(
        **_frame(report, found, rows),
        controls=plural(len(report.controls), "control"),
        vendors=_Rows([_vendor(item) for item in worst_vendors(report)[:rows]], len(report.assessments)),
        shares=shares(report),
    )


def _review_page(review: Review, report: Report, found: dict[str, list[Placed]], rows: int) -> str:
    touched = reviews.rows(report, review)
    meanings = [(row.manifest.vendor, row.manifest.meaning) for row in touched if row.manifest.meaning]
    impact = reviews.impact_lines(review.impact) if review.impact else []
    return _template("review.md.j2").render(
        **_frame(report, found, rows) | {"review": review},
        verdict="red" if report.exit_code else "clean",
        counts=reviews.counts(report, review),
        manifests=_cut([_touched(row) for row in touched], rows),
        meanings=_cut(meanings, rows),
        impact=_cut(impact, rows),
        waivers=_cut([reviews.waiver_line(one) for one in review.waivers], rows),
    )


def _touched(row: reviews.Row) -> JsonObject:
    counts = row.counts
    return {
        "vendor": row.manifest.vendor or row.manifest.path,
        "edit": row.edit,
        "verdicts": row.verdicts,
        "blocked": row.blocked,
        "new": counts[Change.NEW],
        "touched": counts[Change.WORSE] + counts[Change.CHANGED],
        "existing": counts[Change.EXISTING] + counts[Change.BETTER],
        "fixed": counts[Change.FIXED],
    }


def _frame(report: Report, found: dict[str, list[Placed]], rows: int) -> JsonObject:
    return {
        "made": report.provenance,
        "noun": report.noun.capitalize(),
        "exit_code": report.exit_code,
        "threshold": report.threshold,
        "notes": _cut(list(report.notes), rows),
        "review": None,
        "headline": headline(report),
        "first": [_todo(one) for one in first(found["blocking"])],
        "sections": {name: _section(pairs, rows, report) for name, pairs in found.items()},
    }


def _cut(items: list[Any], rows: int) -> _Rows:
    return _Rows(items[:rows], len(items))


class _Rows:
    """The rows of a section that are shown, and how many there are."""

    def __init__(self, shown: list[Any], total: int) -> None:
        self.shown = shown
        self.total = total
        self.left_out = total - len(shown)


def _section(pairs: list[Placed], rows: int, report: Report) -> _Rows:
    return _Rows([_row(pair, report) for pair in pairs[:rows]], len(pairs))


def _row(pair: Placed, report: Report) -> JsonObject:
    finding, assessment = pair
    return {
        "finding": finding,
        "weight": "error" if finding.status is Status.ERROR else str(finding.severity),
        "message": message(finding),
        "leniency": leniency(finding, assessment, report.threshold),
        "place": str(finding.location),
    }


def _todo(one: Todo) -> JsonObject:
    block = Safe(markdown_block(list(one.paste), "   ")) if one.paste else ""
    return {"rule": one.rule, "fix": one.fix, "block": block, "vendors": one.vendors, "more": one.more}


def _vendor(assessment: Assessment) -> JsonObject:
    findings = assessment.findings
    count, applicable = passed(assessment)
    return {
        "assessment": assessment,
        "verdict": verdict(assessment).label,
        "passed": f"{count} of {applicable}" if assessment.results else "",
        "blocking": sum(item.blocks for item in findings),
        "other": sum(item.status in FAILED and not item.blocks for item in findings),
        "warnings": sum(item.status is Status.WARN for item in findings),
        "waived": sum(item.status is Status.WAIVED for item in findings),
    }
