"""Running programs and seeing what they take."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_SHOWN = 2000


@dataclass(frozen=True, slots=True)
class Case:
    """A program to measure; its output goes to the file `output`.

    `times_itself`: its output is JSON whose `seconds` count instead of the whole process.
    """

    command: tuple[str, ...]
    directory: Path
    output: Path
    accepted: tuple[int, ...] = (0,)
    times_itself: bool = False


@dataclass(frozen=True, slots=True)
class Usage:
    """What a program took: seconds, seconds of CPU of all its processes, peak bytes of the largest one."""

    seconds: float
    cpu: float
    peak: int


def measure(case: Case) -> Usage:
    """Run a program to its end; SystemExit with its words when it ends with another code than accepted."""
    errors = case.output.with_suffix(".err")
    with case.output.open("wb") as output, errors.open("wb") as complaints:
        started = time.perf_counter()
        process = subprocess.Popen(case.command, cwd=case.directory, stdout=output, stderr=complaints)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in case.accepted:
        said = errors.read_text(encoding="utf-8", errors="replace")[-_SHOWN:]
        raise SystemExit(f"{' '.join(case.command)} ended with {process.returncode}: {said}")
    if case.times_itself:
        seconds = json.loads(case.output.read_bytes())["seconds"]
    unit = 1 if sys.platform == "darwin" else 1024
    return Usage(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * unit)


def rounds(cases: Mapping[str, Case], repeats: int) -> dict[str, list[Usage]]:
    """Measure all cases in turn, several times, so that a busy moment of the machine hits no program alone."""
    taken: dict[str, list[Usage]] = {name: [] for name in cases}
    for number in range(repeats):
        for name, case in cases.items():
            tell(f"round {number + 1} of {repeats}: {name}")
            taken[name].append(measure(case))
    return taken


def best(taken: list[Usage]) -> Usage:
    """Return the least of each figure: what disturbs a measurement only ever adds."""
    return Usage(min(one.seconds for one in taken), min(one.cpu for one in taken), min(one.peak for one in taken))


def tell(text: str) -> None:
    """Show on a terminal what goes on; the figures alone go to standard output."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
