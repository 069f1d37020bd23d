"""What every command works on: the repository, its configuration, policies, schemas, and the as-of date."""

from __future__ import annotations

import difflib
import os
import shutil
import sys
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from checker import __version__, baseline, calendar, config, documents, sources
from checker.commands.selection import Wanted, select
from checker.config import Config
from checker.engine import EngineSettings
from checker.errors import UsageError, nearest
from checker.judge import Judge, Setup
from checker.library import COMMITTED, assemble, open_library, overdue_reviews
from checker.model import Provenance
from checker.schema import FILES, open_schemas

if TYPE_CHECKING:
    import argparse
    import tempfile
    from datetime import tzinfo

    from checker.baseline import Baseline
    from checker.commands.selection import Selection
    from checker.library import Library
    from checker.model import Finding, JsonObject
    from checker.schema import Schemas

REQUIRED_PARAMETERS = frozenset({"org", "tiers", "waivers"})
"""What the checker itself reads; what the policies read, the guard of `main` demands."""
_REVIEW = "compare the values with their source, then renew `reviewed_on` and `review_by`"
_REVIEW_SHIPPED = "install a newer checker, or keep a policy library of your own and review the values there"
PROGRAM = "vendorpolicy-checker"
_EARLIEST, _LATEST = date(1990, 1, 1), date(2200, 12, 31)


