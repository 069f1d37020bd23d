"""Calendar sums found independently of the checker: by trying dates, with nothing of its code."""

import datetime as dt
import re


def last_good_day(start: str, period: str | None) -> str:
    """Return the last day on which something dated `start` and good for `period` is good; None: `start` itself."""
    day = dt.date.fromisoformat(start)
    if period is None:
        return day.isoformat()
    number, unit = re.fullmatch(r"P(\d+)([YMD])", period).groups()
    if unit == "D":
        return (day + dt.timedelta(days=int(number))).isoformat()
    return _months_later(day, int(number) * (12 if unit == "Y" else 1)).isoformat()


def next_day(day: str) -> str:
    """Return the day after."""
    return (dt.date.fromisoformat(day) + dt.timedelta(days=1)).isoformat()


def previous_day(day: str) -> str:
    """Return the day before."""
    return (dt.date.fromisoformat(day) - dt.timedelta(days=1)).isoformat()


def _months_later(day: dt.date, months: int) -> dt.date:
    first = day.replace(day=1)
    for _ in range(months):
        first = (first + dt.timedelta(days=32)).replace(day=1)
    for number in range(day.day, 0, -1):
        try:
            return first.replace(day=number)
        except ValueError:
            continue
    raise AssertionError("every month has a first day")
