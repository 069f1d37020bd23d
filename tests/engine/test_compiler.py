import json
from dataclasses import replace

import pytest

from checker.compiler import CAPABILITIES, compile_library, read_record
from checker.errors import EngineError, PolicyError
from checker.library import read_policies
from checker.model import Severity
from tests.engine.manifests import FIXTURE


@pytest.fixture(scope="session")
def sources():
    return read_policies(FIXTURE)[0]


@pytest.fixture(scope="session")
def compiled(opa, sources):
    return compile_library(sources, opa=opa)


def changed(sources, path, old, new):
    text = sources[path].decode()
    assert old in text
    return {**sources, path: text.replace(old, new).encode()}


FIRST = "controls/alpha/first/first.rego"
SECOND = "controls/alpha/second/second.rego"
MAIN = "main/main.rego"


def test_same_sources_give_the_same_bytes(opa, sources, compiled):
    again = compile_library(dict(reversed(sources.items())), opa=opa, root="elsewhere")
    assert again.wasm == compiled.wasm
    assert again.record == compiled.record


def test_catalogue_comes_from_metadata(compiled):
    assert [control.id for control in compiled.controls] == ["AL-01", "AL-02", "BE-01"]
    first = compiled.controls[0]
    assert first.package == "controls.alpha.first"
    assert first.severity is Severity.HIGH
    assert first.frameworks == {"DORA": ("Art. 28(1)",)}
    assert list(first.findings) == ["no_owner", "tag", "too_big"]
    assert first.findings["no_owner"] == "No owner is named, so nobody answers."
    assert first.examples == {"fail": "metadata: {id: acme}", "pass": "owner: {name: Ann}"}
    assert first.resources == (("https://eur-lex.europa.eu/eli/reg/2022/2554/oj", "DORA, Article 28"),)


def test_record_gives_the_library_back(compiled):
    assert read_record(compiled.record, compiled.wasm) == compiled


def test_other_wasm_is_refused(compiled):
    with pytest.raises(PolicyError, match="does not match"):
        read_record(compiled.record, compiled.wasm + b"\0")


def edited(**changes):
    return lambda record: {**record, **changes}


@pytest.mark.parametrize(
    "edit",
    [
        edited(format=1),
        edited(controls=[]),
        edited(controls=None),
        edited(sources={}),
        edited(sources=[]),
        edited(entrypoints=["main/other"]),
        lambda record: {**record, "controls": record["controls"][1:]},
        lambda record: {
            **record,
            "controls": [{**record["controls"][0], "custom": {}}, *record["controls"][1:]],
        },
        lambda record: {key: value for key, value in record.items() if key != "wasm"},
        lambda record: [record],
    ],
)
def test_edited_record_is_refused(compiled, edit):
    record = json.dumps(edit(json.loads(compiled.record))).encode()
    with pytest.raises(PolicyError):
        read_record(record, compiled.wasm)


@pytest.mark.parametrize("record", [b"", b"{", b"\xff", b"null", b'"text"'])
def test_damaged_record_is_refused(compiled, record):
    with pytest.raises(PolicyError):
        read_record(record, compiled.wasm)


@pytest.mark.parametrize(
    ("body", "name", "advice"),
    [
        ('x := http.send({"method": "get", "url": "http://localhost"})', "http.send", "reach outside"),
        ("x := time.now_ns()", "time.now_ns", "data.context"),
        ('x := sprintf("%d", [1])', "sprintf", '$"..{value}.."'),
        ("x := opa.runtime()", "opa.runtime", "environment"),
        ('x := rand.intn("a", 2)', "rand.intn", "same answer"),
        ('x := net.lookup_ip_addr("localhost")', "net.lookup_ip_addr", "reach outside"),
        ('x := to_number("1")', "to_number", "schema"),
        ("x := numbers.range(1, 1000000000)", "numbers.range", ""),
        ('x := json.unmarshal("1")', "json.unmarshal", ""),
        ("x if count({}) == 0 with time.now_ns as 1", "with keyword target", ""),
    ],
)
def test_functions_that_are_not_allowed_are_refused(opa, sources, body, name, advice):
    text = f"{sources[MAIN].decode()}\n{body}\n"
    line = text.splitlines().index(body) + 1
    with pytest.raises(PolicyError) as caught:
        compile_library({**sources, MAIN: text.encode()}, opa=opa, root="rules")
    assert f"rules/{MAIN}:{line}:" in caught.value.message
    assert name in caught.value.message
    assert advice in caught.value.hint


