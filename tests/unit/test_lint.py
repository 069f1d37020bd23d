"""The lint that refuses what lets a vendor pass in silence, form by form."""

import shutil
import textwrap

import pytest

from checker import lint
from checker.errors import PolicyError
from tests.cases import tables
from tests.cli.program import checker
from tests.real import need

TRAPS = [
    'not input.x < "2025"',
    "not f(input.x)",
    'not startswith(input.x, "a")',
    'not input.x in {"a", "b"}',
    "not input.x != 1",
    "not input.x == lower(input.y)",
    'c := input.c\n\tnot c in {"a"}',
    "c := input.c\n\tnot f(c)",
    'c := input.c\n\tnot c == "a"',
    "c := input.c\n\tnot c.d",
    'c := lower(input.c)\n\tnot c in {"a"}',
    'some c in [input.c]\n\tnot c in {"a"}',
    "some c in {input.c}\n\tnot f(c)",
    "some i in input.xs\n\tnot f(i.x)",
    'some i in input.xs\n\tnot i.x in {"a"}',
    "some i in input.xs\n\tnot i.n > 3",
    "some i in input.xs\n\tnot count(i.n) > 3",
    'not "a" in input.xs',
    'not object.get(input, "k", "") in input.xs',
    'not object.get(input.a, "k", "") in {"a"}',
    'not object.get(input, "k", input.z) in {"a"}',
    "not data.params.p[input.x]",
    "every i in input.xs {\n\t\tnot f(i.x)\n\t}",
    'count([1 | some i in input.xs; not i.x < "a"]) > 0',
]
# Refused as well, though they hold today: they are one edit away from the trap.
CLOSE_TO_TRAPS = ['not input.x == lower("A")', "not input.xs[input.i]"]
SAFE = [
    "not input.x",
    "not input.a.b.c",
    'not input.x == "a"',
    "not input.x == input.y",
    "not _helper",
    "not f(input)",
    "not data.params.p.x",
    "some i in input.xs\n\tnot i.ok",
    "some i in input.xs\n\tnot i.ok == true",
    "some i in input.xs\n\tnot f(i)",
    'some i in input.xs\n\tnot i in {"a"}',
    "some k, _ in input.xs\n\tnot data.params.p[k]",
    'some i in input.xs\n\tnot object.get(i, "k", "") in {"a"}',
    'some i in input.xs\n\tnot object.get(i, "k", "") in data.params.p.list',
    'c := object.get(input, "c", "")\n\tnot c in {"a"}',
    "c := input\n\tnot f(c)",
    'some i in input.xs\n\tnot startswith(i, "a")',
    'input.x < "2025"',
]


ALWAYS = {"guard", "metadata"}  # what every policy of these tests lacks besides


def _remarks(tmp_path, text, name="controls/family/control/control.rego", around=None):
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(text)
    around = around or lint.Surroundings(parameters={"p": {"x": 1, "list": []}}, read_elsewhere={"p"})
    remarks = lint.lint(tmp_path, [name], around, need("opa"))
    assert {one.check for one in remarks} <= lint.EXAMPLES.keys()
    return remarks


def _policy(body):
    return (
        "package controls.family.control\n\n"
        f'deny contains {{"code": "x", "msg": "y", "path": []}} if {{\n\t{body}\n}}\n\n'
        "_helper if input.z\n\n_f(x) if x == 1\n"
    ).replace(" f(", " _f(")


def _checks(remarks):
    return [one.check for one in remarks if one.check not in ALWAYS]


@pytest.mark.parametrize("body", TRAPS + CLOSE_TO_TRAPS)
def test_trap_is_refused(tmp_path, body):
    (remark,) = (one for one in _remarks(tmp_path, _policy(body)) if one.check not in ALWAYS)
    assert remark.check == "negation-trap"
    assert remark.line == 4 + body.split("not ")[0].count("\n")
    assert remark.message.startswith("`not ")


@pytest.mark.parametrize("body", SAFE)
def test_safe_form_is_accepted(tmp_path, body):
    assert _checks(_remarks(tmp_path, _policy(body))) == []


@pytest.mark.parametrize(
    ("text", "check"),
    [
        ("package controls.a.b\n\nwarn contains 1\n", "no-deny"),
        ("package controls.a.b\n\ndeny contains 1\n\nallowed := 1\n", "public-rule"),
        ("package controls.a.b\n\ndeny contains 1\n\napplicable if input.x\n", "no-default"),
    ],
)
def test_shape_of_a_control(tmp_path, text, check):
    assert check in _checks(_remarks(tmp_path, text, "controls/a/b/b.rego"))


