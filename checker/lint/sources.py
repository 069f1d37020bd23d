"""Where policies take what they read from: parameters that exist and are demanded, the manifest, and nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from checker.compiler import CAPABILITIES, builtin_advice
from checker.errors import nearest
from checker.lint.syntax import Module, Remark, calls, head_name, references, remark

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from checker.model import JsonObject

_EACH = "*"
_CONTEXT = frozenset({"as_of", "cutoff", "reached", "ahead", "durations"})
_ROOTS = frozenset({"params", "context", "lib", "controls"})
_DERIVED = "derived"
_PARAMETER = 3  # data.params.<name>


def parameters(
    modules: Sequence[Module], values: Mapping[str, JsonObject], read_elsewhere: Collection[str]
) -> Iterator[Remark]:
    """Yield parameters that policies read but that do not exist or `main` does not demand, and those nobody reads."""
    used: dict[str, tuple[Module, JsonObject]] = {}
    for module in modules:
        for node in references(module.tree):
            words = _constants(node)
            if words[:2] == ("data", "params") and len(words) >= _PARAMETER:
                used.setdefault(words[2], (module, node))
                yield from _absent(module, node, words[2:], values)
    main = next((module for module in modules if module.package == ("main",)), None)
    demanded = _demanded(main) if main else frozenset()
    for name, (module, node) in sorted(used.items()):
        if name in values and name not in demanded:
            message = f"nothing demands the parameter `{name}`, so stock tools may go green without it"
            yield remark(module, node, "guard", message, f'add "{name}" to `_needed` in main/main.rego')
    for name in sorted(demanded - used.keys()):
        if main:
            yield Remark(main.path, 1, 1, "guard", f"`_needed` names `{name}`, which no policy reads", "take it out")
    for name in sorted(values.keys() - used.keys() - set(read_elsewhere)):
        message = f"no policy and no schema reads the parameter `{name}`"
        yield Remark(f"params/{name}/data.yaml", 1, 1, "unused-parameter", message, "remove the file, or read it")


def _absent(module: Module, node: JsonObject, way: Sequence[str], values: Mapping[str, JsonObject]) -> Iterator[Remark]:
    if way[0] not in values:
        fix = f"add policies/params/{way[0]}/data.yaml"
        yield remark(module, node, "no-parameter", f"there is no parameter `{way[0]}`", fix)
        return
    known: Any = values
    for length, key in enumerate(way):
        if not isinstance(known, dict):
            return
        if key not in known:
            message = f"there is no parameter `{'.'.join(way[: length + 1])}`, so what reads it is undefined"
            yield remark(module, node, "no-parameter", message, nearest(key, known))
            return
        known = known[key]


def builtins(module: Module) -> Iterator[Remark]:
    """Yield calls of functions that are neither defined by policies nor allowed: clocks, the network and their like."""
    allowed = {one["name"] for one in json.loads(CAPABILITIES.read_bytes())["builtins"]}
    own = {head_name(rule) for rule in module.rules} | module.imports | {"data"}
    for node in calls(module.tree):
        name = ".".join(str(part["value"]) for part in node["value"])
        if name not in allowed and node["value"][0]["value"] not in own:
            fix = builtin_advice(name) or "use a function of checker/library_data/capabilities.json, or write one"
            yield remark(module, node, "built-in", f"`{name}` is no function that policies may use", fix)


def roots(module: Module) -> Iterator[Remark]:
    """Yield references to data that nobody gives to policies."""
    if module.package[0] == "main":
        return
    for node in references(module.tree):
        words = _constants(node)
        if words[:1] != ("data",) or len(words) < 2:  # noqa: PLR2004 - `data` alone is for `main`
            continue
        if words[1] not in _ROOTS:
            message = f"policies see no `data.{words[1]}`, so it is undefined"
            yield remark(module, node, "unknown-data", message, "make it a parameter, or a fact of `input.derived`")
        elif words[1] == "context" and words[2:] and words[2] not in _CONTEXT:
            message = f"there is no `data.context.{words[2]}`, so it is undefined"
            yield remark(module, node, "unknown-data", message, nearest(words[2], _CONTEXT))


def fields(module: Module, known: Collection[tuple[str, ...]]) -> Iterator[Remark]:
    """Yield references to fields of the manifest that its schema does not know."""
    if module.package[0] not in {"controls", "lib"}:
        return
    for node in references(module.tree):
        if node["value"][0]["value"] != "input":
            continue
        keys = [part["value"] if part["type"] == "string" else _EACH for part in node["value"][1:]]
        if keys[:1] != [_DERIVED] and (wrong := _unknown(keys, known)):
            above = wrong[:-1]
            siblings = {path[-1] for path in known if path[:-1] == above and path}
            message = f"the schema knows no field `{'.'.join(wrong)}`, so no manifest has it"
            yield remark(module, node, "unknown-field", message, nearest(wrong[-1], siblings))


def _unknown(keys: Sequence[str], known: Collection[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the way to the first key that the schema does not have; nothing when all are known or may be."""
    way: tuple[str, ...] = ()
    for key in keys:
        if key == _EACH and (*way, _EACH) not in known:
            return ()  # a variable over the keys of a block
        found = next((step for step in (key, _EACH) if (*way, step) in known), "")
        if not found:
            return (*way, key)
        way = (*way, found)
    return ()


def _demanded(main: Module) -> frozenset[str]:
    for rule in main.rules:
        if head_name(rule) == "_needed":
            return frozenset(one["value"] for one in rule["head"]["value"]["value"])
    return frozenset()


def _constants(node: JsonObject) -> tuple[str, ...]:
    """Return the leading part of a reference that is constant."""
    words: list[str] = []
    for part in node["value"]:
        if part["type"] != "string" and words:
            break
        words.append(str(part["value"]))
    return tuple(words)
