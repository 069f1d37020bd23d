"""Everything the loader refuses: rule, line and column, the same with and without libyaml."""

import time

import pytest

from checker.documents import Limits, load, using_c_parser
from checker.errors import UsageError

PARSERS = pytest.mark.parametrize("pure", [False, True], ids=["c", "pure"])


def problems(content, *, pure, limits=None):
    content = content if isinstance(content, bytes) else content.encode()
    loaded = load("v.yaml", content, limits or Limits(), pure=pure)
    assert (loaded.document is None) == any(problem.fatal for problem in loaded.problems)
    for problem in loaded.problems:
        assert problem.message.endswith((".", ".)")), problem
        assert problem.fix.endswith((".", "?")), problem
    return loaded.problems


def places(content, *, pure, limits=None):
    return [(each.rule, each.line, each.column) for each in problems(content, pure=pure, limits=limits)]


REFUSED = {
    # Rows Y1, Y3, aliases.
    "y1-anchor-and-alias": ("a: &x 1\nb: *x\n", [("yaml.alias", 1, 4), ("yaml.alias", 2, 4)]),
    "y1-anchor-on-mapping": ("a: &x\n  b: 1\n", [("yaml.alias", 1, 4)]),
    "y1-anchor-on-list": ("a: &x [1]\n", [("yaml.alias", 1, 4)]),
    "y1-anchor-on-key": ("&x a: 1\n", [("yaml.alias", 1, 1)]),
    "y1-anchor-on-root": ("&x {a: 1}\n", [("yaml.alias", 1, 1)]),
    "y1-alias-as-key": ("a: 1\n*x : 2\n", [("yaml.alias", 2, 1)]),
    "y1-star-without-quotes": ("host: *.example.com\n", [("yaml.alias", 1, 7)]),
    "y1-ampersand-without-quotes": ("a: & b\n", [("yaml.alias", 1, 4)]),
    "y3-self": ("a: &x [*x]\n", [("yaml.alias", 1, 4), ("yaml.alias", 1, 8)]),
    # Rows Y2, merges.
    "y2-merge": ("a:\n  <<: {b: 1}\n", [("yaml.merge", 2, 3)]),
    "y2-merge-alias": (
        "a: &x {b: 1}\nc: {<<: *x}\n",
        [("yaml.alias", 1, 4), ("yaml.merge", 2, 5), ("yaml.alias", 2, 9)],
    ),
    "y2-quoted-merge-is-a-bad-key": ('"<<": 1\n', [("yaml.key", 1, 1)]),
    # Rows Y5, duplicate keys.
    "y5-block": ("a: 1\nb: 2\na: 3\n", [("yaml.duplicate_key", 3, 1)]),
    "y5-json": ('{"a": 1, "b": {"c": 1, "c": 2}}', [("yaml.duplicate_key", 1, 24)]),
    "y5-quoted-and-plain": ("a: 1\n'a': 2\n", [("yaml.duplicate_key", 2, 1)]),
    "y5-escaped": ('a: 1\n"\\u0061": 2\n', [("yaml.duplicate_key", 2, 1)]),
    "y5-all-in-one-go": (
        "a: 1\na: 2\na: 3\nb:\n  - c: 1\n    c: 2\n",
        [("yaml.duplicate_key", 2, 1), ("yaml.duplicate_key", 3, 1), ("yaml.duplicate_key", 6, 5)],
    ),
    "y5-after-nfc": (
        "\u00e9: 1\ne\u0301: 2\n",
        [("yaml.key", 1, 1), ("yaml.duplicate_key", 2, 1), ("yaml.key", 2, 1)],
    ),
    "y5-one-and-true": (
        "1: a\n1: b\ntrue: c\n",
        [("yaml.key", 1, 1), ("yaml.duplicate_key", 2, 1), ("yaml.key", 2, 1), ("yaml.key", 3, 1)],
    ),
    # Rows Y8, Y9, numbers.
    "y8-int": ("a: 9007199254740992\n", [("yaml.number", 1, 4)]),
    "y8-negative-int": ("a: -9007199254740992\n", [("yaml.number", 1, 4)]),
    "y8-float": ("a: 1e17\n", [("yaml.number", 1, 4)]),
    "y8-float-to-infinity": ("a: 1e400\n", [("yaml.number", 1, 4)]),
    "y8-float-to-zero": ("a: [1e-400, -0.01e-9999, 0e5, -0.0e-9]\n", [("yaml.number", 1, 5), ("yaml.number", 1, 13)]),
    "y8-hex": ("a: 0xFFFFFFFFFFFFFFFF\n", [("yaml.number", 1, 4)]),
    "y8-octal": ("a: 0o7777777777777777777777\n", [("yaml.number", 1, 4)]),
    "y8-41-digits": ("a: 0." + "1" * 39 + "\n", [("yaml.number", 1, 4)]),
    "y8-5000-digits": ("a: " + "9" * 5000 + "\n", [("yaml.number", 1, 4)]),
    "y9-nan": ("a: .nan\n", [("yaml.number", 1, 4)]),
    "y9-inf": (
        "a: [.inf, -.INF, +.Inf]\n",
        [("yaml.number", 1, 5), ("yaml.number", 1, 11), ("yaml.number", 1, 18)],
    ),
    # Rows Y10, tags and directives.
    "y10-python": ("a: !!python/object/apply:os.system [ls]\n", [("yaml.tag", 1, 4)]),
    "y10-binary": ("a: !!binary aGk=\n", [("yaml.tag", 1, 4)]),
    "y10-int": ("a: !!int abc\n", [("yaml.tag", 1, 4)]),
    "y10-set": ("a: !!set {b}\n", [("yaml.tag", 1, 4)]),
    "y10-local": ("a: !secret x\n", [("yaml.tag", 1, 4)]),
    "y10-non-specific": ("a: ! x\n", [("yaml.tag", 1, 4)]),
    "y10-str-on-a-list": ("a: !!str [x]\n", [("yaml.tag", 1, 4)]),
    "y10-on-key": ("!!int a: 1\n", [("yaml.tag", 1, 1)]),
    "y10-unknown-handle": ("a: !x!y 1\n", [("yaml.tag", 1, 4)]),
    "y10-broken": ("a: !<b\n", [("yaml.tag", 1, 4)]),
    "y10-tag-directive": ("# top\n%TAG ! tag:evil,2000:\n---\na: !x 1\n", [("yaml.tag", 2, 1)]),
    "y10-yaml-directive": ("%YAML 1.1\n---\na: 1\n", [("yaml.tag", 1, 1)]),
    # Rows Y11, encoding.
    "y11-utf16": ("a: 1\n".encode("utf-16"), [("yaml.encoding", 1, 1)]),
    "y11-utf16-be": (b"\xfe\xff\x00a", [("yaml.encoding", 1, 1)]),
    "y11-utf32": ("a: 1\n".encode("utf-32"), [("yaml.encoding", 1, 1)]),
    "y11-utf32-be": (b"\x00\x00\xfe\xff", [("yaml.encoding", 1, 1)]),
    "y11-utf16-without-mark": ("a: 1".encode("utf-16-le"), [("yaml.encoding", 1, 1)]),
    "y11-latin-1": ("a: 1\nb: caf\u00e9s\n".encode("latin-1"), [("yaml.encoding", 2, 7)]),
    "y11-latin-1-after-mark": (b"\xef\xbb\xbf\xc3\xa9: \xff\n", [("yaml.encoding", 1, 4)]),
    "y11-cut-short": (b"a: \xe2\x82", [("yaml.encoding", 1, 4)]),
    "y11-encoded-surrogate": (b"a: \xed\xa0\x80\n", [("yaml.encoding", 1, 4)]),
    "y11-second-mark": ("\ufeff\ufeffa: 1\n", [("yaml.bidi", 1, 1)]),
    "y11-nul": ("a: b\0c\n", [("yaml.control_character", 1, 5)]),
    "y11-nel": ("a: b\u0085c: d\n", [("yaml.control_character", 1, 5)]),
    "y11-line-separator": ("a: b\u2028c: d\n", [("yaml.control_character", 1, 5)]),
    "y11-paragraph-separator": ("a: b\u2029c: d\n", [("yaml.control_character", 1, 5)]),
    "y11-c1": ("a: 1\nb: \u009b31m\n", [("yaml.control_character", 2, 4)]),
    "y11-delete": ("a: \x7f\n", [("yaml.control_character", 1, 4)]),
    "y11-noncharacter": ("a: \uffff\n", [("yaml.control_character", 1, 4)]),
    "y11-in-a-comment": ("a: 1 # \x1b[31m\n", [("yaml.control_character", 1, 8)]),
    # Rows Y12, escapes.
    "y12-surrogate": ('a: "\\ud800"\n', [("yaml.surrogate", 1, 4)]),
    "y12-low-surrogate": ('a: 1\nb: ["x", "y\\uDFFF"]\n', [("yaml.surrogate", 2, 10)]),
    "y12-pair": ('a: "\\ud83d\\ude00"\n', [("yaml.surrogate", 1, 4)]),
    "y12-out-of-range": ('a: "\\U00110000"\n', [("yaml.surrogate", 1, 4)]),
    "y12-far-out-of-range": ('a: "\\UFFFFFFFF"\n', [("yaml.surrogate", 1, 4)]),
    "y12-surrogate-key": ('"\\ud800": 1\n', [("yaml.surrogate", 1, 1)]),
    "y12-nul": ('a: "\\0"\n', [("yaml.control_character", 1, 4)]),
    "y12-ansi": ('a: "\\e[31m"\n', [("yaml.control_character", 1, 4)]),
    "y12-tab": ('a: "\\t"\n', [("yaml.control_character", 1, 4)]),
    "y12-carriage-return": ('a: "b\\r"\n', [("yaml.control_character", 1, 4)]),
    "y12-nel": ('a: "\\N"\n', [("yaml.control_character", 1, 4)]),
    "y12-line-separator": ('a: "\\L"\n', [("yaml.control_character", 1, 4)]),
    "y12-bidi": ('a: "\\u202e"\n', [("yaml.bidi", 1, 4)]),
    "y12-bidi-key": ('"a\\u202e": 1\n', [("yaml.bidi", 1, 1), ("yaml.key", 1, 1)]),
    # Rows Y13, line ends and tabs.
    "y13-lone-cr": ("a: 1\rb: 2\n", [("yaml.line_break", 1, 5)]),
    "y13-cr-cr-lf": ("a: 1\r\r\nb: 2\n", [("yaml.line_break", 1, 5)]),
    "y13-cr-only": ("a: 1\rb: 2\r", [("yaml.line_break", 1, 5)]),
    "y13-tab-indent": ("a:\n\tb: 1\n\tc: 1\n", [("yaml.syntax", 2, 1), ("yaml.syntax", 3, 1)]),
    "y13-tab-after-spaces": ("a:\n  \tb: 1\n", [("yaml.syntax", 2, 3)]),
    "y13-tab-after-colon": ("a:\tb\n", [("yaml.syntax", 1, 3)]),
    # Rows Y14, hidden and confusable characters.
    "y14-bidi": ("a: b\u202ec\n", [("yaml.bidi", 1, 5)]),
    "y14-isolate-in-a-comment": ("a: 1 # \u2066\n", [("yaml.bidi", 1, 8)]),
    "y14-zero-width": ("a: b\u200bc\n", [("yaml.bidi", 1, 5)]),
    "y14-soft-hyphen": ("a: b\u00adc\n", [("yaml.bidi", 1, 5)]),
    "y14-hangul-filler": ("a: \u3164\n", [("yaml.bidi", 1, 4)]),
    "y14-tag-characters": ("a: \U000e0041\n", [("yaml.bidi", 1, 4)]),
    "y14-in-key": ("c\u200bountry: DE\n", [("yaml.bidi", 1, 2)]),
    "y14-cyrillic-key": ("c\u043euntry: DE\n", [("yaml.key", 1, 1)]),
    "y14-fullwidth-key": ("c\uff4funtry: DE\n", [("yaml.key", 1, 1)]),
    "y14-all-in-one-go": (
        "a: \u202e\nb: \u200b\x01\na: 1\n",
        [
            ("yaml.bidi", 1, 4),
            ("yaml.bidi", 2, 4),
            ("yaml.control_character", 2, 5),
            ("yaml.duplicate_key", 3, 1),
        ],
    ),
    # Rows Y15, shape.
    "y15-empty": ("", [("yaml.shape", 1, 1)]),
    "y15-blank": ("\n  \n", [("yaml.shape", 1, 1)]),
    "y15-mark-only": ("\ufeff", [("yaml.shape", 1, 1)]),
    "y15-comment": ("# nothing\n", [("yaml.shape", 1, 1)]),
    "y15-empty-document": ("---\n", [("yaml.shape", 2, 1)]),
    "y15-null": ("# x\n~\n", [("yaml.shape", 2, 1)]),
    "y15-scalar": ("# x\nhello\n", [("yaml.shape", 2, 1)]),
    "y15-list": ("- a\n", [("yaml.shape", 1, 1)]),
    "y15-flow-list": ("\n  [1]\n", [("yaml.shape", 2, 3)]),
    "y15-two-documents": ("a: 1\n---\nb: 2\n", [("yaml.documents", 2, 1)]),
    "y15-empty-second": ("a: 1\n---\n", [("yaml.documents", 2, 1)]),
    "y15-empty-first": ("---\n---\na: 1\n", [("yaml.documents", 2, 1), ("yaml.shape", 2, 1)]),
    "y15-text-after-end": ("a: 1\n...\n# c\n\nb: 2\n", [("yaml.documents", 5, 1)]),
    "y15-document-after-end": ("a: 1\n... # c\n---\nb: 2\n", [("yaml.documents", 3, 1)]),
    "y15-broken-after-end": ("a: 1\n...\n  @\n", [("yaml.documents", 3, 3)]),
    "y15-text-after-brackets": ("{a: 1}\nb: 2\n", [("yaml.documents", 2, 1)]),
    # Rows Y16, keys.
    "y16-int": ("1: a\n", [("yaml.key", 1, 1)]),
    "y16-quoted-int": ("'1': a\n", [("yaml.key", 1, 1)]),
    "y16-true": ("true: a\n", [("yaml.key", 1, 1)]),
    "y16-null": ("a:\n  ~: a\n", [("yaml.key", 2, 3)]),
    "y16-null-word": ("null: a\n", [("yaml.key", 1, 1)]),
    "y16-empty": ("?\n: a\n", [("yaml.key", 1, 2)]),
    "y16-empty-in-brackets": ("{: a}\n", [("yaml.syntax", 1, 2)]),
    "y16-empty-on-its-line": (": a\n", [("yaml.syntax", 1, 1)]),
    "y16-quoted-empty": ("'': a\n", [("yaml.key", 1, 1)]),
    "y16-date": ("2026-01-01: a\n", [("yaml.key", 1, 1)]),
    "y16-list": ("? [a, b]\n: 1\n", [("yaml.key", 1, 3)]),
    "y16-mapping": ("{{a: 1}: 2}\n", [("yaml.key", 1, 2)]),
    "y16-equals": ("=: 1\n", [("yaml.key", 1, 1)]),
    "y16-space": ("a b: 1\n", [("yaml.key", 1, 1)]),
    "y16-slash": ("a/b: 1\n", [("yaml.key", 1, 1)]),
    "y16-newline": ('"a\\n": 1\n', [("yaml.key", 1, 1)]),
    "y16-129": ("a" * 129 + ": 1\n", [("yaml.key", 1, 1)]),
    # Conflict marks and pointers.
    "conflict": (
        "a: 1\n<<<<<<< HEAD\nb: 1\n||||||| base\n=======\nb: 2\n>>>>>>> x\n",
        [("yaml.conflict", 2, 1), ("yaml.conflict", 4, 1), ("yaml.conflict", 5, 1), ("yaml.conflict", 7, 1)],
    ),
    "conflict-half-resolved": ("a: 1\n=======\nb: 2\n", [("yaml.conflict", 2, 1)]),
    "conflict-with-crlf": ("a: 1\r\n<<<<<<< HEAD\r\n", [("yaml.conflict", 2, 1)]),
    "lfs": (
        "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n",
        [("yaml.lfs_pointer", 1, 1)],
    ),
    # Syntax, told at the place that helps
    "syntax-colon": ("a: b: c\n", [("yaml.syntax", 1, 5)]),
    "syntax-too-deep": ("a: 1\n  b: 2\n", [("yaml.syntax", 2, 4)]),
    "syntax-indent": ("a:\n    b: 1\n  c: 2\n", [("yaml.syntax", 3, 3)]),
    "syntax-open-list": ("a: [1, 2\nb: 3\n", [("yaml.syntax", 2, 2)]),
    "syntax-open-mapping": ("a: {b: 1\n", [("yaml.syntax", 2, 1)]),
    "syntax-open-at-the-end": ("a: [1", [("yaml.syntax", 1, 6)]),
    "syntax-open-quote": ('a: 1\nb: "x\nc: 2\n', [("yaml.syntax", 2, 4)]),
    "syntax-after-quote": ('a: "x" y\n', [("yaml.syntax", 1, 8)]),
    "syntax-no-colon": ("a: 1\nhello\nb: 2\n", [("yaml.syntax", 2, 1)]),
    "syntax-at-sign": ("a: @b\n", [("yaml.syntax", 1, 4)]),
    "syntax-item": ("a: - b\n", [("yaml.syntax", 1, 4)]),
    "syntax-escape": ('a: "C:\\dir"\n', [("yaml.syntax", 1, 4)]),
    "syntax-hex": ('a: "\\xZZ"\n', [("yaml.syntax", 1, 4)]),
    "syntax-empty-item": ("a: [1, , 2]\n", [("yaml.syntax", 1, 8)]),
    "syntax-glued-comment": ("a: |#x\n  b\n", [("yaml.syntax", 1, 5)]),
    "syntax-text-after-bar": ("a: | x\n  b\n", [("yaml.syntax", 1, 6)]),
    "syntax-colon-bracket": ("a: {b:[1]}\n", [("yaml.syntax", 1, 6)]),
    "syntax-keeps-what-was-found": (
        "a: 1\na: 2\nb: [\n",
        [("yaml.duplicate_key", 2, 1), ("yaml.syntax", 4, 1)],
    ),
}


