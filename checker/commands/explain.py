"""`checker explain`: why a control exists, what it asks and how to meet it; for a vendor also what decided."""

from __future__ import annotations

import json
import re
import shutil
import textwrap
from datetime import date
from typing import TYPE_CHECKING

from checker import pipeline
from checker.account import account
from checker.catalogue import shelf
from checker.catalogue.meaning import laws, meanings
from checker.catalogue.reading import merged
from checker.commands.check import colored
from checker.commands.selection import Wanted
from checker.commands.workspace import add_as_of, load_manifest, open_workspace, program, shipped_directory
from checker.errors import UsageError, nearest
from checker.judge import Judge
from checker.library import COMMITTED
from checker.model import Status
from checker.report.escape import plain, prose
from checker.report.summary import plural
from checker.report.terminal import Page

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping, Sequence

    from checker.account import Account, Value
    from checker.commands.workspace import Workspace
    from checker.model import Control, Json

EPILOG = """examples:
  checker explain DP-03                 a control
  checker explain DP-03.no_mechanism    one of its findings
  checker explain DP-03 --vendor halcyon-support    which values decided, and what would have to change
"""

_WIDEST = 96
_MARGIN = 2
_LONGEST = 70
_ENVELOPE = re.compile(r"\w+\.(apiVersion|kind|source|reviewed_on|review_by|owner)")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("what", metavar="CONTROL|FINDING", help="a control's id, or the id of a finding")
    parser.add_argument("--vendor", metavar="ID", help="tell which values of this vendor decided, step by step")
    add_as_of(parser)


def run(options: argparse.Namespace) -> int:
    """Print the explanation."""
    workspace = open_workspace(options)
    library = workspace.library
    name, _, code = options.what.partition(".")
    catalogue = {control.id: control for control in library.controls}
    if name.upper() not in catalogue:
        raise UsageError(f"there is no control `{name}`", nearest(name.upper(), catalogue))
    control = catalogue[name.upper()]
    by_law = laws(control, library.parameters)
    if code:
        meaning(control, code, by_law)  # an unknown one is refused in any case
    if options.vendor:
        print("\n".join(_told(_account(workspace, control, options.vendor), workspace)))
    else:
        print(_page(control, code, by_law))
    return 0


def _account(workspace: Workspace, control: Control, vendor: str) -> Account:
    path = workspace.find_manifest(vendor)
    selection = workspace.select(Wanted(only=(control.id,)))
    setup = workspace.setup(selection)
    report = pipeline.check(setup, [path], workspace.provenance(setup, selection, revision=False), jobs=1)
    found = shelf.read_by(workspace.library, workspace.schemas.fields(), committed=COMMITTED, opa=program("opa"))
    extending = [policy.package for policy in workspace.library.portfolio if policy.control == control.id]
    reading = merged([found[package] for package in (control.package, *extending)])
    judge = Judge(setup)
    try:
        return account(judge, load_manifest(judge, path), report.assessments[0], control, reading)
    finally:
        judge.close()


def _told(one: Account, workspace: Workspace) -> Iterator[str]:
    control, basis, as_of = one.control, one.basis, workspace.as_of
    status = one.result.status.replace("_", " ")
    blocks = ", which blocks" if any(finding.blocks for finding in one.result.findings) else ""
    yield f"{_strong(f'{control.id} {control.title}')}  [{control.severity}]"
    vendor = f"{plain(one.assessment.vendor)}, tier {one.assessment.tier}, {one.assessment.lifecycle}"
    yield f"{vendor}, on {as_of}: {_strong(status + blocks, '1;31' if blocks else '1')}"
    yield from _block("What was found", _found(one))
    yield from _block("What it read in the manifest", _values(basis.fields, workspace))
    if basis.absent:
        yield from _block("What is not there", _filled(basis.absent))
    yield from _block("What the checker derived", [f"{plain(name)}: {_short(value)}" for name, value in basis.facts])
    # What every parameter file says of itself decides nothing.
    decisive = [value for value in basis.parameters if not _ENVELOPE.fullmatch(value.name)]
    yield from _block("What it was held against", _values(decisive, workspace))
    spans = [f"{span.period}: back to {span.back}, ahead to {span.ahead}" for span in basis.spans]
    yield from _block(f"How periods count from {as_of}", spans)
    yield from _block("What would have to be true to pass", _remedy(one))
    yield ""
    yield f"`checker explain {control.id}` tells what the control asks. This is no legal advice."


def _found(one: Account) -> list[str]:
    lines = []
    for finding in one.result.findings:
        lines.append(f"{finding.location}: {plain(finding.rule)} ({finding.status.replace('_', ' ')})")
        lines += _wrapped(prose(finding.message), "  ", "  ")
        if finding.starts_on:
            lines.append(f"  blocks from {finding.starts_on}")
        if finding.waiver:
            lines.append(f"  waived until {finding.waiver.expires} by {plain(finding.waiver.path)}")
        if finding.baseline:
            lines.append(f"  in the baseline until {finding.baseline}")
    return lines


