"""The baseline: what was found when a repository began to be checked, and is left standing for a while.

Nothing of it is hidden: a finding in the baseline fails as before and is shown, but does not block. An entry counts
until its day, and only while the value that the finding is about stays as it was.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from checker import calendar, sources
from checker.documents import Document
from checker.errors import UsageError
from checker.model import Finding, Location, Problem, Severity, Status, fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from checker.model import JsonObject, Report
    from checker.schema import Schemas

MAX_BYTES: Final = 64 << 20
"""The largest file that is read."""
UNUSABLE: Final = "baseline.unusable"
"""The rule of the finding that tells of a file that cannot be used."""
_EXCUSABLE: Final = frozenset({Status.FAIL, Status.UNDETERMINED})
_HEAD: Final = '{\n"apiVersion": "vendorpolicy/v1",\n"kind": "Baseline",\n"entries": ['
_REMOVE: Final = "remove the entry; `checker check --write-baseline DATE` does so"
_MEND: Final = "mend what was left standing, then remove the entry"


@dataclass(frozen=True, slots=True)
class Entry:
    """One finding that does not block from `since` to `until`, both dates in ISO form, while `value` stays."""

    vendor: str
    rule: str
    subject: str
    value: str
    since: str
    until: str
    line: int = 1

    @property
    def control(self) -> str:
        """The control's id."""
        return self.rule.partition(".")[0]

    @property
    def fingerprint(self) -> str:
        """That of the finding."""
        return fingerprint(self.rule, self.vendor, self.subject)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the organisation's parameters allow a baseline, and the day that is judged."""

    as_of: date
    longest: str
    not_waivable: frozenset[str]

    def last_day(self, entry: Entry) -> str:
        """Return the last day on which an entry counts, which is not always the one it names."""
        return min(entry.until, calendar.add(date.fromisoformat(entry.since), self.longest).isoformat())

    def allow(self, rule: str) -> bool:
        """Tell whether a finding can be left standing at all."""
        return self.not_waivable.isdisjoint({rule, rule.partition(".")[0]})


def terms(parameters: Mapping[str, JsonObject], as_of: date) -> Terms:
    """Read the terms from the parameters."""
    waivers = parameters["waivers"]
    return Terms(as_of, waivers["baseline"], frozenset(waivers["not_waivable"]))


@dataclass(frozen=True, slots=True)
class Baseline:
    """The entries of one file by the fingerprint of their finding; none when `problem` says what is wrong with it."""

    path: str
    entries: Mapping[str, Entry] = field(default_factory=dict)
    problem: Finding | None = None

    def apply(self, report: Report, terms: Terms) -> Report:
        """Return the report in which findings of the baseline do not block, with remarks on entries that lapse."""

        def excused(finding: Finding) -> Finding:
            last = self.last_day(finding, terms)
            return replace(finding, blocks=False, baseline=last) if last else finding

        remarks = [self.problem] if self.problem else list(self._remarks(report, terms))
        told = report.with_findings(excused) if self.entries else report
        count = sum(bool(finding.baseline) for finding in told.findings)
        notes = (f"findings left standing by the baseline {self.path}: {count:,}",) if count else ()
        return replace(told, others=(*told.others, *remarks), notes=(*told.notes, *notes))

    def last_day(self, finding: Finding, terms: Terms) -> str:
        """Return until when a finding is left standing; empty when it is not."""
        entry = self.entries.get(finding.fingerprint)
        counts = entry and _excusable(finding) and not _refusal(entry, finding, terms)
        return terms.last_day(entry) if entry and counts else ""

    @property
    def text(self) -> str:
        """The file: one entry a line, so that a difference of two files names what differs."""
        names = ("vendor", "rule", "subject", "value", "since", "until")
        ordered = sorted(self.entries.values(), key=lambda entry: (entry.vendor, entry.rule, entry.subject))
        rows = [json.dumps({name: getattr(entry, name) for name in names}) for entry in ordered]
        return "".join((_HEAD, "\n" if rows else "", ",\n".join(rows), "\n]\n}\n"))

    def _remarks(self, report: Report, terms: Terms) -> Iterator[Finding]:
        known = {finding.fingerprint: finding for finding in report.findings}
        for key in _judged(self.entries, report):
            finding = known.get(key)
            refusal = _refusal(self.entries[key], finding, terms)
            if refusal and (finding is None or _excusable(finding)):
                yield self._remark(self.entries[key], *refusal)

    def _remark(self, entry: Entry, code: str, message: str) -> Finding:
        return Finding(
            rule=f"baseline.{code}",
            status=Status.WARN,
            severity=Severity.LOW,
            message=message,
            fix=_REMOVE if code == "unused" else _MEND,
            location=Location(self.path, entry.line),
            vendor=entry.vendor,
            subject=f"{entry.rule}:{entry.subject}",
        )


