"""`checker vendor show` and `vendor list`: one page that a person reads, at any width, with colour or without."""

import re

import pytest

from tests.cases import tables
from tests.cli.program import checker, repository, write
from tests.review.world import VENDOR

DAY = ("--as-of", tables.TODAY)
SGR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Return a repository whose one vendor fails, lacks something, and has a hostile owner."""
    made = repository(tmp_path_factory.mktemp("show"))
    manifest = tables.base()
    manifest["access"]["shared_accounts"] = True
    manifest["metadata"]["owner"]["name"] = "::error::Ann ##[add-mask]Lind"
    del manifest["financial"]
    manifest["contract"]["insurance"][0]["expires"] = "2026-10-01"
    manifest["contract"]["insurance"][0]["insurer"] = "The Very Long Insurance Company of All the Seven Seas"
    write(made, manifest)
    return made


@pytest.mark.parametrize("width", [80, 160])
def test_it_fits_the_terminal_and_says_the_same_with_colour(place, width):
    text = checker("vendor", "show", VENDOR, *DAY, cwd=place, COLUMNS=str(width))
    colored = checker("vendor", "show", VENDOR, *DAY, cwd=place, COLUMNS=str(width), NO_COLOR="", FORCE_COLOR="1")
    assert (text.code, colored.code) == (0, 0), text.err
    assert max(map(len, text.out.split("\n"))) <= width
    assert "\x1b" not in text.out
    assert "::error" not in text.out
    assert SGR.sub("", colored.out) == text.out
    assert "\x1b[1;31mfails\x1b[0m" in colored.out


def test_it_tells_who_how_and_what_next(place):
    text = checker("vendor", "show", VENDOR, *DAY, cwd=place, COLUMNS="160").out
    assert text.startswith("Halcyon Support Services Inc.  halcyon-support\nblocked on 2026-11-22: ")
    assert re.search(r"^fails\n  [A-Z]{2}-\d\d  [A-Z][^\n]*", text, re.MULTILINE)
    assert re.search(r"\((low|medium|high|critical), blocks\)$", text, re.MULTILINE)
    assert re.search(r"^  2026-10-01  52 days ago  contract\.insurance\[.* expires$", text, re.MULTILINE)
    assert re.search(r"^  signed off    on .* by .*; changed since, so to be signed anew$", text, re.MULTILINE)
    assert re.search(r"^  digest        [0-9a-f]{64}$", text, re.MULTILINE)
    assert f"ask: checker vendor questionnaire {VENDOR}\n" in text


def test_the_list_has_a_line_for_each(place):
    done = checker("vendor", "list", *DAY, cwd=place, COLUMNS="80")
    head, line = done.out.rstrip("\n").split("\n")
    assert head.split() == ["vendor", "tier", "lifecycle", "verdict", "name"]
    assert line.split()[:4] == [VENDOR, "high", "active", "blocked"]
    assert len(line) <= 80
