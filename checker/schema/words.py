"""The sentences that tell the author of a document what is wrong and what to write instead."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from checker.schema import guess
from checker.schema.names import resolve
from checker.schema.subject import MOST_LISTED, homes, listed

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.model import JsonObject, Keys
    from checker.schema.subject import Subject

_TYPES = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a block of fields",
    "null": "empty",
}
_FORMATS = {
    "date": "is not a date in the form year-month-day, such as 2026-11-22",
    "email": "is not an e-mail address",
    "uri": "is not an address such as https://records.client.example/report",
    "lei": "is mistyped: its two check digits do not fit the rest (ISO 17442)",
}
_BOUNDS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
}
_LENGTHS = {"Length": "characters", "Items": "items", "Properties": "entries"}


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule of the schema that one place of the document breaks.

    `limit` is the keyword's value, `schema` the subschema that holds it. For a missing, unknown or misnamed
    field `keys` end with the field's name.
    """

    keyword: str
    keys: Keys
    value: Any
    limit: Any = None
    schema: JsonObject = field(default_factory=dict)
    message: str = ""


class Words(NamedTuple):
    """The id of the rule, what is wrong, and what to write."""

    rule: str
    message: str
    fix: str


def describe(subject: Subject, violation: Violation) -> Words:
    """Return the words for one violation."""
    return _WORDS.get(violation.keyword, _other)(subject, violation)


def describe_duplicate(subject: Subject, keys: Keys, elsewhere: str) -> Words:
    """Return the words for a list item whose name an earlier one, at `elsewhere`, has already."""
    fields = " or ".join(f"`{name}`" for name in subject.names.key_of(keys))
    message = f"{subject.label(keys)} stands twice in its list: first at {elsewhere}."
    fix = f"Give each its own {fields}, or delete one." if fields else "Delete one of the two."
    return Words("schema.duplicate_item", message, fix)


def _required(subject: Subject, violation: Violation) -> Words:
    *parent, name = violation.keys
    # A condition such as `then` holds no properties of its own, and tells why the field is needed.
    reason = str(violation.schema.get("description", ""))
    about = subject.about(violation.keys)
    why = (about or reason) if "properties" in violation.schema else (reason or about)
    message = f"`{name}` is missing in {subject.label(tuple(parent))}. {why}".strip()
    return Words("schema.required", message, f"Add {subject.sample(violation.keys)}.")


def _unknown(subject: Subject, violation: Violation) -> Words:
    *parent, key = violation.keys
    rule, name = "schema.unknown_field", guess.cut(str(key))
    allowed = sorted(violation.schema.get("properties", {}))
    message = f"`{name}` is not a field of {subject.label(tuple(parent))}"
    near = guess.nearest(str(key), allowed)
    if near:
        return Words(rule, f"{message}; did you mean `{near}`?", f"Write `{near}:` instead of `{name}:`.")
    there = " or ".join(f"`{path}`" for path in homes(subject.root, str(key))[:3])
    if there:
        return Words(rule, f"{message}; a field of that name belongs to {there}.", f"Move it to {there}.")
    return Words(rule, f"{message}.", f"Remove it; the fields here are {listed(allowed)}.")


def _type(subject: Subject, violation: Violation) -> Words:
    rule, label = "schema.type", subject.label(violation.keys)
    sample = subject.sample(violation.keys)
    if violation.value is None:
        return Words(rule, f"{label} is empty: no value is given.", f"Write {sample}, or delete the line.")
    wanted = violation.limit if isinstance(violation.limit, list) else [violation.limit]
    needs = " or ".join(_TYPES.get(str(kind), str(kind)) for kind in wanted)
    message = f"{label} must be {needs}, but it is {guess.shown(violation.value)}."
    better = guess.as_type(violation.value, wanted)
    if better is None or subject.holds_blocks(violation.keys):
        return Words(rule, message, f"Write {sample}.")
    if "string" in wanted and isinstance(violation.value, int | float):
        # What is written may say more than the number does: 2.10 is not 2.1.
        written = subject.written(violation.keys)
        return Words(rule, message, f"Put it in quotes: {_pasted(violation.keys, written or better)}.")
    return Words(rule, message, f"Write {_pasted(violation.keys, better)}.")


def _enum(subject: Subject, violation: Violation) -> Words:
    allowed, found = [str(option) for option in violation.limit], str(violation.value)
    few = len(allowed) <= MOST_LISTED
    about = violation.schema.get("description", "")
    choice = f"allowed values {listed(allowed)}." if few else f"{len(allowed)} allowed values. {about}"
    message = f"{subject.label(violation.keys)} is {guess.shown(found)}, which is not one of the {choice}".strip()
    near = guess.nearest(found, allowed)
    if near:
        fix = f"Write {_pasted(violation.keys, near)}."
        return Words("schema.enum", f"{message} Did you mean `{near}`?", fix)
    close = allowed if few else difflib.get_close_matches(found[:80], allowed, 5, 0.3)
    fix = f"Write one of {listed(close)}." if close else "Look the value up in the output of `checker schema`."
    return Words("schema.enum", message, fix)


