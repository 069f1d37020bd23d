"""The parts of OPA's syntax tree that tell what a policy reads."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checker.model import JsonObject

EACH = "*"
"""Stands among keys for one that is not constant."""


def clauses_of(rule: JsonObject) -> Iterator[JsonObject]:
    """Yield a rule and its `else` parts."""
    following: JsonObject | None = rule
    while following:
        yield following
        following = following.get("else")


def import_of(parts: list[JsonObject], alias: str) -> tuple[str, list[JsonObject]]:
    """Return the name by which an import is known, and the reference that it stands for."""
    return alias or str(parts[-1]["value"]), parts


def constants(parts: Iterable[JsonObject]) -> tuple[str, ...]:
    """Return the texts that a reference begins with."""
    return tuple(str(part["value"]) for part in itertools.takewhile(lambda one: one["type"] == "string", parts))


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
