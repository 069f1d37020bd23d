"""Accepted risks: waivers are read, checked against their rules, and applied to findings.

A waiver never deletes a finding: it turns `fail` (or `undetermined`) into `waived` for its subject, and is always
shown. One that is expired, not yet granted, refused, unused or soon to lapse is a finding of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from checker import calendar
from checker.errors import nearest
from checker.model import Finding, Keys, Severity, Status, WaiverRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from checker.documents import Document
    from checker.model import Control, JsonObject

_WAIVABLE = frozenset({Status.FAIL, Status.UNDETERMINED})


@dataclass(frozen=True, slots=True)
class Waiver:
    """One schema-valid waiver document."""

    id: str
    vendor: str
    rule: str
    """A control (`LA-03`) or one of its findings (`LA-03.missing_vdi`)."""
    subject: str
    document: Document

    @property
    def control(self) -> str:
        """The id of the control concerned."""
        return self.rule.partition(".")[0]

    @property
    def granted(self) -> str:
        """The first day on which the waiver counts."""
        return str(self.document.data["granted"])

    @property
    def expires(self) -> str:
        """The last day on which the waiver counts."""
        return str(self.document.data["expires"])

    def covers(self, finding: Finding) -> bool:
        """Tell whether the finding's rule and subject lie within the waiver's."""
        if self.rule not in (finding.rule, finding.control):
            return False
        return (
            not self.subject
            or finding.subject == self.subject
            or finding.subject.startswith((f"{self.subject}.", f"{self.subject}["))
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the waivers of one vendor did: every finding, some now waived, and remarks on the waivers."""

    findings: tuple[Finding, ...]
    remarks: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """What waivers are held against: their parameters, the catalogue, the controls of this run, the date."""

    parameters: JsonObject
    catalogue: Mapping[str, Control]
    judged: frozenset[str]
    as_of: date
    domains: frozenset[str]
    """The client's mail domains."""

    def apply(self, findings: Sequence[Finding], waivers: Iterable[Waiver], owner: str) -> Outcome:
        """Apply the waivers of one vendor, whose accountable owner at the client has the address `owner`."""
        current = list(findings)
        remarks: list[Finding] = []
        for waiver in waivers:
            defects = list(self._defects(waiver, owner))
            remarks.extend(defects)
            if defects:
                continue
            hits = [i for i, finding in enumerate(current) if self._is_waivable(finding) and waiver.covers(finding)]
            for i in hits:
                current[i] = replace(current[i], status=Status.WAIVED, waiver=_reference(waiver), blocks=False)
            remarks.extend(self._live_remarks(waiver, used=bool(hits)))
        return Outcome(tuple(current), tuple(remarks))

    def _is_waivable(self, finding: Finding) -> bool:
        # A waiver of the whole control leaves standing what it is conditional upon.
        return finding.status in _WAIVABLE and finding.rule not in self.parameters["not_waivable"]

    def orphan(self, waiver: Waiver, vendors: Iterable[str]) -> Finding:
        """Return what to say of a waiver whose vendor has no manifest; `vendors` are those that have one."""
        message = f"waiver {waiver.id} is for `{waiver.vendor}`, which has no manifest here"
        near = nearest(waiver.vendor, vendors)
        fix = near if near.startswith("did") else "remove the waiver, or correct `metadata.vendor`"
        return self._remark(waiver, "unused", message, fix, ("metadata", "vendor"))

    def _defects(self, waiver: Waiver, owner: str) -> Iterator[Finding]:
        control = self.catalogue.get(waiver.control)
        if control is None:
            near = nearest(waiver.control, self.catalogue)
            fix = near if near.startswith("did") else "name a control that `checker policy list` shows"
            yield self._refusal(waiver, f"there is no control {waiver.control}", fix, ("control",))
            return
        yield from self._misplaced(waiver)
        yield from self._wrong_approval(waiver, control, owner)
        yield from self._wrong_term(waiver, control)

    def _misplaced(self, waiver: Waiver) -> Iterator[Finding]:
        path = PurePosixPath(waiver.document.path)
        if path.stem != waiver.id:
            yield self._refusal(
                waiver,
                f"the file is not named {waiver.id}.yaml",
                "name the file after `metadata.id`",
                ("metadata", "id"),
            )
        if path.parent.name != waiver.vendor or path.parent.parent.name != "waivers":
            fix = f"move the file to waivers/{waiver.vendor}/{waiver.id}.yaml"
            yield self._refusal(waiver, "the file is not in its vendor's folder", fix, ("metadata", "vendor"))

    def _wrong_approval(self, waiver: Waiver, control: Control, owner: str) -> Iterator[Finding]:
        refused = [name for name in (control.id, waiver.rule) if name in self.parameters["not_waivable"]]
        if refused:
            yield self._refusal(
                waiver,
                f"{refused[0]} cannot be waived",
                "mend the cause; no risk can be accepted here",
                ("control",),
            )
            return
        data = waiver.document.data
        approvers = data["approved_by"]
        authority = self.parameters["authority"][control.severity]
        must = self.parameters["family_authority"].get(control.family)
        # The officer whom a family demands comes on top of those who may grant.
        granting = [one for one in approvers if one["role"] in authority or one["role"] != must]
        # One person with two addresses, or two names for one address, is one person.
        people = min(len({_mailbox(one["email"]) for one in granting}), len({one["name"].lower() for one in granting}))
        for i, one in enumerate(approvers):
            place = ("approved_by", i)
            if _domain(one["email"]) not in self.domains:
                text = f"{one['email']} is no address of the client, and only the client can accept its risk"
                yield self._refusal(waiver, text, "have somebody of the client approve it", (*place, "email"))
            if _mailbox(one["email"]) in (_mailbox(data["requested_by"]), _mailbox(owner)):
                text = f"{one['email']} asked for it or owns the vendor, and cannot approve it too"
                yield self._refusal(waiver, text, "have somebody else approve it", (*place, "email"))
            if one["role"] not in (*authority, must):
                text = f"role {one['role']} may not approve a waiver of severity {control.severity}"
                yield self._refusal(
                    waiver, text, f"have it approved by one of: {', '.join(authority)}", (*place, "role")
                )
        needed = self.parameters["approvers"][control.severity]
        if people < needed:
            yield self._refusal(
                waiver,
                f"{people} of {needed} approvers",
                f"have {needed} different people approve it",
                ("approved_by",),
            )
        if must and must not in {one["role"] for one in approvers}:
            text = f"a waiver of family {control.family} needs the approval of the {must}"
            yield self._refusal(waiver, text, f"add an approver with role {must}", ("approved_by",))

    def _wrong_term(self, waiver: Waiver, control: Control) -> Iterator[Finding]:
        longest = self.parameters["longest"][control.severity]
        last = calendar.add(date.fromisoformat(waiver.granted), longest).isoformat()
        today = self.as_of.isoformat()
        if waiver.expires > last:
            text = f"the term ends on {waiver.expires}, later than {last}, which is {longest} after it was granted"
            yield self._refusal(waiver, text, f"write `expires: {last}` or earlier", ("expires",))
        elif waiver.expires < today:
            text = f"waiver {waiver.id} lapsed after {waiver.expires}; its findings count again"
            yield self._remark(
                waiver, "expired", text, "mend the cause, or ask for a new waiver with a new id", ("expires",)
            )
        elif waiver.granted > today:
            text = f"waiver {waiver.id} counts from {waiver.granted} on"
            yield self._remark(waiver, "not_yet_granted", text, "wait, or have it granted earlier", ("granted",))

    def _live_remarks(self, waiver: Waiver, *, used: bool) -> Iterator[Finding]:
        if not used and waiver.control in self.judged:
            text = f"waiver {waiver.id} for {waiver.rule} excuses nothing: no finding fits it"
            yield self._remark(
                waiver, "unused", text, "remove the waiver, or correct `control` and `subject`", ("control",)
            )
        if used and waiver.expires <= calendar.add(self.as_of, self.parameters["renewal_warning"]).isoformat():
            text = f"waiver {waiver.id} for {waiver.rule} lapses after {waiver.expires}"
            yield self._remark(waiver, "ends_soon", text, "mend the cause before that day", ("expires",))

    def _refusal(self, waiver: Waiver, text: str, fix: str, keys: Keys) -> Finding:
        finding = self._remark(waiver, "refused", f"waiver {waiver.id} does not count: {text}", fix, keys)
        return replace(finding, status=Status.FAIL, severity=Severity.HIGH)

    def _remark(self, waiver: Waiver, code: str, message: str, fix: str, keys: Keys) -> Finding:
        return Finding(
            rule=f"waiver.{code}",
            status=Status.WARN,
            severity=Severity.LOW,
            message=message,
            fix=fix,
            location=waiver.document.locate(keys),
            vendor=waiver.vendor,
            subject=f"waivers[{waiver.id}].{'.'.join(str(key) for key in keys)}",
            pointer="".join(f"/{key}" for key in keys),
        )


def read(document: Document) -> Waiver:
    """Return the waiver that a schema-valid document of kind Waiver holds."""
    data = document.data
    metadata = data["metadata"]
    return Waiver(metadata["id"], metadata["vendor"], data["control"], data.get("subject", ""), document)


def _mailbox(address: str) -> str:
    """Return an address without what leads to the same mailbox: letter case and a tag behind `+`."""
    name, _, domain = address.casefold().rpartition("@")
    return f"{name.partition('+')[0]}@{domain}"


def _domain(address: str) -> str:
    return address.casefold().rpartition("@")[2]


def _reference(waiver: Waiver) -> WaiverRef:
    return WaiverRef(waiver.id, waiver.document.path, waiver.expires, waiver.document.data["reason"])
