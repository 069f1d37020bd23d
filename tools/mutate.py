"""Find out how many small faults in the policies and parameters the tables of cases notice.

Each mutant is one fault: a comparison one off, a condition left out, two tiers exchanged, a period a month longer. It
is killed when a case turns red, and survives when none does: then a case is missing, or the fault is none. A survivor
that no case can kill is explained in tests/mutation/survivors.yaml, and no longer counts.
"""

from __future__ import annotations

import argparse
import importlib
import os
import random
import shutil
import sys
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mutation.bench import Answer, Bench, Refused
from mutation.subject import Subject

from checker import documents

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from mutation.model import Mutant

ROOT = Path(__file__).resolve().parent.parent
SURVIVORS = ROOT / "tests" / "mutation" / "survivors.yaml"
_PIECE = 40  # mutants of one control that are tried in one go
_CERTAIN = 100.0
_STEPS = 20


@dataclass(slots=True)
class Outcome:
    """What became of the mutants: each is killed, refused, or survives."""

    killed: list[Mutant] = field(default_factory=list)
    survivors: list[Mutant] = field(default_factory=list)

    def add(self, other: Outcome) -> None:
        """Take over what became of others."""
        self.killed += other.killed
        self.survivors += other.survivors


class Progress:
    """Tells on the error stream, in steps, how many of so many mutants have been tried."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._done = 0
        self._lock = threading.Lock()

    def add(self, more: int = 1) -> None:
        """Count further mutants; several threads may."""
        with self._lock:
            before, self._done = self._done, self._done + more
            if before * _STEPS // self._number != self._done * _STEPS // self._number:
                print(f"{self._done} of {self._number} mutants tried", file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Mutate, report, and return 1 when too much survives or an explanation is stale."""
    options = _options(arguments)
    opa = shutil.which("opa")
    if not opa:
        raise SystemExit("this needs a real `opa` on PATH (`make tools` builds it)")
    subject = _subject(Path(opa))
    explained = read_survivors(options.survivors)
    started = time.monotonic()
    every = subject.mutants()
    chosen = choose(subject, every, options)
    outcome = try_all(subject, chosen, options.jobs, explained)
    stale = stale_of(explained, every, outcome)
    rows = table(subject, outcome, explained)
    if not rows[-1].mutants:
        raise SystemExit("no mutant is left to count: the gates refuse all that were chosen")
    print_report(rows, stale)
    print(f"{rows[-1].mutants} mutants tried in {time.monotonic() - started:.0f} s")
    for path in subject.outside:
        print(f"not mutated, for no table of cases judges it: policies/{path}")
    for path in subject.unused:
        print(f"not mutated, for no control uses it: policies/{path}")
    # A sample holds too few of one control to judge it alone.
    low = [row for row in (rows[-1:] if options.sample else rows) if row.score < options.floor]
    for row in low:
        print(f"{row.name}: {row.score:.1f} % is under the floor of {options.floor:g} %", file=sys.stderr)
    return int(bool(low or stale))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--control",
        action="append",
        metavar="ID",
        help="only the policy of this control (repeatable); lib/NAME, main and params/NAME are taken too",
    )
    parser.add_argument("--sample", type=int, metavar="N", help="only so many mutants, chosen by --seed")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    cores = min(os.cpu_count() or 1, 4)
    parser.add_argument("--jobs", type=int, default=cores, metavar="N", help="OPA servers that work at the same time")
    parser.add_argument("--floor", type=float, default=0.0, metavar="PERCENT", help="exit 1 under this score")
    parser.add_argument("--survivors", type=Path, default=SURVIVORS, metavar="FILE", help="the explained survivors")
    return parser.parse_args(arguments)


def _subject(opa: Path) -> Subject:
    sys.path.insert(0, str(ROOT))  # the tables belong to the tests, which are not installed
    tables = importlib.import_module("tests.cases.tables")
    return Subject(tables.library(), tables, ROOT / "schemas", opa)


def choose(subject: Subject, every: list[Mutant], options: argparse.Namespace) -> list[Mutant]:
    """Return the mutants that the options ask for."""
    names = set(options.control or ())
    unknown = names - {row_of(subject, one) for one in every}
    if unknown:
        raise SystemExit(f"there is nothing to mutate in {', '.join(sorted(unknown))}")
    chosen = [one for one in every if not names or row_of(subject, one) in names]
    if options.sample and options.sample < len(chosen):
        numbers = random.Random(options.seed).sample(range(len(chosen)), options.sample)  # noqa: S311 - no secret
        chosen = [chosen[number] for number in sorted(numbers)]
    return chosen


def row_of(subject: Subject, mutant: Mutant) -> str:
    """Return what a mutant is counted under: its control, or the part that many share."""
    return subject.files.get(mutant.file, mutant.row)


