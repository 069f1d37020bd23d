"""`checker reevaluate` and `checker history`, as a scheduler runs them: another process each night."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import date, timedelta

import pytest

from tests.cases import tables
from tests.cli.program import ROOT, Done, checker, repository, write
from tests.history.conftest import postgresql
from tests.history.records import told

TODAY = "2026-11-22"
VENDOR = tables.base()["metadata"]["id"]


def night(place, day=TODAY, *arguments: object, **environment: str) -> Done:
    """Run one night."""
    return checker("reevaluate", "--jobs", "1", "--as-of", day, *arguments, cwd=place, **environment)


def altered(place, change: str) -> subprocess.CompletedProcess[str]:
    """Run the night of 2027-06-01 in a program that was changed beforehand."""
    script = f"{change}from checker.__main__ import main\nmain()\n"
    command = [sys.executable, "-c", script, "reevaluate", "--jobs", "1", "--as-of", "2027-06-01"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def place(tmp_path):
    """Return a repository of one vendor that passes everything."""
    return repository(tmp_path)


def test_nights_are_compared_and_the_cause_is_told(place):
    first = night(place)
    assert (first.code, "This is the first run" in first.out, "Kept as run 1" in first.out) == (0, True, True), first
    late = night(place, "2027-06-01")
    assert late.code == 1
    assert "Compared with run 1 of 2026-11-22" in late.out
    assert "absent -> fail; differs: date" in late.out
    manifest = tables.base()
    manifest["metadata"]["deputy"] = manifest["metadata"]["owner"]
    write(place, manifest)
    edited = told(night(place, "2027-06-01", "--output", "json"))
    assert {cause for one in edited["changes"] for cause in one["causes"]} == {"manifest"}
    assert "GR-01.deputy_is_owner" in {one["rule"] for one in edited["changes"] if one["kind"] == "new"}
    since = {one["since"] for one in edited["open"]}
    assert since == {"2027-06-01"}
    listed = checker("history", "list", cwd=place)
    assert [line.split()[:2] for line in listed.out.splitlines()] == [
        ["1", "2026-11-22"],
        ["2", "2027-06-01"],
        ["3", "2027-06-01"],
    ]
    shown = checker("history", "show", 2, cwd=place)
    assert shown.out.splitlines()[:4] == late.out.splitlines()[:4]


def test_the_same_night_twice_is_kept_once(place):
    night(place)
    again = night(place)
    assert (again.code, "The same as run 1 to the letter" in again.out) == (0, True), again
    assert len(checker("history", "list", cwd=place).out.splitlines()) == 1


def test_a_kept_run_is_the_report_of_check_to_the_byte(place):
    night(place, "2027-06-01")
    shown = checker("history", "show", "--output", "json", cwd=place)
    checked = checker("check", "--as-of", "2027-06-01", "--output", "json", cwd=place)
    assert shown.out == checked.out


def test_other_outputs_tell_the_verdict(place):
    done = night(place, TODAY, "--output", "text", "--output", "sarif:out.sarif", "--output", "json:run.json")
    assert done.code == 0, done
    assert json.loads((place / "out.sarif").read_text())["version"] == "2.1.0"
    assert json.loads((place / "run.json").read_text())["run"]["number"] == 1


def test_a_history_that_cannot_be_reached_loses_no_verdict(place, request):
    gone = "postgresql://me:hush@127.0.0.1:1/none"
    lost = night(place, "2027-06-01", "--history", gone)
    assert (lost.code, "hush" in lost.err + lost.out) == (3, False)
    assert "blocked 1" in lost.out
    assert "the next run takes it in" in lost.err
    (file,) = (place / ".checker/waiting").glob("*.json")
    home = request.getfixturevalue("server")
    taken = night(place, "2027-06-02", CHECKER_HISTORY=postgresql(home))
    assert "Compared with run 1 of 2027-06-01" in taken.out, taken
    assert not file.exists()


def test_a_full_history_loses_no_verdict(place):
    night(place)
    file = place / ".checker/history.db"
    file.chmod(0o444)
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    full = altered(
        place,
        "from checker.history import store\n"
        "prepare = store._prepare\n"
        "def small(connection, other):\n"
        "    prepare(connection, other)\n"
        "    pages = connection.execute('PRAGMA page_count').fetchone()[0]\n"
        "    connection.execute(f'PRAGMA max_page_count = {pages}')\n"
        "store._prepare = small\n",
    )
    assert (full.returncode, "full" in full.stderr, "blocked 1" in full.stdout) == (3, True, True), full
    file.chmod(0o644)
    assert "Compared with run 2 of 2027-06-01" in night(place, "2027-06-02").out
    assert checker("history", "verify", cwd=place).code == 0


def test_two_at_once_do_not_both_run(place):
    night(place)
    import fcntl

    with (place / ".checker/lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        second = night(place, "2026-11-23")
    assert (second.code, "another re-evaluation" in second.err) == (3, True)
    assert night(place, "2026-11-23").code in {0, 1}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_being_killed_at_any_moment_leaves_whole_runs(place, kind, request):
    url = "history.db" if kind == "sqlite" else postgresql(request.getfixturevalue("server"))
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "CHECKER_HISTORY": url}
    acknowledged = []
    for attempt, wait in enumerate((0.4, 0.7, 0.9, 1.1, 1.3, 1.6, 2.0)):
        command = [sys.executable, "-m", "checker", "reevaluate", "--jobs", "1", "--as-of", f"2027-01-{attempt + 1:02}"]
        process = subprocess.Popen(
            command, cwd=place, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        out, _ = process.communicate()
        if "Kept as run" in out:
            acknowledged.append(f"2027-01-{attempt + 1:02}")
    last = night(place, "2027-02-01", CHECKER_HISTORY=url)
    assert "Kept as run" in last.out, last
    verified = checker("history", "verify", cwd=place, CHECKER_HISTORY=url)
    assert verified.code == 0, verified
    days = {line.split()[1] for line in checker("history", "list", cwd=place, CHECKER_HISTORY=url).out.splitlines()}
    assert days.issuperset({*acknowledged, "2027-02-01"})


def test_verify_wants_the_hash_that_was_noted(place):
    night(place)
    head = checker("history", "verify", cwd=place).out.split()[-1]
    assert checker("history", "verify", "--head", head[:12], cwd=place).code == 0
    false = checker("history", "verify", "--head", "00000000", cwd=place)
    assert (false.code, "no run has the hash" in false.out) == (1, True)


def test_export_restore_and_erase(place):
    night(place)
    night(place, "2027-06-01")
    assert checker("history", "export", "runs.jsonl", cwd=place).code == 0
    restored = checker("history", "restore", "runs.jsonl", "--history", "other.db", cwd=place)
    assert (restored.code, restored.err) == (0, "restored 2 runs\n"), restored
    assert restored.out == checker("history", "verify", cwd=place).out
    assert checker("history", "erase", cwd=place).code == 2
    assert checker("history", "erase", "--vendor", VENDOR, cwd=place).code == 0
    assert checker("history", "verify", cwd=place).code == 0
    legal_name = tables.base()["metadata"]["legal_name"]
    assert legal_name not in checker("history", "show", "--output", "json", cwd=place).out
    assert "history is empty" not in checker("history", "show", cwd=place).err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["show"], "there is no history"),
        (["list"], "there is no history"),
        (["restore", "none.jsonl"], "cannot be read"),
    ],
)
def test_what_is_not_there_is_told(place, arguments, message):
    done = checker("history", *arguments, cwd=place)
    assert (done.code, message in done.err) == (2, True), done


def test_hostile_text_is_told_as_text(place):
    manifest = tables.base()
    manifest["metadata"]["country"] = "\x1b[31m::error::<b>\u202e"
    write(place, manifest)
    done = night(place)
    assert done.code == 1
    assert "\x1b" not in done.out
    assert "\u202e" not in done.out
    assert not any(line.startswith("::") for line in done.out.splitlines())


def commit(place, message="change"):
    """Commit everything but the history."""
    git = ("git", "-c", "user.name=x", "-c", "user.email=x@client.example", "-c", "commit.gpgsign=false")
    if not (place / ".git").is_dir():
        subprocess.run([*git, "init", "--quiet", "-b", "main"], cwd=place, check=True)
    subprocess.run([*git, "add", "-A"], cwd=place, check=True)
    subprocess.run([*git, "commit", "--quiet", "--allow-empty", "-m", message], cwd=place, check=True)


def test_a_run_comes_out_of_its_commit_again(place):
    commit(place)
    assert night(place, "2027-06-01", "--only", "GR-01,LL-03", "--fail-on", "low").code == 1
    manifest = tables.base()
    manifest["metadata"]["deputy"] = manifest["metadata"]["owner"]
    write(place, manifest)
    night(place, "2027-06-02")
    commit(place)
    night(place, "2027-06-03")
    every = checker("history", "verify", "--replay", cwd=place)
    assert (every.code, every.out.splitlines()[:2]) == (
        1,
        [
            "judged again: 2 of 3 runs, the same to the byte",
            "run 2 cannot be judged again: it was judged with changes that are in no commit",
        ],
    )
    assert checker("history", "verify", "--replay", 1, cwd=place).code == 0
    assert checker("history", "verify", "--replay", "one", cwd=place).code == 2
    with sqlite3.connect(place / ".checker/history.db") as connection:
        connection.execute("DROP TRIGGER runs_update")
        connection.execute("UPDATE runs SET as_of = '2027-06-04' WHERE number = 3")
    forged = checker("history", "verify", "--replay", 3, cwd=place)
    assert forged.code == 1
    assert "run 3 does not come out again" in forged.out


def test_the_figures_of_a_run_are_written_for_prometheus(place):
    from prometheus_client.parser import text_string_to_metric_families

    night(place, TODAY, "--metrics", "checker.prom", "--within", "P60D")
    text = (place / "checker.prom").read_text()
    figures = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert figures["checker_vendors", "passes"] == 1
    assert figures["checker_run_number",] == 1
    assert figures["checker_lapses", "yes"] > 0
    told_ahead = json.loads(
        checker("forecast", "--as-of", TODAY, "--within", "P60D", "--blocking", "--output", "json", cwd=place).out
    )
    first = told_ahead["lapses"][0]["day"]
    days = int(figures["checker_next_lapse_days",])
    assert first == (date.fromisoformat(TODAY) + timedelta(days)).isoformat()


def test_what_lapses_next_is_told(place):
    done = night(place, TODAY, "--within", "P40D")
    assert "Lapses up to 2027-01-01 (" in done.out
    assert "halcyon-support  LL-03  [high]  the latest screening was on" in done.out
    record = told(night(place, "2026-11-23", "--within", "P40D", "--output", "json"))
    assert {one["control"] for one in record["forecast"]["lapses"]} >= {"LL-03", "GR-04"}


@pytest.mark.parametrize("command", ["reevaluate", "reevaluate --notify", "notify", "history list"])
def test_without_the_packages_of_a_database_it_is_told_what_to_install(place, command):
    (place / "checker.toml").write_text("[notify.webhook]\n")
    script = "import sys; sys.modules['sqlalchemy'] = None; from checker.__main__ import main; main()"
    run = [sys.executable, "-c", script, *command.split()]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(run, cwd=place, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, "pip install 'vendorpolicy-checker[history]'" in done.stderr) == (2, True), done


def test_a_verdict_is_told_when_nothing_can_be_foretold(place):
    done = altered(
        place,
        "from checker.catalogue import shelf\n"
        "from checker.errors import UsageError\n"
        "def unread(*_, **__): raise UsageError('only OPA can tell what policies read', 'install it')\n"
        "shelf.read_by = unread\n",
    )
    assert (done.returncode, "blocked 1" in done.stdout, "Kept as run 1" in done.stdout) == (1, True, True), done
    assert "What lapses next is not known: only OPA can tell what policies read" in done.stdout


def test_a_horizon_that_is_none_is_refused_before_anything_is_judged(place):
    done = night(place, TODAY, "--within", "soon")
    assert (done.code, "`soon` is no period" in done.err, (place / ".checker").exists()) == (2, True, False), done
