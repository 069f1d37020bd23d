"""The whole flow over many files: waivers gathered, chunks spread over processes, one Report."""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from checker import portfolio
from checker.baseline import terms
from checker.errors import EngineError
from checker.judge import Judge, Setup, problem_finding
from checker.model import Assessment, Finding, Problem, Report
from checker.register import Register, is_waiver

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from checker.judge import Surveyed
    from checker.model import Provenance


class Closing(Protocol):
    """What a process judges with."""

    def close(self) -> None:
        """Release what it holds."""


Bench = TypeVar("Bench", bound=Closing)
Item = TypeVar("Item")
Chunk = TypeVar("Chunk")
Outcome = TypeVar("Outcome")

CHUNK = 100
"""Files that are judged together: one request to a server, one task for a process."""


def check(  # noqa: PLR0913 - the last four have nothing to do with one another
    setup: Setup,
    paths: Sequence[str],
    provenance: Provenance,
    *,
    jobs: int,
    register: Register | None = None,
    around: Sequence[Surveyed] = (),
    notes: tuple[str, ...] = (),
    others: tuple[Finding, ...] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Judge the manifests among `paths` (relative to the root), and the waivers beside them.

    `register` holds the waivers that count when they are not those beside the manifests. `around` is what the policies
    over all manifests must know of further ones. `others` are findings about other files, told beside those about
    waivers. `progress` is told how many of how many manifests are done.
    """
    hearing = Hearing(setup, provenance, register or Register(setup, paths), around, notes, others)
    return hear(hearing, [path for path in paths if not is_waiver(path)], jobs=jobs, progress=progress)


@dataclass(frozen=True, slots=True)
class Hearing:
    """What manifests are judged by, and what is told beside them; the fields are those of `check`."""

    setup: Setup
    provenance: Provenance
    register: Register
    around: Sequence[Surveyed] = ()
    notes: tuple[str, ...] = ()
    others: tuple[Finding, ...] = ()

    @property
    def terms(self) -> Setup:
        """By what each manifest is judged; the baseline is applied to all at once."""
        return replace(self.setup, waivers=self.register.by_vendor, baseline=None)


def hear(
    hearing: Hearing, paths: Sequence[str], *, jobs: int, progress: Callable[[int, int], None] | None = None
) -> Report:
    """Judge manifests by the terms of a hearing."""
    return conclude(hearing, survey(hearing.terms, paths, jobs=jobs, progress=progress), jobs=jobs)


def conclude(hearing: Hearing, surveyed: Sequence[Surveyed], *, jobs: int) -> Report:
    """Return the report on manifests that were judged by the terms of a hearing; some may be judged once more."""
    setup, register, baseline = hearing.terms, hearing.register, hearing.setup.baseline
    policies = portfolio.selected(setup)
    whole = [*surveyed, *hearing.around]
    view = portfolio.judge(setup, policies, whole) if policies and whole else portfolio.View()
    assessments = [assessment for assessment, _ in surveyed]
    _look_again(replace(setup, portfolio=view.findings), assessments, jobs)
    _mark_repeated(assessments)
    report = Report(
        provenance=hearing.provenance,
        controls=setup.controls,
        assessments=tuple(assessments),
        others=(*hearing.others, *register.problems, *register.orphans(assessments), *view.problems),
        threshold=setup.threshold,
        notes=(*hearing.notes, *view.notes),
        portfolio=view.overviews,
    )
    return baseline.apply(report, terms(setup.library.parameters, setup.as_of)) if baseline else report


def survey(
    setup: Setup, paths: Sequence[str], *, jobs: int, progress: Callable[[int, int], None] | None = None
) -> list[Surveyed]:
    """Judge manifests, and return with each what the selected policies over all manifests must know of it."""
    blocks = portfolio.blocks(portfolio.selected(setup))
    surveyed: list[Surveyed] = []
    for some in _survey(setup, paths, blocks, jobs):
        surveyed += some
        if progress:
            progress(len(surveyed), len(paths))
    return surveyed


def _look_again(setup: Setup, assessments: list[Assessment], jobs: int) -> None:
    """Judge once more the vendors of whom the policies over all manifests have found something."""
    places = [place for place, one in enumerate(assessments) if one.vendor in setup.portfolio]
    again = _survey(setup, [assessments[place].path for place in places], (), jobs)
    for place, (assessment, _) in zip(places, (one for some in again for one in some), strict=True):
        assessments[place] = assessment


def _survey(setup: Setup, paths: Sequence[str], blocks: Collection[str], jobs: int) -> Iterator[list[Surveyed]]:
    return spread(partial(Judge, setup), chunks(paths), partial(_surveyed, blocks), jobs)


def chunks(items: Sequence[Item]) -> list[Sequence[Item]]:
    """Return paths, or whatever else is judged, in their order, those together that are judged together."""
    return [items[i : i + CHUNK] for i in range(0, len(items), CHUNK)]


def _surveyed(blocks: Collection[str], judge: Judge, chunk: Sequence[str]) -> list[Surveyed]:
    return judge.survey(chunk, blocks)


def spread(
    open_bench: Callable[[], Bench], chunks: Sequence[Chunk], work: Callable[[Bench, Chunk], Outcome], jobs: int
) -> Iterator[Outcome]:
    """Yield what `work` makes of each chunk in their order, by at most so many processes with a bench each.

    A bench is a judge, or whatever else judges. With more than one process all that is given and yielded must be
    picklable.
    """
    if not chunks:  # a bench is opened for nothing else
        return
    jobs = min(jobs, len(chunks))
    if jobs < 2:  # noqa: PLR2004 - one process needs no pool
        yield from _spread_here(open_bench, chunks, work)
        return
    # A single manifest needs no pool, and it is slow to import.
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    try:
        with ProcessPoolExecutor(jobs, initializer=_settle, initargs=(open_bench,)) as pool:
            yield from pool.map(partial(_work_there, work), chunks)
    except BrokenProcessPool as error:
        message = "a process that judged manifests died, so the check is incomplete"
        raise EngineError(
            message, "run again with --jobs 1; if it dies again, a limit of memory may be too low"
        ) from error


def _spread_here(
    open_bench: Callable[[], Bench], chunks: Sequence[Chunk], work: Callable[[Bench, Chunk], Outcome]
) -> Iterator[Outcome]:
    bench = open_bench()
    try:
        for chunk in chunks:
            yield work(bench, chunk)
    finally:
        bench.close()


_bench_of_process: Closing | None = None


def _settle(open_bench: Callable[[], Closing]) -> None:
    global _bench_of_process  # noqa: PLW0603 - a pool hands its initializer's work to tasks in no other way
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent tells of the interruption, once
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # nor does a process of the pool have anything to tidy up
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    _bench_of_process = open_bench()


def _end_with(parent: int) -> None:
    """End this process when its parent has gone, which otherwise leaves it waiting for work for ever."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _work_there(work: Callable[[Any, Chunk], Outcome], chunk: Chunk) -> Outcome:
    if _bench_of_process is None:
        raise RuntimeError("the pool was not initialised")
    return work(_bench_of_process, chunk)


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
