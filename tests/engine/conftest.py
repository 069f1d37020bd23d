"""A small policy library, compiled once, and engines that judge by it."""

import shutil
from pathlib import Path

import pytest

from checker.engine import EngineSettings, open_engine
from checker.library import open_library
from tests.engine.manifests import DATA, FIXTURE
from tests.real import need


@pytest.fixture(scope="session")
def opa():
    return need("opa")


@pytest.fixture
def policies(tmp_path):
    """A copy of the fixture library that a test may change."""
    return Path(shutil.copytree(FIXTURE, tmp_path / "policies"))


@pytest.fixture(scope="session")
def library(opa, tmp_path_factory):
    return open_library(FIXTURE, cache=tmp_path_factory.mktemp("cache"), opa=opa, committed=None)


@pytest.fixture(scope="session")
def start(opa, tmp_path_factory):
    """Open engines that are closed at the end, with the machine code of one cache."""
    cache = tmp_path_factory.mktemp("native")
    engines = []

    def opened(name, library, **settings):
        engine = open_engine(name, library, DATA, EngineSettings(opa=opa, cache=cache, **settings))
        engines.append(engine)
        return engine

    yield opened
    for engine in engines:
        engine.close()


@pytest.fixture(scope="session")
def wasm(start, library):
    return start("wasm", library)


@pytest.fixture(scope="session")
def server(start, library):
    return start("opa", library)
