"""The facts that policies read as input.derived."""

import copy
import hashlib

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from checker import facts
from checker.facts.scan import is_odd
from tests.cases import tables

# What JSON writes in a form of its own, and what it does not.
NAMES = st.text('aZ0é€😀\u2028\u0001\n\t\x7f"\\/{}:, ', max_size=12)
PLAIN_NUMBERS = st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: not is_odd(number))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | NAMES | PLAIN_NUMBERS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.from_regex(r"[a-z_.]{1,8}", fullmatch=True), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["access", "legal", "scope"]), VALUES))
def test_fast_digest_is_the_canonical_one(content):
    manifest = {"metadata": {"id": "x"}, **content}
    blocks = {"access", "legal"}
    assert facts.digest(manifest, blocks, odd_numbers=False) == facts.digest(manifest, blocks, odd_numbers=True)


@pytest.mark.parametrize(
    ("number", "odd"),
    [(1.5, False), (-0.25, False), (0.0001, False), (5.0, True), (-0.0, True), (1e-5, True), (1e16, True)],
)
def test_odd_numbers_are_those_that_canonical_json_writes_its_own_way(number, odd):
    assert is_odd(number) == (rfc8785.dumps(number) != repr(number).encode()) == odd
    manifest = {"metadata": {"id": "x"}, "access": {"rate": number}}
    derived = tables.judge(tables.TODAY).deriver.derive("x.yaml", manifest)
    assert derived["attestation"]["digest"] == facts.digest(manifest, tables.blocks())


def test_digest_is_sha256_over_rfc8785():
    manifest = {
        "metadata": {"id": "x"},
        "access": {"b": 1.5, "a": "é"},
        "scope": 1,
        "attestation": {"name": "N", "digest": "old"},
    }
    signed = {"id": "x", "attestation": {"name": "N"}, "blocks": {"access": {"b": 1.5, "a": "é"}}}
    assert facts.digest(manifest, {"access"}) == hashlib.sha256(rfc8785.dumps(signed)).hexdigest()


def test_digest_changes_with_vendor_blocks_and_signature_only():
    base = tables.base()
    before = facts.digest(base, tables.blocks())
    for path, changes in {
        ("scope", "risk_tier"): False,
        ("contract", "signed_on"): False,
        ("access", "role_based"): True,
        ("attestation", "date"): True,
        ("metadata", "id"): True,
    }.items():
        other = copy.deepcopy(base)
        other[path[0]][path[1]] = "changed"
        assert (facts.digest(other, tables.blocks()) != before) == changes, path


def _term(name, exception=""):
    return {"license": name, "exception": exception}


@pytest.mark.parametrize(
    ("text", "branches"),
    [
        ("MIT", [[_term("MIT")]]),
        ("mit", [[_term("MIT")]]),
        ("MIT OR Apache-2.0", [[_term("MIT")], [_term("Apache-2.0")]]),
        ("MIT AND Apache-2.0 OR ISC", [[_term("MIT"), _term("Apache-2.0")], [_term("ISC")]]),
        ("MIT AND (Apache-2.0 OR ISC)", [[_term("MIT"), _term("Apache-2.0")], [_term("MIT"), _term("ISC")]]),
        (
            "GPL-3.0-only WITH Classpath-exception-2.0 OR MIT",
            [[_term("GPL-3.0-only", "Classpath-exception-2.0")], [_term("MIT")]],
        ),
        ("Apache-2.0+", [[_term("Apache-2.0")]]),
        ("NONE", [[_term("NONE")]]),
        ("LicenseRef-MIT-Bootstrap", [[_term("LicenseRef-MIT-Bootstrap")]]),
    ],
)
def test_licence_branches(text, branches):
    found = facts.parse_licence(text)
    assert (found["branches"], found["unknown"], found["error"]) == (branches, [], "")


@pytest.mark.parametrize(
    "text", ["(MIT", "MIT MIT", "", "AND", "(", " AND ".join(f"(A{i} OR B{i})" for i in range(20))]
)
def test_licence_that_does_not_parse_says_why(text):
    found = facts.parse_licence(text)
    assert found["error"]
    assert found["branches"] == []


def test_deprecated_and_unknown_ids_are_named():
    assert facts.parse_licence("GPL-3.0 OR MIT")["deprecated"] == [{"from": "GPL-3.0", "to": "GPL-3.0-only"}]
    assert facts.parse_licence("Foo-1.0 AND MIT")["unknown"] == ["Foo-1.0"]
    assert facts.parse_licence("GPL-3.0-only WITH Foo-exception")["unknown"] == ["Foo-exception"]


