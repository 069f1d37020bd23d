"""Writes portfolios of realistic manifests: varied copies of the manifest that passes everything, some with a defect.

The same seed gives the same bytes. Every manifest fits the schema; the clean ones pass on the day of the original.
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import random
import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from block_yaml import to_yaml
from defects import DEFECTS, UNSIGNED
from variety import AT_CRITICAL, METRICS, PARTIES, PLACES, REQUIRED, SERVICES, SOFTWARE, TARGETS, TIERS, WORDS, Data

from checker import documents
from checker.facts import digest
from checker.schema import open_schemas

ROOT = Path(__file__).resolve().parent.parent
BASE = ROOT / "tests" / "cases" / "base.yaml"
DEFECT_SHARE = 0.08

_SHIFT_DAYS = 10  # more would make monthly duties overdue
_CONFIG = 'manifests = "vendor_manifests"\n'


@dataclass(frozen=True, slots=True)
class Vendor:
    """One generated vendor; `defects` names what is wrong with it."""

    id: str
    defects: tuple[str, ...]


_FILES = {"records.txt": ["ev-dd", "ev-dpa", "ev-dpia", "ev-scc", "ev-f12"], "reports.txt": ["ev-iso", "ev-soc2"]}
_FILES["permit.txt"] = ["ev-permit"]


def generate(directory: Path, count: int, seed: int) -> tuple[Vendor, ...]:
    """Make `directory` a repository of its own with `count` manifests, judged by the shipped policies."""
    base = _base()
    blocks = frozenset(open_schemas(ROOT / "schemas", {}).vendor_blocks)
    folder = directory / "vendor_manifests"
    folder.mkdir(parents=True)
    (directory / "checker.toml").write_text(_CONFIG, encoding="utf-8")
    return tuple(_write(folder, base, blocks, random.Random(f"{seed}/{i}"), i) for i in range(count))  # noqa: S311 - no secret


def main() -> None:
    """Generate as the command line says; print each vendor that has defects."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path, help="a directory that does not exist")
    parser.add_argument("--manifests", type=int, default=100, metavar="N", help="how many (default 100)")
    parser.add_argument("--seed", type=int, default=1, help="another seed gives another portfolio (default 1)")
    options = parser.parse_args()
    for vendor in generate(options.directory, options.manifests, options.seed):
        if vendor.defects:
            print(vendor.id, *vendor.defects)


def _base() -> dict[str, Any]:
    loaded = documents.load(BASE.name, BASE.read_bytes())
    if loaded.document is None:
        raise ValueError(f"{BASE} cannot be read: {loaded.problems[0].message}")
    return loaded.document.data


def _write(folder: Path, base: dict[str, Any], blocks: frozenset[str], dice: random.Random, index: int) -> Vendor:
    manifest = copy.deepcopy(base)
    for vary in (_dates, _data, _parties, _place, _legal, _operation):
        vary(manifest, dice)
    vendor = _identity(manifest, dice, index)
    _evidence(manifest, folder / "evidence" / vendor)
    defects = dice.sample(sorted(DEFECTS), dice.choice([1, 1, 2])) if dice.random() < DEFECT_SHARE else []
    for defect in defects:
        DEFECTS[defect](manifest)
    manifest["attestation"]["digest"] = digest(manifest, blocks)
    if UNSIGNED in defects:
        manifest["people"]["attrition_pct"] += 1
    (folder / f"{vendor}.yaml").write_text(to_yaml(manifest), encoding="utf-8")
    return Vendor(vendor, tuple(defects))


def _identity(manifest: dict[str, Any], dice: random.Random, index: int) -> str:
    first, second = dice.sample(WORDS, 2)
    vendor = f"{first}-{second}-{index:05d}"
    metadata, domain = manifest["metadata"], f"{vendor}.example"
    metadata["id"] = vendor
    metadata["legal_name"] = f"{first.title()} {second.title()} {index} Ltd."
    metadata["lei"] = _lei(index)
    metadata["register_ref"] = f"ROI-2026-{index:05d}"
    manifest["attestation"]["email"] = f"m.santos@{domain}"
    manifest["incident"]["notification"]["contact_24x7"] = f"soc@{domain}"
    return vendor


