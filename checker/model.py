"""The value types that travel through the checker; standard library only.

Flow: bytes -> Document -> Assessment (a Result for every control) -> Report -> text.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
JsonObject: TypeAlias = "dict[str, Any]"
Keys: TypeAlias = "tuple[str | int, ...]"
"""The way to a node: mapping keys and list indexes from the top of a document."""


def value_at(node: Any, keys: Keys) -> Any:  # noqa: ANN401 - any JSON
    """Return what stands at `keys`; None when nothing does, for a manifest holds no null."""
    for key in keys:
        try:
            node = node[key]
        except (KeyError, IndexError, TypeError):
            return None
    return node


def stored_findings(report: JsonObject) -> Iterator[JsonObject]:
    """Yield the findings of a report in the form of the JSON output: of each vendor, then the others."""
    for vendor in report["vendors"]:
        yield from vendor.get("problems", ())
        for result in vendor.get("results", ()):
            yield from result["findings"]
    yield from report.get("others", ())


class Severity(StrEnum):
    """How much a control matters; the order of members is the order of weight."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """3 for critical down to 0 for low."""
        return _RANK[self]


_RANK = {Severity.CRITICAL: 3, Severity.HIGH: 2, Severity.MEDIUM: 1, Severity.LOW: 0}


class Status(StrEnum):
    """The outcome of a control, and the weight of a single finding."""

    ERROR = "error"
    FAIL = "fail"
    UNDETERMINED = "undetermined"
    WAIVED = "waived"
    WARN = "warn"
    PASS = "pass"  # noqa: S105 - an outcome
    NOT_APPLICABLE = "not_applicable"


class Change(StrEnum):
    """How a finding of a review compares with the state before the change; the order of members is that of lists."""

    NEW = "new"
    WORSE = "worse"
    """It was there, and weighs more now."""
    CHANGED = "changed"
    """It was there; the value concerned is another one, and still wrong."""
    EXISTING = "existing"
    BETTER = "better"
    """It was there, and weighs less now."""
    FIXED = "fixed"


class Edit(StrEnum):
    """What a change does to a manifest or a waiver."""

    ADDED = "added"
    CHANGED = "changed"
    RENAMED = "renamed"
    DELETED = "deleted"
    EVIDENCE = "evidence"
    """Only files of evidence are touched."""


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file: path relative to the repository's root, line and column counted from 1."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """A defect of one file, found before any policy runs.

    `rule` is a dotted id such as `yaml.duplicate_key` or `schema.enum`; `fatal` problems keep the file from being
    judged.
    """

    rule: str
    message: str
    fix: str
    line: int = 1
    column: int = 1
    keys: Keys = ()
    fatal: bool = True


@dataclass(frozen=True, slots=True)
class Control:
    """One control of the catalogue, as its METADATA tells it."""

    id: str
    package: str
    title: str
    description: str
    severity: Severity
    remediation: str
    frameworks: Mapping[str, tuple[str, ...]]
    profiles: tuple[str, ...]
    owner: str
    effective_on: str
    examples: Mapping[str, str]
    findings: Mapping[str, str]
    """By code what each finding means; `missing` (a field is absent) is every control's and not among them."""
    resources: tuple[tuple[str, str], ...] = ()
    """Pairs of address and description."""

    @property
    def family(self) -> str:
        """The two-letter family, `DP` of `DP-03`."""
        return self.id.partition("-")[0]


@dataclass(frozen=True, slots=True)
class PortfolioPolicy:
    """A policy over all manifests at once, as its METADATA tells it; its findings count as those of `control`."""

    package: str
    control: str
    blocks: tuple[str, ...]
    """The top-level blocks of each manifest that it sees."""
    findings: tuple[str, ...]
    """The codes it gives; the control's own catalogue entry explains them."""


