"""Questions to git, by its plumbing and with a clean environment. Nothing is checked out, and no object is added."""

from __future__ import annotations

import bisect
import difflib
import errno
import os
import re
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import IO, TYPE_CHECKING, Final, NamedTuple

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
_UNSAFE: Final = re.compile(rb"[\t/](?:|\.|\.\.|\.git)[/\0]", re.IGNORECASE)
"""A step of a path that leads elsewhere, in a listing or in one line of it."""
_CHUNK: Final = 1 << 20
_TIMEOUT_S: Final = 300
# What a repository's own settings could have git run while it only looks; filters stay, for a commit would hold what
# they make of a file.
_QUIET: Final = ("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}")


class GitError(CheckerError):
    """What was asked of git cannot be answered, so that nothing can be compared."""


class Entry(NamedTuple):
    """One file of a snapshot; a tuple, for a snapshot has very many."""

    mode: str
    oid: str

    @property
    def is_link(self) -> bool:
        """Whether it is a symbolic link."""
        return self.mode == _LINK

    @property
    def is_file(self) -> bool:
        """Whether it is a file with content, and neither a link nor another repository."""
        return self.mode not in {_LINK, _SUBMODULE}

    @property
    def is_submodule(self) -> bool:
        """Whether it stands for another repository, whose files are not here."""
        return self.mode == _SUBMODULE


@dataclass(frozen=True)
class Snapshot:
    """The files of one moment, by path relative to the root and written as `sources.shown` writes it."""

    commit: str
    """Its commit, or `WORK_TREE`."""
    files: Mapping[str, Entry]

    def below(self, folder: str) -> dict[str, Entry]:
        """Return the files in a folder, at any depth."""
        return {path: self.files[path] for path in self._below(folder)}

    def holds(self, folder: str) -> bool:
        """Tell whether there is any file in a folder."""
        return bool(self._below(folder))

    def _below(self, folder: str) -> list[str]:
        name = folder.strip("/")
        # All that begins with the folder and a slash stands before the same with a zero, the next character.
        first, end = (bisect.bisect_left(self._ordered, f"{name}{char}") for char in "/0")
        return self._ordered[first:end]

    @cached_property
    def _ordered(self) -> list[str]:
        """The paths in order, so that a folder is found without looking at tens of thousands."""
        return sorted(self.files)

    def contested(self) -> str:
        """Return a path that lies below another one, which is no folder then; empty when there is none."""
        return next((path for path in self.files if any(over in self.files for over in above(path))), "")


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
            known = self._ask("for-each-ref", "--format=%(refname:short)").split()
            near = difflib.get_close_matches(name, known, 1)
            hint = "fetch it first, such as by `git fetch origin main`; a workflow checks out with `fetch-depth: 0`"
            if name == "HEAD":
                hint = "the branch has no commit yet: commit first, or name what to review by `--head`"
            elif near:
                hint = f"did you mean `{near[0]}`?"
            raise GitError(f"git knows no commit `{name}` here", hint)
        return done.stdout.decode().strip()

    def merge_base(self, one: str, other: str) -> str:
        """Return the last commit that both have in common, or one of them."""
        return self.merge_bases(one, other)[0]

    def merge_bases(self, one: str, other: str) -> list[str]:
        """Return the last commit that both have in common; several when their histories cross."""
        done = self._run("merge-base", "--all", one, other)
        if done.returncode == 0:
            return sorted(done.stdout.decode().split())
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

    def snapshot(self, commit: str, near: Snapshot | None = None) -> Snapshot:
        """Return the files of a commit; only what differs is read when the files of another one are known."""
        trees = [self._tree(one) for one in (near.commit, commit)] if near else []
        if near is None or not all(trees):
            return Snapshot(commit, self._files(commit))
        listed = self._output("diff-tree", "-r", "-z", "--raw", "--no-renames", *trees)
        return Snapshot(commit, _sound(_applied(near.files, listed)))

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
            GIT_ALTERNATE_OBJECT_DIRECTORIES=_quoted(str(objects)),
        )
        self._ask("add", "--all", "--", ".")
        return Snapshot(WORK_TREE, self._files(self._ask("write-tree")))

    def export(self, files: Mapping[str, Entry], target: Path, largest: int) -> None:
        """Write files below `target`; of one above `largest` bytes, no more than that and one.

        A link is written as a link, another repository as an empty folder, and a name that no file can have not at
        all: whoever reads refuses them. Files that are there already stay as they are.
        """
        wanted = {path: entry for path, entry in files.items() if not os.path.lexists(target / real(path))}
        with self._contents(wanted.values(), largest) as contents:
            for (path, entry), content in zip(wanted.items(), contents, strict=True):
                try:
                    _write(target / real(path), entry, content)
                except (FileExistsError, IsADirectoryError, NotADirectoryError):
                    message = f"`{path}` has no place beside another file of nearly the same name"
                    raise GitError(message, "rename one of them") from None
                except OSError as error:
                    if error.errno != errno.ENAMETOOLONG:
                        raise

    def read(self, files: Mapping[str, Entry], largest: int) -> dict[str, bytes]:
        """Return the contents of files, at most `largest` bytes and one of each."""
        with self._contents(files.values(), largest) as contents:
            return dict(zip(files, contents, strict=True))

    def digests(self, files: Mapping[str, Entry], largest: int) -> dict[str, str]:
        """Return the SHA-256 of each plain file of at most `largest` bytes, in hex; the others are left out."""
        with self._contents(files.values(), largest) as contents:
            return {
                path: sha256(content).hexdigest()
                for (path, entry), content in zip(files.items(), contents, strict=True)
                if entry.is_file and len(content) <= largest
            }

    def _files(self, tree: str) -> dict[str, Entry]:
        if not (found := self._tree(tree)):
            return {}
        return _sound(_entries(self._output("ls-tree", "-r", "-z", "--full-tree", found)))

    def _tree(self, commit: str) -> str:
        """Return the name of the tree of this directory in a commit; empty when the directory came later."""
        if self._prefix and self._run("cat-file", "-e", f"{commit}:{self._prefix}").returncode:
            return ""
        return f"{commit}:{self._prefix}" if self._prefix else commit

    @cached_property
    def _prefix(self) -> str:
        """The way from the top of the repository to this directory; empty at the top."""
        return self._ask("rev-parse", "--show-prefix")

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
            hint = "see that this is a git repository that you may read"
            raise GitError(f"git {arguments[0]}: {_complaint(done)}", hint)
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
        return ["git", *_QUIET, "-C", str(self.root), *arguments]

    def _clean(self) -> dict[str, str]:
        return _clean_environment() | self._environment


