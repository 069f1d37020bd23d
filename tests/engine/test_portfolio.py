"""Policies over all manifests at once, on both engines."""

import json

import pytest

from checker.compiler import compile_library, read_record
from checker.engine import Fault
from checker.engine.verdict import parse_portfolio
from checker.errors import PolicyError
from checker.library import read_policies
from tests.engine.manifests import SEED

ENGINES = ["wasm", "server"]


def portfolio(**owners):
    """Return manifests as the policies see them, by vendor, each with its owner."""
    shown = {vendor: {"metadata": {"id": vendor}, "owner": owner} for vendor, owner in owners.items()}
    return {vendor: json.dumps(manifest).encode() for vendor, manifest in shown.items()}


@pytest.fixture(params=ENGINES)
def engine(request):
    return request.getfixturevalue(request.param)


def test_findings_go_to_the_vendors_concerned(engine):
    answer = engine.survey(portfolio(a={"name": "Ann"}, b={"name": "Bob"}, c={"name": "Ann"}))
    found = answer.findings["portfolio.crowd"]
    assert {vendor: [(one.code, one.path, one.msg) for one in said.deny] for vendor, said in found.items()} == {
        "a": [("shared_owner", ("owner",), "a, c")],
        "c": [("shared_owner", ("owner",), "a, c")],
    }
    assert answer.overviews["portfolio.crowd"]["functions"] == 3
    assert [row["vendors"] for row in answer.overviews["portfolio.crowd"]["owners"]] == [["a", "c"], ["b"]]


def test_hostile_text_changes_nothing(engine):
    text = '"]}\u2028\0\\ é€😀'
    answer = engine.survey(portfolio(a={"name": text}, b={"name": text}))
    assert [row["name"] for row in answer.overviews["portfolio.crowd"]["owners"]] == [text]


def test_no_manifest_is_a_portfolio_too(engine):
    assert engine.survey({}).overviews["portfolio.crowd"]["functions"] == 0


@pytest.mark.parametrize("how", ["stranger", "shapeless"])
def test_an_answer_out_of_shape_is_a_fault(engine, how):
    answer = engine.survey(portfolio(a={"name": "Ann", "misbehave": how}))
    assert isinstance(answer, Fault)
    assert answer.kind == "shape"


def test_a_portfolio_of_thousands_fits(engine):
    owners = {f"v{index:05}": {"name": f"owner {index // 2}", "text": "x" * 2000} for index in range(3000)}
    assert len(engine.survey(portfolio(**owners)).findings["portfolio.crowd"]) == 3000


@pytest.mark.parametrize("name", ["wasm", "opa"])
def test_a_loop_ends_in_time(start, library, name):
    quick = start(name, library, timeout_s=0.5, retries=0)
    answer = quick.survey(portfolio(a={"name": "Ann", "misbehave": "loop", "seed": list(SEED)}))
    assert isinstance(answer, Fault)
    assert answer.kind == "timeout"
    assert quick.survey(portfolio(a={"name": "Ann"})).findings == {"portfolio.crowd": {}}


GOOD = {"deny": [], "warn": [], "undetermined": [], "overview": {"functions": 1}}


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (None, "the verdict on the portfolio is None"),
        ({"input": "object", "guard": []}, "lacks ['controls']"),
        ({"input": "array", "guard": [], "controls": {"p": GOOD}}, "not as an object"),
        ({"input": "object", "guard": [], "controls": {}}, "lacks ['p']"),
        ({"input": "object", "guard": [], "controls": {"p": GOOD, "q": GOOD}}, "has ['q']"),
        ({"input": "object", "guard": [], "controls": {"p": {**GOOD, "overview": []}}}, "count the functions"),
        ({"input": "object", "guard": [], "controls": {"p": {**GOOD, "overview": {}}}}, "count the functions"),
        (
            {"input": "object", "guard": [], "controls": {"p": {**GOOD, "overview": {"functions": 1, "x": [{}]}}}},
            "p.overview.x lacks",
        ),
        ({"input": "object", "guard": [], "controls": {"p": {**GOOD, "deny": {}}}}, "not a set of findings"),
        ({"input": "object", "guard": [], "controls": {"p": {**GOOD, "deny": ["x"]}}}, "no vendor"),
        ({"input": "object", "guard": [], "controls": {"p": {**GOOD, "deny": [{"vendor": ["a"]}]}}}, "no vendor"),
        ({"input": "object", "guard": [], "controls": {"p": {**GOOD, "warn": [{"vendor": "a"}]}}}, "no finding"),
    ],
)
def test_shapes_that_are_refused(raw, said):
    answer = parse_portfolio(raw, {"a"}, {"p"})
    assert isinstance(answer, Fault)
    assert said in answer.message


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("extends: AL-02", "extends: ZZ-99", "custom.extends"),
        ("blocks: [metadata, owner]", "blocks: [owner]", "custom.blocks"),
        ("blocks: [metadata, owner]", "blocks: everything", "custom.blocks"),
        ("shared_owner: One", "Shared: One", "custom.findings"),
        ("package portfolio.crowd", "package portfolio.other", "is not where its name says"),
    ],
)
def test_metadata_of_a_portfolio_policy_is_checked(policies, opa, old, new, said):
    file = policies / "portfolio" / "crowd" / "crowd.rego"
    file.write_text(file.read_text().replace(old, new, 1))
    sources, _ = read_policies(policies)
    with pytest.raises(PolicyError) as caught:
        compile_library(sources, opa=opa)
    assert said in f"{caught.value} {caught.value.hint}"


def test_the_record_keeps_the_portfolio_policies(policies, opa):
    sources, _ = read_policies(policies)
    compiled = compile_library(sources, opa=opa)
    (policy,) = read_record(compiled.record, compiled.wasm).portfolio
    assert (policy.package, policy.control, policy.blocks) == ("portfolio.crowd", "AL-02", ("metadata", "owner"))
    extended = next(control for control in compiled.controls if control.id == "AL-02")
    assert extended.findings["shared_owner"] == "One owner answers for several vendors."
