"""What every way of telling has in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.notify.plan import Digest, Item
    from checker.notify.wording import Facts


class Refused(Exception):  # noqa: N818 - what happened, not a fault of ours
    """The receiving side knows nobody of this address; somebody else must be told."""


class Undelivered(Exception):  # noqa: N818 - as above
    """A message could not be delivered, tries included; the text says why, without secrets."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it is sent: to whom, what it holds, and of which items it tells."""

    recipient: str
    text: str
    items: tuple[Item, ...]
    id: str
    subject: str = ""


class Channel(Protocol):
    """A way of telling. `name` is also what is remembered under, so that each way repeats nothing of its own."""

    name: str

    def messages(self, digests: Sequence[Digest], facts: Facts) -> list[Message]:
        """Return what is to be sent."""

    def send(self, message: Message) -> None:
        """Deliver, or raise Refused or Undelivered."""

    def close(self) -> None:
        """Let go of connections."""
