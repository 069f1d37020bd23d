"""docs/conftest.md: every command is run, in order, in a fresh repository, and says what the page shows."""

import os
import re
import subprocess
import sys

import pytest

from tests.cli.program import ROOT, repository
from tests.real import need

BLOCKS = re.findall(r"^```(sh|console)\n(.*?)^```$", (ROOT / "docs/conftest.md").read_text(), re.MULTILINE | re.DOTALL)


@pytest.fixture
def fresh(tmp_path):
    """Return a repository with one vendor, and the environment of its user."""
    place = repository(tmp_path / "fresh")
    program = tmp_path / "bin" / "checker"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m checker "$@"\n')
    program.chmod(0o755)
    more = {"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path / "cache"), "NO_COLOR": "1", "COLUMNS": "100"}
    return place, {**os.environ, **more, "PATH": f"{program.parent}:{os.environ['PATH']}"}


def test_every_command_says_what_the_page_shows(fresh):
    need("opa")
    need("conftest")
    place, environment = fresh
    shown = 0
    for kind, text in BLOCKS:
        if kind == "sh":
            assert run(text, place, environment).returncode == 0, text
            continue
        for command, output in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE):
            done = run(command, place, environment)
            assert undated(done.stdout) == undated(output), command
            assert (done.returncode, done.stderr) == (1, ""), command
            shown += 1
    assert shown == 3


def undated(text):
    """Leave out what changes from day to day, and with the version of OPA."""
    return re.sub(r"OPA [\d.]+", "OPA", re.sub(r"as of [\d-]+", "as of today", text))


def run(script, place, environment):
    command = ["bash", "-eu", "-o", "pipefail", "-c", script]
    return subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)
