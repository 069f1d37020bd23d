"""Sites of reports that were made up: without judging, without a history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.model import Result, Status
from checker.report import site
from checker.report.json import to_dict
from tests.report.builders import CONTROLS, make_assessment, make_finding, make_report

if TYPE_CHECKING:
    from pathlib import Path

    from checker.model import Report

FAMILIES = {"DP": "Data protection", "EN": "Encryption", "LA": "Access", "AA": "Assurance", "PC": "People"}


def material(report: Report, **changes: Any) -> site.Material:
    """Return what a site of a report is made of, with what the library would say of its controls."""
    values = {
        "report": to_dict(report),
        "catalogue": {one.id: one for one in CONTROLS},
        "families": FAMILIES,
        "meanings": {one.id: one.findings for one in CONTROLS},
        "parameters": {},
    }
    return site.Material(**{**values, **changes})


def write(folder: Path, made: site.Material, known: dict[str, site.Known] | None = None) -> Path:
    """Write all pages of a site."""
    whole = site.Site(made)
    with site.swapped_in(folder) as place:
        for case in whole.cases():
            text = site.vendor_page(whole.shell, case, (known or {}).get(case.vendor["path"]))
            site.write(place, f"vendors/{case.page}.html", text)
        for name, text in whole.pages({}):
            site.write(place, name, text)
    return folder


def many(count: int) -> Report:
    """Return a report of many vendors: every third blocked, every fourth of the others with a warning."""
    return make_report(*(_one(index) for index in range(count)))


def _one(index: int) -> Any:
    vendor = f"vendor-{index:05d}"
    statuses = dict.fromkeys((one.id for one in CONTROLS), Status.PASS)
    found = {}
    if index % 3 == 0:
        statuses["DP-03"], found = Status.FAIL, {"DP-03": make_finding(vendor=vendor, status=Status.FAIL)}
    elif index % 4 == 0:
        statuses["PC-03"] = Status.WARN
        found = {"PC-03": make_finding("PC-03.old", vendor=vendor, status=Status.WARN, blocks=False)}
    results = (Result(name, status, (found[name],) if name in found else ()) for name, status in statuses.items())
    tier = ("critical", "high", "medium", "low")[index % 4]
    return make_assessment(vendor, *results, name=f"Example Services {index}", tier=tier)
