"""Text for terminals and logs: a block per finding at `path:line:column`, the vendors, the totals."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from checker.model import Status
from checker.report import reviews
from checker.report.escape import cut, masked, plain, prose
from checker.report.summary import (
    FAILED,
    Verdict,
    details,
    message,
    passed,
    placed,
    plural,
    shares,
    verdict,
    verdicts,
    worst_first,
    worst_vendors,
)
from checker.report.terminal import Page

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.model import Assessment, Finding, Report, Review
    from checker.report.summary import Placed

    Source = Callable[[str], bytes | None]

_NARROWEST = 60
_ROOM = 24
"""Columns a message needs beside its place; with fewer it starts on the next line."""
_WIDE = 120
"""Width from which the table also has names, lifecycles and the controls passed."""
_SHORTEST = 12
"""Columns that the vendors' ids keep at least."""
_LONGEST_NAME = {"vendor": 32, "file": 60}
_ALL_VENDORS = 25
"""Up to this many vendors the table is whole; beyond, those that pass are only counted."""

_MOST = 25
"""Most lines of a list in a review, unless all are asked for."""

_COUNTS = ("pass", "block", "other", "warn", "waived")

_BOLD, _DIM, _RED, _GREEN, _YELLOW, _MAGENTA, _CYAN = "1", "2", "1;31", "32", "33", "1;35", "36"
_LABEL = {"fix:": _GREEN, "WAIVED until": _CYAN, "blocks from": _YELLOW}
_STYLE = {Verdict.BLOCKED: _RED, Verdict.UNJUDGED: _MAGENTA, Verdict.WARNED: _YELLOW, Verdict.PASSES: _GREEN}


@dataclass(frozen=True, slots=True)
class _Page(Page):
    source: Source | None
    lines: dict[str, list[str]] = field(default_factory=dict)
    """Decoded sources, read once."""

    def labelled(self, label: str, text: str, style: str) -> list[str]:
        """Fill `text` behind a two-space indent and a painted label."""
        first, *more = self.wrap(text, f"  {label} ", "  " + " " * (len(label) + 1))
        return [f"  {self.paint(label, style)}{first[len(label) + 2 :]}", *more]

    def line(self, path: str, number: int) -> str | None:
        """Return one line of a source, None when there is none."""
        if self.source is None:
            return None
        if path not in self.lines:
            content = self.source(path) or b""
            self.lines[path] = content.decode("utf-8-sig", "replace").split("\n")
        lines = self.lines[path]
        return lines[number - 1].rstrip("\r") if 0 < number <= len(lines) else None


def render(
    report: Report,
    *,
    color: bool = False,
    width: int = 80,
    verbose: bool = False,
    source: Source | None = None,
) -> str:
    """Render for people; `source` gives a path's bytes for code frames, `verbose` adds what passes."""
    page = _Page(max(width, _NARROWEST), color, source)
    if report.review:
        blocks = _review(page, report, report.review, verbose=verbose)
    else:
        blocks = [_finding(page, pair, report) for pair in placed(report)]
    if verbose:
        blocks += [_controls(page, assessment) for assessment in report.assessments if assessment.results]
    if not report.review:
        blocks += [_vendors(page, report, verbose=verbose)]
    blocks += [_shares(page, report), _totals(page, report)]
    blocks += [_note(page, note) for note in report.notes]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _review(page: _Page, report: Report, review: Review, *, verbose: bool) -> list[list[str]]:
    """Lay out a review: what the change answers for in full, what was there before in a line each."""
    pairs = worst_first(placed(report))
    fresh = [pair for pair in pairs if pair[0].blocks or pair[0].change in reviews.FRESH]
    old = [pair[0] for pair in pairs if pair not in fresh]
    warned = [finding for finding, _ in fresh if finding.status is Status.WARN]
    meanings = [row.manifest for row in reviews.rows(report, review)]
    blocks = [_finding(page, pair, report) for pair in fresh if verbose or pair[0].status is not Status.WARN]
    blocks += [
        _briefly(page, "what is new and only a warning", [] if verbose else warned),
        _briefly(page, "what was there before", old, verbose=verbose),
        _briefly(page, "fixed", list(review.fixed), verbose=verbose),
        _briefly(page, f"what lapses by {review.horizon}, if nothing is done", list(review.lapsing), verbose=verbose),
        _told(page, "waivers in this change", [reviews.waiver_line(one) for one in review.waivers]),
        _told(page, "policy impact", reviews.impact_lines(review.impact) if review.impact else []),
        *(_told(page, f"what the change of {prose(one.vendor)} means", list(one.meaning)) for one in meanings),
    ]
    blocks.append(_touched(page, report, review, verbose=verbose))
    color = _RED if report.exit_code else _GREEN
    counted = [", ".join(reviews.counts(report, review))]
    blocks.append([page.paint(prose(reviews.headline(report, review)), color), *filter(None, counted)])
    return blocks


