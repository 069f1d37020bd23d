"""The recipes for schedulers on a machine of one's own: valid, and their commands do what they are for."""

import configparser
import re
import subprocess
import sys

import pytest

from tests.cli.program import ROOT
from tests.real import need
from tests.review.world import World

RECIPES = ROOT / "docs/schedule"
UNITS = sorted([*RECIPES.glob("*.service"), *RECIPES.glob("*.timer")])


def unit(name):
    """Return the settings of a unit that are given once."""
    read = configparser.ConfigParser(strict=False, interpolation=None)
    read.optionxform = str
    read.read_string((RECIPES / name).read_text())
    return {key: value for section in read.sections() for key, value in read[section].items()}


def stand_in(place):
    """Put the checker where the recipes have it, below a directory of ours."""
    program = place / "opt/checker/.venv/bin/checker"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec "{sys.executable}" -m checker "$@"\n')
    program.chmod(0o755)
    return program


def test_systemd_takes_the_units(tmp_path):
    analyze = need("systemd-analyze")
    program = stand_in(tmp_path)
    copies = []
    for path in UNITS:
        copy = tmp_path / path.name
        copy.write_text(path.read_text().replace("/opt/checker/.venv/bin/checker", str(program)))
        copies.append(copy)
    done = subprocess.run([analyze, "verify", *copies], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("path", [one for one in UNITS if one.suffix == ".timer"], ids=lambda one: one.name)
def test_a_timer_starts_a_service_that_exists_and_makes_up_for_what_it_missed(path):
    assert path.with_suffix(".service") in UNITS
    assert unit(path.name)["Persistent"] == "true"
    assert (
        subprocess.run([need("systemd-analyze"), "calendar", unit(path.name)["OnCalendar"]], check=False).returncode
        == 0
    )


def test_blocked_vendors_are_no_fault_of_the_machine():
    settings = unit("vendor-reevaluate.service")
    assert settings["SuccessExitStatus"] == "1"
    assert not re.search("PASSWORD=|TOKEN=", "".join(f"{k}={v}\n" for k, v in settings.items()))


@pytest.fixture
def machine(tmp_path):
    """Return a machine with the vendors, their remote and the checker, where the recipes have them."""
    (tmp_path / "remote").mkdir()
    World(tmp_path / "remote")
    (tmp_path / "srv").mkdir()
    subprocess.run(["git", "clone", "--quiet", tmp_path / "remote", tmp_path / "srv/vendors"], check=True)
    toml = tmp_path / "srv/vendors/checker.toml"
    toml.write_text('[notify]\nfallback = "risk@client.example"\n[notify.webhook]\n')
    secrets = tmp_path / "etc/checker/secrets"
    secrets.parent.mkdir(parents=True)
    secrets.write_text("export CHECKER_WEBHOOK_URL=http://127.0.0.1:1/none\n")
    stand_in(tmp_path)
    return tmp_path


def run(machine, command):
    for place in ("/opt/checker", "/srv/vendors", "/etc/checker"):
        command = command.replace(place, f"{machine}{place}")
    return subprocess.run(["/bin/sh", "-c", command], cwd=machine, capture_output=True, text=True, check=False)


def test_the_service_judges_and_the_other_sees_that_it_did(machine):
    for name, codes, told in (
        ("vendor-reevaluate.service", {0, 1}, "Kept as run 1"),
        ("vendor-overdue.service", {0}, "the nightly run is not overdue"),
    ):
        settings = unit(name)
        for key in ("ExecStartPre", "ExecStart"):
            if key in settings:
                done = run(machine, f"cd {settings['WorkingDirectory']} && {settings[key].replace('/usr/bin/', '')}")
                assert done.returncode in codes, done
        assert told in done.stdout, done


def test_the_lines_of_cron_judge_and_see_that_it_was_done(machine):
    lines = [one for one in (RECIPES / "crontab").read_text().splitlines() if re.match(r"[0-9*]", one)]
    alarm, night = (re.fullmatch(r"(?:[0-9*]+ ){5}checker (.+)", one)[1] for one in reversed(lines))
    late = run(machine, alarm)
    assert (late.returncode, "no run can be seen" in late.stdout) == (3, True), late  # nobody could be told either
    done = run(machine, night)
    assert done.returncode in {0, 1}, done
    assert "%" not in night + alarm, "cron makes a new line of it"
    assert run(machine, alarm).returncode == 0
    assert (machine / "srv/vendors/.checker/history.db").is_file()
