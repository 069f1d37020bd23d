"""Judging in one process: bytes -> document -> verdict -> results of every control, with place, subject and status.

A `Judge` is opened once in each process and assesses files in chunks.
"""

from __future__ import annotations

import hashlib
import posixpath
import sys
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from checker import calendar, documents, facts, sources, waivers
from checker.engine import open_engine
from checker.engine.verdict import Fault, canonical
from checker.model import (
    Assessment,
    Control,
    Finding,
    Keys,
    Location,
    Problem,
    Result,
    Severity,
    Status,
)
from checker.schema import open_schemas
from checker.schema.names import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from checker.baseline import Baseline
    from checker.documents import Document, Limits
    from checker.engine import Engine, EngineSettings
    from checker.engine.verdict import ControlVerdict, PolicyFinding, Verdict
    from checker.library import Library
    from checker.model import JsonObject
    from checker.waivers import Waiver

Surveyed: TypeAlias = "tuple[Assessment, bytes]"
"""An assessment, and what policies over all manifests may see of its manifest."""

# The heavier one decides what a control's result is called.
_WEIGHT = (Status.ERROR, Status.FAIL, Status.UNDETERMINED, Status.WAIVED, Status.WARN)
# The code that lib.fields gives to every absent field; what it is called and may hold, the schema knows best.
_MISSING = "missing"
_BLOCKING = frozenset({Status.FAIL, Status.UNDETERMINED})


@dataclass(frozen=True)
class Setup:
    """Everything that a run is judged by, as plain values that another process can be given."""

    root: Path
    library: Library
    schemas: Path
    as_of: date
    controls: tuple[Control, ...]
    """The selected controls, ordered by id."""
    engine: str
    engine_settings: EngineSettings
    limits: Limits
    threshold: Severity | None = None
    waivers: Mapping[tuple[str, str], tuple[Waiver, ...]] = field(default_factory=dict)
    """The waivers by directory of the manifest and vendor."""
    baseline: Baseline | None = None
    portfolio: Mapping[str, Mapping[str, ControlVerdict]] = field(default_factory=dict)
    """By vendor and package of a control, what the policies over all manifests add to that control's verdict."""
    evidence: Mapping[str, str] | None = None
    """By path from the root the SHA-256 of each file of evidence, or why it has none; None to look at the files."""
    placed: bool = True
    """Whether findings tell their lines; to find them takes as long as reading the manifest."""

    @property
    def data(self) -> JsonObject:
        """What the policies see as `data`, beside themselves."""
        context = calendar.context(self.as_of, self.library.parameters)
        return {"params": self.library.parameters, "context": context}


@dataclass(frozen=True, slots=True)
class Case:
    """One manifest, read: what there is to judge, or the problems for which there is nothing.

    `made` is what the policies see as `input`, or why there is none.
    """

    path: str
    document: Document | None
    problems: tuple[Finding, ...]
    made: JsonObject | Fault | None


