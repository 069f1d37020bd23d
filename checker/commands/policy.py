"""`checker policy`: the work of those who write policies."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker.commands import departure, workbench
from checker.commands.selection import add_selection, wanted
from checker.commands.workspace import cache_directory, open_workspace
from checker.compiler import compile_library
from checker.engine import ENGINES
from checker.library import COMMITTED, differing_files, open_library, read_policies, write_compiled

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from checker.commands.selection import Choice
    from checker.commands.workspace import Workspace

EPILOG = """examples:
  checker policy list --profile starter,dora --severity high
  checker policy new DP-05 --title "Data stays in the region"
  checker policy test DP-05        its Rego tests and its cases
  checker policy lint              refuse what lets a vendor pass in silence
  checker policy diff --upgrade FILE.whl --vendors    what a newer library would change here, before it is installed
  checker policy diff --vendors    what is not as shipped, and whom the shipped library would judge otherwise
  checker policy coverage          what no Rego test reaches
  checker policy compile           after an edit: make the module that judges
  checker policy docs --check      tell whether the pages are what the policies say

docs/authoring.md goes from the first draft to a green control.
"""
_NEW_EPILOG = """examples:
  checker policy new DP-05 --title "Data stays in the region" --severity high
  checker policy new GE-01 --title "Listed countries need the board" --family-dir geography

Writes the rule, its Rego tests and its table of cases; overwrites nothing. Everything holds at once:
change the rule, the tests and the cases from there. An id that was ever used is refused.
"""
_TEST_EPILOG = """examples:
  checker policy test                       everything, on the engine of checker.toml
  checker policy test DP-03 GR --engine opa   a control and a family, on a real OPA server
  checker policy test --changed origin/main   what the change since main can concern
  checker policy test --run "transfer"        tests and cases whose name matches

Cases are tests/cases/<family>/<control>.yaml (`cases` in checker.toml). They change a little of the base
manifest: base.yaml beside the families, or the shipped one. Every control counts as in force.

exit codes: 0 everything holds, 1 something does not, 2 wrong usage, 3 something could not be judged
"""
_COVERAGE_EPILOG = """examples:
  checker policy coverage --at-least 95
  checker policy coverage --output text --output lcov:policies.info

Lines and rules are those that `opa test` reaches; a rule is reached when a test makes it hold.
exit codes: 0 enough, 1 under the threshold or a test fails, 2 wrong usage
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the actions and their options."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = _action(actions, "list", "the controls, and which a selection takes")
    add_selection(listing, "mark")
    _configure_new(_action(actions, "new", "write the first draft of a control", _NEW_EPILOG))
    compiling = _action(actions, "compile", "compile the policies to WebAssembly with OPA")
    compiling.add_argument("--check", action="store_true", help="only tell whether the committed module is up to date")
    _configure_test(_action(actions, "test", "run the Rego tests and the cases of controls", _TEST_EPILOG))
    measuring = _action(actions, "coverage", "tell which lines and rules no Rego test reaches", _COVERAGE_EPILOG)
    measuring.add_argument(
        "--at-least", type=float, default=0, metavar="PCT", help="fail under this percentage of lines, or of rules"
    )
    measuring.add_argument(
        "--output", action="append", metavar="FMT[:FILE]", help="text (default) or lcov, to a file or the terminal"
    )
    documenting = _action(actions, "docs", "write a page for each control, for the manifest and the parameters")
    documenting.add_argument("--out", metavar="DIR", help="where to (default: docs/controls); two pages go above it")
    documenting.add_argument("--check", action="store_true", help="only tell which pages are not up to date")
    departure.configure(_action(actions, "diff", "tell how the policies here depart from the shipped library"))
    _action(actions, "lint", "refuse the negation trap, silent rules, holes in the guard, controls without cases")


def _action(actions: Any, name: str, text: str, epilog: str = "") -> argparse.ArgumentParser:  # noqa: ANN401 - private to argparse
    parser: argparse.ArgumentParser = actions.add_parser(
        name,
        help=text,
        description=f"{text[0].upper()}{text[1:]}.",
        epilog=epilog,
        allow_abbrev=False,
    )
    parser.set_defaults(parser=parser)
    return parser


def _configure_new(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("control", metavar="CONTROL-ID", help="the id: two letters for the family and two digits")
    parser.add_argument("--title", required=True, help="what the control asks, in a few words")
    parser.add_argument("--severity", default="medium", help="critical, high, medium (default) or low")
    parser.add_argument("--family-dir", default="", metavar="DIR", help="the directory of a family that is new")
    parser.add_argument("--name", default="", help="its own directory and package (default: made of the title)")
    parser.add_argument("--owner", default="", metavar="EMAIL", help="who answers for it (default: that of params/org)")
    parser.add_argument("--effective-on", metavar="DATE", help="the day from which it blocks (default: today)")


def _configure_test(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("controls", nargs="*", metavar="CONTROL", help="controls or families (default: all)")
    parser.add_argument("--changed", metavar="REF", help="only controls that the change since this commit can concern")
    parser.add_argument("--engine", choices=ENGINES, help="what judges the cases: wasm or opa")
    parser.add_argument(
        "--run", dest="pattern", default="", metavar="REGEX", help="only tests and cases of such a name"
    )
    parser.add_argument("--verbose", "-v", action="store_true", help="name every test and case")


def run(options: argparse.Namespace) -> int:
    """Run the action."""
    workspace = open_workspace(options)
    actions = {
        "list": _list,
        "new": workbench.new,
        "compile": _compile,
        "test": workbench.test,
        "coverage": workbench.measure,
        "lint": workbench.check,
        "docs": _docs,
        "diff": departure.run,
    }
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
    opa = workbench.require_opa()
    if not workspace.shipped:
        library = open_library(workspace.policies, base=workspace.base, cache=cache_directory(), opa=opa)
        print(f"{len(library.controls)} controls compiled by OPA {library.opa_version}, digest {library.digest[:12]}")
        return 0
    sources, _ = read_policies(workspace.policies)
    compiled = compile_library(sources, opa=opa)
    stale = differing_files(compiled, COMMITTED)
    if not options.check:
        write_compiled(compiled, COMMITTED)
    if not stale or not options.check:
        stale += _readings(workspace, opa, check=options.check)
    if options.check:
        for name in stale:
            print(f"{COMMITTED / name} is not what the policies compile to; run `checker policy compile`")
        return int(bool(stale))
    print(f"{len(compiled.controls)} controls compiled by OPA {compiled.opa_version} into {COMMITTED}")
    return 0


def _readings(workspace: Workspace, opa: Path, *, check: bool) -> tuple[str, ...]:
    """Write what the shipped policies read, beside their module; return the name of the file when it was not so."""
    from checker.catalogue import shelf  # only this action and `docs` read what policies read

    file = COMMITTED / shelf.READINGS
    text = shelf.readings_text(workspace.library, workspace.schemas.fields(), opa)
    if file.is_file() and file.read_text(encoding="utf-8") == text:
        return ()
    if not check:
        file.write_text(text, encoding="utf-8")
    return (file.name,)


def _docs(workspace: Workspace, options: argparse.Namespace) -> int:
    from checker.catalogue import shelf  # only this action reads what policies read

    out = Path.cwd() / options.out if options.out else workspace.root / "docs" / "controls"
    library = workspace.library
    modules = shelf.parse(library, workbench.require_opa())
    found = shelf.material(library, workspace.schemas.fields(), modules, _link(out, workspace))
    made = shelf.make(found, workspace.schemas.parameters_about(), out.name)
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
