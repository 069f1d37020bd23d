"""`checker.toml`: what a repository decides once instead of on every command line."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from checker.documents import Document, Limits
from checker.errors import UsageError
from checker.model import Severity
from checker.schema import open_schemas

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE = "checker.toml"


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of a repository; every one has a default."""

    manifests: str = "vendor_manifests"
    policies: str = ""
    schemas: str = ""
    baseline: str = ""
    """The file with the findings that the repository started with; empty when there is none."""
    history: str = ""
    """Where runs are kept: a file, or the address of a database without a password; empty means the usual file."""
    source_url: str = ""
    """Where a line of a file is shown, with {revision}, {path} and {line}; empty when nowhere."""
    cases: str = "tests/cases"
    """Where the tables of cases are that show what controls find."""
    cases_as_of: str = "2026-11-22"
    """The day on which the base manifest of the cases passes, in ISO form."""
    profile: tuple[str, ...] = ("full",)
    """The profiles whose controls are judged by, unless `only` names others."""
    only: tuple[str, ...] = ()
    severity: Severity | None = None
    """The least severity of the controls to judge by."""
    skip: Mapping[str, str] = field(default_factory=dict)
    """Controls or families left out, with the reason that every report shows."""
    fail_on: Severity | None = None
    engine: str = "wasm"
    opa_url: str = ""
    jobs: int = 0
    """Processes; 0 means one for each processor."""
    time_zone: str = ""
    """IANA name; empty means the one of the organisation's parameters."""
    timeout_ms: int = 5000
    memory_mb: int = 256
    limits: Limits = field(default_factory=Limits)


def load(root: Path, schemas: Path) -> Config:
    """Return the configuration of the repository at `root`, judged by the schema in the directory `schemas`.

    UsageError names the line of what is wrong.
    """
    path = root / FILE
    if not path.is_file():
        if path.is_symlink() or path.exists():
            raise UsageError(f"{FILE} is no regular file", "put a file in its place, or remove it")
        return Config()
    content = path.read_bytes()
    try:
        data = tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{FILE} is no valid TOML: {error}", "see docs/configuration.md for an example") from error
    problems = open_schemas(schemas, {}).check(Document(FILE, data, b""), "CheckerConfig")
    if problems:
        first = problems[0]
        raise UsageError(f"{FILE}:{_line(content.decode(), first.keys)}: {first.message}", first.fix)
    return _config(data)


def _config(data: dict[str, Any]) -> Config:
    values = dict(data)
    if isinstance(values.get("profile"), str):
        values["profile"] = [values["profile"]]
    for key in values.keys() & {"profile", "only"}:
        values[key] = tuple(values[key])
    for key in values.keys() & {"severity", "fail_on"}:
        values[key] = Severity(values[key])
    if "limits" in values:
        values["limits"] = Limits(**values["limits"])
    return Config(**values)


def _line(text: str, keys: tuple[str | int, ...]) -> int:
    """Return the line of the last key that is found; the standard library's TOML parser keeps no positions."""
    line = 1
    for key in keys:
        found = re.compile(rf"^\s*\[?\s*[\"']?{re.escape(str(key))}[\"']?\s*[\]=.]", re.MULTILINE).search(text)
        if found:
            line = text.count("\n", 0, found.end()) + 1
    return line
