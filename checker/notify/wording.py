"""A digest in words: as a mail, as a message in a chat room, and as the body of an issue."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from checker.notify.plan import Kind
from checker.report.escape import chat_text, letter_text, markdown_code, markdown_item, markdown_text, plain, prose
from checker.report.summary import plural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from checker.notify.plan import Digest, Item

ISSUE_LIMIT: Final = 60_000
"""Characters of an issue; GitHub refuses a body above 65,536."""
CHAT_LIMIT: Final = 12_000
"""Characters of a message in a chat room; Slack takes 40,000 and shows fewer."""

_MOST: Final = 100
_NAME: Final = 80
_HEADINGS: Final = {
    Kind.OVERDUE: "The nightly run is missing",
    Kind.NEW: "New",
    Kind.WORSE: "Heavier than before",
    Kind.DUE: "Will fail, if nothing is done",
    Kind.BETTER: "Lighter than before",
    Kind.FIXED: "Fixed",
    Kind.SETTLED: "No longer due",
}
_COUNTED: Final = {
    Kind.OVERDUE: "run missing",
    Kind.NEW: "new",
    Kind.WORSE: "heavier",
    Kind.DUE: "due",
    Kind.BETTER: "lighter",
    Kind.FIXED: "fixed",
    Kind.SETTLED: "no longer due",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What a message says of the run that it tells of."""

    as_of: str
    run: int
    hash: str
    link: str = ""
    """Where the organisation shows more, by its own configuration."""


def counted(items: Sequence[Item]) -> str:
    """Return how many items there are of each kind, such as `2 new, 1 due`."""
    counts = ((kind, sum(one.kind is kind for one in items)) for kind in Kind)
    return ", ".join(
        _COUNTED[kind] if kind is Kind.OVERDUE else f"{count} {_COUNTED[kind]}" for kind, count in counts if count
    )


def subject(items: Sequence[Item], facts: Facts) -> str:
    """Return a line that says what a message is about; nothing in it stems from a manifest."""
    return f"Vendor compliance {facts.as_of}: {counted(items)}"


def letter(digest: Digest, facts: Facts) -> str:
    """Return the text of a mail to one person."""
    standing = f"How the vendors stand on {facts.as_of}{_run(facts)}: what is not as you were told before."
    lines = [
        standing if facts.run else "The vendors are not being judged.",
        *_sections(digest.items, letter_text, plain, partial(str.format, "\n{}")),
    ]
    if digest.instead_of:
        lines += ["", "You are told this, because", *(f"  {letter_text(one)}" for one in digest.instead_of)]
    lines += ["", "Each thing is told once, and again when it changes or its day comes nearer."]
    return "\n".join([*lines, *([f"More: {facts.link}"] if facts.link else [])]) + "\n"


def chat(digests: Sequence[Digest], facts: Facts) -> str:
    """Return a message for a chat room with what everybody is told."""
    every = [item for one in digests for item in one.items]
    lines = [f"{subject(every, facts)}{_run(facts)}"]
    for one in digests:
        lines += ["", f"For {chat_text(one.recipient) or 'nobody who can be told'}: {counted(one.items)}"]
        lines += _sections(one.items, chat_text, chat_text, str)
    more = [f"More: {facts.link}"] if facts.link else []
    return "\n".join([*_fitting(lines, CHAT_LIMIT), *more])


def issue(digests: Sequence[Digest], facts: Facts) -> str:
    """Return the body of an issue with all that is open or due, in Markdown."""
    every = [item for one in digests for item in one.items]
    if not every:
        return f"Nothing is open and nothing is due as of {facts.as_of}{_run(facts)}.\n"
    lines = [
        f"How the vendors stand on {facts.as_of}{_run(facts)}. This text is kept up to date; it is nobody's to edit."
    ]
    for one in digests:
        whom = markdown_code(one.recipient) or "nobody who can be told"
        lines += ["", f"## For {whom}: {counted(one.items)}"]
        for kind, some in _by_kind(one.items):
            lines += ["", f"### {'Open' if kind is Kind.NEW else _HEADINGS[kind]} ({len(some)})", ""]
            lines += [_point(item) for item in some[:_MOST]]
            lines += [f"- and {len(some) - _MOST} more"] if len(some) > _MOST else []
    more = ["", f"[More]({facts.link})"] if facts.link else []
    return "\n".join([*_fitting(lines, ISSUE_LIMIT), *more]) + "\n"


def _point(item: Item) -> str:
    what = f"**{markdown_item(item.vendor)}** {markdown_code(item.rule)} ({_weight(item)})"
    told = ": ".join(filter(None, [what, _day(item), markdown_text(prose(item.message))]))
    causes = f" ({markdown_text(prose('; '.join(item.causes)))})" if item.causes and item.kind is Kind.DUE else ""
    return f"- {told}{causes} {markdown_code(item.place)}"


def _sections(
    items: Sequence[Item], safe: Callable[[str], str], place: Callable[[str], str], heading: Callable[[str], str]
) -> Iterator[str]:
    for kind, some in _by_kind(items):
        yield heading(_HEADINGS[kind] if kind is Kind.OVERDUE else f"{_HEADINGS[kind]} ({len(some)})")
        for item in some[:_MOST]:
            yield from _lines(item, safe, place)
        if len(some) > _MOST:
            yield f"  and {len(some) - _MOST} more: `checker history show` has all"


def _by_kind(items: Sequence[Item]) -> Iterator[tuple[Kind, list[Item]]]:
    for kind in Kind:
        if some := [one for one in items if one.kind is kind]:
            yield kind, some


def _lines(item: Item, safe: Callable[[str], str], place: Callable[[str], str]) -> Iterator[str]:
    if item.kind is not Kind.OVERDUE:
        name = f" ({safe(prose(item.name, _NAME))})" if item.name else ""
        day = f"  {_day(item)}" if item.day else ""
        yield f"  {safe(item.vendor) or '-'}{name}  {plain(item.rule)}  [{_weight(item)}]{day}"
    if item.message:
        yield f"    {safe(item.message)}"
    if item.kind is Kind.DUE:
        yield from (f"    why: {safe(cause)}" for cause in item.causes)
    elif item.causes:
        yield f"    differs: {', '.join(item.causes)}"
    if item.place:
        yield f"    at {place(item.place)}"
    if item.fix:
        yield f"    fix: {safe(' '.join(item.fix.split()))}"


def _weight(item: Item) -> str:
    blocks = "will block" if item.kind is Kind.DUE else "blocks"
    return f"{item.severity}, {blocks}" if item.blocks else item.severity


def _day(item: Item) -> str:
    if not item.day or item.kind is not Kind.DUE:
        return item.day
    return f"from {item.day}, in {plural(item.left, 'day')}"


def _run(facts: Facts) -> str:
    return f", run {facts.run} ({facts.hash[:12]})" if facts.run else ""


def _fitting(lines: Sequence[str], limit: int) -> list[str]:
    """Return as many lines as fit, and say when some are left out."""
    kept: list[str] = []
    length = 0
    for line in lines:
        length += len(line) + 1
        if length > limit:
            return [*kept, "", "There is more than fits here: `checker history show` has all."]
        kept.append(line)
    return kept
