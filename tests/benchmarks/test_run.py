"""The benchmark itself: it runs, measures what it says, and fails when the programs disagree."""

import json
import os
import subprocess
import sys

import pytest

from tests.cases.tables import ROOT
from tests.real import need

PROGRAMS = ROOT / "benchmarks"
sys.path.insert(0, str(PROGRAMS))  # its modules are programs, not a package

from measuring import Case, Usage, measure  # noqa: E402
from results import FASTER, denials, differences, figures  # noqa: E402

DENIAL = ("acme", "controls.x.y", "code", '["a", 1]', "")


def test_quick_run(tmp_path):
    need("opa")
    need("conftest")
    written = tmp_path / "figures.json"
    command = [sys.executable, PROGRAMS / "run.py", "--quick", "--manifests", "20", "--seed", "5", "--json", written]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert lines[-1] == "equal from wasm, opa engine, opa exec, conftest main"
    for name in FASTER:
        assert [line for line in lines if line.startswith(f"ratio {name} ")], name
    found = json.loads(written.read_text())
    assert found["denials"]["raw"] > 0
    assert set(found["ratios"]) == set(FASTER)
    assert found["processes"]["opa-exec"]["peak"] > 1_000_000


@pytest.mark.parametrize(
    ("program", "lines"),
    [
        ("reviewing.py", ["ratio of review to check: ", "impact of a parameter on all, once "]),
        ("nightly.py", ["reevaluate, the second night ", "report html ", "history of two nights, "]),
    ],
)
def test_the_others_run(tmp_path, program, lines):
    need("conftest")
    command = [sys.executable, PROGRAMS / program, "--manifests", "24", "--repeats", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    for line in lines:
        assert line in done.stdout


def test_without_the_programs(tmp_path):
    command = [sys.executable, PROGRAMS / "run.py", "--quick"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"PATH": str(tmp_path)})
    assert done.returncode == 2
    assert "`opa` is not on PATH" in done.stderr


def test_measure_counts_children(tmp_path):
    burn = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'sum(range(3_000_000))' ])"
    usage = measure(Case((sys.executable, "-c", burn), tmp_path, tmp_path / "out"))
    alone = measure(Case((sys.executable, "-c", "pass"), tmp_path, tmp_path / "out"))
    assert usage.cpu > alone.cpu


PEAK = """
import pathlib, sys
from measuring import Case, measure
here = pathlib.Path.cwd()
print(measure(Case((sys.executable, "-c", "b'x' * 200_000_000"), here, here / "out")).peak)
"""


def test_measure_sees_peak(tmp_path):
    """In a small process: on Linux no child's peak is less than what its parent held when it was started."""
    environment = {**os.environ, "PYTHONPATH": str(PROGRAMS)}
    done = subprocess.run([sys.executable, "-c", PEAK], cwd=tmp_path, env=environment, capture_output=True, check=True)
    assert 200e6 < int(done.stdout) < 300e6


def test_measure_stops_at_a_failure(tmp_path):
    with pytest.raises(SystemExit, match="ended with 3: oh no"):
        measure(
            Case(
                (sys.executable, "-c", "import sys; print('oh no', file=sys.stderr); sys.exit(3)"),
                tmp_path,
                tmp_path / "out",
            )
        )


def test_denials_of_every_program(tmp_path):
    finding = {"code": "code", "control": "controls.x.y", "msg": "text", "path": ["a", 1]}
    ours = {"denials": [["acme", "controls.x.y", "code", ["a", 1], ""]]}
    (tmp_path / "judge-wasm.out").write_text(json.dumps(ours))
    (tmp_path / "judge-opa.out").write_text(json.dumps(ours))
    (tmp_path / "opa-exec.out").write_text(json.dumps({"result": [{"path": "input/acme.json", "result": [finding]}]}))
    rest = {key: value for key, value in finding.items() if key != "msg"}
    answer = {"filename": "input/acme.json", "failures": [{"msg": "text", "metadata": rest}]}
    (tmp_path / "conftest-main.out").write_text(json.dumps([answer, {"filename": "input/other.json", "successes": 1}]))
    found = denials(tmp_path)
    assert list(found) == ["wasm", "opa engine", "opa exec", "conftest main"]
    assert all(one == {DENIAL} for one in found.values())
    assert differences(found) == []


def test_differences_are_named():
    lines = differences({"wasm": {DENIAL}, "opa exec": set(), "conftest main": {DENIAL, ("b", *DENIAL[1:])}})
    assert lines == [f"not opa exec: {DENIAL}", f"only conftest main: {('b', *DENIAL[1:])}"]


def test_figures():
    """Start-up is taken off the rivals; the best of the rounds counts; memory is the difference of two sizes."""
    names = ["checker-wasm", "checker-opa", "judge-wasm", "judge-opa", "one manifest", "python", "checker-single"]
    names += ["opa-exec", "conftest-main", "conftest-all", "checker-fourfold"]
    names += [f"{name} start-up" for name in ("opa-exec", "conftest-main", "conftest-all")]
    taken = {name: [Usage(2.0, 2.0, 1000)] for name in names}
    taken |= {"judge-wasm": [Usage(0.5, 1, 1), Usage(0.1, 1, 1)], "opa-exec": [Usage(3.0, 1, 1)]}
    taken |= {"checker-fourfold": [Usage(9.0, 9, 4000)]}
    found = figures(taken, 10)
    assert found["judging_ms"]["wasm"] == pytest.approx(10)
    assert found["judging_ms"]["opa-exec"] == pytest.approx(100)
    assert found["ratios"]["judge opa-exec"] == pytest.approx(10)
    assert found["ratios"]["whole opa-exec"] == pytest.approx(1.5)
    assert found["bytes_a_manifest"] == pytest.approx(100)
