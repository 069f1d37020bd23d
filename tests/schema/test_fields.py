"""The fields of a schema by path."""

from checker.schema.fields import EACH, Field, fields, written
from tests.cases import tables

SCHEMA = {
    "properties": {
        "a": {"$ref": "#/$defs/a", "x-owner": "vendor", "description": "Outer."},
        "plain": {"description": "Plain."},
        "any": True,
    },
    "$defs": {
        "a": {
            "description": "Inner.",
            "properties": {
                "list": {"items": {"properties": {"x": {"description": "X."}}}},
                "map": {"additionalProperties": {"$ref": "#/$defs/leaf"}},
                "self": {"$ref": "#/$defs/a"},
                "closed": {"additionalProperties": False},
            },
        },
        "leaf": {"description": "Leaf."},
    },
}


def test_paths_descriptions_and_owners():
    found = fields(SCHEMA)
    assert found["a",] == Field("Outer.", "vendor")
    assert found["a", "list"] == Field("", "vendor", is_list=True)
    assert found["a", "list", EACH, "x"] == Field("X.", "vendor")
    assert found["a", "map", EACH] == Field("Leaf.", "vendor")
    assert found["plain",] == Field("Plain.", "")
    assert ("a", "closed", EACH) not in found
    assert ("a", "self", "list") not in found
    assert ("any",) not in found


def test_written():
    known = fields(SCHEMA)
    assert written(("a", "list", EACH, "x"), known) == "a.list[].x"
    assert written(("a", "map", EACH), known) == "a.map.ID"


def test_every_field_of_a_manifest_is_described():
    found = tables.judge(tables.TODAY).schemas.fields()
    assert len(found) > 300
    assert [path for path, field in found.items() if not field.description and path[-1:] != (EACH,)] == []
    assert {field.owner for path, field in found.items() if path} <= {"", "vendor", "client", "sign-off"}
