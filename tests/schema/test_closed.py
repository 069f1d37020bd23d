"""A schema never reaches beyond its file, and a broken set of schemas is our error with a hint."""

import json
import shutil
import socket
import time

import pytest

from checker.documents import Document
from checker.errors import UsageError
from checker.schema import FILES, Schemas, open_schemas
from tests.schema.material import ROOT, SCOPE, parameters, read, schemas


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        yield server


def only(schema):
    return Schemas({FILES["VendorManifest"]: json.dumps(schema).encode()}, {})


def test_a_reference_to_an_address_opens_no_socket(listener):
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/schema.json"
    with pytest.raises(UsageError, match="is not usable"):
        only({"$ref": address}).check(read("a: 1"), "VendorManifest")
    with pytest.raises(TimeoutError):
        listener.accept()


def test_a_reference_to_a_file_does_not_read_it(tmp_path):
    target = tmp_path / "open.json"
    target.write_text("true")
    with pytest.raises(UsageError, match="lies outside"):
        only({"$ref": target.as_uri()}).check(read("a: 1"), "VendorManifest")


def test_a_schema_that_contains_itself_is_still_judged():
    schema = {
        "type": "object",
        "additionalProperties": {"$ref": "#"},
        "properties": {"n": {"type": "integer"}},
    }
    assert only(schema).check(read("a: {b: {n: 1}}"), "VendorManifest") == ()
    assert [problem.keys for problem in only(schema).check(read("a: {b: {n: x}}"), "VendorManifest")] == [
        ("a", "b", "n")
    ]


@pytest.mark.parametrize(
    "schema",
    [{"anyOf": [{"required": ["x"]}, {"required": ["y"]}]}, {"properties": {"a": False}}, {"not": {}}],
)
def test_a_rule_without_words_of_its_own_is_never_lost(schema):
    assert [problem.rule for problem in only(schema).check(read("a: 1"), "VendorManifest")] == ["schema.other"]


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"type": "strin"}', b'{"pattern": "("}', b'{"$ref": "#/nowhere"}'])
def test_a_broken_schema_is_an_error_of_ours(content):
    broken = Schemas({FILES["VendorManifest"]: content}, {})
    with pytest.raises(UsageError) as caught:
        broken.check(read("a: 1"), "VendorManifest")
    assert FILES["VendorManifest"] in caught.value.message
    assert caught.value.hint


def test_missing_schemas_are_named(tmp_path):
    with pytest.raises(UsageError, match="no schemas"):
        open_schemas(tmp_path, {})
    shutil.copy(ROOT / "schemas" / FILES["Waiver"], tmp_path)
    with pytest.raises(UsageError, match=r"vendor-manifest\.schema\.json is missing"):
        open_schemas(tmp_path, {}).check(read("a: 1"), "VendorManifest")
    with pytest.raises(UsageError, match="'Vendor'") as caught:
        schemas().text("Vendor")
    assert "VendorManifest, Waiver" in caught.value.hint


def test_a_missing_parameter_is_named():
    without = {name: value for name, value in parameters().items() if name != "tiers"}
    with pytest.raises(UsageError, match=r"tiers\.order") as caught:
        open_schemas(ROOT / "schemas", without).check(read("a: 1"), "VendorManifest")
    assert "policies/params/tiers/data.yaml" in caught.value.hint


def test_parameters_and_configuration_can_be_judged_before_any_parameter_is_loaded():
    empty = open_schemas(ROOT / "schemas", {})
    assert empty.check(read("jobs: 2"), "CheckerConfig") == ()
    assert empty.check(Document("data.yaml", parameters()["tiers"], b""), "PolicyData", "tiers") == ()


def test_an_own_category_of_the_parameters_is_allowed_at_once():
    own = {**parameters(), "regimes": {"regimes": {"lgpd": {"title": "LGPD"}}}}
    head = "apiVersion: vendorpolicy/v1\nkind: VendorManifest\nmetadata: {id: acme, legal_name: A}\n"
    text = f"{head}scope: {json.dumps(SCOPE | {'regimes': ['lgpd']})}\n"
    assert open_schemas(ROOT / "schemas", own).check(read(text), "VendorManifest") == ()
    assert '"lgpd"' in open_schemas(ROOT / "schemas", own).text("VendorManifest")
    assert [problem.rule for problem in schemas().check(read(text), "VendorManifest")] == ["schema.enum"]


def test_the_digest_changes_with_any_byte(tmp_path):
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    copy = open_schemas(tmp_path / "schemas", {}).digest
    assert copy == schemas().digest
    with (tmp_path / "schemas" / FILES["Waiver"]).open("a") as file:
        file.write("\n")
    assert open_schemas(tmp_path / "schemas", {}).digest != copy


@pytest.mark.parametrize(
    "text", ["P" + "1" * 200_000, "a" * 200_000, "P" + "1Y" * 100_000, "a/" * 100_000, " " * 200_000]
)
def test_a_long_text_costs_little(text):
    blocks = {
        "communication": {"meeting_cadence": text, "overlap_hours": text},
        "evidence": {text: {"path": text}},
    }
    blocks |= {
        "scope": {"risk_tier": text, text: text},
        "metadata": {"id": text, "lei": text, "country": text},
    }
    start = time.process_time()
    problems = schemas().check(Document("v.yaml", blocks, b""), "VendorManifest")
    assert time.process_time() - start < 2
    assert len(problems) > 8
    assert all(len(problem.message) < 2000 and len(problem.fix) < 2000 for problem in problems)


def test_a_wide_document_costs_little():
    parties = [{"id": f"p{number}", "kind": "company", "odd": number} for number in range(10_000)]
    start = time.process_time()
    problems = schemas().check(Document("v.yaml", {"subcontracting": {"parties": parties}}, b""), "VendorManifest")
    assert time.process_time() - start < 8
    assert len(problems) == 101
