"""Tables of cases: a manifest that passes everything, small changes to it, and what a control must say of each."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from checker import calendar, documents, sources
from checker.errors import UsageError
from checker.facts import digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from checker.documents import Document
    from checker.model import JsonObject, Keys, Location
    from checker.schema import Schemas

BASE = "base.yaml"
EVIDENCE = "evidence"
BASE_DAY = "2026-11-22"
"""The day on which the shipped base manifest passes every shipped control."""


class LostError(ValueError):
    """A path that leads nowhere; the message names it."""


@dataclass(frozen=True)
class Case:
    """One change to the base manifest, judged on one day."""

    control: str
    name: str
    as_of: str
    manifest: JsonObject
    status: str
    expected: tuple[tuple[str, str], ...]
    """Every finding of the control, as (rule, subject)."""
    params: JsonObject = field(default_factory=dict)
    derived: JsonObject = field(default_factory=dict)
    only_rule: str = ""
    """For boundaries: whether this rule is found is all that matters; `status` is `found` or `absent`."""
    location: Location | None = None
    """Where the table has it; None for a case that no table has."""

    def __str__(self) -> str:
        return f"{self.control}: {self.name}"


@dataclass(frozen=True, slots=True)
class Base:
    """The manifest that cases change; its evidence lies in `evidence/<vendor>/` of the directory `root`."""

    root: Path
    file: str
    """The name under which the manifest and all that is made of it are judged."""
    text: str
    """The manifest as JSON."""
    blocks: frozenset[str]
    """The blocks that the vendor's signature covers."""
    day: str
    """The day on which the manifest passes, and cases are judged unless they name another."""

    def manifest(self) -> JsonObject:
        """Return a fresh copy with a true digest."""
        return self.signed(json.loads(self.text))

    def signed(self, manifest: JsonObject) -> JsonObject:
        """Write the digest that a vendor's signature over this manifest would carry, and return the manifest."""
        if "digest" in manifest.get("attestation", {}):
            manifest["attestation"]["digest"] = digest(manifest, self.blocks)
        return manifest

    def changed(self, changes: JsonObject) -> JsonObject:
        """Return the manifest after the `set`, `append`, `delete` and `sign` of a case; LostError on a wrong path."""
        manifest = self.manifest()
        change(manifest, changes)
        return self.signed(manifest) if changes.get("sign", True) else manifest


@dataclass(frozen=True, slots=True)
class Table:
    """The cases of one control, as they are in one file."""

    document: Document

    @property
    def path(self) -> str:
        """The file, relative to the root of the repository."""
        return self.document.path

    @property
    def control(self) -> str:
        """The id of the control."""
        return str(self.document.data["control"])

    @property
    def statuses(self) -> frozenset[str]:
        """What the cases expect, boundaries left aside."""
        return frozenset(case["status"] for case in self.document.data["cases"])

    @property
    def optional(self) -> Mapping[str, str]:
        """The fields that the control reads and that may be absent, each with the reason."""
        reasons: dict[str, str] = self.document.data.get("optional", {})
        return reasons

    def cases(self, base: Base) -> list[Case]:
        """Return every case and both sides of every boundary; UsageError when a path leads nowhere."""
        data = self.document.data
        found = [self._case(raw, base, ("cases", index)) for index, raw in enumerate(data["cases"])]
        for index, raw in enumerate(data.get("boundaries", [])):
            found += self._sides(raw, base, ("boundaries", index))
        return found

    def _case(self, raw: JsonObject, base: Base, keys: Keys) -> Case:
        return Case(
            self.control,
            raw["name"],
            raw.get("as_of", base.day),
            self._changed(raw, base, keys),
            raw["status"],
            tuple(sorted((one["rule"], one["subject"]) for one in raw.get("expect", []))),
            raw.get("params", {}),
            raw.get("derived", {}),
            location=self.document.locate_key(keys),
        )

    def _sides(self, raw: JsonObject, base: Base, keys: Keys) -> Iterator[Case]:
        """Yield the last good and the first bad day (or the first good and the last bad one) for each date."""
        for start in raw["dates"]:
            changes = json.loads(json.dumps(raw).replace("{date}", start))
            manifest = self._changed(changes, base, keys)
            for day, state in _days(raw, date.fromisoformat(start)):
                yield Case(
                    self.control,
                    f"{raw['name']} from {start}, {state} on {day}",
                    day,
                    manifest,
                    state,
                    (),
                    changes.get("params", {}),
                    changes.get("derived", {}),
                    raw["rule"],
                    self.document.locate_key(keys),
                )

    def _changed(self, raw: JsonObject, base: Base, keys: Keys) -> JsonObject:
        try:
            return base.changed(raw)
        except LostError as error:
            place = self.document.locate_key(keys)
            raise UsageError(f"{place}: {raw['name']}: {error}", f"see the fields of {base.root / BASE}") from error


