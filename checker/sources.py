r"""Which files there are, and their bytes, read so that no name can lead elsewhere, block or overflow.

Paths are POSIX, relative to the root. A name that cannot be shown as it is (not UTF-8, control or invisible
characters, a backslash) is written with `\\xNN` for each of its bytes, everywhere outside this module.
"""

from __future__ import annotations

import difflib
import errno
import hashlib
import os
import re
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from checker.errors import UsageError
from checker.model import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

MAX_FILES: Final = 100_000
MAX_EVIDENCE_BYTES: Final = 50 * 1024 * 1024
_SUFFIXES: Final = (".yaml", ".yml")
EVIDENCE: Final = "evidence"
"""The folder beside manifests that holds what proves their claims."""
_CHUNK: Final = 1024 * 1024
_ESCAPE: Final = re.compile(rb"\\x([0-9a-f]{2})")
# NOFOLLOW: no link is followed at any step; NONBLOCK: a pipe that appears in between cannot hold us up.
_FLAGS: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_FOLDER_FLAGS: Final = _FLAGS | os.O_DIRECTORY
_KINDS: Final = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe (FIFO)",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def shown(name: str) -> str:
    """Return a name as it may be shown, the form in which this module takes and gives all paths."""
    if name.isprintable() and "\\" not in name:
        return name
    return "".join(each if each.isprintable() and each != "\\" else _escaped(each) for each in name)


def _escaped(character: str) -> str:
    try:
        raw = os.fsencode(character)
    except UnicodeEncodeError:  # half of a character, which no file name holds
        raw = character.encode(errors="surrogatepass")
    return "".join(f"\\x{byte:02x}" for byte in raw)


def real(name: str) -> str:
    """Return the name that `shown` was given; any other, such as one with a plain backslash, stands for itself."""
    if "\\" not in name:
        return name
    raw = os.fsdecode(_ESCAPE.sub(lambda match: bytes.fromhex(match[1].decode()), os.fsencode(name)))
    return raw if shown(raw) == name else name


# ---------------------------------------------------------------- finding


def find(root: Path, paths: Sequence[str], *, wanted: Callable[[str], bool] | None = None) -> list[str]:
    """Return the files to judge: the named ones, and every YAML file below the named folders, in order.

    Paths are taken from `root`, which is absolute. Folders named `evidence` are left out unless they are named;
    what is hidden is not, or a vendor could vanish behind a dot. Links are listed and not followed, so that
    `read` refuses them in plain sight. With `wanted`, files need not be manifests: below folders it chooses them by
    their names, in folders named `evidence`, too.
    Raises UsageError for a path that does not exist or lies outside, and for too many files.
    """
    base = os.path.realpath(root)
    found: set[str] = set()
    for path in paths:
        inner = _inside(base, os.fspath(root), path)
        for name in _expanded(base, inner, path, wanted):
            found.add(name)
            if len(found) > MAX_FILES:
                message = f"There are more than {MAX_FILES:,} files to judge."
                raise UsageError(message, hint="Name a smaller folder, and judge the folders one by one.")
    return sorted(map(shown, found))


def _inside(base: str, root: str, path: str) -> str:
    """Return the path relative to the root, linked folders resolved, or refuse one that leads out."""
    try:
        wanted = Path(base, real(path))
        if os.path.realpath(wanted) == base:
            return os.curdir
        inner = os.path.relpath(Path(os.path.realpath(wanted.parent), wanted.name), base)
    except ValueError:  # no file can have this name
        raise UsageError(f"There is no file or folder `{shown(path)}`.") from None
    if _leads_out(inner):
        message = f"`{shown(path)}` lies outside the repository `{shown(root)}`."
        raise UsageError(message, hint="Name files and folders inside the repository.")
    return inner


def _leads_out(inner: str) -> bool:
    return inner.partition("/")[0] == os.pardir


def _expanded(base: str, inner: str, path: str, wanted: Callable[[str], bool] | None) -> Iterator[str]:
    try:
        mode = Path(base, inner).lstat().st_mode
    except (OSError, ValueError):
        message = f"There is no file or folder `{shown(path)}`."
        raise UsageError(message, hint=nearest(base, inner)) from None
    if not stat.S_ISDIR(mode):
        yield inner
        return
    pending = ["" if inner == os.curdir else inner]
    while pending:  # not recursive: no nesting is too deep
        folder = pending.pop()
        for entry in _listed(base, folder):
            name = f"{folder}/{entry.name}" if folder else entry.name
            if entry.name == ".git" or (entry.name == EVIDENCE and not wanted):
                continue
            if entry.is_dir(follow_symlinks=False):
                pending.append(name)
            elif (wanted or is_yaml)(entry.name) or _is_linked_folder(entry):
                yield name


def is_yaml(name: str) -> bool:
    """Tell whether a file is taken for a manifest by the ending of its name."""
    return name.lower().endswith(_SUFFIXES)


def is_json(name: str) -> bool:
    """Tell whether a file holds JSON by the ending of its name."""
    return name.lower().endswith(".json")


def is_structured(name: str) -> bool:
    """Tell whether a file is YAML or JSON by the ending of its name."""
    return is_yaml(name) or is_json(name)


