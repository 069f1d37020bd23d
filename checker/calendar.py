"""Calendar arithmetic, the only place that has any: policies compare ISO dates as text.

A period is ISO 8601 with one class of units: years and months (`P1Y6M`, `P12M`) or days (`P30D`). Sums clamp to the
last day of the month, so 2024-02-29 + P1Y is 2025-02-28. A thing dated exactly P ago is still good on that day.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_PERIOD = re.compile(r"P(?:(?P<years>[0-9]{1,3})Y)?(?:(?P<months>[0-9]{1,4})M)?(?:(?P<days>[0-9]{1,5})D)?")
_CLOCK = re.compile(
    r"P(?:(?P<days>[0-9]{1,5})D)?(?:T(?:(?P<hours>[0-9]{1,5})H)?(?:(?P<minutes>[0-9]{1,5})M)?(?:(?P<seconds>[0-9]{1,5})S)?)?"
)
_DAY = timedelta(days=1)
# The clamping of a sum can hide at most three days (31st to 28th), so no search needs to look further.
_SLACK = timedelta(days=4)


def is_period(text: str) -> bool:
    """Tell whether `text` is a calendar period of a single class of units."""
    match = _PERIOD.fullmatch(text)
    if not match or len(text) < len("P1D"):
        return False
    return match["days"] is None or (match["years"] is None and match["months"] is None)


def add(day: date, period: str) -> date:
    """Return day + period, clamped to the month's last day and to the calendar's end; ValueError for no period."""
    months, days = _parts(period)
    try:
        return _add_months(day, months) + timedelta(days=days)
    except (OverflowError, ValueError):
        return date.max


def cutoff(as_of: date, period: str) -> date:
    """Return the earliest d with d + period >= as_of: what is dated before it is overdue."""
    day = _back(as_of, period) - _SLACK if _back(as_of, period) > date.min + _SLACK else date.min
    while add(day, period) < as_of:
        day += _DAY
    return day


def reached(as_of: date, period: str) -> date:
    """Return the latest d with d + period <= as_of: what is dated after it is not yet that old."""
    day = _back(as_of, period)
    day = day + _SLACK if day < date.max - _SLACK else date.max
    while add(day, period) > as_of and day > date.min:
        day -= _DAY
    return day


def first_day(name: str, period: str, day: date, *, strict: bool) -> date:
    """Return the first as-of date on which what the context holds has come to `day`, or with `strict` passed it.

    `name` is `as_of`, or `cutoff`, `reached` or `ahead` of the period. All of them only grow from day to day.
    """
    least = _shifted(day, 1) if strict else day
    if name == "cutoff":
        return _shifted(add(_shifted(least, -1), period), 1)
    if name == "reached":
        return add(least, period)
    return cutoff(least, period) if name == "ahead" else least


def context(as_of: date, parameters: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Return what policies see as `data.context`: the as-of date and the dates for every period in the parameters."""
    periods = sorted(set(periods_in(parameters)))
    return {
        "as_of": as_of.isoformat(),
        "cutoff": {period: cutoff(as_of, period).isoformat() for period in periods},
        "reached": {period: reached(as_of, period).isoformat() for period in periods},
        "ahead": {period: add(as_of, period).isoformat() for period in periods},
        "durations": lengths(set(durations_in(parameters))),
    }


def length(text: str) -> dict[str, Any] | None:
    """Return how long an ISO 8601 duration is, as {"unit": "months" | "seconds", "length": int}; None for no duration.

    Months and seconds never compare; a day counts as 24 hours here.
    """
    match = _CLOCK.fullmatch(text)
    if match and text[-1] not in "PT":
        days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return {"unit": "seconds", "length": ((days * 24 + hours) * 60 + minutes) * 60 + seconds}
    return {"unit": "months", "length": _parts(text)[0]} if is_period(text) else None


def lengths(texts: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return the length of every duration among `texts`, ordered."""
    return {text: measured for text in sorted(texts) if (measured := length(text))}


def periods_in(node: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Yield every calendar period among the strings of a JSON value."""
    return (text for text in durations_in(node) if is_period(text))


def durations_in(node: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Yield every string of a JSON value that looks like a duration, by its first letter."""
    if isinstance(node, str):
        if node.startswith("P"):
            yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from durations_in(value)
    elif isinstance(node, list):
        for value in node:
            yield from durations_in(value)


def _parts(period: str) -> tuple[int, int]:
    match = _PERIOD.fullmatch(period)
    if not match or not is_period(period):
        message = f"{period!r} is no calendar period such as P12M or P30D"
        raise ValueError(message)
    return int(match["years"] or 0) * 12 + int(match["months"] or 0), int(match["days"] or 0)


def _add_months(day: date, months: int) -> date:
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(years, month + 1)[1]
    return date(years, month + 1, min(day.day, last))


def _shifted(day: date, days: int) -> date:
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))


def _back(as_of: date, period: str) -> date:
    months, days = _parts(period)
    try:
        return _add_months(as_of, -months) - timedelta(days=days)
    except (OverflowError, ValueError):
        return date.min
