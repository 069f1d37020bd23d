"""Every case of every control, on both engines."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from checker.documents import Document
from tests import oracle
from tests.cases import tables
from tests.real import need

if TYPE_CHECKING:
    from checker.engine import Verdict
    from checker.model import Assessment

CASES = tables.cases()


TRIAL = tables.trial()


@pytest.fixture(scope="module")
def verdicts() -> dict[str, Verdict]:
    """Return what the wasm engine says of every case."""
    return dict(zip(map(str, CASES), TRIAL.answers(CASES), strict=True))


def test_names_are_unique():
    names = [str(case) for case in CASES]
    assert len(names) == len(set(names))


def test_every_control_has_cases_on_both_sides():
    for control in tables.library().controls:
        states = {case.status for case in CASES if case.control == control.id}
        assert "pass" in states, control.id
        assert states & {"fail", "undetermined"}, control.id
        named = [case for case in CASES if case.control == control.id and not case.only_rule]
        assert len(named) >= 4, control.id


def test_base_manifest_passes_everything():
    judge = tables.judge(tables.TODAY)
    document = Document(tables.FILE, tables.base(), b"")
    assert not [problem for problem in judge.schemas.check(document, "VendorManifest") if problem.fatal]
    (verdict,) = judge.engine.evaluate([judge.input(document)])
    found = judge.judged(document, (), verdict)
    assert {result.status for result in found.results} <= {"pass", "not_applicable"}, found.findings


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: tables.Case, verdicts: dict[str, Verdict]):
    assert not TRIAL.defect(case)
    outcome = TRIAL.outcome(case, verdicts[str(case)])
    assert outcome.holds, [outcome.fault, *outcome.differences()]


def test_boundaries_lie_where_another_calendar_says():
    """The oracle counts days with nothing of the checker's code."""
    for table in tables._tables():
        for raw in table.document.data.get("boundaries", []):
            mine = [case for case in CASES if case.control == table.control and case.only_rule == raw["rule"]]
            for start in raw["dates"]:
                if raw.get("good_from"):
                    expected = start, oracle.previous_day(start)
                else:
                    good = oracle.last_good_day(start, raw["good_until"])
                    expected = good, oracle.next_day(good)
                days = {case.as_of for case in mine if case.name.startswith(f"{raw['name']} from {start},")}
                assert days == set(expected), (table.path, raw["name"], start)


def test_both_engines_say_the_same(verdicts: dict[str, Verdict]):
    """One server for all days and parameters: only the data that goes with each request changes."""
    trial = tables.trial("opa", timeout_s=60, opa=need("opa"), strict=True)
    for case, answer in zip(CASES, trial.answers(CASES), strict=True):
        assert answer == verdicts[str(case)], str(case)


def test_shuffled_lists_change_nothing(verdicts: dict[str, Verdict]):
    """Reversing every list (the order carries no meaning) leaves verdicts, subjects and fingerprints as they were."""
    by_name = {str(case): case for case in CASES}
    turned = [_turned(case) for case in CASES if not case.derived]
    for case, answer in zip(turned, TRIAL.answers(turned), strict=True):
        told = TRIAL.assessment(by_name[str(case)], verdicts[str(case)])
        assert _prints(told) == _prints(TRIAL.assessment(case, answer)), str(case)


def _turned(case: tables.Case) -> tables.Case:
    manifest = _reversed(case.manifest)
    return replace(case, manifest=tables.signed(manifest) if _is_signed(case) else manifest)


def _is_signed(case: tables.Case) -> bool:
    digest = case.manifest.get("attestation", {}).get("digest")
    return digest == tables.digest(case.manifest, tables.blocks())


def _prints(assessment: Assessment) -> set[tuple[str, str]]:
    return {(finding.fingerprint, finding.status) for finding in assessment.findings}


def _reversed(node: object) -> object:
    if isinstance(node, dict):
        return {key: _reversed(value) for key, value in reversed(node.items())}
    if isinstance(node, list):
        return [_reversed(value) for value in reversed(node)]
    return node