def _listed(base: str, folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(Path(base, folder)) as entries:
            return list(entries)
    except OSError as error:
        message = f"The folder `{shown(folder) or '.'}` cannot be listed: {_reason(error)}."
        raise UsageError(message, hint="Make it readable, or name the files one by one.") from None


def _is_linked_folder(entry: os.DirEntry[str]) -> bool:
    """Tell whether manifests may hide behind a link."""
    try:
        return entry.is_symlink() and entry.is_dir()
    except OSError:
        return False


def nearest(base: str, inner: str) -> str:
    """Return a hint: which name below `base` was probably meant, in the last folder on the way that exists."""
    folder, wanted, names = Path(base), "", []
    with suppress(OSError):
        for wanted in Path(inner).parts:
            if not (folder / wanted).is_dir():
                break
            folder /= wanted
        names = sorted(each.name for each in folder.iterdir())
    inside = "" if folder == Path(base) else f"{folder.relative_to(base)}/"
    close = difflib.get_close_matches(wanted, names, n=1)
    if close:
        return f"Did you mean `{shown(inside + close[0])}`?"
    return f"Paths are taken from the repository's root; look into `{shown(inside) or './'}`."


# ---------------------------------------------------------------- reading


class _Refused(Exception):  # noqa: N818 - carries a finding about someone's file, no fault of ours
    """The file is not read."""

    def __init__(self, rule: str, message: str, fix: str) -> None:
        super().__init__(message)
        self.problem = Problem(rule, message, fix)


def read(root: Path, path: str, max_bytes: int) -> bytes | Problem:
    """Return the bytes of a regular file inside the root, or the reason why they are not read."""
    try:
        with _opened(os.fspath(root), path) as descriptor:
            return b"".join(_chunks(descriptor, max_bytes))
    except _Refused as refused:
        return refused.problem


def sha256(root: Path, path: str, max_bytes: int) -> str | Problem:
    """Return the SHA-256 of a regular file in hex, piece by piece, or the reason why it is not read.

    Not even a linked folder on the way is followed: evidence lies where its path says.
    """
    digest = hashlib.sha256()
    try:
        with _opened(os.fspath(root), path, links=False) as descriptor:
            for chunk in _chunks(descriptor, max_bytes):
                digest.update(chunk)
    except _Refused as refused:
        return refused.problem
    return digest.hexdigest()


@contextmanager
def _opened(root: str, path: str, *, links: bool = True) -> Iterator[int]:
    """Open a file, itself no link, and close it; every failure becomes a refusal. `links` allows linked folders."""
    descriptor = -1
    try:
        inner = os.path.normpath(real(path))
        if inner.startswith("/") or _leads_out(inner):
            raise _outside()
        try:
            descriptor = _descend(root, inner)
        except OSError as error:
            if error.errno not in {errno.ELOOP, errno.ENOTDIR} or not links:
                raise
            descriptor = _descend(root, _resolved(root, inner))
        yield descriptor
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise _unreadable(error) from None
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def _resolved(root: str, inner: str) -> str:
    """Resolve linked folders on the way to a file, as long as they stay inside the root."""
    base = os.path.realpath(root)
    on_the_way = Path(base, inner)
    resolved = os.path.relpath(Path(os.path.realpath(on_the_way.parent), on_the_way.name), base)
    if _leads_out(resolved):
        raise _outside()
    return resolved


def _descend(root: str, inner: str) -> int:
    """Open step by step: where no step follows a link, the end lies inside the root."""
    *folders, name = inner.split("/")
    at = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for folder in folders:
            at, before = os.open(folder, _FOLDER_FLAGS, dir_fd=at), at
            os.close(before)
        _check_kind(os.stat(name, dir_fd=at, follow_symlinks=False))
        descriptor = os.open(name, _FLAGS, dir_fd=at)
    finally:
        os.close(at)
    return descriptor


def _check_kind(status: os.stat_result) -> None:
    kind = stat.S_IFMT(status.st_mode)
    if kind == stat.S_IFLNK:
        fix = "Put the file itself in its place."
        raise _Refused("file.symlink", "This is a symbolic link; links are not followed.", fix)
    if kind != stat.S_IFREG:
        message = f"This is {_KINDS.get(kind, 'no ordinary file')}, not an ordinary file."
        raise _Refused("file.not_regular", message, "Put an ordinary file in its place.")


def _chunks(descriptor: int, max_bytes: int) -> Iterator[bytes]:
    """Give the content piece by piece, bounded also when the file grows while it is read."""
    status = os.fstat(descriptor)
    _check_kind(status)
    if status.st_size > max_bytes:
        raise _too_large(max_bytes)
    left = max_bytes
    while chunk := os.read(descriptor, min(_CHUNK, left + 1)):
        left -= len(chunk)
        if left < 0:
            raise _too_large(max_bytes)
        yield chunk


def _too_large(max_bytes: int) -> _Refused:
    message = f"The file is larger than {max_bytes:,} bytes, the most that is read."
    return _Refused("file.size", message, "Make the file smaller, or split it.")


def _outside() -> _Refused:
    message = "This path leads out of the repository."
    return _Refused("file.outside", message, "Name a file inside the repository, relative to its place.")


def _unreadable(error: Exception) -> _Refused:
    missing = isinstance(error, OSError) and error.errno == errno.ENOENT
    fix = "Look whether the file is there, is spelled this way, and may be read."
    rule = "file.missing" if missing else "file.unreadable"
    return _Refused(rule, f"The file cannot be read: {_reason(error)}.", fix)


_REASONS: Final = {
    errno.ENOENT: "it does not exist",
    errno.ENOTDIR: "a part of its path is no folder",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.ENAMETOOLONG: "its name is too long",
    errno.ELOOP: "its path is a circle of links",
}


def _reason(error: Exception) -> str:
    number = error.errno if isinstance(error, OSError) else None
    if number is None:
        return "its name is not valid"
    return _REASONS.get(number) or os.strerror(number).lower()
