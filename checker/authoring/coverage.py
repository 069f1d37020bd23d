"""Which lines and rules of the policies their Rego tests reach, from the report of `opa test --coverage`."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checker.report.summary import plural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from checker.model import JsonObject

_TEST = "_test.rego"
_NAME = re.compile(r"(?:default\s+)?([^\s({\[:=]+)")


@dataclass(frozen=True, slots=True)
class Rule:
    """One definition of a rule, and whether a test made it hold."""

    line: int
    name: str
    held: bool


@dataclass(frozen=True, slots=True)
class FileCoverage:
    """What tests reach of one policy: its lines that can be reached, and its rules in their order."""

    path: str
    lines: Mapping[int, bool]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many of how many were reached."""

    reached: int
    all: int

    @property
    def complete(self) -> bool:
        """Whether nothing is left."""
        return self.reached == self.all

    @property
    def percent(self) -> float:
        """The share in percent; 0 of nothing, so that an empty library reaches no threshold."""
        return 100 * self.reached / self.all if self.all else 0.0


def read(report: JsonObject, text_of: Callable[[str], str]) -> list[FileCoverage]:
    """Return the coverage of every policy by path; a test covers itself, and would only flatter the percentage.

    `text_of` returns the source at a path of the report: names of rules are read there.
    """
    paths = sorted(path for path in report.get("files", {}) if not path.endswith(_TEST))
    return [_file(path, report["files"][path], text_of(path).splitlines()) for path in paths]


def lines(files: Iterable[FileCoverage]) -> Count:
    """Count the lines of all files."""
    return _count(hit for file in files for hit in file.lines.values())


def rules(files: Iterable[FileCoverage]) -> Count:
    """Count the rules of all files; each definition of a rule counts."""
    return _count(rule.held for file in files for rule in file.rules)


def text(files: list[FileCoverage], prefix: str) -> str:
    """Return what no test reaches, the files that are not wholly covered, and the sum; `prefix` begins each path."""
    rows = [line for file in files for line in _unreached(file, prefix)]
    partial = [file for file in files if not (lines([file]).complete and rules([file]).complete)]
    if rows:
        rows.append("")
    rows += [f"{_sums([file])}  {prefix}{file.path}" for file in partial]
    rows.append(f"{_sums(files)}  in {plural(len(files), 'policy file')}")
    return "\n".join(rows) + "\n"


def lcov(files: list[FileCoverage], prefix: str) -> str:
    """Return the coverage as a tracefile of lcov; a definition of a rule is a function, named by rule and line."""
    return "".join(f"{row}\n" for file in files for row in _record(file, prefix))


def _file(path: str, raw: JsonObject, source: list[str]) -> FileCoverage:
    # OPA lists spans: a line counts as reached only when no part of it is left.
    missed, reached = raw.get("not_covered", []), raw.get("covered", [])
    hits = dict.fromkeys(_rows(reached), True) | dict.fromkeys(_rows(missed), False)
    found = {**_heads(reached, source, held=True), **_heads(missed, source, held=False)}
    return FileCoverage(path, dict(sorted(hits.items())), tuple(found[line] for line in sorted(found)))


def _rows(spans: Iterable[JsonObject]) -> Iterator[int]:
    for span in spans:
        yield from range(span["start"]["row"], span["end"]["row"] + 1)


def _heads(spans: Iterable[JsonObject], source: list[str], *, held: bool) -> dict[int, Rule]:
    """Return the rules among the spans by line: in formatted Rego nothing else begins in the first column."""
    starts = [span["start"]["row"] for span in spans if span["start"]["col"] == 1]
    names = ((row, _NAME.match(source[row - 1])) for row in starts if row <= len(source))
    return {row: Rule(row, match[1], held) for row, match in names if match}


def _count(hits: Iterable[bool]) -> Count:
    listed = list(hits)
    return Count(sum(listed), len(listed))


def _unreached(file: FileCoverage, prefix: str) -> Iterator[str]:
    never = {rule.line: rule.name for rule in file.rules if not rule.held}
    for line in sorted({line for line, hit in file.lines.items() if not hit} | never.keys()):
        what = f"no test makes `{never[line]}` hold" if line in never else "no test reaches this line"
        yield f"{prefix}{file.path}:{line}: {what}"


def _sums(files: list[FileCoverage]) -> str:
    return f"lines {_shown(lines(files))}  rules {_shown(rules(files))}"


def _shown(count: Count) -> str:
    # Rounded down, so that 100 means all of them.
    return f"{math.floor(count.percent * 10) / 10:5.1f} %"


def _record(file: FileCoverage, prefix: str) -> Iterator[str]:
    yield from ("TN:", f"SF:{prefix}{file.path}")
    yield from (f"FN:{rule.line},{rule.name}:{rule.line}" for rule in file.rules)
    yield from (f"FNDA:{int(rule.held)},{rule.name}:{rule.line}" for rule in file.rules)
    yield from (f"FNF:{rules([file]).all}", f"FNH:{rules([file]).reached}")
    yield from (f"DA:{line},{int(hit)}" for line, hit in file.lines.items())
    yield from (f"LF:{lines([file]).all}", f"LH:{lines([file]).reached}", "end_of_record")