def open_base(root: Path, blocks: frozenset[str], day: str = BASE_DAY) -> Base:
    """Read the base manifest in the directory `root`; UsageError names the place of what is wrong."""
    document = _load(root, BASE, str(root / BASE))
    metadata = document.data.get("metadata")
    vendor = metadata.get("id") if isinstance(metadata, dict) else None
    if not isinstance(vendor, str):
        raise UsageError(f"{root / BASE} has no metadata.id", "begin it as every manifest")
    return Base(root, f"{vendor}.yaml", json.dumps(document.data), blocks, day)


def read_tables(root: Path, folder: str, schemas: Schemas) -> list[Table]:
    """Return the tables in the directories of `folder` below `root` by path; UsageError names the first mistake.

    Every YAML file in them is one, evidence aside; a folder that does not exist holds none. `schemas` knows the kind
    `ControlCases`.
    """
    top = root / folder
    paths = (path for path in top.glob("*/**/*") if path.relative_to(top).parts[0] != EVIDENCE)
    names = sorted(path.relative_to(root).as_posix() for path in paths if sources.is_yaml(path.name))
    tables = [_table(root, name, schemas) for name in names]
    first: dict[str, Table] = {}
    for table in tables:
        other = first.setdefault(table.control, table)
        if other is not table:
            message = f"{other.path} and {table.path} both hold the cases of {table.control}"
            raise UsageError(message, "put them into one file, or correct `control`")
    return tables


def change(node: JsonObject, changes: JsonObject) -> None:
    """Apply the `set`, `append` and `delete` of a case to a manifest; LostError when a path leads nowhere."""
    for path, value in changes.get("set", {}).items():
        put(node, path, value)
    for path, value in changes.get("append", {}).items():
        items = _at(node, path, path.split("."))
        if not isinstance(items, list):
            raise LostError(f"`{path}` is no list")
        items.append(value)
    for path in changes.get("delete", []):
        *above, last = path.split(".")
        parent = _at(node, path, above)
        _at(parent, path, [last])
        del parent[_key(parent, last)]


def put(node: JsonObject, path: str, value: Any) -> None:  # noqa: ANN401 - any JSON
    """Write a value at a path with dots, making maps and lists on the way; LostError when an item is not there.

    The number after the last of a list adds an item.
    """
    keys = path.split(".")
    above: Any = node
    for key, following in itertools.pairwise(keys):
        empty: Any = [] if following == "0" else {}
        if isinstance(above, dict):
            above = above.setdefault(key, empty)
            continue
        if _is_next(above, key):
            above.append(empty)
        above = _at(above, path, [key])
    last = keys[-1]
    if _is_next(above, last):
        above.append(value)
    elif isinstance(above, dict):
        above[last] = value
    else:
        _at(above, path, [last])
        above[int(last)] = value


def _is_next(node: Any, key: str) -> bool:  # noqa: ANN401 - any JSON
    return isinstance(node, list) and key == str(len(node))


def _at(node: Any, path: str, keys: Sequence[str]) -> Any:  # noqa: ANN401 - any JSON
    for key in keys:
        try:
            node = node[_key(node, key)]
        except (KeyError, IndexError, TypeError, ValueError):
            raise LostError(f"`{path}` leads nowhere, for there is no `{key}`") from None
    return node


def _key(node: Any, key: str) -> str | int:  # noqa: ANN401 - any JSON
    is_index = isinstance(node, list) and key.isascii() and key.isdecimal()  # Python would also take -1 and 1_0
    return int(key) if is_index else key


def _days(boundary: JsonObject, start: date) -> list[tuple[str, str]]:
    if boundary.get("good_from"):
        good, bad = start, start - timedelta(days=1)
    else:
        good = calendar.add(start, boundary["good_until"])
        bad = good + timedelta(days=1)
    return [(good.isoformat(), "absent"), (bad.isoformat(), "found")]


def _table(root: Path, path: str, schemas: Schemas) -> Table:
    document = _load(root, path, path)
    for problem in schemas.check(document, "ControlCases"):
        raise UsageError(f"{path}:{problem.line}:{problem.column}: {problem.message}", problem.fix)
    return Table(document)


def _load(root: Path, path: str, shown: str) -> Document:
    content = sources.read(root, path, documents.DEFAULT_LIMITS.max_bytes)
    if not isinstance(content, bytes):
        raise UsageError(f"{shown}: {content.message}", content.fix)
    loaded = documents.load(shown, content)
    if loaded.document is None:
        first = next(problem for problem in loaded.problems if problem.fatal)
        raise UsageError(f"{shown}:{first.line}:{first.column}: {first.message}", first.fix)
    return loaded.document
