"""Parameters that nobody reviewed in time: a finding with a place and an owner, from the day after `review_by` on."""

from __future__ import annotations

import json
import shutil

import pytest

from tests.cases import tables
from tests.cli.program import ROOT, checker, repository
from tests.schema.material import parameters

RULE = "parameters.review_overdue"
PARAMETERS = parameters()
FIRST = min(data["review_by"] for data in PARAMETERS.values())
LATE = "2199-01-01"


@pytest.fixture
def place(tmp_path):
    return repository(tmp_path)


def told(place, day, *arguments):
    done = checker("check", "--as-of", day, "--only", "GR-01", "--output", "json", *arguments, cwd=place)
    assert done.code in {0, 1}, done.err
    report = json.loads(done.out)
    return report, [finding for finding in report["others"] if finding["rule"] == RULE]


def test_the_last_day_still_counts(place):
    assert told(place, FIRST)[1] == []


def test_every_late_file_is_a_finding_that_does_not_block(place):
    report, findings = told(place, LATE)
    assert {finding["subject"] for finding in findings} == {f"parameters[{name}].review_by" for name in PARAMETERS}
    assert {(finding["status"], finding["severity"], finding["blocks"]) for finding in findings} == {
        ("warn", "low", False)
    }
    assert len({finding["fingerprint"] for finding in findings}) == len(PARAMETERS)
    assert report["exit_code"] == 0
    assert report["notes"] == []


def test_a_finding_has_the_line_the_owner_and_the_day(place):
    shutil.copytree(ROOT / "policies", place / "policies")
    file = place / "policies/params/org/data.yaml"
    lines = ["# Ours.", "", *file.read_text().splitlines()]
    number = next(i for i, line in enumerate(lines, 1) if line.startswith("review_by:"))
    lines[number - 1] = 'review_by: "2026-11-21"'
    file.write_text("\n".join(lines) + "\n")
    (finding,) = told(place, tables.TODAY)[1]
    assert (finding["path"], finding["line"], finding["pointer"]) == (
        "policies/params/org/data.yaml",
        number,
        "/review_by",
    )
    assert "`org`" in finding["message"]
    assert "2026-11-21" in finding["message"]
    assert PARAMETERS["org"]["owner"] in finding["message"]
    assert "renew `reviewed_on` and `review_by`" in finding["fix"]
    text = checker("check", "--as-of", tables.TODAY, "--show-source", cwd=place).out
    assert f'{number} | review_by: "2026-11-21"' in text
    assert checker("check", "--as-of", "2026-11-21", cwd=place).out.count(RULE) == 0


def test_what_is_shipped_is_not_edited_where_it_lies(place):
    finding = told(place, LATE)[1][0]
    assert finding["path"].startswith("policies/params/")
    assert "install a newer checker" in finding["fix"]


@pytest.mark.parametrize("form", ["text", "sarif", "junit", "markdown", "github"])
def test_every_output_tells_it(place, form):
    assert RULE in checker("check", "--as-of", LATE, "--only", "GR-01", "--output", form, cwd=place).out
