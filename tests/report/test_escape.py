"""The escaping functions, one by one and as properties over any text."""

import json
import unicodedata
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from checker.report import escape
from tests.report.builders import NAUGHTY
from tests.report.reading import commands, hidden

ANY = st.one_of(
    st.text(st.characters(exclude_categories=())),
    st.text(alphabet="\\`*_{}[]()<>#+-.!|~&@:/$ \n\r\tx1wGH;\x1b\u202e\u2028\ud800\uffff", max_size=40),
    st.sampled_from(NAUGHTY),
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text, caffè 中文", "plain text, caffè 中文"),
        ("\x1b[31m", r"\x1b[31m"),
        ("a\nb\r\tc", r"a\nb\r\tc"),
        ("exe\u202egnp", r"exe\u202egnp"),
        ("\u2028\u2029\ufeff\u200b", r"\u2028\u2029\ufeff\u200b"),
        ("\ud800 \uffff \U000e0041", r"\ud800 \uffff \U000e0041"),
        ("::error::x", r":\x3aerror::x"),
        ("  ::error::x", r"  :\x3aerror::x"),
        ("a ##[group]", r"a #\x23[group]"),
        ("std::vector fe80::1", "std::vector fe80::1"),
        ("no\xa0break", "no\xa0break"),
    ],
)
def test_plain_shows_what_is_hidden(text, shown):
    assert escape.plain(text) == shown


@pytest.mark.parametrize(("text", "limit", "kept"), [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("", 3, "")])
def test_cut_keeps_the_limit_and_says_so(text, limit, kept):
    assert escape.cut(text, limit) == kept


def test_prose_cuts_long_words_and_long_texts():
    assert escape.prose("key " + "A" * 500 + " end") == "key " + "A" * 79 + "… end"
    assert len(escape.prose("word " * 1000)) == escape.MESSAGE
    assert len(escape.prose("\x00" * 500)) <= escape.VALUE


def test_prose_lines_keep_indents_and_are_bounded():
    assert escape.prose_lines("say:\n  a: 1\n  b: 2\n") == ["say:", "  a: 1", "  b: 2"]
    assert escape.prose_lines("") == [""]
    assert len(escape.prose_lines("x\n" * 5000)) == escape.LINES + 1


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("  password: hunter2 # mine", "  password: ***"),
        ("- {api_key: abc, b: 1}", "- {api_key: ***"),
        ('  "access-token" : abc', '  "access-token" : ***'),
        ("  private_key:", "  private_key:"),
        ("  trade_secrets: [formula]", "  trade_secrets: [formula]"),
        ("  keys: {custody: hsm_vendor}", "  keys: {custody: hsm_vendor}"),
    ],
)
def test_masked_hides_the_values_of_secrets(line, shown):
    assert escape.masked(line) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("scc_2021 *x* [a](b)", r"scc\_2021 \*x\* \[a\](b)"),
        ("a|b <i> &", "a&#124;b &lt;i&gt; &amp;"),
        ("@org #1 https://x www.x GH-1", "@&#8203;org #&#8203;1 https:&#8203;//x www&#8203;.x GH&#8203;-1"),
    ],
)
def test_markdown_text(text, shown):
    assert escape.markdown_text(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("DP-03.no_mechanism", "`DP-03.no_mechanism`"),
        ("a`b``c", "```a`b``c```"),
        ("`", "`` ` ``"),
        (" x ", "`  x  `"),
        ("  indented", "`  indented`"),
        (r"a\|b", r"`a\\x7cb`"),
        ("<img>", "`&lt;img&gt;`"),
        ("@a", "`@\u200ba`"),
    ],
)
def test_markdown_code(text, shown):
    assert escape.markdown_code(text) == shown


def test_markdown_block_has_a_longer_fence_than_its_text():
    assert escape.markdown_block(["a: 1", "```` x"], "  ") == "  `````\n  a: 1\n  ```` x\n  `````"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a `b_c` and\n `d|e` *f*", r"a `b_c` and `d\x7ce` \*f\*"),
        ("an odd ` one", r"an odd \` one"),
        ("``", r"\`\`"),
        ("`@x`", "`@\u200bx`"),
    ],
)
def test_markdown_prose(text, shown):
    assert escape.markdown_prose(text) == shown


def test_markdown_source_is_copied_as_it_is():
    text = "a: <b> & 'c' @x ``` `\n\n  d: \x1b|\n"
    assert escape.markdown_source(text, "yaml") == "````yaml\na: <b> & 'c' @x ``` `\n\n  d: \\x1b|\n````"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://x.example/a?b=c#d", "[t](https://x.example/a?b=c#d)"),
        ("https://x.example/a b)(<c>", "[t](https://x.example/a%20b%29%28%3Cc%3E)"),
        ("../a/b.yaml", "[t](../a/b.yaml)"),
        ("javascript:alert(1)", "t"),
        ("http://x.example", "t"),
        ("a\n\ud800", "[t](a%0A%ED%A0%80)"),
    ],
)
def test_markdown_link(address, shown):
    assert escape.markdown_link("t", address) == shown


