"""The negation trap and its like: rules that fall silent over a field that is absent, so that the vendor passes.

With `input.x` absent, `not input.x < "2025"` is undefined, so the deny rule does not hold. Only forms of `not` that
stay defined over a hole are accepted (see docs/authoring.md).
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from checker.lint.syntax import Module, Remark, expressions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.model import JsonObject

_SCALARS = frozenset({"string", "number", "boolean", "null"})
_EQUAL = frozenset({"equal", "eq"})


def negations(module: Module) -> Iterator[Remark]:
    """Yield every `not` in front of what may be undefined."""
    for rule in module.rules:
        risky = frozenset(_risky_variables(rule))
        for expression in expressions(rule):
            if expression.get("negated") and not _is_safe(expression["terms"], risky):
                row, column = expression["location"]["row"], expression["location"]["col"]
                text = base64.b64decode(expression["location"].get("text", "")).decode().splitlines()[0]
                yield Remark(
                    module.path,
                    row,
                    column,
                    "negation-trap",
                    f"`{text}` is undefined when the field is absent, so the rule falls silent and the vendor passes",
                    "state the violation positively, or negate a plain reference, a `_helper`, or a whole value",
                )


def _is_safe(terms: Any, risky: frozenset[str]) -> bool:  # noqa: ANN401 - the syntax tree
    if isinstance(terms, dict):
        return terms["type"] in {"ref", "var"} and _is_plain(terms, risky)
    operator, *arguments = terms
    name = ".".join(str(part["value"]) for part in operator["value"])
    if name in _EQUAL:
        return all(_is_plain(one, risky) for one in arguments)
    if name == "internal.member_2":
        return _is_total(arguments[0], risky) and _is_fixed_collection(arguments[1])
    return all(_is_whole(one, risky) for one in arguments)


def _is_plain(term: JsonObject, risky: frozenset[str]) -> bool:
    """Tell whether a term is a scalar, a variable, or a reference with constant or bound brackets."""
    parts = term["value"] if term["type"] == "ref" else [term]
    return all(part["type"] in _SCALARS or (part["type"] == "var" and part["value"] not in risky) for part in parts)


def _is_whole(term: JsonObject, risky: frozenset[str]) -> bool:
    """Tell whether a term is always defined: a constant, or a variable that was not taken from a reference."""
    return term["value"] not in risky if term["type"] == "var" else not _is_risky(term)


def _is_total(term: JsonObject, risky: frozenset[str]) -> bool:
    return _is_whole(term, risky) if term["type"] != "call" else _is_defaulted(term)


def _is_defaulted(term: JsonObject) -> bool:
    """Tell whether a call is `object.get` on a whole value with a constant default."""
    operator, *arguments = term["value"]
    name = ".".join(str(part["value"]) for part in operator["value"])
    return name == "object.get" and arguments[0]["type"] == "var" and not any(_is_risky(one) for one in arguments[1:])


def _is_fixed_collection(term: JsonObject) -> bool:
    """Tell whether a term is a constant or a parameter, which the guard of `main` demands."""
    if term["type"] == "ref":
        words = [part["value"] for part in term["value"]]
        return words[:2] == ["data", "params"] and _is_plain(term, frozenset())
    return term["type"] == "var" or not _is_risky(term)


def _is_risky(term: JsonObject) -> bool:
    """Tell whether a term may be undefined."""
    kind = term["type"]
    if kind == "ref":
        return len(term["value"]) > 1
    if kind == "call":
        return not _is_defaulted(term) and any(_is_risky(one) for one in term["value"][1:])
    if kind in {"array", "set"}:
        return any(_is_risky(one) for one in term["value"])
    if kind == "object":
        return any(_is_risky(one) for pair in term["value"] for one in pair)
    return False


def _risky_variables(rule: JsonObject) -> Iterator[str]:
    """Yield the variables of a rule that stand for a reference which may be absent."""
    for expression in expressions(rule):
        terms = expression.get("terms")
        if isinstance(terms, list) and terms[0].get("type") == "ref" and terms[0]["value"][0]["value"] == "assign":
            if terms[1]["type"] == "var" and _is_risky(terms[2]):
                yield terms[1]["value"]
        elif isinstance(terms, dict) and "symbols" in terms:
            for symbol in terms["symbols"]:
                yield from _risky_members(symbol)


def _risky_members(symbol: JsonObject) -> Iterator[str]:
    """Yield the variables of `some x in [reference]`, which is an assignment in disguise."""
    if symbol["type"] == "call":
        *members, collection = symbol["value"][1:]
        if collection["type"] in {"array", "set"} and _is_risky(collection):
            yield from (member["value"] for member in members if member["type"] == "var")
