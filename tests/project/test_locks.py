"""The locks: hashed throughout, without any address, and in step with pyproject.toml."""

import re
import tomllib

import pytest

from tests.project.repository import ROOT

LOCKS = ("run", "nightly", "build", "test", "quality")
PIN = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>\S+)(?: ; (?P<marker>[^;]+?))?")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def lock_text(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")


def entries(text: str) -> list[list[str]]:
    """Split a lock into requirements, each a list: the pin, then its hashes."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", "\n")
    return [re.split(r"\n +", block.strip()) for block in re.split(r"\n(?! )", joined) if block.strip()]


def pins(name: str) -> dict[str, str]:
    """Return name -> version of one lock."""
    found = [PIN.fullmatch(entry[0].strip()) for entry in entries(lock_text(name))]
    return {match["name"]: match["version"] for match in found if match}


def normal(requirement: str) -> str:
    """Return the normalized name of a requirement such as `PyYAML>=6`."""
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name, requirement
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def wanted(lock: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    own, extras = project["project"]["dependencies"], project["project"]["optional-dependencies"]
    if lock in {"run", "nightly"}:
        listed = [*own, *(extras["history"] + extras["postgres"] if lock == "nightly" else [])]
    else:
        listed = project["dependency-groups"][lock]
    return {normal(requirement) for requirement in listed} - {normal(project["project"]["name"])}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_and_hashed(lock):
    found = entries(lock_text(lock))
    assert found
    for pin, *hashes in found:
        assert PIN.fullmatch(pin.strip()), pin
        assert hashes, pin
        assert all(HASH.fullmatch(value.strip()) for value in hashes), pin


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_names_a_place(lock):
    text = lock_text(lock)
    for forbidden in ("://", "--index", "--extra-index", "--find-links", " @ ", "-e "):
        assert forbidden not in text


@pytest.mark.parametrize("lock", LOCKS)
def test_what_the_project_asks_for_is_locked(lock):
    assert wanted(lock) <= set(pins(lock))


def test_one_version_of_a_package_in_all_locks():
    versions: dict[str, set[str]] = {}
    for lock in LOCKS:
        for name, version in pins(lock).items():
            versions.setdefault(name, set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_there_is_no_other_lock():
    assert {path.stem for path in (ROOT / "requirements").iterdir()} == set(LOCKS)
    assert not (ROOT / ("uv" + ".lock")).exists()
