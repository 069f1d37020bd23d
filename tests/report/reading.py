"""How readers written by others understand our outputs, as far as the tests need it."""

from __future__ import annotations

import re
from dataclasses import dataclass

SGR = re.compile("\x1b\\[[0-9;]*m")


@dataclass(frozen=True)
class Command:
    name: str
    properties: dict[str, str]
    data: str


def commands(text: str) -> list[Command]:
    """The workflow commands that GitHub's runner finds in a log.

    `::name key=value,..::data` counts after leading white space, the old `##[name]data` anywhere in a line.
    """
    found = []
    for line in re.split("\r\n|\r|\n", text):
        stripped = line.lstrip()
        if stripped.startswith("::") and "::" in stripped[2:]:
            info, _, data = stripped[2:].partition("::")
            name, _, properties = info.partition(" ")
            pairs = (pair.split("=", 1) for pair in properties.split(",") if "=" in pair)
            found.append(Command(name, {key: _property(value) for key, value in pairs}, _data(data)))
        elif re.search(r"##\[[^\]]*\]", line):
            found.append(Command("##[", {}, line))
    return found


def _data(text: str) -> str:
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def _property(text: str) -> str:
    return _data(text.replace("%3A", ":").replace("%2C", ","))


def hidden(text: str) -> set[str]:
    """Characters that a terminal acts on or does not show, other than the end of a line."""
    return {char for char in text if not (char.isprintable() or char in "\n\xa0")}
