"""`checker policy new`: the draft holds at once, its id is nobody's and never was, and nothing is overwritten."""

import json
import shutil
import subprocess

import pytest

from checker.compiler import CAPABILITIES
from tests.cli.program import ROOT, checker
from tests.policy_commands.desk import HOME, TABLE
from tests.real import need


def test_the_draft_passes_every_gate(desk):
    assert desk.made.code == 0, desk.made
    assert [line for line in desk.made.out.splitlines() if line.startswith("wrote ")] == [
        f"wrote {HOME}/draft.rego",
        f"wrote {HOME}/draft_test.rego",
        f"wrote {TABLE}",
    ]
    opa, regal = need("opa"), need("regal")
    for gate in (
        [opa, "check", "--strict", "--capabilities", CAPABILITIES, "policies"],
        [opa, "fmt", "--list", "--fail", "policies"],
        [regal, "lint", "--config-file", ROOT / ".regal/config.yaml", "policies"],
    ):
        done = subprocess.run(gate, cwd=desk.place, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    lint = desk.run("policy", "lint")
    assert (lint.code, lint.out.endswith(" policy files, 0 remarks\n")) == (0, True), lint


@pytest.mark.parametrize("engine", ["wasm", "opa"])
def test_the_cases_of_the_draft_hold_on_both_sides(desk, engine):
    done = desk.run("policy", "test", "ge-01", "--engine", engine, "--verbose")
    assert done.code == 0, done
    assert f"{TABLE}:8:5: passed GE-01: a refused delivery model" in done.out
    assert done.out.splitlines()[-1] == f"1 control; 3 Rego tests: 3 passed; 4 cases on {engine}: 4 passed"


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["GE1"], "`GE1` is no id of a control", "two letters"),
        (["GR-01"], "GR-01 is not free: it is `Accountable owner", "the next free id is GR-"),
        (["gr-01"], "GR-01 is not free", "the next free id is GR-"),
        (["GE-03"], "GE-03 is not free: commit ", "the next free id is GE-04"),
        (["GE-07"], "tests/cases/geography/left.yaml holds its cases", "the next free id is GE-08"),
        (["XX-01"], "no directory holds controls of XX", "--family-dir"),
        (["GR-50", "--family-dir", "geography"], "the controls of GR are in governance", "leave --family-dir out"),
        (["XX-01", "--family-dir", "../x"], "`../x` cannot name a package", "--family-dir"),
        (["GE-02", "--name", "with"], "`with` cannot name a package", "--name"),
        (["GE-02", "--name", "a_test"], "`a_test` cannot name a package", "--name"),
        (["GE-02", "--name", "Größe"], "cannot name a package", "--name"),
        (["GE-02", "--name", "draft"], "draft.rego exists already", "--name"),
        (["GE-02", "--title", "a\nb"], "the title is not one line", "100"),
        (["GE-02", "--title", "a\u202eb"], "the title is not one line", "100"),
        (["GE-02", "--title", "x" * 101], "the title is not one line", "100"),
        (["GE-02", "--owner", "a@b\n#   severity: low"], "the owner is not one line", "100"),
        (["GE-02", "--title", "¿?"], "`` cannot name a package", "--name"),
        (["GE-02", "--severity", "hihg"], "there is no severity `hihg`", "did you mean `high`?"),
        (["GE-02", "--effective-on", "soon"], "`soon` is no date", "YYYY-MM-DD"),
    ],
)
def test_what_cannot_become_a_control_is_refused(desk, changed, arguments, message, hint):
    if arguments == ["GE-07"]:
        left = (desk.place / TABLE).read_text().replace("GE-01", "GE-07")
        changed("tests/cases/geography/left.yaml", left)
    before = desk.files()
    title = [] if "--title" in arguments else ["--title", "Some title"]
    done = desk.run("policy", "new", *arguments, *title)
    assert (done.code, done.out) == (2, ""), done
    assert message in done.err
    assert hint in done.err
    assert desk.files() == before


def test_a_file_that_is_there_keeps_the_others_from_being_written(desk, changed):
    changed("tests/cases/geography/other.yaml", (desk.place / TABLE).read_text().replace("GE-01", "GR-01"))
    before = desk.files()
    done = desk.run("policy", "new", "GE-02", "--title", "Other")
    assert (done.code, "other.yaml exists already" in done.err) == (2, True), done
    assert desk.files() == before


def test_a_title_with_every_sign_stays_as_it_is(desk):
    title = """A: "quoted" #1 {x} 'y' $"z" @id \\ ü"""
    more = ("--name", "signs", "--effective-on", "2027-02-01", "--owner", "null")
    done = desk.run("policy", "new", "GE-02", "--title", title, *more)
    assert done.code == 0, done
    home = desk.place / "policies/controls/geography/signs"
    command = [need("opa"), "inspect", "--annotations", "--format", "json", home]
    inspected = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    told = inspected["annotations"][0]["annotations"]
    found = (told["title"], told["custom"]["effective_on"], told["custom"]["owner"])
    assert found == (title, "2027-02-01", "null")
    for path in (*home.iterdir(), desk.place / "tests/cases/geography/signs.yaml"):
        path.unlink()
    home.rmdir()


def test_without_a_history_a_note_tells_what_is_not_known(desk, tmp_path):
    for folder in ("policies", "schemas"):
        shutil.copytree(desk.place / folder, tmp_path / folder)
    (tmp_path / "checker.toml").write_text("")
    done = desk.run("policy", "new", "GE-03", "--title", "Again", cwd=tmp_path)
    assert (done.code, done.err) == (
        0,
        "note: git has no whole history here, so ids of controls that are gone are not known\n",
    ), done


def test_without_a_library_of_its_own_a_layer_is_begun(tmp_path):
    need("opa")
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    title = ("--title", "No site in a listed country", "--family-dir", "geography", "--name", "site_country")
    begun = checker("policy", "new", "GE-01", *title, cwd=tmp_path)
    assert (begun.code, begun.err.count("not one")) == (0, 0), begun
    assert "wrote policies/controls/geography/site_country/site_country.rego" in begun.out
    tried = checker("policy", "test", "GE-01", cwd=tmp_path)
    assert (tried.code, tried.out.splitlines()[-1]) == (
        0,
        "1 control; 3 Rego tests: 3 passed; 4 cases on wasm: 4 passed",
    ), tried
    lint = checker("policy", "lint", cwd=tmp_path)
    assert (lint.code, "0 remarks" in lint.out) == (0, True), lint
    listed = checker("policy", "list", cwd=tmp_path)
    assert "GE-01" in listed.out, listed