@PARSERS
@pytest.mark.parametrize(("content", "expected"), REFUSED.values(), ids=REFUSED)
def test_refused_at_its_place(content, expected, pure):
    assert places(content, pure=pure) == expected


def test_both_parsers_are_here():
    assert using_c_parser()


MESSAGES = {
    "both-lines": ("a: 1\nb: 2\na: 3\n", "The name `a` is given twice: in line 1 and in line 3."),
    "first-line-three-times": ("a: 1\na: 2\na: 3\n", "in line 1 and in line 2"),
    "byte-offset": (b"\xef\xbb\xbfa: \xe9\n", "byte 0xE9 at offset 6"),
    "utf16": ("a: 1".encode("utf-16"), "UTF-16"),
    "character": ("a: b\u202ec\n", "U+202E (right-to-left override)"),
    "tab-indent": ("a:\n\tb: 1\n", "indented with a tab"),
    "tab-inside": ("a: b\tc\n", "a tab in this line"),
    "conflict": ("<<<<<<< HEAD\n", "merge conflict"),
    "key": ("true: 1\n", "`true` is read as true"),
    "size": ("a: 1\n" * 300_000, "1,500,000 bytes; at most 1,048,576"),
    "second-document": ("a: 1\n---\nb: 1\n", "A second document starts here"),
    "after-end": ("a: 1\n...\nb: 1\n", "more text follows"),
    "opened-in": ("a: 1\nb: [1,\n  2\nc: 3\n", "`[` opens in line 2"),
    "shown-safely": ('"a\\e[0m": 1\n', "`a\\u001b[0m`"),
    "cut-short": ("x" * 200 + ": 1\n", "`" + "x" * 37 + "...`"),
}


