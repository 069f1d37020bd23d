"""Why one control says what it says of one vendor: what it read, what that was held against, what would change it.

Remedies are found by trial: small edits of the manifest are judged by the same engine, and those count after which the
finding is gone. They say what would have to be true; whether it is, only the vendor and the client know.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from checker import calendar, documents
from checker.catalogue.places import values_at
from checker.catalogue.syntax import EACH
from checker.documents import Document
from checker.engine import Fault
from checker.judge import asking
from checker.model import Location, Severity, Status

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import date
    from pathlib import Path

    from checker.catalogue.places import Place
    from checker.catalogue.reading import Reading
    from checker.engine import PolicyFinding
    from checker.judge import Judge
    from checker.model import Assessment, Control, Json, JsonObject, Keys, Result

MOST_TRIALS: Final = 300
"""Edits that are tried for one control."""
_MOST_OPTIONS: Final = 40
_SMALL: Final = 8
"""Entries of a map of parameters that is told whole when no value of the manifest names one of them."""
_TIERS: Final = frozenset(Severity)
_FAILED: Final = frozenset({Status.FAIL, Status.UNDETERMINED})
ABSENT: Final = object()


@dataclass(frozen=True, slots=True)
class Value:
    """One value that the control reads, with its place; `name` is its way by names of list items."""

    name: str
    value: Json
    location: Location


@dataclass(frozen=True, slots=True)
class Span:
    """A period of the parameters, counted from the as-of date: what is older, and what comes later, than that."""

    period: str
    back: date
    ahead: date


@dataclass(frozen=True, slots=True)
class Basis:
    """What one control read of one manifest, and what that was held against."""

    fields: tuple[Value, ...]
    absent: tuple[str, ...]
    """Fields that the control reads and the manifest does not hold."""
    facts: tuple[tuple[str, Json], ...]
    """What the checker derived from the manifest and its evidence, by dotted way."""
    parameters: tuple[Value, ...]
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Remedy:
    """Edits after which a finding would be gone, in words; `passes` tells whether the whole control would pass."""

    edits: tuple[str, ...]
    passes: bool


@dataclass(frozen=True, slots=True)
class Account:
    """Everything that decided what one control says of one vendor."""

    control: Control
    assessment: Assessment
    result: Result
    basis: Basis
    remedy: Remedy | None
    """None when nothing fails, or when no small edit mends it."""


def account(judge: Judge, document: Document, assessment: Assessment, control: Control, reading: Reading) -> Account:
    """Gather what decided; `assessment` is that of the document, by the same set-up as the judge's."""
    result = next(one for one in assessment.results if one.control == control.id)
    failed = any(one.status in _FAILED for one in result.findings)
    return Account(
        control=control,
        assessment=assessment,
        result=result,
        basis=Ledger(judge).open(document, assessment.tier).basis(reading),
        remedy=_Workshop(judge, document, control).remedy() if failed else None,
    )


class Ledger:
    """What controls read, looked up in one manifest after the other; files of parameters are read once."""

    def __init__(self, judge: Judge) -> None:
        self.judge = judge
        self._files: dict[str, tuple[Path, Document | None]] = {}

    def open(self, document: Document, tier: str) -> Leaf:
        """Turn to one manifest; its facts are derived anew."""
        return Leaf(self, document, self.judge.input(document)["derived"], tier)

    def parameters(self, reading: Reading, words: Collection[str]) -> tuple[Value, ...]:
        """Return the parameters read; of a table the rows that are named by one of the words, such as the tier."""
        found: list[Value] = []
        for place in reading.parameters:
            file, document = self._file(place[0])
            for way, value in values_at(self.judge.setup.library.parameters, place, ()):
                for keys, row in _rows(value, way, words):
                    location = document.locate(keys[1:]) if document else Location(str(file))
                    found.append(Value(".".join(map(str, keys)), row, location))
        return tuple(sorted(found, key=lambda one: one.location))

    def _file(self, name: str) -> tuple[Path, Document | None]:
        if name not in self._files:
            file = self.judge.setup.library.place(f"params/{name}/data.yaml")
            self._files[name] = (file, documents.load(str(file), file.read_bytes()).document)
        return self._files[name]


