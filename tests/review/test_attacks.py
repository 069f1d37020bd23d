"""Changes that try to get around their review: by the shape of the history, of the tree, or of the text."""

import hashlib
import json
import os
import shutil
import subprocess

import pytest

from checker.review.changes import changed_lines
from tests.cases import tables
from tests.cli.program import write
from tests.real import need
from tests.review.world import EVIDENCE, MANIFEST, VENDOR, World

OLD_TLS = {"encryption.in_transit.enabled_versions": ["1.0", "1.2"]}
GOOD_TLS = {"encryption.in_transit.enabled_versions": ["1.2", "1.3"]}
LATE = {"oversight.audits.0.date": "2024-01-01"}


@pytest.fixture
def world(tmp_path):
    return World(tmp_path / "vendors")


@pytest.fixture
def own(tmp_path):
    need("opa")
    return World(tmp_path / "vendors", policies=True)


def tree(world, lines):
    """Make a tree of git's own lines, also one that no work tree can hold."""
    done = subprocess.run(
        ["git", "mktree", "-z"], cwd=world.place, input=b"".join(lines), check=True, capture_output=True
    )
    return done.stdout.decode().strip()


def listed(world, treeish):
    done = subprocess.run(["git", "ls-tree", "-z", treeish], cwd=world.place, check=True, capture_output=True)
    return [line + b"\0" for line in done.stdout.split(b"\0") if line]


def with_more(world, line):
    """Commit the vendors of main with one more entry, and return the commit."""
    inner = tree(world, [*listed(world, "main:vendor_manifests"), line])
    others = [one for one in listed(world, "main") if not one.endswith(b"\tvendor_manifests\0")]
    root = tree(world, [*others, f"040000 tree {inner}\tvendor_manifests\0".encode()])
    return world.git("commit-tree", root, "-p", "main", "-m", "more")


@pytest.mark.parametrize("turned", [False, True])
def test_a_crossed_history_cannot_bring_back_what_was_mended(world, turned):
    """The head merges both parents of a merge anew and keeps the old text: against one of them nothing changed."""
    world.edit(OLD_TLS)
    world.commit()
    world.branch("mend")
    world.edit(GOOD_TLS)
    mended = world.commit()
    world.git("checkout", "--quiet", "main")
    (world.place / "notes.md").write_text("hello\n")
    other = world.commit()
    world.git("merge", "--quiet", "--no-ff", "--message", "merge", "mend")
    parents = (mended, other) if turned else (other, mended)
    kept = world.git("rev-parse", f"{other}^{{tree}}")
    head = world.git("commit-tree", kept, "-p", parents[0], "-p", parents[1], "-m", "anew")
    assert len(world.git("merge-base", "--all", "main", head).split()) == 2
    seen = world.review("--head", head)
    assert (seen.code, seen.edits) == (1, {MANIFEST: "changed"})
    assert "EN-01.old_version" in seen.of("new") & seen.blocking
    assert any("histories of base and head cross" in note for note in seen.report["notes"])


def test_a_vendor_cannot_vanish_behind_one_that_reads_alike(world):
    world.edit(OLD_TLS)
    world.commit()
    world.branch()
    (world.place / MANIFEST).unlink()
    world.add("velora-mail", {**OLD_TLS, "metadata.lei": None})
    shutil.rmtree(world.place / EVIDENCE)
    seen = world.review()
    assert seen.edits == {MANIFEST: "deleted", "vendor_manifests/velora-mail.yaml": "added"}
    assert {"review.manifest_deleted", "EN-01.old_version"} <= seen.blocking


def test_a_vendor_that_is_rewritten_and_moved_is_still_the_same(world):
    world.edit(OLD_TLS)
    world.commit()
    world.branch()
    manifest = world.manifest()
    (world.place / MANIFEST).unlink()
    team = world.place / "vendor_manifests/team"
    team.mkdir()
    shutil.move(world.place / "vendor_manifests/evidence", team / "evidence")
    lines = [f"{key}: {json.dumps(value)}" for key, value in reversed(manifest.items())]
    (team / f"{VENDOR}.yaml").write_text("\n".join(lines) + "\n")
    seen = world.review()
    assert seen.edits == {f"vendor_manifests/team/{VENDOR}.yaml": "renamed"}
    assert (seen.code, seen.of("existing")) == (0, {"EN-01.old_version"})


