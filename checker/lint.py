"""Checks of the policies that neither `opa check --strict` nor Regal makes.

The first is the negation trap: with `input.x` absent, `not input.x < "2025"` is undefined, so the deny rule falls
silent and the vendor passes. Only forms of `not` that stay defined over a hole are accepted (see docs/authoring.md).
"""

from __future__ import annotations

import base64
import json
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from checker.errors import PolicyError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from checker.model import JsonObject

_SCALARS = frozenset({"string", "number", "boolean", "null"})
_EQUAL = frozenset({"equal", "eq"})
_PUBLIC = frozenset({"applicable", "deny", "warn", "undetermined", "exit_duty"})
_PARAMETER = 3  # data.params.<name>


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """One thing to change in a policy: where, which check, why, and an example of the right form."""

    path: str
    line: int
    column: int
    check: str
    message: str
    fix: str


@dataclass(frozen=True, slots=True)
class Module:
    """One parsed policy file."""

    path: str
    tree: JsonObject

    @property
    def package(self) -> tuple[str, ...]:
        """The package below `data`."""
        return tuple(part["value"] for part in self.tree["package"]["path"][1:])

    @property
    def rules(self) -> list[JsonObject]:
        """The rules in the order of the file."""
        return list(self.tree.get("rules", []))


def lint(root: Path, sources: Iterable[str], parameters: Iterable[str], opa: Path) -> list[Remark]:
    """Return every remark on the policy files below `root`, ordered by place; PolicyError when one does not parse."""
    modules = [parse(root, path, opa) for path in sources]
    remarks = [remark for module in modules for remark in _negations(module)]
    remarks += [remark for module in modules if module.package[0] == "controls" for remark in _shape(module)]
    remarks += _guard(modules, frozenset(parameters))
    return sorted(set(remarks))


def parse(root: Path, path: str, opa: Path) -> Module:
    """Parse one file with OPA itself."""
    command = [str(opa), "parse", "--format", "json", "--json-include", "locations", path]
    done = subprocess.run(command, cwd=root, capture_output=True, check=False, timeout=60)  # noqa: S603 - the OPA on the user's PATH
    if done.returncode:
        text = (done.stderr or done.stdout).decode(errors="replace").strip()
        raise PolicyError(
            f"{path} does not parse: {text.splitlines()[0] if text else 'no reason given'}",
            "see `opa check --strict`",
        )
    return Module(path, json.loads(done.stdout))


def _negations(module: Module) -> Iterator[Remark]:
    for rule in module.rules:
        risky = frozenset(_risky_variables(rule))
        for expression in _expressions(rule):
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
    for expression in _expressions(rule):
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


def _expressions(node: Any) -> Iterator[JsonObject]:  # noqa: ANN401 - the syntax tree
    if isinstance(node, dict):
        if "terms" in node:
            yield node
        for value in node.values():
            yield from _expressions(value)
    elif isinstance(node, list):
        for value in node:
            yield from _expressions(value)


def _shape(module: Module) -> Iterator[Remark]:
    """Yield what is wrong with the public face of a control."""
    names = {rule["head"]["ref"][0]["value"]: rule for rule in module.rules}
    for name, rule in names.items():
        if not name.startswith("_") and name not in _PUBLIC:
            fix = f"rename it to `_{name}`; a control shows {', '.join(sorted(_PUBLIC))} only"
            yield _remark(module, rule, "public-rule", f"`{name}` is no rule of a control", fix)
    if "deny" not in names:
        fix = "add `deny contains {...}`; without it `main` does not see the control"
        yield Remark(module.path, 1, 1, "no-deny", "the control has no `deny`", fix)
    applicable = [rule for rule in module.rules if rule["head"]["ref"][0]["value"] == "applicable"]
    if applicable and not any(rule.get("default") for rule in applicable):
        message = "`applicable` has no default, so a control that does not apply looks like one that always does"
        yield _remark(module, applicable[0], "no-default", message, "add `default applicable := false`")


def _guard(modules: list[Module], parameters: frozenset[str]) -> Iterator[Remark]:
    """Yield the parameters that policies read but `main` does not demand, and those that do not exist."""
    used: dict[str, tuple[Module, JsonObject]] = {}
    for module in modules:
        for node in _references(module.tree):
            words = [part["value"] for part in node["value"][:_PARAMETER]]
            if words[:2] == ["data", "params"] and len(words) == _PARAMETER and node["value"][2]["type"] == "string":
                used.setdefault(str(words[2]), (module, node))
    main = next((module for module in modules if module.package == ("main",)), None)
    demanded = _demanded(main) if main else frozenset()
    for name, (module, node) in sorted(used.items()):
        if name not in parameters:
            yield _remark(
                module,
                node,
                "no-parameter",
                f"there is no parameter `{name}`",
                f"add policies/params/{name}/data.yaml",
            )
        elif name not in demanded:
            fix = f'add "{name}" to `_needed` in main/main.rego'
            yield _remark(
                module,
                node,
                "guard",
                f"nothing demands the parameter `{name}`, so stock tools may go green without it",
                fix,
            )
    for name in sorted(demanded - used.keys()):
        if main:
            yield Remark(main.path, 1, 1, "guard", f"`_needed` names `{name}`, which no policy reads", "take it out")


def _demanded(main: Module) -> frozenset[str]:
    for rule in main.rules:
        if rule["head"]["ref"][0]["value"] == "_needed":
            return frozenset(one["value"] for one in rule["head"]["value"]["value"])
    return frozenset()


def _references(node: Any) -> Iterator[JsonObject]:  # noqa: ANN401 - the syntax tree
    if isinstance(node, dict):
        if node.get("type") == "ref" and "location" in node:
            yield node
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _remark(module: Module, node: Mapping[str, Any], check: str, message: str, fix: str) -> Remark:
    return Remark(module.path, node["location"]["row"], node["location"]["col"], check, message, fix)
