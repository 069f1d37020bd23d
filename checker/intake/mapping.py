"""The mapping of a register: which column fills which field, what cells mean, and what holds for every vendor."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Final

from checker import documents
from checker.documents import Document
from checker.errors import UsageError, nearest
from checker.intake.cells import DATES, SEPARATORS, Habits
from checker.intake.sheet import plain_key
from checker.intake.words import BUILT_IN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from checker.model import JsonObject, Keys
    from checker.schema import Schemas

KIND: Final = "ImportMapping"
_BLANK: Final = ("-", "--", "n/a", "tbd", "t.b.d.", "?", "unknown", "k.a.")
_PART: Final = re.compile(r"([^.\[\]]+)(?:\[([a-z0-9-]*)\])?")


@dataclass(frozen=True, slots=True)
class Target:
    """A field of the manifest; of a list of blocks `home` is the list, `label` the item and `keys` what is in it."""

    text: str
    keys: Keys
    home: Keys = ()
    label: str = ""

    @property
    def sample(self) -> Keys:
        """The keys of the field, of a list those of its first item: what the schema knows it by."""
        return (*self.home, 0, *self.keys) if self.home else self.keys


@dataclass(frozen=True, slots=True)
class Column:
    """One column and the field that it fills."""

    name: str
    target: Target
    separators: tuple[str, ...]
    table: str
    repeat: bool


@dataclass(frozen=True, slots=True)
class Id:
    """An id that is made of another field of the same block."""

    target: Target
    source: str
    drop: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegisterMapping:
    """A whole mapping, checked against the schema of manifests."""

    columns: tuple[Column, ...]
    constants: tuple[tuple[Target, Any], ...]
    defaults: tuple[tuple[Target, Any], ...]
    ids: tuple[Id, ...]
    tables: Mapping[str, Mapping[str, Any]]
    blank: frozenset[str]
    habits: Habits = field(default_factory=Habits)
    encoding: str = ""
    delimiter: str = ""
    header_row: int = 1


def read_mapping(name: str, content: bytes, own: Schemas, manifests: Schemas) -> RegisterMapping:
    """Read a mapping in TOML or YAML; `own` knows its schema, `manifests` theirs. UsageError if it is wrong."""
    document = _parsed(name, content)
    problems = own.check(document, KIND)
    if problems:
        # A misspelt name is missing too, and what it should be tells more.
        first = next((one for one in problems if one.rule == "schema.unknown_field"), problems[0])
        place = f"{name}:{first.line}:{first.column}" if document.content else name
        raise UsageError(f"{place}: {first.message}", first.fix)
    return _Reader(name, document.data, manifests).mapping()


def _parsed(name: str, content: bytes) -> Document:
    if not name.endswith(".toml"):
        loaded = documents.load(name, content)
        for problem in loaded.problems:
            if problem.fatal:
                raise UsageError(f"{name}:{problem.line}:{problem.column}: {problem.message}", problem.fix)
        return loaded.document or Document(name, {}, content)
    try:
        return Document(name, _plain(tomllib.loads(content.decode("utf-8-sig"))), b"")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{name} is no valid TOML: {error}", "compare it with `vendor import --example-mapping`"
        ) from error


def _plain(node: Any) -> Any:  # noqa: ANN401 - any TOML
    """Return TOML's values as JSON has them: its dates are texts there."""
    if isinstance(node, dict):
        return {key: _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    return node.isoformat() if isinstance(node, date | datetime | time) else node


class _Reader:
    def __init__(self, name: str, data: JsonObject, schemas: Schemas) -> None:
        self._name, self._data, self._schemas = name, data, schemas

    def mapping(self) -> RegisterMapping:
        data, source = self._data, self._data.get("source", {})
        tables = {name: make() for name, make in BUILT_IN.items()}
        for name, rows in data.get("tables", {}).items():
            tables[name] = {**tables.get(name, {}), **dict(self._rows(name, rows))}
        blank = {one.casefold() for one in source.get("blank", _BLANK)}
        return RegisterMapping(
            columns=tuple(self._column(one, tables) for one in data["columns"]),
            constants=tuple((self._target(one["field"]), one["value"]) for one in data.get("constants", ())),
            defaults=tuple((self._target(one["field"]), one["value"]) for one in data.get("defaults", ())),
            ids=tuple(self._id(one) for one in data.get("ids", ())),
            tables=tables,
            blank=frozenset(blank),
            habits=Habits(source.get("decimal", "."), tuple(source.get("dates", DATES))),
            encoding=source.get("encoding", ""),
            delimiter=source.get("delimiter", ""),
            header_row=source.get("header_row", 1),
        )

    def _rows(self, name: str, rows: Sequence[JsonObject]) -> Iterator[tuple[str, Any]]:
        for row in rows:
            if ("value" in row) == ("fields" in row):
                message = (
                    f"{self._name}: the row `{row['cell']}` of the table `{name}` needs one of `value` and `fields`"
                )
                raise UsageError(message, 'write it as {cell = "Germany", value = "DE"}')
            yield plain_key(row["cell"]), row.get("value", row.get("fields"))

    def _column(self, one: JsonObject, tables: Mapping[str, Any]) -> Column:
        target, table = self._target(one["field"]), one.get("table", "")
        if table and table not in tables:
            raise UsageError(f"{self._name}: there is no table `{table}`", nearest(table, tables))
        is_list = self._schemas.declared(target.sample).get("type") == "array"
        separators = tuple(one.get("split", SEPARATORS if is_list else ()))
        return Column(one["column"], target, separators, table, one.get("repeat", False))

    def _id(self, one: JsonObject) -> Id:
        target = self._target(one["field"])
        fields = self._schemas.declared(target.sample[:-1]).get("properties", {})
        if one["from"] not in fields:
            message = f"{self._name}: there is no field `{one['from']}` beside {target.text}"
            raise UsageError(message, nearest(one["from"], fields))
        return Id(target, one["from"], tuple(one.get("drop", ())))

    def _target(self, text: str) -> Target:
        """Read a path and hold it against the schema, key by key."""
        home: Keys = ()
        label, keys = "", list[str | int]()
        for match in _PART.finditer(text):
            self._require(text, (*home, 0, *keys) if home else tuple(keys), match[1])
            keys.append(match[1])
            declared = self._schemas.declared((*home, 0, *keys) if home else tuple(keys))
            if match[2] is not None:
                if declared.get("type") != "array" or home:
                    raise UsageError(
                        f"{self._name}: {text}: `{match[1]}` cannot have brackets", "name its fields alone"
                    )
                home, label, keys = tuple(keys), match[2], []
        target = Target(text, tuple(keys), home, label)
        if home and not keys:
            raise UsageError(
                f"{self._name}: {text} names no field of the list's items",
                f"write {text}.type, or leave the brackets out",
            )
        return target

    def _require(self, text: str, above: Keys, name: str) -> None:
        declared = self._schemas.declared(above)
        fields = declared.get("properties", {})
        if declared.get("type") == "array":
            raise UsageError(f"{self._name}: {text} needs brackets behind `{above[-1]}`", f"write {above[-1]}[].{name}")
        if name not in fields and not isinstance(declared.get("additionalProperties"), dict):
            raise UsageError(f"{self._name}: a manifest has no field `{text}`", nearest(name, fields))
