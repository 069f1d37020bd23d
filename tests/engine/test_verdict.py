import copy
import json
import math
from datetime import date

import pytest

from checker.engine.verdict import (
    MAX_DEPTH,
    ControlVerdict,
    Fault,
    InputError,
    PolicyFinding,
    Verdict,
    canonical,
    parse,
    vendor_of,
)

PACKAGES = {"controls.a.x", "controls.a.y"}


def finding(**changes):
    return {"code": "bad", "msg": "is bad", "path": ["items", 0], **changes}


def control(**changes):
    return {"applicable": True, "deny": [], "warn": [], "undetermined": [], **changes}


def answer(**changes):
    return {
        "input": "object",
        "vendor": "acme",
        "tier": "high",
        "lifecycle": "active",
        "guard": [],
        "controls": {"controls.a.x": control(), "controls.a.y": control(applicable=False)},
        **changes,
    }


def with_x(**changes):
    return answer(controls={"controls.a.x": control(**changes), "controls.a.y": control()})


def deny(**changes):
    return with_x(deny=[finding(**changes)])


def without(mapping, key):
    return {name: value for name, value in mapping.items() if name != key}


def test_whole_verdict():
    verdict = parse(with_x(deny=[finding(key="IN", fix="mend it")], warn=[finding()]), "acme", PACKAGES)
    assert verdict == Verdict(
        vendor="acme",
        tier="high",
        lifecycle="active",
        guard=(),
        controls={
            "controls.a.x": ControlVerdict(
                applicable=True,
                deny=(PolicyFinding("bad", "is bad", ("items", 0), "IN", "mend it"),),
                warn=(PolicyFinding("bad", "is bad", ("items", 0)),),
            ),
            "controls.a.y": ControlVerdict(applicable=True),
        },
    )


def test_findings_are_sorted_and_unique():
    items = [finding(path=[step]) for step in (10, 2, "a", 2)] + [finding(code="aaa")]
    forwards = parse(with_x(deny=items), "acme", PACKAGES)
    backwards = parse(with_x(deny=items[::-1]), "acme", PACKAGES)
    assert forwards == backwards
    found = forwards.controls["controls.a.x"].deny
    assert [(each.code, each.path) for each in found] == [
        ("aaa", ("items", 0)),
        ("bad", (2,)),
        ("bad", (10,)),
        ("bad", ("a",)),
    ]


def test_vendor_may_be_absent_on_both_sides():
    assert isinstance(parse(answer(vendor=None), None, PACKAGES), Verdict)


BAD = {
    "nothing": None,
    "list": [],
    "text": "pass",
    "empty": {},
    "extra key": answer(extra=1),
    **{f"no {key}": without(answer(), key) for key in answer()},
    "input undefined": answer(input="undefined"),
    "other vendor": answer(vendor="other"),
    "no vendor": answer(vendor=None),
    "vendor as list": answer(vendor=["acme"]),
    "tier null": answer(tier=None),
    "tier shouted": answer(tier="HIGH"),
    "lifecycle unknown": answer(lifecycle="zombie"),
    "lifecycle unhashable": answer(lifecycle=["active"]),
    "guard an object": answer(guard={}),
    "guard of texts": answer(guard=["context.missing"]),
    "controls a list": answer(controls=[]),
    "control missing": answer(controls={"controls.a.x": control()}),
    "control foreign": answer(controls={**answer()["controls"], "controls.b.z": control()}),
    "control null": answer(controls={**answer()["controls"], "controls.a.x": None}),
    "control a list": answer(controls={**answer()["controls"], "controls.a.x": []}),
    "applicable 1": with_x(applicable=1),
    "applicable 0": with_x(applicable=0),
    "applicable null": with_x(applicable=None),
    "applicable text": with_x(applicable="true"),
    "control with extra key": with_x(violation=[]),
    "control without warn": answer(controls={"controls.a.x": without(control(), "warn"), "controls.a.y": control()}),
    "deny null": with_x(deny=None),
    "deny false": with_x(deny=False),
    "deny an object": with_x(deny={}),
    "deny text": with_x(deny=""),
    "finding text": with_x(deny=["bad"]),
    "finding null": with_x(undetermined=[None]),
    "finding without msg": with_x(deny=[without(finding(), "msg")]),
    "finding with extra key": deny(severity="low"),
    "code empty": deny(code=""),
    "code with dot": deny(code="a.b"),
    "code with line feed": deny(code="bad\n"),
    "code a number": deny(code=1),
    "msg empty": deny(msg=" "),
    "msg null": deny(msg=None),
    "key null": deny(key=None),
    "fix a list": deny(fix=["x"]),
    "path text": deny(path="items.0"),
    "path null": deny(path=None),
    "path negative": deny(path=[-1]),
    "path boolean": deny(path=[True]),
    "path fraction": deny(path=[1.5]),
    "path nested": deny(path=[["a"]]),
}


@pytest.mark.parametrize("raw", BAD.values(), ids=BAD.keys())
def test_anything_else_is_a_fault(raw):
    before = copy.deepcopy(raw)
    fault = parse(raw, "acme", PACKAGES)
    assert isinstance(fault, Fault)
    assert fault.kind == "shape"
    assert fault.message
    assert raw == before


def nested(depth):
    value = 1
    for level in range(depth):
        value = [value] if level % 2 else {"k": value}
    return value


@pytest.mark.parametrize("value", [{}, {"a": [1, 1.5, True, None, "é\u2028\0\U0001f600"]}, nested(MAX_DEPTH), {"": {}}])
def test_json_survives(value):
    assert json.loads(canonical(value)) == value


class Text(str):
    """Looks like text, and may say something else when asked."""

    __slots__ = ()


def cycle():
    value = {}
    value["self"] = value
    return value


def laughs():
    value = ["ha"]
    for _ in range(40):
        value = [value, value]
    return value


NOT_JSON = {
    "NaN": math.nan,
    "infinity": -math.inf,
    "surrogate": "\ud800",
    "surrogate as key": {"\udfff": 1},
    "number as key": {1: "a", "1": "b"},
    "boolean as key": {True: "a"},
    "null as key": {None: "a"},
    "tuple": (1, 2),
    "set": {1},
    "date": date(2026, 1, 1),
    "bytes": b"text",
    "subclass": Text("a"),
    "huge integer": 10**5000,
    "too deep": nested(MAX_DEPTH + 1),
    "far too deep": nested(100_000),
    "cycle": cycle(),
    "exponential": laughs(),
}


@pytest.mark.parametrize("value", NOT_JSON.values(), ids=NOT_JSON.keys())
def test_what_engines_would_misread_is_refused(value):
    for holder in (value, {"metadata": {"id": "acme"}, "x": [value]}):
        with pytest.raises(InputError):
            canonical(holder)


@pytest.mark.parametrize(
    ("manifest", "vendor"),
    [
        ({"metadata": {"id": "acme"}}, "acme"),
        ({"metadata": {"id": None}}, None),
        ({"metadata": {}}, None),
        ({"metadata": "x"}, None),
        ({}, None),
    ],
)
def test_vendor_to_be_echoed(manifest, vendor):
    assert vendor_of(manifest) == vendor


@pytest.mark.parametrize("vendor", [1, True, ["acme"], {}])
def test_vendor_must_be_text(vendor):
    with pytest.raises(InputError):
        vendor_of({"metadata": {"id": vendor}})
