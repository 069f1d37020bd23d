"""Every field that a control reads is taken away from the passing manifest, one at a time: the control must notice.

What a control reads is over-estimated: a field counts when its own key occurs in the control's source, and the keys on
the way to it there or in the shared library. The fields that may truly be absent stand, with their reason, as
`optional` in the control's case file. What only the shared library reads, some control must notice; the exceptions
stand in shared.yaml.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from checker import lint
from checker.documents import Document
from checker.engine import EngineSettings, open_engine
from tests.cases import tables
from tests.real import need

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cases.tables import Keys


def _general(path: Keys) -> str:
    return ".".join("each" if isinstance(key, int) else key for key in path)


def _strings(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if node.get("type") == "string":
            yield node["value"]
        for value in node.values():
            yield from _strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from _strings(value)


@functools.cache
def _words() -> dict[str, set[str]]:
    """Return the string constants of each control's source, and of the shared library under `shared`."""
    opa, library = need("opa"), tables.library()
    words: dict[str, set[str]] = {"shared": set()}
    for module in (lint.parse(library.root, path, opa) for path in library.sources):
        if module.package[:2] == ("lib", "vendor"):
            words["shared"] |= set(_strings(module.tree))
        elif module.package[0] == "controls":
            words[".".join(module.package)] = set(_strings(module.tree))
    return words


def _reads(control: str, path: Keys) -> bool:
    keys = [key for key in path if isinstance(key, str)]
    own, shared = _words()[control], _words()["shared"]
    return keys[-1] in own and set(keys) <= own | shared


def _optional() -> dict[str, dict[str, str]]:
    """Return by control, or `shared`, each field that may be absent and why."""
    return tables.optional() | {"shared": tables.document(tables.HERE / "shared.yaml")}


def _unnoticed(engine) -> list[tuple[str, str]]:
    """Return (control, field) for every deletion that a control reads and does not notice."""
    judge, deletions = tables.judge(tables.TODAY), tables.deletions()
    answers = engine.evaluate([judge.input(Document(tables.FILE, manifest, b"")) for _, manifest in deletions])
    found = set()
    for (path, _), verdict in zip(deletions, answers, strict=True):
        noticed = tables.noticed(verdict)
        for control in tables.library().controls:
            if control.package not in noticed and _reads(control.package, path):
                found.add((control.id, _general(path)))
        if not noticed and {key for key in path if isinstance(key, str)} <= _words()["shared"]:
            found.add(("shared", _general(path)))
    return sorted(found)


def test_wasm():
    need("opa")
    expected = sorted((control, field) for control, fields in _optional().items() for field in fields)
    assert _unnoticed(tables.judge(tables.TODAY).engine) == expected


def test_opa():
    opa = need("opa")
    judge = tables.judge(tables.TODAY)
    engine = open_engine("opa", tables.library(), judge.setup.data, EngineSettings(timeout_s=60, opa=opa, strict=True))
    try:
        expected = sorted((control, field) for control, fields in _optional().items() for field in fields)
        assert _unnoticed(engine) == expected
    finally:
        engine.close()


def test_reasons_are_given():
    assert [field for fields in _optional().values() for field, reason in fields.items() if len(reason) <= 10] == []
