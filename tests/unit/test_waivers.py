"""Waivers: who may grant them, for how long, and what they excuse."""

import copy
from dataclasses import replace
from datetime import date

import pytest

from checker import waivers
from checker.documents import Document
from checker.model import Finding, Location, Severity, Status
from tests.cases import tables

OWNER = "a.lind@client.example"
GOOD = {
    "apiVersion": "vendorpolicy/v1",
    "kind": "Waiver",
    "metadata": {"id": "W-2026-001", "vendor": "halcyon-support"},
    "control": "AA-03.overdue",
    "subject": "oversight.audits",
    "reason": "The visit was put off by a storm and is booked for January.",
    "compensating_controls": ["weekly video walk through the site"],
    "requested_by": "j.berg@client.example",
    "approved_by": [{"name": "K. Ohm", "role": "ciso", "email": "k.ohm@client.example"}],
    "granted": "2026-11-01",
    "expires": "2027-01-31",
    "risk_ref": "RSK-311",
}
PATH = "vendor_manifests/waivers/halcyon-support/W-2026-001.yaml"


def _waiver(path=PATH, **changes):
    data = copy.deepcopy(GOOD)
    for key, value in changes.items():
        data[key] = value
    document = Document(path, data, b"")
    assert not list(tables.judge(tables.TODAY).schemas.check(document, "Waiver"))
    return waivers.read(document)


def _finding(rule="AA-03.overdue", subject="oversight.audits[onsite_visit/2024-01-01]", status=Status.FAIL):
    return Finding(rule, status, Severity.HIGH, "late", "do it", Location("x.yaml"), "halcyon-support", subject)


def _apply(waiver, findings=None, as_of=tables.TODAY):
    rules = replace(tables.judge(tables.TODAY).waiver_rules, as_of=date.fromisoformat(as_of))
    return rules.apply([_finding()] if findings is None else findings, [waiver], OWNER)


def test_a_good_waiver_excuses_its_subject_and_shows():
    outcome = _apply(_waiver())
    (finding,) = outcome.findings
    assert (finding.status, finding.waiver.id, finding.waiver.expires) == (Status.WAIVED, "W-2026-001", "2027-01-31")
    assert outcome.remarks == ()


@pytest.mark.parametrize(
    ("changes", "finding", "covered"),
    [
        ({}, _finding(), True),
        ({"control": "AA-03"}, _finding(), True),
        ({"control": "AA-03"}, _finding("AA-03.never_done"), True),
        ({"subject": ""}, _finding(subject="anything"), True),
        ({"subject": "oversight"}, _finding(), True),
        ({"subject": "oversight.audits[onsite_visit/2024-01-01]"}, _finding(), True),
        ({"subject": "oversight.audit"}, _finding(), False),
        ({"subject": "oversight.audits[onsite]"}, _finding(), False),
        ({}, _finding("AA-03.never_done"), False),
        ({}, _finding("AA-04.expired"), False),
        ({}, _finding(status=Status.UNDETERMINED), True),
        ({}, _finding(status=Status.WARN), False),
        ({}, _finding(status=Status.ERROR), False),
    ],
)
def test_what_is_covered(changes, finding, covered):
    whole = not changes.get("subject", "x")
    waiver = replace(_waiver(), subject="") if whole else _waiver(**changes)
    outcome = _apply(waiver, [finding])
    assert (outcome.findings[0].status is Status.WAIVED) == covered
    assert ("waiver.unused" in {one.rule for one in outcome.remarks}) != covered


def _approver(role, name="ciso"):
    return {"name": name, "role": role, "email": f"{name}@client.example"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"requested_by": "k.ohm@client.example"}, "asked for it or owns"),
        (
            {"approved_by": [{"name": "Anna Lind", "role": "ciso", "email": "A.Lind@client.example"}]},
            "asked for it or owns",
        ),
        ({"approved_by": [_approver("vendor_manager")]}, "may not approve"),
        (
            {
                "control": "GR-02",
                "approved_by": [_approver("risk_committee"), _approver("risk_committee", "b")],
                "expires": "2026-11-30",
            },
            "cannot be waived",
        ),
        (
            {"control": "EN-01", "approved_by": [_approver("risk_committee")], "expires": "2026-11-30"},
            "1 of 2 approvers",
        ),
        (
            {
                "control": "EN-01",
                "approved_by": [_approver("risk_committee", one) for one in ("k", "K")],
                "expires": "2026-11-30",
            },
            "1 of 2 approvers",
        ),
        ({"expires": "2027-02-02"}, "later than 2027-02-01"),
        ({"approved_by": [{"name": "X", "role": "ciso", "email": "x@vendor.example"}]}, "no address of the client"),
        ({"approved_by": [_approver("ciso", "j.berg+2")]}, "asked for it or owns"),
        ({"control": "ZZ-99"}, "no control ZZ-99"),
    ],
)
def test_refused(changes, words):
    outcome = _apply(_waiver(**changes))
    assert outcome.findings[0].status is Status.FAIL
    assert any(
        one.rule == "waiver.refused" and one.status is Status.FAIL and words in one.message for one in outcome.remarks
    ), outcome.remarks


