"""What a policy reads, by form of reading; then the controls of this repository against what their cases find."""

import re

import pytest

from checker import lint
from checker.catalogue import shelf
from checker.catalogue.clocks import EVERY_DAY, Clock
from checker.catalogue.reading import EACH, Reading, merged, readings
from checker.library import COMMITTED
from tests.cases import tables
from tests.catalogue import material
from tests.real import need

FIELDS = [
    tuple(path.split("."))
    for path in """
    a a.b a.b.c a.d list list.* list.*.id list.*.day list.*.inner list.*.inner.* list.*.inner.*.x names names.*
    map map.* map.*.sha flags flags.one flags.two
    """.split()
]
PARAMETERS = {
    "t": {
        "by_tier": {"low": 1, "high": 2},
        "plain": 3,
        "words": ["one", "two"],
        "paths": [{"path": ["a", "b", "c"]}, {"path": ["names"]}],
        "table": {"k": {"x": 1, "y": 2}},
    },
    "whole": {"p": {"q": 1}},
}
LIBRARY = """package lib.vendor

import data.lib.fields

default tier := "critical"

tier := input.a.d

tier_at_least(name) if name == tier

default lifecycle := "active"

lifecycle := "ended" if input.map.x.sha

row(name) := object.get(data.params.t.table, name, {})

personal if {
	some item in input.list
	_kind(item) == 1
}

_kind(item) := item.id
"""
DATES = """package lib.dates

today := data.context.as_of

past(date) if date < today
"""
ASKING = "package lib.fields\n\nmissing(node, prefix, paths) := {p | some p in paths; object.get(node, p, 1) == 1}\n"


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """Return the modules of a small shared library."""
    return [parse(tmp_path_factory.mktemp("library"), text) for text in (LIBRARY, DATES, ASKING)]


@pytest.fixture
def read(tmp_path, library):
    """Return what a control with the given rules reads."""
    head = "package controls.f.c\n\nimport data.lib.fields\nimport data.lib.vendor as shared"

    def run(*rules):
        control = parse(tmp_path, "\n\n".join([head, *rules]) + "\n")
        return readings([control, *library], FIELDS, PARAMETERS)["controls.f.c"]

    return run


TURNS = Clock("as_of", date=("input", "a", "d"), strict=True)
OLD = Clock("cutoff", ("text", "P12M"), ("input", "a", "d"), strict=True)


@pytest.mark.parametrize(
    ("rules", "clock"),
    [
        (["deny if input.a.d < data.context.as_of"], TURNS),
        (["deny if data.context.as_of > input.a.d"], TURNS),
        (["deny if not input.a.d >= data.context.as_of"], TURNS),
        (["deny if input.a.d < data.context.cutoff.P12M"], OLD),
        (['deny if input.a.d < data.context.cutoff["P12M"]'], OLD),
        (['deny if input.a.d < object.get(data.context.cutoff, "P12M", "")'], OLD),
        (['deny if input.a.d < object.get(data.context, ["cutoff", "P12M"], "")'], OLD),
        (['deny if {\n\tperiod := "P12M"\n\tinput.a.d < data.context.cutoff[period]\n}'], OLD),
        (["deny if input.a.d < data.context.cutoff[input.a.b.c]"], OLD._replace(period=("input", "a", "b", "c"))),
        (["deny if {\n\tx := data.context\n\tinput.a.d < x.as_of\n}"], TURNS),
        (['deny if {\n\tx := {"day": data.context.as_of}\n\tinput.a.d < x.day\n}'], TURNS),
        (["deny if input.a.d < _x.day", '_x := {"day": data.context.as_of}'], TURNS),
        (["deny if {\n\tx := [data.context.as_of, 1]\n\tinput.a.d < x[0]\n}"], TURNS),
        (['deny if input.a.d < _f({"day": data.context.as_of})', "_f(x) := x.day"], TURNS),
        (["deny if input.a.d < _now", '_now := data.context.as_of if input.a.b.c\n\nelse := ""'], TURNS),
        (["import data.context\n\ndeny if input.a.d < context.as_of"], TURNS),
        (["import data.context.as_of as today\n\ndeny if input.a.d < today"], TURNS),
        (["import input.a as one\n\ndeny if one.d < data.context.as_of"], TURNS),
        (["import data.lib.dates\n\ndeny if dates.past(input.a.d)"], TURNS),
        (["deny if data.lib.dates.past(input.a.d)"], TURNS),
        (["import data.lib.dates.past\n\ndeny if past(input.a.d)"], TURNS),
        (["deny if input.a.d < data.lib.dates.today"], TURNS),
        (["import data.controls.f.other\n\ndeny if input.a.d in {data.context.as_of}"], EVERY_DAY),
        (["deny if input.a.d < data.controls.f.c._now", "_now := data.context.as_of"], TURNS),
        (["deny if startswith(input.a.d, data.context.as_of)"], EVERY_DAY),
        (["deny if input.a.d < data.context.cutoff[input.unknown]"], EVERY_DAY),
        (["deny if {\n\tsome day in data.context.cutoff\n\tinput.a.d < day\n}"], EVERY_DAY),
        (["deny if {\n\tsome name, day in data.context\n\tinput.a.d < day\n}"], EVERY_DAY),
        (["deny if input.a.d < data[input.a.b.c].as_of"], EVERY_DAY),
        (["deny if {\n\tx := data\n\tinput.a.d < x.context.as_of\n}"], EVERY_DAY),
        (['warn if input.a.d < data.context.as_of\n\ndeny if input.a.b.c == ""'], None),
    ],
)
def test_what_is_held_against_the_calendar(read, rules, clock):
    assert read(*rules).clocks == (() if clock is None else (clock,))


