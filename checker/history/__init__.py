"""The record of past runs: append-only, chained by hashes, in SQLite or PostgreSQL."""

from checker.history.records import Cause, Change, Entry, HistoryError, Kind, Record, Run
from checker.history.store import History, open_history

__all__ = ["Cause", "Change", "Entry", "History", "HistoryError", "Kind", "Record", "Run", "open_history"]
