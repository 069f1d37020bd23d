"""What the README shows is what its commands print, and the files it names exist."""

import re
import shlex

from tests.cli.program import ROOT, checker

README = (ROOT / "README.md").read_text()
SHOWN = re.findall(r"^```\n\$ checker (.*)\n((?:.*\n)*?)```$", README, re.MULTILINE)


def test_shown_output_is_true():
    assert SHOWN
    for command, output in SHOWN:
        assert checker(*shlex.split(command), cwd=ROOT).out == output


def test_named_files_exist():
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")):
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / link).exists(), (page.name, link)


def test_first_commands_are_the_two_that_set_up():
    first = re.search(r"^```\n((?:.*\n)*?)```$", README, re.MULTILINE)
    assert [line.split("#")[0].strip() for line in first[1].splitlines()] == ["make check", "make test"]