MAIN = """package main

_needed := {{{names}}}

deny contains name if {{
	some name in _needed
	not data.params[name]
}}
"""


@pytest.mark.parametrize(
    ("demanded", "parameters", "expected"),
    [
        ('"p"', {"p": {"list": []}}, []),
        ('"q"', {"p": {"list": []}, "q": {}}, ["nothing demands the parameter `p`", "`_needed` names `q`"]),
        ('"p"', {}, ["there is no parameter `p`"]),
        ('"p"', {"p": {"lst": []}}, ["there is no parameter `p.list`"]),
        ('"p"', {"p": {"list": []}, "r": {}}, ["no policy and no schema reads the parameter `r`"]),
    ],
)
def test_guard(tmp_path, demanded, parameters, expected):
    (tmp_path / "main").mkdir()
    (tmp_path / "main/main.rego").write_text(MAIN.format(names=demanded))
    (tmp_path / "controls/a/b").mkdir(parents=True)
    (tmp_path / "controls/a/b/b.rego").write_text(
        "package controls.a.b\n\ndeny contains 1 if input.x in data.params.p.list\n"
    )
    around = lint.Surroundings(parameters=parameters, read_elsewhere={"q"})
    remarks = lint.lint(tmp_path, ["main/main.rego", "controls/a/b/b.rego"], around, need("opa"))
    found = [one.message for one in remarks if one.check not in {"metadata", "gate"}]
    assert len(found) == len(expected)
    for words in expected:
        assert any(words in message for message in found), found


SILENT = [
    ("input.a", "some i in input.xs"),
    ("i.country", "some i in input.xs"),
    ("i.country", "i := input.block\n\ti.name"),
    ("[1, input.a.b]", "input.a.c"),
    ('concat("-", [input.a, "x"])', "not input.a"),
    ("input.a", "count([1 | input.a]) == 0"),
]
HEARD = [
    ("input.a", 'input.a == "x"'),
    ("input.a", 'input.a.b == "x"'),
    ("i.country", "some i in input.xs\n\ti.country in {1}"),
    ("i", "some i in input.xs"),
    ('$"in {input.a}"', "some i in input.xs"),
    ("[k | some k in input.a]", "some i in input.xs"),
    ("fact.path", "some fact in input.derived.facts"),
    ("input.derived.day", "some i in input.xs"),
    ("data.params.p.x", "some i in input.xs"),
]


@pytest.mark.parametrize(("value", "body"), SILENT)
def test_a_head_that_may_be_undefined_is_refused(tmp_path, value, body):
    text = _policy(body).replace('"path": []', f'"path": [], "key": {value}')
    assert "silent-head" in _checks(_remarks(tmp_path, text))


def test_a_finding_that_a_helper_collects_is_looked_at_too(tmp_path):
    text = _policy("some f in _faults") + '\n_faults contains {"code": "x", "key": i.a} if some i in input.xs\n'
    assert _checks(_remarks(tmp_path, text)) == ["silent-head"]


@pytest.mark.parametrize(("value", "body"), HEARD)
def test_a_head_of_bound_values_is_accepted(tmp_path, value, body):
    text = _policy(body).replace('"path": []', f'"path": [], "key": {value}')
    assert _checks(_remarks(tmp_path, text)) == []


@pytest.mark.parametrize(
    ("body", "check", "hint"),
    [
        ("time.now_ns() > 1", "built-in", "dates are ISO strings"),
        ('http.send({"url": "x"}).status_code == 200', "built-in", "may not reach outside"),
        ('opa.runtime().env.HOME == "x"', "built-in", "may not read the environment"),
        ('input.x == sprintf("%d", [1])', "built-in", "write the message as"),
        ('count([1 | rand.intn("a", 2) == 1]) == 1', "built-in", "the same answer each time"),
        ("data.secrets.x == input.x", "unknown-data", "make it a parameter"),
        ("input.x < data.context.as_off", "unknown-data", "did you mean `as_of`?"),
        ("input.x == data.params.p.y", "no-parameter", "known are: list, x"),
        ("input.metadata.contry == 1", "unknown-field", "did you mean `country`?"),
        ("input.scope.data[_].categry == 1", "unknown-field", "did you mean `category`?"),
    ],
)
def test_what_policies_cannot_read_is_refused(tmp_path, body, check, hint):
    fields = [(), ("metadata",), ("metadata", "country"), ("scope",), ("scope", "data"), ("scope", "data", "*")]
    fields += [("scope", "data", "*", "category"), ("x",), ("z",)]
    around = lint.Surroundings({"p": {"x": 1, "list": []}}, {"p"}, fields)
    (found,) = (one for one in _remarks(tmp_path, _policy(body), around=around) if one.check not in ALWAYS)
    assert (found.check, hint in found.fix) == (check, True), found


