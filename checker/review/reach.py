"""What a change of the rules can reach: the controls that may say something else of the same manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from checker.catalogue.places import Place
    from checker.catalogue.reading import Reading
    from checker.judge import Setup
    from checker.library import Library

_CONTROL = 3  # controls/<family>/<control>/
_APART = "portfolio/"
"""The policies over all manifests, whose findings are not part of a verdict on one."""


class _Anything(Exception):  # noqa: N818 - no error: every control has to be asked again
    """The change may reach any control."""


def reached(before: Setup, after: Setup, read: Callable[[], Mapping[str, Reading]]) -> frozenset[str]:
    """Return the packages of the controls that may judge a manifest differently, new ones included.

    The facts derived from the manifest must be the same on both sides. `read` tells by package what policies of
    `before` read; the change may reach any that it does not know.
    """
    every = after.library.packages
    try:
        _require_alike(before, after)
        changed = set(_touched(before.library, after.library))
        places = set(_differing(before.library.parameters, after.library.parameters, ()))
    except _Anything:
        return every
    if not changed and not places:
        return frozenset()
    readings = read()
    unknown = every - readings.keys()
    return _spread(changed | unknown, places, readings) & every


def _require_alike(before: Setup, after: Setup) -> None:
    """Raise unless all is the same that policies see beside parameters and manifest, and the limits they judge in."""
    first, second = ((one.engine, one.engine_settings, one.data["context"]) for one in (before, after))
    if first != second:
        raise _Anything


def _touched(before: Library, after: Library) -> Iterator[str]:
    """Yield the packages of the controls whose own files differ."""
    for path in before.sources.keys() | after.sources.keys():
        if before.sources.get(path) == after.sources.get(path) or path.startswith(_APART):
            continue
        folders = path.split("/")[:-1]
        if folders[0] != "controls" or len(folders) < _CONTROL:
            raise _Anything
        yield ".".join(folders[:_CONTROL])


def _differing(before: Any, after: Any, way: Place) -> Iterator[Place]:  # noqa: ANN401 - any JSON
    """Yield the keys of each value that differs. A key on one side only may be read by whoever asks for it."""
    if isinstance(before, dict) and isinstance(after, dict):
        if before.keys() != after.keys():
            raise _Anything
        for key, value in before.items():
            yield from _differing(value, after[key], (*way, key))
    elif _typed(before) != _typed(after):
        yield way


def _typed(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Tell 1, 1.0 and true apart, as policies may."""
    if isinstance(value, list):
        return [_typed(item) for item in value]
    if isinstance(value, dict):
        return {key: _typed(item) for key, item in value.items()}
    return type(value), value


def _spread(changed: Collection[str], places: Collection[Place], readings: Mapping[str, Reading]) -> frozenset[str]:
    """Add what reads the places, what leads nobody knows where, and what counts the findings of another control."""
    found = set(changed) | {package for package, reading in readings.items() if _hangs(reading, places)}
    size = -1
    while size != (size := len(found)):
        found |= {package for package, reading in readings.items() if not found.isdisjoint(reading.controls)}
    return frozenset(found)


def _hangs(reading: Reading, places: Collection[Place]) -> bool:
    if reading.hangs_on is None:
        return True
    return any(_meet(place, read) for read in reading.hangs_on for place in places)


def _meet(one: Place, other: Place) -> bool:
    """Tell whether one of two places leads to the other."""
    return all(left == right for left, right in zip(one, other, strict=False))
