"""Changes as they are proposed, honest and not, each on a real git repository: verdict, exit code and what is told."""

import json
import os
import shutil
import subprocess

import jsonschema_rs
import pytest

from tests.cases import tables
from tests.cli.program import write
from tests.real import need
from tests.review.world import EVIDENCE, MANIFEST, VENDOR, World

OLD_TLS = {"encryption.in_transit.enabled_versions": ["1.0", "1.2"]}
ALLOWED = 'allowed: ["1.2", "1.3"]'
LATE = {"oversight.audits.0.date": "2024-01-01"}
GOOD_TLS = {"encryption.in_transit.enabled_versions": ["1.2", "1.3"]}


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


@pytest.fixture
def own(tmp_path):
    """A repository with policies of its own, which a review compiles itself."""
    need("opa")
    return World(tmp_path, policies=True)


def test_an_honest_edit_is_fine(world):
    world.branch()
    world.edit({"encryption.keys.last_rotated": "2026-11-02"})
    seen = world.review()
    seen.told("honest-edit")
    assert (seen.code, seen.edits) == (0, {MANIFEST: "changed"})
    assert seen.of("new") == set()
    assert seen.report["vendors"][0]["verdict"] == "passes"
    (manifest,) = seen.review["manifests"]
    text = (world.place / MANIFEST).read_text().splitlines()
    assert [text[line - 1].split('"')[1] for line in manifest["lines"]] == ["last_rotated", "date", "digest"]


def test_the_head_may_be_a_commit_that_is_not_checked_out(world):
    world.branch()
    world.edit(OLD_TLS)
    head = world.commit()
    world.git("checkout", "--quiet", "main")
    assert world.review().edits == {}
    seen = world.review("--head", head)
    assert (seen.code, seen.blocking) == (1, {"EN-01.old_version"})
    assert seen.report["provenance"]["revision"] == seen.review["head"] == head


def test_a_bare_repository_can_be_reviewed(world, tmp_path_factory):
    world.branch()
    world.edit(OLD_TLS)
    world.commit()
    bare = tmp_path_factory.mktemp("bare") / "vendors.git"
    world.git("clone", "--quiet", "--bare", ".", str(bare))
    world.place = bare
    assert world.review("--head", "change").blocking == {"EN-01.old_version"}
    refused = world.review()
    assert refused.code == 3
    assert "no work tree" in refused.done.err
    assert "--head" in refused.done.err


def test_a_part_of_a_repository_can_be_reviewed(tmp_path):
    (tmp_path / "risk").mkdir()
    world = World(tmp_path / "risk")
    shutil.rmtree(tmp_path / "risk/.git")
    inner, world.place = world.place, tmp_path
    world.git("init", "--quiet", "--initial-branch", "main")
    world.commit()
    world.branch()
    world.place = inner
    world.edit(OLD_TLS)
    seen = world.review()
    assert (seen.edits, seen.blocking) == ({MANIFEST: "changed"}, {"EN-01.old_version"})


def test_a_new_vendor_is_judged_whole(world):
    world.branch()
    world.add("velora-mail", OLD_TLS)
    seen = world.review()
    seen.told("new-vendor")
    assert (seen.code, seen.edits) == (1, {"vendor_manifests/velora-mail.yaml": "added"})
    assert seen.of("new") == seen.blocking == {"EN-01.old_version"}


def test_what_was_there_before_is_told_and_does_not_block(world):
    world.edit(OLD_TLS)
    world.commit()
    world.branch()
    world.edit({"encryption.keys.last_rotated": "2026-11-02"})
    seen = world.review()
    assert (seen.code, seen.of("existing"), seen.blocking) == (0, {"EN-01.old_version"}, set())
    strict = world.review("--block", "all")
    assert (strict.code, strict.blocking) == (1, {"EN-01.old_version"})


def test_what_is_mended_is_told(world):
    world.edit(OLD_TLS)
    world.commit()
    world.branch()
    world.edit(GOOD_TLS)
    seen = world.review()
    seen.told("mended")
    assert (seen.code, seen.fixed) == (0, {"EN-01.old_version"})


def test_a_value_that_is_still_wrong_blocks_when_it_is_touched(world):
    world.edit({"data_handling.retention.deletion_within": "P400D"})
    world.commit()
    world.branch()
    world.edit({"data_handling.retention.deletion_within": "P390D"})
    seen = world.review()
    assert seen.of("changed") == seen.blocking == {"DM-04.too_slow"}


