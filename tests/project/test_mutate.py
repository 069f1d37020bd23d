"""The mutation test of the policies: which faults it makes, which ones it calls killed, and what it reports."""

import importlib
import shutil
import sys
from types import SimpleNamespace

import pytest

from checker import documents
from tests.project.repository import ROOT
from tests.real import need

sys.path.append(str(ROOT / "tools"))
mutate = importlib.import_module("mutate")
parameters = importlib.import_module("mutation.parameters")
rego = importlib.import_module("mutation.rego")
subject_of = importlib.import_module("mutation.subject")
lint = importlib.import_module("checker.lint")

MAIN = """package main

verdict := {
	"guard": set(),
	"controls": {"controls.demo.ages": {
		"applicable": true,
		"deny": deny,
		"undetermined": set(),
		"warn": set(),
	}},
}

deny := data.controls.demo.ages.deny
"""
CONTROL = """package controls.demo.ages

import data.lib.limits

deny contains {"code": "old", "path": ["age"], "msg": "é too old"} if limits.above(input.age)

deny contains {"code": "kind", "path": ["kind"], "msg": "no"} if {
	some kind in [input.kind]
	not kind in {"a", "b"}
}
"""
LIBRARY = """package lib.limits

above(age) if age > 18
"""
FILE = "controls/demo/ages/ages.rego"
SOURCES = {"main/main.rego": MAIN, FILE: CONTROL, "lib/limits/limits.rego": LIBRARY}


def case(name, age, kind="a", found=(), only_rule=""):
    status = "found" if found else "absent"
    expected = () if only_rule else tuple((f"XX-01.{code}", code) for code in found)
    manifest = {"age": age, "kind": kind}
    return SimpleNamespace(control="XX-01", name=name, as_of="2026-11-22", params={}, manifest=manifest, status=status,
                           expected=expected, only_rule=only_rule)  # fmt: skip


CASES = [case("adult", 19, found=["old"]), case("young", 18), case("other", 18, kind="c", found=["kind"])]


@pytest.fixture
def small(tmp_path):
    """Return a library of one control with the given cases."""

    def make(cases=CASES, sources=SOURCES):
        for path, text in sources.items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        control = SimpleNamespace(id="XX-01", package="controls.demo.ages")
        library = SimpleNamespace(root=tmp_path, sources=sources, modules=sources, parameters={}, controls=(control,))
        judge = SimpleNamespace(setup=SimpleNamespace(data={"params": {}, "context": {"as_of": "2026-11-22"}}))
        tables = SimpleNamespace(
            cases=lambda: cases,
            noticed_deletions=list,
            judge=lambda *_: judge,
            policy_input=lambda _, one: {**one.manifest, "derived": {}},
        )
        return subject_of.Subject(library, tables, ROOT / "schemas", need("opa"))

    return make


def fates(subject, files=(FILE, "lib/limits/limits.rego")):
    every = [one for one in subject.mutants() if one.file in files]
    outcome = mutate.try_all(subject, every, 1, ())
    said = {one.what: "killed" for one in outcome.killed} | {one.what: "survives" for one in outcome.survivors}
    return {one.what: "refused" for one in every} | said


FATES = """\
refused deny old: delete `deny contains {"code": "old", "path": ["age"], "msg": "é too old"} if limits.above(input.a…`
refused deny old: drop `limits.above(input.age)`
killed deny old: `limits.above(input.age)` -> `not limits.above(input.age)`
killed deny kind: delete `deny contains {"code": "kind", "path": ["kind"], "msg": "no"} if { some kind in [input.kin…`
refused deny kind: drop `some kind in [input.kind]`
killed deny kind: `some kind in [input.kind]` -> `some kind in []`
killed deny kind: drop `not kind in {"a", "b"}`
killed deny kind: `not kind in {"a", "b"}` -> `kind in {"a", "b"}`
killed deny kind: `not kind in {"a", "b"}` -> `not kind in {"b"}`
survives deny kind: `not kind in {"a", "b"}` -> `not kind in {"a"}`
refused above: drop `age > 18`
killed above: `age > 18` -> `age >= 18`
killed above: `age > 18` -> `age < 18`
killed above: `age > 18` -> `age > 19`
killed above: `age > 18` -> `age > 17`
"""


def test_each_mutant_meets_its_fate(small, capsys):
    found = fates(small())
    assert {what: fate for fate, what in (line.split(maxsplit=1) for line in FATES.splitlines())} == found
    survivor = next(what for what, fate in found.items() if fate == "survives")
    assert capsys.readouterr().out == f"policies/{FILE}:9: {survivor}\n"


