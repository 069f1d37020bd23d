"""Checks of the policies that neither `opa check --strict` nor Regal makes.

Most are about silence: in Rego what is undefined is no error, the rule only does not hold, and the vendor passes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from checker.lint import gate, heads, negation, shape, sources
from checker.lint.syntax import Annotations, Module, Remark, inspect, parse

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from checker.model import JsonObject

__all__ = ["EXAMPLES", "Module", "Remark", "Surroundings", "lint", "parse"]

EXAMPLES = {
    "built-in": 'dates.overdue(input.audits[i].held_on, "P12M")      not: time.now_ns() > ..',
    "codes": "#   findings:\n#     no_mechanism: The country has no transfer mechanism, so the data may not go there.",
    "duplicate-id": "#   id: DP-05",
    "gate": '"deny": {finding | applies; some finding in data.controls[family][control].deny}',
    "guard": '_needed := {"adequacy", "countries"}',
    "metadata": "# custom:\n#   id: DP-05\n#   severity: high",
    "negation-trap": "input.audit.valid_until < dates.as_of      not: not input.audit.valid_until >= dates.as_of",
    "no-case": "cases:\n  - name: another country\n    set: {metadata.country: KP}\n    status: fail",
    "no-default": 'default applicable := false\n\napplicable if input.scope.function == "critical_or_important"',
    "no-deny": 'deny contains {"code": "refused", "path": ["scope"], "msg": "it is refused"} if { .. }',
    "no-parameter": "country in data.params.countries.prohibited",
    "public-rule": "_is_foreign(email) if not organisation.is_ours(email)",
    "silent-head": 'deny contains {.., "key": name} if {\n  name := input.metadata.country\n  name in _refused\n}',
    "unknown-data": "data.params.thresholds, data.context.as_of, input.derived.due",
    "unknown-field": "input.metadata.country      not: input.metadata.contry",
    "unused-parameter": "country in data.params.countries.prohibited",
}
"""By check the right form; a wrong one stands behind `not:`."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What policies are compared with beside themselves.

    `parameters` are whole files by name, `read_elsewhere` the names that schemas or the checker read. `fields` are the
    paths of the manifest's schema. `statuses` holds by id of a control what its cases expect, None when cases do not
    matter; `proven` are the files whose cases are kept elsewhere, `cases` the folder to name.
    """

    parameters: Mapping[str, JsonObject] = field(default_factory=dict)
    read_elsewhere: Collection[str] = ()
    fields: Collection[tuple[str, ...]] = ()
    statuses: Mapping[str, frozenset[str]] | None = None
    proven: Collection[str] = ()
    cases: str = "tests/cases"


def lint(root: Path, paths: Iterable[str], around: Surroundings, opa: Path) -> list[Remark]:
    """Return every remark on the policy files below `root`, ordered by place; PolicyError when one does not parse."""
    modules = [parse(root, path, opa) for path in paths]
    remarks = {remark for module in modules for remark in _each(module, around)}
    remarks.update(sources.parameters(modules, around.parameters, around.read_elsewhere))
    remarks.update(_controls([module for module in modules if module.package[0] == "controls"], root, around, opa))
    if any(module.package == ("main",) for module in modules):
        remarks.update(gate.gate(root, opa))
    return sorted(remarks)


def _each(module: Module, around: Surroundings) -> Iterator[Remark]:
    yield from negation.negations(module)
    yield from heads.heads(module)
    yield from sources.builtins(module)
    yield from sources.roots(module)
    if around.fields:
        yield from sources.fields(module, around.fields)


def _controls(modules: list[Module], root: Path, around: Surroundings, opa: Path) -> Iterator[Remark]:
    told = inspect(root, opa) if modules else {}
    annotated = [(module, told.get(module.package, Annotations())) for module in modules]
    yield from shape.unique(annotated)
    for module, one in annotated:
        yield from shape.face(module)
        yield from shape.metadata(module, one)
        if around.statuses is not None and module.path not in around.proven:
            yield from shape.cases(module, one, around.statuses, around.cases)
