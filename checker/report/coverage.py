"""One law or standard through one run: each reference, its controls, and where the vendors stand, in four formats."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from checker.frameworks import FAILING
from checker.model import Status
from checker.report.escape import csv_cell, cut, json_document, markdown_text, plain, prose
from checker.report.summary import plural
from checker.report.terminal import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from checker.frameworks import Coverage, Row, Standing
    from checker.model import Control, JsonObject

STATEMENT = (
    "A control that is mapped to a reference is no proof of conformity with it: it decides one aspect from what the "
    "vendor attests. This is no legal advice."
)
NOT_JUDGED = "not_judged"
"""What stands in place of a status when the selection left a control out."""

_NARROWEST = 60
_LABEL = 16
"""Columns of a status or a control's id beside what is said of it."""
_ALL_VENDORS = 25
"""Up to this many vendors every one is named; beyond, only those that fail."""
_MOST_NAMES = 30
"""Most vendors named for one status of one reference when there are more than `_ALL_VENDORS`."""
_VENDOR = 64
_GLUE = "\xa0"
"""Stands for a space at which no line may end."""
_COLUMNS = ("framework", "reference", "control", "vendor", "status")
_STYLE = {
    Status.ERROR: "1;35",
    Status.FAIL: "1;31",
    Status.UNDETERMINED: "1;31",
    Status.WAIVED: "1;36",
    Status.WARN: "33",
    Status.PASS: "32",
    Status.NOT_APPLICABLE: "2",
}


def text(coverage: Coverage, *, width: int = 80, color: bool = False) -> str:
    """Render for people at a terminal: a block for each reference, then the sums."""
    page = _Page(max(width, _NARROWEST), color)
    title = f"{prose(coverage.framework.name)}: where {plural(_vendors(coverage), 'vendor')} stand"
    blocks = [[page.paint(title, "1")], *(_block(page, row) for row in coverage.rows), _sums(page, coverage)]
    blocks += [page.wrap(f"note: {prose(note)}", "", "      ") for note in _notes(coverage)]
    return "\n\n".join("\n".join(block) for block in [*blocks, page.wrap(STATEMENT, "", "")]) + "\n"


def markdown(coverage: Coverage) -> str:
    """Render as a page with one table."""
    made = coverage.report.provenance
    judged = f"{plural(_vendors(coverage), 'vendor')} · {plural(_judged(coverage), 'control')}"
    head = [
        "<!-- vendorpolicy:coverage:v1 -->",
        f"## {markdown_text(prose(coverage.framework.name))}: {_outcome(coverage)}",
        f"As of **{_told(made.as_of)}** · profile **{_told(made.profile)}** · {judged}",
        f"*{STATEMENT}*",
    ]
    table = ["| Reference | Controls | Vendors | By name |", "| --- | --- | --- | --- |"]
    table += [_table_row(row) for row in coverage.rows]
    notes = [f"- {_told(note)}" for note in _notes(coverage)]
    return "\n\n".join([*head, "\n".join(table), *(["\n".join(notes)] if notes else [])]) + "\n"


def json(coverage: Coverage) -> str:
    """Render after `schemas/coverage.schema.json`; nothing is shortened."""
    framework, report = coverage.framework, coverage.report
    return json_document(
        {
            "apiVersion": "vendorpolicy/v1",
            "kind": "Coverage",
            "framework": {"name": framework.name, "slug": framework.slug},
            "statement": STATEMENT,
            "summary": {
                "references": len(coverage.rows),
                "controls": len(framework.controls),
                "controls_judged": _judged(coverage),
                "vendors": _vendors(coverage),
                "references_failing": len(_failing(coverage)),
            },
            "provenance": asdict(report.provenance),
            "notes": [*_notes(coverage)],
            "references": [_reference(row) for row in coverage.rows],
        }
    )