@pytest.mark.parametrize(
    ("rules", "names"),
    [
        (['deny contains {"msg": $"it is {data.context.as_of}"}'], True),
        (['deny contains {"msg": text} if text := sprintf("it is %v", [data.context.as_of])'], True),
        (['deny contains {"msg": x.text} if x := {"text": $"it is {data.context.as_of}"}'], True),
        (['undetermined contains {"msg": _told}', '_told := concat(" ", ["it is", data.context.as_of])'], True),
        (['deny contains _fault("x")', '_fault(x) := {"msg": $"{x} on {data.context.as_of}"}'], True),
        (['deny contains {"msg": $"it was {input.a.d}"} if input.a.d < data.context.as_of'], False),
        (['warn contains {"msg": $"it is {data.context.as_of}"}'], False),
    ],
)
def test_which_findings_name_the_day(read, rules, names):
    assert read(*rules).names_the_day is names


def test_the_findings_of_other_controls_count_by_any_way_of_naming_them(read):
    for rule in (
        "import data.controls.f.other\n\ndeny if count(other.deny) > 0",
        "deny if count(data.controls.f.other.deny) > 0",
    ):
        assert read(rule).controls == ("controls.f.other",)


def parse(folder, text):
    (folder / "policy.rego").write_text(text)
    return lint.parse(folder, "policy.rego", need("opa"))


