"""docs/authoring.md, from the first draft to a green control: every command is run, in order, in a fresh repository."""

import shutil

import pytest

from tests import pages
from tests.cli.program import ROOT, repository
from tests.real import need

PAGE = (ROOT / "docs/authoring.md").read_text()
SECTION = PAGE.partition("## From nothing to a green control")[2].partition("\n## ")[0]
# How many policies the library has is no matter of the page.
SAME = {r"^\d+ policy files": "so many policy files"}


@pytest.fixture
def reader(tmp_path):
    """Return the desk of an author: a repository with a copy of the library and one vendor, committed."""
    place = repository(tmp_path / "fresh")
    for folder in ("policies", "schemas"):
        shutil.copytree(ROOT / folder, place / folder)
    made = pages.desk(place)
    done = made.run("git init --quiet; git add --all; git commit --quiet --message 'A copy of the library'")
    assert done.returncode == 0, done.stderr
    return made


def test_every_command_does_what_the_page_shows(reader):
    need("opa")
    assert len(pages.blocks(SECTION)) > 8
    assert "halcyon-support" in pages.follow(SECTION, reader, same=SAME)
