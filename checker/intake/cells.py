"""One cell to one value, as the schema of its field asks for: nothing is guessed that could mean two things."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from checker.intake.sheet import plain_key
from checker.intake.words import NO, YES
from checker.schema import guess

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.model import JsonObject

DATES: Final = ("YYYY-MM-DD", "DD.MM.YYYY")
SEPARATORS: Final = (";", "\n")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TOKENS: Final = {
    "YYYY": "(?P<y>[0-9]{4})",
    "YY": "(?P<y>[0-9]{2})",
    "MMM": "(?P<m>[A-Za-z]{3})[A-Za-z]*",
    "MM": "(?P<m>[0-9]{1,2})",
    "M": "(?P<m>[0-9]{1,2})",
    "DD": "(?P<d>[0-9]{1,2})",
    "D": "(?P<d>[0-9]{1,2})",
}
_TOKEN: Final = re.compile("YYYY|YY|MMM|MM|M|DD|D|.")
_CENTURY: Final = 2000
_PERSON: Final = re.compile(r"(?P<name>[^<>@]*?)[\s,;(<]*(?P<email>[^\s<>(),;]+@[^\s<>(),;]+)[\s>)]*")
_MONEY: Final = re.compile(r"(?:([A-Za-z]{3}|[€£$])\s*)?([-0-9][0-9.,'\s]*)(?:\s*([A-Za-z]{3}|[€£$]))?")
_SIGNS: Final = {"€": "EUR", "£": "GBP"}
_FORMULA: Final = "="
_LONGEST_CELL: Final = 2500
_MOST_SHOWN: Final = 12
_TABLE: Final = "give the column a table that knows it"


class CellError(Exception):
    """A cell that cannot be taken; `fix` says what to do, `mapping` what to change there instead."""

    def __init__(self, message: str, fix: str, mapping: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix
        self.mapping = mapping


@dataclass(frozen=True, slots=True)
class Habits:
    """How numbers, dates and lists are written in one file."""

    decimal: str = "."
    dates: tuple[str, ...] = DATES
    separators: tuple[str, ...] = SEPARATORS


def tidy(text: str) -> str:
    """Return a cell without odd blanks around and within its lines, in the usual form of accents."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))


def split(text: str, separators: Sequence[str]) -> list[str]:
    """Return the items of a cell."""
    pattern = "|".join(re.escape(one) for one in sorted(separators, key=len, reverse=True))
    return [one for one in (part.strip() for part in re.split(pattern, text)) if one] if pattern else [text]


def convert(text: str, declared: JsonObject, item: JsonObject, habits: Habits) -> Any:  # noqa: ANN401 - any JSON
    """Return the value of a tidied cell for a field; `item` is what the schema says of its items, if it has any."""
    if len(text) > _LONGEST_CELL:
        raise CellError(f"it holds {len(text):,} characters", f"write {_LONGEST_CELL:,} at most")
    if text.startswith(_FORMULA):
        raise CellError(f"{guess.shown(text)} is a formula", "put the value itself into the cell")
    kind = declared.get("type")
    if kind == "array":
        if item.get("type") == "object":
            raise CellError(
                "the field is a list of blocks", "name a field of its items, as in scope.locations[].country"
            )
        items = [] if plain_key(text) == "none" else split(text, habits.separators)
        return list(dict.fromkeys(convert(one, item, {}, habits) for one in items))
    if kind == "object":
        return _block(text, declared, habits)
    if kind == "boolean":
        return _boolean(text)
    if kind in {"integer", "number"}:
        return _number(text, habits.decimal, whole=kind == "integer")
    return _text(" ".join(text.split("\n")), declared, habits)


def _boolean(text: str) -> bool:
    word = plain_key(text)
    if word in YES or word in NO:
        return word in YES
    raise CellError(f"{guess.shown(text)} is neither yes nor no", "write yes or no", _TABLE)


