"""Mutants of the parameters: values that a policy reads, each changed by one step."""

from __future__ import annotations

import copy
import itertools
import json
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from mutation.model import Mutant, numbered
from mutation.rego import TIERS, neighbours

if TYPE_CHECKING:
    from collections.abc import Collection

    from checker.documents import Document

Place: TypeAlias = tuple[str | int, ...]
Seen: TypeAlias = Callable[[str, str], bool]
"""Whether a case that reads a parameter (name and key) names something."""

# Nothing below is mutated: the parameter's name, then keys. Words for people (titles, sources, laws) need no row, for
# only numbers, truth values, periods, dates, tiers and members of lists are changed at all.
EXCLUDED: dict[tuple[str, ...], str] = {
    ("crypto", "tls", "refused_suites"): "patterns of names; a policy test holds each row against its own example",
    ("crypto", "tls", "sound_suites"): "patterns of names; a policy test holds each row against its own example",
    (
        "crypto",
        "symmetric",
        "allowed",
    ): "the key lengths of algorithms, which are facts, and no bit off a limit",
}
# What every parameter file says of itself, which no policy judges by.
ENVELOPE = frozenset({("apiVersion",), ("kind",), ("source",), ("reviewed_on",), ("review_by",), ("owner",)})
# Catalogues of the world outside: only a row or member that a case names is mutated, for the tables of cases show that
# a rule is right, and a review of the catalogue against its source shows that the catalogue is. `*` is any key.
CATALOGUES: frozenset[tuple[str, ...]] = frozenset(
    {
        ("adequacy", "*"),
        ("countries", "*"),
        ("crypto", "file_transfer", "allowed"),
        ("crypto", "tls", "banned"),
        ("data_categories", "categories"),
        ("licences", "allowed", "*"),
        ("licences", "pairs"),
        ("licences", "required_by_service"),
        ("licences", "required_by_service", "*"),
        ("org", "attestor_roles", "*"),
        ("service_types", "services"),
    }
)
_PERIOD = re.compile(r"(P.*?)([0-9]+)([A-Z])")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_DAY = timedelta(days=1)
_SHORT = 50


def mutants(
    document: Document, name: str, reads: Collection[Place], seen: Seen, words: Collection[str]
) -> list[Mutant]:
    """Return every mutant of one parameter file that a policy can notice.

    `reads` are the places below the parameter that policies read (the empty one is all of it), `words` the keys that
    they name: a truth value under another key is for the schema or for people.
    """
    file = f"params/{name}/data.yaml"
    found = []
    judge = _Judge(
        lambda place: _counts(name, place, reads, seen), lambda place, member: _is_noticed(name, place, member, seen)
    )
    for place, what, value in _changes(document.data, (), judge):
        if isinstance(value, bool) and place[-1] not in words:
            continue
        data = copy.deepcopy(document.data)
        _put(data, place, value)
        line = document.locate(place).line
        dotted = ".".join(str(key) for key in (name, *_names(document.data, place)))
        found.append(Mutant(file, line, f"{dotted}: {what}", data, place))
    return numbered(found)


class _Judge(NamedTuple):
    """Which places and which members of lists count."""

    counts: Callable[[Place], bool]
    is_noticed: Callable[[Place, Any], bool]


def _counts(name: str, place: Place, reads: Collection[Place], seen: Seen) -> bool:
    """Tell whether a change at a place is for the cases to notice."""
    whole = (name, *place)
    if any(whole[: len(pattern)] == pattern for pattern in EXCLUDED) or place[:1] in ENVELOPE:
        return False
    if not any(place[: len(read)] == read[: len(place)] for read in reads):
        return False
    rows = [whole[depth] for depth in range(1, len(whole)) if _is_catalogue(whole[:depth])]
    return all(isinstance(row, int) or seen(name, row) for row in rows)


def _is_noticed(name: str, place: Place, member: Any, seen: Seen) -> bool:  # noqa: ANN401 - any JSON
    """Tell whether the removal of a list's member is for the cases to notice."""
    words = member.values() if isinstance(member, dict) else [member]
    return not _is_catalogue((name, *place)) or all(seen(name, word) for word in words if isinstance(word, str))


def _is_catalogue(place: Place) -> bool:
    return any(
        len(pattern) == len(place) and all(one in {"*", key} for one, key in zip(pattern, place, strict=True))
        for pattern in CATALOGUES
    )


def _changes(node: Any, place: Place, judge: _Judge) -> Iterator[tuple[Place, str, Any]]:  # noqa: ANN401
    """Yield the place of each change below `place`, what it is, and the value that stands there then."""
    if isinstance(node, dict):
        if judge.counts(place):
            yield from _swaps(node, place)
        for key, value in node.items():
            if judge.counts((*place, key)):
                yield from _changes(value, (*place, key), judge)
    elif isinstance(node, list):
        for index, value in enumerate(node):
            if judge.is_noticed(place, value):
                yield place, f"remove {_told(value)}", node[:index] + node[index + 1 :]
            yield from _changes(value, (*place, index), judge)
    else:
        yield from ((place, f"{_told(node)} -> {_told(value)}", value) for value in _steps(node))


def _swaps(node: dict[str, Any], place: Place) -> Iterator[tuple[Place, str, Any]]:
    """Yield the mapping with the values of two neighbouring tiers exchanged."""
    present = [tier for tier in TIERS if tier in node]
    for one, other in itertools.pairwise(present):
        if node[one] != node[other]:
            yield place, f"swap {one} and {other}", {**node, one: node[other], other: node[one]}


def _steps(value: Any) -> list[Any]:  # noqa: ANN401 - any scalar
    """Return what a scalar may become by one step."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int | float):
        return [value + 1, value - 1]
    if not isinstance(value, str):
        return []
    if value in TIERS:
        return list(neighbours(value))
    if match := _PERIOD.fullmatch(value):
        return [f"{match[1]}{int(match[2]) + 1}{match[3]}"]
    if _DATE.fullmatch(value):
        day = date.fromisoformat(value)
        return [(day + _DAY).isoformat(), (day - _DAY).isoformat()]
    return []


def _put(data: Any, place: Place, value: Any) -> None:  # noqa: ANN401 - any JSON
    *above, last = place
    for key in above:
        data = data[key]
    data[last] = value


def _names(data: Any, place: Place) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Yield the keys of a place, a list item by what it is and not by its number."""
    for key in place:
        data = data[key]
        yield f"[{_told(data)}]" if isinstance(key, int) else str(key)


def _told(value: Any) -> str:  # noqa: ANN401 - any JSON
    text = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}…"
