"""Mutants of a policy: found on the syntax tree that OPA prints, made in the text at the place the tree names."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from mutation.model import Mutant, change, numbered, squeezed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from checker.lint import Module
    from checker.model import JsonObject

# Rules left alone, by their file and name.
EXCLUDED = {("main/main.rego", "_needed"): "`checker policy lint` compares it with all references to parameters"}
TIERS = ("low", "medium", "high", "critical")
# By the name of the operator in the tree: what may stand in its place.
OPERATORS = {
    "lt": ("<=", ">"),
    "lte": ("<", ">="),
    "gt": (">=", "<"),
    "gte": (">", "<="),
    "equal": ("!=",),
    "neq": ("==",),
    "or": ("&",),
    "and": ("|",),
}
FUNCTIONS = {
    "dates.overdue": "dates.soon",
    "dates.soon": "dates.overdue",
    "dates.future": "dates.expired",
    "dates.expired": "dates.future",
    "durations.longer": "durations.shorter",
    "durations.shorter": "durations.longer",
    "max": "min",
    "min": "max",
}
# Functions of two arguments whose exchange is a likely slip.
ORDERED = frozenset({"dates.overdue", "dates.soon", "durations.longer", "durations.shorter"})
# Arrays among the arguments of these are keys that lead to a field, no lists of things.
PATHS = frozenset({"fields.present", "fields.missing", "fields.empty", "object.get", "array.concat", "array.slice"})
# The third argument of these is a list of such paths.
LISTS_OF_PATHS = frozenset({"fields.missing", "fields.empty"})
_ASSIGNMENTS = frozenset({"assign", "eq"})
_WORDED = frozenset({"code", "msg", "fix"})
_THRESHOLDS = ("data", "params", "thresholds")
_CUT = 90
_TWO = 2


# Whether the schema demands a field, by the keys of what it is in (None for the number of a list item) and its path.
Demanded: TypeAlias = Callable[[Sequence[str | None], Sequence[Any]], bool]


@dataclass(frozen=True, slots=True)
class Edit:
    """A replacement in the text of a module, and the part of the text that shows what it means."""

    start: int
    end: int
    new: str
    shown: tuple[int, int]
    what: str = ""


@dataclass(slots=True)
class Text:
    """The text of a module, by the rows and columns of its tree."""

    text: str
    starts: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.starts = [0]
        for line in self.text.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def span(self, node: Mapping[str, Any]) -> tuple[int, int] | None:
        """Return where the text of a node begins and ends; None for what OPA has added itself."""
        where = node.get("location", {})
        if "text" not in where or node.get("generated"):
            return None
        words = base64.b64decode(where["text"]).decode()
        start = self.starts[where["row"] - 1] + where["col"] - 1
        # OPA places what stands first in brackets at the bracket.
        while not self.text.startswith(words, start) and self.text[start : start + 1] in {"(", " ", "\t", "\n"}:
            start += 1
        return (start, start + len(words)) if self.text.startswith(words, start) else None

    def line(self, offset: int) -> int:
        """Return the line of an offset, counted from 1."""
        return self.text.count("\n", 0, offset) + 1


def mutants(
    module: Module, text: str, swaps: Mapping[str, str], is_demanded: Demanded = lambda *_: False
) -> list[Mutant]:
    """Return every mutant of a module, less those that concern nothing but the words of findings.

    `swaps` names for a threshold another one that could be meant; `is_demanded` tells that the schema lets no manifest
    through without a field.
    """
    source = Text(text)
    finder = _Finder(source, swaps, is_demanded)
    names = Counter(_rule_name(rule) for rule in module.rules)
    found: list[Mutant] = []
    deciding = _deciding(module.rules)
    for rule in module.rules:
        if _rule_name(rule) not in deciding or (module.path, _rule_name(rule)) in EXCLUDED:
            continue
        label = _label(rule)
        edits = [*finder.deletion(rule, names), *finder.rule(rule)]
        found += [_mutant(module.path, source, label, edit) for edit in dict.fromkeys(edits)]
    return numbered(found)


def _deciding(rules: list[JsonObject]) -> set[str]:
    """Return the names of the public rules and of all that they use for more than words."""
    uses: dict[str, set[str]] = {_rule_name(rule): set() for rule in rules}
    for rule in rules:
        uses[_rule_name(rule)] |= set(_names_used(rule)) & uses.keys()
    found: set[str] = set()
    left = {name for name in uses if not name.startswith("_")}
    while left:
        found |= left
        left = {name for one in left for name in uses[one]} - found
    return found


def _names_used(node: Any) -> Iterator[str]:  # noqa: ANN401 - the syntax tree
    """Yield the variables of a node outside the words of findings."""
    if isinstance(node, list):
        for one in node:
            yield from _names_used(one)
    elif isinstance(node, dict) and node.get("type") == "object":
        for key, value in node["value"]:
            if key.get("value") not in {"msg", "fix"}:
                yield from _names_used(value)
    elif isinstance(node, dict) and node.get("type") != "templatestring":
        if node.get("type") == "var":
            yield node["value"]
        for value in node.values():
            yield from _names_used(value)


def _mutant(path: str, source: Text, label: str, edit: Edit) -> Mutant:
    first, last = edit.shown
    before, after = change(source.text[first:last], edit.start - first, edit.end - first, edit.new)
    content = source.text[: edit.start] + edit.new + source.text[edit.end :]
    what = f"{label}: {edit.what or f'`{before}` -> `{after}`'}"
    return Mutant(path, source.line(edit.start), what, content)


def _label(rule: JsonObject) -> str:
    """Return the name of a rule, and the code of the finding that it gives."""
    value = rule["head"].get("key") or {}
    pairs = value["value"] if value.get("type") == "object" else []
    codes = [one["value"] for key, one in pairs if key["value"] == "code" and one["type"] == "string"]
    return " ".join([_rule_name(rule), *codes])


def _rule_name(rule: JsonObject) -> str:
    return str(rule["head"]["ref"][0]["value"])


def _name(term: JsonObject) -> str:
    """Return the dotted name of an operator or function."""
    parts = term["value"] if term["type"] == "ref" else [term]
    return ".".join(str(part["value"]) for part in parts)


def _items(term: JsonObject) -> list[JsonObject]:
    """Return the members of a literal array; none for any other term."""
    return list(term["value"]) if term["type"] == "array" else []


def _words(term: JsonObject) -> tuple[str, ...]:
    """Return the words of a constant reference; () for any other term."""
    parts = term["value"] if term["type"] == "ref" else []
    return tuple(str(part["value"]) for part in parts if part["type"] in {"var", "string"})


@dataclass(frozen=True, slots=True)
class _Finder:
    """Finds the places of one module at which something can be changed."""

    source: Text
    swaps: Mapping[str, str]
    is_demanded: Demanded

    def deletion(self, rule: JsonObject, names: Counter[str]) -> Iterator[Edit]:
        """Yield the deletion of a rule that is one of several of its name."""
        span = self.source.span(rule)
        if rule.get("default"):
            head = self.source.span(rule["head"])
            span = (span[0], head[1]) if span and head else None
        if span and names[_rule_name(rule)] > 1:
            words = squeezed(self.source.text[slice(*span)])
            yield Edit(*span, "", span, f"delete `{words[:_CUT]}{'…' if len(words) > _CUT else ''}`")

    def rule(self, rule: JsonObject) -> Iterator[Edit]:
        """Yield what can be changed within a rule."""
        head = rule["head"]
        shown = self.source.span(head) or (0, 0)
        for part in ("key", "value"):
            yield from self.term(head.get(part), shown)
        yield from self.body(rule["body"])
        if "else" in rule:
            yield from self.rule(rule["else"])

    def body(self, body: list[JsonObject]) -> Iterator[Edit]:
        """Yield what can be changed within the conditions of a rule or a comprehension, each of them left out too."""
        for expression in body:
            span = self.source.span(expression)
            if not span:
                continue
            yield Edit(*span, "true", span, f"drop `{squeezed(self.source.text[slice(*span)])[:150]}`")
            yield from self._negation(expression, span)
            yield from self._expression(expression, span)

    def _negation(self, expression: JsonObject, span: tuple[int, int]) -> Iterator[Edit]:
        words = self.source.text[slice(*span)]
        if expression.get("negated"):
            yield Edit(*span, words.removeprefix("not").lstrip(), span)
        elif self._can_negate(expression["terms"]):
            yield Edit(*span, f"not {words}", span)

    def _can_negate(self, terms: Any) -> bool:  # noqa: ANN401 - the syntax tree
        if isinstance(terms, dict):
            return "symbols" not in terms and "domain" not in terms and terms["type"] != "boolean"
        name = _name(terms[0])
        return name not in OPERATORS and name not in _ASSIGNMENTS

    def _expression(self, expression: JsonObject, shown: tuple[int, int]) -> Iterator[Edit]:
        terms = expression["terms"]
        if isinstance(terms, list):
            yield from self._call(terms, shown)
        elif "symbols" in terms:
            for symbol in terms["symbols"]:
                yield from self.term(symbol, shown)
        elif "domain" in terms:
            yield from self.term(terms["domain"], shown)
            yield from self.body(terms["body"])
        else:
            yield from self.term(terms, shown)
        for one in expression.get("with", []):
            yield from self.term(one["value"], shown)

    def term(self, term: Any, shown: tuple[int, int], *, keys: bool = False) -> Iterator[Edit]:  # noqa: ANN401
        """Yield what can be changed within a term; `keys` marks an array that leads to a field."""
        if not isinstance(term, dict):
            return
        kind, value = term["type"], term["value"]
        match kind:
            case "call":
                yield from self._call(value, shown)
            case "ref":
                yield from self._reference(value, shown)
            case "array" | "set":
                yield from () if keys else self._members(term, shown)
                for one in value:
                    yield from self.term(one, shown, keys=True)
            case "object":
                yield from self._object(value, shown)
            case "arraycomprehension" | "setcomprehension" | "objectcomprehension":
                for part in ("term", "key", "value"):
                    yield from self.term(value.get(part), shown)
                yield from self.body(value["body"])
            case "number" | "boolean" | "string":
                yield from self._scalar(term, shown)

    def _object(self, pairs: list[list[JsonObject]], shown: tuple[int, int]) -> Iterator[Edit]:
        """Yield the changes of an object's values; the words of a finding decide nothing."""
        names = {key["value"] for key, _ in pairs if key["type"] == "string"}
        if len(names & _WORDED) < _TWO:
            for _, value in pairs:
                yield from self.term(value, shown)

    def _call(self, terms: list[JsonObject], shown: tuple[int, int]) -> Iterator[Edit]:
        operator, *arguments = terms
        name, span = _name(operator), self.source.span(operator)
        for other in OPERATORS.get(name, ()):
            if span:
                yield Edit(*span, other, shown)
        if span and name in FUNCTIONS:
            yield Edit(*span, FUNCTIONS[name], shown)
        if name in ORDERED and len(arguments) == _TWO:
            yield from self._exchange(arguments, shown)
        if name == "object.get" and _words(arguments[0]) == _THRESHOLDS:
            yield from self._another(arguments[1], shown)
        if name in LISTS_OF_PATHS and arguments[2]["type"] == "array":
            below = [part["value"] if part["type"] == "string" else None for part in _items(arguments[1])]
            yield from self._members(
                arguments[2], shown, lambda path: self.is_demanded(below, [key["value"] for key in _items(path)])
            )
            arguments = arguments[:2]
        for one in arguments:
            yield from self.term(one, shown, keys=name in PATHS)

    def _exchange(self, arguments: list[JsonObject], shown: tuple[int, int]) -> Iterator[Edit]:
        first, second = (self.source.span(one) for one in arguments)
        if first and second:
            text = self.source.text
            new = text[slice(*second)] + text[first[1] : second[0]] + text[slice(*first)]
            yield Edit(first[0], second[1], new, shown)

    def _reference(self, parts: list[JsonObject], shown: tuple[int, int]) -> Iterator[Edit]:
        if _words({"type": "ref", "value": parts[:3]}) == _THRESHOLDS and parts[3:]:
            yield from self._another(parts[3], shown)
        for part in parts[1:]:
            yield from self.term(part, shown)
        if parts[0]["type"] not in {"var", "string"}:
            yield from self.term(parts[0], shown)

    def _another(self, key: JsonObject, shown: tuple[int, int]) -> Iterator[Edit]:
        """Yield another threshold in the place of the one that a key names."""
        span = self.source.span(key)
        if span and key["type"] == "string" and key["value"] in self.swaps:
            new = self.source.text[slice(*span)].replace(key["value"], self.swaps[key["value"]])
            yield Edit(*span, new, shown)

    def _members(
        self, term: JsonObject, shown: tuple[int, int], is_spared: Callable[[JsonObject], bool] = lambda _: False
    ) -> Iterator[Edit]:
        """Yield the literal collection without each of its members, those left aside that are to be spared."""
        outer = self.source.span(term)
        spans = sorted(span for one in term["value"] if (span := self.source.span(one)))
        if not outer or len(spans) != len(term["value"]):
            return
        spared = {self.source.span(one) for one in term["value"] if is_spared(one)}
        if spared and len(spans) == 1:
            return
        if len(spans) == 1:
            yield Edit(*outer, "[]" if term["type"] == "array" else "set()", shown)
            return
        for index, (start, end) in enumerate(spans):
            # With the comma and the space that follow it, or for the last one, those before it.
            last = index == len(spans) - 1
            if (start, end) in spared:
                continue
            yield Edit(spans[index - 1][1] if last else start, end if last else spans[index + 1][0], "", shown)

    def _scalar(self, term: JsonObject, shown: tuple[int, int]) -> Iterator[Edit]:
        span, value = self.source.span(term), term["value"]
        if not span:
            return
        words = self.source.text[slice(*span)]
        if isinstance(value, bool):
            yield Edit(*span, str(not value).lower(), shown)
        elif isinstance(value, int | float):
            yield from (Edit(*span, str(value + step), shown) for step in (1, -1))
        elif value in TIERS and words.strip('"') == value:
            yield from (Edit(*span, words.replace(value, other), shown) for other in neighbours(value))


def neighbours(tier: str) -> list[str]:
    """Return the tiers directly below and above one."""
    at = TIERS.index(tier)
    return [*TIERS[max(at - 1, 0) : at], *TIERS[at + 1 : at + 2]]
