"""`checker report coverage` as a process: the list, the view, outputs and exit codes."""

from __future__ import annotations

import csv
import io
import json
import shutil

import pytest

from tests.cases import tables
from tests.cli.program import ROOT, checker, repository, write
from tests.real import need

DAY = ("--as-of", tables.TODAY)
COVERAGE = ("report", "coverage")
GDPR = (*COVERAGE, "--framework", "gdpr", *DAY)


@pytest.fixture
def place(tmp_path):
    place = repository(tmp_path)
    manifest = tables.base()
    manifest["metadata"]["id"] = "bad-vendor"
    manifest["encryption"]["in_transit"]["enabled_versions"] = ["1.1", "1.2"]
    write(place, tables.signed(manifest))
    return place


def statuses(place, *arguments):
    """Return {(reference, control, vendor): status} of a run."""
    done = checker(*GDPR, "--output", "csv", *arguments, cwd=place)
    assert done.code == 0, done.err
    rows = csv.DictReader(io.StringIO(done.out))
    return {(row["reference"], row["control"], row["vendor"]): row["status"] for row in rows}


def test_without_a_framework_they_are_listed(place):
    done = checker(*COVERAGE, cwd=place)
    assert (done.code, done.err) == (0, "")
    rows = [line.rsplit(maxsplit=3) for line in done.out.splitlines()]
    names = [row[0].strip() for row in rows[1:]]
    counts = {row[0].strip(): int(row[3]) for row in rows[1:]}
    assert names == sorted(names, key=lambda name: (-counts[name], name))
    gdpr = next(row for row in rows if row[1] == "gdpr")
    controls = [control for control in tables.library().controls if "GDPR" in control.frameworks]
    references = {reference for control in controls for reference in control.frameworks["GDPR"]}
    assert gdpr[2:] == [str(len(references)), str(len(controls))]


def test_a_failing_vendor_is_shown_and_no_failure_of_the_command(place):
    done = checker(*GDPR, cwd=place, COLUMNS="80")
    assert (done.code, done.err) == (0, "")
    block = done.out.partition("\n32(1)(a)  ")[2].partition("\n\n")[0]
    assert block.startswith("1 pass, 1 fail\n")
    assert "fail            bad-vendor (EN-01)" in block
    assert "no proof of conformity" in done.out
    assert max(map(len, done.out.splitlines())) <= 80


def test_results_are_those_of_check(place):
    report = json.loads(checker("check", *DAY, "--output", "json", cwd=place).out)
    judged = {
        (one["control"], vendor["vendor"]): one["status"] for vendor in report["vendors"] for one in vendor["results"]
    }
    shown = statuses(place)
    assert shown
    assert {(control, vendor): status for (_, control, vendor), status in shown.items()}.items() <= judged.items()
    assert {control for _, control, _ in shown} == {
        control.id for control in tables.library().controls if "GDPR" in control.frameworks
    }


def test_engines_and_processes_agree(place):
    need("opa")
    assert statuses(place) == statuses(place, "--engine", "opa") == statuses(place, "--jobs", "2")


def test_selection_and_paths_are_those_of_check(place):
    shown = statuses(place, "--only", "EN", "--skip", "EN-02", "vendor_manifests/bad-vendor.yaml")
    assert {key: status for key, status in shown.items() if status != "not_judged"} == {
        ("32(1)(a)", "EN-01", "bad-vendor"): "fail"
    }
    assert ("32(1)(a)", "EN-02", "") in shown
    assert "full from severity critical" in checker(*GDPR, "--severity", "critical", cwd=place).out


def test_a_manifest_that_cannot_be_read_is_an_error_everywhere(place):
    (place / "vendor_manifests/=1+1.yaml").write_text("kind: [")
    shown = statuses(place)
    assert {status for (_, _, vendor), status in shown.items() if vendor == "'=1+1"} == {"error"}
    assert "1 manifest could not be judged" in checker(*GDPR, cwd=place).out


def test_several_outputs_from_one_run(place):
    outputs = ("text", "markdown:c.md", "json:c.json", "csv:c.csv")
    done = checker(*GDPR, *(word for output in outputs for word in ("--output", output)), cwd=place)
    assert done.code == 0
    assert done.out.startswith("GDPR: ")
    assert "| Reference |" in (place / "c.md").read_text()
    assert json.loads((place / "c.json").read_text())["kind"] == "Coverage"
    assert (place / "c.csv").read_text().startswith("framework,reference,")
    assert json.loads(checker("schema", "coverage", cwd=place).out)["$id"] == "urn:vendorpolicy:v1:coverage"


@pytest.mark.parametrize("name", ["ISO 27001", "iso27001", "Iso_27001"])
def test_a_framework_may_be_written_in_any_way(place, name):
    assert checker(*COVERAGE, "--framework", name, *DAY, cwd=place).out.startswith("ISO 27001: ")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([*COVERAGE, "--framework", "gpdr"], 2, "did you mean `gdpr`?"),
        ([*COVERAGE, "--framework", "nist"], 2, "`nist_csf`"),
        ([*COVERAGE, "--framework", ""], 2, "known are: "),
        ([*COVERAGE, "--framwork", "gdpr"], 2, "did you mean `--framework`?"),
        ([*COVERAGE, "--output", "csv"], 2, "no framework is named"),
        ([*COVERAGE, "vendor_manifests"], 2, "no framework is named"),
        ([*GDPR, "--output", "cvs"], 2, "did you mean `csv`?"),
        ([*GDPR, "--profile", "gdrp"], 2, "did you mean `gdpr`?"),
        ([*GDPR, "nowhere"], 2, "no file or folder `nowhere`"),
        (["report", "coverge"], 2, "did you mean `coverage`?"),
        (["reprot"], 2, "did you mean `report`?"),
        ([*GDPR, "--engine", "opa", "--opa-url", "http://127.0.0.1:1"], 3, "cannot be reached"),
    ],
)
def test_wrong_usage_is_one_line_and_a_fix(place, arguments, code, words):
    done = checker(*arguments, cwd=place)
    assert (done.code, done.out) == (code, "")
    assert len(done.err.splitlines()) == 2
    assert words in done.err


def test_a_check_that_was_not_completed_ends_with_3(place):
    shutil.copytree(ROOT / "policies", place / "policies")
    shutil.rmtree(place / "policies/params/attestation")
    done = checker(*GDPR, cwd=place)
    assert checker("check", *DAY, cwd=place).code == done.code == 3
    assert "2 manifests could not be judged" in done.out
    assert "all 2 error" in done.out


def test_help_has_examples_and_exit_codes(place):
    done = checker("report", "--help", cwd=place)
    assert done.code == 0
    assert "examples:" in done.out
    assert "exit codes: 0" in done.out
    assert "--framework NAME" in checker(*COVERAGE, "--help", cwd=place).out
