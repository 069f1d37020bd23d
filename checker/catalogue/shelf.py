"""The pages of the catalogue on disk: made, compared and written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker import lint
from checker.catalogue.pages import MARK, Material, pages
from checker.catalogue.reading import readings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from checker.library import Library
    from checker.lint import Module
    from checker.schema.fields import Field
    from checker.schema.fields import Path as Keys

_READ = ("controls/", "portfolio/", "lib/")


def parse(library: Library, opa: Path) -> list[Module]:
    """Return the policies and what they import, parsed; PolicyError when OPA cannot."""
    read = [path for path in library.sources if path.startswith(_READ)]
    return [lint.parse(library.place(path).parents[path.count("/")], path, opa) for path in read]


def make(library: Library, fields: Mapping[Keys, Field], modules: Iterable[Module], policies: str) -> dict[str, str]:
    """Return every page by its file name; `policies` is the link from the pages to the directory of the policies."""
    return pages(Material(library, fields, readings(modules, fields, library.parameters), policies))


def differing(made: Mapping[str, str], directory: Path) -> list[Path]:
    """Return the pages in a directory that are absent, hold other text, or belong to no control any more."""
    changed = [directory / name for name, text in made.items() if _text(directory / name) != text]
    return sorted([*changed, *_superfluous(made, directory)])


def write(made: Mapping[str, str], directory: Path) -> None:
    """Write the pages and remove those of controls that are gone; other files are left alone."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in made.items():
        (directory / name).write_bytes(text.encode())
    for path in _superfluous(made, directory):
        path.unlink()


def _superfluous(made: Mapping[str, str], directory: Path) -> list[Path]:
    return [path for path in directory.glob("*.md") if path.name not in made and _text(path).startswith(MARK)]


def _text(path: Path) -> str:
    return path.read_bytes().decode(errors="replace") if path.is_file() else ""
