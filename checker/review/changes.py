"""What a change touches: manifests, their evidence, waivers, rules. By snapshots only; nothing is judged here."""

from __future__ import annotations

import difflib
import posixpath
from collections import Counter
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Final, TypeAlias

from checker.judge import stem_of
from checker.model import Edit
from checker.register import is_waiver
from checker.sources import EVIDENCE, is_yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from checker.git import Entry, Snapshot
    from checker.model import JsonObject

Reader: TypeAlias = "Callable[[Mapping[str, Entry]], dict[str, JsonObject]]"

_IDENTITY: Final = ("id", "lei", "legal_name")
"""What tells by `metadata` that two manifests are of one vendor, the surest first."""
_FEW: Final = 4
_EVIDENCE: Final = f"/{EVIDENCE}/"
_MOST_EQUAL: Final = 250_000
"""Pairs of equal lines up to which two texts are compared line by line; a hostile one has billions."""


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


def edits(before: Snapshot, after: Snapshot, home: str, paths: Collection[str], read: Reader) -> list[Edited]:
    """Return the manifests that a change of the files `paths`, which lie below `home`, touches; in order.

    `read` returns by path what manifests hold, to see what was renamed; those that cannot be read are left out.
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
    return EVIDENCE not in path.split("/")[:-1] and not is_waiver(path) and (is_yaml(path) or not entry.is_file)


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
    at = path.find(_EVIDENCE)
    while at > 0:
        owner, more, _ = path[at + len(_EVIDENCE) :].partition("/")
        if more:
            yield path[:at], owner
        at = path.find(_EVIDENCE, at + 1)


def _renamed(before: Snapshot, after: Snapshot, gone: list[str], come: list[str], read: Reader) -> dict[str, str]:
    """Pair added files with the deleted ones that they were: the same content, or the same vendor.

    Not what reads alike: manifests are alike by their form, and a vendor must not vanish behind another one.
    """
    pairs = _paired(
        {path: before.files[path].oid for path in gone},
        {path: after.files[path].oid for path in come},
    )
    gone, come = sorted(set(gone) - set(pairs.values())), sorted(set(come) - pairs.keys())
    if gone and come:
        old = _metadata(read({path: before.files[path] for path in gone}))
        new = _metadata(read({path: after.files[path] for path in come}))
        for key in _IDENTITY:
            pairs |= _paired(
                {path: told.get(key) for path, told in old.items() if path not in pairs.values()},
                {path: told.get(key) for path, told in new.items() if path not in pairs},
            )
    return pairs


def _metadata(manifests: Mapping[str, JsonObject]) -> dict[str, JsonObject]:
    found = {path: data.get("metadata") for path, data in manifests.items()}
    return {path: told for path, told in found.items() if isinstance(told, dict)}


def _paired(gone: Mapping[str, object], come: Mapping[str, object]) -> dict[str, str]:
    """Pair paths of both sides that say the same of themselves, each at most once."""
    left = {name: path for path, name in reversed(list(gone.items())) if isinstance(name, str)}
    pairs = {path: left.pop(name, "") for path, name in come.items() if isinstance(name, str)}
    return {path: source for path, source in pairs.items() if source}


def changed_lines(before: bytes, after: bytes) -> frozenset[int]:
    """Return the lines of `after`, counted from 1, that were added or edited."""
    old, new = before.splitlines(), after.splitlines()
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    old, new = old[head : len(old) - tail], new[head : len(new) - tail]
    edited = [line for line, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]]
    if len(old) == len(new) and _FEW * len(edited) <= len(new):  # values changed and no line moved: the common case
        return frozenset(head + line + 1 for line in edited)
    known = Counter(old)
    if sum(known[line] * count for line, count in Counter(new).items()) > _MOST_EQUAL:
        return frozenset(range(head + 1, head + len(new) + 1))
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return frozenset(
        head + line + 1
        for kind, _, _, first, last in matcher.get_opcodes()
        if kind in {"replace", "insert"}
        for line in range(first, last)
    )


def _alike(one: list[bytes], other: list[bytes]) -> int:
    """Return how many lines are the same from the start."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
