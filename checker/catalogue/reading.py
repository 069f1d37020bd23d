"""What a policy reads: the fields of the manifest, the parameters, and what the checker derives.

OPA's syntax tree is followed from each control through the shared library. Every variable and every rule stands for
the set of places that its value may come from; a set only grows, and the rules are gone through until none does. What
is not in the schema or the parameters is no place, so a wrong turn ends by itself.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from checker.catalogue.clocks import EVERY_DAY, Clock, below, clocks
from checker.catalogue.places import (
    CONTEXT,
    DERIVED,
    INPUT,
    KEYS,
    MANIFESTS,
    OF_TIER,
    PARAMETERS,
    SAID,
    TEXT,
    TIER,
    Place,
    Places,
)
from checker.catalogue.syntax import EACH, clauses_of, constants, import_of, keys_of, variables_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from checker.lint import Module
    from checker.model import JsonObject

Rule = tuple[tuple[str, ...], str]
"""A package and the name of a rule in it."""

_POLICIES = frozenset({"controls", "portfolio"})
_LIBRARY = ("lib",)
_CONTROLS = ("controls",)
_FIELDS = ("lib", "fields")
_DATES = ("lib", "dates")
_CONTROL = (*_CONTROLS, "family", "name")
_MEASURES = frozenset({_DATES, ("lib", "durations")})
_VENDOR: tuple[str, ...] = ("lib", "vendor")
VENDOR = ".".join(_VENDOR)
"""The package with what the library concludes of a vendor for all controls."""
_ADVICE = "warn"
_FINDINGS = frozenset({"deny", "undetermined"})
_TIER: Rule = (_VENDOR, "tier")
_SHARED: dict[Rule, str] = {
    _TIER: "tier",
    (_VENDOR, "tier_at_least"): "tier",
    (_VENDOR, "lifecycle"): "lifecycle",
}
_NOTHING: frozenset[Place] = frozenset()


@dataclass(frozen=True, slots=True)
class Reading:
    """What one control reads, everything by its deepest keys and in order.

    `parameters` are paths below `params`, cut where a key is not constant; `facts` lie below `input.derived`. `shared`
    names what the library concludes for all controls (`tier`, `lifecycle`), whose own fields are not among `fields`.
    """

    fields: tuple[Place, ...]
    parameters: tuple[Place, ...]
    facts: tuple[Place, ...]
    shared: frozenset[str]
    controls: tuple[str, ...] = ()
    """The packages of other controls whose findings count in this one."""
    clocks: tuple[Clock, ...] = ()
    """What is held against the calendar where it can make the difference between failing and not."""
    names_the_day: bool = False
    """Whether a finding may hold a date of the context, so that it reads otherwise on the next day."""
    hangs_on: tuple[Place, ...] | None = None
    """Every place below `params` without whose change the control says the same; None when that cannot be told.

    Unlike `parameters` these hold what the library concludes from, and no place below another one.
    """


def readings(
    modules: Iterable[Module], fields: Collection[Place], parameters: Mapping[str, JsonObject]
) -> dict[str, Reading]:
    """Return by package what each control, or policy over all vendors, among the modules reads, and VENDOR.

    `fields` are the paths of the manifest's schema; `modules` are the policies and what they import.
    """
    known = {module.package: _Source(module) for module in modules}
    world = _World(known, Places(fields, parameters))
    return {".".join(package): _reading(source, world) for package, source in known.items() if _is_told(package)}


def _is_told(package: tuple[str, ...]) -> bool:
    return package[0] in _POLICIES or package == _VENDOR


def merged(several: Sequence[Reading]) -> Reading:
    """Return what several policies read together."""
    return Reading(
        fields=_deepest({place for one in several for place in one.fields}),
        parameters=tuple(sorted({place for one in several for place in one.parameters})),
        facts=_deepest({place for one in several for place in one.facts}),
        shared=frozenset(name for one in several for name in one.shared),
        controls=tuple(sorted({package for one in several for package in one.controls})),
        clocks=tuple(sorted({clock for one in several for clock in one.clocks})),
        names_the_day=any(one.names_the_day for one in several),
    )


class _Source:
    """A module, with its rules by name and its imports by alias."""

    def __init__(self, module: Module) -> None:
        self.package = module.package
        self.rules: dict[str, list[JsonObject]] = {}
        for rule in module.rules:
            for clause in clauses_of(rule):
                self.rules.setdefault(rule["head"]["ref"][0]["value"], []).append(clause)
        self.imports = dict(
            import_of(one["path"]["value"], one.get("alias", "")) for one in module.tree.get("imports", ())
        )


class _World:
    """All sources and all places; each package is gone through once."""

    def __init__(self, sources: Mapping[tuple[str, ...], _Source], places: Places) -> None:
        self.sources = sources
        self.places = places
        self._done: dict[tuple[str, ...], _Walk] = {}

    def rule_of(self, words: tuple[str, ...]) -> Rule | None:
        """Return the rule that a reference below `data` leads to; None when it leads to none."""
        known = (number for number in range(len(words) - 1, 0, -1) if words[:number] in self.sources)
        length = next(known, 0)
        return (words[:length], words[length]) if length else None

    def walk(self, package: tuple[str, ...]) -> _Walk | None:
        """Return what a package reads; None for one that is not here."""
        if package not in self._done and package in self.sources:
            self._done[package] = walk = _Walk(self.sources[package], self)
            walk.run()
        return self._done.get(package)


class _Walk:
    """One module: what its rules read, which rules of others they use, and what each rule may stand for."""

    def __init__(self, source: _Source, world: _World) -> None:
        self._source = source
        self._world = world
        self._places = world.places
        self._variables: dict[tuple[str, int, str], frozenset[Place]] = {}
        self._results: dict[str, frozenset[Place]] = {}
        self._rule, self._number = "", 0  # the clause that is followed: variables are its own
        self.reads: dict[str, set[Place]] = {name: set() for name in source.rules}
        self.uses: dict[str, set[Rule]] = {name: set() for name in source.rules}
        self.clocks: dict[str, set[Clock]] = {name: set() for name in source.rules}
        self.controls: dict[str, set[tuple[str, ...]]] = {name: set() for name in source.rules}
        self.astray: set[str] = set()  # the rules with a reference that leads nobody knows where

    def run(self) -> None:
        """Go through all rules until nothing grows any more."""
        before = -1
        while before != (before := self._size):
            self._pass()
        # Half-known values would pass for unknown ones, so what is held against the calendar is noted at the end.
        for found in self.clocks.values():
            found.clear()
        self._pass()

    def _pass(self) -> None:
        for name, clauses in self._source.rules.items():
            for number, clause in enumerate(clauses):
                self._rule, self._number = name, number
                self._clause(clause)

    def result(self, rule: str) -> frozenset[Place]:
        """Return what a rule's value, or its members, may be."""
        return self._results.get(rule, _NOTHING)

    def called(self, rule: str, values: Sequence[frozenset[Place]]) -> set[Clock]:
        """Return what a function of this module holds against the calendar when it is called with these values."""
        walk = _Walk(self._source, self._world)
        walk._results = self._results
        for number, clause in enumerate(self._source.rules.get(rule, ())):
            walk._rule, walk._number = rule, number
            for target, places in zip(clause["head"].get("args", ()), values, strict=False):
                walk._bind(target, places)
            walk._clause(clause)
        return walk.clocks.get(rule, {EVERY_DAY})

    @property
    def _size(self) -> int:
        return sum(len(found) for table in (self._variables, self._results, self.reads) for found in table.values())

    def _clause(self, clause: JsonObject) -> None:
        self._body(clause.get("body", ()))
        head = clause["head"]
        for term in (head.get("key"), head.get("value"), *head["ref"][1:]):
            if term and term.get("type"):
                self._results[self._rule] = self.result(self._rule) | self._value(term)

    def _body(self, body: Iterable[JsonObject]) -> None:
        for expression in body:
            terms = expression.get("terms")
            if isinstance(terms, list):
                self._call(terms)
            elif isinstance(terms, dict) and "symbols" in terms:
                for symbol in terms["symbols"]:
                    self._some(symbol)
            elif isinstance(terms, dict) and "domain" in terms:
                self._bind(terms["value"], self._members(terms["domain"]))
                self._body(terms["body"])
            elif isinstance(terms, dict):
                self._value(terms)
            for one in expression.get("with", ()):
                self._value(one["value"])

    def _some(self, symbol: JsonObject) -> None:
        """Follow `some x in list`, `some key, x in list`; `some x` alone says nothing."""
        if symbol["type"] == "call":
            *variables, collection = symbol["value"][1:]
            self._bind(variables[-1], self._members(collection))
            if len(variables) > 1 and collection["type"] == "object":
                self._bind(variables[0], self._union(key for key, _ in collection["value"]))

    def _bind(self, target: JsonObject, places: frozenset[Place]) -> None:
        for name in variables_in(target):
            key = (self._rule, self._number, name)
            self._variables[key] = self._variables.get(key, _NOTHING) | places

    def _members(self, collection: JsonObject) -> frozenset[Place]:
        places = self._value(collection)
        direct = collection["type"] == "ref" and collection["value"][0].get("value") == INPUT
        return self._places.step(places, None, direct=direct)

    def _value(self, term: JsonObject) -> frozenset[Place]:
        """Return what a term may be, and note what it reads."""
        kind, value = term["type"], term["value"]
        if kind == "string":
            return frozenset({(TEXT, value)})
        if kind == "var" and value in self._source.imports:
            return self._reference([term])
        if kind == "var":
            return self._variables.get((self._rule, self._number, value), _NOTHING) | self.result(value)
        if kind == "ref":
            return self._reference(value)
        if kind == "call":
            return self._call(value)
        if kind in {"array", "set"}:
            return self._list(value)
        if kind == "object":
            return self._union(part for pair in value for part in pair)
        if kind.endswith("comprehension"):
            self._body(value["body"])
            return self._union(value[key] for key in ("key", "term", "value") if key in value)
        if kind == "templatestring":
            return self._filled_in(part["terms"] for part in value["parts"] if "terms" in part)
        return _NOTHING

    def _filled_in(self, parts: Iterable[Any]) -> frozenset[Place]:
        """Tell whether a text is made with a date of the context; what else it is made with is no place any more."""
        found = [self._call(terms) if isinstance(terms, list) else self._value(terms) for terms in parts]
        return frozenset({SAID}) if _names_the_day(_NOTHING.union(*found)) else _NOTHING

    def _union(self, terms: Iterable[JsonObject]) -> frozenset[Place]:
        return _NOTHING.union(*(self._value(term) for term in terms))

    def _list(self, terms: list[JsonObject]) -> frozenset[Place]:
        """Take a list of keys for the place that it names, if there is one in the manifest, and for itself."""
        keys = keys_of(terms)
        if len(keys) > 1 and self._places.exists((INPUT, *keys)):
            self._note({(INPUT, *keys)})
        return self._union(terms) if len(keys) < 2 else self._union(terms) | {(KEYS, *keys)}  # noqa: PLR2004 - one key is a text

    def _reference(self, parts: list[JsonObject]) -> frozenset[Place]:
        places = self._led_to(parts)
        self._note(places)
        return places

    def _led_to(self, parts: list[JsonObject]) -> frozenset[Place]:
        """Return the places that a reference leads to, as if it were not read."""
        head, *keys = self._whole(parts)
        name = head["value"] if head["type"] == "var" else None
        if name == INPUT:
            places: frozenset[Place] = frozenset({(INPUT,)})
        elif name == "data":
            places, keys = self._given(keys)
        else:
            places = self._value(head)
        direct = all(len(place) == 1 for place in places)
        for key in keys:
            places = self._select(places, key, direct=direct)
        return places

    def _whole(self, parts: list[JsonObject]) -> list[JsonObject]:
        """Return a reference with what an import stands for written out."""
        head, *keys = parts
        return [*self._source.imports.get(str(head["value"]), [head]), *keys] if head["type"] == "var" else parts

    def _given(self, keys: list[JsonObject]) -> tuple[frozenset[Place], list[JsonObject]]:
        """Return what stands below `data`, and the keys that lead on from there."""
        words = constants(keys)
        if words[:1] in {(PARAMETERS,), (CONTEXT,)}:
            return frozenset({words[:1]}), keys[1:]
        rule = self._world.rule_of(words)
        if words[:1] == _LIBRARY and rule:
            return self._foreign(rule), keys[len(rule[0]) + 1 :]
        if words[:1] == _CONTROLS and len(words) >= len(_CONTROL):
            self.controls[self._rule].add(words[: len(_CONTROL)])
            return self._dates_of(rule), []
        self.astray.add(self._rule)
        self.clocks[self._rule].add(EVERY_DAY)
        return _NOTHING, []

    def _dates_of(self, rule: Rule | None) -> frozenset[Place]:
        """Return the dates of the context that a rule of a control may give; its fields are that control's own."""
        walk = self._world.walk(rule[0]) if rule else None
        return _below_root(walk.result(rule[1]), CONTEXT) if walk and rule else _NOTHING

    def _foreign(self, rule: Rule) -> frozenset[Place]:
        self.uses[self._rule].add(rule)
        walk = self._world.walk(rule[0])
        if rule == _TIER:
            return frozenset({(TIER,)})
        return walk.result(rule[1]) if walk and rule not in _SHARED else _NOTHING

    def _select(self, places: frozenset[Place], key: JsonObject, *, direct: bool) -> frozenset[Place]:
        constant = key["value"] if key["type"] == "string" else None
        values = self._value(key)
        growing = _below_root(places, CONTEXT)
        held = _NOTHING.union(*(below(place, constant, values) for place in growing))
        return held | self._step(places - growing, constant, values, direct=direct)

    def _step(
        self, places: frozenset[Place], key: str | None, values: frozenset[Place], *, direct: bool
    ) -> frozenset[Place]:
        if key is not None:
            return self._places.step(places, key, direct=direct)
        self._compared("", [values])
        named = {
            root: _NOTHING.union(*(self._places.step(_below_root(places, root), name, direct=True) for name in names))
            for root, names in (
                (INPUT, {text for one in values for text in self._places.texts(one)}),
                (PARAMETERS, {one[1] for one in values if one[0] == TEXT}),
            )
        }
        if named[PARAMETERS] and all(one[0] in {TEXT, KEYS} for one in values):
            # Nothing but constants: these parameters, and not all beside them.
            places -= _below_root(places, PARAMETERS)
        by_tier = self._places.descend(places, (OF_TIER,)) if values == {(TIER,)} else _NOTHING
        return (by_tier or self._places.step(places, None, direct=direct)).union(*named.values())

    def _call(self, terms: list[JsonObject]) -> frozenset[Place]:
        operator, *arguments = terms
        whole = self._whole(operator["value"]) if operator["type"] == "ref" else [operator]
        words = [part["value"] for part in whole]
        if words == ["object", "get"]:
            return self._get(*arguments)
        values = [self._value(one) for one in arguments]
        if words in (["assign"], ["eq"]):
            self._bind(arguments[0], values[1])
            words = ["assign"] if arguments[0]["type"] == "var" else words
        elif words[0] in self._source.rules and len(words) == 1:
            return self._own(words[0], values)
        shared = constants(whole[1:]) if words[0] == "data" else ()
        if shared[:1] == _LIBRARY and (rule := self._world.rule_of(shared)):
            return self._shared(rule, values)
        self._compared(".".join(map(str, words)), values)
        return _NOTHING.union(*values)

    def _shared(self, rule: Rule, values: list[frozenset[Place]]) -> frozenset[Place]:
        """Return what a function of the library may give for these values."""
        if rule[0] == _FIELDS:
            self._note(self._below(values[0], values[-1]))
            return _NOTHING
        if rule[0] == _DATES and (dates := self._world.walk(rule[0])):
            self.clocks[self._rule] |= dates.called(rule[1], values)
        return self._foreign(rule)

    def _compared(self, operator: str, values: Sequence[frozenset[Place]]) -> None:
        self.clocks[self._rule] |= set(clocks(operator, values))

    def _own(self, rule: str, values: list[frozenset[Place]]) -> frozenset[Place]:
        current = self._rule, self._number
        for number, clause in enumerate(self._source.rules[rule]):
            self._rule, self._number = rule, number
            for target, places in zip(clause["head"].get("args", ()), values, strict=False):
                self._bind(target, places)
        self._rule, self._number = current
        return self.result(rule)

    def _get(self, node: JsonObject, key: JsonObject, default: JsonObject) -> frozenset[Place]:
        nodes = places = self._led_to(node["value"]) if node["type"] == "ref" else self._value(node)
        for part in key["value"] if key["type"] == "array" else [key]:
            places = self._select(places, part, direct=False)
        if key["type"] != "array":
            places |= self._below(nodes, self._value(key))
        self._note(places or nodes)
        return places | self._value(default)

    def _below(self, nodes: frozenset[Place], paths: frozenset[Place]) -> frozenset[Place]:
        """Return what lies at any of the paths below any node."""
        lists = {keys for one in paths for keys in self._places.key_lists(one)}
        return _NOTHING.union(*(self._places.descend(nodes, keys) for keys in lists))

    def _note(self, places: Collection[Place]) -> None:
        if (PARAMETERS,) in places:
            self.astray.add(self._rule)
        self.reads[self._rule] |= {place for place in places if len(place) > 1 and place[0] in {INPUT, PARAMETERS}}


