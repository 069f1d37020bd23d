"""What a change may not do unseen: swap evidence, reuse a sign-off, take a vendor away, lighten its own judgement."""

from __future__ import annotations

import posixpath
import re
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from checker import documents, sources
from checker.model import Edit, Finding, Location, Severity, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from checker.documents import Document, Limits
    from checker.model import Assessment, Keys
    from checker.review.changes import Edited

_LFS: Final = b"version https://git-lfs.github.com/spec/"
_LFS_SIZE: Final = 1024
_SHOWN: Final = 12
_TIER: Final = re.compile(r"\b(?:low|medium|high|critical)\b")
_SIGN_AGAIN: Final = (
    "have the vendor sign again: a new `attestation.date` with the digest that `checker vendor show` prints"
)


@dataclass(frozen=True)
class Side:
    """One manifest as it was before the change, or as it is now; `path` is empty when there is none."""

    root: Path
    path: str
    limits: Limits
    assessment: Assessment | None = None

    @cached_property
    def content(self) -> bytes:
        """The bytes of the manifest; none when it cannot be read."""
        found = sources.read(self.root, self.path, self.limits.max_bytes) if self.path else b""
        return found if isinstance(found, bytes) else b""

    @cached_property
    def document(self) -> Document | None:
        """The manifest, when it can be read as YAML."""
        return documents.load(self.path, self.content, self.limits).document if self.content else None

    def at(self, *keys: str) -> Any:  # noqa: ANN401 - any JSON
        """Return the value at `keys`; None when there is none."""
        node: Any = self.document.data if self.document else None
        for key in keys:
            node = node.get(key) if isinstance(node, dict) else None
        return node

    @cached_property
    def evidence(self) -> dict[str, str]:
        """By id the path of each file of evidence, relative to the root."""
        items = self.at("evidence")
        home = posixpath.join(posixpath.dirname(self.path), sources.EVIDENCE, str(self.at("metadata", "id")))
        named = items.items() if isinstance(items, dict) else ()
        return {
            name: posixpath.join(home, item["path"])
            for name, item in named
            if isinstance(item, dict) and isinstance(item.get("path"), str)
        }

    def sha256(self, path: str) -> str:
        """Return the digest of a file of evidence; empty when it cannot be read."""
        found = sources.sha256(self.root, path, sources.MAX_EVIDENCE_BYTES)
        return found if isinstance(found, str) else ""

    def is_pointer(self, path: str) -> bool:
        """Tell whether a file only points to the large-file storage."""
        found = sources.read(self.root, path, _LFS_SIZE)
        return isinstance(found, bytes) and found.startswith(_LFS)


def remarks(edited: Edited, before: Side, after: Side, today: str) -> Iterator[Finding]:
    """Yield what the review itself has to say about one manifest; whether it blocks is not decided here."""
    if edited.edit is Edit.DELETED:
        yield from _deleted(before)
        return
    was, signed = (str(side.at("attestation", "date") or "") for side in (before, after))
    if before.document and after.document and signed and signed <= was:
        # On the day of the sign-off itself, one more of the same day is nothing odd.
        status = Status.WARN if signed == was == today else Status.FAIL
        still = f"is still that of {was}" if signed == was else f"goes back from {was} to {signed}"
        yield from (replace(found, status=status) for found in _behind_a_sign_off(before, after, still))
    yield from _removed(edited, before, after)
    yield from _pointers(edited, after)
    yield from _lightened(before, after)


@contextmanager
def raised(root: Path, tiers: Mapping[str, str], limits: Limits) -> Iterator[None]:
    """Let manifests, by path, declare another tier as long as this is in use; every line stays where it is."""
    kept: dict[str, bytes] = {}
    try:
        for path, tier in tiers.items():
            side = Side(root, path, limits)
            if side.document:
                kept[path] = side.content
                place = side.document.locate(("scope", "risk_tier"))
                lines = side.content.decode().split("\n")
                line = lines[place.line - 1]
                lines[place.line - 1] = line[: place.column - 1] + _TIER.sub(tier, line[place.column - 1 :], count=1)
                (root / sources.real(path)).write_bytes("\n".join(lines).encode())
        yield
    finally:
        for path, content in kept.items():
            (root / sources.real(path)).write_bytes(content)


