"""The fictional vendors: what each shows, for how long, and that everything about them is in order and made up."""

import datetime as dt
import hashlib
import re

import pytest

from checker.model import Status
from tests.vendors.runs import ENGINES, ROOT, TODAY, judge, manifest, report

FOLDER = "vendor_manifests"
# Every result that is neither a pass nor not applicable. Each vendor is here for a reason, told in docs/vendors.md.
SHOWN = {
    "cedarvoice-transcription": {"AA-03.overdue": "waived"},
    "fernwood-plants": {"AA-04.expired": "fail"},
    "harbourline-contact": {"AA-04.ends_before_contract": "warn"},
    "ledgermoor-payroll": {},
    "nordlys-cloud": {},
    "palmleaf-data-entry": {"LL-01.renewal_due": "warn"},
    "pixelharbor-social": {"LL-02.deprecated_id": "warn"},
    "quillforge-software": {"LL-02.not_allowed": "waived"},
    "sollbruck-collections": {
        "DP-01.missing": "undetermined",
        "EN-01.old_version": "waived",
        "GR-05.ends_soon": "warn",
        "LL-01.no_licence": "fail",
        "waiver.ends_soon": "warn",
    },
}
TIERS = {"nordlys-cloud": "critical", "pixelharbor-social": "medium", "fernwood-plants": "low"}
FIRST_BLOCKING_DAY = dt.date(2026, 12, 21)


@pytest.mark.parametrize("engine", ENGINES)
def test_each_vendor_shows_what_it_is_here_for(engine):
    found = report(FOLDER, engine=engine)
    shown = {one.vendor: {finding.rule: finding.status for finding in one.findings} for one in found.assessments}
    assert shown == SHOWN
    assert found.others == ()


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_blocks(engine):
    assert report(FOLDER, engine=engine).exit_code == 0


def test_engines_agree_in_every_word():
    first, second = (report(FOLDER, engine=engine).assessments for engine in ENGINES)
    assert first == second


def test_tiers_and_lifecycles_are_spread():
    found = {one.vendor: (one.tier, one.lifecycle) for one in report(FOLDER).assessments}
    assert {vendor: tier for vendor, (tier, _) in found.items() if tier != "high"} == TIERS
    assert [vendor for vendor, (_, cycle) in found.items() if cycle != "active"] == ["sollbruck-collections"]


def test_little_is_asked_of_a_small_supplier():
    found = next(one for one in report(FOLDER).assessments if one.vendor == "fernwood-plants")
    without = {item.control for item in found.results if item.status is Status.NOT_APPLICABLE}
    assert without >= {"AA-03", "DP-01", "DP-03", "EN-02", "LL-01", "LL-02"}


@pytest.mark.parametrize("after", [14, 28])
def test_nothing_blocks_for_weeks_to_come(after):
    day = dt.date.fromisoformat(TODAY) + dt.timedelta(days=after)
    assert report(FOLDER, day.isoformat()).exit_code == 0


def test_the_first_day_that_blocks():
    before = FIRST_BLOCKING_DAY - dt.timedelta(days=1)
    assert report(FOLDER, before.isoformat()).exit_code == 0
    late = report(FOLDER, FIRST_BLOCKING_DAY.isoformat())
    blocking = {(one.vendor, one.rule) for one in late if one.blocks}
    assert {vendor for vendor, rule in blocking if rule == "LL-03.screening_overdue"} == {
        "cedarvoice-transcription",
        "harbourline-contact",
        "ledgermoor-payroll",
        "nordlys-cloud",
        "palmleaf-data-entry",
        "quillforge-software",
    }
    others = {(vendor, rule) for vendor, rule in blocking if rule != "LL-03.screening_overdue"}
    assert others == {("nordlys-cloud", "GR-04.meeting_overdue"), ("nordlys-cloud", "SQ-03.feedback_overdue")}


def test_waivers_are_live_and_lapse():
    waived = {one.waiver.id for one in report(FOLDER) if one.waiver}
    assert waived == {"W-2026-018", "W-2026-019", "W-2026-022"}
    lapsed = [one for one in report(FOLDER, "2026-12-15") if one.rule == "waiver.expired"]
    assert [one.vendor for one in lapsed] == ["sollbruck-collections"]


def test_every_block_is_filled_in():
    blocks = set(judge().schemas._read("VendorManifest")["properties"])
    for vendor in SHOWN:
        assert set(manifest(f"{FOLDER}/{vendor}.yaml").data) == blocks, vendor


@pytest.mark.parametrize("vendor", SHOWN)
def test_documents_are_there_cited_and_intact(vendor):
    document = manifest(f"{FOLDER}/{vendor}.yaml")
    derived = judge().input(document)["derived"]
    assert derived["attestation"]["digest_matches"] is True
    entries = document.data["evidence"]
    assert {one["id"] for one in derived["evidence"]["references"]} == set(entries)
    folder = ROOT / FOLDER / "evidence" / vendor
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    declared = {item["path"]: item["sha256"] for item in entries.values() if "path" in item}
    assert declared == {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}


@pytest.mark.parametrize("folder", [FOLDER, "examples"])
def test_everything_is_made_up(folder):
    for path in sorted((ROOT / folder).rglob("*")):
        if not path.is_file():
            continue
        text = path.read_text(encoding="utf-8")
        hosts = re.findall(r"[\w.+-]+@([\w.-]+\w)", text) + re.findall(r"https?://([\w.-]+\w)", text)
        assert [host for host in hosts if not host.endswith(".example")] == [], path
        assert [lei for lei in re.findall(r"lei: (\S+)", text) if not lei.startswith("XMPL00")] == [], path
        if "evidence" in path.parts:
            assert text.startswith("FICTIONAL DOCUMENT."), path


def test_waivers_and_documents_belong_to_a_vendor():
    for kind in ("evidence", "waivers"):
        assert {path.name for path in (ROOT / FOLDER / kind).iterdir()} <= set(SHOWN)


def test_the_page_about_the_vendors_names_each_and_the_first_day_that_blocks():
    page = (ROOT / "docs" / "vendors.md").read_text(encoding="utf-8")
    assert [vendor for vendor in SHOWN if f"`{vendor}`" not in page] == []
    assert FIRST_BLOCKING_DAY.isoformat() in page
