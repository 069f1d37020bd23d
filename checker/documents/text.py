"""Bytes to text for the parsers: UTF-8 without characters that hide, reorder or mislead."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from checker.model import Problem

Spot: TypeAlias = tuple[int, int]
"""Line and column, from 1."""

MAX_SHOWN: Final = 40
_MAX_COLLECTED: Final = 1000
_UTF8_MARK: Final = b"\xef\xbb\xbf"
_FOREIGN_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_LFS_POINTER: Final = b"version https://git-lfs.github.com/spec/"
_PLAIN_BYTES: Final = bytes([10, *range(32, 127)])
_CONTROL: Final = "\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\u2028\u2029\ufffe\uffff"
# Category Cf of Unicode 16, and the letters that show as nothing.
_HIDDEN: Final = (
    "\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000110bd\U000110cd"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
_HIDDEN_CHARACTER: Final = re.compile(f"[{_HIDDEN}]")
_FORBIDDEN: Final = re.compile(f"[\t\r{_CONTROL}{_HIDDEN}]")
_BAD_CHARACTERS: Final = (
    (
        "yaml.syntax",
        re.compile(r"^ *\t"),
        "This line is indented with a tab.",
        "Indent with spaces; YAML does not take tabs.",
    ),
    ("yaml.syntax", re.compile(r"[^ \t] *\t"), "There is a tab in this line.", "Replace tabs by spaces."),
    (
        "yaml.line_break",
        re.compile("\r"),
        "A line ends in a bare carriage return, so that programs count the lines differently.",
        "Save the file with Unix (LF) or Windows (CRLF) line ends.",
    ),
    (
        "yaml.control_character",
        re.compile(f"[{_CONTROL}]"),
        "An invisible control character stands here: {}.",
        "Delete it, or type the text again.",
    ),
    (
        "yaml.bidi",
        _HIDDEN_CHARACTER,
        "An invisible character that can hide or reorder text stands here: {}.",
        "Delete it; typing the line again is the surest way.",
    ),
)
_PARSED_ALL_THE_SAME: Final = {"yaml.control_character", "yaml.bidi"}
_OTHER_SCRIPTS: Final = re.compile("[\u0370-\u03ff\u0400-\u052f\u1c80-\u1c8f\u1f00-\u1fff\u2de0-\u2dff\ua640-\ua69f]")
_LATIN: Final = re.compile("[A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff\uff21-\uff3a\uff41-\uff5a]")
_WORD: Final = re.compile(r"[^\W\d_]+")
_CONFLICT: Final = re.compile(rb"(?:<{7}|>{7}|\|{7})(?: |$)|={7}$")
# `&`, `*` or `!` where a value can start, and any escape but those for a line end, a quote, a slash or a space.
_MARKED: Final = re.compile(rb"(?<![^\s,\[\]{}:?\"'-])[&*!]")
_ODD_ESCAPE: Final = re.compile(rb"\\[0-9A-Za-mo-z_\x80-\xff]")


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the bytes alone can tell."""

    body: bytes | None
    """The text for the parser; None when that would only mislead."""
    careful: bool = False
    """Whether single scalars need a close look."""
    problems: list[Problem] = field(default_factory=list)


def prepare(content: bytes, max_bytes: int) -> Prepared:
    """Check everything that the bytes alone can tell."""
    stop = unreadable(content, max_bytes)
    if stop:
        return Prepared(None, problems=[stop])
    body = without_mark(content)
    careful = _needs_care(body)
    problems: list[Problem] = []
    odd = body.translate(None, _PLAIN_BYTES)
    if odd:
        text = body.decode()
        careful = careful or not unicodedata.is_normalized("NFC", text) or bool(_OTHER_SCRIPTS.search(text))
        if _FORBIDDEN.search(odd.decode()):
            problems = _characters(text)
            body = _FORBIDDEN.sub("\ufffd", text).encode()  # as wide as before: places stay right
    problems += _traces(body)
    readable = all(problem.rule in _PARSED_ALL_THE_SAME for problem in problems)
    return Prepared(body if readable else None, careful, problems)


def without_mark(content: bytes) -> bytes:
    """Return the content without byte order mark, with Unix line ends."""
    body = content.removeprefix(_UTF8_MARK)
    return body.replace(b"\r\n", b"\n") if b"\r" in body else body  # looking for one byte is faster


