"""The options of `checker check` that judge by existing policies, and which others mean nothing beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.errors import UsageError

if TYPE_CHECKING:
    import argparse

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
        help="take the rules of this package, `k8s.*` of several; repeatable (default: main)",
    )
    group.add_argument("--all-namespaces", action="store_true", default=None, help="take the rules of every package")
    group.add_argument("--fail-on-warn", action="store_true", default=None, help="let warnings block, too")
    group.add_argument("--rego-version", choices=["v1", "v0"], help="the syntax of these policies (default: v1)")


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


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
