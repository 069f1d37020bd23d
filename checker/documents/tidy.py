"""Repairs of how a text is written that leave what it says: each is proved on the result, or not made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from yaml import YAMLError

from checker.documents.build import build
from checker.documents.events import Stop
from checker.documents.layout import Layout, meaning
from checker.documents.text import prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from checker.documents.events import Limits
    from checker.model import Keys

_MARK: Final = "\ufeff"
_TAB_WIDTHS: Final = (2, 4, 8)
_INDENT: Final = re.compile(r"^[ \t]*\t[ \t]*", re.MULTILINE)
_TRAILING: Final = re.compile(r"[ \t]+$", re.MULTILINE)
_COMMENT: Final = re.compile(r"\s*#")


@dataclass(frozen=True, slots=True)
class Tidied:
    """A text after its repairs, and what they were, in words."""

    text: str
    repairs: tuple[str, ...] = ()


def tidied(content: bytes, limits: Limits) -> Tidied:
    """Return the text with every repair made that changes nothing of what it says.

    Content that is too large or no UTF-8 is for `load` to complain of: the ValueError of decoding comes through.
    """
    if len(content) > limits.max_bytes:
        return Tidied(content.decode())
    text, made = content.decode(), dict[str, None]()
    again = True
    while again:  # one repair may open the way for another
        again = False
        for words, repair in _REPAIRS:
            better = repair(text, limits)
            if better != text:
                made[words] = None
                text, again = better, True
    text, quoted = _quoted(text, limits)
    return Tidied(text, (*made, *quoted))


def _without_mark(text: str, limits: Limits) -> str:
    del limits
    return text.removeprefix(_MARK)


def _unix(text: str, limits: Limits) -> str:
    return _if_same(text, text.replace("\r\n", "\n").replace("\r", "\n"), limits)


def _without_tabs(text: str, limits: Limits) -> str:
    if "\t" not in text:
        return text
    if meaning(text, limits) is not None:
        return _blanks_for_tabs(text, limits)
    # Tabs that indent cannot be read at all. Where the width of a tab makes no difference, there is no doubt.
    several = [_blanks_for_tabs(_INDENT.sub(_widened(width), text), limits) for width in _TAB_WIDTHS]
    said = {meaning(one, limits) for one in several}
    return several[0] if len(said) == 1 and None not in said else text


def _widened(width: int) -> Callable[[re.Match[str]], str]:
    return lambda match: match[0].replace("\t", " " * width)


def _blanks_for_tabs(text: str, limits: Limits) -> str:
    """Replace the tabs between values and in comments; one in a value is part of it."""
    layout = _layout(text, limits)
    if layout is None:
        return text
    return _if_same(
        text, "".join(" " if one == "\t" and not layout.inside(at) else one for at, one in enumerate(text)), limits
    )


def _without_trailing(text: str, limits: Limits) -> str:
    layout = _layout(text, limits)
    if layout is None:
        return text
    better = _TRAILING.sub(lambda match: match[0] if layout.inside(match.start()) else "", text)
    return _if_same(text, better, limits)


def _one_end(text: str, limits: Limits) -> str:
    return _if_same(text, text.rstrip("\n") + "\n", limits) if text.strip() else text


_REPAIRS: Final[tuple[tuple[str, Callable[[str, Limits], str]], ...]] = (
    ("byte order mark taken away", _without_mark),
    ("line ends made those of Unix", _unix),
    ("tabs made spaces", _without_tabs),
    ("blanks at the ends of lines taken away", _without_trailing),
    ("one line break at the end", _one_end),
)


def _quoted(text: str, limits: Limits) -> tuple[str, list[str]]:
    """Put in quotes what stands for text here and for something else in readers of YAML 1.1."""
    prepared = prepare(text.encode(), limits.max_bytes)
    layout = _layout(text, limits)
    if prepared.body is None or prepared.problems or layout is None:
        return text, []
    data, problems = build(prepared.body, limits, careful=prepared.careful, pure=False)
    if any(problem.fatal for problem in problems):
        return text, []
    lines = [0, *(match.end() for match in re.finditer("\n", text))]
    starts = {lines[one.line - 1] + one.column - 1 for one in problems if one.rule == "yaml.ambiguous"}
    spans = [span for span in layout.scalars if span[0] in starts]
    # A number with leading zeros may be a text or not, which only its author knows; quotes would make it one.
    spans = [(start, end) for start, end in spans if not re.fullmatch(r"[-+]?0[0-9]+", text[start:end])]
    better = in_quotes(text, spans)
    again, _ = build(better.encode(), limits, careful=prepared.careful, pure=False)
    if not spans or again != data:
        return text, []
    return better, [
        f"{text[start:end]} in line {text.count(chr(10), 0, start) + 1} put in quotes" for start, end in spans
    ]


def in_quotes(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Put pieces of a text, which hold neither quotes nor backslashes, into double quotes."""
    for start, end in sorted(spans, reverse=True):
        text = f'{text[:start]}"{text[start:end]}"{text[end:]}'
    return text


