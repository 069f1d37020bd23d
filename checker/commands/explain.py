"""`checker explain`: why a control exists, what it asks, and how to meet it."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from checker.commands.workspace import open_workspace
from checker.errors import UsageError, nearest

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from checker.library import Library
    from checker.model import Control

EPILOG = """examples:
  checker explain DP-03                 a control
  checker explain DP-03.no_mechanism    one of its findings
"""

_WIDTH = 96
_MISSING = "A field that the control needs is not there, so the control cannot be judged; that counts as a failure."
_BY_LAW = "DP-03"  # its findings under another law than the first have that law's prefix before their code


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("what", metavar="CONTROL|FINDING", help="a control's id, or the id of a finding")


def run(options: argparse.Namespace) -> int:
    """Print the explanation."""
    library = open_workspace(options).library
    name, _, code = options.what.partition(".")
    catalogue = {control.id: control for control in library.controls}
    if name.upper() not in catalogue:
        raise UsageError(f"there is no control `{name}`", nearest(name.upper(), catalogue))
    print(_page(catalogue[name.upper()], code, _laws(library)))
    return 0


def meaning(control: Control, code: str, laws: Mapping[str, str]) -> str:
    """Return what a finding of a control means; UsageError names the nearest code.

    `laws` maps the prefixes that codes of transfers may have to the laws that they stand for.
    """
    known = {**control.findings, "missing": _MISSING}
    if code in known:
        return known[code]
    for prefix, law in laws.items():
        plain = code.removeprefix(prefix)
        if control.id == _BY_LAW and plain != code and plain in control.findings:
            return f"{control.findings[plain]} (Found under {law}.)"
    raise UsageError(f"{control.id} has no finding `{code}`", nearest(code, known))


def _laws(library: Library) -> dict[str, str]:
    regimes = library.parameters.get("transfers", {}).get("regimes", {})
    return {row["code"]: row["law"] for row in regimes.values() if row["code"]}


def _page(control: Control, code: str, laws: Mapping[str, str]) -> str:
    blocks = [_paragraph(meaning(control, code, laws), f"{control.id}.{code}: ")] if code else []
    blocks += [f"{control.id} {control.title}  [{control.severity}]", _paragraph(control.description)]
    blocks.append(_paragraph(control.remediation, "How to meet it: "))
    for kind, text in control.examples.items():
        verb = "fails" if kind == "fail" else "passes"
        blocks.append(f"Example that {verb}:\n{textwrap.indent(text.rstrip(), '    ')}")
    blocks.append("\n".join(["Findings:", *_findings(control, laws)]))
    frameworks = [f"{name} {', '.join(references)}" for name, references in control.frameworks.items()]
    blocks.append(_paragraph("; ".join(frameworks), "Frameworks: "))
    blocks.append("\n".join(f"  {text}: {address}" for address, text in control.resources))
    profiles = ", ".join(control.profiles)
    blocks.append(f"Profiles: {profiles}. Owner: {control.owner}. In force since {control.effective_on}.")
    blocks.append("This is no legal advice.")
    return "\n\n".join(block for block in blocks if block)


def _findings(control: Control, laws: Mapping[str, str]) -> list[str]:
    listed = {**control.findings, "missing": _MISSING}
    lines = [_paragraph(listed[code], f"  {code}: ", "      ") for code in sorted(listed)]
    if control.id == _BY_LAW:
        lines += [f"  {prefix}..: the same under {law}" for prefix, law in sorted(laws.items())]
    return lines


def _paragraph(text: str, head: str = "", indent: str = "") -> str:
    words = head + " ".join(text.split())
    return textwrap.fill(words, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
