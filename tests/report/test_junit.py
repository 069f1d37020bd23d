"""JUnit XML, read back with junitparser."""

from xml.etree import ElementTree as ET

import pytest
from junitparser import JUnitXml

from checker.model import Result, Status
from checker.report import render
from tests.report.builders import clean, hostile, make_assessment, make_finding, make_report, mixed
from tests.report.reading import commands, hidden


def parsed(text):
    return ET.fromstring(text)  # noqa: S314 - we wrote it


def read(report):
    return JUnitXml.fromstring(render("junit", report).encode())


def cases(report):
    """Vendor and control -> (kind of outcome, its message, text beside it)."""
    found = {}
    for suite in read(report):
        for case in suite:
            kinds = [(type(item).__name__.lower(), item.message) for item in case.result] or [("pass", "")]
            [(kind, message)] = kinds
            found[suite.name, case.name.split()[0]] = (kind, message, case.system_out or "")
    return found


@pytest.mark.parametrize(
    ("vendor", "case", "kind", "message", "beside"),
    [
        ("halcyon-support", "file", "pass", "", ""),
        ("halcyon-support", "DP-03", "failure", "Data of EEA residents goes to PH", ""),
        (
            "halcyon-support",
            "EN-02",
            "skipped",
            "waived until 2026-12-31 (W-2026-007): The tape",
            "WAIVED EN-02",
        ),
        ("halcyon-support", "LA-03", "failure", "Work from home is allowed", ""),
        ("halcyon-support", "AA-01", "pass", "", "WARN AA-01.lapses_soon"),
        ("halcyon-support", "PC-03", "pass", "", "blocks from 2027-01-01"),
        ("lumen-transcription", "AA-01", "pass", "", "does not block at tier low"),
        ("lumen-transcription", "LA-03", "skipped", "not applicable", ""),
        ("scribe-back-office", "DP-03", "error", "DP-03 was stopped after 2 s", ""),
        ("tidewater-payroll", "file", "failure", "The key `encryption` is given twice", ""),
        ("verdant-analytics", "DP-03", "pass", "", "does not block while the vendor is prospective"),
        ("nordhost-gmbh", "EN-02", "pass", "", ""),
        ("other files", "waiver.expired", "pass", "", "WARN waiver.expired"),
    ],
)
def test_outcomes(vendor, case, kind, message, beside):
    found = cases(mixed())[vendor, case]
    assert found[0] == kind
    assert (found[1] or "").startswith(message)
    assert beside in found[2]
    assert beside or not found[2]


def test_totals_are_those_a_reader_counts():
    xml = read(mixed())
    stated = (xml.tests, xml.failures, xml.errors, xml.skipped)
    xml.update_statistics()
    assert stated == (xml.tests, xml.failures, xml.errors, xml.skipped) == (31, 3, 1, 3)


def test_a_failure_tells_place_and_fix():
    text = parsed(render("junit", mixed())).find(".//failure").text
    first, fix = text.splitlines()
    assert first.startswith("vendor_manifests/halcyon-support.yaml:7:7: CRITICAL DP-03.no_mechanism Data of EEA")
    assert fix.startswith("  fix: Sign the SCC module")


def test_findings_of_one_control_are_told_together():
    findings = (make_finding(), make_finding(subject="b"), make_finding(subject="c", blocks=False))
    report = make_report(make_assessment("a", Result("DP-03", Status.FAIL, findings)))
    kind, message, beside = cases(report)["a", "DP-03"]
    assert (kind, message.endswith(" (and 1 more finding)")) == ("failure", True)
    assert beside.count("DP-03.no_mechanism") == 1


@pytest.mark.parametrize(
    ("problems", "kind"),
    [((), "error"), ((make_finding(blocks=False),), "skipped"), ((make_finding(),), "failure")],
)
def test_what_could_not_be_judged_never_passes(problems, kind):
    report = make_report(make_assessment("a", problems=problems))
    assert cases(report)["a", "file"][0] == kind


def test_an_error_without_a_finding_is_an_error():
    report = make_report(make_assessment("a", Result("DP-03", Status.ERROR)))
    assert cases(report)["a", "DP-03"][:2] == ("error", "could not be evaluated")


def test_a_clean_run_passes():
    xml = read(clean())
    assert (xml.tests, xml.failures, xml.errors, xml.skipped) == (12, 0, 0, 0)


def test_there_is_no_clock_in_it():
    times = [element.get("time") for element in parsed(render("junit", mixed())).iter() if element.get("time")]
    assert set(times) == {"0"}
    assert "timestamp" not in render("junit", mixed())


def test_hostile_text_is_legal_and_visible():
    written = render("junit", hostile())
    assert not commands(written)
    root = parsed(written.encode())
    assert {element.tag for element in root.iter()} == {
        "testsuites",
        "testsuite",
        "testcase",
        "failure",
        "skipped",
        "system-out",
    }
    for element in root.iter():
        for text in (element.text or "", *element.attrib.values()):
            assert not hidden(text)
    assert "A" * 300 not in " ".join(element.get("message", "") for element in root.iter())