def table(coverage: Coverage) -> str:
    """Render as CSV (RFC 4180, lines ending in a line feed): a line for each reference, control and vendor."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for row in coverage.rows:
        for control, vendor, status in _cells(row):
            cells = (coverage.framework.name, row.reference, control, vendor, status)
            writer.writerow([csv_cell(cell) for cell in cells])
    return stream.getvalue()


RENDERERS: dict[str, Callable[[Coverage], str]] = {"text": text, "markdown": markdown, "json": json, "csv": table}
"""The formats of this view; the names are the choices of `--output`."""


@dataclass(frozen=True, slots=True)
class _Page(Page):
    def wrap(self, text: str, first: str, rest: str) -> list[str]:
        """Fill lines as ever, none of which ends where `_GLUE` stands."""
        # `super()` without arguments does not work in a class with slots, which is made anew.
        return [line.replace(_GLUE, " ") for line in Page.wrap(self, text, first, rest)]

    def labelled(self, label: str, text: str, style: str) -> list[str]:
        """Fill `text` beside a label in a column of its own."""
        first, *more = self.wrap(text, f"  {label:{_LABEL}}", " " * (2 + _LABEL))
        return [f"  {self.paint(label, style)}{first[2 + len(label) :]}", *more]


def _block(page: _Page, row: Row) -> list[str]:
    name, (outcome, *more) = prose(row.reference), page.wrap(f"{prose(row.reference)}  {_counted(row)}", "", "    ")
    lines = [page.paint(outcome[: len(name)], "1") + outcome[len(name) :], *more]
    for control in row.controls:
        lines += page.labelled(control.id, prose(control.title), "0")
    for control in row.left_out:
        lines += page.labelled(control.id, f"{prose(control.title)} (not judged: left out)", "2")
    for status, names in _named(row):
        lines += page.labelled(_word(status), ", ".join(name.replace(" ", _GLUE) for name in names), _STYLE[status])
    return lines


def _counted(row: Row) -> str:
    """Sum up a reference, the passes first: `7 pass, 1 waived, 1 fail`."""
    counts = {status: count for status, count in row.counts.items() if count}
    if not row.controls:
        return "not judged"
    if len(counts) == 1 and len(row.standings) > 1:
        return f"all {len(row.standings):,} {_word(next(iter(counts)))}"
    ordered = [Status.PASS, *(status for status in Status if status is not Status.PASS)]
    return ", ".join(f"{counts[status]:,} {_word(status)}" for status in ordered if status in counts) or "no vendor"


def _named(row: Row) -> Iterator[tuple[Status, list[str]]]:
    """Yield each status that is told by name, the heaviest first, with its vendors.

    Where all vendors pass, or the controls concern none of them, the sum says it all.
    """
    few = len(row.standings) <= _ALL_VENDORS
    quiet = {one.status for one in row.standings} in ({Status.PASS}, {Status.NOT_APPLICABLE})
    for status in Status:
        names = [_vendor(one, row) for one in row.standings if one.status is status]
        if names and (status in FAILING or (few and not quiet)):
            hidden = 0 if few else len(names) - _MOST_NAMES
            yield status, [*names[:_MOST_NAMES], f"and {hidden:,} more"] if hidden > 0 else names


def _vendor(standing: Standing, row: Row) -> str:
    """Name a vendor, with the controls at fault where they are not all that the reference has."""
    name = cut(plain(standing.vendor or standing.path), _VENDOR)
    controls = [control for control, status in standing.results if status is standing.status]
    if len(controls) == len(row.controls) or standing.status is Status.PASS:
        return name
    return f"{name} ({' '.join(controls)})"


def _sums(page: _Page, coverage: Coverage) -> list[str]:
    made, name = coverage.report.provenance, prose(coverage.framework.name)
    parts = [
        f"{name}: {_outcome(coverage)}",
        f"{_judged(coverage)} of its {plural(len(coverage.framework.controls), 'control')} judged",
        plural(_vendors(coverage), "vendor"),
        f"as of {prose(made.as_of)}",
        f"profile {prose(made.profile)}",
        f"engine {prose(made.engine)} (OPA {prose(made.opa)})",
    ]
    # A line may end between the items of a list, not within one.
    return page.wrap(re.sub(r"(?<![,;:]) ", _GLUE, "; ".join(parts)), "", "  ")


def _notes(coverage: Coverage) -> list[str]:
    """Return what the reader must know: the notes of the run, and which manifests say nothing at all."""
    report = coverage.report
    lost = [one for one in report.assessments if not one.results or Status.ERROR in {r.status for r in one.results}]
    if not lost:
        return list(report.notes)
    named = f"{plural(len(lost), 'manifest')} could not be judged, which counts as a failure"
    return [*report.notes, f"{named}; `checker check` tells why"]


def _outcome(coverage: Coverage) -> str:
    failing, scope = len(_failing(coverage)), plural(len(coverage.rows), "reference")
    judged = sum(bool(row.controls) for row in coverage.rows)
    if not judged:
        return f"none of {scope} is judged"
    if judged < len(coverage.rows):
        scope = f"the {judged} judged of {scope}"
    return f"vendors fail at {failing} of {scope}" if failing else f"no vendor fails at any of {scope}"


def _failing(coverage: Coverage) -> list[Row]:
    return [row for row in coverage.rows if row.worst in FAILING]


def _vendors(coverage: Coverage) -> int:
    return len(coverage.report.assessments)


def _judged(coverage: Coverage) -> int:
    return len({control.id for row in coverage.rows for control in row.controls})


def _word(status: Status) -> str:
    return status.replace("_", " ")


def _told(text: str) -> str:
    return markdown_text(prose(text))


def _table_row(row: Row) -> str:
    controls = [f"{control.id} {_told(control.title)}" for control in row.controls]
    controls += [f"{control.id} {_told(control.title)} *(not judged)*" for control in row.left_out]
    named = [
        f"**{_word(status)}**: {', '.join(map(markdown_text, names))}"
        for status, names in _named(row)
        if status is not Status.PASS
    ]
    cells = (_told(row.reference), "<br>".join(controls), _counted(row), "<br>".join(named) or "-")
    return f"| {' | '.join(cells)} |"


def _reference(row: Row) -> JsonObject:
    return {
        "reference": row.reference,
        "status": str(row.worst or NOT_JUDGED),
        "controls": [*_controls(row.controls, judged=True), *_controls(row.left_out, judged=False)],
        "counts": {str(status): count for status, count in row.counts.items()},
        "vendors": [
            {
                "vendor": one.vendor,
                "path": one.path,
                "status": str(one.status),
                "controls": {control: str(status) for control, status in one.results},
            }
            for one in row.standings
        ],
    }


def _controls(controls: Sequence[Control], *, judged: bool) -> list[JsonObject]:
    return [{"id": one.id, "title": one.title, "severity": str(one.severity), "judged": judged} for one in controls]


def _cells(row: Row) -> Iterator[tuple[str, str, str]]:
    """Yield control, vendor and status, by control and vendor; a control that was left out has no vendors."""
    for index, control in enumerate(row.controls):
        for one in row.standings:
            yield control.id, one.vendor, str(one.results[index][1])
    for control in row.left_out:
        yield control.id, "", NOT_JUDGED
