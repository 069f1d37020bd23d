"""Positions: where every key, item and value stands."""

from __future__ import annotations

import unicodedata
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from yaml import YAMLError
from yaml.events import (
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from checker.documents.events import Stop, events, too_deep

if TYPE_CHECKING:
    from checker.documents.events import Event, Limits
    from checker.documents.text import Spot
    from checker.model import Keys

_COLLECTIONS: Final[frozenset[object]] = frozenset({MappingStartEvent, SequenceStartEvent})


class Survey:
    """Where everything stands: a second pass over the same events, as far as they can be read."""

    def __init__(self, body: bytes, limits: Limits, *, pure: bool = False) -> None:
        self.places: dict[Keys, tuple[Spot, Spot]] = {}
        """Place of the key and of the value; of the first one when a key is repeated."""
        self.owners: dict[Spot, Keys] = {}
        """The innermost key, item or value that starts at a place."""
        self._get = events(body, limits, pure=pure)
        self._max_depth = limits.max_depth
        with suppress(YAMLError, Stop):
            self._get()
            if self._get().__class__ is not StreamEndEvent:
                self._node(self._get(), (), None)

    def _node(self, event: Event, keys: Keys, key_spot: Spot | None) -> None:
        spot = self._own(event, keys)
        self.places.setdefault(keys, (key_spot or spot, spot))
        if event.__class__ not in _COLLECTIONS:
            return
        if len(keys) >= self._max_depth:
            raise too_deep(event, self._max_depth)
        if event.__class__ is MappingStartEvent:
            self._members(keys)
        else:
            self._items(keys)

    def _members(self, keys: Keys) -> None:
        while (event := self._get()).__class__ is not MappingEndEvent:
            if event.__class__ is ScalarEvent:
                path = (*keys, unicodedata.normalize("NFC", event.value))
                spot = self._own(event, path)
            else:
                path, spot = (*keys, "?"), self._own(event, keys)
                self._node(event, path, None)
            self._node(self._get(), path, spot)

    def _items(self, keys: Keys) -> None:
        index = 0
        while (event := self._get()).__class__ is not SequenceEndEvent:
            self._node(event, (*keys, index), None)
            index += 1

    def _own(self, event: Event, keys: Keys) -> Spot:
        spot = (event.start_mark.line + 1, event.start_mark.column + 1)
        self.owners[spot] = keys
        return spot