@dataclass(frozen=True)
class Workspace:
    """A repository and the options that apply to all commands."""

    root: Path
    config: Config
    shipped: bool
    """Whether the policies are those that the checker brings along."""
    policies: Path
    base: Path | None
    """The library that the policies are a layer over; None when they are a whole one."""
    schema_directory: Path
    as_of_option: str | None = None
    baseline: str = ""
    """The file of the baseline, relative to the root; empty when none is named."""
    committed: Path | None = COMMITTED
    """Where a compiled library is that may be trusted; None when the policies are to be compiled in any case."""

    @cached_property
    def _opened(self) -> tuple[Library, Schemas]:
        library = open_library(
            self.policies, base=self.base, cache=cache_directory(), opa=program("opa"), committed=self.committed
        )
        schemas = open_schemas(self.schema_directory, library.parameters)
        self._check_parameters(library, schemas)
        return library, schemas

    @property
    def library(self) -> Library:
        """The policy library, validated parameters included."""
        return self._opened[0]

    @property
    def schemas(self) -> Schemas:
        """The schemas, filled with the values of the parameters."""
        return self._opened[1]

    @cached_property
    def whole(self) -> Path:
        """The directory of the whole library; that of a layer is put together, for as long as this is in use."""
        return Path(self._assembly.name) if self.base else self.policies

    @cached_property
    def _assembly(self) -> tempfile.TemporaryDirectory[str]:
        import tempfile  # slow to import, and only those who write policies need it

        made = tempfile.TemporaryDirectory(prefix="checker-policies-")
        if self.base:
            assemble(self.policies, self.base, Path(made.name))
        return made

    @cached_property
    def as_of(self) -> date:
        """The day to judge for: given, or today in the organisation's time zone."""
        return datetime.now(self.zone).date() if self.as_of_option is None else parse_day(self.as_of_option)

    @property
    def zone(self) -> tzinfo:
        """The organisation's time zone."""
        return time_zone(self.config.time_zone or self.library.parameters.get("org", {}).get("time_zone", "UTC"))

    def engine_settings(self, options: argparse.Namespace | None = None) -> EngineSettings:
        """Return the limits of the configuration and where the engines find what they need."""
        url = getattr(options, "opa_url", None) or self.config.opa_url or None
        authority = os.environ.get("CHECKER_OPA_CA")
        return EngineSettings(
            timeout_s=self.config.timeout_ms / 1000,
            memory_mb=self.config.memory_mb,
            cache=cache_directory(),
            opa=program("opa"),
            opa_url=url,
            opa_token=os.environ.get("CHECKER_OPA_TOKEN"),
            opa_ca=Path(authority) if authority else None,
        )

    def setup(self, selection: Selection, options: argparse.Namespace | None = None) -> Setup:
        """Return what a run judges by."""
        return Setup(
            root=self.root,
            library=self.library,
            schemas=self.schema_directory,
            as_of=self.as_of,
            controls=selection.controls,
            engine=getattr(options, "engine", None) or self.config.engine,
            engine_settings=self.engine_settings(options),
            limits=self.config.limits,
            threshold=getattr(options, "fail_on", None) or self.config.fail_on,
            baseline=self.read_baseline(),
        )

    def read_baseline(self) -> Baseline | None:
        """Return the baseline that is named; None when none is, or when its file is not there."""
        # As for checker.toml, the shipped schema counts: an older copy in the repository may lack it.
        schemas = open_schemas(shipped_directory() / "schemas", {})
        return baseline.read(self.root, self.baseline, schemas) if self.baseline else None

    def judge(self) -> Judge:
        """Return a judge over all controls, for looking at single manifests."""
        return Judge(self.setup(self.select()))

    def select(self, asked: Wanted | None = None) -> Selection:
        """Choose controls, by checker.toml where nothing is asked for; unknown names are refused."""
        return select(self.library.controls, self.config, asked or Wanted())

    @property
    def shown_policies(self) -> str:
        """Where the policies are, relative to the root when they lie in it."""
        inside = self.policies.is_relative_to(self.root)
        return (self.policies.relative_to(self.root) if inside else self.policies).as_posix()

    def provenance(self, setup: Setup, selection: Selection, *, revision: bool) -> Provenance:
        """Return what a result of this set-up was made with; the revision is asked of git on demand."""
        return Provenance(
            tool=f"checker {__version__}",
            engine=setup.engine,
            opa=self.library.opa_version,
            as_of=self.as_of.isoformat(),
            profile=selection.profile,
            policies=self.library.digest,
            parameters=self.library.parameter_digest,
            schemas=self.schemas.digest,
            revision=revision_of(self.root) if revision else "",
        )

    def overdue_reviews(self, day: date | None = None) -> tuple[Finding, ...]:
        """Return a finding for each parameter file that nobody has reviewed in time on a day, or the as-of date."""
        if self.policies.is_relative_to(self.root):
            place = self.policies.relative_to(self.root).as_posix()
            return overdue_reviews(self.library, day or self.as_of, place, _REVIEW)
        return overdue_reviews(self.library, day or self.as_of, "policies", _REVIEW_SHIPPED)

    def reviews_due(self, until: date) -> tuple[tuple[str, Finding], ...]:
        """Return the day, and the finding, of each parameter file whose review falls overdue up to a day."""
        known = self.overdue_reviews()
        late = [finding for finding in self.overdue_reviews(until) if finding not in known]
        names = {f"parameters[{name}].review_by": data["review_by"] for name, data in self.library.parameters.items()}
        due = [(calendar.add(date.fromisoformat(names[one.subject]), "P1D").isoformat(), one) for one in late]
        return tuple(sorted(due, key=lambda one: (one[0], one[1].sort_key)))

    def relative(self, path: str) -> str:
        """Return a path that the user named from the working directory, relative to the root."""
        return _relative(self.root, path)

    def editor_schema(self, path: str) -> str:
        """Return the way from a manifest to the schema that its editor should read; empty when none is here."""
        copies = self.root / config.EDITOR_SCHEMAS
        folder = self.schema_directory if self.schema_directory.is_relative_to(self.root) else copies
        file = folder / FILES["VendorManifest"]
        return os.path.relpath(file, (self.root / path).parent) if file.is_file() else ""

    def require_manifests(self) -> None:
        """Raise UsageError when the directory of the manifests is not there."""
        home = self.config.manifests
        if not (self.root / home).exists():
            named = home != Config().manifests and f"correct `manifests` in checker.toml: {_meant(self.root, home)}"
            hint = named or "begin by `checker init`, or name the directory as `manifests` in checker.toml"
            raise UsageError(f"there is no directory {home}/ in {self.root}", hint)

    def named(self, path: str) -> str:
        """Return a path that the user named, relative to the root; UsageError for the id of a vendor in its place."""
        if "/" not in path and not Path(path).suffix and not Path(path).exists():
            ids = {Path(one).stem: one for one in self.manifests()}
            for name in difflib.get_close_matches(path, ids, 1):
                raise UsageError(f"there is no file or directory `{path}`", f"did you mean `{ids[name]}`?")
        return self.relative(path)

    def manifests(self) -> list[str]:
        """Return the configured manifests, waivers not among them."""
        self.require_manifests()
        found = sources.find(self.root, [self.config.manifests])
        return [path for path in found if "/waivers/" not in f"/{path}"]

    def find_manifest(self, name: str) -> str:
        """Return the path of the manifest with this file name or vendor id; UsageError names the nearest."""
        if name.endswith((".yaml", ".yml")):
            return sources.find(self.root, [self.relative(name)])[0]
        by_id = {Path(path).stem: path for path in self.manifests()}
        if name not in by_id:
            raise UsageError(f"there is no vendor `{name}` in {self.config.manifests}/", nearest(name, by_id))
        return by_id[name]

    def _check_parameters(self, library: Library, schemas: Schemas) -> None:
        for name in sorted(REQUIRED_PARAMETERS):
            if name not in library.parameters:
                raise UsageError(f"the parameter file {self.policies}/params/{name}/data.yaml is missing", "restore it")
        for name in schemas.wrong_parameters():
            file = library.place(f"params/{name}/data.yaml")
            document = documents.load(str(file), file.read_bytes()).document
            first = schemas.check(documents.Document(str(file), library.parameters[name], b""), "PolicyData", name)[0]
            raise UsageError(f"{document.locate(first.keys) if document else file}: {first.message}", first.fix)


