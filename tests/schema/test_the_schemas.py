"""The committed schemas keep to rules of our own, which no validator demands."""

import json
import re

import jsonschema
import jsonschema_rs
import pytest

from checker.schema import FILES, is_lei
from checker.schema.names import resolve
from tests.schema.material import ROOT, parameters, raw, schemas

KINDS = sorted(FILES)
CLOSED = [kind for kind in KINDS if kind != "PolicyData"]
KEYWORDS = {
    "$schema",
    "$id",
    "$ref",
    "$defs",
    "title",
    "description",
    "examples",
    "type",
    "const",
    "enum",
    "pattern",
    "format",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "minItems",
    "maxItems",
    "items",
    "maxProperties",
    "propertyNames",
    "properties",
    "required",
    "additionalProperties",
    "if",
    "then",
    "else",
    "anyOf",
    "x-enum",
    "x-key",
    "x-owner",
}
MAPS = {"properties", "$defs"}
SINGLE = {"items", "additionalProperties", "propertyNames", "if", "then", "else"}


def subschemas(node, path="", condition=False):
    """Yield every subschema as (path, schema, whether it lies in a condition)."""
    yield path, node, condition
    for key, value in node.items():
        within = condition or key in {"if", "then", "else", "anyOf"}
        if key in MAPS:
            for name, child in value.items():
                yield from subschemas(child, f"{path}/{key}/{name}", within)
        elif key in SINGLE and isinstance(value, dict):
            yield from subschemas(value, f"{path}/{key}", within)
        elif key == "anyOf":
            for index, child in enumerate(value):
                yield from subschemas(child, f"{path}/{key}/{index}", within)


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_valid_and_has_no_misspelt_keyword(kind):
    jsonschema_rs.meta.validate(raw(kind))
    jsonschema.Draft202012Validator.check_schema(raw(kind))
    for path, node, _ in subschemas(raw(kind)):
        assert set(node) <= KEYWORDS, path


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_described(kind):
    for path, node, condition in subschemas(raw(kind)):
        if condition:
            continue
        for name, child in node.get("properties", {}).items():
            text = child.get("description", "")
            assert len(text) >= 15, f"{path}/{name}"
            assert text.endswith("."), f"{path}/{name}"


@pytest.mark.parametrize("kind", CLOSED)
def test_every_block_is_closed(kind):
    for path, node, condition in subschemas(raw(kind)):
        if node.get("type") == "object" and not condition:
            assert "additionalProperties" in node, path
            assert node["additionalProperties"] is False or "propertyNames" in node, path


@pytest.mark.parametrize("kind", KINDS)
def test_every_list_is_bounded_and_every_block_in_it_has_a_name(kind):
    for path, node, condition in subschemas(raw(kind)):
        if node.get("type") != "array" or condition:
            continue
        # No policy walks through a baseline, which speaks of all vendors.
        assert node["maxItems"] <= (1_000_000 if kind == "Baseline" else 10_000), path
        item = resolve(raw(kind), node["items"])
        if item.get("type") == "object":
            assert set(node["x-key"]) <= set(item["properties"]), path
            assert set(node["x-key"]) & set(item["required"]), path
        else:
            assert "x-key" not in node, path


@pytest.mark.parametrize("kind", CLOSED)
def test_every_text_and_number_is_bounded_and_no_value_may_be_null(kind):
    for path, node, condition in subschemas(raw(kind)):
        if condition:
            continue
        kinds = {node["type"]} if isinstance(node.get("type"), str) else set(node.get("type", ()))
        assert "null" not in kinds, path
        if kinds & {"integer", "number"}:
            assert {"minimum", "maximum"} <= set(node), path
        if "string" in kinds:
            bounded = {"maxLength", "enum", "const"} & set(node) or node.get("format") in {"date", "lei"}
            assert bounded or re.fullmatch(r"\^[^*+]*\$", node["pattern"]), path


@pytest.mark.parametrize("kind", KINDS)
def test_every_reference_stays_within_the_file(kind):
    for path, node, _ in subschemas(raw(kind)):
        if "$ref" in node:
            assert node["$ref"].startswith("#/$defs/"), path
            assert resolve(raw(kind), node), path


