"""An organisation's own layer: parameters and controls put over the shipped library, and how it is told."""

import json
import shutil
from zipfile import ZipFile

import pytest

from tests.cases import tables
from tests.cli.program import ROOT, checker, repository
from tests.real import need
from tests.review.world import VENDOR, World

DAY = ("--as-of", tables.TODAY)
THRESHOLDS = "params/thresholds/data.yaml"
RESTRICTED = """\
# METADATA
# title: No work in a restricted country
# description: Work in a country on our list needs the approval of the board.
# related_resources:
#   - ref: https://client.example/policies/countries
#     description: Board decision 2026-14
# custom:
#   id: OC-01
#   severity: high
#   owner: risk@client.example
#   effective_on: "2026-01-01"
#   profiles: [full]
#   frameworks: {}
#   remediation: Move the work, or ask the board.
#   findings:
#     restricted: Work is done in a country that the board has restricted, so the vendor acts against our policy.
#   examples:
#     fail: |
#       scope: {locations: [{country: PH}]}
#     pass: |
#       scope: {locations: [{country: DE}]}
package controls.own.restricted_country

undetermined contains finding if some finding in fields.missing(input, [], [["scope", "locations"]])

deny contains {
	"code": "restricted",
	"path": ["scope", "locations", i, "country"],
	"msg": $"{location.country} is on the list of restricted countries",
	"fix": "move the work, or ask the board",
} if {
	some i, location in input.scope.locations
	location.country in data.params.restricted.countries
}
""".replace("restricted_country\n", "restricted_country\n\nimport data.lib.fields\n")
COUNTRIES = """\
apiVersion: vendorpolicy/v1
kind: PolicyData
source: Board decision 2026-14
reviewed_on: "2026-11-01"
review_by: "2027-11-01"
owner: risk@client.example
countries: [DE]
"""


@pytest.fixture
def place(tmp_path):
    return repository(tmp_path)


def put(place, path, text):
    file = place / "policies" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def rules(done):
    """Return the rules of all findings, and the number of controls that judged."""
    report = json.loads(done.out)
    (vendor,) = report["vendors"]
    return {one["rule"] for result in vendor["results"] for one in result["findings"]}, len(vendor["results"])


def test_a_single_value_takes_the_place_of_the_shipped_one(place):
    put(place, THRESHOLDS, "attestation_validity: {high: P1M}\n")
    done = checker("check", *DAY, "--output", "json", cwd=place, path="/nowhere")
    assert rules(done)[0] >= {"GR-05.too_long"}
    assert rules(done)[1] == 46, "without `opa`, for the policies are those of the library"
    assert "your layer over the shipped library" in checker("doctor", cwd=place).out


def test_a_control_is_added_and_judges_on_both_engines(place):
    need("opa")
    put(place, "controls/own/restricted_country/restricted_country.rego", RESTRICTED)
    put(place, "params/restricted/data.yaml", COUNTRIES)
    found = [
        rules(checker("check", *DAY, "--engine", engine, "--output", "json", cwd=place)) for engine in ("wasm", "opa")
    ]
    assert found == [({"OC-01.restricted"}, 47)] * 2
    listed = checker("policy", "diff", cwd=place).out
    assert "+ OC-01 No work in a restricted country (high)" in listed
    assert "+ controls/own/restricted_country/restricted_country.rego" in listed
    assert "+ restricted: " in listed


@pytest.mark.parametrize(
    ("path", "text", "code", "message"),
    [
        (THRESHOLDS, "attestation_validity: {high: 7}\n", 2, f"{THRESHOLDS}:1:30: `attestation_validity.high`"),
        (THRESHOLDS, "attestation_validty: {high: P1M}\n", 2, "attestation_validity"),
        (THRESHOLDS, "- P1M\n", 2, "The file holds a list"),
        ("controls/encryption/in_transit/in_transit.rego", "package x\n", 3, "cannot replace a policy of the library"),
        ("lib/dates/dates.rego", "package lib.dates\n", 3, "cannot replace a policy of the library"),
        ("other/rule.rego", "package other\n", 3, "a layer holds controls/, portfolio/, lib/ and params/"),
        ("controls/own/thing.yaml", "a: 1\n", 3, "is no parameter file"),
    ],
)
def test_a_layer_that_does_not_fit_is_refused(place, path, text, code, message):
    put(place, path, text)
    if path.endswith(".yaml") and not path.startswith("params"):
        put(place, THRESHOLDS, "{}\n")
    done = checker("check", *DAY, cwd=place)
    assert (done.code, message in done.err) == (code, True), done.err


def test_an_id_of_the_library_is_not_used_again(place):
    need("opa")
    put(place, "controls/own/restricted_country/restricted_country.rego", RESTRICTED.replace("OC-01", "EN-01"))
    done = checker("check", *DAY, cwd=place)
    assert done.code != 0
    assert "EN-01" in done.err


def test_values_of_the_layer_are_due_for_review_where_they_stand(place):
    put(place, THRESHOLDS, 'owner: risk@client.example\nreview_by: "2026-11-01"\n')
    found = json.loads(checker("check", *DAY, "--output", "json", cwd=place).out)["others"]
    (late,) = [one for one in found if one["rule"] == "parameters.review_overdue"]
    assert (late["path"], late["line"]) == (f"policies/{THRESHOLDS}", 2)
    assert "risk@client.example" in late["message"]


