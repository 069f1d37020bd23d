"""The Makefile: its help is complete, and it says plainly what is missing on a machine."""

import os
import re
import subprocess

import pytest

from tests.project.repository import ROOT

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    # `make test` may be what runs this: its own flags and level are not meant for this one.
    environment = {name: value for name, value in os.environ.items() if "MAKE" not in name}
    environment.pop("MFLAGS", None)
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_help_lists_every_target():
    declared = {name for line in re.findall(r"(?m)^\.PHONY: (.+)$", MAKEFILE) for name in line.split()}
    listed = {line.split()[1] for line in make("help").stdout.splitlines()}
    assert listed == declared
    assert {"check", "test", "tools", "quality", "policies", "lock"} <= listed


def test_make_alone_prints_the_help():
    assert make().stdout == make("help").stdout


@pytest.mark.parametrize(
    ("version_check", "venv_check", "said"),
    [(1, 0, "older than Python 3.11"), (0, 1, "apt-get install python3-venv")],
)
def test_an_unfit_python_is_named_in_one_line(tmp_path, version_check, venv_check, said):
    python = tmp_path / "python3"
    checks = f"*version_info*) exit {version_check};; *ensurepip*) exit {venv_check};;"
    python.write_text(f'#!/bin/sh\ncase "$2" in {checks} esac\nexit 9\n', encoding="utf-8")
    python.chmod(0o755)
    done = make(f"PYTHON={python}", f"VENV={tmp_path}/venv", f"{tmp_path}/venv/pyvenv.cfg")
    lines = [line for line in done.stderr.splitlines() if not line.startswith("make: ***")]
    assert done.returncode == 2
    assert len(lines) == 1
    assert said in lines[0]
    assert str(python) in lines[0]


def test_every_gate_that_the_makefile_runs_from_the_clone_exists():
    for script in re.findall(r"python (tools/\w+\.py)", MAKEFILE):
        assert (ROOT / script).is_file(), script
