"""A mapping to start from: commented, with what the names of the columns give away."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from checker.intake.sheet import plain_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True)
class _Guess:
    field: str
    names: str
    """What columns for it are called, parted by `|`."""
    table: str = ""
    split: tuple[str, ...] = ()
    note: str = ""

    def fits(self, column: str) -> bool:
        """Tell whether a column of this name is meant for the field."""
        return plain_key(column) in map(plain_key, self.names.split("|"))


_SIGNS: Final = (",", ";", "\n")
_SEVERAL: Final = (*_SIGNS, "/")
_NAME: Final = "Legal name|Vendor|Vendor name|Supplier|Supplier name|Company|Name|Firma|Lieferant|Provider|Third party"
_PLACES: Final = "Countries|Location countries|Locations|Delivery countries|Länder"
_REPORTS: Final = "Certificates|Certifications|Certs|Zertifikate|Assurance"
_ENDS: Final = "Certificate expiry|Cert valid until|Certificates valid until|Gültig bis"
_GUESSES: Final = (
    _Guess("metadata.legal_name", _NAME, note="also makes the vendor's id"),
    _Guess("metadata.id", "Vendor id|Id|Short name|Kürzel"),
    _Guess("metadata.lei", "LEI|LEI code"),
    _Guess("metadata.country", "Country of registration|Country|Registered in|Head office|Land|Sitz", "countries"),
    _Guess("metadata.register_ref", "Register no|Register ref|Reference|Ref|Contract no|Contract ref|Nr|No"),
    _Guess("metadata.lifecycle", "Status|Lifecycle", "lifecycle"),
    _Guess("metadata.owner", "Owner|Business owner|Contract owner|Vendor manager", note="`Name <address>`, or a name"),
    _Guess("metadata.owner.email", "Owner email|Owner mail|E-mail|Owner e-mail"),
    _Guess("scope.service", "Service|Service type|Category|Leistung|Dienstleistung", "services"),
    _Guess("scope.description", "Description|Service description|Beschreibung|Scope"),
    _Guess("scope.function", "Function|Critical or important|Critical function|Critical|Kritisch", "functions"),
    _Guess("scope.risk_tier", "Risk tier|Tier|Risk|Criticality|Risk class|Risikoklasse"),
    _Guess("scope.regimes", "Regimes|Laws|Regulation|Regulations", "", _SIGNS),
    _Guess("scope.data_subject_regions", "Data subjects|Data subject regions|Regions", "", _SIGNS),
    _Guess("scope.data[].category", "Data|Data categories|Data category|Personal data|Daten", "data", _SIGNS),
    _Guess("scope.locations[].country", _PLACES, "countries", _SEVERAL),
    _Guess(
        "scope.locations[].site", "Sites|Site|City|Cities|Standorte", "", _SEVERAL, "as many as countries, in order"
    ),
    _Guess("assurance.reports[].type", _REPORTS, "certificates", _SIGNS),
    _Guess("assurance.reports[].expires", _ENDS, "", _SIGNS, "as many as certificates, in order"),
    _Guess("contract.effective", "Contract start|Start date|Start|Effective|Vertragsbeginn"),
    _Guess("contract.expires", "Contract end|End date|End|Expiry|Vertragsende"),
    _Guess("contract.annual_value", "Annual value|Annual spend|Spend|Volumen", note="with its currency: EUR 120000"),
    _Guess("data_protection.dpa.signed_on", "DPA signed|DPA date|AVV vom"),
    _Guess("evidence.ev-register.uri", "Link|Links|Document|Documents|URL|SharePoint"),
)
_SAMPLE: Final = (
    "Vendor name", "Country", "Owner", "Service", "Risk tier", "Critical", "Data", "Countries", "Sites", "Certificates",
    "Contract start", "Contract end", "Link",
)  # fmt: skip
_NEEDED: Final = {
    "metadata.legal_name": "...",
    "scope.service": "customer_support",
    "scope.function": "supporting",
    "scope.risk_tier": "medium",
    "scope.regimes": "gdpr",
    "scope.data_subject_regions": "EEA",
    "scope.data[].category": "personal_contact",
    "scope.locations[].country": "DE",
}
_HEAD: Final = """\
# How a register becomes manifests: which column fills which field, and what its cells mean.
# Try it without writing anything: checker vendor import {register} --mapping THIS_FILE --dry-run
# The fields: checker schema manifest. What may stand in this file: checker schema import-mapping.
apiVersion = "vendorpolicy/v1"
kind = "ImportMapping"

