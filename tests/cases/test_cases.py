"""Every case of every control, on both engines."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from checker.documents import Document
from checker.engine import EngineSettings, Verdict, open_engine
from tests.cases import tables
from tests.real import need

if TYPE_CHECKING:
    from checker.model import Assessment

CASES = tables.cases()


def _key(case: tables.Case) -> tuple[str, str]:
    return case.as_of, repr(sorted(case.params.items()))


@pytest.fixture(scope="module")
def verdicts() -> dict[str, Verdict]:
    """Return what the wasm engine says of every case."""
    answers: dict[str, Verdict] = {}
    for group in _groups():
        judge = tables.judge(group[0].as_of, group[0].params)
        found = judge.engine.evaluate([tables.policy_input(judge, case) for case in group])
        answers.update(zip(map(str, group), found, strict=True))
        judge.close()
    return answers


def _groups() -> list[list[tables.Case]]:
    groups = defaultdict(list)
    for case in CASES:
        groups[_key(case)].append(case)
    return list(groups.values())


def _assessment(case: tables.Case, verdict: Verdict) -> Assessment:
    judge = tables.judge(case.as_of, case.params)
    return judge._judged(Document(tables.FILE, case.manifest, b""), (), verdict)


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
    found = judge._judged(document, (), verdict)
    assert {result.status for result in found.results} <= {"pass", "not_applicable"}, found.findings


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: tables.Case, verdicts: dict[str, Verdict]):
    problems = [
        one
        for one in tables.judge(tables.TODAY).schemas.check(Document(tables.FILE, case.manifest, b""), "VendorManifest")
        if one.fatal
    ]
    assert not problems, "the changed manifest does not fit the schema"
    assessment = _assessment(case, verdicts[str(case)])
    result = next(result for result in assessment.results if result.control == case.control)
    found = sorted((finding.rule, finding.subject) for finding in result.findings)
    if case.only_rule:
        assert (case.only_rule in {rule for rule, _ in found}) == (case.status == "found"), found
        return
    assert (result.status, found) == (case.status, list(case.expected))


def test_both_engines_say_the_same(verdicts: dict[str, Verdict]):
    """One server for all days and parameters: only the data that goes with each request changes."""
    opa = need("opa")
    library = tables.library()
    first = tables.judge(tables.TODAY)
    engine = open_engine("opa", library, first.setup.data, EngineSettings(timeout_s=60, opa=opa, strict=True))
    try:
        for group in _groups():
            judge = tables.judge(group[0].as_of, group[0].params)
            engine._data = judge.setup.data
            answers = engine.evaluate([tables.policy_input(judge, case) for case in group])
            for case, answer in zip(group, answers, strict=True):
                assert answer == verdicts[str(case)], str(case)
    finally:
        engine.close()


def test_shuffled_lists_change_nothing(verdicts: dict[str, Verdict]):
    """Reversing every list (the order carries no meaning) leaves verdicts, subjects and fingerprints as they were."""
    for case in CASES:
        if case.derived:
            continue
        judge = tables.judge(case.as_of, case.params)
        manifest = tables.signed(_reversed(case.manifest)) if _is_signed(case) else _reversed(case.manifest)
        turned = replace(case, manifest=manifest)
        (verdict,) = judge.engine.evaluate([tables.policy_input(judge, turned)])
        judge.close()
        before, after = _assessment(case, verdicts[str(case)]), _assessment(turned, verdict)
        assert _prints(before) == _prints(after), str(case)


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
