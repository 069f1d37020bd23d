"""The workflows and the action: valid, clean for zizmor at its most pedantic, pinned, and with the least rights."""

import re
import subprocess
import sys

import pytest

from tests.project.repository import ROOT
from tests.real import need

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTION = ROOT / "action.yml"
GITLAB = sorted((ROOT / "docs" / "ci").glob("*.gitlab-ci.yml"))
# By workflow what its jobs may write: the comment, the issue of what is open, the branch of the history, the dashboard.
WRITES = {
    "vendor-comment.yml": ["pull-requests"],
    "vendor-schedule.yml": ["issues", "contents", "pages", "id-token"],
}
PINNED = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


@pytest.mark.parametrize("path", [*WORKFLOWS, ACTION], ids=lambda path: path.name)
def test_actions_are_pinned_by_commit_with_their_version(path):
    used = re.findall(r"uses: (.+)", path.read_text(encoding="utf-8"))
    assert used
    # The action of this repository is that of the commit which is checked out.
    assert [action for action in used if not PINNED.fullmatch(action) and not action.startswith("./ #")] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_workflow_runs_a_change_with_rights(path):
    text = path.read_text(encoding="utf-8")
    assert "pull_request" + "_target" not in text
    assert re.findall(r"([\w-]+): write", text) == WRITES.get(path.name, [])
    assert text.count("actions/checkout@") == text.count("persist-credentials: false")


def test_who_may_write_to_the_repository_reads_nothing_of_it():
    text = (ROOT / ".github/workflows/vendor-schedule.yml").read_text(encoding="utf-8")
    job = text.partition("\n  keep:\n")[2].partition("\n  publish:\n")[0]
    assert "contents: write" in job
    assert "actions/checkout" not in job
    assert "checker " not in job.partition("steps:")[2]


def test_zizmor_has_nothing_to_say():
    command = [need("zizmor"), "--offline", "--quiet", "--persona", "pedantic", ROOT / ".github", ACTION]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_actionlint_has_nothing_to_say():
    done = subprocess.run([need("actionlint"), *WORKFLOWS], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("schema", "paths"),
    [
        ("vendor.github-workflows", WORKFLOWS),
        ("vendor.dependabot", [ROOT / ".github" / "dependabot.yml"]),
        ("vendor.github-actions", [ACTION]),
        ("vendor.gitlab-ci", GITLAB),
    ],
)
def test_the_forge_would_accept_them(schema, paths):
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *paths]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
