"""`checker check` as a process: verdicts, exit codes, outputs, engines, and set-up that is wrong."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest

from checker.commands.schema import KINDS, OUTPUTS
from tests.cases import tables
from tests.cli.program import ROOT, checker, repository, write
from tests.real import need

DAY = ("--as-of", tables.TODAY)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return repository(tmp_path)


def _spoiled(**changes) -> dict:
    manifest = tables.base()
    manifest["encryption"]["in_transit"]["enabled_versions"] = ["1.1", "1.2"]
    manifest.update(changes)
    return tables.signed(manifest)


def test_clean(place):
    done = checker("check", *DAY, cwd=place)
    assert (done.code, done.err) == (0, "")
    assert "halcyon-support" in done.out
    assert "passes" in done.out


def test_finding_with_place_and_fix(place):
    write(place, _spoiled())
    done = checker("check", *DAY, cwd=place)
    assert done.code == 1
    assert "vendor_manifests/halcyon-support.yaml:" in done.out
    assert "CRITICAL EN-01.old_version" in done.out
    assert "fix: switch off TLS 1.1" in done.out


def test_bytes_are_the_same_each_time_and_with_any_number_of_processes(place):
    for number in range(230):
        manifest = _spoiled() if number % 7 == 0 else tables.base()
        manifest["metadata"]["id"] = f"vendor-{number:03}"
        write(place, tables.signed(manifest))
    shutil.rmtree(place / "vendor_manifests/evidence")
    one = checker("check", *DAY, "--jobs", 1, "--output", "json", cwd=place)
    two = checker("check", *DAY, "--jobs", 2, "--output", "json", cwd=place)
    assert one.code == two.code == 1
    assert one.out == two.out
    assert len(json.loads(one.out)["vendors"]) == 231


def test_engines_write_the_same_bytes(place):
    need("opa")
    write(place, _spoiled())
    for form in ("text", "json", "sarif", "junit", "markdown", "github"):
        wasm = checker("check", *DAY, "--engine", "wasm", "--output", form, cwd=place)
        opa = checker("check", *DAY, "--engine", "opa", "--output", form, cwd=place)
        assert wasm.code == opa.code == 1, opa.err
        assert wasm.out == opa.out.replace('"opa"', '"wasm"', 1).replace("engine opa", "engine wasm").replace(
            "opa (OPA", "wasm (OPA"
        ), form


def test_several_outputs_from_one_run(place):
    write(place, _spoiled())
    outputs = ["text", "json:r.json", "sarif:r.sarif", "junit:r.xml", "markdown:r.md", "github:r.txt"]
    done = checker("check", *DAY, *(word for output in outputs for word in ("--output", output)), cwd=place)
    assert done.code == 1
    assert "EN-01.old_version" in done.out
    for output in outputs[1:]:
        assert "EN-01" in (place / output.partition(":")[2]).read_text(), output


def test_one_bad_file_does_not_hide_the_others(place):
    write(place, _spoiled())
    (place / "vendor_manifests/broken.yaml").write_text("kind: VendorManifest\nkind: again\n")
    (place / "vendor_manifests/deep.yaml").write_text("x: " + "[" * 100_000)
    (place / "vendor_manifests/link.yaml").symlink_to("/etc/passwd")
    os.mkfifo(place / "vendor_manifests/pipe.yaml")
    done = checker("check", *DAY, cwd=place)
    assert done.code == 1
    for words in ("yaml.duplicate_key", "yaml.depth", "file.symlink", "file.not_regular", "EN-01.old_version"):
        assert words in done.out
    assert "root:" not in done.out


def test_name_of_the_file_is_the_id(place):
    write(place, tables.base(), "other-name")
    done = checker("check", *DAY, cwd=place)
    assert done.code == 1
    assert "manifest.name" in done.out


def test_two_manifests_of_one_vendor(place):
    (place / "vendor_manifests/more").mkdir()
    shutil.copytree(place / "vendor_manifests/evidence", place / "vendor_manifests/more/evidence")
    shutil.copy(place / "vendor_manifests/halcyon-support.yaml", place / "vendor_manifests/more/halcyon-support.yaml")
    done = checker("check", *DAY, cwd=place)
    assert done.code == 1
    assert "manifest.repeated" in done.out


@pytest.mark.parametrize(
    ("option", "code"),
    [("critical", 1), ("low", 1), (None, 1)],
)
def test_threshold(place, option, code):
    write(place, _spoiled())
    assert checker("check", *DAY, *(["--fail-on", option] if option else []), cwd=place).code == code


def test_threshold_above_the_finding(place):
    manifest = tables.base()
    del manifest["metadata"]["register_ref"]
    write(place, manifest)
    assert checker("check", *DAY, cwd=place).code == 1
    done = checker("check", *DAY, "--fail-on", "critical", cwd=place)
    assert done.code == 0
    assert "GR-01.missing" in done.out


def test_prospective_is_judged_and_never_blocks(place):
    manifest = _spoiled()
    manifest["metadata"]["lifecycle"] = "prospective"
    write(place, manifest)
    done = checker("check", *DAY, cwd=place)
    assert done.code == 1, "its contract is in effect, so the label does not count"
    assert "GR-01.lifecycle_contradicted" in done.out
    manifest["contract"] |= {"signed_on": "2026-12-20", "effective": "2027-01-15"}
    manifest["subcontracting"]["parties"][0]["starts_on"] = "2027-01-15"
    for level in manifest["service_levels"]:
        del level["measurements"]
    write(place, manifest)
    done = checker("check", *DAY, cwd=place)
    assert done.code == 0
    assert "EN-01.old_version" in done.out


def test_ended_contract_leaves_exit_duties_only(place):
    manifest = _spoiled()
    manifest["metadata"]["lifecycle"] = "ended"
    manifest["contract"]["ended_on"] = "2026-11-22"
    write(place, manifest)
    assert checker("check", *DAY, cwd=place).code == 0
    assert checker("check", "--as-of", "2026-11-21", cwd=place).code == 1


def test_selection(place):
    write(place, _spoiled())
    assert checker("check", *DAY, "--only", "GR", cwd=place).code == 0
    assert checker("check", *DAY, "--only", "EN-01", cwd=place).code == 1
    done = checker("check", *DAY, "--skip", "EN-01", cwd=place)
    assert done.code == 0
    assert "EN-01" in done.out, "what is left out is told"


def test_configuration(place):
    write(place, _spoiled())
    (place / "checker.toml").write_text(
        'profile = "starter"\n\n[skip]\nEN-01 = "The old gateway is gone in January, RSK-7."\n'
    )
    done = checker("check", *DAY, cwd=place)
    assert done.code == 0
    assert "RSK-7" in done.out
    assert "profile starter" in done.out


def test_paths_are_those_of_the_working_directory(place):
    write(place, _spoiled())
    done = checker("check", *DAY, "halcyon-support.yaml", cwd=place / "vendor_manifests")
    assert done.code == 1
    assert "vendor_manifests/halcyon-support.yaml:" in done.out


def test_nothing_to_check_is_no_success(place):
    (place / "empty").mkdir()
    assert checker("check", *DAY, "empty", cwd=place).code == 2
    assert checker("check", *DAY, "empty", "--allow-empty", cwd=place).code == 0
    assert checker("check", *DAY, "--only", "EN-01", "--skip", "EN", cwd=place).code == 2


def test_quiet(place):
    assert checker("check", *DAY, "--quiet", cwd=place).out == ""
    write(place, _spoiled())
    assert "EN-01" in checker("check", *DAY, "--quiet", cwd=place).out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["check", "nowhere"], 2, "no file or folder `nowhere`"),
        (["check", "--only", "DP-3"], 2, "did you mean `DP-03`?"),
        (["check", "--profile", "gpdr"], 2, "did you mean `gdpr`?"),
        (["check", "--outptu", "json"], 2, "did you mean `--output`?"),
        (["check", "--output", "jsn"], 2, "did you mean `json`?"),
        (["check", "--output", "json", "--output", "text"], 2, "only one output"),
        (["check", "--output", "json:/nowhere/x.json"], 2, "cannot write /nowhere/x.json"),
        (["check", "--as-of", "2026-02-30"], 2, "`2026-02-30` is no date"),
        (["check", "--as-of", "22.11.2026"], 2, "is no date"),
        (["check", "--jobs", "-1"], 2, "--jobs -1"),
        (["check", "--engine", "wsm"], 2, "did you mean `wasm`?"),
        (["check", "/etc"], 2, "outside the repository"),
        (["chekc"], 2, "did you mean `check`?"),
        (["explain", "DP-99"], 2, "no control `DP-99`"),
        (["explain", "DP-03.no_mechansim"], 2, "did you mean `no_mechanism`?"),
        (["input", "halcion-support"], 2, "did you mean `halcyon-support`?"),
        (["schema", "manifset"], 2, "did you mean `manifest`?"),
        (["policy", "lst"], 2, "did you mean `list`?"),
        (["check", "--engine", "opa", "--opa-url", "http://127.0.0.1:1"], 3, "cannot be reached"),
        (["check", "--engine", "opa", "--opa-url", "ftp://x"], 2, "http"),
    ],
)
def test_wrong_usage_is_one_line_and_a_fix(place, arguments, code, words):
    done = checker(*arguments, cwd=place)
    assert done.code == code, done
    assert done.out == ""
    first, second = done.err.splitlines()
    assert first.startswith("checker: ")
    assert second.startswith("  fix: ")
    assert words in done.err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("profle = 'x'\n", "checker.toml:1: "),
        ("\n\njobs = 'many'\n", "checker.toml:3: "),
        ("= 1", "no valid TOML"),
        ("policies = 'nowhere'\n", "nowhere"),
        ("[limits]\nmax_bytes = 99999999\n", "max_bytes"),
        ("[skip]\nEN-99 = 'no such control at all'\n", "EN-99"),
        ("time_zone = 'Europe/Nowhere'\n", "Europe/Nowhere"),
    ],
)
def test_wrong_configuration(place, text, words):
    (place / "checker.toml").write_text(text)
    done = checker("check", cwd=place)
    assert done.code == 2, done
    assert words in done.err
    assert len(done.err.splitlines()) == 2


def _own_policies(place: Path) -> Path:
    shutil.copytree(ROOT / "policies", place / "policies")
    return place / "policies"


def test_broken_rego(place, tmp_path):
    need("opa")
    file = _own_policies(place) / "lib/dates/dates.rego"
    file.write_text(file.read_text() + "\nbroken if {\n")
    done = checker("check", *DAY, cwd=place, XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert done.code == 3
    assert "lib/dates/dates.rego:" in done.err


@pytest.mark.parametrize(
    "builtin", ["http.send({})", "time.now_ns()", 'sprintf("%d", [1])', "opa.runtime()", 'rand.intn("a", 2)']
)
def test_builtins_outside_the_list_are_refused_when_policies_compile(place, tmp_path, builtin):
    need("opa")
    file = _own_policies(place) / "lib/dates/dates.rego"
    file.write_text(file.read_text() + f"\nextra := {builtin}\n")
    done = checker("check", *DAY, cwd=place, XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert done.code == 3
    assert builtin.partition("(")[0] in done.err


def test_edited_policy_is_compiled_in_silence_and_kept(place, tmp_path):
    opa = need("opa")
    file = _own_policies(place) / "controls/encryption/in_transit/in_transit.rego"
    file.write_text(file.read_text().replace("the servers accept", "your servers accept"))
    write(place, _spoiled())
    cache = str(tmp_path / "cache")
    done = checker("check", *DAY, cwd=place, XDG_CACHE_HOME=cache)
    assert (done.code, done.err) == (1, "")
    assert "your servers accept TLS 1.1" in done.out
    without = os.pathsep.join(one for one in os.environ["PATH"].split(os.pathsep) if one != str(opa.parent))
    assert checker("check", *DAY, cwd=place, path=without, XDG_CACHE_HOME=cache).out == done.out


def test_edited_policy_without_opa(place, tmp_path):
    file = _own_policies(place) / "lib/dates/dates.rego"
    file.write_text(file.read_text() + "\n# changed\n")
    done = checker("check", *DAY, cwd=place, path=str(tmp_path), XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert done.code == 2
    assert "lib/dates/dates.rego (changed)" in done.err
    assert "go install github.com/open-policy-agent/opa@v1.22.2" in done.err


def test_wrong_parameter_is_named_with_its_place(place):
    file = _own_policies(place) / "params/tiers/data.yaml"
    file.write_text(file.read_text().replace("critical: medium", "critical: mediun"))
    done = checker("check", *DAY, cwd=place)
    assert done.code == 2
    assert "params/tiers/data.yaml:" in done.err
    assert "medium" in done.err


def test_data_over_a_rule_is_refused(place):
    (_own_policies(place) / "main/data.json").write_text('{"deny": []}')
    done = checker("check", *DAY, cwd=place)
    assert done.code == 3
    assert "main/data.json" in done.err


LOOP = """
_slow contains [a, b, c, d] if {
	some a in input.loop
	some b in input.loop
	some c in input.loop
	some d in input.loop
	a + b + c + d < 0
}
"""


@pytest.mark.parametrize("engine", ["wasm", "opa"])
def test_a_policy_that_loops_ends_in_bounded_time_and_the_others_are_judged(place, tmp_path, engine):
    """The loop runs over the evidence references of one vendor only."""
    need("opa")
    file = _own_policies(place) / "controls/governance/accountable_owner/accountable_owner.rego"
    many = "input.scope.data"
    file.write_text(
        file.read_text()
        + LOOP.replace("input.loop", many).replace("a + b + c + d < 0", "a.id == 1")
        + '\nwarn contains {"code": "slow", "path": [], "msg": "x"} if count(_slow) > 0\n'
    )
    heavy = tables.base()
    heavy["metadata"]["id"] = "heavy-vendor"
    heavy["scope"]["data"] = [{"id": f"set-{i}", "category": "public", "access": "view"} for i in range(900)]
    write(place, tables.signed(heavy))
    (place / "checker.toml").write_text("timeout_ms = 500\nmemory_mb = 2048\n")
    done = checker("check", *DAY, "--engine", engine, cwd=place, XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert done.code == 3, done
    assert "engine.timeout" in done.out
    assert "halcyon-support" in done.out
    assert f"{len(tables.library().controls)} error" in done.out.replace("\n", " ")


HOG = """
_hog := [[a, b, c] | some a in input.scope.data; some b in input.scope.data; some c in input.scope.data]

