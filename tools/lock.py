"""Write requirements/*.txt: every dependency with its hashes, and no address of any registry.

All groups are resolved together, so that a package has the same version in every file. A lock file of uv
itself would hold addresses; it is made in a temporary directory and thrown away.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# What uv reads of the project to know its dependencies.
PROJECT_FILES = ("pyproject.toml", "README.md", "LICENSE", "checker/__init__.py")
GROUPS = ("build", "test", "quality")
HEADER = "# Made by `make lock` from pyproject.toml.\n"


def uv(directory: Path, *arguments: str) -> str:
    """Run uv in `directory` and return what it prints."""
    command = ["uv", "--quiet", *arguments]
    return subprocess.run(command, cwd=directory, check=True, text=True, stdout=subprocess.PIPE).stdout


def resolve(directory: Path) -> dict[str, str]:
    """Return the locks by name: `run` for the checker, `nightly` for it with a history, and one for each group."""
    for name in PROJECT_FILES:
        target = directory / name
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(ROOT / name, target)
    uv(directory, "lock")
    export = ("export", "--frozen", "--no-emit-project", "--no-header", "--no-annotate")
    locks = {"run": uv(directory, *export, "--no-default-groups")}
    locks["nightly"] = uv(directory, *export, "--no-default-groups", "--extra", "history", "--extra", "postgres")
    return locks | {group: uv(directory, *export, "--only-group", group) for group in GROUPS}


def main() -> None:
    """Resolve everything, then replace the files."""
    with tempfile.TemporaryDirectory() as directory:
        locks = resolve(Path(directory))
    for name, text in locks.items():
        (ROOT / "requirements" / f"{name}.txt").write_text(HEADER + text, encoding="utf-8")


if __name__ == "__main__":
    main()
