"""`checker policy coverage`: what counts, what is told, and when it fails."""

import pytest

from checker.authoring import coverage
from tests.policy_commands.desk import HOME

SOURCE = """package a

deny contains 1 if {
	input.x
	input.y
}

default ok := false

ok if input.z

_helper(x) := 1 if x
"""


def span(first, last, column=1):
    return {"start": {"row": first, "col": column}, "end": {"row": last, "col": 9}}


def files(covered, missed, path="a.rego"):
    report = {"files": {path: {"covered": covered, "not_covered": missed}}}
    return coverage.read(report, {path: SOURCE}.__getitem__)


REACHED = [span(3, 3), span(4, 4, 2), span(5, 5, 2)]


@pytest.mark.parametrize(
    ("covered", "missed", "lines", "rules"),
    [
        (REACHED, [], (3, 3), (1, 1)),
        ([*REACHED, span(10, 10)], [span(12, 12)], (4, 5), (2, 3)),
        ([span(4, 4, 2)], [span(3, 3), span(5, 5, 2)], (1, 3), (0, 1)),
        ([span(10, 10)], [span(10, 10, 7)], (0, 1), (1, 1)),
        ([], [span(3, 6)], (0, 4), (0, 1)),
        ([], [], (0, 0), (0, 0)),
    ],
    ids=["all", "some", "head and line", "part of a line", "several lines", "nothing"],
)
def test_what_counts(covered, missed, lines, rules):
    made = files(covered, missed)
    assert (coverage.lines(made).reached, coverage.lines(made).all) == lines
    assert (coverage.rules(made).reached, coverage.rules(made).all) == rules


def test_tests_do_not_count():
    assert files(REACHED, [], "a_test.rego") == []
    assert coverage.lines([]).percent == 0


def test_text_and_lcov():
    made = files([*REACHED, span(10, 10)], [span(12, 12)])
    assert coverage.text(made, "p/").splitlines() == [
        "p/a.rego:12: no test makes `_helper` hold",
        "",
        "lines  80.0 %  rules  66.6 %  p/a.rego",
        "lines  80.0 %  rules  66.6 %  in 1 policy file",
    ]
    assert (
        coverage.lcov(made, "p/").split()
        == (
            "TN: SF:p/a.rego FN:3,deny:3 FN:10,ok:10 FN:12,_helper:12 FNDA:1,deny:3 FNDA:1,ok:10 FNDA:0,_helper:12"
            " FNF:3 FNH:2 DA:3,1 DA:4,1 DA:5,1 DA:10,1 DA:12,0 LF:5 LH:4 end_of_record"
        ).split()
    )


def test_a_rule_without_a_test_is_found_and_fails_the_threshold(desk, changed, tmp_path):
    changed(f"{HOME}/draft.rego", "deny contains {", 'warn contains {"code": "refused"} if input.q\n\ndeny contains {')
    trace = tmp_path / "policies.info"
    done = desk.run("policy", "coverage", "--at-least", "100", "--output", "text", "--output", f"lcov:{trace}")
    assert done.code == 1, done
    assert f"{HOME}/draft.rego:31: no test makes `warn` hold" in done.out
    assert "% is less than the 100 % wanted" in done.err
    record = trace.read_text().partition(f"SF:{HOME}/draft.rego\n")[2].partition("end_of_record")[0]
    assert "FNDA:0,warn:31" in record.splitlines()
    assert "FNDA:1,deny:33" in record.splitlines()


def test_enough_is_enough(desk):
    done = desk.run("policy", "coverage", "--at-least", "98")
    assert (done.code, done.err) == (0, ""), done


def test_a_failing_test_is_no_coverage(desk, changed):
    changed(f"{HOME}/draft.rego", '== "client_site"', '== "nearshore"')
    done = desk.run("policy", "coverage")
    assert done.code == 1, done
    assert f"{HOME}/draft_test.rego:10:1: FAILED test_a_refused_delivery_model_is_denied" in done.out
    assert "without tests that pass there is no coverage" in done.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--at-least", "101"], "101 is no percentage"),
        (["--at-least", "nan"], "nan is no percentage"),
        (["--output", "html"], "there is no output format `html`"),
        (["--output", "lcov", "--output", "text"], "only one output can go to the terminal"),
    ],
)
def test_wrong_usage(desk, arguments, message):
    done = desk.run("policy", "coverage", *arguments)
    assert (done.code, message in done.err) == (2, True), done


def test_a_test_that_does_not_compile_is_an_error(desk, changed):
    changed(f"{HOME}/draft_test.rego", "_missing ==", "_mising ==")
    done = desk.run("policy", "coverage")
    assert (done.code, "var _mising is unsafe" in done.err) == (3, True), done
