"""`checker check`: judge the manifests of a repository."""

from __future__ import annotations

import os
import shutil
import sys
import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from checker import baseline, pipeline, portfolio, report, sources
from checker.baseline import Baseline
from checker.commands.policy_options import add_policy_options, require_fitting
from checker.commands.selection import Selection, add_selection, parse_severity, wanted
from checker.commands.workspace import add_as_of, open_workspace, parse_day
from checker.engine import ENGINES
from checker.errors import UsageError, nearest
from checker.model import Problem

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Collection, Iterator
    from datetime import date

    from checker.baseline import Terms
    from checker.commands.existing import OwnDocuments
    from checker.commands.workspace import Workspace
    from checker.documents import Limits
    from checker.judge import Setup
    from checker.model import Report

EPILOG = """examples:
  checker check                                         judge vendor_manifests/
  checker check vendor_manifests/halcyon-support.yaml   judge one vendor
  checker check --as-of 2027-03-01 --profile gdpr       what if it were that day
  checker check --output text --output sarif:out.sarif  several outputs from one run
  checker check --policy policy --data exclusions deploy/   judge by existing conftest policies
  checker check --baseline baseline.json --write-baseline 2027-03-31   start with what is wrong today
"""

_PROGRESS_AFTER = 1.0


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_paths(parser)
    add_run_options(parser)
    parser.add_argument(
        "--write-baseline",
        metavar="DATE",
        help="write all that blocks now into the file of --baseline, to be left standing until that day",
    )
    add_output_options(parser)
    add_policy_options(parser)


def add_output_options(parser: argparse.ArgumentParser) -> None:
    """Add what says when findings block, and how the result is shown."""
    parser.add_argument(
        "--fail-on",
        type=parse_severity,
        metavar="SEVERITY",
        help="block from this severity on, at every tier: critical, high, medium or low",
    )
    parser.add_argument(
        "--output",
        action="append",
        metavar="FORMAT[:FILE]",
        help=f"{', '.join(report.RENDERERS)}; repeatable (default: text)",
    )
    parser.add_argument("--show-source", action="store_true", help="show the line of each finding in the text output")
    parser.add_argument("--verbose", "-v", action="store_true", help="list the controls that pass, too")
    parser.add_argument("--quiet", "-q", action="store_true", help="print nothing when nothing blocks")
    parser.add_argument(
        "--color", choices=["auto", "always", "never"], default="auto", help="colour in the text output"
    )


def add_paths(parser: argparse.ArgumentParser) -> None:
    """Add the manifests to judge."""
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="manifests or directories (default: the configured one)"
    )


def add_run_options(parser: argparse.ArgumentParser) -> None:
    """Add what every command takes that judges manifests: by what, for which day, and how."""
    add_as_of(parser)
    add_selection(parser)
    parser.add_argument("--engine", choices=ENGINES, help="wasm (default, in this process) or opa (a real OPA server)")
    parser.add_argument("--opa-url", metavar="URL", help="the OPA server for --engine opa; without it one is started")
    parser.add_argument(
        "--baseline", metavar="FILE", help="findings that the repository started with; they do not block"
    )
    parser.add_argument("--jobs", type=int, metavar="N", help="processes (default: one per processor)")
    parser.add_argument("--allow-empty", action="store_true", help="succeed when there is nothing to check")


def run(options: argparse.Namespace) -> int:
    """Judge, write every output, and return the exit code."""
    require_fitting(options)
    outputs = parse_outputs(options.output or ["text"], report.RENDERERS)
    revision = any(name != "text" for name, _ in outputs)
    if options.policy:
        from checker.commands import existing  # slow, and most runs judge by the library alone

        result, workspace = existing.judge_by_policies(options, revision=revision)
        write_outputs(options, outputs, result, workspace.root, workspace.config.limits)
        return result.exit_code
    workspace = open_workspace(options)
    own = _own_documents(workspace, options)
    if options.write_baseline:
        terms, until = _terms(workspace, options.write_baseline)
        result = judge(replace(workspace, baseline=""), options, revision=revision, own=own)
        result = _write_baseline(workspace, result, until, terms)
    else:
        if workspace.baseline and not (workspace.root / workspace.baseline).is_file():
            near = sources.nearest(str(workspace.root), workspace.baseline)
            hint = near if near.startswith("Did") else "write one with --write-baseline DATE"
            raise UsageError(f"there is no baseline {workspace.baseline}", hint)
        result = judge(workspace, options, revision=revision, own=own)
    result = own.join(result) if own else result
    write_outputs(options, outputs, result, workspace.root, workspace.config.limits)
    return result.exit_code