@dataclass(frozen=True, slots=True)
class WaiverRef:
    """The waiver that excuses a finding."""

    id: str
    path: str
    expires: str
    """The last day on which it counts; empty for an exception in existing policies, which has no end."""
    reason: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to tell about one vendor.

    `rule` is `CONTROL.code`, or a dotted id outside the controls (`yaml.*`, `schema.*`, `file.*`, `waiver.*`,
    `engine.*`). `subject` names the thing concerned by keys and ids, never by a list index; `pointer` (RFC 6901) is
    for display.
    """

    rule: str
    status: Status
    severity: Severity
    message: str
    fix: str
    location: Location
    vendor: str = ""
    subject: str = ""
    pointer: str = ""
    blocks: bool = False
    waiver: WaiverRef | None = None
    starts_on: str = ""
    """The day from which a control that is only announced will block; empty when it is in force."""
    value: str = ""
    """Digest of the value at `pointer`, which tells whether it is still the same; empty when there is none."""
    change: Change | None = None
    """How it compares with the state before the change; None outside a review."""
    baseline: str = ""
    """The last day on which the baseline keeps it from blocking; empty when it is not in the baseline."""

    @property
    def control(self) -> str:
        """The control's id, or the group of a finding outside the controls."""
        return self.rule.partition(".")[0]

    @property
    def fingerprint(self) -> str:
        """32 hex digits that stay equal when lines move or list items are shuffled."""
        return fingerprint(self.rule, self.vendor, self.subject)

    @property
    def sort_key(self) -> tuple[Any, ...]:
        """The order of every output: place, rule, subject, message."""
        return (self.location, self.rule, self.subject, self.message)


def fingerprint(rule: str, vendor: str, subject: str) -> str:
    """Return 32 hex digits that tell one finding from every other."""
    text = "\0".join((rule, vendor, subject))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Result:
    """What one control says of one vendor."""

    control: str
    status: Status
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything found in one manifest.

    `results` is empty when the file could not be judged; `problems` then says why.
    """

    path: str
    vendor: str
    name: str = ""
    tier: str = ""
    """The effective tier: the higher of the declared one and the floor."""
    lifecycle: str = ""
    results: tuple[Result, ...] = ()
    problems: tuple[Finding, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """File problems first, then the controls' findings."""
        return self.problems + tuple(finding for result in self.results for finding in result.findings)

    def with_findings(self, change: Callable[[Finding], Finding]) -> Assessment:
        """Return the assessment with every finding changed."""
        results = (
            replace(one, findings=tuple(map(change, one.findings))) if one.findings else one for one in self.results
        )
        return replace(self, results=tuple(results), problems=tuple(map(change, self.problems)))


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a result was made with, enough to make it again."""

    tool: str
    engine: str
    opa: str
    as_of: str
    profile: str
    policies: str
    parameters: str
    schemas: str
    revision: str = ""


@dataclass(frozen=True, slots=True)
class ReviewedManifest:
    """One manifest that a change touches."""

    path: str
    vendor: str
    edit: Edit
    before: Assessment | None = None
    """The assessment before the change, by the same rules and for the same day; None for an added manifest."""
    evidence: tuple[str, ...] = ()
    """The files of evidence that the change touches."""
    lines: frozenset[int] = frozenset()
    """The lines that the change adds or edits, counted from 1 in the new text."""
    meaning: tuple[str, ...] = ()
    """What the change means, one plain sentence each; only when asked for."""


@dataclass(frozen=True, slots=True)
class ReviewedWaiver:
    """One waiver that a change touches. It has no say in the review: only the waivers of the base count."""

    id: str
    path: str
    vendor: str
    rule: str
    edit: Edit
    expires: str
    reason: str
    accepted: bool
    """Whether it would count after the merge; a refusal is told by findings `waiver.refused`."""
    effect: tuple[Finding, ...] = ()
    """What it will excuse after the merge; for a deleted one what will fail after the merge."""


@dataclass(frozen=True, slots=True)
class Flip:
    """One control that judges one vendor differently after a change of the rules."""

    control: str
    vendor: str
    before: Status | None
    """None when the control is new."""
    after: Status | None
    """None when the control is removed."""
    blocks_before: bool
    blocks_after: bool


@dataclass(frozen=True, slots=True)
class Announced:
    """A control that starts to block on a later day, and the vendors that would fail on it."""

    control: str
    starts_on: str
    vendors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Impact:
    """What a change of policies, parameters, schemas, configuration or waivers does to all vendors."""

    files: tuple[str, ...]
    """The files concerned, relative to the repository's root."""
    vendors: int
    """How many were judged by both sets of rules."""
    flips: tuple[Flip, ...] = ()
    newly_blocked: tuple[str, ...] = ()
    no_longer_blocked: tuple[str, ...] = ()
    announced: tuple[Announced, ...] = ()
    broken: str = ""
    """Why the new rules cannot judge; empty when they can."""