@pytest.mark.parametrize("name", ["LicenseRef-Commons-Clause", "Apache-2.0", "NONE", "AdditionRef-Mine"])
def test_only_an_exception_of_spdx_may_follow_with(name):
    assert facts.parse_licence(f"MIT WITH {name}")["unknown"] == [name]
    assert facts.parse_licence(f"MIT WITH {name} OR {name}")["unknown"] == [name]
    assert facts.parse_licence(f"{name} OR MIT WITH {name}")["unknown"] == [name]


def test_an_exception_keeps_its_new_name():
    found = facts.parse_licence("LGPL-2.1-only WITH Nokia-Qt-exception-1.1")
    assert found["branches"] == [[_term("LGPL-2.1-only", "Qt-LGPL-exception-1.1")]]
    assert found["unknown"] == []


@given(st.text(alphabet="MITANDORWH()-+. 0a", max_size=30))
def test_any_text_gives_branches_or_an_error(text):
    found = facts.parse_licence(text)
    assert bool(found["branches"]) != bool(found["error"])


@pytest.mark.parametrize(
    ("engaged", "expected"),
    [
        ({"a": "vendor"}, {"a": 1}),
        ({"a": "vendor", "b": "a", "c": "b"}, {"a": 1, "b": 2, "c": 3}),
        ({"a": "b", "b": "a"}, {}),
        ({"a": "a"}, {}),
        ({"a": "nobody", "b": "vendor"}, {"b": 1}),
    ],
)
def test_chain_depths(engaged, expected):
    parties = [{"id": name, "engaged_by": by} for name, by in engaged.items()]
    assert facts.chain_depths({"subcontracting": {"parties": parties}}) == expected
    assert facts.chain_depths({"subcontracting": {"parties": parties[::-1]}}) == expected


def test_derived_of_the_base_manifest():
    judge = tables.judge(tables.TODAY)
    derived = judge.input(tables.Document(tables.FILE, tables.base(), b""))["derived"]
    assert derived["attestation"]["digest_matches"] is True
    assert derived["attestation"]["due"]["P12M"] == "2027-10-05"
    assert set(derived["evidence"]["files"].values()) == {"match"}
    assert derived["subcontracting"]["depth"] == {"nordhost": 1}
    entities = {one["id"]: one["entity"] for one in derived["evidence"]["references"]}
    assert entities["ev-sub"] == "nordhost"
    assert entities["ev-dpa"] == "vendor"


@pytest.mark.parametrize(
    ("end", "until", "expected"),
    [
        ("2025-09-30", "2025-12-31", True),
        ("2025-09-30", "2026-01-01", False),
        ("2025-06-30", "2025-09-30", True),
        ("2025-06-30", "2025-10-01", False),
        ("2025-11-30", "2026-02-28", True),
        ("2025-08-30", "2025-11-30", True),
        ("2025-09-15", "2025-12-15", True),
        ("2025-09-15", "2025-12-16", False),
        ("2025-09-30", "2025-09-30", True),
        ("2025-09-30", "2025-09-29", False),
    ],
)
def test_a_letter_bridges_whole_months(end, until, expected):
    manifest = tables.base()
    manifest["assurance"]["reports"][0] |= {"period_end": end, "bridge_letter": {"until": until}}
    derived = tables.judge(tables.TODAY).input(tables.Document(tables.FILE, manifest, b""))["derived"]
    assert derived["assurance"]["reports"][0]["bridges"]["P3M"] is expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"path": "dd.txt", "sha256": "0" * 64}, "mismatch"),
        ({"path": "not-there.txt", "sha256": "0" * 64}, "missing"),
        ({"path": "dd.txt"}, "unhashed"),
        ({"uri": "https://records.client.example/x", "sha256": "0" * 64}, "uri"),
    ],
)
def test_state_of_evidence(item, expected):
    manifest = tables.base()
    manifest["evidence"]["ev-dd"] = item
    derived = tables.judge(tables.TODAY).input(tables.Document(tables.FILE, manifest, b""))["derived"]
    assert derived["evidence"]["files"]["ev-dd"] == expected


LICENCES, EXCEPTIONS = facts.licence_ids(tables.library().parameters)
TERM = st.sampled_from(sorted(LICENCES)) | st.builds(
    "{} WITH {}".format, st.sampled_from(sorted(LICENCES)), st.sampled_from(sorted(EXCEPTIONS))
)
FLAT = st.lists(st.lists(TERM, min_size=1, max_size=3).map(" AND ".join), min_size=1, max_size=3).map(" OR ".join)
WORDS = ["MIT", "ISC", "Foo", "AND", "OR", "WITH", "(", ")", "", "+", "Classpath-exception-2.0"]


