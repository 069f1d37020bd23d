"""A server that looks like OPA until it is asked for verdicts, and then misbehaves as told."""

import json
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from checker.engine.opa import BATCH, PACKAGE, PREFIX
from checker.engine.reference import _BATCH_RULES


class StandIn(ThreadingHTTPServer):
    """Serves `library` as if it had been published; `answers` are used up one per request for verdicts."""

    daemon_threads = True

    def __init__(self, library, *answers, certificate=None, version="1.22.2"):
        super().__init__(("127.0.0.1", 0), Handler)
        modules = {f"{PREFIX}{path}": text for path, text in library.modules.items()}
        modules[BATCH] = _BATCH_RULES % library.digest
        self.policies = [{"id": name, "raw": text, "ast": ast_of(text)} for name, text in modules.items()]
        self.seal = library.digest
        self.version = version
        self.answers = list(answers)
        self.asked = []
        self.released = threading.Event()
        scheme = "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)
            scheme = "https"
        self.url = f"{scheme}://127.0.0.1:{self.server_port}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.released.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, *_):
        """Clients that leave early are what is tested."""


def ast_of(text):
    package = text.split("package ", 1)[1].split(maxsplit=1)[0]
    return {"package": {"path": [{"value": step} for step in ["data", *package.split(".")]]}}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        """Say nothing."""

    def do_GET(self):
        self.reply(200, {"result": self.server.policies})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        rule = self.path.partition("?")[0].rpartition("/")[2]
        assert self.path.startswith(f"/v1/data/{PACKAGE}/")
        if rule == "library":
            if self.server.answers and self.server.answers[0] is silence:
                silence(self, body)
            self.reply(200, {"result": self.server.seal, "provenance": {"version": self.server.version}})
            return
        self.server.asked.append(len(body["input"]["batch"]))
        answers = self.server.answers
        (answers.pop(0) if len(answers) > 1 else answers[0])(self, body)

    def reply(self, status, body, **headers):
        self.raw(status, json.dumps(body).encode(), **headers)

    def raw(self, status, content, **headers):
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


def verdict(server, manifest):
    packages = (policy["ast"]["package"]["path"] for policy in server.policies)
    controls = [".".join(step["value"] for step in path[1:]) for path in packages if path[1]["value"] == "controls"]
    clean = {"applicable": True, "deny": [], "warn": [], "undetermined": []}
    return {
        "input": "object",
        "vendor": manifest["metadata"]["id"],
        "tier": "low",
        "lifecycle": "active",
        "guard": [],
        "controls": dict.fromkeys(controls, clean),
    }


def result_for(handler, body):
    verdicts = {index: verdict(handler.server, manifest) for index, manifest in body["input"]["batch"].items()}
    return {"library": handler.server.seal, "verdicts": verdicts}


def good(handler, body):
    handler.reply(200, {"result": result_for(handler, body)})


def status(code, content=b"{}", **headers):
    return lambda handler, _: handler.raw(code, content, **headers)


def changed(change):
    """Answer with what `change` makes of the right result."""

    def answer(handler, body):
        result = result_for(handler, body)
        handler.reply(200, {"result": change(result)})

    return answer


def hang_up(handler, _):
    handler.connection.close()
    handler.close_connection = True


def truncate(handler, body):
    content = json.dumps({"result": result_for(handler, body)}).encode()
    handler.raw(200, content[:20], **{"Content-Length": str(len(content))})
    handler.close_connection = True


def silence(handler, _):
    handler.server.released.wait(30)
    handler.close_connection = True


def trickle(handler, _):
    """One byte at a time, each well within the time limit of a single read."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    end = time.monotonic() + 20
    while time.monotonic() < end and not handler.server.released.wait(0.02):
        handler.wfile.write(b" ")
        handler.wfile.flush()