def _reading(source: _Source, world: _World) -> Reading:
    every = [(source.package, name) for name in source.rules]
    seen = _reached(every, world, end=_SHARED)
    reads = {place for rule in seen - _SHARED.keys() for place in _walked(rule, world).reads.get(rule[1], ())}
    others = {control for rule in seen for control in _walked(rule, world).controls.get(rule[1], ())}
    found = _sorted(reads, frozenset(_SHARED[rule] for rule in seen & _SHARED.keys()))
    failing = [rule for rule in every if rule[1] != _ADVICE]
    said = _NOTHING.union(*(_walked(rule, world).result(rule[1]) for rule in every if rule[1] in _FINDINGS))
    if source.package[0] == "controls":  # whether anything is asked of a vendor at all hangs on its lifecycle
        failing.append((_VENDOR, "lifecycle"))
    held = {clock for rule in _reached(failing, world) for clock in _walked(rule, world).clocks.get(rule[1], ())}
    told = {clock._replace(date=(*clock.date[:1], *_of_one_manifest(clock.date[1:]))) for clock in held}
    clocks = sorted(clock for clock in told if not _told_closer(clock, told))
    return replace(
        found,
        controls=tuple(sorted(map(".".join, others))),
        clocks=tuple(clocks),
        names_the_day=_names_the_day(said),
        hangs_on=_hangs_on(every, world),
    )


