"""Bytes to data: a strict YAML 1.2 (core schema) reader that tells what is wrong, where, and how to mend it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakValueDictionary

from checker.documents.build import build
from checker.documents.edit import edited
from checker.documents.emit import dump
from checker.documents.events import DEFAULT_LIMITS, Limits, using_c_parser
from checker.documents.scalars import MAX_NUMBER
from checker.documents.survey import Survey
from checker.documents.text import prepare, show, without_mark
from checker.documents.tidy import in_quotes, ordered, plain_values, tidied
from checker.model import Keys, Location, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.documents.text import Spot

__all__ = [
    "DEFAULT_LIMITS",
    "MAX_NUMBER",
    "Document",
    "Limits",
    "Loaded",
    "dump",
    "edited",
    "in_quotes",
    "load",
    "load_all",
    "ordered",
    "plain_values",
    "tidied",
    "using_c_parser",
    "without_mark",
]

_MAX_ALIKE: Final = 20


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Document:
    """One mapping read from one file; positions are looked up in `content` when first asked for."""

    path: str
    data: dict[str, Any]
    content: bytes
    _places: dict[Keys, tuple[Spot, Spot]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def locate(self, keys: Sequence[str | int]) -> Location:
        """Return the place of the value at `keys`, or of the nearest ancestor's key when there is none."""
        return self._find(tuple(keys), 1)

    def locate_key(self, keys: Sequence[str | int]) -> Location:
        """Return the place of the key (or list item) at `keys`, or of the nearest ancestor's key."""
        return self._find(tuple(keys), 0)

    def _find(self, keys: Keys, part: int) -> Location:
        if not self._places:
            self._places.update(Survey(without_mark(self.content), DEFAULT_LIMITS).places)
        for end in range(len(keys), -1, -1):
            place = self._places.get(keys[:end])
            if place:
                return Location(self.path, *place[part if end == len(keys) else 0])
        return Location(self.path)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of one file: a document, unless one of the problems is fatal."""

    document: Document | None
    problems: tuple[Problem, ...] = ()


_in_use: WeakValueDictionary[tuple[str, bytes, Limits, bool], Document] = WeakValueDictionary()


def load(path: str, content: bytes, limits: Limits = DEFAULT_LIMITS, *, pure: bool = False) -> Loaded:
    """Read one document, or say everything that is wrong with it; `pure` leaves libyaml out.

    A sound document that is still in use somewhere is not read again.
    """
    key = (path, content, limits, pure)
    if known := _in_use.get(key):
        return Loaded(known)
    text = prepare(content, limits.max_bytes)
    if text.body is None:
        return Loaded(None, _tidy(text.problems))
    data, problems = build(text.body, limits, careful=text.careful, pure=pure)
    if not (problems or text.problems):
        _in_use[key] = document = Document(path, data, content)
        return Loaded(document)
    problems = text.problems + _still_true(problems, {problem.line for problem in text.problems})
    survey = Survey(text.body, limits, pure=pure)
    told = _tidy([_with_keys(problem, survey) for problem in problems])
    fatal = any(problem.fatal for problem in told)
    return Loaded(None if fatal else Document(path, data, content), told)


def load_all(
    path: str, content: bytes, limits: Limits = DEFAULT_LIMITS
) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    """Return every document of any YAML or JSON file, read as conftest reads it, or else what is wrong with the file.

    The data of such a document may be any JSON value.
    """
    from checker.documents.loose import parts  # slow, and manifests do without

    found, problems = parts(path, content, limits)
    documents = []
    for part in found:
        document = Document(path, part.data, content)
        document._places.update(part.places)  # noqa: SLF001 - its own kind
        documents.append(document)
    return tuple(documents), _tidy(list(problems))


def _still_true(problems: list[Problem], spoiled: set[int]) -> list[Problem]:
    """Drop what may come from the stand-ins for forbidden characters in the spoiled lines."""
    if not spoiled:
        return problems
    return [
        each
        for each in problems
        if each.rule != "yaml.syntax" and not (each.rule == "yaml.key" and each.line in spoiled)
    ]


def _with_keys(problem: Problem, survey: Survey) -> Problem:
    """Tell a problem which key it concerns, and a repeated key where the first one is."""
    keys = survey.owners.get((problem.line, problem.column), ())
    if problem.rule != "yaml.duplicate_key":
        return replace(problem, keys=keys)
    (first, _), _ = survey.places[keys]
    message = f"The name {show(str(keys[-1]))} is given twice: in line {first} and in line {problem.line}."
    return replace(problem, keys=keys, message=message)


def _tidy(problems: list[Problem]) -> tuple[Problem, ...]:
    """Order by place, and count instead of listing what repeats itself."""
    problems = sorted(problems, key=lambda each: (each.line, each.column, each.rule))
    total = Counter(problem.rule for problem in problems)
    seen: Counter[str] = Counter()
    kept = []
    for problem in problems:
        seen[problem.rule] += 1
        more = total[problem.rule] - _MAX_ALIKE
        if more > 0 and seen[problem.rule] == _MAX_ALIKE:
            kept.append(replace(problem, message=f"{problem.message} ({more} more of this kind follow.)"))
        elif seen[problem.rule] <= _MAX_ALIKE:
            kept.append(problem)
    return tuple(kept)
