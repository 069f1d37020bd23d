"""The directory of a site: made beside its place and put there whole, and never in place of something else."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from checker.errors import CheckerError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK: Final = ".checker-site"
"""The file that tells a site of ours from a directory that must not be replaced."""
_TEXT: Final = "Made by `checker report html`, which replaces this whole directory when it is run again.\n"
_PLAIN: Final = ".nojekyll"
"""Keeps a forge's page generator from working on the files."""


def check(target: Path) -> None:
    """Raise UsageError unless a site may be put at `target`."""
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise UsageError(f"{target} is no directory", "name a directory that does not exist, or one of an earlier site")
    if target.is_dir() and any(target.iterdir()) and not (target / MARK).is_file():
        hint = f"name another one; only a directory with the file {MARK} is replaced"
        raise UsageError(f"{target} holds something that is no site of the checker", hint)


@contextmanager
def swapped_in(target: Path) -> Iterator[Path]:
    """Give a directory to fill, and put it at `target` when nothing went wrong: nobody ever sees half a site."""
    check(target)
    target = target.absolute()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise _unwritable(target, error) from error
    try:
        yield made
        (made / MARK).write_text(_TEXT, encoding="utf-8")
        (made / _PLAIN).touch()
        made.chmod(0o755)
        _replace(made, target)
    except OSError as error:
        raise _unwritable(target, error) from error
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _replace(made: Path, target: Path) -> None:
    if not target.exists():
        made.rename(target)
        return
    check(target)  # once more: the pages took their time
    aside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    target.rename(aside / "old")
    try:
        made.rename(target)
    except BaseException:
        (aside / "old").rename(target)
        aside.rmdir()
        raise
    shutil.rmtree(aside, ignore_errors=True)


def write(folder: Path, name: str, text: str) -> int:
    """Write one file of the site, and return how many bytes it has."""
    place = folder / name
    place.parent.mkdir(exist_ok=True)
    return place.write_bytes(text.encode("utf-8", "backslashreplace"))


def _unwritable(target: Path, error: OSError) -> CheckerError:
    return CheckerError(f"{target} cannot be written: {error.strerror or error}", "name a directory that is yours")