def above(path: str) -> Iterator[str]:
    """Yield the folders that a path lies in."""
    return (path[:end] for end, char in enumerate(path) if char == "/")


def _quoted(path: str) -> str:
    """Return a path for a list that colons part, in which git takes what stands in quotes for one path."""
    escaped = path.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _complaint(done: subprocess.CompletedProcess[bytes]) -> str:
    """Return the line in which git says why it gave up; hints and warnings may come before it."""
    told = [line for line in done.stderr.decode(errors="replace").splitlines() if line.strip()]
    reasons = [line for line in told if line.startswith(("fatal:", "error:"))]
    return (reasons or told or [f"exit code {done.returncode}"])[0]


def _write(place: Path, entry: Entry, content: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    if entry.is_link:
        place.symlink_to(os.fsdecode(content))
    elif not entry.is_file:
        place.mkdir(exist_ok=True)
    else:
        with place.open("xb") as file:  # where case counts for nothing, two names can be one file
            file.write(content)


def _clean_environment() -> dict[str, str]:
    """Return the environment without what a hook or a user set to lead git elsewhere."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return environment | {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_REPLACE_OBJECTS": "1", "LC_ALL": "C"}


def _entries(listed: bytes) -> dict[str, Entry]:
    """Read what `ls-tree -z` lists: mode, kind and object, a tab, the path.

    There are tens of thousands of lines, so what is rare is looked for in all at once.
    """
    if odd := _UNSAFE.search(listed):
        wrong = listed[listed.rfind(b"\0", 0, odd.start()) + 1 :].partition(b"\0")[0].partition(b"\t")[2]
        raise GitError(f"the tree holds the path `{shown(os.fsdecode(wrong))}`, which leads elsewhere", "remove it")
    text = os.fsdecode(listed)
    one_tab_each = text.count("\t") == text.count("\0")
    plain = one_tab_each and "\\" not in text and text.replace("\0", "").replace("\t", "").isprintable()
    files = {}
    for line in text.split("\0")[:-1]:
        about, _, path = line.partition("\t")
        files[path if plain else shown(path)] = Entry(about[:6], about.rpartition(" ")[2])
    return files


def _applied(files: Mapping[str, Entry], listed: bytes) -> dict[str, Entry]:
    """Return files with what `diff-tree -z --raw` lists: both modes, both objects and a letter, then the path."""
    words = listed.split(b"\0")[:-1]
    gone, there = [], []
    for about, path in zip(words[::2], words[1::2], strict=True):
        _, mode, _, oid, letter = about.split()
        if letter == b"D":
            gone.append(shown(os.fsdecode(path)))
        else:
            there.append(b"%b blob %b\t%b\0" % (mode, oid, path))
    left = {**files, **_entries(b"".join(there))}
    for name in gone:
        del left[name]
    return dict(sorted(left.items())) if len(left) + len(gone) > len(files) else left


def _sound(files: dict[str, Entry]) -> dict[str, Entry]:
    links = {path for path, entry in files.items() if entry.is_link}
    if links and (below := [path for path in files if not links.isdisjoint(above(path))]):
        raise GitError(f"the tree holds `{below[0]}` below a link", "the tree is damaged: run `git fsck`")
    return files


def _content(stream: IO[bytes], entry: Entry, largest: int) -> bytes:
    """Read one answer of `cat-file --batch`: a line with kind and size, the content, a line end."""
    if entry.is_submodule:
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
