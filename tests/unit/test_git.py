"""The revision that a result names, from real repositories."""

import json
import subprocess

import pytest

from checker import git
from tests.cases import tables
from tests.cli.program import checker, repository


def _git(place, *arguments):
    identity = ("-c", "user.name=Tester", "-c", "user.email=tester@client.example")
    done = subprocess.run(["git", *identity, *arguments], cwd=place, check=True, capture_output=True)
    return done.stdout.decode().strip()


@pytest.fixture
def place(tmp_path):
    repository(tmp_path)
    _git(tmp_path, "init", "--quiet")
    return tmp_path


def test_without_a_commit_there_is_no_revision(place):
    assert git.Repository(place).revision() == ""


def test_outside_of_git_there_is_no_revision(tmp_path):
    assert git.Repository(tmp_path).revision() == ""


def test_revision_and_changes(place, monkeypatch):
    _git(place, "add", ".")
    _git(place, "commit", "--quiet", "--message", "one")
    head = _git(place, "rev-parse", "HEAD")
    assert git.Repository(place).revision() == head
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    assert git.Repository(place).revision() == head, "the environment of a hook does not lead elsewhere"
    monkeypatch.delenv("GIT_DIR")
    (place / "vendor_manifests/new.yaml").write_text("x: 1\n")
    assert git.Repository(place).revision() == f"{head}+changes"


def test_the_report_names_the_revision(place):
    _git(place, "add", ".")
    _git(place, "commit", "--quiet", "--message", "one")
    done = checker("check", "--as-of", tables.TODAY, "--output", "json", cwd=place)
    provenance = json.loads(done.out)["provenance"]
    assert provenance["revision"] == _git(place, "rev-parse", "HEAD")
    assert provenance["as_of"] == tables.TODAY
    assert all(len(provenance[name]) == 64 for name in ("policies", "parameters", "schemas"))