def _values(values: Sequence[Value], workspace: Workspace) -> list[str]:
    """Lay out values with their lines, file by file."""
    lines: list[str] = []
    last = ""
    for value in values:
        path = _shown(value.location.path, workspace)
        if path != last:
            lines.append(plain(path))
            last = path
        told = f"{plain(value.name)}: {_short(value.value)}{_away(value.value, workspace.as_of)}"
        lines += _wrapped(told, f"  {value.location.line:>4}  ", " " * 12)
    return lines


def _shown(path: str, workspace: Workspace) -> str:
    inside = f"{workspace.root}/"
    if path.startswith(inside) or not path.startswith("/"):
        return path.removeprefix(inside)
    return f"{path.removeprefix(f'{shipped_directory()}/')} (shipped)"


def _away(value: Json, as_of: date) -> str:
    """Tell how far a date is from the day that is judged; nothing for what is no date."""
    try:
        days = (
            (date.fromisoformat(value) - as_of).days
            if isinstance(value, str) and len(value) == len("2026-11-22")
            else None
        )
    except ValueError:
        days = None
    if days is None:
        return ""
    return "  (today)" if not days else f"  ({plural(abs(days), 'day')} {'ahead' if days > 0 else 'ago'})"


def _remedy(one: Account) -> list[str]:
    if one.result.status not in {Status.FAIL, Status.UNDETERMINED}:
        return []
    if one.remedy is None:
        return _wrapped(f"no single edit is enough; {one.control.remediation}")
    lines = [line for words in one.remedy.edits for line in _wrapped(plain(words), "- ", "  ")]
    if not one.remedy.passes:
        lines.append("and more: no single edit mends the rest")
    return [*lines, "(tried on a copy; write only what is so, and have the vendor sign again)"]


def _block(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield f"\n{_strong(title)}"
        yield from (f"  {line}" for line in lines)


def _strong(text: str, style: str = "1") -> str:
    """Return what stands out in a terminal that shows it."""
    return Page(_width(), colored("auto")).paint(text, style)


def _filled(names: Sequence[str]) -> list[str]:
    return _wrapped(", ".join(names))


def _width() -> int:
    """Return how wide lines may be: as the terminal, and no wider than reads well."""
    return min(shutil.get_terminal_size((_WIDEST + _MARGIN, 24)).columns - _MARGIN, _WIDEST)


def _wrapped(text: str, head: str = "", below: str = "") -> list[str]:
    """Wrap between words alone, for what stands there is copied from it."""
    return textwrap.wrap(
        text, _width(), initial_indent=head, subsequent_indent=below, break_long_words=False, break_on_hyphens=False
    )


def _short(value: Json) -> str:
    if isinstance(value, list):
        return _listed(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return plain(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..")


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
    head = f"{_strong(f'{control.id} {control.title}')}  [{control.severity}]"
    blocks += [head, _paragraph(control.description)]
    blocks.append(_paragraph(control.remediation, "How to meet it: "))
    for kind, text in control.examples.items():
        verb = "fails" if kind == "fail" else "passes"
        blocks.append(f"Example that {verb}:\n{textwrap.indent(text.rstrip(), '    ')}")
    blocks.append("\n".join(["Findings:", *_findings(control, by_law)]))
    frameworks = [f"{name} {', '.join(references)}" for name, references in control.frameworks.items()]
    blocks.append(_paragraph("; ".join(frameworks), "Frameworks: "))
    blocks.append("\n".join(_paragraph(f"{text}: {address}", "  ", "    ") for address, text in control.resources))
    profiles = ", ".join(control.profiles)
    blocks.append(f"Profiles: {profiles}. Owner: {control.owner}. In force since {control.effective_on}.")
    blocks.append("This is no legal advice.")
    return "\n\n".join(block for block in blocks if block)


def _findings(control: Control, by_law: Mapping[str, str]) -> list[str]:
    lines = [_paragraph(text, f"  {code}: ", "      ") for code, text in meanings(control).items()]
    return lines + [f"  {prefix}..: the same under {law}" for prefix, law in by_law.items()]


def _paragraph(text: str, head: str = "", indent: str = "") -> str:
    words = head + " ".join(text.split())
    return textwrap.fill(words, _width(), subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _listed(items: Sequence[Json]) -> str:
    """Write a list on one line: as many items as fit, and how many more there are."""
    if any(isinstance(item, (dict, list)) for item in items):
        return plural(len(items), "row")
    words = [_short(item) for item in items]
    fit = max(1, sum(1 for count in range(len(words)) if len(", ".join(words[: count + 1])) <= _LONGEST))
    more = f" and {len(words) - fit} more" if len(words) > fit else ""
    return f"{', '.join(words[:fit]) or 'an empty list'}{more}"
