"""Facts that the checker computes and policies read as `input.derived`.

Everything here is arithmetic, hashing or parsing; what is acceptable is for policies and parameters to say.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING, Any

from checker import calendar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from checker.model import JsonObject

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE_LENGTH = len("2026-11-22")
# Words of the SPDX specification that say that no licence is known; the parser takes them for unknown ids.
_NO_LICENCE = frozenset({"NONE", "NOASSERTION"})
_MOST_BRANCHES = 64
# The lists whose items are about a legal entity of their own, and the field that names it.
_ENTITIES: dict[tuple[str | int, ...], str] = {("subcontracting", "parties"): "id", ("legal", "licences"): "holder"}


@dataclass(frozen=True, slots=True)
class Deriver:
    """What the facts depend on beside the manifest.

    `blocks` are the vendor-attested top-level keys, `periods` the calendar periods of the parameters,
    `known_licences` and `known_exceptions` SPDX ids that need no parser. `hash_evidence(manifest path, vendor,
    file)` returns a SHA-256 in hex or the reason why there is none.
    """

    blocks: Collection[str]
    periods: Collection[str]
    known_licences: frozenset[str]
    known_exceptions: frozenset[str]
    hash_evidence: Callable[[str, str, str], str]

    def derive(self, path: str, manifest: JsonObject) -> JsonObject:
        """Return the value of `derived` for the schema-valid manifest at `path`."""
        scan = _Scan()
        for name, value in manifest.items():
            scan.block(name, value, attested=name in self.blocks)
        return {
            "attestation": self._attestation(manifest, scan),
            "evidence": {"files": self._evidence(path, manifest), "references": scan.references},
            "licences": {text: self._licence(text) for text in _licence_texts(manifest)},
            "subcontracting": {"depth": chain_depths(manifest)},
        }

    def _attestation(self, manifest: JsonObject, scan: _Scan) -> JsonObject:
        attestation = manifest.get("attestation", {})
        facts: JsonObject = {
            "digest": digest(manifest, self.blocks, floats=scan.floats),
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


def digest(manifest: JsonObject, blocks: Collection[str], *, floats: bool = True) -> str:
    """Return the SHA-256 of what a vendor signs: its id, the attestation without digest, the attested blocks.

    The bytes are canonical JSON (RFC 8785). `floats=False` promises that no number has a fraction, which lets the
    standard library write the same bytes faster.
    """
    attestation = {key: value for key, value in manifest.get("attestation", {}).items() if key != "digest"}
    signed = {"id": manifest["metadata"]["id"], "attestation": attestation}
    signed["blocks"] = {key: value for key, value in manifest.items() if key in blocks}
    if floats:
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


def flat_branches(text: str, licences: frozenset[str], exceptions: frozenset[str]) -> list[list[dict[str, str]]] | None:
    """Return the branches of an expression without parentheses whose every id is known; None for any other.

    Most expressions are so, and reading one takes less time than importing the parser of all.
    """
    branches = []
    for alternative in text.split(" OR "):
        terms = [term.split(" WITH ", 1) for term in alternative.split(" AND ")]
        if not all(licence in licences and exceptions.issuperset(rest) for licence, *rest in terms):
            return None
        branches.append([_term(*term) for term in terms])
    return branches


@lru_cache(maxsize=4096)
def parse_licence(text: str) -> JsonObject:
    """Return an SPDX expression as OR-branches of AND-terms, or why it does not parse; odd ids are named."""
    try:
        branches, terms = _branches(text)
    except Exception as error:  # noqa: BLE001 - on odd text the parser also raises IndexError and its like
        reason = (str(error).splitlines() or [""])[0][:200] or "it is no licence expression"
        return {"branches": [], "unknown": [], "deprecated": [], "error": reason}
    unknown = sorted({key for key, known in terms.items() if not known})
    deprecated = [{"from": old, "to": new} for old, new in _renamed(text)]
    return {"branches": branches, "unknown": unknown, "deprecated": deprecated, "error": ""}


def licence_ids(parameters: Mapping[str, Any]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the SPDX ids of licences, and those of exceptions, that the licence parameters list."""
    listed = parameters.get("licences", {})
    pairs = listed.get("pairs", ())
    licences = {name for names in listed.get("allowed", {}).values() for name in names}
    licences.update(pair["license"] for pair in pairs)
    return frozenset(licences), frozenset(pair["exception"] for pair in pairs)


