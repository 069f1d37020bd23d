"""Every field that a control reads is taken away from the passing manifest, one at a time: the control must notice.

What a control reads is over-estimated: a field counts when all keys on the way to it occur in the control's source or
in the shared library. The fields that may truly be absent stand, with their reason, in optional.yaml.
"""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest

from checker import documents, lint
from checker.documents import Document
from checker.engine import EngineSettings, open_engine
from tests.cases import tables
from tests.real import need

if TYPE_CHECKING:
    from collections.abc import Iterator

Path = tuple[Any, ...]


def _fields(node: Any, path: Path = ()) -> Iterator[Path]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield (*path, key)
            yield from _fields(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _fields(value, (*path, index))


def _general(path: Path) -> str:
    return ".".join("each" if isinstance(key, int) else key for key in path)


def _without(manifest: dict[str, Any], path: Path) -> dict[str, Any]:
    changed = copy.deepcopy(manifest)
    node: Any = changed
    for key in path[:-1]:
        node = node[key]
    del node[path[-1]]
    return tables.signed(changed)


def _strings(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if node.get("type") == "string":
            yield node["value"]
        for value in node.values():
            yield from _strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from _strings(value)


def _words() -> dict[str, set[str]]:
    """Return for each control the string constants of its source and of the shared library."""
    opa, library = need("opa"), tables.library()
    modules = [lint.parse(library.root, path, opa) for path in library.sources]
    shared = {word for module in modules if module.package[:2] == ("lib", "vendor") for word in _strings(module.tree)}
    return {
        ".".join(module.package): shared | set(_strings(module.tree))
        for module in modules
        if module.package[0] == "controls"
    }


def _optional() -> dict[str, dict[str, str]]:
    loaded = documents.load("optional.yaml", (tables.HERE / "optional.yaml").read_bytes())
    assert loaded.document, loaded.problems
    return loaded.document.data


@pytest.fixture(scope="module")
def deletions() -> list[tuple[Path, dict[str, Any]]]:
    """Return every deletion that leaves a manifest which fits the schema."""
    judge = tables.judge(tables.TODAY)
    base = tables.base()
    found = []
    for path in _fields(base):
        manifest = _without(base, path) if path not in {("metadata",), ("metadata", "id")} else None
        if manifest and not [
            one for one in judge.schemas.check(Document(tables.FILE, manifest, b""), "VendorManifest") if one.fatal
        ]:
            found.append((path, manifest))
    return found


def _unnoticed(engine, deletions) -> list[tuple[str, str]]:
    """Return (control, field) for every deletion that a control reads and does not notice."""
    judge, words = tables.judge(tables.TODAY), _words()
    answers = engine.evaluate([judge.input(Document(tables.FILE, manifest, b"")) for _, manifest in deletions])
    found = set()
    for (path, _), verdict in zip(deletions, answers, strict=True):
        keys = {key for key in path if isinstance(key, str)}
        for control in tables.library().controls:
            said = verdict.controls[control.package]
            noticed = said.applicable and (said.deny or said.undetermined)
            if keys <= words[control.package] and not noticed:
                found.add((control.id, _general(path)))
    return sorted(found)


def test_wasm(deletions):
    need("opa")
    expected = sorted((control, field) for control, fields in _optional().items() for field in fields)
    assert _unnoticed(tables.judge(tables.TODAY).engine, deletions) == expected


def test_opa(deletions):
    opa = need("opa")
    judge = tables.judge(tables.TODAY)
    engine = open_engine("opa", tables.library(), judge.setup.data, EngineSettings(timeout_s=60, opa=opa, strict=True))
    try:
        expected = sorted((control, field) for control, fields in _optional().items() for field in fields)
        assert _unnoticed(engine, deletions) == expected
    finally:
        engine.close()


def test_reasons_are_given():
    assert all(len(reason) > 10 for fields in _optional().values() for reason in fields.values()), json.dumps(
        _optional()
    )
