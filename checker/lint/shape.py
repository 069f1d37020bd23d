"""The public face of a control: its rules, its METADATA, the codes of its findings, its cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.compiler import metadata_faults
from checker.lint.syntax import Module, Remark, head_name, remark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from checker.lint.syntax import Annotations
    from checker.model import JsonObject

_PUBLIC = frozenset({"applicable", "deny", "warn", "undetermined", "exit_duty"})
_FINDINGS = frozenset({"deny", "warn", "undetermined"})
_BAD = frozenset({"fail", "undetermined"})
# The codes that the shared functions `fields.missing` and `fields.empty` give.
_MISSING, _EMPTY = "missing", "empty"


def face(module: Module) -> Iterator[Remark]:
    """Yield what is wrong with the rules that a control shows."""
    names = {head_name(rule): rule for rule in module.rules}
    for name, rule in names.items():
        if not name.startswith("_") and name not in _PUBLIC:
            fix = f"rename it to `_{name}`; a control shows {', '.join(sorted(_PUBLIC))} only"
            yield remark(module, rule, "public-rule", f"`{name}` is no rule of a control", fix)
    if "deny" not in names:
        fix = "add `deny contains {...}`; without it `main` does not see the control"
        yield Remark(module.path, 1, 1, "no-deny", "the control has no `deny`", fix)
    applicable = [rule for rule in module.rules if head_name(rule) == "applicable"]
    if applicable and not any(rule.get("default") for rule in applicable):
        message = "`applicable` has no default, so a control that does not apply looks like one that always does"
        yield remark(module, applicable[0], "no-default", message, "add `default applicable := false`")


def metadata(module: Module, told: Annotations) -> Iterator[Remark]:
    """Yield every entry that the METADATA of a control lacks, and codes that it and the rules do not share."""
    for key, form in metadata_faults(told.entry):
        fix = f"write `{key.removeprefix('custom.')}`, {form}"
        yield Remark(module.path, told.line, 1, "metadata", f"METADATA lacks {key}, or it is not {form}", fix)
    declared = (told.entry.get("custom") or {}).get("findings")
    if isinstance(declared, dict):
        yield from _codes(module, told, declared)


def _codes(module: Module, told: Annotations, declared: Mapping[str, Any]) -> Iterator[Remark]:
    for rule in module.rules:
        code = _code(rule) if head_name(rule) in _FINDINGS else None
        if code and code["value"] not in {*declared, _MISSING}:
            message = f"METADATA does not say what the finding `{code['value']}` means"
            yield remark(module, code, "codes", message, f"add `{code['value']}` to `findings`")
    written = set(_strings(module.tree))
    for code_ in declared:
        if code_ != _EMPTY and not any(text.endswith(code_) for text in written):
            message = f"METADATA explains the finding `{code_}`, which no rule makes"
            yield Remark(module.path, told.line, 1, "codes", message, "take it out of `findings`, or write the rule")


def unique(annotated: Iterable[tuple[Module, Annotations]]) -> Iterator[Remark]:
    """Yield each control whose id another one has already."""
    first: dict[str, Module] = {}
    for module, told in annotated:
        id_ = identity(told)
        other = first.setdefault(id_, module) if id_ else module
        if other is not module:
            message = f"the id {id_} is that of {other.path}"
            yield Remark(module.path, told.line, 1, "duplicate-id", message, "give it an id that was never used")


def cases(module: Module, told: Annotations, statuses: Mapping[str, frozenset[str]], folder: str) -> Iterator[Remark]:
    """Yield what the cases of a control do not show: that it finds something, and that it can be met."""
    family, name = module.package[1:3]
    file = f"{folder}/{family}/{name}.yaml"
    known = statuses.get(identity(told), frozenset())
    wanted = [("fails", "status: fail", bool(known & _BAD)), ("passes", "status: pass", "pass" in known)]
    for verb, form, is_shown in wanted:
        if not is_shown:
            fix = f"add a case with `{form}` to {file}"
            yield Remark(module.path, told.line, 1, "no-case", f"no case of the control {verb}", fix)


def identity(told: Annotations) -> str:
    """Return the id that METADATA gives a control; empty when it gives none."""
    return str((told.entry.get("custom") or {}).get("id") or "")


def _code(rule: JsonObject) -> JsonObject | None:
    """Return the constant under `code` in the head of a finding."""
    head = rule["head"].get("key") or {}
    pairs = head["value"] if head.get("type") == "object" else []
    return next((value for key, value in pairs if key["value"] == "code" and value["type"] == "string"), None)


def _strings(node: Any) -> Iterator[str]:  # noqa: ANN401 - the syntax tree
    if isinstance(node, dict):
        if node.get("type") == "string":
            yield node["value"]
        for value in node.values():
            yield from _strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from _strings(value)