MORE = "lib/more/more.rego"
_SECOND_FINDINGS = """#   findings:
#     late: The last review is too long ago.
#     unknown: Nobody knows when the vendor was reviewed.
"""
WRONG = {
    "syntax": (MAIN, "verdict := {", "verdict := {{", "policies/main/main.rego:"),
    "recursion": (MAIN, "verdict := {", "f(n) := f(n)\n\nverdict := {", "recursive"),
    "unused import (strict)": (MAIN, "package main", "package main\n\nimport data.lib.dates", "unused"),
    "undefined helper": (SECOND, "dates.overdue", "dates.overdone", "undefined function"),
    "unsafe variable": (MAIN, "type_name(input)", "type_name(inputs)", "inputs"),
    "no entry": (MAIN, "verdict := {", "verdicts := {", "main/verdict"),
    "package params": (MORE, "package lib.more", "package params.thresholds", "not allowed"),
    "package system": (MORE, "package lib.more", "package system.authz", "not allowed"),
    "package of a test": (MORE, "package lib.more", "package controls.alpha.first_test", "not where"),
    "package of one control elsewhere": (SECOND, "alpha.second", "alpha.third", "not where its name says"),
    "control without its package": (
        SECOND,
        "package controls.alpha.second",
        "package lib.second",
        "not where",
    ),
    "package twice": (SECOND, "package controls.alpha.second", "package controls.alpha.first", "redeclared"),
    "id twice": (SECOND, "id: AL-02", "id: AL-01", "same id"),
    "id": (FIRST, "id: AL-01", "id: first", "custom.id"),
    "severity": (FIRST, "severity: high", "severity: huge", "custom.severity"),
    "severity a list": (FIRST, "severity: high", "severity: [high]", "custom.severity"),
    "remediation": (FIRST, "remediation: Name the owner.", 'remediation: ""', "custom.remediation"),
    "owner": (FIRST, "owner: risk", "owner: 7", "custom.owner"),
    "profiles empty": (FIRST, "profiles: [baseline]", "profiles: []", "custom.profiles"),
    "profiles a text": (FIRST, "profiles: [baseline]", "profiles: baseline", "custom.profiles"),
    "frameworks": (FIRST, "DORA: [Art. 28(1)]", "DORA: Art. 28(1)", "custom.frameworks"),
    "findings missing": (FIRST, "#   findings:", "#   finding:", "custom.findings"),
    "findings without text": (FIRST, "tag: A tag is told.", 'tag: ""', "custom.findings"),
    "findings a list": (SECOND, _SECOND_FINDINGS, "#   findings: [late, unknown]\n", "custom.findings"),
    "code of a finding": (FIRST, "tag: A tag", "Tag-1: A tag", "custom.findings"),
    "code of every control": (FIRST, "tag: A tag", "missing: A tag", "custom.findings"),
    "effective_on a month": (FIRST, '"2025-01-17"', '"2025-01"', "custom.effective_on"),
    "effective_on no day": (FIRST, '"2025-01-17"', '"2025-02-30"', "custom.effective_on"),
    "effective_on unquoted": (FIRST, '"2025-01-17"', "2025-01-17", "custom.effective_on"),
    "example missing": (FIRST, "#     pass:", "#     passes:", "custom.examples"),
    "title": (FIRST, "# title: The register names an owner\n", "", "title"),
    "description": (
        FIRST,
        "# description: Somebody at the client answers for every vendor.\n",
        "",
        "description",
    ),
    "no custom": (FIRST, "# custom:", "# related:", "METADATA"),
}


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG.keys())
def test_library_that_breaks_the_contract_is_refused(opa, sources, case):
    path, old, new, message = case
    with pytest.raises(PolicyError) as caught:
        compile_library(changed({**sources, MORE: b"package lib.more\n"}, path, old, new), opa=opa)
    assert message in caught.value.message


@pytest.mark.parametrize("content", [b"", b"# only a comment\n", b"\xff\xfe", b'package lib.x\n\nx := "\xff"\n'])
def test_file_without_policy_is_refused(opa, sources, content):
    with pytest.raises(PolicyError):
        compile_library({**sources, "lib/other/other.rego": content}, opa=opa)


def test_package_in_two_files_is_refused(opa, sources):
    other = {"lib/dates/more.rego": b"package lib.dates\n\nx := 1\n"}
    with pytest.raises(PolicyError, match=r"dates\.rego and .*more\.rego"):
        compile_library({**sources, **other}, opa=opa)


def test_many_errors_are_counted(opa, sources):
    text = sources[MAIN].decode() + "".join(f"\nx{n} := sprintf(1)\n" for n in range(8))
    with pytest.raises(PolicyError, match="and 3 more"):
        compile_library({**sources, MAIN: text.encode()}, opa=opa)


def test_capabilities_of_ones_own(opa, sources, tmp_path):
    capabilities = json.loads(CAPABILITIES.read_text())
    kept = [builtin for builtin in capabilities["builtins"] if builtin["name"] != "split"]
    own = tmp_path / "capabilities.json"
    own.write_text(json.dumps({**capabilities, "builtins": kept}))
    with pytest.raises(PolicyError, match="undefined function split"):
        compile_library(sources, opa=opa, capabilities=own)


def fake(tmp_path, script):
    program = tmp_path / "opa"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("echo 'Version: 1.11.3'", "older than 1.12"),
        ("echo hello", "does not tell its version"),
        ("exit 1", "does not tell its version"),
    ],
)
def test_program_that_is_no_fitting_opa(sources, tmp_path, script, message):
    with pytest.raises(EngineError, match=message):
        compile_library(sources, opa=fake(tmp_path, script))


def test_program_that_cannot_run(sources, tmp_path):
    with pytest.raises(EngineError, match="failed"):
        compile_library(sources, opa=tmp_path / "none")


def test_opa_gets_none_of_our_environment(opa, sources, compiled, monkeypatch):
    monkeypatch.setenv("OPA_BUILD_TARGET", "rego")
    monkeypatch.setenv("OPA_CHECK_STRICT", "false")
    assert compile_library(sources, opa=opa) == compiled


def test_record_changes_with_every_part(compiled):
    records = {
        compiled.record,
        replace(compiled, wasm=b"").record,
        replace(compiled, opa_version="9").record,
        replace(compiled, capabilities="0").record,
        replace(compiled, sources={}).record,
    }
    assert len(records) == 5
