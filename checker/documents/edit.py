"""Values put into a text, everything else to the letter as its authors wrote it."""

from __future__ import annotations

import copy
import textwrap
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from yaml import YAMLError

from checker.documents.build import build
from checker.documents.emit import dump
from checker.documents.events import DEFAULT_LIMITS, Stop
from checker.documents.layout import LIST, MAPPING, SCALAR, Layout
from checker.documents.text import without_mark
from checker.errors import UsageError
from checker.model import value_at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checker.documents.layout import Node
    from checker.model import JsonObject, Keys

_STEP: Final = 2


def edited(path: str, content: bytes, data: JsonObject, changes: Iterable[tuple[Keys, Any]]) -> str:
    """Return the text of a document after the changes; `data` is what it holds now.

    A value that is there is replaced, another one is added to its block or list, which is made if need be. What a
    changed list of plain values keeps stays in its order. UsageError when the text is written in a form that cannot be
    edited so; then nothing is lost.
    """
    text = without_mark(content).decode()
    if content.count(b"\n") != text.count("\n") or 0 < content.count(b"\r\n") < content.count(b"\n"):
        raise UsageError(f"{path} mixes two kinds of line ends", f"run `checker vendor fix {path}` first")
    text = text if text.endswith("\n") else text + "\n"
    wanted = copy.deepcopy(data)
    for keys, value in changes:
        made = _in_order(value_at(wanted, keys), value)
        try:
            _set(wanted, keys, made)
            text = _Desk(text).put(keys, made)
        except (YAMLError, Stop, LookupError, TypeError) as error:  # such as a value below another one
            raise _refusal(path, keys) from error
        again, problems = build(text.encode(), DEFAULT_LIMITS, careful=True, pure=False)
        if again != wanted or any(problem.fatal for problem in problems):
            raise _refusal(path, keys)
    mark = "\ufeff" if content.startswith(b"\xef\xbb\xbf") else ""
    return mark + (text.replace("\n", "\r\n") if b"\r\n" in content else text)


def _refusal(path: str, keys: Keys) -> UsageError:
    message = f"{path}: `{'.'.join(map(str, keys))}` cannot be changed without touching what is around it"
    return UsageError(message, "write it by hand, or its block with one field on each line")


