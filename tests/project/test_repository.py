"""What every tracked file must keep to, and the form of the files at the top."""

import hashlib
import re

import pytest

from tests.project.repository import ROOT, files

# Written in halves, so that this file does not name them itself.
FORBIDDEN = [
    "".join(halves)
    for halves in (
        ("pypi", ".org"),
        ("python", "hosted.org"),
        ("registry.npm", "js.org"),
        ("proxy.go", "lang.org"),
        ("sum.go", "lang.org"),
        ("deb.deb", "ian.org"),
        ("crates", ".io"),
        ("/work", "/main"),
        ("/work", "/shared"),
        ("/t", "mp/brief"),
        ("/t", "mp/gotools"),
        ("/ro", "ot/"),
    )
]
# The text as the Apache Software Foundation publishes it.
APACHE_2_0 = "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"
SECTIONS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_no_file_names_a_registry_or_a_place_on_one_machine():
    found = []
    for path in files():
        text = path.read_bytes().decode("utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}: {word}" for word in FORBIDDEN if word in text]
    assert found == []


def test_the_licence_is_the_unchanged_apache_licence():
    assert hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest() == APACHE_2_0


def changelog() -> list[str]:
    return (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()


def test_the_changelog_starts_with_unreleased_and_goes_back_in_time():
    heads = [line for line in changelog() if line.startswith("## ")]
    assert heads[0] == "## [Unreleased]"
    released = [re.fullmatch(r"## \[\d+\.\d+\.\d+\] - (\d{4}-\d\d-\d\d)", head) for head in heads[1:]]
    assert all(released), heads
    dates = [match[1] for match in released if match]
    assert dates == sorted(dates, reverse=True)


def test_changelog_entries_stand_in_known_sections():
    sections = {line.removeprefix("### ") for line in changelog() if line.startswith("### ")}
    assert sections
    assert sections <= SECTIONS


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"])
def test_links_to_files_lead_somewhere(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_what_contributing_says_to_imitate_exists():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.partition("imitate this file")[2].partition("\n## ")[0]
    paths = re.findall(r"`([\w./-]+/[\w./-]*)`", section)
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_ci_stops_at_the_first_failure_and_ends_with_the_tests():
    script = ROOT / ".ci" / "run"
    lines = [line for line in script.read_text(encoding="utf-8").splitlines() if line.strip()]
    assert script.stat().st_mode & 0o111
    assert "set -euo pipefail" in lines
    assert lines.index("export CHECKER_TEST_REQUIRE_ALL=1") < lines.index("make tools")
    assert lines[-1] == "make test"
