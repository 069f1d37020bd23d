"""Each kind of mistake: which rule, which place, which words, which fix."""

from pathlib import Path

import pytest

from checker.documents import Document
from tests.schema.material import SAMPLE, SCOPE, changed, check, pointed_at, read, schemas

MISTAKES = read((Path(__file__).parent / "mistakes.yaml").read_text()).data["mistakes"]
EVERY = pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: f"{mistake['rule']}-{mistake['new'][:30]}")


@EVERY
def test_a_mistake_is_told_at_its_place_with_its_fix(mistake):
    text = changed(mistake["old"], mistake["new"])
    problem = check(text)[0]
    assert (problem.rule, list(problem.keys)) == (mistake["rule"], mistake["keys"])
    assert pointed_at(text, problem).startswith(mistake["at"])
    assert mistake["message"] in problem.message
    assert mistake["fix"] in problem.fix
    assert problem.fatal


@EVERY
def test_one_mistake_gives_one_problem(mistake):
    expected = 2 if "x_levels" in mistake["new"] else 1
    assert len(check(changed(mistake["old"], mistake["new"]))) == expected


def test_a_valid_manifest_has_no_problem():
    assert check(SAMPLE) == ()


def test_line_and_column_count_from_one_and_point_at_the_value():
    problem = check(changed("risk_tier: high", "risk_tier: hihg"))[0]
    assert (problem.line, problem.column) == (16, 14)


def test_problems_come_in_the_order_of_the_file():
    text = changed("risk_tier: high", "risk_tier: hihg", changed("country: PH\n", "country: UK\n"))
    text = changed("comparator: lte", "comparator: eq", text)
    assert [problem.keys[-1] for problem in check(text)] == ["country", "risk_tier", "comparator"]


def document(**blocks):
    """Return a document that no file holds, for values that the reader of YAML refuses already."""
    data = {"apiVersion": "vendorpolicy/v1", "kind": "VendorManifest", "scope": SCOPE}
    return Document("v.yaml", data | {"metadata": {"id": "acme", "legal_name": "Acme"}} | blocks, b"")


@pytest.mark.parametrize(
    ("blocks", "rule", "message", "fix"),
    [
        ({"scope": None}, "schema.type", "`scope` is empty: no value is given", "or delete the line"),
        ({"scope": SCOPE | {"service": None}}, "schema.type", "empty", "`service:` with one of `customer_support`"),
        ({"scope": SCOPE | {"locations": [{"country": "NO\n"}]}}, "schema.enum", "Did you mean `NO`?", '"NO"'),
        ({"metadata": {"id": "acme\n", "legal_name": "A"}}, "schema.pattern", '"acme\\n"', "`id: acme`"),
        (
            {"evidence": {"EV SOC2": {}}},
            "schema.pattern",
            "cannot be the name of an entry in `evidence`",
            "`ev_soc2:`",
        ),
        ({"evidence": {"ev-a\n": {}}}, "schema.pattern", "cannot be the name", "`ev-a:`"),
        (
            {"access": {"leaver_revocation": "PT\u0662\u0664H"}},
            "schema.pattern",
            "right form",
            "`leaver_revocation: PT24H`",
        ),
        ({"access": {"leaver_revocation": "PT24H\n"}}, "schema.pattern", "right form", "PT24H"),
        (
            {"contract": {"signed_on": "\uff12\uff10\uff12\uff16-\uff10\uff11-\uff10\uff12"}},
            "schema.format",
            "not a date",
            "`signed_on: 2026-01-02`",
        ),
        (
            {"contract": {"signed_on": "2026-01-02\n"}},
            "schema.format",
            "not a date",
            "`signed_on: 2026-01-02`",
        ),
        ({"metadata": {"id": "acme", "legal_name": "\ud800"}}, "schema.other", "not accepted", "schema"),
    ],
)
def test_values_that_only_another_reader_lets_through(blocks, rule, message, fix):
    problems = schemas().check(document(**blocks), "VendorManifest")
    assert [problem.rule for problem in problems] == [rule]
    assert message in problems[0].message
    assert fix in problems[0].fix


def test_a_long_list_of_problems_ends_with_their_number():
    odd = document(scope=SCOPE | {f"field_{number}": 1 for number in range(300)})
    problems = schemas().check(odd, "VendorManifest")
    assert len(problems) == 101
    assert "200 further problems" in problems[-1].message
