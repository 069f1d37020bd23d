"""Runs that the history could not take: each a file beside it, taken in by the next run."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from typing import TYPE_CHECKING

from checker.history.records import HistoryError, Record, compact

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def save(folder: Path, record: Record) -> Path:
    """Write a run to a file of its own in one step, and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{record.judged_at.replace(':', '')}-{record.id}.json"
    part = file.with_suffix(".part")
    with part.open("w", encoding="ascii") as stream:
        stream.write(compact(asdict(record)))
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(file)
    return file


def waiting(folder: Path) -> Iterator[tuple[Path, Record]]:
    """Yield the runs that wait, oldest first; HistoryError names a file that is none."""
    for file in sorted(folder.glob("*.json")):
        try:
            yield file, Record(**json.loads(file.read_text(encoding="ascii")))
        except (ValueError, TypeError) as error:
            raise HistoryError(f"{file} holds no run: {error}", "put it aside, and run again") from error
