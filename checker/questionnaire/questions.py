"""From findings to questions: what is missing, what fails and what will lapse, field by field, in plain words."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from checker.errors import EngineError
from checker.model import Status, value_at
from checker.questionnaire.fields import item_name, owner, place, sample, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from checker.catalogue.reading import Reading
    from checker.judge import Case, Judge
    from checker.model import Assessment, Control, Finding, JsonObject, Keys

_OPEN: Final = frozenset({Status.FAIL, Status.UNDETERMINED})
_VENDOR: Final = "vendor"
_EACH: Final = "*"
_TELLING: Final = ("Whether", "How", "Who", "What", "Where", "Why", "When", "From", "Until", "Until when", "For")
_SIGN_OFF: Final = "attestation"
_MISSING: Final = ".missing"
_MOST_LISTED: Final = 30
_MOST_LAWS: Final = 2


@dataclass(frozen=True, slots=True)
class Question:
    """One field to be asked for."""

    keys: Keys
    field: str
    """Its name, by which the answer finds back."""
    section: str
    """What its block is about."""
    text: str
    why: tuple[str, ...]
    """The controls that need it, with their laws, and what they find."""
    kind: str
    """What kind of answer is wanted."""
    now: str
    """What the manifest holds; empty when nothing."""
    due: str
    """The day by which it is needed, in ISO form."""
    ours: bool
    """Whether the field is the client's own, and no matter of the vendor's."""


@dataclass(frozen=True, slots=True)
class _Need:
    """A finding that is there, or will be, and the last day on which it is not."""

    control: Control
    finding: Finding
    last_good: date | None
    """None when it is there today."""


def questions(
    judge: Judge, case: Case, readings: Mapping[str, Reading], until: date, reply_by: date
) -> tuple[Question, ...]:
    """Return what to ask, ordered as in the schema; `readings` tell by package what each control reads."""
    if case.document is None:
        return ()
    asker = _Asker(judge, case.document.data, readings)
    asked: dict[Keys, Question] = {}
    for need in _needs(judge, case, until):
        due = min(need.last_good, until) if need.last_good else reply_by
        for keys in asker.fields(need):
            question = asker.question(keys, need, due.isoformat())
            known = asked.get(keys)
            if known:
                why = dict.fromkeys((*known.why, *question.why))
                question = replace(known, why=tuple(why), due=min(known.due, question.due))
            asked[keys] = question
    found = sorted(asked.values(), key=lambda one: asker.rank(one.keys))
    return tuple(one for one in found if one.keys[0] != _SIGN_OFF)


def _needs(judge: Judge, case: Case, until: date) -> list[_Need]:
    """Judge day after day, and return every open finding with the last day on which it is not there."""
    today, found = judge.setup.as_of, dict[str, _Need]()
    controls = {control.id: control for control in judge.setup.controls}
    day = today
    while day <= until:
        judge.turn_to(day, {})
        (assessment,) = judge.decide([case])
        for finding in assessment.findings:
            if finding.status is Status.ERROR:  # what could not be judged is no questionnaire without questions
                raise EngineError(f"{finding.location}: {finding.message}", finding.fix)
        for finding in _open(assessment):
            last_good = None if day == today else day - timedelta(days=1)
            found.setdefault(finding.fingerprint, _Need(controls[finding.control], finding, last_good))
        day += timedelta(days=1)
    judge.turn_to(today, {})
    return list(found.values())


def _open(assessment: Assessment) -> Iterator[Finding]:
    for result in assessment.results:
        yield from (one for one in result.findings if one.status in _OPEN or one.starts_on)


class _Asker:
    """Turns findings about one manifest into fields, and fields into words."""

    def __init__(self, judge: Judge, data: JsonObject, readings: Mapping[str, Reading]) -> None:
        self._schemas, self._data, self._readings = judge.schemas, data, readings
        self._known = judge.schemas.fields()
        self._order = {path: number for number, path in enumerate(self._known)}

    def rank(self, keys: Keys) -> tuple[tuple[int, str], ...]:
        """Return what sorts fields as the schema does, and the items of a list one after the other."""
        path = place(self._known, keys)
        numbers = (self._order.get(path[:end], len(self._order)) for end in range(1, len(path) + 1))
        return tuple(
            (key, "") if isinstance(key, int) else (number, key) for key, number in zip(keys, numbers, strict=True)
        )

    def fields(self, need: _Need) -> list[Keys]:
        """Return the plain fields that a finding is about; of a block those that its control reads there."""
        keys = self._keys(need.finding.pointer)
        if not keys:
            return []
        if self._is_plain(keys):
            return [keys]
        if self._is_list(keys):
            return list(dict.fromkeys(self._of_item(self._new_item(keys), need)))
        return list(dict.fromkeys(self._below(keys, need)))

    def _keys(self, pointer: str) -> Keys:
        keys: Keys = ()
        for part in pointer.split("/")[1:]:
            name = part.replace("~1", "/").replace("~0", "~")
            is_item = name.isdigit() and self._schemas.declared(sample(keys)).get("type") == "array"
            keys = (*keys, int(name) if is_item else name)
        # A plain value in a list is part of the answer that is the list.
        return keys[:-1] if keys and isinstance(keys[-1], int) and self._is_plain(keys) else keys

    def _is_list(self, keys: Keys) -> bool:
        """Tell whether a field is a list of blocks."""
        return self._schemas.declared(sample(keys)).get("type") == "array" and not self._is_plain(keys)

    def _is_plain(self, keys: Keys) -> bool:
        """Tell whether a field holds one value, or a list of values: what a cell can hold."""
        declared = self._schemas.declared(sample(keys))
        if declared.get("type") == "array":
            return self._schemas.declared((*sample(keys), 0)).get("type") != "object"
        return declared.get("type") != "object"

    def _new_item(self, keys: Keys) -> Keys:
        held = value_at(self._data, keys)
        return (*keys, len(held) if isinstance(held, list) else 0)

    def _of_item(self, keys: Keys, need: _Need) -> Iterator[Keys]:
        """Yield what a new item of a list must have, then what the control reads of it."""
        yield from ((*keys, name) for name in self._schemas.declared(sample(keys)).get("required", ()))
        yield from self._below(keys, need)

    def _below(self, keys: Keys, need: _Need) -> Iterator[Keys]:
        """Yield the plain fields below a block that the control reads; all of them, when nothing is known of that."""
        found = False
        for path in self._read(need.control):
            if len(path) > len(keys) and all(one in (_EACH, key) for one, key in zip(path, keys, strict=False)):
                for field in self._walked(keys, path[len(keys) :]):
                    found = True
                    yield field
        if not found:
            yield from self._leaves(keys)

    def _read(self, control: Control) -> Iterator[tuple[str, ...]]:
        own = self._readings.get(control.package)
        yield from own.fields if own else ()
        for other in own.controls if own else ():
            yield from self._readings[other].fields if other in self._readings else ()

    def _walked(self, keys: Keys, rest: Sequence[str]) -> Iterator[Keys]:
        if not rest:
            yield from self._leaves(keys)
        elif rest[0] != _EACH:
            yield from self._walked((*keys, rest[0]), rest[1:])
        elif self._is_plain(keys):
            yield keys
        elif self._is_list(keys):
            held = value_at(self._data, keys) or [None]
            for index in range(len(held)):
                yield from self._walked((*keys, index), rest[1:])
        else:
            for name in value_at(self._data, keys) or ():
                yield from self._walked((*keys, name), rest[1:])

    def _leaves(self, keys: Keys) -> Iterator[Keys]:
        """Yield a plain field itself, or those of a block, of a list those of a new item."""
        if self._is_plain(keys):
            yield keys
            return
        keys = self._new_item(keys) if self._is_list(keys) else keys
        for name, _ in self._schemas.properties(sample(keys)):
            if self._is_plain((*keys, name)):
                yield (*keys, name)

    def question(self, keys: Keys, need: _Need, due: str) -> Question:
        """Return one field as a question."""
        declared = self._schemas.declared(sample(keys))
        return Question(
            keys=keys,
            field=written(self._schemas, self._data, keys),
            section=self._about(keys[:1]),
            text=f"{self._context(keys)}{asked(str(declared.get('description', '')))}",
            why=(_why(need, self._data["scope"]["regimes"]),),
            kind=self._kind(keys, declared),
            now=shown(value_at(self._data, keys)),
            due=due,
            ours=owner(self._known, keys) != _VENDOR,
        )

    def _about(self, keys: Keys) -> str:
        return str(self._schemas.declared(sample(keys)).get("description", "")).rstrip(".")

    def _context(self, keys: Keys) -> str:
        """Say to which block or list item below the top a field belongs."""
        block = keys[:-1]
        if len(block) < 2:  # noqa: PLR2004 - the section tells of the top
            return ""
        if not isinstance(block[-1], int):
            return f"{self._about(block)}. "
        name = item_name(self._schemas, self._data, block)
        what = "a new one" if name.startswith("+") else f"about {name}"
        return f"{self._about(block[:-1])} ({what}). "

    def _kind(self, keys: Keys, declared: JsonObject) -> str:
        """Say what kind of answer is wanted."""
        item = self._schemas.declared((*sample(keys), 0)) if declared.get("type") == "array" else {}
        kind = answer_kind(declared, item)
        ends = (end for end, key in enumerate(keys) if isinstance(key, int))
        new = [end for end in ends if value_at(self._data, keys[: end + 1]) is None]
        item = self._schemas.declared(sample(keys[: new[0] + 1])) if new else {}
        first = new and keys[new[0] + 1 :] == tuple(item.get("required", ()))[:1]
        nothing = first and not value_at(self._data, keys[: new[0]])
        return f"{kind}; or `none`, when there is none to tell of" if nothing else kind


def _why(need: _Need, regimes: Sequence[str]) -> str:
    told = "; ".join(f"{name} {', '.join(references)}" for name, references in _laws(need.control, regimes))
    head = f"{need.control.id} {need.control.title}{f' ({told})' if told else ''}"
    if need.finding.rule.endswith(_MISSING):  # that nothing is there, the question tells already
        return head
    message = need.finding.message.rstrip(".")
    if need.last_good is None:
        return f"{head}: {message}"
    return f"{head}: from {need.last_good + timedelta(days=1)} on, {message}"


def _laws(control: Control, regimes: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Return the laws that the vendor falls under and the control serves; without one, what it serves first."""
    known = [regime.removeprefix("uk_").replace("_", "") for regime in regimes]
    every = list(control.frameworks.items())
    mine = [(name, found) for name, found in every if name.lower().replace(" ", "").startswith(tuple(known))]
    return mine if known and mine else every[:_MOST_LAWS]


