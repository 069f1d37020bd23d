"""Runs, their sheets, entries and changes, none of which can be changed once stored."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables, and refuse every change to them but the erasure of values."""
    op.create_table(
        "runs",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("id", sa.Text, unique=True, nullable=False),
        sa.Column("judged_at", sa.Text, nullable=False),
        sa.Column("as_of", sa.Text, nullable=False),
        sa.Column("exit_code", sa.Integer, nullable=False),
        *_texts("tool", "engine", "opa", "profile", "policies", "parameters", "schemas", "revision"),
        *_texts("frame", "previous", "hash"),
    )
    op.create_table(
        "sheets",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("salt", sa.Text),
        sa.Column("body", sa.LargeBinary),
    )
    op.create_table(
        "entries",
        sa.Column("run", sa.Integer, sa.ForeignKey("runs.number"), primary_key=True),
        sa.Column("path", sa.Text, primary_key=True),
        *_texts("vendor", "verdict", "source", "waivers"),
        sa.Column("sheet", sa.Text, sa.ForeignKey("sheets.digest"), nullable=False, index=True),
    )
    op.create_table(
        "changes",
        sa.Column("run", sa.Integer, sa.ForeignKey("runs.number"), primary_key=True),
        sa.Column("fingerprint", sa.Text, primary_key=True),
        *_texts("vendor", "rule", "severity", "kind", "before", "after", "causes"),
        sa.Column("blocks_before", sa.Boolean, nullable=False),
        sa.Column("blocks_after", sa.Boolean, nullable=False),
    )
    guard = _guard_postgresql if op.get_bind().dialect.name == "postgresql" else _guard_sqlite
    guard()


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _guard_sqlite() -> None:
    for table in ("runs", "sheets", "entries", "changes"):
        for event in ("UPDATE", "DELETE"):
            when = " WHEN NEW.body IS NOT NULL" if (table, event) == ("sheets", "UPDATE") else ""
            op.execute(
                f"CREATE TRIGGER {table}_{event.lower()} BEFORE {event} ON {table}{when} "
                "BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END"
            )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the history is append-only'; END $$"
    )
    for table in ("runs", "entries", "changes"):
        op.execute(
            f"CREATE TRIGGER {table}_guard BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    op.execute("CREATE TRIGGER sheets_delete BEFORE DELETE ON sheets FOR EACH ROW EXECUTE FUNCTION refuse_change()")
    op.execute(
        "CREATE TRIGGER sheets_update BEFORE UPDATE ON sheets FOR EACH ROW "
        "WHEN (NEW.body IS NOT NULL) EXECUTE FUNCTION refuse_change()"
    )
