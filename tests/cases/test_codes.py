"""The catalogue of findings: every code that is found is declared and explained, and every declared one is found."""

from __future__ import annotations

import argparse
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

from checker.commands import explain
from checker.errors import UsageError
from tests.cases import tables
from tests.cli.program import checker

if TYPE_CHECKING:
    from checker.model import Control

CONTROLS = {control.id: control for control in tables.library().controls}


def _found() -> dict[str, set[str]]:
    """Return the codes of each control that its cases and boundaries find; `uk_` means the same under UK law."""
    codes: dict[str, set[str]] = defaultdict(set)
    for case in tables.cases():
        rules = [case.only_rule] if case.status == "found" else [rule for rule, _ in case.expected]
        for control, _, code in (rule.partition(".") for rule in rules):
            codes[control].add(code.removeprefix("uk_"))
    return codes


FOUND = _found()


@pytest.fixture
def explained(monkeypatch, capsys):
    """Return what `checker explain` prints, with the library opened once for all."""
    workspace = argparse.Namespace(library=tables.library())
    monkeypatch.setattr(explain, "open_workspace", lambda _: workspace)

    def run(what: str) -> str:
        assert explain.run(argparse.Namespace(what=what, vendor=None)) == 0
        return capsys.readouterr().out

    return run


def _flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("control", CONTROLS.values(), ids=CONTROLS.keys())
def test_the_cases_find_exactly_what_metadata_declares(control: Control):
    elsewhere = {
        code for policy in tables.library().portfolio if policy.control == control.id for code in policy.findings
    }
    assert FOUND[control.id] == {*control.findings, "missing"} - elsewhere


@pytest.mark.parametrize("control", CONTROLS.values(), ids=CONTROLS.keys())
def test_every_finding_is_explained(control: Control, explained):
    page = _flat(explained(control.id))
    for code, sentence in control.findings.items():
        assert f"{code}: {sentence}" in page
        assert _flat(explained(f"{control.id}.{code}")).startswith(f"{control.id}.{code}: {sentence}")
    assert "missing: A field" in page
    assert explained(f"{control.id}.missing").startswith(f"{control.id}.missing: A field")


@pytest.mark.parametrize("control", CONTROLS.values(), ids=CONTROLS.keys())
def test_explanations_are_short_sentences(control: Control):
    for code, sentence in control.findings.items():
        assert len(sentence) <= 160, code
        assert sentence[0].isupper(), code
        assert sentence.endswith("."), code


def test_a_prefixed_code_is_explained_with_its_law(explained):
    sentence = CONTROLS["DP-03"].findings["tia_overdue"]
    page = _flat(explained("DP-03.uk_tia_overdue"))
    assert page.startswith(f"DP-03.uk_tia_overdue: {sentence} (Found under UK GDPR Chapter V.)")
    assert "uk_..: the same under UK GDPR Chapter V" in page
    assert "uk_.." not in explained("DP-01")


@pytest.mark.parametrize(
    ("what", "hint"),
    [
        ("DP-03.no_mechansim", "did you mean `no_mechanism`?"),
        ("DP-03.uk_", "known are:"),
        ("DP-03.uk_missing", "did you mean `missing`?"),
        ("GR-01.uk_foreign_owner", "did you mean `foreign_owner`?"),
        ("DP-03.missin", "did you mean `missing`?"),
    ],
)
def test_an_unknown_code_gets_the_nearest(explained, what, hint):
    with pytest.raises(UsageError, match="has no finding") as caught:
        explained(what)
    assert hint in caught.value.hint


@pytest.mark.parametrize("what", ["dp-03.no_mechanism", "GR-05.ends_soon", "EN-01.unknown_cipher"])
def test_explain_as_a_program(what, tmp_path):
    done = checker("explain", what, cwd=tmp_path)
    assert done.code == 0, done
    name, _, code = what.partition(".")
    assert CONTROLS[name.upper()].findings[code] in _flat(done.out)
