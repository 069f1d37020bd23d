"""The wheel: complete, and able to judge without the clone."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

from tests.project.repository import ROOT, files
from tests.project.test_locks import normal
from tests.real import need

AS_OF = "2026-11-20"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Build the wheel once, without any network."""
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", target]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = target.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """Install the wheel into a fresh environment and return its bin directory; needs no network.

    A path file lends it the dependencies of this environment and nothing more: path files inside the lent
    directory, such as that of the editable install, are not read.
    """
    home = tmp_path_factory.mktemp("venv")
    venv.create(home, with_pip=False, symlinks=True)
    (packages,) = home.glob("lib/python*/site-packages")
    (packages / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--python", home / "bin" / "python", "--disable-pip-version-check"]
    install = [*pip, "install", "--quiet", "--no-deps", "--no-index", "--ignore-installed", wheel]
    done = subprocess.run(install, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return home / "bin"


def tracked(top: str) -> set[str]:
    return {str(path.relative_to(ROOT)) for path in files() if path.is_relative_to(ROOT / top)}


def test_everything_that_judging_needs_is_inside(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    shipped = {f"checker/_shipped/{path}" for top in ("policies", "schemas") for path in tracked(top)}
    assert shipped
    assert shipped <= names
    assert tracked("checker") <= names
    for part in ("checker/library_data/policy.wasm", "checker/library_data/record.json"):
        assert part in names
    assert any(name.endswith(".j2") for name in names), "no templates"
    assert "checker/_shipped/cases/base.yaml" in names
    cases = {f"checker/_shipped/cases/{path.removeprefix('tests/cases/')}" for path in tracked("tests/cases/evidence")}
    assert cases
    assert cases <= names


def test_nothing_else_is_inside(wheel):
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert len(tops) == 2, tops
    assert "checker" in tops
    assert any(top.endswith(".dist-info") for top in tops)


def test_an_author_can_draft_and_test_a_control_with_it(wheel, installed, tmp_path):
    need("opa")
    with zipfile.ZipFile(wheel) as archive:
        shipped = [name for name in archive.namelist() if name.startswith("checker/_shipped/")]
        archive.extractall(tmp_path, shipped)
    desk = tmp_path / "checker" / "_shipped"
    shutil.rmtree(desk / "cases")
    (desk / "checker.toml").write_text("", encoding="utf-8")
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    environment.pop("PYTHONPATH", None)
    new = ["policy", "new", "GE-01", "--title", "A draft", "--family-dir", "geography"]
    for command in (new, ["policy", "test", "GE-01"]):
        done = subprocess.run(
            [installed / "checker", *command], cwd=desk, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == "1 control; 3 Rego tests: 3 passed; 4 cases on wasm: 4 passed\n"


def test_it_asks_for_what_the_project_declares(wheel):
    archive = zipfile.ZipFile(wheel)
    (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
    lines = archive.read(name).decode().splitlines()
    asked = {
        normal(line.partition(": ")[2])
        for line in lines
        if line.startswith("Requires-Dist: ") and " extra == " not in line
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert asked == {normal(requirement) for requirement in project["dependencies"]}
    assert "License-Expression: Apache-2.0" in lines


def check(command: list, cwd: Path) -> tuple[int, str]:
    done = subprocess.run([*command, "check", "--as-of", AS_OF], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.returncode, done.stdout


def test_the_installed_wheel_is_the_one_that_runs(installed, tmp_path):
    code = "import checker; print(checker.__file__)"
    done = subprocess.run([installed / "python", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()).is_relative_to(installed.parent)


def test_without_a_clone_it_judges_as_the_clone_does(installed, tmp_path):
    shutil.copytree(ROOT / "vendor_manifests", tmp_path / "vendor_manifests")
    if (ROOT / "checker.toml").exists():
        shutil.copy(ROOT / "checker.toml", tmp_path)
    outside = check([installed / "checker"], tmp_path)
    assert outside[1].strip()
    assert outside == check([sys.executable, "-m", "checker"], ROOT)


def test_a_newcomer_begins_with_it_and_needs_nothing_else(installed, tmp_path):
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "git").symlink_to(need("git"))
    desk = tmp_path / "vendors"
    desk.mkdir()
    subprocess.run(["git", "init", "--quiet"], cwd=desk, check=True)
    facts = "--legal-name Acme --service payroll --function supporting --tier low --country DE --start 2027-02-01"
    none = "--regime none --region none --category none"
    commands = (
        f"init --as-of {AS_OF}",
        f"check --as-of {AS_OF}",
        "doctor",
        f"vendor new acme-payroll {facts} {none} --as-of {AS_OF}",
        f"check --as-of {AS_OF}",
        f"vendor list --as-of {AS_OF}",
        "explain DP-03",
        "schema manifest",
    )
    environment = {"HOME": str(tmp_path), "PATH": f"{installed}:{tools}", "LANG": "C.UTF-8"}
    told = {}
    for line in commands:
        command = [installed / "checker", *line.split()]
        done = subprocess.run(command, cwd=desk, env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), (line, done.stdout, done.stderr)
        told[line.split()[0]] = done.stdout
    assert "engine wasm          ready" in told["doctor"]
    assert "opa                  not on PATH" in told["doctor"]
    assert "acme-payroll" in told["vendor"]
    assert (desk / ".github/actions/checker/action.yml").is_file()
