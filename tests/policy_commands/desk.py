"""A repository of a policy author: a copy of the library, git, and one draft of a control."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

from tests.cli.program import ROOT, Done, checker

if TYPE_CHECKING:
    from pathlib import Path

HOME = "policies/controls/geography/draft"
TABLE = "tests/cases/geography/draft.yaml"
_IDENTITY = ("-c", "user.name=Author", "-c", "user.email=author@client.example", "-c", "commit.gpgsign=false")
_RETIRED = """# METADATA
# custom:
#   id: GE-03
package controls.geography.retired
"""


class Desk:
    """The repository at `place`; its draft is GE-01, and GE-03 is in its history only."""

    def __init__(self, place: Path, cache: Path) -> None:
        self.place = place
        self._cache = cache
        for folder in ("policies", "schemas"):
            shutil.copytree(ROOT / folder, place / folder)
        (place / "checker.toml").write_text("")
        self.git("init", "--quiet", "--initial-branch", "main")
        retired = self.write("policies/controls/geography/retired/retired.rego", _RETIRED)
        self.commit()
        retired.unlink()
        self.commit()
        self.made = self.run(
            "policy", "new", "GE-01", "--title", "A draft", "--family-dir", "geography", "--name", "draft"
        )

    def git(self, *arguments: str) -> None:
        """Run git."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        subprocess.run(["git", *_IDENTITY, *arguments], cwd=self.place, env=environment, check=True)

    def commit(self) -> None:
        """Commit everything."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "change")

    def run(self, *arguments: object, cwd: Path | None = None, **environment: str) -> Done:
        """Run the checker here, or elsewhere with the same cache."""
        return checker(*arguments, cwd=cwd or self.place, XDG_CACHE_HOME=str(self._cache), **environment)

    def write(self, name: str, text: str) -> Path:
        """Write a file, its directories too."""
        file = self.place / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def files(self) -> dict[str, bytes]:
        """Return every file outside of git's own."""
        found = (path for path in self.place.rglob("*") if path.is_file() and ".git" not in path.parts)
        return {path.relative_to(self.place).as_posix(): path.read_bytes() for path in found}
