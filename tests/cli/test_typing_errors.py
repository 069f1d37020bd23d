"""A typing error, wherever it is made, is answered with the word that was meant."""

import json
import re
import subprocess

import pytest

from tests.cases import tables
from tests.cli.program import ROOT, checker, repository
from tests.review.world import World

MANIFEST = "vendor_manifests/halcyon-support.yaml"
NEW = "vendor new x-y --legal-name A --function supporting --tier low --regime none --region none"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    made = World(tmp_path_factory.mktemp("typed"))
    (made.place / "baseline.json").write_text("[]\n")
    made.commit()
    return made.place


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        # commands and actions
        ("chekc", "check"),
        ("explian DP-03", "explain"),
        ("vendor shwo halcyon-support", "show"),
        ("policy lst", "list"),
        ("history lsit", "list"),
        ("report covrage", "coverage"),
        # options
        ("check --profil gdpr", "--profile"),
        ("check --profil=gdpr", "--profile"),
        ("check --asof 2026-11-22", "--as-of"),
        ("review --bas main", "--base"),
        ("vendor list --as-off 2026-11-22", "--as-of"),
        ("policy test --changd main", "--changed"),
        ("policy new GE-01 --titel A", "--title"),
        ("report coverage --framwork gdpr", "--framework"),
        ("--versoin", "--version"),
        ("init --dryrun", "--dry-run"),
        # values of options
        ("check --profile gdrp", "gdpr"),
        ("check --profile starter,gdrp", "gdpr"),
        ("check --only DP-33", "DP-03"),
        ("check --only dp-03", "DP-03"),
        ("check --skip DPP", "DP"),
        ("check --severity hgih", "high"),
        ("check --fail-on critcal", "critical"),
        ("check --engine wsm", "wasm"),
        ("check --output jsn", "json"),
        ("check --output text --output sarf:out.sarif", "sarif"),
        ("check --color alwys", "always"),
        ("check --baseline baselin.json", "baseline.json"),
        ("review --base mian", "main"),
        ("review --base main --output markdwon", "markdown"),
        ("report coverage --framework gpdr", "gdpr"),
        ("report coverage --output textt", "text"),
        ("policy test --engine opaa", "opa"),
        ("init --ci gihub", "github"),
        (f"{NEW} --service payrol --category none --country DE --start 2027-01-01", "payroll"),
        # controls, findings, kinds, vendors, files
        ("explain DP-3", "DP-03"),
        ("explain dp-33", "DP-03"),
        ("explain DP-03.no_mechanims", "no_mechanism"),
        ("explain DP-03 --vendor halcion-support", "halcyon-support"),
        ("policy test DP-33", "DP-03"),
        ("schema manifst", "manifest"),
        ("completion bahs", "bash"),
        ("vendor show halcion-support", "halcyon-support"),
        ("vendor show vendor_manifests/halcion-support.yaml", MANIFEST),
        ("vendor sign halcion-support", "halcyon-support"),
        ("input halcion-support", "halcyon-support"),
        ("check vendor_manifest", "vendor_manifests"),
        ("check vendor_manifests/halcion-support.yaml", MANIFEST),
        ("check halcyon-support", MANIFEST),
        ("check halcion-support", MANIFEST),
    ],
)
def test_on_the_command_line(place, typed, meant):
    done = checker(*typed.split(), cwd=place)
    assert done.code in (2, 3), done  # 3 is git's own: there is no such commit
    assert done.out == ""
    assert f"id you mean `{meant}`?" in done.err


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ('profil = "gdpr"', "checker.toml:1: `profil` is not a field of this file; did you mean `profile`?"),
        ('fail_on = "hihg"', 'Write `fail_on = "high"`.'),
        ('engine = "opaa"', 'Write `engine = "opa"`.'),
        ('profile = "gdrp"', "did you mean `gdpr`?"),
        ('only = ["DP-33"]', "`only` of checker.toml names\n  fix: did you mean `DP-03`?"),
        ('[skip]\nEN-33 = "Nobody encrypts here."', "[skip] of checker.toml names\n  fix: did you mean `EN-03`?"),
        (
            "[limits]\nmax_byte = 2000",
            "checker.toml:2: `max_byte` is not a field of `limits`; did you mean `max_bytes`?",
        ),
        ('manifests = "vendor_manifest"', "did you mean `vendor_manifests`?"),
        ('policies = "polices"', "did you mean `policies`?"),
    ],
)
def test_in_the_settings(tmp_path, settings, told):
    place = repository(tmp_path / "vendors")
    (place / "policies").mkdir()
    (place / "checker.toml").write_text(settings + "\n")
    done = checker("check", cwd=place)
    assert (done.code, done.out, told in done.err) == (2, "", True), done


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ("attestation_validty: {high: P6M}", "did you mean `attestation_validity`?"),
        ("attestation_validity: {hihg: P6M}", "did you mean `high`?"),
    ],
)
def test_in_parameters(tmp_path, parameters, told):
    place = repository(tmp_path / "vendors")
    folder = place / "policies/params/thresholds"
    folder.mkdir(parents=True)
    (folder / "data.yaml").write_text(parameters + "\n")
    done = checker("check", cwd=place)
    assert (done.code, told in done.err) == (2, True), done


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"algorithm"', '"algoritm"', "did you mean `algorithm`?"),
        ('"scope"', '"scop"', "did you mean `scope`?"),
        ('"customer_support"', '"customer_suport"', "Did you mean `customer_support`?"),
        ('"active"', '"actve"', "Did you mean `active`?"),
        ('"VendorManifest"', '"VendorManifst"', "Write `kind: VendorManifest`."),
        ('"PT24H"', '"24H"', "PT24H"),
    ],
)
def test_in_a_manifest(tmp_path, old, new, told):
    place = repository(tmp_path / "vendors")
    file = place / MANIFEST
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    done = checker("check", "--as-of", tables.TODAY, cwd=place, COLUMNS="400")
    assert (done.code, told in done.out) == (1, True), done.out


