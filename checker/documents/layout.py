"""Where every node of a text begins and ends, as offsets into it: what is needed to change one and leave the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from yaml import YAMLError
from yaml.events import AliasEvent, MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent, StreamEndEvent

from checker.documents.events import Limits, Stop, events

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.documents.events import Event
    from checker.model import Keys

SCALAR: Final = "scalar"
MAPPING: Final = "mapping"
LIST: Final = "list"
_BLOCK_SIGNS: Final = ("|", ">")


@dataclass(frozen=True, slots=True)
class Node:
    """One value: its offsets, those of its key (or of itself in a list), and how it is written."""

    kind: str
    start: int
    end: int
    key: int
    flow: bool = False
    """Whether it is a collection in brackets, or stands in one."""
    style: str = ""
    """The quote of a scalar, or `|` or `>`; empty when it is plain."""
    members: tuple[str | int, ...] = ()

    @property
    def block_text(self) -> bool:
        """Tell whether it is a text of several lines behind `|` or `>`."""
        return self.style in _BLOCK_SIGNS


class Layout:
    """The nodes of one text by their keys; YAMLError or Stop when it cannot be read, or repeats a key."""

    def __init__(self, text: str, limits: Limits) -> None:
        self.text = text
        self.nodes: dict[Keys, Node] = {}
        self.scalars: list[tuple[int, int]] = []
        """Every scalar, keys too, in the order of the text."""
        self._get = events(text.encode(), limits)
        self._get()
        if self._get().__class__ is not StreamEndEvent:
            event = self._get()
            self._node(event, (), event.start_mark.index, flow=False)

    def inside(self, at: int) -> bool:
        """Tell whether the offset lies in a scalar."""
        from bisect import bisect_right

        found = bisect_right(self.scalars, (at, len(self.text)))
        return found > 0 and self.scalars[found - 1][1] > at

    def line_start(self, at: int) -> int:
        """Return where the line begins that holds the offset."""
        return self.text.rfind("\n", 0, at) + 1

    def line_end(self, at: int) -> int:
        """Return where the line ends that holds the offset, its line break left out."""
        found = self.text.find("\n", at)
        return len(self.text) if found < 0 else found

    def column(self, at: int) -> int:
        """Return how far the offset stands from the beginning of its line."""
        return at - self.line_start(at)

    def _node(self, event: Event, keys: Keys, key: int, *, flow: bool) -> int:
        """Take down a node with all below it, and return where it ends."""
        start, end = event.start_mark.index, event.end_mark.index
        if event.__class__ is ScalarEvent:
            node = self._scalar(event, key, flow=flow)
        elif event.__class__ is AliasEvent:
            node = Node(SCALAR, start, end, key, flow, "*")
        else:
            kind = MAPPING if event.__class__ is MappingStartEvent else LIST
            flow = flow or bool(event.flow_style)
            members, last = self._mapping(keys, flow) if kind == MAPPING else self._list(keys, flow)
            node = Node(kind, start, last or end, key, flow, "", tuple(members))
        self.nodes[keys] = node
        return node.end

    def _scalar(self, event: Event, key: int, *, flow: bool) -> Node:
        start, end, style = event.start_mark.index, event.end_mark.index, event.style or ""
        if style in _BLOCK_SIGNS:
            end = start + len(self.text[start:end].rstrip())
        self.scalars.append((start, event.end_mark.index))
        return Node(SCALAR, start, end, key, flow, style)

    def _mapping(self, keys: Keys, flow: bool) -> tuple[list[str | int], int]:  # noqa: FBT001 - a fact of the place
        members: list[str | int] = []
        last = 0
        while (event := self._get()).__class__ is not MappingEndEvent:
            start, end = _span(event)
            if event.__class__ is not ScalarEvent or event.value in members:
                raise YAMLError("a key is no plain name, or stands twice")
            self.scalars.append((start, end))
            members.append(event.value)
            last = max(end, self._node(self._get(), (*keys, event.value), start, flow=flow))
        return members, _span(event)[1] if flow else last

    def _list(self, keys: Keys, flow: bool) -> tuple[list[str | int], int]:  # noqa: FBT001 - a fact of the place
        members: list[str | int] = []
        last = 0
        while (event := self._get()).__class__ is not SequenceEndEvent:
            last = self._node(event, (*keys, len(members)), event.start_mark.index, flow=flow)
            members.append(len(members))
        return members, _span(event)[1] if flow else last


def _span(event: Event) -> tuple[int, int]:
    return event.start_mark.index, event.end_mark.index


def meaning(text: str, limits: Limits) -> tuple[Any, ...] | None:
    """Return everything that a text says, blanks and comments left out; None when it cannot be read at all."""
    try:
        return tuple(_said(text, limits))
    except (YAMLError, Stop, ValueError):
        return None


def _said(text: str, limits: Limits) -> Iterator[tuple[Any, ...]]:
    get = events(text.encode(), limits)
    while (event := get()).__class__ is not StreamEndEvent:
        yield (
            event.__class__,
            getattr(event, "value", None),
            getattr(event, "style", None),
            getattr(event, "tag", None),
            getattr(event, "anchor", None),
        )
