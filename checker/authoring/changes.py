"""Which controls a change of files can concern, so that their tests and cases are run again."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from checker.authoring.tables import BASE, EVIDENCE
from checker.config import FILE
from checker.git import Repository

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from checker.library import Library


def changed_paths(root: Path, since: str) -> list[str]:
    """Return the files below `root` that differ between the work tree and where its branch left `since`; GitError."""
    repository = Repository(root)
    fork = repository.merge_base(repository.commit(since), repository.commit("HEAD"))
    before = repository.snapshot(fork).files
    with tempfile.TemporaryDirectory(prefix="checker-") as scratch:
        after = repository.work_tree(Path(scratch)).files
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


def concerned(
    paths: Iterable[str], library: Library, folders: Mapping[str, str], tables: Mapping[str, str]
) -> set[str]:
    """Return the ids of the controls that a change of files at `paths` can concern.

    `folders` tells where the `policies`, `schemas` and `cases` are, `tables` the control of each table by its path.
    What controls share (library, parameters, schemas, base manifest, configuration) concerns all of them.
    """
    homes = {control.package.replace(".", "/"): control.id for control in library.controls}
    homes |= {policy.package.replace(".", "/"): policy.control for policy in library.portfolio}
    found: set[str] = set()
    for path in paths:
        inside = path.removeprefix(f"{folders['policies']}/")
        if path in tables:
            found.add(tables[path])
        elif inside != path and inside.startswith(("controls/", "portfolio/")):
            found.update(id_ for home, id_ in homes.items() if inside.startswith(f"{home}/"))
        elif inside != path or _is_shared(path, folders):
            found.update(homes.values())
    return found


def _is_shared(path: str, folders: Mapping[str, str]) -> bool:
    cases = folders["cases"]
    shared = (f"{folders['schemas']}/", f"{cases}/{EVIDENCE}/")
    return path.startswith(shared) or path in {f"{cases}/{BASE}", FILE}
