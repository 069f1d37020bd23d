"""References in the order of their text, frameworks under one name, and the worst control of each vendor."""

from __future__ import annotations

import itertools

import pytest

from checker.frameworks import cover, frameworks, order, plain_name, slug
from checker.model import Result, Status
from tests.cases import tables
from tests.report.builders import make_assessment, make_control, make_report

ORDERED = [
    "5(1)(b) 5(1)(b)-(c) 5(2) 28 28(1)(a) 28(3) 28(3)(a) 28(3)(a)-(h) 28(3)(h) 28(9) 28(10) 30 101".split(),
    ["28(8)", "30(2)(a)-(i)", "30(2)(h)", "30(2)(i)", "30(3)(e)(i)-(iv)", "30(3)(e)(v)", "30(3)(e)(ix)", "30(3)(f)"],
    ["29(2)", "30(1)", "Del. Reg. (EU) 2025/532 Art. 1", "ITS (EU) 2024/2956", "ITS (EU) 2024/2956 template B_05.02"],
    "A.5.2 A.5.19 A.5.24-5.27 A.5.28 A.8.24 A.10.1".split(),
    ["A1.2", "CC4.2", "CC6.1", "CC6.7", "CC7.3-CC7.5", "CC9.2", "CC10.1", "P6.4 if Privacy is in scope"],
    "164.308(b) 164.312(a)(2)(iv) 164.312(e)(2)(ii) 164.504(e)(2)(i) 164.504(e)(2)(ii)(D)".split(),
    "4.2.1 11.4 12.8.1 12.8.4".split(),
    ["Art. 5(1)(b)", "28(3)(a)", "Art. 30", "Article 101"],
    "GV.SC-02 GV.SC-10 ID.AM-02 PR.DS-01".split(),
]


@pytest.mark.parametrize("references", ORDERED)
def test_references_stand_in_the_order_of_the_text(references):
    for first, second in itertools.combinations(references, 2):
        assert order(first) < order(second), (first, second)


def test_no_two_references_share_a_place():
    alike = ["28 (3)", "28(3)", "28.3", "ART 28", "Art 28", "²", ""]
    assert len({order(text) for text in alike}) == len(alike)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("GDPR", "gdpr"),
        ("NIS2", "nis2"),
        ("ISO 27001", "iso27001"),
        ("SOC 2", "soc2"),
        ("PCI DSS", "pci_dss"),
        ("NIST CSF", "nist_csf"),
        ("NIST 800-53", "nist800_53"),
        ("EBA/GL/2019/02", "eba_gl2019_02"),
        ("ISO/IEC 5230", "iso_iec5230"),
    ],
)
def test_a_framework_is_typed_in_one_word(name, typed):
    assert slug(name) == typed
    assert plain_name(name) == plain_name(typed) == plain_name(name.upper().replace(" ", "-"))


def test_controls_are_gathered_by_framework_and_reference():
    controls = [
        make_control("AA-01", frameworks={"GDPR": ("30", "5(2)", "5(2)"), "ISO 27001": ("A.5.2",)}),
        make_control("BB-01", frameworks={"gdpr": ("5(2)",), "DORA": ("28(3)",)}),
    ]
    found = frameworks(controls)
    assert list(found) == ["dora", "gdpr", "iso27001"]
    assert {key: [one.id for one in some] for key, some in found["gdpr"].references.items()} == {
        "5(2)": ["AA-01", "BB-01"],
        "30": ["AA-01"],
    }
    assert list(found["gdpr"].references) == ["5(2)", "30"]
    assert found["gdpr"].name == "GDPR", "the first spelling counts"
    assert [one.id for one in found["gdpr"].controls] == ["AA-01", "BB-01"]


def test_the_shipped_frameworks_are_told_apart_and_lose_no_reference():
    controls = tables.library().controls
    found = frameworks(controls)
    assert {"gdpr", "dora", "nis2", "iso27001", "soc2", "pcidss", "hipaa", "nistcsf"} <= set(found)
    assert len({one.slug for one in found.values()}) == len(found)
    pairs = {(plain_name(name), ref, c.id) for c in controls for name, refs in c.frameworks.items() for ref in refs}
    assert pairs == {
        (key, ref, c.id) for key, one in found.items() for ref, some in one.references.items() for c in some
    }


def standing(*statuses):
    """Return the status of a vendor whose controls of one reference have these results."""
    names = [f"AA-{number:02}" for number in range(len(statuses))]
    controls = tuple(make_control(name, frameworks={"GDPR": ("28",)}) for name in names)
    results = [Result(name, status) for name, status in zip(names, statuses, strict=True)]
    report = make_report(make_assessment("acme", *results), controls=controls)
    (row,) = cover(frameworks(controls)["gdpr"], report).rows
    assert row.worst is row.standings[0].status
    assert dict(row.standings[0].results) == dict(zip(names, statuses, strict=True))
    return row.worst


@pytest.mark.parametrize(("heavy", "light"), list(itertools.combinations(Status, 2)))
def test_the_worst_control_counts(heavy, light):
    assert standing(heavy, light) is standing(light, heavy) is standing(light, light, heavy) is heavy


@pytest.mark.parametrize("status", list(Status))
def test_a_status_alone_stays_what_it_is(status):
    assert standing(status, status) is status


def test_a_manifest_that_was_not_read_is_an_error_and_what_was_not_judged_is_told():
    judged = make_control("AA-01", frameworks={"GDPR": ("28", "30")})
    other = make_control("BB-01", frameworks={"GDPR": ("28", "44")})
    lost = make_assessment("lost", problems=(), tier="")
    good = make_assessment("good", Result("AA-01", Status.PASS))
    report = make_report(lost, good, controls=(judged,))
    rows = {row.reference: row for row in cover(frameworks([judged, other])["gdpr"], report).rows}
    assert [(one.vendor, one.status) for one in rows["28"].standings] == [
        ("good", Status.PASS),
        ("lost", Status.ERROR),
    ]
    assert [control.id for control in rows["28"].left_out] == ["BB-01"]
    assert rows["30"].counts[Status.ERROR] == rows["30"].counts[Status.PASS] == 1
    assert (rows["44"].controls, rows["44"].standings, rows["44"].worst) == ((), (), None)
