"""The geometry of the plots: where bands, stems and ticks lie. The templates draw them as SVG."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from checker.report.site.states import LOOKS
from checker.report.summary import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from checker.report.site.material import Past

WIDTH: Final = 720
_LEFT, _RIGHT, _TOP = 34, 132, 10
_TREND_HEIGHT: Final = 190
_NOW: Final = 16
"""The width of the last run, which nothing has followed yet."""
_LINE: Final = 15
"""Between two labels at least."""
_STEMS: Final = 92
"""The height of the longest stem."""
_APART: Final = 20
"""Between two heads at least, or more days share one."""
_SPANS: Final = (1, 7, 28, 91)
_MOST_TICKS: Final = 7
_MONTHS: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Band:
    """The share of one verdict over time."""

    look: str
    path: str
    label: str
    label_at: float


@dataclass(frozen=True, slots=True)
class Trend:
    """Vendors by verdict, stacked, over the stored runs."""

    bands: tuple[Band, ...]
    ticks: tuple[Tick, ...]
    rules: tuple[Tick, ...]
    right: float
    bottom: float
    width: int = WIDTH
    height: int = _TREND_HEIGHT + _TOP + 26


@dataclass(frozen=True, slots=True)
class Stem:
    """What falls on one day, or on those that share a head with it."""

    at: float
    top: float
    count: int
    blocks: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """What lapses, by day."""

    stems: tuple[Stem, ...]
    ticks: tuple[Tick, ...]
    days: int
    """For how many days a head stands."""
    base: float
    width: int = WIDTH
    height: int = _STEMS + 54


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a bar, in hundredths of its length."""

    look: str
    start: float
    length: float
    count: int
    label: str
    sign: str


def trend(past: Sequence[Past]) -> Trend | None:
    """Lay out the verdicts of the last run of each day; None when there are fewer than two days."""
    days = {
        date.fromisoformat(one.as_of): one.verdicts for one in sorted(past, key=lambda one: (one.as_of, one.number))
    }
    if len(days) < 2:  # noqa: PLR2004 - a line needs two ends
        return None
    first, last = min(days), max(days)
    right, bottom = WIDTH - _RIGHT, _TOP + _TREND_HEIGHT
    most = max(1, *(sum(one.values()) for one in days.values()))
    across = [_LEFT + (right - _NOW - _LEFT) * (day - first).days / (last - first).days for day in days]
    low = [0] * len(days)
    bands = []
    for verdict in Verdict:
        high = [under + one.get(str(verdict), 0) for under, one in zip(low, days.values(), strict=True)]
        if high != low:
            tops, bases = ([bottom - _TREND_HEIGHT * value / most for value in some] for some in (high, low))
            count = high[-1] - low[-1]
            label = f"{count:,} {verdict.label}" if count else ""
            bands.append(
                Band(LOOKS[verdict][0], _band([*across, right], tops, bases), label, (tops[-1] + bases[-1]) / 2)
            )
        low = high
    rules = tuple(Tick(bottom - _TREND_HEIGHT * value / most, f"{value:,}") for value in _round_steps(most))
    ticks = tuple(_days(first, last, _LEFT, right - _NOW))
    return Trend(tuple(_spread(bands, bottom)), ticks, rules, right, bottom)


def _band(across: Sequence[float], tops: Sequence[float], bases: Sequence[float]) -> str:
    """Return the outline of a band that keeps each height until the next run."""
    there = "".join(f"H{_n(across[i])}V{_n(tops[i])}" for i in _steps(tops))
    back = "".join(f"H{_n(across[i])}V{_n(bases[i - 1])}" for i in reversed(_steps(bases)))
    end = f"H{_n(across[-1])}V{_n(bases[-1])}"
    return f"M{_n(across[0])} {_n(tops[0])}{there}{end}{back}H{_n(across[0])}Z"


def _steps(heights: Sequence[float]) -> list[int]:
    """Return the places at which a height is not the one before."""
    return [i for i in range(1, len(heights)) if heights[i] != heights[i - 1]]


