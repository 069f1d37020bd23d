"""What the parsers stumble over, in plain words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from checker.documents.events import Mark, problem_at
from checker.documents.text import line_and_column
from checker.model import Problem

if TYPE_CHECKING:
    from yaml import YAMLError

AFTER_BLOCK_SIGN: Final = (
    "After `|` or `>` only the end of the line, or a space and a comment, may follow.",
    "Start the text on the next line, indented.",
)
_QUOTE_IT: Final = "Put the whole value in quotes."
_UNKNOWN: Final = ("The text cannot be read as YAML from here on.", "Compare the line with those around it.")
# What the two parsers say, and what that means. The first table's problems are told at the place where the
# quoted text, reference or line starts, the second one's where the parser stopped.
_AT_START: Final = (
    (
        "maximum nesting depth",  # a bound of libyaml's own, which it meets while it looks ahead
        "yaml.depth",
        "Lists and mappings are nested far too deep here.",
        "Flatten the structure.",
    ),
    (
        "invalid Unicode character escape",
        "yaml.surrogate",
        "This quoted text has a `\\u` or `\\U` escape that is half of a character, or none.",
        "Write the character itself, or its full code, such as `\\U0001F600`.",
    ),
    (
        "scanning an? (?:alias|anchor)",
        "yaml.alias",
        "A value that starts with `*` or `&` is a reference for copying; such references are not accepted.",
        _QUOTE_IT,
    ),
    (
        "(?:scanning|parsing) a tag|tag handle",
        "yaml.tag",
        "A value that starts with `!` is a type mark; such marks are not accepted.",
        _QUOTE_IT,
    ),
    (
        "unexpected end of stream|unexpected document",
        "yaml.syntax",
        "A quoted text starts here and is never closed.",
        "Add the closing quote.",
    ),
    (
        "unknown escape|hexa?decimal",
        "yaml.syntax",
        "In this quoted text, a backslash starts no known escape such as `\\n`.",
        "Double the backslash, or use single quotes.",
    ),
    (
        "could not find expected ':'",
        "yaml.syntax",
        "This line has no colon after its name.",
        "Write `name: value`; indent a text that goes on from the line above.",
    ),
)
_AT_STOP: Final = (
    (
        "mapping values are not allowed",
        "No colon is expected here: a text with `: ` in it lacks quotes, or the line is indented too far.",
        "Put the text in quotes, or line the name up with those above.",
    ),
    (
        "expected ',' or '\\]'",
        "The list that `[` opens in line {} is not continued or closed as it should be.",
        "Look for a missing comma, quote or `]` here or just above.",
    ),
    (
        "expected ',' or '}'",
        "The mapping that `{{` opens in line {} is not continued or closed as it should be.",
        "Look for a missing comma, quote or `}` here or just above.",
    ),
    (
        "sequence entries are not allowed",
        "No list item (`- `) is expected here.",
        "Start each item on a line of its own, below the name of the list.",
    ),
    ("cannot start any token", "An unquoted value cannot start with this character.", _QUOTE_IT),
    (
        "block (?:mapping|collection)",
        "This does not fit what starts in line {}: it is not lined up, or follows a closing quote.",
        "Line it up with the lines above, or put the whole value in quotes.",
    ),
    (
        "node content",
        "A name or a value is expected here.",
        "Write it; put it in quotes if it starts with a special character.",
    ),
    ("block scalar", *AFTER_BLOCK_SIGN),
    (
        "unexpected ':'",
        "The colon touches what follows it.",
        "Put a space after the colon, or the whole value in quotes.",
    ),
)


def explained(error: YAMLError, text: str) -> Problem:
    """Say in plain words what the parser stumbled over."""
    stop: Mark = getattr(error, "problem_mark", None)
    if not stop:
        return Problem("yaml.syntax", *_UNKNOWN)
    start: Mark = getattr(error, "context_mark", None) or stop
    told = f"{getattr(error, 'context', '')} {getattr(error, 'problem', '')}"
    for pattern, rule, message, fix in _AT_START:
        if re.search(pattern, told):
            return problem_at(start, rule, message, fix)
    at = line_and_column(text, min(stop.index, len(text)))
    for pattern, message, fix in _AT_STOP:
        if re.search(pattern, told):
            return Problem("yaml.syntax", message.format(start.line + 1), fix, *at)
    return Problem("yaml.syntax", *_UNKNOWN, *at)
