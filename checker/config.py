"""`checker.toml`: what a repository decides once instead of on every command line."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from checker.documents import Document, Limits
from checker.errors import UsageError
from checker.model import Severity
from checker.schema import open_schemas

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE = "checker.toml"
EDITOR_SCHEMAS = ".schemas"
"""Where copies of the schemas are that only editors read; the checker judges by its own."""
_LISTS = frozenset({"files", "policies", "data", "namespaces"})


@dataclass(frozen=True, slots=True)
class Documents:
    """One kind of documents beside the manifests: where they are, and what judges them."""

    name: str
    kind: str
    """What `kind` of such a document says; `*` when it may say anything, or nothing."""
    files: tuple[str, ...] = ()
    """Patterns of paths; none means wherever a document of the kind is."""
    schema: str = ""
    policies: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ("main",)
    fail_on_warn: bool = False
    rego_version: str = "v1"


@dataclass(frozen=True, slots=True)
class Mail:
    """The mail server that carries notifications; user and password come from the environment alone."""

    host: str
    sender: str
    port: int = 587
    security: str = "starttls"
    """`starttls`, `tls` or `none`."""
    timeout_s: int = 30


@dataclass(frozen=True, slots=True)
class Webhook:
    """What a webhook is sent; its address comes from the environment alone."""

    format: str = "slack"
    timeout_s: int = 30


@dataclass(frozen=True, slots=True)
class Issue:
    """Where an issue is kept up to date."""

    repository: str = ""
    """Owner and name; empty means the one that a workflow runs for."""
    author: str = "github-actions[bot]"


@dataclass(frozen=True, slots=True)
class Notify:
    """Who is told what of a nightly run; a channel that is None is not used."""

    remind: tuple[int, ...] = (30, 7, 1)
    """Days before a due day at which it is told; the largest is how far ahead is looked."""
    warnings: bool = False
    fallback: str = ""
    gone: tuple[str, ...] = ()
    teams: Mapping[str, str] = field(default_factory=dict)
    link: str = ""
    mail: Mail | None = None
    webhook: Webhook | None = None
    issue: Issue | None = None


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
    documents: tuple[Documents, ...] = ()
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
    notify: Notify | None = None


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
    _refuse_secrets(data, content.decode())
    problems = open_schemas(schemas, {}).check(Document(FILE, data, b""), "CheckerConfig")
    if problems:
        first = problems[0]
        raise UsageError(f"{FILE}:{_line(content.decode(), first.keys)}: {first.message}", _as_toml(first.fix))
    return _config(data)


_SECRETS: Final = {
    ("mail", "user"): "CHECKER_SMTP_USER",
    ("mail", "password"): "CHECKER_SMTP_PASSWORD",
    ("webhook", "url"): "CHECKER_WEBHOOK_URL",
    ("issue", "token"): "GITHUB_TOKEN",
    ("ping", "url"): "CHECKER_PING_URL",
    ("ping",): "CHECKER_PING_URL",
}
"""What is a secret below `notify`, and the environment variable that holds it."""


def _refuse_secrets(data: dict[str, Any], text: str) -> None:
    for keys, variable in _SECRETS.items():
        node: Any = data.get("notify")
        for key in keys:
            node = node.get(key) if isinstance(node, dict) else None
        if node is not None:
            place = f"{FILE}:{_line(text, ('notify', *keys))}"
            hint = f"take it out, renew it where it was committed, and set the environment variable {variable}"
            raise UsageError(
                f"{place}: `notify.{'.'.join(keys)}` is a secret, which no file of a repository holds", hint
            )


def _notify(data: dict[str, Any]) -> Notify:
    values = dict(data)
    for key, kind in (("mail", Mail), ("webhook", Webhook), ("issue", Issue)):
        if key in values:
            values[key] = kind(**values[key])
    if "remind" in values:
        values["remind"] = tuple(sorted(set(values["remind"]), reverse=True))
    if "gone" in values:
        values["gone"] = tuple(values["gone"])
    return Notify(**values)


def _config(data: dict[str, Any]) -> Config:
    values = dict(data)
    if isinstance(values.get("profile"), str):
        values["profile"] = [values["profile"]]
    for key in values.keys() & {"profile", "only"}:
        values[key] = tuple(values[key])
    for key in values.keys() & {"severity", "fail_on"}:
        values[key] = Severity(values[key])
    if "documents" in values:
        values["documents"] = tuple(_documents(name, entry) for name, entry in sorted(values["documents"].items()))
    if "limits" in values:
        values["limits"] = Limits(**values["limits"])
    if "notify" in values:
        values["notify"] = _notify(values["notify"])
    return Config(**values)


def _documents(name: str, entry: dict[str, Any]) -> Documents:
    texts = {key: (value,) if isinstance(value, str) else tuple(value) for key, value in entry.items() if key in _LISTS}
    return Documents(name, **{"kind": name, **entry, **texts})


def _as_toml(fix: str) -> str:
    """Put what a schema advises, which it writes as YAML, into the form of this file."""
    fix = re.sub(r"`(\w+):`", r"`\1`", fix)
    fix = re.sub(r"`(\w+): ([A-Za-z][^`]*)`", r'`\1 = "\2"`', fix)
    return re.sub(r"`(\w+): ([^`]+)`", r"`\1 = \2`", fix)


def _line(text: str, keys: tuple[str | int, ...]) -> int:
    """Return the line of the last key that is found; the standard library's TOML parser keeps no positions."""
    line, at = 1, 0
    for key in keys:
        name = rf"[\"']?{re.escape(str(key))}[\"']?"
        found = re.compile(rf"^\s*\[?(?:[\w-]+\.)?\s*{name}\s*[\]=.]", re.MULTILINE).search(text, at)
        if found:
            at = found.start()
            line = text.count("\n", 0, found.end()) + 1
    return line