def _touched(page: _Page, report: Report, review: Review, *, verbose: bool) -> list[str]:
    rows = reviews.rows(report, review)
    lines = []
    for row in rows if verbose else rows[:_MOST]:
        style = _RED if row.blocked else _GREEN
        name = cut(plain(row.manifest.vendor or row.manifest.path), 32)
        edit = cut(plain(row.edit), 48)
        lines.append(f"  {name:<32}  {edit:<13}  {page.paint(row.verdicts, style)}")
    if more := len(rows) - len(lines):
        lines.append(page.paint(f"  and {more:,} more: --verbose lists all", _DIM))
    return [page.paint("changed vendors", _DIM), *lines] if lines else []


def _briefly(page: _Page, title: str, findings: list[Finding], *, verbose: bool = False) -> list[str]:
    """List findings in a line each under a title with their number."""
    if not findings:
        return []
    lines = [page.paint(f"{title} ({len(findings):,})", _DIM)]
    for finding in findings if verbose else findings[:_MOST]:
        label, style = _label(finding)
        head = f"  {plain(str(finding.location))}: "
        lines += [f"{head}{page.paint(label, style)} {page.paint(prose(finding.rule, 120), _BOLD)}"]
        lines += page.wrap(message(finding), "    ", "    ")
    if not verbose and len(findings) > _MOST:
        lines.append(page.paint(f"  and {len(findings) - _MOST:,} more: --verbose lists all", _DIM))
    return lines


def _told(page: _Page, title: str, sentences: list[str]) -> list[str]:
    lines = [line for one in sentences for line in page.wrap(prose(one), "  ", "    ")]
    return [page.paint(title, _DIM), *lines] if lines else []


def _note(page: _Page, note: str) -> list[str]:
    first, *more = page.wrap(prose(note), "note: ", "      ")
    return [page.paint("note:", _DIM) + first[len("note:") :], *more]


def _finding(page: _Page, pair: Placed, report: Report) -> list[str]:
    lines = _head(page, pair[0]) + _frame(page, pair[0])
    for label, (first, *more) in details(pair, report.threshold):
        lines += page.labelled(label, first, _LABEL.get(label, _DIM)) if label else page.wrap(first, "  ", "  ")
        lines += [" " * (len(label) + 3) + line for line in more]
    return lines


def _head(page: _Page, finding: Finding) -> list[str]:
    label, style = _label(finding)
    place, rule = plain(str(finding.location)), prose(finding.rule, 120)
    bare = f"{place}: {label} {rule}"
    painted = f"{page.paint(place + ':', _BOLD)} {page.paint(label, style)} {page.paint(rule, _BOLD)}"
    if len(bare) + _ROOM > page.width:
        return [painted, *page.wrap(message(finding), "    ", "    ")]
    first, *rest = page.wrap(message(finding), f"{bare} ", "    ")
    return [painted + first[len(bare) :], *rest]


def _label(finding: Finding) -> tuple[str, str]:
    if finding.status is Status.ERROR:
        return "ERROR", _MAGENTA
    if finding.status is Status.WAIVED:
        return f"WAIVED {finding.severity.upper()}", _CYAN
    if finding.status in FAILED:
        return finding.severity.upper(), _RED if finding.blocks else _YELLOW
    return finding.status.upper(), _YELLOW


