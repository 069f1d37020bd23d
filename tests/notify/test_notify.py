"""`reevaluate --notify` and `notify`, as a scheduler runs them, with real servers to send to."""

import json
import os
import subprocess
import sys

import pytest

from tests.cases import tables
from tests.cli.program import ROOT, checker, repository, write
from tests.delivery.forge import serving
from tests.history.records import told
from tests.notify.servers import PASSWORD, USER, certificate, mailbox, web

TODAY = "2026-11-22"
ANN, JON, RISK = "a.lind@client.example", "j.berg@client.example", "risk@client.example"
VENDOR = "halcyon-support"


@pytest.fixture
def box():
    with mailbox() as one:
        yield one


@pytest.fixture
def site():
    with web() as one:
        yield one


def settle(place, text="", port=0):
    """Write the configuration; with a port, mail goes there."""
    mail = f'[notify.mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nsender = "checker@client.example"\n'
    (place / "checker.toml").write_text(f'[notify]\nfallback = "{RISK}"\n{text}\n{mail if port else ""}')
    return place


@pytest.fixture
def place(tmp_path):
    """Return a repository of one vendor that passes everything."""
    return repository(tmp_path)


def edit(place, **metadata):
    manifest = tables.base()
    manifest["metadata"].update(metadata)
    write(place, manifest)


def night(place, day=TODAY, *arguments, **environment):
    return checker("reevaluate", "--notify", "--jobs", "1", "--as-of", day, *arguments, cwd=place, **environment)


def test_the_owner_is_told_once_and_again_when_it_changes(place, box):
    settle(place, port=box.port)
    edit(place, deputy=tables.base()["metadata"]["owner"])
    first = night(place)
    assert (first.code, f"mail {ANN} (1 new" in first.out, ") sent" in first.out) == (1, True, True), first
    assert "GR-01.deputy_is_owner" in box.texts[ANN]
    assert "There was nothing to tell." in night(place).out
    assert len(box.mails) == 1
    write(place, tables.base())
    mended = night(place, "2026-11-22", "--output", "json")
    (row,) = told(mended)["notification"]
    assert (mended.code, row["recipient"], row["state"], row["what"]) == (0, ANN, "sent", "1 fixed"), mended
    assert box.mails[-1]["Subject"] == "Vendor compliance 2026-11-22: 1 fixed"


def test_due_days_are_told_ahead_and_the_failure_on_its_day(place, box):
    settle(place, "remind = [60, 5]", port=box.port)
    told = []
    for day in ("2026-11-22", "2026-11-23", "2026-12-04", "2026-12-05", "2026-12-06"):
        box.mails.clear()
        night(place, day)
        told.append([one for one in box.texts[ANN].splitlines() if "GR-04" in one] if box.mails else None)
    line = f"  {VENDOR} (Halcyon Support Services Inc.)  GR-04"
    due = [one and one[0].replace("\u200b", "").partition("  [")[0] for one in told]
    assert due[0] == line
    assert told[0][0].endswith("from 2026-12-04, in 12 days")
    assert told[1] is None
    assert due[2] == f"{line}.overdue_meeting" or "GR-04." in due[2]


def test_a_failed_delivery_leaves_the_verdict_and_is_made_up_for(place, box):
    settle(place, port=box.port)
    edit(place, deputy=tables.base()["metadata"]["owner"])
    box.answers[ANN] = ["550 5.7.1 not from you"]
    lost = night(place)
    assert (lost.code, "failed: the server does not take this mail from us" in lost.out) == (1, True), lost
    again = checker("notify", cwd=place)
    assert (again.code, "failed" in again.out) == (3, True), again
    box.answers.clear()
    made_up = checker("notify", cwd=place)
    assert (made_up.code, "sent" in made_up.out, len(box.mails)) == (0, True, 1), made_up
    assert checker("notify", cwd=place).out == "There was nothing to tell.\n"


def test_the_deputy_is_told_when_the_owner_is_refused_and_the_fallback_when_all_are(place, box):
    settle(place, port=box.port)
    edit(place, country="XX")
    box.answers[ANN] = ["550 no such person"]
    done = night(place)
    assert f"mail {ANN}" in done.out
    assert "refused: is refused by the mail server: 550 no such person" in done.out
    assert [one["To"] for one in box.mails] == [JON]
    assert "You are told this, because" in box.texts[JON]
    box.answers |= {one: ["550 gone"] for one in (JON, RISK)}
    write(place, tables.base())
    done = night(place)
    assert "nobody can be told: see `fallback`" in done.out


