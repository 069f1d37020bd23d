"""Cases on trial: each is judged by the whole library, and compared with what its table expects."""

from __future__ import annotations

import copy
import json
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from checker.authoring import tables
from checker.documents import Document
from checker.engine import Fault, open_engine
from checker.judge import Judge, is_fatal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from checker.authoring.tables import Base, Case
    from checker.engine import Verdict
    from checker.judge import Setup
    from checker.model import Assessment, JsonObject


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a case."""

    case: Case
    status: str = ""
    """The result of the control; empty when nothing was judged."""
    found: tuple[tuple[str, str], ...] = ()
    """Every finding of the control, as (rule, subject)."""
    defect: str = ""
    """Why the case itself cannot be judged, such as a field that the schema does not allow."""
    fault: str = ""
    """Why the engine gave no answer."""

    @property
    def holds(self) -> bool:
        """Whether the control says what the table expects."""
        return not (self.fault or any(self.differences()))

    def differences(self) -> Iterator[str]:
        """Yield in a line each how the control differs from what the table expects."""
        if self.defect:
            yield f"{'unusable':11} {self.defect}"
        elif self.case.only_rule:
            if (self.case.only_rule in {rule for rule, _ in self.found}) != (self.case.status == "found"):
                yield from _expected_and_actual(self.case.status, "absent" if self.case.status == "found" else "found")
                yield f"{'rule':11} {self.case.only_rule} on {self.case.as_of}"
        else:
            yield from self._compared()

    def _compared(self) -> Iterator[str]:
        expected, found = set(self.case.expected), set(self.found)
        if self.status != self.case.status:
            yield from _expected_and_actual(self.case.status, self.status)
        yield from (f"{'missing':11} {_worded(one)}" for one in sorted(expected - found))
        yield from (f"{'unexpected':11} {_worded(one)}" for one in sorted(found - expected))


def _expected_and_actual(expected: str, actual: str) -> Iterator[str]:
    yield f"{'expected':11} {expected}"
    yield f"{'actual':11} {actual}"


def _worded(finding: tuple[str, str]) -> str:
    rule, subject = finding
    return f"{rule} at {subject or 'the whole manifest'}"


class Trial:
    """Judges cases on one engine.

    `setup` says by what; its day and parameters are those of no case. Controls count as in force on the day of the
    case, so that a table says the same before and after `effective_on`.
    """

    def __init__(self, setup: Setup, base: Base) -> None:
        self.setup = setup
        self.base = base
        self._judges: dict[tuple[str, str], Judge] = {}

    def judge(self, as_of: str, params: JsonObject | None = None) -> Judge:
        """Return the judge for a day, with some parameters replaced; each is made once."""
        key = as_of, json.dumps(params or {}, sort_keys=True)
        if key not in self._judges:
            self._judges[key] = Judge(self._setup_for(as_of, params or {}))
        return self._judges[key]

    def input(self, case: Case, judge: Judge | None = None) -> JsonObject:
        """Return what the policies see of a case, its facts derived by its own judge or by the given one."""
        made = (judge or self.judge(case.as_of, case.params)).input(self._document(case))
        for path, value in case.derived.items():
            tables.put(made["derived"], path, value)
        return made

    def run(self, cases: Sequence[Case]) -> list[Outcome]:
        """Judge the cases on one engine; one outcome each, in the same order."""
        defects = [self.defect(case) for case in cases]
        answers = iter(self.answers([case for case, defect in zip(cases, defects, strict=True) if not defect]))
        return [
            Outcome(case, defect=defect) if defect else self.outcome(case, next(answers))
            for case, defect in zip(cases, defects, strict=True)
        ]

    def answers(self, cases: Sequence[Case]) -> list[Verdict | Fault]:
        """Return what the engine says of each case, in the same order; no schema is asked."""
        found: dict[int, Verdict | Fault] = {}
        engine = open_engine(self.setup.engine, self.setup.library, self.setup.data, self.setup.engine_settings)
        try:
            for group in _alike(cases):
                first = cases[group[0]]
                engine.use(self.judge(first.as_of, first.params).setup.data)
                found.update(zip(group, engine.evaluate([self.input(cases[index]) for index in group]), strict=True))
        finally:
            engine.close()
        return [found[index] for index in range(len(cases))]

    def outcome(self, case: Case, answer: Verdict | Fault) -> Outcome:
        """Return what the answer of an engine means for a case."""
        assessment = self.assessment(case, answer)
        result = next(result for result in assessment.results if result.control == case.control)
        if isinstance(answer, Fault) or answer.guard:
            return Outcome(case, fault=assessment.problems[-1].message)
        found = tuple(sorted((finding.rule, finding.subject) for finding in result.findings))
        return Outcome(case, result.status.value, found)

    def assessment(self, case: Case, answer: Verdict | Fault) -> Assessment:
        """Return the assessment of a case by every control."""
        return self.judge(case.as_of, case.params).judged(self._document(case), (), answer)

    def defect(self, case: Case) -> str:
        """Return what the schema, as it is without the case's parameters, has against its manifest; mostly nothing."""
        problems = self.judge(self.base.day).schemas.check(self._document(case), "VendorManifest")
        if not is_fatal(problems):
            return ""
        first = next(problem for problem in problems if problem.fatal)
        return f"the changed manifest does not fit the schema: {first.message}"

    def _document(self, case: Case) -> Document:
        return Document(self.base.file, case.manifest, b"")

    def _setup_for(self, as_of: str, params: JsonObject) -> Setup:
        library = self.setup.library
        if params:
            parameters = copy.deepcopy(dict(library.parameters))
            tables.change(parameters, {"set": params})
            library = replace(library, parameters=parameters)
        controls = tuple(replace(one, effective_on=min(one.effective_on, as_of)) for one in library.controls)
        return replace(
            self.setup, root=self.base.root, library=library, as_of=date.fromisoformat(as_of), controls=controls
        )


def _alike(cases: Iterable[Case]) -> list[list[int]]:
    """Return the indexes of the cases in groups that share the day and the parameters."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, case in enumerate(cases):
        groups[case.as_of, json.dumps(case.params, sort_keys=True)].append(index)
    return list(groups.values())
