"""`checker vendor questionnaire`: what a vendor has to be asked, to send; and its answers, read back."""

from __future__ import annotations

import difflib
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from checker import calendar
from checker.catalogue import shelf
from checker.commands.check import parse_outputs, write
from checker.commands.intake import read_file
from checker.commands.selection import add_selection, wanted
from checker.commands.workspace import add_as_of, load_manifest, parse_day, program
from checker.errors import UsageError
from checker.intake import MAX_BYTES
from checker.judge import Judge
from checker.library import COMMITTED
from checker.questionnaire import FORMS, Form, questions, read_reply, take
from checker.register import Register
from checker.report.escape import plain, prose
from checker.report.summary import plural

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from datetime import date

    from checker.commands.workspace import Workspace
    from checker.documents import Document
    from checker.questionnaire import Question, Reply, Taken

EPILOG = """examples:
  checker vendor questionnaire halcyon-support --output markdown:questions.md   what to send
  checker vendor questionnaire halcyon-support --within P1Y --output csv:questions.csv
  checker vendor questionnaire halcyon-support --ours             what we ourselves have to fill in
  checker vendor questionnaire halcyon-support --answers questions.csv          look at the change
  checker vendor questionnaire halcyon-support --answers questions.csv --write  make it

Answers come from outside and change what was attested, so they are shown first, and written only by --write.
"""
_REPLY = "P14D"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("vendor", help="the id of a vendor, or its file")
    add_as_of(parser)
    parser.add_argument("--within", metavar="PERIOD", default="P90D", help="also ask for what lapses by then (P90D)")
    parser.add_argument("--reply-by", metavar="DATE", help=f"the day to reply by (default: in {_REPLY[1:-1]} days)")
    parser.add_argument("--ours", action="store_true", help="the client's own fields, not the vendor's")
    parser.add_argument("--output", metavar="FORMAT[:FILE]", default="markdown", help="markdown (default) or csv")
    parser.add_argument("--answers", metavar="FILE", help="read the answers of a filled-in questionnaire (.csv or .md)")
    parser.add_argument("--write", action="store_true", help="with --answers: write them into the manifest")
    add_selection(parser, "ask for")


def run(workspace: Workspace, options: argparse.Namespace) -> int:
    """Print the questionnaire, or take answers; 1 when an answer could not be taken."""
    if options.write and not options.answers:
        raise UsageError("--write needs the answers", "give --answers FILE")
    path = workspace.find_manifest(options.vendor)
    if options.answers:
        return _take(workspace, options, path)
    outputs = parse_outputs([options.output], FORMS)
    found, document = _questions(workspace, options, path)
    asked = tuple(one for one in found if one.ours == options.ours)
    metadata = document.data["metadata"]
    client = next(iter(workspace.library.parameters["org"]["legal_names"]), "")
    form = Form(metadata["id"], metadata["legal_name"], client, _reply_by(workspace, options).isoformat(), asked)
    for name, file in outputs:
        write(FORMS[name](form), file)
    others = len(found) - len(asked)
    told = f"{plural(len(asked), 'question')} for {'us' if options.ours else plain(metadata['legal_name'])}"
    more = "for the vendor" if options.ours else "for us, which --ours lists"
    print(f"{told}; {plural(others, 'further field')} {more}", file=sys.stderr)
    return 0


def _reply_by(workspace: Workspace, options: argparse.Namespace) -> date:
    return parse_day(options.reply_by) if options.reply_by else calendar.add(workspace.as_of, _REPLY)


def _questions(workspace: Workspace, options: argparse.Namespace, path: str) -> tuple[tuple[Question, ...], Document]:
    if not calendar.is_period(options.within):
        raise UsageError(f"`{options.within}` is no period", "write P90D for ninety days, or P6M for six months")
    until = calendar.add(workspace.as_of, options.within)
    if (until - workspace.as_of).days > _MOST_DAYS:
        raise UsageError(f"{options.within} is too far ahead", "ask for two years at most")
    setup = workspace.setup(workspace.select(wanted(options)))
    setup = replace(setup, waivers=Register(setup, [path]).by_vendor)
    readings = shelf.read_by(workspace.library, workspace.schemas.fields(), committed=COMMITTED, opa=program("opa"))
    judge = Judge(setup)
    try:
        document = load_manifest(judge, path)
        return questions(judge, judge.open(path), readings, until, _reply_by(workspace, options)), document
    finally:
        judge.close()


_MOST_DAYS = 740


def _take(workspace: Workspace, options: argparse.Namespace, path: str) -> int:
    reply = read_reply(options.answers, read_file(options.answers, MAX_BYTES))
    judge = workspace.judge()
    document = load_manifest(judge, path)
    vendor = document.data["metadata"]["id"]
    if reply.vendor != vendor:
        raise UsageError(f"{options.answers} is about `{plain(reply.vendor)}`, not `{vendor}`", "name that vendor")
    taken = take(document, workspace.schemas, reply.answers, ours=options.ours)
    for answer, message, fix in taken.refused:
        print(f"{plain(options.answers)}: {answer.place}, `{plain(answer.field)}`: {prose(message)}")
        print(f"  fix: {prose(fix)}")
    before = document.content.decode()
    if options.write and taken.fields:
        write(taken.text, str(workspace.root / path))
    else:
        print("".join(_difference(path, before, taken.text)), end="")
    _sum_up(options, path, reply, taken, frozenset(workspace.schemas.vendor_blocks))
    return int(bool(taken.refused))


def _difference(path: str, before: str, after: str) -> Sequence[str]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), f"a/{path}", f"b/{path}", lineterm="")
    return [f"{plain(line)}\n" for line in lines]


def _sum_up(options: argparse.Namespace, path: str, reply: Reply, taken: Taken, blocks: frozenset[str]) -> None:
    parts = [f"{plural(len(taken.fields), 'answer')} taken"]
    parts += [f"{taken.same} as it was"] if taken.same else []
    parts += [f"{len(taken.refused)} not taken"] if taken.refused else []
    parts += [f"{reply.blank} left blank"] if reply.blank else []
    done = "written" if options.write and taken.fields else "nothing is written"
    print(f"{plain(path)}: {', '.join(parts)}; {done}")
    if taken.fields and not options.write:
        print("next: look at the change, then give --write")
    elif not blocks.isdisjoint(field.partition(".")[0] for field in taken.fields):
        print(f"next: the vendor attests something else now; have it sign off: `checker vendor sign {reply.vendor}`")
