"""Real servers at free ports: one that takes mail, one that takes requests, and one that never answers."""

from __future__ import annotations

import http.server
import socket
import ssl
import subprocess
import threading
from contextlib import contextmanager
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from tests.real import need

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

USER, PASSWORD = "checker", "hush-hush"


class Mailbox:
    """What a mail server took, and how it is to answer before that: by recipient, and by the first letters of data."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.tried: list[str] = []
        self.answers: dict[str, list[str]] = {}
        """By recipient what to answer, one after the other; the last one for good when it begins with 5."""
        self.data_answers: list[str] = []
        self.port = 0

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - as the library calls it
        del server, session, options
        self.tried.append(address)
        answers = self.answers.get(address, [])
        if answers:
            return answers[0] if answers[0].startswith("5") else answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - as above
        del server, session
        if self.data_answers:
            return self.data_answers.pop(0)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert [mail["To"]] == envelope.rcpt_tos
        self.mails.append(mail)
        return "250 OK"

    @property
    def texts(self) -> dict[str, str]:
        """The text of the last mail to each person."""
        return {mail["To"]: mail.get_content() for mail in self.mails}


class _Controller(Controller):
    def factory(self) -> SMTP:
        return SMTP(self.handler, **self.SMTP_kwargs)


@contextmanager
def mailbox(certificate: tuple[Path, Path] | None = None, *, auth: bool = False) -> Iterator[Mailbox]:
    """Run a mail server; with a certificate it speaks STARTTLS."""
    box = Mailbox()
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)

    def authenticator(server, session, envelope, mechanism, data):
        del server, session, envelope, mechanism
        return AuthResult(success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()), handled=False)

    more = {"auth_required": True, "authenticator": authenticator} if auth else {}
    controller = _Controller(
        box, hostname="127.0.0.1", port=_free(), tls_context=context, require_starttls=bool(context), **more
    )
    controller.start()
    try:
        box.port = controller.port
        yield box
    finally:
        controller.stop()


class Web:
    """Requests that came, and answers to give: (code, headers); 0 gives none and holds the line."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, bytes, dict[str, str]]] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.over = threading.Event()
        self.url = ""


@contextmanager
def web() -> Iterator[Web]:
    """Run a web server."""
    site = Web()

    class Handler(http.server.BaseHTTPRequestHandler):
        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            site.requests.append((self.command, self.path, body, dict(self.headers)))
            code, headers = site.answers.pop(0) if site.answers else (200, {})
            if not code:
                site.over.wait(30)
                return
            self.send_response(code)
            for key, text in {"Content-Length": "0", **headers}.items():
                self.send_header(key, text)
            self.end_headers()

        do_GET = do_POST = _handle  # noqa: N815 - as the library calls them

        def log_message(self, *arguments: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        site.url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield site
        site.over.set()
        server.shutdown()


@contextmanager
def silent() -> Iterator[int]:
    """Run a server that takes connections and never says a word; return its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for the loopback address, and its key."""
    files = folder / "cert.pem", folder / "key.pem"
    command = [
        *(need("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
        *("-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
        *("-out", files[0], "-keyout", files[1]),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return files


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