def _dates(manifest: dict[str, Any], dice: random.Random) -> None:
    """Move all dates by the same few days, so that what follows what stays so; reported periods keep their ends."""
    days = dice.randint(0, _SHIFT_DAYS)

    def earlier(node: Any, key: str) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(node, dict):
            return {name: earlier(value, name) for name, value in node.items()}
        if isinstance(node, list):
            return [earlier(item, key) for item in node]
        return _earlier(node, days) if _is_date(node) and not key.startswith("period_") else node

    screened = manifest["oversight"]["sanctions"]["screened_on"]
    manifest.update(earlier(manifest, ""))
    manifest["oversight"]["sanctions"]["screened_on"] = screened  # due every month, so no day may be lost


def _data(manifest: dict[str, Any], dice: random.Random) -> None:
    scope = manifest["scope"]
    approved = scope["data"][0]["approved_on"]
    service = dice.choice(sorted(SERVICES))
    chosen = dice.sample(SERVICES[service], dice.randint(1, len(SERVICES[service])))
    scope["service"] = service
    scope["data"] = [_data_item(one, dice.randint(5, 600) * 100, approved) for one in chosen]
    subjects = sum(item["subjects_estimate"] for item in scope["data"])
    floor = max(TIERS.index(one.tier) for one in chosen)
    floor = max(floor, int(subjects >= 100_000))  # noqa: PLR2004 - a portfolio of that size is at least medium
    manifest["data_protection"]["dpa"]["purposes"] = sorted({item["purpose"] for item in scope["data"]})
    manifest["data_handling"]["repository_control"] = "client"
    _tier(manifest, min(floor + (dice.random() < 0.15), 3))  # noqa: PLR2004 - some are rated above their floor


def _data_item(one: Data, subjects: int, approved: str) -> dict[str, Any]:
    item = {"id": one.id, "category": one.category, "purpose": one.purpose, "fields": ["name", "reference"]}
    item |= {"access": "view" if one.masking else "process"}
    item |= {"masking": one.masking} if one.masking else {}
    return item | {"subjects_estimate": subjects, "approved_on": approved}


def _tier(manifest: dict[str, Any], rank: int) -> None:
    manifest["scope"]["risk_tier"] = TIERS[rank]
    if TIERS[rank] == "critical":
        manifest["attestation"]["valid_until"] = _earlier(manifest["attestation"]["valid_until"], 190)
        for path, value in AT_CRITICAL.items():
            *above, last = path.split(".")
            node = manifest
            for key in above:
                node = node[key]
            node[last] = value
        manifest["contract"]["clauses"] += ["reporting", "service_levels"]
        for insurance in manifest["contract"]["insurance"]:
            insurance["amount"] = 10_000_000


def _parties(manifest: dict[str, Any], dice: random.Random) -> None:
    model, known = manifest["subcontracting"]["parties"][0], [item["id"] for item in manifest["scope"]["data"]]
    proof = manifest["evidence"].pop("ev-sub")
    chosen = dice.sample(PARTIES, dice.randint(0, len(PARTIES)))
    parties = []
    for i, (name, legal_name, service, country) in enumerate(chosen):
        is_direct = i == 0 or dice.random() < 0.7 or manifest["scope"]["risk_tier"] == "critical"  # noqa: PLR2004 - some are further down
        above = "vendor" if is_direct else chosen[0][0]
        facts = {"id": name, "legal_name": legal_name, "service": service, "countries": [country]}
        facts |= {"engaged_by": above, "data": [dice.choice(known)], "evidence": [f"ev-{name}"]}
        parties.append(model | facts)
        manifest["evidence"][f"ev-{name}"] = _kept_elsewhere(legal_name, proof["issued"], dice)
    manifest["subcontracting"]["parties"] = parties
    manifest["subcontracting"]["position"] = "permitted_specific" if parties else "none"


