"""The forecast against judging every single day: the same first failing days, with far fewer evaluations."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from argparse import Namespace
from dataclasses import replace
from datetime import date, timedelta

import pytest

from checker import pipeline, sources
from checker.catalogue import shelf
from checker.commands.selection import Wanted
from checker.commands.workspace import open_workspace, program
from checker.forecast import Horizon, forecast
from checker.judge import Judge
from checker.library import COMMITTED
from checker.model import Status
from checker.register import Register, is_waiver
from tests.cases import tables
from tests.cli.program import ROOT, write

DAYS = 400
FAILED = {Status.FAIL, Status.UNDETERMINED}


def look(place, monkeypatch, days=DAYS, selection=None, as_of="2026-11-22"):
    """Return what a run is judged by, the files, and the forecast."""
    monkeypatch.chdir(place)
    workspace = open_workspace(Namespace(as_of=as_of))
    chosen = workspace.select(selection)
    setup = workspace.setup(chosen)
    paths = sources.find(workspace.root, ["vendor_manifests"])
    readings = shelf.read_by(workspace.library, workspace.schemas.fields(), committed=COMMITTED, opa=program("opa"))
    horizon = Horizon(setup.as_of + timedelta(days), readings)
    provenance = workspace.provenance(setup, chosen, revision=False)
    return setup, paths, provenance, forecast(setup, paths, provenance, horizon, jobs=1)


def told(ahead):
    """Return by vendor and control the day that was foretold, and what was."""
    return {(lapse.vendor, lapse.result.control): (lapse.day, lapse.findings) for lapse in ahead.lapses}


def first_days(assessments_on, start, days=DAYS):
    """Judge every day, and return by vendor and control the first one on which it fails, and how.

    What fails already is left out.
    """
    first = {}
    for number in range(days + 1):
        day = start + timedelta(number)
        for assessment in assessments_on(day):
            for result in assessment.results:
                if failing := tuple(finding for finding in result.findings if finding.status in FAILED):
                    first.setdefault((assessment.vendor, result.control), (day.isoformat(), failing))
    return {key: found for key, found in first.items() if found[0] > start.isoformat()}


def every_day(setup, paths):
    """Return how to judge the manifests on a day without looking at the whole of them."""
    judge = Judge(replace(setup, waivers=Register(setup, paths).by_vendor))
    cases = [judge.open(path) for path in paths if not is_waiver(path)]

    def on(day):
        judge.turn_to(day, {})
        return judge.decide(cases)

    return on


def test_the_vendors_of_this_repository_fail_when_they_are_said_to(monkeypatch):
    setup, paths, _, ahead = look(ROOT, monkeypatch)
    assert told(ahead) == first_days(every_day(setup, paths), setup.as_of)
    assert len(ahead.lapses) > 150
    assert ahead.evaluations * 20 < DAYS * ahead.vendors


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_generated_vendors_fail_when_they_are_said_to(tmp_path, monkeypatch, seed):
    folder = tmp_path / "vendor_manifests"
    command = [sys.executable, ROOT / "benchmarks" / "generate.py", folder, "--manifests", "6", "--seed", str(seed)]
    subprocess.run(command, check=True, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)})
    (tmp_path / "checker.toml").write_text("")
    setup, paths, _, ahead = look(tmp_path, monkeypatch)
    assert told(ahead) == first_days(every_day(setup, paths), setup.as_of)
    assert ahead.lapses
    assert ahead.evaluations * 20 < DAYS * ahead.vendors


@pytest.mark.parametrize("seed", range(4))
def test_dates_anywhere_are_foretold(tmp_path, monkeypatch, seed):
    """Every date of the base manifest is put somewhere within two years, past and future."""
    dice = random.Random(seed)  # noqa: S311 - no secret

    def shifted(node):
        if isinstance(node, dict):
            return {key: shifted(value) for key, value in node.items()}
        if isinstance(node, list):
            return [shifted(item) for item in node]
        if isinstance(node, str) and len(node) == 10 and node[4] == "-" and dice.random() < 0.7:
            return (date(2026, 11, 22) + timedelta(dice.randint(-400, 400))).isoformat()
        return node

    shutil.copytree(tables.HERE / "evidence", tmp_path / "vendor_manifests" / "evidence")
    (tmp_path / "checker.toml").write_text("")
    write(tmp_path, shifted(tables.base()))
    setup, paths, _, ahead = look(tmp_path, monkeypatch)
    assert told(ahead) == first_days(every_day(setup, paths), setup.as_of)


def test_what_follows_from_other_vendors_is_foretold(tmp_path, monkeypatch):
    """A contract ends, and with it one of the functions over which shares are counted."""
    folder = tmp_path / "vendor_manifests"
    shutil.copytree(tables.HERE / "evidence", folder / "evidence")
    (tmp_path / "checker.toml").write_text("")
    for number, country in enumerate(["PH", "PH", "PH", "IN", "PL"]):
        manifest = tables.base()
        manifest["metadata"] |= {"id": f"vendor-{number}", "legal_name": f"Vendor {number} Ltd"}
        del manifest["metadata"]["lei"]
        manifest["scope"]["function"] = "critical_or_important"
        manifest["scope"]["locations"] = [{"country": country, "site": "Main", "activity": "process"}]
        for party in manifest["subcontracting"]["parties"]:
            party["legal_name"] += f" {number}"
            party.pop("lei", None)
        if country == "IN":
            manifest["metadata"]["lifecycle"] = "ended"
            manifest["contract"]["ended_on"] = "2026-12-10"
        write(tmp_path, manifest)
    setup, paths, provenance, ahead = look(tmp_path, monkeypatch, 40, Wanted(only=("FV-02",)))

    def on(day):
        return pipeline.check(replace(setup, as_of=day), paths, provenance, jobs=1).assessments

    expected = first_days(on, setup.as_of, 40)
    assert told(ahead) == expected
    assert {key: day for key, (day, _) in expected.items()} == {
        (f"vendor-{number}", "FV-02"): "2026-12-10" for number in range(3)
    }