def test_another_case_kills_the_survivor(small):
    assert "survives" not in fates(small([*CASES, case("second kind", 18, kind="b")])).values()


def test_a_boundary_sees_its_own_rule_only(small):
    side = case("one side", 18, kind="c", found=["kind"], only_rule="XX-01.kind")
    said = fates(small([side]))
    assert said["above: `age > 18` -> `age >= 18`"] == "survives"
    assert said['deny kind: `not kind in {"a", "b"}` -> `kind in {"a", "b"}`'] == "killed"


def test_a_case_that_is_red_already_stops_everything(small):
    with pytest.raises(SystemExit, match="red before any mutation"):
        fates(small([case("wrong", 10, found=["old"])]))


def test_policies_that_fail_are_noticed(small):
    conflict = {**SOURCES, FILE: CONTROL + '\n_size := 1 if input.age < 19\n\n_size := 2 if input.age > 30\n'
                '\ndeny contains {"code": "big", "path": [], "msg": "big"} if _size > 5\n'}  # fmt: skip
    assert fates(small(sources=conflict))["_size: `input.age > 30` -> `input.age < 30`"] == "killed"


def edits(text, tmp_path, swaps=None):
    (tmp_path / "one.rego").write_text(f"package demo\n\n{text}\n")
    module = lint.parse(tmp_path, "one.rego", need("opa"))
    found = rego.mutants(module, (tmp_path / "one.rego").read_text(), swaps or {})
    return {one.content.removeprefix("package demo\n\n").strip() for one in found}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a if input.x <= (1 + 2)", {"a if input.x < (1 + 2)", "a if input.x >= (1 + 2)", "a if true"}),
        ("a if not input.x", {"a if input.x"}),
        ("a if input.x == true", {"a if input.x != true", "a if input.x == false"}),
        ('a := "high"', {'a := "medium"', 'a := "critical"'}),
        ("a := data.params.t[input.x].critical", {"a := data.params.t[input.x].high"}),
        ("a := {1} | {2}", {"a := {1} & {2}", "a := set() | {2}", "a := {1} | {3}"}),
        ("a := [x | some x in input.l; x.y]", {"a := [x | some x in input.l; true]"}),
        ("default a := false", {"default a := true"}),
        ("a := 1 if input.x\nelse := false", {"a := 1 if input.x\nelse := true", "a := 2 if input.x\nelse := false"}),
        ("a := dates.soon(input.x, 1)", {"a := dates.overdue(input.x, 1)", "a := dates.soon(1, input.x)"}),
        (
            'a := object.get(data.params.thresholds, "review", "P0D")',
            {'a := object.get(data.params.thresholds, "visit", "P0D")'},
        ),
        ("a := data.params.thresholds.review", {"a := data.params.thresholds.visit"}),
        (
            'a := fields.missing(input, ["k"], [["b", "c"], ["d"]])',
            {'a := fields.missing(input, ["k"], [["d"]])', 'a := fields.missing(input, ["k"], [["b", "c"]])'},
        ),
    ],
)  # fmt: skip
def test_faults_of_policies(text, wanted, tmp_path):
    assert wanted <= edits(text, tmp_path, {"review": "visit"})


@pytest.mark.parametrize(
    "text",
    [
        'a contains {"code": "x", "path": ["b", "c"], "msg": $"{1 + 1} or high", "fix": "low"}',
        'a := object.get(input, ["b", "c"], null)',
        'a := "closed"',
    ],
    ids=["words of a finding", "keys that lead to a field", "any text"],
)
def test_what_is_no_fault_of_a_policy(text, tmp_path):
    assert edits(text, tmp_path) == set()


FILE_OF_PARAMETERS = """\
reviewed_on: "2026-11-02"
cadence: {critical: P12M, high: P12M, medium: PT24H, low: null}
banned: [a, b]
rows:
  AT: {valid_from: "2021-01-31", strict: true, title: Austria, unnamed: true}
  FR: {valid_from: "2021-01-31", strict: true}
  least: 3
unread: 7
"""


def steps(name, reads, seen=lambda *_: True):
    document = documents.load("data.yaml", FILE_OF_PARAMETERS.encode()).document
    return {one.what: one.line for one in parameters.mutants(document, name, reads, seen, {"strict"})}