@PARSERS
@pytest.mark.parametrize(("content", "text"), MESSAGES.values(), ids=MESSAGES)
def test_messages_name_the_facts(content, text, pure):
    assert any(text in problem.message for problem in problems(content, pure=pure))


@PARSERS
def test_problems_carry_the_keys_they_concern(pure):
    content = "a:\n  - b: 1\n    b: 2\n    c: !x 3\n? [x]\n: 1\n"
    assert [(each.rule, each.keys) for each in problems(content, pure=pure)] == [
        ("yaml.duplicate_key", ("a", 0, "b")),
        ("yaml.tag", ("a", 0, "c")),
        ("yaml.key", ("?",)),
    ]


# ---------------------------------------------------------------- limits (Y4, Y17) and what grows (Y1, Y2)


@PARSERS
def test_depth(pure):
    assert places("a: " + "[" * 63 + "]" * 63, pure=pure) == []
    assert places("a: " + "[" * 64 + "]" * 64, pure=pure) == [("yaml.depth", 1, 67)]
    assert places("a: {b: {c: 1}}", pure=pure, limits=Limits(max_depth=2)) == [("yaml.depth", 1, 8)]


DEEP = {
    "open": "[" * 100_000,
    "closed": "[" * 100_000 + "]" * 100_000,
    "in-a-key": "a: " + "[" * 100_000,
    "mappings": '{"a":' * 100_000,
    "items": "- " * 100_000,
    "questions": "? " * 100_000,
    "lines": "".join("[\n" for _ in range(100_000)),
    "as-keys": "{" * 100_000,
}


