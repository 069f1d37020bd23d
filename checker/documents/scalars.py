"""Values and keys by YAML 1.2's core schema, and what is wrong or would be read differently elsewhere."""

from __future__ import annotations

import re
import unicodedata
from math import inf
from typing import Any, Final

from checker.documents.events import Event, Stop, check_properties, problem_at
from checker.documents.syntax import AFTER_BLOCK_SIGN
from checker.documents.text import MAX_SHOWN, first_forbidden, first_mixed_word, line_and_column, show
from checker.model import Problem

MAX_NUMBER: Final = 2**53 - 1
"""Beyond this a whole number changes its value in readers of JSON that count in doubles."""
KNOWN_KEYS: Final[dict[str, str]] = {}
"""Keys that are good whether quoted or not: saves the checks, and one string serves all documents."""
_MAX_KNOWN_KEYS: Final = 4096
_AMBIGUOUS: Final = object()
_TRUE_WORDS: Final = ("y", "yes", "on")
_FALSE_WORDS: Final = ("n", "no", "off")
WORDS: Final[dict[str, object]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **{form: _AMBIGUOUS for word in (*_TRUE_WORDS, *_FALSE_WORDS) for form in (word, word.capitalize(), word.upper())},
}
"""Unquoted text that is not, or not everywhere, read as text; numbers apart."""
_SPOKEN: Final[dict[object, str]] = {None: "empty", True: "true", False: "false"}
# The core schema's numbers, then what only YAML 1.1 takes for a number. Possessive, so that a text fails at
# its first odd character instead of being tried ever shorter.
_NUMBER: Final = re.compile(
    r"(?P<int>[-+]?[0-9]++(?![.eE_:]))|(?P<octal>0o[0-7]++)|(?P<hex>0x[0-9a-fA-F]++(?!_))"
    r"|(?P<float>[-+]?(?:\.[0-9]++|[0-9]++(?:\.[0-9]*+)?)(?:[eE][-+]?[0-9]++)?(?![_:]))"
    r"|(?P<endless>[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))"
    r"|(?P<clock>[-+]?[0-9][0-9_]*+(?::[0-5]?[0-9])++(?:\.[0-9_]*+)?)"
    r"|(?P<gaps>[-+]?(?:[0-9][0-9_]*+(?:\.[0-9_]*+)?|\.[0-9][0-9_]*+)(?:[eE][-+][0-9]++)?)"
    r"|(?P<based>[-+]?0(?:b[01_]++|x[0-9a-fA-F_]++))"
).fullmatch
_ONLY_1_1: Final = {"clock", "gaps", "based"}
_NOT_ZERO: Final = re.compile(r"[-+0.]*[1-9]")
_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,127}").fullmatch
_BLOCK_STYLES: Final = ("|", ">")
# A comment that touches `|` or `>`: not YAML, but libyaml reads on.
_GLUED_COMMENT: Final = re.compile(r"(?:[&!]\S*\s+)*[|>][-+0-9]*(?=#)")