def _hangs_on(rules: Sequence[Rule], world: _World) -> tuple[Place, ...] | None:
    """Return the places of parameters that any of the rules, or what they use, reads; None when one leads astray."""
    # What is asked of a vendor hangs on its lifecycle; what measures time is used everywhere.
    measures = [
        (package, name) for package in _MEASURES & world.sources.keys() for name in world.sources[package].rules
    ]
    seen = _reached([*rules, (_VENDOR, "lifecycle"), *measures], world, beside=())
    if any(rule[1] in _walked(rule, world).astray for rule in seen):
        return None
    read = {place for rule in seen for place in _walked(rule, world).reads.get(rule[1], ())}
    cut = {_constant(place[1:]) for place in read if place[0] == PARAMETERS}
    return tuple(sorted(place for place in cut if not any(_is_below(place, other) for other in cut)))


def _told_closer(clock: Clock, others: Iterable[Clock]) -> bool:
    """Tell whether another comparison by the same date names something below what this one may be about."""
    alike = (other for other in others if clock.date and other._replace(date=clock.date) == clock)
    return any(_is_below(other.date, clock.date) for other in alike)


def _reached(
    todo: list[Rule],
    world: _World,
    end: Collection[Rule] = (),
    beside: Collection[tuple[str, ...]] = _MEASURES,
) -> set[Rule]:
    """Return the rules that these lead to, themselves included; those at the `end` lead nowhere.

    Packages that lie `beside` the way are not gone through.
    """
    seen: set[Rule] = set()
    todo = list(todo)
    while todo:
        rule = todo.pop()
        module = world.walk(rule[0])
        if rule in seen or module is None or rule[0] in beside:
            continue
        seen.add(rule)
        if rule not in end:
            todo += module.uses.get(rule[1], ())
            todo += [(rule[0], name) for name in world.sources[rule[0]].rules if name in _names(world, rule)]
    return seen


