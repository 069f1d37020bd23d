"""`checker forecast`: which controls will fail, for whom and from which day, if nothing changes."""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from checker import calendar
from checker.catalogue import shelf
from checker.commands.check import (
    add_paths,
    add_run_options,
    colored,
    jobs_of,
    parse_outputs,
    task,
    write,
)
from checker.commands.workspace import open_workspace, parse_period, program
from checker.errors import UsageError
from checker.forecast import Horizon, forecast
from checker.library import COMMITTED
from checker.report import forecast as report

if TYPE_CHECKING:
    import argparse
    from datetime import date

    from checker.commands.workspace import Workspace
    from checker.model import Forecast

EPILOG = """examples:
  checker forecast                                     the next 90 days
  checker forecast --within P12M --blocking            only what will block, for a year
  checker forecast --as-of 2027-01-01 --only LL        from another day, the family of licences
  checker forecast --output text --output ics:due.ics  for a calendar, too

exit codes: 0 all was judged, whatever lapses; 1 a manifest cannot be judged, so that nothing is known of its days to
come; 2 wrong usage; 3 the forecast could not be completed
"""
WITHIN: Final = "P90D"
_LONGEST: Final = "P10Y"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_paths(parser)
    add_within(parser, WITHIN)
    parser.add_argument("--blocking", action="store_true", help="only what will block")
    add_run_options(parser)
    parser.add_argument(
        "--output",
        action="append",
        metavar="FORMAT[:FILE]",
        help=f"{', '.join(report.RENDERERS)}; repeatable (default: text)",
    )
    parser.add_argument(
        "--color", choices=["auto", "always", "never"], default="auto", help="colour in the text output"
    )


def add_within(parser: argparse.ArgumentParser, default: str) -> None:
    """Add the option that says how far to look ahead."""
    parser.add_argument(
        "--within",
        metavar="PERIOD",
        default=default,
        help=f"how far to look, such as P30D or P12M (default: {default})",
    )


def run(options: argparse.Namespace) -> int:
    """Look ahead, write every output, and return the exit code."""
    outputs = parse_outputs(options.output or ["text"], report.RENDERERS)
    ahead = look_ahead(open_workspace(options), options)
    if options.blocking:
        ahead = replace(ahead, lapses=tuple(lapse for lapse in ahead.lapses if lapse.blocks))
    for name, file in outputs:
        render = report.RENDERERS[name]
        if name == "text":
            width = 100 if file else shutil.get_terminal_size((100, 24)).columns
            render = partial(report.text, width=width, color=not file and colored(options.color))
        write(render(ahead), file)
    return ahead.exit_code


def look_ahead(workspace: Workspace, options: argparse.Namespace) -> Forecast:
    """Foretell what the options of `add_within`, `add_run_options` and the paths say."""
    return foresee(workspace, options, horizon(workspace, options.within))


def horizon(workspace: Workspace, period: str) -> date:
    """Return the last day of a period from the as-of date; UsageError for none, or one too long to look ahead."""
    until = calendar.add(workspace.as_of, parse_period(period))
    if until > calendar.add(workspace.as_of, _LONGEST):
        raise UsageError(f"{period} is too far to look", f"give at most {_LONGEST}")
    return until


def foresee(workspace: Workspace, options: argparse.Namespace, until: date) -> Forecast:
    """Foretell up to a day what the options of `add_run_options` and the paths say."""
    todo = task(workspace, options)
    readings = shelf.read_by(
        workspace.library, workspace.schemas.fields(), committed=workspace.committed or COMMITTED, opa=program("opa")
    )
    ahead = forecast(
        todo.setup,
        todo.paths,
        workspace.provenance(todo.setup, todo.selection, revision=True),
        Horizon(until, readings),
        around=todo.around,
        jobs=jobs_of(options, workspace),
    )
    return replace(ahead, reviews=workspace.reviews_due(until), notes=todo.selection.notes)
