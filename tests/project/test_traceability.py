"""From every risk to a control to the cases that prove it, and back."""

import dataclasses
import shutil
import subprocess
import sys
from collections import Counter

import pytest

from tests.cases import tables
from tests.project.repository import ROOT
from tools import trace
from tools.trace import Cases, Register, Row

REGISTER = trace.read(trace.REGISTER)
COUNTED = trace.count(trace.CASES)
CONTROLS = {control.id: control for control in tables.library().controls}
# Controls that answer no row of the register: each is there for a reason that the register gives.
OF_THEIR_OWN = {"LL-02", "GR-05", "EN-03"}


def _expected() -> dict[str, Counter[str]]:
    """Return by control how many cases expect what, as the case tables read them."""
    found = {control: Counter() for control in CONTROLS}
    for case in tables.cases():
        found[case.control]["days" if case.only_rule else case.status] += 1
    return found


EXPECTED = _expected()


def test_the_register_is_whole():
    assert Counter(row.kind for row in REGISTER.rows) == {"risk": 76, "mitigation": 56, "context": 12}
    assert [row.id for row in REGISTER.rows] == [f"RK-{number:03d}" for number in range(1, 145)]
    assert {row.theme for row in REGISTER.rows} == set(REGISTER.themes)


@pytest.mark.parametrize("row", [row for row in REGISTER.rows if row.kind != "context"], ids=lambda row: row.id)
def test_every_risk_and_mitigation_is_answered_by_proven_controls(row):
    assert row.controls
    for control in row.controls:
        assert control in CONTROLS
        assert EXPECTED[control]["fail"] + EXPECTED[control]["undetermined"] > 0, control
        assert EXPECTED[control]["pass"] > 0, control


@pytest.mark.parametrize("row", [row for row in REGISTER.rows if row.kind == "context"], ids=lambda row: row.id)
def test_a_context_names_controls_that_exist_or_a_reason(row):
    assert set(row.controls) <= CONTROLS.keys()
    assert bool(row.controls) != bool(row.reason)


@pytest.mark.parametrize("control", CONTROLS)
def test_every_control_answers_a_row_or_stands_for_itself(control):
    reached = {name for row in REGISTER.rows for name in row.controls}
    assert (control in reached) != (control in OF_THEIR_OWN)


def test_the_controls_of_their_own_are_those_with_a_reason():
    assert set(REGISTER.of_their_own) == OF_THEIR_OWN
    assert all(REGISTER.of_their_own.values())


@pytest.mark.parametrize("control", CONTROLS)
def test_cases_are_counted_as_the_case_tables_read_them(control):
    found, expected = COUNTED[control], EXPECTED[control]
    counted = (found.failing, found.passing, found.days)
    assert counted == (expected["fail"] + expected["undetermined"], expected["pass"], expected["days"])
    assert tables.document(tables.HERE / found.file)["control"] == control


def test_there_is_no_gap():
    assert list(trace.gaps(REGISTER, CONTROLS, COUNTED)) == []


def test_the_page_is_what_the_register_says():
    assert trace.PAGE.read_text(encoding="utf-8") == trace.page(REGISTER, CONTROLS, COUNTED)


def test_the_page_names_every_row_and_every_control():
    by_theme, _, by_control = trace.PAGE.read_text(encoding="utf-8").partition("## From control to risk")
    for row in REGISTER.rows:
        assert by_theme.count(f"\n| {row.id} |") == 1
    for control in CONTROLS:
        assert by_control.count(f"\n| [{control}](../controls/{control}.md) |") == 1


SAMPLE = CONTROLS["GR-01"]
SOUND = Register(
    themes={"t": "Theme"},
    rows=(
        Row("RK-001", "risk", "t", "One.", ("GR-01",)),
        Row("RK-003", "context", "t", "Two.", (), "a reason"),
    ),
    retired=("RK-002",),
    of_their_own={"GR-02": "a reason"},
)
KNOWN = {"GR-01": SAMPLE, "GR-02": dataclasses.replace(SAMPLE, id="GR-02")}
PROVEN = {name: Cases("f/c.yaml", failing=1, passing=1) for name in KNOWN}