[source]   # what is left out is found out from the file
# encoding = "cp1252"      # utf-8, utf-8-sig or cp1252
# delimiter = ";"          # `,`, `;` or tab
# header_row = 1           # the row with the names of the columns
# decimal = ","            # what stands before the fraction of a number
dates = ["YYYY-MM-DD", "DD.MM.YYYY"]   # also DD/MM/YYYY, MM/DD/YY, DD MMM YYYY; tried in this order
blank = ["-", "n/a", "tbd"]            # what stands in a cell of which nothing is known
"""
_TAIL: Final = """
# Every vendor is prospective, and nothing of it blocks, unless its contract has begun: then it counts as active.
[[constants]]
field = "metadata.lifecycle"
value = "prospective"

# A report or certificate needs its issuer, which few registers hold. Say so rather than invent one.
[[defaults]]
field = "assurance.reports[].issuer"
value = "not given"

# Ids are made of names: metadata.id of legal_name, and that of each set of data of its category.
[[ids]]
field = "metadata.id"
from = "legal_name"
drop = ["GmbH", "AG", "SE", "Ltd", "Limited", "Inc", "LLC", "B.V.", "S.A.", "Sp. z o.o."]

[[ids]]
field = "scope.data[].id"
from = "category"

# What cells mean. Capitals, blanks and punctuation do not matter. A cell that is in no table, and no value of the
# field, is listed with its row and column. `countries`, `certificates` and `yes_no` know the usual words already.
[tables]
countries = [
  {cell = "Great Britain (London)", value = "GB"},
]
certificates = [
  {cell = "ISO cert. (security)", fields = {type = "iso_27001"}},
]
functions = [
  {cell = "yes", value = "critical_or_important"},
  {cell = "no", value = "supporting"},
]
services = [
  {cell = "Call centre", value = "customer_support"},
  {cell = "Hosting", value = "cloud_hosting"},
  {cell = "SaaS", value = "software_as_a_service"},
]
data = [
  {cell = "Contact data", value = "personal_contact"},
  {cell = "HR data", value = "personal_employment"},
  {cell = "Card data", value = "cardholder"},
]
lifecycle = [
  {cell = "live", value = "active"},
  {cell = "in selection", value = "prospective"},
]
"""


def guessed(columns: Sequence[str], register: str) -> str:
    """Return the text of a mapping for these columns; for none, one with columns that many registers have."""
    found = _assigned(columns or _SAMPLE)
    mapped = {guess.field for _, guess in found if guess}
    tail = _TAIL
    if "metadata.lifecycle" in mapped:  # a constant would take its place
        tail = tail.replace("[[constants]]", "[[defaults]]", 1)
    return "\n".join([_HEAD.format(register=register), *_columns(found), *_needed(mapped), tail.strip("\n"), ""])


def _assigned(columns: Sequence[str]) -> list[tuple[str, _Guess | None]]:
    """Return each column with the field that its name stands for; no field is given twice."""
    taken: set[str] = set()
    found: list[tuple[str, _Guess | None]] = []
    for column in columns:
        fitting = (one for one in _GUESSES if one.fits(column) and one.field not in taken)
        guess = next(fitting, None)
        taken |= {guess.field} if guess else set()
        found.append((column, guess))
    return found


def _columns(found: Sequence[tuple[str, _Guess | None]]) -> Iterator[str]:
    for column, guess in found:
        if guess is None:
            yield f'# [[columns]]   # what is it?\n# column = {_text(column)}\n# field = "..."\n'
            continue
        lines = ["[[columns]]", f"column = {_text(column)}"]
        lines.append(f"field = {_text(guess.field)}{f'   # {guess.note}' if guess.note else ''}")
        if guess.split:
            lines.append(f"split = [{', '.join(map(_text, guess.split))}]")
        if guess.table:
            lines.append(f"table = {_text(guess.table)}")
        yield "\n".join(lines) + "\n"


def _needed(mapped: set[str]) -> Iterator[str]:
    """Yield, as comments, constants for what every manifest must hold and no column gives."""
    missing = {field: sample for field, sample in _NEEDED.items() if field not in mapped}
    if missing:
        yield "# Every manifest needs these, and no column was found: map one, or give a value true of all."
    for field, sample in missing.items():
        yield f"# [[constants]]\n# field = {_text(field)}\n# value = {_text(sample)}"
    if missing:
        yield ""


def _text(text: str) -> str:
    """Write a text as TOML does, on one line."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