def _own_documents(workspace: Workspace, options: argparse.Namespace) -> OwnDocuments | None:
    """Find the documents of one's own kinds; None when the configuration has no such kind."""
    if not workspace.config.documents:
        return None
    from checker.commands.existing import own_documents  # slow, and most repositories have vendors alone

    return own_documents(workspace, options)


def _terms(workspace: Workspace, day: str) -> tuple[Terms, date]:
    """Return what a baseline may hold, and the day until which one is to be written."""
    if not workspace.baseline:
        raise UsageError("no baseline is named", "give --baseline FILE, or set `baseline` in checker.toml")
    terms, until = baseline.terms(workspace.library.parameters, workspace.as_of), parse_day(day)
    baseline.check_until(until, terms)
    return terms, until


def _write_baseline(workspace: Workspace, result: Report, until: date, terms: Terms) -> Report:
    """Write what blocks into the baseline, and return the result with that applied."""
    known = workspace.read_baseline() or Baseline(workspace.baseline)
    made, refused = baseline.draft(result, known, until, terms)
    write(made.text, str(workspace.root / workspace.baseline))
    told = f"{workspace.baseline} holds {len(made.entries):,} findings, which do not block until {until} at the latest"
    if refused:
        rules = ", ".join(sorted({finding.control for finding in refused}))
        told += f"; {len(refused):,} stay out of it, because nobody may accept them: {rules}"
    return made.apply(replace(result, notes=(*result.notes, told)), terms)


def write_outputs(
    options: argparse.Namespace, outputs: list[tuple[str, str]], result: Report, root: Path, limits: Limits
) -> None:
    """Render and write a result as the options of `add_output_options` say; the manifests lie below `root`."""
    for name, file in outputs:
        if options.quiet and not file and not result.exit_code:
            continue
        write(_render(options, name, file, result, partial(_source, root, limits)), file)


@dataclass(frozen=True)
class Task:
    """What there is to judge, by what."""

    selection: Selection
    setup: Setup
    paths: list[str]
    """The files that were asked for."""
    around: list[str]
    """The other manifests of the repository, where policies look at all of them: shares are of the whole."""


def task(workspace: Workspace, options: argparse.Namespace, without: Collection[str] = ()) -> Task:
    """Find what the options of `add_run_options` and the paths say; UsageError when it comes to nothing.

    The paths `without` which this is done are no manifests, and judged elsewhere.
    """
    selection = workspace.select(wanted(options))
    if not selection.controls:
        refuse_empty(
            options,
            "no control is selected",
            "look at `checker policy list`, and at --profile, --only, --severity and --skip",
        )
    setup = workspace.setup(selection, options)
    if not options.paths and not without:
        workspace.require_manifests()
    given = [workspace.named(path) for path in options.paths] or [workspace.config.manifests]
    none = without and not options.paths and not (workspace.root / workspace.config.manifests).exists()
    paths = [] if none else [path for path in sources.find(workspace.root, given) if path not in without]
    if not without and not any("/waivers/" not in f"/{path}" for path in paths):
        refuse_empty(
            options,
            f"there is no manifest in {', '.join(given)}",
            "name a file or directory with vendor manifests (*.yaml)",
        )
    return Task(selection, setup, paths, _around(workspace, setup, paths))


