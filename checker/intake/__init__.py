"""What comes from outside in tables: registers of vendors, read by a mapping, and single cells by the schema."""

from __future__ import annotations

from checker.intake.cells import CellError, Habits, convert, split, tidy
from checker.intake.mapping import RegisterMapping, read_mapping
from checker.intake.rows import Draft, Trouble, drafts
from checker.intake.sheet import MAX_BYTES, Row, Sheet, plain_key, read_sheet
from checker.intake.starter import guessed

__all__ = [
    "MAX_BYTES",
    "CellError",
    "Draft",
    "Habits",
    "RegisterMapping",
    "Row",
    "Sheet",
    "Trouble",
    "convert",
    "drafts",
    "guessed",
    "plain_key",
    "read_mapping",
    "read_sheet",
    "split",
    "tidy",
]
