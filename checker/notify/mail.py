"""A digest as a mail to each person, by SMTP."""

from __future__ import annotations

import smtplib
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final

from checker.notify.channels import Message, Refused, Undelivered
from checker.notify.wording import letter, subject
from checker.report.escape import prose

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from checker.notify.plan import Digest
    from checker.notify.wording import Facts

_TRIES: Final = 3
_PAUSE_S: Final = 5
_PERMANENT: Final = 500
_NOT_THE_ADDRESS: Final = frozenset({530, 534, 535, 538, 554})
"""Answers to a recipient that speak of us: authentication is wanted, or the transaction failed."""


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server, and how to speak to it; `security` is `starttls`, `tls` or `none`."""

    host: str
    port: int
    security: str
    sender: str
    timeout_s: int
    user: str = ""
    password: str = ""
    authority: str = ""
    """A file with the certificates to trust; empty means those of the system."""


class Mail:
    """Mails through one server, over one connection for as long as that holds."""

    name = "mail"

    def __init__(self, server: Server, now: datetime, wait: Callable[[float], None] = time.sleep) -> None:
        self._server, self._now, self._wait = server, now, wait
        self._connection: smtplib.SMTP | None = None
        self._down = ""

    def messages(self, digests: Sequence[Digest], facts: Facts) -> list[Message]:
        """Return one mail for each person."""
        return [
            Message(one.recipient, letter(one, facts), one.items, one.id, subject(one.items, facts)) for one in digests
        ]

    def send(self, message: Message) -> None:
        """Deliver, with several tries; a server that could not be used is not asked again."""
        if self._down:
            raise Undelivered(self._down)
        for attempt in range(1, _TRIES + 1):
            last = attempt == _TRIES
            try:
                self._open().send_message(self.made(message))
            except smtplib.SMTPRecipientsRefused as error:
                reason = self._refused(message.recipient, *error.recipients[message.recipient])
            except smtplib.SMTPDataError as error:  # it speaks of this message alone
                reason = f"the server does not take this mail: {error.smtp_code} {_shown(error.smtp_error)}"
                last = last or error.smtp_code >= _PERMANENT
            except (OSError, ValueError) as error:  # what smtplib raises of its own is an OSError
                reason, hopeless = self._failed(error)
                self._down = reason if last or hopeless else ""
            else:
                return
            self._drop()
            if last or self._down:
                raise Undelivered(reason)
            self._wait(_PAUSE_S)

    def made(self, message: Message) -> EmailMessage:
        """Return the mail; its id is the same when it is sent again, so that a mailbox can see it is."""
        mail = EmailMessage(SMTP)
        mail["From"] = self._server.sender
        mail["To"] = message.recipient
        mail["Subject"] = message.subject
        mail["Date"] = format_datetime(self._now)
        mail["Message-ID"] = f"<{message.id}@{self._server.sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text, cte="quoted-printable")
        return mail

    def close(self) -> None:
        """Take leave of the server."""
        if self._connection:
            with suppress(OSError):
                self._connection.quit()
        self._drop()

    def _drop(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None

    def _open(self) -> smtplib.SMTP:
        if self._connection:
            return self._connection
        server = self._server
        trust = ssl.create_default_context(cafile=server.authority or None)
        if server.security == "tls":
            self._connection = smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout_s, context=trust)
        else:
            self._connection = smtplib.SMTP(server.host, server.port, timeout=server.timeout_s)
        if server.security == "starttls":
            self._connection.starttls(context=trust)
        if server.user:
            self._connection.login(server.user, server.password)
        return self._connection

    def _refused(self, recipient: str, code: int, answer: bytes) -> str:
        """Return why to try a recipient again later; raise when that would not help."""
        told = f"{code} {_shown(answer)}"
        if code < _PERMANENT:
            return f"the server does not take mail for {recipient} now: {told}"
        if code in _NOT_THE_ADDRESS or answer.startswith(b"5.7."):
            raise Undelivered(f"the server does not take this mail from us: {told}")
        raise Refused(f"is refused by the mail server: {told}")

    def _failed(self, error: Exception) -> tuple[str, bool]:
        """Return what failed, and whether another try is without hope."""
        if isinstance(error, smtplib.SMTPAuthenticationError):
            told = f"the server does not let us in, {error.smtp_code} {_shown(error.smtp_error)}"
            return f"{told}: see CHECKER_SMTP_USER and CHECKER_SMTP_PASSWORD", error.smtp_code >= _PERMANENT
        if isinstance(error, smtplib.SMTPResponseException):
            return f"the server answers {error.smtp_code} {_shown(error.smtp_error)}", error.smtp_code >= _PERMANENT
        if isinstance(error, smtplib.SMTPNotSupportedError):
            return f"the server cannot do what is wanted: {_shown(str(error))}", True
        place = f"{self._server.host}:{self._server.port}"
        if isinstance(error, ssl.SSLError):
            return f"there is no safe connection to {place}: {_shown(error.reason or str(error))}", True
        if isinstance(error, TimeoutError) or "timed out" in str(error):
            return f"{place} does not answer in time", False
        return f"{place} cannot be used: {_shown(str(error)) or type(error).__name__}", False


def _shown(text: bytes | str) -> str:
    told = text.decode(errors="replace") if isinstance(text, bytes) else text
    return prose(" ".join(told.split()), 200)
