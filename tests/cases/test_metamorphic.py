"""Properties that hold over every manifest, whatever it says."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import date, timedelta

import pytest

from checker.documents import Document
from checker.model import Assessment, Status
from tests.cases import tables

BAD = frozenset({Status.FAIL, Status.UNDETERMINED})
PLAIN = [
    case
    for case in tables.cases()
    if not case.params and not case.derived and not case.only_rule and case.as_of == tables.TODAY
]
# What has lapsed; time alone never mends it.
LAPSED = frozenset(
    {
        "expired",
        "overdue",
        "finding_overdue",
        "tia_overdue",
        "uk_tia_overdue",
        "ends_soon",
        "renewal_due",
        "entitlement_expired",
        "assessment_overdue",
        "attestation_overdue",
        "calibration_overdue",
        "cultural_training_overdue",
        "feedback_overdue",
        "meeting_overdue",
        "review_overdue",
        "statement_overdue",
        "training_overdue",
    }
)


def _judged(manifests: list[dict], as_of: str = tables.TODAY) -> list[Assessment]:
    judge = tables.judge(as_of)
    documents = [Document(tables.FILE, manifest, b"") for manifest in manifests]
    answers = judge.engine.evaluate([judge.input(document) for document in documents])
    return [judge.judged(document, (), answer) for document, answer in zip(documents, answers, strict=True)]


def _bad(assessment: Assessment) -> set[str]:
    return {result.control for result in assessment.results if result.status in BAD}


def _changed(change) -> list[dict]:
    manifests = []
    for case in PLAIN:
        manifest = copy.deepcopy(case.manifest)
        change(manifest)
        manifests.append(manifest)
    return manifests


@pytest.fixture(scope="module")
def before() -> list[Assessment]:
    """Return what is said of every plain case."""
    return _judged([case.manifest for case in PLAIN])


def _add_country(manifest):
    manifest["scope"]["locations"].append({"country": "BR", "site": "Recife", "activity": "process"})


def _add_party(manifest):
    parties = manifest.setdefault("subcontracting", {}).setdefault("parties", [])
    parties.append(
        {
            "id": "added-party",
            "legal_name": "Added Ltd",
            "kind": "company",
            "engaged_by": "vendor",
            "service": "x",
            "data": [],
            "countries": ["IN"],
        }
    )


def _add_category(manifest):
    item = {"id": "added-data", "category": "special_health", "access": "store", "subjects_estimate": 10}
    manifest["scope"]["data"].append(item)


@pytest.mark.parametrize("change", [_add_country, _add_party, _add_category])
def test_more_exposure_never_mends(change, before: list[Assessment]):
    for case, old, new in zip(PLAIN, before, _judged(_changed(change)), strict=True):
        if change is _add_party and "parties" not in case.manifest.get("subcontracting", {}):
            continue  # A list that is not told is told by adding to it, which is no more exposure.
        mended = _bad(old) - _bad(new)
        # A party resolves the contradiction of a position that names none, and nothing else.
        assert not mended - ({"FP-01"} if change is _add_party else set()), (str(case), mended)


def test_a_higher_tier_never_mends(before: list[Assessment]):
    def raise_tier(manifest):
        manifest["scope"]["risk_tier"] = "critical"

    for case, old, new in zip(PLAIN, before, _judged(_changed(raise_tier)), strict=True):
        assert not _bad(old) - _bad(new) - {"GR-02"}, str(case)


@pytest.mark.parametrize("days", [1, 30, 400])
def test_time_never_mends_what_has_lapsed(days: int, before: list[Assessment]):
    later = (date.fromisoformat(tables.TODAY) + timedelta(days=days)).isoformat()
    for case, old, new in zip(PLAIN, before, _judged([case.manifest for case in PLAIN], later), strict=True):
        gone = _lapsed(old) - {finding.fingerprint for finding in new.findings}
        assert not gone, str(case)


def _lapsed(assessment: Assessment) -> set[str]:
    return {
        finding.fingerprint
        for finding in assessment.findings
        if finding.rule.partition(".")[2] in LAPSED - {"ends_soon", "renewal_due"} and finding.status in BAD
    }


def test_alone_or_among_others(before: list[Assessment]):
    for case, together in zip(PLAIN, before, strict=True):
        (alone,) = _judged([case.manifest])
        assert alone == together, str(case)


def test_profiles_only_leave_out():
    library = tables.library()
    judge = tables.judge(tables.TODAY)
    document = Document(tables.FILE, PLAIN[0].manifest, b"")
    (verdict,) = judge.engine.evaluate([judge.input(document)])
    whole = {result.control: result for result in judge.judged(document, (), verdict).results}
    few = replace(judge.setup, controls=library.controls[:3])
    fewer = tables.Judge(few).judged(document, (), verdict)
    assert [result.control for result in fewer.results] == [control.id for control in library.controls[:3]]
    assert all(result == whole[result.control] for result in fewer.results)
