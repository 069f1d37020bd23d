"""`checker check` on clean manifests starts without the slow libraries that only other paths need."""

import subprocess
import sys

import pytest

from tests.project.repository import ROOT

SLOW = {"aiohttp", "asyncio", "jinja2", "jsonschema", "opa_client", "requests", "rich", "sqlalchemy"}


@pytest.fixture(scope="module")
def imported() -> set[str]:
    """Return the top-level modules that a passing `checker check` imports."""
    command = [sys.executable, "-X", "importtime", "-m", "checker", "check", "--as-of", "2026-11-22"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    lines = done.stderr.splitlines()
    times = [line for line in lines if line.startswith("import time:")]
    assert done.returncode == 0, "\n".join([done.stdout, *(line for line in lines if line not in times)])
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in times}


def test_slow_libraries_stay_out(imported):
    assert imported & SLOW == set()


def test_the_measurement_sees_what_is_imported(imported):
    assert {"checker", "yaml", "jsonschema_rs", "wasmtime"} <= imported