def test_a_copy_with_the_same_id_has_no_past(world):
    world.edit(OLD_TLS)
    world.commit()
    world.branch()
    world.edit({"encryption.keys.last_rotated": "2026-11-02"})
    team = world.place / "vendor_manifests/team"
    team.mkdir()
    shutil.copy(world.place / MANIFEST, team)
    seen = world.review()
    assert (seen.code, "manifest.repeated" in seen.blocking) == (1, True)


def test_a_sign_off_cannot_go_back_in_time(world):
    world.edit({})
    world.commit()
    world.branch()
    (world.place / EVIDENCE / "iso.txt").write_text("another certificate\n")
    manifest = world.manifest()
    manifest["evidence"]["ev-iso"]["sha256"] = hashlib.sha256(b"another certificate\n").hexdigest()
    manifest["attestation"]["date"] = "2026-10-31"
    write(world.place, tables.signed(manifest))
    seen = world.review()
    assert (seen.code, seen.blocking) == (1, {"review.evidence_changed", "review.digest_changed"})
    assert all("goes back from 2026-11-02 to 2026-10-31" in one["message"] for one in seen.findings if one["blocks"])


def test_evidence_under_another_name_shows(world):
    world.branch()
    text = (world.place / MANIFEST).read_text().replace('"ev-iso"', '"ev-iso-2"').replace('"iso.txt"', '"iso2.txt"')
    (world.place / MANIFEST).write_text(text)
    (world.place / EVIDENCE / "iso.txt").unlink()
    (world.place / EVIDENCE / "iso2.txt").write_text("another\n")
    manifest = world.manifest()
    manifest["evidence"]["ev-iso-2"]["sha256"] = hashlib.sha256(b"another\n").hexdigest()
    write(world.place, tables.signed(manifest))
    seen = world.review()
    assert (seen.code, seen.blocking) == (1, {"review.digest_changed"})
    assert "review.evidence_removed" in seen.of("new")


@pytest.mark.parametrize(
    ("path", "expected"), [(f"{EVIDENCE}/iso.txt", "AA-04.outside"), (EVIDENCE, "AA-04.file_missing")]
)
def test_evidence_behind_a_link_is_none(world, path, expected):
    world.branch()
    (world.place / path).rename(world.place / "elsewhere")
    (world.place / path).symlink_to(world.place / "elsewhere")
    seen = world.review()
    assert (seen.code, seen.blocking) == (1, {expected})


@pytest.mark.parametrize("name", ["vendor_manifests", "vendor_manifests/waivers", "vendor_manifests/team"])
def test_a_link_hides_no_vendor(world, name):
    world.branch()
    (world.place / "elsewhere").mkdir()
    if (world.place / name).exists():
        shutil.rmtree(world.place / name)
    (world.place / name).symlink_to(world.place / "elsewhere")
    seen = world.review()
    assert (seen.code, len(seen.blocking)) == (1, 1)
    assert seen.blocking <= {"review.manifest_deleted", "file.symlink"}


def test_another_repository_inside_hides_no_other_finding(world):
    world.branch()
    world.edit(OLD_TLS)
    world.git("add", "--all")
    commit = world.git("rev-parse", "HEAD")
    for path in ("vendor_manifests/sub.yaml", "vendor_manifests/more"):
        world.git("update-index", "--add", "--cacheinfo", f"160000,{commit},{path}")
    world.git("commit", "--quiet", "--message", "submodules")
    seen = world.review("--head", "change")
    assert (seen.code, seen.blocking) == (1, {"file.not_regular", "EN-01.old_version"})
    assert sorted(seen.edits) == [MANIFEST, "vendor_manifests/more", "vendor_manifests/sub.yaml"]


@pytest.mark.parametrize("folders", [0, 40], ids=["a long name", "a long path"])
def test_a_name_that_no_file_can_have_is_a_finding(world, folders):
    blob = world.git("hash-object", "-w", MANIFEST)
    line = f"100644 blob {blob}\t{'x' * 300}.yaml\0"
    for _ in range(folders):
        line = f"040000 tree {tree(world, [line.replace('x' * 300, 'x').encode()])}\t{'d' * 200}\0"
    seen = world.review("--head", with_more(world, line.encode()))
    assert (seen.code, len(seen.edits)) == (1, 1)
    assert len(seen.blocking & {"file.unreadable", "file.missing"}) == 1


