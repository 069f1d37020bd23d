"""`checker schema`: print a schema for an editor or another tool."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from checker.commands.workspace import open_workspace
from checker.schema import FILES

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

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
    "reevaluation": "reevaluation.schema.json",
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
        sys.stdout.write(bundled(workspace.schema_directory, options.kind))
    else:
        sys.stdout.write(workspace.schemas.text(KINDS[options.kind]))
    return 0


def bundled(directory: Path, kind: str) -> str:
    """Return the schema of an output, with those that it refers to among its definitions."""
    text = (directory / OUTPUTS[kind]).read_text(encoding="utf-8")
    others = [name for name in OUTPUTS if f'"$ref": "urn:vendorpolicy:v1:{name}"' in text]
    if not others:
        return text
    whole = json.loads(text)
    whole["$defs"] |= {name: json.loads(bundled(directory, name)) for name in others}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


assert set(KINDS.values()) == set(FILES)  # noqa: S101 - a new kind of document needs a name here