def _deleted(before: Side) -> Iterator[Finding]:
    was = before.assessment
    if was is None or was.lifecycle == "active" or not was.lifecycle:
        text = f"the manifest of `{before.path}` is deleted, though its contract has not ended"
        fix = "keep it; when the contract ends, set `metadata.lifecycle: ended` and `contract.ended_on`"
        yield _finding(before, "manifest_deleted", text, fix, ())


def _behind_a_sign_off(before: Side, after: Side, dated: str) -> Iterator[Finding]:
    """Yield what is other than the vendor signed, under no later date."""
    still = f"but the sign-off {dated}"
    for name in sorted(before.evidence.keys() & after.evidence.keys()):
        old, new = before.sha256(before.evidence[name]), after.sha256(after.evidence[name])
        if old and new and old != new:
            text = f"evidence `{name}` is now another file ({_short(new)}, before {_short(old)})"
            yield _finding(after, "evidence_changed", f"{text}, {still}", _SIGN_AGAIN, ("evidence", name))
    old, new = (side.at("attestation", "digest") or "" for side in (before, after))
    if old != new:
        text = f"the signed digest is now {_short(new)} (before {_short(old)})"
        yield _finding(after, "digest_changed", f"{text}, {still}", _SIGN_AGAIN, ("attestation", "digest"))


def _removed(edited: Edited, before: Side, after: Side) -> Iterator[Finding]:
    kept = {after.sha256(path) for path in after.evidence.values()}
    for name, path in sorted(before.evidence.items()):
        gone = before.sha256(path)
        if gone and gone not in kept and name not in after.evidence and path in edited.evidence:
            text = f"evidence `{name}` ({posixpath.basename(path)}, {_short(gone)}) is removed"
            fix = "keep it for as long as anybody may ask for it, or say in the change why it is not needed"
            yield replace(
                _finding(after, "evidence_removed", text, fix, ("evidence", name)),
                status=Status.WARN,
                severity=Severity.MEDIUM,
            )


def _pointers(edited: Edited, after: Side) -> Iterator[Finding]:
    fix = "commit the file itself, or give `uri`, `sha256`, `verified_by` and `verified_on` instead of `path`"
    if after.content.startswith(_LFS):
        yield _finding(after, "lfs_pointer", "this is only a pointer to large-file storage, no manifest", fix, ())
    for name, path in sorted(after.evidence.items()):
        if path in edited.evidence and after.is_pointer(path):
            text = f"the file of evidence `{name}` is only a pointer to large-file storage, so nobody can judge it"
            yield _finding(after, "lfs_pointer", text, fix, ("evidence", name))


def _lightened(before: Side, after: Side) -> Iterator[Finding]:
    """Yield what makes the judgement milder; that the stricter one decides is not done here."""
    was, now = before.assessment, after.assessment
    if not was or not now or not was.tier or not now.tier:
        return
    if Severity(now.tier).rank < Severity(was.tier).rank:
        text = f"the risk tier drops from {was.tier} to {now.tier}; this change is still held to tier {was.tier}"
        fix = "say in the change why the service is less risky now"
        yield _warning(after, "tier_lowered", text, fix, ("scope", "risk_tier"))
    if was.lifecycle == "active" != now.lifecycle:
        text = f"the lifecycle goes from active to {now.lifecycle}, after which most controls no longer block"
        fix = "say in the change what ended the contract, or restore `metadata.lifecycle`"
        yield _warning(after, "lifecycle_changed", text, fix, ("metadata", "lifecycle"))


def _short(digest: str) -> str:
    return f"sha256 {digest[:_SHOWN]}…" if digest else "none"


def _warning(side: Side, code: str, message: str, fix: str, keys: Keys) -> Finding:
    return replace(_finding(side, code, message, fix, keys), status=Status.WARN, severity=Severity.MEDIUM)


def _finding(side: Side, code: str, message: str, fix: str, keys: Keys) -> Finding:
    place = side.document.locate(keys) if side.document else Location(side.path)
    subject = ".".join(str(key) for key in keys)
    return Finding(
        rule=f"review.{code}",
        status=Status.FAIL,
        severity=Severity.HIGH,
        message=message,
        fix=fix,
        location=place,
        vendor=side.assessment.vendor if side.assessment else "",
        subject=subject,
        pointer="".join(f"/{key}" for key in keys),
    )
