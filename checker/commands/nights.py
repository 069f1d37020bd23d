"""Nights on which nobody judged, judged afterwards: each by what stood in git at the end of its day."""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from checker.commands.check import judge
from checker.commands.past import bring
from checker.commands.workspace import open_workspace
from checker.errors import CheckerError
from checker.git import Repository

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from checker.commands.workspace import Workspace
    from checker.history import Run
    from checker.model import JsonObject, Report

_DAY: Final = timedelta(days=1)
_MOST: Final = 366
_WHOLE: Final = "check out the whole history (`fetch-depth: 0`, or `git fetch --unshallow`)"


def between(last: date, until: date) -> list[date]:
    """Return the days after one and before another."""
    return [last + _DAY * number for number in range(1, (until - last).days)]


def catch_up(
    workspace: Workspace, options: argparse.Namespace, missed: Sequence[date], keep: Callable[[Workspace, Report], Run]
) -> list[JsonObject]:
    """Judge and keep each missed day, the oldest first, and return what became of it."""
    if len(missed) > _MOST:
        why = f"{len(missed)} nights are more than are caught up; judge the days that you need by --as-of"
        return [{"day": missed[0].isoformat(), "fault": why}]
    done: list[JsonObject] = []
    with tempfile.TemporaryDirectory(prefix="checker-nights-") as scratch:
        past = Past(workspace, options, Path(scratch))
        for day in missed:
            try:
                then, report = past.judge(day)
            except CheckerError as error:
                done.append({"day": day.isoformat(), "fault": "; ".join(filter(None, [error.message, error.hint]))})
                continue
            run = keep(then, report)
            done.append({"day": run.as_of, "run": run.number, "exit_code": run.exit_code})
    return done


class Past:
    """A repository as it was on days gone by; what is written for it goes to `scratch`."""

    def __init__(self, workspace: Workspace, options: argparse.Namespace, scratch: Path) -> None:
        self._now, self._options, self._scratch = workspace, options, scratch
        self._repository = Repository(workspace.root)
        self._whole: set[str] = set()

    def judge(self, day: date) -> tuple[Workspace, Report]:
        """Judge a day by the manifests, evidence, waivers, rules and configuration that stood at its end."""
        commit = self._standing(day)
        place = self._brought(commit)
        options = argparse.Namespace(**{**vars(self._options), "as_of": day.isoformat()})
        try:
            workspace = open_workspace(options, place)
            report = judge(workspace, options, revision=False)
        except CheckerError as error:
            message, hint = (text.replace(f"{place}/", "") for text in (error.message, error.hint))
            raise CheckerError(f"at {commit[:12]}: {message}", hint) from error
        return workspace, replace(report, provenance=replace(report.provenance, revision=commit))

    def _standing(self, day: date) -> str:
        if self._history == "none":
            raise CheckerError("without git nobody knows what stood on a day gone by", "keep the vendors in git")
        end = datetime.combine(day + _DAY, time(), self._now.zone) - timedelta(seconds=1)
        commit = self._repository.standing(end)
        if not commit:
            shallow = self._history == "shallow"
            hint = _WHOLE if shallow else "there is nothing to judge for it"
            raise CheckerError(
                f"{'this shallow clone' if shallow else 'git'} knows no commit of that day or before", hint
            )
        return commit

    @cached_property
    def _history(self) -> str:
        return self._repository.history()

    def _brought(self, commit: str) -> Path:
        """Write what is judged of a commit, and what it is judged by, to a directory of its own; return that."""
        place = self._scratch / commit
        if commit in self._whole:
            return place
        place.mkdir(exist_ok=True)
        bring(self._repository, commit, place, self._now.baseline)
        self._whole.add(commit)
        return place
