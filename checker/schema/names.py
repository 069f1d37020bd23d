"""Names for the items of lists: findings and waivers say `parties[nordhost]`, never `parties[3]`."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.model import JsonObject, Keys


_STRUCTURE = re.compile(r"[%/\[\]]")


@dataclass(frozen=True, slots=True)
class Shape:
    """The lists below one place of a schema; `key` holds the fields that name an item (`x-key`)."""

    fields: dict[str, Shape] = field(default_factory=dict)
    others: Shape | None = None
    item: Shape | None = None
    key: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NaturalKeys:
    """How the items of every list of one kind of document are named."""

    shape: Shape

    def subject(self, data: Any, keys: Keys) -> str:  # noqa: ANN401 - any JSON
        """Return the way to a node by names: `subcontracting.parties[nordhost].countries[IN]`."""
        shape: Shape | None = self.shape
        text, node = "", data
        for key in keys:
            if isinstance(key, int):
                node = node[key] if isinstance(node, list) and 0 <= key < len(node) else None
                text += f"[{item_name(node, shape.key if shape else ())}]"
                shape = shape.item if shape else None
            else:
                node = node.get(key) if isinstance(node, dict) else None
                text += f".{_quoted_key(key)}" if text else _quoted_key(key)
                shape = (shape.fields.get(key) or shape.others) if shape else None
        return text

    def key_of(self, keys: Keys) -> tuple[str, ...]:
        """Return the fields that name the list item at `keys`; none when its items are scalars."""
        shape: Shape | None = self.shape
        for key in keys[:-1]:
            if shape:
                shape = shape.item if isinstance(key, int) else shape.fields.get(key) or shape.others
        return shape.key if shape else ()

    def duplicates(self, data: Any) -> Iterator[tuple[Keys, Keys]]:  # noqa: ANN401 - any JSON
        """Yield pairs of places (first, later) of list items that share their name."""
        return _duplicates(self.shape, data, ())


def _quoted_key(key: str) -> str:
    return key.replace("%", "%25").replace(".", "%2E") if "." in key or "%" in key else key


def natural_keys(schema: JsonObject) -> NaturalKeys:
    """Read the natural keys of every list from a schema whose references all lie within it."""
    return NaturalKeys(_shape(schema, schema, ()) or Shape())


def resolve(root: JsonObject, node: Any) -> JsonObject:  # noqa: ANN401 - any JSON
    """Follow the `#/...` references of a subschema; what leads nowhere is an empty schema."""
    seen: list[str] = []
    while isinstance(node, dict) and "$ref" in node:
        target = node["$ref"]
        if not target.startswith("#/") or target in seen:
            return {}
        seen.append(target)
        node = root
        for part in target[2:].split("/"):
            node = node.get(part) if isinstance(node, dict) else None
    return node if isinstance(node, dict) else {}


def item_name(item: Any, key: tuple[str, ...]) -> str:  # noqa: ANN401 - any JSON
    """Return a list item's name: a scalar itself, the values of its key fields, else a short digest of it."""
    if not isinstance(item, (dict, list)):
        return quoted(_scalar_text(item))
    if isinstance(item, dict):
        found = [item.get(name) for name in key]
        parts = [quoted(_scalar_text(part)) if isinstance(part, (str, int, float)) else "" for part in found]
        if any(parts):
            # An absent part in the middle keeps its place, or two different items could share a name.
            return "/".join(parts).rstrip("/")
    text = json.dumps(item, sort_keys=True, ensure_ascii=True)
    return "~" + hashlib.sha256(text.encode()).hexdigest()[:8]


def quoted(text: str) -> str:
    """Return a part of a name without the characters that structure a subject, so that none reaches beyond its part."""
    return _STRUCTURE.sub(lambda match: f"%{ord(match[0]):02X}", text)


def _scalar_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _shape(root: JsonObject, node: Any, inside: tuple[int, ...]) -> Shape | None:  # noqa: ANN401 - any JSON
    """Return the lists below a subschema, None without any; a schema that contains itself ends there."""
    node = resolve(root, node)
    if not node or id(node) in inside:
        return None
    inside = (*inside, id(node))
    if "items" in node:
        return Shape(item=_shape(root, node["items"], inside), key=tuple(node.get("x-key", ())))
    below = {name: _shape(root, child, inside) for name, child in node.get("properties", {}).items()}
    fields = {name: shape for name, shape in below.items() if shape}
    others = _shape(root, node.get("additionalProperties"), inside)
    return Shape(fields, others) if fields or others else None


def _duplicates(shape: Shape, node: Any, keys: Keys) -> Iterator[tuple[Keys, Keys]]:  # noqa: ANN401 - any JSON
    if isinstance(node, list):
        if len(node) > 1:
            yield from _twice(shape, node, keys)
        if shape.item:
            for index, item in enumerate(node):
                yield from _duplicates(shape.item, item, (*keys, index))
    elif isinstance(node, dict) and (shape.fields or shape.others):
        for name, value in node.items():
            below = shape.fields.get(name) or shape.others
            # A list of one scalar, and an empty one, are most of what there is.
            if below and (isinstance(value, dict) or (isinstance(value, list) and (len(value) > 1 or below.item))):
                yield from _duplicates(below, value, (*keys, name))


def _twice(shape: Shape, items: list[Any], keys: Keys) -> Iterator[tuple[Keys, Keys]]:
    first: dict[tuple[Any, ...], int] = {}
    for index, item in enumerate(items):
        identity = _identity(item, shape.key)
        if identity is None:
            continue
        earlier = first.setdefault(identity, index)
        if earlier != index:
            yield (*keys, earlier), (*keys, index)


def _identity(item: Any, key: tuple[str, ...]) -> tuple[Any, ...] | None:  # noqa: ANN401 - any JSON
    """Return what two items must not share; None for an item that has no name."""
    if isinstance(item, list) or item is None:
        return None
    if not isinstance(item, dict):
        return (isinstance(item, bool), item)
    parts = [item.get(name) for name in key]
    if all(part is None for part in parts) or any(isinstance(part, (dict, list)) for part in parts):
        return None
    return tuple((isinstance(part, bool), part) for part in parts)
