"""Events to data in one pass, with a problem for everything that is not as it should be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from yaml import YAMLError
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from checker.documents.events import Stop, check_properties, events, problem_at, refuse_reference, too_deep
from checker.documents.scalars import KNOWN_KEYS, WORDS, Scalars
from checker.documents.syntax import explained
from checker.documents.text import line_and_column
from checker.model import Problem

if TYPE_CHECKING:
    from checker.documents.events import Event, Limits

_EMPTY: Final = ("The file is empty, or has only comments.", "Fill it in, or delete it.")
_BLANK: Final = re.compile(r"(?:(?:\.\.\.)? *(?:#[^\n]*)?\n)* *")


def build(body: bytes, limits: Limits, *, careful: bool, pure: bool) -> tuple[Any, list[Problem]]:
    """Return the data, and the problems; the data is None or incomplete when one of them is fatal.

    With `careful`, single scalars are looked at closely; `pure` leaves libyaml out.
    """
    builder = _Builder(body, limits, careful=careful, pure=pure)
    data = None
    try:
        data = builder.document()
    except Stop as stop:
        builder.problems.append(stop.problem)
    except YAMLError as error:
        builder.problems.append(explained(error, body.decode()))
    return data, builder.problems


class _Builder:
    __slots__ = ("_body", "_careful", "_get", "_max_depth", "_scalars", "problems")

    def __init__(self, body: bytes, limits: Limits, *, careful: bool, pure: bool) -> None:
        self.problems: list[Problem] = []
        self._body = body
        self._careful = careful
        self._get = events(body, limits, pure=pure)
        self._max_depth = limits.max_depth
        self._scalars = Scalars(body.decode() if careful else "", self.problems, careful=careful)

    def document(self) -> Any:  # noqa: ANN401 - a mapping, unless a problem says otherwise
        get = self._get
        get()  # the stream's start; then comes the document's start, or the stream's end
        if get().__class__ is StreamEndEvent:
            self.problems.append(Problem("yaml.shape", *_EMPTY))
            return None
        root = get()
        data = self._scalars.value(root) if root.__class__ is ScalarEvent else self._collection(root, 1)
        if root.__class__ is not MappingStartEvent:
            self._not_a_mapping(root)
        self._end(get())
        return data

    # _mapping and _sequence are the hot loops: what cannot be anything but text never leaves them.
    # An unquoted number starts with a character that sorts below the colon; the rest is in WORDS.

    def _mapping(self, depth: int) -> dict[str, Any]:
        get, careful, words, known, scalars = self._get, self._careful, WORDS, KNOWN_KEYS, self._scalars
        data: dict[str, Any] = {}
        while True:
            event = get()
            if event.__class__ is ScalarEvent:
                key = known.get(event.value)
                if key is None or careful:
                    key = scalars.key(event)
                if key in data:
                    self._note(event, "yaml.duplicate_key", "", "Keep the right one and delete the other.")
            elif event.__class__ is MappingEndEvent:
                return data
            else:
                key = self._odd_key(event, depth)
            event = get()
            if event.__class__ is ScalarEvent:
                text = event.value
                data[key] = scalars.value(event) if text < ":" or careful or text in words else text
            else:
                data[key] = self._collection(event, depth + 1)

    def _sequence(self, depth: int) -> list[Any]:
        get, careful, words, scalars = self._get, self._careful, WORDS, self._scalars
        data: list[Any] = []
        while True:
            event = get()
            if event.__class__ is ScalarEvent:
                text = event.value
                data.append(scalars.value(event) if text < ":" or careful or text in words else text)
            elif event.__class__ is SequenceEndEvent:
                return data
            else:
                data.append(self._collection(event, depth + 1))

    def _collection(self, event: Event, depth: int) -> dict[str, Any] | list[Any] | None:
        """Build what starts with `event`, at `depth` counted from 1."""
        if event.__class__ is AliasEvent:
            refuse_reference(event, self.problems)
            return None
        if depth > self._max_depth:
            raise too_deep(event, self._max_depth)
        if self._careful:
            check_properties(event, self.problems)
        return self._mapping(depth) if event.__class__ is MappingStartEvent else self._sequence(depth)

    def _odd_key(self, event: Event, depth: int) -> str:
        """Read past a key that is no scalar."""
        if event.__class__ is not AliasEvent:
            message = "A list or a mapping stands where a name must stand."
            self._note(event, "yaml.key", message, "Use a word as the name; look for a stray `?`, `[` or `{`.")
        self._collection(event, depth + 1)
        return "?"

    def _not_a_mapping(self, root: Event) -> None:
        if root.__class__ is ScalarEvent and not (root.value or root.style):
            self._note(root, "yaml.shape", *_EMPTY)
            return
        kind = "a list" if root.__class__ is SequenceStartEvent else "a single text"
        message = f"The file holds {kind}, where lines of the form `name: value` must stand."
        self._note(root, "yaml.shape", message, "Start with the lines `apiVersion: ...` and `kind: ...`.")

    def _end(self, end: Event) -> None:
        """Make sure that nothing follows the document."""
        if self._at_stream_end():
            return
        text = self._body.decode()
        blank = _BLANK.match(text, end.end_mark.index)
        at = blank.end() if blank else 0
        if text.startswith("---", at):
            message, fix = "A second document starts here; a file holds one.", "Move it to a file of its own."
        else:
            message, fix = "The document has ended, but more text follows.", "Delete what is left over."
        self.problems.append(Problem("yaml.documents", message, fix, *line_and_column(text, at)))

    def _at_stream_end(self) -> bool:
        try:
            return self._get().__class__ is StreamEndEvent
        except (YAMLError, ValueError):  # text that cannot be read is text that follows
            return False

    def _note(self, event: Event, rule: str, message: str, fix: str) -> None:
        self.problems.append(problem_at(event.start_mark, rule, message, fix))