@pytest.mark.parametrize("kind", KINDS)
def test_every_definition_is_used(kind):
    text = json.dumps(raw(kind))
    for name in raw(kind).get("$defs", {}):
        used = f'"#/$defs/{name}"' in text
        assert used or (kind == "PolicyData" and name in {*parameters(), "fx"}), name


@pytest.mark.parametrize("kind", KINDS)
def test_every_pattern_is_anchored_and_plain(kind):
    for path, node, condition in subschemas(raw(kind)):
        pattern = node.get("pattern", "^$")
        if condition or pattern in {r"\S", "^https?://"}:
            continue
        assert pattern.startswith("^"), path
        assert pattern.endswith("$"), path
        assert r"\d" not in pattern, path
        assert r"\w" not in pattern, path


@pytest.mark.parametrize("kind", KINDS)
def test_every_example_is_valid(kind):
    schema = schemas()._injected(kind)
    definitions = {"$defs": schema.get("$defs", {})}
    for path, node, _ in subschemas(schema):
        validator = jsonschema_rs.Draft202012Validator(
            {**definitions, **{key: value for key, value in node.items() if key != "$defs"}},
            formats={"lei": is_lei},
            validate_formats=True,
        )
        for example in node.get("examples", []):
            assert validator.is_valid(example), f"{path}: {example}"


def test_the_committed_values_are_those_of_the_parameters():
    for (path, committed, _), (_, injected, _) in zip(
        subschemas(raw("VendorManifest")), subschemas(schemas()._injected("VendorManifest")), strict=True
    ):
        if "x-enum" in committed:
            assert committed["enum"] == injected["enum"], (
                f"{path}: copy the values of {committed['x-enum']} into the schema"
            )


@pytest.mark.parametrize("kind", KINDS)
def test_the_printed_schema_is_the_committed_one(kind):
    assert json.loads(schemas().text(kind)) == raw(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_the_file_has_no_line_that_an_editor_would_cut(kind):
    lines = (ROOT / "schemas" / FILES[kind]).read_text().splitlines()
    assert max(len(line) for line in lines) < 400


def test_each_block_of_a_manifest_has_one_owner():
    blocks = raw("VendorManifest")["properties"]
    owners = {name: block["x-owner"] for name, block in blocks.items() if name not in {"apiVersion", "kind"}}
    client = {
        "metadata",
        "scope",
        "due_diligence",
        "communication",
        "oversight",
        "contract",
        "service_levels",
    }
    assert {name for name, owner in owners.items() if owner == "client"} == client | {"capacity", "quality"}
    assert {name for name, owner in owners.items() if owner == "sign-off"} == {"attestation"}
    assert set(owners.values()) == {"client", "vendor", "sign-off"}


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("XMPL00HALCYON0000020", True),
        ("XMPL00HALCYON0000002", False),
        ("xmpl00halcyon0000020", True),
        ("XMPL00HALCYON000002", False),
        ("²" * 20, False),
        ("", False),
        (12, True),
    ],
)
def test_the_check_digits_of_an_identifier(value, good):
    assert is_lei(value) is good


FIELD = re.compile(r"\binput((?:\.[a-z_][a-z0-9_]*)+)")


def fields_read():
    """Yield (file, path) for every field of the manifest that a policy names from the top."""
    for file in sorted((ROOT / "policies").rglob("*.rego")):
        if file.name.endswith("_test.rego") or "portfolio" in file.parts:
            continue
        for line in file.read_text().splitlines():
            if not line.lstrip().startswith("#"):
                yield from ((file, match[1][1:].split(".")) for match in FIELD.finditer(line))


def test_the_policies_read_no_field_that_the_schema_does_not_know():
    unknown = []
    for file, keys in fields_read():
        node = raw("VendorManifest")
        for key in keys if keys[0] not in {"derived", "manifests", "batch"} else ():
            full = resolve(raw("VendorManifest"), node)
            child = full.get("properties", {}).get(key)
            if child is None and not isinstance(full.get("additionalProperties"), dict):
                unknown.append(f"{file.relative_to(ROOT)}: {'.'.join(keys)}")
                break
            node = child or full["additionalProperties"]
    assert unknown == []