def plain_values(text: str, limits: Limits) -> Mapping[Keys, tuple[int, int]]:
    """Return where each plain scalar value stands; nothing when the text cannot be read."""
    layout = _layout(text, limits)
    nodes = layout.nodes.items() if layout else ()
    return {keys: (node.start, node.end) for keys, node in nodes if node.kind == "scalar" and not node.style}


def ordered(text: str, names: Sequence[str], limits: Limits) -> str | None:
    """Return the text with its top-level blocks in the order of `names`; None when a comment may belong to two blocks.

    Comments above a block move with it; those above the first block stay on top.
    """
    layout = _layout(text, limits)
    root = layout.nodes.get(()) if layout else None
    if not layout or not root or root.flow or not root.members or set(root.members) - set(names):
        return None
    lines = text.splitlines(keepends=True)
    keys = [text.count("\n", 0, layout.nodes[name,].key) for name in root.members]
    ends = [text.count("\n", 0, max(layout.nodes[name,].end - 1, layout.nodes[name,].key)) for name in root.members]
    starts = [keys[0]]
    for end, key in zip(ends, keys[1:], strict=False):
        start = _start(lines, end + 1, key)
        if start is None:
            return None
        starts.append(start)
    blocks = [lines[start:end] for start, end in zip(starts, [*starts[1:], ends[-1] + 1], strict=True)]
    place = {name: index for index, name in enumerate(names)}
    moved = [block for _, block in sorted(zip(root.members, blocks, strict=True), key=lambda one: place[str(one[0])])]
    if moved == blocks:
        return text
    made = "".join([*lines[: starts[0]], *(line for block in moved for line in block), *lines[ends[-1] + 1 :]])
    same = _read(text, limits) == _read(made, limits) is not None and text.endswith("\n")
    return made if same else None


def _start(lines: Sequence[str], first: int, key: int) -> int | None:
    """Return from which line on the text between two blocks belongs to the second; None when that is not plain."""
    between = lines[first:key]
    comments = [number for number, line in enumerate(between) if _COMMENT.match(line)]
    if not comments:
        return key
    parted = comments[0] > 0 and all(_COMMENT.match(line) for line in between[comments[0] :])
    return first + comments[0] if parted else None


def _read(text: str, limits: Limits) -> object:
    data, problems = build(text.encode(), limits, careful=True, pure=False)
    return None if any(problem.fatal for problem in problems) else data


def _if_same(text: str, better: str, limits: Limits) -> str:
    said = meaning(text, limits)
    return better if said is not None and meaning(better, limits) == said else text


def _layout(text: str, limits: Limits) -> Layout | None:
    try:
        return Layout(text, limits)
    except (YAMLError, Stop, ValueError):
        return None
