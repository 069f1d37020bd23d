"""`checker explain`: why a control exists, what it asks, and how to meet it."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from checker.commands.workspace import nearest, open_workspace
from checker.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from checker.commands.workspace import Workspace
    from checker.model import Control

EPILOG = """examples:
  checker explain DP-03                 a control
  checker explain DP-03.no_mechanism    one of its findings
"""

_WIDTH = 96
_MISSING = """Finding `missing`: a field that the control needs is not there, so it cannot be judged; that counts as a
failure."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("what", metavar="CONTROL|FINDING", help="a control's id, or the id of a finding")


def run(options: argparse.Namespace) -> int:
    """Print the explanation."""
    workspace = open_workspace(options)
    name, _, code = options.what.partition(".")
    catalogue = {control.id: control for control in workspace.library.controls}
    if name.upper() not in catalogue:
        raise UsageError(f"there is no control `{name}`", nearest(name.upper(), catalogue))
    control = catalogue[name.upper()]
    codes = finding_codes(workspace, control)
    if code and code not in codes:
        raise UsageError(f"{control.id} has no finding `{code}`", nearest(code, codes))
    print(_page(control, codes, code))
    return 0


def finding_codes(workspace: Workspace, control: Control) -> list[str]:
    """Return the codes that a control's source names, sorted; `missing` is every control's."""
    import re

    directory = control.package.replace(".", "/")
    file = f"{directory}/{control.package.rpartition('.')[2]}.rego"
    text = workspace.library.sources[file].decode()
    return sorted({*re.findall(r'"code":\s*\$?"([a-z0-9_{}.]+)"', text), "missing"})


def _page(control: Control, codes: list[str], code: str) -> str:
    blocks = [f"{control.id} {control.title}  [{control.severity}]", _paragraph(control.description)]
    if code == "missing":
        blocks.append(_paragraph(_MISSING))
    blocks.append(_paragraph(control.remediation, "How to meet it: "))
    for kind, text in control.examples.items():
        verb = "fails" if kind == "fail" else "passes"
        blocks.append(f"Example that {verb}:\n{textwrap.indent(text.rstrip(), '    ')}")
    blocks.append(_paragraph(", ".join(codes), "Findings: "))
    frameworks = [f"{name} {', '.join(references)}" for name, references in control.frameworks.items()]
    blocks.append(_paragraph("; ".join(frameworks), "Frameworks: "))
    blocks.append("\n".join(f"  {text}: {address}" for address, text in control.resources))
    profiles = ", ".join(control.profiles)
    blocks.append(f"Profiles: {profiles}. Owner: {control.owner}. In force since {control.effective_on}.")
    blocks.append("This is no legal advice.")
    return "\n\n".join(block for block in blocks if block)


def _paragraph(text: str, head: str = "") -> str:
    return textwrap.fill(head + " ".join(text.split()), _WIDTH, break_long_words=False, break_on_hyphens=False)