def try_all(subject: Subject, mutants: Sequence[Mutant], jobs: int, explained: Container[tuple[str, str]]) -> Outcome:
    """Try every mutant, on several servers at a time, and print the survivors that nobody has explained."""
    pieces = _pieces(subject, mutants, jobs)
    benches: list[Bench] = []
    baselines: dict[tuple[str, bool], list[Answer]] = {}
    progress = Progress(len(mutants))

    def work(piece: Sequence[Mutant]) -> Outcome:
        try:
            bench = idle.pop()
        except IndexError:
            bench = Bench(subject.opa, subject.library.modules, baselines)
            benches.append(bench)
        try:
            return try_some(subject, bench, piece, progress)
        finally:
            idle.append(bench)

    idle: list[Bench] = []
    whole = Outcome()
    try:
        with ThreadPoolExecutor(jobs) as pool:
            for outcome in pool.map(work, pieces):
                whole.add(outcome)
                for one in outcome.survivors:
                    if (one.file, one.what) not in explained:
                        print(one, flush=True)
    finally:
        for bench in benches:
            bench.close()
    return whole


def _pieces(subject: Subject, mutants: Sequence[Mutant], jobs: int) -> list[list[Mutant]]:
    """Return what is tried together: mutants of one control, or a share of those that concern many."""
    by_control = defaultdict(list)
    shared = []
    for one in mutants:
        if one.file in subject.files:
            by_control[one.file].append(one)
        else:
            shared.append(one)
    pieces = [shared[start::jobs] for start in range(jobs)]
    for group in by_control.values():
        pieces += [group[start : start + _PIECE] for start in range(0, len(group), _PIECE)]
    return [piece for piece in pieces if piece]


def try_some(subject: Subject, bench: Bench, mutants: Sequence[Mutant], progress: Progress) -> Outcome:
    """Try mutants control by control; one that is killed is not tried further, one that a gate refuses is no mutant."""
    outcome = Outcome()
    left = list(mutants)
    judges = {id(one): set(subject.judges(one)) for one in left}
    for control in sorted(subject.cases, key=lambda name: len(subject.cases[name].cases)):
        for one in [one for one in left if control in judges[id(one)]]:
            try:
                if not subject.try_(bench, control, one):
                    continue
                outcome.killed.append(one)
            except Refused:
                pass
            left.remove(one)
            progress.add()
    progress.add(len(left))
    refused = subject.refused([*outcome.killed, *left])
    return Outcome(
        [one for one in outcome.killed if id(one) not in refused], [one for one in left if id(one) not in refused]
    )


@dataclass(frozen=True, slots=True)
class Row:
    """The score of one control, or of all."""

    name: str
    mutants: int
    killed: int
    explained: int

    @property
    def score(self) -> float:
        """The percentage of the mutants killed, the explained ones left aside."""
        counted = self.mutants - self.explained
        return 100 * self.killed / counted if counted else _CERTAIN


def table(subject: Subject, outcome: Outcome, explained: Iterable[tuple[str, str]]) -> list[Row]:
    """Return a row for each control and shared part, and one for everything last."""
    numbers: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    known = set(explained)
    for one in outcome.killed:
        numbers[row_of(subject, one)][1] += 1
    for one in outcome.survivors:
        numbers[row_of(subject, one)][2 if (one.file, one.what) in known else 0] += 1
    rows = [Row(name, sum(three), three[1], three[2]) for name, three in sorted(numbers.items())]
    sums = (sum(column) for column in zip(*numbers.values(), strict=True)) if numbers else (0, 0, 0)
    open_, killed, told = sums
    return [*rows, Row("all", open_ + killed + told, killed, told)]


def print_report(rows: Sequence[Row], stale: Iterable[tuple[str, str]]) -> None:
    """Print the stale explanations and the table."""
    for file, what in sorted(stale):
        print(f"stale: policies/{file}: {what}: this mutant does not survive, take the explanation out")
    print(f"{'':24} {'mutants':>8} {'killed':>8} {'explained':>10} {'survivors':>10} {'score':>8}")
    for row in rows:
        left = row.mutants - row.killed - row.explained
        print(f"{row.name:24} {row.mutants:8} {row.killed:8} {row.explained:10} {left:10} {row.score:6.1f} %")


def read_survivors(path: Path) -> dict[tuple[str, str], str]:
    """Return the reason of each explained survivor by file and mutation."""
    if not path.exists():
        return {}
    loaded = documents.load(str(path), path.read_bytes())
    if loaded.document is None:
        raise SystemExit(f"{path}:{loaded.problems[0].line}: {loaded.problems[0].message}")
    entries: list[dict[str, Any]] = loaded.document.data["survivors"]
    wrong = [one for one in entries if one.keys() != {"file", "mutation", "reason"}]
    if wrong:
        raise SystemExit(f"{path}: each survivor has a file, a mutation and a reason: {wrong[0]}")
    return {(one["file"], one["mutation"]): one["reason"] for one in entries}


def stale_of(explained: Iterable[tuple[str, str]], every: Iterable[Mutant], outcome: Outcome) -> set[tuple[str, str]]:
    """Return the explanations of what was killed, or is no mutant at all."""
    killed = {(one.file, one.what) for one in outcome.killed}
    possible = {(one.file, one.what) for one in every}
    return {key for key in explained if key in killed or key not in possible}


if __name__ == "__main__":
    sys.exit(main())