def judge(
    workspace: Workspace, options: argparse.Namespace, *, revision: bool, own: OwnDocuments | None = None
) -> Report:
    """Judge the `task`, but for documents of one's `own`; `revision` tells whether the result must name one."""
    todo = task(workspace, options, own.paths if own else ())
    jobs = jobs_of(options, workspace)
    progress = show_progress()
    return pipeline.check(
        todo.setup,
        todo.paths,
        workspace.provenance(todo.setup, todo.selection, revision=revision),
        jobs=jobs,
        around=pipeline.survey(todo.setup, todo.around, jobs=jobs, progress=progress),
        notes=(*todo.selection.notes, *(() if own else left_to_check(workspace))),
        others=workspace.overdue_reviews(),
        progress=progress,
    )


def left_to_check(workspace: Workspace) -> Iterator[str]:
    """Yield the kinds of documents of one's own, which `checker check` alone judges."""
    if kinds := [entry.name for entry in workspace.config.documents]:
        yield f"documents of one's own are not judged here, but by `checker check`: {', '.join(kinds)}"


def jobs_of(options: argparse.Namespace, workspace: Workspace) -> int:
    """Return the number of processes to judge with."""
    jobs: int = options.jobs or workspace.config.jobs or os.cpu_count() or 1
    if jobs < 1:
        raise UsageError(f"--jobs {jobs} is not possible", "give a number from 1")
    return jobs


def _around(workspace: Workspace, setup: Setup, paths: list[str]) -> list[str]:
    home = workspace.config.manifests.strip("/")
    if not portfolio.selected(setup) or not any(path.startswith(f"{home}/") for path in paths):
        return []
    return sorted(set(workspace.manifests()).difference(paths))


def refuse_empty(options: argparse.Namespace, message: str, hint: str) -> None:
    """Raise UsageError unless it is allowed to check nothing."""
    if not options.allow_empty:
        raise UsageError(message, f"{hint}; --allow-empty makes this a success")


def parse_outputs(texts: list[str], formats: Collection[str]) -> list[tuple[str, str]]:
    """Return format and file of each `--output`; no file means the terminal."""
    outputs = []
    for text in texts:
        name, _, file = text.partition(":")
        if name not in formats:
            raise UsageError(f"there is no output format `{name}`", nearest(name, formats))
        outputs.append((name, file))
    files = [file for _, file in outputs if file]
    if len(set(files)) < len(files):
        raise UsageError("two outputs go to the same file", "give each a file of its own")
    if sum(not file for _, file in outputs) > 1:
        raise UsageError("only one output can go to the terminal", "give the others a file: --output json:report.json")
    return outputs


def _render(
    options: argparse.Namespace, name: str, file: str, result: Report, read: Callable[[str], bytes | None]
) -> str:
    if name != "text":
        return report.render(name, result)
    return report.render(
        name,
        result,
        color=not file and colored(options.color),
        width=100 if file else shutil.get_terminal_size((100, 24)).columns,
        verbose=options.verbose,
        source=read if options.show_source else None,
    )


def _source(root: Path, limits: Limits, path: str) -> bytes | None:
    content = sources.read(root, path, limits.max_bytes)
    return None if isinstance(content, Problem) else content


def colored(choice: str) -> bool:
    """Tell whether the terminal gets colour."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (sys.stdout.isatty() and os.environ.get("TERM") != "dumb")


def write(text: str, file: str) -> None:
    """Write to the terminal, or to a file in one step so that no reader finds half of it."""
    if not file:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.flush()
        return
    try:
        _replace(Path(file), text)
    except OSError as error:
        fix = "give a file in a directory that exists and can be written"
        raise UsageError(f"cannot write {file}: {error.strerror}", fix) from error


def _replace(target: Path, text: str) -> None:
    import tempfile  # slow to import, and most runs print only

    if target.is_char_device() or target.is_fifo():
        target.write_text(text, encoding="utf-8")
        return
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".checker-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except OSError:
        Path(name).unlink()
        raise


def show_progress() -> Callable[[int, int], None] | None:
    """Return a counter on stderr for long work on a terminal, or None."""
    if not sys.stderr.isatty():
        return None
    started = time.monotonic()

    def show(done: int, total: int) -> None:
        if time.monotonic() - started > _PROGRESS_AFTER:
            end = "\r\x1b[K" if done == total else ""
            print(f"\r{done} of {total} manifests{end}", end="", file=sys.stderr, flush=True)

    return show
