"""The reference engine: servers that fail, servers of others, and our own server's life."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path

import pytest

from checker.compiler import compile_library
from checker.engine import EngineSettings, Fault, open_engine
from checker.engine.server import Server
from checker.errors import EngineError, UsageError
from tests.engine.manifests import DATA, manifest, misbehaving
from tests.engine.stand_in import StandIn, changed, good, hang_up, silence, status, trickle, truncate
from tests.real import need

TOKEN = "a-token"  # noqa: S105  opens nothing
SETTINGS = EngineSettings(timeout_s=1.0)


def judge(url, library, manifests=None, **settings):
    engine = open_engine("opa", library, DATA, replace(SETTINGS, opa_url=url, **settings))
    try:
        return engine.evaluate(manifests or [manifest("a"), manifest("b")])
    finally:
        engine.close()


def kinds(answers):
    return [answer.kind if isinstance(answer, Fault) else answer.vendor for answer in answers]


def lose_second(result):
    return {**result, "verdicts": {index: each for index, each in result["verdicts"].items() if index != "1"}}


def swap(result):
    return {
        **result,
        "verdicts": dict(zip(result["verdicts"], reversed(result["verdicts"].values()), strict=True)),
    }


FAILURES = {
    "unauthorised": (status(401), "refused", "401"),
    "forbidden": (status(403, b'{"message": "by\\npolicy"}'), "refused", "(403): by policy"),
    "not found": (status(404, b"<html>"), "refused", "404"),
    "too large": (status(413), "input", "413"),
    "bad request": (status(400, b'{"errors": [{"message": "too deep"}]}'), "input", "too deep"),
    "built-in error": (status(500, b'{"errors": [{"message": "div: zero"}]}'), "trap", "div: zero"),
    "500 without JSON": (status(500, b"oops"), "trap", "Internal Server Error"),
    "500 with odd JSON": (status(500, b"[1]"), "trap", "Internal Server Error"),
    "unavailable": (status(503), "unreachable", "503"),
    "redirect": (status(307, b"", Location="http://127.0.0.1:1/"), "refused", "redirects"),
    "not JSON": (status(200, b"<html>login</html>"), "shape", "not JSON"),
    "empty": (status(200, b""), "shape", "not JSON"),
    "list": (status(200, b"[]"), "shape", "no object"),
    "undefined": (status(200, b"{}"), "shape", "no verdicts"),
    "null": (changed(lambda _: None), "shape", "no verdicts"),
    "no verdicts": (changed(lambda result: {"library": result["library"]}), "shape", "no verdicts"),
    "verdicts a list": (changed(lambda result: {**result, "verdicts": []}), "shape", "not asked about"),
    "foreign verdict": (
        changed(lambda result: {**result, "verdicts": {**result["verdicts"], "7": {}}}),
        "shape",
        "not asked about",
    ),
    "swapped": (changed(swap), "shape", "speaks of"),
    "other library": (
        changed(lambda result: {**result, "library": "0" * 64}),
        "unreachable",
        "another library",
    ),
    "truncated": (truncate, "unreachable", "broke off"),
    "hangs up": (hang_up, "unreachable", "cannot be reached"),
    "silent": (silence, "unreachable", "any more"),
    "trickles": (trickle, "timeout", "longer than"),
}


@pytest.mark.parametrize(("answer", "kind", "words"), FAILURES.values(), ids=FAILURES.keys())
def test_server_that_fails_never_passes_a_manifest(library, answer, kind, words):
    started = time.monotonic()
    with StandIn(library, good, answer) as server:
        engine = open_engine("opa", library, DATA, replace(SETTINGS, opa_url=server.url, retries=1))
        assert kinds(engine.evaluate([manifest("a"), manifest("b")])) == ["a", "b"]
        answers = engine.evaluate([manifest("a"), manifest("b")])
        engine.close()
    assert time.monotonic() - started < 20
    assert all(isinstance(each, Fault) for each in answers)
    assert answers[-1].kind == kind
    assert words in answers[-1].message


def test_verdict_that_vanished_is_a_fault_of_that_manifest_only(library):
    with StandIn(library, changed(lose_second)) as server:
        answers = judge(server.url, library, [manifest("a"), manifest("b"), manifest("c")])
    assert kinds(answers) == ["a", "shape", "c"]


@pytest.mark.parametrize("failure", [status(502), status(503), status(504), hang_up])
def test_server_that_is_away_for_a_moment_is_asked_again(library, failure):
    with StandIn(library, failure, failure, good) as server:
        assert kinds(judge(server.url, library)) == ["a", "b"]
        assert server.asked == [2, 2, 2]


@pytest.mark.parametrize("failure", [status(401), status(404), status(200, b"x"), truncate])
def test_other_failures_are_not_asked_again(library, failure):
    with StandIn(library, failure, good) as server:
        assert isinstance(judge(server.url, library)[0], Fault)
        assert server.asked == [2]


def test_retries_are_bounded(library):
    with StandIn(library, status(503)) as server:
        judge(server.url, library, retries=2)
        assert server.asked == [2, 2, 2]


@pytest.mark.parametrize("failure", [status(500), status(413)])
def test_failed_batch_is_judged_one_by_one(library, failure):
    with StandIn(library, failure, good, failure, good) as server:
        answers = judge(server.url, library, [manifest("a"), manifest("b"), manifest("c")])
        assert server.asked == [3, 1, 1, 1]
    assert [isinstance(each, Fault) for each in answers] == [False, True, False]


def test_batches_have_the_size_that_was_asked_for(library):
    with StandIn(library, good) as server:
        answers = judge(server.url, library, [manifest(f"v{index}") for index in range(25)], batch=10)
        assert server.asked == [10, 10, 5]
    assert kinds(answers) == [f"v{index}" for index in range(25)]


def test_proxies_of_the_environment_do_not_see_manifests(library, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with StandIn(library, good) as server:
        assert kinds(judge(server.url, library)) == ["a", "b"]


@pytest.mark.parametrize("version", ["1.3.0", "0.70.0", "", "unknown"])
def test_old_server_is_refused(library, version):
    with StandIn(library, good, version=version) as server, pytest.raises(EngineError, match="version"):
        judge(server.url, library)


def test_nobody_there(library):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(EngineError, match="cannot be reached"):
            judge(f"http://127.0.0.1:{closed.getsockname()[1]}", library)


@pytest.mark.parametrize(
    "url",
    [
        "localhost:8181",
        "ftp://localhost",
        "http://",
        "http://localhost/v1",
        "http://localhost:99999",
        "http://localhost?x=1",
        "http://user:word@localhost",
        "",
    ],
)
def test_address_that_cannot_be_used(library, url):
    with pytest.raises((UsageError, EngineError)):
        judge(url, library)


@pytest.mark.parametrize("host", ["opa.example", "192.0.2.1", "[2001:db8::1]"])
def test_token_does_not_cross_a_network_in_the_clear(library, host):
    with pytest.raises(UsageError, match="in the clear"):
        judge(f"http://{host}:8181", library, opa_token=TOKEN)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for the loopback address, as (certificate, key)."""
    directory = tmp_path_factory.mktemp("tls")
    files = directory / "cert.pem", directory / "key.pem"
    subprocess.run(
        [
            *(
                need("openssl"),
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
            ),
            *("-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-out", files[0], "-keyout", files[1]),
        ],
        check=True,
        capture_output=True,
    )
    return files


