"""Files to a value: Rego sources of any package, and the data that they look up."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker import documents
from checker.compiler import sha256
from checker.engine import canonical
from checker.engine.verdict import InputError
from checker.errors import UsageError, nearest
from checker.library import content_of, digest_of, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from checker.model import JsonObject

REGO_VERSIONS = ("v1", "v0")
_DATA = (".yaml", ".yml", ".json")


@dataclass(frozen=True)
class Ruleset:
    """Existing policies and their data, all of the same moment; `sources` maps paths as they are shown to texts."""

    sources: Mapping[str, bytes]
    data: JsonObject = field(default_factory=dict)
    rego: str = REGO_VERSIONS[0]
    """Which syntax the policies are in."""

    @cached_property
    def digest(self) -> str:
        """What identifies the policies: their paths and contents."""
        return digest_of(self.sources)

    @cached_property
    def data_digest(self) -> str:
        """What identifies the data; empty when there is none."""
        return sha256(canonical(self.data)) if self.data else ""


def read_ruleset(policies: Sequence[str], data: Sequence[str], at: Path, rego: str = REGO_VERSIONS[0]) -> Ruleset:
    """Read directories or files of policies, and those of data, as they are named from the directory `at`."""
    sources: dict[str, bytes] = {}
    for given in policies:
        for path, file in _below(at, given, (".rego",)):
            name = os.path.normpath(f"{given}/{path}" if path else given)
            # OPA is given the sources in a directory of their own, which no path may leave.
            sources[name if not name.startswith(("..", "/")) else f"{file.parent.name}/{file.name}"] = content_of(file)
    if not sources:
        named = ", ".join(policies)
        raise UsageError(f"there are no policies in {named}", "name the directory that holds the *.rego files")
    return Ruleset(sources, _data(data, at), rego)


def _below(at: Path, given: str, suffixes: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    """Yield the files that a path stands for, each with its way below that; none for a file that is named itself."""
    place = at / given
    if place.is_file():
        yield "", place
    elif not place.is_dir():
        beside = [one.name for one in place.parent.iterdir()] if place.parent.is_dir() else []
        raise UsageError(f"there is no file or directory `{given}`", nearest(place.name, beside))
    else:
        yield from ((path, file) for path, file in walk(place) if file.suffix.lower() in suffixes)


def _data(given: Sequence[str], at: Path) -> JsonObject:
    tree: JsonObject = {}
    for one in given:
        found = list(_below(at, one, _DATA))
        if not found:
            raise UsageError(f"there are no data in {one}", "name a YAML or JSON file, or a directory that holds some")
        for path, file in found:
            # As in OPA, the directories below the named one are keys.
            values = _mapping(file)
            for key in reversed(Path(path).parts[:-1]):
                values = {key: values}
            _merge(tree, values, file, ())
    try:
        canonical(tree)
    except InputError as error:
        raise UsageError(f"the data in {', '.join(given)} cannot be used: {error}") from error
    return tree


def _mapping(file: Path) -> JsonObject:
    loaded, problems = documents.load_all(file.name, content_of(file))
    for problem in problems:
        raise UsageError(f"{file}:{problem.line}:{problem.column}: {problem.message}", problem.fix)
    if len(loaded) != 1 or not isinstance(loaded[0].data, dict):
        raise UsageError(f"{file}:1:1: a file of data is one mapping", "write `name: value` lines, in one document")
    return loaded[0].data


def _merge(tree: JsonObject, values: JsonObject, file: Path, way: tuple[str, ...]) -> None:
    for key, value in values.items():
        known: Any = tree.get(key)
        if key not in tree:
            tree[key] = json.loads(json.dumps(value))  # two files must not share a part
        elif isinstance(known, dict) and isinstance(value, dict):
            _merge(known, value, file, (*way, key))
        else:
            name = ".".join((*way, key))
            raise UsageError(f"{file}: another file of data has `{name}` too", "leave it in one of them")
