"""The steps of our workflows and of the action, run as the forge's shell would, with a fake event."""

import base64
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from tests.cases import tables
from tests.cli.program import ROOT, checker
from tests.delivery.forge import serving
from tests.notify.servers import mailbox, web
from tests.project import repository
from tests.real import need
from tests.review.world import World

OLD_TLS = {"encryption.in_transit.enabled_versions": ["1.0", "1.2"]}


def steps(file, job=""):
    """Return the steps of a job, or of the action, by name."""
    made = yaml.safe_load((ROOT / file).read_text())
    found = made["runs"]["steps"] if file == "action.yml" else made["jobs"][job]["steps"]
    return {step["name"]: step for step in found}


class Runner:
    """A machine that runs steps: the checkout of the base, the event, and the files that steps write to."""

    def __init__(self, place, remote, values):
        self.place, self.values = place, values
        subprocess.run(["git", "clone", "--quiet", str(remote), str(place)], check=True)
        self.temporary = place.parent / "temporary"
        self.temporary.mkdir()
        program = place / ".venv/bin/checker"
        program.parent.mkdir(parents=True)
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m checker "$@"\n')
        program.chmod(0o755)
        self.files = {name: self.temporary / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        (self.temporary / "event.json").write_text(json.dumps(values["github.event"]))

    def run(self, step, **values):
        """Run one step; what stands in double braces is looked up."""
        given = {**self.values, **values}
        environment = {
            name: re.sub(r"\$\{\{ (.+?) \}\}", lambda match: given[match[1]], str(value))
            for name, value in step.get("env", {}).items()
        }
        assert "${{" not in step["run"], "a value within a script could be a command"
        for file in self.files.values():
            file.write_text("")
        base = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "GIT_TERMINAL_PROMPT": "0",
            "GITHUB_ACTION_PATH": str(self.place),
            "GITHUB_EVENT_PATH": str(self.temporary / "event.json"),
            "RUNNER_TEMP": str(self.temporary),
            **{name: str(file) for name, file in self.files.items()},
        }
        command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]]
        done = subprocess.run(command, cwd=self.place, env=base | environment, capture_output=True, check=False)
        return done.returncode, done.stdout.decode() + done.stderr.decode()

    @property
    def outputs(self):
        return dict(line.split("=", 1) for line in self.files["GITHUB_OUTPUT"].read_text().splitlines())

    @property
    def summary(self):
        return self.files["GITHUB_STEP_SUMMARY"].read_text()


@pytest.fixture
def world(tmp_path):
    need("opa")
    (tmp_path / "vendors").mkdir()
    return World(tmp_path / "vendors", policies=True)


@contextmanager
def private(repository):
    """Serve a repository to those who know the token."""
    wanted = "Basic " + base64.b64encode(b"x-access-token:secret-token").decode()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=str(repository))

        def do_GET(self):
            if self.headers.get("Authorization") == wanted:
                super().do_GET()
                return
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="private"')
            self.end_headers()

        def log_message(self, *arguments):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def proposed(world, tmp_path, edit):
    """Propose a change from a branch, and return the runner of its workflow."""
    world.edit({"contract.expires": "2031-12-31", "legal.licences.0.expires": "2031-12-31"})
    base = world.commit()
    world.branch()
    world.edit(edit)
    head = world.commit()
    world.git("update-ref", "refs/pull/7/head", head)
    world.git("checkout", "--quiet", "main")
    world.git("branch", "--quiet", "-D", "change")
    event = {
        "repository": {"full_name": "client/vendors"},
        "workflow_run": {
            "head_sha": head,
            "head_branch": "change",
            "head_repository": {"owner": {"login": "velora"}},
        },
    }
    values = {
        "github.event": event,
        "github.event.pull_request.number": "7",
        "github.event.workflow_run.head_sha": head,
        "inputs.base": base,
        "inputs.head": head,
        "inputs.block": "new",
        "github.token": "secret-token",
    }
    return Runner(tmp_path / "base", world.place, values), head


