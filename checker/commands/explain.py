"""`checker explain`: why a control exists, what it asks, and how to meet it."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from checker.catalogue.meaning import laws, meanings
from checker.commands.workspace import open_workspace
from checker.errors import UsageError, nearest

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from checker.model import Control

EPILOG = """examples:
  checker explain DP-03                 a control
  checker explain DP-03.no_mechanism    one of its findings
"""

_WIDTH = 96


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
    control = catalogue[name.upper()]
    print(_page(control, code, laws(control, library.parameters)))
    return 0


def meaning(control: Control, code: str, by_law: Mapping[str, str]) -> str:
    """Return what a finding of a control means; UsageError names the nearest code.

    `by_law` maps the prefixes that the control's codes may have to the laws that they stand for.
    """
    known = meanings(control)
    if code in known:
        return known[code]
    for prefix, law in by_law.items():
        plain = code.removeprefix(prefix)
        if plain != code and plain in control.findings:
            return f"{control.findings[plain]} (Found under {law}.)"
    raise UsageError(f"{control.id} has no finding `{code}`", nearest(code, known))


def _page(control: Control, code: str, by_law: Mapping[str, str]) -> str:
    blocks = [_paragraph(meaning(control, code, by_law), f"{control.id}.{code}: ")] if code else []
    blocks += [f"{control.id} {control.title}  [{control.severity}]", _paragraph(control.description)]
    blocks.append(_paragraph(control.remediation, "How to meet it: "))
    for kind, text in control.examples.items():
        verb = "fails" if kind == "fail" else "passes"
        blocks.append(f"Example that {verb}:\n{textwrap.indent(text.rstrip(), '    ')}")
    blocks.append("\n".join(["Findings:", *_findings(control, by_law)]))
    frameworks = [f"{name} {', '.join(references)}" for name, references in control.frameworks.items()]
    blocks.append(_paragraph("; ".join(frameworks), "Frameworks: "))
    blocks.append("\n".join(f"  {text}: {address}" for address, text in control.resources))
    profiles = ", ".join(control.profiles)
    blocks.append(f"Profiles: {profiles}. Owner: {control.owner}. In force since {control.effective_on}.")
    blocks.append("This is no legal advice.")
    return "\n\n".join(block for block in blocks if block)


def _findings(control: Control, by_law: Mapping[str, str]) -> list[str]:
    lines = [_paragraph(text, f"  {code}: ", "      ") for code, text in meanings(control).items()]
    return lines + [f"  {prefix}..: the same under {law}" for prefix, law in by_law.items()]


def _paragraph(text: str, head: str = "", indent: str = "") -> str:
    words = head + " ".join(text.split())
    return textwrap.fill(words, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
