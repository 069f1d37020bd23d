"""`checker explain CONTROL --vendor V`: what decided, where it stands, and the change that would mend it."""

import json
import re

import pytest

from checker.catalogue import shelf
from checker.commands.workspace import open_workspace, program
from checker.library import COMMITTED
from tests.cases import tables
from tests.cli.program import ROOT, checker, repository
from tests.real import need
from tests.review.world import VENDOR, World

DAY = ("--as-of", tables.TODAY)


def explained(world, control, *options):
    done = checker("explain", control, "--vendor", VENDOR, *DAY, *options, cwd=world.place)
    assert done.code == 0, done.err
    return done.out


def block(text, title):
    """Return the lines under a title."""
    found = re.search(rf"^{re.escape(title)}\n((?:  .*\n)*)", text, re.MULTILINE)
    return [line.strip() for line in found[1].splitlines()] if found else []


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


@pytest.mark.parametrize(
    ("control", "edit", "remedy"),
    [
        (
            "EN-01",
            {"encryption.in_transit.enabled_versions": ["1.0", "1.1", "1.2"]},
            [
                "- take 1.0 out of encryption.in_transit.enabled_versions",
                "- take 1.1 out of encryption.in_transit.enabled_versions",
            ],
        ),
        ("DP-01", {"data_protection.dpa.signed_on": None}, ["- add data_protection.dpa.signed_on: 2025-12-15"]),
        (
            "EN-01",
            {"encryption.in_transit.internal_hops": False},
            ["- set encryption.in_transit.internal_hops to true"],
        ),
        (
            "LL-03",
            {"oversight.sanctions.screened_on": "2026-08-01"},
            [f"- set oversight.sanctions.screened_on to {tables.TODAY}"],
        ),
    ],
)
def test_the_least_change_is_found_by_trial(world, control, edit, remedy):
    world.edit(edit)
    text = explained(world, control)
    assert "which blocks" in text.splitlines()[1]
    found = block(text, "What would have to be true to pass")
    assert found[:-1] == remedy
    assert "tried on a copy" in found[-1]


def test_what_no_single_edit_mends_says_so(world):
    manifest = world.manifest()
    manifest["encryption"]["in_transit"]["file_transfer"] = ["sftp", "https"]
    (world.place / f"vendor_manifests/{VENDOR}.yaml").write_text(json.dumps(manifest, indent=1))
    text = explained(world, "GR-05")
    assert "no single edit is enough" in "\n".join(block(text, "What would have to be true to pass"))
    assert "attestation.digest_matches: false" in block(text, "What the checker derived")


def test_values_dates_and_thresholds_stand_with_their_lines(world):
    text = explained(world, "AA-03")
    line = next(
        number
        for number, content in enumerate((world.place / f"vendor_manifests/{VENDOR}.yaml").read_text().splitlines(), 1)
        if '"2026-03-20"' in content
    )
    told = "oversight.audits[penetration_test/2026-03-20].date: 2026-03-20  (247 days ago)"
    assert f"{line}  {told}" in block(text, "What it read in the manifest")
    held = block(text, "What it was held against")
    assert held[0] == "policies/params/thresholds/data.yaml (shipped)"
    number = next(one for one in held if "audit_cadence.penetration_test.high: P12M" in one).split()[0]
    assert (
        "penetration_test" in (ROOT / "policies/params/thresholds/data.yaml").read_text().splitlines()[int(number) - 1]
    )
    assert "P12M: back to 2025-11-22, ahead to 2027-11-22" in block(text, f"How periods count from {tables.TODAY}")
    assert not block(text, "What would have to be true to pass")


def test_waivers_and_absent_fields_are_told(world):
    world.edit({"encryption.in_transit.enabled_versions": ["1.1", "1.2"]})
    world.waiver(
        "EN-01.old_version",
        approved_by=[
            {"name": "K. Ohm", "role": "risk_committee", "email": "k.ohm@client.example"},
            {"name": "L. Adler", "role": "risk_committee", "email": "l.adler@client.example"},
        ],
        granted="2026-11-10",
        expires="2026-12-05",
    )
    text = explained(world, "EN-01")
    assert text.splitlines()[1].endswith("waived")
    assert "waived until 2026-12-05 by vendor_manifests/waivers/" in text
    assert "data_protection.transfers[].commercial" in " ".join(block(explained(world, "DP-03"), "What is not there"))


def test_a_value_of_a_layer_is_told_where_it_stands(world):
    file = world.place / "policies/params/thresholds/data.yaml"
    file.parent.mkdir(parents=True)
    file.write_text("audit_cadence:\n  penetration_test: {high: P6M}\n")
    text = explained(world, "AA-03")
    held = block(text, "What it was held against")
    assert held[0] == "policies/params/thresholds/data.yaml"
    assert any(re.match(r"2 +thresholds.audit_cadence.penetration_test.high: P6M", one) for one in held), held
    assert "AA-03.overdue (fail)" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["EN-01", "--vendor", "halcyon-suport"], f"did you mean `{VENDOR}`"),
        (["EN-1", "--vendor", VENDOR], "did you mean `EN-01`"),
        (["EN-01.old_versions", "--vendor", VENDOR], "did you mean `old_version`"),
        (["EN-01", "--vendor", VENDOR, "--as-of", "soon"], "is no date"),
    ],
)
def test_a_wrong_word_is_told_with_the_right_one(world, arguments, message):
    done = checker("explain", *arguments, cwd=world.place)
    assert (done.code, message in done.err) == (2, True), done.err


def test_what_the_shipped_policies_read_is_up_to_date():
    import argparse

    opa = need("opa")
    workspace = open_workspace(argparse.Namespace(), ROOT)
    assert workspace.shipped
    made = shelf.readings_text(workspace.library, workspace.schemas.fields(), opa)
    assert (COMMITTED / shelf.READINGS).read_text() == made
    assert program("opa") == opa


def test_without_opa_the_shipped_library_is_explained(tmp_path):
    place = repository(tmp_path)
    done = checker("explain", "EN-01", "--vendor", VENDOR, *DAY, cwd=place, path="/nowhere")
    assert (done.code, "encryption.in_transit.enabled_versions" in done.out) == (0, True), done.err
