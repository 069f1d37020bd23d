"""Real parts that some tests need: skipped loudly without them, a failure when all are required."""

import os
import shutil
from pathlib import Path

import pytest


def need(program: str) -> Path:
    """Return the path of `program`; skip the test without it, fail when CHECKER_TEST_REQUIRE_ALL=1."""
    found = shutil.which(program)
    if found:
        return Path(found)
    raise _absent(f"needs a real `{program}` on PATH (`make tools` builds it)")


def need_postgresql() -> Path:
    """Return the directory of the programs of a PostgreSQL server; skip or fail as `need` does."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    for place in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True):  # where Debian puts them
        return place.parent
    raise _absent("needs a real PostgreSQL server (Debian: apt-get install postgresql)")


def need_axe() -> Path:
    """Return the script of axe-core, beside the programs of `make tools`; skip or fail as `need` does."""
    for place in map(Path, os.get_exec_path()):
        script = place.parent / "node/node_modules/axe-core/axe.min.js"
        if script.is_file():
            return script
    raise _absent("needs axe-core beside the tools on PATH (`make tools` installs it where there is npm)")


def _absent(reason: str) -> BaseException:
    if os.environ.get("CHECKER_TEST_REQUIRE_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
