"""The history in a database: SQLite by default, PostgreSQL by its address. The only module that knows SQL."""

from __future__ import annotations

import json
import secrets
import zlib
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from checker.errors import UsageError
from checker.history.records import Change, Entry, HistoryError, Run, chained, compact, sheet_digest, split

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from checker.history.records import Record
    from checker.model import JsonObject

NEWEST: Final = "0002"
"""The version of the tables that this module reads and writes: the last file in `migrations/versions`."""
_CHUNK: Final = 500
_TRIES: Final = 3
_BUSY_MS: Final = 10_000
_SERVER_OPTIONS: Final = "-c statement_timeout=300000 -c lock_timeout=10000"

_META: Final = sa.MetaData()
_TEXT: Final = sa.Text()
RUNS: Final = sa.Table(
    "runs",
    _META,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("id", _TEXT, unique=True, nullable=False),
    sa.Column("judged_at", _TEXT, nullable=False),
    sa.Column("as_of", _TEXT, nullable=False),
    sa.Column("exit_code", sa.Integer, nullable=False),
    *(
        sa.Column(name, _TEXT, nullable=False)
        for name in ("tool", "engine", "opa", "profile", "policies", "parameters", "schemas", "revision")
    ),
    *(sa.Column(name, _TEXT, nullable=False) for name in ("frame", "previous", "hash")),
)
SHEETS: Final = sa.Table(
    "sheets",
    _META,
    sa.Column("digest", _TEXT, primary_key=True),
    sa.Column("salt", _TEXT),
    sa.Column("body", sa.LargeBinary),  # compressed; both are NULL once erased
)
ENTRIES: Final = sa.Table(
    "entries",
    _META,
    sa.Column("run", sa.Integer, sa.ForeignKey("runs.number"), primary_key=True),
    sa.Column("path", _TEXT, primary_key=True),
    *(sa.Column(name, _TEXT, nullable=False) for name in ("vendor", "verdict", "source", "waivers")),
    sa.Column("sheet", _TEXT, sa.ForeignKey("sheets.digest"), nullable=False, index=True),
)
CHANGES: Final = sa.Table(
    "changes",
    _META,
    sa.Column("run", sa.Integer, sa.ForeignKey("runs.number"), primary_key=True),
    sa.Column("fingerprint", _TEXT, primary_key=True),
    *(
        sa.Column(name, _TEXT, nullable=False)
        for name in ("vendor", "rule", "severity", "kind", "before", "after", "causes")
    ),
    sa.Column("blocks_before", sa.Boolean, nullable=False),
    sa.Column("blocks_after", sa.Boolean, nullable=False),
)
TOLD: Final = sa.Table(
    "told",
    _META,
    sa.Column("channel", _TEXT, primary_key=True),
    sa.Column("item", _TEXT, primary_key=True),
    sa.Column("state", _TEXT, nullable=False),
)
TABLES: Final = (RUNS, SHEETS, ENTRIES, CHANGES, TOLD)
_BETWEEN: Final = " + "