def test_odd_names_are_told_apart_and_shown(world):
    world.branch()
    for name in ("a\nb", "a\\x0ab", "\u202egpj", "-rf", "v\u0301", os.fsdecode(b"\xff")):
        shutil.copy(world.place / MANIFEST, world.place / f"vendor_manifests/{name}.yaml")
    seen = world.review()
    names = {path.removeprefix("vendor_manifests/").removesuffix(".yaml") for path in seen.edits}
    assert names == {r"a\x0ab", r"a\x5cx0ab", r"\xe2\x80\xaegpj", "-rf", "v\u0301", r"\xff"}
    assert (seen.code, seen.blocking) == (1, {"manifest.name"})


def test_rules_do_not_lead_out_of_the_repository(own, tmp_path):
    """A link among the rules could show what lies on the machine that reviews."""
    secret = tmp_path / "secret.toml"
    secret.write_text('token = "hunter2"\n')
    for path in ("checker.toml", "schemas/vendor-manifest.schema.json", "policies/params/crypto/data.yaml", "policies"):
        own.git("checkout", "--quiet", "--force", "-B", "change", "main")
        place = own.place / path
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink()
        place.symlink_to(secret)
        seen = own.review("--output", "text:review.txt")
        assert (seen.code, seen.blocking) == (1, {"review.rules_broken"}), path
        assert f"`{path}` is a symbolic link" in seen.review["impact"]["broken"]
        assert "token" not in seen.done.out + (own.place / "review.txt").read_text()
        (own.place / "review.txt").unlink()


def test_a_link_and_a_folder_of_the_same_name_do_not_merge(own, tmp_path):
    """Put together, the files that the base adds would be written where the link of the change leads."""
    target = tmp_path / "target"
    target.mkdir()
    own.branch()
    shutil.rmtree(own.place / "policies/controls/people")
    (own.place / "policies/controls/people").symlink_to(target)
    own.commit()
    own.git("checkout", "--quiet", "main")
    (own.place / "policies/controls/people/labour/notes.md").write_text("hello\n")
    own.commit()
    seen = own.review("--head", "change")
    assert (seen.code, seen.blocking) == (1, {"review.rules_broken"})
    assert "merge the base into the branch" in seen.review["impact"]["broken"]
    assert list(target.iterdir()) == []


def test_a_schema_that_is_broken_hides_no_verdict(own):
    own.branch()
    own.edit(OLD_TLS)
    (own.place / "schemas/vendor-manifest.schema.json").write_text("{")
    seen = own.review()
    assert (seen.code, seen.blocking) == (1, {"review.rules_broken", "EN-01.old_version"})
    assert "vendor-manifest.schema.json" in seen.review["impact"]["broken"]


def test_the_configuration_cannot_look_elsewhere(world):
    world.branch()
    (world.place / "checker.toml").write_text('manifests = "nothing_here"\n')
    seen = world.review()
    assert (seen.code, seen.blocking) == (1, {"review.rules_broken"})
    assert "1 of 1 manifests" in seen.review["impact"]["broken"]


def test_policies_that_are_taken_away_are_told(own):
    own.branch()
    shutil.rmtree(own.place / "policies")
    seen = own.review()
    assert any("takes policies away" in note for note in seen.report["notes"])


def test_a_waiver_under_another_name_is_the_same_to_its_finding(world):
    world.edit(LATE)
    file = world.waiver("AA-03.overdue")
    world.commit()
    world.branch()
    file.unlink()
    world.waiver("AA-03.overdue", name="W-2026-002")
    seen = world.review()
    assert (seen.code, seen.of("new"), seen.review["impact"]["newly_blocked"]) == (0, set(), [])
    told = {one["id"]: (one["edit"], [each["rule"] for each in one["effect"]]) for one in seen.review["waivers"]}
    assert told == {"W-2026-001": ("deleted", []), "W-2026-002": ("added", ["AA-03.overdue"])}