def test_a_pull_request_is_reviewed_and_commented(world, tmp_path):
    runner, head = proposed(world, tmp_path, OLD_TLS)
    review, again = (steps(f".github/workflows/vendor-{name}.yml", "review") for name in ("review", "comment"))
    assert runner.run(review["Fetch the change"])[0] == 0
    code, log = runner.run(steps("action.yml")["Review"])
    assert code == 1, log
    assert "::error file=vendor_manifests/halcyon-support.yaml" in log
    assert "EN-01.old_version" in runner.summary
    assert runner.outputs["exit-code"] == "1"
    directory = runner.outputs["directory"]
    written = sorted(file.name for file in Path(directory).iterdir())
    assert written == ["review.csv", "review.json", "review.md", "review.sarif"]

    code, log = runner.run(again["Hand over the text"], **{"steps.review.outputs.directory": directory})
    assert code == 0, log
    body = runner.outputs["body"]
    assert base64.b64decode(body).decode().startswith("<!-- vendorpolicy:review:v1 -->\n")
    write = steps(".github/workflows/vendor-comment.yml", "comment")["Write the comment"]
    with serving() as forge:
        forge.pulls = [{"from": "velora:change", "number": 7, "head": {"sha": head}}]
        os.environ["GITHUB_API_URL"] = forge.api
        try:
            code, log = runner.run(write, **{"needs.review.outputs.body": body})
            assert code == 0, log
            assert ["EN-01.old" in one["body"] for one in forge.comments] == [True]
            hostile = base64.b64encode(b"@everyone look").decode()
            code, log = runner.run(write, **{"needs.review.outputs.body": hostile})
            assert (code, len(forge.comments)) == (2, 1), log
        finally:
            del os.environ["GITHUB_API_URL"]


def test_a_fine_change_is_green(world, tmp_path):
    runner, _ = proposed(world, tmp_path, {"encryption.keys.last_rotated": "2026-11-02"})
    runner.run(steps(".github/workflows/vendor-review.yml", "review")["Fetch the change"])
    code, log = runner.run(steps("action.yml")["Review"])
    assert (code, "::error" in log) == (0, False), log
    assert "verdict:clean" in runner.summary


def test_a_change_of_a_private_repository_is_fetched(world, tmp_path):
    runner, head = proposed(world, tmp_path, OLD_TLS)
    world.git("update-server-info")
    fetch = steps(".github/workflows/vendor-review.yml", "review")["Fetch the change"]
    again = steps(".github/workflows/vendor-comment.yml", "review")["Fetch the change"]
    assert fetch["run"].replace("refs/pull/$NUMBER/head", "$SHA") == again["run"]
    with private(world.place / ".git") as address:
        subprocess.run(["git", "remote", "set-url", "origin", address], cwd=runner.place, check=True)
        code, log = runner.run(fetch, **{"github.token": "stale"})
        assert code != 0
        code, log = runner.run(fetch)
        assert code == 0, log
        assert "secret-token" not in log
    fetched = subprocess.run(["git", "rev-parse", "FETCH_HEAD"], cwd=runner.place, capture_output=True, check=True)
    assert fetched.stdout.decode().strip() == head
    assert "secret-token" not in (runner.place / ".git/config").read_text()


def test_the_impact_is_counted(world, tmp_path):
    runner, head = proposed(world, tmp_path, OLD_TLS)
    runner.run(steps(".github/workflows/vendor-review.yml", "review")["Fetch the change"])
    subprocess.run(["git", "checkout", "--quiet", head], cwd=runner.place, check=True)
    count = steps(".github/workflows/policy-test.yml", "impact")["Count who flips"]
    code, log = runner.run(count, **{"github.event.pull_request.base.sha": runner.values["inputs.base"]})
    assert code == 0, log
    assert "policies, parameters, schemas and waivers alone" in runner.summary


def test_the_schedule_judges_for_a_day(world, tmp_path):
    runner, _ = proposed(world, tmp_path, OLD_TLS)
    judge = steps(".github/workflows/vendor-schedule.yml", "reevaluate")["Judge a day"]
    code, log = runner.run(judge, **{"inputs.as-of": tables.TODAY})
    assert code == 0, log
    assert tables.TODAY in runner.summary
    assert runner.run(judge, **{"inputs.as-of": "yesterday"})[0] == 2


