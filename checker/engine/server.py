"""An OPA server of our own: on the loopback interface, for this process only, bounded in memory."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import weakref
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from checker.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Mapping

_BASE_MB = 512  # what OPA takes for itself and its garbage
_LOG_SHOWN = 300
# Limits the memory, and ends the server with us however we end: the pipe on standard input is then closed.
# `$0` is the directory of the server.
_WRAPPER = 'exec 3<&0; { read -r _ <&3; kill -9 $$; rm -rf "$0"; } & exec 3<&-; ulimit -d "$1"; shift; exec "$@"'
_AUTHORISATION = """package system.authz

default allow := false

allow if crypto.sha256(input.identity) == "%s"
"""


class Server:
    """A running `opa run --server` with the given modules; `token` opens it, to nobody else."""

    def __init__(self, opa: Path, modules: Mapping[str, str], memory_mb: int) -> None:
        self.token = self.secret()
        self.port = _free_port()
        directory = Path(tempfile.mkdtemp(prefix="checker-opa-"))
        try:
            self._write(directory, modules)
            self._log = directory / "log"
            with self._log.open("wb") as log:
                self._process = _start(opa, directory, self.port, _BASE_MB + 2 * memory_mb, log)
        except OSError as error:
            shutil.rmtree(directory, ignore_errors=True)
            raise EngineError(f"`{opa}` cannot be started: {error}", "give the path of OPA, or --opa-url") from error
        self._end = weakref.finalize(self, _kill, self._process, directory, os.getpid())

    @staticmethod
    def secret() -> str:
        """Return a new text that nobody can guess."""
        return secrets.token_urlsafe(32)

    def death(self, wait_s: float = 0.0) -> str:
        """Return why the server ended, waiting a little for that; empty while it runs."""
        with suppress(subprocess.TimeoutExpired):
            code = self._process.wait(wait_s)
            text = self._log.read_text(errors="replace") if self._log.exists() else ""
            return f"exit code {code}: {_first_error(text)}"
        return ""

    def stop(self) -> None:
        """Kill the server and remove its files."""
        self._end()

    def _write(self, directory: Path, modules: Mapping[str, str]) -> None:
        token_hash = hashlib.sha256(self.token.encode()).hexdigest()
        for name, text in {**modules, "authorisation.rego": _AUTHORISATION % token_hash}.items():
            file = directory / "modules" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")


def _start(opa: Path, directory: Path, port: int, memory_mb: int, log: IO[bytes]) -> subprocess.Popen[bytes]:
    command = [
        *("/bin/sh", "-c", _WRAPPER, str(directory), str(memory_mb * 1024), str(opa.absolute())),
        *(
            "run",
            "--server",
            "--addr",
            f"127.0.0.1:{port}",
            "--authentication=token",
            "--authorization=basic",
        ),
        *("--skip-version-check", "--log-level", "error", "modules"),
    ]
    # OPA takes flags from OPA_* variables too: it gets none of ours.
    environment = {"HOME": str(directory), "GOMEMLIMIT": f"{memory_mb * 3 // 4}MiB"}
    return subprocess.Popen(  # noqa: S603  the program is chosen by the user, the arguments by us
        command,
        cwd=directory,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=log,
        start_new_session=True,
    )


def _kill(process: subprocess.Popen[bytes], directory: Path, owner: int) -> None:
    if os.getpid() != owner:  # a forked child forgets the server, it does not end it
        return
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin:
        process.stdin.close()
    shutil.rmtree(directory, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _first_error(log: str) -> str:
    """Return the line that tells most: Go's fatal error before its stacks, else the last one."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    fatal = [line for line in lines if "fatal error:" in line or "out of memory" in line]
    return (fatal[:1] or lines[-1:] or ["no message"])[0][:_LOG_SHOWN]