warn contains {"code": "hog", "path": [], "msg": "x"} if count(_hog) == 1
"""


def test_a_policy_that_asks_for_gigabytes(place, tmp_path):
    need("opa")
    file = _own_policies(place) / "controls/governance/accountable_owner/accountable_owner.rego"
    file.write_text(file.read_text() + HOG)
    heavy = tables.base()
    heavy["metadata"]["id"] = "heavy-vendor"
    heavy["scope"]["data"] = [{"id": f"set-{i}", "category": "public", "access": "view"} for i in range(900)]
    write(place, tables.signed(heavy))
    (place / "checker.toml").write_text("timeout_ms = 30000\nmemory_mb = 64\n")
    done = checker("check", *DAY, cwd=place, XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert done.code == 3, done
    assert "engine.memory" in done.out
    assert "halcyon-support" in done.out


def test_announced_control_warns_and_names_the_day(place, tmp_path):
    need("opa")
    file = _own_policies(place) / "controls/encryption/in_transit/in_transit.rego"
    file.write_text(file.read_text().replace('effective_on: "2026-01-01"', 'effective_on: "2027-01-01"'))
    write(place, _spoiled())
    cache = str(tmp_path / "cache")
    done = checker("check", *DAY, cwd=place, XDG_CACHE_HOME=cache)
    assert done.code == 0
    assert "2027-01-01" in done.out
    assert checker("check", "--as-of", "2026-12-31", "--only", "EN", cwd=place, XDG_CACHE_HOME=cache).code == 0
    assert checker("check", "--as-of", "2027-01-01", "--only", "EN", cwd=place, XDG_CACHE_HOME=cache).code == 1


def test_waiver_in_a_repository(place):
    write(place, _late_audit())
    assert checker("check", *DAY, cwd=place).code == 1
    folder = place / "vendor_manifests/waivers/halcyon-support"
    folder.mkdir(parents=True)
    waiver = {
        "apiVersion": "vendorpolicy/v1",
        "kind": "Waiver",
        "metadata": {"id": "W-1", "vendor": "halcyon-support"},
        "control": "AA-03",
        "reason": "The visit was put off by a storm and is booked for January.",
        "compensating_controls": ["weekly video walk through the site"],
        "requested_by": "j.berg@client.example",
        "approved_by": [{"name": "K. Ohm", "role": "ciso", "email": "k.ohm@client.example"}],
        "granted": "2026-11-01",
        "expires": "2027-01-31",
        "risk_ref": "RSK-311",
    }
    (folder / "W-1.yaml").write_text(json.dumps(waiver))
    done = checker("check", *DAY, cwd=place)
    assert done.code == 0, done
    assert "WAIVED" in done.out
    assert "2027-01-31" in done.out
    only = checker("check", *DAY, "vendor_manifests/halcyon-support.yaml", cwd=place)
    assert only.code == 0, "a waiver counts for a manifest that is named alone"
    assert checker("check", "--as-of", "2027-02-01", "--only", "AA-03", cwd=place).code == 1
    (folder / "W-2.yaml").write_text("kind: Waiver\n")
    done = checker("check", *DAY, cwd=place)
    assert done.code == 1, "a waiver that cannot be read is a finding"
    assert "W-2.yaml" in done.out


def _late_audit() -> dict:
    manifest = tables.base()
    for audit in manifest["oversight"]["audits"]:
        if audit["type"] == "penetration_test":
            audit["date"] = "2025-03-20"
    return manifest


def test_waiver_without_a_vendor(place):
    folder = place / "vendor_manifests/waivers/gone-vendor"
    folder.mkdir(parents=True)
    (folder / "W-1.yaml").write_text("not: a waiver\n")
    done = checker("check", *DAY, cwd=place)
    assert done.code == 1
    assert "W-1.yaml" in done.out


def test_no_clock_is_needed(place):
    """Another clock changes nothing once --as-of is given."""
    here = checker("check", *DAY, "--output", "json", cwd=place, TZ="Pacific/Kiritimati")
    there = checker("check", *DAY, "--output", "json", cwd=place, TZ="America/Los_Angeles")
    assert here.out == there.out


def test_other_commands(place):
    assert "Chapter V" in checker("explain", "dp-03", cwd=place).out
    assert json.loads(checker("context", *DAY, cwd=place).out)["context"]["as_of"] == tables.TODAY
    assert json.loads(checker("input", "halcyon-support", cwd=place).out)["derived"]["attestation"]["digest_matches"]
    for kind in (*KINDS, *OUTPUTS):
        jsonschema.Draft202012Validator.check_schema(json.loads(checker("schema", kind, cwd=place).out))
    assert "46 of 46 controls" in checker("policy", "list", cwd=place).out
    assert "halcyon-support" in checker("vendor", "list", *DAY, cwd=place).out
    shown = checker("vendor", "show", "halcyon-support", *DAY, cwd=place)
    assert "Nordhost" in shown.out or "nordhost" in shown.out
    assert "2027-03-31" in shown.out
    doctor = checker("doctor", cwd=place)
    assert doctor.code == 0
    assert "engine wasm" in doctor.out
    assert checker("--help", cwd=place).code == 0
    for command in ("check", "explain", "input", "context", "schema", "doctor", "policy", "vendor"):
        done = checker(command, "--help", cwd=place)
        assert done.code == 0
        assert "examples:" in done.out


def _workers(pid: int) -> list[int]:
    """Return the children that are Python processes, in contrast to a compiler that may run first."""
    children = map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
    return [child for child in children if b"checker" in Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")]


def test_a_process_that_dies_is_told(place):
    """What judges is killed from outside: no verdict, one line, exit code 3."""
    for number in range(400):
        manifest = tables.base()
        manifest["metadata"]["id"] = f"vendor-{number:03}"
        write(place, tables.signed(manifest))
    command = [sys.executable, "-m", "checker", "check", *DAY, "--jobs", "2"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=place, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        while not (workers := _workers(run.pid)):
            assert run.poll() is None, "it ended before it had a process to lose"
            time.sleep(0.01)
        os.kill(workers[0], signal.SIGKILL)
        out, err = run.communicate(timeout=60)
    assert run.returncode == 3
    assert out == b""
    assert b"died" in err
    assert b"Traceback" not in err


def test_parameters_past_their_review_are_told(place):
    assert "reviewed" not in checker("check", *DAY, cwd=place).out
    assert "were to be reviewed by" in checker("check", "--as-of", "2028-01-01", cwd=place).out


def test_missing_parameters_of_the_checker_itself(place):
    shutil.rmtree(_own_policies(place) / "params/waivers")
    done = checker("check", *DAY, cwd=place)
    assert done.code == 2
    assert "params/waivers/data.yaml is missing" in done.err


@pytest.mark.parametrize("name", [".hidden.yaml", ".folder/x.yaml", "deep/er/x.yml"])
def test_no_manifest_hides(place, name):
    file = place / "vendor_manifests" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("kind: VendorManifest\n")
    done = checker("check", *DAY, cwd=place)
    assert done.code == 1
    assert name in done.out


def test_text_that_a_parser_stumbles_over_is_a_finding(place):
    manifest = tables.base()
    manifest["legal"]["software"][0]["license"] = "()"
    write(place, tables.signed(manifest))
    done = checker("check", *DAY, cwd=place)
    assert done.code == 1
    assert "LL-02.unparsable" in done.out
    assert done.err == ""


def test_evidence_behind_a_link_is_no_evidence(place):
    folder = place / "vendor_manifests/evidence/halcyon-support"
    (place / "elsewhere").mkdir()
    (folder / "dd.txt").rename(place / "elsewhere/dd.txt")
    (folder / "linked").symlink_to(place / "elsewhere")
    manifest = tables.base()
    manifest["evidence"]["ev-dd"]["path"] = "linked/dd.txt"
    write(place, tables.signed(manifest))
    assert checker("check", *DAY, "--only", "AA-04", cwd=place).code == 1


@pytest.mark.parametrize("option", ["--as-of=", "--profile="])
def test_an_empty_option_is_not_the_default(place, option):
    assert checker("check", option, cwd=place).code == 2


def test_two_outputs_to_one_file(place):
    done = checker("check", *DAY, "--output", "json:x", "--output", "sarif:x", cwd=place)
    assert done.code == 2
    assert "same file" in done.err


def test_nothing_is_left_of_an_output_that_cannot_be_written(place):
    (place / "taken").mkdir()
    before = sorted(place.iterdir())
    done = checker("check", *DAY, "--output", "json:taken", cwd=place)
    assert done.code == 2
    assert sorted(place.iterdir()) == before
