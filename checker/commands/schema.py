"""`checker schema`: print a schema for an editor or another tool."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from checker.commands.workspace import open_workspace
from checker.schema import FILES

if TYPE_CHECKING:
    import argparse

KINDS = {
    "manifest": "VendorManifest",
    "waiver": "Waiver",
    "baseline": "Baseline",
    "parameters": "PolicyData",
    "cases": "ControlCases",
    "config": "CheckerConfig",
    "import-mapping": "ImportMapping",
}
OUTPUTS = {
    "report": "report.schema.json",
    "coverage": "coverage.schema.json",
    "forecast": "forecast.schema.json",
}

EPILOG = """examples:
  checker schema manifest > vendor-manifest.schema.json

The first line of a manifest tells an editor where the schema is:

  # yaml-language-server: $schema=../schemas/vendor-manifest.schema.json
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    known = [*KINDS, *OUTPUTS]
    parser.add_argument("kind", choices=known, metavar="KIND", help=f"one of {', '.join(known)}")


def run(options: argparse.Namespace) -> int:
    """Print the schema of the kind."""
    workspace = open_workspace(options)
    if options.kind in OUTPUTS:
        sys.stdout.write((workspace.schema_directory / OUTPUTS[options.kind]).read_text(encoding="utf-8"))
    else:
        sys.stdout.write(workspace.schemas.text(KINDS[options.kind]))
    return 0


assert set(KINDS.values()) == set(FILES)  # noqa: S101 - a new kind of document needs a name here