def test_what_weighs_more_than_before_is_worse(world):
    world.edit({"communication.last_meeting": "2026-01-10"})
    world.commit()
    world.branch()
    world.edit({"scope.risk_tier": "critical"})
    seen = world.review()
    assert seen.of("worse") == {"GR-04.meeting_overdue"} <= seen.blocking


def test_what_weighs_less_than_before_is_better(world):
    world.edit({"communication.last_meeting": "2026-01-10", "scope.risk_tier": "critical"})
    world.commit()
    world.branch()
    world.edit({"communication.last_meeting": "2026-11-10"})
    assert "GR-04.meeting_overdue" in world.review().fixed
    world.edit({"communication.last_meeting": "2026-01-10", "scope.risk_tier": "high"})
    seen = world.review()
    assert "GR-04.meeting_overdue" in seen.of("existing"), "a lower tier is no improvement"


def test_a_renamed_vendor_keeps_its_findings(world):
    world.edit(OLD_TLS)
    world.commit()
    world.branch()
    new = "halcyon-services"
    (world.place / MANIFEST).rename(world.place / f"vendor_manifests/{new}.yaml")
    (world.place / EVIDENCE).rename(world.place / f"vendor_manifests/evidence/{new}")
    world.edit({"metadata.id": new}, vendor=new)
    seen = world.review()
    seen.told("rename")
    assert seen.edits == {f"vendor_manifests/{new}.yaml": "renamed"}
    assert (seen.code, seen.of("existing")) == (0, {"EN-01.old_version"})


def test_deleting_an_active_vendor_blocks(world):
    world.branch()
    (world.place / MANIFEST).unlink()
    seen = world.review()
    seen.told("deletion")
    assert (seen.code, seen.edits, seen.blocking) == (1, {MANIFEST: "deleted"}, {"review.manifest_deleted"})
    assert seen.fixed == set()


def test_an_ended_vendor_may_be_deleted(world):
    world.edit({"metadata.lifecycle": "ended", "contract.ended_on": "2026-10-31"})
    world.commit()
    world.branch()
    (world.place / MANIFEST).unlink()
    seen = world.review()
    assert (seen.code, seen.edits, seen.blocking) == (0, {MANIFEST: "deleted"}, set())


def test_a_lower_tier_does_not_lighten_the_judgement_of_its_change(world):
    world.edit({"scope.risk_tier": "critical"})
    world.commit()
    world.branch()
    world.edit({"scope.risk_tier": "high", "communication.last_meeting": "2026-01-10"})
    seen = world.review()
    seen.told("lower-tier")
    assert "review.tier_lowered" in seen.of("new")
    assert (seen.code, seen.blocking) == (1, {"GR-04.meeting_overdue"})
    world.commit()
    world.git("branch", "--force", "main", "change")
    assert world.review("--block", "all").code == 0


def test_what_the_former_tier_refuses_is_refused_in_the_change_that_lowers_it(world):
    world.edit({"scope.risk_tier": "critical", "access.leaver_revocation": "PT4H"})
    world.commit()
    world.branch()
    world.edit({"scope.risk_tier": "high", "access.leaver_revocation": "PT24H"})
    seen = world.review()
    assert (seen.code, seen.blocking, seen.fixed) == (1, {"LA-02.slow_revocation"}, set())
    assert "review.tier_lowered" in seen.of("new")


def test_a_contract_that_ends_is_told(world):
    world.branch()
    world.edit({"metadata.lifecycle": "ended", "contract.ended_on": "2026-11-10"})
    assert "review.lifecycle_changed" in world.review().of("new")


def test_manifest_and_policy_softened_together(own):
    own.branch()
    own.edit(OLD_TLS)
    policy = own.place / "policies/controls/encryption/in_transit/in_transit.rego"
    policy.write_text(policy.read_text().replace("version in (_versions - ", "version in (set() - "))
    seen = own.review()
    seen.told("manifest-and-policy")
    assert (seen.code, seen.blocking) == (1, {"EN-01.old_version"})
    impact = seen.review["impact"]
    assert (impact["no_longer_blocked"], impact["broken"]) == ([VENDOR], None)


