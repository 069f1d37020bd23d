"""Faults of our own set-up. A defect in a vendor's file is never one of these: it is a finding."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class CheckerError(Exception):
    """A run that cannot go on; `message` says what and where, `hint` how to mend it."""

    exit_code = 3

    def __init__(self, message: str, hint: str = "") -> None:
        # Both are arguments, so that the error survives the way back from another process.
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message


class UsageError(CheckerError):
    """A wrong option, configuration, parameter file or directory."""

    exit_code = 2


class PolicyError(CheckerError):
    """The policies do not compile, or contradict the contract that the checker relies on."""


class EngineError(CheckerError):
    """The engine could not be opened or reached; nothing can be judged."""


def nearest(name: str, known: Iterable[object]) -> str:
    """Return a hint: the most similar known name, or all of them when none is similar."""
    names = sorted(map(str, known))
    similar = [one for one in names if one.lower() == name.lower()] or difflib.get_close_matches(name, names, 1)
    if similar:
        return f"did you mean `{similar[0]}`?"
    return f"known are: {', '.join(names)}" if names else "there are none"
