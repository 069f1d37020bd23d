"""The days on which a control can turn: worked out from the dates that it holds against the calendar."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

from checker import calendar
from checker.catalogue.clocks import ANY, UNKNOWN
from checker.catalogue.places import DERIVED, INPUT, OF_TIER, PARAMETERS, TEXT, values_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from checker.catalogue.clocks import Clock
    from checker.catalogue.places import Place
    from checker.catalogue.reading import Reading
    from checker.model import Json, JsonObject, Keys

Found: TypeAlias = "tuple[str, Keys, str]"
"""Root, keys and text of a date."""

_NO_PERIOD: Final = frozenset({""})
_ISO_LENGTH: Final = len("2026-11-22")


@dataclass(frozen=True, slots=True, order=True)
class Turn:
    """What happens on a day: `date`, which stands at `keys` below `root`, comes to be `period` old, near or over.

    `root` is `input` for the manifest and what is derived from it, or `params`. `kind` says with what the date is
    compared: `as_of`, or `cutoff`, `reached` or `ahead` of the period; `passed` that it lies behind that from now on.
    """

    root: str
    keys: Keys
    date: str
    kind: str
    period: str
    passed: bool


class Values:
    """What stands at the places of the manifest and the parameters; each is looked up once, for all controls.

    `made` is what the policies see as `input`.
    """

    def __init__(self, made: JsonObject, parameters: Mapping[str, JsonObject]) -> None:
        self._made, self._parameters = made, parameters
        self._dates: dict[Place, tuple[Found, ...]] = {}
        self._periods: dict[Place, frozenset[str]] = {}
        self._turns: dict[tuple[Clock, tuple[date, date]], tuple[tuple[date, Turn], ...]] = {}

    def dates(self, place: Place) -> tuple[Found, ...]:
        """Return root, keys and text of every date at a place or below it."""
        if place not in self._dates:
            self._dates[place] = tuple(one for one in self._texts(place, deep=True) if _is_date(one[2]))
        return self._dates[place]

    def periods(self, place: Place) -> frozenset[str]:
        """Return every calendar period at a place; the empty text stands for none."""
        if not place:
            return _NO_PERIOD
        if place not in self._periods:
            found = {text for _, _, text in self._texts(place, deep=False) if calendar.is_period(text)}
            self._periods[place] = frozenset(found)
        return self._periods[place]

    def turns(self, clock: Clock, span: tuple[date, date]) -> tuple[tuple[date, Turn], ...]:
        """Return what a comparison of a known date does, by day, after the first day of the span up to its last."""
        if (clock, span) not in self._turns:
            self._turns[clock, span] = tuple(self._turning(clock, span))
        return self._turns[clock, span]

    def _turning(self, clock: Clock, span: tuple[date, date]) -> Iterator[tuple[date, Turn]]:
        after, until = span
        for period in self.periods(clock.period):
            for root, keys, text in self.dates(clock.date):
                day = calendar.first_day(clock.kind, period, date.fromisoformat(text), strict=clock.strict)
                if after < day <= until:
                    yield day, Turn(root, keys, text, clock.kind, period, clock.strict)

    def _texts(self, place: Place, *, deep: bool) -> Iterator[Found]:
        root, *keys = place
        if root == TEXT:
            yield root, (), keys[0]
            return
        for way, value in values_at(self._made if root == INPUT else self._parameters, keys, ()):
            yield from ((root, below, text) for below, text in _strings(value, way, deep=deep))


def turns(reading: Reading, values: Values, span: tuple[date, date]) -> dict[date, set[Turn]]:
    """Return what can turn a control with this reading, by day, after the first day of the span up to its last.

    A use of the calendar that nothing is known of makes every day one.
    """
    after, until = span
    found: dict[date, set[Turn]] = {}
    for clock in reading.clocks:
        if clock.kind == ANY:
            for ahead in range(1, (until - after).days + 1):
                found.setdefault(after + timedelta(ahead), set())
            continue
        for place in _places(clock, reading):
            for day, turn in values.turns(clock._replace(date=place), span):
                found.setdefault(day, set()).add(turn)
    return found


def of_tier(reading: Reading, tier: str) -> Reading:
    """Return a reading in which what is looked up by the vendor's tier is that of one tier, or of any."""

    def told(place: Place) -> Place:
        return tuple(tier if key == OF_TIER else key for key in place)

    clocks = {clock._replace(period=told(clock.period), date=told(clock.date)) for clock in reading.clocks}
    return replace(reading, clocks=tuple(sorted(clocks)))


def _places(clock: Clock, reading: Reading) -> Iterable[Place]:
    """Return the places of the dates that a comparison may be about; of unknown ones, all that the control reads."""
    if clock.date != UNKNOWN:
        return (clock.date,)
    return (
        *((INPUT, *place) for place in reading.fields),
        *((INPUT, DERIVED, *place) for place in reading.facts),
        *((PARAMETERS, *place) for place in reading.parameters),
    )


def _strings(value: Json, way: Keys, *, deep: bool) -> Iterator[tuple[Keys, str]]:
    """Yield a text, or those of a list of texts; with `deep` all below."""
    if isinstance(value, str):
        yield way, value
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if deep or isinstance(item, str):
                yield from _strings(item, (*way, index), deep=deep)
    elif deep and isinstance(value, dict):
        for key, item in value.items():
            yield from _strings(item, (*way, key), deep=deep)


def _is_date(text: str) -> bool:
    if len(text) != _ISO_LENGTH:
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
