"""`checker vendor`: the vendors of a repository at a glance, one with what is due next, and the work on manifests."""

from __future__ import annotations

import argparse
import textwrap
from typing import TYPE_CHECKING

from checker import calendar, pipeline
from checker.commands import drafting, intake, questionnaire, repair
from checker.commands.workspace import add_as_of, load_manifest, open_workspace
from checker.model import Status
from checker.report import summary
from checker.report.escape import cut, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.commands.workspace import Workspace
    from checker.judge import Judge
    from checker.model import Assessment, JsonObject, Keys, Report

EPILOG = """examples:
  checker vendor list
  checker vendor show halcyon-support
  checker vendor new halcyon-support            asks in a terminal; --help lists the options
  checker vendor import register.csv --mapping mapping.toml   one manifest for each row
  checker vendor questionnaire halcyon-support  what to ask the vendor, to send
  checker vendor fix --diff                     what is written badly, and how it would be mended
  checker vendor sign halcyon-support --name "M. Santos" --role chief_executive_officer --email m.santos@halcyon.example
"""

_WRITING = {
    "new": drafting.new,
    "sign": drafting.sign,
    "fix": repair.run,
    "import": intake.run,
    "questionnaire": questionnaire.run,
}

_DATE_LENGTH = len("2026-11-22")
_ENDS = {
    "expires": "expires",
    "valid_until": "ends",
    "due": "is due",
    "dpf_expires": "certification expires",
    "ended_on": "ended",
}
_NAME_WIDTH = 28


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add_as_of(actions.add_parser("list", help="one line for each vendor"))
    show = actions.add_parser("show", help="one vendor: facts, verdict, what ends next")
    show.add_argument("vendor", help="the id of a vendor, or its file")
    add_as_of(show)
    drafting.configure_new(actions.add_parser("new", help="begin a manifest: asks, or takes options"))
    drafting.configure_sign(actions.add_parser("sign", help="write the sign-off, with the digest of what is attested"))
    repair.configure(_action(actions, "fix", "mend how manifests are written, never what they say", repair.EPILOG))
    intake.configure(_action(actions, "import", "make manifests of a register of vendors (CSV)", intake.EPILOG))
    asks = "list what to ask a vendor, or read its answers back"
    questionnaire.configure(_action(actions, "questionnaire", asks, questionnaire.EPILOG))
    for action in actions.choices.values():
        action.set_defaults(parser=action)  # it knows its options, when one is misspelt


def _action(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], name: str, about: str, epilog: str
) -> argparse.ArgumentParser:
    """Add an action that has examples of its own."""
    return actions.add_parser(
        name,
        help=about,
        description=f"{about[0].upper()}{about[1:]}.",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def run(options: argparse.Namespace) -> int:
    """Print the list, or one vendor."""
    workspace = open_workspace(options)
    if options.action in _WRITING:
        return _WRITING[options.action](workspace, options)
    if options.action == "list":
        _list(workspace)
    else:
        _show(workspace, workspace.find_manifest(options.vendor))
    return 0


def _list(workspace: Workspace) -> None:
    report = _judge(workspace, workspace.manifests())
    width = max((len(one.vendor) for one in report.assessments), default=0)
    print(f"{'vendor':{width}}  {'tier':8}  {'lifecycle':11}  {'verdict':20}  name")
    for one in report.assessments:
        state = f"{one.tier or '-':8}  {one.lifecycle or '-':11}  {summary.verdict(one).label:20}"
        print(f"{plain(one.vendor):{width}}  {state}  {plain(cut(one.name, _NAME_WIDTH))}")


def _show(workspace: Workspace, path: str) -> None:
    judge = workspace.judge()
    data = load_manifest(judge, path).data
    assessment = _judge(workspace, [path]).assessments[0]
    scope, owner = data["scope"], data["metadata"].get("owner", {})
    print(f"{plain(data['metadata']['legal_name'])} ({assessment.vendor})")
    model = scope.get("delivery_model", "delivery model not given")
    print(f"  service     {scope['service']}, {scope['function'].replace('_', ' ')}, {model}")
    declared = "" if assessment.tier == scope["risk_tier"] else f" (declared {scope['risk_tier']})"
    print(f"  tier        {assessment.tier}{declared}, {assessment.lifecycle}")
    print(f"  owner       {plain(owner.get('name', 'nobody'))} <{plain(owner.get('email', '-'))}>")
    print(f"  data        {', '.join(sorted({item['category'] for item in scope['data']})) or 'none'}")
    places = sorted({f"{place['country']} {plain(place.get('site', ''))}".strip() for place in scope["locations"]})
    print(f"  locations   {', '.join(places)}")
    parties = data.get("subcontracting", {}).get("parties", [])
    print(f"  sub-processors  {', '.join(plain(party['id']) for party in parties) or 'none'}")
    print(f"\n  as of {workspace.as_of}:")
    _print_results(assessment)
    _print_ends(workspace, judge, data)


def _print_results(assessment: Assessment) -> None:
    for status in Status:
        names = [result.control for result in assessment.results if result.status is status]
        if names:
            print(
                textwrap.fill(
                    ", ".join(names),
                    96,
                    initial_indent=f"  {status.replace('_', ' '):16}",
                    subsequent_indent=" " * 18,
                )
            )


def _print_ends(workspace: Workspace, judge: Judge, data: JsonObject) -> None:
    horizon = calendar.add(workspace.as_of, "P12M").isoformat()
    ends = sorted(
        (day, judge.schemas.subject(data, keys), verb) for day, keys, verb in _ends(data, ()) if day <= horizon
    )
    if ends:
        print("\n  ends within a year, or has ended:")
    for day, name, verb in ends:
        late = "  (past)" if day < workspace.as_of.isoformat() else ""
        print(f"    {day}  {plain(name)} {verb}{late}")


def _ends(node: object, keys: Keys) -> Iterator[tuple[str, Keys, str]]:
    """Yield (date, way to what ends, verb) for every end or due date in a manifest; what is closed is over."""
    if isinstance(node, dict):
        closed = node.get("status") == "closed" or "closed_on" in node
        for key, value in node.items():
            if key in _ENDS and isinstance(value, str) and len(value) == _DATE_LENGTH:
                if not closed:
                    yield value, keys, _ENDS[key]
            else:
                yield from _ends(value, (*keys, key))
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from _ends(item, (*keys, index))


def _judge(workspace: Workspace, paths: list[str]) -> Report:
    selection = workspace.select()
    setup = workspace.setup(selection)
    return pipeline.check(setup, paths, workspace.provenance(setup, selection, revision=False), jobs=1)
