"""Policies over all vendors: few manifests, on both engines, and what must be found of which vendor."""

import json

import pytest

from checker.engine import EngineSettings, open_engine
from tests.cases import tables
from tests.real import need

PACKAGE = "portfolio.concentration"
COUNTRIES = ["FR", "IT", "ES", "PL", "SE", "NL", "PT", "FI", "AT", "BE"]
SHARED = {"legal_name": "Shared Hosting GmbH", "lei": "XMPL00SHAREDHOST0067"}


def manifest(number, *, group=None, party=None, country=None, **changes):
    """Return a critical function of its own, with a group, a sub-processor and a country of its own."""
    metadata = {"id": f"v{number}", "legal_name": f"Vendor {number} Ltd"}
    if group:
        metadata["group_lei"] = group
    own = {"legal_name": f"Helper {number} Ltd"}
    made = {
        "metadata": metadata,
        "scope": {
            "function": "critical_or_important",
            "locations": [{"country": country or COUNTRIES[number]}],
        },
        "subcontracting": {"position": "permitted_specific", "parties": [{"id": "p", **(party or own)}]},
        "derived": {"lifecycle": "active", "tier": "critical"},
    }
    for path, value in changes.items():
        block, _, key = path.partition("__")
        if value is None:
            del made[block][key]
        else:
            made[block][key] = value
    return made


def several(count, shared, **what):
    """Return `count` functions, the first `shared` of which have something in common."""
    return [manifest(number, **(what if number < shared else {})) for number in range(count)]


CASES = {
    "nothing in common": (several(5, 0), {}),
    "three of five in one group": (
        several(5, 3, group="G"),
        {f"v{number}": {("group_share", ("metadata", "group_lei"), "")} for number in range(3)},
    ),
    "two of four are just within the limit, and warned of": (
        several(4, 2, group="G"),
        {f"v{number}": {("group_share_near", ("metadata", "group_lei"), "")} for number in range(2)},
    ),
    "two parents named for one company are one group": (
        [
            *(manifest(number, group="GH"[number], metadata__lei="A") for number in range(2)),
            manifest(2, metadata__legal_name="Vendor 0 Ltd"),
            *(manifest(number) for number in (3, 4)),
        ],
        {f"v{number}": {("group_share", ("metadata", "group_lei"), "")} for number in range(3)},
    ),
    "a parent's parent is the group": (
        [
            manifest(0, group="P"),
            manifest(1, group="G", metadata__lei="P"),
            manifest(2, group="G"),
            *(manifest(number) for number in (3, 4)),
        ],
        {f"v{number}": {("group_share", ("metadata", "group_lei"), "")} for number in range(3)},
    ),
    "three of ten are within the first bound": (several(10, 3, group="G", party=SHARED, country="PH"), {}),
    "below four functions nothing is judged": (several(3, 3, group="G", party=SHARED, country="PH"), {}),
    "one sub-processor below all": (
        several(4, 4, party=SHARED),
        {f"v{number}": {("subprocessor_share", ("subcontracting", "parties", 0), "")} for number in range(4)},
    ),
    "one sub-processor below half": (
        several(4, 2, party=SHARED),
        {f"v{number}": {("subprocessor_share_near", ("subcontracting", "parties", 0), "")} for number in range(2)},
    ),
    "one country": (
        several(5, 4, country="PH"),
        {f"v{number}": {("country_share", ("scope", "locations"), "PH")} for number in range(4)},
    ),
    "half in one country": (
        several(4, 2, country="PH"),
        {f"v{number}": {("country_share_near", ("scope", "locations"), "PH")} for number in range(2)},
    ),
    "all at home": (several(4, 4, country="DE"), {}),
    "supporting functions do not count": (several(5, 4, group="G", scope__function="supporting"), {}),
    "ended and prospective vendors do not count": (
        [
            *several(6, 1, group="G", derived__lifecycle="ended"),
            *(manifest(number, group="G", derived__lifecycle="prospective") for number in (6, 7)),
            manifest(8, group="G"),
        ],
        {},
    ),
    "a function that is not told counts, and is asked for": (
        several(5, 1, scope__function=None),
        {"v0": {("missing", ("scope", "function"), "")}},
    ),
    "locations that are not told are asked for": (
        several(5, 1, scope__locations=None),
        {"v0": {("missing", ("scope", "locations"), "")}},
    ),
    "parties that are not told are asked for": (
        several(5, 1, subcontracting__parties=None),
        {"v0": {("missing", ("subcontracting", "parties"), "")}},
    ),
}


def found(answer):
    return {
        vendor: {(one.code, one.path, one.key) for one in said.deny + said.warn + said.undetermined}
        for vendor, said in answer.findings[PACKAGE].items()
    }


@pytest.fixture(scope="module", params=["wasm", "opa"])
def engine(request):
    opa, judge = need("opa"), tables.judge(tables.TODAY)
    settings = EngineSettings(timeout_s=60, opa=opa, strict=True)
    engine = open_engine(request.param, tables.library(), judge.setup.data, settings)
    yield engine
    engine.close()


def survey(engine, manifests):
    return engine.survey({one["metadata"]["id"]: json.dumps(one).encode() for one in manifests})


@pytest.mark.parametrize(("manifests", "expected"), CASES.values(), ids=CASES)
def test_case(engine, manifests, expected):
    assert found(survey(engine, manifests)) == expected


def test_order_changes_nothing(engine):
    for manifests, _ in CASES.values():
        assert survey(engine, manifests) == survey(engine, manifests[::-1])


def test_the_cases_find_every_code():
    codes = {code for _, expected in CASES.values() for said in expected.values() for code, _, _ in said}
    (policy,) = tables.library().portfolio
    assert codes == {*policy.findings, "missing"}
