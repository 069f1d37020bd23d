"""`checker reevaluate`: judge everything on the day, keep the run, and tell what changed since the run before."""

from __future__ import annotations

import fcntl
import hashlib
import os
import posixpath
import time
import uuid
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from checker import report, sources
from checker.commands import nights, telling
from checker.commands.check import add_output_options, add_run_options, judge, parse_outputs, write
from checker.commands.forecast import add_within, foresee, horizon
from checker.commands.replay import asked
from checker.commands.workspace import open_workspace
from checker.errors import CheckerError, UsageError
from checker.judge import stem_of
from checker.model import Problem
from checker.report import forecast as forecasts
from checker.report import metrics, runs
from checker.report.escape import json_document
from checker.report.json import to_dict

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Sequence

    from checker.commands.workspace import Workspace
    from checker.history import Change, History, Record, Run
    from checker.model import Forecast, JsonObject, Report

EPILOG = """examples:
  checker reevaluate                                  judge all, keep the run in .checker/history.db
  checker reevaluate --history postgresql://db/risk   keep it in PostgreSQL
  checker reevaluate --as-of 2027-03-01               as if it were that day
  checker reevaluate --within P90D --metrics /var/lib/node_exporter/checker.prom
  checker reevaluate --catch-up --notify              for a scheduler: fill missed nights, then tell the owners
  checker reevaluate --output text --output json:run.json --output sarif:out.sarif

The address may also stand in the environment variable CHECKER_HISTORY, or as `history` in checker.toml.
"""
HOME: Final = ".checker"
WITHIN: Final = "P30D"
_DEFAULT: Final = f"{HOME}/history.db"
_OWN: Final = ("text", "json")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.set_defaults(paths=[])  # all is judged: what is left out would seem to be mended
    add_history(parser)
    add_within(parser, WITHIN)
    parser.add_argument("--metrics", metavar="FILE", help="write the figures of the run for Prometheus")
    add_run_options(parser)
    add_output_options(parser)
    parser.add_argument(
        "--catch-up",
        action="store_true",
        help="first judge each missed night since the newest run, by what stood in git on its day",
    )
    parser.add_argument("--notify", action="store_true", help="tell whom it concerns, as checker.toml says")


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
    until = horizon(workspace, options.within)
    started = time.monotonic()
    if options.notify:
        telling.required(workspace)
    with alone(workspace.root / HOME):
        judged_at = datetime.now(UTC)
        result = judge(workspace, options, revision=True)
        outcome = _keep(workspace, options, result, judged_at.isoformat(timespec="seconds"))
        ahead, unforeseen = _foreseen(workspace, options, until)
        told = {**outcome.told, "forecast": ahead and forecasts.to_dict(ahead), "unforeseen": unforeseen}
        if options.notify or os.environ.get("CHECKER_PING_URL"):
            opener = None if outcome.fault else partial(open_at, workspace, options, create=False)
            good = not outcome.fault and result.exit_code != CheckerError.exit_code
            told["notification"] = telling.after(workspace, options, opener, ahead, good=good)
    if options.metrics:
        write(metrics.render(told, judged_at.timestamp(), time.monotonic() - started), options.metrics)
    for name, file in outputs:
        if name == "text":
            text = runs.text(told)
        else:
            text = json_document(told) if name == "json" else report.render(name, result)
        if file or not options.quiet or result.exit_code or outcome.fault or outcome.hole:
            write(text, file)
    if fault := outcome.fault or outcome.hole:
        raise fault
    return result.exit_code


def _foreseen(workspace: Workspace, options: argparse.Namespace, until: date) -> tuple[Forecast | None, str]:
    """Return the forecast, or why there is none: the verdict is told all the same."""
    try:
        return foresee(workspace, options, until), ""
    except CheckerError as error:
        return None, error.message


@dataclass(frozen=True, slots=True)
class _Outcome:
    told: runs.Told
    fault: CheckerError | None = None
    """Why the run was not kept."""
    hole: CheckerError | None = None
    """Which missed nights could not be judged."""


def _keep(workspace: Workspace, options: argparse.Namespace, result: Report, judged_at: str) -> _Outcome:
    from checker.history import HistoryError, Record, spool

    record = Record(
        uuid.uuid4().hex, judged_at, to_dict(result), digests(workspace.root, _paths(result)), asked(workspace, options)
    )
    folder = workspace.root / HOME / "waiting"
    try:
        history = open_at(workspace, options, create=True)
        try:
            missed: list[JsonObject] = []
            for file, waiting in spool.waiting(folder):
                missed += _catch_up(workspace, options, history, waiting)
                _append(history, waiting)
                file.unlink()
            missed += _catch_up(workspace, options, history, record)
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
    if options.catch_up:
        told["caught_up"] = missed
    return _Outcome(told, hole=_hole(missed))


def _catch_up(workspace: Workspace, options: argparse.Namespace, history: History, record: Record) -> list[JsonObject]:
    """Judge and keep the nights between the newest run and the one to come, and return what became of each."""
    newest = history.latest()
    if not options.catch_up or newest is None:
        return []
    from checker.history import Record  # slow to import

    def keep(then: Workspace, result: Report) -> Run:
        wanted = {**asked(workspace, options), "baseline": then.baseline}
        made = Record(uuid.uuid4().hex, record.judged_at, to_dict(result), digests(then.root, _paths(result)), wanted)
        return _append(history, made)[0]

    until = date.fromisoformat(record.report["provenance"]["as_of"])
    return nights.catch_up(workspace, options, nights.between(date.fromisoformat(newest.as_of), until), keep)


def _hole(missed: Sequence[JsonObject]) -> CheckerError | None:
    days = [one["day"] for one in missed if "fault" in one]
    return CheckerError(f"missed nights could not be judged: {', '.join(days)}", "see above") if days else None


def _append(history: History, record: Record) -> tuple[Run, Sequence[Change], Run | None, bool]:
    from checker.history.comparison import Before, compare

    previous = history.latest()
    before = Before(previous, history.report(previous), history.entries(previous.number)) if previous else None
    changes = compare(before, record)
    stored, fresh = history.append(record, changes, previous)
    return stored, changes, previous, fresh


def _paths(result: Report) -> list[str]:
    return [one.path for one in result.assessments]


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
def alone(folder: Path) -> Iterator[None]:
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