def test_an_address_that_is_not_ours_gets_nothing(place, box):
    settle(place, port=box.port)
    outside = {"name": "Eve", "role": "owner", "email": "eve@vendor.example"}
    edit(place, owner=outside, deputy=outside)
    assert night(place).code == 1
    assert box.mails
    assert "eve@vendor.example" not in box.tried


def test_a_dry_run_sends_nothing_and_shows_all(place, box):
    settle(place, '[notify.webhook]\nformat = "json"\n[notify.issue]\nrepository = "client/vendors"', box.port)
    edit(place, deputy=tables.base()["metadata"]["owner"])
    checker("reevaluate", "--as-of", TODAY, cwd=place)
    dry = checker("notify", "--dry-run", "--output", "json", cwd=place)
    rows = {one["channel"]: one for one in json.loads(dry.out)["deliveries"]}
    assert (dry.code, set(rows), box.tried) == (0, {"mail", "webhook", "issue"}, [])
    assert {one["state"] for one in rows.values()} == {"would be sent"}
    checker("notify", cwd=place, CHECKER_WEBHOOK_URL="http://127.0.0.1:1/none", GITHUB_API_URL="http://127.0.0.1:1")
    subject, _, text = rows["mail"]["text"].partition("\n\n")
    (sent,) = box.mails
    assert (subject, text) == (f"Subject: {sent['Subject']}", sent.get_content().replace("\r\n", "\n"))


def test_each_channel_is_told_for_itself(place, box, site):
    settle(place, '[notify.webhook]\nformat = "slack"\n[notify.issue]\nrepository = "client/vendors"', box.port)
    edit(place, deputy=tables.base()["metadata"]["owner"])
    with serving() as forge:
        environment = {"CHECKER_WEBHOOK_URL": f"{site.url}/hush", "GITHUB_API_URL": forge.api, "GITHUB_TOKEN": "t"}
        site.answers = [(404, {})]
        first = night(place, **environment)
        assert "webhook all" in first.out
        assert "failed: the other side answers HTTP 404" in first.out
        assert "opened #1" in first.out
        second = night(place, **environment)
        assert ("mail" in second.out.partition("to the letter")[2], len(box.mails)) == (False, 1)
        assert "GR-01" in json.loads(site.requests[-1][2])["text"]
        assert "#1 says so already" in second.out
        write(place, tables.base())
        assert "hush" not in first.out + night(place, "2026-11-22", **environment).out
        assert "GR-01" not in forge.issues[0]["body"]


def test_the_history_that_is_gone_is_told_and_nobody_else(place, box):
    settle(place, port=box.port)
    lost = night(place, TODAY, "--history", "postgresql://me:hush@127.0.0.1:1/none")
    assert (lost.code, "the run was not kept, so nobody is told of it" in lost.out, box.tried) == (3, True, [])


def test_without_a_forecast_findings_are_told_and_the_issue_is_left_alone(place, box):
    settle(place, '[notify.issue]\nrepository = "client/vendors"', box.port)
    edit(place, deputy=tables.base()["metadata"]["owner"])
    checker("reevaluate", "--as-of", TODAY, cwd=place)
    script = (
        "from checker.catalogue import shelf; from checker.errors import UsageError\n"
        "def none(*a, **k): raise UsageError('only OPA can tell', '')\n"
        "shelf.read_by = none\n"
        "from checker.__main__ import main; main()"
    )
    command = [sys.executable, "-c", script, "notify"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, list(box.texts)) == (3, [ANN]), done
    assert "forecast (due dates) failed: only OPA can tell" in done.stdout
    assert "issue (all) failed: left as it is" in done.stdout


def test_a_fault_of_telling_costs_no_verdict(place, box):
    settle(place, port=box.port)
    script = (
        "from checker.notify import mail\n"
        "def broken(*a): raise RuntimeError('oh')\n"
        "mail.Mail.messages = broken\n"
        "from checker.__main__ import main; main()"
    )
    command = [sys.executable, "-c", script, "reevaluate", "--notify", "--jobs", "1", "--as-of", "2027-06-01"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, "blocked 1" in done.stdout) == (1, True), done
    assert "failed: internal error, RuntimeError: oh" in done.stdout