def line_and_column(text: str, at: int) -> Spot:
    """Return the place of the character with the index `at`."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def show(text: str) -> str:
    """Quote a piece of the file: short, and with everything invisible spelled out."""
    cut = text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 3] + "..."
    return "`" + "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in cut) + "`"


def first_forbidden(text: str) -> tuple[str, str] | None:
    """Return the rule against the first character that may not stand in a file, and its name."""
    found = _FORBIDDEN.search(text)
    if not found:
        return None
    rule = "yaml.bidi" if _HIDDEN_CHARACTER.match(found.group()) else "yaml.control_character"
    return rule, _character_name(found.group())


def first_mixed_word(text: str) -> str | None:
    """Return the first word that has letters of Latin and of another script that looks like it."""
    words = _WORD.findall(text)
    return next((word for word in words if _OTHER_SCRIPTS.search(word) and _LATIN.search(word)), None)


def _needs_care(body: bytes) -> bool:
    """Tell whether there may be references, type marks, escapes for odd characters, or `|#`."""
    if (b"&" in body or b"*" in body or b"!" in body) and _MARKED.search(body):
        return True
    if b"\\" in body and _ODD_ESCAPE.search(body):
        return True
    if b"|" not in body and b">" not in body:
        return False
    signs = body.translate(None, b"+-0123456789")
    return b"|#" in signs or b">#" in signs


def unreadable(content: bytes, max_bytes: int) -> Problem | None:
    """Return why the bytes are no text that can be read, if they are not."""
    if len(content) > max_bytes:
        message = f"The file has {len(content):,} bytes; at most {max_bytes:,} are read."
        return Problem("yaml.size", message, "Move large texts into evidence files, or split the file.")
    if b"\0" in content[:2] or content.startswith(_FOREIGN_MARKS):
        name = "UTF-32" if b"\0\0" in content[:4] else "UTF-16"
        message = f"The file is not UTF-8 text: its first bytes (offset 0) are those of {name}."
        return Problem("yaml.encoding", message, "Save the file again with the encoding UTF-8.")
    if content.startswith(_LFS_POINTER):
        message = "This is a Git LFS pointer; the file itself was not downloaded."
        return Problem("yaml.lfs_pointer", message, "Run `git lfs pull`, or keep this file out of Git LFS.")
    try:
        content.decode()
    except UnicodeDecodeError as error:
        return _not_utf8(content, error.start)
    return None


def _not_utf8(content: bytes, at: int) -> Problem:
    before = content[:at].removeprefix(_UTF8_MARK)
    line_start = before.rfind(b"\n") + 1
    message = f"The byte 0x{content[at]:02X} at offset {at} is not UTF-8 text."
    fix = "Save the file again with the encoding UTF-8; it was probably saved as Windows-1252 or Latin-1."
    return Problem("yaml.encoding", message, fix, before.count(b"\n") + 1, len(before[line_start:].decode()) + 1)


def _characters(text: str) -> list[Problem]:
    """Name the first forbidden character of each kind in each line."""
    problems: list[Problem] = []
    for number, line in enumerate(text.split("\n"), 1):
        if len(problems) > _MAX_COLLECTED:
            break
        for rule, pattern, message, fix in _BAD_CHARACTERS:
            match = pattern.search(line)
            if match:
                told = message.format(_character_name(match.group()[-1]))
                problems.append(Problem(rule, told, fix, number, match.end()))
    return problems


def _character_name(character: str) -> str:
    name = unicodedata.name(character, "").lower()
    return f"U+{ord(character):04X}" + (f" ({name})" if name else "")


def _traces(body: bytes) -> list[Problem]:
    """Find what tools leave behind: unresolved merges, and instructions to the YAML reader."""
    problems = []
    if b"<<<<<<<" in body or b"=======" in body or b">>>>>>>" in body:
        message = "This line is the mark of a merge conflict that was not resolved."
        fix = "Decide which of the two versions holds, and delete the other together with the marks."
        marks = [number for number, line in enumerate(body.split(b"\n"), 1) if _CONFLICT.match(line)]
        problems += [Problem("yaml.conflict", message, fix, number) for number in marks]
    if body.startswith(b"%") or b"\n%" in body:
        message = "A line starts with `%`: instructions to the YAML reader are not accepted."
        fix = "Delete the line; indent it if it belongs to a text."
        lines = [number for number, line in enumerate(body.split(b"\n"), 1) if line.startswith(b"%")]
        problems += [Problem("yaml.tag", message, fix, number) for number in lines]
    return problems
