"""How a questionnaire names a field, so that it is found again: by names of list items, `[+1]` for a new one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from checker.model import value_at
from checker.schema.fields import EACH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.model import JsonObject, Keys
    from checker.schema import Schemas
    from checker.schema.fields import Field

# What neither a spreadsheet nor Markdown nor a mail program changes; `%` is how subjects escape already.
_SAFE: Final = "%/._~-"
_TOKEN: Final = re.compile(r"([^.\[\]]+)|\[([^\[\]]*)\]|(\.)")
_NEW: Final = re.compile(r"\+([1-9][0-9]?)")


def written(schemas: Schemas, data: JsonObject, keys: Keys) -> str:
    """Return the name of a field; an index behind the end of a list stands for a new item."""
    text = ""
    for length, key in enumerate(keys, 1):
        if isinstance(key, str):
            text += f".{_safe(key)}" if text else _safe(key)
        else:
            text += f"[{item_name(schemas, data, keys[:length])}]"
    return text


def item_name(schemas: Schemas, data: JsonObject, keys: Keys) -> str:
    """Return the name of the list item at `keys`, `+1` for the first new one."""
    *above, index = keys
    held = value_at(data, tuple(above))
    count = len(held) if isinstance(held, list) else 0
    if isinstance(index, int) and index >= count:
        return f"+{index - count + 1}"
    return quote(schemas.subject(data, keys).rpartition("[")[2].removesuffix("]"), safe=_SAFE)


def keys_of(schemas: Schemas, data: JsonObject, text: str) -> Keys:
    """Return the keys of a field by its name; LookupError when there is none, or an item of it is gone."""
    keys: Keys = ()
    end = 0
    for match in _TOKEN.finditer(text):
        if match.start() != end:
            raise LookupError(text)
        end = match.end()
        name, item, _ = match.groups()
        if item is not None:
            keys = (*keys, _index(schemas, data, keys, item))
        elif name is not None:
            keys = (*keys, unquote(name))
    if end != len(text) or not keys or not schemas.declared(sample(keys)):
        raise LookupError(text)
    return keys


def _index(schemas: Schemas, data: JsonObject, above: Keys, item: str) -> int:
    held = value_at(data, above)
    items = held if isinstance(held, list) else []
    if new := _NEW.fullmatch(item):
        return len(items) + int(new[1]) - 1
    found = [index for index in range(len(items)) if item_name(schemas, data, (*above, index)) == item]
    if len(found) != 1:
        raise LookupError(item)
    return found[0]


def place(known: Mapping[tuple[str, ...], Field], keys: Keys) -> tuple[str, ...]:
    """Return the path by which `Schemas.fields` knows a field."""
    path: tuple[str, ...] = ()
    for key in keys:
        path = (*path, key) if isinstance(key, str) and (*path, key) in known else (*path, EACH)
    return path


def owner(known: Mapping[tuple[str, ...], Field], keys: Keys) -> str:
    """Return who fills a field in: `vendor`, `client` or `sign-off`; empty for the head of the file."""
    found = known.get(place(known, keys))
    return found.owner if found else ""


def sample(keys: Keys) -> Keys:
    """Return the keys by which the schema knows a field."""
    return tuple(0 if isinstance(key, int) else key for key in keys)


def _safe(key: str) -> str:
    return quote(key.replace("%", "%25"), safe="%_-").replace(".", "%2E")
