"""All pages of a site but those of the vendors: the portfolio, the lists, the controls and the frameworks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from checker.frameworks import cover, frameworks
from checker.model import Assessment, Control, Provenance, Report, Result, Severity, Status
from checker.report.escape import prose, script_value
from checker.report.site import overview, plots
from checker.report.site.material import page_names
from checker.report.site.shell import TEMPLATES, open_shell
from checker.report.site.states import State, counts, weight
from checker.report.site.vendor import Case
from checker.report.summary import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from checker.frameworks import Framework, Row
    from checker.model import JsonObject
    from checker.report.site.material import Material
    from checker.report.site.overview import Vendor
    from checker.report.site.shell import Listed, Shell

PAGE: Final = 100
"""Vendors on one of the pages that list them all."""
HEATED: Final = 25
"""Vendors in the heat map of the front page."""
SHOWN: Final = 200
"""Vendors listed on the page of a control."""
NAMED: Final = 8
"""Vendors named at one reference of a framework."""
ASSETS: Final = ("site.css", "site.js", "icon.svg")


@dataclass(frozen=True, slots=True)
class _Reference:
    """One article or clause on the page of its framework."""

    name: str
    anchor: str
    controls: tuple[Control, ...]
    left_out: tuple[Control, ...]
    bar: tuple[plots.Piece, ...]
    missed: tuple[Vendor, ...]
    more: int


class Site:
    """The pages of one run."""

    def __init__(self, material: Material) -> None:
        self._material = material
        self.shell: Shell = open_shell(material)
        self._names = page_names(material.report)
        self._listed = overview.vendors(material.report, self._names)

    def cases(self) -> Iterator[Case]:
        """Yield what the page of each vendor is made of, in the order of the report."""
        material = self._material
        events, lapses = defaultdict(list), defaultdict(list)
        for event in material.events:
            events[event.change["vendor"]].append(event)
        for lapse in material.forecast.lapses if material.forecast else ():
            lapses[lapse.vendor].append(lapse)
        for vendor, page in zip(material.report["vendors"], self._names, strict=True):
            name = vendor["vendor"]
            yield Case(vendor, page, material.courses.get(vendor["path"], ()), events[name], lapses[name])

    def pages(self, owners: Mapping[str, tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """Yield path and text of every other file; `owners` are name and mail address by path of a manifest."""
        yield "index.html", self._index(owners)
        yield from self._lists()
        yield "vendors.js", self._data(owners)
        yield "controls.html", self.shell.page("controls.html.j2", families=list(self._families()))
        for control in self.shell.controls.values():
            yield f"controls/{control.id}.html", self._control(control)
        yield from self._frameworks()
        for name in ASSETS:
            yield name, (TEMPLATES / name).read_text(encoding="utf-8")

    def _index(self, owners: Mapping[str, tuple[str, str]]) -> str:
        values = overview.index(self._material, self.shell, self._listed, owners)
        heat = overview.heat(self._listed[:HEATED], self.shell)
        return self.shell.page("index.html.j2", heat=heat, **values)

    def _lists(self) -> Iterator[tuple[str, str]]:
        known = {one.id: one for one in self._listed}
        changed = overview.changes(self._material, known)
        due = overview.dues(self._material.forecast, known)
        most = overview.MOST_ROWS
        before = overview.previous(self._material)
        yield "changes.html", self.shell.page("changes.html.j2", changed=changed, most=most, previous=before)
        plot = overview.timeline(self._material)
        yield "lapses.html", self.shell.page("lapses.html.j2", due=due, most=most, timeline=plot)
        parts = [self._listed[start : start + PAGE] for start in range(0, len(self._listed), PAGE)] or [[]]
        for number, some in enumerate(parts, 1):
            name = "vendors.html" if number == 1 else f"vendors-{number}.html"
            heat = overview.heat(some, self.shell)
            tiers = _tiers(self._listed)
            values: dict[str, Any] = {
                "heat": heat,
                "number": number,
                "count": len(parts),
                "total": len(self._listed),
                "tiers": tiers,
            }
            lifecycles = sorted({one.lifecycle for one in self._listed if one.lifecycle})
            yield name, self.shell.page("vendors.html.j2", lifecycles=lifecycles, first=(number - 1) * PAGE, **values)

    def _data(self, owners: Mapping[str, tuple[str, str]]) -> str:
        """Return the vendors as data for search and filters: one letter for each control's state."""
        controls = list(self.shell.controls)
        tiers, lifecycles = (sorted({getattr(one, name) for one in self._listed}) for name in ("tier", "lifecycle"))
        people = sorted({owners.get(one.path, ("", ""))[1] for one in self._listed})
        tier, lifecycle, person = (
            {name: place for place, name in enumerate(names)} for names in (tiers, lifecycles, people)
        )
        verdict = {one: place for place, one in enumerate(Verdict)}
        value: JsonObject = {
            "controls": controls,
            "families": [
                [one.id, one.title, controls.index(one.controls[0]), len(one.controls)] for one in self.shell.families
            ],
            "tiers": [prose(name) for name in tiers],
            "lifecycles": [prose(name) for name in lifecycles],
            "people": [prose(name) for name in people],
            "rows": [
                [
                    prose(one.id),
                    prose(one.name),
                    tier[one.tier],
                    lifecycle[one.lifecycle],
                    verdict[one.verdict],
                    "".join(one.states[name].letter if name in one.states else " " for name in controls),
                    person[owners.get(one.path, ("", ""))[1]],
                    0 if one.page == one.id else one.page,
                ]
                for one in self._listed
            ],
        }
        return f"window.vendorData = {script_value(value)};\n"

    def _families(self) -> Iterator[tuple[Any, list[tuple[Listed, list[tuple[State, int]], tuple[plots.Piece, ...]]]]]:
        for family in self.shell.families:
            rows = []
            for name in family.controls:
                counted = counts(one.states[name] for one in self._listed if name in one.states)
                rows.append((self.shell.controls[name], counted, _bar(counted)))
            yield family, rows

    def _control(self, control: Listed) -> str:
        material = self._material
        full = material.catalogue.get(control.id)
        standing = [(one, one.states[control.id]) for one in self._listed if control.id in one.states]
        standing.sort(key=lambda pair: weight(pair[1]))  # stable: the worst vendors stay first
        counted = counts(one for _, one in standing)
        return self.shell.page(
            "control.html.j2",
            depth=1,
            control=control,
            full=full,
            family=next(one for one in self.shell.families if one.id == control.family),
            counted=counted,
            bar=_bar(counted),
            standing=standing[:SHOWN],
            more=len(standing) - SHOWN,
            messages=self._messages[control.id],
            laws=self._laws(full),
            meanings=material.meanings.get(control.id, {}),
            held=material.parameters.get(control.id, ()),
        )

    @cached_property
    def _messages(self) -> Mapping[str, Mapping[str, JsonObject]]:
        """By control and manifest the heaviest finding."""
        found: dict[str, dict[str, JsonObject]] = defaultdict(dict)
        for vendor in self._material.report["vendors"]:
            for result in vendor.get("results", ()):
                if result["findings"]:
                    heaviest = max(result["findings"], key=lambda one: one["blocks"])
                    found[result["control"]][vendor["path"]] = heaviest
        return found

    @cached_property
    def _known(self) -> Mapping[str, Framework]:
        """The frameworks that a control of the run is mapped to."""
        catalogue = self._material.catalogue
        return frameworks(catalogue[name] for name in sorted(catalogue))

    def _laws(self, control: Control | None) -> list[tuple[Framework, list[tuple[str, str]]]]:
        """Return for each framework of a control its references, with their anchors."""
        if control is None:
            return []
        found = []
        for framework in self._known.values():
            if framework.name in control.frameworks:
                anchors = {name: f"r{place}" for place, name in enumerate(framework.references, 1)}
                found.append(
                    (
                        framework,
                        [
                            (name, anchors[name])
                            for name in framework.references
                            if control in framework.references[name]
                        ],
                    )
                )
        return found

    def _frameworks(self) -> Iterator[tuple[str, str]]:
        report = self._light()
        vendors = {one.path: one for one in self._listed}
        judged = {control.id for control in report.controls}
        rows = []
        for framework in self._known.values():
            if not judged.intersection(one.id for one in framework.controls):
                continue
            references = [
                self._reference(row, place, vendors) for place, row in enumerate(cover(framework, report).rows, 1)
            ]
            name = f"frameworks/{framework.slug}.html"
            yield name, self.shell.page("framework.html.j2", depth=1, framework=framework, references=references)
            missed = sum(bool(one.missed) for one in references)
            rows.append((framework, len(references), missed))
        yield "frameworks.html", self.shell.page("frameworks.html.j2", rows=rows)

    def _reference(self, row: Row, place: int, vendors: Mapping[str, Vendor]) -> _Reference:
        failing = {standing.path for standing in row.standings if standing.status in _FAILING}
        missed = [one for path, one in vendors.items() if path in failing]
        counted = [(_STATE[status], count) for status, count in row.counts.items() if count]
        return _Reference(
            name=row.reference,
            anchor=f"r{place}",
            controls=row.controls,
            left_out=row.left_out,
            bar=_bar(counted),
            missed=tuple(missed[:NAMED]),
            more=max(0, len(missed) - NAMED),
        )

    def _light(self) -> Report:
        """Return as much of the run as frameworks are held against."""
        report = self._material.report
        shared: dict[tuple[str, str], Result] = {}
        assessments = tuple(
            Assessment(
                one["path"],
                one["vendor"],
                results=tuple(
                    shared.setdefault(
                        (result["control"], result["status"]), Result(result["control"], Status(result["status"]))
                    )
                    for result in one.get("results", ())
                ),
            )
            for one in report["vendors"]
        )
        controls = tuple(
            self._material.catalogue[one["id"]] for one in report["controls"] if one["id"] in self._material.catalogue
        )
        return Report(Provenance(**report["provenance"]), controls, assessments)


_FAILING: Final = frozenset({Status.ERROR, Status.FAIL, Status.UNDETERMINED})
_STATE: Final = {
    Status.ERROR: State.ERROR,
    Status.FAIL: State.FAILS,
    Status.UNDETERMINED: State.UNDETERMINED,
    Status.WAIVED: State.WAIVED,
    Status.WARN: State.WARNS,
    Status.PASS: State.PASSES,
    Status.NOT_APPLICABLE: State.IRRELEVANT,
}


def _bar(counted: Sequence[tuple[State, int]]) -> tuple[plots.Piece, ...]:
    return plots.bar((one.look, one.sign, one.word, count) for one, count in counted)


def _tiers(listed: Sequence[Vendor]) -> list[str]:
    there = {one.tier for one in listed}
    return [*(str(one) for one in Severity if one in there), *sorted(there.difference(Severity, {""}))]
