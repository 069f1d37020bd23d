"""Parameters as rows of a table: by tier where they have a value for each, else in one cell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from checker.model import Severity
from checker.report.escape import markdown_code, markdown_prose, markdown_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from checker.catalogue.places import Place
    from checker.model import JsonObject

TIERS = tuple(str(one) for one in Severity)
"""The names of the tiers, the strictest first; they are those of the severities."""

NO_VALUE = "none"

_ENVELOPE = frozenset({"apiVersion", "kind", "source", "reviewed_on", "review_by", "owner"})
_SHOWN = 8
_FEW = 4
_DURATION = re.compile(r"P(?:(\d+)([YMWD])|T(\d+)([HMS]))")
_UNITS = {"Y": "year", "M": "month", "W": "week", "D": "day", "TH": "hour", "TM": "minute", "TS": "second"}


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter: its path, and one cell, or one for each tier; cells are Markdown."""

    path: Place
    cells: tuple[str, ...]

    @property
    def by_tier(self) -> bool:
        """Tell whether there is a cell for each tier."""
        return len(self.cells) > 1


def rows(paths: Iterable[Place], parameters: Mapping[str, JsonObject]) -> list[Row]:
    """Return the rows of all parameters at `paths`; a whole file and small tables get a row for each part."""
    return [row for path in paths for row in _rows(path, _value(parameters, path))]


def _value(parameters: Mapping[str, JsonObject], path: Place) -> Any:  # noqa: ANN401 - any parameter
    value: Any = parameters
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _rows(path: Place, value: Any) -> Iterator[Row]:  # noqa: ANN401 - any parameter
    if _is_by_tier(value):
        yield Row(path, tuple(_cell(value[tier]) for tier in TIERS))
    elif isinstance(value, dict) and value and (len(path) == 1 or _has_short_parts(value)):
        for key in [key for key in value if len(path) > 1 or key not in _ENVELOPE]:
            yield from _rows((*path, key), value[key])
    else:
        yield Row(path, (_cell(value),))


def _has_short_parts(value: dict[str, Any]) -> bool:
    """Tell whether the parts are better shown each in a row: those by tier, and a few with a few values."""
    parts = list(value.values())
    few = len(parts) <= _SHOWN and all(
        isinstance(part, dict) and len(part) <= _FEW and _is_flat(part) for part in parts
    )
    return few or all(map(_is_by_tier, parts))


def _is_by_tier(value: Any) -> bool:  # noqa: ANN401 - any parameter
    return isinstance(value, dict) and value.keys() == set(TIERS)


def _cell(value: Any) -> str:  # noqa: ANN401 - any parameter
    """Return a value in short; what has parts of parts is only counted, for its file shows it better."""
    if isinstance(value, (dict, list)) and not value:
        return NO_VALUE
    if isinstance(value, (dict, list)) and not _is_flat(value):
        return f"{len(value)} {'entry' if len(value) == 1 else 'entries'}"
    if isinstance(value, list):
        return _listed([_scalar(one) for one in value])
    if isinstance(value, dict):
        return _listed([f"{markdown_code(key)} {_scalar(one)}" for key, one in value.items()])
    return _scalar(value)


def _is_flat(value: dict[str, Any] | list[Any]) -> bool:
    parts = value.values() if isinstance(value, dict) else value
    return not any(isinstance(one, (dict, list)) for one in parts)


def _listed(parts: list[str]) -> str:
    left_out = len(parts) - _SHOWN
    # One more is shown rather than counted.
    return ", ".join(parts) if left_out <= 1 else ", ".join(parts[:_SHOWN]) + f" and {left_out} more"


def _scalar(value: Any) -> str:  # noqa: ANN401 - any parameter
    if value is None:
        return NO_VALUE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return duration(value) or markdown_code(value)
    return markdown_text(f"{value:,}")


def duration(text: str) -> str:
    """Return an ISO 8601 duration of one unit in words, `P12M` as `12 months`; nothing for any other text."""
    found = _DURATION.fullmatch(text)
    if not found:
        return ""
    count = found[1] or found[3]
    unit = _UNITS[found[2] or f"T{found[4]}"]
    return f"{count} {unit}" if count == "1" else f"{count} {unit}s"


def origin(name: str, data: JsonObject) -> str:
    """Return where the values of a parameter file come from and when they were reviewed, as Markdown."""
    reviewed = f"Reviewed on {data['reviewed_on']}, next by {data['review_by']}, by {data['owner']}."
    return f"{markdown_code(name)}: {markdown_prose(data['source'])} {markdown_text(reviewed)}"