@dataclass(frozen=True, slots=True)
class Leaf:
    """One manifest in the ledger."""

    ledger: Ledger
    document: Document
    derived: JsonObject
    tier: str
    _known: dict[Place, tuple[Value, ...]] = field(default_factory=dict)
    """Controls read many places in common."""

    def basis(self, reading: Reading) -> Basis:
        """Return what a control that reads this had before it, and what that was held against."""
        fields = self.fields(reading)
        words = {one.value for one in fields if isinstance(one.value, str)} | {self.tier}
        parameters = self.ledger.parameters(reading, words)
        return Basis(
            fields=fields,
            absent=self.absent(reading),
            facts=tuple(_facts(self.derived, reading)),
            parameters=parameters,
            spans=tuple(_spans(parameters, self.ledger.judge.setup.as_of)),
        )

    def fields(self, reading: Reading) -> tuple[Value, ...]:
        """Return the values of the manifest that a control reads, in the order of the file."""
        found = {(value.location, value.name): value for place in reading.fields for value in self._at(place)}
        return tuple(sorted(found.values(), key=lambda one: one.location))

    def absent(self, reading: Reading) -> tuple[str, ...]:
        """Return the fields that a control reads and the manifest does not hold."""
        return tuple(_absent(self.document.data, reading))

    def _at(self, place: Place) -> tuple[Value, ...]:
        if place not in self._known:
            subject, document = self.ledger.judge.schemas.subject, self.document
            self._known[place] = tuple(
                Value(subject(document.data, keys), value, document.locate(keys))
                for way, node in values_at(document.data, place, ())
                for keys, value in _leaves(node, way)
            )
        return self._known[place]


def _absent(data: JsonObject, reading: Reading) -> Iterator[str]:
    for place in reading.fields:
        if not any(True for _ in values_at(data, place, ())):
            yield ".".join("[]" if key == EACH else key for key in place).replace(".[]", "[]")


def _facts(derived: JsonObject, reading: Reading) -> Iterator[tuple[str, Json]]:
    for place in reading.facts:
        for way, value in values_at(derived, place, ()):
            for keys, leaf in _leaves(value, way):
                yield ".".join(map(str, keys)), leaf


def _rows(value: Any, way: Keys, words: Collection[str]) -> Iterator[tuple[Keys, Json]]:  # noqa: ANN401 - any JSON
    if not isinstance(value, dict):
        yield way, value
        return
    fitting = [key for key in value if key in words]
    small = () if _TIERS.issuperset(value) or len(value) > _SMALL else value
    for key in fitting or small:
        yield from _rows(value[key], (*way, key), words)


def _spans(parameters: Iterable[Value], as_of: date) -> Iterator[Span]:
    for period in sorted({one.value for one in parameters if isinstance(one.value, str)}):
        if calendar.is_period(period):
            yield Span(period, calendar.cutoff(as_of, period), calendar.add(as_of, period))


def _leaves(node: Any, way: Keys) -> Iterator[tuple[Keys, Json]]:  # noqa: ANN401 - any JSON
    """Yield the values below a node that are no blocks; a list of plain values is one."""
    if isinstance(node, dict):
        for key, child in node.items():
            yield from _leaves(child, (*way, key))
    elif isinstance(node, list) and any(isinstance(item, (dict, list)) for item in node):
        for index, child in enumerate(node):
            yield from _leaves(child, (*way, index))
    else:
        yield way, node


@dataclass(frozen=True, slots=True)
class _Edit:
    """One change of a manifest, in words too: the value at `keys` becomes `value`, or goes when it is ABSENT."""

    keys: Keys
    value: Any
    words: str

    def applied(self, data: JsonObject) -> JsonObject:
        """Return the manifest with the change; blocks that are not there are made."""
        made: JsonObject = copy.deepcopy(data)
        node: Any = made
        for key in self.keys[:-1]:
            node = node.setdefault(key, {}) if isinstance(node, dict) else node[key]
        last: Any = self.keys[-1]
        if self.value is ABSENT:
            del node[last]
        elif isinstance(node, list) and last == len(node):
            node.append(self.value)
        else:
            node[last] = self.value
        return made


