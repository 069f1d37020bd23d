"""The help of every command and action: it fits a screen, has an example, and every example can be parsed."""

import argparse
import re
import shlex

import pytest

from checker import cli

LINES, COLUMNS = 40, 80
# What judges has some twenty or thirty options, each with a line of its own.
MANY = {
    "checker": 50,
    "checker check": 58,
    "checker forecast": 45,
    "checker impact": 50,
    "checker reevaluate": 54,
    "checker report coverage": 50,
    "checker review": 50,
}


def walk(parser):
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from walk(below)


WHOLE = cli.whole()
PARSERS = {parser.prog: parser for parser in walk(WHOLE)}


@pytest.fixture(autouse=True)
def narrow(monkeypatch):
    monkeypatch.setenv("COLUMNS", str(COLUMNS))


def examples(parser):
    """Return the commands among the examples, as the shell would split them."""
    lines = (parser.epilog or "").splitlines()
    shown = [re.split(r" {2,}|   #", line.strip())[0] for line in lines if re.match(r"\s+checker ", line)]
    return [re.split(r" [|>] ", command)[0] for command in shown]


@pytest.mark.parametrize("name", PARSERS)
def test_it_fits_a_screen(name):
    lines = PARSERS[name].format_help().splitlines()
    assert len(lines) <= MANY.get(name, LINES)
    assert [line for line in lines if len(line) > COLUMNS] == []


@pytest.mark.parametrize("name", PARSERS)
def test_it_says_what_it_does_and_shows_how(name):
    parser = PARSERS[name]
    assert re.match(r"[A-Z].*[.:]$", parser.description, re.DOTALL)
    assert examples(parser), "no example"
    for action in parser._actions:
        assert action.help or isinstance(action, argparse._SubParsersAction), (name, action.dest)


@pytest.mark.parametrize("name", PARSERS)
def test_its_examples_can_be_parsed(name):
    for command in examples(PARSERS[name]):
        words = shlex.split(re.sub(r"\b(COMMAND|ACTION)\b", "check", command))
        assert words[0] == "checker"
        if "--help" not in words:
            WHOLE.parse_args(words[1:])


def test_a_wide_terminal_is_used(monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    text = PARSERS["checker check"].format_help()
    assert any(len(line) > COLUMNS for line in text.splitlines())
    assert "\\\n" not in text
