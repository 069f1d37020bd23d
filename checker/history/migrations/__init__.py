"""The versions of the tables, oldest first in `versions`; Alembic brings a database from any to the newest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config

if TYPE_CHECKING:
    import sqlalchemy as sa


def upgrade(connection: sa.Connection) -> None:
    """Bring the tables to the newest version, within the transaction of the connection."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, "head")