def test_the_difference_names_values_and_vendors(place):
    put(
        place,
        THRESHOLDS,
        "attestation_validity: {high: P1M}\n",
    )
    put(place, "params/waivers/data.yaml", "not_waivable: [GR-02]\n")
    (place / "checker.toml").write_text('[skip]\nLL-02 = "Nobody delivers software to us."\n')
    done = checker("policy", "diff", "--vendors", *DAY, cwd=place)
    assert done.code == 0, done.err
    assert "~ thresholds.attestation_validity.high: P12M -> P1M" in done.out
    assert "~ waivers.not_waivable: -GR-05, -CN-01" in done.out
    assert "off LL-02: Nobody delivers software to us." in done.out
    assert f"GR-05 {VENDOR}: fail -> pass (no longer blocks)" in done.out
    told = json.loads(checker("policy", "diff", "--output", "json", cwd=place).out)
    assert {"name": "thresholds.attestation_validity.high", "shipped": "P12M", "here": "P1M"} in told["parameters"]
    assert (told["controls"], told["policies"], told["vendors"]) == ([], [], None)


def test_the_shipped_library_does_not_differ_from_itself(place):
    done = checker("policy", "diff", cwd=place)
    assert (done.code, "no difference" in done.out) == (0, True)


def test_a_library_of_ones_own_is_compared_too(place):
    import shutil

    need("opa")
    shutil.copytree(ROOT / "policies", place / "policies")
    file = place / "policies/controls/encryption/in_transit/in_transit.rego"
    file.write_text(file.read_text().replace("#   severity: critical", "#   severity: high", 1))
    shutil.rmtree(place / "policies/controls/people/key_persons", ignore_errors=True)
    told = checker("policy", "diff", cwd=place).out
    assert "a library of its own beside" in told
    assert "~ EN-01.severity: critical -> high" in told
    assert "~ controls/encryption/in_transit/in_transit.rego" in told


def test_a_review_takes_the_layer_of_the_base(tmp_path):
    world = World(tmp_path)
    put(world.place, THRESHOLDS, "attestation_validity: {high: P2M}\nattestation_renewal_warning: P1D\n")
    world.commit()
    world.branch()
    put(world.place, THRESHOLDS, "attestation_renewal_warning: P1D\n")
    world.edit({"attestation.valid_until": "2027-10-01"})
    seen = world.review()
    assert (seen.code, "GR-05.too_long" in seen.blocking) == (1, True)
    assert seen.review["impact"]["files"] == [f"policies/{THRESHOLDS}"]


def next_version(place, *, as_wheel):
    """Return another version of the checker, in which attestations of the tier `high` lapse sooner."""
    files = {path: path.read_bytes() for name in ("policies", "schemas") for path in sorted((ROOT / name).rglob("*.*"))}
    texts = {path.relative_to(ROOT).as_posix(): content for path, content in files.items() if path.is_file()}
    thresholds = f"policies/{THRESHOLDS}"
    texts[thresholds] = texts[thresholds].replace(b"high: P12M, medium: P12M", b"high: P1M, medium: P12M", 1)
    data = {f"checker/library_data/{one.name}": one.read_bytes() for one in (ROOT / "checker/library_data").iterdir()}
    if as_wheel:
        with ZipFile(place / "next.whl", "w") as wheel:
            for name, content in {**{f"checker/_shipped/{path}": text for path, text in texts.items()}, **data}.items():
                wheel.writestr(name, content)
        return "next.whl"
    for name, content in {**texts, **data}.items():
        file = place / "next" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return "next"


@pytest.mark.parametrize("as_wheel", [True, False])
def test_upgrade_notes_for_a_layer_leave_its_own_values_where_they_are(place, as_wheel):
    put(place, THRESHOLDS, "attestation_validity: {low: P6M}\n")
    given = next_version(place, as_wheel=as_wheel)
    done = checker("policy", "diff", "--upgrade", given, "--vendors", *DAY, cwd=place, path="/usr/bin:/bin")
    assert (done.code, done.err) == (0, "")
    headline, *_, way, _, title, flip = done.out.splitlines()
    assert headline == f"what changes when policies/ is a layer over the library of {given}"
    assert way == "  ~ thresholds.attestation_validity.high: P12M -> P1M"
    assert (title, flip) == ("by the library of the upgrade", "  GR-05 halcyon-support: pass -> fail (blocks)")
    assert "attestation_validity.low" not in done.out


def test_a_layer_that_decides_the_value_itself_is_not_touched_by_the_upgrade(place):
    put(place, THRESHOLDS, "attestation_validity: {high: P12M}\n")
    given = next_version(place, as_wheel=True)
    done = checker("policy", "diff", "--upgrade", given, "--vendors", "--output", "json", *DAY, cwd=place)
    told = json.loads(done.out)
    assert (told["parameters"], told["vendors"], list(told["libraries"])) == ([], [], ["here", "upgrade"])


def test_upgrade_notes_for_a_copy_made_from_this_version(place):
    shutil.copytree(ROOT / "policies", place / "policies")
    shutil.copytree(ROOT / "schemas", place / "schemas")
    given = next_version(place, as_wheel=True)
    done = checker("policy", "diff", "--upgrade", given, "--vendors", *DAY, cwd=place, path="/usr/bin:/bin")
    assert done.out.splitlines()[0] == f"what changes when the library of {given} takes the place of policies/"
    assert "  GR-05 halcyon-support: pass -> fail (blocks)" in done.out.splitlines()


@pytest.mark.parametrize("given", ["nowhere", "checker.toml", "vendor_manifests"])
def test_what_is_no_version_of_the_checker(place, given):
    done = checker("policy", "diff", "--upgrade", given, cwd=place)
    assert (done.code, done.out) == (2, "")
    assert "name a wheel of the checker, or a checkout of it" in done.err