def test_a_sign_of_life_after_a_good_run_alone(place, box, site):
    settle(place, port=box.port)

    def run(**more):
        environment = {"CHECKER_PING_URL": f"{site.url}/hush", **more}
        return checker("reevaluate", "--notify", "--jobs", "1", cwd=place, **environment)

    good = run()
    assert ("ping the monitor (a sign of life) sent" in good.out, len(site.requests)) == (True, 1), good
    box.answers = {one: ["550 gone"] for one in (ANN, JON, RISK)}
    edit(place, country="XX")
    assert "nobody can be told" in run().out
    run(CHECKER_HISTORY="postgresql://127.0.0.1:1/none")
    assert len(site.requests) == 1


def test_a_run_that_is_missing_raises_the_alarm_once_a_day(place, box):
    settle(place, port=box.port)
    never = checker("notify", "--overdue", "P2D", cwd=place)
    assert (never.code, "no run can be seen: there is no history" in never.out) == (1, True), never
    assert box.mails.pop()["To"] == RISK
    checker("reevaluate", "--as-of", TODAY, cwd=place)
    fine = checker("notify", "--overdue", "P2D", cwd=place)
    assert (fine.code, fine.out, box.mails) == (0, "the nightly run is not overdue\n", []), fine
    import sqlite3

    with sqlite3.connect(place / ".checker/history.db") as connection:
        connection.execute("DROP TRIGGER runs_update")
        connection.execute("UPDATE runs SET judged_at = '2026-11-01T05:17:00+00:00'")
    late = checker("notify", "--overdue", "P2D", cwd=place)
    assert (late.code, late.out.startswith("the newest run, 1 for 2026-11-22, is ")) == (1, True), late
    assert box.mails[0]["Subject"].endswith(": run missing")
    assert "The nightly run is missing" in box.texts[RISK]
    assert checker("notify", "--overdue", "P2D", cwd=place).code == 1
    assert len(box.mails) == 1


def test_mail_over_a_safe_connection_takes_its_secrets_from_the_environment(place, tmp_path_factory):
    files = certificate(tmp_path_factory.mktemp("tls"))
    edit(place, country="XX")
    with mailbox(files, auth=True) as box:
        settle(place, port=box.port)
        text = (place / "checker.toml").read_text().replace('"none"', '"starttls"')
        (place / "checker.toml").write_text(text)
        secrets = {"CHECKER_SMTP_USER": USER, "CHECKER_SMTP_PASSWORD": PASSWORD, "CHECKER_SMTP_CA": str(files[0])}
        done = night(place, **secrets)
        assert (len(box.mails), PASSWORD in done.out + done.err) == (1, False), done
        failed = checker("notify", cwd=place, **{**secrets, "CHECKER_SMTP_PASSWORD": "wrong"})
        assert failed.out == "There was nothing to tell.\n"


def test_a_password_does_not_cross_a_network_in_the_clear(place):
    settle(place, port=25)
    text = (place / "checker.toml").read_text().replace("127.0.0.1", "smtp.client.example")
    (place / "checker.toml").write_text(text)
    assert "in the clear" in night(place, CHECKER_SMTP_USER="me").out


@pytest.mark.parametrize(
    ("text", "arguments", "message"),
    [
        ("", ["notify"], "does not say how anybody is told"),
        ("", ["reevaluate", "--notify"], "does not say how anybody is told"),
        ('[notify]\nfallback = "a@b.example"', ["notify"], "does not say how anybody is told"),
        ('[notify.mail]\nhost = "a"\nsender = "a@b.example"', ["notify"], "`fallback` is missing"),
        ('[notify]\nfallback = "a@b\\nBcc: c@d.example"', ["notify"], "checker.toml:2"),
        ('[notify.mail]\npassword = "x"', ["notify"], "set the environment variable CHECKER_SMTP_PASSWORD"),
        ('[notify.mail]\nuser = "x"', ["notify"], "set the environment variable CHECKER_SMTP_USER"),
        ('[notify.webhook]\nurl = "x"', ["notify"], "set the environment variable CHECKER_WEBHOOK_URL"),
        ('[notify.issue]\ntoken = "x"', ["notify"], "set the environment variable GITHUB_TOKEN"),
        ('[notify]\nping = "x"', ["notify"], "set the environment variable CHECKER_PING_URL"),
        ("[notify]\nremind = []", ["notify"], "remind"),
        ("[notify.webhook]", ["notify"], "there is no history"),
        ("[notify.webhook]", ["notify", "--overdue", "P1M"], "days or hours"),
        ("[notify.webhook]", ["notify", "--overdue", "soon"], "days or hours"),
    ],
)
def test_what_cannot_be_is_refused(place, text, arguments, message):
    (place / "checker.toml").write_text(text)
    done = checker(*arguments, cwd=place)
    assert (done.code, message in done.err) == (2, True), done