def _const(subject: Subject, violation: Violation) -> Words:
    wanted = violation.limit
    found = f"{subject.label(violation.keys)} is {guess.shown(violation.value)}"
    fix = f"Write {_pasted(violation.keys, wanted)}."
    if violation.keys == ("kind",):
        return Words("schema.kind", f"{found}, but a file at this place is of kind {wanted}.", fix)
    if violation.keys == ("apiVersion",):
        return Words("schema.version", f"{found}; the only version known here is {wanted}.", fix)
    return Words("schema.enum", f"{found}; the only allowed value is {guess.shown(wanted)}.", fix)


def _pattern(subject: Subject, violation: Violation) -> Words:
    value, label = str(violation.value), subject.label(violation.keys)
    sample = subject.sample(violation.keys)
    if not value.strip():
        return Words("schema.length", f"{label} is blank.", f"Write {sample}, or delete the line.")
    form = violation.schema.get("description", "")
    better = guess.as_pattern(value, str(violation.limit))
    message = f"{label} is {guess.shown(value)}, which does not have the right form. {form}".strip()
    fix = _pasted(violation.keys, better) if better is not None else sample
    return Words("schema.pattern", message, f"Write {fix}.")


def _key_name(subject: Subject, violation: Violation) -> Words:
    *parent, key = violation.keys
    names = resolve(subject.root, subject.declared(tuple(parent)).get("propertyNames"))
    message = f"`{guess.cut(str(key))}` cannot be the name of an entry in {subject.label(tuple(parent))}."
    better = guess.as_pattern(str(key), str(names.get("pattern", "")))
    fix = f"Write `{better}:`" if better is not None else "Choose another name"
    form = f"{message} {names.get('description', '')}".strip()
    return Words("schema.pattern", form, f"{fix}, here and wherever it is referred to.")


def _format(subject: Subject, violation: Violation) -> Words:
    kind, value = str(violation.limit), str(violation.value)
    why = (guess.no_such_day(value) if kind == "date" else "") or _FORMATS.get(kind, f"is not a valid {kind}")
    message = f"{subject.label(violation.keys)} is {guess.shown(value)}, which {why}."
    if kind == "lei":
        return Words("schema.format", message, "Copy the identifier again from the public LEI register (gleif.org).")
    better = guess.as_date(value) if kind == "date" else None
    fix = _pasted(violation.keys, better) if better else subject.sample(violation.keys)
    return Words("schema.format", message, f"Write {fix}.")


def _range(subject: Subject, violation: Violation) -> Words:
    bound = _BOUNDS[violation.keyword].format(violation.limit)
    message = f"{subject.label(violation.keys)} is {guess.shown(violation.value)}, but must be {bound}."
    about = subject.about(violation.keys)
    return Words("schema.range", f"{message} {about}".strip(), f"Write a number that is {bound}.")


def _length(subject: Subject, violation: Violation) -> Words:
    rule, label, size = "schema.length", subject.label(violation.keys), len(violation.value)
    if violation.keyword == "minLength" and not size:
        return Words(rule, f"{label} is empty text.", f"Write {subject.sample(violation.keys)}, or delete the line.")
    most, unit = violation.keyword.startswith("max"), _LENGTHS[violation.keyword[3:]]
    bound = f"{'at most' if most else 'at least'} {violation.limit}"
    message = f"{label} has {size} {unit}, but must have {bound}. {subject.about(violation.keys)}".strip()
    return Words(rule, message, f"{'Shorten' if most else 'Extend'} it to {bound} {unit}.")


def _other(subject: Subject, violation: Violation) -> Words:
    message = f"{subject.label(violation.keys)} is not accepted: {guess.cut(violation.message, 300)}."
    about = subject.about(violation.keys) if violation.keys else ""
    return Words("schema.other", f"{message} {about}".strip(), "Compare it with what `checker schema` prints.")


_WORDS: dict[str, Callable[[Subject, Violation], Words]] = {
    "required": _required,
    "additionalProperties": _unknown,
    "propertyNames": _key_name,
    "type": _type,
    "enum": _enum,
    "const": _const,
    "pattern": _pattern,
    "format": _format,
    **dict.fromkeys(_BOUNDS, _range),
    **dict.fromkeys((side + unit for side in ("min", "max") for unit in _LENGTHS), _length),
}


def _pasted(keys: Keys, value: object) -> str:
    """Return a value as it is written in YAML at that place: after its key, or as the item of a list."""
    head = f"{keys[-1]}: " if keys and isinstance(keys[-1], str) else ""
    return f"`{head}{guess.yaml_text(value)}`"
