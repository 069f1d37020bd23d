"""The catalogue on disk: its pages, made, compared and written, and what each shipped policy reads."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from checker import lint
from checker.catalogue.clocks import Clock
from checker.catalogue.pages import MARK, Material, pages
from checker.catalogue.reading import Reading, readings
from checker.catalogue.reference import reference
from checker.compiler import OPA_ADVICE
from checker.errors import UsageError
from checker.library import digest_of, shipped_sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from checker.library import Library
    from checker.lint import Module
    from checker.model import JsonObject
    from checker.schema.fields import Field
    from checker.schema.fields import Path as Keys

READINGS = "readings.json"
"""The committed file with what the shipped policies read, beside the compiled module."""
_READ = ("controls/", "portfolio/", "lib/")


def parse(library: Library, opa: Path) -> list[Module]:
    """Return the policies and what they import, parsed; PolicyError when OPA cannot."""
    read = [path for path in library.sources if path.startswith(_READ)]
    return [lint.parse(library.place(path).parents[path.count("/")], path, opa) for path in read]


def material(library: Library, fields: Mapping[Keys, Field], modules: Iterable[Module], policies: str) -> Material:
    """Return what pages are made of; `policies` is the link from them to the directory of the policies."""
    return Material(library, fields, readings(modules, fields, library.parameters), policies)


def make(found: Material, about: Mapping[str, str], directory: str) -> dict[str, str]:
    """Return every page by its way from a directory of that name: the controls in it, manifest and parameters above.

    `about` tells of each parameter file what it is for.
    """
    above = replace(found, policies=found.policies.removeprefix("../"))
    around = {f"../{name}": text for name, text in reference(above, about, directory).items()}
    return pages(found) | around


def read_by(library: Library, fields: Mapping[Keys, Field], *, committed: Path, opa: Path | None) -> dict[str, Reading]:
    """Return by package what each policy reads: as committed, when that is of these sources, else told by OPA."""
    if stored := _stored(committed, library.digest):
        return stored
    if opa is None:
        raise UsageError("only OPA can tell what policies of your own read, and it is not on PATH", OPA_ADVICE)
    return readings(parse(library, opa), fields, library.parameters)


def shipped_readings(library: Library, committed: Path) -> dict[str, Reading]:
    """Return by package what each shipped policy of a library reads; nothing when one of them is not as shipped."""
    shipped = {path: library.sources.get(path, b"") for path in shipped_sources(committed)}
    return _stored(committed, digest_of(shipped))


def _stored(committed: Path, digest: str) -> dict[str, Reading]:
    """Return the committed readings; nothing when they are of policies with another digest."""
    try:
        stored = json.loads((committed / READINGS).read_bytes())
    except (OSError, ValueError):
        return {}
    if stored["policies"] != digest:
        return {}
    return {package: _reading(one) for package, one in stored["readings"].items()}


def readings_text(library: Library, fields: Mapping[Keys, Field], opa: Path) -> str:
    """Return the text of the file to commit."""
    found = readings(parse(library, opa), fields, library.parameters)
    rows = {package: {**asdict(one), "shared": sorted(one.shared)} for package, one in sorted(found.items())}
    return json.dumps({"policies": library.digest, "readings": rows}, indent=1) + "\n"


def _reading(stored: JsonObject) -> Reading:
    places = {name: tuple(map(tuple, stored[name])) for name in ("fields", "parameters", "facts")}
    clocks = tuple(Clock(kind, tuple(period), tuple(date), strict) for kind, period, date, strict in stored["clocks"])
    return Reading(
        **places,
        shared=frozenset(stored["shared"]),
        controls=tuple(stored["controls"]),
        clocks=clocks,
        names_the_day=stored["names_the_day"],
        hangs_on=None if stored["hangs_on"] is None else tuple(map(tuple, stored["hangs_on"])),
    )


def differing(made: Mapping[str, str], directory: Path) -> list[Path]:
    """Return the pages in a directory that are absent, hold other text, or belong to no control any more."""
    changed = [(directory / name).resolve() for name, text in made.items() if _text(directory / name) != text]
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
