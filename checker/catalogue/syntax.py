"""The parts of OPA's syntax tree that tell what a policy reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.model import JsonObject

EACH = "*"
"""Stands among keys for one that is not constant."""


def clauses_of(rule: JsonObject) -> Iterator[JsonObject]:
    """Yield a rule and its `else` parts."""
    following: JsonObject | None = rule
    while following:
        yield following
        following = following.get("else")


def import_of(parts: list[JsonObject], alias: str) -> tuple[str, tuple[str, ...]]:
    """Return the name by which an import is known, and its path below `data`."""
    words = tuple(str(part["value"]) for part in parts)
    return alias or words[-1], words[1:]


def variables_in(node: Any) -> Iterator[str]:  # noqa: ANN401 - the syntax tree
    """Yield every name in a part of the tree."""
    if isinstance(node, dict):
        if node.get("type") == "var":
            yield str(node["value"])
        for value in node.values():
            yield from variables_in(value)
    elif isinstance(node, list):
        for value in node:
            yield from variables_in(value)


def keys_of(terms: list[JsonObject]) -> list[str]:
    """Return a list's texts, `*` for its other scalars and variables; none when it does not begin with a text."""
    if not terms or terms[0]["type"] != "string":
        return []
    return [term["value"] if term["type"] == "string" else EACH for term in terms]
