"""The whole flow over many files: waivers gathered, chunks spread over processes, one Report."""

from __future__ import annotations

import os
import posixpath
import signal
import threading
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from checker import documents, portfolio, sources, waivers
from checker.errors import EngineError
from checker.judge import Judge, Setup, Surveyed, home_of, is_fatal, problem_finding, stem_of
from checker.model import (
    Assessment,
    Finding,
    Problem,
    Report,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from checker.model import Provenance
    from checker.waivers import Waiver

CHUNK = 100
"""Files that are judged together: one request to a server, one task for a process."""


def check(  # noqa: PLR0913 - the last four have nothing to do with one another
    setup: Setup,
    paths: Sequence[str],
    provenance: Provenance,
    *,
    jobs: int,
    portfolio_paths: Sequence[str] = (),
    notes: tuple[str, ...] = (),
    others: tuple[Finding, ...] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Judge the manifests among `paths` (relative to the root), and the waivers beside them.

    The manifests at `portfolio_paths` are judged only for what policies over all manifests must know of them. `others`
    are findings about other files, told beside those about waivers. `progress` is told how many of how many manifests
    are done.
    """
    manifests = [path for path in paths if not _is_waiver(path)]
    register = _Register(setup, paths)
    setup = replace(setup, waivers=register.by_vendor)
    policies = portfolio.selected(setup)
    around = [path for path in portfolio_paths if policies and not _is_waiver(path)]
    every = list(dict.fromkeys([*manifests, *around]))
    surveyed: list[Surveyed] = []
    for some in _survey(setup, every, portfolio.blocks(policies), jobs):
        surveyed += some
        if progress:
            progress(len(surveyed), len(every))
    view = portfolio.judge(setup, policies, surveyed) if policies and surveyed else portfolio.View()
    assessments = [assessment for assessment, _ in surveyed[: len(manifests)]]
    _look_again(replace(setup, portfolio=view.findings), assessments, jobs)
    _mark_repeated(assessments)
    return Report(
        provenance=provenance,
        controls=setup.controls,
        assessments=tuple(assessments),
        others=(*others, *register.problems, *register.orphans(assessments), *view.problems),
        threshold=setup.threshold,
        notes=(*notes, *view.notes),
        portfolio=view.overviews,
    )


def _look_again(setup: Setup, assessments: list[Assessment], jobs: int) -> None:
    """Judge once more the vendors of whom the policies over all manifests have found something."""
    places = [place for place, one in enumerate(assessments) if one.vendor in setup.portfolio]
    again = _survey(setup, [assessments[place].path for place in places], (), jobs)
    for place, (assessment, _) in zip(places, (one for some in again for one in some), strict=True):
        assessments[place] = assessment


def _survey(setup: Setup, paths: Sequence[str], blocks: Collection[str], jobs: int) -> Iterator[list[Surveyed]]:
    chunks = [paths[i : i + CHUNK] for i in range(0, len(paths), CHUNK)]
    if not chunks:  # a judge is opened for nothing else
        return
    jobs = min(jobs, len(chunks))
    if jobs < 2:  # noqa: PLR2004 - one process needs no pool
        yield from _survey_here(setup, chunks, blocks)
        return
    # A single manifest needs no pool, and it is slow to import.
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    try:
        with ProcessPoolExecutor(jobs, initializer=_open_judge, initargs=(setup,)) as pool:
            yield from pool.map(partial(_survey_there, blocks), chunks)
    except BrokenProcessPool as error:
        message = "a process that judged manifests died, so the check is incomplete"
        raise EngineError(
            message, "run again with --jobs 1; if it dies again, a limit of memory may be too low"
        ) from error


def _survey_here(setup: Setup, chunks: Iterable[Sequence[str]], blocks: Collection[str]) -> Iterator[list[Surveyed]]:
    judge = Judge(setup)
    try:
        for chunk in chunks:
            yield judge.survey(chunk, blocks)
    finally:
        judge.close()


_judge_of_process: Judge | None = None


def _open_judge(setup: Setup) -> None:
    global _judge_of_process  # noqa: PLW0603 - a pool hands its initializer's work to tasks in no other way
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent tells of the interruption, once
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # nor does a process of the pool have anything to tidy up
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    _judge_of_process = Judge(setup)


def _end_with(parent: int) -> None:
    """End this process when its parent has gone, which otherwise leaves it waiting for work for ever."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _survey_there(blocks: Collection[str], chunk: Sequence[str]) -> list[Surveyed]:
    if _judge_of_process is None:
        raise RuntimeError("the pool was not initialised")
    return _judge_of_process.survey(chunk, blocks)


class _Register:
    """The waivers that concern the files at hand."""

    def __init__(self, setup: Setup, paths: Sequence[str]) -> None:
        self.problems: list[Finding] = []
        self.by_vendor: dict[tuple[str, str], tuple[Waiver, ...]] = {}
        self._named = {path for path in paths if _is_waiver(path)}
        everything = sorted(self._named | set(_beside(setup.root, paths)))
        if everything:
            self._rules_of = Judge(setup)
            for path in everything:
                self._add(setup, path)

    def orphans(self, assessments: Sequence[Assessment]) -> Iterator[Finding]:
        """Yield what to say of waivers whose vendor is not among the judged."""
        judged = {home_of(one.path, one.vendor) for one in assessments if self.by_vendor}
        for key, group in self.by_vendor.items():
            for waiver in group:
                if key not in judged and waiver.document.path in self._named:
                    yield self._rules_of.waiver_rules.orphan(waiver)

    def _add(self, setup: Setup, path: str) -> None:
        problems: tuple[Problem, ...]
        content = sources.read(setup.root, path, setup.limits.max_bytes)
        if isinstance(content, Problem):
            problems = (content,)
        else:
            loaded = documents.load(path, content, setup.limits)
            problems = loaded.problems
            if loaded.document:
                problems += self._rules_of.schemas.check(loaded.document, "Waiver")
            if loaded.document and not is_fatal(problems):
                waiver = waivers.read(loaded.document)
                key = home_of(posixpath.dirname(posixpath.dirname(path)), waiver.vendor)
                self.by_vendor[key] = (*self.by_vendor.get(key, ()), waiver)
        vendor = posixpath.basename(posixpath.dirname(path))
        self.problems.extend(problem_finding(path, vendor, problem) for problem in problems)


def _beside(root: Path, paths: Sequence[str]) -> Iterator[str]:
    """Yield the waiver files of the vendors whose manifests are named."""
    for path in paths:
        folder = posixpath.join(posixpath.dirname(path), "waivers", stem_of(path))
        if not _is_waiver(path) and os.path.isdir(os.path.join(root, folder)):  # noqa: PTH112, PTH118 - see stem_of
            yield from sources.find(root, [folder])


def _is_waiver(path: str) -> bool:
    return "waivers" in path.split("/")[:-1]


def _mark_repeated(assessments: list[Assessment]) -> None:
    """Add a finding to every manifest whose vendor id another manifest of the run has too."""
    first: dict[str, str] = {}
    for i, one in enumerate(assessments):
        other = first.setdefault(one.vendor, one.path)
        if other != one.path and one.tier:
            problem = Problem(
                "manifest.repeated",
                f"vendor id `{one.vendor}` is also that of {other}",
                "give each vendor one manifest",
            )
            assessments[i] = replace(one, problems=(*one.problems, problem_finding(one.path, one.vendor, problem)))
