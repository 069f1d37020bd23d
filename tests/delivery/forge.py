"""A stand-in for the part of a forge's API that comments and issues need."""

from __future__ import annotations

import http.server
import json
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

BOT = "github-actions[bot]"


class Forge:
    """Issues, comments of one pull request, the requests that came, and answers to give before the right ones."""

    def __init__(self) -> None:
        self.comments: list[dict[str, Any]] = []
        self.issues: list[dict[str, Any]] = []
        self.pulls: list[dict[str, Any]] = []
        self.requests: list[tuple[str, str]] = []
        self.tokens: set[str] = set()
        self.refusals: list[tuple[int, dict[str, str]]] = []
        self.api = ""

    def say(self, body: str, login: str = BOT) -> None:
        """Add a comment that somebody wrote."""
        self.comments.append({"id": len(self.comments) + 1, "body": body, "user": {"login": login}})

    def say_issue(self, body: str, login: str = BOT) -> None:
        """Add an issue that somebody opened."""
        number = len(self.issues) + 1
        self.issues.append({"number": number, "body": body, "state": "open", "user": {"login": login}})

    def answer(self, method: str, path: str, content: dict[str, Any]) -> tuple[int, Any]:
        """Do what a request asks for."""
        address = urlsplit(path)
        query = {key: values[0] for key, values in parse_qs(address.query).items()}
        if method == "GET" and address.path.endswith("/pulls"):
            return 200, [one for one in self.pulls if one["from"] == query["head"]]
        if method == "GET" and address.path.endswith("/comments"):
            size, page = int(query["per_page"]), int(query["page"])
            return 200, self.comments[size * (page - 1) : size * page]
        last = address.path.rpartition("/")[2]
        if method == "GET" and last == "issues":
            ours = [one for one in self.issues if one["user"]["login"] == query["creator"]]
            size, page = int(query["per_page"]), int(query["page"])
            return 200, ours[size * (page - 1) : size * page]
        if method == "POST" and last == "issues":
            self.say_issue(content["body"])
            return 201, self.issues[-1]
        if method == "PATCH" and address.path.endswith(f"/issues/{last}"):
            self.issues[int(last) - 1].update(content)
            return 200, self.issues[int(last) - 1]
        if method == "POST":
            self.say(content["body"])
            return 201, self.comments[-1]
        if method == "PATCH":
            comment = self.comments[int(address.path.rpartition("/")[2]) - 1]
            comment["body"] = content["body"]
            return 200, comment
        return 404, {}


@contextmanager
def serving() -> Iterator[Forge]:
    """Serve a forge at a free port."""
    forge = Forge()

    class Handler(http.server.BaseHTTPRequestHandler):
        def _handle(self) -> None:
            forge.requests.append((self.command, self.path))
            forge.tokens.add(self.headers.get("Authorization", ""))
            length = int(self.headers.get("Content-Length") or 0)
            content = json.loads(self.rfile.read(length)) if length else {}
            code, headers = forge.refusals.pop(0) if forge.refusals else (0, {})
            code, value = (code, {}) if code else forge.answer(self.command, self.path, content)
            body = json.dumps(value).encode()
            self.send_response(code)
            for key, text in headers.items():
                self.send_header(key, text)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = _handle  # noqa: N815 - as the library calls them

        def log_message(self, *arguments: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        forge.api = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield forge
        server.shutdown()
