"""`checker check --policy DIR`: judge any YAML and JSON files by existing policies, as conftest takes them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from checker import __version__, sources
from checker.commands.workspace import cache_directory, open_workspace, program, revision_of, today
from checker.errors import UsageError
from checker.model import Provenance, Report
from checker.rulesets.compiling import ALL, DEFAULT, compile_ruleset
from checker.rulesets.evaluating import open_evaluator
from checker.rulesets.judging import Terms, controls, judge_files, read_file
from checker.rulesets.reading import REGO_VERSIONS, read_ruleset

if TYPE_CHECKING:
    import argparse

    from checker.commands.workspace import Workspace
    from checker.rulesets.compiling import Program
    from checker.rulesets.evaluating import Evaluator

_WITH_POLICY = ("data", "namespace", "all_namespaces", "fail_on_warn", "rego_version")
_WITHOUT_POLICY = {
    "as_of": "such policies take the day from a clock, if they need one",
    "profile": "choose with --namespace",
    "only": "choose with --namespace",
    "severity": "choose with --namespace",
    "skip": "choose with --namespace; a rule named `exception` takes out single documents",
    "baseline": "it holds findings about vendors",
    "write_baseline": "it holds findings about vendors",
    "opa_url": "policies of any package would mix with those of the server; --engine opa starts one",
    "jobs": "one process judges",
}


def add_policy_options(parser: argparse.ArgumentParser) -> None:
    """Add what judges by existing policies in place of the library."""
    group = parser.add_argument_group("existing policies, in place of the library (docs/conftest.md)")
    group.add_argument(
        "--policy", action="append", metavar="DIR", help="judge any YAML and JSON by conftest-style Rego; repeatable"
    )
    group.add_argument(
        "--data", action="append", metavar="DIR|FILE", help="YAML or JSON that these policies look up; repeatable"
    )
    group.add_argument(
        "--namespace",
        action="append",
        metavar="NAME",
        help=f"take the rules of this package, `k8s.*` of several; repeatable (default: {DEFAULT})",
    )
    group.add_argument("--all-namespaces", action="store_true", default=None, help="take the rules of every package")
    group.add_argument("--fail-on-warn", action="store_true", default=None, help="let warnings block, too")
    group.add_argument("--rego-version", choices=REGO_VERSIONS, help="the syntax of these policies (default: v1)")


def require_fitting(options: argparse.Namespace) -> None:
    """Refuse what means nothing beside the other options, instead of leaving it out without a word."""
    if not options.policy:
        for name in _WITH_POLICY:
            if getattr(options, name) is not None:
                raise UsageError(
                    f"{_option(name)} means nothing without --policy", "give --policy DIR, or leave it out"
                )
        return
    for name, why in _WITHOUT_POLICY.items():
        if getattr(options, name) is not None:
            raise UsageError(f"{_option(name)} means nothing with --policy", why)
    if options.namespace and options.all_namespaces:
        raise UsageError("--namespace and --all-namespaces exclude each other", "leave one of them out")
    if not options.paths:
        raise UsageError(
            "no file is named", "name the files or directories to judge: `checker check --policy DIR PATH`"
        )


def judge_by_policies(options: argparse.Namespace, *, revision: bool) -> tuple[Report, Workspace]:
    """Judge the named files by the policies of --policy, and return the result with what surrounds it."""
    workspace = open_workspace(options)
    paths = sources.find(workspace.root, [workspace.relative(path) for path in options.paths], anything=True)
    if not paths and not options.allow_empty:
        named = ", ".join(options.paths)
        raise UsageError(f"there is no YAML or JSON file in {named}", "name others; --allow-empty makes this a success")
    namespaces = [ALL] if options.all_namespaces else options.namespace or [DEFAULT]
    ruleset = read_ruleset(options.policy, options.data or (), Path.cwd(), options.rego_version or REGO_VERSIONS[0])
    compiled = compile_ruleset(ruleset, namespaces, opa=program("opa"), cache=cache_directory())
    evaluator = open_evaluator(compiled, ruleset, options.engine, workspace.engine_settings())
    try:
        terms = Terms(options.fail_on, fail_on_warn=bool(options.fail_on_warn))
        files = [read_file(workspace.root, path, workspace.config.limits) for path in paths]
        assessments = judge_files(files, compiled.rules, evaluator, terms)
    finally:
        evaluator.close()
    chosen = ", ".join(options.policy), "all namespaces" if options.all_namespaces else ", ".join(namespaces)
    report = Report(
        provenance=Provenance(
            tool=f"checker {__version__}",
            engine=evaluator.name,
            opa=evaluator.opa_version,
            as_of=today(workspace.config.time_zone or "UTC").isoformat(),
            profile=f"{chosen[0]} ({chosen[1]})",
            policies=ruleset.digest,
            parameters=ruleset.data_digest,
            schemas="",
            revision=revision_of(workspace.root) if revision else "",
        ),
        controls=controls(compiled.rules),
        assessments=assessments,
        threshold=options.fail_on,
        noun="file",
        notes=tuple(filter(None, [engine_note(evaluator, compiled, options.engine)])),
    )
    return report, workspace


def engine_note(evaluator: Evaluator, compiled: Program, wanted: str | None) -> str:
    """Say why the engine of the library does not judge; empty when it does, or was not wanted."""
    if evaluator.name == "wasm" or wanted == "opa":
        return ""
    return f"a real OPA judges by these policies, because {compiled.reason}"


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
