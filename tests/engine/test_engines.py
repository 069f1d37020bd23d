"""Both engines: the same verdicts, and the same refusal of everything that is none."""

import math
import time
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker.compiler import compile_library
from checker.engine import EngineSettings, Fault, InputError, PolicyFinding, Verdict, canonical, open_engine
from checker.errors import EngineError, UsageError
from tests.engine.manifests import DATA, manifest, misbehaving

ENGINES = ["wasm", "opa"]


def kinds(answers):
    return [answer.kind if isinstance(answer, Fault) else answer.vendor for answer in answers]


@pytest.fixture(params=ENGINES)
def engine(request, wasm, server):
    return {"wasm": wasm, "opa": server}[request.param]


@pytest.fixture(params=ENGINES)
def impatient(request, start, library):
    return start(request.param, library, timeout_s=0.5)


MANIFESTS = {
    "clean": manifest(),
    "no owner": {"metadata": {"id": "acme"}},
    "no metadata": {"owner": {}},
    "nothing": {},
    "metadata a text": manifest() | {"metadata": "x"},
    "late": manifest(tier="high", reviewed="2020-01-01"),
    "in time": manifest(tier="high", reviewed="2026-01-01"),
    "undetermined": manifest(tier="high"),
    "too big": manifest(items=[{"id": "a", "size": 11}, {"id": "b", "size": 10.5}, {"id": "c", "size": 9}]),
    "tags in any order": manifest(tags=["b", "a", "ä", "b"]),
    "text of all kinds": manifest(tags=['"', "\\", "\0", "\u2028", "\U0001f600", "{x}", "\x7f"]),
    "prospective": manifest(lifecycle="prospective"),
    "integers at the border": manifest(items=[{"id": "n", "size": 2**53}, {"id": "m", "size": -(2**53)}]),
    "deep": manifest(deep=[[[[[[{"a": {"b": {"c": [1]}}}]]]]]]),
}


@pytest.mark.parametrize("given_manifest", MANIFESTS.values(), ids=MANIFESTS.keys())
def test_engines_agree(wasm, server, given_manifest):
    (left,), (right,) = wasm.evaluate([given_manifest]), server.evaluate([given_manifest])
    assert isinstance(left, Verdict)
    assert left == right


SCALARS = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8)
ANY = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
ODD = st.fixed_dictionaries(
    {"metadata": st.fixed_dictionaries({"id": st.text(min_size=1, max_size=6)})},
    optional={
        "owner": ANY,
        "tier": st.sampled_from(["high", "low"]),
        "lifecycle": st.sampled_from(["prospective", "active", "ended"]),
        "reviewed": ANY | st.dates().map(str),
        "tags": ANY | st.lists(st.text(max_size=4), max_size=4),
        "items": ANY | st.lists(st.fixed_dictionaries({"id": SCALARS, "size": SCALARS}), max_size=4),
    },
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ODD, min_size=1, max_size=4))
def test_engines_agree_on_odd_manifests(wasm, server, manifests):
    good = []
    for each in manifests:
        try:
            canonical(each)
            good.append(each)
        except InputError:
            assert wasm.evaluate([each])[0].kind == server.evaluate([each])[0].kind == "input"
    assert wasm.evaluate(good) == server.evaluate(good)


def test_findings_arrive_whole(engine):
    (verdict,) = engine.evaluate([manifest(items=[{"id": "a", "size": 11}], tags=["x"])])
    control = verdict.controls["controls.alpha.first"]
    assert control.deny == (
        PolicyFinding("too_big", "a has size 11", ("items", 0, "size"), "", "Bring it to 10 or less."),
    )
    assert control.warn == (PolicyFinding("tag", "tag x", ("tags",), "x"),)


def test_guard_arrives(library):
    engine = open_engine("wasm", library, {**DATA, "context": {}}, EngineSettings())
    try:
        (verdict,) = engine.evaluate([manifest()])
    finally:
        engine.close()
    assert [finding.code for finding in verdict.guard] == ["context"]


def test_every_manifest_keeps_its_place(engine):
    vendors = [f"vendor-{index}" for index in range(250)]
    answers = engine.evaluate([manifest(vendor) for vendor in vendors])
    assert [answer.vendor for answer in answers] == vendors
    assert engine.evaluate([]) == []


