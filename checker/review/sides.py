"""The three moments that a review looks at, and their files brought to where they can be judged."""

from __future__ import annotations

import os
import posixpath
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from checker import documents, sources
from checker.errors import UsageError
from checker.git import WORK_TREE, GitError, Repository, Snapshot, above
from checker.judge import stem_of
from checker.register import is_waiver
from checker.review import changes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from checker.documents import Limits
    from checker.git import Entry
    from checker.model import JsonObject
    from checker.review.changes import Edited

RULE_LIMIT = 4 << 20
"""Bytes of the largest file of rules that is read; each reader has a lower limit of its own."""
_MOST_FORKS: Final = 8
_CATCH_UP: Final = "merge the base into the branch, and review again"


@dataclass(frozen=True)
class Sides:
    """Base (whose rules count), fork (from which changes are counted) and head (what is reviewed)."""

    repository: Repository
    base: Snapshot
    fork: Snapshot
    head: Snapshot
    scratch: Path
    crossed: bool = False
    """Whether base and head have more than one last common commit."""

    def place(self, side: Snapshot) -> Path:
        """Return the directory to which the files of a side are brought."""
        return self.scratch / (side.commit if side.commit != WORK_TREE else "work_tree")

    @cached_property
    def changed(self) -> tuple[str, ...]:
        """The paths that the change touches, in order."""
        return changes.changed(self.fork, self.head)

    def changed_below(self, folder: str) -> list[str]:
        """Return those of them in a folder."""
        return [path for path in self.changed if path.startswith(f"{folder}/")]

    @cached_property
    def merged(self) -> Snapshot:
        """The base with what the change does to it, file by file: what a merge would make of it."""
        files = dict(self.base.files)
        for path in self.changed:
            if path in self.head.files:
                files[path] = self.head.files[path]
            else:
                files.pop(path, None)
        merged = Snapshot("merged", files)
        if path := merged.contested():
            raise GitError(f"`{path}` lies in a folder on one side that is a file on the other", _CATCH_UP)
        return merged

    def bring(self, side: Snapshot, files: dict[str, Entry], largest: int) -> Path:
        """Write files of a side where they can be read, and return the root they lie below."""
        root = self.place(side)
        root.mkdir(exist_ok=True)
        self.repository.export(files, root, largest)
        return root

    def bring_rules(self, side: Snapshot, path: str) -> Path:
        """Bring a file of rules, or all in a folder; what is no plain file could be read from anywhere."""
        steps = [path[:end] for end, char in enumerate(f"{path}/") if char == "/"]
        files = {step: side.files[step] for step in steps if step in side.files} | side.below(path)
        for name, entry in files.items():
            if not entry.is_file:
                what = "a symbolic link" if entry.is_link else "another repository"
                raise UsageError(
                    f"`{name}` is {what}", "put the files themselves in its place, so that reviews see them"
                )
        root = self.bring(side, files, RULE_LIMIT)
        lost = [name for name in files if not os.path.lexists(root / sources.real(name))]
        if lost:
            raise UsageError(f"`{lost[0]}` is a name that no file can have here", "give it a shorter one")
        return root

    def bring_manifests(self, side: Snapshot, paths: Collection[str], limits: Limits, *, evidence: bool) -> Path:
        """Bring manifests, with their evidence or without."""
        root = self.bring(side, _only(side, paths), limits.max_bytes)
        if evidence:
            self.bring(side, _evidence(side, paths), sources.MAX_EVIDENCE_BYTES)
        return root

    def evidence(self, side: Snapshot, paths: Iterable[str]) -> dict[str, str]:
        """Return of each file of evidence of manifests, by path, what `Setup.evidence` tells of it."""
        files = _evidence(side, paths)
        known = self.repository.digests(files, sources.MAX_EVIDENCE_BYTES)
        states = {path: known.get(path, "outside" if one.is_link else "unreadable") for path, one in files.items()}
        return {folder: "unreadable" for path in files for folder in above(path)} | states

    def bring_waivers(self, side: Snapshot, home: str, manifests: Iterable[str] | None, limits: Limits) -> list[str]:
        """Bring the waivers of manifests, or all of them, and return their paths."""
        homes = [home] if manifests is None else sorted({_waivers_of(path) for path in manifests})
        found = ((one, path) for one in homes for path in side.below(one) if is_waiver(path) and sources.is_yaml(path))
        paths = [path for one, path in found if manifests is None or posixpath.dirname(path) == one]
        self.bring(side, _only(side, paths), limits.max_bytes)
        return sorted(paths)

    def edits(self, home: str, limits: Limits) -> list[Edited]:
        """Return the manifests that the change touches."""

        def read(files: Mapping[str, Entry]) -> dict[str, JsonObject]:
            contents = self.repository.read(files, limits.max_bytes)
            found = {path: documents.load(path, content, limits).document for path, content in contents.items()}
            return {path: document.data for path, document in found.items() if document}

        return changes.edits(self.fork, self.head, home, self.changed_below(home), read)


def open_sides(root: Path, scratch: Path, base: str, head: str | None) -> Sides:
    """Look up base and head; without a head it is the work tree, whose changes start where HEAD left the base."""
    repository = Repository(root)
    tip = repository.commit(base)
    commit = repository.commit(head or "HEAD")
    forks = repository.merge_bases(tip, commit)
    if len(forks) > _MOST_FORKS:
        raise GitError(f"base and head have {len(forks)} last common commits", _CATCH_UP)
    known = {tip: repository.snapshot(tip)}
    for one in {*forks, *([commit] if head else [])} - {tip}:
        known[one] = repository.snapshot(one, known[tip])
    index = scratch / "index"
    index.mkdir()
    return Sides(
        repository=repository,
        base=known[tip],
        fork=_agreed([known[one] for one in forks], known[tip]),
        head=known[commit] if head else repository.work_tree(index),
        scratch=scratch,
        crossed=len(forks) > 1,
    )


def _agreed(forks: Sequence[Snapshot], tip: Snapshot) -> Snapshot:
    """Return the state from which changes are counted: the last common one.

    Where histories cross there are several, and a change can bring back what one of them held; so where they differ,
    the tip of the base counts.
    """
    first, *others = forks
    if not others:
        return first
    paths = set(first.files).union(*(fork.files for fork in others))
    files = {
        path: entry
        for path in sorted(paths)
        if (entry := (first if len({fork.files.get(path) for fork in forks}) == 1 else tip).files.get(path))
    }
    agreed = Snapshot(first.commit, files)
    if path := agreed.contested():
        raise GitError(f"base and head have several last common commits, which do not agree on `{path}`", _CATCH_UP)
    return agreed


def _evidence(side: Snapshot, manifests: Iterable[str]) -> dict[str, Entry]:
    owners = {(posixpath.dirname(path), stem_of(path)) for path in manifests}
    folders = (posixpath.join(home, sources.EVIDENCE, stem) for home, stem in sorted(owners))
    return {path: entry for folder in folders for path, entry in side.below(folder).items()}


def _only(side: Snapshot, paths: Iterable[str]) -> dict[str, Entry]:
    return {path: side.files[path] for path in paths if path in side.files}


def _waivers_of(manifest: str) -> str:
    return posixpath.join(posixpath.dirname(manifest), "waivers", stem_of(manifest))