def test_parameters_softened(own):
    own.edit(OLD_TLS)
    own.commit()
    own.branch()
    params = own.place / "policies/params/crypto/data.yaml"
    params.write_text(params.read_text().replace(ALLOWED, 'allowed: ["1.0", "1.2", "1.3"]'))
    seen = own.review()
    seen.told("parameters")
    assert (seen.code, seen.edits) == (0, {})
    impact = seen.review["impact"]
    assert impact["files"] == ["policies/params/crypto/data.yaml"]
    assert [(flip["control"], flip["before"], flip["after"]) for flip in impact["flips"]] == [("EN-01", "fail", "pass")]
    assert (impact["newly_blocked"], impact["no_longer_blocked"]) == ([], [VENDOR])


def test_rules_that_no_longer_compile_block(own):
    own.branch()
    (own.place / "policies/controls/encryption/in_transit/in_transit.rego").write_text("package broken\n\ndeny if {\n")
    seen = own.review()
    assert (seen.code, seen.blocking) == (1, {"review.rules_broken"})
    assert "in_transit.rego" in seen.review["impact"]["broken"]
    assert "checker-review-" not in seen.review["impact"]["broken"], "the path is the repository's"


def test_a_lying_compiled_module_is_not_trusted(own):
    """A module in the change, of whatever content, judges nothing."""
    own.branch()
    own.edit(OLD_TLS)
    lying = own.place / "checker/library_data"
    lying.mkdir(parents=True)
    for name in ("policy.wasm", "record.json"):
        (lying / name).write_bytes(b"\0asm\1\0\0\0" if name.endswith("wasm") else b"{}")
    seen = own.review(XDG_CACHE_HOME=str(own.place.parent / "fresh"))
    seen.told("lying-module")
    assert (seen.code, seen.blocking) == (1, {"EN-01.old_version"})


def test_own_policies_of_the_base_need_no_committed_module(own):
    """What the base says counts, also where it differs from what the checker brings along."""
    policy = own.place / "policies/controls/encryption/in_transit/in_transit.rego"
    policy.write_text(policy.read_text().replace('"code": "old_version"', '"code": "ancient_version"'))
    own.commit()
    own.branch()
    own.edit(OLD_TLS)
    policy.write_text("package lies\n")
    assert own.review().blocking >= {"EN-01.ancient_version"}


def test_a_waiver_of_the_same_change_does_not_count(world):
    world.branch()
    world.edit(LATE)
    world.waiver("AA-03.overdue")
    seen = world.review()
    seen.told("waiver-of-the-change")
    assert (seen.code, seen.blocking) == (1, {"AA-03.overdue"})
    (waiver,) = seen.review["waivers"]
    assert (waiver["id"], waiver["edit"], waiver["accepted"]) == ("W-2026-001", "added", True)
    assert [one["rule"] for one in waiver["effect"]] == ["AA-03.overdue"]


def test_a_waiver_that_is_approved_by_its_requester_is_refused(world):
    world.edit(LATE)
    world.commit()
    world.branch()
    world.waiver("AA-03.overdue", requested_by="k.ohm@client.example")
    seen = world.review()
    seen.told("waiver-self-approved")
    assert (seen.code, "waiver.refused" in seen.blocking) == (1, True)
    (waiver,) = seen.review["waivers"]
    assert (waiver["accepted"], waiver["effect"]) == (False, [])
    assert [one["path"] for one in seen.findings if one["rule"] == "waiver.refused"] == [waiver["path"]]


def test_a_deleted_waiver_fails_after_the_merge(world):
    world.edit(LATE)
    file = world.waiver("AA-03.overdue")
    world.commit()
    world.branch()
    file.unlink()
    seen = world.review()
    seen.told("deleted-waiver")
    assert (seen.code, seen.blocking) == (0, set())
    (waiver,) = seen.review["waivers"]
    assert (waiver["edit"], [one["rule"] for one in waiver["effect"]]) == ("deleted", ["AA-03.overdue"])
    assert seen.review["impact"]["newly_blocked"] == [VENDOR]


def _swap_file(world):
    (world.place / EVIDENCE / "iso.txt").write_text("another certificate\n")


def _swap_file_and_hash(world):
    import hashlib

    _swap_file(world)
    manifest = world.manifest()
    content = (world.place / EVIDENCE / "iso.txt").read_bytes()
    manifest["evidence"]["ev-iso"]["sha256"] = hashlib.sha256(content).hexdigest()
    write(world.place, manifest)


