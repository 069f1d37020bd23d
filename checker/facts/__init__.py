"""Facts that the checker computes and policies read as `input.derived`.

Everything here is arithmetic, hashing or parsing; what is acceptable is for policies and parameters to say.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from checker import calendar
from checker.facts.licences import flat_branches, licence_ids, parse_licence
from checker.facts.scan import Scan

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from checker.model import JsonObject

__all__ = ["Deriver", "chain_clocks", "chain_depths", "digest", "flat_branches", "licence_ids", "parse_licence"]

# What falls due by a cadence of the manifest's own: the dated field, and the period after it.
_DUE = (
    ("communication.last_meeting", "communication.meeting_cadence"),
    ("encryption.keys.last_rotated", "encryption.keys.rotation"),
    ("quality.last_feedback", "quality.feedback_cadence"),
    ("contract.ended_on", "data_handling.retention.deletion_within"),
)


@dataclass(frozen=True, slots=True)
class Deriver:
    """What the facts depend on beside the manifest.

    `blocks` are the vendor-attested top-level keys, `periods` the validities of an attestation,
    `report_periods` those of the parameters on assurance, `known_licences` and `known_exceptions` SPDX ids that need
    no parser. `hash_evidence(manifest path, vendor, file)` returns a SHA-256 in hex or the reason why there is none.
    """

    blocks: Collection[str]
    periods: Collection[str]
    report_periods: Collection[str]
    known_licences: frozenset[str]
    known_exceptions: frozenset[str]
    hash_evidence: Callable[[str, str, str], str]

    @property
    def terms(self) -> tuple[object, ...]:
        """What the facts of a manifest depend on beside it and its evidence."""
        return self.blocks, self.periods, self.report_periods, self.known_licences, self.known_exceptions

    def derive(self, path: str, manifest: JsonObject) -> JsonObject:
        """Return the value of `derived` for the schema-valid manifest at `path`."""
        scan = Scan()
        for name, value in manifest.items():
            scan.block(name, value, attested=name in self.blocks)
        return {
            "assurance": {"reports": [self._report(one) for one in manifest.get("assurance", {}).get("reports", ())]},
            "attestation": self._attestation(manifest, scan),
            "due": dict(_due(manifest)),
            "durations": calendar.lengths(scan.durations),
            "evidence": {"files": self._evidence(path, manifest), "references": scan.references},
            "licences": {text: self._licence(text) for text in _licence_texts(manifest)},
            "subcontracting": {"clock": chain_clocks(manifest), "depth": chain_depths(manifest)},
        }

    def _report(self, report: JsonObject) -> JsonObject:
        """Return by period whether the report covers at least that much, and whether a letter bridges at most that."""
        facts: JsonObject = {"spans": {}, "bridges": {}}
        end = _day(report, "period_end")
        begin, bridged = _day(report, "period_start"), _day(report, "bridge_letter", "until")
        if end and begin:
            after = calendar.add(end, "P1D")
            facts["spans"] = {period: calendar.add(begin, period) <= after for period in self.report_periods}
        if end and bridged:
            facts["bridges"] = {period: _bridges(end, bridged, period) for period in self.report_periods}
        return facts

    def _attestation(self, manifest: JsonObject, scan: Scan) -> JsonObject:
        attestation = manifest.get("attestation", {})
        facts: JsonObject = {
            "digest": digest(manifest, self.blocks, odd_numbers=scan.odd_numbers),
            "due": {},
            "later_dates": [],
        }
        if "digest" in attestation:
            facts["digest_matches"] = attestation["digest"] == facts["digest"]
        signed = attestation.get("date")
        if signed:
            day = date.fromisoformat(signed)
            facts["due"] = {period: calendar.add(day, period).isoformat() for period in self.periods}
            facts["later_dates"] = [{"path": path, "date": text} for path, text in scan.dates if text > signed]
        return facts

    def _evidence(self, path: str, manifest: JsonObject) -> dict[str, str]:
        # Many claims may cite one large file under many ids; it is read once.
        read = cache(partial(self.hash_evidence, path, manifest["metadata"]["id"]))
        return {name: self._evidence_status(item, read) for name, item in manifest.get("evidence", {}).items()}

    def _evidence_status(self, item: JsonObject, read: Callable[[str], str]) -> str:
        if "path" not in item:
            return "uri"
        if "sha256" not in item:
            return "unhashed"
        found = read(item["path"])
        if found == item["sha256"]:
            return "match"
        return found if not _is_hash(found) else "mismatch"

    def _licence(self, text: str) -> JsonObject:
        branches = flat_branches(text, self.known_licences, self.known_exceptions)
        if branches is None:
            return parse_licence(text)
        return {"branches": branches, "unknown": [], "deprecated": [], "error": ""}


def digest(manifest: JsonObject, blocks: Collection[str], *, odd_numbers: bool = True) -> str:
    """Return the SHA-256 of what a vendor signs: its id, the attestation without digest, the attested blocks.

    The bytes are canonical JSON (RFC 8785). `odd_numbers=False` promises that no number is odd, so that the standard
    library writes the same bytes, faster.
    """
    attestation = {key: value for key, value in manifest.get("attestation", {}).items() if key != "digest"}
    signed = {"id": manifest["metadata"]["id"], "attestation": attestation}
    signed["blocks"] = {key: value for key, value in manifest.items() if key in blocks}
    if odd_numbers:
        import rfc8785

        return hashlib.sha256(rfc8785.dumps(signed)).hexdigest()
    text = json.dumps(signed, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def chain_depths(manifest: JsonObject) -> dict[str, int]:
    """Return how far each sub-processor is from the vendor (1 = engaged by it); one that leads nowhere has no entry."""
    parties = manifest.get("subcontracting", {}).get("parties", [])
    engaged: dict[str, list[str]] = {}
    for party in parties:
        engaged.setdefault(party.get("engaged_by", ""), []).append(party["id"])
    depths: dict[str, int] = {}
    level, depth = engaged.get("vendor", []), 1
    while level:
        depths.update((name, depth) for name in level if name not in depths)
        level = [below for name in level for below in engaged.get(name, []) if below not in depths]
        depth += 1
    return depths


def chain_clocks(manifest: JsonObject) -> dict[str, int]:
    """Return for each sub-processor the seconds from its knowing of an incident to the client's knowing of it.

    The clocks along the chain up to the vendor add up. A party has no entry when a clock on its way is not declared.
    """
    parties = {party["id"]: party for party in manifest.get("subcontracting", {}).get("parties", [])}
    initial = manifest.get("incident", {}).get("notification", {}).get("initial", "")
    clocks: dict[str, int] = {}
    above: dict[str, int | None] = {"vendor": _seconds(initial)}
    for name in sorted(depths := chain_depths(manifest), key=lambda one: depths[one]):
        before, own = above.get(parties[name]["engaged_by"]), _seconds(parties[name].get("notification", ""))
        above[name] = before + own if before is not None and own is not None else None
        if above[name] is not None:
            clocks[name] = above[name] or 0
    return clocks


def _bridges(end: date, until: date, period: str) -> bool:
    """Tell whether the days after `end` up to `until` are at most `period`; whole months count as such.

    The three months after 30 September end with 31 December, though 30 September and three months is 30 December.
    """
    last = calendar.add(end, period)
    after = calendar.add(calendar.add(end, "P1D"), period)
    return end <= until and (until <= last or calendar.add(until, "P1D") <= after)


def _seconds(text: str) -> int | None:
    measured = calendar.length(text)
    return measured["length"] if measured and measured["unit"] == "seconds" else None


def _due(manifest: JsonObject) -> Iterator[tuple[str, str]]:
    """Yield the day on which each thing of the manifest falls due, and the last day for giving notice."""
    for dated, cadence in _DUE:
        day, period = _at(manifest, dated), _at(manifest, cadence)
        if day and period:
            yield dated, calendar.add(date.fromisoformat(day), period).isoformat()
    end, notice = _at(manifest, "contract.expires"), _at(manifest, "contract.notice_by_client")
    if end and notice:
        yield "contract.notice_by_client", calendar.reached(date.fromisoformat(end), notice).isoformat()


def _at(node: Any, path: str) -> str:  # noqa: ANN401 - any JSON
    for key in path.split("."):
        node = node.get(key, {})
    return node or ""


def _day(node: Any, *keys: str) -> date | None:  # noqa: ANN401 - any JSON
    text = _at(node, ".".join(keys))
    return date.fromisoformat(text) if text else None


def _is_hash(text: str) -> bool:
    return len(text) == hashlib.sha256().digest_size * 2


def _licence_texts(manifest: JsonObject) -> list[str]:
    software = manifest.get("legal", {}).get("software", [])
    return sorted({item["license"] for item in software if "license" in item})
