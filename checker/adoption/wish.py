"""What an adoption is asked for, and the files that it brings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checker.config import EDITOR_SCHEMAS

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for, beside what the repository says itself."""

    forge: str
    profile: str | list[str]
    owners: tuple[str, ...]
    """Teams or persons who must approve a change of the rules; empty leaves the lines as comments."""
    requirement: str
    """What pip installs in continuous integration, such as `vendorpolicy-checker==1.0`."""
    as_of: date
    manifests: str
    schemas: str
    """The repository's own schemas, relative to its root; empty when it has none, and editors get copies."""
    example: bool
    """Whether there is no vendor yet, so that an example has to be the first one."""

    @property
    def editor_schemas(self) -> str:
        """Where editors find the schemas."""
        return self.schemas or EDITOR_SCHEMAS


@dataclass(frozen=True, slots=True)
class Draft:
    """A file that a repository should have."""

    path: str
    text: str
    about: str
    """What it is, in one or two words."""
    mark: str = ""
    """What tells that a file of other authors holds this already; empty when the whole file is ours."""
    places: tuple[str, ...] = ()
    """Other paths where such a file may be instead."""