def _spread(bands: Iterable[Band], bottom: float) -> Iterable[Band]:
    """Move labels apart from the bottom up; a band without one keeps it empty."""
    free = bottom + _LINE
    for band in bands:
        at = min(band.label_at + 4, free - _LINE) if band.label else band.label_at
        free = at if band.label else free
        yield Band(band.look, band.path, band.label, round(at, 1))


def timeline(days: Iterable[tuple[str, bool]], as_of: str, until: str) -> Timeline | None:
    """Lay out lapses, each a day and whether it blocks, from the as-of date to the last day looked at."""
    found = [(date.fromisoformat(day), blocks) for day, blocks in days]
    if not found:
        return None
    first, last = date.fromisoformat(as_of), date.fromisoformat(until)
    left, right, base = 16, WIDTH - 16, _STEMS + 24
    span = _span([(day - first).days for day, _ in found], (right - left) / max(1, (last - first).days))
    binned = [(first + timedelta((day - first).days // span * span), b) for day, b in found]
    counts, blocking = Counter(day for day, _ in binned), {day for day, blocks in binned if blocks}
    most = max(counts.values())
    stems = [
        Stem(
            at=round(left + (right - left) * (day - first).days / max(1, (last - first).days), 1),
            top=round(base - 14 - (_STEMS - 14) * (count - 1) / max(1, most - 1), 1),
            count=count,
            blocks=day in blocking,
        )
        for day, count in sorted(counts.items())
    ]
    return Timeline(tuple(stems), tuple(_days(first, last, left, right)), span, base)


def _span(days: Iterable[int], scale: float) -> int:
    """Return how many days must share a head so that no two heads touch."""
    for span in _SPANS:
        taken = sorted({day // span for day in days})
        if all((later - one) * span * scale >= _APART for one, later in pairwise(taken)):
            return span
    return _SPANS[-1]


def bar(counts: Iterable[tuple[str, str, str, int]]) -> tuple[Piece, ...]:
    """Lay out counts, each with class, sign and word, side by side."""
    parts = [one for one in counts if one[3]]
    total = sum(count for *_, count in parts)
    pieces, start = [], 0.0
    for look, sign, label, count in parts:
        length = 100 * count / total
        pieces.append(Piece(look, round(start, 2), round(length, 2), count, label, sign))
        start += length
    return tuple(pieces)


def verdict_bar(verdicts: Mapping[str, int]) -> tuple[Piece, ...]:
    """Lay out how many vendors have each verdict."""
    return bar((*LOOKS[one], one.label, verdicts.get(str(one), 0)) for one in Verdict)


def _days(first: date, last: date, left: float, right: float) -> Iterable[Tick]:
    """Yield marks at the first of months, or at days of a short time."""
    length = max(1, (last - first).days)
    months = [day for day in _firsts(first, last) if first < day <= last]
    if len(months) >= 2:  # noqa: PLR2004 - one mark gives no measure
        step = -(-len(months) // _MOST_TICKS)
        for count, day in enumerate(months):
            if count % step == 0:
                year = f" {day.year}" if day.month == 1 or count == 0 else ""
                yield Tick(_at(day, first, length, left, right), f"{_MONTHS[day.month - 1]}{year}")
        return
    step = max(1, -(-length // 5))
    for days in range(0, length + 1, step):
        day = first + timedelta(days)
        yield Tick(_at(day, first, length, left, right), f"{day.day} {_MONTHS[day.month - 1]}")


def _firsts(first: date, last: date) -> Iterable[date]:
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        yield date(year, month, 1)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)  # noqa: PLR2004 - December


def _at(day: date, first: date, length: int, left: float, right: float) -> float:
    return round(left + (right - left) * (day - first).days / length, 1)


def _round_steps(most: int) -> list[int]:
    """Return two to five round numbers up to `most`, nought among them."""
    size = 10 ** (len(str(most)) - 1)
    step = next(unit for unit in (size // 5 or 1, size // 2 or 1, size, 2 * size) if most / unit <= 4.5)  # noqa: PLR2004
    return list(range(0, most + 1, step))


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
