"""A commit of the repository written to a directory of its own, to be judged as it stood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker import config
from checker.commands.workspace import shipped_directory
from checker.git import GitError
from checker.sources import MAX_EVIDENCE_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from checker.git import Repository, Snapshot


def bring(repository: Repository, commit: str, place: Path, baseline: str) -> None:
    """Write what is judged of a commit, and what it is judged by, below `place`.

    That is the configuration and what it names, and the baseline that is given besides. GitError when a submodule is
    among them.
    """
    snapshot = repository.snapshot(commit)
    _write(repository, snapshot, place, [config.FILE])
    settings = config.load(place, shipped_directory() / "schemas")
    own = (settings.policies or "policies", settings.schemas or "schemas", settings.manifests, settings.baseline)
    _write(repository, snapshot, place, [*own, baseline])


def _write(repository: Repository, snapshot: Snapshot, place: Path, names: Iterable[str]) -> None:
    for name in filter(None, names):
        files = {name: snapshot.files[name]} if name in snapshot.files else snapshot.below(name)
        away = next((path for path, entry in files.items() if entry.is_submodule), None)
        if away:  # what it holds would be missing without a word
            raise GitError(f"`{away}` is a submodule", "what is judged must be a file of this repository")
        repository.export(files, place, MAX_EVIDENCE_BYTES)
