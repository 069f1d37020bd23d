"""SARIF 2.1.0, within the limits that GitHub puts on an upload."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from checker.model import Change, Severity, Status
from checker.report.escape import json_document, markdown_text, prose, uri_path
from checker.report.summary import FAILED, detail_lines, expiry, message, placed, worst_first

if TYPE_CHECKING:
    from checker.model import Control, Finding, JsonObject, Report
    from checker.report.summary import Placed

RESULTS = 25_000
"""Results that GitHub takes per run; it shows the 5,000 with the highest severity."""
TAGS = 10
"""Tags that GitHub shows per rule."""

_SCORE = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.5"}
_LEVEL = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
}
# What the findings are about that no control gives; all others tell of a defect of a file.
_GROUPS = {
    "review": "Change that a reviewer must look at",
    "waiver": "Accepted risk",
    "baseline": "Accepted state at the start",
    "engine": "Evaluation that did not end",
    "parameters": "Parameters of the policies",
}
_BASELINE_STATE = {
    Change.NEW: "new",
    Change.WORSE: "updated",
    Change.CHANGED: "updated",
    Change.EXISTING: "unchanged",
    Change.BETTER: "updated",
    Change.FIXED: "absent",
}


def render(report: Report) -> str:
    """Render the report as one SARIF run; in a review what it mends is in it, too, as absent."""
    pairs = placed(report)
    if report.review:
        pairs += [(finding, None) for finding in report.review.fixed]
    kept = sorted(worst_first(pairs)[:RESULTS], key=lambda pair: pair[0].sort_key)
    rules = sorted({finding.rule: finding for finding, _ in kept}.items())
    index = {rule: place for place, (rule, _) in enumerate(rules)}
    controls = {control.id: control for control in report.controls}
    run: JsonObject = {
        "tool": {"driver": _driver(report, [_rule(item, controls.get(item.control)) for _, item in rules])},
        "automationDetails": {"id": f"vendorpolicy/{quote(prose(report.provenance.profile), safe='')}/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the repository."}}},
        "invocations": [_invocation(report, left_out=len(pairs) - len(kept))],
        "results": [_result(pair, index[pair[0].rule], report) for pair in kept],
        "properties": _properties(report),
    }
    schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    return json_document({"$schema": schema, "version": "2.1.0", "runs": [run]})


def _driver(report: Report, rules: list[JsonObject]) -> JsonObject:
    version = prose(report.provenance.tool)
    return {
        "name": "checker",
        "fullName": f"checker {version}, compliance as code for vendors",
        "version": version,
        "semanticVersion": version,
        "rules": rules,
    }


def _rule(finding: Finding, control: Control | None) -> JsonObject:
    rule: JsonObject = {"id": prose(finding.rule, 255), "name": _name(finding, control)}
    if control is None:
        severity, tags = finding.severity, ["compliance", "manifest"]
        group = _GROUPS.get(finding.control, "Defect of a file")
        rule["shortDescription"] = {"text": f"{group}: {_sentence(finding.rule.replace('_', ' '))}"}
    else:
        severity, tags = control.severity, ["compliance", "security", control.id, *sorted(control.frameworks)]
        rule |= _described(control)
    rule["defaultConfiguration"] = {"level": _LEVEL[severity]}
    rule["properties"] = {
        "security-severity": _SCORE[severity],
        "tags": list(dict.fromkeys(prose(tag) for tag in tags))[:TAGS],
        "precision": "very-high",
    }
    return rule


def _name(finding: Finding, control: Control | None) -> str:
    """Return the rule's name in Pascal case, as SARIF asks: `InternationalTransfersNoMechanism`."""
    _, _, code = finding.rule.partition(".")
    words = f"{control.package.rpartition('.')[2]} {code}" if control and code else finding.rule
    return "".join(word.capitalize() for word in re.findall("[a-zA-Z0-9]+", words)) or "Rule"


def _described(control: Control) -> JsonObject:
    described: JsonObject = {
        "shortDescription": {"text": _sentence(f"{control.id} {control.title}")},
        "fullDescription": {"text": _sentence(control.description or control.title)},
        "help": {"text": _help(control), "markdown": _help_markdown(control)},
    }
    if control.resources and (address := _web_address(control.resources[0][0])):
        described["helpUri"] = address
    return described


