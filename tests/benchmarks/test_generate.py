"""The generator of portfolios: the same seed, the same bytes; clean vendors pass and defective ones do not."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date

import pytest

from checker import documents, sources
from checker.judge import Judge
from checker.model import Status
from tests.cases.tables import ROOT, TODAY, judge

PROGRAMS = ROOT / "benchmarks"
sys.path.insert(0, str(PROGRAMS))  # its modules are programs, not a package

from block_yaml import to_yaml  # noqa: E402
from defects import DEFECTS  # noqa: E402

COUNT = 120


def generate(directory, seed):
    """Return the vendors that were given defects, with their names."""
    command = [sys.executable, PROGRAMS / "generate.py", directory, "--manifests", str(COUNT), "--seed", str(seed)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment).stdout
    return {vendor: defects for vendor, *defects in map(str.split, told.splitlines())}


@pytest.fixture(scope="module")
def portfolio(tmp_path_factory):
    directory = tmp_path_factory.mktemp("portfolio") / "repository"
    return directory, generate(directory, 7)


def _files(directory):
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def test_same_seed_same_bytes(portfolio, tmp_path):
    directory, defective = portfolio
    assert generate(tmp_path / "again", 7) == defective
    assert _files(tmp_path / "again") == _files(directory)


def test_another_seed_gives_another_portfolio(portfolio, tmp_path):
    generate(tmp_path / "other", 8)
    theirs, ours = _files(tmp_path / "other"), _files(portfolio[0])
    assert not {text for path, text in theirs.items() if path.endswith(".yaml")} & set(ours.values())


def test_verdicts(portfolio):
    """Every manifest is read without a remark and fits the schema; only those with a defect have findings."""
    directory, defective = portfolio
    opened = Judge(replace(judge(TODAY).setup, root=directory))
    try:
        assessments = opened.assess(sources.find(directory, ["vendor_manifests"]))
    finally:
        opened.close()
    assert len(assessments) == COUNT
    assert not [finding for one in assessments for finding in one.problems]
    blocked = {one.vendor for one in assessments if any(finding.status is not Status.WARN for finding in one.findings)}
    assert blocked == set(defective)
    assert 0 < len(defective) < COUNT / 4


def test_portfolio_is_varied(portfolio):
    directory, defective = portfolio
    manifests = [documents.load(path.name, path.read_bytes()).document.data for path in directory.rglob("*.yaml")]
    assert len({one["metadata"]["country"] for one in manifests}) > 5
    assert len({one["scope"]["service"] for one in manifests}) > 5
    assert {one["scope"]["risk_tier"] for one in manifests} >= {"medium", "high", "critical"}
    assert {name for names in defective.values() for name in names} <= set(DEFECTS)


HARD = [
    "NO",
    "on",
    "null",
    "1.2",
    "1e3",
    "2026-11-22",
    "a: b",
    "- x",
    "#",
    "",
    " x",
    "é ü",
    'say "x"',
    "a#b",
    "P1M",
    "-",
    "~",
]


@pytest.mark.parametrize("text", HARD)
def test_text_stays_text(text):
    loaded = documents.load("x.yaml", to_yaml({"key": text, "list": [text, {"inner": [text]}]}).encode())
    assert not loaded.problems
    assert loaded.document.data == {"key": text, "list": [text, {"inner": [text]}]}


def test_other_values():
    value = {
        "a": True,
        "b": 3,
        "c": 1.5,
        "d": {},
        "e": [],
        "on": [{"f": [1, 2], "g": {"h": date(2026, 1, 2).isoformat()}}],
    }
    assert documents.load("x.yaml", to_yaml(value).encode()).document.data == value