class Scalars:
    """Reads the scalars of one document, and adds a problem for each that is not as it should be."""

    __slots__ = ("_careful", "_problems", "_text")

    def __init__(self, text: str, problems: list[Problem], *, careful: bool) -> None:
        self._text = text
        self._problems = problems
        self._careful = careful

    def value(self, event: Event) -> Any:  # noqa: ANN401 - whatever the text stands for
        """Resolve a scalar by the core schema; what is quoted is text."""
        text = event.value
        if self._careful:
            self._inspect(event)
        elif text[4:8:3] == "--":  # a date; no number has two hyphens there
            return text
        if event.style or event.tag:
            return text
        match = _NUMBER(text)
        if match:
            return self._number(event, match.lastgroup)
        value = WORDS.get(text, text)
        if value is _AMBIGUOUS:
            self._ambiguous(event)
            return text
        return value

    def key(self, event: Event) -> str:
        """Check a key that is not known to be good."""
        if self._careful:
            check_properties(event, self._problems)
        key = unicodedata.normalize("NFC", event.value)
        plain = not (event.style or event.tag)
        if plain and key in WORDS:
            self._key_that_is_no_text(event, WORDS[key])
        elif plain and key == "<<":
            message = "`<<` copies one mapping into another; such merges are not accepted."
            self._note(event, "yaml.merge", message, "Write the copied lines out here.")
        elif not _KEY(key):
            self._check_escapes(event)
            fix = "Start it with a letter or `_`; go on with letters a-z, digits, `_`, `.` or `-`; 128 at most."
            self._note(event, "yaml.key", f"The name {show(key)} is not accepted.", fix)
        elif key not in WORDS and len(KNOWN_KEYS) < _MAX_KNOWN_KEYS:
            KNOWN_KEYS[key] = key
        return key

    def _key_that_is_no_text(self, event: Event, word: object) -> None:
        if word is _AMBIGUOUS:
            self._ambiguous(event)
            return
        message = f"The name {show(event.value)} is read as {_SPOKEN[word]}, and a name must be text."
        self._note(event, "yaml.key", message, "Use another name.")

    def _number(self, event: Event, kind: str | None) -> int | float | str:
        text: str = event.value
        if kind in _ONLY_1_1:
            self._warn_1_1(event, _old_value(kind, text), "text", f"{_in_quotes(text)}.")
            return text
        value, digits = _core_value(kind, text), text.lstrip("+-")
        unfit = _unfit(kind, text, value)
        if unfit:
            self._note(event, "yaml.number", *unfit)
        elif kind == "int" and digits.startswith("0") and digits != "0":
            old = "text" if "8" in digits or "9" in digits else f"the number {int(digits, 8)}"
            fix = f"{_in_quotes(text)} if it is text; write {value} if it is a number."
            self._warn_1_1(event, old, f"the number {value}", fix)
        return value

    def _ambiguous(self, event: Event) -> None:
        old = "true" if event.value.lower() in _TRUE_WORDS else "false"
        fix = f"{_in_quotes(event.value)}; write {old} without quotes if that is meant."
        self._warn_1_1(event, old, "text", fix)

    def _warn_1_1(self, event: Event, old: str, new: str, fix: str) -> None:
        message = f"Tools for YAML 1.1 read {show(event.value)} as {old}; here it is {new}."
        self._note(event, "yaml.ambiguous", message, fix, fatal=False)

    def _inspect(self, event: Event) -> None:
        """Look closely at a value."""
        if event.style in _BLOCK_STYLES:
            self._check_block(event)
        check_properties(event, self._problems)
        if event.style == '"':
            self._check_escapes(event)
        if not event.value.isascii():
            self._check_letters(event)

    def _check_block(self, event: Event) -> None:
        found = _GLUED_COMMENT.match(self._text, event.start_mark.index)
        if found:
            raise Stop(Problem("yaml.syntax", *AFTER_BLOCK_SIGN, *line_and_column(self._text, found.end())))

    def _check_escapes(self, event: Event) -> None:
        """Refuse escapes that stand for what may not be written plainly."""
        found = first_forbidden(event.value)
        if found:
            rule, name = found
            message = f"An escape in this quoted text makes an invisible character: {name}."
            self._note(event, rule, message, "Delete the escape; write line ends as `\\n`.")

    def _check_letters(self, event: Event) -> None:
        """Warn of what looks like another text than it is."""
        if not unicodedata.is_normalized("NFC", event.value):
            message = f"{show(event.value)} has separate accents; the same word elsewhere may not match it."
            fix = "Type the text again, or save it in the Unicode form NFC."
            self._note(event, "yaml.not_nfc", message, fix, fatal=False)
        word = first_mixed_word(event.value)
        if word:
            message = f"The word {show(word)} mixes Latin letters with Greek or Cyrillic ones."
            fix = "Type the word again in one script; look-alike letters pass for another name."
            self._note(event, "yaml.mixed_script", message, fix, fatal=False)

    def _note(self, event: Event, rule: str, message: str, fix: str, *, fatal: bool = True) -> None:
        self._problems.append(problem_at(event.start_mark, rule, message, fix, fatal=fatal))


def _core_value(kind: str | None, text: str) -> int | float:
    """Return the value of a core schema number; infinite when it is too long to be read."""
    if kind == "endless" or len(text) > MAX_SHOWN:
        return inf
    if kind in {"octal", "hex"}:
        return int(text, 0)
    return int(text) if kind == "int" else float(text)


def _unfit(kind: str | None, text: str, value: float) -> tuple[str, str] | None:
    """Say why a number cannot be taken, and what to do instead."""
    if kind == "endless":
        message = f"{show(text)} is no number that can be compared or stored."
        return message, "Write a finite number, or leave the field out."
    too_large, too_small = abs(value) > MAX_NUMBER, value == 0 and _NOT_ZERO.match(text)
    if not (too_large or too_small):
        return None
    message = f"The number {show(text)} is too {'large' if too_large else 'small'} to be kept exactly."
    return message, "If it is an identifier, write it in quotes; else use another unit."


def _old_value(kind: str | None, text: str) -> str:
    """Say what a YAML 1.1 reader makes of `12:30` (digits to the base of 60), `1_000` or `0b1`."""
    plain = text.replace("_", "")
    if kind == "gaps" and len(text) <= MAX_SHOWN:
        return f"the number {plain}"
    if kind != "clock" or len(text) > MAX_SHOWN or "." in text:
        return "a number"
    total = 0
    for part in plain.lstrip("+-").split(":"):
        total = total * 60 + int(part)
    return f"the number {'-' if text[0] == '-' else ''}{total}"


def _in_quotes(text: str) -> str:
    return f'Write "{text}" in quotes' if len(text) <= MAX_SHOWN else "Write it in quotes"
