"""`checker input`: what the policies see of a manifest, or of all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker import portfolio
from checker.commands.workspace import load_manifest, open_workspace, print_json
from checker.errors import UsageError

if TYPE_CHECKING:
    import argparse

EPILOG = """examples:
  checker input vendor_manifests/halcyon-support.yaml > input.json
  checker input halcyon-support
  checker input --portfolio > input.json        what policies over all vendors see
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("manifest", metavar="FILE", nargs="?", help="a manifest, or the id of a vendor")
    parser.add_argument("--portfolio", action="store_true", help="all manifests, as policies over all vendors see them")


def run(options: argparse.Namespace) -> int:
    """Print the manifest as JSON with its derived facts, or all that have a verdict of their own."""
    if bool(options.manifest) == options.portfolio:
        raise UsageError("this needs a manifest or --portfolio", "name one manifest: checker input halcyon-support")
    workspace = open_workspace(options)
    if options.portfolio:
        judge = workspace.judge()
        blocks = portfolio.blocks(workspace.library.portfolio)
        print_json(portfolio.input_of(judge.survey(workspace.manifests(), blocks)))
        return 0
    path = workspace.find_manifest(options.manifest)
    judge = workspace.judge()
    print_json(judge.input(load_manifest(judge, path)))
    return 0
