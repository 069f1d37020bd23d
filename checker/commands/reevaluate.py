"""`checker reevaluate`: judge everything on the day, keep the run, and tell what changed since the run before."""

from __future__ import annotations

import fcntl
import hashlib
import os
import posixpath
import uuid
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from checker import report, sources
from checker.commands.check import add_output_options, add_paths, add_run_options, judge, parse_outputs, write
from checker.commands.workspace import open_workspace
from checker.errors import CheckerError, UsageError
from checker.judge import stem_of
from checker.model import Problem
from checker.report import runs
from checker.report.escape import json_document
from checker.report.json import to_dict

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Sequence

    from checker.commands.workspace import Workspace
    from checker.history import Change, History, Record, Run
    from checker.model import Report

EPILOG = """examples:
  checker reevaluate                                  judge all, keep the run in .checker/history.db
  checker reevaluate --history postgresql://db/risk   keep it in PostgreSQL
  checker reevaluate --as-of 2027-03-01               as if it were that day
  checker reevaluate --output text --output json:run.json --output sarif:out.sarif

The address may also stand in the environment variable CHECKER_HISTORY, or as `history` in checker.toml.
"""
HOME: Final = ".checker"
_DEFAULT: Final = f"{HOME}/history.db"
_OWN: Final = ("text", "json")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_paths(parser)
    add_history(parser)
    add_run_options(parser)
    add_output_options(parser)


def add_history(parser: argparse.ArgumentParser) -> None:
    """Add the option that says where the history is."""
    parser.add_argument("--history", metavar="URL", help=f"a file or a database (default: {_DEFAULT})")


def named(workspace: Workspace, options: argparse.Namespace) -> str:
    """Return where the history is: as asked for, by the environment, or by checker.toml; empty when nothing says."""
    given: str | None = options.history or os.environ.get("CHECKER_HISTORY")
    return given or workspace.config.history


def open_at(workspace: Workspace, options: argparse.Namespace, *, create: bool) -> History:
    """Open the history; UsageError without the packages that it needs."""
    try:
        from checker.history import open_history
    except ModuleNotFoundError as error:
        hint = "install it: pip install 'vendorpolicy-checker[history]'"
        raise UsageError(f"the history needs the package {error.name}", hint) from error
    return open_history(named(workspace, options) or _DEFAULT, workspace.root, create=create)


def run(options: argparse.Namespace) -> int:
    """Judge, keep, tell, and return the exit code; 3 when the run could not be kept."""
    outputs = parse_outputs(
        options.output or ["text"], [*_OWN, *(name for name in report.RENDERERS if name not in _OWN)]
    )
    workspace = open_workspace(options)
    with _alone(workspace.root / HOME):
        judged_at = datetime.now(UTC).isoformat(timespec="seconds")
        result = judge(workspace, options, revision=True)
        outcome = _keep(workspace, options, result, judged_at)
    for name, file in outputs:
        if name == "text":
            text = runs.text(outcome.told)
        else:
            text = json_document(outcome.told) if name == "json" else report.render(name, result)
        if file or not options.quiet or result.exit_code or outcome.fault:
            write(text, file)
    if outcome.fault:
        raise outcome.fault
    return result.exit_code


@dataclass(frozen=True, slots=True)
class _Outcome:
    told: runs.Told
    fault: CheckerError | None = None


def _keep(workspace: Workspace, options: argparse.Namespace, result: Report, judged_at: str) -> _Outcome:
    from checker.history import HistoryError, Record, spool

    record = Record(
        uuid.uuid4().hex, judged_at, to_dict(result), digests(workspace.root, [one.path for one in result.assessments])
    )
    folder = workspace.root / HOME / "waiting"
    try:
        history = open_at(workspace, options, create=True)
        try:
            for file, waiting in spool.waiting(folder):
                _append(history, waiting)
                file.unlink()
            stored, changes, previous, fresh = _append(history, record)
            since = history.open_since()
        finally:
            history.close()
    except HistoryError as error:
        file = spool.save(folder, record)
        hint = f"{error.hint}; the verdict is in {file.relative_to(workspace.root)}, and the next run takes it in"
        return _Outcome(runs.told(record.report, kept=False), HistoryError(f"not kept: {error.message}", hint))
    told = runs.told(
        record.report,
        run=asdict(stored),
        previous=asdict(previous) if previous else None,
        changes=[asdict(one) for one in changes],
        since=since,
        fresh=fresh,
    )
    return _Outcome(told)


def _append(history: History, record: Record) -> tuple[Run, Sequence[Change], Run | None, bool]:
    from checker.history.comparison import Before, compare

    previous = history.latest()
    before = Before(previous, history.report(previous), history.entries(previous.number)) if previous else None
    changes = compare(before, record)
    stored, fresh = history.append(record, changes, previous)
    return stored, changes, previous, fresh


def digests(root: Path, manifests: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return by manifest the digest of it and its evidence, and that of its waivers."""
    return {
        path: {
            "source": _digest(root, [path, *_beside(root, path, "evidence")]),
            "waivers": _digest(root, _beside(root, path, "waivers")),
        }
        for path in manifests
    }


def _beside(root: Path, manifest: str, kind: str) -> list[str]:
    folder = posixpath.join(posixpath.dirname(manifest), kind, stem_of(manifest))
    place = root / sources.real(folder)
    names = (Path(at, name) for at, _, files in os.walk(place) for name in files)
    return sorted(sources.shown(str(name.relative_to(root))) for name in names)


def _digest(root: Path, paths: Sequence[str]) -> str:
    whole = hashlib.sha256()
    for path in paths:
        found = sources.sha256(root, path, sources.MAX_EVIDENCE_BYTES)
        whole.update(
            f"{path}\0{found.rule if isinstance(found, Problem) else found}\n".encode("utf-8", "surrogatepass")
        )
    return whole.hexdigest() if paths else ""


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep a second re-evaluation of the same directory from running at the same time; a lock of the dead is none."""
    try:
        if not folder.exists():
            folder.mkdir()
            (folder / ".gitignore").write_text("*\n", encoding="utf-8")
        lock = (folder / "lock").open("a")
    except OSError as error:
        raise CheckerError(f"{folder} cannot be written: {error.strerror}", "make the directory writable") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = "another re-evaluation of this directory is running"
            raise CheckerError(message, "wait for it to end") from None
        yield