class Judge:
    """The opened engine, schemas and facts of one process."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        parameters = setup.library.parameters
        self.schemas = open_schemas(setup.schemas, parameters)
        licences, exceptions = facts.licence_ids(parameters)
        self.deriver = facts.Deriver(
            blocks=frozenset(self.schemas.vendor_blocks),
            periods=sorted(set(calendar.periods_in(parameters["thresholds"]["attestation_validity"]))),
            report_periods=sorted(set(calendar.periods_in(parameters["assurance"]))),
            known_licences=licences,
            known_exceptions=exceptions,
            hash_evidence=self._hash_evidence,
        )

    @property
    def waiver_rules(self) -> waivers.Rules:
        """What waivers are held against."""
        setup = self.setup
        parameters = setup.library.parameters
        return waivers.Rules(
            parameters=parameters["waivers"],
            catalogue={control.id: control for control in setup.library.controls},
            judged=frozenset(control.id for control in setup.controls),
            as_of=setup.as_of,
            domains=frozenset(parameters["org"]["domains"]),
        )

    def turn_to(self, day: date, portfolio: Mapping[str, Mapping[str, ControlVerdict]]) -> None:
        """Judge for another day from now on, and with what the policies over all manifests add on that day."""
        self.setup = replace(self.setup, as_of=day, portfolio=portfolio)
        if "engine" in self.__dict__:
            self.engine.use(self.setup.data)

    def reads_like(self, other: Judge) -> bool:
        """Tell whether another judge makes the same case of every manifest."""
        kind, setup = "VendorManifest", self.setup
        files = (setup.root, setup.limits, setup.evidence)
        return (
            files == (other.setup.root, other.setup.limits, other.setup.evidence)
            and self.schemas.text(kind) == other.schemas.text(kind)
            and self.deriver.terms == other.deriver.terms
        )

    @cached_property
    def engine(self) -> Engine:
        """The policy engine, opened when the first manifest needs it."""
        return open_engine(self.setup.engine, self.setup.library, self.setup.data, self.setup.engine_settings)

    def assess(self, paths: Sequence[str]) -> list[Assessment]:
        """Judge the files at `paths`; one assessment each, in the same order."""
        return [assessment for assessment, _ in self.survey(paths, ())]

    def survey(self, paths: Sequence[str], blocks: Collection[str]) -> list[Surveyed]:
        """Judge the files at `paths` and return beside each assessment what policies over all manifests may see.

        That is, as JSON, the `blocks` of the manifest and what the verdict says of the vendor; nothing without one.
        """
        cases = [self.open(path) for path in paths]
        return [
            (one, extract(case, one, blocks) if blocks else b"")
            for case, one in zip(cases, self.decide(cases), strict=True)
        ]

    def open(self, path: str) -> Case:
        """Read one manifest and derive its facts, ready to be judged."""
        document, found = self.load(path)
        problems = tuple(problem_finding(path, stem_of(path), problem) for problem in found)
        return Case(path, document, problems, self._input(document) if document else None)

    def decide(self, cases: Sequence[Case], asked: Sequence[frozenset[str]] | None = None) -> list[Assessment]:
        """Judge what was opened; one assessment each, in the same order.

        `asked` are the packages of the selected controls that matter of each; the others are not looked at.
        """
        asked = asked or [self.selected] * len(cases)
        answers = self.answers(cases, asked)
        return [self.decided(*three) for three in zip(cases, answers, asked, strict=True)]

    @cached_property
    def selected(self) -> frozenset[str]:
        """The packages of the selected controls."""
        return frozenset(control.package for control in self.setup.controls)

    def answers(self, cases: Sequence[Case], asked: Sequence[frozenset[str]]) -> list[Verdict | Fault | None]:
        """Return what the engine says of each case on the controls that are asked for; None where nothing is sound."""
        questions = [self._question(case.made, some) for case, some in zip(cases, asked, strict=True)]
        sound = [one for one in questions if isinstance(one, dict)]
        verdicts = iter(self.engine.evaluate(sound) if sound else ())
        return [next(verdicts) if isinstance(one, dict) else one for one in questions]

    def _question(self, made: JsonObject | Fault | None, asked: frozenset[str]) -> JsonObject | Fault | None:
        if not isinstance(made, dict) or asked == self.setup.library.packages:
            return made
        return asking(made, asked)

    def decided(self, case: Case, answer: Verdict | Fault | None, asked: frozenset[str]) -> Assessment:
        """Return the assessment of a case that follows from what the engine says of the controls asked for."""
        if case.document is None or answer is None:
            return Assessment(case.path, stem_of(case.path), problems=case.problems)
        controls = [control for control in self.setup.controls if control.package in asked]
        return self.judged(case.document, case.problems, answer, controls)

    def input(self, document: Document) -> JsonObject:
        """Return what the policies see as `input`: the manifest and its derived facts."""
        return {**document.data, "derived": self.deriver.derive(document.path, document.data)}

    def _input(self, document: Document) -> JsonObject | Fault:
        try:
            return self.input(document)
        except Exception as error:  # noqa: BLE001 - a fault of ours in one manifest must not take the others along
            return Fault("input", f"its facts cannot be computed: {type(error).__name__}: {error}")

    def load(self, path: str) -> tuple[Document | None, tuple[Problem, ...]]:
        """Read and validate one manifest; without a document the problems say why."""
        content = sources.read(self.setup.root, path, self.setup.limits.max_bytes)
        if isinstance(content, Problem):
            return None, (content,)
        loaded = documents.load(path, content, self.setup.limits)
        if loaded.document is None:
            return None, loaded.problems
        problems = (*loaded.problems, *self.schemas.check(loaded.document, "VendorManifest"))
        problems += tuple(_misnamed(loaded.document)) if not is_fatal(problems) else ()
        return (None if is_fatal(problems) else loaded.document), problems

    def close(self) -> None:
        """Release the engine, if one was opened; the next manifest opens another."""
        engine = self.__dict__.pop("engine", None)
        if engine:
            engine.close()

    def _hash_evidence(self, manifest: str, vendor: str, file: str) -> str:
        place = posixpath.join(posixpath.dirname(manifest), sources.EVIDENCE, vendor, file)
        if self.setup.evidence is not None:
            return self.setup.evidence.get(posixpath.normpath(place), "missing")
        found = sources.sha256(self.setup.root, place, sources.MAX_EVIDENCE_BYTES)
        return found if isinstance(found, str) else _EVIDENCE_PROBLEMS.get(found.rule, "unreadable")

    def judged(
        self,
        document: Document,
        problems: tuple[Finding, ...],
        answer: Verdict | Fault,
        controls: Sequence[Control] | None = None,
    ) -> Assessment:
        """Return the assessment that follows from what the engine answered on `controls`, or the selected ones."""
        controls = self.setup.controls if controls is None else controls
        data = document.data
        assessment = Assessment(
            document.path, data["metadata"]["id"], data["metadata"]["legal_name"], problems=problems
        )
        if isinstance(answer, Fault) or answer.guard:
            return self._unanswered(assessment, answer, controls)
        reader = _Reader(self, document, answer)
        findings = [finding for control in controls for finding in reader.findings(control)]
        mine = self.setup.waivers.get(home_of(document.path, assessment.vendor), ())
        remarks: tuple[Finding, ...] = ()
        if mine:
            owner = data["metadata"].get("owner", {}).get("email", "")
            outcome = self.waiver_rules.apply(findings, mine, owner)
            findings, remarks = list(outcome.findings), outcome.remarks
        blocking = self._blocks_from(answer)
        findings = [replace(finding, blocks=True) if blocking(finding) else finding for finding in findings]
        remarks = tuple(replace(remark, blocks=blocking(remark)) for remark in remarks)
        results = tuple(_result(control, answer.controls[control.package], findings) for control in controls)
        return replace(
            assessment,
            tier=sys.intern(answer.tier),
            lifecycle=sys.intern(answer.lifecycle),
            results=results,
            problems=problems + remarks,
        )

    def _unanswered(self, assessment: Assessment, answer: Verdict | Fault, controls: Iterable[Control]) -> Assessment:
        kind, message = (answer.kind, answer.message) if isinstance(answer, Fault) else ("guard", answer.guard[0].msg)
        told = f"the policies could not judge this manifest: {message}"
        finding = fault_finding(kind, told, Location(assessment.path), assessment.vendor)
        results = tuple(Result(control.id, Status.ERROR) for control in controls)
        return replace(assessment, problems=(*assessment.problems, finding), results=results)

    def _blocks_from(self, verdict: Verdict) -> Callable[[Finding], bool]:
        """Return the test of what blocks: the given threshold, or the row of the tier x severity matrix."""
        matrix = self.setup.library.parameters["tiers"]["blocking"]
        least = (self.setup.threshold or Severity(matrix[verdict.tier])).rank
        live = verdict.lifecycle != "prospective"
        return lambda finding: live and finding.status in _BLOCKING and finding.severity.rank >= least


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns what the policies said of one document into findings with a place."""

    judge: Judge
    document: Document
    verdict: Verdict

    def findings(self, control: Control) -> Iterator[Finding]:
        answer = self._answer(control)
        announced = control.effective_on > self.judge.setup.as_of.isoformat()
        for raw, status in (
            *_with(answer.deny, Status.FAIL),
            *_with(answer.undetermined, Status.UNDETERMINED),
        ):
            found = self._finding(control, raw, Status.WARN if announced else status)
            yield replace(found, starts_on=control.effective_on) if announced else found
        for raw, status in _with(answer.warn, Status.WARN):
            yield self._finding(control, raw, status)

    def _answer(self, control: Control) -> ControlVerdict:
        own = self.verdict.controls[control.package]
        added = self.judge.setup.portfolio.get(self.verdict.vendor or "", {}).get(control.package)
        return own.joined(added) if added else own

    def _finding(self, control: Control, raw: PolicyFinding, status: Status) -> Finding:
        subject = self.judge.schemas.subject(self.document.data, raw.path)
        message, fix = raw.msg, raw.fix or control.remediation
        if raw.code == _MISSING:
            message, fix = f"`{subject}` is missing", f"add {self.judge.schemas.advice(raw.path)}"
        return Finding(
            rule=f"{control.id}.{raw.code}",
            status=status,
            severity=control.severity,
            message=message,
            fix=fix,
            location=self.document.locate(raw.path) if self.judge.setup.placed else Location(self.document.path),
            vendor=self.document.data["metadata"]["id"],
            subject=f"{subject}[{quoted(raw.key)}]" if raw.key else subject,
            pointer=_pointer(raw.path),
            value=value_digest(self.document.data, raw.path),
        )


