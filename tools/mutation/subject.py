"""What is mutated and what judges it: the modules and parameters of the repository, and its tables of cases."""

from __future__ import annotations

import copy
import json
import re
import subprocess
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker import documents, lint
from checker.compiler import CAPABILITIES
from checker.documents import Document
from checker.judge import Judge
from checker.schema import open_schemas
from mutation import parameters, rego
from mutation.bench import Cases, contexts_with, in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from checker.library import Library
    from checker.lint import Module
    from checker.model import JsonObject
    from mutation.bench import Bench
    from mutation.model import Mutant
    from mutation.parameters import Place

_JUDGED = ("main", "lib", "controls")


@dataclass(frozen=True)
class Subject:
    """The policies below one directory with their cases; `tables` is the module tests.cases.tables or its like."""

    library: Library
    tables: Any
    schemas: Path
    opa: Path
    _vocabulary: dict[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def modules(self) -> dict[str, Module]:
        """Every parsed policy by its path."""
        return {path: lint.parse(self.library.root, path, self.opa) for path in sorted(self.library.sources)}

    @cached_property
    def outside(self) -> list[str]:
        """The policies that no table of cases judges."""
        return [path for path, module in self.modules.items() if module.package[0] not in _JUDGED]

    @cached_property
    def unused(self) -> list[str]:
        """The policies that no control with cases uses."""
        used = {path for cases in self.cases.values() for path in cases.modules}
        return [path for path in self.modules if path not in used and path not in self.outside]

    @cached_property
    def imports(self) -> dict[str, set[str]]:
        """The other modules that each module names."""
        by_package = defaultdict(set)
        for path, module in self.modules.items():
            by_package[module.package].add(path)
        found = {}
        for path, module in self.modules.items():
            packages = {words[:length] for words in _references(module.tree) for length in range(1, len(words) + 1)}
            found[path] = {other for package in packages for other in by_package.get(package, ())} - {path}
        return found

    @cached_property
    def files(self) -> dict[str, str]:
        """The control of each module that is one."""
        packages = {tuple(control.package.split(".")): control.id for control in self.library.controls}
        return {path: packages[one.package] for path, one in self.modules.items() if one.package in packages}

    @cached_property
    def cases(self) -> dict[str, Cases]:
        """The cases by control."""
        grouped = defaultdict(list)
        for case in [*self.tables.cases(), *self.tables.noticed_deletions()]:
            grouped[case.control].append(case)
        own = {control: path for path, control in self.files.items()}
        main = [path for path, module in self.modules.items() if module.package[0] == "main"]
        return {
            control.id: self._cases(control, grouped[control.id], in_order([*main, own[control.id]], self.imports))
            for control in self.library.controls
            if grouped[control.id]
        }

    def _cases(self, control: Any, cases: Sequence[Any], modules: tuple[str, ...]) -> Cases:  # noqa: ANN401
        rows, params, contexts = [], {}, {}
        for case in cases:
            judge = self.tables.judge(case.as_of, case.params)
            key, day = _variant(case), f"{case.as_of} {_variant(case)}"
            if day not in contexts:  # the dates of a context take a while
                data = judge.setup.data
                params[key], contexts[day] = data["params"], data["context"]
            rows.append({"input": self.tables.policy_input(judge, case), "params": key, "context": day})
        return Cases(control, cases, rows, params, contexts, modules)

    def mutants(self) -> list[Mutant]:
        """Return every mutant, those that OPA refuses among them."""
        swaps = _swaps(self.library.parameters.get("thresholds", {}))
        found: list[Mutant] = []
        for path, module in self.modules.items():
            if path not in self.outside and path not in self.unused:
                found += rego.mutants(module, self.library.modules[path], swaps, self._is_demanded)
        for name in sorted(self.library.parameters):
            reads = {words[2:] for path in self.modules for words in self._reads(path) if words[1] == name}
            document = self._parameter_file(name)
            found += parameters.mutants(document, name, reads, self._sees, self._keys)
        return found

    def _is_demanded(self, above: Sequence[str | None], path: Sequence[Any]) -> bool:
        """Tell whether the schema lets no manifest through without the field at `path` below `above`."""
        node = self._schema
        for key in above:
            node = self._below(node, key)
        for key in path:
            if key not in node.get("required", ()):
                return False
            node = self._below(node, key)
        return bool(path)

    def _below(self, node: JsonObject, key: str | None) -> JsonObject:
        inner = node.get("items") if key is None else node.get("properties", {}).get(key)
        found: JsonObject = inner or node.get("additionalProperties") or {}
        while "$ref" in found:
            found = self._schema["$defs"][found["$ref"].rpartition("/")[2]]
        return found

    @cached_property
    def _schema(self) -> JsonObject:
        return dict(json.loads((self.schemas / "vendor-manifest.schema.json").read_bytes()))

    @cached_property
    def _keys(self) -> frozenset[str]:
        return frozenset(word for module in self.modules.values() for word in _keys_named(module.tree))

    def judges(self, mutant: Mutant) -> list[str]:
        """Return the controls whose cases a mutant concerns."""
        return [control for control, cases in self.cases.items() if self._concerns(mutant, cases)]

    def _concerns(self, mutant: Mutant, cases: Cases) -> bool:
        if not mutant.is_parameter:
            own = self.files.get(mutant.file)
            return own == cases.control.id if own else mutant.file in cases.modules
        name = mutant.file.split("/")[1]
        return any(
            words[1] == name and _meet(words[2:], mutant.place) for path in cases.modules for words in self._reads(path)
        )

    def try_(self, bench: Bench, control: str, mutant: Mutant) -> bool:
        """Tell whether the cases of one control kill the mutant."""
        cases = self.cases[control]
        bench.load(cases)
        if not mutant.is_parameter:
            return bench.kills(mutant)
        return self._kills_with_parameters(bench, cases, mutant)

    def _kills_with_parameters(self, bench: Bench, cases: Cases, mutant: Mutant) -> bool:
        name = mutant.file.split("/")[1]
        rows = cases.rows
        params: dict[str, Any] = {}
        contexts: dict[str, Any] = {}
        for variant, indexes in _by_variant(cases).items():
            case = cases.cases[indexes[0]]
            params[variant] = _overridden({**self.library.parameters, name: mutant.content}, case.params)
            before = self.tables.judge(case.as_of, case.params)
            after = Judge(replace(before.setup, library=replace(before.setup.library, parameters=params[variant])))
            chosen = {index: cases.cases[index] for index in indexes}
            if self._is_unfit(before, after, chosen.values()):
                return True
            if after.deriver.terms != before.deriver.terms:
                made = {index: self.tables.policy_input(after, one) for index, one in chosen.items()}
                rows = [{**row, "input": made.get(index, row["input"])} for index, row in enumerate(rows)]
            mine = {cases.rows[index]["context"] for index in indexes}
            contexts |= contexts_with({day: cases.contexts[day] for day in mine}, params[variant])
        return bench.kills_with(rows, params, contexts)

    def _is_unfit(self, before: Judge, after: Judge, cases: Iterable[Any]) -> bool:
        """Tell whether the schema, which takes its enumerations from the parameters, refuses a case now."""
        kind = "VendorManifest"
        if after.schemas.text(kind) == before.schemas.text(kind):
            return False
        manifests = [Document(self.tables.FILE, case.manifest, b"") for case in cases]
        return any(problem.fatal for one in manifests for problem in after.schemas.check(one, kind))

    def refused(self, mutants: Sequence[Mutant]) -> set[int]:
        """Return the `id()` of the mutants that the gates refuse: strict OPA, or the schema of the parameters."""
        found = {id(one) for one in mutants if one.is_parameter and self._is_wrong(one)}
        by_file: dict[str, dict[int, str]] = defaultdict(dict)
        for one in mutants:
            if not one.is_parameter:
                by_file[one.file][id(one)] = one.content
        for file, contents in by_file.items():
            found |= self._uncompiled(file, contents)
        return found

    def _is_wrong(self, mutant: Mutant) -> bool:
        changed = {**self.library.parameters, mutant.file.split("/")[1]: mutant.content}
        return bool(open_schemas(self.schemas, changed).wrong_parameters())

    def _uncompiled(self, file: str, contents: Mapping[int, str]) -> set[int]:
        """Return what `opa check --strict` refuses, each mutant of the module in a package of its own, in few runs."""
        with tempfile.TemporaryDirectory(prefix="mutants-") as name:
            place = Path(name)
            for path in in_order([file], self.imports)[:-1]:
                _write(place / "others" / path, self.library.modules[path])
            package = ".".join(self.modules[file].package)
            for index, text in contents.items():
                renamed = re.sub(rf"(?m)^package {re.escape(package)}$", f"package mutant{index}.{package}", text)
                _write(place / f"{index}.rego", renamed)
            _write(place / "others" / "data.json", "{}")
            return self._bad(place, sorted(contents))

    def _bad(self, place: Path, indexes: list[int]) -> set[int]:
        """Return which of the modules OPA refuses; where it does not say of which it speaks, by trying the halves."""
        errors = self._errors(place, indexes)
        files = [Path(one.get("location", {}).get("file", "")).stem for one in errors]
        named = {int(stem) for stem in files if stem.isdecimal()}
        if named:
            return named | self._bad(place, [index for index in indexes if index not in named])
        if errors and len(indexes) > 1:
            middle = len(indexes) // 2
            return self._bad(place, indexes[:middle]) | self._bad(place, indexes[middle:])
        return set(indexes) if errors else set()

    def _errors(self, place: Path, indexes: Iterable[int]) -> list[JsonObject]:
        options = ["--strict", "--capabilities", str(CAPABILITIES), "--max-errors", "1000000", "--format", "json"]
        files = ["others", *(f"{index}.rego" for index in indexes)]
        command = [str(self.opa), "check", *options, *files]
        done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
        return list(json.loads(done.stderr or done.stdout)["errors"]) if done.returncode else []

    @cached_property
    def _read_places(self) -> dict[str, set[tuple[str, ...]]]:
        """The constant words of each reference to a parameter, by module."""
        return {
            path: {words for words in _references(module.tree) if words[0] == "params" and len(words) > 1}
            for path, module in self.modules.items()
        }

    def _reads(self, path: str) -> set[tuple[str, ...]]:
        return self._read_places[path]

    def _parameter_file(self, name: str) -> Document:
        path = self.library.root / "params" / name / "data.yaml"
        loaded = documents.load(path.as_posix(), path.read_bytes())
        assert loaded.document is not None  # noqa: S101 - the library has read it
        return loaded.document

    def _sees(self, name: str, word: str) -> bool:
        """Tell whether a case of a control that reads a parameter holds a word anywhere."""
        return any(
            word in self._words(control)
            for control, cases in self.cases.items()
            if any(words[1] == name for path in cases.modules for words in self._reads(path))
        )

    def _words(self, control: str) -> frozenset[str]:
        if control not in self._vocabulary:
            self._vocabulary[control] = frozenset(
                word for row in self.cases[control].rows for word in _strings(row["input"])
            )
        return self._vocabulary[control]


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _references(node: Any) -> Iterator[tuple[str, ...]]:  # noqa: ANN401 - the syntax tree
    """Yield the constant words of every reference below `data`, imports included."""
    if isinstance(node, dict):
        if node.get("type") == "ref" and node["value"][0]["value"] == "data":
            constant = takewhile(lambda part: part["type"] == "string", node["value"][1:])
            words = tuple(str(part["value"]) for part in constant)
            if words:
                yield words
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        if key := _got(node):
            yield key
            node = node[2:]
        for value in node:
            yield from _references(value)


def _got(terms: list[Any]) -> tuple[str, ...]:
    """Return the words that `object.get(data.a, "b", ..)` reads, for it does not read all of `data.a`."""
    match terms:
        case [
            {"type": "ref", "value": [{"value": "object"}, {"value": "get"}]},
            {"type": "ref", "value": [{"value": "data"}, *parts]},
            {"type": "string", "value": key},
            _,
        ] if all(part["type"] == "string" for part in parts):
            return (*(str(part["value"]) for part in parts), str(key))
    return ()


def _keys_named(node: Any) -> Iterator[str]:  # noqa: ANN401 - the syntax tree
    """Yield the texts of a tree, the keys of literal objects left aside."""
    if isinstance(node, dict):
        if node.get("type") == "string":
            yield node["value"]
        elif node.get("type") == "object":
            yield from _keys_named([value for _, value in node["value"]])
            return
        for value in node.values():
            yield from _keys_named(value)
    elif isinstance(node, list):
        for value in node:
            yield from _keys_named(value)


def _strings(node: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        yield from node
        for value in node.values():
            yield from _strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from _strings(value)


def _by_variant(cases: Cases) -> dict[str, list[int]]:
    """Return the indexes of the cases by the parameters that they replace."""
    found = defaultdict(list)
    for index, row in enumerate(cases.rows):
        found[row["params"]].append(index)
    return found


def _variant(case: Any) -> str:  # noqa: ANN401 - a case of the tables
    return json.dumps(case.params, sort_keys=True)


def _overridden(params: JsonObject, changes: Mapping[str, Any]) -> JsonObject:
    """Return the parameters with the values that a case puts in the place of its own."""
    made = copy.deepcopy(params) if changes else params
    for path, value in changes.items():
        node: Any = made
        *above, last = path.split(".")
        for key in above:
            node = node[int(key) if isinstance(node, list) else key]
        node[int(last) if isinstance(node, list) else last] = value
    return made


def _meet(read: tuple[str, ...], place: Place) -> bool:
    """Tell whether one leads to the other or into it."""
    return all(one == key for one, key in zip(read, place, strict=False))


def _swaps(thresholds: JsonObject) -> dict[str, str]:
    """Return for each threshold the next one of the same form and another value."""
    names = [name for name, value in sorted(thresholds.items()) if value is not None]
    found = {}
    for at, name in enumerate(names):
        for other in names[at + 1 :] + names[:at]:
            if _form(thresholds[other]) == _form(thresholds[name]) and thresholds[other] != thresholds[name]:
                found[name] = other
                break
    return found


def _form(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        forms = {_form(one) for one in value.values() if one is not None}
        return tuple(sorted(value)), tuple(sorted(forms, key=str))
    if isinstance(value, str):
        return "period" if value.startswith("P") else "text"
    return type(value).__name__
