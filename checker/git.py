"""Questions to git, by its plumbing and with a clean environment. Nothing is checked out, and no object is added."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Final

from checker.errors import CheckerError
from checker.sources import real, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

WORK_TREE: Final = "work tree"
"""What stands in the place of a commit for files that are not committed."""

_LINK: Final = "120000"
_SUBMODULE: Final = "160000"
_UNSAFE: Final = frozenset({b"", b".", b".."})
_CHUNK: Final = 1 << 20
_TIMEOUT_S: Final = 300


class GitError(CheckerError):
    """What was asked of git cannot be answered, so that nothing can be compared."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a snapshot."""

    mode: str
    oid: str

    @property
    def is_link(self) -> bool:
        """Whether it is a symbolic link."""
        return self.mode == _LINK


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The files of one moment, by path relative to the root and written as `sources.shown` writes it."""

    commit: str
    """Its commit, or `WORK_TREE`."""
    files: Mapping[str, Entry]

    def below(self, folder: str) -> dict[str, Entry]:
        """Return the files in a folder, at any depth."""
        start = f"{folder.strip('/')}/"
        return {path: entry for path, entry in self.files.items() if path.startswith(start)}


@dataclass(frozen=True)
class Repository:
    """The git repository around the directory `root`; what lies outside of `root` is not looked at."""

    root: Path
    _environment: dict[str, str] = field(default_factory=dict)

    def revision(self) -> str:
        """Return the commit of the work tree, with `+changes` when files differ from it; empty without git."""
        try:
            head = self._ask("rev-parse", "--verify", "--end-of-options", "HEAD")
            changed = self._ask("status", "--porcelain", "--untracked-files=normal", "--", ".")
        except GitError:
            return ""
        return f"{head}+changes" if changed else head

    def commit(self, name: str) -> str:
        """Return the full id of the commit that a branch, tag or id names."""
        done = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        if done.returncode:
            self._ask("rev-parse", "--git-dir")  # says so when the fault is another one
            hint = "fetch it first, such as by `git fetch origin main`; a workflow checks out with `fetch-depth: 0`"
            raise GitError(f"git knows no commit `{name}` here", hint)
        return done.stdout.decode().strip()

    def merge_base(self, one: str, other: str) -> str:
        """Return the last commit that both have in common."""
        done = self._run("merge-base", one, other)
        if done.returncode == 0:
            return done.stdout.decode().strip()
        message = f"the commits {one[:12]} and {other[:12]} have no common history"
        if self._ask("rev-parse", "--is-shallow-repository") == "true":
            hint = "the clone is shallow: check out with `fetch-depth: 0`, or run `git fetch --unshallow`"
            raise GitError(f"{message} in this clone", hint)
        raise GitError(message, "name the branch that the change was made from")

    def history(self) -> str:
        """Return how much of the past is here: whole, shallow, or none without a repository."""
        try:
            return "shallow" if self._ask("rev-parse", "--is-shallow-repository") == "true" else "whole"
        except GitError:
            return "none"

    def standing(self, moment: datetime) -> str:
        """Return the newest commit on the way to HEAD, by first parents, that was made by a moment; or nothing."""
        return self._ask("rev-list", "--first-parent", "--max-count=1", f"--before={moment.isoformat()}", "HEAD")

    def last_with(self, pattern: str, folder: str) -> str:
        """Return the newest commit of any branch that adds or removes a line of this form below a folder; or nothing.

        `pattern` is an extended regular expression.
        """
        return self._ask("log", "--all", "--topo-order", "--max-count=1", "--format=%h", f"-G{pattern}", "--", folder)

    def snapshot(self, commit: str) -> Snapshot:
        """Return the files of a commit."""
        return Snapshot(commit, self._files(commit))

    def work_tree(self, scratch: Path) -> Snapshot:
        """Return the files that a commit of everything in the directory would hold, ignored ones left out.

        `scratch` is an empty directory for what git must write to show them; it is needed as long as they are read.
        """
        if self._ask("rev-parse", "--is-inside-work-tree") != "true":
            raise GitError("this repository has no work tree", "name the commit to review by `--head`")
        index = self.root / self._ask("rev-parse", "--git-path", "index")
        if index.is_file():
            # With its time: git tells by it which files may have changed in the moment the index was written.
            shutil.copy2(index, scratch / "index")
        objects = (self.root / self._ask("rev-parse", "--git-path", "objects")).resolve()
        (scratch / "objects").mkdir()
        self._environment.update(
            GIT_INDEX_FILE=str(scratch / "index"),
            GIT_OBJECT_DIRECTORY=str(scratch / "objects"),
            GIT_ALTERNATE_OBJECT_DIRECTORIES=str(objects),
        )
        self._ask("add", "--all", "--", ".")
        return Snapshot(WORK_TREE, self._files(self._ask("write-tree")))

    def export(self, files: Mapping[str, Entry], target: Path, largest: int) -> None:
        """Write files below `target`; of one above `largest` bytes, no more than that and one.

        A link is written as a link, for whoever reads to refuse. Files that are there already stay as they are.
        """
        wanted = {path: entry for path, entry in files.items() if not os.path.lexists(target / real(path))}
        with self._contents(wanted.values(), largest) as contents:
            for (path, entry), content in zip(wanted.items(), contents, strict=True):
                place = target / real(path)
                place.parent.mkdir(parents=True, exist_ok=True)
                if entry.is_link:
                    place.symlink_to(os.fsdecode(content))
                elif entry.mode == _SUBMODULE:
                    raise GitError(f"`{path}` is a submodule", "what is judged must be a file of this repository")
                else:
                    place.write_bytes(content)

    def read(self, entry: Entry, largest: int) -> bytes:
        """Return the content of one file, at most `largest` bytes and one."""
        with self._contents([entry], largest) as contents:
            return next(contents)

    def _files(self, tree: str) -> dict[str, Entry]:
        prefix = self._ask("rev-parse", "--show-prefix")
        if prefix and self._run("cat-file", "-e", f"{tree}:{prefix}").returncode:
            return {}  # the directory came later
        listed = self._output("ls-tree", "-r", "-z", "--full-tree", f"{tree}:{prefix}" if prefix else tree)
        files = dict(_entry(line) for line in listed.split(b"\0") if line)
        links = {f"{path}/" for path, entry in files.items() if entry.is_link}
        if links and (below := [path for path in files if path.startswith(tuple(links))]):
            raise GitError(f"the tree holds `{below[0]}` below a link", "the tree is damaged: run `git fsck`")
        return files

    @contextmanager
    def _contents(self, entries: Iterable[Entry], largest: int) -> Iterator[Iterator[bytes]]:
        wanted = list(entries)
        # The questions are a file: were they a pipe, both sides could wait for each other.
        with tempfile.TemporaryFile() as questions:
            questions.write(b"".join(f"{entry.oid}\n".encode() for entry in wanted))
            questions.seek(0)
            process = subprocess.Popen(  # noqa: S603 - fixed program, arguments of our own
                self._command("cat-file", "--batch", "--buffer"),
                env=self._clean(),
                stdin=questions,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            with process, process.stdout or tempfile.TemporaryFile() as stream:
                try:
                    yield (_content(stream, entry, largest) for entry in wanted)
                finally:
                    process.kill()

    def _ask(self, *arguments: str) -> str:
        return os.fsdecode(self._output(*arguments)).strip("\n")

    def _output(self, *arguments: str) -> bytes:
        done = self._run(*arguments)
        if done.returncode:
            told = [line for line in done.stderr.decode(errors="replace").splitlines() if line.strip()]
            hint = "see that this is a git repository that you may read"
            raise GitError(f"git {arguments[0]}: {told[0] if told else f'exit code {done.returncode}'}", hint)
        return done.stdout

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(  # noqa: S603 - fixed program, arguments of our own
                self._command(*arguments),
                env=self._clean(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=_TIMEOUT_S,
            )
        except FileNotFoundError:
            raise GitError("there is no `git` on PATH", "install git") from None
        except subprocess.TimeoutExpired:
            raise GitError(f"git {arguments[0]} did not end within {_TIMEOUT_S} seconds") from None

    def _command(self, *arguments: str) -> list[str]:
        return ["git", "-C", str(self.root), *arguments]

    def _clean(self) -> dict[str, str]:
        return _clean_environment() | self._environment


def _clean_environment() -> dict[str, str]:
    """Return the environment without what a hook or a user set to lead git elsewhere."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return environment | {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_REPLACE_OBJECTS": "1", "LC_ALL": "C"}


