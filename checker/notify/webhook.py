"""One message with all digests to an address of the web, and the sign of life after a good run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ReadTimeoutError
from urllib3.util import Retry

from checker.notify.channels import Message, Undelivered
from checker.notify.plan import machine
from checker.notify.wording import chat
from checker.report.escape import json_document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.model import JsonObject
    from checker.notify.plan import Digest
    from checker.notify.wording import Facts

_TRIES: Final = 3
_LONGEST_WAIT_S: Final = 60
_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_HTTP_ERROR: Final = 300


class Webhook:
    """Messages to one address, which is a secret: `form` is `slack` or `json`."""

    name = "webhook"

    def __init__(self, address: str, form: str, timeout_s: int) -> None:
        self._address, self._form = address, form
        self._timeout_s = timeout_s

    def messages(self, digests: Sequence[Digest], facts: Facts) -> list[Message]:
        """Return one message for all."""
        if not digests:
            return []
        whole: JsonObject = {
            "apiVersion": "vendorpolicy/v1",
            "kind": "Notification",
            "as_of": facts.as_of,
            "run": facts.run or None,
            "hash": facts.hash or None,
            "link": facts.link or None,
            "digests": [machine(one) for one in digests],
        }
        text = json_document(_slack(chat(digests, facts)) if self._form == "slack" else whole)
        every = tuple(item for one in digests for item in one.items)
        return [Message("all", text, every, digests[0].id)]

    def send(self, message: Message) -> None:
        """Deliver, with several tries."""
        ask("POST", self._address, self._timeout_s, body=message.text.encode(), key=message.id)

    def close(self) -> None:
        """Nothing is kept open."""


def _slack(text: str) -> JsonObject:
    # What is switched off would make mark-up, links or calls to everybody out of the text of a vendor.
    switched_off = dict.fromkeys(("mrkdwn", "link_names", "unfurl_links", "unfurl_media"), False)
    return {"text": text, "parse": "none", **switched_off}


def ask(method: str, address: str, timeout_s: int, *, body: bytes | None = None, key: str = "") -> None:
    """Send a request until it is answered well; Undelivered never names the address, for it is a secret."""
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise Undelivered("the address is not https")
    again = Retry(
        total=_TRIES,
        redirect=0,
        allowed_methods=None,
        status_forcelist=_AGAIN,
        backoff_factor=1,
        raise_on_status=False,
        raise_on_redirect=False,
        retry_after_max=_LONGEST_WAIT_S,
    )
    headers = {"Content-Type": "application/json", **({"Idempotency-Key": key} if key else {})}
    with requests.Session() as session:
        session.mount(f"{parts.scheme}://", HTTPAdapter(max_retries=again))
        try:
            answer = session.request(
                method, address, data=body, headers=headers, timeout=timeout_s, allow_redirects=False, stream=True
            )
            answer.close()
        except (requests.RequestException, ValueError) as error:
            raise Undelivered(_reason(error)) from None
    if answer.status_code >= _HTTP_ERROR:
        raise Undelivered(f"the other side answers HTTP {answer.status_code}")


def _reason(error: Exception) -> str:
    last = getattr(error.args[0], "reason", None) if error.args else None  # of several tries
    kinds = (
        (requests.exceptions.SSLError, "its certificate is not trusted"),
        (requests.exceptions.Timeout, "it does not answer in time"),
        (requests.exceptions.ConnectionError, "it cannot be reached"),
    )
    if isinstance(last, ReadTimeoutError):
        return "it does not answer in time"
    return next((text for kind, text in kinds if isinstance(error, kind)), "the address cannot be used")
