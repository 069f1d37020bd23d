"""Whole outputs, kept as files: `UPDATE_GOLDEN=1 pytest tests/report` writes them anew."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from checker.report import RENDERERS, render
from tests.report.builders import REPORTS, SOURCE

GOLDEN = Path(__file__).parent / "golden"
SUFFIX = {
    "text": "txt",
    "json": "json",
    "sarif": "sarif",
    "junit": "xml",
    "markdown": "md",
    "github": "txt",
    "gitlab": "json",
}
LOOKS = {
    "mixed-160": {"width": 160},
    "mixed-color": {"width": 100, "color": True},
    "mixed-source": {"width": 100, "source": SOURCE.get},
    "mixed-verbose": {"width": 100, "verbose": True},
}


def same(text: str, path: Path) -> None:
    if os.environ.get("UPDATE_GOLDEN") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    assert text.encode() == path.read_bytes(), f"{path} differs; if that is meant, run with UPDATE_GOLDEN=1"


@pytest.mark.parametrize("name", RENDERERS)
@pytest.mark.parametrize("report", [name for name in REPORTS if "hostile" not in name])
def test_output_is_as_kept(name, report):
    same(RENDERERS[name](REPORTS[report]()), GOLDEN / name / f"{report}.{SUFFIX.get(name, name)}")


@pytest.mark.parametrize("look", LOOKS)
def test_text_options_are_as_kept(look):
    same(render("text", REPORTS["mixed"](), **LOOKS[look]), GOLDEN / "text" / f"{look}.txt")


@pytest.mark.parametrize("name", RENDERERS)
@pytest.mark.parametrize("report", REPORTS)
def test_equal_reports_give_equal_bytes(name, report):
    first, second = RENDERERS[name](REPORTS[report]()), RENDERERS[name](REPORTS[report]())
    assert first == second
    assert first.endswith("\n")
    assert first.encode("utf-8")


@pytest.mark.parametrize("name", RENDERERS)
def test_a_run_without_vendors_is_no_success_story(name):
    empty = replace(REPORTS["clean"](), assessments=())
    text = RENDERERS[name](empty)
    assert "All 0 vendors" not in text
    assert "0 pass" not in text


def test_an_unknown_format_is_refused():
    with pytest.raises(KeyError, match="pdf"):
        render("pdf", REPORTS["clean"]())


def test_slow_libraries_stay_off_the_path():
    program = (
        "import sys, checker.report as r; from tests.report.builders import mixed; report = mixed();"
        "[r.render(n, report) for n in r.RENDERERS if n not in {'markdown', 'html'}];"
        "assert 'jinja2' not in sys.modules;"
        "r.render('markdown', report); assert 'jinja2' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[2])
