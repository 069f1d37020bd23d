"""What a change of the rules can reach: the controls that may say something else of the same manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker import departure
from checker.compiler import packages_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from checker.catalogue.reading import Reading
    from checker.judge import Setup


def reached(before: Setup, after: Setup, read: Callable[[], Mapping[str, Reading]]) -> frozenset[str]:
    """Return the packages of the controls that may judge a manifest differently, new ones included.

    The facts derived from the manifest must be the same on both sides. `read` tells by package what policies of
    `before` read; the change may reach any that it does not know.
    """
    every = after.library.packages
    changes = departure.compare(before.library, after.library)
    owners = [packages_of([one.name]) for one in changes.sources]
    # A parameter on one side only may be read by whoever asks for it; a file of no control's own is for all of them.
    if not _are_alike(before, after) or not all(owners) or any(one.sign != "~" for one in changes.parameters):
        return every
    if not owners and not changes.parameters:
        return frozenset()
    readings = read()
    unknown = every - readings.keys()
    return _spread(unknown.union(*owners), [one.name for one in changes.parameters], readings) & every


def _are_alike(before: Setup, after: Setup) -> bool:
    """Tell whether all is the same that policies see beside parameters and manifest, and the limits they judge in."""
    first, second = ((one.engine, one.engine_settings, one.data["context"]) for one in (before, after))
    return first == second


def _spread(changed: Collection[str], ways: Collection[str], readings: Mapping[str, Reading]) -> frozenset[str]:
    """Add what reads the parameters, what leads nobody knows where, and what counts the findings of another control."""
    found = set(changed) | {package for package, reading in readings.items() if _hangs(reading, ways)}
    size = -1
    while size != (size := len(found)):
        found |= {package for package, reading in readings.items() if not found.isdisjoint(reading.controls)}
    return frozenset(found)


def _hangs(reading: Reading, ways: Collection[str]) -> bool:
    if reading.hangs_on is None:
        return True
    places = [".".join(place) for place in reading.hangs_on]
    return any(_meet(way, place) for place in places for way in ways)


def _meet(way: str, place: str) -> bool:
    """Tell whether one of two dotted ways leads to the other; an empty place is that of all parameters."""
    return not place or f"{way}.".startswith(f"{place}.") or f"{place}.".startswith(f"{way}.")