def test_two_nights_are_judged_kept_and_told(world, tmp_path):
    runner, _ = proposed(world, tmp_path, OLD_TLS)
    judge, keep = (steps(".github/workflows/vendor-schedule.yml", job) for job in ("reevaluate", "keep"))
    (tmp_path / "vendors.git").symlink_to(world.place)
    with mailbox() as box, web() as site:
        text = (
            f'[notify]\nfallback = "risk@client.example"\n[notify.mail]\nhost = "127.0.0.1"\nport = {box.port}\n'
            'security = "none"\nsender = "checker@client.example"\n[notify.webhook]\n'
        )
        (runner.place / "checker.toml").write_text(text)
        runner.values |= {
            **dict.fromkeys(("secrets.CHECKER_HISTORY", "secrets.CHECKER_SMTP_USER"), ""),
            "secrets.CHECKER_SMTP_PASSWORD": "",
            "secrets.CHECKER_WEBHOOK_URL": site.url,
            "secrets.CHECKER_PING_URL": f"{site.url}/alive",
            "vars.VENDOR_NOTIFY": "true",
            "github.server_url": str(tmp_path),
            "github.repository": "vendors",
        }
        for night, wanted in enumerate(("This is the first run", "The same as run 1 to the letter")):
            assert runner.run(judge["Take up the history"])[0] == 0
            code, log = runner.run(judge["Re-evaluate"])
            assert (code in {0, 1}, wanted in log) == (True, True), log  # as the day of the test has it
            assert runner.outputs == {"history": "file"}
            assert "Halcyon" in runner.summary
            mails = len(box.mails)
            assert (mails > 0, "ping the monitor (a sign of life) sent" in log) == (True, True), log
            code, log = runner.run(keep["Put it on its branch"])
            assert code == 0, log
            assert world.git("rev-list", "--count", "vendor-history") == "1"
            if not night:  # the next night is another machine
                first = mails
                for folder in (runner.place / ".checker", runner.temporary / "history"):
                    shutil.rmtree(folder)
                subprocess.run(["git", "fetch", "--quiet"], cwd=runner.place, check=True)
        assert mails == first
        assert [path for _, path, *_ in site.requests] == ["/", "/alive", "/alive"]
    assert "secret-token" not in log


def test_the_dashboard_is_made_of_the_history(world, tmp_path):
    if "html" not in checker("report", "--help", cwd=ROOT).out:
        pytest.skip("needs `checker report html`")
    runner, _ = proposed(world, tmp_path, OLD_TLS)
    judge = steps(".github/workflows/vendor-schedule.yml", "reevaluate")
    night = subprocess.run([runner.place / ".venv/bin/checker", "reevaluate"], cwd=runner.place, check=False)
    assert night.returncode in {0, 1}
    code, log = runner.run(judge["Make the dashboard"], **{"secrets.CHECKER_HISTORY": ""})
    assert code == 0, log
    assert (runner.temporary / "site/index.html").is_file()
    assert runner.outputs == {"site": "made"}


@pytest.fixture(scope="module")
def hooks(tmp_path_factory):
    """A repository with the tool as it is now, for hooks are taken from a commit."""
    place = tmp_path_factory.mktemp("hooks")
    for file in repository.files():
        copy = place / file.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, copy)
    git = ["git", "-C", str(place), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init", "--quiet"], ["add", "--all", "--force"], ["commit", "--quiet", "--message=tool"]):
        subprocess.run([*git, *command], check=True)
    return place


def test_the_hooks_judge_what_is_committed(world, hooks, tmp_path):
    prek = need("prek")
    commit = subprocess.run(["git", "-C", str(hooks), "rev-parse", "HEAD"], capture_output=True, text=True, check=True)
    wanted = [{"id": "vendor-manifests", "args": ["--as-of", tables.TODAY]}, {"id": "vendor-policies"}]
    configuration = {"repos": [{"repo": str(hooks), "rev": commit.stdout.strip(), "hooks": wanted}]}
    (world.place / ".pre-commit-config.yaml").write_text(yaml.safe_dump(configuration))
    world.commit()

    def run():
        world.git("add", "--all")
        environment = {**os.environ, "PREK_HOME": str(tmp_path / "prek")}
        done = subprocess.run([prek, "run"], cwd=world.place, env=environment, capture_output=True, check=False)
        return done.returncode, done.stdout.decode()

    world.edit(OLD_TLS)
    code, told = run()
    assert (code, "EN-01.old_version" in told, "look over policies" in told) == (1, True, True), told
    assert re.search(r"look over policies\.+\(no files to check\)", told), told
    world.edit({"encryption.in_transit.enabled_versions": ["1.2", "1.3"]})
    policy = world.place / "policies/controls/encryption/in_transit/in_transit.rego"
    policy.write_text(policy.read_text() + "\n# It says nothing new.\n")
    code, told = run()
    assert (code, "cases" in told) == (1, True), told  # a control that is no longer the shipped one needs its own
    cases = world.place / "tests/cases/encryption/in_transit.yaml"
    cases.parent.mkdir(parents=True)
    shutil.copyfile(ROOT / "tests/cases/encryption/in_transit.yaml", cases)
    code, told = run()
    assert code == 0, told
    policy.write_text(policy.read_text() + "\nnow := time.now_ns()\n")
    code, told = run()
    assert (code, "time.now_ns" in told) == (1, True), told
