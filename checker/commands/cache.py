"""`checker cache`: what is kept from run to run outside of the repository, and how to be rid of it."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Final

from checker.commands.workspace import cache_directory
from checker.errors import UsageError
from checker.report.summary import plural

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

EPILOG = """examples:
  checker cache            where it is, and how large
  checker cache --clear    remove it; the next run makes what it needs again
"""
_KEPT: Final = {
    "compiled": "policies compiled by OPA",
    "native": "machine code of policies",
}
_UNITS: Final = ("B", "kB", "MB", "GB")
_STEP: Final = 1000


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--clear", action="store_true", help="remove everything that is kept")


def run(options: argparse.Namespace) -> int:
    """Print the directory and what is in it, or remove it."""
    place = cache_directory()
    found = _sizes(place)
    if options.clear:
        return _clear(place, found)
    print(f"{place}{'' if place.is_dir() else ', which is not there'}")
    for name, sizes in found.items():
        about = _KEPT.get(name, "")
        print(f"  {name:10} {plural(len(sizes), 'file'):>10}  {_size(sum(sizes)):>9}  {about}".rstrip())
    return 0


def _clear(place: Path, found: dict[str, list[int]]) -> int:
    count, size = sum(map(len, found.values())), sum(map(sum, found.values()))
    if place.is_symlink():
        raise UsageError(
            f"{place} is a link, and what it leads to may not be ours", "remove the link, or what is there"
        )
    try:
        if place.exists():
            shutil.rmtree(place)
    except OSError as error:
        raise UsageError(f"cannot remove {error.filename}: {error.strerror}", "remove it by hand") from error
    print(f"{plural(count, 'file')} removed from {place}, {_size(size)}")
    return 0


def _sizes(place: Path) -> dict[str, list[int]]:
    """Return the sizes of the files below each directory in the cache; links are not followed."""
    if not place.is_dir():
        return {}
    return {
        part.name: [
            os.lstat(os.path.join(folder, name)).st_size  # noqa: PTH118 - as `walk` gives them
            for folder, _, names in os.walk(part)
            for name in names
        ]
        for part in sorted(place.iterdir())
        if part.is_dir() and not part.is_symlink()
    }


def _size(count: float) -> str:
    power = 0
    while count >= _STEP and power < len(_UNITS) - 1:
        count, power = count / _STEP, power + 1
    return f"{count:.{min(power, 1)}f} {_UNITS[power]}"
