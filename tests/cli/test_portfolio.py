"""Concentration over the whole portfolio, as users meet it."""

import json

import pytest

from tests.cases import tables
from tests.cli.program import checker, repository, write
from tests.real import need

GROUP = "XMPL00NORTHGROUP0011"


@pytest.fixture
def portfolio(tmp_path):
    """Five critical functions, four of them with one group of companies, and a supporting one."""
    place = repository(tmp_path)
    for number in range(5):
        add(place, f"function-{number}", {"function": "critical_or_important"}, group_lei=GROUP if number < 4 else None)
    return place


def add(place, vendor, scope, **metadata):
    manifest = tables.base()
    given = {key: value for key, value in metadata.items() if value is not None}
    manifest["metadata"] = {**manifest["metadata"], "id": vendor, "legal_name": f"{vendor} Ltd", **given}
    del manifest["metadata"]["lei"]
    manifest["scope"] = {**manifest["scope"], **scope}
    manifest["subcontracting"] = {"position": "none", "overflow_reoutsourcing": False, "parties": []}
    write(place, tables.signed(manifest))


def judged(place, *arguments):
    done = checker("check", *arguments, "--as-of", tables.TODAY, "--only", "FV-02", "--output", "json", cwd=place)
    return done.code, json.loads(done.out)


def found(report):
    return {
        vendor["vendor"]: sorted({finding["rule"] for result in vendor["results"] for finding in result["findings"]})
        for vendor in report["vendors"]
    }


def test_a_group_with_too_many_functions_is_found_at_each_of_its_vendors(portfolio):
    _, report = judged(portfolio)
    concerned = {vendor for vendor, rules in found(report).items() if "FV-02.group_share" in rules}
    assert concerned == {f"function-{number}" for number in range(4)}
    overview = report["portfolio"]["concentration"]
    assert overview["functions"] == 5
    assert (overview["groups"][0]["functions"], overview["groups"][0]["share_pct"]) == (4, 80)


def test_one_manifest_is_judged_as_part_of_the_whole(portfolio):
    _, report = judged(portfolio, "vendor_manifests/function-1.yaml")
    assert list(found(report)) == ["function-1"]
    assert "FV-02.group_share" in found(report)["function-1"]


def test_a_finding_of_the_portfolio_has_a_place_and_can_be_waived(portfolio):
    _, before = judged(portfolio, "vendor_manifests/function-1.yaml")
    (finding,) = [one for one in before["vendors"][0]["results"][0]["findings"] if one["rule"] == "FV-02.group_share"]
    lines = (portfolio / finding["path"]).read_text().splitlines()
    assert '"group_lei"' in lines[finding["line"] - 1]
    waiver = {
        "apiVersion": "vendorpolicy/v1",
        "kind": "Waiver",
        "metadata": {"id": "W-2026-001", "vendor": "function-1"},
        "control": "FV-02.group_share",
        "subject": finding["subject"],
        "reason": "A second provider starts in spring.",
        "compensating_controls": ["monthly review"],
        "requested_by": "x.other@client.example",
        "approved_by": [{"name": "K. Ohm", "role": "compliance_lead", "email": "k.ohm@client.example"}],
        "granted": "2026-11-01",
        "expires": "2027-02-01",
        "risk_ref": "RSK-1",
    }
    folder = portfolio / "vendor_manifests" / "waivers" / "function-1"
    folder.mkdir(parents=True)
    (folder / "W-2026-001.yaml").write_text(json.dumps(waiver))
    _, after = judged(portfolio, "vendor_manifests/function-1.yaml")
    statuses = {one["rule"]: one["status"] for one in after["vendors"][0]["results"][0]["findings"]}
    assert statuses["FV-02.group_share"] == "waived"


def test_below_the_least_number_of_functions_nothing_is_found(portfolio):
    for number in (0, 1):
        (portfolio / "vendor_manifests" / f"function-{number}.yaml").unlink()
    _, report = judged(portfolio)
    assert not any("FV-02.group_share" in rules for rules in found(report).values())
    assert report["portfolio"]["concentration"]["judged"] is False


def test_a_manifest_without_a_verdict_is_told(portfolio):
    (portfolio / "vendor_manifests" / "broken.yaml").write_text("a: [")
    _, report = judged(portfolio)
    assert report["notes"][0].startswith("the view over all vendors leaves out 1 of 7 manifests")


def test_without_the_control_the_portfolio_is_not_asked(portfolio):
    done = checker("check", "--as-of", tables.TODAY, "--only", "GR-01", "--output", "json", cwd=portfolio)
    assert json.loads(done.out)["portfolio"] == {}


def test_both_engines_and_any_number_of_processes_say_the_same(portfolio):
    need("opa")
    for number in range(110):
        add(portfolio, f"support-{number:03}", {"function": "supporting"})
    runs = [judged(portfolio, *options) for options in (["--jobs", "1"], ["--jobs", "2"], ["--engine", "opa"])]
    for _, report in runs:
        report["provenance"]["engine"] = ""
    assert runs[0] == runs[1] == runs[2]
    assert len(runs[0][1]["vendors"]) == 116
