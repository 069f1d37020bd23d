"""`checker policy`: the work of those who write policies."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from checker import lint
from checker.commands import departure
from checker.commands.selection import add_selection, wanted
from checker.commands.workspace import cache_directory, open_workspace, program
from checker.compiler import CAPABILITIES, OPA_ADVICE, compile_library
from checker.errors import UsageError
from checker.library import COMMITTED, differing_files, open_library, read_policies, write_compiled

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from checker.commands.selection import Choice
    from checker.commands.workspace import Workspace

EPILOG = """examples:
  checker policy list --profile starter,dora --severity high
  checker policy compile           after an edit: make the module that judges
  checker policy test              run the Rego tests
  checker policy lint              refuse what lets a vendor pass in silence
  checker policy diff --vendors    what is not as shipped, and whom the shipped library would judge otherwise
  checker policy docs --check      tell whether docs/controls is what the policies say
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the actions and their options."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="the controls, and which a selection takes", allow_abbrev=False)
    listing.set_defaults(parser=listing)
    add_selection(listing, "mark")
    compiling = actions.add_parser("compile", help="compile the policies to WebAssembly with OPA")
    compiling.add_argument("--check", action="store_true", help="only tell whether the committed module is up to date")
    testing = actions.add_parser("test", help="run the Rego tests with OPA")
    testing.add_argument("--run", default="", metavar="REGEX", help="only tests whose name matches")
    testing.add_argument("--verbose", "-v", action="store_true", help="name every test")
    documenting = actions.add_parser("docs", help="write a page for each control, and an index")
    documenting.add_argument("--out", metavar="DIR", help="where to (default: docs/controls)")
    documenting.add_argument("--check", action="store_true", help="only tell which pages are not up to date")
    departing = actions.add_parser("diff", help="how the policies here depart from the shipped library")
    departure.configure(departing)
    actions.add_parser("lint", help="look for the negation trap, holes in the guard, and badly shaped controls")


def run(options: argparse.Namespace) -> int:
    """Run the action."""
    workspace = open_workspace(options)
    actions = {"list": _list, "compile": _compile, "test": _test, "lint": _lint, "docs": _docs, "diff": departure.run}
    return actions[options.action](workspace, options)


def _list(workspace: Workspace, options: argparse.Namespace) -> int:
    selection = workspace.select(wanted(options))
    for line in _table(selection.choices, shutil.get_terminal_size((160, 24)).columns):
        print(line)
    taken, every = len(selection.controls), len(selection.choices)
    print(f"\n{taken} of {every} controls are taken (*), profile: {selection.profile}")
    for step in selection.steps:
        print(f"  {step}")
    return 0


def _table(choices: Sequence[Choice], width: int) -> list[str]:
    """Lay out the controls; where lines would be too long the profiles go first, then what took or left out each."""
    rows = [
        (
            f"{'*' if one.taken else ' '} {one.control.id}  {one.control.severity:8}",
            one.control.title,
            one.rule,
            ",".join(one.control.profiles),
        )
        for one in choices
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    shown = next((count for count in (4, 3) if sum(widths[:count]) + 2 * (count - 1) <= width), 2)
    return ["  ".join(map(str.ljust, row[:shown], widths)).rstrip() for row in rows]


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
    arguments = ["test", "--timeout", "60s", "--capabilities", str(CAPABILITIES), str(workspace.policies)]
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


def _docs(workspace: Workspace, options: argparse.Namespace) -> int:
    from checker.catalogue import shelf  # only this action reads what policies read

    out = Path.cwd() / options.out if options.out else workspace.root / "docs" / "controls"
    library = workspace.library
    modules = shelf.parse(library, _opa())
    made = shelf.make(library, workspace.schemas.fields(), modules, _link(out, workspace))
    stale = shelf.differing(made, out)
    if options.check:
        for path in stale:
            print(f"{path} is not what the policies say; run `checker policy docs`")
        return int(bool(stale))
    shelf.write(made, out)
    print(f"{len(made)} pages in {out}, {len(stale)} of them changed")
    return 0


def _link(out: Path, workspace: Workspace) -> str:
    """Return the way from the pages to the policies; nothing when they do not share a repository."""
    places = (out.resolve(), workspace.policies.resolve())
    root = workspace.root.resolve()
    if not all(place.is_relative_to(root) for place in places):
        return ""
    return Path(os.path.relpath(places[1], places[0])).as_posix()


def _opa() -> Path:
    found = program("opa")
    if found is None:
        raise UsageError("this needs OPA, which is not on PATH", OPA_ADVICE)
    return found
