"""`checker policy test`: what does not hold is told with the difference, and what cannot be run is no success."""

import pytest

from checker.authoring import changes
from checker.authoring.tables import Case
from checker.authoring.trial import Outcome
from checker.engine import Fault
from tests.cases import tables
from tests.cli.program import ROOT, checker
from tests.policy_commands.desk import HOME, TABLE
from tests.real import need

RULE = f"{HOME}/draft.rego"


@pytest.mark.parametrize("engine", ["wasm", "opa"])
def test_a_case_that_does_not_hold_is_told_with_the_difference(desk, changed, engine):
    changed(
        TABLE,
        "    status: fail\n    expect: [{rule: GE-01.refused",
        "    status: warn\n    expect: [{rule: GE-01.other",
    )
    done = desk.run("policy", "test", "GE-01", "--engine", engine)
    assert (done.code, done.err) == (1, ""), done
    assert done.out.splitlines() == [
        f"{TABLE}:8:5: FAILED GE-01: a refused delivery model",
        "    expected    warn",
        "    actual      fail",
        "    missing     GE-01.other at scope.delivery_model",
        "    unexpected  GE-01.refused at scope.delivery_model",
        f"1 control; 3 Rego tests: 3 passed; 4 cases on {engine}: 3 passed, 1 failed",
    ]


def test_a_policy_that_says_something_else_fails_its_cases_and_its_rego_tests(desk, changed):
    changed(RULE, 'delivery_model == "client_site"', 'delivery_model == "onshore"')
    done = desk.run("policy", "test", "GE-01", OPA_TEST_RUN="nothing")
    assert done.code == 1, done
    assert f"{HOME}/draft_test.rego:5:1: FAILED test_an_accepted_delivery_model_passes" in done.out
    assert "    unexpected  GE-01.refused at scope.delivery_model" in done.out
    assert done.out.splitlines()[-1].startswith(
        "1 control; 3 Rego tests: 1 passed, 2 failed; 4 cases on wasm: 2 passed"
    )


BOUNDARY = """boundaries:
  - name: start
    set: {{scope.live_since: "{{date}}"}}
    dates: ["2026-11-20"]
    good_until: P0D
    rule: GE-01.{code}
"""


def test_a_boundary_tells_the_day_and_the_rule(desk, changed):
    changed(TABLE, (desk.place / TABLE).read_text() + BOUNDARY.format(code="refused"))
    done = desk.run("policy", "test", "GE-01", "--run", "GE-01: start")
    assert (done.code, done.out.splitlines()) == (
        1,
        [
            f"{TABLE}:17:5: FAILED GE-01: start from 2026-11-20, found on 2026-11-21",
            "    expected    found",
            "    actual      absent",
            "    rule        GE-01.refused on 2026-11-21",
            "1 control; 2 cases on wasm: 1 passed, 1 failed",
        ],
    ), done


def test_a_case_that_is_no_manifest_is_told_as_unusable(desk, changed):
    changed(TABLE, "{scope.delivery_model: onshore}", "{scope.delivery_model: by_ship}")
    done = desk.run("policy", "test", "GE-01")
    assert done.code == 1, done
    assert "unusable    the changed manifest does not fit the schema: `scope.delivery_model`" in done.out


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("status: undetermined", "status: unknown", ":14:13: "),
        ("delete: [scope", "remove: [scope", ":13:5: "),
        ("name: no delivery model", "name: a refused delivery model", ":12:"),
        ("control: GE-01", "control: GE-1", ":1:10: "),
        ("control: GE-01", "control: GE-77", ":1:10: there is no control GE-77"),
        (
            "delete: [scope.delivery_model]",
            "delete: [scope.model]",
            ":12:5: no delivery model: `scope.model` leads nowhere",
        ),
        ("{scope.delivery_model: onshore}", "{scope.data.9.id: x}", ":5:5: another accepted delivery model: "),
        ("control: GE-01", "control: GE-01\ncontrol: GE-01", ":2:1: "),
        ("name: no delivery model", "name: no \u202emodel", ":12:14: "),
        ("expect: [{rule: GE-01.refused,", "expect: [{rule: refused,", ":11:"),
    ],
)
def test_a_mistake_in_a_table_is_named_by_its_place(desk, changed, old, new, message):
    changed(TABLE, old, new)
    done = desk.run("policy", "test", "GE-01")
    assert (done.code, done.out) == (2, ""), done
    assert f"{TABLE}{message}" in done.err


def test_two_tables_of_one_control_are_refused(desk, changed):
    changed("tests/cases/geography/deeper/again.yml", (desk.place / TABLE).read_text())
    done = desk.run("policy", "test", "GE-01")
    assert (done.code, f"again.yml and {TABLE} both hold the cases of GE-01" in done.err) == (2, True), done


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["GE-09"], "there is no control or family `GE-09`"),
        (["GE-01", "--run", "nothing like it"], "there is no test and no case to run"),
        (["GE-01", "--run", "("], "`(` is no regular expression"),
        (["--engine", "rego"], "invalid choice"),
        (["--changed", "no-such-branch"], "git knows no commit `no-such-branch`"),
    ],
)
def test_what_cannot_be_run_is_no_success(desk, arguments, message):
    done = desk.run("policy", "test", *arguments)
    assert done.code in {2, 3}, done
    assert message in done.err