class _Scan:
    """One walk over a manifest: evidence references, dates in attested blocks, numbers with a fraction."""

    __slots__ = ("attested", "dates", "floats", "path", "references")

    def __init__(self) -> None:
        self.references: list[JsonObject] = []
        self.dates: list[tuple[list[str | int], str]] = []
        self.floats = False
        # The way to the node at hand; copied only where something is found, because thousands of nodes have nothing.
        self.path: list[str | int] = []
        self.attested = False

    def block(self, name: str, value: object, *, attested: bool) -> None:
        """Walk over one top-level block."""
        self.attested = attested
        self.path = [name]
        self._visit(value, "vendor")

    def _visit(self, node: object, entity: str) -> None:
        if isinstance(node, str):
            if self.attested and len(node) == _DATE_LENGTH and _DATE.fullmatch(node):
                self.dates.append((self.path.copy(), node))
        elif isinstance(node, dict):
            for key, value in node.items():
                self.path.append(key)
                if key == "evidence" and type(value) is list:
                    self._refer(value, entity)
                else:
                    self._visit(value, entity)
                self.path.pop()
        elif isinstance(node, list):
            about = _ENTITIES.get(tuple(self.path))
            for index, value in enumerate(node):
                self.path.append(index)
                self._visit(value, str(value.get(about, entity)) if about and isinstance(value, dict) else entity)
                self.path.pop()
        elif isinstance(node, float):
            self.floats = True

    def _refer(self, names: list[str], entity: str) -> None:
        self.references.extend({"id": name, "path": [*self.path, i], "entity": entity} for i, name in enumerate(names))


def _is_hash(text: str) -> bool:
    return len(text) == hashlib.sha256().digest_size * 2


def _licence_texts(manifest: JsonObject) -> list[str]:
    software = manifest.get("legal", {}).get("software", [])
    return sorted({item["license"] for item in software if "license" in item})


def _term(licence: str, exception: str = "") -> dict[str, str]:
    return {"license": licence, "exception": exception}


@lru_cache(maxsize=1)
def _licensing() -> tuple[Any, frozenset[str], dict[str, str]]:
    """Return the SPDX parser, all current ids in it, and the old ids with their successors.

    The library's ready-made parser also resolves `LicenseRef-*` names to SPDX ids; those are private names and must
    stay as written.
    """
    from license_expression import LicenseSymbol, Licensing, get_license_index

    symbols, renamed = [], {}
    for row in get_license_index():
        key = row.get("spdx_license_key") or ""
        if not key or key.startswith("LicenseRef-") or row.get("is_deprecated"):
            continue
        symbols.append(LicenseSymbol(key, is_exception=row.get("is_exception", False)))
        for old in row.get("other_spdx_license_keys") or ():
            if not old.startswith("LicenseRef-"):
                renamed[old.lower()] = key
    known = frozenset(symbol.key for symbol in symbols)
    symbols.extend(LicenseSymbol(old) for old in renamed)
    return Licensing(symbols), known, renamed


def _branches(text: str) -> tuple[list[list[dict[str, str]]], dict[str, bool]]:
    """Return the OR-branches of an expression and which of its ids are known."""
    from license_expression import ExpressionError

    licensing, known, renamed = _licensing()
    tree = licensing.parse(text)
    if tree is None:
        message = "the expression is empty"
        raise ExpressionError(message)
    terms: dict[str, bool] = {}

    def name(symbol: Any) -> str:  # noqa: ANN401 - the library is untyped
        key = renamed.get(symbol.key.lower(), symbol.key)
        plain = key.removesuffix("+")
        key = plain if plain in known else key
        fits = key in known or key in _NO_LICENCE or key.startswith("LicenseRef-")
        terms[key] = fits and terms.get(key, True)
        return str(key)

    def addition(symbol: Any) -> str:  # noqa: ANN401 - the library is untyped
        # What follows WITH may take rights away, as the Commons Clause does, unless it is an exception of SPDX.
        key = renamed.get(symbol.key.lower(), symbol.key)
        terms[key] = key in known and licensing.known_symbols[key].is_exception and terms.get(key, True)
        return str(key)

    def expand(node: Any) -> list[list[dict[str, str]]]:  # noqa: ANN401 - the library is untyped
        if isinstance(node, licensing.OR):
            found = [branch for part in node.args for branch in expand(part)]
        elif isinstance(node, licensing.AND):
            found = [[]]
            for part in node.args:
                found = [left + right for left in found for right in expand(part)][: _MOST_BRANCHES + 1]
        elif hasattr(node, "exception_symbol"):
            found = [[_term(name(node.license_symbol), addition(node.exception_symbol))]]
        else:
            found = [[_term(name(node))]]
        if len(found) > _MOST_BRANCHES:
            message = f"the expression has more than {_MOST_BRANCHES} alternatives"
            raise ExpressionError(message)
        return found

    return expand(tree), terms


def _renamed(text: str) -> list[tuple[str, str]]:
    _, _, renamed = _licensing()
    words = dict.fromkeys(re.findall(r"[A-Za-z0-9.+-]+", text))
    return [(word, renamed[word.lower()]) for word in words if word.lower() in renamed]
