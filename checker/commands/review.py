"""`checker review`: what a change does, judged by rules that it cannot touch."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from checker import baseline, config, report
from checker.catalogue import shelf
from checker.commands.check import (
    add_output_options,
    add_run_options,
    jobs_of,
    left_to_check,
    parse_outputs,
    refuse_empty,
    write_outputs,
)
from checker.commands.selection import wanted
from checker.commands.workspace import find_root, open_workspace, program, shipped_directory
from checker.errors import CheckerError, UsageError
from checker.library import COMMITTED
from checker.review import changes
from checker.review.impact import Rules
from checker.review.meaning import meaning
from checker.review.run import Wishes, review
from checker.review.sides import open_sides

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from checker.catalogue.reading import Reading
    from checker.commands.workspace import Workspace
    from checker.git import Snapshot
    from checker.review.impact import Opener
    from checker.review.sides import Sides
    from checker.review.trust import Side
    from checker.schema import Schemas

EPILOG = """examples:
  checker review --base origin/main                   all that is not merged yet, the work tree included
  checker review --base origin/main --head HEAD       commits only
  checker review --base origin/main --explain         what the change of each manifest means, too
  checker review --base origin/main --output github --output markdown:summary.md
"""

_RUNS_THE_REVIEW = (".github/", "action.yml", ".gitlab-ci.yml", ".gitlab/", "CODEOWNERS", "docs/CODEOWNERS")
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Opened:
    """Both sides of a change, what the base judges by, and how to open what a merge would judge by."""

    sides: Sides
    rules: Rules
    open_merged: Opener
    schemas: Schemas
    jobs: int


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_sides(parser)
    parser.add_argument(
        "--block",
        choices=["new", "all"],
        default="new",
        help="new: what was there before does not block (default); all: it does",
    )
    parser.add_argument("--explain", action="store_true", help="tell for each changed manifest what the change means")
    add_run_options(parser)
    add_output_options(parser)


def add_sides(parser: argparse.ArgumentParser) -> None:
    """Add the options that name the two sides of a change."""
    parser.add_argument(
        "--base", required=True, metavar="REF", help="the branch to merge into; its rules and waivers count"
    )
    parser.add_argument("--head", metavar="REF", help="the commit to review (default: the work tree)")


def run(options: argparse.Namespace) -> int:
    """Review, write every output, and return the exit code."""
    outputs = parse_outputs(options.output or ["text"], report.RENDERERS)
    with opened(options) as both:
        meant = partial(_meaning, both.schemas) if options.explain else None
        wishes = Wishes(block=options.block, jobs=both.jobs, meaning=meant)
        result = review(both.sides, both.rules, wishes, both.open_merged)
        write_outputs(options, outputs, result, both.sides.place(both.sides.head), both.rules.setup.limits)
    return result.exit_code


def _meaning(schemas: Schemas, before: Side, after: Side) -> tuple[str, ...]:
    was, now = (side.document.data if side.document else None for side in (before, after))
    return meaning(was, now, schemas.natural_keys(), schemas.vendor_blocks)


@contextmanager
def opened(options: argparse.Namespace) -> Iterator[Opened]:
    """Open both sides of the change that the options of `add_sides` name; what is written for it is removed again."""
    root = find_root()
    with tempfile.TemporaryDirectory(prefix="checker-review-") as scratch:
        sides = open_sides(root, Path(scratch), options.base, options.head)
        workspace = _workspace(sides, sides.base, options, root)
        rules = _rules(workspace, options, sides)
        if not any(any(changes.manifests(side, rules.home)) for side in (sides.base, sides.fork, sides.head)):
            refuse_empty(options, f"there is no manifest in {rules.home}", "correct `manifests` in checker.toml")
        rules = replace(rules, notes=(*rules.notes, *_notes(sides, workspace)))
        merged = partial(_merged, sides, options, root)
        yield Opened(sides, rules, merged, workspace.schemas, jobs_of(options, workspace))


def _merged(sides: Sides, options: argparse.Namespace, root: Path) -> Rules:
    return _rules(_workspace(sides, sides.merged, options, root), options, sides)


def _rules(workspace: Workspace, options: argparse.Namespace, sides: Sides) -> Rules:
    with _told(workspace.root):
        selection = workspace.select(wanted(options))
        if not selection.controls:
            refuse_empty(options, "no control is selected", "look at `checker policy list`")
        setup = workspace.setup(selection, options)
        provenance = workspace.provenance(setup, selection, revision=False)
        return Rules(
            setup=setup,
            provenance=replace(provenance, revision=sides.head.commit),
            home=workspace.config.manifests.strip("/"),
            read=partial(_readings, workspace),
            folders=(config.FILE, *_folders(workspace.config), *filter(None, [workspace.baseline])),
            notes=(*selection.notes, *left_to_check(workspace)),
            others=workspace.overdue_reviews(),
        )


def _readings(workspace: Workspace) -> dict[str, Reading]:
    """Return what the shipped policies read; a record that lies in the repository under review is not believed."""
    return shelf.shipped_readings(workspace.library, workspace.committed) if workspace.committed else {}


def _workspace(sides: Sides, side: Snapshot, options: argparse.Namespace, root: Path) -> Workspace:
    """Bring the rules of one side to a directory of their own, and open them there."""
    place = sides.place(side)
    with _told(place):
        sides.bring_rules(side, config.FILE)
        settings = config.load(place, shipped_directory() / "schemas")
        for folder in _folders(settings):
            sides.bring_rules(side, folder.strip("/"))
        workspace = open_workspace(options, place)
        if workspace.baseline in side.files:
            sides.bring(side, {workspace.baseline: side.files[workspace.baseline]}, baseline.MAX_BYTES)
        return replace(workspace, committed=_trusted(workspace, root))


def _folders(settings: config.Config) -> tuple[str, str]:
    return settings.policies or "policies", settings.schemas or "schemas"


def _trusted(workspace: Workspace, root: Path) -> Path | None:
    """Return where a compiled library may be taken from: never out of the repository that is reviewed."""
    if not workspace.policies.is_relative_to(workspace.root):
        return COMMITTED
    if workspace.base and not COMMITTED.is_relative_to(root):  # it fits only when the layer holds parameters alone
        return COMMITTED
    if program("opa"):
        return None
    if COMMITTED.is_relative_to(root):
        message = "the compiled policies lie in the repository under review, so they cannot be trusted"
        raise UsageError(message, "put `opa` on PATH, so that the policies of the base can be compiled")
    return COMMITTED


def _notes(sides: Sides, workspace: Workspace) -> Iterator[str]:
    if workspace.baseline and workspace.baseline not in sides.base.files:
        yield f"the base holds no baseline {workspace.baseline}: nothing is left standing before one is merged"
    folder = _folders(workspace.config)[0]
    before, now = (side.holds(folder) for side in (sides.base, sides.head))
    if now and not before:
        yield "the base holds no policies: judged by the library that the checker brings along"
    if before and not now and sides.fork.holds(folder):
        yield f"the change takes {folder} away: after the merge the library that the checker brings along judges"
    if sides.crossed:
        yield (
            "the histories of base and head cross, so they have several last common commits; where those differ, "
            "changes are counted from the tip of the base"
        )
    touched = [path for path in sides.changed if path.startswith(_RUNS_THE_REVIEW)]
    if touched:
        more = f" and {len(touched) - _SHOWN} more" if len(touched) > _SHOWN else ""
        yield f"the change edits what runs reviews ({', '.join(touched[:_SHOWN])}{more}): read that with care"


@contextmanager
def _told(place: Path) -> Iterator[None]:
    """Tell of errors in a directory of ours by the paths that the repository has."""
    try:
        yield
    except CheckerError as error:
        message, hint = (text.replace(f"{place}/", "") for text in (error.message, error.hint))
        raise type(error)(f"at {place.name[:12]}: {message}", hint) from error
