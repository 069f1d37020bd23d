"""Manifests written for people: a first draft with what is known and hints for the rest, and the vendor's sign-off.

The text of a file stays as its authors wrote it; only what is asked for is added or replaced.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from checker import documents
from checker.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.documents import Document
    from checker.model import JsonObject, Keys
    from checker.schema import Schemas

_WIDTH: Final = 120
_INDENT: Final = "  "
_LEAST_HINT: Final = 24
"""Characters of a description that are worth a comment."""
_ANY_NAME: Final = "ev-example"
_MOST_CHOICES: Final = 12
_HEAD: Final = """\
# What stands behind `#` is not known yet: fill in what is true, take the `#` away, and leave the rest.
# `checker check {file}` tells what is still missing.
"""


def draft(schemas: Schemas, values: JsonObject, *, file: str, schema: str) -> str:
    """Return the text of a manifest that holds `values`, and as comments every other field with an example.

    `file` is where it will be, `schema` the way from there to the schema, for editors; empty when there is none.
    """
    lines = [f"# yaml-language-server: $schema={schema}"] if schema else []
    lines += _HEAD.format(file=file).splitlines()
    for name, declared in schemas.properties(()):
        lines += _field(_Place(schemas, (name,)), declared, values.get(name, _Absent))
    return "\n".join(lines) + "\n"


class _Absent:
    """Stands for a value that is not known."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A field of the draft: its keys, how deep it stands, and whether it is only a hint."""

    schemas: Schemas
    keys: Keys
    depth: int = 0
    hint: bool = False
    dash: str = ""
    """`- ` for the first field of a list item, blanks for its others."""

    def line(self, text: str, about: str = "") -> str:
        """Return one line, with as much of a comment as fits."""
        start = f"{'# ' if self.hint else ''}{_INDENT * self.depth}{self.dash}{text}"
        return start if not about else f"{start}{_comment(about, _WIDTH - len(start))}"

    def below(self, key: str | int, dash: str = "") -> _Place:
        """Return the place of a field in a block, or in an item of a list."""
        keys = (*self.keys, *((0, key) if dash else (key,)))
        return _Place(self.schemas, keys, self.depth + 1 + len(self.dash) // 2, self.hint, dash)

    def as_hint(self) -> _Place:
        return _Place(self.schemas, self.keys, self.depth, hint=True, dash=self.dash)


def _field(place: _Place, declared: JsonObject, value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    name = _flow(place.keys[-1])
    if value is _Absent:
        yield from _hint(place.as_hint(), name, declared)
    elif isinstance(value, dict) and declared.get("properties"):
        yield place.line(f"{name}:")
        for key, inner in place.schemas.properties(place.keys):
            yield from _field(place.below(key), inner, value.get(key, _Absent))
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        yield place.line(f"{name}:")
        for item in value:
            yield from _item(place, item)
    else:
        yield place.line(f"{name}: {_flow(value)}")


def _item(place: _Place, item: JsonObject) -> Iterator[str]:
    """Yield one block of a list, what is known of it first, for the dash cannot stand on a hint."""
    fields = place.schemas.properties((*place.keys, 0))
    for number, (key, inner) in enumerate(sorted(fields, key=lambda one: one[0] not in item)):
        yield from _field(place.below(key, "  " if number else "- "), inner, item.get(key, _Absent))


def _flow(value: Any) -> str:  # noqa: ANN401 - any JSON
    """Write a value on one line."""
    return documents.dump([value], flow=True).strip()[1:-1]


def _hint(place: _Place, name: str, declared: JsonObject) -> Iterator[str]:
    about = str(declared.get("description", ""))
    item = place.schemas.declared((*place.keys, 0)) if declared.get("type") == "array" else {}
    if declared.get("properties"):
        yield place.line(f"{name}:", about)
        for key, inner in place.schemas.properties(place.keys):
            yield from _hint(place.below(key), _flow(key), inner)
    elif item.get("properties"):
        yield place.line(f"{name}:", about)
        for number, (key, inner) in enumerate(place.schemas.properties((*place.keys, 0))):
            yield from _hint(place.below(key, "  " if number else "- "), _flow(key), inner)
    elif isinstance(declared.get("additionalProperties"), dict):
        yield place.line(f"{name}:", about)
        inside = place.below(_ANY_NAME)
        yield from _hint(inside, _ANY_NAME, place.schemas.declared(inside.keys))
    else:
        allowed = declared.get("enum") or item.get("enum") or ()
        choice = f" One of {', '.join(map(str, allowed))}." if 1 < len(allowed) <= _MOST_CHOICES else ""
        yield place.line(f"{name}: {_flow(_example(declared, item))}", about + choice)


def _example(declared: JsonObject, item: JsonObject) -> Any:  # noqa: ANN401 - any JSON
    if declared.get("examples"):
        return declared["examples"][0]
    if "const" in declared:
        return declared["const"]
    if declared.get("enum"):
        return declared["enum"][0]
    if declared.get("type") == "array":
        return [_example(item, {})] if item.get("examples") or item.get("enum") else []
    return {"boolean": True, "integer": 1, "number": 1}.get(str(declared.get("type")), "...")


def _comment(text: str, room: int) -> str:
    words = " ".join(text.split())
    room -= len("   # ")
    if room < min(_LEAST_HINT, len(words)):
        return ""
    if len(words) > room:
        words = words[: room - 2].rpartition(" ")[0] + " .."
    return f"   # {words}"


def signed(document: Document, values: JsonObject) -> str:
    """Return the text of a manifest whose block `attestation` holds `values`, all else to the letter as it was.

    Raises UsageError when the block is written in a form that cannot be edited line by line.
    """
    text = documents.without_mark(document.content).decode()
    lines = text.splitlines(keepends=True)
    if not text.endswith("\n"):
        lines[-1] += "\n"
    block = document.data.get("attestation")
    if block is None:
        made = "".join(lines) + documents.dump({"attestation": values})
    else:
        made = "".join(_edited(document, lines, block, values))
    _require_only(document, made, values)
    return made


def _edited(document: Document, lines: list[str], block: JsonObject, values: JsonObject) -> list[str]:
    start = document.locate_key(("attestation",)).line
    column = document.locate_key(("attestation", next(iter(block)))).column - 1 if block else 2
    last = start
    for key in block:
        place = document.locate_key(("attestation", key))
        last = max(last, place.line)
        if key in values:
            lines[place.line - 1] = _line(key, values[key], column, lines[place.line - 1])
    added = [_line(key, value, column, "") for key, value in values.items() if key not in block]
    return [*lines[:last], *added, *lines[last:]]


def _line(key: str, value: str, column: int, before: str) -> str:
    _, mark, comment = before.partition(" #")
    tail = f"{mark}{comment.rstrip()}" if mark else ""
    return f"{' ' * column}{documents.dump({key: value}).strip()}{tail}\n"


def _require_only(document: Document, made: str, values: JsonObject) -> None:
    """Raise UsageError unless the new text says what the old one said, with the new attestation."""
    loaded = documents.load(document.path, made.encode())
    wanted = {**document.data, "attestation": {**document.data.get("attestation", {}), **values}}
    if loaded.document is None or loaded.document.data != wanted:
        place = document.locate_key(("attestation",))
        message = f"{place}: the block `attestation` cannot be edited line by line"
        raise UsageError(message, "write each of its fields as `name: value` on a line of its own")
