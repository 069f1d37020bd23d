"""Kinds of documents of one's own: which file is of which kind, by the patterns and names of `checker.toml`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from checker import documents, sources
from checker.errors import UsageError, nearest
from checker.model import Problem
from checker.rulesets.judging import File, read_file

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from checker.config import Documents
    from checker.documents import Document, Limits

_SAID: Final = re.compile(rb"""\bkind["']?\s*:\s*["']?([A-Za-z0-9_.-]+)""")
_ALIKE: Final = 0.8
ANY: Final = "*"
"""The kind of documents that may say anything."""


@dataclass
class Sorted:
    """Files by the kind that judges them."""

    files: dict[str, list[File]] = field(default_factory=dict)
    """By name of the entry in `checker.toml`."""
    strays: list[File] = field(default_factory=list)
    """Files that a pattern names and no kind takes, with the problem that says so."""

    @property
    def paths(self) -> frozenset[str]:
        """Every path that is spoken for."""
        return frozenset(file.path for some in (*self.files.values(), self.strays) for file in some)


def candidates(root: Path, entries: Sequence[Documents]) -> list[str]:
    """Return every file of the repository that may be of one of the kinds."""
    if any(not entry.files for entry in entries):
        return sources.find(root, ["."], wanted=sources.is_structured)
    homes = {_home(pattern) for entry in entries for pattern in entry.files}
    there = sorted(home for home in homes if (root / home).exists())
    found = sources.find(root, there, wanted=sources.is_structured) if there else []
    return [path for path in found if _is_link(path, homes) or any(_matches(entry, path) for entry in entries)]


def _is_link(path: str, homes: Collection[str]) -> bool:
    """Tell whether a path is a linked folder, behind which documents may hide that a pattern means."""
    return not sources.is_structured(path) and any(path.startswith(f"{home}/") for home in homes)


def sort(root: Path, paths: Sequence[str], entries: Sequence[Documents], manifests: str, limits: Limits) -> Sorted:
    """Find the kind of each file; where manifests are, only a pattern makes a file another kind of document."""
    done = Sorted({entry.name: [] for entry in entries})
    home = f"{manifests.strip('/')}/"
    anywhere = [entry for entry in entries if not entry.files]
    homes = {_home(pattern) for entry in entries for pattern in entry.files}
    for path in paths:
        named = [entry for entry in entries if _matches(entry, path)]
        if named:
            _sort_named(done, root, path, named, limits)
        elif _is_link(path, homes):
            done.strays.append(read_file(root, path, limits))
        elif not path.startswith(home):
            _sort_anywhere(done, root, path, anywhere, limits)
    return done


def _sort_named(done: Sorted, root: Path, path: str, entries: Sequence[Documents], limits: Limits) -> None:
    """Give each document of a file that a pattern names to the kind that it says, or to one that takes anything."""
    file = read_file(root, path, limits)
    if file.problems:
        done.files[entries[0].name].append(_strictly(root, file, entries[0], limits))
        return
    takers = {entry.kind: entry for entry in reversed(entries)}
    taken: dict[str, list[Document]] = {}
    for document in file.documents:
        entry = takers.get(_kind(document)) or takers.get(ANY)
        if entry:
            taken.setdefault(entry.name, []).append(document)
        else:
            done.strays.append(File(path, (), (_stray(document, [*takers]),)))
    for entry in entries:
        if entry.name in taken:
            done.files[entry.name].append(_strictly(root, File(path, tuple(taken[entry.name])), entry, limits))


def _sort_anywhere(done: Sorted, root: Path, path: str, entries: Sequence[Documents], limits: Limits) -> None:
    """Find the documents of the kinds that have no pattern, and those that are only misspelt."""
    content = sources.read(root, path, limits.max_bytes) if entries else b""
    if isinstance(content, Problem):
        return  # whoever names this file finds out
    takers = {entry.kind: entry for entry in reversed(entries)}
    said = {text.decode() for text in _SAID.findall(content)}
    near = {kind: _nearest(kind, [*takers]) for kind in said}
    wanted = [taker for taker in takers if taker in near.values()]
    if not wanted:
        return
    file = read_file(root, path, limits)
    for kind in wanted:
        mine = tuple(document for document in file.documents if _kind(document) == kind)
        # One that speaks of the kind and cannot be read is taken for a document of it: nothing slips through.
        if mine or file.problems:
            entry = takers[kind]
            done.files[entry.name].append(_strictly(root, replace(file, documents=mine), entry, limits))
    taken = any(_kind(one) in wanted for one in file.documents)
    for one in file.documents:
        kind = _kind(one)
        # Beside a document of the kind, none is passed over; elsewhere only one that is misspelt is told.
        if kind not in takers and (taken or near.get(kind)):
            done.strays.append(File(path, (), (_stray(one, [*takers]),)))


def _nearest(kind: str, known: Sequence[str]) -> str:
    """Return the kind that was meant; empty when it is none of these."""
    return next(iter(get_close_matches(kind, known, 1, _ALIKE)), "")


def _strictly(root: Path, file: File, entry: Documents, limits: Limits) -> File:
    """Read a document with a schema again, as manifests are read: one in a file, in YAML without surprises."""
    if not entry.schema or sources.is_json(file.path):
        return file
    content = sources.read(root, file.path, limits.max_bytes)
    if isinstance(content, Problem):
        return File(file.path, (), (content,))
    loaded = documents.load(file.path, content, limits)
    return File(file.path, (loaded.document,) if loaded.document else (), loaded.problems)


def _kind(document: Document) -> str:
    kind = document.data.get("kind") if isinstance(document.data, dict) else None
    return kind if isinstance(kind, str) else ""


def _stray(document: Document, known: Sequence[str]) -> Problem:
    at = document.locate(("kind",))
    kind = _kind(document)
    told = f"`kind: {kind}` is none of those that checker.toml expects here" if kind else "This document says no `kind`"
    return Problem("document.kind", told, nearest(kind, known), at.line, at.column, ("kind",) if kind else ())


def _matches(entry: Documents, path: str) -> bool:
    return any(re.fullmatch(_translated(pattern), path) for pattern in entry.files)


def _translated(pattern: str) -> str:
    """Return a regular expression for a pattern in which `*` stops at folders and `**` does not."""
    return "".join(_pieces(pattern.removeprefix("./")))


def _pieces(pattern: str) -> Iterator[str]:
    for piece in re.split(r"(\*\*/|\*\*|\*|\?)", pattern):
        yield {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}.get(piece, re.escape(piece))


def _home(pattern: str) -> str:
    """Return the folder below which all files lie that a pattern can name."""
    fixed = re.split(r"[*?]", pattern.removeprefix("./"), maxsplit=1)[0]
    return fixed if fixed == pattern else fixed.rpartition("/")[0] or "."


def require_found(done: Sorted, entries: Sequence[Documents]) -> None:
    """Refuse patterns that name nothing: a misspelt one would let everything through."""
    for entry in entries:
        seen = [*done.files[entry.name], *(file for file in done.strays if _matches(entry, file.path))]
        if entry.files and not seen:
            message = f"checker.toml: no file is a {entry.name}: {', '.join(entry.files)}"
            raise UsageError(message, "correct `files`; --allow-empty makes this a success")
