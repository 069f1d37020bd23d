"""`checker completion`, as bash asks it, and `checker cache`."""

import shutil
import subprocess
import sys

import pytest

from tests.cli.program import ROOT, checker, repository
from tests.real import need

ASK = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
_shtab_checker
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def shell(tmp_path_factory):
    """Return what completes words in a repository of one vendor, as bash would."""
    need("bash")
    home = tmp_path_factory.mktemp("shell")
    place = repository(home / "vendors")
    program = home / "bin/checker"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m checker "$@"\n')
    program.chmod(0o755)
    script = home / "checker.bash"
    done = checker("completion", "bash", cwd=place)
    assert (done.code, done.err) == (0, "")
    script.write_text(done.out)

    def complete(*words):
        environment = {"PATH": f"{program.parent}:/usr/bin:/bin", "PYTHONPATH": str(ROOT), "HOME": str(home)}
        command = ["bash", "-c", ASK, "bash", script, *words]
        asked = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)
        return set(asked.stdout.split())

    return complete


@pytest.mark.parametrize(
    ("words", "some"),
    [
        (("checker", "che"), {"check"}),
        (("checker", "vendor", "s"), {"show", "sign"}),
        (("checker", "check", "--show"), {"--show-source"}),
        (("checker", "check", "--engine", ""), {"wasm", "opa"}),
        (("checker", "explain", "DP-0"), {"DP-01", "DP-02", "DP-03", "DP-04"}),
        (("checker", "check", "--only", "EN"), {"EN", "EN-01", "EN-02", "EN-03"}),
        (("checker", "policy", "test", "EN-03"), {"EN-03"}),
        (("checker", "check", "--profile", "st"), {"starter"}),
        (("checker", "report", "coverage", "--framework", "gd"), {"gdpr"}),
        (("checker", "vendor", "show", "hal"), {"halcyon-support"}),
        (("checker", "explain", "DP-01", "--vendor", ""), {"halcyon-support"}),
        (("checker", "check", "vendor_m"), {"vendor_manifests"}),
        (("checker", "completion", "z"), {"zsh"}),
    ],
    ids=lambda value: " ".join(sorted(value)),
)
def test_bash_completes(shell, words, some):
    assert shell(*words) == some


def test_every_command_is_completed(shell):
    listed = checker("--help", cwd=ROOT).out.partition("commands:\n")[2].partition("\n\n")[0]
    commands = {line.split()[0] for line in listed.splitlines() if not line.startswith("    ")}
    assert len(commands) > 14
    assert shell("checker", "") == commands


@pytest.mark.parametrize("name", ["zsh", "tcsh"])
def test_other_shells_read_their_scripts(name, tmp_path):
    done = checker("completion", name, cwd=ROOT)
    assert (done.code, done.err) == (0, "")
    for kind in ("controls", "profiles", "vendors", "frameworks"):
        assert f"checker completion --words {kind}" in done.out
    if shutil.which(name):
        (tmp_path / "script").write_text(done.out)
        command = {"zsh": ["zsh", "-n", "script"], "tcsh": ["tcsh", "-f", "-c", "source script"]}[name]
        read = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (read.returncode, read.stderr) == (0, "")


def test_words_are_none_where_nothing_can_be_read(tmp_path):
    (tmp_path / "checker.toml").write_text("profil = 1\n")
    done = checker("completion", "--words", "controls", cwd=tmp_path)
    assert (done.code, done.out.strip(), done.err) == (0, "", "")


def test_a_shell_must_be_named(tmp_path):
    for arguments, hint in (((), "give one of bash, zsh, tcsh"), (("bahs",), "did you mean `bash`?")):
        done = checker("completion", *arguments, cwd=tmp_path)
        assert (done.code, hint in done.err) == (2, True), done


def test_the_cache_is_told_and_removed(tmp_path):
    place = repository(tmp_path / "vendors")
    home = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    kept = tmp_path / "cache/vendorpolicy-checker"
    done = checker("cache", cwd=place, **home)
    assert (done.code, done.out) == (0, f"{kept}, which is not there\n")
    checker("check", cwd=place, **home)
    told = checker("cache", cwd=place, **home).out
    assert told.startswith(f"{kept}\n  native")
    assert "machine code of policies" in told
    done = checker("cache", "--clear", cwd=place, **home)
    assert (done.code, done.out.startswith("1 file removed from ")) == (0, True), done
    assert not kept.exists()
    assert checker("cache", "--clear", cwd=place, **home).out.startswith("0 files removed")


def test_a_linked_cache_is_left_alone(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/file").write_text("mine")
    (tmp_path / "vendorpolicy-checker").symlink_to("mine")
    done = checker("cache", "--clear", cwd=tmp_path, XDG_CACHE_HOME=str(tmp_path))
    assert (done.code, "is a link" in done.err) == (2, True), done
    assert (tmp_path / "mine/file").read_text() == "mine"
