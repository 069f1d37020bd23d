"""The days on which a control can turn: worked out from the dates that it holds against the calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from checker import calendar
from checker.catalogue.clocks import ANY, UNKNOWN
from checker.catalogue.places import DERIVED, INPUT, OF_TIER, PARAMETERS, TEXT, values_at
from checker.catalogue.syntax import EACH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from checker.catalogue.clocks import Clock
    from checker.catalogue.places import Place
    from checker.catalogue.reading import Reading
    from checker.model import Json, JsonObject, Keys

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


def turns(
    reading: Reading, made: JsonObject, parameters: Mapping[str, JsonObject], span: tuple[date, date], tier: str = EACH
) -> dict[date, set[Turn]]:
    """Return what can turn a control with this reading, by day, after the first day of the span up to its last.

    `made` is what the policies see as `input`, and `tier` the vendor's, or any. A use of the calendar that nothing is
    known of makes every day one.
    """
    after, until = span
    found: dict[date, set[Turn]] = {}
    for clock in (_for_tier(clock, tier) for clock in reading.clocks):
        if clock.kind == ANY:
            for ahead in range(1, (until - after).days + 1):
                found.setdefault(after + timedelta(ahead), set())
            continue
        held = list(_dates(clock, reading, made, parameters))
        for period in _periods(clock, made, parameters):
            for root, keys, text in held:
                day = calendar.first_day(clock.kind, period, date.fromisoformat(text), strict=clock.strict)
                if after < day <= until:
                    found.setdefault(day, set()).add(Turn(root, keys, text, clock.kind, period, clock.strict))
    return found


def _for_tier(clock: Clock, tier: str) -> Clock:
    period, held = (tuple(tier if key == OF_TIER else key for key in place) for place in (clock.period, clock.date))
    return clock._replace(period=period, date=held)


def _periods(clock: Clock, made: JsonObject, parameters: Mapping[str, JsonObject]) -> set[str]:
    if not clock.period:
        return {""}
    return {text for _, _, text in _texts(clock.period, made, parameters) if calendar.is_period(text)}


def _dates(
    clock: Clock, reading: Reading, made: JsonObject, parameters: Mapping[str, JsonObject]
) -> Iterator[tuple[str, Keys, str]]:
    """Yield root, keys and text of every date that a comparison may be about."""
    if clock.date != UNKNOWN:
        found: Iterable[tuple[str, Keys, str]] = _texts(clock.date, made, parameters, deep=True)
    else:
        places = [(INPUT, *place) for place in reading.fields]
        places += [(INPUT, DERIVED, *place) for place in reading.facts]
        places += [(PARAMETERS, *place) for place in reading.parameters]
        found = (one for place in places for one in _texts(place, made, parameters, deep=True))
    return (one for one in found if _is_date(one[2]))


def _texts(
    place: Place, made: JsonObject, parameters: Mapping[str, JsonObject], *, deep: bool = False
) -> Iterator[tuple[str, Keys, str]]:
    root, *keys = place
    if root == TEXT:
        yield root, (), keys[0]
        return
    for way, value in values_at(made if root == INPUT else parameters, keys, ()):
        yield from ((root, below, text) for below, text in _strings(value, way, deep=deep))


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
