"""The record of past runs: append-only, chained by hashes, in SQLite or PostgreSQL.

What needs a database is imported when it is asked for: the rest works without the packages for one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.history.records import Cause, Change, Entry, HistoryError, Kind, Record, Run

if TYPE_CHECKING:
    from checker.history.store import History, open_history

__all__ = ["Cause", "Change", "Entry", "History", "HistoryError", "Kind", "Record", "Run", "open_history"]


def __getattr__(name: str) -> object:
    if name not in {"History", "open_history"}:
        raise AttributeError(name)
    from checker.history import store

    return getattr(store, name)
