"""Laws and standards by reference: the controls mapped to an article or clause, and how each vendor stands there."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from checker.model import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from checker.model import Assessment, Control, Report

SortKey: TypeAlias = "tuple[tuple[int, int, str], ...]"

FAILING = (Status.ERROR, Status.FAIL, Status.UNDETERMINED)
"""What makes a reference fail for a vendor, the heaviest first; what could not be decided is no pass."""

_TOKEN = re.compile(r"[0-9]+|[^\W\d_]+")
_ROMAN = {text: value for value, text in enumerate("i ii iii iv v vi vii viii ix x xi xii xiii xiv xv".split(), 1)}
_WEIGHT = {status: weight for weight, status in enumerate(Status)}


@dataclass(frozen=True, slots=True)
class Framework:
    """One law or standard, as the controls name it."""

    name: str
    slug: str
    """The name in small letters and digits, to be typed."""
    references: Mapping[str, tuple[Control, ...]]
    """The controls by article or clause, in the order of the text."""

    @property
    def controls(self) -> tuple[Control, ...]:
        """All controls that are mapped to it, by id."""
        found = {one.id: one for some in self.references.values() for one in some}
        return tuple(found[name] for name in sorted(found))


@dataclass(frozen=True, slots=True)
class Standing:
    """How one vendor stands at one reference: the worst of the controls mapped to it."""

    vendor: str
    path: str
    status: Status
    results: tuple[tuple[str, Status], ...]
    """The status of each judged control, by its id."""


@dataclass(frozen=True, slots=True)
class Row:
    """One reference; a range such as `28(3)(a)-(h)` is one."""

    reference: str
    controls: tuple[Control, ...]
    """The controls that were judged."""
    left_out: tuple[Control, ...]
    """Those mapped to it as well that the run did not judge."""
    standings: tuple[Standing, ...]
    """One for each manifest, by vendor; empty when no control was judged."""

    @property
    def counts(self) -> dict[Status, int]:
        """How many vendors have each status."""
        found = Counter(standing.status for standing in self.standings)
        return {status: found[status] for status in Status}

    @property
    def worst(self) -> Status | None:
        """The heaviest status of any vendor; None when nothing was judged."""
        return min((one.status for one in self.standings), key=_WEIGHT.__getitem__, default=None)


@dataclass(frozen=True, slots=True)
class Coverage:
    """One framework seen through one run."""

    framework: Framework
    rows: tuple[Row, ...]
    report: Report


def frameworks(controls: Iterable[Control]) -> dict[str, Framework]:
    """Return every framework that a control is mapped to, by `plain_name`, ordered by name."""
    names: dict[str, str] = {}
    mapped: dict[str, dict[str, list[Control]]] = {}
    for control in controls:
        for name, references in control.frameworks.items():
            key = plain_name(name)
            names.setdefault(key, name)
            for reference in dict.fromkeys(references):
                mapped.setdefault(key, {}).setdefault(reference, []).append(control)
    return {
        key: Framework(names[key], slug(names[key]), {name: tuple(found[name]) for name in sorted(found, key=order)})
        for key, found in sorted(mapped.items(), key=lambda pair: order(names[pair[0]]))
    }


def plain_name(name: str) -> str:
    """Return a name reduced to small letters and digits, so that `ISO 27001`, `iso27001` and `iso_27001` are one."""
    return "".join(char for char in name.lower() if char.isalnum())


def slug(name: str) -> str:
    """Return a name as it is typed: `PCI DSS` is `pci_dss`, `ISO 27001` is `iso27001`."""
    joined = "_".join(_TOKEN.findall(name.lower()))
    return re.sub(r"(?<=[a-z])_(?=[0-9])", "", joined)


def order(reference: str) -> SortKey:
    """Return the key that sorts references as the text has them: numbers by value, `(iv)` before `(v)`."""
    tokens = _TOKEN.findall(reference)
    if tokens[:1] in (["Art"], ["Article"]):
        tokens = tokens[1:]
    # The text itself comes last, so that no two references share a place.
    return (*map(_token, tokens), (-1, 0, reference))


def _token(text: str) -> tuple[int, int, str]:
    if text.isdecimal():
        return 0, int(text), ""
    # Points such as (i) stand where the letter i stands; only small letters count as numerals.
    return (1, _ROMAN[text], "i") if text in _ROMAN else (1, 0, text.lower())


def cover(framework: Framework, report: Report) -> Coverage:
    """Return how the vendors of a run stand at every reference of a framework."""
    judged = {control.id for control in report.controls}
    vendors = sorted(report.assessments, key=lambda one: (one.vendor, one.path))
    results = [{result.control: result.status for result in one.results} for one in vendors]
    pairs = list(zip(vendors, results, strict=True))

    @cache  # many references are met by the same controls
    def standings(ids: tuple[str, ...]) -> tuple[Standing, ...]:
        return tuple(_standing(one, statuses, ids) for one, statuses in pairs) if ids else ()

    def row(reference: str, controls: Sequence[Control]) -> Row:
        taken = tuple(control for control in controls if control.id in judged)
        left_out = tuple(control for control in controls if control.id not in judged)
        return Row(reference, taken, left_out, standings(tuple(control.id for control in taken)))

    return Coverage(framework, tuple(row(name, some) for name, some in framework.references.items()), report)


def _standing(assessment: Assessment, results: Mapping[str, Status], controls: Sequence[str]) -> Standing:
    # A manifest that could not be read has no result at all, which must not look like a pass.
    found = tuple((control, results.get(control, Status.ERROR)) for control in controls)
    worst = min((status for _, status in found), key=_WEIGHT.__getitem__)
    return Standing(assessment.vendor, assessment.path, worst, found)