def test_a_baseline_of_the_change_excuses_nothing(world):
    (world.place / "checker.toml").write_text('baseline = "baseline.json"\n')
    empty = '{"apiVersion": "vendorpolicy/v1", "kind": "Baseline", "entries": []}'
    (world.place / "baseline.json").write_text(empty)
    world.commit()
    world.branch()
    world.edit(OLD_TLS)
    entry = (
        f'{{"vendor": "{VENDOR}", "rule": "EN-01.old_version", "value": "0123456789abcdef", "since": "2026-11-22", '
        '"until": "2027-03-31", "subject": "encryption.in_transit.enabled_versions[1.0]"}'
    )
    (world.place / "baseline.json").write_text(empty.replace("[]", f"[{entry}]"))
    seen = world.review()
    assert (seen.code, seen.blocking) == (1, {"EN-01.old_version"})
    assert seen.review["impact"]["files"] == ["baseline.json"]


def test_lines_beyond_number_are_counted_in_time():
    """Compared pair by pair, half a million equal lines would take hours."""
    many = b"\n" * 250_000
    assert changed_lines(many + b"a\n" + many, many + b"b\n" + many) == {250_001}
    assert changed_lines(b"x\n" + many + b"a\n" + many, many + b"b\n" + many + b"y\nz\n") == set(range(1, 500_004))
    assert changed_lines(b"a\nb\nc\n", b"a\nx\nc\nd\n") == {2, 4}
    assert changed_lines(b"a\na\n", b"a\n") == set()
    assert changed_lines(b"a\n1\nb\nc\nd\ne\nf\n2\n", b"a\n3\nb\nc\nd\ne\nf\n4\n") == {2, 8}


def test_what_a_repository_sets_for_its_owner_is_not_run(world, tmp_path):
    hook = world.place / ".git/hooks/post-index-change"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran-hook\n")
    hook.chmod(0o755)
    world.git("config", "core.fsmonitor", f"touch {tmp_path}/ran-monitor; false")
    world.branch()
    world.edit(OLD_TLS)
    for file in tmp_path.glob("ran-*"):
        file.unlink()
    assert world.review().blocking == {"EN-01.old_version"}
    assert list(tmp_path.glob("ran-*")) == []


def test_a_place_with_odd_signs_can_be_reviewed(tmp_path):
    world = World(tmp_path / 'a:b "c" \\d')
    world.branch()
    world.edit(OLD_TLS)
    assert world.review().blocking == {"EN-01.old_version"}


def test_a_second_work_tree_without_a_branch_can_be_reviewed(world, tmp_path):
    world.branch()
    world.edit(OLD_TLS)
    world.commit()
    world.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "other"), "change")
    world.place = tmp_path / "other"
    assert world.review().blocking == {"EN-01.old_version"}
    same = world.review("--base", "HEAD", "--head", "HEAD")
    assert (same.code, same.edits) == (0, {})


def test_a_branch_without_commits_is_explained(world):
    world.git("checkout", "--quiet", "--orphan", "fresh")
    seen = world.review()
    assert (seen.code, "no commit yet" in seen.done.err) == (3, True)


def test_a_clone_without_contents_is_explained(world, tmp_path):
    world.branch()
    world.edit(OLD_TLS)
    world.commit()
    world.git("config", "uploadpack.allowFilter", "true")
    clone = ["clone", "--quiet", "--filter=blob:none", "--no-checkout", f"file://{world.place}", str(tmp_path / "part")]
    world.git(*clone)
    source, world.place = world.place, tmp_path / "part"
    sides = ("--base", "origin/main", "--head", "origin/change")
    shutil.copytree(world.place, tmp_path / "offline")
    assert world.review(*sides).blocking == {"EN-01.old_version"}
    source.rename(tmp_path / "gone")
    world.place = tmp_path / "offline"
    seen = world.review(*sides)
    assert (seen.code, "fetch the whole history" in seen.done.err) == (3, True)


def test_a_tab_in_a_name_is_shown(world):
    world.branch()
    shutil.copy(world.place / MANIFEST, world.place / "vendor_manifests/a\tb.yaml")
    assert set(world.review().edits) == {r"vendor_manifests/a\x09b.yaml"}
