"""What somebody probably meant: the nearest spelling, the right type, the right form of a date."""

from __future__ import annotations

import calendar
import difflib
import json
import re
import unicodedata
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ALIASES = {"UK": "GB", "EL": "GR"}
_BOOLEANS = {
    "yes": True,
    "on": True,
    "y": True,
    "true": True,
    "no": False,
    "off": False,
    "n": False,
    "false": False,
}
_NULLS = frozenset({"null", "~"})
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_@./+-]*(?: [A-Za-z0-9_@./+-]+)*")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEAR_FIRST = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ].*)?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_AMOUNT = re.compile(r"(-?[0-9][0-9,_ ]*(?:\.[0-9]+)?) ?(?:%|percent|EUR|USD|GBP)?")
_PERIOD = re.compile(r"([0-9]{1,4}) ?(year|month|week|day|hour|minute|second|yr|mo|hr|min|sec|y|w|d|h|m|s)s?")
_WEEKS = re.compile(r"P([0-9]{1,3})W")
_UNITS = {
    "year": ("P{}Y",), "yr": ("P{}Y",), "y": ("P{}Y",),
    "month": ("P{}M",), "mo": ("P{}M",),
    "week": ("P{7}D",), "w": ("P{7}D",),
    "day": ("P{}D",), "d": ("P{}D",),
    "hour": ("PT{}H",), "hr": ("PT{}H",), "h": ("PT{}H",),
    "minute": ("PT{}M",), "min": ("PT{}M",), "m": ("PT{}M", "P{}M"),
    "second": ("PT{}S",), "sec": ("PT{}S",), "s": ("PT{}S",),
}  # fmt: skip
_SHOWN = 60
_COMPARED = 80


def cut(text: str, size: int = _SHOWN) -> str:
    """Return at most `size` characters of a text, with an ellipsis when something is left out."""
    return text if len(text) <= size else text[: size - 1] + "…"


def shown(value: object) -> str:
    """Return a found value in words that fit into a sentence."""
    if value is None:
        return "empty"
    if isinstance(value, dict):
        return f"a block of {len(value)} fields"
    if isinstance(value, list):
        return f"a list of {len(value)} items"
    return cut(json.dumps(value, ensure_ascii=False))


def yaml_text(value: object) -> str:
    """Return a value as one line of YAML, in quotes wherever it would else be read as something different."""
    if isinstance(value, str):
        special = value.lower() in _BOOLEANS or value.lower() in _NULLS
        bare = not special and (_PLAIN.fullmatch(value) or _DAY.fullmatch(value))
        return value if bare else json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "[" + ", ".join(yaml_text(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {yaml_text(item)}" for key, item in value.items()) + "}"
    return json.dumps(value)


def nearest(found: str, allowed: Sequence[str]) -> str | None:
    """Return the allowed word that was probably meant: a known alias, another case, or a near spelling."""
    alias = _ALIASES.get(found.upper())
    if alias in allowed:
        return alias
    plain = {_plain(word): word for word in reversed(allowed)}
    word = _plain(found[:_COMPARED])
    if word in plain:
        return plain[word]
    if len(word) <= 2:  # noqa: PLR2004 - codes of two letters are all alike
        return None
    close = difflib.get_close_matches(word, plain, 1, 0.7)
    return plain[close[0]] if close else None


def as_type(value: Any, wanted: Sequence[object]) -> Any:  # noqa: ANN401 - any JSON
    """Return the value in the wanted type when there is no doubt about it, else None."""
    if isinstance(value, (dict, list)):
        return None
    if "array" in wanted:
        return [value]
    if "string" in wanted:
        return json.dumps(value)
    if not isinstance(value, str):
        return None
    if "boolean" in wanted:
        return _BOOLEANS.get(value.strip().lower())
    if "number" in wanted or "integer" in wanted:
        return _number(value, whole="integer" in wanted)
    return None


def as_pattern(value: str, pattern: str) -> str | None:
    """Return the value in the form that the pattern asks for, when a small change brings it there."""
    if len(value) > _COMPARED:
        return None
    return next((text for text in _variants(value) if re.fullmatch(pattern, text, re.ASCII)), None)


def as_date(value: str) -> str | None:
    """Return a date as YYYY-MM-DD that was written with other separators, the day first, or a time."""
    text = _ascii_digits(value.strip())
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _DAY_FIRST.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
    else:
        return None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def no_such_day(value: str) -> str:
    """Say why a well-formed date does not exist; empty when it exists or has another form."""
    if not _DAY.fullmatch(value):
        return ""
    year, month, day = (int(part) for part in value.split("-"))
    if not 1 <= month <= 12 or year < 1:  # noqa: PLR2004 - months
        return "is not a day of the calendar: the month in the middle goes from 01 to 12"
    last = calendar.monthrange(year, month)[1]
    return (
        f"is not a day of the calendar: {calendar.month_name[month]} {year} has {last} days"
        if not 1 <= day <= last
        else ""
    )


def _plain(word: str) -> str:
    return re.sub(r"[\s_.-]+", "_", word.strip()).casefold()


def _number(text: str, *, whole: bool) -> int | float | None:
    match = _AMOUNT.fullmatch(text.strip())
    if not match or len(text) > _COMPARED:
        return None
    digits = re.sub(r"[,_ ]", "", match[1])
    if "." not in digits:
        return int(digits)
    return None if whole else float(digits)


def _variants(value: str) -> Iterator[str]:
    text = _ascii_digits(value).strip()
    if match := _WEEKS.fullmatch(text):
        yield f"P{7 * int(match[1])}D"
    if "/" in text:
        return
    for form in (text, text.upper(), text.lower()):
        yield form
        yield form.replace(" ", "")
        yield re.sub(r"[^a-z0-9.]+", "_", form.lower()).strip("_")
        yield re.sub(r"[^a-z0-9]+", "-", form.lower()).strip("-")
    if match := _PERIOD.fullmatch(text.lower()):
        number = int(match[1])
        yield from (form.replace("{7}", str(7 * number)).format(number) for form in _UNITS[match[2]])


def _ascii_digits(text: str) -> str:
    """Replace digits of other scripts, and wide forms, by the ASCII characters that they look like."""
    wide = unicodedata.normalize("NFKC", text)
    return "".join(str(unicodedata.digit(char)) if char.isdigit() and not char.isascii() else char for char in wide)
