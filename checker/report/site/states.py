"""How results are told on the pages: a state of a control for a vendor, with a word, a sign and a letter."""

from __future__ import annotations

from collections import Counter
from enum import Enum
from typing import TYPE_CHECKING, Final

from checker.report.summary import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from checker.model import JsonObject


class State(Enum):
    """How a control stands for a vendor; the order of members is that of weight."""

    ERROR = ("E", "error", "?", "not judged")
    BLOCKS = ("B", "blocks", "✕", "not met, blocks")
    FAILS = ("F", "fails", "▲", "not met")
    UNDETERMINED = ("U", "fails", "▲", "cannot be determined")
    WAIVED = ("W", "waived", "◆", "waived")
    WARNS = ("A", "warns", "●", "warning")
    PASSES = ("P", "passes", "✓", "met")
    IRRELEVANT = ("N", "none", "–", "does not apply")  # noqa: RUF001 - the sign

    def __init__(self, letter: str, look: str, sign: str, word: str) -> None:
        self.letter = letter
        """Stands for the state where there are many."""
        self.look = look
        """The class in the style sheet."""
        self.sign = sign
        """Tells what the colour tells."""
        self.word = word


OPEN: Final = (State.ERROR, State.BLOCKS, State.FAILS, State.UNDETERMINED)
"""The states in which a control is not met."""
_BY_STATUS: Final = {
    "error": State.ERROR,
    "fail": State.FAILS,
    "undetermined": State.UNDETERMINED,
    "waived": State.WAIVED,
    "warn": State.WARNS,
    "pass": State.PASSES,
    "not_applicable": State.IRRELEVANT,
}
_WEIGHT: Final = {state: weight for weight, state in enumerate(State)}
VERDICTS: Final = {str(one): one for one in Verdict}
LOOKS: Final = {
    Verdict.BLOCKED: ("blocks", "✕"),
    Verdict.UNJUDGED: ("error", "?"),
    Verdict.WARNED: ("warns", "●"),
    Verdict.PASSES: ("passes", "✓"),
}
"""The class in the style sheet, and the sign, of each verdict."""


def state(result: JsonObject) -> State:
    """Return the state that a result of a stored report means."""
    if result["status"] != "error" and any(one["blocks"] for one in result["findings"]):
        return State.BLOCKS
    return _BY_STATUS[result["status"]]


def states(vendor: JsonObject) -> dict[str, State]:
    """Return the state of each control that was judged for a vendor."""
    return {one["control"]: state(one) for one in vendor.get("results", ())}


def worst(found: Iterable[State]) -> State | None:
    """Return the heaviest state; None of none."""
    return min(found, key=_WEIGHT.__getitem__, default=None)


def weight(one: State) -> int:
    """Return the place of a state, the heaviest first."""
    return _WEIGHT[one]


def counts(found: Iterable[State]) -> list[tuple[State, int]]:
    """Return how often each state is there, the heaviest first, those that are not left out."""
    counted = Counter(found)
    return [(one, counted[one]) for one in State if counted[one]]


def cells(found: dict[str, State], families: Sequence[tuple[str, Sequence[str]]]) -> list[tuple[State | None, int]]:
    """Return for each family its heaviest state, and how many of its controls have it."""
    row = []
    for _, controls in families:
        some = [found[name] for name in controls if name in found]
        heaviest = worst(some)
        row.append((heaviest, some.count(heaviest) if heaviest else 0))
    return row
