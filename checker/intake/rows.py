"""Rows of a register to manifests: each is one that the schema takes, or troubles that name row and column."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from checker import documents
from checker.documents import Document
from checker.intake.cells import CellError, convert, slug, split, tidy
from checker.intake.mapping import Target
from checker.intake.sheet import plain_key
from checker.model import value_at
from checker.schema.guess import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from checker.intake.mapping import Column, RegisterMapping
    from checker.intake.sheet import Row, Sheet
    from checker.model import JsonObject, Keys, Problem
    from checker.schema import Schemas

_HEAD: Final = {"apiVersion": "vendorpolicy/v1", "kind": "VendorManifest"}
_ID: Final = Target("metadata.id", ("metadata", "id"))
_LIFECYCLE: Final = Target("metadata.lifecycle", ("metadata", "lifecycle"))
_FROM_NAME: Final = "legal_name"
_INVISIBLE: Final = frozenset({"yaml.control_character", "yaml.bidi"})
_ID_FORM: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,62}")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a row gives no manifest; `column` is empty when no column is concerned."""

    row: int
    column: str
    message: str
    fix: str


@dataclass(frozen=True, slots=True)
class Draft:
    """One row as a manifest, or what is wrong with it."""

    row: int
    data: JsonObject
    troubles: tuple[Trouble, ...] = ()

    @property
    def vendor(self) -> str:
        """The vendor's id; empty when the row gives none."""
        return str(self.data.get("metadata", {}).get("id", ""))


def drafts(sheet: Sheet, mapping: RegisterMapping, schemas: Schemas) -> list[Draft]:
    """Return what becomes of each row that is not blank; an id that an earlier row has is refused."""
    columns = tuple(replace(one, name=sheet.column(one.name)) for one in mapping.columns)
    made = [_Maker(row, columns, mapping, schemas).draft() for row in sheet.rows if not row.blank]
    first: dict[str, int] = {}
    for place, one in enumerate(made):
        earlier = first.setdefault(one.vendor, one.row) if one.vendor else one.row
        if earlier != one.row:
            message = f"the id `{one.vendor}` is that of row {earlier} already"
            column = _column_of(columns, mapping)
            fix = "is it the same vendor? Merge the rows, or give them different names or a column for the id"
            made[place] = replace(one, troubles=(*one.troubles, Trouble(one.row, column, message, fix)))
    return made


def _column_of(columns: Sequence[Column], mapping: RegisterMapping) -> str:
    """Return the column that the vendor's id comes from."""
    source = next((one.source for one in mapping.ids if one.target.keys == _ID.keys), _FROM_NAME)
    wanted = (_ID.keys, (_ID.keys[0], source))
    return next((one.name for keys in wanted for one in columns if one.target.keys == keys), "")


@dataclass(slots=True)
class _Group:
    """The cells that fill the items of one list under one label."""

    pieces: list[tuple[Column, list[str]]] = field(default_factory=list)
    count: int = 0


