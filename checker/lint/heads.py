"""Heads of findings: one value that is not there, and the whole finding is not made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.lint.syntax import Module, Remark, expressions, remark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.model import JsonObject

_CLOSURES = frozenset({"templatestring", "arraycomprehension", "setcomprehension", "objectcomprehension"})

Way = tuple[str, ...]
"""A reference, key by key."""


def heads(module: Module) -> Iterator[Remark]:
    """Yield each part of a finding's head that reads a field of the manifest which the body does not ask for."""
    for rule in module.rules:
        if not _is_finding(rule["head"].get("key") or {}):
            continue
        body = rule.get("body", [])
        items = set(_items(body))
        asked = {way[:length] for way in _asked(body) for length in range(1, len(way) + 1)}
        for node in _read(rule["head"].get("key")):
            way = _way(node)
            is_item = bool(way) and way[0] in items
            if (is_item or _is_manifest(way)) and way not in asked:
                text = ".".join(way)
                message = f"the head reads `{text}`, which the body does not: without the field there is no finding"
                yield remark(module, node, "silent-head", message, f"ask for `{text}` in the body, or leave it out")


def _is_finding(head: JsonObject) -> bool:
    """Tell whether a member of a set is a finding, or becomes one: an object with a code."""
    return head.get("type") == "object" and any(key["value"] == "code" for key, _ in head["value"])


def _items(body: list[JsonObject]) -> Iterator[str]:
    """Yield the variables that stand for a part of the manifest: `some x in input.list`, `x := input.block`."""
    for expression in expressions(body):
        terms = expression["terms"]
        symbols = terms.get("symbols", ()) if isinstance(terms, dict) else ()
        pairs = [one["value"][-2:] for one in symbols if one["type"] == "call"]
        if isinstance(terms, list) and _is_assignment(terms):
            pairs.append(terms[1:])
        yield from (str(name["value"]) for name, value in pairs if name["type"] == "var" and _is_manifest(_way(value)))


def _is_assignment(terms: list[JsonObject]) -> bool:
    return terms[0]["type"] == "ref" and str(terms[0]["value"][0]["value"]) == "assign"


def _is_manifest(way: Way) -> bool:
    """Tell whether a reference leads into what the vendor wrote; facts that the checker derives are whole."""
    return way[:1] == ("input",) and way[1] != "derived"


def _asked(body: list[JsonObject]) -> Iterator[Way]:
    """Yield the references that hold whenever the body does."""
    for expression in body:
        if not expression.get("negated"):
            yield from (_way(node) for node in _read(expression["terms"]))


def _read(node: Any) -> Iterator[JsonObject]:  # noqa: ANN401 - the syntax tree
    """Yield the references that must have a value for `node` to have one; template strings do without."""
    if isinstance(node, list):
        for value in node:
            yield from _read(value)
    elif isinstance(node, dict) and node.get("type") not in _CLOSURES:
        if node.get("type") == "ref" and "location" in node:
            yield node
        for value in node.values():
            yield from _read(value)


def _way(node: JsonObject) -> Way:
    """Return a reference whose keys are constants or variables; nothing for any other term."""
    parts = node["value"] if node["type"] == "ref" else []
    words = tuple(str(part["value"]) for part in parts if part["type"] in {"var", "string", "number"})
    return words if len(words) == len(parts) > 1 else ()
