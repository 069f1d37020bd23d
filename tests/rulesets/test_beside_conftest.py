"""The same policies and files judged by the checker and by a real conftest: same messages, weights, exit codes."""

from __future__ import annotations

import json
import subprocess
from collections import Counter

import pytest

from tests.cli.program import checker
from tests.real import need
from tests.rulesets.scenarios import SCENARIOS, Scenario


def lay(place, scenario: Scenario):
    (place / "checker.toml").write_text("")
    for name, text in scenario.files.items():
        file = place / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def by_checker(place, scenario: Scenario, *more: str):
    """Return exit code, engine, and by file how often each message fails, warns or is excepted."""
    done = checker(
        "check", "--policy", "policy", *scenario.options, *more, "--output", "json", *scenario.paths, cwd=place
    )
    report = json.loads(done.out)
    told = {}
    for file in report["vendors"]:
        findings = [one for result in file["results"] for one in result["findings"]]
        assert not file["problems"]
        told[file["path"]] = tuple(
            Counter(one["message"] for one in findings if one["status"] == status)
            for status in ("fail", "warn", "waived")
        )
    return done.code, report["provenance"]["engine"], told


def by_conftest(place, scenario: Scenario, *more: str):
    command = ["conftest", "test", "--policy", "policy", *scenario.options, *more, "--output", "json", *scenario.paths]
    done = subprocess.run(command, cwd=place, capture_output=True, check=False, text=True)
    told = {}
    for one in json.loads(done.stdout):
        known = told.setdefault(one["filename"], (Counter(), Counter(), Counter()))
        for counter, key in zip(known, ("failures", "warnings", "exceptions"), strict=True):
            counter.update(result["msg"] for result in one.get(key) or ())
    return done.returncode, told


def counts(told):
    return {path: tuple(sum(counter.values()) for counter in counters) for path, counters in told.items()}


@pytest.mark.parametrize("name", SCENARIOS)
def test_both_say_the_same(tmp_path, name):
    need("opa")
    need("conftest")
    scenario = SCENARIOS[name]
    lay(tmp_path, scenario)
    code, engine, ours = by_checker(tmp_path, scenario)
    their_code, theirs = by_conftest(tmp_path, scenario)
    assert counts(ours) == counts(theirs) == scenario.told
    for path, (failures, warnings, _) in theirs.items():
        assert ours[path][:2] == (failures, warnings)
    assert code == their_code
    assert engine == scenario.engine


@pytest.mark.parametrize("name", ["strict-rules", "exceptions", "several-documents", "words-of-old-yaml"])
def test_a_real_opa_says_what_the_engine_in_this_process_says(tmp_path, name):
    need("opa")
    scenario = SCENARIOS[name]
    lay(tmp_path, scenario)
    code, _, told = by_checker(tmp_path, scenario)
    assert by_checker(tmp_path, scenario, "--engine", "opa") == (code, "opa", told)


@pytest.mark.parametrize(("name", "code"), [("only-warnings", 1), ("strict-rules", 1), ("name-of-the-file", 1)])
def test_warnings_block_on_demand(tmp_path, name, code):
    need("opa")
    need("conftest")
    scenario = SCENARIOS[name]
    lay(tmp_path, scenario)
    assert by_checker(tmp_path, scenario, "--fail-on-warn")[0] == code
    # conftest tells failures (2) from warnings alone (1); here both are findings that block.
    assert by_conftest(tmp_path, scenario, "--fail-on-warn")[0] == (1 if name == "only-warnings" else 2)
