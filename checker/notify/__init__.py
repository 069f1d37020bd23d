"""Telling the right person: what is new, worse, mended or due, once, by mail, webhook or an issue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from checker.errors import CheckerError
from checker.notify.channels import Refused, Undelivered
from checker.notify.plan import digests
from checker.notify.wording import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from checker.model import JsonObject
    from checker.notify.channels import Channel, Message
    from checker.notify.plan import Book, Item, Told
    from checker.notify.wording import Facts

__all__ = ["Delivery", "Ledger", "News", "tell"]


class Ledger(Protocol):
    """Where it is kept what was told, for each channel."""

    def told(self, channel: str) -> dict[str, JsonObject]:
        """Return what was told last, by the key of the thing."""

    def remember(self, channel: str, states: Mapping[str, JsonObject]) -> None:
        """Note what is told now; an empty state forgets the thing."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one message."""

    channel: str
    recipient: str
    what: str
    """What the message tells, counted."""
    state: str
    """`sent`, `refused`, `failed` or, when nothing is to be sent in earnest, `would be sent`."""
    detail: str = ""
    text: str = ""
    """The message as it would be sent; empty otherwise."""


@dataclass(frozen=True, slots=True)
class News:
    """What there is to tell beside what was told before, to whom, and of which run."""

    items: Callable[[Told], Sequence[Item]]
    book: Book
    facts: Facts


def tell(channel: Channel, news: News, ledger: Ledger, *, dry_run: bool = False) -> Iterator[Delivery]:
    """Tell over one channel what was not told there before; yield what became of each message.

    Whom the channel knows nothing of is passed over, and the next who is to be told in their place is. A message is
    noted after it is delivered: what fails is told by the next run, and at worst a message comes twice, never not.
    """
    rest = news.items(ledger.told(channel.name))
    refused: dict[str, str] = {}
    try:
        while rest:
            whom = digests(rest, news.book, refused)
            rest = []
            for message in channel.messages(whom, news.facts):
                done = _would(channel, message) if dry_run else _deliver(channel, message, ledger)
                if done.state == "refused":
                    refused[message.recipient] = done.detail
                    rest = [*rest, *message.items]
                yield done
    finally:
        channel.close()


def _would(channel: Channel, message: Message) -> Delivery:
    if not message.recipient:
        return _nobody(channel, message)
    text = f"Subject: {message.subject}\n\n{message.text}" if message.subject else message.text
    return Delivery(channel.name, message.recipient, counted(message.items), "would be sent", text=text)


def _deliver(channel: Channel, message: Message, ledger: Ledger) -> Delivery:
    if not message.recipient:
        return _nobody(channel, message)
    what = counted(message.items)
    try:
        channel.send(message)
    except Refused as error:
        return Delivery(channel.name, message.recipient, what, "refused", str(error))
    except Undelivered as error:
        return Delivery(channel.name, message.recipient, what, "failed", str(error))
    try:
        ledger.remember(channel.name, {item.key: item.state for item in message.items})
    except CheckerError as error:
        return Delivery(channel.name, message.recipient, what, "sent", f"will come again: {error.message}")
    return Delivery(channel.name, message.recipient, what, "sent")


def _nobody(channel: Channel, message: Message) -> Delivery:
    return Delivery(channel.name, "", counted(message.items), "failed", "nobody can be told: see `fallback`")