def _swap_all(world):
    _swap_file_and_hash(world)
    write(world.place, tables.signed(world.manifest()))


@pytest.mark.parametrize(
    ("swap", "expected"),
    [
        (_swap_file, {"review.evidence_changed", "AA-04.mismatch"}),
        (_swap_file_and_hash, {"review.evidence_changed", "GR-05.digest_mismatch"}),
        (_swap_all, {"review.evidence_changed", "review.digest_changed"}),
    ],
)
def test_swapped_evidence_shows(world, swap, expected):
    world.branch()
    swap(world)
    seen = world.review()
    seen.told(f"evidence-{swap.__name__.removeprefix('_swap_')}")
    assert (seen.code, seen.blocking) == (1, expected)
    (told,) = [one for one in seen.findings if one["rule"] == "review.evidence_changed"]
    assert told["message"].count("sha256") == 2
    assert told["subject"] == "evidence.ev-iso"


def test_new_evidence_with_a_new_sign_off_is_fine(world):
    world.branch()
    _swap_file_and_hash(world)
    world.edit({})
    assert (world.review().code, world.review().blocking) == (0, set())


def test_removed_evidence_is_told(world):
    world.branch()
    (world.place / EVIDENCE / "dd.txt").unlink()
    world.edit({"evidence.ev-dd": None})
    assert "review.evidence_removed" in world.review().of("new")


def test_a_pointer_to_large_files_is_no_evidence(world):
    world.branch()
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 12\n"
    (world.place / EVIDENCE / "iso.txt").write_text(pointer)
    seen = world.review()
    seen.told("lfs-pointer")
    assert {"review.lfs_pointer", "AA-04.mismatch"} <= seen.blocking
    (world.place / MANIFEST).write_text(pointer)
    assert "review.lfs_pointer" in world.review().blocking


def test_a_manifest_that_becomes_a_link_is_refused(world):
    world.branch()
    (world.place / MANIFEST).rename(world.place / "elsewhere.yaml")
    (world.place / MANIFEST).symlink_to("../elsewhere.yaml")
    for head in ((), ("--head", "change")):
        seen = world.review(*head)
        seen.told("symlink")
        assert (seen.code, seen.blocking) == (1, {"file.symlink"})
        world.commit()


def test_conflict_markers_hide_nothing(world):
    world.edit(OLD_TLS)
    world.add("velora-mail")
    world.commit()
    world.branch()
    text = (world.place / MANIFEST).read_text()
    (world.place / MANIFEST).write_text(text.replace("{", "<<<<<<< ours\n{", 1))
    world.edit(OLD_TLS, vendor="velora-mail")
    seen = world.review()
    seen.told("conflict-markers")
    assert seen.code == 1
    assert {"yaml.conflict", "EN-01.old_version"} <= seen.blocking
    assert seen.fixed == set(), "what cannot be judged is not mended"


def test_a_changed_configuration_has_no_say(world):
    (world.place / ".github/workflows").mkdir(parents=True)
    (world.place / ".github/workflows/review.yml").write_text("on: pull_request\n")
    world.commit()
    world.branch()
    world.edit(OLD_TLS)
    (world.place / "checker.toml").write_text(
        'fail_on = "critical"\n[skip]\nEN-01 = "The gateway is replaced in spring, see RSK-12."\n'
    )
    (world.place / ".github/workflows/review.yml").write_text("on: push\n")
    seen = world.review()
    seen.told("configuration-and-workflow")
    assert (seen.code, seen.blocking) == (1, {"EN-01.old_version"})
    assert seen.review["impact"]["files"] == ["checker.toml"]
    assert seen.review["impact"]["no_longer_blocked"] == [VENDOR]
    assert any(".github/workflows/review.yml" in note for note in seen.report["notes"])


def test_a_stale_branch_is_judged_by_the_newer_rules(own):
    own.branch()
    own.edit({"encryption.keys.last_rotated": "2026-11-02"})
    own.commit()
    own.git("checkout", "--quiet", "main")
    params = own.place / "policies/params/crypto/data.yaml"
    params.write_text(params.read_text().replace(ALLOWED, 'allowed: ["1.3"]'))
    own.commit()
    own.git("checkout", "--quiet", "change")
    seen = own.review("--head", "change")
    seen.told("stale-branch")
    assert seen.edits == {MANIFEST: "changed"}, "what main did since is no part of the change"
    assert seen.review["impact"] is None, "nor does the change take the newer rules back"
    assert "EN-01.old_version" in seen.of("existing")
    assert seen.code == 0


