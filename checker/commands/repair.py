"""`checker vendor fix`: how manifests are written, put right; what they say is left to those who know."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from checker import sources
from checker.commands.check import write
from checker.errors import UsageError
from checker.model import Problem
from checker.repair import Repaired, repair
from checker.report.escape import plain
from checker.report.summary import plural

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from checker.commands.workspace import Workspace

EPILOG = """examples:
  checker vendor fix                                   every manifest and waiver
  checker vendor fix vendor_manifests/acme.yaml --diff   show what would change, and change nothing
  checker vendor fix --check                           for a hook: exit code 1 when something would change

what it repairs: byte order mark, line ends, tabs, blanks at the ends of lines, the last line break, text that
readers of YAML 1.1 misread (NO, on, 12:30), and numbers where text must stand. Values, comments and sign-offs stay.
"""

_SHOWN = 3


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or directories (default: all manifests)")
    parser.add_argument("--check", action="store_true", help="change nothing; exit code 1 when something would change")
    parser.add_argument("--diff", action="store_true", help="as --check, and show what would change")
    parser.add_argument("--order", action="store_true", help="also put the blocks of manifests in the schema's order")


def run(workspace: Workspace, options: argparse.Namespace) -> int:
    """Repair the files, or show what would be; 1 when something would change, or cannot be mended here."""
    dry = options.check or options.diff
    given = [workspace.relative(path) for path in options.paths] or [workspace.config.manifests]
    if any(sources.EVIDENCE in path.split("/") for path in given):
        raise UsageError("files of evidence are kept to the byte, for manifests hold their digests", "name manifests")
    paths = sources.find(workspace.root, given)
    if not paths:
        raise UsageError(f"there is no manifest in {', '.join(given)}", "name a file or directory with manifests")
    changed = broken = 0
    for path in paths:
        done = _repair(workspace, path, order=options.order)
        if done.after != done.before:
            changed += 1
            if not dry:
                write(done.after, str(workspace.root / sources.real(path)))
        fatal = [problem for problem in done.left if problem.fatal]
        broken += bool(fatal)
        for line in _told(path, done, fatal, diff=options.diff):
            print(line)
    print(_summary(len(paths), changed, broken, dry=dry))
    return int(bool(broken or (dry and changed)))


def _repair(workspace: Workspace, path: str, *, order: bool) -> Repaired:
    limits = workspace.config.limits
    content = sources.read(workspace.root, path, limits.max_bytes)
    if isinstance(content, Problem):
        return Repaired("", "", (), (content,))
    return repair(path, content, workspace.schemas, limits, order=order)


def _told(path: str, done: Repaired, fatal: Sequence[Problem], *, diff: bool) -> Iterator[str]:
    if diff and done.after != done.before:
        yield from _difference(path, done)
    else:
        yield from (f"{plain(path)}: {plain(words)}" for words in done.repairs)
    if done.note:
        yield f"{plain(path)}: {done.note}"
    for problem in fatal[:_SHOWN]:
        yield f"{plain(path)}:{problem.line}:{problem.column}: {plain(problem.message)}"
        yield f"  fix: {plain(problem.fix)}"
    if len(fatal) > _SHOWN:
        yield f"{plain(path)}: {len(fatal) - _SHOWN} more; `checker check {plain(path)}` tells them all"


def _difference(path: str, done: Repaired) -> Iterator[str]:
    before, after = (_lines(text) for text in (done.before, done.after))
    yield from (plain(line) for line in difflib.unified_diff(before, after, f"a/{path}", f"b/{path}", lineterm=""))


def _lines(text: str) -> list[str]:
    r"""Return lines in which what ends them shows, unless it is the line feed of Unix: `\r`, or that there is none."""
    lines = text.split("\n")
    last = lines.pop()
    return [*lines, f"{last}   (no line break at the end)"] if last else lines


def _summary(count: int, changed: int, broken: int, *, dry: bool) -> str:
    verb = "would change" if dry else "changed"
    parts = [f"{changed} {verb}", f"{count - changed} as written before"]
    if broken:
        parts.append(f"{broken} with defects that only people can mend")
    return f"{plural(count, 'file')}: {', '.join(parts)}"
