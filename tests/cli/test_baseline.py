"""The baseline: written once, read on every run, and worth nothing to whoever makes things worse."""

import json

import pytest

from tests.cases import tables
from tests.cli.program import checker, repository, write
from tests.review.world import MANIFEST, VENDOR, Reviewed, World

OLD_TLS = {"encryption.in_transit.enabled_versions": ["1.0", "1.2"]}
WORSE_TLS = {"encryption.in_transit.enabled_versions": ["1.0", "1.1", "1.2"]}
UNTIL = "2027-03-31"
FILE = "baseline.json"


@pytest.fixture
def world(tmp_path):
    """A repository whose one vendor has two findings that block, and which names a baseline."""
    world = World(tmp_path)
    world.edit({**OLD_TLS, "encryption.at_rest.algorithm": "3DES"})
    (world.place / "checker.toml").write_text(f'baseline = "{FILE}"\n')
    return world


def check(world, *arguments, as_of=tables.TODAY):
    return checker("check", "--as-of", as_of, "--output", "json", *arguments, cwd=world.place)


def told(done):
    """Return the exit code, what blocks, and what is left standing until when."""
    findings = Reviewed(done).findings
    blocking = sorted(one["rule"] for one in findings if one["blocks"])
    return done.code, blocking, {one["rule"]: one["baseline"] for one in findings if one["baseline"]}


def remarks(done):
    return sorted(one["rule"] for one in Reviewed(done).findings if one["rule"].startswith("baseline."))


def entries(world):
    return {one["rule"]: one for one in json.loads((world.place / FILE).read_text())["entries"]}


def rewrite(world, **values):
    """Change a value of each entry."""
    made = json.loads((world.place / FILE).read_text())
    made["entries"] = [one | values for one in made["entries"]]
    (world.place / FILE).write_text(json.dumps(made))


def test_what_blocks_is_written_and_then_left_standing_in_sight(world):
    written = check(world, "--write-baseline", UNTIL)
    left = {"EN-01.old_version": UNTIL, "EN-02.algorithm": UNTIL}
    assert told(written) == (0, [], left)
    assert told(check(world)) == (0, [], left)
    text = checker("check", "--as-of", tables.TODAY, cwd=world.place)
    assert text.code == 0
    assert f"in the baseline until {UNTIL}" in text.out
    assert f"findings left standing by the baseline {FILE}: 2" in text.out
    lines = (world.place / FILE).read_text().splitlines()
    assert ["EN-01.old_version" in line for line in lines if '"rule"' in line] == [True, False]


def test_after_its_day_it_counts_no_more(world):
    check(world, "--write-baseline", "2026-11-25")
    assert check(world, as_of="2026-11-25").code == 0
    late = check(world, as_of="2026-11-26")
    assert told(late)[:2] == (1, ["EN-01.old_version", "EN-02.algorithm"])
    assert remarks(late) == ["baseline.lapsed"] * 2


def test_another_value_is_another_finding(world):
    check(world, "--write-baseline", UNTIL)
    world.edit({"encryption.at_rest.algorithm": "RC4"})
    done = check(world)
    assert told(done) == (1, ["EN-02.algorithm"], {"EN-01.old_version": UNTIL})
    assert remarks(done) == ["baseline.changed"]
    world.edit(WORSE_TLS)
    assert told(check(world))[1] == ["EN-01.old_version", "EN-02.algorithm"]


def test_what_is_mended_is_told_and_goes_with_the_next_writing(world):
    check(world, "--write-baseline", UNTIL)
    world.edit({"encryption.at_rest.algorithm": "AES-256-GCM"})
    done = check(world)
    assert (done.code, remarks(done)) == (0, ["baseline.unused"])
    assert told(check(world, "--write-baseline", "2027-06-30"))[2] == {"EN-01.old_version": UNTIL}
    assert set(entries(world)) == {"EN-01.old_version"}, "what counts keeps its day"


def test_what_is_not_judged_stays(world):
    check(world, "--write-baseline", UNTIL)
    assert check(world, "--only", "EN-02", "--write-baseline", UNTIL).code == 0
    assert set(entries(world)) == {"EN-01.old_version", "EN-02.algorithm"}


def test_what_nobody_may_accept_stays_out(world):
    world.edit({"data_protection.dpa.clauses": ["security"]})
    done = check(world, "--write-baseline", UNTIL)
    assert done.code == 1
    assert any(rule.startswith("DP-01.") for rule in told(done)[1])
    assert "nobody may accept them: DP-01" in done.out
    dpa = next(one for one in Reviewed(done).findings if one["rule"].startswith("DP-01."))
    made = json.loads((world.place / FILE).read_text())
    made["entries"][0] |= {name: dpa[name] for name in ("rule", "subject", "value")}
    (world.place / FILE).write_text(json.dumps(made))
    assert "baseline.refused" in remarks(check(world))
    assert not any(rule.startswith("DP-01.") for rule in told(check(world))[2])


