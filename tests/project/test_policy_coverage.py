"""The coverage gate of the policies: what it counts, what it prints, when it fails."""

import json
import subprocess
import sys

import pytest

from tests.project.repository import ROOT


def file(covered: int, *missing: tuple[int, int]) -> dict:
    spans = [{"start": {"row": first}, "end": {"row": last}} for first, last in missing]
    lines = sum(last - first + 1 for first, last in missing)
    return {"covered_lines": covered, "not_covered_lines": lines, "not_covered": spans}


def gate(report, at_least=95):
    text = report if isinstance(report, str) else json.dumps(report)
    command = [sys.executable, ROOT / "tools" / "policy_coverage.py", "--at-least", str(at_least)]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("files", "code", "said"),
    [
        ({"a.rego": file(20)}, 0, "100.0 % of 20 lines"),
        ({"a.rego": file(19, (7, 7))}, 0, "a.rego:7: not covered"),
        ({"a.rego": file(18, (7, 8))}, 1, "a.rego:8: not covered"),
        ({"a.rego": file(1, (2, 2)), "a_test.rego": file(1000)}, 1, "50.0 % of 2 lines"),
        ({"a_test.rego": file(1000)}, 1, "0 lines"),
    ],
    ids=["all", "at the threshold", "under it", "tests do not count", "tests alone"],
)
def test_the_threshold_is_on_the_policies(files, code, said):
    done = gate({"files": files})
    assert (done.returncode, said in done.stdout) == (code, True), done.stdout


@pytest.mark.parametrize("report", ["", "a_test.test_x: FAIL", {}], ids=["nothing", "failed", "no files"])
def test_without_a_report_it_fails(report):
    assert gate(report).returncode == 1