def test_a_base_manifest_of_ones_own_takes_the_place_of_the_shipped_one(desk, changed):
    base = tables.base() | {"metadata": {**tables.base()["metadata"], "id": "ours"}}
    base["scope"]["delivery_model"] = "client_site"
    import json

    changed("tests/cases/base.yaml", json.dumps(base))
    done = desk.run("policy", "test", "GE-01")
    assert "FAILED GE-01: the delivery model of the base manifest" in done.out, done
    assert done.code == 1


def test_the_directory_and_the_day_of_the_cases_are_configured(desk, changed):
    changed("checker.toml", 'cases = "quality/cases"\ncases_as_of = "2026-11-20"\n')
    changed("quality/cases/geography/draft.yaml", (desk.place / TABLE).read_text() + BOUNDARY.format(code="refused"))
    done = desk.run("policy", "test", "GE-01", "--verbose")
    assert "quality/cases/geography/draft.yaml:3:5: passed" in done.out, done
    assert TABLE not in done.out


def test_without_opa_the_cases_run_and_a_note_tells_what_did_not():
    done = checker("policy", "test", "GR-01", cwd=ROOT, path="")
    assert done.code == 0, done
    assert "note: the Rego tests were not run, for OPA is not on PATH" in done.err
    assert done.out.startswith("1 control; 37 cases on wasm: 37 passed")


def test_a_control_without_cases_is_noted(desk):
    done = desk.run("policy", "test", "GR-01", "GE-01")
    assert (done.code, done.err) == (0, "note: tests/cases/ holds no cases of GR-01\n"), done
    assert done.out == "2 controls; 15 Rego tests: 15 passed; 4 cases on wasm: 4 passed\n"


def test_only_what_a_change_concerns_is_run(desk):
    done = desk.run("policy", "test", "--changed", "main")
    assert (done.code, done.out.startswith("1 control; 3 Rego tests: 3 passed; 4 cases")) == (0, True), done


def test_a_change_of_nothing_is_said_so(desk):
    done = checker("policy", "test", "--changed", "HEAD", cwd=desk.place / "schemas")
    assert done.out.startswith("1 control"), done
    desk.git("stash", "--quiet", "--include-untracked")
    try:
        done = desk.run("policy", "test", "--changed", "main")
    finally:
        desk.git("stash", "pop", "--quiet")
    assert (done.code, done.out) == (0, "nothing that a control depends on has changed since main\n"), done


FOLDERS = {"policies": "policies", "schemas": "schemas", "cases": "tests/cases"}
EVERY = {control.id for control in tables.library().controls}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("policies/controls/governance/risk_tier/risk_tier_test.rego", {"GR-02"}),
        ("policies/controls/governance/risk_tier_more/risk_tier_more.rego", set()),
        ("policies/portfolio/concentration/concentration.rego", {"FV-02"}),
        ("tests/cases/governance/risk_tier.yaml", {"GR-02"}),
        ("tests/cases/governance/notes.md", set()),
        ("policies/lib/dates/dates.rego", EVERY),
        ("policies/main/main.rego", EVERY),
        ("policies/params/tiers/data.yaml", EVERY),
        ("schemas/vendor-manifest.schema.json", EVERY),
        ("tests/cases/base.yaml", EVERY),
        ("tests/cases/evidence/halcyon-support/iso.txt", EVERY),
        ("checker.toml", EVERY),
        ("vendor_manifests/a.yaml", set()),
        ("README.md", set()),
    ],
)
def test_what_a_changed_file_concerns(path, expected):
    homes = {"tests/cases/governance/risk_tier.yaml": "GR-02"}
    assert changes.concerned([path], tables.library(), FOLDERS, homes) == expected


def test_a_case_that_the_engine_cannot_judge_does_not_hold():
    case = Case("GR-01", "x", tables.TODAY, tables.base(), "pass", ())
    outcome = tables.trial().outcome(case, Fault("timeout", "it took too long"))
    assert not outcome.holds
    assert "it took too long" in outcome.fault
    assert not Outcome(case, fault="gone", status="pass").holds


def test_a_control_that_takes_too_long_is_an_error(desk, changed):
    need("opa")
    changed("checker.toml", "timeout_ms = 10\n")
    changed(RULE, "deny contains {\n", SLOW + "deny contains {\n")
    changed(RULE, 'delivery_model == "client_site"', 'delivery_model == "client_site"\n\t_slow > 0')
    done = desk.run("policy", "test", "GE-01", "--run", "GE-01: a refused")
    assert (done.code, "ERROR GE-01: a refused delivery model" in done.out) == (3, True), done
    assert done.out.endswith("1 control; 1 case on wasm: 1 error\n")


SLOW = """_digits := [1, 2, 3, 4, 5, 6, 7, 8, 9]

_slow := count([1 | some a in _digits; some b in _digits; some c in _digits; some d in _digits; some e in _digits; some f in _digits; a + b + c + d + e + f > 3])

"""  # noqa: E501 - one rule
