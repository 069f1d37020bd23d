"""What a policy compares with the calendar: the dates that it holds against the as-of date and its periods.

All that policies know of the day stands in `data.context`, as dates that only grow from one day to the next. What is
compared with one of them changes sides once, on a day that `checker.calendar` can tell beforehand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from checker.catalogue.places import AS_OF, BY_PERIOD, CONTEXT, INPUT, PARAMETERS, TEXT, Place

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

_COMPARING: Final = {"lt": ">=", "lte": ">", "gt": ">", "gte": ">=", "equal": ">= >", "neq": ">= >", "eq": ">= >"}
"""When what stands left of the operator is the growing side: the comparison by which the result changes."""
_MIRRORED: Final = {"lt": "gt", "lte": "gte", "gt": "lt", "gte": "lte"}
_HARMLESS: Final = frozenset(
    {"assign", "min", "max", "sort", "concat", "sprintf", "array.concat", "union", "json.marshal"}
)
_COMPARED: Final = frozenset({INPUT, PARAMETERS, TEXT})


UNKNOWN: Final[Place] = ()


class Clock(NamedTuple):
    """One comparison of dates with a date of the context: `kind` is its name there, or ANY for what cannot be told.

    `period` and `date` are the places of the period and of the dates held against it, UNKNOWN for any date that the
    policy reads; `strict` tells whether the side changes when the context's date has passed the other one, and not
    already when it has come.
    """

    kind: str
    period: Place = ()
    date: Place = ()
    strict: bool = False


ANY: Final = "any"
EVERY_DAY: Final = Clock(ANY)
"""A use of the context that is no comparison: its outcome may change on any day."""


def clocks(operator: str, values: Sequence[frozenset[Place]]) -> Iterator[Clock]:
    """Yield what an operator with these operands has to do with the calendar."""
    growing = {place for value in values for place in value if place[0] == CONTEXT}
    if not growing or operator in _HARMLESS:
        return
    if operator not in _COMPARING or len(values) != 2:  # noqa: PLR2004 - a comparison has two sides
        yield EVERY_DAY
        return
    left, right = values
    yield from _crossings(left, right, operator)
    yield from _crossings(right, left, _MIRRORED.get(operator, operator))


def below(place: Place, key: str | None, values: Iterable[Place]) -> frozenset[Place]:
    """Go one key down in the context; `key` is None when it is not constant, and `values` are what it may be then.

    An unknown key leaves the place as it is. So does any key of a date: an object may hold the date, or a list.
    """
    _, *names = place
    if not names and key is not None:
        return frozenset({(CONTEXT, key)} if key in {AS_OF, *BY_PERIOD} else ())
    if len(names) == 1 and names[0] in BY_PERIOD:
        keys = [(TEXT, key)] if key is not None else [value for value in values if value[0] in _COMPARED]
        return frozenset((*place, *value) for value in keys) or frozenset({place})
    return frozenset({place})


def _crossings(side: Collection[Place], other: Collection[Place], operator: str) -> Iterator[Clock]:
    """Yield the comparisons of what grows on one side with what stands on the other."""
    growing = {place for place in side if place[0] == CONTEXT}
    facing = {place for place in other if place[0] == CONTEXT}
    # The same date of the context on both sides compares equal on every day.
    if any(map(_is_open, growing)) or (facing and growing and len(growing | facing) > 1):
        yield EVERY_DAY
        return
    dates = [place for place in other if place[0] in _COMPARED]
    for _, kind, *period in growing:
        for date in dates if dates or facing else [UNKNOWN]:
            yield from (Clock(kind, tuple(period), date, one == ">") for one in _COMPARING[operator].split())


def _is_open(place: Place) -> bool:
    """Tell whether a place of the context may be any of several dates."""
    return len(place) == 1 or (len(place) == 2 and place[1] in BY_PERIOD)  # noqa: PLR2004 - the context, and a name in it
