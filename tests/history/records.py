"""The machine record of a night, held against its schema."""

import json

import jsonschema

from checker.commands.schema import bundled
from tests.cli.program import ROOT, Done

SCHEMA = jsonschema.Draft202012Validator(json.loads(bundled(ROOT / "schemas", "reevaluation")))


def told(done: Done) -> dict:
    """Return what a night wrote with `--output json`; a ValidationError when the schema says otherwise."""
    record = json.loads(done.out)
    SCHEMA.validate(record)
    return record