def _with(**changes):
    """Return the sound register with its first row changed."""
    return dataclasses.replace(SOUND, rows=(dataclasses.replace(SOUND.rows[0], **changes), *SOUND.rows[1:]))


def test_a_sound_register_has_no_gap():
    assert list(trace.gaps(SOUND, KNOWN, PROVEN)) == []


@pytest.mark.parametrize(
    ("register", "gap"),
    [
        (_with(controls=("GR-01", "AA-01")), "AA-01: there is no such control; named by RK-001"),
        (_with(controls=("GR-01", "GR-01")), "RK-001: a control is named twice"),
        (_with(controls=(), reason="none needed"), "RK-001: no control answers this risk"),
        (_with(controls=(), kind="mitigation"), "RK-001: a reason is for a row without controls, and needed there"),
        (_with(reason="superfluous"), "RK-001: a reason is for a row without controls, and needed there"),
        (_with(kind="threat"), "RK-001: `threat` or `t` is no kind or theme of the register"),
        (_with(theme="x"), "RK-001: `risk` or `x` is no kind or theme of the register"),
        (_with(statement="no sentence"), "RK-001: the statement is no sentence"),
        (_with(statement="Two."), "2 rows say the same: Two."),
        (_with(id="RK-002"), "the ids of rows and retired ones are not RK-001 and on, each once"),
        (_with(id="RK-004"), "the rows are not in the order of their ids"),
        (dataclasses.replace(SOUND, retired=()), "the ids of rows and retired ones are not RK-001 and on, each once"),
        (dataclasses.replace(SOUND, of_their_own={}), "GR-02: no row leads to it"),
        (dataclasses.replace(SOUND, of_their_own={"GR-02": ""}), "GR-02: of_their_own is for controls that exist"),
        (
            dataclasses.replace(SOUND, of_their_own={"GR-02": "r", "ZZ-01": "r"}),
            "ZZ-01: of_their_own is for controls that exist",
        ),
        (
            dataclasses.replace(SOUND, of_their_own={"GR-02": "r", "GR-01": "r"}),
            "GR-01: of_their_own is for controls that exist",
        ),
    ],
)
def test_gaps_of_the_register_are_found(register, gap):
    assert [found for found in trace.gaps(register, KNOWN, PROVEN) if found.startswith(gap)]


@pytest.mark.parametrize(
    ("cases", "gap"),
    [
        (Cases("f", failing=0, passing=1), "GR-01: no case fails"),
        (Cases("f", failing=1, passing=0), "GR-01: no case passes"),
    ],
)
def test_controls_without_proof_are_found(cases, gap):
    [found] = trace.gaps(SOUND, KNOWN, PROVEN | {"GR-01": cases})
    assert found.startswith(gap)


def test_a_page_of_gaps_says_so():
    text = trace.page(_with(controls=("GR-01", "AA-01"), statement="One | two."), KNOWN, {"GR-02": PROVEN["GR-02"]})
    assert (
        "| RK-001 | risk | One &#124; two. | [GR-01](../controls/GR-01.md) (no cases)<br>AA-01 (does not exist) |"
        in text
    )
    assert "| RK-003 | context | Two. | none: a reason |" in text
    assert "[GR-02](../controls/GR-02.md)" in text


@pytest.mark.parametrize(
    "text", ["rows: 1", "- x", "a: {", "themes: {}\nrows: [{id: x}]\nretired: []\nof_their_own: {}"]
)
def test_what_is_no_register_is_refused(tmp_path, text):
    (tmp_path / "register.yaml").write_text(text)
    with pytest.raises(SystemExit, match=r"register\.yaml"):
        trace.read(tmp_path / "register.yaml")


def test_the_program_tells_that_the_page_is_stale(tmp_path):
    for name in ("policies", "docs/risks", "tests/cases", "tools"):
        shutil.copytree(ROOT / name, tmp_path / name)
    page = tmp_path / "docs" / "risks" / "README.md"

    def run(*options):
        command = [sys.executable, tmp_path / "tools" / "trace.py", *options]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    page.write_text("stale")
    assert "docs/risks/README.md is not what the register says" in run("--check").stderr
    assert page.read_text() == "stale"
    run()
    assert page.read_bytes() == trace.PAGE.read_bytes()
    assert "is not what the register says" not in run("--check").stderr