def asking(made: JsonObject, packages: Iterable[str]) -> JsonObject:
    """Return an input by which the policies answer on the controls of these packages only."""
    return {**made, "derived": {**made["derived"], "asked": sorted(packages)}}


def value_digest(data: JsonObject, keys: Keys) -> str:
    """Return 16 hex digits for the value at `keys`; empty when there is none."""
    node: Any = data
    for key in keys:
        try:
            node = node[key]
        except (KeyError, IndexError, TypeError):
            return ""
    return hashlib.sha256(canonical(node)).hexdigest()[:16]


def extract(case: Case, assessment: Assessment, blocks: Collection[str]) -> bytes:
    """Return what policies over all manifests may see of one, as JSON; nothing when it has no verdict of its own."""
    if case.document is None or not assessment.tier:
        return b""
    derived = {"lifecycle": assessment.lifecycle, "tier": assessment.tier}
    seen = {block: case.document.data[block] for block in blocks if block in case.document.data}
    return canonical({**seen, "derived": derived})


def home_of(path: str, vendor: str) -> tuple[str, str]:
    """Return the key under which the waivers of a manifest are kept: its directory and vendor."""
    return posixpath.dirname(path), vendor


def stem_of(path: str) -> str:
    """Return a file's name without its ending; pathlib would keep every name of a large portfolio for good."""
    return posixpath.splitext(posixpath.basename(path))[0]