NOT_JSON = {
    "NaN": manifest(x=math.nan),
    "surrogate": manifest(x="\ud800"),
    "deep": manifest(x=None),
    "number as key": manifest(x={1: 2}),
    "vendor a number": {"metadata": {"id": 7}},
}
deep = NOT_JSON["deep"]
for _ in range(2000):
    deep["x"] = {"x": deep["x"]}


def test_what_is_not_json_is_refused_and_the_rest_judged(engine):
    bad = list(NOT_JSON.values())
    answers = engine.evaluate([manifest("first"), *bad, manifest("last")])
    assert [answer.vendor for answer in (answers[0], answers[-1])] == ["first", "last"]
    assert [answer.kind for answer in answers[1:-1]] == ["input"] * len(bad)


def test_endless_loop_takes_nobody_along(impatient):
    started = time.monotonic()
    answers = impatient.evaluate(
        [manifest("a"), misbehaving("loop"), manifest("b"), misbehaving("loop"), manifest("c")]
    )
    assert time.monotonic() - started < 30
    assert kinds(answers) == ["a", "timeout", "b", "timeout", "c"]


@pytest.mark.parametrize("name", ENGINES)
def test_memory_hog_takes_nobody_along(start, library, name):
    engine = start(name, library, timeout_s=30, memory_mb=32)
    answers = engine.evaluate([manifest("a"), misbehaving("hog"), manifest("b")])
    assert kinds(answers) == ["a", "memory", "b"]
    assert engine.evaluate([manifest("c")])[0].vendor == "c"


def test_conflict_takes_nobody_along(engine):
    answers = engine.evaluate([manifest("a"), misbehaving("conflict"), manifest("b")])
    assert kinds(answers) == ["a", "trap", "b"]
    assert "conflict" in answers[1].message
    assert "\n" not in answers[1].message


LIES = {
    "undefined": ('"input": type_name(input)', '"input": input.nowhere'),
    "input": ('"input": type_name(input)', '"input": "array"'),
    "vendor": ('object.get(input, ["metadata", "id"], null)', '"other"'),
    "lost control": ("some family, control\n", 'some family, control\n\t\tcontrol != "first"\n'),
    "renamed control": ('$"controls.{family}.{control}"', '$"controls.{family}.my_{control}"'),
    "extra key": ('"guard": _guard', '"guard": _guard, "note": "all is well"'),
    "no findings but null": ('object.get(rules, "deny", set())', "null"),
    "number": ("verdict := {", "verdict := 7\n\n_unused := {"),
}


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_policies_that_lie_are_found_out(start, library, opa, name, lie):
    old, new = lie
    text = library.sources["main/main.rego"].decode()
    assert old in text
    sources = {**library.sources, "main/main.rego": text.replace(old, new).encode()}
    lying = replace(library, sources=sources, compiled=compile_library(sources, opa=opa))
    answers = start(name, lying).evaluate([manifest(), manifest()])
    assert [answer.kind for answer in answers if isinstance(answer, Fault)] == ["shape", "shape"]


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize(
    "data",
    [
        {},
        {"params": {}},
        {**DATA, "controls": {}},
        {**DATA, "main": {"verdict": {}}},
        {**DATA, "params": {"x": math.nan}},
    ],
)
def test_data_on_the_path_of_rules_is_refused(library, opa, name, data):
    with pytest.raises(EngineError):
        open_engine(name, library, data, EngineSettings(opa=opa))


def test_unknown_engine(library):
    with pytest.raises(UsageError, match="regorus"):
        open_engine("regorus", library, DATA, EngineSettings())


def test_versions_are_told(wasm, server):
    assert (wasm.name, server.name) == ("wasm", "opa")
    assert wasm.opa_version == server.opa_version


def test_token_is_not_shown():
    token = "a-token"  # noqa: S105  opens nothing
    assert token not in repr(EngineSettings(opa_token=token))


@pytest.mark.parametrize("name", ENGINES)
def test_other_data_counts_from_the_next_manifest_on(start, library, name):
    engine = start(name, library)
    (before,) = engine.evaluate([manifest(tier="high", reviewed="2020-01-01")])
    engine.use({**DATA, "context": {}})
    (without,) = engine.evaluate([manifest(tier="high", reviewed="2020-01-01")])
    engine.use(DATA)
    (after,) = engine.evaluate([manifest(tier="high", reviewed="2020-01-01")])
    assert without.guard
    assert (before, bool(before.guard)) == (after, False)
    with pytest.raises(EngineError, match="not JSON"):
        engine.use({"params": math.nan, "context": {}})
