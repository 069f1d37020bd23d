"""`checker input`: what the policies see of a manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.commands.workspace import load_manifest, open_workspace, print_json

if TYPE_CHECKING:
    import argparse

EPILOG = """examples:
  checker input vendor_manifests/halcyon-support.yaml > input.json
  checker input halcyon-support
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("manifest", metavar="FILE", help="a manifest, or the id of a vendor")


def run(options: argparse.Namespace) -> int:
    """Print the manifest as JSON with its derived facts."""
    workspace = open_workspace(options)
    path = workspace.find_manifest(options.manifest)
    judge = workspace.judge()
    print_json(judge.input(load_manifest(judge, path)))
    return 0
