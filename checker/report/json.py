"""The machine record of a run, after `schemas/report.schema.json`; nothing is shortened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.model import Status
from checker.report.escape import json_document
from checker.report.summary import verdict, verdicts

if TYPE_CHECKING:
    from checker.model import (
        Assessment,
        Control,
        Finding,
        Flip,
        Impact,
        JsonObject,
        Provenance,
        Report,
        Result,
        Review,
        ReviewedManifest,
        ReviewedWaiver,
    )


def render(report: Report) -> str:
    """Render the report as JSON; equal reports give equal bytes."""
    return json_document(to_dict(report))


def to_dict(report: Report) -> JsonObject:
    """Return the report as plain JSON values."""
    return {
        "apiVersion": "vendorpolicy/v1",
        "kind": "Report",
        "exit_code": report.exit_code,
        "threshold": report.threshold and str(report.threshold),
        "summary": _summary(report),
        "provenance": _provenance(report.provenance),
        "notes": list(report.notes),
        "controls": [_control(control) for control in report.controls],
        "vendors": [_vendor(assessment) for assessment in report.assessments],
        "portfolio": dict(report.portfolio),
        "others": [_finding(finding) for finding in report.others],
        "review": _review(report.review) if report.review else None,
    }


def _summary(report: Report) -> JsonObject:
    findings = dict.fromkeys(map(str, Status), 0)
    for finding in report.findings:
        findings[str(finding.status)] += 1
    return {
        "vendors": len(report.assessments),
        "controls": len(report.controls),
        "blocking": sum(finding.blocks for finding in report.findings),
        "verdicts": {str(name): count for name, count in verdicts(report).items()},
        "results": {str(status): count for status, count in report.counts.items()},
        "findings": findings,
    }


def _provenance(provenance: Provenance) -> JsonObject:
    return {
        "tool": provenance.tool,
        "engine": provenance.engine,
        "opa": provenance.opa,
        "as_of": provenance.as_of,
        "profile": provenance.profile,
        "policies": provenance.policies,
        "parameters": provenance.parameters,
        "schemas": provenance.schemas,
        "revision": provenance.revision,
    }


def _control(control: Control) -> JsonObject:
    return {
        "id": control.id,
        "title": control.title,
        "severity": str(control.severity),
        "package": control.package,
    }


def _vendor(assessment: Assessment) -> JsonObject:
    return {
        "path": assessment.path,
        "vendor": assessment.vendor,
        "name": assessment.name,
        "tier": assessment.tier,
        "lifecycle": assessment.lifecycle,
        "verdict": str(verdict(assessment)),
        "problems": [_finding(finding) for finding in assessment.problems],
        "results": [_result(result) for result in assessment.results],
    }


def _result(result: Result) -> JsonObject:
    return {
        "control": result.control,
        "status": str(result.status),
        "findings": [_finding(finding) for finding in result.findings],
    }


def _finding(finding: Finding) -> JsonObject:
    waiver = finding.waiver
    return {
        "fingerprint": finding.fingerprint,
        "rule": finding.rule,
        "control": finding.control,
        "status": str(finding.status),
        "severity": str(finding.severity),
        "blocks": finding.blocks,
        "message": finding.message,
        "fix": finding.fix,
        "path": finding.location.path,
        "line": finding.location.line,
        "column": finding.location.column,
        "vendor": finding.vendor,
        "subject": finding.subject,
        "pointer": finding.pointer,
        "value": finding.value or None,
        "starts_on": finding.starts_on or None,
        "change": finding.change and str(finding.change),
        "baseline": finding.baseline or None,
        "waiver": waiver and {"id": waiver.id, "path": waiver.path, "expires": waiver.expires, "reason": waiver.reason},
    }


def _review(review: Review) -> JsonObject:
    return {
        "base": review.base,
        "fork": review.fork,
        "head": review.head,
        "block": review.block,
        "manifests": [_reviewed(one) for one in review.manifests],
        "fixed": [_finding(finding) for finding in review.fixed],
        "waivers": [_waiver(one) for one in review.waivers],
        "impact": _impact(review.impact) if review.impact else None,
        "lapsing": [_finding(finding) for finding in review.lapsing],
        "horizon": review.horizon or None,
    }


def _reviewed(one: ReviewedManifest) -> JsonObject:
    return {
        "path": one.path,
        "vendor": one.vendor,
        "edit": str(one.edit),
        "verdict_before": str(verdict(one.before)) if one.before else None,
        "evidence": list(one.evidence),
        "lines": sorted(one.lines),
        "meaning": list(one.meaning),
    }


def _waiver(one: ReviewedWaiver) -> JsonObject:
    return {
        "id": one.id,
        "path": one.path,
        "vendor": one.vendor,
        "rule": one.rule,
        "edit": str(one.edit),
        "expires": one.expires,
        "reason": one.reason,
        "accepted": one.accepted,
        "effect": [_finding(finding) for finding in one.effect],
    }


def _impact(impact: Impact) -> JsonObject:
    return {
        "files": list(impact.files),
        "vendors": impact.vendors,
        "flips": [_flip(flip) for flip in impact.flips],
        "newly_blocked": list(impact.newly_blocked),
        "no_longer_blocked": list(impact.no_longer_blocked),
        "announced": [
            {"control": one.control, "starts_on": one.starts_on, "vendors": list(one.vendors)}
            for one in impact.announced
        ],
        "broken": impact.broken or None,
    }


def _flip(flip: Flip) -> JsonObject:
    return {
        "control": flip.control,
        "vendor": flip.vendor,
        "before": flip.before and str(flip.before),
        "after": flip.after and str(flip.after),
        "blocks_before": flip.blocks_before,
        "blocks_after": flip.blocks_after,
    }
