"""Pages whose commands are run in order: blocks `sh` are done, and what blocks `console` print is compared."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.cli.program import ROOT

if TYPE_CHECKING:
    from pathlib import Path

_IDENTITY = {"NAME": "Author", "EMAIL": "author@client.example"}


@dataclass(frozen=True)
class Desk:
    """The directory in which a reader follows a page, and what is on the way to programs."""

    place: Path
    environment: dict[str, str]

    def run(self, script: str) -> subprocess.CompletedProcess[str]:
        """Run a script as in a terminal of the reader."""
        command = ["bash", "-eu", "-o", "pipefail", "-c", script]
        return subprocess.run(
            command, cwd=self.place, env=self.environment, capture_output=True, text=True, check=False
        )


def desk(place: Path) -> Desk:
    """Return a desk at `place`, with this checker on PATH and a git that knows its author."""
    program = place.parent / "bin" / "checker"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m checker "$@"\n')
    program.chmod(0o755)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    identity = {f"GIT_{who}_{what}": text for who in ("AUTHOR", "COMMITTER") for what, text in _IDENTITY.items()}
    return Desk(
        place,
        {
            **clean,
            **identity,
            "PATH": f"{program.parent}:{clean['PATH']}",
            "PYTHONPATH": str(ROOT),
            "XDG_CACHE_HOME": str(place.parent / "cache"),
            "NO_COLOR": "1",
            "COLUMNS": "100",
        },
    )


def blocks(text: str) -> list[tuple[str, str]]:
    """Return the blocks to be followed, each with its kind."""
    return re.findall(r"^```(sh|console)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def follow(text: str, reader: Desk, *, same: dict[str, str] | None = None) -> str:
    """Run every command of a page and compare what it prints; return what the last one printed.

    `same` are patterns of what may be otherwise, each with the words that take its place on both sides.
    """
    done = None
    for kind, block in blocks(text):
        if kind == "sh":
            done = reader.run(block)
            assert done.returncode == 0, (block, done.stdout, done.stderr)
            continue
        for command, output in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
            done = reader.run(command)
            assert (_alike(done.stdout, same), done.stderr) == (_alike(output, same), ""), command
            assert done.returncode == int("FAILED" in output or " fix: " in output), command
    assert done
    return done.stdout


def _alike(text: str, same: dict[str, str] | None) -> str:
    for pattern, words in (same or {}).items():
        text = re.sub(pattern, words, text, flags=re.MULTILINE)
    return text
