"""What the pages say is what the run, the history and the forecast say."""

import json
import re
from itertools import pairwise

import pytest

from checker.history import open_history
from checker.model import Status
from checker.report import site
from checker.report.site.overview import headline
from checker.report.site.plots import timeline, trend
from tests.cli.program import checker
from tests.report.builders import make_report, mixed
from tests.site.builders import many, material, write
from tests.site.conftest import NIGHTS, git
from tests.site.reading import Page, pages

pytestmark = pytest.mark.timeout(900)  # the nights that the site tells of come first


@pytest.fixture(scope="module")
def read(folder):
    return pages(folder)


@pytest.fixture(scope="module")
def report(demo):
    return json.loads(checker("history", "show", "--output", "json", cwd=demo).out)


def words(page):
    return " ".join(" ".join(page.words).split())


def test_all_links_resolve(folder, read):
    for name, page in read.items():
        for link in page.links:
            if link.startswith("https://"):
                continue
            path, _, anchor = link.partition("#")
            target = (folder / name).parent.joinpath(path).resolve().relative_to(folder.resolve()).as_posix()
            there = read[target if path else name]
            assert not anchor or "=" in anchor or anchor in there.anchors, (name, link)
        ids = [found["id"] for _, found in page.elements if "id" in found]
        assert len(ids) == len(set(ids)), name


def test_every_page_forbids_what_is_not_its_own(read):
    for name, page in read.items():
        (policy,) = [found["content"] for tag, found in page.elements if found.get("http-equiv")]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';")
        assert "unsafe" not in policy
        for tag, found in page.elements:
            assert tag != "style"
            assert not [key for key in found if key == "style" or key.startswith("on")], (name, tag, found)
            assert tag != "script" or found["src"]


def test_the_front_page_tells_the_verdict_first(read, report):
    text = words(read["index.html"])
    verdicts = report["summary"]["verdicts"]
    assert f"{verdicts['blocked']} of 9 vendors are blocked" in text
    assert (
        text.index("are blocked")
        < text.index("What changed")
        < text.index("What lapses next")
        < text.index("Who must act")
    )


def test_what_changed_is_what_the_history_says(demo, read):
    history = open_history(str(demo / ".checker/history.db"), demo, create=False)
    changes = history.changes(3)
    history.close()
    text = words(read["changes.html"])
    assert f"{len(changes)} changes since run 2 of {NIGHTS[1]}" in text
    items = [found for tag, found in read["changes.html"].elements if tag == "li"]
    assert len(items) == len(changes)


def test_what_lapses_is_told_with_its_day_and_owner(read):
    days = re.findall(r"20\d\d-\d\d-\d\d in \d+ days?", words(read["lapses.html"]))
    assert days == sorted(days)
    assert days
    assert "@client.example" in words(read["lapses.html"])


def test_a_vendor_has_every_control_with_its_values(read, report):
    page = read["vendors/cedarvoice-transcription.html"]
    text = words(page)
    (vendor,) = [one for one in report["vendors"] if one["vendor"] == "cedarvoice-transcription"]
    assert {one["control"] for one in vendor["results"]} <= page.anchors
    for result in vendor["results"]:
        for found in result["findings"]:
            assert " ".join(found["message"].split()) in text
    assert "encryption.at_rest.algorithm AES-256-GCM" in text
    assert "ev-hitrust" in text
    assert "2027-11-23" in text
    assert "Helene Brandt, head of occupational health" in text
    assert "PEN-2026" in text or "waived" in text


def test_numbers_link_to_their_line_and_revision(demo, read):
    revision = git(demo, "rev-parse", "HEAD")
    page = read["vendors/cedarvoice-transcription.html"]
    start = f"https://git.client.example/risk/vendors/blob/{revision}/vendor_manifests/cedarvoice-transcription.yaml#L"
    lines = (demo / "vendor_manifests/cedarvoice-transcription.yaml").read_text().splitlines()
    linked = {int(link.removeprefix(start)) for link in page.links if link.startswith(start)}
    assert any("AES-256-GCM" in lines[number - 1] for number in linked)
    assert all(0 < number <= len(lines) for number in linked)
    assert len(linked) > 100