def test_the_first_adoption_is_judged_by_the_shipped_library(world):
    need("opa")
    world.branch()
    for folder in ("policies", "schemas"):
        shutil.copytree(tables.ROOT / folder, world.place / folder)
    world.edit(OLD_TLS)
    seen = world.review()
    seen.told("first-adoption")
    assert (seen.code, seen.blocking) == (1, {"EN-01.old_version"})
    assert any("the base holds no policies" in note for note in seen.report["notes"])
    assert seen.review["impact"]["flips"] == []


def test_the_first_manifest_ever(tmp_path):
    world = World(tmp_path)
    manifest = (world.place / MANIFEST).read_bytes()
    (world.place / MANIFEST).unlink()
    world.commit()
    world.branch()
    (world.place / MANIFEST).write_bytes(manifest)
    assert (world.review().code, world.review().edits) == (0, {MANIFEST: "added"})


def test_a_repository_without_manifests_is_no_success(world):
    (world.place / "checker.toml").write_text('manifests = "vendors"\n')
    world.commit()
    seen = world.review()
    assert seen.code == 2
    assert "no manifest in vendors" in seen.done.err
    assert world.review("--allow-empty").code == 0


@pytest.mark.timeout(600)
def test_a_tenth_of_ten_thousand_vendors_changes(world):
    """What is one vendor's fault stays his, and the text stays short; what looks at all vendors is left out here."""
    base, bad = world.manifest(), {**world.manifest()}
    evidence = world.git("rev-parse", f"main:{EVIDENCE}")
    names = [f"vendor-{number:05}" for number in range(10_000)]
    changed = names[::10]

    def text(name, manifest):
        metadata = {**manifest["metadata"], "id": name}
        whole = tables.signed({**manifest, "metadata": metadata}) if name in later else {"metadata": metadata}
        return json.dumps(whole, indent=1).encode()

    later = set(changed)
    _import(world, "main", {name: text(name, base) for name in names}, evidence)
    base["encryption"]["keys"]["last_rotated"] = "2026-11-02"
    base["attestation"]["date"] = bad["attestation"]["date"] = "2026-11-03"
    told = {name: text(name, base) for name in changed}
    bad["encryption"] = {**base["encryption"], "in_transit": {**base["encryption"]["in_transit"]}}
    bad["encryption"]["in_transit"]["enabled_versions"] = ["1.0", "1.2"]
    _import(world, "change", told | {changed[7]: text(changed[7], bad)}, evidence)
    seen = world.review("--head", "change", "--skip", "FV-02", seconds=500)
    assert (seen.code, len(seen.edits), set(seen.edits.values())) == (1, 1_000, {"changed"})
    assert [one["vendor"] for one in seen.findings if one["rule"] == "EN-01.old_version"] == [changed[7]]
    assert "EN-01.old_version" in seen.of("new") & seen.blocking
    assert "1 of 1,000 changed vendors blocked by 1 new problem" in seen.text
    assert len(seen.text.splitlines()) < 300


def _import(world, branch, manifests, evidence):
    """Commit manifests, each with the same evidence, to a branch that starts at main."""
    parts = [
        f"commit refs/heads/{branch}\ncommitter T <t@client.example> 1790000000 +0000\ndata 1\nm\n".encode(),
        b"from refs/heads/main^0\n",
    ]
    for name, text in manifests.items():
        parts.append(f"M 100644 inline vendor_manifests/{name}.yaml\ndata {len(text)}\n".encode() + text + b"\n")
        parts.append(f"M 040000 {evidence} vendor_manifests/evidence/{name}\n".encode())
    command = ["git", "fast-import", "--quiet", "--force"]
    subprocess.run(command, cwd=world.place, input=b"".join(parts), check=True, capture_output=True)


def test_a_change_of_something_else_is_fine(world):
    world.branch()
    (world.place / "notes.md").write_text("hello\n")
    seen = world.review()
    assert (seen.code, seen.edits, seen.review["impact"]) == (0, {}, None)


