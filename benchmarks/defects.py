"""Defects of the kinds that real portfolios have, one for each group of controls."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

UNSIGNED = "changed_after_signing"
"""The defect that whoever signs has to make, after the signature."""


def _unclear_transfer(manifest: dict[str, Any]) -> None:
    manifest["scope"]["locations"].append({"country": "KE", "site": "Nairobi", "activity": "process"})


def _unsigned_agreement(manifest: dict[str, Any]) -> None:
    del manifest["data_protection"]["dpa"]["signed_on"]


def _missing_clause(manifest: dict[str, Any]) -> None:
    manifest["data_protection"]["dpa"]["clauses"].remove("audit")


def _old_tls(manifest: dict[str, Any]) -> None:
    manifest["encryption"]["in_transit"]["enabled_versions"].insert(0, "1.0")


def _weak_cipher(manifest: dict[str, Any]) -> None:
    manifest["encryption"]["in_transit"]["cipher_suites"].append("TLS_RSA_WITH_AES_128_CBC_SHA")


def _expired_permit(manifest: dict[str, Any]) -> None:
    manifest["legal"]["licences"][0]["expires"] = "2026-10-31"
    manifest["scope"]["locations"][0] |= {"country": "PH", "site": "Cebu"}
    manifest["legal"]["licences"][0]["jurisdiction"] = "PH"
    manifest["scope"]["service"] = "customer_support"


def _refused_licence(manifest: dict[str, Any]) -> None:
    manifest["legal"]["software"][0] |= {"license": "AGPL-3.0-only", "use": "delivered"}


def _wrong_hash(manifest: dict[str, Any]) -> None:
    manifest["evidence"]["ev-soc2"]["sha256"] = hashlib.sha256(b"an earlier report").hexdigest()


def _missing_file(manifest: dict[str, Any]) -> None:
    manifest["evidence"]["ev-iso"]["path"] = "certificate.txt"


def _overdue_audit(manifest: dict[str, Any]) -> None:
    for audit in manifest["oversight"]["audits"]:
        if audit["type"] == "penetration_test":
            audit["date"] = "2024-03-20"


def _lapsed_attestation(manifest: dict[str, Any]) -> None:
    manifest["attestation"]["valid_until"] = "2026-10-31"


def _foreign_owner(manifest: dict[str, Any]) -> None:
    manifest["metadata"]["owner"]["email"] = "a.lind@vendor.example"


def _weak_algorithm(manifest: dict[str, Any]) -> None:
    manifest["encryption"]["at_rest"]["algorithm"] = "DES"


DEFECTS: dict[str, Callable[[dict[str, Any]], None]] = {
    UNSIGNED: lambda _: None,
    "expired_permit": _expired_permit,
    "foreign_owner": _foreign_owner,
    "lapsed_attestation": _lapsed_attestation,
    "missing_clause": _missing_clause,
    "missing_file": _missing_file,
    "old_tls": _old_tls,
    "overdue_audit": _overdue_audit,
    "refused_licence": _refused_licence,
    "unclear_transfer": _unclear_transfer,
    "unsigned_agreement": _unsigned_agreement,
    "weak_algorithm": _weak_algorithm,
    "weak_cipher": _weak_cipher,
    "wrong_hash": _wrong_hash,
}
"""What each defect does to a manifest, by name."""
