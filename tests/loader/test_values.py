"""What is accepted: values by the YAML 1.2 core schema, and warnings where YAML 1.1 reads otherwise."""

import math

import pytest

from checker.documents import load

PARSERS = pytest.mark.parametrize("pure", [False, True], ids=["c", "pure"])

# what stands after `a: `, and its value; none of them gives a warning
VALUES = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "nULL": "nULL",
    "true": True,
    "True": True,
    "TRUE": True,
    "tRUE": "tRUE",
    "false": False,
    "False": False,
    "FALSE": False,
    "0": 0,
    "7": 7,
    "-7": -7,
    "+7": 7,
    "-0": 0,
    "9007199254740991": 2**53 - 1,
    "-9007199254740991": 1 - 2**53,
    "0o10": 8,
    "0x1F": 31,
    "0xfe": 254,
    "-0o10": "-0o10",
    "0o8": "0o8",
    "0xg": "0xg",
    "1.5": 1.5,
    "-1.5": -1.5,
    ".5": 0.5,
    "5.": 5.0,
    "1e3": 1000.0,
    "1E+3": 1000.0,
    "1.5e-3": 0.0015,
    "1.10": 1.1,
    "0.1": 0.1,
    "-.5": -0.5,
    "0.0": 0.0,
    "2026-02-29": "2026-02-29",
    "2026-13-45": "2026-13-45",
    "2026-02-02T10:00:00Z": "2026-02-02T10:00:00Z",
    "1.2.3": "1.2.3",
    "1e": "1e",
    ".": ".",
    "+": "+",
    "1-2": "1-2",
    "12:61": "12:61",
    "a_b": "a_b",
    "1,000": "1,000",
    ".e3": ".e3",
    "10%": "10%",
    "1 2": "1 2",
    "PT1H": "PT1H",
    "nope": "nope",
    "\u0663": "\u0663",
    "1\u0663": "1\u0663",
    "/x": "/x",
    "-x": "-x",
    ".nano": ".nano",
    "infinity": "infinity",
    "nan": "nan",
    "'NO'": "NO",
    '"no"': "no",
    "'010'": "010",
    '"12:30"': "12:30",
    "'1_000'": "1_000",
    "'true'": "true",
    "''": "",
    "'~'": "~",
    "'5'": "5",
    '"1.5"': "1.5",
    "'.nan'": ".nan",
    "!!str 010": "010",
    "!!str yes": "yes",
    "!!str": "",
    "!!str true": "true",
    "!<tag:yaml.org,2002:str> 5": "5",
    "'it''s'": "it's",
    '"a\\nb"': "a\nb",
    '"\\u00e9\\x41\\/"': "\u00e9A/",
    "'\\n'": "\\n",
    "C:\\dir": "C:\\dir",
    "[a, 1, [], {}]": ["a", 1, [], {}],
    "{b: 1, c: , d}": {"b": 1, "c": None, "d": None},
    "[a: 1]": [{"a": 1}],
    "[why?, a ? b, c:d, http://x/y]": ["why?", "a ? b", "c:d", "http://x/y"],
    "R&D *x !y": "R&D *x !y",
    "a # b": "a",
    "a#b": "a#b",
    "<<": "<<",
    "=": "=",
    "|\n  x\n  y\n": "x\ny\n",
    "|-\n  x\n": "x",
    "|+\n  x\n\n": "x\n\n",
    ">\n  x\n  y\n\n  z\n": "x y\nz\n",
    "|2\n    x\n": "  x\n",
    "|\n  x": "x",
    "| # note\n  #x\n": "#x\n",
    "\n- b\n- c\n": ["b", "c"],
    "x\n  y\n\n  z": "x y\nz",
    "'x\n\n  y'": "x\ny",
    '"x \\\n  y"': "x y",
    "\U0001f600 \u00e9 \u65e5\u672c": "\U0001f600 \u00e9 \u65e5\u672c",
    "\u041c\u043e\u0441\u043a\u0432\u0430 Moscow": "\u041c\u043e\u0441\u043a\u0432\u0430 Moscow",
    "a\u00a0b": "a\u00a0b",
    "\u00b5m": "\u00b5m",
}


@PARSERS
@pytest.mark.parametrize(("text", "value"), VALUES.items(), ids=map(repr, VALUES))
def test_core_schema(text, value, pure):
    loaded = load("v", f"a: {text}".encode(), pure=pure)
    assert loaded.problems == ()
    found = loaded.document.data["a"]
    assert found == value
    assert type(found) is type(value)


@PARSERS
def test_the_same_in_lists(pure):
    texts = [text for text in VALUES if "\n" not in text and "#" not in text and text[:1] not in "[{-"]
    content = "a:\n" + "".join(f"  - {text}\n" for text in texts)
    loaded = load("v", content.encode(), pure=pure)
    assert loaded.problems == ()
    assert loaded.document.data["a"] == [VALUES[text] for text in texts]


def test_minus_zero_keeps_its_sign():
    assert math.copysign(1, load("v", b"a: -0.0").document.data["a"]) == -1


