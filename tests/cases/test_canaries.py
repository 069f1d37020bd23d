"""Faults planted on purpose: each must turn the case tables red, or be refused before anything is judged."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from checker.engine import Fault
from checker.errors import CheckerError
from checker.judge import Judge
from checker.library import Library, differing_files, open_library, write_compiled
from tests.cases import tables
from tests.real import need

if TYPE_CHECKING:
    from pathlib import Path

CONTROLS = "controls"
DATES = "lib/dates/dates.rego"
OWNER = "controls/governance/accountable_owner/accountable_owner.rego"


def _planted(tmp_path: Path, file: str, old: str, new: str) -> Library:
    """Return the library with one piece of text replaced."""
    root = tmp_path / "policies"
    shutil.copytree(tables.ROOT / "policies", root)
    text = (root / file).read_text()
    assert old in text, "the canary's place has gone"
    (root / file).write_text(text.replace(old, new, 1))
    return open_library(root, cache=tmp_path / "cache", opa=need("opa"))


def _wrong(library: Library, *, boundaries: bool = True) -> str:
    """Return the first case that does not come out as the tables say; empty when all do."""
    judges: dict[str, Judge] = {}
    for case in sorted(tables.cases(), key=lambda case: (bool(case.only_rule), case.as_of)):
        if case.params or (case.only_rule and not boundaries):
            continue
        if case.as_of not in judges:
            judges[case.as_of] = Judge(replace(tables.judge(case.as_of).setup, library=library))
        judge = judges[case.as_of]
        (verdict,) = judge.engine.evaluate([tables.policy_input(judge, case)])
        if isinstance(verdict, Fault) or not _as_expected(judge, case, verdict):
            return str(case)
    return ""


def _as_expected(judge: Judge, case: tables.Case, verdict) -> bool:
    assessment = judge.judged(tables.Document(tables.FILE, case.manifest, b""), (), verdict)
    if not assessment.tier:
        return False
    result = next(result for result in assessment.results if result.control == case.control)
    found = sorted((finding.rule, finding.subject) for finding in result.findings)
    if case.only_rule:
        return (case.only_rule in {rule for rule, _ in found}) == (case.status == "found")
    return (result.status, found) == (case.status, list(case.expected))


def test_nothing_planted_is_green():
    """Without the boundaries, which test_cases judges anyway: this is about the detector, not the library."""
    assert not _wrong(tables.library(), boundaries=False)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        pytest.param(DATES, "expired(date) if date < as_of", "expired(date) if date <= as_of", id="wrong comparison"),
        pytest.param(DATES, "date < object.get", "date > object.get", id="comparison turned round"),
        pytest.param(OWNER, "vendor.tier_at_least(", "_nobody_defined_this(", id="undefined helper"),
        pytest.param(
            OWNER, 'vendor.tier_at_least("high")', "vendor.tier_of_nobody", id="undefined rule of the library"
        ),
        pytest.param(
            "params/tiers/data.yaml", "order: [low, medium, high, critical]\n", "", id="deleted key of a parameter"
        ),
        pytest.param(
            OWNER, "not organisation.is_ours(email)", "1 / (count(email) - count(email)) == 1", id="error of a built-in"
        ),
        pytest.param(OWNER, "deny contains", "_deny contains", id="rule that main does not see"),
        pytest.param("main/main.rego", "some finding in deny", "some finding in set()", id="main drops every denial"),
    ],
)
def test_planted(tmp_path: Path, file: str, old: str, new: str):
    try:
        library = _planted(tmp_path, file, old, new)
    except CheckerError:
        return
    try:
        assert _wrong(library), "nobody noticed"
    except CheckerError:
        return


def test_deleted_parameter_is_refused(tmp_path: Path):
    root = tmp_path / "policies"
    shutil.copytree(tables.ROOT / "policies", root)
    shutil.rmtree(root / "params" / "adequacy")
    library = open_library(root, cache=None, opa=None)
    assert _wrong(library), "nobody noticed"


def test_lying_module(tmp_path: Path):
    """A module compiled from softened policies, with a record that claims the true ones."""
    soft = _planted(tmp_path, OWNER, 'vendor.tier_at_least("high")', "false")
    lie = replace(soft.compiled, sources=tables.library().compiled.sources)
    (tmp_path / "lie").mkdir()
    write_compiled(lie, tmp_path / "lie")
    library = open_library(tables.ROOT / "policies", cache=None, opa=None, committed=tmp_path / "lie")
    assert _wrong(library), "nobody noticed"
    assert differing_files(tables.library().compiled, tmp_path / "lie"), (
        "the comparison of committed bytes would not notice"
    )
