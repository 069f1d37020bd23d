"""CSV files as people have them: several encodings and delimiters, quoted line breaks, titles above the header."""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from checker.errors import UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MAX_BYTES: Final = 16 << 20
_MOST_ROWS: Final = 20_000
_MOST_COLUMNS: Final = 500
_DELIMITERS: Final = (";", ",", "\t")
_UTF8_MARK: Final = b"\xef\xbb\xbf"
_WIDE_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_NAMES: Final = {";": "`;`", ",": "`,`", "\t": "tabs"}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as a spreadsheet counts, and its cells by the name of their column."""

    number: int
    cells: Mapping[str, str]
    extra: bool = False
    """Whether it has cells to the right of the last column that has a name."""

    @property
    def blank(self) -> bool:
        """Tell whether nothing stands in it."""
        return not self.extra and not any(text.strip() for text in self.cells.values())


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows below the header, and how the file was read."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    how: str
    """In words, such as `read as cp1252 with ;`."""

    def column(self, name: str) -> str:
        """Return the column of that name, case and blanks apart; UsageError names the nearest, or tells of two."""
        found = [one for one in self.columns if plain_key(one) == plain_key(name)]
        exact = [one for one in found if one == name]
        if len(exact or found) != 1:
            message = f"there is no column `{name}`" if not found else f"there are several columns `{name}`"
            raise UsageError(message, nearest(name, self.columns) if not found else "rename one in the register")
        return (exact or found)[0]


def plain_key(text: str) -> str:
    """Return what is left of a text when case, accents, blanks and punctuation do not matter."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in letters if one.isalnum()) or text.strip()


def read_sheet(name: str, content: bytes, *, encoding: str = "", delimiter: str = "", header: int = 1) -> Sheet:
    """Read a sheet; what is not told is found out. UsageError when it cannot be read."""
    text, told = _decoded(name, content, encoding)
    between = "\t" if delimiter == "tab" else delimiter or _delimiter(text, header)
    records = list(_records(name, text, between))
    if len(records) < header:
        raise UsageError(f"{name} has {len(records)} rows, and the names of the columns should be in row {header}", "")
    names = [cell.strip() for cell in records[header - 1]]
    while names and not names[-1]:
        names.pop()
    if not names or len(names) > _MOST_COLUMNS:
        raise UsageError(f"row {header} of {name} holds no names of columns", "give the right row as `header_row`")
    rows = tuple(_row(number, names, cells) for number, cells in enumerate(records[header:], header + 1))
    return Sheet(tuple(one for one in names if one), rows, f"read as {told} with {_NAMES.get(between, between)}")


def _row(number: int, names: Sequence[str], cells: Sequence[str]) -> Row:
    held = dict(zip(names, [*cells, *[""] * (len(names) - len(cells))], strict=False))
    held.pop("", None)
    unnamed = [cell for place, cell in enumerate(cells) if place >= len(names) and cell.strip()]
    return Row(number, held, bool(unnamed))


def _decoded(name: str, content: bytes, encoding: str) -> tuple[str, str]:
    if len(content) > MAX_BYTES:
        raise UsageError(f"{name} is larger than {MAX_BYTES:,} bytes", "split it")
    if content.startswith(_WIDE_MARKS):
        raise UsageError(f"{name} is stored as UTF-16", "save it again as `CSV UTF-8`")
    found_out = ["utf-8-sig"] if content.startswith(_UTF8_MARK) else ["utf-8", "cp1252"]
    chosen = [encoding] if encoding else found_out
    for one in chosen:
        try:
            return content.decode(one).removeprefix("\ufeff"), one
        except UnicodeDecodeError as error:
            place = f"the byte 0x{content[error.start]:02X} in line {content.count(10, 0, error.start) + 1}"
    raise UsageError(f"{name} is not stored as {' or '.join(chosen)}: {place}", "save it again as `CSV UTF-8`")


def _delimiter(text: str, header: int) -> str:
    """Return what parts the names of the columns: the sign that gives the most of them."""
    counted = []
    for sign in _DELIMITERS:
        try:
            rows = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
            first = [cells for cells, _ in zip(rows, range(header), strict=False)]
        except csv.Error:
            continue
        counted.append((len(first[-1]) if first else 0, -_DELIMITERS.index(sign), sign))
    return max(counted)[2] if counted else ","


def _records(name: str, text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for count, cells in enumerate(reader, 1):
            if count > _MOST_ROWS:
                raise UsageError(f"{name} has more than {_MOST_ROWS:,} rows", "split it")
            yield cells
    except csv.Error as error:
        hint = "look for a quote that is not closed, or not doubled, in that row or the one before"
        raise UsageError(f"{name} is broken near line {reader.line_num}: {error}", hint) from error
