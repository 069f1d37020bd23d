"""Runs of the checker over the manifests of this repository."""

import functools
from datetime import date
from pathlib import Path

from checker import pipeline, sources
from checker.documents import Document, Limits
from checker.engine import EngineSettings
from checker.judge import Judge, Setup
from checker.library import COMMITTED, open_library
from checker.model import Provenance, Report
from tests.real import need

ROOT = Path(__file__).resolve().parents[2]
TODAY = "2026-11-22"
ENGINES = ("wasm", "opa")


def report(folder: str, as_of: str = TODAY, *, engine: str = "wasm") -> Report:
    """Return what a check of everything in a folder tells."""
    return _report(folder, as_of, engine)


@functools.cache
def _report(folder: str, as_of: str, engine: str) -> Report:
    made = setup(as_of, engine)
    library = made.library
    provenance = Provenance(
        tool="checker",
        engine=engine,
        opa=library.opa_version,
        as_of=as_of,
        profile="full",
        policies=library.digest,
        parameters=library.parameter_digest,
        schemas="",
    )
    return pipeline.check(made, sources.find(ROOT, [folder]), provenance, jobs=1)


def setup(as_of: str = TODAY, engine: str = "wasm") -> Setup:
    """Return a set-up with every control of the committed library."""
    library = _library()
    return Setup(
        root=ROOT,
        library=library,
        schemas=ROOT / "schemas",
        as_of=date.fromisoformat(as_of),
        controls=library.controls,
        engine=engine,
        engine_settings=EngineSettings(timeout_s=60, opa=need("opa") if engine == "opa" else None),
        limits=Limits(),
    )


@functools.cache
def judge() -> Judge:
    """Return a judge for looking at single manifests."""
    return Judge(setup())


def manifest(path: str) -> Document:
    """Return one manifest, which must be fit to be judged."""
    document, problems = judge().load(path)
    assert document, problems
    return document


@functools.cache
def _library():
    return open_library(ROOT / "policies", cache=None, opa=None, committed=COMMITTED)
