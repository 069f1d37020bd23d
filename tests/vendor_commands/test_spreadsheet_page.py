"""docs/spreadsheet.md, from a register to a signed manifest: every command is run, in order, in an empty repository."""

import os
import re
import subprocess
import sys

from tests.cli.program import ROOT

PAGE = ROOT / "docs/spreadsheet.md"
BLOCK = re.compile(r"^```(sh|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


def test_every_command_does_what_the_page_shows(tmp_path):
    """With UPDATE_GOLDEN=1 the page gets what was printed: read the difference before you commit it."""
    place = tmp_path / "fresh"
    place.mkdir()
    (place / "checker.toml").write_text("")
    program = tmp_path / "bin" / "checker"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m checker "$@"\n')
    program.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{program.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "NO_COLOR": "1",
        "COLUMNS": "100",
    }
    page = PAGE.read_text()

    def run(script):
        command = ["bash", "-eu", "-o", "pipefail", "-c", script]
        done = subprocess.run(
            command,
            cwd=place,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        failed = " fix: " in done.stdout or done.stdout.startswith("---") or "country: " in script
        assert done.returncode in ((0, 1) if failed else (0,)), (script, done.stdout)
        return done.stdout

    def played(match):
        kind, text = match.groups()
        if kind == "sh":
            run(text)
            return match[0]
        shown = "".join(f"$ {command}\n{run(command)}" for command, _ in COMMAND.findall(text))
        return f"```console\n{shown}```"

    made = BLOCK.sub(played, page)
    if os.environ.get("UPDATE_GOLDEN"):
        PAGE.write_text(made)
    else:
        assert made == page