@dataclass(frozen=True, slots=True)
class Review:
    """What a change does, beside the findings of the report that it belongs to.

    The report judges the head's manifests by the base's rules; each of its findings says by `change` whether it is new.
    """

    base: str
    """The commit whose rules and waivers were applied: the tip of the base branch."""
    fork: str
    """The commit from which the changes are counted: the last common one."""
    head: str
    """The commit that is reviewed; `work tree` when it is not committed."""
    block: str
    """`new`: what was there before does not block; `all`: it does."""
    manifests: tuple[ReviewedManifest, ...] = ()
    fixed: tuple[Finding, ...] = ()
    """What the change mends, as it was found before."""
    waivers: tuple[ReviewedWaiver, ...] = ()
    impact: Impact | None = None
    """None when the change leaves the rules alone."""
    lapsing: tuple[Finding, ...] = ()
    """What will block, if nothing is done, within `horizon`: findings of the reviewed manifests on that later day."""
    horizon: str = ""
    """The last day that `lapsing` looks at."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What happens on a day that makes a control fail, in words, and where that date stands."""

    text: str
    location: Location


@dataclass(frozen=True, slots=True)
class Lapse:
    """One control that does not fail for a vendor yet, and the day on which it will."""

    day: str
    """The first day on which it fails, in ISO form."""
    vendor: str
    name: str
    owner: str
    """Who answers for the vendor at the client, by mail address; the control's owner when the manifest names nobody."""
    result: Result
    """What makes the control fail on that day; what it only warns of then is left out."""
    causes: tuple[Cause, ...]
    """What happens on that day; empty when it follows from a change elsewhere in the portfolio."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What makes the control fail on that day."""
        return self.result.findings

    @property
    def finding(self) -> Finding:
        """The finding to show when there is room for one: one that blocks, if any does."""
        return next((one for one in self.findings if one.blocks), self.findings[0])

    @property
    def blocks(self) -> bool:
        """Tell whether it will block."""
        return any(finding.blocks for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Forecast:
    """Which controls will fail if nothing changes, after the as-of date of `provenance` up to `until`."""

    provenance: Provenance
    controls: tuple[Control, ...]
    until: str
    lapses: tuple[Lapse, ...]
    """Ordered by day, vendor and control."""
    vendors: int
    failing: int
    """Controls that fail today already, counted for each vendor; nothing is foretold of them."""
    unjudged: tuple[Finding, ...]
    """Why something could not be judged, today or on a later day."""
    evaluations: int
    """How often a manifest was judged."""
    reviews: tuple[tuple[str, Finding], ...] = ()
    """The first day, and the finding, of each parameter file that nobody will have reviewed in time."""
    notes: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """3 when something could not be judged by us, 1 when a file cannot be judged at all, else 0."""
        if any(finding.status is Status.ERROR for finding in self.unjudged):
            return 3
        return int(any(finding.blocks for finding in self.unjudged))


@dataclass(frozen=True)
class Report:
    """One run: what was judged, by what, and every finding in the order of the outputs."""

    provenance: Provenance
    controls: tuple[Control, ...]
    assessments: tuple[Assessment, ...]
    others: tuple[Finding, ...] = ()
    """Findings about files that are no manifest: waivers, unreadable paths."""
    threshold: Severity | None = None
    """The severity given by `--fail-on`; None means the tier x severity matrix."""
    notes: tuple[str, ...] = field(default=())
    """What the reader must know to trust the run, such as skipped controls with their reason."""
    portfolio: Mapping[str, JsonObject] = field(default_factory=dict)
    """By package of a portfolio policy its overview of all vendors; empty when none was judged."""
    review: Review | None = None
    """What a change does; None when all was judged as it stands."""
    noun: str = "vendor"
    """What one assessment is about, for counts: `file` when not all of them are about vendors."""

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, ordered by place."""
        every = [finding for assessment in self.assessments for finding in assessment.findings]
        return tuple(sorted([*every, *self.others], key=lambda finding: finding.sort_key))

    @cached_property
    def counts(self) -> dict[Status, int]:
        """How many control results have each status, over all vendors."""
        counts = dict.fromkeys(Status, 0)
        for assessment in self.assessments:
            for result in assessment.results:
                counts[result.status] += 1
        return counts

    def with_findings(self, change: Callable[[Finding], Finding]) -> Report:
        """Return the report with every finding changed, in the results of controls and beside them."""
        return replace(
            self,
            assessments=tuple(one.with_findings(change) for one in self.assessments),
            others=tuple(map(change, self.others)),
        )

    @property
    def exit_code(self) -> int:
        """3 when something could not be judged by us, 1 when a finding blocks, else 0."""
        if any(finding.status is Status.ERROR for finding in self.findings):
            return 3
        return int(any(finding.blocks for finding in self.findings))
