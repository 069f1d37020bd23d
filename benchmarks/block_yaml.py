"""Writes mappings as YAML in block style, as people write manifests."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLAIN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[A-Za-z](?:[A-Za-z0-9 ._/@+,()-]*[A-Za-z0-9._/)-])?")
_WORDS = frozenset("y n yes no on off true false null none nan inf".split())


def to_yaml(value: dict[str, Any]) -> str:
    """Return a mapping as YAML in block style; text that a reader could take for something else is quoted."""
    return "\n".join(_lines(value, "")) + "\n"


def _lines(node: dict[str, Any] | list[Any], pad: str) -> Iterator[str]:
    entries = node.items() if isinstance(node, dict) else ((None, item) for item in node)
    for key, value in entries:
        head = f"{pad}- " if key is None else f"{pad}{_scalar(key)}: "
        if not isinstance(value, (dict, list)):
            yield head + _scalar(value)
        elif not value:
            yield head + ("{}" if isinstance(value, dict) else "[]")
        elif key is None:
            first, *rest = _lines(value, pad + "  ")
            yield from (head + first.lstrip(), *rest)
        else:
            yield head.rstrip()
            yield from _lines(value, pad + "  ")


def _scalar(value: Any) -> str:  # noqa: ANN401 - any JSON scalar
    if not isinstance(value, str):
        return json.dumps(value)
    plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS
    return value if plain else json.dumps(value, ensure_ascii=False)