@given(FLAT)
def test_the_short_way_reads_what_the_parser_reads(text):
    assert facts.flat_branches(text, LICENCES, EXCEPTIONS) == facts.parse_licence(text)["branches"]


@given(st.lists(st.sampled_from(WORDS), max_size=7).map(" ".join) | FLAT)
def test_the_short_way_takes_only_what_the_parser_finds_sound(text):
    branches = facts.flat_branches(text, LICENCES, EXCEPTIONS)
    if branches is not None:
        assert facts.parse_licence(text) == {"branches": branches, "unknown": [], "deprecated": [], "error": ""}


def test_due_dates_come_from_the_manifest_itself():
    manifest = {
        "metadata": {"id": "x"},
        "communication": {"last_meeting": "2026-01-31", "meeting_cadence": "P1M"},
        "encryption": {"keys": {"last_rotated": "2024-02-29", "rotation": "P1Y"}},
        "quality": {"last_feedback": "2026-11-03"},
        "contract": {"ended_on": "2026-09-30", "expires": "2028-05-31", "notice_by_client": "P3M"},
        "data_handling": {"retention": {"deletion_within": "P30D"}},
    }
    assert _derived(manifest)["due"] == {
        "communication.last_meeting": "2026-02-28",
        "encryption.keys.last_rotated": "2025-02-28",
        "contract.ended_on": "2026-10-30",
        # Three months from the last of February end on 29 May; from the first of March they would end in June.
        "contract.notice_by_client": "2028-02-29",
    }


def test_durations_are_measured():
    found = _derived({"metadata": {"id": "x", "legal_name": "P1"}, "incident": {"a": "PT24H", "b": ["P6M", "Paris"]}})
    assert found["durations"] == {
        "P6M": {"unit": "months", "length": 6},
        "PT24H": {"unit": "seconds", "length": 86_400},
    }


@pytest.mark.parametrize(
    ("initial", "clocks", "expected"),
    [
        ("PT24H", {"a": ("vendor", "PT12H"), "b": ("a", "P1D")}, {"a": 36 * 3600, "b": 60 * 3600}),
        ("PT24H", {"b": ("a", "PT1H"), "a": ("vendor", "")}, {}),
        ("PT24H", {"a": ("b", "PT1H"), "b": ("a", "PT1H"), "c": ("vendor", "PT0S")}, {"c": 24 * 3600}),
        ("", {"a": ("vendor", "PT1H")}, {}),
        ("P1M", {"a": ("vendor", "PT1H")}, {}),
    ],
)
def test_clocks_add_up_along_the_chain(initial, clocks, expected):
    parties = [{"id": name, "engaged_by": by, "notification": clock} for name, (by, clock) in clocks.items()]
    manifest = {"incident": {"notification": {"initial": initial}}, "subcontracting": {"parties": parties}}
    assert facts.chain_clocks(manifest) == expected


@pytest.mark.parametrize(
    ("start", "end", "until", "spans", "bridges"),
    [
        ("2026-01-01", "2026-06-30", "2026-09-30", True, True),
        ("2026-01-02", "2026-06-30", "2026-10-01", False, False),
        ("2025-08-31", "2026-02-27", "2026-02-26", True, False),
        ("2025-08-31", "2026-02-26", "2026-02-26", False, True),
    ],
)
def test_spans_of_reports(start, end, until, spans, bridges):
    report = {"period_start": start, "period_end": end, "bridge_letter": {"until": until}}
    (found,) = _derived({"metadata": {"id": "x"}, "assurance": {"reports": [report]}})["assurance"]["reports"]
    assert found["spans"]["P6M"] is spans
    assert found["bridges"]["P3M"] is bridges


def test_a_report_without_dates_spans_nothing():
    reports = [{}, {"period_end": "2026-06-30"}, {"period_start": "2026-06-30", "bridge_letter": {}}]
    found = _derived({"metadata": {"id": "x"}, "assurance": {"reports": reports}})["assurance"]["reports"]
    assert found == [{"spans": {}, "bridges": {}}] * 3


def _derived(manifest):
    deriver = facts.Deriver(set(), ["P12M"], ["P3M", "P6M"], frozenset(), frozenset(), lambda *_: "missing")
    return deriver.derive("x.yaml", manifest)