def test_in_a_waiver(tmp_path):
    place = repository(tmp_path / "vendors")
    folder = place / "vendor_manifests/waivers/halcyon-support"
    folder.mkdir(parents=True)
    waiver = {
        "apiVersion": "vendorpolicy/v1",
        "kind": "Waivr",
        "metadata": {"id": "W-1", "vendr": "halcyon-support"},
        "contrl": "LA-03",
    }
    (folder / "W-1.yaml").write_text(json.dumps(waiver))
    out = checker("check", "--as-of", tables.TODAY, cwd=place, COLUMNS="400").out
    for told in ("Write `kind: Waiver`.", "did you mean `vendor`?", "did you mean `control`?"):
        assert told in out


def test_a_control_in_a_waiver(tmp_path):
    place = repository(tmp_path / "vendors")
    (shipped,) = (ROOT / "vendor_manifests/waivers").rglob("W-2026-018.yaml")
    text = shipped.read_text().replace(shipped.parent.name, "halcyon-support")
    file = place / "vendor_manifests/waivers/halcyon-support/W-2026-018.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(re.sub(r"^control: .*$", "control: EN-33", text, flags=re.MULTILINE))
    out = checker("check", "--as-of", tables.TODAY, cwd=place, COLUMNS="400").out
    assert "id you mean `EN-03`?" in out
    file.write_text(text.replace("vendor: halcyon-support", "vendor: halcion-support"))
    out = checker("check", "--as-of", tables.TODAY, cwd=place, COLUMNS="400").out
    assert "did you mean `halcyon-support`?" in out


def test_a_directory_without_vendors_is_told_how_to_begin(tmp_path):
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    for command in (("check",), ("vendor", "list")):
        done = checker(*command, cwd=tmp_path)
        assert (done.code, "begin by `checker init`" in done.err) == (2, True), done
