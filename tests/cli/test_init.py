"""`checker init`: what it writes is green, clean for the forges, and nothing that was there is touched."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest
import yaml

from checker.commands.workspace import PROGRAM
from tests.cli.program import ROOT, checker
from tests.delivery.test_steps import OLD_TLS, Runner
from tests.project.test_workflows import PINNED
from tests.real import need
from tests.review.world import World

DAY = "2026-11-22"
EXAMPLE = "vendor_manifests/example-vendor.yaml"
REVIEW = ".github/workflows/vendor-review.yml"


def init(place, *options, code=0):
    done = checker("init", "--as-of", DAY, *options, cwd=place)
    assert (done.code, done.err) == (code, ""), done
    return done.out


def files(place):
    found = (path for path in place.rglob("*") if path.is_file() and ".git" not in path.relative_to(place).parts)
    return {str(path.relative_to(place)): path.read_bytes() for path in found}


def rows(told):
    """Return what became of each file by its path."""
    found = re.findall(r"^(wrote|there|left |would) +(?:\S+ )+ +(\S+)$", told, re.MULTILINE)
    return {path: word.strip() for word, path in found}


@pytest.mark.parametrize("day", ["2026-11-22", "2028-02-29", "2031-12-31"])
@pytest.mark.parametrize("git", [True, False])
def test_the_first_check_is_green_and_a_broken_manifest_is_red(tmp_path, day, git):
    if git:
        subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    told = init(tmp_path, "--as-of", day)
    assert ("which is no git repository yet" in told, "  git init " in told) == (not git, not git)
    assert set(rows(told)) == set(files(tmp_path))
    assert set(rows(told).values()) == {"wrote"}
    done = checker("check", "--as-of", day, cwd=tmp_path)
    assert (done.code, "1 pass" in done.out, "block" in done.out.partition("vendor ")[0]) == (0, True, False), done
    manifest = tmp_path / EXAMPLE
    manifest.write_text(manifest.read_text().replace('["1.2", "1.3"]', '["1.0", "1.2"]'))
    done = checker("check", "--as-of", day, cwd=tmp_path)
    assert (done.code, "EN-01.old_version" in done.out) == (1, True), done
    assert checker("doctor", cwd=tmp_path).code == 0


def test_a_dry_run_tells_the_same_and_writes_nothing(tmp_path):
    told = init(tmp_path, "--dry-run")
    assert files(tmp_path) == {}
    assert told.endswith("\nnothing was written\n")
    assert list(rows(told)) == list(rows(init(tmp_path)))


@pytest.mark.parametrize("options", [(), ("--ci", "gitlab"), ("--ci", "none")])
def test_a_second_run_finds_nothing_to_do(tmp_path, options):
    init(tmp_path, *options)
    before = files(tmp_path)
    told = init(tmp_path, *options)
    assert files(tmp_path) == before
    assert set(rows(told).values()) == {"there"}
    assert set(rows(told)) == {path for path in before if not path.startswith("vendor_manifests/")}


def test_what_is_there_is_left_alone_and_told_what_it_lacks(tmp_path):
    there = {
        ".pre-commit-config.yaml": "repos: []\n",
        "docs/CODEOWNERS": "* @acme/all\n",
        ".vscode/settings.json": '{"editor.tabSize": 2}\n',
        ".github/workflows/vendor-review.yml": "name: another\n",
        "checker.toml": 'manifests = "suppliers"\n',
        "suppliers/one.yaml": "kind: VendorManifest\n",
    }
    for path, text in there.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    told = init(tmp_path, "--code-owner", "@acme/compliance", "--code-owner", "lead@acme.example")
    for path, text in there.items():
        assert (tmp_path / path).read_text() == text
    assert {path for path, word in rows(told).items() if word == "left"} == set(there) - {"suppliers/one.yaml"}
    assert re.search(r"^ +- id: vendor-manifests$", told, re.MULTILINE)
    assert re.search(r"^ +/suppliers/ +@acme/compliance lead@acme\.example$", told, re.MULTILINE)
    assert '"suppliers/*.yaml"' in told
    assert not (tmp_path / "suppliers/example-vendor.yaml").exists()
    assert not (tmp_path / ".github/CODEOWNERS").exists()
    hooks = yaml.safe_load(told[told.index("repos:") : told.index("\n\n", told.index("repos:"))])
    assert re.match(hooks["repos"][0]["hooks"][0]["files"], "suppliers/one.yaml")


def test_lines_that_were_added_by_hand_are_recognised(tmp_path):
    init(tmp_path)
    for path in (".pre-commit-config.yaml", ".github/CODEOWNERS", ".vscode/settings.json"):
        file = tmp_path / path
        file.write_text(f"\n{file.read_text()}\n")
    assert set(rows(init(tmp_path)).values()) == {"there"}


def test_nothing_is_written_through_a_link(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    place = tmp_path / "place"
    place.mkdir()
    (place / ".github").symlink_to(tmp_path / "elsewhere")
    (place / "checker.toml").symlink_to("gone.toml")
    done = checker("init", cwd=place)
    assert (done.code, "checker.toml is no regular file" in done.err) == (2, True)
    (place / "checker.toml").unlink()
    (place / ".pre-commit-config.yaml").symlink_to("gone.yaml")
    told = init(place)
    assert "`.github` is a link or no directory" in told
    assert "a link or no regular file is in its place" in told
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_workflows_belong_to_the_top_of_the_repository(tmp_path):
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    below = tmp_path / "risk"
    below.mkdir()
    (below / "checker.toml").write_text("")
    told = init(below)
    assert "no workflows, for they belong at the top of the git repository" in told
    assert not (below / ".github").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--profile", "startre"), "did you mean `starter`?"),
        (("--ci", "gihub"), "did you mean `github`?"),
        (("--code-owner", "two words"), "`two words` is no code owner"),
        (("--requirement", 'x"; echo y'), "is nothing that pip could install"),
        (("--requirement", "$(id)"), "is nothing that pip could install"),
    ],
)
def test_wrong_options_are_told(tmp_path, options, message):
    done = checker("init", *options, cwd=tmp_path)
    assert (done.code, done.out, message in done.err) == (2, "", True), done
    assert files(tmp_path) == {}


def test_every_setting_stands_in_the_configuration(tmp_path):
    init(tmp_path, "--profile", "gdpr,dora")
    text = (tmp_path / "checker.toml").read_text()
    schema = json.loads((ROOT / "schemas/checker-config.schema.json").read_text())
    for name in schema["properties"]:
        assert re.search(rf"^(# )?(\[{name}[].]|{name} = )", text, re.MULTILINE), name
    assert 'profile = ["gdpr", "dora"]\n' in text
    told = checker("policy", "list", cwd=tmp_path).out
    assert "profile: gdpr,dora" in told
    # Taken out of their comments the examples are a configuration, too.
    (tmp_path / "checker.toml").write_text(re.sub(r"^# (?=[\w-]+ = |\[)", "", text, flags=re.MULTILINE))
    (tmp_path / "policies/params/thresholds").mkdir(parents=True)
    (tmp_path / "policies/params/thresholds/data.yaml").write_text("attestation_validity: {high: P6M}\n")
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    done = checker("policy", "list", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")


def test_editors_find_the_schemas(tmp_path):
    init(tmp_path)
    for file, kind in (("vendor-manifest", "manifest"), ("waiver", "waiver"), ("checker-config", "config")):
        text = (tmp_path / f".schemas/{file}.schema.json").read_text()
        assert text == checker("schema", kind, cwd=tmp_path).out
    settings = json.loads((tmp_path / ".vscode/settings.json").read_text())
    for path in settings["yaml.schemas"]:
        assert (tmp_path / path).is_file()
    facts = "--legal-name A --service payroll --function supporting --tier low --regime none --region none"
    more = "--category none --country DE --start 2027-01-01"
    done = checker("vendor", "new", "first", *facts.split(), *more.split(), "--as-of", DAY, cwd=tmp_path)
    assert done.code == 0, done
    for vendor in ("first", "example-vendor"):
        line = (tmp_path / f"vendor_manifests/{vendor}.yaml").read_text().partition("\n")[0]
        assert line == "# yaml-language-server: $schema=../.schemas/vendor-manifest.schema.json"


def test_an_own_copy_of_the_schemas_serves_the_editor(tmp_path):
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    told = init(tmp_path)
    assert not (tmp_path / ".schemas").exists()
    assert ".schemas" not in told
    assert "$schema=../schemas/vendor-manifest.schema.json\n" in (tmp_path / EXAMPLE).read_text()
    assert checker("check", "--as-of", DAY, cwd=tmp_path).code == 0


def test_the_forges_accept_what_is_written(tmp_path):
    for forge in ("github", "gitlab"):
        init(tmp_path, "--ci", forge, "--code-owner", "@acme/compliance")
    zizmor = [need("zizmor"), "--offline", "--quiet", "--persona", "pedantic", ".github"]
    workflows = sorted(path for path in files(tmp_path) if path.startswith(".github/workflows/"))
    assert len(workflows) == 3
    action = ".github/actions/checker/action.yml"
    jobs = [".gitlab/vendor-review.gitlab-ci.yml", ".gitlab-ci.yml"]
    schemas = [("github-workflows", workflows), ("github-actions", [action]), ("gitlab-ci", jobs)]
    valid = [
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", *paths]
        for schema, paths in schemas
    ]
    for command in (zizmor, *valid):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    for path in (*workflows, action):
        used = re.findall(r"uses: (.+)", (tmp_path / path).read_text())
        assert [one for one in used if not PINNED.fullmatch(one) and not one.startswith("./.github/actions/")] == []
    texts = "".join((tmp_path / path).read_text() for path in (*workflows, action, *jobs))
    assert texts.count(f'"{PROGRAM}==') == texts.count("--require-hashes") == 4
    for ours in ("make ", ".venv", ".tools", "CHECKER_COMMIT", "uses: ./ "):
        assert ours not in texts


def test_no_host_is_named(tmp_path):
    for forge in ("github", "gitlab"):
        init(tmp_path, "--ci", forge)
    hosts = {
        host
        for path, content in files(tmp_path).items()
        if not path.startswith(".schemas/")
        for host in re.findall(r"\w+://[\w.-]*\w", content.decode())
    }
    examples = {"http://127.0.0.1", "postgresql://checker", "https://git.client.example", "https://risk.client.example"}
    assert hosts == examples  # of settings


def test_a_pull_request_is_reviewed_by_the_written_workflow(tmp_path):
    world = World(tmp_path / "vendors")
    (world.place / "checker.toml").unlink()
    init(world.place)
    base = world.commit()
    world.branch()
    world.edit(OLD_TLS)
    head = world.commit()
    world.git("update-ref", "refs/pull/7/head", head)
    world.git("checkout", "--quiet", "main")
    values = {"github.token": "none", "github.event": {}, "github.event.pull_request.number": "7"}
    values |= {"inputs.base": base, "inputs.head": head, "inputs.block": "new"}
    runner = Runner(tmp_path / "base", world.place, values)
    job = yaml.safe_load((runner.place / REVIEW).read_text())["jobs"]["review"]["steps"]
    (fetch,) = (step for step in job if "run" in step)
    (local,) = (step["uses"] for step in job if step.get("uses", "").startswith("./"))
    action = yaml.safe_load((runner.place / local / "action.yml").read_text())
    (review,) = (step for step in action["runs"]["steps"] if step["name"] == "Review")
    assert runner.run(fetch)[0] == 0
    path = os.environ["PATH"]
    os.environ["PATH"] = f"{runner.place}/.venv/bin:{path}"
    try:
        code, log = runner.run(review)
    finally:
        os.environ["PATH"] = path
    assert code == 1, log
    assert "EN-01.old_version" in runner.summary


def test_the_hooks_judge_what_is_committed(tmp_path):
    prek = need("prek")
    init(tmp_path, "--as-of", "2026-11-22")
    program = tmp_path / "bin/checker"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m checker "$@" --as-of {DAY}\n')
    program.chmod(0o755)
    environment = {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    environment |= {"PREK_HOME": str(tmp_path / "prek")}
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    codes = []
    for old, new in (("", ""), ('["1.2", "1.3"]', '["1.0", "1.2"]')):
        manifest = tmp_path / EXAMPLE
        manifest.write_text(manifest.read_text().replace(old, new))
        subprocess.run(["git", "add", EXAMPLE, ".pre-commit-config.yaml"], cwd=tmp_path, check=True)
        done = subprocess.run([prek, "run"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        codes.append(done.returncode)
    assert codes == [0, 1], done.stdout
    assert "EN-01.old_version" in done.stdout