def dotted(paths):
    return " ".join(".".join(path) for path in paths)


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        (["deny if input.a.b.c == 1"], "a.b.c"),
        (["deny if input.a.unknown == 1"], ""),
        (["deny if input.a", "deny if input.a.b.c"], "a.b.c"),
        (["deny if input.list[_].day"], "list.*.day"),
        (["deny if {\n\tsome i, x in input.list\n\tx.day\n}"], "list.*.day"),
        (["deny if {\n\tsome x in input.list\n\tsome y in x.inner\n\ty.x\n}"], "list.*.inner.*.x"),
        (["deny if {\n\tx := input.list[0]\n\tx.day\n}"], "list.*.day"),
        (["deny if {\n\tevery x in input.list { x.day }\n}"], "list.*.day"),
        (["deny if {x | some one in input.list; x := one.day} == set()"], "list.*.day"),
        (["deny if {k: v | some k, one in input.map; v := one.sha} == {}"], "map.*.sha"),
        (["deny if input.map.some_id.sha"], "map.*.sha"),
        (['deny contains $"x {input.a.d}" if true'], "a.d"),
        (['deny if object.get(input, ["a", "b", "c"], "") == ""'], "a.b.c"),
        (['deny if {\n\tsome x in input.list\n\tobject.get(x, "day", "") == ""\n}'], "list.*.day"),
        (["deny if {\n\tsome name in data.params.t.words\n\tinput.flags[name]\n}"], "flags.one flags.two"),
        (['deny if {\n\tsome name in ["one", "none"]\n\tinput.flags[name]\n}'], "flags.one"),
        (["deny if {\n\tsome i in _mine\n\t_rows[i].day\n}", "_mine contains 1", "_rows := input.list"], "list.*.day"),
        (["deny if {\n\tsome id\n\t_cited[id].sha\n}", "_cited[id] := x if some id, x in input.map"], "map.*.sha"),
        (["deny if {\n\tsome x in input.list\n\t_f(x)\n}", "_f(one) if one.day == 1"], "list.*.day"),
        (["deny if _f(1)", "_f(_) := 1 if input.a.d\n\nelse := input.a.b.c"], "a.b.c a.d"),
        (['deny if count(fields.missing(input, [], [["a", "d"], ["names"]])) > 0'], "a.d names"),
        (
            [
                "deny if {\n\tsome x in input.list\n\tcount(fields.missing(x, [], _asked)) > 0\n}",
                '_asked := [["day"], ["id"]]',
            ],
            "list.*.day list.*.id",
        ),
        (
            [
                "deny if count(fields.missing(input.a, [], _asked)) > 0",
                '_asked := [[name] | some name in array.concat(["d"], data.params.t.words)]',
            ],
            "a.d",
        ),
        (['deny if {\n\tpaths := [["b", "c"]]\n\tcount(fields.missing(input.a, [], paths)) > 0\n}'], "a.b.c"),
        (['deny contains {"path": ["list", i, "inner"]} if {\n\tsome i, _ in input.names\n}'], "list.*.inner names"),
        (["deny if {\n\tsome row in data.params.t.paths\n\tobject.get(input, row.path, 1) == 1\n}"], "a.b.c names"),
        (["deny if shared.personal"], "list.*.id"),
        (["deny if count(array.concat(input.names, [])) > 0"], "names"),
    ],
)
def test_fields(read, rules, found):
    assert dotted(read(*rules).fields) == found


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("deny if input.a.d > data.params.t.plain", "t.plain"),
        ("deny if data.params.t.by_tier[shared.tier] == 1", "t.by_tier"),
        ("deny if data.params.t.by_tier.low == 1", "t.by_tier.low"),
        ('deny if object.get(data.params.t, "plain", 1) == 1', "t.plain"),
        ("deny if object.get(data.params.t.by_tier, input.a.d, 1) == 1", "t.by_tier"),
        ("deny if {\n\tsome k, row in data.params.t.table\n\trow.x\n}", "t.table"),
        ("deny if shared.row(input.a.d).x == 1", "t.table"),
        ("deny if data.params.whole[input.a.d].q", "whole"),
        ("deny if {\n\tp := data.params.whole.p\n\tp.q == 1\n}", "whole.p.q"),
        ('deny if {\n\tsome name in ["plain", "words"]\n\tdata.params.t[name]\n}', "t.plain t.words"),
        ('deny if {\n\tsome name in ["plain", "words", input.a.d]\n\tdata.params.t[name]\n}', "t"),
        ("deny if data.params.absent.x", ""),
        ("deny if data.params[input.a.d].plain", ""),
    ],
)
def test_parameters(read, rule, found):
    assert dotted(read(rule).parameters) == found


def test_what_the_library_concludes_is_named_not_resolved(read):
    both = read('deny if {\n\tshared.tier_at_least("high")\n\tshared.lifecycle == "ended"\n}')
    assert (both.fields, both.shared) == ((), {"tier", "lifecycle"})


def test_what_the_checker_derives_is_kept_apart(read):
    rules = [
        "deny if input.derived.evidence.files[input.a.d] == 1",
        'deny if object.get(input.derived, ["x", _k], 1) == 1',
    ]
    found = read(*rules, "_k := input.names[0]", "_all := input.derived[_]")
    assert (dotted(found.fields), dotted(found.facts)) == ("a.d names", "evidence.files x")


def test_policies_over_all_vendors_read_every_manifest(tmp_path, library):
    text = """package portfolio.c

import data.lib.vendor

deny if {
	some i, one in input.manifests
	_keys(one) == input.manifests[i].a.d
	vendor.personal with input as one
}

_keys(manifest) := [x | some x in manifest.list[_].inner]
"""
    found = readings([parse(tmp_path, text), *library], FIELDS, PARAMETERS)["portfolio.c"]
    assert dotted(found.fields) == "a.d list.*.id list.*.inner"


