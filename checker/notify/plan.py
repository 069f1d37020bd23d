"""Who is told what: the newest run and what lies ahead, held against what was told before. Nothing is sent here."""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from checker.history.comparison import findings, weight
from checker.history.records import FAILING, compact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from checker.model import Forecast, JsonObject, Lapse

Told: TypeAlias = "Mapping[str, JsonObject]"
"""What was told last, by the key of the thing; nothing in it could be personal data."""

_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@(?P<domain>[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
_LONGEST_ADDRESS: Final = 254
_CONTROL: Final = re.compile(r"[A-Z]{2}-[0-9]{2}")
_DAY: Final = timedelta(days=1)


class Kind(StrEnum):
    """What there is to tell; the order of members is that of a message."""

    OVERDUE = "overdue"
    """The nightly run did not take place."""
    NEW = "new"
    WORSE = "worse"
    DUE = "due"
    BETTER = "better"
    FIXED = "fixed"
    SETTLED = "settled"
    """It was told to be due, and is no longer."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to tell, and what is to be remembered once it is told: `state`, or to forget it when that is empty."""

    key: str
    kind: Kind
    vendor: str
    rule: str
    severity: str
    state: JsonObject
    name: str = ""
    blocks: bool = False
    message: str = ""
    fix: str = ""
    place: str = ""
    day: str = ""
    """The day on which it fails, if nothing is done."""
    left: int = 0
    """Days until then."""
    causes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """What is worth telling: `steps` are the days before a due day at which it is told, the largest first."""

    steps: tuple[int, ...]
    warnings: bool = False

    def until(self, today: date) -> date:
        """Return the last day to look at."""
        return today + timedelta(days=self.steps[0])

    def step(self, left: int) -> int:
        """Return the step that is reached when so many days are left."""
        return min(step for step in self.steps if left <= step)


@dataclass(frozen=True, slots=True)
class Book:
    """Who can be told: `people` of a vendor and `owners` by control, as they are named, and `fallback` for all else."""

    people: Callable[[str], Sequence[str]]
    owners: Mapping[str, str]
    domains: frozenset[str]
    """An address outside of these is not the client's, so nobody there is told about vendors."""
    fallback: str = ""
    gone: frozenset[str] = frozenset()
    teams: Mapping[str, str] = field(default_factory=dict)
    """Addresses for owners of controls that are named otherwise than by address."""

    def chain(self, item: Item) -> Iterator[str]:
        """Yield who is to be told, the first that can be: owner, deputy, who answers for the control, the fallback."""
        yield from self.people(item.vendor) if item.vendor else ()
        owner = self.owners.get(item.rule.partition(".")[0], "")
        yield self.teams.get(owner, owner)
        yield self.fallback

    def fault(self, address: str) -> str:
        """Return why nobody can be told at an address; empty when somebody can."""
        if address.lower() in self.gone:
            return "is listed as gone"
        match = _ADDRESS.fullmatch(address)
        if not match or len(address) > _LONGEST_ADDRESS:
            return "is no address"
        ours = match["domain"].lower() in self.domains or address in {self.fallback, *self.teams.values()}
        return "" if ours else "is outside the organisation's domains"


@dataclass(frozen=True, slots=True)
class Digest:
    """What one person is told. `recipient` is empty when there is nobody who can be."""

    recipient: str
    items: tuple[Item, ...]
    instead_of: tuple[str, ...] = ()
    """Why others are not told, one sentence each."""

    @property
    def id(self) -> str:
        """32 hex digits, the same for a message that is sent again."""
        told = [self.recipient, *([one.key, one.kind, one.state] for one in self.items)]
        return hashlib.sha256(compact(told).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class _Seen:
    """Of what the report speaks: only of that can it be told that something is gone."""

    vendors: frozenset[str]
    controls: frozenset[str]

    def has(self, state: JsonObject) -> bool:
        """Tell whether the report could have said again what was told."""
        control = state["rule"].partition(".")[0]
        there = not state["vendor"] or state["vendor"] in self.vendors
        return there and (control in self.controls or not _CONTROL.fullmatch(control))


def items(
    report: JsonObject, forecast: Forecast | None, told: Told, terms: Terms, causes: Mapping[str, Sequence[str]]
) -> list[Item]:
    """Return what is not as it was told, by vendor; `causes` are by fingerprint. Without a forecast nothing is due.

    Of vendors and controls that the report leaves out, because they were not judged or their values are erased, nothing
    is told.
    """
    named = {one["vendor"]: one.get("name", "") for one in report["vendors"] if not one.get("erased")}
    seen = _Seen(frozenset(named), frozenset(one["id"] for one in report.get("controls", ())))
    known = {key: state for key, state in told.items() if seen.has(state)}
    found = findings(report)
    every = [
        *_changed(found, known, terms, causes),
        *(_due(found, forecast, known, terms) if forecast else ()),
    ]
    return sorted((replace(one, name=named.get(one.vendor) or one.name) for one in every), key=_order)


def _order(item: Item) -> tuple[Any, ...]:
    return (list(Kind).index(item.kind), item.day, not item.blocks, item.vendor, item.rule, item.key)


def _changed(
    found: Mapping[str, JsonObject], told: Told, terms: Terms, causes: Mapping[str, Sequence[str]]
) -> Iterator[Item]:
    worth = FAILING | ({"warn"} if terms.warnings else set())
    known = {key: state for key, state in told.items() if "status" in state}
    for key in found.keys() | known.keys():
        was, now = known.get(key), found.get(key)
        if was and now and (was["status"], was["blocks"]) == (now["status"], now["blocks"]):
            continue
        if now is None:
            if was:
                yield Item(key, Kind.FIXED, was["vendor"], was["rule"], was["severity"], {})
        elif was or now["status"] in worth:
            kind = Kind.NEW if not was else Kind.WORSE if weight(now) > weight(was) else Kind.BETTER
            yield _item(key, kind, now, tuple(causes.get(key, ())))


def _item(key: str, kind: Kind, finding: JsonObject, causes: tuple[str, ...]) -> Item:
    return Item(
        key=key,
        kind=kind,
        vendor=finding["vendor"],
        rule=finding["rule"],
        severity=finding["severity"],
        state={name: finding[name] for name in ("vendor", "rule", "severity", "status", "blocks")},
        blocks=finding["blocks"],
        message=finding["message"],
        fix=finding["fix"] if finding["status"] in FAILING else "",
        place=f"{finding['path']}:{finding['line']}:{finding['column']}",
        causes=causes,
    )


def _due(found: Mapping[str, JsonObject], forecast: Forecast, told: Told, terms: Terms) -> Iterator[Item]:
    today = date.fromisoformat(forecast.provenance.as_of)
    until = min(date.fromisoformat(forecast.until), terms.until(today))
    ahead = {one.key: one for one in _ahead(found, forecast, today, until, terms)}
    known = {key: state for key, state in told.items() if "day" in state}
    for key, item in ahead.items():
        was = known.get(key)
        if not was or was["day"] != item.day or item.state["step"] < was["step"]:
            yield item
    failing = {(one["vendor"], one["control"]) for one in found.values() if one["status"] in FAILING}
    for key in known.keys() - ahead.keys():
        was = known[key]
        seen = today.isoformat() < was["day"] <= until.isoformat()
        if seen and (was["vendor"], was["rule"]) not in failing:
            yield Item(key, Kind.SETTLED, was["vendor"], was["rule"], was["severity"], {}, day=was["day"])


def _ahead(
    found: Mapping[str, JsonObject], forecast: Forecast, today: date, until: date, terms: Terms
) -> Iterator[Item]:
    lapsing = {(one.vendor, one.result.control, one.day) for one in forecast.lapses}
    for lapse in forecast.lapses:
        if today < date.fromisoformat(lapse.day) <= until:
            yield _lapse(lapse, today, terms)
    for one in found.values():
        waiver = one["waiver"] if one["status"] == "waived" else None
        day = date.fromisoformat(waiver["expires"]) + _DAY if waiver else today
        if waiver and today < day <= until and (one["vendor"], one["control"], day.isoformat()) not in lapsing:
            yield _waiver(one, waiver, day, today, terms)


def _lapse(lapse: Lapse, today: date, terms: Terms) -> Item:
    finding = lapse.finding
    left = (date.fromisoformat(lapse.day) - today).days
    key = f"lapse/{lapse.vendor}/{lapse.result.control}"
    return Item(
        key=key,
        kind=Kind.DUE,
        vendor=lapse.vendor,
        rule=lapse.result.control,
        severity=str(finding.severity),
        state=_remembered(lapse.vendor, lapse.result.control, str(finding.severity), lapse.day, terms.step(left)),
        name=lapse.name,
        blocks=lapse.blocks,
        message=finding.message,
        fix=finding.fix,
        place=str(lapse.causes[0].location if lapse.causes else finding.location),
        day=lapse.day,
        left=left,
        causes=tuple(one.text for one in lapse.causes),
    )


def _waiver(finding: JsonObject, waiver: JsonObject, day: date, today: date, terms: Terms) -> Item:
    left = (day - today).days
    rule = finding["control"]
    return Item(
        key=f"waiver/{finding['vendor']}/{waiver['id']}",
        kind=Kind.DUE,
        vendor=finding["vendor"],
        rule=rule,
        severity=finding["severity"],
        state=_remembered(finding["vendor"], rule, finding["severity"], day.isoformat(), terms.step(left)),
        message=finding["message"],
        fix=finding["fix"],
        place=f"{waiver['path']}:1:1",
        day=day.isoformat(),
        left=left,
        causes=(f"waiver {waiver['id']} excuses it until {waiver['expires']}",),
    )


def _remembered(vendor: str, rule: str, severity: str, day: str, step: int) -> JsonObject:
    return {"vendor": vendor, "rule": rule, "severity": severity, "day": day, "step": step}


def overdue(message: str, fix: str, run: int, today: date) -> Item:
    """Return what tells that the nightly run is missing: once a day, until there is a new run."""
    state = {"vendor": "", "rule": "run", "severity": "", "run": run, "on": today.isoformat()}
    return Item("overdue", Kind.OVERDUE, "", "run", "", state, message=message, fix=fix)


def digests(every: Iterable[Item], book: Book, refused: Mapping[str, str]) -> list[Digest]:
    """Return a digest for each person who is told something; `refused` says of addresses why they cannot be."""
    found: dict[str, list[Item]] = {}
    instead: dict[str, set[str]] = {}
    for item in every:
        passed_over = []
        recipient = ""
        for address in filter(None, book.chain(item)):
            fault = refused.get(address) or book.fault(address)
            if not fault:
                recipient = address
                break
            passed_over.append(f"{address}, who is named for {item.vendor or item.rule}, {fault}")
        found.setdefault(recipient, []).append(item)
        instead.setdefault(recipient, set()).update(passed_over)
    return [Digest(one, tuple(found[one]), tuple(sorted(instead[one]))) for one in sorted(found)]


def machine(digest: Digest) -> JsonObject:
    """Return a digest as plain JSON values."""
    told = [{**asdict(item), "kind": str(item.kind), "causes": list(item.causes)} for item in digest.items]
    for one in told:
        del one["state"]
    return {"id": digest.id, "to": digest.recipient, "instead_of": list(digest.instead_of), "items": told}
