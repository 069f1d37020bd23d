"""`checker init`: what a repository needs to begin, without writing over anything."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from checker import __version__, adoption
from checker.adoption import State, Step
from checker.adoption.wish import Wish
from checker.commands.workspace import PROGRAM, add_as_of, open_workspace, shipped_directory
from checker.config import FILE
from checker.errors import UsageError, nearest
from checker.report.escape import plain

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from checker.commands.workspace import Workspace

EPILOG = """examples:
  checker init --dry-run                       what would be written
  checker init --code-owner @acme/compliance   with workflows for GitHub
  checker init --ci gitlab --profile gdpr,dora
  checker init --ci none                       no workflows

Nothing that is there is written over: what to add to it is printed. Run it again whenever you like.
"""
_OWNER: Final = re.compile(r"@?[A-Za-z0-9][A-Za-z0-9@._/+-]*")
_REQUIREMENT: Final = re.compile(r"[A-Za-z0-9./][A-Za-z0-9 ._+=<>~!@/:,\[\]-]*")
_WORDS: Final = {State.NEW: "wrote", State.SAME: "there", State.OTHER: "left", State.BLOCKED: "left"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--ci", choices=adoption.FORGES, default="github", help="whose workflows: github (default), gitlab or none"
    )
    parser.add_argument(
        "--profile", default="starter", metavar="NAME[,NAME]", help="what checker.toml judges by (default: starter)"
    )
    parser.add_argument(
        "--code-owner", action="append", default=[], metavar="NAME", help="who must approve a change; repeatable"
    )
    parser.add_argument(
        "--requirement",
        default=f"{PROGRAM}=={__version__}",
        metavar="TEXT",
        help="what pip installs in the workflows (default: this version)",
    )
    parser.add_argument("--dry-run", action="store_true", help="only tell what would be written")
    add_as_of(parser)


def run(options: argparse.Namespace) -> int:
    """Write what is missing and tell of every file; 0 also when all was there."""
    workspace = open_workspace(options)
    top = _top(workspace.root)
    wish = _wish(workspace, options, nested=top not in {None, workspace.root})
    made = adoption.drafts(wish, workspace.schemas, shipped_directory())
    steps = adoption.plan(workspace.root, made)
    print(f"in {plain(str(workspace.root))}{'' if top else ', which is no git repository yet'}")
    if options.ci != wish.forge:
        print(f"no workflows, for they belong at the top of the git repository, {plain(str(top))}")
    print()
    for step in steps:
        if step.state is State.NEW and not options.dry_run:
            adoption.write(workspace.root, step)
        _tell(step, dry=options.dry_run)
    if options.dry_run:
        print("\nnothing was written")
    else:
        _tell_next(wish, top, new=any(step.state is State.NEW for step in steps))
    return 0


def _wish(workspace: Workspace, options: argparse.Namespace, *, nested: bool) -> Wish:
    profiles = options.profile.split(",")
    known = sorted({name for control in workspace.library.controls for name in control.profiles})
    for name in profiles:
        if name not in known:
            raise UsageError(f"there is no profile `{name}`", nearest(name, known))
    for owner in options.code_owner:
        if not _OWNER.fullmatch(owner):
            raise UsageError(f"`{owner}` is no code owner", "write @organisation/team, @person or an address")
    if not _REQUIREMENT.fullmatch(options.requirement):
        hint = f"write {PROGRAM}=={__version__}, or the path of a wheel in the repository"
        raise UsageError(f"`{options.requirement}` is nothing that pip could install", hint)
    manifests = workspace.config.manifests
    place, own = workspace.root / manifests, workspace.schema_directory
    return Wish(
        forge="none" if nested else options.ci,
        profile=profiles[0] if len(profiles) == 1 else profiles,
        owners=tuple(options.code_owner),
        requirement=options.requirement,
        as_of=workspace.as_of,
        manifests=manifests,
        schemas=own.relative_to(workspace.root).as_posix() if own.is_relative_to(workspace.root) else "",
        example=not (place.is_dir() and workspace.manifests()),
    )


def _top(root: Path) -> Path | None:
    """Return the top of the git repository around `root`; None when there is none."""
    return next((place for place in (root, *root.parents) if os.path.lexists(place / ".git")), None)


def _tell(step: Step, *, dry: bool) -> None:
    word = "would" if dry and step.state is State.NEW else _WORDS[step.state]
    print(f"{word:5}  {step.draft.about:14}  {plain(step.path)}")
    for line in _remark(step):
        print(f"       {plain(line)}".rstrip())


def _remark(step: Step) -> list[str]:
    """Return why a file was left as it is, and what to do about it."""
    if step.state is State.BLOCKED:
        return [f"{step.reason}: make room for it, and run this again"]
    if step.state is not State.OTHER:
        return []
    if step.draft.mark:
        return ["it is there already; these lines belong into it:", "", *step.draft.text.splitlines(), ""]
    if step.path == FILE:
        return ["it is there already, and yours"]
    return ["it is not what this version writes; move it away and run this again to get that"]


def _tell_next(wish: Wish, top: Path | None, *, new: bool) -> None:
    rows = [("checker check", "judge the vendors that are there")]
    if wish.example:
        passes = (
            "green: the example passes" if wish.profile == "starter" else "red: the example passes no more than starter"
        )
        rows = [("checker check", passes)]
    if not wish.example and new:
        rows.append(("checker check --help", "many findings? --write-baseline begins with them"))
    if top is None:
        rows.append(("git init", "for reviews, which compare commits"))
    if new:
        rows.append(("git add --all && git commit", "on the default branch, whose rules reviews go by"))
    if not wish.owners:
        rows.append(("edit CODEOWNERS", "fill in who must approve a change"))
    rows.append(("checker vendor new ID", "your first vendor" if wish.example else "one more vendor"))
    print("\nnext:")
    for command, about in rows:
        print(f"  {command:28} {about}")
