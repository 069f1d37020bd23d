"""Verdicts, order of weight and reasons."""

import pytest

from checker.model import Result, Severity, Status
from checker.report import summary
from tests.report.builders import make_assessment, make_finding, make_report, mixed, passing

FAIL = make_finding()
TOLERATED = make_finding(blocks=False)
ERROR = make_finding("engine.timeout", status=Status.ERROR)


@pytest.mark.parametrize(
    ("assessment", "verdict"),
    [
        (make_assessment("a", *passing()), "passes"),
        (make_assessment("a", Result("DP-03", Status.NOT_APPLICABLE)), "passes"),
        (make_assessment("a", Result("DP-03", Status.FAIL, (FAIL,))), "blocked"),
        (make_assessment("a", Result("DP-03", Status.FAIL, (TOLERATED,))), "passes with warnings"),
        (make_assessment("a", *passing(), problems=(TOLERATED,)), "passes with warnings"),
        (make_assessment("a", *passing(), problems=(FAIL,)), "blocked"),
        (make_assessment("a", problems=(TOLERATED,)), "could not be judged"),
        (make_assessment("a"), "could not be judged"),
        (make_assessment("a", Result("DP-03", Status.ERROR), *passing("EN-02")), "could not be judged"),
        (make_assessment("a", Result("DP-03", Status.FAIL, (FAIL, ERROR))), "could not be judged"),
    ],
)
def test_verdict(assessment, verdict):
    assert summary.verdict(assessment).label == verdict


@pytest.mark.parametrize(
    ("finding", "changes", "threshold", "reason"),
    [
        (FAIL, {}, None, ""),
        (make_finding(status=Status.WARN, blocks=False), {}, None, ""),
        (TOLERATED, {"tier": "low"}, None, "does not block at tier low"),
        (TOLERATED, {"tier": ""}, None, "does not block"),
        (TOLERATED, {}, Severity.CRITICAL, "does not block below severity critical"),
        (
            TOLERATED,
            {"lifecycle": "prospective"},
            Severity.LOW,
            "does not block while the vendor is prospective",
        ),
    ],
)
def test_leniency(finding, changes, threshold, reason):
    assert summary.leniency(finding, make_assessment("a", **changes), threshold) == reason


def test_leniency_outside_manifests():
    assert summary.leniency(TOLERATED, None, None) == "does not block"


def test_worst_first():
    rules = [finding.rule for finding, _ in summary.worst_first(summary.placed(mixed()))]
    assert rules == [
        "engine.timeout",
        "DP-03.no_mechanism",
        "yaml.duplicate_key",
        "LA-03.no_vdi",
        "DP-03.no_mechanism",
        "EN-02.algorithm",
        "AA-01.too_old",
        "AA-01.lapses_soon",
        "PC-03.no_standard",
        "waiver.expired",
    ]


def test_placed_has_the_order_and_the_findings_of_the_report():
    report = mixed()
    assert tuple(finding for finding, _ in summary.placed(report)) == report.findings


def test_worst_vendors_come_first():
    verdicts = [summary.verdict(item) for item in summary.worst_vendors(mixed())]
    assert verdicts == sorted(verdicts, key=list(summary.Verdict).index)


def test_verdicts_count_every_vendor():
    assert summary.verdicts(mixed()) == {
        "blocked": 1,
        "unjudged": 2,
        "passes_with_warnings": 2,
        "passes": 1,
    }
    assert set(summary.verdicts(make_report()).values()) == {0}


def test_a_waived_finding_shows_its_waiver_in_place_of_the_fix():
    [waived] = [pair for pair in summary.placed(mixed()) if pair[0].status is Status.WAIVED]
    [(label, [line])] = summary.details(waived, None)
    assert label == "WAIVED until"
    assert line.startswith("2026-12-31 (W-2026-007): The tape library")


@pytest.mark.parametrize(("count", "text"), [(0, "0 vendors"), (1, "1 vendor"), (1200, "1,200 vendors")])
def test_plural(count, text):
    assert summary.plural(count, "vendor") == text
