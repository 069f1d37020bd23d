"""Answers, as they come back: held against the schema one by one, and put into the text of the manifest."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from checker import documents
from checker.documents import Document
from checker.errors import UsageError
from checker.intake import CellError, Habits, convert, plain_key, read_sheet, tidy
from checker.model import value_at
from checker.questionnaire.fields import keys_of, owner, sample
from checker.questionnaire.forms import COLUMNS
from checker.schema import guess

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checker.model import Keys
    from checker.schema import Schemas

_HEADING: Final = re.compile(r"#{1,6} +[0-9]+\. +`+ ?([^`]+?) ?`+ *")
_ANSWER: Final = re.compile(r"\s*\**Answer:\**\s*(.*)", re.IGNORECASE)
_VENDOR_LINE: Final = re.compile(r"Vendor: *`?([a-z0-9-]+)`? *")
_LEFT_OPEN: Final = frozenset({"", "-", "--", "?", "n/a", "tbd", "unknown"})
_NO_FORMULA: Final = re.compile(r"'(?=\s*[=+\-@])")
_NOTHING: Final = "none"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer that was given: where it stands in the file, the name of its field, and what was written."""

    place: str
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A questionnaire that came back; `blank` counts the questions that were left open."""

    vendor: str
    answers: tuple[Answer, ...]
    blank: int


@dataclass(frozen=True, slots=True)
class Taken:
    """The text with the answers in it; `refused` are those that are not, each with the reason and the fix."""

    text: str
    fields: tuple[str, ...]
    same: int
    """How many say what stands there already."""
    refused: tuple[tuple[Answer, str, str], ...]


def read_reply(name: str, content: bytes) -> Reply:
    """Read a questionnaire in Markdown or CSV; UsageError when it is none."""
    if name.lower().endswith((".md", ".markdown")):
        return _read_markdown(name, content)
    sheet = read_sheet(name, content)
    vendor, field, answer = (sheet.column(one) for one in (COLUMNS[0], COLUMNS[-2], COLUMNS[-1]))
    vendors = {row.cells[vendor].strip() for row in sheet.rows if not row.blank}
    if len(vendors) != 1:
        raise UsageError(f"{name} is not about one vendor, but about {len(vendors)}", "give one questionnaire")
    rows = [(f"row {row.number}", row.cells[field], row.cells[answer]) for row in sheet.rows if not row.blank]
    return _reply(vendors.pop(), rows)


def _read_markdown(name: str, content: bytes) -> Reply:
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        lines = content.decode("cp1252", "replace").splitlines()
    vendor = next((found[1] for line in lines if (found := _VENDOR_LINE.fullmatch(line.strip()))), "")
    rows: list[tuple[str, str, str]] = []
    field, answering = "", False
    for number, line in enumerate(lines, 1):
        if line.startswith("#"):
            heading = _HEADING.fullmatch(line.strip())
            field, answering = (heading[1] if heading else ""), False
        elif field and not answering and (found := _ANSWER.fullmatch(line)):
            rows.append((f"line {number}", field, found[1]))
            answering = True
        elif answering:
            place, known, text = rows[-1]
            rows[-1] = (place, known, f"{text}\n{line}")
    if not vendor or not rows:
        raise UsageError(f"{name} holds no questionnaire", "give the file that `checker vendor questionnaire` made")
    return _reply(vendor, rows)


def _reply(vendor: str, rows: Sequence[tuple[str, str, str]]) -> Reply:
    answers = [Answer(place, field.strip(), _NO_FORMULA.sub("", tidy(text))) for place, field, text in rows]
    given = tuple(one for one in answers if one.text.casefold() not in _LEFT_OPEN)
    return Reply(vendor, given, len(answers) - len(given))


def take(document: Document, schemas: Schemas, answers: Sequence[Answer], *, ours: bool) -> Taken:
    """Put the answers into the text; `ours` lets them speak of the client's fields, and of no others."""
    taker = _Taker(document, schemas, ours=ours)
    for answer in answers:
        taker.read(answer)
    taker.sift()
    return taker.taken()