def _web_address(address: str) -> str:
    return quote(address, safe="/:?#=&%+,;~") if re.match(r"https?://[\w.-]+(/|$)", address, re.ASCII) else ""


def _help(control: Control) -> str:
    fix = [f"Fix: {prose(control.remediation)}"] if control.remediation else []
    lines = [prose(control.description), *fix]
    return "\n".join(
        [*lines, *(f"{prose(name)}: {_list(items)}" for name, items in sorted(control.frameworks.items()))]
    )


def _help_markdown(control: Control) -> str:
    fix = [f"**Fix:** {_md(control.remediation)}"] if control.remediation else []
    lines = [_md(control.description), *fix]
    maps = [f"- **{_md(name)}**: {_md(_list(items))}" for name, items in sorted(control.frameworks.items())]
    return "\n\n".join([*lines, "\n".join(maps)] if maps else lines)


def _list(items: tuple[str, ...]) -> str:
    return prose(", ".join(items))


def _md(text: str) -> str:
    return markdown_text(prose(text))


def _sentence(text: str) -> str:
    return f"{_unlinked(prose(text)).rstrip('.')}."


def _unlinked(text: str) -> str:
    """Break what SARIF viewers read as a link or a placeholder in a plain message."""
    return re.sub(r"\{(?=\d)", "{ ", text.replace("](", "] ("))


def _result(pair: Placed, index: int, report: Report) -> JsonObject:
    finding, assessment = pair
    place = finding.location
    return {
        "ruleId": prose(finding.rule, 255),
        "ruleIndex": index,
        "kind": "fail",
        "level": _level(finding),
        "message": {"text": _message(pair, report)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": uri_path(place.path), "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": max(1, place.line), "startColumn": max(1, place.column)},
                },
                "logicalLocations": [{"fullyQualifiedName": prose(f"{finding.vendor}: {finding.subject}", 255)}],
            }
        ],
        **({"baselineState": _BASELINE_STATE[finding.change]} if finding.change else {}),
        "partialFingerprints": {"vendorpolicy/v1": finding.fingerprint},
        "suppressions": _suppressions(finding),
        "properties": {
            "vendor": prose(finding.vendor, 120),
            "tier": prose(assessment.tier if assessment else "", 120),
            "severity": str(finding.severity),
            "status": str(finding.status),
            "blocks": finding.blocks,
        },
    }


def _level(finding: Finding) -> str:
    if finding.blocks or finding.status is Status.ERROR:
        return "error"
    return "warning" if finding.status in FAILED or finding.status is Status.WAIVED else "note"


def _message(pair: Placed, report: Report) -> str:
    return _unlinked("\n".join([message(pair[0]), *detail_lines(pair, report.threshold)]))


def _suppressions(finding: Finding) -> list[JsonObject]:
    if finding.baseline:
        told = f"in the baseline until {prose(finding.baseline)}"
        return [{"kind": "external", "status": "accepted", "justification": told}]
    if finding.waiver is None:
        return []
    waiver = finding.waiver
    justification = f"{prose(waiver.id)}, until {expiry(waiver)}: {prose(waiver.reason)}"
    place = {"artifactLocation": {"uri": uri_path(waiver.path), "uriBaseId": "%SRCROOT%"}}
    return [
        {
            "kind": "external",
            "status": "accepted",
            "justification": justification,
            "location": {"physicalLocation": place},
        }
    ]


def _invocation(report: Report, *, left_out: int) -> JsonObject:
    told = [{"level": "note", "message": {"text": _sentence(note)}} for note in report.notes]
    if left_out:
        text = f"{left_out:,} results are left out, the worst {RESULTS:,} kept; the JSON report has all."
        told.insert(0, {"level": "warning", "message": {"text": text}})
    return {
        "executionSuccessful": report.exit_code <= 1,
        "exitCode": report.exit_code,
        "toolExecutionNotifications": told,
    }


def _properties(report: Report) -> JsonObject:
    made = report.provenance
    names = ("engine", "opa", "as_of", "profile", "policies", "parameters", "schemas", "revision")
    return {name: prose(getattr(made, name)) for name in names} | {
        "threshold": str(report.threshold or ""),
        "vendors": len(report.assessments),
        "controls": len(report.controls),
    }
