"""The events of libyaml's parser or of PyYAML's own, alike and bounded, with the checks that hold for every node.

PyYAML's loaders are not used: they expand aliases, keep the last of two equal keys, read `NO` as false, and
end the process on deep nesting.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from yaml.events import AliasEvent, MappingStartEvent, ScalarEvent, SequenceStartEvent
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner, ScannerError
from yaml.tokens import ScalarToken

from checker.documents.text import show
from checker.errors import UsageError
from checker.model import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

CParser: Any
try:
    from yaml._yaml import CParser
except ImportError:  # PyYAML was built without libyaml
    CParser = None

Event: TypeAlias = Any  # PyYAML's type stubs know nothing of an event's attributes
Mark: TypeAlias = Any
Get: TypeAlias = "Callable[[], Event]"

_BAD_ESCAPE: Final = "found invalid Unicode character escape code"
_BLANKS: Final = "\0 \n"
_NODES: Final[frozenset[object]] = frozenset({ScalarEvent, MappingStartEvent, SequenceStartEvent, AliasEvent})
_STR_TAG: Final = "tag:yaml.org,2002:str"
_SIMPLE_TAG: Final = re.compile(r"!!?[A-Za-z0-9_./:-]*").fullmatch


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest document that is read; each limit can be lowered and never raised."""

    max_bytes: int = 1024 * 1024
    max_depth: int = 64
    max_nodes: int = 50_000

    def __post_init__(self) -> None:
        for limit in fields(self):
            value = getattr(self, limit.name)
            if not 1 <= value <= limit.default:
                message = f"The limit `{limit.name}` is {value}; it must lie between 1 and {limit.default}."
                raise UsageError(message, hint="Limits can only be lowered from their defaults.")


DEFAULT_LIMITS: Final = Limits()


class Stop(Exception):  # noqa: N818 - ends a reading, and is no fault of ours
    """The rest of the document is not worth reading."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def using_c_parser() -> bool:
    """Tell whether libyaml is there; without it everything is read alike, some fifteen times slower."""
    return CParser is not None


def events(body: bytes, limits: Limits, *, pure: bool = False) -> Get:
    """Return the function that gives the next event; it stops at the limit of nodes."""
    pure = pure or CParser is None
    get: Get = _PureParser(body.decode()).get_event if pure else CParser(body).get_event
    # Two bytes hold three nodes at most (`?,` in a list), so a short text needs no counting.
    return get if 2 * len(body) + 2 <= limits.max_nodes else _counted(get, limits.max_nodes)


def _counted(get: Get, most: int) -> Get:
    left = most

    def counted() -> Event:
        nonlocal left
        event: Event = get()
        if event.__class__ in _NODES:
            left -= 1
            if left < 0:
                message = f"The file holds more than {most:,} values."
                raise Stop(problem_at(event.start_mark, "yaml.nodes", message, "Split the file."))
        return event

    return counted


def problem_at(mark: Mark, rule: str, message: str, fix: str, *, fatal: bool = True) -> Problem:
    """Return a problem at the place of a parser's mark."""
    return Problem(rule, message, fix, mark.line + 1, mark.column + 1, fatal=fatal)


def too_deep(event: Event, most: int) -> Stop:
    """Return the stop for a list or mapping that is nested deeper than `most`."""
    message = f"Lists and mappings are nested more than {most} deep here."
    return Stop(problem_at(event.start_mark, "yaml.depth", message, "Flatten the structure."))


def check_properties(event: Event, problems: list[Problem]) -> None:
    """Refuse anchors, and tags other than `!!str` on a scalar."""
    if event.anchor:
        refuse_reference(event, problems)
    if event.tag and not (event.tag == _STR_TAG and event.__class__ is ScalarEvent):
        name = event.tag.replace("tag:yaml.org,2002:", "!!")
        message = f"The type mark {show(name)} is not accepted."
        fix = "Delete it; write a text that starts with `!` in quotes."
        problem = problem_at(event.start_mark, "yaml.tag", message, fix)
        if not _SIMPLE_TAG(name):  # the two parsers cut such marks off in different places
            raise Stop(problem)
        problems.append(problem)


def refuse_reference(event: Event, problems: list[Problem]) -> None:
    """Refuse an alias, or the anchor of any other node."""
    sign = "*" if event.__class__ is AliasEvent else "&"
    message = f"{show(sign + event.anchor)} is a reference for copying; such references are not accepted."
    fix = f"Write the part out each time; write a text that starts with `{sign}` in quotes."
    problems.append(problem_at(event.start_mark, "yaml.alias", message, fix))


class _PureParser(Reader, Scanner, Parser):
    """PyYAML's own parser, held to what libyaml accepts."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)

    def scan_flow_scalar(self, style: str) -> ScalarToken:
        """Refuse the escapes that stand for no character."""
        start = self.get_mark()
        refused = ScannerError("while parsing a quoted scalar", start, _BAD_ESCAPE, start)
        try:
            token: ScalarToken = super().scan_flow_scalar(style)
        except (ValueError, OverflowError):
            raise refused from None
        if any("\ud800" <= character <= "\udfff" for character in token.value):
            raise refused
        return token

    def scan_plain(self) -> ScalarToken:
        """Let unquoted text in brackets contain question marks."""
        chunks: list[str] = []
        spaces: list[str] = []
        start = end = self.get_mark()
        while self.peek() != "#" and (length := self._plain_length(start)):
            self.allow_simple_key = False
            chunks += [*spaces, self.prefix(length)]
            self.forward(length)
            end = self.get_mark()
            spaces = self.scan_plain_spaces(self.indent + 1, start) or []
            if not spaces or not (self.flow_level or self.column > self.indent):
                break
        return ScalarToken("".join(chunks), True, start, end)  # noqa: FBT003 - no names in its signature

    def _plain_length(self, start: Mark) -> int:
        length = 0
        while (character := self.peek(length)) not in _BLANKS:
            if self.flow_level and character in ",[]{}":
                break
            if character == ":":
                after = self.peek(length + 1)
                if after in _BLANKS:
                    break
                if self.flow_level and after in ",?[]{}":
                    self.forward(length)
                    raise ScannerError("in a plain scalar", start, "found unexpected ':'", self.get_mark())
            length += 1
        return length

    def scan_tag(self) -> Event:
        """Keep brackets and commas out of tags."""
        start, first = self.get_mark(), self.pointer
        tag = super().scan_tag()
        raw = self.buffer[first : self.pointer]
        if not (raw.startswith("!<") or set(",[]").isdisjoint(raw)):
            raise ScannerError("while scanning a tag", start, "did not find expected white space", start)
        return tag

    def fetch_stream_end(self) -> None:
        """End the last line, with or without a line break, and complain of names that wait for a colon."""
        if self.column:
            self.line, self.column = self.line + 1, 0
        self.stale_possible_simple_keys()
        super().fetch_stream_end()