def open_workspace(options: argparse.Namespace, root: Path | None = None) -> Workspace:
    """Return the workspace around the working directory, or the one at `root`."""
    around = find_root()
    root = root or around
    given = getattr(options, "baseline", None)
    shipped = shipped_directory()
    settings = config.load(root, shipped / "schemas")
    own = root / (settings.policies or "policies")
    if settings.policies and not own.is_dir():
        hint = f"correct `policies`: {_meant(root, settings.policies)}"
        raise UsageError(f"the policy directory {settings.policies} of {config.FILE} does not exist", hint)
    whole = (own / "main").is_dir()
    layer = not whole and own.is_dir() and any((*own.rglob("*.rego"), *own.glob("params/*/data.yaml")))
    if settings.policies and not whole and not layer:
        raise UsageError(f"there are no policies and parameters in {settings.policies}", "correct `policies`")
    schemas = root / (settings.schemas or "schemas")
    own_schemas = bool(settings.schemas) or (schemas / "vendor-manifest.schema.json").is_file()
    return Workspace(
        root=root,
        config=settings,
        shipped=not (whole or layer) or own.resolve() == (shipped / "policies").resolve(),
        policies=own if whole or layer else shipped / "policies",
        base=shipped / "policies" if layer else None,
        schema_directory=schemas if own_schemas else shipped / "schemas",
        as_of_option=getattr(options, "as_of", None),
        baseline=_relative(around, given) if given else settings.baseline,
    )


def shipped_directory() -> Path:
    """Return the directory that holds the shipped `policies` and `schemas`: inside the wheel, or the checkout."""
    package = Path(__file__).resolve().parent.parent
    wheel = package / "_shipped"
    return wheel if wheel.is_dir() else package.parent


def shipped_cases() -> Path:
    """Return the directory of the base manifest, and its evidence, that cases change: in the wheel, or the checkout."""
    shipped = shipped_directory()
    wheel = shipped / "cases"
    return wheel if wheel.is_dir() else shipped / "tests" / "cases"


def program(name: str) -> Path | None:
    """Return where a program is on PATH."""
    found = shutil.which(name)
    return Path(found) if found else None


def cache_directory() -> Path:
    """Return the directory for compiled policies and machine code."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    # The specification says to ignore a relative one.
    return (Path(base) if base.startswith("/") else Path.home() / ".cache") / PROGRAM


def add_as_of(parser: argparse.ArgumentParser) -> None:
    """Add the option that every command has which judges or counts days."""
    parser.add_argument("--as-of", metavar="DATE", help="judge for this day, YYYY-MM-DD (default: today)")


def parse_day(text: str) -> date:
    """Return an ISO date between 1990 and 2200; UsageError for anything else."""
    try:
        day = date.fromisoformat(text) if len(text) == len("2026-11-22") else None
    except ValueError:
        day = None
    if day is None or not _EARLIEST <= day <= _LATEST:
        raise UsageError(
            f"`{text}` is no date between {_EARLIEST} and {_LATEST}",
            "write it as YYYY-MM-DD, for example 2026-11-22",
        )
    return day


def time_zone(name: str) -> tzinfo:
    """Return the time zone of an IANA name; UsageError when there is none."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # only today needs a time zone

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UsageError(f"there is no time zone {name!r}", "use an IANA name such as Europe/Berlin") from error


def parse_period(text: str) -> str:
    """Return a calendar period as it was written; UsageError for what is none."""
    if not calendar.is_period(text):
        raise UsageError(f"`{text}` is no period", "write it as P90D, P6M or P1Y")
    return text


def _relative(root: Path, path: str) -> str:
    normal = Path(os.path.normpath((Path.cwd() / path).absolute()))
    try:
        return normal.relative_to(root).as_posix()
    except ValueError as error:
        message = f"{path} lies outside the repository {root}"
        raise UsageError(message, "run checker in the repository that holds it") from error


def load_manifest(judge: Judge, path: str) -> documents.Document:
    """Return the valid manifest at `path`, or raise UsageError with its first problem."""
    document, problems = judge.load(path)
    if document is None:
        first = next(problem for problem in problems if problem.fatal)
        raise UsageError(f"{path}:{first.line}:{first.column}: {first.message}", first.fix)
    return document


def print_json(value: JsonObject) -> None:
    """Print a JSON value for people and programs."""
    import json

    sys.stdout.write(json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n")


def _meant(root: Path, path: str) -> str:
    hint = sources.nearest(str(root), path)
    return f"{hint[:1].lower()}{hint[1:]}"


def revision_of(root: Path) -> str:
    """Return the commit of the work tree, as reports name it."""
    from checker.git import Repository  # slow to import, and only reports that are kept name a revision

    return Repository(root).revision()


def find_root() -> Path:
    """Return the directory around the working directory that is the repository's root."""
    start = Path.cwd()
    places = (start, *start.parents)
    markers = (config.FILE, ".git")
    return next((place for place in places if any(os.path.lexists(place / marker) for marker in markers)), start)
