"""`checker policy`: the work of those who write policies."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from checker import lint
from checker.commands.workspace import cache_directory, open_workspace, program
from checker.compiler import CAPABILITIES, OPA_ADVICE, compile_library
from checker.errors import UsageError
from checker.library import COMMITTED, differing_files, open_library, read_policies, write_compiled

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from checker.commands.workspace import Workspace

EPILOG = """examples:
  checker policy list --profile starter
  checker policy compile           after an edit: make the module that judges
  checker policy test              run the Rego tests
  checker policy lint              refuse what lets a vendor pass in silence
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the actions and their options."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="the controls, and which a selection takes")
    listing.add_argument("--profile", help="mark the controls of this profile")
    listing.add_argument("--only", action="append", metavar="ID", help="mark this control or family; repeatable")
    listing.add_argument("--skip", action="append", metavar="ID", help="unmark this control or family; repeatable")
    compiling = actions.add_parser("compile", help="compile the policies to WebAssembly with OPA")
    compiling.add_argument("--check", action="store_true", help="only tell whether the committed module is up to date")
    testing = actions.add_parser("test", help="run the Rego tests with OPA")
    testing.add_argument("--run", default="", metavar="REGEX", help="only tests whose name matches")
    testing.add_argument("--verbose", "-v", action="store_true", help="name every test")
    actions.add_parser("lint", help="look for the negation trap, holes in the guard, and badly shaped controls")


def run(options: argparse.Namespace) -> int:
    """Run the action."""
    workspace = open_workspace(options)
    actions = {"list": _list, "compile": _compile, "test": _test, "lint": _lint}
    return actions[options.action](workspace, options)


def _list(workspace: Workspace, options: argparse.Namespace) -> int:
    selection = workspace.select(options.profile, options.only, options.skip)
    chosen = {control.id for control in selection.controls}
    for control in workspace.library.controls:
        mark = "*" if control.id in chosen else " "
        profiles = ",".join(control.profiles)
        print(f"{mark} {control.id}  {control.severity:8}  {control.title:52}  {profiles}")
    print(f"\n{len(chosen)} of {len(workspace.library.controls)} controls are taken (*), profile: {selection.profile}")
    for note in selection.notes:
        print(f"note: {note}")
    return 0


def _compile(workspace: Workspace, options: argparse.Namespace) -> int:
    opa = _opa()
    if not workspace.shipped:
        library = open_library(workspace.policies, cache=cache_directory(), opa=opa, committed=COMMITTED)
        print(f"{len(library.controls)} controls compiled by OPA {library.opa_version}, digest {library.digest[:12]}")
        return 0
    sources, _ = read_policies(workspace.policies)
    compiled = compile_library(sources, opa=opa)
    stale = differing_files(compiled, COMMITTED)
    if options.check:
        for name in stale:
            print(f"{COMMITTED / name} is not what the policies compile to; run `checker policy compile`")
        return int(bool(stale))
    write_compiled(compiled, COMMITTED)
    print(f"{len(compiled.controls)} controls compiled by OPA {compiled.opa_version} into {COMMITTED}")
    return 0


def _test(workspace: Workspace, options: argparse.Namespace) -> int:
    arguments = ["test", "--capabilities", str(CAPABILITIES), str(workspace.policies)]
    if options.verbose:
        arguments.append("--verbose")
    if options.run:
        arguments += ["--run", options.run]
    sys.stdout.flush()
    done = subprocess.run([_opa(), *arguments], check=False)  # noqa: S603 - the OPA on the user's PATH
    return {0: 0, 2: 1}.get(done.returncode, 3)


def _lint(workspace: Workspace, options: argparse.Namespace) -> int:
    del options
    sources, data = read_policies(workspace.policies)
    names = [path.split("/")[1] for path in data]
    remarks = lint.lint(workspace.policies, sorted(sources), names, _opa())
    shown = (
        workspace.policies.relative_to(workspace.root)
        if workspace.policies.is_relative_to(workspace.root)
        else workspace.policies
    )
    for remark in remarks:
        print(f"{shown}/{remark.path}:{remark.line}:{remark.column}: {remark.check}: {remark.message}")
        print(f"  fix: {remark.fix}")
    print(f"{len(sources)} policy files, {len(remarks)} remarks")
    return int(bool(remarks))


def _opa() -> Path:
    found = program("opa")
    if found is None:
        raise UsageError("this needs OPA, which is not on PATH", OPA_ADVICE)
    return found
