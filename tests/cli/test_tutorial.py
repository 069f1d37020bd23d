"""docs/tutorial.md: every command is run, in order, from an empty directory to a green pull request."""

from tests import pages
from tests.cli.program import ROOT
from tests.real import need

PAGE = (ROOT / "docs/tutorial.md").read_text()
SAME = {r"^in /.*$": "in a directory"}


def test_every_command_does_what_the_page_shows(tmp_path):
    need("git")
    (tmp_path / "vendors").mkdir()
    assert len(pages.blocks(PAGE)) > 8
    assert "acme-payroll" in pages.follow(PAGE, pages.desk(tmp_path / "vendors"), same=SAME)


def test_it_needs_no_clone_and_no_opa():
    for _, block in pages.blocks(PAGE):
        assert "make " not in block
        assert "opa " not in block