class _Maker:
    """Makes one row a manifest."""

    def __init__(self, row: Row, columns: Sequence[Column], mapping: RegisterMapping, schemas: Schemas) -> None:
        self._row, self._columns, self._mapping, self._schemas = row, columns, mapping, schemas
        self._data: JsonObject = dict(_HEAD)
        self._from: dict[Keys, str] = {}
        """The column that each value comes from."""
        self._troubles: list[Trouble] = []
        self._items: dict[tuple[Keys, str], list[int]] = {}

    def draft(self) -> Draft:
        if self._row.extra:
            self._note("", "it has cells to the right of the last named column", "look for a delimiter without quotes")
        self._fill()
        for target, value in self._mapping.constants:
            self._put_value(target, value, keep=False)
        for target, value in (*self._mapping.defaults, (_LIFECYCLE, "prospective")):
            self._put_value(target, value, keep=True)
        self._make_ids()
        data = _ordered(self._data, self._schemas, ())
        if not self._troubles:
            self._troubles += self._judged(data)
        return Draft(self._row.number, data, tuple(self._troubles))

    def _fill(self) -> None:
        groups: dict[tuple[Keys, str], _Group] = {}
        for column in self._columns:
            home = (column.target.home, column.target.label)
            group = groups.setdefault(home, _Group()) if column.target.home else None
            text = tidy(self._row.cells.get(column.name, ""))
            if not text or text.casefold() in self._mapping.blank:
                continue
            if group is None:
                self._put_cell(column, column.target.keys, text)
            else:
                if plain_key(text) == "none":  # it is known that there are no items
                    self._list(column.target.home)
                    continue
                pieces = split(text, column.separators) if column.separators else [text]
                group.pieces.append((column, pieces))
        for (home_keys, label), group in groups.items():
            self._fill_items(home_keys, label, group)

    def _fill_items(self, home: Keys, label: str, group: _Group) -> None:
        """Add the items of a list: the first cells make the first item, and so on."""
        count = max((len(pieces) for _, pieces in group.pieces), default=0)
        places = self._items.setdefault((home, label), [])
        for _ in range(count):
            items = self._list(home)
            places.append(len(items))
            items.append({})
        for column, pieces in group.pieces:
            if column.repeat and len(pieces) == 1:
                pieces = pieces * count  # noqa: PLW2901 - one stands for all
            if len(pieces) != count:
                longest = max(group.pieces, key=lambda one: len(one[1]))[0].name
                told = "1 item" if len(pieces) == 1 else f"{len(pieces)} items"
                message = f"it has {told} where column `{longest}` has {count}"
                self._note(column.name, message, "give as many, in the same order; `repeat` lets one stand for all")
                continue
            for place, piece in zip(places, pieces, strict=True):
                self._put_cell(column, (*home, place, *column.target.keys), piece)

    def _put_cell(self, column: Column, keys: Keys, text: str) -> None:
        try:
            values = self._read(column, text)
        except CellError as error:
            more = f"; or, in the mapping, {error.mapping}" if error.mapping else ""
            self._note(column.name, error.message, error.fix + more)
            return
        for below, value in values:
            where = (*keys[: len(keys) - 1], below) if below else keys
            self._put(where, value)
            self._from[where] = column.name

    def _read(self, column: Column, text: str) -> list[tuple[str, Any]]:
        """Return the values of a cell: one for its own field, or by name for those beside it."""
        if not column.table:
            return [("", self._converted(column.target, text, column.separators))]
        table = self._mapping.tables[column.table]
        declared = self._schemas.declared(column.target.sample)
        if declared.get("type") == "array":
            found = [self._looked_up(column, table, one) for one in split(text, column.separators)]
            return [("", self._converted(column.target, "\n".join(map(str, found)), ("\n",)))]
        value = self._looked_up(column, table, text)
        if not isinstance(value, dict):
            return [("", self._converted(column.target, value, column.separators))]
        beside = {name: replace(column.target, keys=(*column.target.keys[:-1], name)) for name in value}
        return [(name, self._converted(beside[name], one, ())) for name, one in value.items()]

    def _looked_up(self, column: Column, table: Any, text: str) -> Any:  # noqa: ANN401 - a table of any values
        """Return what a table says; a value that the field can hold needs no row."""
        if plain_key(text) in table:
            return table[plain_key(text)]
        sample = column.target.sample
        declared = self._schemas.declared(sample)
        declared = self._schemas.declared((*sample, 0)) if declared.get("type") == "array" else declared
        if any(plain_key(text) == plain_key(str(one)) for one in declared.get("enum", ())):
            return text
        message = f"{shown(text)} is not in the table `{column.table}`"
        raise CellError(message, "correct the cell", f"add a row for it to tables.{column.table}")

    def _converted(self, target: Target, value: Any, separators: Sequence[str]) -> Any:  # noqa: ANN401 - any JSON
        if not isinstance(value, str):
            return value
        declared = self._schemas.declared(target.sample)
        item = self._schemas.declared((*target.sample, 0)) if declared.get("type") == "array" else {}
        habits = self._mapping.habits
        return convert(value, declared, item, replace(habits, separators=tuple(separators or habits.separators)))

    def _put_value(self, target: Target, value: Any, *, keep: bool) -> None:  # noqa: ANN401 - any JSON
        """Put a constant, or with `keep` what is missing; in a list, into each item that there is under its label.

        A constant makes an item where no column does; what is only a default makes none.
        """
        try:
            made = self._converted(target, value, ())
        except CellError as error:
            self._note("", f"the value for {target.text}: {error.message}", error.fix)
            return
        for keys in self._places(target, make=not keep):
            if not (keep and value_at(self._data, keys) is not None):
                self._put(keys, made)

    def _places(self, target: Target, *, make: bool) -> Iterator[Keys]:
        if not target.home:
            yield target.keys
            return
        group = (target.home, target.label)
        if make and group not in self._items:
            items = self._list(target.home)
            self._items[group] = [len(items)]
            items.append({})
        yield from ((*target.home, place, *target.keys) for place in self._items.get(group, ()))

    def _make_ids(self) -> None:
        named = {one.target.keys for one in self._mapping.ids if not one.target.home}
        for one in self._mapping.ids:
            for keys in self._places(one.target, make=False):
                self._make_id((*keys[:-1], one.source), keys, one.drop)
        if _ID.keys not in named:
            self._make_id((_ID.keys[0], _FROM_NAME), _ID.keys, ())

    def _make_id(self, source: Keys, keys: Keys, drop: Sequence[str]) -> None:
        name = value_at(self._data, source)
        if not isinstance(name, str) or value_at(self._data, keys) is not None:
            return
        made = slug(name, drop)
        if _ID_FORM.fullmatch(made):
            self._put(keys, made)
        else:
            message = f"no id can be made of {shown(name)}"
            self._note(self._from.get(source, ""), message, f"give a column or a value for {'.'.join(map(str, keys))}")
        self._from.setdefault(keys, self._from.get(source, ""))

    def _judged(self, data: JsonObject) -> Iterator[Trouble]:
        """Yield what the schema, or the reader of manifests, has against the draft."""
        name = f"{data.get('metadata', {}).get('id', 'row')}.yaml"
        problems: Iterable[Problem] = self._schemas.check(Document(name, data, b""), "VendorManifest")
        if not problems:
            loaded = documents.load(name, documents.dump(data).encode())
            problems = [one for one in loaded.problems if one.fatal]
        told = set()
        nameless = value_at(data, ("metadata", _FROM_NAME)) is None
        for problem in problems:
            if nameless and problem.keys == _ID.keys:  # no name, no id; one of the two is enough to say
                continue
            column = self._concerned(problem.keys)
            message = problem.message
            if problem.rule in _INVISIBLE:
                message = f"an invisible character stands in it: {problem.message.rpartition(': ')[2]}"
            if problem.rule == "schema.required" and column:
                message = f"nothing stands there, and {'.'.join(map(str, problem.keys))} is needed"
            fix = "Type the cell again." if problem.rule in _INVISIBLE else problem.fix
            if not column:
                fix = f"{fix} Map a column to it, or give it among the constants or defaults."
            if (column, message) not in told:
                told.add((column, message))
                yield Trouble(self._row.number, column, message, fix)

    def _concerned(self, keys: Keys) -> str:
        """Return the column of a value, of what is in it, or of a field that the row leaves blank."""
        for end in range(len(keys), 1, -1):
            if keys[:end] in self._from:
                return self._from[keys[:end]]
        inside = [name for where, name in self._from.items() if where[: len(keys)] == keys]
        bare = tuple(key for key in keys if isinstance(key, str))
        blank = [
            one.name
            for one in self._columns
            if tuple(key for key in (*one.target.home, *one.target.keys) if isinstance(key, str))[: len(bare)] == bare
        ]
        return next(iter([*inside, *blank]), "")

    def _list(self, keys: Keys) -> list[Any]:
        node: Any = self._data
        for key in keys[:-1]:
            node = node.setdefault(key, {})
        found: list[Any] = node.setdefault(keys[-1], [])
        return found

    def _put(self, keys: Keys, value: Any) -> None:  # noqa: ANN401 - any JSON
        node: Any = self._data
        for key in keys[:-1]:
            node = node[key] if isinstance(key, int) else node.setdefault(key, {})
        last: Any = keys[-1]
        held = node.get(last)
        node[last] = {**value, **held} if isinstance(value, dict) and isinstance(held, dict) else value

    def _note(self, column: str, message: str, fix: str) -> None:
        self._troubles.append(Trouble(self._row.number, column, message, fix))


def _ordered(node: Any, schemas: Schemas, keys: Keys) -> Any:  # noqa: ANN401 - any JSON
    """Return a block with its fields in the order of the schema, and each list without equal items."""
    if isinstance(node, list):
        items: list[Any] = []
        for item in node:
            if item not in items:
                items.append(item)
        return [_ordered(item, schemas, (*keys, 0)) for item in items]
    if not isinstance(node, dict):
        return node
    place = {name: number for number, (name, _) in enumerate(schemas.properties(keys))}
    names = sorted(node, key=lambda name: place.get(name, len(place)))
    return {name: _ordered(node[name], schemas, (*keys, name)) for name in names}
