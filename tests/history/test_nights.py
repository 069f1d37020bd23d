"""`reevaluate --catch-up`: missed nights are judged by what stood in git at the end of their days."""

import os
import shutil
import subprocess

import pytest

from tests.cli.program import checker
from tests.history.records import told
from tests.review.world import World

OLD_TLS = {"encryption.in_transit.enabled_versions": ["1.0", "1.2"]}
SAFE = {"encryption.in_transit.enabled_versions": ["1.2", "1.3"]}


class Dated(World):
    """A repository whose commits are made at moments of our choice."""

    def commit_at(self, moment, *more, add=True):
        """Commit everything as if at a moment, and return the commit."""
        if add:
            self.git("add", "--all")
        command = ["git", "-c", "user.name=T", "-c", "user.email=t@client.example", "commit", "--quiet", *more]
        environment = {**os.environ, "GIT_COMMITTER_DATE": moment}
        subprocess.run([*command, "--allow-empty", "--message", "change"], cwd=self.place, env=environment, check=True)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def world(tmp_path):
    """Return a sound vendor, committed on the 20th."""
    (tmp_path / "vendors").mkdir()
    made = Dated(tmp_path / "vendors")
    made.commit_at("2026-11-20T12:00:00+01:00", "--amend")
    return made


def night(world, day, *arguments, **environment):
    """Run one night, and return how it ended with its record."""
    command = ("reevaluate", "--jobs", "1", "--as-of", day, "--output", "json", *arguments)
    done = checker(*command, cwd=world.place, **environment)
    return done, told(done)


def kept(world):
    """Return day, exit code and revision of each run."""
    listed = checker("history", "list", cwd=world.place).out.splitlines()
    return [(one.split()[1], int(one.split()[3]), one.split()[-2]) for one in listed]


def test_missed_nights_are_judged_by_what_stood_on_their_days(world):
    first = world.git("rev-parse", "HEAD")[:12]
    night(world, "2026-11-22")
    world.edit(OLD_TLS)
    late = world.commit_at("2026-11-23T23:59:59+01:00")[:12]  # the last second of that day in Berlin
    (world.place / "checker.toml").write_text('[skip]\nEN-01 = "Left out for a day."\n')
    lenient = world.commit_at("2026-11-24T12:00:00+01:00")[:12]
    (world.place / "checker.toml").write_text("")
    world.edit(SAFE)
    mended = world.commit_at("2026-11-25T00:00:00+01:00")[:12]
    world.edit(OLD_TLS)  # not committed: it stood on no day
    done, told = night(world, "2026-11-26", "--catch-up")
    assert [(one["day"], one["exit_code"]) for one in told["caught_up"]] == [
        ("2026-11-23", 1),
        ("2026-11-24", 0),
        ("2026-11-25", 0),
    ], done
    assert told["previous"]["as_of"] == "2026-11-25"
    assert kept(world) == [
        ("2026-11-22", 0, first),
        ("2026-11-23", 1, late),
        ("2026-11-24", 0, lenient),
        ("2026-11-25", 0, mended),
        ("2026-11-26", 1, mended),
    ]
    assert checker("history", "verify", cwd=world.place).code == 0
    again, told = night(world, "2026-11-26", "--catch-up")
    assert (told["caught_up"], told["fresh"], again.code) == ([], False, 1)


def test_a_night_that_waits_is_not_overtaken_by_those_before_it(world):
    night(world, "2026-11-22")
    lost, _ = night(world, "2026-11-24", "--catch-up", CHECKER_HISTORY="postgresql://127.0.0.1:1/none")
    assert lost.code == 3
    _, told = night(world, "2026-11-26", "--catch-up")
    assert [one["day"] for one in told["caught_up"]] == ["2026-11-23", "2026-11-25"]
    assert [day for day, _, _ in kept(world)] == [f"2026-11-{day}" for day in range(22, 27)]


def test_days_that_cannot_be_judged_are_told_and_the_others_are(world):
    night(world, "2026-11-22")
    (world.place / "checker.toml").write_text("nonsense = 1\n")
    broken = world.commit_at("2026-11-23T12:00:00+01:00")
    (world.place / "checker.toml").write_text("")
    # What lies in a submodule is not there: half of the vendors must not pass for all of them, on neither day.
    world.git("add", "--all")
    world.git("update-index", "--add", "--cacheinfo", f"160000,{broken},vendor_manifests/more")
    world.commit_at("2026-11-24T12:00:00+01:00", add=False)
    world.commit_at("2026-11-26T12:00:00+01:00")
    done, told = night(world, "2026-11-27", "--catch-up")
    assert done.code == 3
    assert "missed nights could not be judged: 2026-11-23, 2026-11-24, 2026-11-25" in done.err
    assert ["submodule" in one.get("fault", "") for one in told["caught_up"]] == [False, True, True, False]
    assert [day for day, _, _ in kept(world)] == ["2026-11-22", "2026-11-26", "2026-11-27"]


@pytest.mark.parametrize(
    ("first", "shape", "told"),
    [
        ("2026-11-22", "none", "without git nobody knows"),
        ("2026-11-22", "shallow", "fetch-depth: 0"),
        ("2026-11-17", "whole", "git knows no commit of that day or before"),
        ("2025-01-01", "whole", "more than are caught up"),
    ],
)
def test_what_nobody_can_know_is_not_made_up(world, tmp_path, first, shape, told):
    if shape == "none":
        shutil.rmtree(world.place / ".git")
    if shape == "shallow":
        world.commit_at("2026-11-24T12:00:00+01:00")
        subprocess.run(
            ["git", "clone", "--quiet", "--depth", "1", f"file://{world.place}", tmp_path / "clone"], check=True
        )
        world.place = tmp_path / "clone"
    night(world, first)
    done, record = night(world, "2026-11-24" if shape != "whole" else "2026-11-19", "--catch-up")
    assert (done.code, record["kept"]) == (3, True), done
    assert told in record["caught_up"][0]["fault"]
