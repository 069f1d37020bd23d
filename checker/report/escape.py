r"""The one place for escaping: whatever stems from a manifest is hostile in every output.

`plain` comes first everywhere. It makes hidden characters visible (`\x1b`, `\u202e`) and breaks both forms of
command that GitHub's runner finds in a log: `::` at a line's start, also after spaces, and `##[` anywhere.
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from checker.model import Json

VALUE = 80
"""Longest unbroken word shown, so that a secret or a blob put into a manifest is not echoed whole."""
MESSAGE = 600
"""Longest message shown to people."""
LINES = 30
"""Most lines shown of a text that has several."""

# Also private-use characters: each font shows another thing in their place.
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
_COMMAND = re.compile(r"(?<!\S)::|##(?=\[)")
_COMMAND_SHOWN = {"::": r":\x3a", "##": r"#\x23"}
_LONG_WORD = re.compile(rf"\S{{{VALUE + 1},}}")
_MARKDOWN = re.compile(r"[\\`*_\[\]~$]")
_REFERENCE = re.compile(r"[@#]|:(?=//)|\bwww(?=\.)|\bGH(?=-)")
_DOT = re.compile(r"(?<=\w)\.(?=[^\W\d_])")
_CHAT = re.compile(r"[*_~`\[\]]")
_BLOCK_START = re.compile(r"\A(\d{0,9})([-+=.)])")
_SECRET = re.compile(
    r"""(\b\w*(?:password|passwd|passphrase|token|(?:api|private|access|secret)[_-]?key|client_secret)["']?\s*:\s*)\S.*""",
    re.IGNORECASE,
)
_URI_PATH = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")
_NO_ADDRESS = re.compile(r"[^A-Za-z0-9._~:/?#@!$&'*+,;=%-]")
_NO_BREAK = "\u200b"
# Spreadsheets take these, and their full-width forms, for the start of a formula.
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]")  # noqa: RUF001 - those that look alike are what it is about


def plain(text: str) -> str:
    """Show hidden characters as escapes and break the start of workflow commands; the result is one line."""
    if not text.isprintable():
        text = "".join(map(_visible, text))
    return _COMMAND.sub(lambda match: _COMMAND_SHOWN[match[0]], text)


def _visible(char: str) -> str:
    if char.isprintable():
        return char
    code = ord(char)
    if unicodedata.category(char) not in _HIDDEN and code & 0xFFFE != 0xFFFE:  # noqa: PLR2004 - U+..FFFE and U+..FFFF
        return char
    if char in _SHORT:
        return _SHORT[char]
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004


