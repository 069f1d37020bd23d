"""A site of the demo vendors after three nights, and a browser that tells of everything it should not see."""

from __future__ import annotations

import functools
import http.server
import shutil
import subprocess
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from tests.cli.program import ROOT, checker
from tests.real import need

if TYPE_CHECKING:
    from pathlib import Path

NIGHTS = ("2026-11-22", "2026-12-08", "2027-01-05")
PATIENCE = 180_000  # milliseconds: a busy machine is no fault of the pages
SOURCE = "https://git.client.example/risk/vendors/blob/{revision}/{path}#L{line}"


def git(place: Path, *arguments: str) -> str:
    who = ("-c", "user.name=T", "-c", "user.email=t@client.example")
    done = subprocess.run(["git", *who, *arguments], cwd=place, check=True, capture_output=True)
    return done.stdout.decode().strip()


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """Return a committed repository of the demo vendors with a history of three nights."""
    place = tmp_path_factory.mktemp("demo")
    shutil.copytree(ROOT / "vendor_manifests", place / "vendor_manifests")
    (place / "checker.toml").write_text("")
    git(place, "init", "-q")
    git(place, "add", "-A")
    git(place, "commit", "-qm", "Vendors")
    for day in NIGHTS:
        done = checker("reevaluate", "--jobs", "1", "--as-of", day, cwd=place)
        assert done.code in {0, 1}, done
    return place


@pytest.fixture(scope="session")
def folder(demo, tmp_path_factory):
    """Return the site of the last night."""
    folder = tmp_path_factory.mktemp("out") / "site"
    last = ("--as-of", NIGHTS[-1], "--source-url", SOURCE, "--jobs", "1")
    done = checker("report", "html", "--out", folder, *last, cwd=demo)
    assert done.code == 0, done
    return folder


@dataclass
class Seen:
    """What a browser met on its way through the pages."""

    messages: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.messages or self.foreign or self.violations)


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import sync_playwright

    program = need("chromium")
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=str(program), args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def watched(chromium, home: str, **options):
    """Give a page that may ask for files below `home` only, and what it met; all else is refused."""
    context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
    context.set_default_timeout(PATIENCE)
    page, seen = context.new_page(), Seen()

    def route(one):
        if one.request.url.startswith(home):
            one.continue_()
        else:
            seen.foreign.append(one.request.url)
            one.abort()

    context.route("**/*", route)
    page.on("console", lambda message: seen.messages.append(message.text))
    page.on("pageerror", lambda error: seen.messages.append(str(error)))
    page.on("dialog", lambda dialog: (seen.messages.append(dialog.message), dialog.dismiss()))
    if options.get("java_script_enabled", True):
        page.expose_function("noteViolation", lambda text: seen.violations.append(text))  # noqa: PLW0108 - Playwright marks it
        page.add_init_script(
            "document.addEventListener('securitypolicyviolation', one => "
            "noteViolation(`${one.violatedDirective} ${one.blockedURI}`))"
        )
    try:
        yield page, seen
    finally:
        context.close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def served(folder):
    """Return the address of the site on a server for static files."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()