# what stands after `a: `: its value, what YAML 1.1 makes of it, the quoted form in the fix
AMBIGUOUS = {
    **{word: (word, "true", f'"{word}"') for word in ("y", "Y", "yes", "Yes", "YES", "on", "On", "ON")},
    **{word: (word, "false", f'"{word}"') for word in ("n", "N", "no", "No", "NO", "off", "Off", "OFF")},
    "010": (10, "the number 8", '"010"'),
    "-010": (-10, "the number 8", '"-010"'),
    "08": (8, "text", '"08"'),
    "00": (0, "the number 0", '"00"'),
    "12:30": ("12:30", "the number 750", '"12:30"'),
    "-1:30": ("-1:30", "the number -90", '"-1:30"'),
    "12:30:45": ("12:30:45", "the number 45045", '"12:30:45"'),
    "12:30:45.5": ("12:30:45.5", "a number", '"12:30:45.5"'),
    "1_000": ("1_000", "the number 1000", '"1_000"'),
    "1_000.5": ("1_000.5", "the number 1000.5", '"1_000.5"'),
    "0b101": ("0b101", "a number", '"0b101"'),
    "0x_ff": ("0x_ff", "a number", '"0x_ff"'),
    "-0x1F": ("-0x1F", "a number", '"-0x1F"'),
    "1:" * 5000 + "1": ("1:" * 5000 + "1", "a number", "Write it in quotes."),
}


@PARSERS
@pytest.mark.parametrize("text", AMBIGUOUS, ids=[text[:12] for text in AMBIGUOUS])
def test_ambiguous(text, pure):
    value, told, quoted = AMBIGUOUS[text]
    loaded = load("v", f"x: 1\na:\n  - {text}\n".encode(), pure=pure)
    assert loaded.document.data["a"] == [value]
    [warning] = loaded.problems
    assert (warning.rule, warning.fatal, warning.line, warning.column) == ("yaml.ambiguous", False, 3, 5)
    assert warning.keys == ("a", 0)
    assert f"as {told};" in warning.message
    assert quoted in warning.fix
    assert len(warning.message + warning.fix) < 300


@PARSERS
def test_ambiguous_keys(pure):
    loaded = load("v", b"a:\n  on: 1\n  'no': 2\n", pure=pure)
    assert loaded.document.data == {"a": {"on": 1, "no": 2}}
    [warning] = loaded.problems
    assert (warning.rule, warning.line, warning.column, warning.keys) == ("yaml.ambiguous", 2, 3, ("a", "on"))


# what stands after `a: `, and the warning
DOUBTFUL = {
    "e\u0301t\u00e9": "yaml.not_nfc",
    '"e\\u0301"': "yaml.not_nfc",
    "P\u0430yPal Inc": "yaml.mixed_script",
    '"P\\u0430yPal"': "yaml.mixed_script",
    "\u0391lpha": "yaml.mixed_script",
    "\u043e\u0440en": "yaml.mixed_script",
}


@PARSERS
@pytest.mark.parametrize(("text", "rule"), DOUBTFUL.items(), ids=map(ascii, DOUBTFUL))
def test_doubtful_text_is_kept_and_told(text, rule, pure):
    loaded = load("v", f"a: {text}\n".encode(), pure=pure)
    value = text.strip('"').encode().decode("unicode_escape") if '"' in text else text
    assert loaded.document.data["a"] == value
    assert [(each.rule, each.fatal, each.line, each.column) for each in loaded.problems] == [(rule, False, 1, 4)]


@PARSERS
def test_good_keys(pure):
    keys = ["a", "_", "A1", "x-y.z_", "api" * 42, "e" * 128, "nullable"]
    content = "".join(f"{key}: 1\n" for key in keys) + "'null': 1\n? q\n: 1\n\"true\": 1\n"
    loaded = load("v", content.encode(), pure=pure)
    assert loaded.problems == ()
    assert list(loaded.document.data) == [*keys, "null", "q", "true"]


def test_a_key_quoted_once_is_still_refused_unquoted():
    assert load("v", b"'null': 1\n").document
    assert [each.rule for each in load("v", b"null: 1\n").problems] == ["yaml.key"]


@PARSERS
@pytest.mark.parametrize(
    "content",
    [
        b"a: 1\r\nb:\r\n  - x\r\n",
        b"\xef\xbb\xbfa: 1\nb:\n  - x\n",
        b"--- # top\na: 1\nb:\n  - x\n...\n",
        b"---\na: 1\nb: [x]\n...\n...\n# end\n",
        b'{"a": 1, "b": ["x"]}',
        b'{\n  "a": 1,\n  "b":["x"]\n}\n',
        b"a: 1\nb:\n- x\n",
        b"a: 1\nb:\n  - x",
    ],
)
def test_the_same_document_written_otherwise(content, pure):
    loaded = load("v", content, pure=pure)
    assert loaded.problems == ()
    assert loaded.document.data == {"a": 1, "b": ["x"]}
    assert loaded.document.content == content
    assert loaded.document.path == "v"
