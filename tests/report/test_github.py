"""Workflow commands, read back the way GitHub's runner reads them."""

import pytest

from checker.model import Location, Result, Severity, Status
from checker.report import render
from tests.report.builders import clean, hostile, make_assessment, make_finding, make_report, mixed
from tests.report.reading import commands, hidden

ELSEWHERE = "all are in the job summary and in the JSON report"


def shown(report):
    return render("github", report)


def test_levels_follow_what_blocks():
    levels = [(command.name, command.properties["title"]) for command in commands(shown(mixed()))]
    assert levels == [
        ("error", "engine.timeout (critical)"),
        ("error", "DP-03.no_mechanism (critical)"),
        ("error", "yaml.duplicate_key (critical)"),
        ("error", "LA-03.no_vdi (high)"),
        ("warning", "DP-03.no_mechanism (critical)"),
        ("warning", "AA-01.too_old (high)"),
        ("warning", "AA-01.lapses_soon (high)"),
        ("warning", "PC-03.no_standard (medium)"),
        ("warning", "waiver.expired (medium)"),
        ("notice", "EN-02.algorithm (critical)"),
    ]
    assert shown(mixed()).endswith("\nchecker: 4 errors, 5 warnings, 1 notice\n")


def test_an_annotation_has_its_place_and_the_fix():
    command = commands(shown(mixed()))[1]
    assert command.properties["file"] == "vendor_manifests/halcyon-support.yaml"
    assert (command.properties["line"], command.properties["col"]) == ("7", "7")
    message, fix = command.data.split("\n")
    assert message == "Data of EEA residents goes to PH without a transfer mechanism"
    assert fix.startswith("fix: Sign the SCC module")


def many(**counts):
    kinds = {
        "errors": {"blocks": True},
        "warnings": {"status": Status.WARN, "blocks": False},
        "notices": {"status": Status.WAIVED, "blocks": False},
    }
    findings = [
        make_finding(subject=str(number), location=Location("a.yaml", number + 1), **kinds[kind])
        for kind, count in counts.items()
        for number in range(count)
    ]
    return make_report(make_assessment("a", Result("DP-03", Status.FAIL, tuple(findings))))


@pytest.mark.parametrize(
    ("counts", "last"),
    [
        ({"errors": 10, "notices": 1}, "checker: 10 errors, 1 notice"),
        (
            {"errors": 34, "warnings": 1},
            f"checker: 10 of 34 errors, 1 warning shown; {ELSEWHERE}",
        ),
        (
            {"warnings": 1200, "notices": 11},
            f"checker: 10 of 1,200 warnings, 10 of 11 notices shown; {ELSEWHERE}",
        ),
    ],
)
def test_at_most_ten_of_a_level_and_the_true_totals(counts, last):
    text = shown(many(**counts))
    assert len(commands(text)) == sum(min(count, 10) for count in counts.values())
    assert text.splitlines()[-1] == last


def test_the_worst_are_among_the_ten():
    report = many(errors=40)
    worst = make_finding(severity=Severity.CRITICAL, rule="LL-01.expired", location=Location("z.yaml", 999))
    lesser = [make_finding(severity=Severity.HIGH, location=Location("a.yaml", number)) for number in range(1, 40)]
    report = make_report(make_assessment("a", Result("DP-03", Status.FAIL, (*lesser, worst))))
    assert commands(shown(report))[0].properties["title"] == "LL-01.expired (critical)"


def test_a_clean_run_says_so_without_a_command():
    assert shown(clean()) == "checker: nothing to report for 2 vendors\n"


def test_hostile_text_makes_no_command_and_adds_no_property():
    text = shown(hostile())
    *lines, last = text.splitlines()
    found = commands(text)
    assert len(found) == len(lines)
    assert last.startswith("checker: 10 of ")
    for command in found:
        assert command.name in {"error", "warning", "notice"}
        assert list(command.properties) == ["file", "line", "col", "title"]
        assert (command.properties["line"], command.properties["col"]) == ("3", "5")
        assert not hidden(command.data)
    assert not hidden(text)