class _Desk:
    """One text, and how a value is put into it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._layout = Layout(text, DEFAULT_LIMITS)

    def put(self, keys: Keys, value: Any) -> str:  # noqa: ANN401 - any JSON
        """Return the text with the value."""
        nodes = self._layout.nodes
        if keys in nodes:
            return self._replaced(keys, nodes[keys], value)
        known = next(keys[:end] for end in range(len(keys) - 1, -1, -1) if keys[:end] in nodes)
        first, *rest = keys[len(known) :]
        for key in reversed(rest):
            value = {key: value} if isinstance(key, str) else [value]
        node = nodes[known]
        if node.kind == MAPPING and isinstance(first, str):
            return self._with_member(known, node, first, value)
        if node.kind == LIST and first == len(node.members):
            return self._with_item(known, node, value)
        raise LookupError(keys)

    def _replaced(self, keys: Keys, node: Node, value: Any) -> str:  # noqa: ANN401 - any JSON
        if node.kind == SCALAR and not isinstance(value, dict | list):
            return self._spliced(node.start, node.end, _flow(value))
        if node.kind != LIST or not isinstance(value, list):
            raise LookupError(keys)
        if node.flow:
            if "#" in self._text[node.start : node.end] and "\n" in self._text[node.start : node.end]:
                raise LookupError(keys)  # a comment would go
            return self._spliced(node.start, node.end, _flow(value))
        return self._with_items(keys, node, value)

    def _with_items(self, keys: Keys, node: Node, value: list[Any]) -> str:
        """Change a list of plain values, one on each line: lines go, and lines come after the last."""
        old = [self._layout.nodes[*keys, place] for place in node.members]
        held = [self._read(one) for one in old]
        kept = [place for place, one in enumerate(held) if one in value]
        text = self._text
        if value:
            new = value[len(kept) :]
            text = self._below(node, dump(new), self._dash(old[0])) if new else text
        else:
            colon = text.index(":", node.key) + 1
            text = f"{text[:colon]} []{text[colon:]}"
        shift = len(text) - len(self._text) if not value else 0
        for place in reversed(range(len(old))):
            if place not in kept:
                start = self._layout.line_start(old[place].start) + shift
                end = self._layout.line_end(old[place].end) + 1 + shift
                text = text[:start] + text[end:]
        return text

    def _read(self, node: Node) -> Any:  # noqa: ANN401 - any JSON
        """Return the value of one plain node."""
        alone = f"a: {self._text[node.start : node.end]}\n".encode()
        data, _ = build(alone, DEFAULT_LIMITS, careful=True, pure=False)
        return data["a"]

    def _with_member(self, keys: Keys, node: Node, name: str, value: Any) -> str:  # noqa: ANN401 - any JSON
        if node.flow:
            last = self._layout.nodes[*keys, node.members[-1]] if node.members else None
            pair = _flow({name: value})[1:-1]
            if last:
                return self._spliced(last.end, last.end, f", {pair}")
            return self._spliced(node.start, node.end, f"{{{pair}}}")
        text = dump({name: value})
        if not keys:
            return self._text + text
        return self._below(node, text, self._layout.column(self._layout.nodes[*keys, node.members[0]].key))

    def _with_item(self, keys: Keys, node: Node, value: Any) -> str:  # noqa: ANN401 - any JSON
        if not node.flow:
            return self._below(node, dump([value]), self._dash(self._layout.nodes[*keys, 0]))
        if node.members:
            last = self._layout.nodes[*keys, node.members[-1]]
            return self._spliced(last.end, last.end, f", {_flow(value)}")
        line = self._layout.line_end(node.end)
        above = self._layout.nodes[keys[:-1]]
        if above.flow or self._text[node.end : line].strip() or not isinstance(value, dict):
            return self._spliced(node.start, node.end, f"[{_flow(value)}]")
        column = self._layout.column(node.key) + _STEP
        start = len(self._text[: node.start].rstrip(" "))
        return self._spliced(start, node.end, "\n" + textwrap.indent(dump([value]).rstrip("\n"), " " * column))

    def _dash(self, item: Node) -> int:
        """Return the column of the dash in front of a list item."""
        return self._layout.column(self._text.rindex("-", 0, item.start))

    def _below(self, node: Node, text: str, column: int) -> str:
        """Add lines below a node, further in by `column`."""
        at = self._layout.line_end(node.end)
        return self._spliced(at, at, "\n" + textwrap.indent(text.rstrip("\n"), " " * column))

    def _spliced(self, start: int, end: int, text: str) -> str:
        return self._text[:start] + text + self._text[end:]


def _flow(value: Any) -> str:  # noqa: ANN401 - any JSON
    """Write a value on one line, as it may stand anywhere."""
    return dump([value], flow=True).strip()[1:-1]


def _in_order(old: Any, new: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a list of plain values with what stays in its old order, and what is new behind it."""
    if (
        not isinstance(old, list)
        or not isinstance(new, list)
        or any(isinstance(one, dict | list) for one in (*old, *new))
    ):
        return new
    return [*(one for one in old if one in new), *(one for one in new if one not in old)]


def _set(node: Any, keys: Keys, value: Any) -> None:  # noqa: ANN401 - any JSON
    for key, below in pairwise(keys):
        empty: Any = [] if isinstance(below, int) else {}
        if isinstance(node, list):
            if key == len(node):
                node.append(empty)
            node = node[int(key)]
        else:
            node = node.setdefault(key, empty)
    last: Any = keys[-1]
    if isinstance(node, list) and last == len(node):
        node.append(copy.deepcopy(value))
    else:
        node[last] = copy.deepcopy(value)