def test_certificate_must_be_trusted(library, certificate):
    with StandIn(library, good, certificate=certificate) as server:
        with pytest.raises(EngineError, match="certificate"):
            judge(server.url, library)
        assert kinds(judge(server.url, library, opa_ca=certificate[0], opa_token=TOKEN)) == ["a", "b"]


@pytest.fixture
def foreign(opa):
    """A real server that is somebody else's: its address and its token."""
    server = Server(opa, {"theirs/other.rego": "package other\n\nx := 1\n"}, 256)
    yield server
    server.stop()


def by_url(foreign, library, **settings):
    return open_engine("opa", library, DATA, EngineSettings(**address(foreign), **settings))


def address(foreign):
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            with socket.create_connection(("127.0.0.1", foreign.port)):
                break
        except ConnectionRefusedError:
            time.sleep(0.02)
    return {"opa_url": f"http://localhost:{foreign.port}", "opa_token": foreign.token}


def test_library_is_brought_onto_a_server(foreign, library, wasm):
    manifests = [
        manifest("a"),
        manifest("b", tier="high"),
        misbehaving("conflict"),
        {"metadata": {"id": "c"}},
    ]
    for _ in range(2):  # the second time it is there already
        engine = by_url(foreign, library)
        answers = engine.evaluate(manifests)
        engine.close()
        assert kinds(answers) == ["a", "b", "trap", "c"]
        assert [answers[index] for index in (0, 1, 3)] == wasm.evaluate([manifests[index] for index in (0, 1, 3)])


