"""A file to an assessment: each document judged, each result a finding with place, severity and status."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from checker import documents, sources
from checker.engine.verdict import Fault
from checker.judge import fault_finding, is_fatal, problem_finding
from checker.model import Assessment, Control, Finding, Location, Problem, Result, Severity, Status, WaiverRef
from checker.rulesets.evaluating import evaluate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from checker.documents import Document, Limits
    from checker.model import JsonObject, Keys
    from checker.rulesets.compiling import Rule
    from checker.rulesets.evaluating import Answer, Evaluator, Told
    from checker.schema import Judge as Schema

_WEIGHT = (Status.ERROR, Status.FAIL, Status.WAIVED, Status.WARN)
_MEND = "let the rule give texts, or objects whose `msg` is a text: `deny contains msg if ..`"
_BROKEN = "mend the policy, or what it looks at; nothing of this document was judged"


@dataclass(frozen=True, slots=True)
class Terms:
    """When a result blocks: failures always, unless a threshold is given; warnings on demand."""

    threshold: Severity | None = None
    fail_on_warn: bool = False

    def block(self, finding: Finding) -> bool:
        """Tell whether a finding of a rule blocks."""
        if finding.status is Status.WARN:
            return self.fail_on_warn
        least = self.threshold or Severity.LOW
        return finding.status is Status.FAIL and finding.severity.rank >= least.rank


@dataclass(frozen=True, slots=True)
class File:
    """One file, read: its documents, or the problems for which there is nothing to judge."""

    path: str
    documents: tuple[Document, ...]
    problems: tuple[Problem, ...] = ()


def _control(name: str, package: str, title: str, description: str, severity: Severity) -> Control:
    return Control(name, package, title, description, severity, "", {}, (), "", "", {}, {})


SCHEMA = _control("schema", "schema", "the schema of its kind", "The document fits its schema.", Severity.CRITICAL)
"""What stands among the controls for all schemas of kinds of one's own."""


def controls(rules: Sequence[Rule]) -> tuple[Control, ...]:
    """Return the rules as every report knows them."""
    return tuple(
        _control(
            rule.id,
            rule.namespace,
            rule.title or f"`{rule.name}` in {rule.path}",
            rule.description or rule.title or f"The rule `{rule.name}` of package {rule.namespace}.",
            Severity.MEDIUM if rule.warns else Severity.HIGH,
        )
        for rule in sorted(rules, key=lambda rule: rule.id)
    )


def read_file(root: Path, path: str, limits: Limits) -> File:
    """Read the documents of a file as conftest does."""
    content = sources.read(root, path, limits.max_bytes)
    if isinstance(content, Problem):
        return File(path, (), (content,))
    return File(path, *documents.load_all(path, content, limits))


def judge_files(
    files: Sequence[File],
    rules: Sequence[Rule],
    evaluator: Evaluator | None,
    terms: Terms,
    schema: Schema | None = None,
) -> tuple[Assessment, ...]:
    """Return an assessment of each file: by the schema, and what is valid by all of the rules."""
    cases = [_case(file, schema) for file in files]
    inputs = [_input(document) for case in cases for document in case.sound]
    answers = iter(evaluate(evaluator, rules, inputs) if evaluator else ())
    return tuple(_assessed(case, rules, [next(answers) for _ in case.sound if evaluator], terms) for case in cases)


@dataclass(frozen=True, slots=True)
class _Case:
    """A file, and what its schema says of it; None without a schema."""

    file: File
    sound: tuple[Document, ...]
    defects: tuple[Finding, ...] | None


def _case(file: File, schema: Schema | None) -> _Case:
    if schema is None:
        return _Case(file, file.documents, None)
    found = [(document, schema.check(document)) for document in file.documents]
    defects = [problem_finding(file.path, file.path, problem) for _, problems in found for problem in problems]
    return _Case(file, tuple(document for document, problems in found if not is_fatal(problems)), tuple(defects))


def _input(document: Document) -> JsonObject:
    folder, name = posixpath.split(document.path)
    return {"document": document.data, "file": {"name": name, "dir": folder or "."}}