def asked(description: str) -> str:
    """Return a description of a field as a request."""
    words = description.strip().rstrip(".")
    if not words:
        return "Please fill this in."
    first = words.split(" ", 1)[0]
    return f"Please {'tell' if first in _TELLING else 'give'} {_lowered(words)}."


def _lowered(sentence: str) -> str:
    words = sentence.rstrip(".")
    return words if re.match(r"[A-Z]{2}|[A-Z]-", words) else words[:1].lower() + words[1:]


def answer_kind(declared: JsonObject, item: JsonObject) -> str:
    """Return in words what may be answered."""
    kind = declared.get("type")
    if kind == "boolean":
        return "yes or no"
    if kind in {"integer", "number"}:
        return "a whole number" if kind == "integer" else "a number"
    if declared.get("format") == "date":
        return "a date as `YYYY-MM-DD`"
    if kind == "array":
        if len(item.get("enum", ())) > _MOST_LISTED:
            return f"a list, parted by semicolons; each is {_lowered(str(item.get('description', '')))}"
        if item.get("enum"):
            return f"any of {_listed(item['enum'])}, parted by semicolons; `none` for none of them"
        return f"a list, parted by semicolons{_example(declared)}; `none` when there is nothing to list"
    if len(declared.get("enum", ())) > _MOST_LISTED:
        return f"a code{_example(declared)}"
    if declared.get("enum"):
        return f"one of {_listed(declared['enum'])}"
    if str(declared.get("pattern", "")).startswith("^P"):
        return f"a length of time{_example(declared)}"
    return f"text{_example(declared)}"


def _listed(options: Iterable[object]) -> str:
    names = [f"`{one}`" for one in options]
    return ", ".join(names)


def _example(declared: JsonObject) -> str:
    examples = declared.get("examples")
    return f", such as `{shown(examples[0])}`" if examples else ""


def shown(value: Any) -> str:  # noqa: ANN401 - any JSON
    """Return a value as people write it; a block as the number of its fields."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(map(shown, value)) or "none"
    return f"{len(value)} fields" if isinstance(value, dict) else str(value)