def _number(text: str, decimal: str, *, whole: bool) -> int | float:
    digits = text.removesuffix("%").strip()
    for sign in {",", "."} - {decimal} | {"'", " ", "_"}:
        # A sign between groups of three digits only; `1,5` is no 15.
        if re.fullmatch(rf"-?[0-9]{{1,3}}(?:{re.escape(sign)}[0-9]{{3}})+(?:{re.escape(decimal)}[0-9]+)?", digits):
            digits = digits.replace(sign, "")
    digits = digits.replace(decimal, ".")
    if not re.fullmatch(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?", digits):
        raise CellError(f"{guess.shown(text)} is no number", f"write digits, with `{decimal}` before a fraction")
    if "." not in digits:
        return int(digits)
    if whole and float(digits) % 1:
        raise CellError(f"{guess.shown(text)} is no whole number", "write it without a fraction")
    return int(float(digits)) if whole else float(digits)


def _text(text: str, declared: JsonObject, habits: Habits) -> str:
    if declared.get("format") == "date":
        return _date(text, habits.dates)
    if "enum" in declared:
        return _choice(text, [str(one) for one in declared["enum"]])
    pattern = declared.get("pattern")
    if isinstance(pattern, str) and not re.search(pattern, text):
        return guess.as_pattern(text, pattern) or text
    return text


def _choice(text: str, allowed: Sequence[str]) -> str:
    same = [one for one in allowed if one == text] or [one for one in allowed if plain_key(one) == plain_key(text)]
    if len(same) == 1:
        return same[0]
    near = guess.nearest(text, allowed)
    few = ", ".join(allowed) if len(allowed) <= _MOST_SHOWN else "a code that the schema allows"
    hint = f"did you mean `{near}`? " if near else ""
    raise CellError(f"{guess.shown(text)} is not known here", f"{hint}write {few}", _TABLE)


def _date(text: str, forms: Sequence[str]) -> str:
    for form in forms:
        pattern = "".join(_TOKENS.get(one, re.escape(one)) for one in _TOKEN.findall(form))
        found = re.fullmatch(pattern, text)
        if not found:
            continue
        day, month, year = found["d"], found["m"].lower(), int(found["y"])
        number = _MONTHS.index(month) + 1 if month in _MONTHS else int(month) if month.isdigit() else 0
        try:
            return date(year if len(found["y"]) > 2 else _CENTURY + year, number, int(day)).isoformat()  # noqa: PLR2004
        except ValueError:
            continue
    raise CellError(
        f"{guess.shown(text)} is no date as {' or '.join(forms)}",
        "write it as YYYY-MM-DD",
        "add its form to the dates of the source",
    )


def _block(text: str, declared: JsonObject, habits: Habits) -> JsonObject:
    """Read a person with an address, or an amount with a currency; other blocks have columns for their fields."""
    fields = declared.get("properties", {})
    if "email" in fields:
        found = _PERSON.fullmatch(text)
        if found is None:
            return {"name": text}
        return {key: value for key, value in found.groupdict().items() if value}
    if {"amount", "currency"} <= set(fields):
        found = _MONEY.fullmatch(text)
        currency = (found[1] or found[3] or "") if found else ""
        currency = _SIGNS.get(currency, currency).upper()
        if not found or not re.fullmatch("[A-Z]{3}", currency):
            raise CellError(f"{guess.shown(text)} is no amount with its currency", "write it as EUR 1200000")
        return {"amount": _number(found[2].strip(), habits.decimal, whole=False), "currency": currency}
    raise CellError("the field is a block", f"name one of its fields: {', '.join(list(fields)[:_MOST_SHOWN])}")


def slug(text: str, drop: Sequence[str] = ()) -> str:
    """Return an id made of a name: small letters, digits and hyphens."""
    unwanted = {plain_key(one) for one in drop}
    words = [one for one in text.split() if plain_key(one) not in unwanted] or text.split()
    spelled = " ".join(words).casefold().translate(_SPELLED)
    ascii_only = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only.replace("'", "")).strip("-")[:_LONGEST].strip("-")


_SPELLED: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "o", "æ": "ae", "å": "a", "ł": "l", "đ": "d", "&": " and "}
)
_LONGEST: Final = 63