def _entry(line: bytes) -> tuple[str, Entry]:
    about, _, path = line.partition(b"\t")
    mode, _, oid = about.decode().split(" ")
    if not _UNSAFE.isdisjoint(path.split(b"/")) or b".git" in path.lower().split(b"/"):
        raise GitError(f"the tree holds the path `{shown(os.fsdecode(path))}`, which leads elsewhere", "remove it")
    return shown(os.fsdecode(path)), Entry(mode, oid)


def _content(stream: IO[bytes], entry: Entry, largest: int) -> bytes:
    """Read one answer of `cat-file --batch`: a line with kind and size, the content, a line end."""
    if entry.mode == _SUBMODULE:
        stream.readline()
        return b""
    about = stream.readline().split()
    if len(about) != 3:  # noqa: PLR2004 - the object, its kind, its size
        raise GitError(
            f"git cannot give the object {entry.oid}", "fetch the whole history: `fetch-depth: 0`, no filter"
        )
    size = int(about[2])
    kept = stream.read(min(size, largest + 1))
    left = size - len(kept) + 1
    while left > 0 and (skipped := stream.read(min(left, _CHUNK))):
        left -= len(skipped)
    if left:
        raise GitError(f"git broke off within the object {entry.oid}", "run `git fsck`")
    return kept