@pytest.mark.parametrize(
    ("rule", "places"),
    [
        ("deny if input.a.d == 1", ""),
        ("deny if data.params.t.plain == 1", "t.plain"),
        ("warn if data.params.t.plain == 1", "t.plain"),
        ('deny if object.get(data.params.t, "plain", 0) == 1', "t.plain"),
        ('deny if object.get(data.params.t, ["by_tier", shared.tier], 0) == 1', "t.by_tier"),
        ('deny if object.get(data.params.t, "absent", 0) == 1', "t"),
        ("deny if object.get(data.params.t, input.a.d, 0) == 1", "t"),
        ("deny if data.params.t.by_tier[shared.tier] == 1", "t.by_tier"),
        ("deny if data.params.t[input.a.d] == 1", "t"),
        ('deny if {\n\tsome key in ["plain", "words"]\n\tdata.params.t[key] == 1\n}', "t.plain t.words"),
        ("deny if {\n\tsome x in data.params.t.words\n\tx == input.a.d\n}", "t.words"),
        ("deny if count(data.params.t) > 0", "t"),
        ("deny if {\n\tcount(data.params.whole) > 0\n\tdata.params.whole.p.q == 1\n}", "whole"),
        ("deny if {\n\tt := data.params.t\n\tt.plain == 1\n}", "t"),
        ("deny if {\n\twalk(data.params.t, [_, x])\n\tx == 1\n}", "t"),
        ('deny if shared.row("k").x == 1', "t.table"),
        ("deny if data.params[input.a.d].plain == 1", "everything"),
        ("deny if {\n\tall := data.params\n\tall.t.plain == 1\n}", None),
        ('deny if object.get(data.params, [input.a.d, "plain"], 0) == 1', "everything"),
        ("deny if data[input.a.d] == 1", None),
        ("deny if data.lib[input.a.d].tier == 1", None),
        ("deny if {\n\twalk(data, [_, x])\n\tx == 1\n}", None),
        ("deny if _all\n\n_all if data.more[input.a.d]", None),
        ("warn if data[input.a.d] == 1", None),
    ],
)
def test_what_a_control_hangs_on(read, rule, places):
    found = read(rule).hangs_on
    known = {"everything": ((),), None: None}
    assert found == (known[places] if places in known else tuple(tuple(one.split(".")) for one in places.split()))


def test_a_control_hangs_on_what_the_library_concludes_from(tmp_path, library):
    more = LIBRARY.replace("package lib.vendor", "package lib.more") + "\nlimit := data.params.whole.p\n"
    text = "package controls.f.c\n\nimport data.lib.more\n\ndeny if input.a.d > more.limit\n"
    dates = DATES.replace("today := data.context.as_of", "today := data.params.t.plain")
    modules = [parse(tmp_path, one) for one in (text, more)]
    assert readings([*modules, *library], FIELDS, PARAMETERS)["controls.f.c"].hangs_on == (("whole", "p"),)
    (vendor, _, asking) = library
    changed = [*modules, vendor, asking, parse(tmp_path, dates)]
    assert readings(changed, FIELDS, PARAMETERS)["controls.f.c"].hangs_on == (("t", "plain"), ("whole", "p"))


def test_every_control_of_the_library_hangs_on_known_places():
    read = shelf.shipped_readings(tables.library(), COMMITTED)
    assert {package for package, one in read.items() if one.hangs_on is None} == set()


def test_other_controls_are_named(tmp_path, library):
    text = "package controls.f.c\n\nimport data.controls.f.other\n\ndeny if count(other.deny) > 0\n"
    found = readings([parse(tmp_path, text), *library], FIELDS, PARAMETERS)["controls.f.c"]
    assert (found.fields, found.controls) == ((), ("controls.f.other",))


def test_what_several_policies_read_is_read_together():
    one = Reading((("a",), ("b",)), (("t", "plain"),), (("x",),), frozenset({"tier"}))
    other = Reading((("a", "d"),), (("t", "plain"), ("s",)), (), frozenset(), ("f.c",))
    both = Reading((("a", "d"), ("b",)), (("s",), ("t", "plain")), (("x",),), frozenset({"tier"}), ("f.c",))
    assert merged([one, other]) == both


FROM_FACTS = {
    "GR-05.later_date": "the path is found by the checker, anywhere in what the vendor attests",
    "AA-04.unknown_reference": "the path is found by the checker, wherever a document is cited",
}


def _field(subject: str) -> tuple[str, ...]:
    path: tuple[str, ...] = ()
    for key in re.sub(r"\[[^\]]*\]", f".{EACH}", subject).split("."):
        path = (*path, key if (*path, key) in material.fields() else EACH)
    return path


def _related(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    length = min(len(one), len(other))
    return one[:length] == other[:length]


@pytest.mark.parametrize("control", material.CONTROLS)
def test_every_field_in_which_a_case_finds_a_fault_is_read(control):
    found = {
        (rule, subject)
        for case in tables.cases()
        for rule, subject in case.expected
        if case.control == control == rule.partition(".")[0]
        and rule not in FROM_FACTS
        and subject
        and not subject.startswith("derived.")
    }
    read_fields = material.reading(control).fields
    assert found
    assert [one for one in found if not any(_related(_field(one[1]), field) for field in read_fields)] == []


@pytest.mark.parametrize("control", material.CONTROLS)
def test_every_parameter_that_a_policy_names_is_read(control):
    package = material.CONTROLS[control].package.replace(".", "/")
    text = tables.library().modules[f"{package}/{package.rpartition('/')[2]}.rego"]
    named = set(re.findall(r"\bdata\.params\.([a-z_]\w*)", text))
    assert named <= {path[0] for path in material.reading(control).parameters}
