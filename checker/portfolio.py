"""The policies over all manifests at once: what they are shown, and what follows for each vendor."""

from __future__ import annotations

import json
import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from checker.engine import open_engine
from checker.engine.verdict import Fault
from checker.judge import fault_finding
from checker.model import Location

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.engine import Portfolio
    from checker.engine.verdict import ControlVerdict
    from checker.judge import Setup, Surveyed
    from checker.model import Finding, JsonObject, PortfolioPolicy


@dataclass(frozen=True, slots=True)
class View:
    """What the portfolio policies say.

    `findings` maps vendor and package of the control that they extend to what they add; `overviews` maps the name of
    a policy to its overview. `problems` tell why there is no answer, `notes` what the answer leaves out.
    """

    findings: Mapping[str, Mapping[str, ControlVerdict]] = field(default_factory=dict)
    overviews: Mapping[str, JsonObject] = field(default_factory=dict)
    problems: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()


def selected(setup: Setup) -> tuple[PortfolioPolicy, ...]:
    """Return the portfolio policies whose control is among the selected."""
    chosen = {control.id for control in setup.controls}
    return tuple(policy for policy in setup.library.portfolio if policy.control in chosen)


def blocks(policies: Sequence[PortfolioPolicy]) -> tuple[str, ...]:
    """Return the blocks of a manifest that any of the policies sees."""
    return tuple(sorted({block for policy in policies for block in policy.blocks}))


def judge(setup: Setup, policies: Sequence[PortfolioPolicy], surveyed: Sequence[Surveyed]) -> View:
    """Ask the policies about all manifests that have a verdict of their own."""
    shown = _shown(surveyed)
    lost = len(surveyed) - len(shown)
    told = (
        f"the view over all vendors leaves out {lost} of {len(surveyed)} manifests: they have no verdict of their own"
    )
    notes = (told,) if lost else ()
    engine = open_engine(setup.engine, setup.library, setup.data, setup.engine_settings)
    try:
        answer = engine.survey(shown)
    finally:
        engine.close()
    if isinstance(answer, Fault) or answer.guard:
        kind, message = (answer.kind, answer.message) if isinstance(answer, Fault) else ("guard", answer.guard[0].msg)
        place = Location(posixpath.dirname(surveyed[0][0].path) or ".")
        told = f"the policies could not judge all vendors together: {message}"
        return View(problems=(fault_finding(kind, told, place),), notes=notes)
    return View(_by_vendor(setup, policies, answer), _overviews(policies, answer), notes=notes)


def input_of(surveyed: Sequence[Surveyed]) -> JsonObject:
    """Return what portfolio policies see as `input`."""
    return {"manifests": [json.loads(extract) for extract in _shown(surveyed).values()]}


def _shown(surveyed: Sequence[Surveyed]) -> dict[str, bytes]:
    shown = {assessment.vendor: extract for assessment, extract in surveyed if extract}
    return dict(sorted(shown.items()))


def _by_vendor(
    setup: Setup, policies: Sequence[PortfolioPolicy], answer: Portfolio
) -> dict[str, dict[str, ControlVerdict]]:
    packages = {control.id: control.package for control in setup.controls}
    found: dict[str, dict[str, ControlVerdict]] = {}
    for policy in policies:
        for vendor, verdict in answer.findings[policy.package].items():
            mine, package = found.setdefault(vendor, {}), packages[policy.control]
            mine[package] = mine[package].joined(verdict) if package in mine else verdict
    return found


def _overviews(policies: Sequence[PortfolioPolicy], answer: Portfolio) -> dict[str, JsonObject]:
    return {policy.package.partition(".")[2]: answer.overviews[policy.package] for policy in policies}
