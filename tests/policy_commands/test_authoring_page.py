"""docs/authoring.md, from the first draft to a green control: every command is run, in order, in a fresh repository."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from tests.cli.program import ROOT, repository
from tests.real import need

PAGE = (ROOT / "docs/authoring.md").read_text()
SECTION = PAGE.partition("## From nothing to a green control")[2].partition("\n## ")[0]
BLOCKS = re.findall(r"^```(sh|console)\n(.*?)^```$", SECTION, re.MULTILINE | re.DOTALL)


@pytest.fixture
def fresh(tmp_path):
    """Return a repository with a copy of the library and one vendor, committed, and the environment of its author."""
    place = repository(tmp_path / "fresh")
    for folder in ("policies", "schemas"):
        shutil.copytree(ROOT / folder, place / folder)
    program = tmp_path / "bin" / "checker"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m checker "$@"\n')
    program.chmod(0o755)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment = {
        **clean,
        "PATH": f"{program.parent}:{clean['PATH']}",
        "PYTHONPATH": str(ROOT),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "NO_COLOR": "1",
    }
    identity = ("-c", "user.name=Author", "-c", "user.email=author@client.example", "-c", "commit.gpgsign=false")
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "A copy of the library"]):
        subprocess.run(["git", *identity, *command], cwd=place, env=environment, check=True)
    return place, environment


def test_every_command_does_what_the_page_shows(fresh):
    need("opa")
    place, environment = fresh
    assert len(BLOCKS) > 8
    for kind, text in BLOCKS:
        if kind == "sh":
            done = run(text, place, environment)
            assert done.returncode == 0, (text, done.stdout, done.stderr)
            continue
        for command, output in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE):
            done = run(command, place, environment)
            assert (uncounted(done.stdout), done.stderr) == (uncounted(output), ""), command
            assert done.returncode == int("FAILED" in output or " fix: " in output), command
    assert "halcyon-support" in done.stdout


def uncounted(text):
    """Leave out how many policies the library has, which is no matter of the page."""
    return re.sub(r"^\d+ policy files", "so many policy files", text, flags=re.MULTILINE)


def run(script, place, environment):
    command = ["bash", "-eu", "-o", "pipefail", "-c", script]
    return subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)
