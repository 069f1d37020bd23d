"""The view over all vendors: the sentence, who must act, what changed, what lapses, and on what much depends."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from checker.model import stored_findings
from checker.report.site import plots
from checker.report.site.states import OPEN, VERDICTS, State, cells, states
from checker.report.summary import Share, Verdict, plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from checker.model import Forecast, JsonObject, Lapse
    from checker.report.site.material import Event, Material
    from checker.report.site.shell import Shell

MOST_ROWS: Final = 1_000
"""Rows of a list on a page of its own."""
_KINDS: Final = {"new": "new", "worse": "heavier", "better": "lighter", "fixed": "fixed", "dropped": "dropped"}
_CONCENTRATION: Final = {
    "countries": "Countries",
    "subprocessors": "Sub-processors",
    "groups": "Groups of companies",
}
_RANK: Final = {verdict: rank for rank, verdict in enumerate(Verdict)}
_SEVERITY: Final = {"critical": 0, "high": 1, "medium": 2, "low": 3}
_MOST_SHARES: Final = 8


@dataclass(frozen=True, slots=True)
class Vendor:
    """One vendor in a list."""

    id: str
    name: str
    page: str
    tier: str
    lifecycle: str
    verdict: Verdict
    states: Mapping[str, State]
    path: str

    @property
    def blocking(self) -> int:
        """How many controls block."""
        return sum(one in {State.BLOCKS, State.ERROR} for one in self.states.values())

    @property
    def open(self) -> int:
        """How many controls are not met."""
        return sum(one in OPEN for one in self.states.values())


@dataclass(slots=True)
class Actor:
    """Somebody who has something to do."""

    mail: str
    name: str = ""
    blocking: int = 0
    lapsing: int = 0
    first: str = ""
    vendors: dict[str, Vendor] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """One change, ready to be listed."""

    event: Event
    vendor: Vendor | None
    kind: str
    finding: JsonObject | None
    """What the run says of it; None when it is gone."""


@dataclass(frozen=True, slots=True)
class Due:
    """One lapse, ready to be listed."""

    lapse: Lapse
    vendor: Vendor | None
    away: int
    """Days from the as-of date."""


@dataclass(frozen=True, slots=True)
class Concentration:
    """The largest shares of one kind of thing."""

    title: str
    rows: tuple[tuple[Share, tuple[Vendor, ...]], ...]
    more: int


def vendors(report: JsonObject, pages: Sequence[str]) -> list[Vendor]:
    """Return all vendors, the worst first."""
    listed = [
        Vendor(
            id=one["vendor"],
            name=one.get("name") or one["vendor"],
            page=page,
            tier=one.get("tier", ""),
            lifecycle=one.get("lifecycle", ""),
            verdict=VERDICTS[one["verdict"]],
            states=states(one),
            path=one["path"],
        )
        for one, page in zip(report["vendors"], pages, strict=True)
    ]
    return sorted(listed, key=lambda one: (_RANK[one.verdict], -one.blocking, -one.open, one.id, one.path))


def headline(verdicts: Mapping[str, int]) -> str:
    """Return the verdict over all vendors in one sentence."""
    total = sum(verdicts.values())
    blocked, unjudged, warned, passing = (verdicts.get(str(one), 0) for one in Verdict)
    if not total:
        return "Nothing was judged."
    if not blocked and not unjudged:
        how = f": {warned:,} with warnings, {passing:,} without" if warned and passing else ", with warnings"
        return f"All {plural(total, 'vendor')} pass{how if warned else ''}."
    bad = [f"{blocked:,} of {plural(total, 'vendor')} {'is' if blocked == 1 else 'are'} blocked"] if blocked else []
    if unjudged:
        whole = "" if blocked else f" of {plural(total, 'vendor')}"
        bad.append(f"{unjudged:,}{whole} could not be judged")
    how = " with warnings" if warned and not passing else f", {warned:,} of them with warnings" if warned else ""
    good = f"; {warned + passing:,} {'passes' if warned + passing == 1 else 'pass'}{how}" if warned + passing else ""
    return f"{' and '.join(bad)}{good}."


def outlook(forecast: Forecast | None) -> str:
    """Return what comes, if nothing is done, in one sentence; empty when nothing is known."""
    if forecast is None:
        return ""
    if not forecast.lapses:
        return f"Nothing more lapses until {forecast.until}."
    blocking = sum(one.blocks for one in forecast.lapses)
    concerned = len({one.vendor for one in forecast.lapses})
    weight = "all of them blocking" if blocking == len(forecast.lapses) else f"{blocking:,} of them blocking"
    return (
        f"If nothing is done, {plural(len(forecast.lapses), 'control')} of {plural(concerned, 'vendor')} lapse by "
        f"{forecast.until}, {weight}; the first on {forecast.lapses[0].day}."
    )


def changes(material: Material, known: Mapping[str, Vendor]) -> list[Told]:
    """Return what is not what it was in the run before, the heaviest first."""
    found = {one["fingerprint"]: one for one in stored_findings(material.report)}
    told = [
        Told(one, known.get(one.change["vendor"]), _KINDS[one.change["kind"]], found.get(one.change["fingerprint"]))
        for one in material.events
        if one.run == material.run
    ]
    return sorted(told, key=_change_weight)


def _change_weight(one: Told) -> tuple[Any, ...]:
    change = one.event.change
    order = list(_KINDS).index(change["kind"])
    heavy = change["blocks_after"] or change["blocks_before"]
    return (order, not heavy, _SEVERITY.get(change["severity"], 9), change["vendor"], change["rule"])


def dues(forecast: Forecast | None, known: Mapping[str, Vendor]) -> list[Due]:
    """Return all lapses, in order of their days."""
    if forecast is None:
        return []
    today = date.fromisoformat(forecast.provenance.as_of)
    return [Due(one, known.get(one.vendor), (date.fromisoformat(one.day) - today).days) for one in forecast.lapses]


def actors(
    report: JsonObject,
    material: Material,
    owners: Mapping[str, tuple[str, str]],
    known: Mapping[str, Vendor],
) -> list[Actor]:
    """Return who has to act: the owners of the vendors, or of the controls where the manifests name none."""
    found: dict[str, Actor] = {}
    for vendor in report["vendors"]:
        name, mail = owners.get(vendor["path"], ("", ""))
        blocking = Counter(_answers(result, mail, material) for result in vendor.get("results", ()) if _blocks(result))
        blocking[mail] += sum(one["blocks"] for one in vendor.get("problems", ()))
        for who, count in blocking.items():
            if count:
                actor = found.setdefault(who, Actor(who))
                actor.name = actor.name or (name if who == mail else "")
                actor.blocking += count
                _add(actor, known.get(vendor["vendor"]))
    by_mail = {mail: name for name, mail in owners.values()}
    for lapse in material.forecast.lapses if material.forecast else ():
        actor = found.setdefault(lapse.owner, Actor(lapse.owner, by_mail.get(lapse.owner, "")))
        actor.lapsing += 1
        actor.first = actor.first or lapse.day
        _add(actor, known.get(lapse.vendor))
    return sorted(found.values(), key=lambda one: (-one.blocking, one.first or "9", -one.lapsing, one.mail))


def _answers(result: JsonObject, mail: str, material: Material) -> str:
    control = material.catalogue.get(result["control"])
    return mail or (control.owner if control else "")


def _blocks(result: JsonObject) -> bool:
    return any(one["blocks"] for one in result["findings"])


def _add(actor: Actor, vendor: Vendor | None) -> None:
    if vendor:
        actor.vendors.setdefault(vendor.page, vendor)


def heat(some: Iterable[Vendor], shell: Shell) -> list[tuple[Vendor, list[tuple[State | None, int]]]]:
    """Return for each vendor the cells of its families."""
    families = [(one.id, one.controls) for one in shell.families]
    return [(one, cells(dict(one.states), families)) for one in some]


def totals(some: Iterable[Vendor], shell: Shell) -> list[int]:
    """Return for each family how many vendors do not meet a control of it."""
    listed = list(some)
    return [
        sum(any(one.states.get(name) in OPEN for name in family.controls) for one in listed)
        for family in shell.families
    ]


def concentration(report: JsonObject, known: Mapping[str, Vendor]) -> tuple[list[Concentration], int, bool]:
    """Return the largest shares by kind, how many functions there are, and whether they are enough to be judged."""
    found, functions, judged = [], 0, False
    for overview in report.get("portfolio", {}).values():
        functions = overview.get("functions", 0)
        judged = bool(overview.get("judged"))
        for kind, title in _CONCENTRATION.items():
            rows = overview.get(kind, ())
            shares = tuple(
                (
                    Share(title, row["name"], row["functions"], functions, row["share_pct"], row["level"]),
                    tuple(known[name] for name in row["vendors"] if name in known),
                )
                for row in rows[:_MOST_SHARES]
            )
            if shares:
                found.append(Concentration(title, shares, len(rows) - len(shares)))
    return found, functions, judged


def index(
    material: Material, shell: Shell, listed: Sequence[Vendor], owners: Mapping[str, tuple[str, str]]
) -> dict[str, Any]:
    """Return what the front page tells."""
    known = {one.id: one for one in listed}
    verdicts = material.report["summary"]["verdicts"]
    due = dues(material.forecast, known)
    shares, functions, judged = concentration(material.report, known)
    changed = changes(material, known)
    return {
        "headline": headline(verdicts),
        "outlook": outlook(material.forecast),
        "verdicts": plots.verdict_bar(verdicts),
        "summary": material.report["summary"],
        "changed": changed,
        "kinds": Counter(one.kind for one in changed),
        "previous": previous(material),
        "due": due,
        "timeline": timeline(material),
        "actors": actors(material.report, material, owners, known),
        "listed": listed,
        "totals": totals(listed, shell),
        "trend": plots.trend(material.past),
        "past": material.past,
        "shares": shares,
        "functions": functions,
        "judged": judged,
        "others": material.report.get("others", ()),
    }


def previous(material: Material) -> int:
    """Return the number of the run that this one is compared with; 0 when there is none."""
    earlier = [one.number for one in material.past if one.number != material.run]
    return max(earlier, default=0)


def timeline(material: Material) -> plots.Timeline | None:
    """Return the plot of what lapses."""
    if material.forecast is None:
        return None
    days = [(one.day, one.blocks) for one in material.forecast.lapses]
    return plots.timeline(days, material.forecast.provenance.as_of, material.forecast.until)
