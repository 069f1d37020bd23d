"""The lint that refuses what lets a vendor pass in silence, form by form."""

import textwrap

import pytest

from checker import lint
from checker.errors import PolicyError
from tests.cases import tables
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


def _remarks(tmp_path, text, name="controls/family/control/control.rego", parameters=("p",)):
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(text)
    return lint.lint(tmp_path, [name], parameters, need("opa"))


def _policy(body):
    return (
        "package controls.family.control\n\n"
        f'deny contains {{"code": "x", "msg": "y", "path": []}} if {{\n\t{body}\n}}\n\n'
        "_helper if input.z\n\n_f(x) if x == 1\n"
    ).replace(" f(", " _f(")


def _checks(remarks):
    return [one.check for one in remarks if one.check != "guard"]


@pytest.mark.parametrize("body", TRAPS + CLOSE_TO_TRAPS)
def test_trap_is_refused(tmp_path, body):
    (remark,) = (one for one in _remarks(tmp_path, _policy(body)) if one.check != "guard")
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
        ('"p"', ["p"], []),
        ('"q"', ["p", "q"], ["nothing demands the parameter `p`", "`_needed` names `q`"]),
        ('"p"', [], ["there is no parameter `p`"]),
    ],
)
def test_guard(tmp_path, demanded, parameters, expected):
    (tmp_path / "main").mkdir()
    (tmp_path / "main/main.rego").write_text(MAIN.format(names=demanded))
    (tmp_path / "controls/a/b").mkdir(parents=True)
    (tmp_path / "controls/a/b/b.rego").write_text(
        "package controls.a.b\n\ndeny contains 1 if input.x in data.params.p.list\n"
    )
    remarks = lint.lint(tmp_path, ["main/main.rego", "controls/a/b/b.rego"], parameters, need("opa"))
    found = [one.message for one in remarks]
    assert len(found) == len(expected)
    for words in expected:
        assert any(words in message for message in found), found


def test_a_file_that_does_not_parse_is_named(tmp_path):
    with pytest.raises(PolicyError, match=r"controls/a/b/b\.rego does not parse"):
        _remarks(tmp_path, textwrap.dedent("package a\n\ndeny contains"), "controls/a/b/b.rego")


def test_the_library_itself_is_clean():
    library = tables.library()
    assert lint.lint(library.root, library.sources, library.parameters, need("opa")) == []


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