@PARSERS
@pytest.mark.parametrize("content", DEEP.values(), ids=DEEP)
def test_deep_nesting_is_refused_at_once(content, pure):
    started = time.process_time()
    found = places(content, pure=pure)
    assert "yaml.depth" in [rule for rule, _, _ in found]
    assert time.process_time() - started < 10  # far less; reading it all would take minutes without libyaml


@PARSERS
def test_nodes(pure):
    limits = Limits(max_nodes=5)
    assert places("a: 1\nb: 2\n", pure=pure, limits=limits) == []
    assert places("a: 1\nb: 2\nc: 3\n", pure=pure, limits=limits) == [("yaml.nodes", 3, 1)]
    assert places("a: [?,?]\n", pure=pure, limits=limits)[-1][0] == "yaml.nodes"


def test_nodes_of_a_large_file():
    assert load("v", b"a: [" + b"1," * 49_990 + b"]").document
    assert places("a: [" + "1," * 50_000 + "]", pure=False) == [("yaml.nodes", 1, 5 + 2 * 49_997)]


@PARSERS
def test_size(pure):
    limits = Limits(max_bytes=10)
    assert places("a: 4567890", pure=pure, limits=limits) == []
    assert places("a: 45678901", pure=pure, limits=limits) == [("yaml.size", 1, 1)]


