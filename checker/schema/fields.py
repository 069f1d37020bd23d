"""The fields that a schema knows, each with what it says of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from checker.schema.names import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from checker.model import JsonObject

EACH = "*"
"""Stands in a path for the items of a list and for the values of a map with free keys."""

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """What a schema says of one field; `owner` is the `x-owner` of the block that holds it."""

    description: str
    owner: str
    is_list: bool = False
    declared: JsonObject = field(default_factory=dict, compare=False, repr=False)
    """All that the schema says of it, references followed."""


def fields(schema: JsonObject) -> dict[Path, Field]:
    """Return every field by its path, in the order of the schema, the whole document (an empty path) first."""
    return dict(_fields(schema, schema, (), "", frozenset()))


def is_required(path: Path, known: Mapping[Path, Field]) -> bool:
    """Tell whether the block that holds a field cannot be without it."""
    return path[-1] in known[path[:-1]].declared.get("required", ())


def written(path: Path, known: Mapping[Path, Field]) -> str:
    """Write a path as people do: `scope.data[].category`, `evidence.ID.sha256`."""
    text = ""
    for length, key in enumerate(path):
        above = known.get(path[:length])
        text += key if not text else f".{key}" if key != EACH else "[]" if above and above.is_list else ".ID"
    return text


def _fields(
    root: JsonObject,
    node: Any,  # noqa: ANN401 - a schema may also be true or false
    path: Path,
    owner: str,
    above: frozenset[int],
) -> Iterator[tuple[Path, Field]]:
    full = resolve(root, node)
    if not isinstance(node, dict) or id(full) in above:
        return
    owner = node.get("x-owner", owner)
    declared = {**full, **{key: value for key, value in node.items() if key != "$ref"}}
    yield path, Field(declared.get("description", ""), owner, "items" in full, declared)
    below = dict(full.get("properties", {}))
    for key in ("items", "additionalProperties"):
        if isinstance(full.get(key), dict):
            below[EACH] = full[key]
    for name, child in below.items():
        yield from _fields(root, child, (*path, name), owner, above | {id(full)})