class _Taker:
    def __init__(self, document: Document, schemas: Schemas, *, ours: bool) -> None:
        self._document, self._schemas, self._ours = document, schemas, ours
        self._known = schemas.fields()
        self._good: dict[Keys, tuple[Answer, Any]] = {}
        self._refused: list[tuple[Answer, str, str]] = []
        self._same = 0

    def read(self, answer: Answer) -> None:
        """Read one answer as its field asks for."""
        try:
            keys = keys_of(self._schemas, self._document.data, answer.field)
        except LookupError:
            message = f"there is no field {guess.shown(answer.field)} in {self._document.path}"
            self._refuse(answer, message, "make a new questionnaire; the manifest may have changed since")
            return
        whose = owner(self._known, keys)
        if whose != ("client" if self._ours else "vendor"):
            told = {"vendor": "the vendor's", "client": "the client's"}.get(whose, "part of the sign-off or the head")
            message = f"{answer.field} is {told}, and not asked here"
            self._refuse(answer, message, "change it in the manifest, if it must be")
            return
        try:
            keys, value = self._value(keys, answer.text)
        except CellError as error:
            self._refuse(answer, error.message, error.fix)
            return
        if keys in self._good:
            message = f"{answer.field} was answered before, in {self._good[keys][0].place}"
            self._refuse(answer, message, "keep one answer")
        elif _same(value_at(self._document.data, keys), value):
            self._same += 1
        else:
            self._good[keys] = (answer, value)

    def _value(self, keys: Keys, text: str) -> tuple[Keys, Any]:
        """Return the value of an answer, and where it goes: `none` of a new item is the whole list's."""
        declared = self._schemas.declared(sample(keys))
        item = self._schemas.declared((*sample(keys), 0)) if declared.get("type") == "array" else {}
        if plain_key(text) == _NOTHING and _NOTHING not in (*declared.get("enum", ()), *item.get("enum", ())):
            for end, key in enumerate(keys):
                if isinstance(key, int) and not value_at(self._document.data, keys[:end]):
                    return keys[:end], []
        return keys, convert(text, declared, item, Habits())

    def sift(self) -> None:
        """Take out what the schema refuses, until it refuses nothing."""
        while True:
            made = copy.deepcopy(self._document.data)
            for keys, value in self._changes():
                _put(made, keys, value)
            problems = self._schemas.check(Document(self._document.path, made, b""), "VendorManifest")
            wrong = {keys: problem for problem in problems for keys in self._concerned(problem.keys)}
            if not wrong:
                return
            for keys, problem in wrong.items():
                answer, _ = self._good.pop(keys)
                self._refuse(answer, problem.message, problem.fix)

    def _concerned(self, keys: Keys) -> list[Keys]:
        """Return the answers that a problem comes from: the one about its place, or those that made its block."""
        places = self._places()
        own = [one for one in self._good if places[one] == keys[: len(places[one])]]
        for end in range(len(keys), 0, -1):
            if own:
                break
            own = [one for one in self._good if places[one][:end] == keys[:end]]
        return own

    def _places(self) -> dict[Keys, Keys]:
        """Return where each answer goes: new items stand without gaps behind those that there are."""
        new: dict[Keys, list[int]] = {}
        for keys in self._good:
            for end, key in enumerate(keys):
                if isinstance(key, int) and value_at(self._document.data, keys[: end + 1]) is None:
                    new.setdefault(keys[:end], []).append(key)
        ranks = {above: sorted(set(indexes)) for above, indexes in new.items()}
        return {keys: tuple(self._moved(keys, ranks)) for keys in self._good}

    def _moved(self, keys: Keys, ranks: dict[Keys, list[int]]) -> Iterator[str | int]:
        for end, key in enumerate(keys):
            indexes = ranks.get(keys[:end], ())
            held = value_at(self._document.data, keys[:end])
            yield (len(held or ()) + indexes.index(key)) if isinstance(key, int) and key in indexes else key

    def _changes(self) -> list[tuple[Keys, Any]]:
        """Return the changes in their order, all fields of a new item as one."""
        places = self._places()
        order = {name: place for place, (name, _) in enumerate(self._schemas.properties(()))}
        changes: dict[Keys, Any] = {}
        for keys, (_, value) in self._good.items():
            where = places[keys]
            new = self._new(where)
            if new:
                _put(changes.setdefault(where[:new], {}), where[new:], value)
            else:
                changes[where] = value
        return sorted(changes.items(), key=lambda one: (order[str(one[0][0])], _numbers(one[0])))

    def _new(self, keys: Keys) -> int:
        """Return how many of the keys lead to the first list item that is not there yet; 0 without one."""
        data = self._document.data
        ends = (end for end in range(1, len(keys)) if isinstance(keys[end - 1], int))
        return next((end for end in ends if value_at(data, keys[:end]) is None), 0)

    def taken(self) -> Taken:
        """Return the text with what is good."""
        document = self._document
        changes = self._changes()
        text = documents.edited(document.path, document.content, document.data, changes) if changes else ""
        fields = tuple(answer.field for answer, _ in self._good.values())
        return Taken(text or document.content.decode(), fields, self._same, tuple(self._refused))

    def _refuse(self, answer: Answer, message: str, fix: str) -> None:
        self._refused.append((answer, message, fix))


def _numbers(keys: Keys) -> tuple[int, ...]:
    """Return what keeps the items of a list in their order."""
    return tuple(key for key in keys if isinstance(key, int))


def _same(held: Any, value: Any) -> bool:  # noqa: ANN401 - any JSON
    if isinstance(held, list) and isinstance(value, list):
        return all(one in value for one in held) and all(one in held for one in value)
    return type(held) is type(value) and bool(held == value)


def _put(node: Any, keys: Keys, value: Any) -> None:  # noqa: ANN401 - any JSON
    for key, below in pairwise(keys):
        empty: Any = [] if isinstance(below, int) else {}
        if isinstance(node, list) and key == len(node):
            node.append(empty)
        where: Any = key
        node = node[where] if isinstance(node, list) else node.setdefault(where, empty)
    last: Any = keys[-1]
    if isinstance(node, list) and last == len(node):
        node.append(value)
    else:
        node[last] = value
