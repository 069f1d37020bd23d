"""`checker report`: the judged vendors seen from another side than their findings."""

from __future__ import annotations

import shutil
import sys
from functools import partial
from typing import TYPE_CHECKING

from checker.commands import dashboard
from checker.commands.check import add_paths, add_run_options, colored, judge, parse_outputs, write
from checker.commands.workspace import open_workspace
from checker.errors import UsageError, nearest
from checker.frameworks import cover, frameworks, plain_name
from checker.report import coverage

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from checker.frameworks import Framework

EPILOG = """examples:
  checker report coverage                                the frameworks, with their references and controls
  checker report coverage --framework gdpr               each article, its controls, and where the vendors stand
  checker report coverage --framework "ISO 27001" --output csv:iso.csv
  checker report html --out site                         a static site of today's run, its history and what lapses
  checker report html --out site --run 41                the same of a run that was kept

exit codes: 0 the vendors were judged, whatever the outcome; 2 wrong usage; 3 the check could not be completed
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the actions and their options."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    covering = actions.add_parser(
        "coverage", help="a law or standard: its references, their controls, the vendors", allow_abbrev=False
    )
    covering.set_defaults(parser=covering, act=_coverage)
    add_paths(covering)
    add_run_options(covering)
    covering.add_argument("--framework", metavar="NAME", help="such as gdpr or iso27001; without it they are listed")
    covering.add_argument(
        "--output",
        action="append",
        metavar="FORMAT[:FILE]",
        help=f"{', '.join(coverage.RENDERERS)}; repeatable (default: text)",
    )
    covering.add_argument(
        "--color", choices=["auto", "always", "never"], default="auto", help="colour in the text output"
    )
    drawing = actions.add_parser(
        "html", help="a static site: the portfolio, each vendor, control and framework", allow_abbrev=False
    )
    drawing.set_defaults(parser=drawing, act=dashboard.run)
    add_paths(drawing)
    add_run_options(drawing)
    dashboard.configure(drawing)


def run(options: argparse.Namespace) -> int:
    """Do what the action says, and return the exit code."""
    code: int = options.act(options)
    return code


def _coverage(options: argparse.Namespace) -> int:
    """Judge, write every output, and return 0 unless something could not be judged by us."""
    outputs = parse_outputs(options.output or ["text"], coverage.RENDERERS)
    workspace = open_workspace(options)
    known = frameworks(workspace.library.controls)
    if options.framework is None:
        return _list(options, known)
    framework = _find(options.framework, known)
    report = judge(workspace, options, revision=any(name != "text" for name, _ in outputs))
    view = cover(framework, report)
    for name, file in outputs:
        render = coverage.RENDERERS[name]
        if name == "text":
            width = 100 if file else shutil.get_terminal_size((100, 24)).columns
            render = partial(coverage.text, width=width, color=not file and colored(options.color))
        write(render(view), file)
    return report.exit_code if report.exit_code == 3 else 0  # noqa: PLR2004 - findings are what the report is about


def _list(options: argparse.Namespace, known: Mapping[str, Framework]) -> int:
    if options.paths or options.output:
        fix = "add --framework; `checker report coverage` alone lists them"
        raise UsageError("no framework is named, and only the list needs none", fix)
    rows = [("framework", "--framework", "references", "controls")]
    listed = sorted(known.values(), key=lambda one: (-len(one.controls), one.name))
    rows += [(one.name, one.slug, str(len(one.references)), str(len(one.controls))) for one in listed]
    first, second = (max(len(row[i]) for row in rows) for i in (0, 1))
    for name, slug, references, controls in rows:
        sys.stdout.write(f"{name:{first}}  {slug:{second}}  {references:>10}  {controls:>8}\n")
    return 0


def _find(name: str, known: Mapping[str, Framework]) -> Framework:
    key = plain_name(name)
    if key in known:
        return known[key]
    slugs = [one.slug for one in known.values()]
    longer = [one.slug for full, one in known.items() if key and full.startswith(key)]
    hint = f"did you mean `{'` or `'.join(longer)}`?" if longer else nearest(name.lower(), slugs)
    raise UsageError(f"there is no framework `{name}`", hint)
