"""A published list of 515 strings that break programs, in every place of a site that a file's text reaches."""

import json
import re
import unicodedata
from dataclasses import replace

import pytest

from checker.model import Assessment, Cause, Forecast, Lapse, Location, Result, Severity, Status, WaiverRef
from checker.report import site
from tests.report.builders import make_finding, make_report
from tests.report.reading import hidden
from tests.report.test_naughty import STRINGS
from tests.site.builders import material, write
from tests.site.reading import pages

ELEMENTS = set(
    "html head meta title link script body a header nav form label input main section p h1 h2 h3 svg rect path text g"
    " circle ul li strong span bdi div table caption thead tbody tfoot tr th td details summary dl dt dd pre"
    " code footer select option optgroup button".split()
)
ATTRIBUTES = set(
    "lang charset http-equiv content name rel href type src defer class id role action method for placeholder"
    " autocomplete aria-keyshortcuts aria-label aria-labelledby aria-current aria-hidden tabindex title scope colspan"
    " hidden value label open viewbox preserveaspectratio x y width height d cx cy r".split()
)


def hostile(folder):
    """Write a site whose every text from a file is one of the strings."""
    report = make_report(*(_assessment(text, place) for place, text in enumerate(STRINGS)), notes=tuple(STRINGS[:50]))
    findings = [one.findings[0] for one in report.assessments]
    report = replace(report, others=tuple(findings[:40]))
    events = tuple(site.Event(2, "2026-11-22", _change(finding), begins=True) for finding in findings if finding.vendor)
    lapses = tuple(
        Lapse("2026-12-01", text, text, text, one.results[0], (Cause(text, Location(text, 1)),))
        for text, one in zip(STRINGS, report.assessments, strict=True)
    )
    forecast = Forecast(report.provenance, report.controls, "2027-02-20", lapses, 515, 0, (), 0)
    past = tuple(site.Past(number, day, {"blocked": 515}) for number, day in ((1, "2026-11-21"), (2, "2026-11-22")))
    known = {
        one.path: site.Known(
            text, text, {"DP-03": _basis(text)}, (_proof(text),), (site.Row(text, text, Location(text)),)
        )
        for text, one in zip(STRINGS, report.assessments, strict=True)
    }
    source = site.Sources("https://host.example/{revision}/{path}#L{line}", "3f1c2d4")
    made = material(report, events=events, forecast=forecast, past=past, run=2, sources=source)
    return write(folder, made, known)


def _assessment(text, place):
    waiver = WaiverRef(text, text, "2027-01-01", text)
    finding = make_finding(
        message=text,
        fix=text,
        subject=text,
        vendor=text,
        location=Location(text or "x", 3, 5),
        severity=Severity.HIGH,
        waiver=waiver if place % 2 else None,
    )
    problem = replace(finding, rule="schema.enum", blocks=bool(place % 3), subject="problem")
    name = f"vendor_manifests/{place}{text}.yaml"
    return Assessment(name, text, text, text, text, (Result("DP-03", Status.FAIL, (finding,)),), (problem,))


def _change(finding):
    return {
        "vendor": finding.vendor,
        "fingerprint": finding.fingerprint,
        "rule": finding.rule,
        "severity": "high",
        "kind": "new",
        "before": "",
        "after": "fail",
        "blocks_before": False,
        "blocks_after": True,
        "causes": (finding.message,),
    }


def _basis(text):
    row = site.Row(text, text, Location(text or "x", 2))
    return site.Basis((row,), (text,), (row,), (row,), (text,))


def _proof(text):
    return site.Proof(text, text, text, text, text, text, text, Location(text or "x", 4))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return hostile(tmp_path_factory.mktemp("hostile") / "site")


@pytest.fixture(scope="module")
def read(folder):
    return pages(folder)


def test_only_our_own_elements_are_there(read):
    assert len(read) > 515
    for name, page in read.items():
        tags = {tag for tag, _ in page.elements}
        attributes = {key for _, found in page.elements for key in found}
        assert tags <= ELEMENTS, (name, tags - ELEMENTS)
        assert attributes <= ATTRIBUTES, (name, attributes - ATTRIBUTES)


def test_links_lead_nowhere_else(read):
    kinds = re.compile(
        r"(\.\./)?([a-z0-9_-]+/)?[A-Za-z0-9_-]+\.html(#[A-Za-z0-9_=&-]+)?|#[A-Za-z0-9_-]+|https://(host|eur-lex)\."
    )
    for name, page in read.items():
        wrong = [link for link in page.links if not kinds.match(link)]
        assert not wrong, (name, wrong)


def test_nothing_hidden_is_left(read):
    for name, page in read.items():
        left = {char for char in hidden(page.text) if unicodedata.category(char) != "Zs"}
        assert left <= {"\n"}, (name, left)


def test_pages_are_named_by_ids_that_are_fit_for_it(folder):
    names = [path.name for path in (folder / "vendors").iterdir()]
    assert len(names) == 515
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9_-]*\.html", name) for name in names)
    assert not {"con.html", "nul.html", "aux.html"}.intersection(names)


def test_the_data_is_plain_ascii_and_ends_no_element(folder):
    text = (folder / "vendors.js").read_bytes().decode("ascii")
    assert "<" not in text
    value = json.loads(text.removeprefix("window.vendorData = ").removesuffix(";\n"))
    assert len(value["rows"]) == 515
