"""Any YAML or JSON file, read as conftest reads it: several documents, references, and the words of YAML 1.1.

Manifests are read strictly instead, by the package's `load`. Refused here too is what leaves open which value counts:
a name given twice, a number that JSON does not have, a reference to nothing.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any, Final, NoReturn

from yaml import YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from checker.documents.events import DEFAULT_LIMITS, Stop, events, problem_at, too_deep
from checker.documents.syntax import explained
from checker.documents.text import show, unreadable, without_mark
from checker.model import Problem

if TYPE_CHECKING:
    from checker.documents.events import Event, Limits, Mark
    from checker.documents.text import Spot
    from checker.model import Keys

    Places = dict[Keys, tuple[Spot, Spot]]

_CORE: Final = "tag:yaml.org,2002:"
_NULL: Final = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE: Final = frozenset({form for word in ("y", "yes", "true", "on") for form in (word, word.title(), word.upper())})
_FALSE: Final = frozenset({form for word in ("n", "no", "false", "off") for form in (word, word.title(), word.upper())})
_WHOLE: Final = re.compile(
    r"(?P<sign>[-+]?)(?:0[bB](?P<b>[01]+)|0[xX](?P<x>[0-9a-fA-F]+)|0[oO]?(?P<o>[0-7]+)|(?P<d>[1-9][0-9]*|0))"
)
_BASES: Final = {"b": 2, "x": 16, "o": 8, "d": 10}
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_ENDLESS: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_LONGEST: Final = 400
_LARGEST: Final = 1 << 64
_NOTHING: Final = Problem("yaml.shape", "There is nothing in this file to judge.", "Fill it in, or delete it.")


@dataclass(frozen=True, slots=True)
class Part:
    """One document of a file, any JSON value, and where its keys and values stand."""

    data: Any
    places: Places


def parts(path: str, content: bytes, limits: Limits = DEFAULT_LIMITS) -> tuple[list[Part], tuple[Problem, ...]]:
    """Return the documents of a file, or what is wrong with it; the items of a list at the top are documents.

    A name that ends in `.json` makes it JSON, any other YAML.
    """
    if problem := unreadable(content, limits.max_bytes):
        return [], (problem,)
    body = without_mark(content)
    found, problems = (_json if path.lower().endswith(".json") else _yaml)(body, limits)
    if problems:
        return [], tuple(problems)
    if len(found) == 1 and isinstance(found[0].data, list):
        found = [_item(found[0], index) for index in range(len(found[0].data))]
    elif len(found) == 1 and found[0].data is None:
        found = []
    return found, () if found else (_NOTHING,)


def _item(whole: Part, index: int) -> Part:
    places = {keys[1:]: spots for keys, spots in whole.places.items() if keys[:1] == (index,)}
    return Part(whole.data[index], places)


def _yaml(body: bytes, limits: Limits) -> tuple[list[Part], list[Problem]]:
    reader = _Reader(body, limits)
    try:
        return reader.stream(), reader.problems
    except Stop as stop:
        return [], [*reader.problems, stop.problem]
    except YAMLError as error:
        return [], [*reader.problems, explained(error, body.decode())]


def _json(body: bytes, limits: Limits) -> tuple[list[Part], list[Problem]]:
    try:
        data = json.loads(body, object_pairs_hook=_object, parse_constant=_refuse, parse_float=_number)
    except json.JSONDecodeError as error:
        fix = "Compare the line with those around it; look for a missing comma, quote or bracket."
        return [], [Problem("json.syntax", f"This is no JSON: {error.msg}.", fix, error.lineno, error.colno)]
    except _RepeatedError as repeated:
        return [], [_place_of(repeated.problem, body, limits)]
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        return [], [Problem("json.syntax", f"This is no JSON that can be judged: {reason}.", "Mend the value.")]
    # YAML's parser knows places, and reads nearly all JSON.
    found, problems = _yaml(body, limits)
    if bounds := [problem for problem in problems if problem.rule in {"yaml.nodes", "yaml.depth"}]:
        return [], bounds
    return [Part(data, found[0].places if len(found) == 1 else {})], []


class _RepeatedError(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for name, value in pairs:
        if name in data:
            raise _RepeatedError(_repeated(name))
        data[name] = value
    return data


def _repeated(name: str) -> Problem:
    fix = "Keep the right one and delete the other."
    return Problem(
        "yaml.duplicate_key", f"The name {show(name)} is given twice, and tools disagree which one counts.", fix
    )


def _place_of(problem: Problem, body: bytes, limits: Limits) -> Problem:
    """Return the same problem with its place, if YAML's parser can tell it."""
    return next((one for one in _yaml(body, limits)[1] if one.rule == problem.rule), problem)


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _number(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise ValueError(f"the number {text[:40]} is too large")
    return value


class _Reader:
    """Builds every document of a stream, with the places of its nodes."""

    def __init__(self, body: bytes, limits: Limits) -> None:
        self.problems: list[Problem] = []
        self._limits = limits
        self._get = events(body, limits)
        self._nodes = 0

    def stream(self) -> list[Part]:
        found: list[Part] = []
        self._get()  # the stream's start
        while (event := self._get()).__class__ is not StreamEndEvent:
            if event.__class__ is DocumentStartEvent:
                self._places: Places = {}
                self._anchors: dict[str, tuple[Any, int]] = {}
                found.append(Part(self._node(self._get(), (), None), self._places))
        return found

    def _node(self, event: Event, keys: Keys, key_spot: Spot | None) -> Any:  # noqa: ANN401 - any JSON
        spot = _spot(event)
        self._places.setdefault(keys, (key_spot or spot, spot))
        if event.__class__ is AliasEvent:
            return self._alias(event)
        before = self._nodes
        self._count(event, 1)
        if event.__class__ is ScalarEvent:
            data = self._scalar(event)
        elif len(keys) >= self._limits.max_depth:
            raise too_deep(event, self._limits.max_depth)
        else:
            data = self._mapping(keys) if event.__class__ is MappingStartEvent else self._list(keys)
        if event.anchor:
            self._anchors[event.anchor] = (data, self._nodes - before)
        return data

    def _alias(self, event: Event) -> Any:  # noqa: ANN401 - any JSON
        if event.anchor not in self._anchors:
            self._note(
                event.start_mark,
                "yaml.alias",
                f"{show('*' + event.anchor)} refers to nothing above.",
                "Correct the name.",
            )
            return None
        data, nodes = self._anchors[event.anchor]
        self._count(event, nodes)
        return data

    def _count(self, event: Event, nodes: int) -> None:
        """Bound what references make of a short text."""
        self._nodes += nodes
        if self._nodes > self._limits.max_nodes:
            message = f"The file holds more than {self._limits.max_nodes:,} values."
            raise Stop(problem_at(event.start_mark, "yaml.nodes", message, "Split the file."))

    def _mapping(self, keys: Keys) -> dict[str, Any]:
        data: dict[str, Any] = {}
        merged: list[Any] = []
        while (event := self._get()).__class__ is not MappingEndEvent:
            if event.__class__ is ScalarEvent and event.value == "<<" and not event.style:
                merged.append(self._node(self._get(), (*keys, "<<"), _spot(event)))
                continue
            name = self._key(event)
            if name in data:
                problem = _repeated(name)
                self._note(event.start_mark, problem.rule, problem.message, problem.fix)
            data[name] = self._node(self._get(), (*keys, name), _spot(event))
        for source in merged:
            for one in source if isinstance(source, list) else [source]:
                data = {**one, **data} if isinstance(one, dict) else data
        return data

    def _list(self, keys: Keys) -> list[Any]:
        data: list[Any] = []
        while (event := self._get()).__class__ is not SequenceEndEvent:
            data.append(self._node(event, (*keys, len(data)), None))
        return data

    def _key(self, event: Event) -> str:
        value = self._scalar(event) if event.__class__ is ScalarEvent else None
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, (int, float)):
            return f"{value:g}" if isinstance(value, float) else str(value)
        if isinstance(value, str):
            return value
        message = "A list, a mapping, a reference or nothing stands where a name must stand."
        raise Stop(problem_at(event.start_mark, "yaml.key", message, "Use a word as the name."))

    def _scalar(self, event: Event) -> Any:  # noqa: ANN401 - any JSON
        text, tag = event.value, event.tag or ""
        kind = tag.removeprefix(_CORE) if tag.startswith(_CORE) else ""
        if event.style and not kind:
            return text
        if kind == "binary":
            return self._binary(event)
        if tag and kind not in {"null", "bool", "int", "float"}:  # other marks say nothing about the value
            return text
        if _ENDLESS.fullmatch(text):
            self._note(event.start_mark, "yaml.number", f"{show(text)} is no number of JSON.", "Write a finite number.")
            return None
        return self._plain(event)

    def _plain(self, event: Event) -> Any:  # noqa: ANN401 - any JSON
        text = event.value
        if text in _NULL:
            return None
        if text in _TRUE or text in _FALSE:
            return text in _TRUE
        digits = text.replace("_", "") if text[:1] in "+-.0123456789" and len(text) < _LONGEST else ""
        if match := _WHOLE.fullmatch(digits):
            base = next(name for name in _BASES if match[name])
            value = int(match["sign"] + match[base], _BASES[base])
            return value if abs(value) < _LARGEST else float(value)
        if _FLOAT.fullmatch(digits) and isfinite(float(digits)):
            number = float(digits)
            return int(number) if number.is_integer() and abs(number) < _LARGEST else number
        return text

    def _binary(self, event: Event) -> str:
        try:
            return b64decode("".join(event.value.split()), validate=True).decode()
        except ValueError:
            self._note(event.start_mark, "yaml.tag", "This is no text in base64.", "Write the text itself.")
            return ""

    def _note(self, mark: Mark, rule: str, message: str, fix: str) -> None:
        self.problems.append(problem_at(mark, rule, message, fix))


def _spot(event: Event) -> Spot:
    return event.start_mark.line + 1, event.start_mark.column + 1