def test_workflow_encoding():
    assert escape.workflow_data("50%\r\na: b, c") == "50%25%0D%0Aa: b, c"
    assert escape.workflow_property("50%\na: b, c") == "50%25%0Aa%3A b%2C c"


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("vendor_manifests/a.yaml", "vendor_manifests/a.yaml"),
        ("a b/ü#?%.yaml", "a%20b/%C3%BC%23%3F%25.yaml"),
        ("javascript:alert(1)", "javascript%3Aalert%281%29"),
        ("//evil.example/x", "evil.example/x"),
        ("a\\b\n\ud800", "a%5Cb%0A%ED%A0%80"),
    ],
)
def test_uri_path_is_always_relative(path, uri):
    assert escape.uri_path(path) == uri


@given(ANY)
def test_plain_is_safe_in_a_log_and_stable(text):
    shown = escape.plain(text)
    assert not hidden(shown) - set(_unassigned(shown))
    assert not commands(shown)
    assert escape.plain(shown) == shown


def _unassigned(text):
    """Unassigned, private and odd-space characters stay: what they look like is the font's matter."""
    return [char for char in text if unicodedata.category(char) in {"Cn", "Co", "Zs"}]


@given(ANY)
def test_prose_is_short_and_safe(text):
    shown = escape.prose(text)
    assert len(shown) <= escape.MESSAGE
    assert max(map(len, shown.split()), default=0) <= escape.VALUE
    assert not commands(shown)


@given(ANY)
def test_markdown_text_says_the_text_and_nothing_else(text):
    [inline] = MarkdownIt("commonmark", {"html": True}).enable("table").parseInline(escape.markdown_text(text))
    assert {token.type for token in inline.children} <= {"text", "text_special"}
    said = "".join(token.content for token in inline.children).replace("\u200b", "")
    assert said.strip() == escape.plain(text).strip()


@given(ANY.filter(lambda text: text.strip()))
def test_markdown_code_is_one_code_span(text):
    [inline] = MarkdownIt("commonmark", {"html": True}).parseInline(escape.markdown_code(text))
    assert [token.type for token in inline.children] == ["code_inline"]
    said = inline.children[0].content.replace("\u200b", "").replace("&lt;", "<").replace("&gt;", ">")
    wanted = escape.plain(text).replace("|", r"\x7c").replace("&lt;", "<").replace("&gt;", ">")
    assert said == wanted


@given(st.lists(ANY.map(lambda text: text.replace("\n", " ")), min_size=1, max_size=4))
def test_markdown_block_is_one_fence(lines):
    tokens = MarkdownIt("commonmark", {"html": True}).parse(escape.markdown_block(lines))
    assert [token.type for token in tokens] == ["fence"]


@given(ANY)
def test_markdown_prose_is_text_and_code_spans(text):
    [inline] = MarkdownIt("commonmark", {"html": True}).enable("table").parseInline(escape.markdown_prose(text))
    assert {token.type for token in inline.children} <= {"text", "text_special", "code_inline"}


@given(ANY)
def test_markdown_source_is_one_fence(text):
    tokens = MarkdownIt("commonmark", {"html": True}).parse(escape.markdown_source(text, "yaml"))
    assert [(token.type, token.info) for token in tokens] == [("fence", "yaml")]


@given(ANY)
def test_markdown_link_is_one_link_or_none(text):
    [inline] = MarkdownIt("commonmark", {"html": True}).enable("table").parseInline(escape.markdown_link("t", text))
    assert [token.type for token in inline.children] in (["text"], ["link_open", "text", "link_close"])


@given(ANY)
def test_xml_text_survives_a_parser(text):
    element = ET.Element("a", {"b": escape.xml_text(text)})
    element.text = escape.xml_text(text)
    parsed = ET.fromstring(ET.tostring(element, encoding="unicode"))  # noqa: S314 - we wrote it
    assert (parsed.text or "") == escape.xml_text(text) == parsed.get("b")


@given(ANY)
def test_json_document_says_the_same_to_a_strict_reader(text):
    written = escape.json_document({"a": [text]})
    assert written.isascii()
    assert not commands(written)
    assert "\x7f" not in written
    readable = text.encode("utf-8", "backslashreplace").decode()
    assert json.loads(written) == {"a": [readable]}


@given(ANY)
def test_workflow_encoding_can_be_undone(text):
    line = f"::error title={escape.workflow_property(text)}::{escape.workflow_data(text)}"
    [command] = commands(line)
    assert (command.properties.get("title", ""), command.data) == (text, text)


@pytest.mark.parametrize(
    "text", ["---", "- x", "+ x", "1. x", "12) x", "===", "- - -", " --- ", "1.", "* * *", "# x", "> x"]
)
def test_an_item_begins_no_block_of_its_own(text):
    found = [
        token.type
        for token in MarkdownIt("gfm-like", {"linkify": False}).parse(f"- a\n- {escape.markdown_item(text)}\n")
    ]
    assert found.count("list_item_open") == 2
    assert set(found) == {
        *("bullet_list_open", "list_item_open", "paragraph_open", "inline"),
        *("paragraph_close", "list_item_close", "bullet_list_close"),
    }
