"""Random input: nothing but problems ever comes out, JSON comes back as it was, both parsers agree."""

import json
import math
import re

import pytest
import yaml
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from checker.documents import Limits, load

MODEST = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

KEYS = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,9}", fullmatch=True)
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Cn", "Co"]), max_size=30)
SAFE = 2**53 - 1
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-SAFE, SAFE)
    | st.floats(-1e15, 1e15, allow_nan=False).filter(lambda number: len(repr(number)) <= 40)
    | TEXT
    | st.sampled_from(
        ["yes", "NO", "010", "12:30", "1_000", "null", "~", "", "2026-01-01", "0x1F", "<<", "- a", "a: b"]
    )
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=10
)
DATA = st.dictionaries(KEYS, VALUES, max_size=5)
HIDDEN = set("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")


def has_hidden(text):
    return not HIDDEN.isdisjoint(text)


def check_reads_back(content, data):
    for pure in (False, True):
        loaded = load("v", content.encode(), pure=pure)
        assert [problem for problem in loaded.problems if problem.fatal] == []
        assert json.dumps(loaded.document.data) == json.dumps(data)


@MODEST
@given(DATA, st.sampled_from([None, 1, 2]))
def test_json_comes_back(data, indent):
    content = json.dumps(data, ensure_ascii=False, indent=indent)
    assume(not has_hidden(content))
    check_reads_back(content, data)


@MODEST
@given(DATA, st.sampled_from([None, False, True]), st.sampled_from([None, '"', "'"]))
def test_yaml_comes_back(data, flow, style):
    class Dumper(yaml.SafeDumper):
        """Quotes all text, since what it would leave unquoted is chosen by YAML 1.1."""

    Dumper.add_representer(
        str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style or "'")
    )
    content = yaml.dump(data, Dumper=Dumper, allow_unicode=True, default_flow_style=flow, sort_keys=False)
    assume(not has_hidden(content))
    # YAML 1.1 has a form for floats of its own, `1.0e+16`, equal in value
    check_reads_back(content, data)


@MODEST
@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode(errors="replace")))
@example(b"")
@example(b"\xff")
@example(b"a: 1\n...\n%YAML 1." + b"9" * 5000)
@example(b"a: !<%FF> 1\n")
@example(b'a: "\\UFFFFFFFF"\n')
def test_anything_gives_a_document_or_a_fatal_problem(content):
    for prefix in (b"", b"k: "):
        for pure in (False, True):
            loaded = load("v", prefix + content, Limits(), pure=pure)
            fatal = [problem for problem in loaded.problems if problem.fatal]
            assert (loaded.document is None) == bool(fatal)
            for problem in loaded.problems:
                assert problem.line >= 1
                assert problem.column >= 1
                assert (problem.message + problem.fix).replace("\n", " ").isprintable()
            if loaded.document:
                json.dumps(loaded.document.data, allow_nan=False)
                assert loaded.document.locate(()).path == "v"


PIECES = [
    "a",
    "b",
    "c",
    " ",
    "  ",
    "\n",
    "\n  ",
    "\n- ",
    ": ",
    ":",
    ",",
    "[",
    "]",
    "{",
    "}",
    '"',
    "'",
    "#",
    " #",
    "|",
    ">",
    "|-\n",
    ">+\n",
    "&a",
    "*a",
    "%",
    "@",
    "`",
    "- ",
    "-",
    "?",
    "1",
    "0",
    "010",
    "1:30",
    "~",
    "null",
    "true",
    "---",
    "...",
    "\n---",
    "\n...",
    "\\",
    "\\n",
    '"\\ud800"',
    "\\x41",
    "<<",
    "=",
    "\u00e9",
    "1_0",
    ".5",
    "e3",
    "\n\n",
    "\n    ",
    "\r\n",
    "yes",
    "\U0001f600",
    ".",
    "\t",
    "\u202e",
    "\n%a",
]
ODD_PIECES = [*PIECES, "!", "!!str ", "!!int ", "!x!y", "? ", "!<a>"]


ODD_SIGNS = re.compile(r"(?:^|[\s\[\]{},:])\?|[|>][-+0-9]*#")


def texts(pieces):
    starts = st.sampled_from(["", "k: ", "k:\n  ", "{k: "])
    rest = st.lists(st.sampled_from(pieces), max_size=14).map("".join)
    return st.builds(str.__add__, starts, rest)


def outcome(content, *, pure):
    loaded = load("v", content.encode(), pure=pure)
    return loaded, [(each.rule, each.line, each.column, each.keys) for each in loaded.problems]


@settings(max_examples=600, deadline=None)
@given(texts(PIECES))
@example("k: [why?]")
@example("k: {a:}")
@example("k: |#")
@example("k: &a\n\n{")
@example('k: "\\d')
@example("k: [")
@example("k: [a :]")
def test_both_parsers_agree(content):
    """Refused alike, at the same place; but for nameless `?` and for `|#`, which may be met one token apart."""
    assume(content == "k: |#" or not ODD_SIGNS.search(content))
    fast, fast_problems = outcome(content, pure=False)
    slow, slow_problems = outcome(content, pure=True)
    assert fast_problems == slow_problems
    assert repr(fast.document) == repr(slow.document)


@settings(max_examples=300, deadline=None)
@given(texts(ODD_PIECES))
@example("k: [? : a]")
@example("k: !x!y z")
def test_both_parsers_accept_the_same(content):
    """Broken type marks and nameless `?` stop the parsers at different places; both refuse them."""
    fast, fast_problems = outcome(content, pure=False)
    slow, slow_problems = outcome(content, pure=True)
    assert repr(fast.document) == repr(slow.document)
    if fast.document:
        assert fast_problems == slow_problems


@settings(max_examples=30, deadline=None)
@given(DATA)
def test_every_node_is_found_where_it_stands(data):
    content = json.dumps(data, ensure_ascii=False, indent=1)
    assume(not has_hidden(content))
    document = load("v", content.encode()).document
    lines = content.split("\n")

    def check(keys, value):
        place = document.locate(keys)
        rest = "\n".join([lines[place.line - 1][place.column - 1 :], *lines[place.line :]])
        decoded, _ = json.JSONDecoder().raw_decode(rest)
        assert json.dumps(decoded) == json.dumps(value)
        inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, each in inner:
            if isinstance(value, dict):
                spot = document.locate_key((*keys, key))
                assert lines[spot.line - 1][spot.column - 1 :].startswith(json.dumps(key))
            check((*keys, key), each)

    check((), data)


@pytest.mark.parametrize("number", [0.1, 1e-7, 123456.789, 5e-324, 2.0**53 - 1, -1e15])
def test_floats_come_back_exactly(number):
    found = load("v", f"a: {number!r}".encode()).document.data["a"]
    assert math.isclose(found, number, rel_tol=0)
