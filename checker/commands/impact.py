"""`checker impact`: which vendors a change of policies, parameters, schemas or waivers would newly fail or pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker import report
from checker.commands.check import add_output_options, add_run_options, parse_outputs, write_outputs
from checker.commands.review import add_sides, opened
from checker.review.run import impact_report

if TYPE_CHECKING:
    import argparse

EPILOG = """examples:
  checker impact --base origin/main                       the rules in the work tree against those of main
  checker impact --base origin/main --output markdown:impact.md --output json:impact.json

exit codes: 0 both sets of rules judged, whoever flips; 1 the new rules cannot judge; 2 wrong usage; 3 not complete
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_sides(parser)
    add_run_options(parser)
    add_output_options(parser)


def run(options: argparse.Namespace) -> int:
    """Judge all vendors by both sets of rules, write every output, and return the exit code."""
    outputs = parse_outputs(options.output or ["text"], report.RENDERERS)
    with opened(options) as both:
        result = impact_report(both.sides, both.rules, both.open_merged, jobs=both.jobs)
        write_outputs(options, outputs, result, both.sides.place(both.sides.head), both.rules.setup.limits)
    return result.exit_code