def _frame(page: _Page, finding: Finding) -> list[str]:
    place = finding.location
    line = page.line(place.path, place.line)
    if line is None or not line.strip():
        return []
    line = masked(line)
    room = page.width - len(gutter := f"  {place.line} | ")
    before = plain(line[: place.column - 1])
    start = max(0, len(before) - room // 2) if len(before) + 1 > room else 0
    text = cut((before + plain(line[place.column - 1 :]))[start:], room)
    margin = " " * (len(gutter) - 2) + "| "
    return [
        page.paint(gutter, _DIM) + text,
        page.paint(margin, _DIM) + " " * (len(before) - start) + page.paint("^", _RED),
    ]


def _controls(page: _Page, assessment: Assessment) -> list[str]:
    lines = []
    for status in (Status.PASS, Status.NOT_APPLICABLE):
        ids = " ".join(prose(item.control) for item in assessment.results if item.status is status)
        if ids:
            lines += page.labelled(f"{status.replace('_', ' ')}:", ids, _DIM)
    return [page.paint(prose(assessment.path), _BOLD), *lines] if lines else []


def _vendors(page: _Page, report: Report, *, verbose: bool) -> list[str]:
    ranked = worst_vendors(report)
    whole = verbose or len(ranked) <= _ALL_VENDORS
    listed = ranked if whole else [item for item in ranked if verdict(item) is not Verdict.PASSES]
    lines = _table(page, listed, report.noun) if listed else []
    if hidden := len(ranked) - len(listed):
        lines.append(page.paint(f"{plural(hidden, report.noun)} not listed: nothing was found", _DIM))
    return lines


def _table(page: _Page, assessments: list[Assessment], noun: str) -> list[str]:
    """Lay out the vendors under a header, words left and numbers right; long ids give way."""
    wide = page.width >= _WIDE and noun == "vendor"
    rows = [_row(item, noun, wide=wide) for item in assessments]
    header = {name: name for name in rows[0]}
    widths = {name: max(len(row[name]) for row in [header, *rows]) for name in header}
    excess = sum(widths.values()) + 2 * (len(widths) - 1) - page.width
    widths[noun] = max(_SHORTEST, widths[noun] - max(0, excess))
    lines = [page.paint("  ".join(_aligned(header, widths).values()), _DIM)]
    for item, row in zip(assessments, rows, strict=True):
        cells = _aligned(row, widths)
        cells["verdict"] = page.paint(cells["verdict"], _STYLE[verdict(item)])
        lines.append("  ".join(cells.values()))
    return lines


def _aligned(row: dict[str, str], widths: dict[str, int]) -> dict[str, str]:
    cells = {name: cut(cell, widths[name]) for name, cell in row.items()}
    return {name: _justified(cell, widths[name], right=name in _COUNTS) for name, cell in cells.items()}


def _justified(cell: str, width: int, *, right: bool) -> str:
    return cell.rjust(width) if right else cell.ljust(width)


def _row(assessment: Assessment, noun: str, *, wide: bool) -> dict[str, str]:
    findings = assessment.findings
    statuses = [item.status for item in findings]
    counts = (
        sum(item.blocks for item in findings),
        sum(item.status in FAILED and not item.blocks for item in findings),
        statuses.count(Status.WARN),
        statuses.count(Status.WAIVED),
    )
    words = {noun: cut(plain(assessment.vendor or assessment.path), _LONGEST_NAME[noun])}
    if wide:
        words["name"] = cut(plain(assessment.name), 36)
    words["verdict"] = verdict(assessment).label
    if noun == "vendor":
        words["tier"] = cut(plain(assessment.tier), 12) or "-"
    if wide:
        words["lifecycle"] = cut(plain(assessment.lifecycle), 12) or "-"
        words["pass"] = "{}/{}".format(*passed(assessment)) if assessment.results else "-"
    return words | {name: str(count or "-") for name, count in zip(_COUNTS[1:], counts, strict=True)}


def _shares(page: _Page, report: Report) -> list[str]:
    """Lay out on what the client's critical or important functions depend most."""
    found = shares(report)
    if not found:
        return []
    lines = [page.paint(f"concentration of {plural(found[0].total, 'critical or important function')}", _DIM)]
    for item in found:
        style = {"limit_pct": _RED, "warn_pct": _YELLOW}.get(item.level, "")
        share = f"{item.percent:>3} %"
        name = cut(plain(item.name), page.width - 46)
        remark = f"  ({item.remark})" if item.remark else ""
        lines.append(f"  {item.kind:<14}{page.paint(share, style) if style else share}  {name}{remark}")
    return lines


def _totals(page: _Page, report: Report) -> list[str]:
    made = report.provenance
    outcome = _outcome(report)
    counts = [f"{count:,} {status.replace('_', ' ')}" for status, count in _ordered(report) if count]
    parts = [
        f"{plural(len(report.assessments), report.noun)}, {plural(len(report.controls), 'control')}: {outcome}",
        f"results: {', '.join(counts) or 'none'}",
        f"as of {prose(made.as_of)}",
        f"profile {prose(made.profile)}",
        *([f"fail on {report.threshold}"] if report.threshold is not None else []),
        f"engine {prose(made.engine)} (OPA {prose(made.opa)})",
    ]
    # A line may end between the items of a list, not within one.
    glued = re.sub(r"(?<![,;:]) ", "\xa0", "; ".join(parts))
    first, *rest = [line.replace("\xa0", " ") for line in page.wrap(glued, "", "  ")]
    return [_paint_outcome(page, report, first), *rest]


def _outcome(report: Report) -> str:
    words = {Verdict.WARNED: "with warnings", Verdict.PASSES: "pass"}
    counts = verdicts(report)
    told = [f"{count:,} {words.get(name, name.label)}" for name, count in counts.items() if count]
    return ", ".join(told) or "nothing was judged"


def _paint_outcome(page: _Page, report: Report, line: str) -> str:
    """Paint the count of the worst verdict, when the first line holds it."""
    worst = next((name for name, count in verdicts(report).items() if count), None)
    if worst is None:
        return line
    words = _outcome(report).partition(", ")[0]
    return line.replace(f": {words}", f": {page.paint(words, _STYLE[worst])}", 1)


def _ordered(report: Report) -> list[tuple[Status, int]]:
    """Order the counts of results as they read best: what passes, then what does not."""
    order = (Status.PASS, *(status for status in Status if status is not Status.PASS))
    return [(status, report.counts[status]) for status in order]
