"""`checker check --policy DIR`: judge any YAML and JSON files by existing policies, as conftest takes them."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from checker import __version__, sources
from checker.commands.workspace import cache_directory, open_workspace, program, revision_of, time_zone
from checker.errors import UsageError
from checker.model import Problem, Provenance, Report
from checker.report.summary import plural
from checker.rulesets.compiling import ALL, DEFAULT, compile_ruleset
from checker.rulesets.evaluating import open_evaluator
from checker.rulesets.judging import SCHEMA, Terms, controls, judge_files, read_file
from checker.rulesets.kinds import candidates, require_found, sort
from checker.rulesets.reading import REGO_VERSIONS, read_ruleset
from checker.schema import open_schema

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from checker.commands.workspace import Workspace
    from checker.config import Documents
    from checker.rulesets.compiling import Program, Rule
    from checker.rulesets.evaluating import Evaluator
    from checker.rulesets.judging import File
    from checker.rulesets.kinds import Sorted
    from checker.schema import Judge as Schema

_LARGEST_SCHEMA = 1 << 20
_SHOWN = 5
_ONLY_FOR_CONFTEST = frozenset(
    """
    cue dockerfile dockerignore edn env gitignore hcl hcl1 hcl2 hocon ini jenkinsfile jsonnet nginx.conf properties spdx
    textproto tf tfvars toml vcl xml
    """.split()
)


def judge_by_policies(options: argparse.Namespace, *, revision: bool) -> tuple[Report, Workspace]:
    """Judge the named files by the policies of --policy, and return the result with what surrounds it."""
    workspace = open_workspace(options)
    given = [workspace.relative(path) for path in options.paths]
    paths = sources.find(workspace.root, given, wanted=sources.is_structured)
    for path in paths:
        if not sources.is_structured(path) and not (workspace.root / path).is_symlink():
            raise UsageError(f"{path} is neither YAML nor JSON", f"turn it into JSON first: `conftest parse {path}`")
    if not paths and not options.allow_empty:
        named = ", ".join(options.paths)
        raise UsageError(f"there is no YAML or JSON file in {named}", "name others; --allow-empty makes this a success")
    namespaces = [ALL] if options.all_namespaces else options.namespace or [DEFAULT]
    ruleset = read_ruleset(options.policy, options.data or (), Path.cwd(), options.rego_version or REGO_VERSIONS[0])
    compiled = compile_ruleset(ruleset, namespaces, opa=program("opa"), cache=cache_directory())
    threshold, wanted = options.fail_on or workspace.config.fail_on, options.engine or _configured(workspace)
    terms = Terms(threshold, fail_on_warn=bool(options.fail_on_warn))
    files = [read_file(workspace.root, path, workspace.config.limits) for path in paths]
    with closing(open_evaluator(compiled, ruleset, wanted, workspace.engine_settings())) as evaluator:
        assessments = judge_files(files, compiled.rules, evaluator, terms)
    chosen = ", ".join(options.policy), "all namespaces" if options.all_namespaces else ", ".join(namespaces)
    why = _why_opa(evaluator, compiled, wanted)
    report = Report(
        provenance=Provenance(
            tool=f"checker {__version__}",
            engine=evaluator.name,
            opa=evaluator.opa_version,
            as_of=datetime.now(time_zone(workspace.config.time_zone or "UTC")).date().isoformat(),
            profile=f"{chosen[0]} ({chosen[1]})",
            policies=ruleset.digest,
            parameters=ruleset.data_digest,
            schemas="",
            revision=revision_of(workspace.root) if revision else "",
        ),
        controls=controls(compiled.rules),
        assessments=assessments,
        threshold=threshold,
        noun="file",
        notes=(
            *([f"a real OPA judges by these policies, because {why}"] if why else []),
            *_passed_over(workspace.root, given),
        ),
    )
    return report, workspace


def _passed_over(root: Path, given: list[str]) -> Iterator[str]:
    """Tell of files that conftest would judge and that are not read here."""
    found = [path for path in sources.find(root, given, wanted=_is_only_for_conftest) if _is_only_for_conftest(path)]
    if found:
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        named = ", ".join(found[:_SHOWN])
        yield f"not judged, because neither YAML nor JSON, though conftest reads such files: {named}{more}"


def _is_only_for_conftest(path: str) -> bool:
    name = path.rpartition("/")[2].lower()
    return name in _ONLY_FOR_CONFTEST or name.rpartition(".")[2] in _ONLY_FOR_CONFTEST or name.startswith("dockerfile.")


def _configured(workspace: Workspace) -> str | None:
    """Return `opa` when the configuration asks for it; its other value is the default, and no wish."""
    return "opa" if workspace.config.engine == "opa" else None


def _why_opa(evaluator: Evaluator, compiled: Program, wanted: str | None) -> str:
    """Say why the engine of the library does not judge; empty when it does, or was not wanted."""
    return compiled.reason if evaluator.name == "opa" and wanted != "opa" else ""


@dataclass(frozen=True)
class OwnDocuments:
    """The documents of one's own kinds that a run is about."""

    workspace: Workspace
    options: argparse.Namespace
    sorted: Sorted

    @property
    def paths(self) -> frozenset[str]:
        """The files that are no manifests."""
        return self.sorted.paths

    def join(self, report: Report) -> Report:
        """Return the report about vendors with what is found in these documents."""
        for entry in self.workspace.config.documents:
            if files := self.sorted.files[entry.name]:
                report = self._judged(report, entry, files)
        strays = judge_files(self.sorted.strays, (), None, Terms())
        return replace(report, assessments=(*report.assessments, *strays), noun="file") if strays else report

    def _judged(self, report: Report, entry: Documents, files: list[File]) -> Report:
        root, schema = self.workspace.root, self._schema(entry)
        terms = Terms(report.threshold, fail_on_warn=entry.fail_on_warn)
        by = [entry.schema] if entry.schema else []
        rules: tuple[Rule, ...] = ()
        if entry.policies:
            ruleset = read_ruleset(entry.policies, entry.data, root, entry.rego_version)
            compiled = compile_ruleset(ruleset, entry.namespaces, opa=program("opa"), cache=cache_directory())
            rules = tuple(replace(rule, prefix=f"{entry.name}:") for rule in compiled.rules)
            wanted = "opa" if self.options.engine == "opa" else _configured(self.workspace)
            settings = self.workspace.engine_settings()
            with closing(open_evaluator(compiled, ruleset, wanted, settings)) as evaluator:
                assessments = judge_files(files, rules, evaluator, terms, schema)
            why = _why_opa(evaluator, compiled, wanted)
            because = f", because {why}" if why else ""
            by.append(f"{', '.join(entry.policies)} ({ruleset.digest[:12]}) on engine {evaluator.name}{because}")
        else:
            assessments = judge_files(files, (), None, terms, schema)
        known = [SCHEMA] if schema and SCHEMA not in report.controls else []
        return replace(
            report,
            controls=(*report.controls, *known, *controls(rules)),
            assessments=(*report.assessments, *assessments),
            notes=(*report.notes, f"{entry.name}: {plural(len(files), 'file')}, judged by {' and '.join(by)}"),
            noun="file",
        )

    def _schema(self, entry: Documents) -> Schema | None:
        if not entry.schema:
            return None
        content = sources.read(self.workspace.root, entry.schema, _LARGEST_SCHEMA)
        if isinstance(content, Problem):
            raise UsageError(f"checker.toml: {entry.schema}: {content.message}", f"correct `schema` of {entry.name}")
        return open_schema(entry.schema, content)


def own_documents(workspace: Workspace, options: argparse.Namespace) -> OwnDocuments:
    """Find the documents of one's own kinds among the named paths, or in the whole repository."""
    entries, root = workspace.config.documents, workspace.root
    if options.paths:
        paths = sources.find(root, [workspace.relative(path) for path in options.paths], wanted=sources.is_structured)
    else:
        paths = candidates(root, entries)
    found = sort(root, paths, entries, workspace.config.manifests, workspace.config.limits)
    if not options.paths and not options.allow_empty:
        require_found(found, entries)
    return OwnDocuments(workspace, options, found)
