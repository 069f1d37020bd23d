"""From a refused document to problems with places and words; imported only after a refusal."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

import jsonschema
import referencing

from checker.model import Problem
from checker.schema import is_lei
from checker.schema.subject import Subject
from checker.schema.words import Violation, describe, describe_duplicate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import jsonschema_rs

    from checker.documents import Document
    from checker.model import JsonObject, Keys
    from checker.schema.names import NaturalKeys

_MOST = 100
_READ = 1000
# At one place the first of these is told and the rest kept back: a wrong type also breaks the pattern.
_ORDER = ("const", "type", "minLength", "maxLength", "enum", "pattern", "format")


def explain(
    document: Document,
    schema: JsonObject,
    judge: jsonschema_rs.Draft202012Validator,
    names: NaturalKeys,
    duplicates: Sequence[tuple[Keys, Keys]],
) -> tuple[Problem, ...]:
    """Return the problems in the order of the file, at least one; beyond a hundred they are only counted."""
    subject = Subject(document.data, schema, names, document)
    violations = _sifted(_violations(document.data, schema, judge))
    problems = [_problem(document, subject, violation) for violation in violations[:_MOST]]
    problems += [_duplicate(document, subject, first, later) for first, later in duplicates[:_MOST]]
    problems.sort(key=lambda problem: (problem.line, problem.column, problem.rule, problem.message))
    hidden = max(0, len(violations) - _MOST) + max(0, len(duplicates) - _MOST)
    if hidden:
        problems.append(
            Problem(
                "schema.other",
                f"At least {hidden} further problems are not shown.",
                "Mend those above, then check again.",
            )
        )
    return tuple(problems)


def _violations(data: JsonObject, schema: JsonObject, judge: jsonschema_rs.Draft202012Validator) -> Iterator[Violation]:
    """Yield what `jsonschema` finds, then what the judge refuses beyond that: no failure is lost."""
    told: set[tuple[str, Keys]] = set()
    for violation in islice(_explained(data, schema), _READ):
        told.add((violation.keyword, violation.keys))
        yield violation
    try:
        judged = list(islice(judge.iter_errors(data), _READ))
    except ValueError as unreadable:
        yield Violation("unreadable", (), data, message=str(unreadable))
        return
    for error in judged:
        keys = tuple(error.instance_path)
        if (error.kind.name, keys) not in told:
            yield _judged(error, keys, schema)


def _explained(data: JsonObject, schema: JsonObject) -> Iterator[Violation]:
    formats = jsonschema.FormatChecker()
    formats.checks("lei")(is_lei)
    registry: referencing.Registry[Any] = referencing.Registry()
    validator = jsonschema.Draft202012Validator(schema, registry=registry, format_checker=formats)
    for error in validator.iter_errors(data):
        if not isinstance(error.schema, dict):  # what `false` refuses has no place here; the judge knows it
            continue
        named = "propertyNames" in list(error.absolute_schema_path)[-3:-1]
        keyword = "propertyNames" if named else str(error.validator)
        keys, limit = tuple(error.absolute_path), error.validator_value
        yield Violation(keyword, keys, error.instance, limit, error.schema, error.message)


def _judged(error: jsonschema_rs.ValidationError, keys: Keys, schema: JsonObject) -> Violation:
    """Return a violation that only the judge saw, such as a line break after a code."""
    below: Any = schema
    for part in error.schema_path[:-1]:
        below = below[part]
    keyword, value = error.kind.name, error.instance
    if keyword == "propertyNames":
        value = error.kind.as_dict()["error"].instance
    return Violation(keyword, keys, value, below.get(keyword), below, error.message)


def _sifted(violations: Iterable[Violation]) -> list[Violation]:
    """Return one violation for each place, the first of `_ORDER`, and each missing or unknown field."""
    single: dict[Keys, Violation] = {}
    others: dict[tuple[str, Keys], Violation] = {}
    for violation in violations:
        if violation.keyword not in _ORDER:
            for each in _apart(violation):
                others.setdefault((each.keyword, each.keys), each)
            continue
        earlier = single.get(violation.keys)
        if not earlier or _ORDER.index(violation.keyword) < _ORDER.index(earlier.keyword):
            single[violation.keys] = violation
    return [*single.values(), *others.values()]


def _apart(violation: Violation) -> Iterator[Violation]:
    """Split a violation about the fields of one mapping into one for each field."""
    value, fields = violation.value, list[str]()
    if violation.keyword == "required":
        fields = [name for name in violation.limit if name not in value]
    elif violation.keyword == "additionalProperties" and violation.limit is False:
        fields = [name for name in value if name not in violation.schema.get("properties", {})]
    elif violation.keyword == "propertyNames":
        fields = [value]
    else:
        yield violation
    for name in fields:
        yield replace(violation, keys=(*violation.keys, name))


def _problem(document: Document, subject: Subject, violation: Violation) -> Problem:
    keys, words = violation.keys, describe(subject, violation)
    if violation.keyword == "required":
        where = document.locate_key(keys[:-1])
    elif violation.keyword in {"additionalProperties", "propertyNames"}:
        where = document.locate_key(keys)
    else:
        where = document.locate(keys)
    return Problem(*words, where.line, where.column, keys)


def _duplicate(document: Document, subject: Subject, first: Keys, later: Keys) -> Problem:
    here, there = document.locate(later), document.locate(first)
    words = describe_duplicate(subject, later, f"line {there.line}, column {there.column}")
    return Problem(*words, here.line, here.column, later)