def _refusal(entry: Entry, finding: Finding | None, terms: Terms) -> tuple[str, str] | None:
    """Return why an entry does not count, as a code and in words; None when it does."""
    what = f"the baseline no longer excuses {entry.rule} of {entry.vendor}"
    if finding is None:
        return "unused", f"the baseline excuses {entry.rule} of {entry.vendor}, which is no longer found"
    if not terms.allow(entry.rule):
        return "refused", f"the baseline cannot excuse {entry.rule} of {entry.vendor}: nobody may accept that"
    if terms.last_day(entry) < terms.as_of.isoformat():
        return "lapsed", f"{what}: its day was {terms.last_day(entry)}"
    if entry.since > terms.as_of.isoformat():
        return "not_yet", f"the baseline excuses {entry.rule} of {entry.vendor} from {entry.since} on"
    if entry.value != finding.value:
        return "changed", f"{what}: the value concerned is another one"
    return None


def read(root: Path, path: str, schemas: Schemas) -> Baseline | None:
    """Read the baseline at `path` below `root`; None when there is no file.

    A file that cannot be used excuses nothing, and says so by a finding that blocks.
    """
    if not os.path.lexists(root / path):
        return None
    content = sources.read(root, path, MAX_BYTES)
    if isinstance(content, Problem):
        return _unusable(path, content.message)
    try:
        data = json.loads(content, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        return _unusable(path, f"it is no valid JSON: {error}", getattr(error, "lineno", 1))
    lines = [number for number, line in enumerate(content.split(b"\n"), 1) if b'"rule"' in line]
    problems = schemas.check(Document(path, data, b""), "Baseline") if isinstance(data, dict) else ()
    if problems or not isinstance(data, dict):
        keys = problems[0].keys if problems else ()
        place = keys[1] if len(keys) > 1 and isinstance(keys[1], int) and keys[1] < len(lines) else None
        message = problems[0].message if problems else "it holds no object"
        return _unusable(path, message, lines[place] if place is not None else 1)
    if len(lines) != len(data["entries"]):  # written by hand, not one entry a line
        lines = [1] * len(data["entries"])
    made = [Entry(**values, line=line) for values, line in zip(data["entries"], lines, strict=True)]
    return Baseline(path, {entry.fingerprint: entry for entry in made})


def draft(report: Report, known: Baseline, until: date, terms: Terms) -> tuple[Baseline, tuple[Finding, ...]]:
    """Return a baseline of all that blocks, and the findings that nobody may leave standing.

    `report` is without a baseline. What counts in `known` keeps its dates, and what was not judged stays.
    """
    judged = set(_judged(known.entries, report))
    entries = {key: entry for key, entry in known.entries.items() if key not in judged}
    controls = {control.id for control in report.controls}
    refused = []
    for finding in report.findings:
        if not _excusable(finding) or finding.control not in controls:
            continue
        entry = known.entries.get(finding.fingerprint)
        if entry and not _refusal(entry, finding, terms):
            entries[finding.fingerprint] = entry
        elif terms.allow(finding.rule):
            entries[finding.fingerprint] = _entry(finding, terms.as_of, until)
        else:
            refused.append(finding)
    return Baseline(known.path, entries), tuple(refused)


def check_until(until: date, terms: Terms) -> None:
    """Raise UsageError unless a baseline of today may last until that day."""
    last = calendar.add(terms.as_of, terms.longest)
    if not terms.as_of <= until <= last:
        message = f"a baseline written on {terms.as_of} cannot end on {until}"
        raise UsageError(message, f"give a day up to {last}, which is {terms.longest} later (params/waivers)")


def _entry(finding: Finding, today: date, until: date) -> Entry:
    values = (finding.vendor, finding.rule, finding.subject, finding.value)
    return Entry(*values, today.isoformat(), until.isoformat())


def _excusable(finding: Finding) -> bool:
    return finding.blocks and finding.status in _EXCUSABLE


def _judged(entries: Mapping[str, Entry], report: Report) -> Iterator[str]:
    """Yield the entries whose vendor and control the report has judged."""
    vendors = {one.vendor for one in report.assessments if one.tier}
    controls = {control.id for control in report.controls}
    return (key for key, entry in entries.items() if entry.vendor in vendors and entry.control in controls)


def _unusable(path: str, message: str, line: int = 1) -> Baseline:
    finding = Finding(
        rule=UNUSABLE,
        status=Status.FAIL,
        severity=Severity.HIGH,
        message=f"the baseline cannot be used, so it excuses nothing: {message}",
        fix="restore the file, or write it anew with `checker check --write-baseline DATE`",
        location=Location(path, line),
        subject="baseline",
        blocks=True,
    )
    return Baseline(path, problem=finding)


def _object(pairs: list[tuple[str, Any]]) -> JsonObject:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return made