def test_faults_of_parameters():
    assert steps("demo", {("cadence",), ("banned",), ("rows", "AT"), ("rows", "least")}) == {
        "demo.cadence: swap low and medium": 2,
        "demo.cadence: swap medium and high": 2,
        "demo.cadence.critical: P12M -> P13M": 2,
        "demo.cadence.high: P12M -> P13M": 2,
        "demo.cadence.medium: PT24H -> PT25H": 2,
        "demo.banned: remove a": 3,
        "demo.banned: remove b": 3,
        "demo.rows.AT.valid_from: 2021-01-31 -> 2021-02-01": 5,
        "demo.rows.AT.valid_from: 2021-01-31 -> 2021-01-30": 5,
        "demo.rows.AT.strict: true -> false": 5,
        "demo.rows.least: 3 -> 4": 7,
        "demo.rows.least: 3 -> 2": 7,
    }


def test_rows_of_a_catalogue_count_when_a_case_names_them(monkeypatch):
    monkeypatch.setattr(parameters, "CATALOGUES", frozenset({("demo", "rows"), ("demo", "banned")}))
    found = steps("demo", {("rows",), ("banned",)}, lambda _, word: word in {"FR", "b"})
    assert {what.split(":")[0] for what in found} == {"demo.banned", "demo.rows.FR.valid_from", "demo.rows.FR.strict"}
    assert "demo.banned: remove a" not in found


def test_rules_that_are_excluded_exist():
    for path, name in rego.EXCLUDED:
        module = lint.parse(ROOT / "policies", path, need("opa"))
        assert name in {rule["head"]["ref"][0]["value"] for rule in module.rules}


def test_what_is_excluded_exists():
    """A row that is left out for a reason must not outlive what it speaks of."""
    for name, *keys in parameters.EXCLUDED:
        node = documents.load(name, (ROOT / f"policies/params/{name}/data.yaml").read_bytes()).document.data
        for key in keys:
            node = node[key]


def mutant(what, file=FILE):
    return SimpleNamespace(file=file, what=what, row="lib/x")


def test_scores_and_stale_explanations():
    outcome = mutate.Outcome([mutant("a"), mutant("b"), mutant("c")], [mutant("d"), mutant("e")])
    subject = SimpleNamespace(files={FILE: "XX-01"})
    explained = {(FILE, "d"): "why", (FILE, "a"): "was killed", (FILE, "z"): "is gone"}
    rows = mutate.table(subject, outcome, explained)
    assert [(row.name, row.mutants, row.killed, row.explained, row.score) for row in rows] == [
        ("XX-01", 5, 3, 1, 75.0),
        ("all", 5, 3, 1, 75.0),
    ]
    every = [mutant(name) for name in "abcde"]
    assert mutate.stale_of(explained, every, outcome) == {(FILE, "a"), (FILE, "z")}


def test_nothing_to_judge_is_no_low_score():
    assert [row.score for row in mutate.table(SimpleNamespace(files={}), mutate.Outcome(), {})] == [100.0]


def test_every_explained_survivor_has_a_reason(tmp_path):
    found = mutate.read_survivors(mutate.SURVIVORS)
    assert all(len(reason) > 20 for reason in found.values())
    (tmp_path / "wrong.yaml").write_text("survivors: [{file: a, mutation: b}]\n")
    with pytest.raises(SystemExit, match="a reason"):
        mutate.read_survivors(tmp_path / "wrong.yaml")


def test_the_repository_itself(capsys, monkeypatch):
    """The real policies and tables: one parameter, whose mutants concern one control."""
    need("opa")
    assert mutate.main(["--control", "params/attestation", "--floor", "90", "--jobs", "1"]) == 0
    row = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("params/attestation"))
    assert float(row.split()[-2]) >= 90
    monkeypatch.setattr(mutate, "try_all", lambda *_: mutate.Outcome([], [mutant("left")]))
    assert mutate.main(["--control", "params/attestation", "--floor", "90"]) == 1


def test_no_mutant_at_all_is_no_success(monkeypatch):
    need("opa")
    monkeypatch.setattr(mutate, "try_all", lambda *_: mutate.Outcome())
    with pytest.raises(SystemExit, match="no mutant is left"):
        mutate.main(["--control", "params/attestation"])


def test_an_unknown_control_is_refused():
    need("opa")
    with pytest.raises(SystemExit, match="nothing to mutate in XX-99"):
        mutate.main(["--control", "XX-99"])


def test_without_opa_it_says_what_is_needed(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(SystemExit, match="make tools"):
        mutate.main([])
