"""What will fail, for whom and from which day, if nothing changes: the policies themselves judge the days to come.

A manifest is judged anew only on the days on which something that a control holds against the calendar changes sides,
and only while that control does not fail.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from checker import pipeline, portfolio
from checker.catalogue.syntax import EACH
from checker.forecast.days import Values, of_tier, turns
from checker.forecast.outlook import Horizon, Outlook
from checker.judge import Judge
from checker.model import Forecast
from checker.register import Register, is_waiver

__all__ = ["Horizon", "forecast"]

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from checker.forecast.outlook import Sight, View
    from checker.judge import Setup
    from checker.model import Finding, PortfolioPolicy, Provenance


def forecast(  # noqa: PLR0913 - by what, over what, how far, and how
    setup: Setup,
    paths: Sequence[str],
    provenance: Provenance,
    horizon: Horizon,
    *,
    around: Sequence[str] = (),
    jobs: int,
) -> Forecast:
    """Judge the manifests among `paths` today and on the days to come, the waivers beside them heeded.

    What is `around` them is looked at as well, for policies over all manifests, and not told of.
    """
    register = Register(setup, paths)
    setup = replace(setup, waivers=register.by_vendor)
    policies = portfolio.selected(setup)
    horizon = replace(horizon, blocks=portfolio.blocks(policies))
    told = [path for path in paths if not is_waiver(path)]
    manifests = [*told, *around]
    sights = _look(setup, manifests, horizon, jobs)
    evaluations = sum(one.evaluations for one in sights)
    unjudged = list(register.problems)
    if policies and sights:
        views, problems = _views(setup, policies, sights, horizon)
        unjudged += problems
        concerned = {vendor for _, view in views for vendor in view}
        again = [place for place, one in enumerate(sights) if one.vendor in concerned]
        seen = _look(setup, [manifests[place] for place in again], replace(horizon, views=views), jobs)
        evaluations += sum(one.evaluations for one in seen)
        for place, sight in zip(again, seen, strict=True):
            sights[place] = sight
    del sights[len(told) :]
    lapses = [lapse for sight in sights for lapse in sight.lapses]
    return Forecast(
        provenance=provenance,
        controls=setup.controls,
        until=horizon.until.isoformat(),
        lapses=tuple(sorted(lapses, key=lambda one: (one.day, one.vendor, one.result.control))),
        vendors=len(sights),
        failing=sum(one.failing for one in sights),
        unjudged=(*unjudged, *(finding for sight in sights for finding in sight.unjudged)),
        evaluations=evaluations,
    )


def _look(setup: Setup, paths: Sequence[str], horizon: Horizon, jobs: int) -> list[Sight]:
    found = pipeline.spread(partial(Judge, setup), pipeline.chunks(paths), partial(_sights, horizon), jobs)
    return [one for some in found for one in some]


def _sights(horizon: Horizon, judge: Judge, paths: Sequence[str]) -> list[Sight]:
    """Judge the manifests at `paths` today, then day by day those that can turn on that day."""
    today = judge.setup.as_of
    judge.turn_to(today, horizon.view(today))
    outlooks = [Outlook(judge, path, horizon) for path in paths]
    for one, assessment in zip(outlooks, judge.decide([one.case for one in outlooks]), strict=True):
        one.begin(judge, assessment)
    while days := [day for one in outlooks if (day := one.next_day)]:
        day = min(days)
        turning = [one for one in outlooks if one.next_day == day]
        judge.turn_to(day, horizon.view(day))
        decided = judge.decide([one.case for one in turning], [one.asked(judge, day) for one in turning])
        for one, assessment in zip(turning, decided, strict=True):
            one.go_on(judge, assessment)
    judge.turn_to(today, {})
    return [one.sight for one in outlooks]


def _views(
    setup: Setup, policies: Sequence[PortfolioPolicy], sights: Sequence[Sight], horizon: Horizon
) -> tuple[list[tuple[date, View]], list[Finding]]:
    """Ask the policies over all manifests on every day on which what they see changes, or what they hold against it."""
    span = (setup.as_of, horizon.until)
    days = {day for sight in sights for day, _, _ in sight.extracts}
    for policy in policies:
        reading = of_tier(horizon.readings[policy.package], EACH)
        for sight in sights if reading.clocks else ():
            seen = json.loads(sight.extracts[0][2] or "{}") if sight.extracts else {}
            days.update(turns(reading, Values(seen, setup.library.parameters), span))
    views: list[tuple[date, View]] = []
    problems: list[Finding] = []
    for day in sorted(days):
        surveyed = [sight.on(day) for sight in sights if sight.extracts]
        view = portfolio.judge(replace(setup, as_of=day), policies, surveyed)
        views.append((day, view.findings))
        problems += view.problems
    return views, problems
