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


def test_the_past_is_searched_in_every_branch(place):
    repository = git.Repository(place)
    assert (repository.history(), repository.last_with("^x: 1$", "notes")) == ("whole", "")
    (place / "notes").mkdir()
    (place / "notes/a.yaml").write_text("x: 1\nx: 12\n")
    _git(place, "add", ".")
    _git(place, "commit", "--quiet", "--message", "one")
    first = _git(place, "rev-parse", "--short", "HEAD")
    assert repository.last_with("^x: 1$", "notes") == first
    _git(place, "checkout", "--quiet", "-b", "other")
    _git(place, "rm", "--quiet", "notes/a.yaml")
    _git(place, "commit", "--quiet", "--message", "two")
    last = _git(place, "rev-parse", "--short", "HEAD")
    _git(place, "checkout", "--quiet", first)
    assert repository.last_with("^x: 1$", "notes") == last
    assert repository.last_with("^x: 1$", "elsewhere") == ""
    assert repository.last_with("^x: 2$", "notes") == ""


def test_how_much_of_the_past_is_here(place, tmp_path_factory):
    (place / "a").write_text("a")
    for number in (1, 2):
        (place / "a").write_text(str(number))
        _git(place, "add", ".")
        _git(place, "commit", "--quiet", "--message", "change")
    clone = tmp_path_factory.mktemp("clone")
    _git(place, "clone", "--quiet", "--depth", "1", place.as_uri(), clone)
    assert git.Repository(place).history() == "whole"
    assert git.Repository(clone).history() == "shallow"
    assert git.Repository(tmp_path_factory.mktemp("plain")).history() == "none"
    with pytest.raises(git.GitError):
        git.Repository(tmp_path_factory.mktemp("plain")).last_with("x", ".")


def test_the_report_names_the_revision(place):
    _git(place, "add", ".")
    _git(place, "commit", "--quiet", "--message", "one")
    done = checker("check", "--as-of", tables.TODAY, "--output", "json", cwd=place)
    provenance = json.loads(done.out)["provenance"]
    assert provenance["revision"] == _git(place, "rev-parse", "HEAD")
    assert provenance["as_of"] == tables.TODAY
    assert all(len(provenance[name]) == 64 for name in ("policies", "parameters", "schemas"))