def test_limits_are_lowered_and_never_raised():
    assert Limits(1, 1, 1).max_depth == 1
    for wrong in ({"max_bytes": 1024 * 1024 + 1}, {"max_depth": 65}, {"max_nodes": 50_001}, {"max_depth": 0}):
        with pytest.raises(UsageError, match=next(iter(wrong))):
            Limits(**wrong)


BOMBS = {
    "aliases": "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9) if n else 'x'}]" for n in range(9)),
    "merges": "\n".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}" for n in range(1, 23)),
}


@PARSERS
@pytest.mark.parametrize("content", BOMBS.values(), ids=BOMBS)
def test_bombs_do_not_grow(content, pure):
    assert {rule for rule, _, _ in places(content, pure=pure)} <= {"yaml.alias", "yaml.merge"}


@PARSERS
def test_what_repeats_itself_is_counted(pure):
    content = "".join(f"k{n % 3}: {n}\n" for n in range(300))
    found = problems(content, pure=pure)
    assert [each.rule for each in found] == ["yaml.duplicate_key"] * 20
    assert found[-1].message.endswith("(277 more of this kind follow.)")
    assert "more" not in found[-2].message
    assert len(problems("".join(f"k{n % 3}: {n}\n" for n in range(23)), pure=pure)) == 20


def test_forbidden_characters_on_every_line_stay_cheap():
    assert len(problems("\t\x01\n" * 200_000, pure=False)) == 40


@pytest.mark.parametrize("filler", ["x", " ", "\u00e9", "1", "_", "- ", "a: ", "x\u200b", "|#", "!", "*x "])
def test_one_endless_line_stays_cheap(filler):
    started = time.process_time()
    problems("k: \x01" + filler * (200_000 // len(filler)) + "\t", pure=False)
    problems("k: " + filler * (200_000 // len(filler)), pure=False)
    assert time.process_time() - started < 5


def test_many_block_texts_in_a_file_that_needs_care_stay_cheap():
    started = time.process_time()
    content = "a: '!'\nb:\n" + "  - |-\n    x\n" * 20_000
    assert load("v", content.encode()).document
    assert problems(content + "c: !x |#\n", pure=False)
    assert time.process_time() - started < 5