@pytest.mark.parametrize(
    "path",
    [
        "vendor_manifests/waivers/other/W-2026-001.yaml",
        "vendor_manifests/waivers/halcyon-support/W-1.yaml",
        "w/W-2026-001.yaml",
    ],
)
def test_refused_in_the_wrong_place(path):
    outcome = _apply(_waiver(path=path))
    assert outcome.findings[0].status is Status.FAIL
    assert {one.rule for one in outcome.remarks} == {"waiver.refused"}


def test_two_approvers_for_a_critical_control():
    approvers = [_approver("risk_committee", "a"), _approver("risk_committee", "b")]
    waiver = _waiver(control="EN-01", subject="encryption", approved_by=approvers, expires="2026-12-01")
    assert _apply(waiver, [_finding("EN-01.weak_cipher", "encryption.in_transit")]).findings[0].status is Status.WAIVED


@pytest.mark.parametrize(
    ("as_of", "status", "remarks"),
    [
        ("2026-10-31", Status.FAIL, {"waiver.not_yet_granted"}),
        ("2026-11-01", Status.WAIVED, set()),
        ("2026-12-31", Status.WAIVED, set()),
        ("2027-01-01", Status.WAIVED, {"waiver.ends_soon"}),
        ("2027-01-31", Status.WAIVED, {"waiver.ends_soon"}),
        ("2027-02-01", Status.FAIL, {"waiver.expired"}),
    ],
)
def test_days(as_of, status, remarks):
    outcome = _apply(_waiver(), as_of=as_of)
    assert outcome.findings[0].status is status
    assert {one.rule for one in outcome.remarks} == remarks


def test_family_authority():
    """Data minimisation needs the data protection officer beside the usual authority."""
    rules = tables.judge(tables.TODAY).waiver_rules
    control = replace(rules.catalogue["AA-03"], id="DM-01")
    rules = replace(rules, catalogue={"DM-01": control}, judged=frozenset({"DM-01"}))
    outcome = rules.apply(
        [_finding("DM-01.catch_all", "scope.data")], [_waiver(control="DM-01", subject="scope")], OWNER
    )
    assert any("approval of the dpo" in one.message for one in outcome.remarks)
    waiver = _waiver(control="DM-01", subject="scope", approved_by=[_approver("dpo")])
    assert rules.apply([_finding("DM-01.catch_all", "scope.data")], [waiver], OWNER).findings[0].status is Status.WAIVED


def test_a_waiver_of_a_control_that_is_not_judged_is_not_unused():
    rules = replace(tables.judge(tables.TODAY).waiver_rules, judged=frozenset())
    assert rules.apply([], [_waiver()], OWNER).remarks == ()


COMMITTEE = [_approver("risk_committee", "ohm"), _approver("risk_committee", "berg"), _approver("dpo", "lee")]
SECRET = {"control": "DM-02", "subject": "", "approved_by": COMMITTEE, "expires": "2026-12-01"}


def test_a_waiver_of_a_trade_secret_leaves_its_conditions_standing():
    rules = ["DM-02.trade_secret", "DM-02.not_view_only", "DM-02.out_of_sight", "DM-02.can_copy"]
    outcome = _apply(_waiver(**SECRET), [_finding(rule, "scope.data[formula]") for rule in rules])
    assert [one.status for one in outcome.findings] == [Status.WAIVED, Status.FAIL, Status.FAIL, Status.FAIL]
    assert [one.rule for one in outcome.remarks] == ["waiver.ends_soon"]
    named = _apply(_waiver(**SECRET | {"control": "DM-02.can_copy"}))
    assert "DM-02.can_copy cannot be waived" in named.remarks[0].message


@pytest.mark.parametrize(
    ("approvers", "said"),
    [(COMMITTEE[:2], "needs the approval of the dpo"), (COMMITTEE[1:], "1 of 2 approvers")],
)
def test_the_officer_whom_a_family_demands_comes_on_top(approvers, said):
    outcome = _apply(_waiver(**SECRET | {"approved_by": approvers}), [_finding("DM-02.trade_secret")])
    assert outcome.findings[0].status is Status.FAIL
    assert said in outcome.remarks[0].message
