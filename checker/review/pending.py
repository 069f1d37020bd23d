"""Waivers that a change adds, edits or deletes: what they do after the merge. In the review they have no say."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from checker.judge import home_of, stem_of
from checker.model import Edit, Finding, ReviewedWaiver, Status
from checker.register import Register, is_waiver
from checker.review import changes
from checker.review.trust import Side

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from checker.git import Snapshot
    from checker.judge import Setup
    from checker.model import Report
    from checker.review.sides import Sides
    from checker.waivers import Waiver

_WITHOUT_EFFECT: Final = frozenset({"waiver.refused", "waiver.expired", "waiver.not_yet_granted"})


@dataclass(frozen=True, slots=True)
class Pending:
    """What there is to say of the waivers that a change touches."""

    waivers: tuple[ReviewedWaiver, ...] = ()
    findings: tuple[Finding, ...] = ()


def touched(sides: Sides, home: str) -> dict[str, Edit]:
    """Return the waivers that the change touches, by path."""
    return {
        path: Edit.DELETED if path not in sides.head.files else Edit.CHANGED if path in sides.fork.files else Edit.ADDED
        for path in sides.changed_below(home)
        if is_waiver(path)
    }


def manifests_of(waivers: Collection[str], snapshot: Snapshot, home: str) -> set[str]:
    """Return the manifests that the waivers at these paths lie beside."""
    if not waivers:
        return set()
    folders = [posixpath.dirname(path) for path in waivers]
    homes = {home_of(posixpath.dirname(folder), posixpath.basename(folder)) for folder in folders}
    return {path for path in changes.manifests(snapshot, home) if home_of(path, stem_of(path)) in homes}


def judge(sides: Sides, setup: Setup, waivers: dict[str, Edit], after: Report, counting: Register) -> Pending:
    """Hold the touched waivers against their rules, and say what each does to the findings of the report `after`.

    `counting` holds the waivers of the base.
    """
    gone = [one for one in _all(counting) if waivers.get(one.document.path) is Edit.DELETED]
    alive = {path: sides.head.files[path] for path, edit in waivers.items() if edit is not Edit.DELETED}
    if not alive:
        return Pending(tuple(_deleted(one, after, ()) for one in gone))
    root = sides.bring(sides.head, alive, setup.limits.max_bytes)
    register = Register(replace(setup, root=root), sorted(alive))
    assessments = {home_of(one.path, one.vendor): one for one in after.assessments}
    findings = [*register.problems, *register.orphans(after.assessments)]
    told = []
    for key, group in register.by_vendor.items():
        for waiver in group:
            assessment = assessments.get(key)
            if assessment:
                side = Side(root, assessment.path, setup.limits, assessment)
                one, remarks = _added(waiver, waivers, side, register)
                findings += remarks
            else:
                one = _told(waiver, waivers[waiver.document.path], accepted=False, effect=())
            told.append(one)
    return Pending((*told, *(_deleted(one, after, told) for one in gone)), tuple(findings))


def _all(register: Register) -> Iterator[Waiver]:
    for group in register.by_vendor.values():
        yield from group


def _added(
    waiver: Waiver, touched: Mapping[str, Edit], side: Side, register: Register
) -> tuple[ReviewedWaiver, tuple[Finding, ...]]:
    findings = [_as_without(touched, finding) for finding in side.assessment.findings] if side.assessment else []
    outcome = register.rules.apply(findings, [waiver], side.at("metadata", "owner", "email") or "")
    effect = tuple(one for one in outcome.findings if one.waiver and one.waiver.path == waiver.document.path)
    accepted = all(remark.rule not in _WITHOUT_EFFECT for remark in outcome.remarks)
    return _told(waiver, touched[waiver.document.path], accepted=accepted, effect=effect), outcome.remarks


def _as_without(touched: Collection[str], finding: Finding) -> Finding:
    """Return a finding as if the waivers at these paths, of which the base has other texts, were not there."""
    excused = finding.waiver is not None and finding.waiver.path in touched
    return replace(finding, status=Status.FAIL, waiver=None) if excused else finding


def _deleted(waiver: Waiver, after: Report, others: Iterable[ReviewedWaiver]) -> ReviewedWaiver:
    """Say what fails without the waiver, and is not excused by another one of the same change."""
    excused = {finding.fingerprint for other in others for finding in other.effect}
    effect = [one for one in after.findings if one.waiver and one.waiver.path == waiver.document.path]
    left = tuple(finding for finding in effect if finding.fingerprint not in excused)
    return _told(waiver, Edit.DELETED, accepted=False, effect=left)


def _told(waiver: Waiver, edit: Edit, *, accepted: bool, effect: tuple[Finding, ...]) -> ReviewedWaiver:
    return ReviewedWaiver(
        id=waiver.id,
        path=waiver.document.path,
        vendor=waiver.vendor,
        rule=waiver.rule,
        edit=edit,
        expires=waiver.expires,
        reason=str(waiver.document.data["reason"]),
        accepted=accepted,
        effect=effect,
    )
