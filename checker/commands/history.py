"""`checker history`: look at the runs that were kept, and see that nobody has changed them."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from checker.commands.check import parse_outputs, write
from checker.commands.reevaluate import add_history, open_at
from checker.commands.replay import replay
from checker.commands.workspace import find_root, open_workspace, parse_day
from checker.errors import UsageError
from checker.report import runs
from checker.report.escape import json_document
from checker.report.summary import plural

if TYPE_CHECKING:
    import argparse

    from checker.history import History, Run

ALL = "all"
EPILOG = """examples:
  checker history list
  checker history show 41 --output json     the report of a run, to the letter
  checker history verify --head 3f9a0c11    nothing was changed since that hash was noted
  checker history verify --replay 41        the report of a run comes out of its commit again
  checker history export runs.jsonl         all of it, for a backup or another database
  checker history restore runs.jsonl --history postgresql://db/risk
  checker history erase --vendor halcyon-support
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the actions and their options."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=type(parser))
    for name, (help_text, function) in _ACTIONS.items():
        action = actions.add_parser(name, help=help_text, description=f"{help_text[0].upper()}{help_text[1:]}.")
        add_history(action)
        action.set_defaults(act=function)
        if name == "show":
            action.add_argument("number", metavar="RUN", nargs="?", type=int, help="its number (default: the newest)")
            action.add_argument("--output", metavar="FORMAT[:FILE]", default="text", help="text or json")
        if name == "verify":
            action.add_argument("--head", metavar="HASH", help="a hash of a run, noted elsewhere, that must be there")
            action.add_argument(
                "--replay",
                metavar="RUN",
                nargs="?",
                const=ALL,
                help="judge this run, or all, again from its commit: the report must come out to the byte",
            )
        if name in {"export", "restore"}:
            action.add_argument("file", metavar="FILE", help="lines of JSON")
        if name == "erase":
            action.add_argument("--vendor", metavar="ID", default="", help="only what was said of this vendor")
            action.add_argument("--text", metavar="TEXT", default="", help="only what holds this text")
            action.add_argument("--before", metavar="DATE", default="", help="only runs for a day before this one")


def run(options: argparse.Namespace) -> int:
    """Do what is asked, and return the exit code."""
    workspace = open_workspace(options)
    history = open_at(workspace, options, create=options.action == "restore")
    try:
        code: int = options.act(history, options)
    finally:
        history.close()
    return code


def _list(history: History, options: argparse.Namespace) -> int:
    del options
    for one in history.runs():
        changed = plural(len(history.changes(one.number)), "change")
        revision = one.revision[:12] or "-"
        print(f"{one.number:>5}  {one.as_of}  exit {one.exit_code}  {changed:<12}  {revision:<12}  {one.hash[:12]}")
    return 0


def _show(history: History, options: argparse.Namespace) -> int:
    ((name, file),) = parse_outputs([options.output], ("text", "json"))
    chosen = _chosen(history, options.number)
    report = history.report(chosen)
    if name == "json":
        write(json_document(report), file)
        return 0
    if report.get("erased"):
        raise UsageError(f"the values of run {chosen.number} are erased", "`checker history list` shows what is left")
    previous = history.run(chosen.number - 1) if chosen.number > 1 else None
    changes = [asdict(one) for one in history.changes(chosen.number)]
    since = history.open_since()
    told = runs.told(
        report, run=asdict(chosen), previous=asdict(previous) if previous else None, changes=changes, since=since
    )
    write(runs.text(told), file)
    return 0


def _chosen(history: History, number: int | None) -> Run:
    chosen = history.run(number) if number is not None else history.latest()
    if chosen is None:
        raise UsageError("the history is empty", "`checker reevaluate` begins it")
    return chosen


def _verify(history: History, options: argparse.Namespace) -> int:
    faults = list(history.verify())
    known = history.runs()
    if getattr(options, "head", None) and not any(one.hash.startswith(options.head.lower()) for one in known):
        faults.append(f"no run has the hash {options.head}: the history was written anew, or is another one")
    if getattr(options, "replay", None):
        chosen = known if options.replay == ALL else [history.run(_number(options.replay))]
        outcomes = [(one, replay(history, one, find_root())) for one in chosen]
        faults += [f"run {one.number} {outcome.fault}" for one, outcome in outcomes if outcome.fault]
        same = sum(outcome.same for _, outcome in outcomes)
        print(f"judged again: {same} of {plural(len(outcomes), 'run')}, the same to the byte")
    for fault in faults:
        print(fault)
    told = f"{plural(len(known), 'run')}, {plural(len(faults), 'fault')}"
    print(f"{told}; the chain ends in {known[-1].hash}" if known else told)
    return int(bool(faults))


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise UsageError(f"`{text}` is no number of a run", "see `checker history list`") from None


def _export(history: History, options: argparse.Namespace) -> int:
    write("".join(f"{line}\n" for line in history.export()), options.file)
    return 0


def _restore(history: History, options: argparse.Namespace) -> int:
    try:
        with Path(options.file).open(encoding="ascii") as lines:
            count = history.restore(lines)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{options.file} cannot be read: {error}", "name a file that `history export` wrote"
        ) from error
    print(f"restored {plural(count, 'run')}", file=sys.stderr)
    return _verify(history, options)


def _erase(history: History, options: argparse.Namespace) -> int:
    if not (options.vendor or options.text or options.before):
        raise UsageError("nothing says what to erase", "give --vendor, --text or --before")
    before = parse_day(options.before).isoformat() if options.before else ""
    count = history.erase(vendor=options.vendor, text=options.text, before=before)
    print(f"erased the values of {plural(count, 'sheet')}; their hashes stay")
    return 0


_ACTIONS = {
    "list": ("list the runs, oldest first", _list),
    "show": ("show a run and what changed in it", _show),
    "verify": ("recompute every hash, and tell what is not as it was stored", _verify),
    "export": ("write all of it as lines of JSON", _export),
    "restore": ("fill an empty history from an export", _restore),
    "erase": ("take values out for good; what all conditions name", _erase),
}