def test_library_replaces_another_one_of_ours(foreign, library, opa):
    by_url(foreign, library).close()
    sources = {path: text for path, text in library.sources.items() if "beta" not in path}
    dates = sources["lib/dates/dates.rego"].decode().replace("overdue", "is_overdue").encode()
    second = "controls/alpha/second/second.rego"
    user = sources[second].decode().replace("dates.overdue", "dates.is_overdue").encode()
    sources |= {"lib/dates/dates.rego": dates, second: user}
    smaller = replace(library, sources=sources, compiled=compile_library(sources, opa=opa))
    assert sorted(smaller.packages) == ["controls.alpha.first", "controls.alpha.second"]
    engine = by_url(foreign, smaller)
    assert kinds(engine.evaluate([manifest("a")])) == ["a"]
    engine.close()


def test_library_that_was_replaced_during_the_run_judges_no_more(foreign, library, opa):
    engine = by_url(foreign, library)
    assert kinds(engine.evaluate([manifest("a")])) == ["a"]
    sources = {**library.sources, "lib/more/more.rego": b"package lib.more\n\nx := 1\n"}
    other = by_url(foreign, replace(library, sources=sources, compiled=compile_library(sources, opa=opa)))
    assert kinds(engine.evaluate([manifest("a")])) == ["unreachable"]
    other.close()
    engine.close()


@pytest.mark.parametrize("package", ["main", "lib.dates", "controls.alpha.more", "checker_batch"])
def test_server_with_other_modules_in_our_packages_is_refused(opa, library, package):
    server = Server(opa, {"theirs/module.rego": f"package {package}\n\nextra := 1\n"}, 256)
    try:
        with pytest.raises(EngineError, match=r"theirs/module\.rego"):
            by_url(server, library)
    finally:
        server.stop()


def test_wrong_token_is_refused(foreign, library):
    settings = EngineSettings(**{**address(foreign), "opa_token": "wrong"})
    with pytest.raises(EngineError, match="401"):
        open_engine("opa", library, DATA, settings)


def test_text_that_is_not_our_rego_is_not_rewritten(foreign, library):
    sources = {**library.sources, "lib/old/old.rego": b"package lib.old\n\ndeny[msg] { msg := 1 }\n"}
    with pytest.raises(EngineError, match=r"lib/old/old\.rego"):
        by_url(foreign, replace(library, sources=sources))


def test_error_of_a_built_in_is_a_fault_when_strict(start, library, opa):
    first = "controls/alpha/first/first.rego"
    text = (
        library.sources[first].decode()
        + '\ndeny contains {"code": "x", "msg": "x", "path": []} if 1 / input.zero == 1\n'
    )
    sources = {**library.sources, first: text.encode()}
    failing = replace(library, sources=sources, compiled=compile_library(sources, opa=opa))
    manifests = [manifest("a", zero=0), manifest("b", zero=2)]
    assert kinds(start("opa", failing).evaluate(manifests)) == ["a", "b"]
    strict = start("opa", failing, strict=True)
    answers = strict.evaluate(manifests)
    assert kinds(answers) == ["trap", "b"]
    assert "divide by zero" in answers[0].message