@pytest.mark.parametrize(
    ("revision", "template", "address"),
    [
        ("3f1c2d4", "https://h/{revision}/{path}#L{line}", "https://h/3f1c2d4/a/b%20c.yaml#L7"),
        ("3f1c2d4+changes", "https://h/{revision}/{path}#L{line}", ""),
        ("", "https://h/{revision}/{path}#L{line}", ""),
        ("", "https://h/{path}", "https://h/a/b%20c.yaml"),
        ("3f1c2d4", "", ""),
    ],
)
def test_only_what_surely_shows_what_was_judged_is_linked(revision, template, address):
    assert site.Sources(template, revision).address("a/b c.yaml", 7) == address


def test_frameworks_name_controls_and_vendors(read):
    page = read["frameworks/gdpr.html"]
    assert "../controls/DP-03.html" in page.links
    assert {"r1", "r2"} <= page.anchors


@pytest.mark.parametrize(
    ("verdicts", "sentence"),
    [
        ((0, 0, 0, 0), "Nothing was judged."),
        ((0, 0, 0, 1), "All 1 vendor pass."),
        ((0, 0, 2, 0), "All 2 vendors pass, with warnings."),
        ((0, 0, 2, 7), "All 9 vendors pass: 2 with warnings, 7 without."),
        ((1, 0, 2, 6), "1 of 9 vendors is blocked; 8 pass, 2 of them with warnings."),
        ((7, 1, 0, 1), "7 of 9 vendors are blocked and 1 could not be judged; 1 passes."),
        ((0, 2, 0, 0), "2 of 2 vendors could not be judged."),
        ((6, 0, 3, 0), "6 of 9 vendors are blocked; 3 pass with warnings."),
    ],
)
def test_the_verdict_in_a_sentence(verdicts, sentence):
    names = ("blocked", "unjudged", "passes_with_warnings", "passes")
    assert headline(dict(zip(names, verdicts, strict=True))) == sentence


def test_a_trend_needs_two_days_and_ends_with_the_last():
    days = [site.Past(1, "2026-11-01", {"blocked": 4}), site.Past(2, "2026-11-01", {"blocked": 2, "passes": 2})]
    assert trend(days) is None
    made = trend([*days, site.Past(3, "2026-12-01", {"passes": 4})])
    assert [(band.look, band.label) for band in made.bands] == [("blocks", ""), ("passes", "4 passes")]


def test_heads_of_the_timeline_do_not_touch():
    days = [(f"2026-12-{day:02}", day % 2 == 0) for day in range(1, 29)]
    made = timeline(days, "2026-11-22", "2027-02-20")
    places = [stem.at for stem in made.stems]
    assert all(later - one >= 20 for one, later in pairwise(places))
    assert sum(stem.count for stem in made.stems) == len(days)
    assert timeline([], "2026-11-22", "2027-02-20") is None


def test_every_state_is_told(tmp_path):
    read = pages(write(tmp_path / "site", material(mixed())))
    text = words(read["vendors.html"])
    told = {str(one.status) for one in mixed().findings}
    assert told >= {str(Status.FAIL), str(Status.WAIVED), str(Status.WARN)}
    for word in ("not met, blocks", "waived", "warning", "met", "not judged"):
        assert word in text
    assert "above the limit" in words(read["index.html"])
    assert "Nordhost Group" in words(read["index.html"])


def test_a_site_of_nothing_is_whole(tmp_path):
    read = pages(write(tmp_path / "site", material(make_report())))
    assert "Nothing was judged." in words(read["index.html"])


def test_ten_thousand_vendors_keep_the_pages_small():
    made = site.Site(material(many(10_000)))
    sizes = {name: len(text.encode()) for name, text in made.pages({})}
    assert sizes["index.html"] < 100_000
    assert max(size for name, size in sizes.items() if name.endswith(".html")) < 250_000
    assert sizes["vendors.js"] < 2_000_000
    page = Page(dict(made.pages({}))["vendors-100.html"])
    assert sum(tag == "tr" for tag, _ in page.elements) == 101