class _Workshop:
    """Where edits are tried."""

    def __init__(self, judge: Judge, document: Document, control: Control) -> None:
        self._judge, self._document, self._control = judge, document, control
        self._trials = MOST_TRIALS

    def remedy(self) -> Remedy | None:
        """Return the edits that mend one finding after the other, each tried on what the last one left."""
        data, words = self._document.data, []
        left = self._found(data)
        while left and (step := self._step(data, left)):
            data, left = step[0].applied(data), step[1]
            words.append(step[0].words)
        return Remedy(tuple(words), passes=not left) if words else None

    def _step(
        self, data: JsonObject, before: tuple[PolicyFinding, ...]
    ) -> tuple[_Edit, tuple[PolicyFinding, ...]] | None:
        """Return the first edit that leaves less to find, and what it leaves."""
        codes = {finding.code for finding in before}
        for finding in before:
            for edit in self._options(data, finding):
                self._trials -= 1
                if self._trials < 0:
                    return None
                made = edit.applied(data)
                if self._judge.schemas.check(Document(self._document.path, made, b""), "VendorManifest"):
                    continue
                after = self._found(made)
                if after is not None and len(after) < len(before) and codes.issuperset(one.code for one in after):
                    return edit, after
        return None

    def _found(self, data: JsonObject) -> tuple[PolicyFinding, ...] | None:
        """Return what the control finds, in a fixed order; None when the policies do not answer."""
        made = self._judge.input(Document(self._document.path, data, b""))
        (answer,) = self._judge.engine.evaluate([asking(made, [self._control.package])])
        if isinstance(answer, Fault) or answer.guard:
            return None
        verdict = answer.controls[self._control.package]
        return tuple(
            sorted({*verdict.deny, *verdict.undetermined}, key=lambda one: (str(one.path), one.code, one.key or ""))
        )

    def _options(self, data: JsonObject, finding: PolicyFinding) -> Iterator[_Edit]:
        keys = tuple(finding.path)
        if not keys:
            return
        node = _value(data, keys)
        name = self._judge.schemas.subject(data, keys)
        is_item = isinstance(keys[-1], int) and node is not ABSENT
        if is_item and not isinstance(node, (dict, list)):
            yield _Edit(keys, ABSENT, f"take {_yaml(node)} out of {name.rpartition('[')[0]}")
        if isinstance(node, list):
            yield from self._of_list(node, keys, name, finding.key or "")
        elif not isinstance(node, dict):
            yield from (_Edit(keys, value, _told(name, value, node)) for value in self._values(keys, node))
        elif is_item:
            yield _Edit(keys, ABSENT, f"take out {name}")

    def _of_list(self, node: list[Any], keys: Keys, name: str, about: str) -> Iterator[_Edit]:
        for index, item in enumerate(node):
            if not about or str(item) == about:
                yield _Edit((*keys, index), ABSENT, f"take {_yaml(item)} out of {name}")
        for value in self._values((*keys, len(node)), ABSENT):
            if value not in node:
                yield _Edit((*keys, len(node)), value, f"add {_yaml(value)} to {name}")

    def _values(self, keys: Keys, now: Any) -> Iterator[Any]:  # noqa: ANN401 - any JSON
        """Yield what the schema allows or gives as an example; for a date first the day that is judged."""
        declared = self._judge.schemas.declared(keys)
        options: list[Any] = [*declared.get("enum", ())[:_MOST_OPTIONS], *declared.get("examples", ())]
        if declared.get("type") == "boolean":
            options = [True, False]
        elif declared.get("format") == "date":
            options.insert(0, self._judge.setup.as_of.isoformat())
        yield from (value for value in options if value != now or type(value) is not type(now))


def _value(data: JsonObject, keys: Keys) -> Any:  # noqa: ANN401 - any JSON
    node: Any = data
    for key in keys:
        try:
            node = node[key]
        except (KeyError, IndexError, TypeError):
            return ABSENT
    return node


def _told(name: str, value: Json, now: object) -> str:
    return f"add {name}: {_yaml(value)}" if now is ABSENT else f"set {name} to {_yaml(value)}"


def _yaml(value: Any) -> str:  # noqa: ANN401 - any JSON
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
