"""Kinds of documents of one's own: judged beside the vendors, and nothing that a kind or pattern names gets lost."""

import json
import subprocess

import jsonschema
import pytest

from tests.cases import tables
from tests.cli.program import ROOT, checker, repository
from tests.real import need

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "required": ["kind", "vendor", "value"],
    "properties": {"kind": {"const": "Contract"}, "vendor": {"type": "string"}, "value": {"type": "number"}},
}
RULES = """package main

deny_value contains {"msg": "too much", "path": ["value"]} if input.value > 100
warn contains "even" if input.value == 100
"""
PATTERN = """
[documents.Contract]
files = "contracts/**/*.yaml"
schema = "contract.schema.json"
policies = "rules"
"""
KIND = """
[documents.Contract]
schema = "contract.schema.json"
policies = "rules"
"""
ANYTHING = """
[documents.notes]
kind = "*"
files = ["notes/*.yaml", "notes/*.json"]
policies = "rules"
fail_on_warn = true
"""
DAY = ("--as-of", tables.TODAY)


@pytest.fixture
def place(tmp_path):
    repository(tmp_path)
    put(tmp_path, "contract.schema.json", json.dumps(SCHEMA))
    put(tmp_path, "rules/rules.rego", RULES)
    put(tmp_path, "contracts/a.yaml", "kind: Contract\nvendor: halcyon\nvalue: 500\n")
    return tmp_path


def put(place, name, text):
    file = place / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def judge(place, config, *arguments):
    need("opa")
    put(place, "checker.toml", config)
    done = checker("check", *DAY, "--output", "json", *arguments, cwd=place)
    return done, json.loads(done.out) if done.out else {}


def told(report):
    """Return by path the verdict and the rules of all findings."""
    return {
        one["path"]: (
            one["verdict"],
            [each["rule"] for each in one["problems"]]
            + [each["rule"] for result in one["results"] for each in result["findings"]],
        )
        for one in report["vendors"]
    }


VENDOR = {"vendor_manifests/halcyon-support.yaml": ("passes", [])}
TOO_MUCH = ("blocked", ["Contract:main/deny_value"])


def test_one_run_judges_vendors_and_documents_of_ones_own(place):
    put(place, "contracts/2026/b.yaml", "kind: Contract\nvendor: halcyon\nvalu: 1\n")
    put(place, "contracts/c.yaml", "kind: Contract\nvendor: halcyon\nvalue: 100\n")
    put(place, "contracts/d.yaml", "kind: Contract\nvendor: [\n")
    put(place, "notes/e.json", '[{"value": 1}, {"value": 500}]')
    put(place, "notes/f.yaml", "value: 100\n---\nvalue: 1\n")
    done, report = judge(place, PATTERN + ANYTHING)
    assert told(report) == {
        **VENDOR,
        "contracts/a.yaml": TOO_MUCH,
        "contracts/2026/b.yaml": ("blocked", ["schema.required", "schema.unknown_field"]),
        "contracts/c.yaml": ("passes_with_warnings", ["Contract:main/warn"]),
        "contracts/d.yaml": ("unjudged", ["yaml.syntax"]),
        "notes/e.json": ("blocked", ["notes:main/deny_value"]),
        "notes/f.yaml": ("blocked", ["notes:main/warn"]),
    }
    assert done.code == 1
    jsonschema.validate(report, json.loads((ROOT / "schemas/report.schema.json").read_text()))
    ids = [control["id"] for control in report["controls"]]
    assert len(set(ids)) == len(ids)
    assert {"schema", "Contract:main/deny_value", "notes:main/warn", "GR-05"} <= set(ids)
    first, second = report["notes"]
    assert first.startswith("Contract: 4 files, judged by contract.schema.json and rules (")
    assert second.startswith("notes: 2 files, judged by rules (")


def test_paths_on_the_command_line_narrow_what_is_judged(place):
    put(place, "contracts/b.yaml", "kind: Contract\nvendor: halcyon\nvalue: 1\n")
    _, report = judge(place, PATTERN, "contracts/a.yaml")
    assert told(report) == {"contracts/a.yaml": TOO_MUCH}
    _, report = judge(place, PATTERN, ".")
    assert told(report) == {**VENDOR, "contracts/a.yaml": TOO_MUCH, "contracts/b.yaml": ("passes", [])}


@pytest.mark.parametrize(
    "command",
    [
        ("review", "--base", "HEAD", "--head", "HEAD", "--output", "json"),
        ("reevaluate", "--output", "json"),
        ("report", "coverage", "--framework", "gdpr", "--output", "json"),
    ],
)
def test_what_looks_at_vendors_alone_says_so(place, command):
    put(place, "checker.toml", PATTERN)
    who = ("-c", "user.name=T", "-c", "user.email=t@client.example")
    for arguments in (("init", "-q"), ("add", "-A"), (*who, "commit", "-qm", "All")):
        subprocess.run(["git", *arguments], cwd=place, check=True)
    done = checker(*command, *DAY, "--jobs", 1, cwd=place)
    assert done.code == 0, done
    report = json.loads(done.out)
    assert report.get("report", report)["notes"] == [
        "documents of one's own are not judged here, but by `checker check`: Contract"
    ]