def test_known_fields_and_own_functions_are_accepted(tmp_path):
    body = 'input.scope.data[i].category == "a"\n\tinput.scope.data[_][k] == 1\n\tnot f(input)\n\tinput.derived.x'
    fields = [("scope",), ("scope", "data"), ("scope", "data", "*"), ("scope", "data", "*", "category"), ("z",)]
    assert _checks(_remarks(tmp_path, _policy(body), around=lint.Surroundings({}, (), fields))) == []


HOME = "controls/governance/accountable_owner/accountable_owner.rego"


@pytest.mark.parametrize(
    ("old", "new", "check", "message"),
    [
        ("#   severity: high\n", "", "metadata", "METADATA lacks custom.severity"),
        ("# title: Accountable owner and register entry\n", "", "metadata", "METADATA lacks title"),
        ('effective_on: "2026-01-01"', 'effective_on: "soon"', "metadata", "METADATA lacks custom.effective_on"),
        ("#   id: GR-01", "#   id: GR-02", "duplicate-id", "the id GR-02 is that of"),
        ("#     foreign_deputy:", "#     foreign_substitute:", "codes", "what the finding `foreign_deputy` means"),
        ("#     foreign_deputy:", "#     foreign_substitute:", "codes", "`foreign_substitute`, which no rule makes"),
        ("#   id: GR-01", "#   id: GR-77", "no-case", "no case of the control fails"),
        ("#   id: GR-01", "#   id: GR-77", "no-case", "no case of the control passes"),
    ],
)
def test_metadata_ids_codes_and_cases(broken, old, new, check, message):
    remarks = broken(HOME, old, new)
    found = [one for one in remarks if one.check == check and message in one.message]
    assert found, remarks
    assert all(one.line > 1 for one in found)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"deny": {finding | applies; some', '"deny": {finding | some', "still denies"),
        ('"deny": {finding | applies; some', '"deny": {finding | not applies; some', "every vendor passes"),
        ("some finding in (result.deny | result.undetermined)", "some finding in result.warn", "`main.deny`"),
    ],
)
def test_main_must_gate_what_does_not_apply(broken, old, new, message):
    assert any(one.check == "gate" and message in one.message for one in broken("main/main.rego", old, new))


@pytest.fixture
def broken(tmp_path):
    """Return what the lint says of two controls and `main` after one change."""
    for part in ("main", "lib", "params", "controls/governance/accountable_owner", "controls/governance/risk_tier"):
        shutil.copytree(tables.ROOT / "policies" / part, tmp_path / part)
    paths = [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.rego") if "_test" not in path.name]
    library = tables.library()
    around = lint.Surroundings(library.parameters, statuses={"GR-01": {"pass", "fail"}, "GR-02": {"pass", "fail"}})

    def run(file, old, new):
        text = (tmp_path / file).read_text()
        assert old in text
        (tmp_path / file).write_text(text.replace(old, new))
        remarks = lint.lint(tmp_path, sorted(paths), around, need("opa"))
        assert {one.check for one in remarks} <= lint.EXAMPLES.keys()
        return remarks

    return run


def test_every_example_is_of_a_check():
    source = "".join(path.read_text() for path in (tables.ROOT / "checker/lint").glob("[!_]*.py"))
    assert [check for check in lint.EXAMPLES if f'"{check}"' not in source] == []


def test_a_file_that_does_not_parse_is_named(tmp_path):
    with pytest.raises(PolicyError, match=r"controls/a/b/b\.rego does not parse"):
        _remarks(tmp_path, textwrap.dedent("package a\n\ndeny contains"), "controls/a/b/b.rego")


def test_the_library_itself_is_clean():
    done = checker("policy", "lint", cwd=tables.ROOT)
    assert (done.code, done.out.splitlines()[-1].endswith(" 0 remarks")) == (0, True), done


def test_traps_are_undefined_in_opa_itself(tmp_path):
    """What the lint calls a trap is one: over an empty input, real OPA finds no denial."""
    import json
    import subprocess

    opa = need("opa")
    plain = [body for body in TRAPS if "some i" not in body and "every" not in body and "count(" not in body]
    for number, body in enumerate(plain):
        file = tmp_path / f"{number}.rego"
        file.write_text(_policy(body).replace("controls.family.control", f"trap{number}"))
    done = subprocess.run([opa, "eval", "-d", tmp_path, "data"], capture_output=True, check=True)
    value = json.loads(done.stdout)["result"][0]["expressions"][0]["value"]
    silent = [body for number, body in enumerate(plain) if value[f"trap{number}"]["deny"] == []]
    assert silent == plain