class History:
    """An open history. Every method ends with HistoryError when the database does not play along."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @property
    def place(self) -> str:
        """Where it is, without a password."""
        return self._engine.url.render_as_string(hide_password=True)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    # Reading

    def latest(self) -> Run | None:
        """Return the newest run."""
        with self._reading() as connection:
            return _latest(connection)

    def runs(self) -> list[Run]:
        """Return the heads of all runs, oldest first."""
        with self._reading() as connection:
            return [_run(row) for row in connection.execute(sa.select(RUNS).order_by(RUNS.c.number))]

    def run(self, number: int) -> Run:
        """Return one run; UsageError when there is none of this number."""
        with self._reading() as connection:
            row = connection.execute(sa.select(RUNS).where(RUNS.c.number == number)).one_or_none()
        if row is None:
            raise UsageError(f"the history holds no run {number}", "see `checker history list`")
        return _run(row)

    def entries(self, number: int) -> list[Entry]:
        """Return how the vendors fared in a run, by path."""
        with self._reading() as connection:
            return _entries(connection, number)

    def changes(self, number: int) -> list[Change]:
        """Return what is not what it was in the run before, by vendor and rule."""
        with self._reading() as connection:
            return _changes(connection, number)

    def report(self, run: Run) -> JsonObject:
        """Return the report of a run as it was; a vendor whose values are erased has `erased` in place of results."""
        with self._reading() as connection:
            entries = _entries(connection, run.number)
            bodies = _bodies(connection, [run.frame, *(entry.sheet for entry in entries)])
        frame: JsonObject = bodies[run.frame] or {"erased": True}
        frame.pop("asked", None)
        order = {path: place for place, path in enumerate(frame.pop("order", ()))}
        entries.sort(key=lambda entry: (order.get(entry.path, len(order)), entry.path))
        return {**frame, "vendors": [bodies[entry.sheet] or _erased(entry) for entry in entries]}

    def asked(self, run: Run) -> JsonObject:
        """Return what was asked for when a run was judged; nothing when its values are erased."""
        with self._reading() as connection:
            frame = _bodies(connection, [run.frame])[run.frame]
        return dict(frame["asked"]) if frame else {}

    def open_since(self) -> dict[str, str]:
        """Return by fingerprint the day of the run in which a finding last began to fail."""
        columns = (CHANGES, RUNS.c.as_of)
        query = sa.select(*columns).join(RUNS, RUNS.c.number == CHANGES.c.run).order_by(CHANGES.c.run)
        with self._reading() as connection:
            found = ((_change(row), row.as_of) for row in connection.execute(query))
            return {change.fingerprint: as_of for change, as_of in found if change.begins}

    def told(self, channel: str) -> dict[str, JsonObject]:
        """Return what was told last over a channel, by the key of the thing."""
        query = sa.select(TOLD.c.item, TOLD.c.state).where(TOLD.c.channel == channel)
        with self._reading() as connection:
            return {row.item: json.loads(row.state) for row in connection.execute(query)}

    def tallies(self) -> dict[int, dict[str, int]]:
        """Return by number of a run how many vendors had each verdict."""
        query = sa.select(ENTRIES.c.run, ENTRIES.c.verdict, sa.func.count())
        found: dict[int, dict[str, int]] = {}
        with self._reading() as connection:
            for run, verdict, count in connection.execute(query.group_by(ENTRIES.c.run, ENTRIES.c.verdict)):
                found.setdefault(run, {})[verdict] = count
        return found

    def courses(self, until: int) -> dict[str, list[tuple[int, str]]]:
        """Return by path of a manifest the runs, up to one, in which its verdict is not that of the run before."""

        def before(name: str) -> sa.ColumnElement[Any]:
            return sa.func.lag(ENTRIES.c[name]).over(partition_by=ENTRIES.c.path, order_by=ENTRIES.c.run)

        steps = (
            sa.select(
                *(ENTRIES.c[name] for name in ("path", "run", "verdict")),
                before("verdict").label("was"),
                before("run").label("last"),
            )
            .where(ENTRIES.c.run <= until)
            .subquery()
        )
        turned = sa.or_(steps.c.was.is_(None), steps.c.was != steps.c.verdict, steps.c.last != steps.c.run - 1)
        query = sa.select(steps.c.path, steps.c.run, steps.c.verdict).where(turned).order_by(steps.c.run)
        found: dict[str, list[tuple[int, str]]] = {}
        with self._reading() as connection:
            for path, run, verdict in connection.execute(query):
                found.setdefault(path, []).append((run, verdict))
        return found

    def events(self, until: int) -> list[tuple[int, Change]]:
        """Return all changes up to a run, oldest first, each with the number of its run."""
        query = sa.select(CHANGES).where(CHANGES.c.run <= until)
        order = (CHANGES.c.run, CHANGES.c.vendor, CHANGES.c.rule, CHANGES.c.fingerprint)
        with self._reading() as connection:
            return [(row.run, _change(row)) for row in connection.execute(query.order_by(*order))]

    # Writing

    def remember(self, channel: str, states: Mapping[str, JsonObject]) -> None:
        """Note what was told over a channel; an empty state forgets the thing. No part of the chain."""
        rows = [{"channel": channel, "item": item, "state": compact(one)} for item, one in states.items() if one]
        with self._writing() as connection:
            for some in _chunks(sorted(states)):
                connection.execute(sa.delete(TOLD).where(TOLD.c.channel == channel, TOLD.c.item.in_(some)))
            _insert(connection, TOLD, rows)

    def append(self, record: Record, changes: Collection[Change], previous: Run | None) -> tuple[Run, bool]:
        """Store a run behind `previous`, and return it with whether it is new.

        One whose id is there is not stored again, nor is one that says to the letter what the newest says.
        """
        for attempt in range(_TRIES):
            try:
                with self._engine.begin() as connection:
                    return _append(connection, record, changes, previous)
            except DBAPIError as error:
                # What was sent may have been stored: the id tells. Only a lost connection is worth another try.
                if attempt == _TRIES - 1 or not error.connection_invalidated:
                    raise _wrapped(self.place, error) from error
            except SQLAlchemyError as error:
                raise _wrapped(self.place, error) from error
        raise AssertionError

    def erase(self, *, vendor: str = "", text: str = "", before: str = "") -> int:
        """Take the values of a vendor, with a text, or of runs before a day out for good; return how many sheets.

        Their hashes stay, and with them the chain. A sheet that a later run shares is kept when erasing by day.
        """
        with self._writing() as connection:
            digests = set(_sheets_of(connection, vendor, before))
            if text:
                digests = {one for one in digests if text in compact(_bodies(connection, [one])[one])}
            for some in _chunks(sorted(digests)):
                connection.execute(sa.update(SHEETS).where(SHEETS.c.digest.in_(some)).values(salt=None, body=None))
        if self._engine.dialect.name == "sqlite":
            with self._engine.connect() as connection:  # or the values could be read from the file
                raw = connection.connection
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                raw.execute("VACUUM")
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return len(digests)

    # The chain

    def verify(self) -> Iterator[str]:
        """Yield everything that is not as it was stored; nothing when the chain holds."""
        with self._reading() as connection:
            previous, expected = "", 1
            for run in [_run(row) for row in connection.execute(sa.select(RUNS).order_by(RUNS.c.number))]:
                if run.number != expected:
                    yield f"run {expected} is missing"
                if run.previous != previous:
                    yield f"run {run.number} does not follow the run before it"
                entries = _entries(connection, run.number)
                if chained(asdict(run), entries, _changes(connection, run.number)) != run.hash:
                    yield f"run {run.number} is not what was stored: its hash does not match"
                yield from _missing_sheets(connection, run, entries)
                previous, expected = run.hash, run.number + 1
            yield from _false_sheets(connection)

    def export(self) -> Iterator[str]:
        """Yield the whole history as lines of JSON: a line for each sheet, each run, and each thing that was told."""
        with self._reading() as connection:
            for digest, salt, body in connection.execute(sa.select(SHEETS).order_by(SHEETS.c.digest)):
                yield compact({"sheet": digest, "salt": salt, "body": body and _unpack(body)})
            for row in connection.execute(sa.select(RUNS).order_by(RUNS.c.number)).all():
                run = _run(row)
                entries = [asdict(entry) for entry in _entries(connection, run.number)]
                changes = [asdict(change) for change in _changes(connection, run.number)]
                yield compact({"run": asdict(run), "entries": entries, "changes": changes})
            for told in connection.execute(sa.select(TOLD).order_by(TOLD.c.channel, TOLD.c.item)).mappings():
                yield compact({"told": dict(told)})

    def restore(self, lines: Iterable[str]) -> int:
        """Fill an empty history from what `export` gave, and return how many runs; HistoryError unless it is empty."""
        if self.latest():
            raise HistoryError(f"{self.place} holds runs already", "restore into an empty history")
        count = 0
        with self._writing() as connection:
            for number, line in enumerate(lines, 1):
                try:
                    count += _restore(connection, json.loads(line))
                except (ValueError, KeyError, TypeError) as error:
                    raise HistoryError(
                        f"line {number} is no line of an export: {error}", "export again; nothing was restored"
                    ) from error
        return count

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.execution_options(reading=True).connect() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise _wrapped(self.place, error) from error

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.begin() as connection:
                _lock(connection)
                yield connection
        except SQLAlchemyError as error:
            raise _wrapped(self.place, error) from error


def open_history(url: str, root: Path, *, create: bool) -> History:
    """Open the history at an address of a database, or in a file relative to `root`, and bring its tables up to date.

    With `create` one that is not there is begun. UsageError for an address that cannot be one.
    """
    address = _address(url, root)
    if address.get_backend_name() == "sqlite" and address.database:
        file = Path(address.database)
        if not file.exists() and not create:
            raise UsageError(f"there is no history at {file}", "`checker reevaluate` begins one")
        _make_home(file.parent)
    engine = _engine(address)
    history = History(engine)
    try:
        _migrate(engine, history.place)
    except BaseException:
        history.close()
        raise
    return history


def _make_home(folder: Path) -> None:
    try:
        if not folder.exists():
            folder.mkdir(parents=True)
            (folder / ".gitignore").write_text("*\n", encoding="utf-8")  # the record of a check is no change to check
    except OSError as error:
        raise HistoryError(f"{folder} cannot be made: {error.strerror}", "make its parent writable") from error


def _address(url: str, root: Path) -> sa.URL:
    if "://" not in url:
        return sa.URL.create("sqlite", database=str(root / url))
    try:
        address = sa.make_url(url)
    except (ArgumentError, ValueError) as error:
        raise UsageError("the address of the history cannot be read", _ADDRESS_HINT) from error
    drivers = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
    backend = address.get_backend_name() if address.drivername != "postgres" else "postgres"
    if backend not in drivers:
        raise UsageError(f"the history cannot be in `{address.drivername}`", _ADDRESS_HINT)
    if backend == "sqlite" and not address.database:
        raise UsageError("a history in memory is none", _ADDRESS_HINT)
    return address.set(drivername=drivers[backend])


_ADDRESS_HINT: Final = "give a file, or an address such as postgresql://user@host/database"


def _engine(address: sa.URL) -> sa.Engine:
    if address.get_backend_name() != "sqlite":
        try:
            return sa.create_engine(
                address,
                pool_pre_ping=True,
                connect_args={"connect_timeout": 10, "options": _SERVER_OPTIONS},
            )
        except ModuleNotFoundError as error:
            raise UsageError("a history in PostgreSQL needs psycopg", _INSTALL.format("postgres")) from error
    engine = sa.create_engine(address)
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", _begin)
    return engine


_INSTALL: Final = "install it: pip install 'vendorpolicy-checker[{}]'"


def _prepare(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's own, untyped
    connection.isolation_level = None  # the driver would begin transactions late, and commit before DDL
    for setting in (f"busy_timeout = {_BUSY_MS}", "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {setting}")


def _begin(connection: sa.Connection) -> None:
    # A transaction that reads first and writes then would fail at once when another has written in between.
    reading = connection.get_execution_options().get("reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _migrate(engine: sa.Engine, place: str) -> None:
    try:
        with engine.begin() as connection:
            version = _version(connection)
            if version == NEWEST:
                return
            if version > NEWEST:
                raise HistoryError(f"{place} was written by a newer checker", "install that version, or a newer one")
            # Slow to import, and only needed when the tables are not what they should be.
            from checker.history.migrations import upgrade

            upgrade(connection)
    except SQLAlchemyError as error:
        raise _wrapped(place, error) from error


def _version(connection: sa.Connection) -> str:
    if not sa.inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() or "")


def _wrapped(place: str, error: SQLAlchemyError) -> HistoryError:
    cause = error.orig if isinstance(error, DBAPIError) else error
    told = " ".join(str(cause).split()) or type(cause).__name__
    return HistoryError(
        f"the history at {place} cannot be used: {told}", "see that the database runs, has space and is yours"
    )


def _lock(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":  # SQLite has locked with BEGIN IMMEDIATE
        connection.execute(sa.text("LOCK TABLE runs IN EXCLUSIVE MODE"))


def _append(
    connection: sa.Connection, record: Record, changes: Collection[Change], previous: Run | None
) -> tuple[Run, bool]:
    _lock(connection)
    there = connection.execute(sa.select(RUNS).where(RUNS.c.id == record.id)).one_or_none()
    if there is not None:
        return _run(there), False
    latest = _latest(connection)
    if (latest and latest.number) != (previous and previous.number):
        raise HistoryError("another run was stored in the meantime", "run again")
    frame, vendors = split(record.report)
    frame["order"] = [vendor["path"] for vendor in vendors]
    frame["asked"] = dict(record.asked)
    before = {entry.path: entry for entry in _entries(connection, latest.number)} if latest else {}
    salts = _salts(connection, [*([latest.frame] if latest else []), *(one.sheet for one in before.values())])
    sheets: dict[str, tuple[str, str]] = {}
    entries = [
        Entry(
            path=one["path"],
            vendor=one["vendor"],
            verdict=one["verdict"],
            **{name: record.sources.get(one["path"], {}).get(name, "") for name in ("source", "waivers")},
            sheet=_sheet(compact(one), before[one["path"]].sheet if one["path"] in before else "", salts, sheets),
        )
        for one in vendors
    ]
    framed = _sheet(compact(frame), latest.frame if latest else "", salts, sheets)
    if latest and not sheets and len(entries) == len(before) and record.report["provenance"]["as_of"] == latest.as_of:
        return latest, False
    run = _chained(record, latest, framed, entries, changes)
    _insert(connection, SHEETS, [{"digest": k, "salt": s, "body": _pack(b)} for k, (s, b) in sheets.items()])
    _insert_run(connection, run, entries, changes)
    return run, True


def _chained(
    record: Record, latest: Run | None, frame: str, entries: Iterable[Entry], changes: Iterable[Change]
) -> Run:
    provenance = record.report["provenance"]
    head = {
        "number": latest.number + 1 if latest else 1,
        "id": record.id,
        "judged_at": record.judged_at,
        "exit_code": record.report["exit_code"],
        **{field.name: provenance[field.name] for field in fields(Run) if field.name in provenance},
        "frame": frame,
        "previous": latest.hash if latest else "",
        "hash": "",
    }
    ordered = asdict(Run(**head))
    return Run(**{**ordered, "hash": chained(ordered, entries, changes)})


def _sheet(body: str, known: str, salts: dict[str, str | None], made: dict[str, tuple[str, str]]) -> str:
    """Return the digest of a body: that of the sheet before when it says the same, else of one that is made."""
    salt = salts.get(known)
    if salt and sheet_digest(salt, body) == known:
        return known
    fresh = secrets.token_hex(16)
    digest = sheet_digest(fresh, body)
    made[digest] = (fresh, body)
    return digest


def _insert_run(connection: sa.Connection, run: Run, entries: Iterable[Entry], changes: Iterable[Change]) -> None:
    connection.execute(sa.insert(RUNS), asdict(run))
    _insert(connection, ENTRIES, [{"run": run.number, **asdict(entry)} for entry in entries])
    rows = [{"run": run.number, **asdict(one), "causes": _BETWEEN.join(one.causes)} for one in changes]
    _insert(connection, CHANGES, rows)


def _insert(connection: sa.Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    for some in _chunks(rows):
        connection.execute(sa.insert(table), list(some))


def _restore(connection: sa.Connection, line: dict[str, Any]) -> int:
    if "sheet" in line:
        body = line["body"] and _pack(line["body"])
        _insert(connection, SHEETS, [{"digest": line["sheet"], "salt": line["salt"], "body": body}])
        return 0
    if "told" in line:
        _insert(connection, TOLD, [line["told"]])
        return 0
    changes = [Change(**{**one, "causes": tuple(one["causes"])}) for one in line["changes"]]
    _insert_run(connection, Run(**line["run"]), [Entry(**one) for one in line["entries"]], changes)
    return 1


def _latest(connection: sa.Connection) -> Run | None:
    row = connection.execute(sa.select(RUNS).order_by(RUNS.c.number.desc()).limit(1)).one_or_none()
    return None if row is None else _run(row)


def _run(row: sa.Row[Any]) -> Run:
    return Run(**{field.name: getattr(row, field.name) for field in fields(Run)})


def _entries(connection: sa.Connection, number: int) -> list[Entry]:
    rows = connection.execute(sa.select(ENTRIES).where(ENTRIES.c.run == number).order_by(ENTRIES.c.path))
    return [Entry(**{field.name: getattr(row, field.name) for field in fields(Entry)}) for row in rows]


def _changes(connection: sa.Connection, number: int) -> list[Change]:
    order = (CHANGES.c.vendor, CHANGES.c.rule, CHANGES.c.fingerprint)
    rows = connection.execute(sa.select(CHANGES).where(CHANGES.c.run == number).order_by(*order))
    return [_change(row) for row in rows]


def _change(row: sa.Row[Any]) -> Change:
    values = {field.name: getattr(row, field.name) for field in fields(Change)}
    values["causes"] = tuple(filter(None, values["causes"].split(_BETWEEN)))
    return Change(**values)


def _bodies(connection: sa.Connection, digests: Sequence[str]) -> dict[str, Any]:
    """Return the values of sheets; None for those that are erased."""
    found: dict[str, Any] = {}
    for some in _chunks(digests):
        rows = connection.execute(sa.select(SHEETS.c.digest, SHEETS.c.body).where(SHEETS.c.digest.in_(some)))
        found |= {digest: body and json.loads(_unpack(body)) for digest, body in rows}
    if lost := set(digests) - found.keys():
        raise HistoryError(f"{len(lost)} sheets of a run are missing", "see `checker history verify`")
    return found


def _salts(connection: sa.Connection, digests: Sequence[str]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for some in _chunks(digests):
        rows = connection.execute(sa.select(SHEETS.c.digest, SHEETS.c.salt).where(SHEETS.c.digest.in_(some)))
        found |= {row.digest: row.salt for row in rows}
    return found


def _sheets_of(connection: sa.Connection, vendor: str, before: str) -> Iterable[str]:
    """Return the sheets that are not erased yet: of a vendor, of the runs before a day alone, or all."""
    query = sa.select(SHEETS.c.digest).where(SHEETS.c.body.is_not(None))
    if vendor:
        query = query.where(SHEETS.c.digest.in_(sa.select(ENTRIES.c.sheet).where(ENTRIES.c.vendor == vendor)))
    if before:
        kept = sa.select(RUNS.c.number).where(RUNS.c.as_of >= before)
        query = query.where(SHEETS.c.digest.not_in(sa.select(ENTRIES.c.sheet).where(ENTRIES.c.run.in_(kept))))
        query = query.where(SHEETS.c.digest.not_in(sa.select(RUNS.c.frame).where(RUNS.c.as_of >= before)))
    return connection.execute(query).scalars()


def _missing_sheets(connection: sa.Connection, run: Run, entries: Iterable[Entry]) -> Iterator[str]:
    wanted = [run.frame, *(entry.sheet for entry in entries)]
    there = _salts(connection, wanted)
    if lost := set(wanted) - there.keys():
        yield f"run {run.number} lacks {len(lost)} of its sheets"


def _false_sheets(connection: sa.Connection) -> Iterator[str]:
    for digest, salt, body in connection.execute(sa.select(SHEETS).where(SHEETS.c.body.is_not(None))):
        try:
            whole = sheet_digest(salt or "", _unpack(body)) == digest
        except (zlib.error, UnicodeDecodeError):
            whole = False
        if not whole:
            yield f"the sheet {digest[:12]} is not what was stored"


def _erased(entry: Entry) -> JsonObject:
    return {"path": entry.path, "vendor": entry.vendor, "verdict": entry.verdict, "erased": True}


def _pack(body: str) -> bytes:
    return zlib.compress(body.encode())


def _unpack(body: bytes) -> str:
    return zlib.decompress(body).decode()


def _chunks(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), _CHUNK):
        yield rows[start : start + _CHUNK]
