"""Questions to git, by its plumbing and with a clean environment."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def revision(root: Path) -> str:
    """Return the commit of the work tree at `root`, with `+changes` when files differ from it; empty without git."""
    head = _git(root, "rev-parse", "--verify", "--end-of-options", "HEAD")
    if not head:
        return ""
    changed = _git(root, "status", "--porcelain", "--untracked-files=normal", "--", ".")
    return f"{head}+changes" if changed else head


def _git(root: Path, *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: S603 - fixed program, arguments of our own
            ["git", "-C", str(root), *arguments],  # noqa: S607 - the user's git is meant
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=60,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode(errors="replace").strip() if done.returncode == 0 else ""
