"""SARIF: the structure that GitHub relies on, and Microsoft's validator where it is installed."""

import json
import os
import re
import subprocess

import pytest

from checker.model import Result, Severity, Status
from checker.report import render, sarif
from tests.real import need
from tests.report.builders import (
    REPORTS,
    clean,
    hostile,
    make_assessment,
    make_control,
    make_finding,
    make_report,
    mixed,
)
from tests.report.reading import commands


def run_of(report):
    document = json.loads(render("sarif", report))
    assert document["version"] == "2.1.0"
    [run] = document["runs"]
    return run


def result(rule, vendor="halcyon-support"):
    [found] = [
        item for item in run_of(mixed())["results"] if item["ruleId"] == rule and item["properties"]["vendor"] == vendor
    ]
    return found


def test_a_result_has_its_place_rule_and_fingerprint():
    found = result("DP-03.no_mechanism")
    place = found["locations"][0]["physicalLocation"]
    assert place == {
        "artifactLocation": {"uri": "vendor_manifests/halcyon-support.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 7, "startColumn": 7},
    }
    assert found["partialFingerprints"] == {"vendorpolicy/v1": make_finding().fingerprint}
    message, fix = found["message"]["text"].split("\n")
    assert message == "Data of EEA residents goes to PH without a transfer mechanism"
    assert fix.startswith("fix: Sign the SCC module")


@pytest.mark.parametrize(
    ("rule", "vendor", "level"),
    [
        ("DP-03.no_mechanism", "halcyon-support", "error"),
        ("LA-03.no_vdi", "halcyon-support", "error"),
        ("DP-03.no_mechanism", "verdant-analytics", "warning"),
        ("AA-01.too_old", "lumen-transcription", "warning"),
        ("EN-02.algorithm", "halcyon-support", "warning"),
        ("AA-01.lapses_soon", "halcyon-support", "note"),
        ("engine.timeout", "scribe-back-office", "error"),
    ],
)
def test_levels(rule, vendor, level):
    assert (result(rule, vendor)["kind"], result(rule, vendor)["level"]) == ("fail", level)


def test_waived_results_are_suppressed_with_the_reason():
    [suppression] = result("EN-02.algorithm")["suppressions"]
    assert (suppression["kind"], suppression["status"]) == ("external", "accepted")
    assert suppression["justification"].startswith("W-2026-007, until 2026-12-31: The tape library")
    others = [item for item in run_of(mixed())["results"] if item["ruleId"] != "EN-02.algorithm"]
    assert all(item["suppressions"] == [] for item in others)


def test_a_rule_carries_the_control():
    rules = {rule["id"]: rule for rule in run_of(mixed())["tool"]["driver"]["rules"]}
    rule = rules["DP-03.no_mechanism"]
    assert rule["name"] == "InternationalTransfersNoMechanism"
    assert rule["shortDescription"]["text"] == "DP-03 International transfers have a valid mechanism."
    assert "Fix: Sign the SCC module" in rule["help"]["text"]
    assert "GDPR: Art. 44, Art. 46(2)(c)" in rule["help"]["text"]
    assert rule["helpUri"] == "https://eur-lex.europa.eu/eli/reg/2016/679/oj"
    assert rule["defaultConfiguration"] == {"level": "error"}
    assert rule["properties"]["security-severity"] == "9.5"
    assert rule["properties"]["tags"] == ["compliance", "security", "DP-03", "GDPR", "ISO 27001"]
    assert rules["yaml.duplicate_key"]["name"] == "YamlDuplicateKey"


def rule_of(control):
    report = make_report(make_assessment("a", Result("DP-03", Status.FAIL, (make_finding(),))), controls=(control,))
    return run_of(report)["tool"]["driver"]["rules"][0]


def test_tags_are_at_most_ten():
    control = make_control(frameworks={f"F{number:02}": () for number in range(40)})
    assert rule_of(control)["properties"]["tags"][:4] == ["compliance", "security", "DP-03", "F00"]
    assert len(rule_of(control)["properties"]["tags"]) == sarif.TAGS


@pytest.mark.parametrize("address", ["javascript:alert(1)", "law", "https://", "https://user@evil.example/"])
def test_only_web_addresses_become_help_links(address):
    assert "helpUri" not in rule_of(make_control(resources=((address, "x"),)))


@pytest.mark.parametrize("name", REPORTS)
def test_indexes_levels_and_places_are_sound(name):
    run = run_of(REPORTS[name]())
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for item in run["results"]:
        assert rules[item["ruleIndex"]]["id"] == item["ruleId"]
        assert item["level"] in {"error", "warning", "note"}
        assert re.fullmatch(r"[0-9a-f]{32}", item["partialFingerprints"]["vendorpolicy/v1"])
        for location in item["locations"]:
            assert re.fullmatch(r"(?!/)[A-Za-z0-9._~%/-]+", location["physicalLocation"]["artifactLocation"]["uri"])
            assert min(location["physicalLocation"]["region"].values()) >= 1


@pytest.mark.parametrize(
    ("report", "code", "successful"),
    [(clean(), 0, True), (hostile(), 1, True), (mixed(), 3, False)],
    ids=["clean", "hostile", "mixed"],
)
def test_the_invocation_tells_how_the_run_ended(report, code, successful):
    [invocation] = run_of(report)["invocations"]
    assert (invocation["exitCode"], invocation["executionSuccessful"]) == (code, successful)


def test_notes_and_provenance_are_kept():
    run = run_of(mixed())
    [note] = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"].startswith("PC-01 and PC-02 were not judged")
    assert run["properties"]["as_of"] == "2026-11-22"
    assert run["tool"]["driver"]["semanticVersion"] == "0.1.0"
    assert run["automationDetails"] == {"id": "vendorpolicy/full/"}


def test_beyond_the_limit_the_worst_are_kept_and_it_is_said(monkeypatch):
    monkeypatch.setattr(sarif, "RESULTS", 3)
    run = run_of(mixed())
    kept = {item["ruleId"] for item in run["results"]}
    assert kept == {"engine.timeout", "DP-03.no_mechanism", "yaml.duplicate_key"}
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == kept
    told = run["invocations"][0]["toolExecutionNotifications"][0]
    assert told["level"] == "warning"
    assert told["message"]["text"].startswith("7 results are left out")


def test_hostile_text_is_no_link_and_no_placeholder():
    written = render("sarif", hostile())
    assert not commands(written)
    for item in run_of(hostile())["results"]:
        text = item["message"]["text"]
        assert "](" not in text
        assert not re.search(r"\{\d", text)
        assert len(text) < 3000


def test_an_independent_validator_agrees_and_can_disagree(tmp_path):
    """Microsoft's tool ends with 0 even on schema errors, so that its own log is read."""
    tool = need("sarif-multitool")
    documents = {name: render("sarif", build()) for name, build in REPORTS.items()}
    documents["broken"] = documents["mixed"].replace('"startLine": 7', '"startLine": 0')
    files = [tmp_path / f"{name}.sarif" for name in documents]
    for file, text in zip(files, documents.values(), strict=True):
        file.write_text(text, "utf-8")
    log = tmp_path / "validation.json"
    subprocess.run(
        [tool, "validate", *files, "--output", log, "--log", "ForceOverwrite"],
        env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
        capture_output=True,
        timeout=120,
        check=False,
    )
    found = complaints(json.loads(log.read_text("utf-8-sig"))["runs"][0])
    # It misses the address of a home page everywhere, which also proves that it read every file.
    assert {name: found[name] for name in REPORTS} == {name: {"SARIF2005"} for name in REPORTS}
    assert found["broken"] - {"SARIF2005"}


def complaints(run):
    """File -> rules of the validator that it breaks."""
    found = {name: set() for name in (*REPORTS, "broken")}
    for item in run["results"]:
        uri = item["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        found[uri.rpartition("/")[2].removesuffix(".sarif")].add(item["ruleId"].partition("/")[0])
    return found


def test_severities_all_have_a_score():
    assert set(sarif._SCORE) == set(sarif._LEVEL) == set(Severity)
