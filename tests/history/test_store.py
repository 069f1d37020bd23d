"""The history in both databases: what is stored stays, what was changed is found, what is erased is gone."""

import pytest
import sqlalchemy as sa

from checker.errors import UsageError
from checker.history import HistoryError, Record, open_history
from checker.history.store import CHANGES, ENTRIES, RUNS, SHEETS
from tests.history.builders import finding, keep, report
from tests.history.conftest import postgresql

LATE = finding("acme", "AA-01.overdue")
OPEN = finding("birch", "EN-01.weak")


@pytest.fixture
def three(history):
    """Return a history of three runs: a finding comes, and goes."""
    keep(history, "a", report("2026-11-20", {"birch": [OPEN], "acme": []}))
    keep(history, "b", report("2026-11-21", {"birch": [OPEN], "acme": [LATE]}))
    keep(history, "c", report("2026-11-22", {"birch": [OPEN], "acme": []}))
    return history


def test_a_report_comes_back_as_it_was(three):
    told = report("2026-11-21", {"birch": [OPEN], "acme": [LATE]})
    assert three.report(three.run(2)) == told
    assert list(three.report(three.run(2))["vendors"][0]) == list(told["vendors"][0])


def test_each_run_knows_what_changed_and_since_when(three):
    kinds = [[(one.vendor, one.kind, one.causes) for one in three.changes(number)] for number in (1, 2, 3)]
    assert kinds == [
        [("birch", "new", ("first run",))],
        [("acme", "new", ("date",))],
        [("acme", "fixed", ("date",))],
    ]
    assert three.open_since() == {OPEN["fingerprint"]: "2026-11-20", LATE["fingerprint"]: "2026-11-21"}


def test_the_past_is_told_by_run_and_by_vendor(three):
    moved = report("2026-11-23", {"birch": [OPEN], "acme": []})
    moved["vendors"][1]["verdict"] = "passes"
    keep(three, "d", moved)
    assert three.tallies() == {**{run: {"blocked": 2} for run in (1, 2, 3)}, 4: {"blocked": 1, "passes": 1}}
    acme, birch = (f"vendor_manifests/{name}.yaml" for name in ("acme", "birch"))
    assert three.courses(4) == {acme: [(1, "blocked"), (4, "passes")], birch: [(1, "blocked")]}
    assert three.courses(3) == {acme: [(1, "blocked")], birch: [(1, "blocked")]}
    assert [(run, change.vendor, change.kind) for run, change in three.events(2)] == [
        (1, "birch", "new"),
        (2, "acme", "new"),
    ]


def test_what_is_left_out_is_not_called_fixed(history):
    first = {**report("2026-11-20", {"acme": [LATE, OPEN]}), "controls": [{"id": "AA-01"}, {"id": "EN-01"}]}
    keep(history, "a", first)
    keep(history, "b", {**report("2026-11-21", {"acme": []}, profile="y"), "controls": [{"id": "AA-01"}]})
    assert {(one.rule, one.kind) for one in history.changes(2)} == {
        ("AA-01.overdue", "fixed"),
        ("EN-01.weak", "dropped"),
    }


def test_what_did_not_change_is_stored_once(three):
    assert len({entry.sheet for number in (1, 2, 3) for entry in three.entries(number) if entry.vendor == "birch"}) == 1


def test_a_run_is_stored_once(three):
    told = report("2026-11-22", {"birch": [OPEN], "acme": []})
    assert [(run.number, fresh) for run, fresh in (keep(three, "c", told), keep(three, "d", told))] == [
        (3, False),
        (3, False),
    ]
    assert keep(three, "e", {**told, "exit_code": 3})[1]


def test_a_run_that_was_compared_with_an_older_one_is_refused(three):
    record = Record("z", "2026-11-23T03:00:00+00:00", report("2026-11-23", {"acme": []}), {})
    with pytest.raises(HistoryError, match="another run was stored"):
        three.append(record, (), three.run(2))
    assert len(three.runs()) == 3


@pytest.mark.parametrize("table", [RUNS, SHEETS, ENTRIES, CHANGES], ids=lambda table: table.name)
@pytest.mark.parametrize("statement", ["update", "delete"])
def test_the_database_refuses_to_change_what_is_stored(three, table, statement):
    column = SHEETS.c.body if table is SHEETS else next(c for c in table.c if isinstance(c.type, sa.Text))
    value = b"x" if table is SHEETS else "x"
    command = sa.update(table).values({column: value}) if statement == "update" else sa.delete(table)
    with pytest.raises(sa.exc.SQLAlchemyError, match="append-only"), three._engine.begin() as connection:
        connection.execute(command)


FORGERIES = {
    "as_of": (sa.update(RUNS).where(RUNS.c.number == 2).values(as_of="2026-11-20"), "run 2 is not what was stored"),
    "exit code": (sa.update(RUNS).where(RUNS.c.number == 1).values(exit_code=0), "run 1 is not what was stored"),
    "verdict": (sa.update(ENTRIES).where(ENTRIES.c.run == 3).values(verdict="passes"), "run 3 is not what was stored"),
    "change": (sa.update(CHANGES).where(CHANGES.c.run == 2).values(rule="x"), "run 2 is not what was stored"),
    "no change": (sa.delete(CHANGES).where(CHANGES.c.run == 3), "run 3 is not what was stored"),
    "hash": (sa.update(RUNS).where(RUNS.c.number == 2).values(hash="0"), "run 3 does not follow the run before it"),
    "body": (sa.update(SHEETS).values(body=b"x\x9c"), "is not what was stored"),
    "salt": (sa.update(SHEETS).values(salt="0"), "is not what was stored"),
}


