"""Two judgements on the same manifests: each manifest is read once, and the second says only what may be different."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from checker import pipeline, portfolio
from checker.engine import Verdict
from checker.judge import Judge, extract

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.engine import Fault
    from checker.judge import Case, Setup, Surveyed
    from checker.model import Report
    from checker.pipeline import Hearing


def check_twice(
    before: Hearing, after: Hearing, paths: Sequence[str], reached: frozenset[str], *, jobs: int
) -> tuple[Report, Report]:
    """Judge manifests by two hearings, as `pipeline.check` does by one.

    `reached` are the packages of the controls that may say something else by `after`, of a manifest whose facts are the
    same.
    """
    pair = partial(Pair, before.terms, after.terms, reached)
    found = pipeline.spread(pair, pipeline.chunks(paths), Pair.survey, jobs)
    pairs = [two for some in found for two in some]
    return (
        pipeline.conclude(before, [was for was, _ in pairs], jobs=jobs),
        pipeline.conclude(after, [now for _, now in pairs], jobs=jobs),
    )


class Pair:
    """The judges of both, opened in one process."""

    def __init__(self, before: Setup, after: Setup, reached: frozenset[str]) -> None:
        self._before, self._after = Judge(before), Judge(after)
        self._alike = self._before.reads_like(self._after)
        every = after.library.packages
        reached = reached if self._alike else every
        self._kept = self._after.selected - reached
        self._asked = self._after.selected & reached
        self._first = self._before.selected | self._kept
        self._blocks = [portfolio.blocks(portfolio.selected(one)) for one in (before, after)]

    def survey(self, paths: Sequence[str]) -> list[tuple[Surveyed, Surveyed]]:
        """Judge the files at `paths` by both, as `Judge.survey` does."""
        cases = [self._before.open(path) for path in paths]
        others = cases if self._alike else [self._after.open(path) for path in paths]
        was = self._before.answers(cases, [self._first] * len(cases))
        now = self._answers(others, was)
        first, second = self._blocks
        return [
            (_surveyed(self._before, case, answer, first), _surveyed(self._after, other, later, second))
            for case, other, answer, later in zip(cases, others, was, now, strict=True)
        ]

    def _answers(self, cases: Sequence[Case], was: Sequence[Verdict | Fault | None]) -> list[Verdict | Fault | None]:
        """Return what the later policies say; what they cannot say otherwise is taken from what was said before."""
        asked = [self._asked if _is_sound(one) else self._after.selected for one in was]
        found = self._after.answers(cases, asked)
        return [_joined(now, before, self._kept) for now, before in zip(found, was, strict=True)]

    def close(self) -> None:
        """Release both engines."""
        self._before.close()
        self._after.close()


def _is_sound(answer: Verdict | Fault | None) -> bool:
    return isinstance(answer, Verdict) and not answer.guard


def _joined(
    found: Verdict | Fault | None, known: Verdict | Fault | None, kept: frozenset[str]
) -> Verdict | Fault | None:
    if not isinstance(found, Verdict) or not isinstance(known, Verdict) or known.guard:
        return found
    return replace(found, controls={**{package: known.controls[package] for package in kept}, **found.controls})


def _surveyed(judge: Judge, case: Case, answer: Verdict | Fault | None, blocks: Sequence[str]) -> Surveyed:
    assessment = judge.decided(case, answer, judge.selected)
    return assessment, extract(case, assessment, blocks) if blocks else b""