@pytest.mark.parametrize(
    ("values", "remark"),
    [
        ({"since": "2025-01-01", "until": "2030-01-01"}, "baseline.lapsed"),
        ({"since": "2026-12-01"}, "baseline.not_yet"),
        ({"value": "0" * 16}, "baseline.changed"),
        ({"value": ""}, "baseline.changed"),
        ({"subject": "encryption"}, "baseline.unused"),
    ],
)
def test_an_entry_made_by_hand_wins_nothing(world, values, remark):
    world.edit({"encryption.at_rest.algorithm": "AES-256-GCM"})
    check(world, "--write-baseline", UNTIL)
    rewrite(world, **values)
    done = check(world)
    assert told(done) == (1, ["EN-01.old_version"], {})
    assert remarks(done) == [remark]


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        ("", 1, "no valid JSON"),
        ("[]", 1, "no object"),
        ('{\n"entries": 1,\n"entries": []}', 1, "stands twice"),
        ('{"apiVersion": "vendorpolicy/v1", "kind": "Baseline", "entries": [{"rule": "EN-01"}]}', 1, "EN-01"),
        ("[" * 100_000, 1, "no valid JSON"),
        ("\xff\xfe", 1, "no valid JSON"),
    ],
)
def test_a_file_that_cannot_be_used_excuses_nothing(world, content, line, message):
    (world.place / FILE).write_text(content, encoding="latin-1")
    done = check(world)
    assert told(done)[:2] == (1, ["EN-01.old_version", "EN-02.algorithm", "baseline.unusable"])
    (found,) = [one for one in Reviewed(done).findings if one["rule"] == "baseline.unusable"]
    assert (found["path"], found["line"], message in found["message"]) == (FILE, line, True), found


def test_an_entry_that_stands_twice_is_refused_with_its_line(world):
    check(world, "--write-baseline", UNTIL)
    lines = (world.place / FILE).read_text().splitlines()
    (world.place / FILE).write_text("\n".join([*lines[:5], f"{lines[4].rstrip(',')},", *lines[5:]]))
    (found,) = [one for one in Reviewed(check(world)).findings if one["rule"] == "baseline.unusable"]
    assert (found["line"], "twice" in found["message"]) == (6, True), found


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--write-baseline", "2026-11-21"], "cannot end on 2026-11-21"),
        (["--write-baseline", "2027-11-23"], "give a day up to 2027-11-22"),
        (["--write-baseline", "soon"], "is no date"),
        ([], f"there is no baseline {FILE}"),
        (["--baseline", "other.json"], "there is no baseline other.json"),
        (["--baseline", "../other.json"], "lies outside the repository"),
    ],
)
def test_wrong_usage_is_told(world, options, message):
    done = check(world, *options)
    assert (done.code, message in done.err) == (2, True), done.err
    assert not (world.place / FILE).exists()


def test_without_a_name_nothing_is_written(tmp_path):
    write(repository(tmp_path), tables.base())
    done = checker("check", "--write-baseline", UNTIL, cwd=tmp_path)
    assert (done.code, "no baseline is named" in done.err) == (2, True)


def test_a_review_takes_it_from_the_base(world):
    check(world, "--write-baseline", UNTIL)
    world.commit()
    world.branch()
    world.edit({**WORSE_TLS, "encryption.keys.last_rotated": "2026-11-02"})
    seen = world.review("--block", "all")
    assert (seen.code, seen.blocking) == (1, {"EN-01.old_version"})
    assert {one["rule"] for one in seen.findings if one["baseline"]} >= {"EN-02.algorithm"}


def test_a_change_cannot_bring_its_own(world):
    (world.place / FILE).unlink(missing_ok=True)
    world.edit({"encryption.in_transit.enabled_versions": ["1.2", "1.3"]})
    world.commit()
    world.branch()
    world.edit(OLD_TLS)
    check(world, "--write-baseline", UNTIL)
    seen = world.review()
    assert (seen.code, seen.blocking) == (1, {"EN-01.old_version"})
    assert any("the base holds no baseline" in note for note in seen.report["notes"])
    assert seen.review["impact"]["files"] == [FILE]
    assert seen.review["impact"]["no_longer_blocked"] == [VENDOR]


def test_a_change_that_breaks_it_is_told(world):
    check(world, "--write-baseline", UNTIL)
    world.commit()
    world.branch()
    (world.place / FILE).write_text("{")
    seen = world.review()
    assert (seen.code, seen.blocking) == (1, {"review.rules_broken"})


def test_removing_it_shows_who_will_fail(world):
    check(world, "--write-baseline", UNTIL)
    world.commit()
    world.branch()
    (world.place / FILE).unlink()
    seen = world.review(command="impact")
    assert seen.review["impact"]["newly_blocked"] == [VENDOR]
    assert MANIFEST not in seen.edits


def test_its_schema_can_be_printed(tmp_path):
    schema = json.loads(checker("schema", "baseline", cwd=tmp_path).out)
    assert schema["properties"]["entries"]["items"]["required"] == list(
        schema["properties"]["entries"]["items"]["properties"]
    )
