"""`checker context`: the dates that the policies compare with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker import calendar
from checker.commands.workspace import add_as_of, open_workspace, print_json

if TYPE_CHECKING:
    import argparse

EPILOG = """examples:
  checker context > context.json        for stock tools, beside policies/:
  opa eval -d policies -d context.json -i input.json data.main.deny
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_as_of(parser)


def run(options: argparse.Namespace) -> int:
    """Print `{"context": ...}` for the as-of date."""
    workspace = open_workspace(options)
    print_json({"context": calendar.context(workspace.as_of, workspace.library.parameters)})
    return 0
