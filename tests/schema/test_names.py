"""Names of list items: stable when lists are shuffled, and unique in their list."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.schema.names import item_name, natural_keys
from tests.schema.material import SAMPLE, SCOPE, check, read, schemas

DATA = read(SAMPLE).data


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        ((), ""),
        (("metadata", "id"), "metadata.id"),
        (("subcontracting", "parties", 0, "countries"), "subcontracting.parties[nordhost].countries"),
        (("subcontracting", "parties", 0, "countries", 0), "subcontracting.parties[nordhost].countries[DE]"),
        (("data_protection", "transfers", 1), "data_protection.transfers[GB/PH/vendor/uk_addendum]"),
        (("oversight", "audits", 3, "date"), "oversight.audits[onsite_visit/2027-05-10].date"),
        (("encryption", "keys", "asymmetric", 0), "encryption.keys.asymmetric[RSA/3072]"),
        (
            ("service_levels", 0, "measurements", 0),
            "service_levels[first_response_time].measurements[2026-10-31]",
        ),
        (("evidence", "ev-soc2", "expires"), "evidence.ev-soc2.expires"),
        (("subcontracting", "parties", 7, "id"), "subcontracting.parties[null].id"),
        (("metadata", "unheard", 0, "of"), "metadata.unheard[null].of"),
    ],
)
def test_a_list_item_is_named_by_its_natural_key(keys, name):
    assert schemas().subject(DATA, keys) == name
    assert schemas().natural_keys().subject(DATA, keys) == name


def test_a_name_does_not_depend_on_the_order_of_the_list():
    audits = DATA["oversight"]["audits"]
    turned = {"oversight": {"audits": audits[::-1]}}
    for index in range(len(audits)):
        name = schemas().subject(DATA, ("oversight", "audits", index))
        assert schemas().subject(turned, ("oversight", "audits", len(audits) - 1 - index)) == name


def test_items_without_a_key_are_told_apart_by_their_content():
    data = {"subcontracting": {"parties": [{"kind": "company"}, {"kind": "individual"}]}}
    names = [schemas().subject(data, ("subcontracting", "parties", index)) for index in (0, 1)]
    assert names[0] != names[1]
    assert all(name.startswith("subcontracting.parties[~") for name in names)


def test_every_list_item_of_the_sample_has_a_name_of_its_own():
    seen = set()

    def walk(node, keys):
        if isinstance(node, (dict, list)):
            items = node.items() if isinstance(node, dict) else enumerate(node)
            for key, value in items:
                name = schemas().subject(DATA, (*keys, key))
                assert name not in seen
                seen.add(name)
                walk(value, (*keys, key))

    walk(DATA, ())
    assert len(seen) > 300


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ("{metric: csat, channel: voice, target: 1}", 0),
        ("{metric: csat, target: 1}", 1),
        ("{metric: csat, channel: chat, target: 1}", 1),
    ],
)
def test_an_optional_part_of_the_key_tells_items_apart(second, expected):
    head = (
        "apiVersion: vendorpolicy/v1\nkind: VendorManifest\nmetadata: {id: acme, legal_name: A}\n"
        f"scope: {json.dumps(SCOPE)}\n"
    )
    text = f"{head}service_levels:\n  - {{metric: csat}}\n  - {{metric: csat, channel: chat}}\n  - {second}\n"
    rules = [problem.rule for problem in check(text)]
    assert rules == ["schema.duplicate_item"] * expected


def test_the_vendor_attested_blocks_are_those_of_the_design():
    assert set(schemas().vendor_blocks) == {
        "data_protection",
        "data_handling",
        "encryption",
        "access",
        "subcontracting",
        "assurance",
        "legal",
        "continuity",
        "financial",
        "incident",
        "people",
        "evidence",
    }


PART = st.text(alphabet="ab/[].%~ ", min_size=1, max_size=6)
ITEM = st.fixed_dictionaries({}, optional={"name": PART, "version": PART, "use": PART})


@given(ITEM, ITEM)
def test_different_items_never_share_a_name(one, other):
    key = ("name", "version", "use")
    assert (item_name(one, key) == item_name(other, key)) == (one == other)


@given(ITEM, PART)
def test_no_text_reaches_beyond_its_brackets(item, text):
    """So a waiver for one item covers no other: no name holds what follows a name in a subject."""
    for name in (item_name(item, ("name", "version", "use")), item_name(text, ())):
        assert "[" not in name
        assert "]" not in name


@given(st.text(alphabet="ab.%", min_size=1, max_size=6), st.text(alphabet="ab.%", min_size=1, max_size=6))
def test_keys_with_dots_stay_one_step(one, other):
    subject = natural_keys({}).subject
    assert (subject({}, ("evidence", one)) == subject({}, ("evidence", other))) == (one == other)
    assert "." not in subject({}, ("evidence", one)).removeprefix("evidence.")
