"""Files that a run may leave for the next one: private to the user, checked before use, never needed."""

from __future__ import annotations

import hashlib
import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_HEADER = 65  # a SHA-256 in hexadecimal and a line feed


def read(path: Path) -> bytes | None:
    """Return what `write` stored at `path`; None when absent, damaged, or open to other users."""
    try:
        if not _is_private(os.lstat(path.parent), stat.S_ISDIR):
            return None
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with open(descriptor, "rb") as file:  # noqa: PTH123  a Path cannot be opened without following links
            if not _is_private(os.fstat(descriptor), stat.S_ISREG):
                return None
            content = file.read()
    except OSError:
        return None
    payload = content[_HEADER:]
    return payload if content[:_HEADER] == _header(payload) else None


def write(path: Path, payload: bytes) -> bool:
    """Store `payload` at `path` in one step; False when the directory is not ours or cannot be written."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_private(os.lstat(path.parent), stat.S_ISDIR):
            return False
        draft = path.with_name(f"{path.name}.{os.urandom(8).hex()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:
        return False
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123  a Path cannot be created with a mode
            file.write(_header(payload) + payload)
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink()
        return False
    return True


def _header(payload: bytes) -> bytes:
    return hashlib.sha256(payload).hexdigest().encode() + b"\n"


def _is_private(status: os.stat_result, is_kind: Callable[[int], bool]) -> bool:
    mode = status.st_mode
    return is_kind(mode) and status.st_uid == os.geteuid() and not stat.S_IMODE(mode) & 0o077
