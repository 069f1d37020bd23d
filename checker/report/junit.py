"""JUnit XML: a suite per vendor, a case per control and one named `file`; no times, so that bytes repeat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from checker.model import Finding, Status
from checker.report.escape import plain, prose, xml_text
from checker.report.summary import detail_lines, expiry, message, plural

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checker.model import Assessment, Control, Report, Result


_OTHERS = "other files"


@dataclass(frozen=True, slots=True)
class _Case:
    """One test case: `outcome` is empty for a pass, else the name of the element that tells the outcome."""

    name: str
    owner: str
    path: str
    outcome: str
    message: str
    body: str = ""
    output: str = ""


def render(report: Report) -> str:
    """Render the report as JUnit XML, in the dialect that Jenkins, GitLab and Azure read."""
    suites = [(_owner(item), _vendor_cases(item, report)) for item in report.assessments]
    if report.others:
        suites.append((_OTHERS, [_case(prose(item.rule, 120), (item,), None, report) for item in report.others]))
    root = ET.Element("testsuites", {"name": "checker", **_totals(case for _, cases in suites for case in cases)})
    for name, cases in suites:
        suite = ET.SubElement(root, "testsuite", {"name": xml_text(name), **_totals(cases)})
        for case in cases:
            _append(suite, case)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _totals(cases: Iterable[_Case]) -> dict[str, str]:
    outcomes = [case.outcome for case in cases]
    return {
        "tests": str(len(outcomes)),
        "failures": str(outcomes.count("failure")),
        "errors": str(outcomes.count("error")),
        "skipped": str(outcomes.count("skipped")),
        "time": "0",
    }


def _append(suite: ET.Element, case: _Case) -> None:
    attributes = {"name": case.name, "classname": case.owner, "file": case.path, "time": "0"}
    element = ET.SubElement(suite, "testcase", {key: xml_text(value) for key, value in attributes.items()})
    if case.outcome:
        told = ET.SubElement(element, case.outcome, {"message": xml_text(case.message)})
        told.text = xml_text(case.body) or None
    if case.output:
        ET.SubElement(element, "system-out").text = xml_text(case.output)


def _owner(assessment: Assessment) -> str:
    return prose(assessment.vendor or assessment.path, 120)


def _vendor_cases(assessment: Assessment, report: Report) -> list[_Case]:
    known = {control.id: control for control in report.controls}
    judged = [_control_case(item, known.get(item.control), assessment, report) for item in assessment.results]
    return [_file_case(assessment, report), *judged]


def _file_case(assessment: Assessment, report: Report) -> _Case:
    case = _case("file", assessment.problems, assessment, report)
    if case.outcome or assessment.results:
        return case
    unjudged = "skipped" if assessment.problems else "error"
    return _Case(case.name, case.owner, case.path, unjudged, "could not be judged", output=case.output)


def _control_case(result: Result, control: Control | None, assessment: Assessment, report: Report) -> _Case:
    name = prose(result.control if control is None else f"{control.id} {control.title}", 160)
    case = _case(name, result.findings, assessment, report)
    if case.outcome:
        return case
    if result.status is Status.ERROR:
        return _Case(name, case.owner, case.path, "error", "could not be evaluated")
    if result.status is Status.NOT_APPLICABLE:
        return _Case(name, case.owner, case.path, "skipped", "not applicable")
    if result.status is Status.WAIVED:
        return _Case(name, case.owner, case.path, "skipped", _waived(result.findings), output=case.output)
    return case


def _case(name: str, findings: tuple[Finding, ...], assessment: Assessment | None, report: Report) -> _Case:
    """Sort findings into the element that tells the outcome, and what is only said beside it."""
    errors = [finding for finding in findings if finding.status is Status.ERROR]
    failures = [finding for finding in findings if finding.blocks and finding.status is not Status.ERROR]
    told = errors + failures
    beside = [finding for finding in findings if not finding.blocks and finding.status is not Status.ERROR]
    outcome = "error" if errors else "failure" if failures else ""
    headline = message(told[0]) if told else ""
    if len(told) > 1:
        headline += f" (and {plural(len(told) - 1, 'more finding')})"
    body, output = ("\n".join(_lines(item, assessment, report) for item in group) for group in (told, beside))
    owner, path = (_OTHERS, findings[0].location.path) if assessment is None else (_owner(assessment), assessment.path)
    return _Case(name, owner, path, outcome, headline, body, output)


def _waived(findings: tuple[Finding, ...]) -> str:
    waivers = dict.fromkeys(finding.waiver for finding in findings if finding.waiver is not None)
    told = [f"until {expiry(item)} ({prose(item.id)}): {prose(item.reason)}" for item in waivers]
    return f"waived {'; '.join(told)}".rstrip()


def _lines(finding: Finding, assessment: Assessment | None, report: Report) -> str:
    weight = finding.severity if finding.blocks else finding.status
    place, rule = plain(str(finding.location)), prose(finding.rule, 120)
    below = detail_lines((finding, assessment), report.threshold)
    return "\n  ".join([f"{place}: {weight.upper()} {rule} {message(finding)}", *below])
