"""What a change touches: manifests, their evidence, waivers, rules. By snapshots only; nothing is judged here."""

from __future__ import annotations

import difflib
import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from checker.judge import stem_of
from checker.model import Edit
from checker.register import is_waiver
from checker.sources import EVIDENCE, is_yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from checker.git import Entry, Snapshot

_ALIKE: Final = 0.5
_MOST_PAIRS: Final = 400
"""Pairs of a deleted and an added file that are compared line by line."""


@dataclass(frozen=True, slots=True)
class Edited:
    """One manifest that a change touches; `path` is where it is now, or was before it was deleted."""

    path: str
    edit: Edit
    before: str = ""
    """Where it was before; empty for an added one."""
    evidence: tuple[str, ...] = ()
    """Files of its evidence that are added, edited or deleted."""

    @property
    def after(self) -> str:
        """Where it is now; empty for a deleted one."""
        return "" if self.edit is Edit.DELETED else self.path


def changed(before: Snapshot, after: Snapshot) -> tuple[str, ...]:
    """Return the paths that are not the same on both sides, in order."""
    old, new = before.files, after.files
    return tuple(sorted(path for path in old.keys() | new.keys() if old.get(path) != new.get(path)))


def manifests(snapshot: Snapshot, home: str) -> Iterator[str]:
    """Yield the manifests below a folder, by the rules of `sources.find`; links are among them, to be refused."""
    start = f"{home}/"
    return (path for path, entry in snapshot.files.items() if path.startswith(start) and _is_manifest(path, entry))


def edits(
    before: Snapshot, after: Snapshot, home: str, paths: Collection[str], read: Callable[[Entry], bytes]
) -> list[Edited]:
    """Return the manifests that a change of the files `paths`, which lie below `home`, touches; in order.

    `read` returns a file's content, to see what was renamed.
    """
    old, new = (_among(side, {*paths, *_owners(paths, side, home)}) for side in (before, after))
    renamed = _renamed(before, after, sorted(old.keys() - new.keys()), sorted(new.keys() - old.keys()), read)
    found = {path: Edited(path, Edit.RENAMED, source) for path, source in renamed.items()}
    found |= {path: Edited(path, Edit.ADDED) for path in new.keys() - old.keys() - renamed.keys()}
    found |= {path: Edited(path, Edit.DELETED, path) for path in old.keys() - new.keys() - set(renamed.values())}
    found |= {path: Edited(path, Edit.CHANGED, path) for path in old.keys() & new.keys() if old[path] != new[path]}
    for path, files in _evidence(paths, old.keys() | new.keys()).items():
        if path in found:
            one = found[path]
            found[path] = Edited(one.path, one.edit, one.before, tuple(files))
        elif path in new:
            found[path] = Edited(path, Edit.EVIDENCE, path, tuple(files))
    return [found[path] for path in sorted(found)]


def _is_manifest(path: str, entry: Entry) -> bool:
    return EVIDENCE not in path.split("/")[:-1] and not is_waiver(path) and (is_yaml(path) or entry.is_link)


def _among(snapshot: Snapshot, paths: Iterable[str]) -> dict[str, Entry]:
    found = ((path, snapshot.files.get(path)) for path in paths)
    return {path: entry for path, entry in found if entry and _is_manifest(path, entry)}


def _owners(paths: Iterable[str], snapshot: Snapshot, home: str) -> set[str]:
    """Return the manifests whose evidence is among the files `paths`."""
    homes = {owner for path in paths for owner in evidence_owners(path)}
    return (
        {path for path in manifests(snapshot, home) if (posixpath.dirname(path), stem_of(path)) in homes}
        if homes
        else set()
    )


def _evidence(paths: Iterable[str], known: Iterable[str]) -> dict[str, list[str]]:
    """Return by manifest the files of its evidence among `paths`; they lie in evidence/<vendor>/ beside it."""
    owners = {(posixpath.dirname(path), stem_of(path)): path for path in known}
    found: dict[str, list[str]] = {}
    for path in paths:
        for folder, vendor in evidence_owners(path):
            if owner := owners.get((folder, vendor)):
                found.setdefault(owner, []).append(path)
    return found


def evidence_owners(path: str) -> Iterator[tuple[str, str]]:
    """Yield directory and name of the manifests whose evidence a file can be, by its place."""
    parts = path.split("/")
    for i in range(1, len(parts) - 2):
        if parts[i] == EVIDENCE:
            yield "/".join(parts[:i]), parts[i + 1]


def _renamed(
    before: Snapshot, after: Snapshot, gone: list[str], come: list[str], read: Callable[[Entry], bytes]
) -> dict[str, str]:
    """Pair added files with the deleted ones that they most likely were, the most alike first."""
    if not gone or not come or len(gone) * len(come) > _MOST_PAIRS:
        return _same(before, after, gone, come)
    old = {path: read(before.files[path]).splitlines() for path in gone}
    new = {path: read(after.files[path]).splitlines() for path in come}
    alike = sorted((-_likeness(old[one], new[other]), one, other) for one in gone for other in come)
    pairs: dict[str, str] = {}
    for unlike, one, other in alike:
        if -unlike >= _ALIKE and other not in pairs and one not in pairs.values():
            pairs[other] = one
    return pairs


def _same(before: Snapshot, after: Snapshot, gone: list[str], come: list[str]) -> dict[str, str]:
    by_content = {before.files[path].oid: path for path in gone}
    pairs = {path: by_content.pop(after.files[path].oid, "") for path in come}
    return {path: source for path, source in pairs.items() if source}


def _likeness(one: list[bytes], other: list[bytes]) -> float:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


def changed_lines(before: bytes, after: bytes) -> frozenset[int]:
    """Return the lines of `after`, counted from 1, that were added or edited."""
    matcher = difflib.SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False)
    return frozenset(
        line + 1
        for kind, _, _, first, last in matcher.get_opcodes()
        if kind in {"replace", "insert"}
        for line in range(first, last)
    )