def _kept_elsewhere(issuer: str, issued: str, dice: random.Random) -> dict[str, Any]:
    content = dice.randbytes(32).hex()
    address = f"https://records.client.example/{content[:16]}"
    checked = {"verified_by": "j.berg@client.example", "verified_on": "2026-09-01"}
    return {"uri": address, "sha256": content, "issuer": issuer, "issued": issued} | checked


def _place(manifest: dict[str, Any], dice: random.Random) -> None:
    place, british = dice.choice(PLACES), dice.random() < 0.6  # noqa: PLR2004 - many have British customers too
    scope = manifest["scope"]
    manifest["metadata"]["country"] = place.country
    scope["delivery_model"] = place.model
    scope["locations"][0] |= {"country": place.country, "site": place.site}
    if not british:
        scope["data_subject_regions"].remove("GB")
        scope["regimes"].remove("uk_gdpr")
        del manifest["legal"]["obligations"][1]
    transfers = manifest["data_protection"]["transfers"]
    wanted = transfers[: 1 + british] if place.model == "offshore" else []
    manifest["data_protection"]["transfers"] = [one | {"to": place.country} for one in wanted]
    for report in manifest["assurance"]["reports"]:
        report["sites"] = [place.site if site == "Cebu" else site for site in report["sites"]]
    permit = manifest["legal"]["licences"][0]
    permit |= {
        "jurisdiction": place.country,
        "authority": f"City of {place.site}",
        "number": f"BP-{dice.randint(10000, 99999)}",
    }
    manifest["evidence"]["ev-permit"]["issuer"] = permit["authority"]


def _legal(manifest: dict[str, Any], dice: random.Random) -> None:
    chosen = dice.sample(SOFTWARE, dice.randint(1, len(SOFTWARE)))
    manifest["legal"]["software"] = [
        {"name": name, "version": f"{dice.randint(1, 9)}.{dice.randint(0, 9)}.0", "license": text, "use": use}
        for name, text, use in chosen
    ]
    value = dice.randint(2, 60) * 50_000
    manifest["contract"]["annual_value"]["amount"] = value
    manifest["contract"]["liability"]["cap"]["amount"] = 3 * value


def _operation(manifest: dict[str, Any], dice: random.Random) -> None:
    levels = manifest["service_levels"]
    needed = [TARGETS[metric] for metric in REQUIRED.get(manifest["scope"]["service"], ())]
    for metric, comparator, target, unit in needed + dice.sample(METRICS, dice.randint(0, len(METRICS))):
        facts = {"metric": metric, "comparator": comparator, "target": target, "unit": unit}
        levels.append(
            copy.deepcopy(levels[0]) | facts | {"measurements": [{"period_end": "2026-10-31", "actual": target}]}
        )
    finding = manifest["oversight"]["findings"][0]
    manifest["oversight"]["findings"] = [finding | {"id": f"F-{12 + i}"} for i in range(dice.randint(1, 4))]
    manifest["people"]["attrition_pct"] = dice.randint(5, 29)


def _evidence(manifest: dict[str, Any], folder: Path) -> None:
    folder.mkdir(parents=True)
    for name, proofs in _FILES.items():
        content = f"{folder.name}: {name}\n".encode() * 40
        (folder / name).write_bytes(content)
        for proof in proofs:
            manifest["evidence"][proof] |= {"path": name, "sha256": hashlib.sha256(content).hexdigest()}


_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _is_date(node: object) -> bool:
    return isinstance(node, str) and bool(_DATE.fullmatch(node))


def _earlier(day: str, days: int) -> str:
    return (date.fromisoformat(day) - timedelta(days=days)).isoformat()


def _lei(index: int) -> str:
    stem = f"549300{index:012d}"
    number = int("".join(str(int(letter, 36)) for letter in stem + "00"))
    return f"{stem}{98 - number % 97:02d}"


if __name__ == "__main__":
    main()
