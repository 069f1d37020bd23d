"""`checker vendor`: the vendors of a repository at a glance, one with what is due next, and the work on manifests."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from checker import calendar, facts, pipeline
from checker.commands import drafting, intake, questionnaire, repair
from checker.commands.check import colored, write
from checker.commands.workspace import add_as_of, load_manifest, open_workspace
from checker.report import vendor
from checker.report.terminal import Page

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from checker.commands.workspace import Workspace
    from checker.model import Keys, Report

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


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add_as_of(actions.add_parser("list", help="one line for each vendor"))
    show = actions.add_parser("show", help="one vendor: facts, verdict, what ends next")
    show.add_argument("vendor", help="the id of a vendor, or its file")
    add_as_of(show)
    begin = "begin a manifest: asks in a terminal, or takes options"
    drafting.configure_new(_action(actions, "new", begin, drafting.NEW_EPILOG))
    attest = "write the sign-off, with the digest of what is attested"
    drafting.configure_sign(_action(actions, "sign", attest, drafting.SIGN_EPILOG))
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


def _page() -> Page:
    return Page(shutil.get_terminal_size((100, 24)).columns, colored("auto"))


def _list(workspace: Workspace) -> None:
    report = _judge(workspace, workspace.manifests())
    write(vendor.overview(report.assessments, _page()), "")


def _show(workspace: Workspace, path: str) -> None:
    judge = workspace.judge()
    data = load_manifest(judge, path).data
    report = _judge(workspace, [path])
    horizon = calendar.add(workspace.as_of, "P12M").isoformat()
    ends = [vendor.End(day, judge.schemas.subject(data, keys), verb) for day, keys, verb in _ends(data, ())]
    near = [end for end in ends if end.day <= horizon]
    digest = facts.digest(data, frozenset(workspace.schemas.vendor_blocks))
    write(vendor.portrait(report, data, digest, near, _page()), "")


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
