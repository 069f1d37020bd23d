"""The JSON report against its published schema."""

import json
from pathlib import Path

import jsonschema_rs
import pytest

from checker.report import render
from tests.report.builders import REPORTS, clean, mixed
from tests.report.reading import commands

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "report.schema.json").read_text("utf-8"))


def loaded(report):
    return json.loads(render("json", report))


@pytest.mark.parametrize("name", REPORTS)
def test_reports_keep_to_the_schema(name):
    jsonschema_rs.validator_for(SCHEMA).validate(loaded(REPORTS[name]()))


def test_the_schema_is_a_schema():
    jsonschema_rs.meta.validate(SCHEMA)
    assert SCHEMA["$id"] == "urn:vendorpolicy:v1:report"


@pytest.mark.parametrize(
    "break_it",
    [
        lambda report: report.update(extra=1),
        lambda report: report["provenance"].pop("as_of"),
        lambda report: report["vendors"][0]["results"][0].update(status="passed"),
        lambda report: report["vendors"][0]["results"][0]["findings"][0].update(line=0),
        lambda report: report.update(exit_code=2),
    ],
)
def test_the_schema_refuses_what_is_no_report(break_it):
    report = loaded(mixed())
    break_it(report)
    assert not jsonschema_rs.validator_for(SCHEMA).is_valid(report)


def test_every_object_is_closed_and_every_property_described():
    objects = [SCHEMA, *(part for part in SCHEMA["$defs"].values() if part.get("type") == "object")]
    objects.append(SCHEMA["$defs"]["summary"]["properties"]["verdicts"])
    for part in objects:
        assert part["additionalProperties"] is False
        assert sorted(part["required"]) == sorted(part["properties"])
        assert all(item["description"].endswith(".") for item in part["properties"].values())


def test_counts_and_outcome():
    report = loaded(mixed())
    assert report["exit_code"] == 3
    assert report["threshold"] is None
    assert report["summary"] == {
        "vendors": 6,
        "controls": 5,
        "blocking": 4,
        "verdicts": {"blocked": 1, "unjudged": 2, "passes_with_warnings": 2, "passes": 1},
        "results": {
            "error": 1,
            "fail": 3,
            "undetermined": 1,
            "waived": 1,
            "warn": 2,
            "pass": 14,
            "not_applicable": 2,
        },
        "findings": {
            "error": 1,
            "fail": 4,
            "undetermined": 1,
            "waived": 1,
            "warn": 3,
            "pass": 0,
            "not_applicable": 0,
        },
    }
    assert loaded(clean())["exit_code"] == 0


def test_a_finding_is_told_in_full():
    [finding] = loaded(mixed())["vendors"][0]["results"][1]["findings"]
    original = mixed().assessments[0].results[1].findings[0]
    assert finding["fingerprint"] == original.fingerprint
    assert (finding["path"], finding["line"], finding["column"]) == (original.location.path, 9, 13)
    assert finding["waiver"]["id"] == "W-2026-007"
    assert finding["starts_on"] is None


def test_hostile_text_is_kept_whole_and_harmless():
    report = REPORTS["hostile"]()
    written = render("json", report)
    assert written.isascii()
    assert not commands(written)
    names = [vendor["name"] for vendor in json.loads(written)["vendors"]]
    assert names == [item.name.encode("utf-8", "backslashreplace").decode() for item in report.assessments]
