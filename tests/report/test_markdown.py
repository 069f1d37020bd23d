"""Markdown, read back with a CommonMark parser."""

import html
import re

import pytest
from markdown_it import MarkdownIt

from checker.model import Location, Result, Status
from checker.report import markdown, render
from tests.report.builders import (
    REPORTS,
    clean,
    hostile,
    hostile_review,
    make_assessment,
    make_finding,
    make_report,
    mixed,
    passing,
)
from tests.report.reading import commands, hidden

RULE = r"^\|( --+:? \|)+$"
OURS = re.compile(
    r"<br>|</?details>|<summary>[A-Za-z ]+( \(\d+\))?</summary>"
    r"|<!-- vendorpolicy:(report:v1|review:v1|verdict:clean|verdict:red) -->|\s+"
)


def shown(report):
    return render("markdown", report)


def tokens(text):
    """All tokens of a text, those inside paragraphs and cells among them."""
    found = []
    for token in MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text):
        found += [token, *(token.children or [])]
    return found


@pytest.mark.parametrize(
    "text",
    [
        "## 1 of 6 vendors blocked, 2 could not be judged\n",
        "As of **2026-11-22** · profile **full** · 5 controls · exit code 3",
        "2. **DP-03.no\\_mechanism** (halcyon-support): Sign the SCC module",
        "### What blocks (4)",
        "### What fails without blocking (2)",
        "### Warnings, and what lapses or starts soon (3)",
        "<br>*does not block at tier low*<br>",
        "<br>*blocks from 2027-01-01*<br>",
        "<summary>Waived (1)</summary>",
        "| 2026-12-31 | `W-2026-007`: The tape library",
        "| verdant-analytics<br>Verdant Services Inc. | passes with warnings | critical (prospective) |",
        "- PC-01 and PC-02 were not judged",
        "| Policies | `sha256:9f2c4e1d7a3b` |",
        "| Revision | `3f1c2d4` |",
    ],
)
def test_what_is_said(text):
    assert text in shown(mixed())


def test_the_marker_comes_first_so_that_a_comment_can_be_found_again():
    assert shown(clean()).startswith("<!-- vendorpolicy:report:v1 -->\n")


@pytest.mark.parametrize(
    ("report", "headline"),
    [
        (clean(), "All 2 vendors pass"),
        (make_report(), "No vendor was judged"),
        (make_report(make_assessment("a", *passing())), "All 1 vendor pass"),
        (
            make_report(make_assessment("a", *passing(), problems=(make_finding(blocks=False),))),
            "All 1 vendor pass, 1 with warnings",
        ),
        (
            make_report(make_assessment("a", *passing()), others=(make_finding("waiver.invalid"),)),
            "other files need mending",
        ),
    ],
)
def test_headline(report, headline):
    assert f"\n## {headline}\n" in shown(report)


def failing(vendor, number=0, **changes):
    finding = make_finding(vendor=vendor, subject=str(number), location=Location(f"{vendor}.yaml", 1), **changes)
    return make_assessment(vendor, Result("DP-03", Status.FAIL, (finding,)))


def test_equal_fixes_are_taken_together():
    report = make_report(*(failing(f"v{number}") for number in range(5)))
    assert "\n1. **DP-03.no\\_mechanism** (v0, v1, v2 and 2 more): Sign the SCC module" in shown(report)
    assert "\n2. **" not in shown(report)


def test_a_fix_of_several_lines_can_be_pasted():
    report = make_report(failing("a", fix="Add a transfer:\ntransfers:\n  - to: PH\n    module: 2"))
    fences = [token.content for token in tokens(shown(report)) if token.type == "fence"]
    assert fences == ["transfers:\n  - to: PH\n    module: 2\n"]


def test_a_clean_run_has_nothing_to_do():
    text = shown(clean())
    assert "Do first" not in text
    assert "Waived" not in text.split("### Vendors")[0]


def many(count, **changes):
    vendor = "nordhost-data-centre-operations-gmbh"
    findings = tuple(make_finding(subject=str(number), vendor=vendor, **changes) for number in range(count))
    return make_report(make_assessment(vendor, Result("DP-03", Status.FAIL, findings)))


@pytest.mark.parametrize(
    "report",
    [
        many(2000),
        many(300, fix="\n".join("x|" * 40 for _ in range(29)), message="|@#" * 200),
        make_report(*(failing(f"vendor-{number}", number) for number in range(1500))),
        make_report(notes=("note " * 100,) * 3000),
        hostile(),
        hostile_review(),
    ],
    ids=["findings", "wide", "vendors", "notes", "hostile", "hostile-review"],
)
def test_it_fits_and_says_what_is_left_out(report):
    text = shown(report)
    assert len(text) <= markdown.LIMIT
    for title, total in re.findall(r"### ([A-Z][\w, ]+) \((\d+)\)\n", text):
        section = text.partition(f"### {title} (")[2].partition("\n### ")[0].partition("<details>")[0]
        rows = max(0, len(re.findall(r"^\|", section, re.MULTILINE)) - 2)  # less the header and its rule
        left = re.search(r"^(\d+) more are not shown here", section, re.MULTILINE)
        assert rows + (int(left[1]) if left else 0) == int(total)
    listed = text.count("- note ")
    assert not report.notes or not listed or f"- {len(report.notes) - listed} more notes" in text


def test_as_many_rows_as_fit_are_shown():
    assert len(shown(many(2000))) > markdown.LIMIT * 0.97


@pytest.mark.parametrize("name", REPORTS)
def test_no_mark_up_but_ours(name):
    found = tokens(shown(REPORTS[name]()))
    assert not {token.type for token in found} & {
        "link_open",
        "image",
        "s_open",
        "code_block",
        "blockquote_open",
        "hr",
    }
    for token in found:
        if token.type in {"html_inline", "html_block"}:
            assert not OURS.sub("", token.content)


@pytest.mark.parametrize("name", REPORTS)
def test_tables_and_headings_stay_whole(name):
    text = shown(REPORTS[name]())
    lines = text.splitlines()
    pipes = None
    for line in lines:
        if line.startswith("|"):
            pipes = pipes or line.count("|")
            assert line.count("|") == pipes
            assert line.endswith(" |") or line in {"| | |", "| --- | --- |"}
        else:
            pipes = None
    found = tokens(text)
    assert sum(token.type == "table_open" for token in found) == len(re.findall(RULE, text, re.MULTILINE))
    headings = [found[place + 1].content for place, token in enumerate(found) if token.type == "heading_open"]
    assert len(headings) == len(re.findall("^##", text, re.MULTILINE))
    assert all(
        re.match(
            r"\d+ of|All|Do first|What|Warnings|Vendors|Concentration|Notes|[✅❌] |Changed|Policy|Waivers", heading
        )
        for heading in headings
    )


@pytest.mark.parametrize("report", [hostile, hostile_review])
def test_hostile_text_notifies_nobody_and_loads_nothing(report):
    text = shown(report())
    assert not commands(text)
    assert not hidden(text) - {"\u200b"}
    assert "<img" not in text
    assert "<script" not in text
    said = html.unescape(re.sub("<[^>]*>", "", MarkdownIt("commonmark", {"html": True}).enable("table").render(text)))
    assert not re.search(r"@\w|#\d|https?://|www\.|GH-\d", said)
    assert "A" * 200 not in said


def test_what_a_template_puts_out_is_escaped_by_default():
    assert markdown._escaped("<b>|@x") == "&lt;b&gt;&#124;@&#8203;x"
    assert markdown._escaped(markdown.Safe("<br>")) == "<br>"
    assert markdown._escaped(3) == 3