@pytest.mark.parametrize(("forgery", "told"), FORGERIES.values(), ids=FORGERIES.keys())
def test_what_was_forged_is_found(three, forgery, told):
    assert list(three.verify()) == []
    _without_guard(three, forgery)
    assert any(told in fault for fault in three.verify())


def test_a_run_that_is_gone_is_found(three):
    _without_guard(three, *(sa.delete(table).where(table.c.run == 2) for table in (ENTRIES, CHANGES)))
    _without_guard(three, sa.delete(RUNS).where(RUNS.c.number == 2))
    assert "run 2 is missing" in list(three.verify())


def _without_guard(history, *statements):
    with history._engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            for (name,) in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for statement in statements:
            connection.execute(statement)


def test_a_backup_restores_the_same_chain_in_the_other_database(three, tmp_path, request):
    lines = list(three.export())
    other = str(tmp_path / "restored.db")
    if three._engine.dialect.name == "sqlite":
        other = postgresql(request.getfixturevalue("server"))
    restored = open_history(other, tmp_path, create=True)
    try:
        assert restored.restore(lines) == 3
        assert (restored.runs(), list(restored.verify())) == (three.runs(), [])
        assert restored.report(restored.run(2)) == three.report(three.run(2))
        assert sorted(restored.export()) == sorted(lines)
        with pytest.raises(HistoryError, match="holds runs already"):
            restored.restore(lines)
    finally:
        restored.close()


@pytest.mark.parametrize("line", ["", "[]", "{}", '{"sheet": 1}', '{"run": {}, "entries": [], "changes": []}'])
def test_half_a_backup_restores_nothing(history, line):
    keep_line = '{"sheet":"00","salt":"s","body":"b"}'
    with pytest.raises(HistoryError, match="line 2"):
        history.restore([keep_line, line])
    assert list(history.export()) == []


def test_erased_values_are_gone_and_the_chain_holds(three):
    assert three.erase(vendor="acme", text="Jane Roe") == 1
    assert list(three.verify()) == []
    vendors = {one["vendor"]: one for one in three.report(three.run(2))["vendors"]}
    assert (vendors["acme"]["erased"], "results" in vendors["birch"]) == (True, True)
    assert three.erase(vendor="birch") == 1
    assert "Jane Roe" not in "".join(three.export())
    assert three.latest().number == 3
    assert keep(three, "d", report("2026-11-23", {"birch": [OPEN], "acme": [LATE]}))[1]
    assert list(three.verify()) == []


def test_erasing_by_day_keeps_what_a_later_run_shares(three):
    three.erase(before="2026-11-22")
    assert three.report(three.run(3)) == report("2026-11-22", {"birch": [OPEN], "acme": []})
    assert three.report(three.run(2)).get("erased")
    assert list(three.verify()) == []


def test_tables_of_a_newer_checker_are_left_alone(three, url, tmp_path):
    with three._engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(HistoryError, match="newer checker"):
        open_history(url, tmp_path, create=True)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("mysql://h/db", "cannot be in `mysql`"),
        ("sqlite://", "in memory is none"),
        ("postgresql://h:port/db", "cannot be read"),
        ("none.db", "there is no history"),
    ],
)
def test_an_address_that_cannot_be_one_is_refused(wrong, told, tmp_path):
    with pytest.raises(UsageError, match=told):
        open_history(wrong, tmp_path, create=False)


def test_a_password_is_never_told(tmp_path):
    with pytest.raises(HistoryError) as raised:
        open_history("postgresql://me:hush@127.0.0.1:1/db", tmp_path, create=True)
    assert "hush" not in f"{raised.value.message} {raised.value.hint}"
    assert "127.0.0.1" in raised.value.message


def test_a_file_that_is_no_database_is_told(tmp_path):
    (tmp_path / "notes.db").write_text("not a database, but long enough to be read as one" * 40)
    with pytest.raises(HistoryError, match="not a database"):
        open_history("notes.db", tmp_path, create=True)


def test_what_was_told_is_kept_for_each_channel_and_moves_along(three, tmp_path):
    three.remember("mail", {"a": {"status": "fail"}, "b": {"status": "warn"}})
    three.remember("webhook", {"a": {"status": "fail"}})
    three.remember("mail", {"a": {"status": "waived"}, "b": {}, "never": {}})
    with_told = list(three.export())
    moved = open_history(str(tmp_path / "moved.db"), tmp_path, create=True)
    moved.restore(with_told)
    for one in (three, moved):
        assert one.told("mail") == {"a": {"status": "waived"}}
        assert one.told("webhook") == {"a": {"status": "fail"}}
        assert list(one.verify()) == []
    assert list(moved.export()) == with_told
    moved.close()


def test_a_history_of_the_first_version_is_brought_up_to_date(three, url, tmp_path):
    with three._engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE told"))
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    three.close()
    again = open_history(url, tmp_path, create=False)
    again.remember("mail", {"a": {"status": "fail"}})
    assert (again.told("mail"), len(again.runs())) == ({"a": {"status": "fail"}}, 3)
    again.close()