def _misnamed(document: Document) -> Iterator[Problem]:
    vendor = document.data["metadata"]["id"]
    stem = stem_of(document.path)
    if vendor != stem:
        at = document.locate(("metadata", "id"))
        message = f"`metadata.id` is `{vendor}` but the file is named `{stem}`"
        yield Problem("manifest.name", message, f"name the file {vendor}.yaml", at.line, at.column, ("metadata", "id"))


def problem_finding(path: str, vendor: str, problem: Problem) -> Finding:
    """Return the finding that tells of a file's defect; a fatal one always blocks."""
    return Finding(
        rule=problem.rule,
        status=Status.FAIL if problem.fatal else Status.WARN,
        severity=Severity.CRITICAL if problem.fatal else Severity.LOW,
        message=problem.message,
        fix=problem.fix,
        location=Location(path, problem.line, problem.column),
        vendor=vendor,
        subject=".".join(str(key) for key in problem.keys),
        pointer=_pointer(problem.keys),
        blocks=problem.fatal,
    )


def fault_finding(kind: str, message: str, location: Location, vendor: str = "") -> Finding:
    """Return the finding that tells of a fault of the engine; it always blocks."""
    return Finding(
        rule=f"engine.{kind}",
        status=Status.ERROR,
        severity=Severity.CRITICAL,
        message=message,
        fix=_FAULT_FIXES.get(kind, "run `checker doctor`; nothing of this vendor was judged"),
        location=location,
        vendor=vendor,
        blocks=True,
    )


def _with(findings: Iterable[PolicyFinding], status: Status) -> list[tuple[PolicyFinding, Status]]:
    return [(finding, status) for finding in findings]


def is_fatal(problems: Iterable[Problem]) -> bool:
    """Tell whether any of the problems keeps the file from being judged."""
    return any(problem.fatal for problem in problems)


def _result(control: Control, answer: ControlVerdict, findings: Sequence[Finding]) -> Result:
    mine = tuple(finding for finding in findings if finding.control == control.id)
    if not mine:
        return _quiet(control.id, Status.PASS if answer.applicable else Status.NOT_APPLICABLE)
    present = {finding.status for finding in mine}
    if present == {Status.WARN} and not answer.applicable:
        return Result(control.id, Status.NOT_APPLICABLE, mine)
    return Result(control.id, next(status for status in _WEIGHT if status in present), mine)


_quiet_results: dict[tuple[str, Status], Result] = {}


def _quiet(control: str, status: Status) -> Result:
    """Return the one shared result without findings, so that ten thousand clean vendors cost little memory."""
    return _quiet_results.setdefault((control, status), Result(control, status))


def _pointer(keys: Keys) -> str:
    return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in keys)


_EVIDENCE_PROBLEMS = {"file.missing": "missing", "file.symlink": "outside", "file.outside": "outside"}
_FAULT_FIXES = {
    "timeout": "raise `timeout_ms` in checker.toml if the manifest is sound; a policy may loop",
    "memory": "raise `memory_mb` in checker.toml if the manifest is sound; a policy may ask for too much",
    "unreachable": "start the OPA server, or judge with --engine wasm",
}