def _walked(rule: Rule, world: _World) -> _Walk:
    """Return the walk through the module of a rule that has been reached."""
    walk = world.walk(rule[0])
    assert walk is not None  # noqa: S101 - only what was walked through is reached
    return walk


def _names(world: _World, rule: Rule) -> set[str]:
    """Return every name in the clauses of a rule, those of the rules that it uses among them."""
    return {name for clause in world.sources[rule[0]].rules.get(rule[1], ()) for name in variables_in(clause)}


def _sorted(reads: set[Place], shared: frozenset[str]) -> Reading:
    inputs = {_of_one_manifest(place[1:]) for place in reads if place[0] == INPUT}
    fields = {place for place in inputs if place and place[0] != DERIVED}
    facts = {place[1:] for place in inputs if place[:1] == (DERIVED,) and len(place) > 1}
    read = {place[1:] for place in reads if place[0] == PARAMETERS}
    opened = {place for place in read if place != _constant(place)}
    dynamic = {_constant(place) for place in opened} - {()}
    plain = _deepest((read - opened) | dynamic)
    parameters = {place for place in {*plain, *dynamic} if not any(_is_below(place, other) for other in dynamic)}
    return Reading(_deepest(fields), tuple(sorted(parameters)), _deepest(facts), shared)


def _of_one_manifest(place: Place) -> Place:
    return place[2:] if place[:1] == MANIFESTS[:1] else place


def _below_root(places: frozenset[Place], root: str) -> frozenset[Place]:
    return frozenset(place for place in places if place[0] == root)


def _names_the_day(places: frozenset[Place]) -> bool:
    return SAID in places or bool(_below_root(places, CONTEXT))


def _constant(place: Place) -> Place:
    """Return the keys before the first that may be any."""
    return tuple(itertools.takewhile(lambda key: key not in {EACH, OF_TIER}, place))


def _deepest(places: set[Place]) -> tuple[Place, ...]:
    """Return those places that lead to no other one, a list's items taken for the list."""
    plain = {place[:-1] if place[-1] == EACH else place for place in places} - {()}
    return tuple(sorted(place for place in plain if not any(_is_below(other, place) for other in plain)))


def _is_below(place: Place, other: Place) -> bool:
    return len(place) > len(other) and place[: len(other)] == other
