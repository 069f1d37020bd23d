"""The case tables: a base manifest that passes everything, small changes to it, and what must follow."""

from __future__ import annotations

import atexit
import copy
import functools
import itertools
import json
import shutil
import tempfile
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker import documents
from checker.documents import Document, Limits
from checker.engine import EngineSettings
from checker.facts import digest
from checker.judge import Judge, Setup
from checker.library import open_library
from tests import oracle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.engine import Verdict
    from checker.model import Keys

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
FILE = "halcyon-support.yaml"
TODAY = "2026-11-22"


@dataclass(frozen=True)
class Case:
    """One change to the base manifest, judged on one day."""

    control: str
    name: str
    as_of: str
    manifest: dict[str, Any]
    status: str
    expected: tuple[tuple[str, str], ...]
    """Every finding of the control, as (rule, subject)."""
    params: dict[str, Any] = field(default_factory=dict)
    derived: dict[str, Any] = field(default_factory=dict)
    only_rule: str = ""
    """For boundaries: whether this rule is found is all that matters; `status` is `found` or `absent`."""

    def __str__(self) -> str:
        return f"{self.control}: {self.name}"


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
def _base_text() -> str:
    return json.dumps(document(HERE / "base.yaml"))


def base() -> dict[str, Any]:
    """Return a fresh base manifest with a true digest."""
    return signed(json.loads(_base_text()))


def signed(manifest: dict[str, Any]) -> dict[str, Any]:
    """Write the digest that a vendor's signature over this manifest would carry."""
    if "digest" in manifest.get("attestation", {}):
        manifest["attestation"]["digest"] = digest(manifest, blocks())
    return manifest


@functools.cache
def blocks() -> frozenset[str]:
    """Return the vendor-attested blocks."""
    return frozenset(judge(TODAY).schemas.vendor_blocks)


def judge(as_of: str, params: dict[str, Any] | None = None) -> Judge:
    """Return the judge over all controls for a day, with some parameters replaced; each is opened once."""
    return _judge(as_of, json.dumps(params or {}, sort_keys=True))


@functools.cache
def _judge(as_of: str, changes: str) -> Judge:
    used = library()
    params = json.loads(changes)
    if params:
        parameters = copy.deepcopy(dict(used.parameters))
        _change(parameters, {"set": params})
        used = replace(used, parameters=parameters)
    return Judge(
        Setup(
            root=HERE,
            library=used,
            schemas=ROOT / "schemas",
            as_of=date.fromisoformat(as_of),
            controls=used.controls,
            engine="wasm",
            engine_settings=EngineSettings(timeout_s=30, cache=_machine_code()),
            limits=Limits(),
        )
    )


def policy_input(one: Judge, case: Case) -> dict[str, Any]:
    """Return what the policies see of a case."""
    made = one.input(Document(FILE, case.manifest, b""))
    for path, value in case.derived.items():
        _put(made["derived"], path.split("."), value)
    return made


@functools.cache
def cases() -> list[Case]:
    """Return every case and both sides of every boundary; nobody changes what is in them."""
    found: list[Case] = []
    for table in _tables():
        found += [_case(table["control"], raw) for raw in table["cases"]]
        for raw in table.get("boundaries", []):
            found += _sides(table["control"], raw)
    return found


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
    return {table["control"]: table.get("optional", {}) for table in _tables()}


def document(path: Path) -> dict[str, Any]:
    """Return what a sound file of the tests holds."""
    loaded = documents.load(path.name, path.read_bytes())
    assert loaded.document, (path, loaded.problems)
    return loaded.document.data


@functools.cache
def _tables() -> list[dict[str, Any]]:
    paths = [path for path in sorted(HERE.glob("*/*.yaml")) if path.parent.name != "evidence"]
    found = [document(path) for path in paths]
    for table in found:
        assert table.keys() <= {"control", "cases", "boundaries", "optional"}, table["control"]
    return found


def _case(control: str, raw: dict[str, Any]) -> Case:
    unknown = set(raw) - {"name", "as_of", "set", "delete", "append", "params", "derived", "sign", "status", "expect"}
    assert not unknown, (control, raw["name"], unknown)
    manifest = base()
    _change(manifest, raw)
    return Case(
        control,
        raw["name"],
        raw.get("as_of", TODAY),
        signed(manifest) if raw.get("sign", True) else manifest,
        raw["status"],
        tuple(sorted((one["rule"], one["subject"]) for one in raw.get("expect", []))),
        raw.get("params", {}),
        raw.get("derived", {}),
    )


def _sides(control: str, raw: dict[str, Any]) -> list[Case]:
    """Return the last good and the first bad day (or the first good and the last bad one) for each date."""
    unknown = set(raw) - {
        "name",
        "set",
        "delete",
        "append",
        "params",
        "derived",
        "sign",
        "dates",
        "good_until",
        "good_from",
        "rule",
    }
    assert not unknown, (control, raw["name"], unknown)
    sides = []
    for start in raw["dates"]:
        if raw.get("good_from"):
            good, bad = start, oracle.previous_day(start)
        else:
            good = oracle.last_good_day(start, raw["good_until"])
            bad = oracle.next_day(good)
        changes = json.loads(json.dumps(raw).replace("{date}", start))
        for day, state in ((good, "absent"), (bad, "found")):
            manifest = base()
            _change(manifest, changes)
            manifest = signed(manifest) if raw.get("sign", True) else manifest
            name = f"{raw['name']} from {start}, {state} on {day}"
            params, derived = changes.get("params", {}), changes.get("derived", {})
            sides.append(Case(control, name, day, manifest, state, (), params, derived, raw["rule"]))
    return sides


def _change(manifest: dict[str, Any], change: dict[str, Any]) -> None:
    for path, value in change.get("set", {}).items():
        _put(manifest, path.split("."), value)
    for path, value in change.get("append", {}).items():
        _at(manifest, path.split(".")).append(value)
    for path in change.get("delete", []):
        *above, last = path.split(".")
        node = _at(manifest, above)
        del node[int(last) if isinstance(node, list) else last]


def _put(node: Any, keys: list[str], value: Any) -> None:
    for key, following in itertools.pairwise(keys):
        empty: Any = [] if following == "0" else {}
        node = node.setdefault(key, empty) if isinstance(node, dict) else node[int(key)]
    if isinstance(node, list) and int(keys[-1]) == len(node):
        node.append(value)
    else:
        node[int(keys[-1]) if isinstance(node, list) else keys[-1]] = value


def _at(node: Any, keys: list[str]) -> Any:
    for key in keys:
        node = node[int(key) if isinstance(node, list) else key]
    return node