def _assessed(case: _Case, rules: Sequence[Rule], answers: Sequence[Answer | Fault], terms: Terms) -> Assessment:
    path = case.file.path
    problems = [problem_finding(path, path, problem) for problem in case.file.problems]
    found: dict[str, list[Finding]] = {rule.id: [] for rule in rules} if answers else {}
    unjudged: set[str] = set()
    for number, (document, answer) in enumerate(zip(case.sound, answers, strict=bool(answers)), 1):
        label = _label(document, number if len(case.file.documents) > 1 else 0)
        if isinstance(answer, Fault):
            problems.append(_fault(answer, document, label))
            unjudged.update(found)
            continue
        for rule in rules:
            told = answer.results[rule.id]
            if isinstance(told, Fault):
                problems.append(_fault(told, document, ": ".join(filter(None, (label, rule.id)))))
                unjudged.add(rule.id)
                continue
            waiver = _exception(rule, answer)
            found[rule.id] += [_finding(rule, one, document, label, waiver, terms) for one in told]
    results = [_result(name, findings, unjudged) for name, findings in sorted(found.items())]
    if case.defects is not None and case.file.documents:
        results.insert(0, _result(SCHEMA.id, [*case.defects], set()))
    return Assessment(path, path, results=tuple(results), problems=tuple(problems))


def _label(document: Document, number: int) -> str:
    """Name a document by its kind and name, as people do, else by its number in the file."""
    data = document.data if isinstance(document.data, dict) else {}
    metadata = data.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    if isinstance(data.get("kind"), str) and isinstance(name, str):
        return f"{data['kind']}/{name}"
    return f"document {number}" if number else ""


def _fault(fault: Fault, document: Document, subject: str) -> Finding:
    at = document.locate(())
    found = fault_finding(fault.kind, f"the policies could not judge this: {fault.message}", at, document.path)
    fixes = {"shape": _MEND, "trap": _BROKEN}
    return replace(found, subject=subject, fix=fixes.get(fault.kind, found.fix))


def _exception(rule: Rule, answer: Answer) -> WaiverRef | None:
    if rule.excepted_as not in answer.exceptions.get(rule.namespace, ()):
        return None
    return WaiverRef(f"{rule.namespace}.exception", rule.path, "", f"the policies except `{rule.name}` here")


def _finding(  # noqa: PLR0913, PLR0917 - the parts of a finding
    rule: Rule, told: Told, document: Document, label: str, waiver: WaiverRef | None, terms: Terms
) -> Finding:
    keys = _known(document.data, told.path)
    status = Status.WAIVED if waiver else Status.WARN if rule.warns else Status.FAIL
    # Without a place, only the message tells two results of one rule apart.
    subject = ": ".join(filter(None, (label, ".".join(map(str, keys)) if keys else told.msg)))
    found = Finding(
        rule=rule.id,
        status=status,
        severity=told.severity or (Severity.MEDIUM if rule.warns else Severity.HIGH),
        message=told.msg,
        fix=told.fix,
        location=Location(document.path, told.line) if told.line and not keys else document.locate(keys),
        vendor=document.path,
        subject=subject,
        pointer="".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in keys),
        waiver=waiver,
    )
    return replace(found, blocks=terms.block(found))


def _known(data: object, path: Keys) -> Keys:
    """Return as much of a path as there is in the document, a number as the key that it may stand for."""
    node, way = data, list[str | int]()
    for step in path:
        key: str | int = str(step) if isinstance(node, dict) else step
        there = range(len(node)) if isinstance(node, list) else node if isinstance(node, dict) else ()
        if key not in there:
            break
        node = node[key]  # type: ignore[index]  # it is a list or a mapping that has this
        way.append(key)
    return tuple(way)


def _result(name: str, findings: list[Finding], unjudged: set[str]) -> Result:
    present = {finding.status for finding in findings} | ({Status.ERROR} if name in unjudged else set())
    status = next((status for status in _WEIGHT if status in present), Status.PASS)
    return Result(name, status, tuple(findings))
