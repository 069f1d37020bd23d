"""What a change means, in words that a reviewer understands."""

import copy
import random

import pytest

from checker.review.meaning import MOST, meaning
from tests.cases import tables


def told(change, base=None):
    before = base or tables.base()
    after = copy.deepcopy(before)
    change(after)
    schemas = tables.judge(tables.TODAY).schemas
    return meaning(before, after, schemas.natural_keys(), schemas.vendor_blocks)


def put(path, value):
    def change(manifest):
        *keys, last = (int(key) if key.isdigit() else key for key in path.split("."))
        node = manifest
        for key in keys:
            node = node[key]
        if value is None:
            del node[last]
        elif isinstance(node, list) and last == len(node):
            node.append(value)
        else:
            node[last] = value

    return change


UNSIGNED = "not re-attested since: the sign-off is still that of 2026-10-05"
PARTY = {"id": "velora", "service": "mail", "countries": ["IN", "DE"], "kind": "company", "data": []}


@pytest.mark.parametrize(
    ("path", "value", "sentences"),
    [
        ("scope.risk_tier", "medium", ["scope.risk_tier changed from high to medium"]),
        ("contract.expires", "2031-12-31", ["contract.expires changed from 2028-12-31 to 2031-12-31"]),
        (
            "subcontracting.parties.1",
            PARTY,
            [UNSIGNED, "sub-processor velora added (service mail, countries IN, DE, kind company)"],
        ),
        (
            "subcontracting.parties.0",
            None,
            [UNSIGNED, "sub-processor nordhost removed (legal_name Nordhost GmbH, kind company, engaged_by vendor)"],
        ),
        (
            "encryption.at_rest.covers",
            ["databases", "files"],
            [UNSIGNED, "encryption.at_rest.covers: backups, endpoints dropped"],
        ),
        ("encryption.at_rest.covers.4", "tapes", [UNSIGNED, "encryption.at_rest.covers: tapes added"]),
        ("attestation.date", "2026-11-20", ["re-attested on 2026-11-20 by Maria Santos"]),
        (
            "evidence.ev-scc.issuer",
            "Velora",
            [UNSIGNED, "evidence.ev-scc.issuer changed from Client Bank AG to Velora"],
        ),
        ("access.mfa.coverage", None, [UNSIGNED, "access.mfa.coverage is no longer told (it was all)"]),
        ("incident.history", None, [UNSIGNED, "incident.history is no longer told (it was an empty list)"]),
        (
            "incident.history.0",
            {"id": "I-1", "severity": "high"},
            [UNSIGNED, "incident.history I-1 added (severity high)"],
        ),
        ("scope.systematic_monitoring", False, ["scope.systematic_monitoring is now told: false"]),
        (
            "subcontracting.parties.0.countries",
            ["DE", "IN"],
            [UNSIGNED, "subcontracting.parties[nordhost].countries: IN added"],
        ),
    ],
)
def test_a_change_is_told(path, value, sentences):
    expires = tables.base()["contract"]["expires"]
    expected = [sentence.replace("2028-12-31", expires) for sentence in sentences]
    assert list(told(put(path, value))) == expected


def test_an_added_or_deleted_manifest_has_no_change():
    schemas = tables.judge(tables.TODAY).schemas
    assert meaning(None, tables.base(), schemas.natural_keys(), schemas.vendor_blocks) == ()
    assert meaning(tables.base(), None, schemas.natural_keys(), schemas.vendor_blocks) == ()


def test_what_matters_most_comes_first_and_the_rest_is_counted():
    def change(manifest):
        put("scope.risk_tier", "critical")(manifest)
        for number in range(30):
            manifest["scope"]["data"].append({"id": f"set-{number}", "category": "public"})

    sentences = told(change)
    assert sentences[0] == "scope.risk_tier changed from high to critical"
    assert (len(sentences), sentences[-1]) == (MOST + 1, "and 11 more changes")


def _shuffle(node, order):
    if isinstance(node, dict):
        keys = list(node)
        order.shuffle(keys)
        return {key: _shuffle(node[key], order) for key in keys}
    if isinstance(node, list):
        items = [_shuffle(item, order) for item in node]
        order.shuffle(items)
        return items
    return node


@pytest.mark.parametrize("seed", range(5))
def test_order_means_nothing(seed):
    order = random.Random(seed)  # noqa: S311 - no secret

    def change(manifest):
        shuffled = _shuffle(manifest, order)
        manifest.clear()
        manifest.update(shuffled)

    assert told(change) == ()


def test_every_deletion_means_something():
    schemas = tables.judge(tables.TODAY).schemas
    names, signed, base = schemas.natural_keys(), schemas.vendor_blocks, tables.base()
    silent = [path for path, after in tables.deletions() if not meaning(base, after, names, signed)]
    assert silent == [("attestation", "digest")]


@pytest.mark.parametrize("odd", [[], "x", {"attestation": []}, {"subcontracting": {"parties": [1, None, {"id": {}}]}}])
def test_what_breaks_the_schema_is_told_without_failing(odd: object):
    def change(manifest):
        if isinstance(odd, dict):
            manifest.update(odd)
        else:
            manifest["subcontracting"] = odd

    assert told(change)
