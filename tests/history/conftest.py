"""An empty history in each of the databases; the PostgreSQL is a real server of its own."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from checker.history import open_history
from tests.real import need_postgresql


def _run(home: Path, *command: object) -> None:
    """Run a program as the server's user: PostgreSQL refuses root."""
    user = "postgres" if os.getuid() == 0 else None
    subprocess.run([*map(str, command)], check=True, cwd=home, stdout=subprocess.DEVNULL, user=user, group=user)


@pytest.fixture(scope="session")
def server():
    """Return the address of a running server, without a database."""
    programs = need_postgresql()
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        Path(folder).chmod(0o755)
        home = Path(folder) / "home"
        home.mkdir()
        if os.getuid() == 0:
            shutil.chown(home, "postgres", "postgres")
        data = home / "data"
        _run(home, programs / "initdb", "-D", data, "-A", "trust", "-U", "checker", "-N")
        control = (programs / "pg_ctl", "-D", data, "-w", "-l", home / "log")
        options = f"-c listen_addresses='' -c unix_socket_directories='{home}' -F"
        _run(home, *control, "-o", options, "start")
        try:
            yield home
        finally:
            _run(home, *control, "-m", "immediate", "stop")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """Return the address of a database that nobody has used."""
    if request.param == "sqlite":
        return str(tmp_path / "history.db")
    return postgresql(request.getfixturevalue("server"))


def postgresql(home: Path) -> str:
    """Make a database on the server and return its address."""
    import psycopg

    with psycopg.connect(host=str(home), user="checker", dbname="postgres", autocommit=True) as connection:
        (count,) = connection.execute("SELECT count(*) FROM pg_database").fetchone()
        connection.execute(f"CREATE DATABASE history_{count}")
    return f"postgresql://checker@/history_{count}?host={home}"


@pytest.fixture
def history(url, tmp_path):
    """Return an open, empty history."""
    opened = open_history(url, tmp_path, create=True)
    yield opened
    opened.close()