def test_server_of_ours_is_closed_to_others(server):
    for path in ("/v1/policies", "/v1/data/main", "/health"):
        connection = HTTPConnection("127.0.0.1", server._server.port, timeout=10)
        connection.request("GET", path)
        assert connection.getresponse().status == 401
        connection.close()


def test_secrets_are_in_no_command_line_and_no_file(opa, library):
    engine = open_engine("opa", library, DATA, EngineSettings(opa=opa))
    running = engine._server
    command = Path(f"/proc/{running._process.pid}/cmdline")
    if command.exists():
        assert running.token.encode() not in command.read_bytes()
    directory = running._log.parent
    assert directory.stat().st_mode & 0o777 == 0o700
    assert all(running.token.encode() not in file.read_bytes() for file in directory.rglob("*") if file.is_file())
    engine.close()
    assert not directory.exists()
    assert running._process.returncode == -signal.SIGKILL


def test_closed_engine_judges_no_more(opa, library):
    engine = open_engine("opa", library, DATA, EngineSettings(opa=opa))
    engine.close()
    engine.close()
    with pytest.raises(EngineError, match="closed"):
        engine.evaluate([manifest()])


def test_server_that_was_killed_is_started_again(opa, library):
    engine = open_engine("opa", library, DATA, EngineSettings(opa=opa))
    for _ in range(2):
        os.kill(engine._server._process.pid, signal.SIGKILL)
        assert kinds(engine.evaluate([manifest("a"), manifest("b")])) == ["a", "b"]
    engine.close()


def test_server_that_cannot_start_again_leaves_faults(opa, library):
    engine = open_engine("opa", library, DATA, EngineSettings(opa=opa))
    engine._settings = replace(engine._settings, opa=Path("/nonexistent/opa"))
    os.kill(engine._server._process.pid, signal.SIGKILL)
    assert kinds(engine.evaluate([manifest("a"), manifest("b")])) == ["unreachable"] * 2
    engine.close()


@pytest.mark.parametrize("program", ["#!/bin/sh\necho no such luck >&2\nexit 7\n", "not a program"])
def test_program_that_is_no_opa(tmp_path, library, program):
    fake = tmp_path / "opa"
    fake.write_text(program)
    fake.chmod(0o755)
    with pytest.raises(EngineError, match="does not run"):
        open_engine("opa", library, DATA, EngineSettings(opa=fake))


def test_no_program_and_no_address(library):
    with pytest.raises(EngineError, match="no OPA"):
        open_engine("opa", library, DATA, EngineSettings())


ORPHAN = """
import os, signal, sys
from pathlib import Path
from checker.engine.server import Server
server = Server(Path(sys.argv[1]), {}, 256)
print(server._process.pid, server._log.parent, flush=True)
sys.stdin.read()
"""


def test_server_ends_with_us_even_when_we_are_killed(opa):
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", ORPHAN, opa], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        pid, directory = parent.stdout.readline().decode().split()
        pid = int(pid)
        os.kill(pid, 0)
        parent.kill()
    end = time.monotonic() + 20
    while (is_running(pid) or Path(directory).exists()) and time.monotonic() < end:
        time.sleep(0.05)
    assert not is_running(pid)
    assert not Path(directory).exists()


def is_running(pid):
    """Whether the process runs; one that nobody waits for any more has ended."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")


@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_forked_child_neither_ends_the_server_nor_shares_the_connection(server):
    assert kinds(server.evaluate([manifest("parent")])) == ["parent"]
    before = server._link._client
    child = os.fork()
    if not child:
        right = kinds(server.evaluate([manifest("child")])) == ["child"] and server._link._client is not before
        server.close()
        os._exit(0 if right else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert server._link._client is before
    assert kinds(server.evaluate([manifest("parent")])) == ["parent"]
