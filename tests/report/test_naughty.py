"""A published list of 515 strings that break programs, through every format, and what a reader then has."""

import base64
import csv
import hashlib
import http.server
import io
import json
import re
import subprocess
import threading
import unicodedata
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from checker.model import Assessment, Change, Edit, Location, Result, Review, ReviewedManifest, Severity, Status
from checker.report import RENDERERS, render
from tests.real import need
from tests.report.builders import hostile_review, make_finding, make_report
from tests.report.reading import commands, hidden

STRINGS = json.loads((Path(__file__).parent / "naughty/blns.json").read_text())
HARMLESS = {"h2", "h3", "p", "strong", "em", "ol", "ul", "li", "br", "code", "pre", "details", "summary"} | {
    *("table", "thead", "tbody", "tr", "th", "td", "html", "head", "body", "meta", "style", "title")
}


def report():
    """Every string in every place that a manifest, a file name or a waiver reaches."""
    return make_report(*(_assessment(text) for text in STRINGS), notes=tuple(STRINGS))


def _assessment(text):
    finding = make_finding(
        message=text,
        fix=text,
        subject=text,
        vendor=text,
        pointer=text,
        location=Location(text or "x", 3, 5),
        severity=Severity.HIGH,
        change=Change.NEW,
    )
    return Assessment(text or "x", text, text, text, "active", (Result("DP-03", Status.FAIL, (finding,)),))


def review():
    judged = report()
    manifests = tuple(
        ReviewedManifest(one.path, one.vendor, Edit.ADDED, meaning=(one.vendor,)) for one in judged.assessments
    )
    return replace(judged, review=Review("a" * 40, "b" * 40, "c" * 40, "new", manifests, tuple(judged.findings)))


@pytest.fixture(scope="module", params=[report, review])
def texts(request):
    return {name: render(name, request.param()) for name in RENDERERS}


def test_the_list_is_whole():
    assert len(STRINGS) == 515


@pytest.mark.parametrize("name", RENDERERS)
def test_nothing_hidden_and_no_command_is_left(texts, name):
    shown = texts[name]
    left = {char for char in hidden(shown) if unicodedata.category(char) != "Zs"}  # spaces are seen as such
    assert left <= {"\u200b", "\r"}
    found = commands(shown)
    assert {command.name for command in found} <= ({"error", "warning", "notice"} if name == "github" else set())


def test_json_gives_every_string_back(texts):
    vendors = json.loads(texts["json"])["vendors"]
    assert [vendor["vendor"] for vendor in vendors] == STRINGS
    assert [vendor["results"][0]["findings"][0]["message"] for vendor in vendors] == STRINGS


def test_a_table_has_a_row_for_each_and_no_formula(texts):
    header, *rows = csv.reader(io.StringIO(texts["csv"]))
    assert {len(row) for row in rows} == {len(header)}
    assert len(rows) % len(STRINGS) == 0
    assert not [cell for row in rows for cell in row if cell.lstrip()[:1] in {"=", "+", "-", "@"}]


def test_xml_and_sarif_and_code_quality_can_be_read(texts):
    suites = ET.fromstring(texts["junit"].encode()).findall("testsuite")  # noqa: S314 - written here
    assert len(suites) == len(STRINGS)
    results = json.loads(texts["sarif"])["runs"][0]["results"]
    assert len(results) % len(STRINGS) == 0
    assert len(json.loads(texts["gitlab"])) == len({finding.fingerprint for finding in report().findings})


class _Elements(HTMLParser):
    def __init__(self):
        super().__init__()
        self.names, self.attributes, self.styles = set(), set(), 0

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.styles += tag == "style"
        self.attributes |= {(tag, name) for name, _ in attrs}


class _Words(HTMLParser):
    def __init__(self):
        super().__init__()
        self.text = []

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture
def internet():
    """The port of a server that stands for every other, and the requests that reach it."""
    seen = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], seen
        server.shutdown()


def _in_a_browser(page, port, place):
    file = place / "page.html"
    whole = page if page.startswith("<!doctype") else f"<!doctype html><meta charset=utf-8><title>quiet</title>{page}"
    file.write_text(whole)
    command = [
        *(need("chromium"), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={place}/profile"),
        *("--no-first-run", "--disable-background-networking", "--disable-component-update"),
        "--disable-features=NetworkTimeServiceQuerying,OptimizationHints,MediaRouter",
        f"--host-resolver-rules=MAP * 127.0.0.1:{port}",
        *("--virtual-time-budget=2000", "--dump-dom", file.as_uri()),
    ]
    done = subprocess.run(command, capture_output=True, check=True, timeout=120)
    return done.stdout.decode()


@pytest.mark.parametrize("made", [report, review, hostile_review])
def test_markdown_in_a_browser_loads_nothing_and_runs_nothing(made, internet, tmp_path):
    port, seen = internet
    page = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(render("markdown", made()))
    document = _in_a_browser(page, port, tmp_path)
    found = _Elements()
    found.feed(document)
    assert found.names <= HARMLESS
    assert {name for tag, name in found.attributes if tag not in {"meta", "html"}} <= {"style", "align", "start"}
    assert "<title>quiet</title>" in document
    assert seen == []


@pytest.mark.parametrize("made", [report, review, hostile_review])
def test_html_in_a_browser_loads_nothing_and_runs_nothing(made, internet, tmp_path):
    port, seen = internet
    document = _in_a_browser(render("html", made()), port, tmp_path)
    found = _Elements()
    found.feed(document)
    assert found.names <= HARMLESS | {"header", "main", "section", "article", "h1", "b", "span", "div"}
    assert {name for _, name in found.attributes} <= {
        "class",
        "lang",
        "scope",
        "charset",
        "name",
        "content",
        "http-equiv",
    }
    assert found.styles == 1
    assert seen == []


def test_html_says_every_string(texts):
    """What a reader sees is the string, or its visible escapes; nothing is swallowed as mark-up."""
    words = _Words()
    words.feed(texts["html"])
    shown = " ".join(words.text)
    for text in STRINGS:
        if text.isprintable() and not re.search(r"\S{81}|::|##\[", text):
            assert text in shown, text


def test_html_works_under_its_own_policy(texts):
    """No more is allowed than the one style, known by its digest."""
    page = texts["html"]
    (policy,) = re.findall('http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    (style,) = re.findall("<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert not re.search(r"url\(|@import", style)


def test_the_browser_would_have_told(internet, tmp_path):
    port, seen = internet
    live = "<img src=http://evil.example/x.png onerror=\"document.title='loud'\">"
    document = _in_a_browser(live, port, tmp_path)
    assert "<title>loud</title>" in document
    assert seen == ["/x.png"]


def test_no_word_of_markdown_reaches_anybody(texts):
    told = re.sub("<[^>]*>", "", MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(texts["markdown"]))
    assert not re.search(r"@\w|(?<!&)#\d|https?://|www\.", told)