def test_a_repository_without_vendors_can_have_documents(tmp_path):
    put(tmp_path, "contract.schema.json", json.dumps(SCHEMA))
    put(tmp_path, "rules/rules.rego", RULES)
    put(tmp_path, "contracts/a.yaml", "kind: Contract\nvendor: halcyon\nvalue: 500\n")
    done, report = judge(tmp_path, PATTERN)
    assert (done.code, told(report)) == (1, {"contracts/a.yaml": TOO_MUCH})


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("kind: Contrat\nvendor: x\n", ["document.kind"]),
        ("kind: Invoice\nvalue: 1\n", ["document.kind"]),
        ("value: 1\n", ["document.kind"]),
        ("- kind: Contract\n  value: 1\n", ["yaml.shape"]),
        ("", ["yaml.shape"]),
        ("kind: Contract\nvendor: a\nvalue: 1\n---\nkind: Contract\n", ["yaml.documents"]),
        ("kind: Contract\nvendor: &a b\nvalue: 1\n", ["yaml.alias"]),
    ],
)
def test_what_a_pattern_names_is_never_passed_over(place, text, rules):
    put(place, "contracts/a.yaml", text)
    done, report = judge(place, PATTERN)
    assert (done.code, told(report)["contracts/a.yaml"]) == (1, ("unjudged", rules))


def test_a_kind_without_a_pattern_is_found_wherever_it_is(place):
    put(place, "deep/er/b.json", '{"kind": "Contract", "vendor": "x", "value": 101}')
    put(place, "deep/c.yaml", "kind: Other\nabout: a Contract\n")
    put(place, "deep/broken.yaml", 'kind: "Contract"\nvalue: [\n')
    put(place, "deep/near.yaml", "kind: Contracts\nvalue: 1\n")
    _, report = judge(place, KIND)
    assert told(report) == {
        **VENDOR,
        "contracts/a.yaml": TOO_MUCH,
        "deep/er/b.json": TOO_MUCH,
        "deep/broken.yaml": ("unjudged", ["yaml.syntax"]),
        "deep/near.yaml": ("unjudged", ["document.kind"]),
    }


def test_beside_a_document_of_the_kind_none_is_passed_over(place):
    put(place, "checker.toml", "")
    put(place, "deep/both.yaml", "kind: Contract\nvalue: 101\n---\nkind: Invoice\n")
    _, report = judge(place, KIND.replace('schema = "contract.schema.json"\n', ""), "deep")
    assert [(one["path"], one["verdict"]) for one in report["vendors"]] == [
        ("deep/both.yaml", "blocked"),
        ("deep/both.yaml", "unjudged"),
    ]


def test_a_linked_folder_hides_no_document(place):
    put(place, "elsewhere/b.yaml", "kind: Contract\nvendor: x\nvalue: 101\n")
    (place / "contracts" / "more").symlink_to(place / "elsewhere")
    _, report = judge(place, PATTERN)
    assert told(report)["contracts/more"] == ("unjudged", ["file.symlink"])


def test_no_vendor_chooses_by_which_rules_to_be_judged(place):
    put(place, "vendor_manifests/sly.yaml", "kind: Contract\nvendor: sly\nvalue: 1\n")
    for config in (KIND, PATTERN):
        done, report = judge(place, config)
        verdict, rules = told(report)["vendor_manifests/sly.yaml"]
        assert (done.code, verdict) == (1, "unjudged")
        assert "schema.kind" in rules


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (PATTERN.replace("contracts/", "contrcts/"), "no file is a Contract: contrcts/**/*.yaml"),
        (PATTERN.replace("contract.schema", "contrct.schema"), "checker.toml: contrct.schema.json"),
        (PATTERN.replace('"rules"', '"rles"'), "did you mean `rules`?"),
        (PATTERN.replace("schema =", "shema ="), "checker.toml:4: `shema` is not a field"),
        ('[documents.Contract]\nfiles = "a/*"\n', "checker.toml:1:"),
        ('[documents.all]\nkind = "*"\npolicies = "rules"\n', "checker.toml:1: `files` is missing"),
    ],
)
def test_configuration_that_cannot_be_meant(place, config, message):
    done, _ = judge(place, config)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


def test_a_schema_of_another_draft_is_refused(place):
    put(place, "contract.schema.json", '{"$schema": "http://json-schema.org/draft-07/schema#"}')
    done, _ = judge(place, PATTERN)
    assert done.code == 2
    assert "another draft than 2020-12" in done.err
