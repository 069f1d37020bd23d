"""The tables of cases of this repository, read and judged by the product's own workbench."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker import documents
from checker.authoring.tables import BASE_DAY, Base, Case, Table, open_base, read_tables
from checker.authoring.trial import Trial
from checker.documents import Document, Limits
from checker.engine import EngineSettings
from checker.facts import digest
from checker.judge import Judge, Setup
from checker.library import open_library
from checker.schema import open_schemas

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.engine import Verdict
    from checker.model import Keys

__all__ = ["Case", "Judge", "digest"]

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
FILE = "halcyon-support.yaml"
TODAY = BASE_DAY


@functools.cache
def _machine_code() -> Path:
    """Return a directory that spares each engine of this process the compilation to machine code."""
    place = Path(tempfile.mkdtemp(prefix="checker-cases-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return place


@functools.cache
def library():
    """Return the library of this repository."""
    opa = shutil.which("opa")
    return open_library(ROOT / "policies", cache=None, opa=Path(opa) if opa else None)


@functools.cache
def _base() -> Base:
    return open_base(HERE, frozenset(open_schemas(ROOT / "schemas", library().parameters).vendor_blocks))


def base() -> dict[str, Any]:
    """Return a fresh base manifest with a true digest."""
    return _base().manifest()


def signed(manifest: dict[str, Any]) -> dict[str, Any]:
    """Write the digest that a vendor's signature over this manifest would carry."""
    return _base().signed(manifest)


def blocks() -> frozenset[str]:
    """Return the vendor-attested blocks."""
    return _base().blocks


def trial(engine: str = "wasm", **settings: Any) -> Trial:
    """Return a trial of cases on an engine."""
    used = library()
    limits = {"timeout_s": 30, "cache": _machine_code(), **settings}
    setup = Setup(
        root=HERE,
        library=used,
        schemas=ROOT / "schemas",
        as_of=date.fromisoformat(TODAY),
        controls=used.controls,
        engine=engine,
        engine_settings=EngineSettings(**limits),
        limits=Limits(),
    )
    return Trial(setup, _base())


@functools.cache
def _trial() -> Trial:
    return trial()


def judge(as_of: str, params: dict[str, Any] | None = None) -> Judge:
    """Return the judge over all controls for a day, with some parameters replaced; each is opened once."""
    return _trial().judge(as_of, params)


def policy_input(one: Judge, case: Case) -> dict[str, Any]:
    """Return what the policies see of a case, with the facts that this judge derives."""
    return _trial().input(case, one)


@functools.cache
def cases() -> list[Case]:
    """Return every case and both sides of every boundary; nobody changes what is in them."""
    return [case for table in _tables() for case in table.cases(_base())]


@functools.cache
def deletions() -> tuple[tuple[Keys, dict[str, Any]], ...]:
    """Return the base manifest without each of its fields in turn, as far as the schema lets that through."""
    schemas, found = judge(TODAY).schemas, []
    for path in _fields(base()):
        if path not in {("metadata",), ("metadata", "id")}:
            manifest = _without(path)
            problems = schemas.check(Document(FILE, manifest, b""), "VendorManifest")
            if not any(problem.fatal for problem in problems):
                found.append((path, manifest))
    return tuple(found)


def noticed(verdict: Verdict) -> set[str]:
    """Return the packages of the controls that find fault, or miss something."""
    return {name for name, said in verdict.controls.items() if said.applicable and (said.deny or said.undetermined)}


def noticed_deletions() -> list[Case]:
    """Return, by control, each deletion that it notices; `status` is `noticed`."""
    used = judge(TODAY)
    made = [Case("", ".".join(map(str, path)), TODAY, manifest, "noticed", ()) for path, manifest in deletions()]
    controls = {control.package: control.id for control in library().controls}
    verdicts = used.engine.evaluate([policy_input(used, case) for case in made])
    return [
        replace(case, control=controls[package], name=f"without {case.name}")
        for case, verdict in zip(made, verdicts, strict=True)
        for package in sorted(noticed(verdict))
    ]


def _fields(node: Any, path: Keys = ()) -> Iterator[Keys]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield (*path, key)
            yield from _fields(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _fields(value, (*path, index))


def _without(path: Keys) -> dict[str, Any]:
    changed = base()
    node: Any = changed
    for key in path[:-1]:
        node = node[key]
    del node[path[-1]]
    return signed(changed)


def optional() -> dict[str, dict[str, str]]:
    """Return by control the fields that it reads and that may be absent, each with the reason."""
    return {table.control: dict(table.optional) for table in _tables()}


def document(path: Path) -> dict[str, Any]:
    """Return what a sound file of the tests holds."""
    loaded = documents.load(path.name, path.read_bytes())
    assert loaded.document, (path, loaded.problems)
    return loaded.document.data


@functools.cache
def _tables() -> list[Table]:
    return read_tables(ROOT, "tests/cases", open_schemas(ROOT / "schemas", {}))
