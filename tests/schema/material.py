"""What the schema tests share: the shipped schemas with the shipped parameters, and a valid manifest."""

from __future__ import annotations

import functools
import json
from pathlib import Path

from checker import documents
from checker.schema import FILES, Schemas, open_schemas

ROOT = Path(__file__).parent.parent.parent
SAMPLE = Path(__file__).with_name("sample.yaml").read_text()
SCOPE = {
    "service": "payroll",
    "function": "supporting",
    "risk_tier": "low",
    "regimes": [],
    "data": [],
    "locations": [],
    "data_subject_regions": [],
}
"""The least that a manifest says of its scope."""
WAIVER = """\
apiVersion: vendorpolicy/v1
kind: Waiver
metadata: {id: W-2026-007, vendor: halcyon-support}
control: LA-03
subject: access.remote_work
reason: Two agents on medical leave work from home until the ward reopens.
compensating_controls: [daily screen audit, read-only role]
requested_by: a.lind@client.example
approved_by: [{name: K. Ohm, role: ciso, email: k.ohm@client.example}]
granted: 2026-10-01
expires: 2026-12-31
risk_ref: RSK-311
"""


def read(text, path="vendor.yaml"):
    """Return the document that a text holds; the text must be good YAML."""
    loaded = documents.load(path, text.encode())
    assert loaded.document, loaded.problems
    return loaded.document


@functools.cache
def parameters():
    """Return the shipped parameters by name."""
    files = sorted((ROOT / "policies/params").glob("*/data.yaml"))
    return {path.parent.name: read(path.read_text(), path.as_posix()).data for path in files}


@functools.cache
def schemas() -> Schemas:
    """Return the shipped schemas."""
    return open_schemas(ROOT / "schemas", parameters())


@functools.cache
def raw(kind):
    """Return a schema file as it is committed."""
    return json.loads((ROOT / "schemas" / FILES[kind]).read_text())


def changed(old, new, text=SAMPLE):
    """Return the text with one place changed, which must be there."""
    assert old in text, f"{old!r} is not in the sample"
    return text.replace(old, new, 1)


def check(text, kind="VendorManifest"):
    """Return the problems of a text."""
    return schemas().check(read(text), kind)


def pointed_at(text, problem):
    """Return the text from the place that a problem names."""
    return text.splitlines()[problem.line - 1][problem.column - 1 :]
