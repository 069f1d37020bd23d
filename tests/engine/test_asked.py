"""Asking for some controls only: they say what they say among all, and never fewer than were asked for."""

import json

import pytest

from checker.engine import EngineSettings, Fault, open_engine
from checker.engine.verdict import parse
from checker.judge import asking
from tests.cases import tables
from tests.engine.manifests import DATA, manifest
from tests.engine.test_verdict import PACKAGES, answer, control, finding
from tests.real import need

LIBRARY = tables.library()


@pytest.fixture(scope="module", params=["wasm", "opa"])
def real(request):
    """Return an engine with this repository's library."""
    settings = EngineSettings(timeout_s=60, opa=need("opa") if request.param == "opa" else None)
    engine = open_engine(request.param, LIBRARY, tables.judge(tables.TODAY).setup.data, settings)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def inputs():
    """Return what the policies see of manifests with findings in many controls."""
    judge = tables.judge(tables.TODAY)
    files = ("examples/hidden-sub-processor.yaml", "examples/missing-answers.yaml", "examples/old-encryption.yaml")
    documents = [tables.Document(file, tables.base(), b"") for file in files]
    made = [judge.input(one) for one in documents]
    made[1].pop("contract")
    made[2] |= {"contract": {**made[2]["contract"], "ended_on": "2026-01-31"}, "encryption": {}}
    return made


def test_some_controls_say_what_they_say_among_all(real, inputs):
    whole = real.evaluate(inputs)
    packages = sorted(LIBRARY.packages)
    for size in (0, 1, 3, 20, len(packages)):
        asked = frozenset(packages[::-1][:size])
        for one, verdict in zip(real.evaluate([asking(made, asked) for made in inputs]), whole, strict=True):
            assert one.controls == {package: verdict.controls[package] for package in asked}
            assert (one.vendor, one.tier, one.lifecycle, one.guard) == (
                *(verdict.vendor, verdict.tier, verdict.lifecycle, verdict.guard),
            )


def test_a_control_that_is_not_there_is_a_fault(real, inputs):
    (said,) = real.evaluate([asking(inputs[0], ["controls.legal.no_such"])])
    assert isinstance(said, Fault)
    assert (said.kind, "controls.legal.no_such" in said.message) == ("shape", True)


def test_a_library_that_knows_nothing_of_it_answers_as_well(library):
    """A copy of the library from before gives the whole verdict, of which the rest is left out."""
    engine = open_engine("wasm", library, DATA, EngineSettings())
    try:
        whole, one = engine.evaluate([manifest(tags=["x"]), asking(manifest(tags=["x"]), ["controls.alpha.first"])])
    finally:
        engine.close()
    assert one.controls == {"controls.alpha.first": whole.controls["controls.alpha.first"]}


def test_what_is_asked_for_must_be_told():
    raw = answer(controls={"controls.a.x": control(deny=[finding()])})
    assert set(parse(raw, "acme", PACKAGES, {"controls.a.x"}).controls) == {"controls.a.x"}
    assert set(parse(answer(), "acme", PACKAGES, {"controls.a.x"}).controls) == {"controls.a.x"}
    assert parse(answer(), "acme", PACKAGES, set()).controls == {}
    for asked in (None, PACKAGES, {"controls.a.y"}):
        assert parse(raw, "acme", PACKAGES, asked).kind == "shape"
    beside = answer(controls={"controls.a.x": control(), "controls.b.z": control()})
    assert parse(beside, "acme", PACKAGES, {"controls.a.x"}).kind == "shape"


def test_a_manifest_chooses_nothing():
    """`derived` is the checker's own: the schema knows no such block, and what stands in a file is never used."""
    judge = tables.judge(tables.TODAY)
    sneaky = {**tables.base(), "derived": {"asked": []}}
    document = tables.Document(tables.FILE, sneaky, json.dumps(sneaky).encode())
    assert [problem.rule for problem in judge.schemas.check(document, "VendorManifest") if problem.fatal]
    assert "asked" not in judge.input(document)["derived"]
