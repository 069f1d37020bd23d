"""Text for terminals: layout, colour, frames, and hostile content."""

import re

import pytest

from checker.model import Location, Result, Severity, Status
from checker.report import render
from tests.report.builders import (
    NAUGHTY,
    SOURCE,
    clean,
    hostile,
    make_assessment,
    make_finding,
    make_report,
    mixed,
    passing,
)
from tests.report.reading import SGR, commands, hidden

HEAD = re.compile(r"^\S+:\d+:\d+: (CRITICAL|HIGH|MEDIUM|LOW|WARN|WAIVED [A-Z]+|ERROR) \S+( |$)")


def text(report, **options):
    return render("text", report, **options)


def test_every_finding_is_one_block_at_its_place():
    blocks = text(mixed(), width=160).split("\n\n")
    heads = [block for block in blocks if HEAD.match(block)]
    places = [re.match(r"\S+:\d+:\d+", block)[0] for block in heads]
    assert places == [str(finding.location) for finding in mixed().findings]


@pytest.mark.parametrize(
    "line",
    [
        "vendor_manifests/halcyon-support.yaml:7:7: CRITICAL DP-03.no_mechanism Data of EEA",
        "  fix: Sign the SCC module that fits the roles",
        "  WAIVED until 2026-12-31 (W-2026-007): The tape library is replaced",
        "vendor_manifests/halcyon-support.yaml:9:1: WARN AA-01.lapses_soon The ISO/IEC 27001",
        "but access.remote_work.vdi is not given (cannot be determined)",
        "  blocks from 2027-01-01",
        "  does not block at tier low",
        "  does not block while the vendor is prospective",
        "       access:\n         remote_work:\n           vdi: true\n",
        "6 vendors, 5 controls: 1 blocked, 2 could not be judged, 2 with warnings, 1 pass; results: 14 pass,",
        "as of 2026-11-22; profile full; engine wasm (OPA 1.22.2)",
        "note: PC-01 and PC-02 were not judged",
    ],
)
def test_what_is_said(line):
    assert line in text(mixed(), width=160)


def test_the_threshold_is_said():
    assert "; fail on high;" in text(make_report(threshold=Severity.HIGH), width=160)


def test_a_clean_run_is_a_summary_only():
    lines = text(clean()).splitlines()
    assert len([line for line in lines if line]) == 5
    assert not any(HEAD.match(line) for line in lines)


def test_passing_controls_are_listed_on_demand_only():
    assert "DP-03 EN-02" not in text(mixed())
    assert "  pass: DP-03 EN-02 PC-03\n  not applicable: LA-03\n" in text(mixed(), verbose=True)


@pytest.mark.parametrize("width", [60, 80, 100, 160])
@pytest.mark.parametrize("report", [clean(), mixed()], ids=["clean", "mixed"])
def test_no_line_is_wider_than_asked(report, width):
    table = text(report, width=width).splitlines()
    too_wide = [line for line in table if len(line) > width and not HEAD.match(line)]
    # Below 80 columns the table keeps its columns and runs over.
    assert not too_wide or width < 80
    assert all(line == line.rstrip() or line.startswith("vendor") or "  " in line for line in table)


@pytest.mark.parametrize("width", [80, 160])
def test_colour_changes_nothing_else(width):
    plain = text(mixed(), width=width, source=SOURCE.get)
    coloured = text(mixed(), width=width, source=SOURCE.get, color=True)
    assert SGR.search(coloured)
    assert SGR.sub("", coloured) == plain
    assert "\x1b" not in plain


def test_what_blocks_and_what_does_not_differ_in_colour():
    coloured = text(mixed(), width=160, color=True)
    assert re.search(r"halcyon-support\.yaml:7:7:\S+ \x1b\[1;31mCRITICAL\x1b", coloured)
    assert re.search(r"verdant-analytics\.yaml:40:7:\S+ \x1b\[33mCRITICAL\x1b", coloured)


def test_many_passing_vendors_are_counted_not_listed():
    failing = make_assessment("bad", Result("DP-03", Status.FAIL, (make_finding(),)))
    many = [make_assessment(f"v{number:03}", *passing()) for number in range(200)]
    shown = text(make_report(failing, *many))
    assert "200 vendors not listed: nothing was found" in shown
    assert "v007" not in shown
    assert "v007" in text(make_report(failing, *many), verbose=True)


def frame(line: bytes, column: int, **options):
    finding = make_finding(location=Location("a.yaml", 1, column))
    report = make_report(make_assessment("a", Result("DP-03", Status.FAIL, (finding,))))
    lines = text(report, source={"a.yaml": line}.get, **options).splitlines()
    at = next((number for number, shown in enumerate(lines) if shown.startswith("  1 | ")), None)
    return None if at is None else (lines[at].removeprefix("  1 | "), lines[at + 1].removeprefix("    | "))


@pytest.mark.parametrize(
    ("line", "column", "shown", "caret"),
    [
        (b"kind: Vendor\n", 7, "kind: Vendor", "      ^"),
        (b"\xef\xbb\xbfkind: Vendor\r\n", 1, "kind: Vendor", "^"),
        (b"\tkind: Vendor", 2, r"\tkind: Vendor", "  ^"),
        (b"a: \x1b[2J", 4, r"a: \x1b[2J", "   ^"),
        (b"a: \xff\xfe", 4, "a: \ufffd\ufffd", "   ^"),
        (b"password: hunter2", 1, "password: ***", "^"),
        (b"a: 1", 40, "a: 1", "    ^"),
    ],
)
def test_a_frame_points_at_the_column(line, column, shown, caret):
    assert frame(line, column) == (shown, caret)


def test_a_frame_of_a_long_line_shows_the_part_that_matters():
    shown, caret = frame(b"x" * 500 + b"HERE" + b"y" * 500, 501)
    assert shown[len(caret) - 1 :].startswith("HERE")
    assert len(shown) <= 80


@pytest.mark.parametrize("content", [b"", b"   \n", None])
def test_without_a_line_there_is_no_frame(content):
    assert frame(content, 1) is None


@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("width", [60, 80, 160])
def test_hostile_text_stays_text(width, color):
    source = "\n".join(NAUGHTY).encode("utf-8", "replace")
    shown = text(hostile(), width=width, color=color, verbose=True, source=lambda _: source)
    assert not commands(shown)
    assert not hidden(SGR.sub("", shown))
    assert "A" * 81 not in re.sub(r"A+…?:3:5", "", shown)
    # Each finding still has its own block, and nothing pretends to be one.
    assert len(re.findall(r":3:5:\S* (?:WAIVED )?\S+ \S+\.\S+", SGR.sub("", shown))) == len(hostile().findings)


@pytest.mark.parametrize("length", range(30, 80))
def test_no_line_is_broken_within_a_word_so_that_its_rest_becomes_a_command(length):
    finding = make_finding(message="x" * length + "::error::owned", fix="y " + "x" * length + "::warning::owned")
    report = make_report(make_assessment("a", Result("DP-03", Status.FAIL, (finding,))), notes=(finding.message,))
    assert not commands(text(report, width=60))
