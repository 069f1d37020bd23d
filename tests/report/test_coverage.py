"""A law or standard through one run, in four formats."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import jsonschema_rs
import pytest
from markdown_it import MarkdownIt

from checker.frameworks import cover, frameworks
from checker.model import Result, Status
from checker.report import coverage
from checker.report.escape import csv_cell
from tests.report.builders import (
    CONTROLS,
    NAUGHTY,
    REPORTS,
    clean,
    hostile,
    make_assessment,
    make_control,
    make_report,
    mixed,
)
from tests.report.reading import SGR, commands, hidden

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "coverage.schema.json").read_text("utf-8"))
MAPPED = {
    "DP-03": {"GDPR": ("44", "28(3)(a)", "46(2)(c)")},
    "EN-02": {"GDPR": ("32(1)(a)",), "PCI DSS": ("3.5.1",)},
    "LA-03": {"GDPR": ("28(3)(a)", "28(3)(a)-(h)")},
    "AA-01": {"GDPR": ("28(3)(h)",)},
    "PC-03": {"ISO 27001": ("A.6.1",)},
    "GR-01": {"GDPR": ("5(2)", "44")},
}
"""GR-01 is in the library and not among the controls of the run."""


def view(report, framework="gdpr"):
    titles = {control.id: control.title for control in CONTROLS}
    controls = [
        make_control(name, title=titles.get(name, "Accountable owner"), frameworks=some)
        for name, some in MAPPED.items()
    ]
    return cover(frameworks(controls)[framework], report)


def crowd(count, bad):
    """Return a run of `count` vendors of which the first `bad` fail at DP-03, and the next is waived."""
    status = [Status.FAIL] * bad + [Status.WAIVED] + [Status.PASS] * (count - bad - 1)
    rest = tuple(Result(name, Status.PASS) for name in ("EN-02", "LA-03", "AA-01", "PC-03"))
    return make_report(
        *(make_assessment(f"vendor-{i:03}", Result("DP-03", one), *rest) for i, one in enumerate(status))
    )


MIXED = """\
GDPR: where 6 vendors stand

5(2)  not judged
  GR-01           Accountable owner (not judged: left out)

28(3)(a)  2 pass, 2 error, 2 fail
  DP-03           International transfers have a valid mechanism
  LA-03           Home and remote working safeguards
  error           scribe-back-office (DP-03), tidewater-payroll
  fail            halcyon-support (DP-03), verdant-analytics (DP-03)
  pass            lumen-transcription, nordhost-gmbh

28(3)(a)-(h)  3 pass, 1 error, 1 undetermined, 1 not applicable
  LA-03           Home and remote working safeguards
  error           tidewater-payroll
  undetermined    halcyon-support
  pass            nordhost-gmbh, scribe-back-office, verdant-analytics
  not applicable  lumen-transcription
