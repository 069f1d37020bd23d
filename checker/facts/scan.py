"""One walk over a manifest that notes what facts are made of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from checker.model import JsonObject

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_AFTER_P = frozenset("0123456789T")
_DATE_LENGTH = len("2026-11-22")
# The lists whose items are about a legal entity of their own, and the field that names it.
_ENTITIES: dict[tuple[str | int, ...], str] = {("subcontracting", "parties"): "id", ("legal", "licences"): "holder"}


class Scan:
    """Evidence references, dates in attested blocks, texts like durations, numbers of a canonical form of their own."""

    __slots__ = ("attested", "dates", "durations", "odd_numbers", "path", "references")

    def __init__(self) -> None:
        self.references: list[JsonObject] = []
        self.dates: list[tuple[list[str | int], str]] = []
        self.durations: set[str] = set()
        self.odd_numbers = False
        # The way to the node at hand; copied only where something is found, because thousands of nodes have nothing.
        self.path: list[str | int] = []
        self.attested = False

    def block(self, name: str, value: object, *, attested: bool) -> None:
        """Walk over one top-level block."""
        self.attested = attested
        self.path = [name]
        self._visit(value, "vendor")

    def _visit(self, node: object, entity: str) -> None:
        if isinstance(node, str):
            if self.attested and len(node) == _DATE_LENGTH and _DATE.fullmatch(node):
                self.dates.append((self.path.copy(), node))
            elif node.startswith("P") and node[1:2] in _AFTER_P:
                self.durations.add(node)
        elif isinstance(node, dict):
            for key, value in node.items():
                self.path.append(key)
                if key == "evidence" and type(value) is list:
                    self._refer(value, entity)
                else:
                    self._visit(value, entity)
                self.path.pop()
        elif isinstance(node, list):
            about = _ENTITIES.get(tuple(self.path))
            for index, value in enumerate(node):
                self.path.append(index)
                self._visit(value, str(value.get(about, entity)) if about and isinstance(value, dict) else entity)
                self.path.pop()
        elif isinstance(node, float):
            self.odd_numbers = self.odd_numbers or is_odd(node)

    def _refer(self, names: list[str], entity: str) -> None:
        self.references.extend({"id": name, "path": [*self.path, i], "entity": entity} for i, name in enumerate(names))


def is_odd(number: float) -> bool:
    """Tell whether Python and RFC 8785 may write a number differently: with an exponent, or without a fraction."""
    text = repr(number)
    return "e" in text or text.endswith(".0")
