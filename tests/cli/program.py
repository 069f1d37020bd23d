"""Running the checker as its users do: another process, a directory, text in and out."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.cases import tables

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Done:
    """What a run printed and how it ended."""

    code: int
    out: str
    err: str


def checker(*arguments: object, cwd: Path, path: str | None = None, seconds: int = 120, **environment: str) -> Done:
    """Run `python -m checker`; `path` takes the place of PATH, for machines on which a program is missing."""
    base = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": "100", **environment}
    if path is not None:
        base["PATH"] = path
    command = [sys.executable, "-m", "checker", *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, env=base, capture_output=True, check=False, timeout=seconds)
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def repository(place: Path) -> Path:
    """Make a repository of one vendor that passes everything, judged by the shipped library."""
    manifests = place / "vendor_manifests"
    shutil.copytree(tables.HERE / "evidence", manifests / "evidence")
    (place / "checker.toml").write_text("")
    write(place, tables.base())
    return place


def write(place: Path, manifest: dict, name: str = "") -> Path:
    """Write a manifest, as JSON, which is YAML too."""
    import json

    file = place / "vendor_manifests" / f"{name or manifest['metadata']['id']}.yaml"
    file.write_text(json.dumps(manifest, indent=1, ensure_ascii=False))
    return file
