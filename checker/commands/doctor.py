"""`checker doctor`: what is here, what is missing, and what that means."""

from __future__ import annotations

import importlib.metadata
import platform
import subprocess
from typing import TYPE_CHECKING

from checker import __version__, documents
from checker.commands.workspace import cache_directory, open_workspace, program
from checker.engine import ENGINES, open_engine
from checker.errors import CheckerError

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from checker.commands.workspace import Workspace

EPILOG = """examples:
  checker doctor        exit code 0 when manifests can be judged here
"""

_LIBRARIES = (
    "PyYAML",
    "jsonschema-rs",
    "jsonschema",
    "wasmtime",
    "opa-python-client",
    "Jinja2",
    "license-expression",
    "rfc8785",
    "shtab",
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options; there are none."""
    del parser


def run(options: argparse.Namespace) -> int:
    """Print what is here; 3 when no engine can judge."""
    _row("checker", __version__)
    _row("python", f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    for name in _LIBRARIES:
        _row(name, importlib.metadata.version(name))
    _row(
        "YAML parser",
        "libyaml" if documents.using_c_parser() else "pure Python: same results, some fifteen times slower",
    )
    for name in ("git", "opa", "conftest", "regal"):
        _row(name, _version(program(name)) or "not on PATH")
    workspace = open_workspace(options)
    _row("repository", str(workspace.root))
    whose = "shipped with the checker" if workspace.shipped else "your own"
    _row("policies", f"{workspace.policies} ({'your layer over the shipped library' if workspace.base else whose})")
    _row("cache", str(cache_directory()))
    library = workspace.library
    _row(
        "library",
        f"{len(library.controls)} controls, compiled by OPA {library.opa_version}, digest {library.digest[:12]}",
    )
    answers = [_try_engine(workspace, name) for name in ENGINES]
    return 0 if any(answers) else 3


def _try_engine(workspace: Workspace, name: str) -> bool:
    setup = workspace.setup(workspace.select())
    try:
        engine = open_engine(name, setup.library, setup.data, setup.engine_settings)
    except CheckerError as error:
        _row(f"engine {name}", f"cannot judge: {error.message} ({error.hint})")
        return False
    engine.close()
    _row(f"engine {name}", "ready")
    return True


def _version(path: Path | None) -> str:
    if path is None:
        return ""
    arguments = ["--version"] if path.name in {"git", "conftest"} else ["version"]
    done = subprocess.run([path, *arguments], capture_output=True, text=True, check=False, timeout=30)  # noqa: S603 - found on the user's PATH
    line = (done.stdout or done.stderr).strip().splitlines()
    return f"{line[0] if line else 'no version'} ({path})"


def _row(name: str, value: str) -> None:
    print(f"{name:20} {value}")