"""


def test_text_of_a_small_portfolio():
    shown = coverage.text(view(mixed()), width=80)
    assert shown.startswith(MIXED)
    assert (
        "\nGDPR: vendors fail at 6 of the 6 judged of 7 references;\n  4 of its 5 controls judged; 6 vendors;" in shown
    )
    assert "note: PC-01 and PC-02 were not judged" in shown
    assert "note: 2 manifests could not be judged, which counts as a failure;" in shown
    assert shown.endswith(" This is no legal advice.\n")


def test_text_where_all_is_well():
    shown = coverage.text(view(clean()), width=80)
    assert "\n32(1)(a)  all 2 pass\n  EN-02           Encryption at rest\n\n" in shown
    assert "no vendor fails at any of the 6 judged of 7 references" in shown
    assert "halcyon" not in shown


@pytest.mark.parametrize(("count", "bad"), [(200, 3), (200, 30), (26, 1)])
def test_text_of_a_large_portfolio_counts_and_names_those_that_fail(count, bad):
    shown = coverage.text(view(crowd(count, bad)), width=80)
    assert f"\n46(2)(c)  {count - bad - 1:,} pass, {bad} fail, 1 waived\n" in shown
    assert set(re.findall(r"vendor-\d+", shown)) == {f"vendor-{i:03}" for i in range(bad)}
    assert max(map(len, shown.splitlines())) <= 80


def test_text_of_a_large_portfolio_that_fails_throughout_stays_readable():
    shown = coverage.text(view(crowd(200, 150)), width=80)
    assert len(re.findall(r"vendor-\d+", shown)) == 3 * 30
    assert shown.count("and 120 more") == 3


@pytest.mark.parametrize("width", [20, 60, 80, 200])
def test_text_keeps_to_the_width(width):
    shown = coverage.text(view(mixed()), width=width)
    assert max(map(len, shown.splitlines())) <= max(width, 60)


def test_colour_changes_no_text():
    plain, painted = coverage.text(view(mixed())), coverage.text(view(mixed()), color=True)
    assert "\x1b" not in plain
    assert SGR.sub("", painted) == plain
    assert painted != plain


def test_nothing_judged_is_no_success():
    report = make_report(make_assessment("acme"), controls=())
    assert "GDPR: none of 7 references is judged" in coverage.text(view(report))
    assert {row["status"] for row in json.loads(coverage.json(view(report)))["references"]} == {"not_judged"}


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("framework", ["gdpr", "pcidss", "iso27001"])
def test_json_keeps_to_the_schema(name, framework):
    jsonschema_rs.validator_for(SCHEMA).validate(json.loads(coverage.json(view(REPORTS[name](), framework))))


def test_the_schema_is_a_schema_that_refuses_what_is_no_coverage():
    jsonschema_rs.meta.validate(SCHEMA)
    for break_it in (
        lambda made: made.pop("statement"),
        lambda made: made.update(extra=1),
        lambda made: made["references"][1]["vendors"][0].update(status="passed"),
        lambda made: made["references"][1]["counts"].pop("waived"),
        lambda made: made["references"][1]["counts"].update(passed=1),
    ):
        made = json.loads(coverage.json(view(mixed())))
        break_it(made)
        assert not jsonschema_rs.validator_for(SCHEMA).is_valid(made)


def test_json_says_everything():
    made = json.loads(coverage.json(view(mixed())))
    assert made["framework"] == {"name": "GDPR", "slug": "gdpr"}
    assert made["statement"] == coverage.STATEMENT
    assert made["summary"] == {
        "references": 7,
        "controls": 5,
        "controls_judged": 4,
        "vendors": 6,
        "references_failing": 6,
    }
    first, second = made["references"][0], made["references"][1]
    assert (first["reference"], first["status"], first["vendors"]) == ("5(2)", "not_judged", [])
    assert [one["judged"] for one in first["controls"]] == [False]
    assert second["status"] == "error"
    assert second["vendors"][0] == {
        "vendor": "halcyon-support",
        "path": "vendor_manifests/halcyon-support.yaml",
        "status": "fail",
        "controls": {"DP-03": "fail", "LA-03": "undetermined"},
    }
    assert sum(second["counts"].values()) == 6


def test_csv_has_a_line_for_each_reference_control_and_vendor():
    rows = list(csv.DictReader(io.StringIO(coverage.table(view(mixed())))))
    assert list(rows[0]) == ["framework", "reference", "control", "vendor", "status"]
    assert [tuple(row.values()) for row in rows[:3]] == [
        ("GDPR", "5(2)", "GR-01", "", "not_judged"),
        ("GDPR", "28(3)(a)", "DP-03", "halcyon-support", "fail"),
        ("GDPR", "28(3)(a)", "DP-03", "lumen-transcription", "pass"),
    ]
    keys = [tuple(row.values())[:4] for row in rows]
    assert len(keys) == len(set(keys)) == 7 * 6 + 2
    assert {"waived", "not_applicable", "undetermined", "warn", "error"} <= {row["status"] for row in rows}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("acme", "acme"),
        ("28(3)(a)-(h)", "28(3)(a)-(h)"),
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(1)", "'@SUM(1)"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),  # noqa: RUF001
        ("\t=1", "\\t=1"),
        ("\r\n=1", "\\r\\n=1"),
        ("", ""),
    ],
)
def test_a_cell_is_never_a_formula(text, shown):
    assert csv_cell(text) == shown


def test_hostile_text_stays_text():
    text, page, table = (coverage.RENDERERS[name](view(hostile())) for name in ("text", "markdown", "csv"))
    for shown in (text, page, table):
        assert not commands(shown)
        assert not hidden(shown)
        shown.encode()
    rows = list(csv.reader(io.StringIO(table)))
    assert {len(row) for row in rows} == {5}
    assert len(rows) == 1 + 7 * len(NAUGHTY) + 2
    assert not [cell for row in rows for cell in row if cell.lstrip()[:1] in {"=", "+", "-", "@"}]


def tokens(text):
    parsed = MarkdownIt("commonmark", {"html": True}).enable("table").parse(text)
    return [part for token in parsed for part in (token, *(token.children or []))]


@pytest.mark.parametrize("name", REPORTS)
def test_markdown_is_one_table_and_nothing_of_others(name):
    found = tokens(coverage.markdown(view(REPORTS[name]())))
    assert sum(token.type == "table_open" for token in found) == 1
    assert sum(token.type == "tr_open" for token in found) == 1 + 7
    assert sum(token.type == "td_open" for token in found) == 4 * 7
    assert {token.type for token in found} & {"link_open", "image", "fence", "code_block", "code_inline"} == set()
    html = {token.content.strip() for token in found if token.type.startswith("html")}
    assert html <= {"<br>", "<!-- vendorpolicy:coverage:v1 -->"}


def test_markdown_says_it():
    page = coverage.markdown(view(mixed()))
    assert "## GDPR: vendors fail at 6 of the 6 judged of 7 references\n" in page
    assert "| 28(3)(a) | DP-03 International transfers" in page
    assert "**error**: scribe-back-office (DP-03), tidewater-payroll<br>**fail**: halcyon-support (DP-03)" in page
    assert "*(not judged)* | not judged | - |" in page
    assert coverage.STATEMENT in page
