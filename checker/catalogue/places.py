"""Places that a policy can read: fields of the manifest, what the checker derives, and the parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.catalogue.syntax import EACH

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from checker.model import JsonObject, Keys

Place = tuple[str, ...]
"""`input` or `params` and the keys below it, `*` for any key or index. No places, but values all the same: `text` and a
constant, `keys` and a list of constants."""

INPUT, PARAMETERS, TEXT, KEYS, DERIVED = "input", "params", "text", "keys", "derived"
TIER = "tier"
"""What the library concludes of a vendor's tier, where a policy looks something up by it; `tier` stands alone."""
OF_TIER = "*tier"
"""The key of the vendor's own tier, among those of all tiers."""
CONTEXT = "context"
"""What the policies are told of the day: `context`, the name of a date there, and the place of the period it is for."""
SAID = ("said",)
"""A text made with a date of the context, which reads otherwise on another day."""
AS_OF = "as_of"
BY_PERIOD = frozenset({"cutoff", "reached", "ahead"})
"""The names of the dates of the context; BY_PERIOD, of those that there are for every period."""
MANIFESTS = ("manifests", EACH)
"""Where policies over all vendors find each manifest in their input."""

_FACT = 4  # input.derived.<block>.<fact>


class Places:
    """What there is: the paths of the manifest's schema, and the values of the parameters."""

    def __init__(self, fields: Collection[Place], parameters: Mapping[str, JsonObject]) -> None:
        self._fields = frozenset(fields) | {(), MANIFESTS[:1]}
        self._parameters = parameters
        self._known: dict[Place, bool] = {}

    def exists(self, place: Place) -> bool:
        """Tell whether there is such a place; of what is derived any block and fact is taken to be there."""
        if place not in self._known:
            self._known[place] = self._exists(place)
        return self._known[place]

    def texts(self, place: Place) -> set[str]:
        """Return the constants that a value may be: a text itself, or those that the parameters hold there."""
        return {keys[0] for keys in self.key_lists(place) if len(keys) == 1}

    def key_lists(self, place: Place) -> set[Place]:
        """Return the keys, or lists of keys, that a value may be."""
        if place[0] in {TEXT, KEYS}:
            return {place[1:]}
        values = self._values(place[1:]) if place[0] == PARAMETERS else []
        lists = [value if isinstance(value, list) else [value] for value in values]
        return {tuple(keys) for keys in lists if keys and all(isinstance(key, str) for key in keys)}

    def descend(self, places: frozenset[Place], keys: Place) -> frozenset[Place]:
        """Go down by several keys."""
        for key in keys:
            places = self.step(places, key, direct=True)
        return places

    def step(self, places: Iterable[Place], key: str | None, *, direct: bool) -> frozenset[Place]:
        """Go one key down, any key for None.

        A variable or a rule (not `direct`) may be a list of what it stands for, so that any key can also leave a place
        as it is.
        """
        found: set[Place] = set()
        for place in places:
            below = (*place, EACH)
            if place == SAID:
                found.add(place)
            elif key is not None and self.exists((*place, key)):
                found.add((*place, key))
            elif self.exists(below) and (key is None or place[0] == INPUT):
                found |= {below} if direct or key is not None or place[1:2] == (DERIVED,) else {below, place}
            elif key is None:
                found.add(place)
        return frozenset(found)

    def _exists(self, place: Place) -> bool:
        root, *keys = place
        if root == INPUT and tuple(keys[:2]) == MANIFESTS:
            keys = keys[2:]
        if root == INPUT and keys[:1] == [DERIVED]:
            return EACH not in keys[:-1] and len(place) <= _FACT + (keys[-1] == EACH)
        return tuple(keys) in self._fields if root == INPUT else root == PARAMETERS and bool(self._values(keys))

    def _values(self, keys: Iterable[str]) -> list[Any]:
        values: list[Any] = [self._parameters]
        for key in keys:
            values = [below for value in values for below in _below(value, key)]
        return values


def _below(value: Any, key: str) -> list[Any]:  # noqa: ANN401 - any parameter
    if key in {EACH, OF_TIER}:
        return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return [value[key]] if isinstance(value, dict) and key in value else []


def values_at(node: Any, place: Sequence[str], way: Keys) -> Iterator[tuple[Keys, Any]]:  # noqa: ANN401 - any JSON
    """Yield every value at a place of a schema or the parameters, with its keys; `*` stands for any key."""
    if not place:
        yield way, node
        return
    key, *rest = place
    if key == EACH:
        items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        for name, child in items:
            yield from values_at(child, rest, (*way, name))
    elif isinstance(node, dict) and key in node:
        yield from values_at(node[key], rest, (*way, key))