def test_a_shallow_clone_is_explained(world, tmp_path_factory):
    world.branch()
    world.edit(OLD_TLS)
    world.commit()
    world.git("checkout", "--quiet", "main")
    world.commit("main goes on")
    shallow = tmp_path_factory.mktemp("shallow") / "clone"
    world.git("clone", "--quiet", "--depth", "1", "--no-single-branch", f"file://{world.place}", str(shallow))
    world.place = shallow
    seen = world.review("--base", "origin/main", "--head", "origin/change")
    assert seen.code == 3
    assert "fetch-depth: 0" in seen.done.err


def test_an_unknown_base_is_explained(world):
    seen = world.review("--base", "origin/main")
    assert seen.code == 3
    assert "origin/main" in seen.done.err
    assert "fetch" in seen.done.err


def test_outside_of_git_nothing_can_be_reviewed(world):
    shutil.rmtree(world.place / ".git")
    seen = world.review()
    assert seen.code == 3
    assert "git repository" in seen.done.err


def test_a_hook_cannot_lead_the_review_elsewhere(world):
    world.branch()
    world.edit(OLD_TLS)
    assert world.review(GIT_DIR="/nowhere", GIT_INDEX_FILE="/nowhere/index").blocking == {"EN-01.old_version"}


def test_the_review_leaves_the_repository_as_it_was(world):
    world.branch()
    world.edit(OLD_TLS)
    (world.place / "new.txt").write_text("untracked\n")
    before = world.git("status", "--porcelain"), world.git("count-objects", "--verbose")
    world.review()
    assert (world.git("status", "--porcelain"), world.git("count-objects", "--verbose")) == before


def test_what_lapses_within_thirty_days_is_told(world):
    world.branch()
    world.edit({"legal.licences.0.expires": "2026-12-05"})
    seen = world.review()
    assert seen.review["horizon"] == "2026-12-22"
    assert "LL-01.expired" in {one["rule"] for one in seen.review["lapsing"]}
    assert seen.code == 0


def test_a_control_that_starts_later_tells_who_would_fail(own):
    own.edit(OLD_TLS)
    own.commit()
    own.branch()
    policy = own.place / "policies/controls/encryption/in_transit/in_transit.rego"
    policy.write_text(policy.read_text().replace('effective_on: "2026-01-01"', 'effective_on: "2027-06-01"'))
    (announced,) = own.review().review["impact"]["announced"]
    assert announced == {"control": "EN-01", "starts_on": "2027-06-01", "vendors": [VENDOR]}


def test_impact_alone(own):
    own.edit(OLD_TLS)
    own.commit()
    own.branch()
    params = own.place / "policies/params/crypto/data.yaml"
    params.write_text(params.read_text().replace(ALLOWED, 'allowed: ["1.0", "1.2", "1.3"]'))
    seen = own.review(command="impact")
    assert (seen.code, seen.review["impact"]["no_longer_blocked"]) == (0, [VENDOR])
    assert seen.report["vendors"] == []
    own.git("checkout", "--quiet", "--force", "main")
    assert own.review(command="impact").review["impact"] is None


@pytest.mark.skipif(os.geteuid() != 0, reason="needs another owner of the files")
def test_a_repository_of_somebody_else_is_explained(world):
    os.chown(world.place / ".git", 12345, 12345)
    os.chown(world.place, 12345, 12345)
    seen = world.review()
    assert seen.code == 3
    assert "dubious ownership" in seen.done.err


def test_a_name_that_leads_elsewhere_is_refused(world):
    """No client of git makes such a tree; whoever sends one wants to write outside."""
    blob = world.git("hash-object", "-w", MANIFEST)
    odd = f"100644 blob {blob}\t..\n"
    tree = (
        subprocess.run(["git", "mktree"], cwd=world.place, input=odd.encode(), check=True, capture_output=True)
        .stdout.decode()
        .strip()
    )
    head = world.git("commit-tree", tree, "-p", "main", "-m", "odd")
    seen = world.review("--head", head)
    assert seen.code == 3
    assert "leads elsewhere" in seen.done.err


def test_json_is_what_the_schema_says(world):
    world.branch()
    world.edit(OLD_TLS)
    world.waiver("EN-01.old_version")
    schema = json.loads((tables.ROOT / "schemas/report.schema.json").read_text())
    jsonschema_rs.validate(schema, world.review().report)