def cut(text: str, limit: int) -> str:
    """Keep at most `limit` characters; an ellipsis tells that some are missing."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def prose(text: str, limit: int = MESSAGE) -> str:
    """Return one line for people: plain, no word above `VALUE` characters, at most `limit` characters."""
    # Far more than can be shown is not worth reading; what is dropped here ends in a word cut short.
    return cut(_cut_words(plain(cut(_cut_words(text[: 20 * limit]), limit))), limit)


def _cut_words(text: str) -> str:
    return _LONG_WORD.sub(lambda match: cut(match[0], VALUE), text) if len(text) > VALUE else text


def prose_lines(text: str) -> list[str]:
    """Return the lines of a text that may have several, such as a fix to paste, as `prose`; at least one."""
    lines = text.rstrip("\n").split("\n", LINES)
    shown = [prose(line) for line in lines[:LINES]]
    return [*shown, "…"] if len(lines) > LINES else shown


def masked(line: str) -> str:
    """Hide the value in a source line whose key names a secret."""
    return _SECRET.sub(r"\1***", line)


def markdown_text(text: str) -> str:
    """Escape text for paragraphs and table cells; no mark-up, HTML, mention, reference or link survives."""
    shown = plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("|", "&#124;")
    shown = _MARKDOWN.sub(r"\\\g<0>", shown)
    # The entities made above hold a `#` of their own.
    parts = re.split(r"(&#124;)", shown)
    return "".join(part if part == "&#124;" else _REFERENCE.sub(r"\g<0>&#8203;", part) for part in parts)


def markdown_item(text: str) -> str:
    """Escape text for the start of a list item, where a dash or a number would begin a list or a rule of its own."""
    return _BLOCK_START.sub(r"\1\\\2", markdown_text(text.strip()))


def markdown_code(text: str) -> str:
    """Return a code span whose fence is longer than any run of backticks inside; empty for empty text.

    Renderers disagree on a pipe behind a backslash in a table's code span, so a pipe is shown as an escape.
    """
    if not text:
        return ""
    shown = _code(text).replace("|", r"\x7c")
    fence = "`" * (_longest_run(shown) + 1)
    # A reader strips one space from either end when both have one.
    pad = " " if "`" in (shown[0], shown[-1]) or (shown[0] == shown[-1] == " " and shown.strip()) else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def markdown_block(lines: list[str], indent: str = "") -> str:
    """Return a fenced block, to be copied whole, whose fence is longer than any run of backticks inside."""
    shown = [_code(line) for line in lines]
    fence = "`" * max(3, _longest_run("\n".join(shown)) + 1)
    return "\n".join(f"{indent}{line}" for line in (fence, *shown, fence))


def markdown_prose(text: str) -> str:
    """Return text as one escaped line in which what stands between backticks is a code span."""
    parts = re.split("`([^`]+)`", " ".join(text.split()))
    return "".join(markdown_code(part) if i % 2 else markdown_text(part) for i, part in enumerate(parts))


def markdown_source(text: str, language: str) -> str:
    """Return text of our own as a fenced block to be copied: only what is hidden is changed."""
    lines = [plain(line) for line in text.rstrip("\n").split("\n")]
    fence = "`" * max(3, _longest_run("\n".join(lines)) + 1)
    return "\n".join((f"{fence}{language}", *lines, fence))


def markdown_link(text: str, address: str) -> str:
    """Return a link whose text is Markdown already, to a web page or a relative path; to nothing else is linked."""
    if ":" in address and not address.startswith("https://"):
        return text
    return f"[{text}]({_NO_ADDRESS.sub(_percent, address)})"


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogatepass"))


def _code(text: str) -> str:
    shown = plain(text).replace("<", "&lt;").replace(">", "&gt;")
    return _REFERENCE.sub(rf"\g<0>{_NO_BREAK}", shown)


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def html_prose(text: str) -> str:
    """Return one line of HTML in which what stands between backticks is code."""
    parts = (html.escape(part) for part in re.split("`([^`]+)`", prose(text)))
    return "".join(f"<code>{part}</code>" if i % 2 else part for i, part in enumerate(parts))


def letter_text(text: str, limit: int = MESSAGE) -> str:
    """Return text for a plain mail as `prose`, of which a reader's program makes neither a link nor a mention."""
    return _DOT.sub(rf"\g<0>{_NO_BREAK}", _REFERENCE.sub(rf"\g<0>{_NO_BREAK}", prose(text, limit)))


def chat_text(text: str, limit: int = MESSAGE) -> str:
    """Return text for a chat room as `letter_text`, in which no mark-up, entity or call to all survives either."""
    shown = letter_text(text, limit).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _CHAT.sub(rf"\g<0>{_NO_BREAK}", shown)


def csv_cell(text: str) -> str:
    """Return text for a cell of a spreadsheet: one line, hidden characters shown, never a formula."""
    shown = plain(text)
    return f"'{shown}" if _FORMULA.match(shown) else shown


def workflow_data(text: str) -> str:
    """Encode the message of a GitHub workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def workflow_property(text: str) -> str:
    """Encode a property of a GitHub workflow command, such as its file or title."""
    return workflow_data(text).replace(":", "%3A").replace(",", "%2C")


def xml_text(text: str) -> str:
    """Make text legal in XML 1.0, lines kept; `&`, `<` and quotes are left to the XML writer."""
    return "\n".join(map(plain, text.split("\n")))


def uri_path(path: str) -> str:
    """Percent-encode a relative path as a relative URI; it can be taken for neither a scheme nor a host."""
    encoded = path.encode("utf-8", "surrogatepass").lstrip(b"/")
    return "".join(chr(byte) if byte in _URI_PATH else f"%{byte:02X}" for byte in encoded)


def json_document(value: Json) -> str:
    r"""Dump JSON in ASCII with a fixed layout; `##[` is written with an escape, which a reader undoes."""
    text = json.dumps(_unicode(value), indent=2, allow_nan=False) + "\n"
    return text.replace("##[", r"#\u0023[").replace("\x7f", r"\u007f")


def _unicode(value: Json) -> Json:
    """Show lone surrogates, which strict JSON readers refuse, as escapes."""
    if isinstance(value, dict):
        return {key: _unicode(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_unicode(item) for item in value]
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    return value


def script_value(value: Json) -> str:
    r"""Dump JSON in ASCII on one line as a value for a script; it ends no element, wherever it is put."""
    text = json.dumps(_unicode(value), separators=(",", ":"), allow_nan=False)
    return text.replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026").replace("\x7f", r"\u007f")
