"""A git repository of generated manifests, and the checker at work in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from measuring import Case, measure, tell

HERE = Path(__file__).resolve().parent
AS_OF = "2026-11-22"
_FEW = 20
_IDENTITY = ("-c", "user.name=bench", "-c", "user.email=bench@client.example", "-c", "commit.gpgsign=false")


def make(work: Path, count: int) -> tuple[Path, list[str]]:
    """Generate, commit, and return the repository with the paths of its manifests."""
    os.environ |= {"PYTHONPATH": str(HERE.parent), "XDG_CACHE_HOME": str(work / "cache"), "NO_COLOR": "1"}
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(work / "bytecode")
    tell(f"generating {count} manifests")
    repository = work / "repository"
    program = (sys.executable, str(HERE / "generate.py"), str(repository), "--manifests", str(count))
    measure(Case(program, work, work / "generate.out"))
    git(repository, "init", "--quiet", "--initial-branch", "main")
    commit(repository)
    return repository, sorted(
        path.relative_to(repository).as_posix() for path in repository.glob("vendor_manifests/*.yaml")
    )


def few(paths: list[str]) -> list[str]:
    """Return twenty paths from all over."""
    return paths[:: max(1, len(paths) // _FEW)][:_FEW]


def edit(repository: Path, paths: list[str]) -> None:
    """Add a comment to some manifests, and commit."""
    for path in paths:
        with (repository / path).open("a", encoding="utf-8") as file:
            file.write("# looked at\n")
    commit(repository)


def checker(work: Path, *arguments: str, as_of: str = AS_OF) -> Case:
    """Return the checker with these arguments."""
    command = (sys.executable, "-m", "checker", *arguments, "--as-of", as_of)
    return Case(command, work / "repository", work / "checker.out", accepted=(0, 1))


def commit(repository: Path) -> None:
    """Commit all there is."""
    git(repository, "add", "--all")
    git(repository, *_IDENTITY, "commit", "--quiet", "--message", "state")


def git(repository: Path, *arguments: str) -> None:
    """Run git."""
    subprocess.run(["git", *arguments], cwd=repository, check=True)
