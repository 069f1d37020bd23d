"""`checker check --policy`: places, weights, outputs, and that nothing passes that was not judged."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from tests.cli.program import ROOT, checker
from tests.real import need

MAIN = "package main\n\n"
SERVICE = """\
# a service
kind: Service
metadata: {name: shop}
spec:
  ports:
  - port: 80
  - port: 22
"""
BARE = Path("/usr/bin:/bin")
"""A PATH without OPA."""


@pytest.fixture
def place(tmp_path):
    (tmp_path / "checker.toml").write_text("")
    put(tmp_path, "in/a.yaml", SERVICE)
    return tmp_path


def put(place, name, text):
    file = place / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def check(place, rules, *options, paths=("in",), **more):
    """Judge by rules of package main."""
    need("opa")
    put(place, "policy/main.rego", MAIN + rules)
    return checker("check", "--policy", "policy", *options, *paths, cwd=place, **more)


def report(done):
    return json.loads(done.out)


def findings(done):
    return [
        one
        for file in report(done)["vendors"]
        for one in [*file["problems"], *(each for result in file["results"] for each in result["findings"])]
    ]


@pytest.mark.parametrize(
    ("result", "place_told", "severity", "fix"),
    [
        ('"a text"', (2, 1), "high", ""),
        ('{"msg": "m", "path": ["spec", "ports", 1, "port"]}', (7, 11), "high", ""),
        ('{"msg": "m", "path": "/spec/ports/1"}', (7, 5), "high", ""),
        ('{"msg": "m", "path": "spec.ports[0].port", "severity": "Critical"}', (6, 11), "critical", ""),
        (
            '{"msg": "m", "metadata": {"path": ["metadata", "name"], "severity": "low", "fix": "f"}}',
            (3, 18),
            "low",
            "f",
        ),
        ('{"msg": "m", "_loc": {"file": "in/a.yaml", "line": 5}, "remediation": "do"}', (5, 1), "high", "do"),
        ('{"msg": "m", "path": ["spec", "no", "such"]}', (5, 3), "high", ""),
        ('{"msg": "m", "path": 7, "severity": 9, "fix": false, "line": "x"}', (2, 1), "high", ""),
    ],
)
def test_a_result_tells_place_weight_and_fix(place, result, place_told, severity, fix):
    done = check(place, f"deny contains {result} if input.kind\n", "--output", "json")
    (one,) = findings(done)
    assert ((one["line"], one["column"]), one["severity"], one["fix"]) == (place_told, severity, fix)
    assert (done.code, one["status"], one["blocks"], one["rule"]) == (1, "fail", True, "main/deny")


ENDLESS = """deny contains "a" if {
	r := numbers.range(1, 3000)
	some a in r
	some b in r
	some c in r
	a + b + c < 0
}"""
TOO_LARGE = """deny contains "a" if {
	line := concat("", [x | some _ in numbers.range(1, 30000); x := "0123456789012345678901234567890123456789"])
	page := concat("", [line | some _ in numbers.range(1, 4000)])
	count(page) > 3
}"""
CONFIGURED = {"endless": "timeout_ms = 400\n", "too-large": "memory_mb = 16\ntimeout_ms = 60000\n"}
NO_VERDICT = {
    "a-number": ("deny contains 7", "main/deny", "gives 7, not a text"),
    "an-object-without-msg": ('deny contains {"message": "m"}', "main/deny", "not a text or an object with `msg`"),
    "an-empty-message": ('deny contains " "', "main/deny", 'gives " "'),
    "no-set-but-a-text": ('deny := "no"', "main/deny", 'is "no", where a set of results must stand'),
    "no-set-but-true": ("deny if input.kind", "main/deny", "is true, where a set of results must stand"),
    "a-conflict": ('f := 1 if input.kind\nf := 2 if input.spec\ndeny contains "a" if f == 1', "", "conflict"),
    "a-built-in-that-fails": ('deny contains "a" if to_number(input.kind) > 1', "", "to_number"),
    "a-type-that-does-not-fit": ('deny contains "a" if startswith(input.spec, "x")', "", "startswith"),
    "a-negated-failure": ('deny contains "a" if not to_number(input.kind)', "", "to_number"),
    "endless": (ENDLESS, "", "longer than"),
    "too-large": (TOO_LARGE, "", "more memory than it may take"),
}


@pytest.mark.parametrize("name", NO_VERDICT)
def test_what_is_no_verdict_is_an_error_and_never_a_pass(place, name):
    rules, subject, message = NO_VERDICT[name]
    put(place, "checker.toml", CONFIGURED.get(name, ""))
    done = check(place, f'{rules}\n\nwarn contains "seen" if input.kind\n', "--output", "json")
    (error,) = [one for one in findings(done) if one["status"] == "error"]
    assert message in error["message"]
    assert subject in error["subject"]
    assert (done.code, report(done)["vendors"][0]["verdict"]) == (3, "unjudged")
    statuses = {one["control"]: one["status"] for one in report(done)["vendors"][0]["results"]}
    assert statuses == {"main/deny": "error", "main/warn": "warn" if subject else "error"}


def test_one_bad_document_takes_no_other_along(place):
    put(place, "in/b.yaml", "kind: '7'\n---\nkind: '0'\n---\nkind: x\n")
    done = check(place, 'deny contains "big" if to_number(input.kind) > 1\n', "--output", "json")
    told = [(one["path"], one["line"], one["status"]) for one in findings(done)]
    assert told == [("in/a.yaml", 2, "error"), ("in/b.yaml", 5, "error"), ("in/b.yaml", 1, "fail")]


REFUSED = {
    "no-opa": ('deny contains "a"', (), 2, "there is no `opa` on PATH"),
    "no-rule": ("allow := true", (), 2, "no rule is named deny, violation or warn"),
    "no-such-namespace": ('deny contains "a"', ("--namespace", "mian"), 2, "did you mean `main`?"),
    "syntax": ("deny contains", (), 3, "policy/main.rego:4"),
    "unknown-function": (
        "deny contains nope(input)",
        (),
        3,
        "policy/main.rego:3:15: undefined function nope",
    ),
    "the-network": ('deny contains "a" if http.send({"method": "get", "url": "x"})', (), 3, "may not reach outside"),
    "the-environment": ('deny contains "a" if opa.runtime().env.HOME', (), 3, "`opa.runtime`: refused"),
    "what-only-conftest-has": ('deny contains "a" if parse_config("yaml", "a: 1")', (), 3, "only conftest has this"),
    "a-map-for-a-set": ('deny["a"] := input.kind', (), 3, "`deny` has a longer name"),
    "a-longer-name": ("deny.one contains input.kind", (), 3, "`deny` has a longer name"),
    "no-such-data": ('deny contains "a"', ("--data", "nope"), 2, "there is no file or directory `nope`"),
    "data-in-the-place-of-a-rule": ('deny contains "a"', ("--data", "clash.yaml"), 2, "a value at `main.deny`"),
    "wasm-that-cannot-be": ('deny contains sprintf("%v", [input])', ("--engine", "wasm"), 2, "they call `sprintf`"),
    "profile": ('deny contains "a"', ("--profile", "gdpr"), 2, "--profile means nothing with --policy"),
    "as-of": ('deny contains "a"', ("--as-of", "2026-01-01"), 2, "--as-of means nothing with --policy"),
    "baseline": ('deny contains "a"', ("--baseline", "b.json"), 2, "--baseline means nothing with --policy"),
    "server": ('deny contains "a"', ("--opa-url", "http://x"), 2, "--opa-url means nothing with --policy"),
    "both": ('deny contains "a"', ("--namespace", "main", "--all-namespaces"), 2, "exclude each other"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_meant_is_refused_with_a_reason(place, name):
    rules, options, code, message = REFUSED[name]
    put(place, "clash.yaml", "main: {deny: [x]}\n")
    more = {"path": str(BARE), "XDG_CACHE_HOME": str(place / "cache")} if name == "no-opa" else {}
    done = check(place, rules + "\n", *options, **more)
    assert (done.code, done.out) == (code, "")
    assert message in done.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--policy", "policy"), "no file is named"),
        (("--policy", "polcy", "in"), "did you mean `policy`?"),
        (("--policy", "in", "in"), "there are no policies in in"),
        (("--policy", "policy", "nowhere"), "no file or folder `nowhere`"),
        (("--policy", "policy", "policy"), "there is no YAML or JSON file in policy"),
        (("--data", "x"), "--data means nothing without --policy"),
        (("--fail-on-warn",), "--fail-on-warn means nothing without --policy"),
    ],
)
def test_options_that_lack_something(place, arguments, message):
    put(place, "policy/main.rego", MAIN + 'deny contains "a"\n')
    done = checker("check", *arguments, cwd=place)
    assert done.code == 2
    assert message in done.err


def test_known_policies_need_no_opa_where_the_engine_in_this_process_can_judge(place):
    cache = {"XDG_CACHE_HOME": str(place / "cache")}
    rules = 'deny contains $"no {input.kind}" if input.kind == "Service"\n'
    first = check(place, rules, "--output", "json", **cache)
    again = check(place, rules, "--output", "json", path=str(BARE), **cache)
    assert (again.code, again.out) == (1, first.out)
    assert (report(again)["provenance"]["engine"], report(again)["notes"]) == ("wasm", [])


def test_the_report_says_why_a_real_opa_judges_and_without_one_so_does_the_error(place):
    cache = {"XDG_CACHE_HOME": str(place / "cache")}
    rules = 'deny contains sprintf("no %s", [input.kind]) if input.kind\n'
    done = check(place, rules, "--output", "json", **cache)
    (note,) = report(done)["notes"]
    assert (
        note
        == "a real OPA judges by these policies, because they call `sprintf`, and only a real OPA tells when that fails"
    )
    without = check(place, rules, path=str(BARE), **cache)
    assert without.code == 2
    assert "need a real OPA" in without.err
    assert "`sprintf`" in without.err


def test_weights(place):
    rules = """deny contains {"msg": "light", "severity": "low"} if input.kind
violation_v contains "heavy" if input.kind
warn contains "w" if input.kind
"""
    done = check(place, rules, "--fail-on", "high", "--fail-on-warn", "--output", "json")
    told = {one["message"]: (one["status"], one["severity"], one["blocks"]) for one in findings(done)}
    assert told == {
        "light": ("fail", "low", False),
        "heavy": ("fail", "high", True),
        "w": ("warn", "medium", True),
    }


HOSTILE = "x\\u001b[31m ::error::pwned ##[set-output] <script>@all</script> =1+1 \\u202e|`"


def test_every_output_takes_hostile_messages_and_file_names(place):
    put(place, "in/a.yaml", f'kind: "{HOSTILE}"\n')
    put(place, "in/=1+1;rm.yaml", SERVICE)
    outputs = ("text", "json", "sarif", "junit", "markdown", "github", "gitlab", "csv")
    options = [word for name in outputs for word in ("--output", f"{name}:out.{name}")]
    done = check(
        place, 'deny contains {"msg": input.kind, "fix": input.kind, "path": input.kind} if input.kind\n', *options
    )
    assert (done.code, done.out, done.err) == (1, "", "")
    texts = {name: (place / f"out.{name}").read_text() for name in outputs}
    for name, text in texts.items():
        assert "\x1b" not in text, name
        assert "\u202e" not in text, name
        assert "##[" not in text, name
        assert "=1+1;rm" in text or "%3D1%2B1%3Brm" in text, name
    jsonschema.validate(json.loads(texts["json"]), json.loads((ROOT / "schemas/report.schema.json").read_text()))
    assert len(json.loads(texts["sarif"])["runs"][0]["results"]) == 2
    assert [one.get("name") for one in ET.fromstring(texts["junit"])] == ["in/=1+1;rm.yaml", "in/a.yaml"]  # noqa: S314
    assert "<script>" not in texts["markdown"]
    assert not any(line.lstrip().startswith("::error::") for line in texts["github"].splitlines())
    assert "\n=" not in texts["csv"]
    assert len({one["fingerprint"] for one in json.loads(texts["gitlab"])}) == 2


def test_the_same_input_gives_the_same_bytes(place):
    rules = """deny contains {"msg": sprintf("port %v", [port]), "path": ["spec", "ports", i]} if {
	some i, port in input.spec.ports
}

warn contains x if some x in {"c", "a", "b"}
"""
    outputs = {check(place, rules, "--output", "json").out for _ in range(2)}
    assert len(outputs) == 1
    messages = [one["message"] for one in findings(check(place, rules, "--output", "json"))]
    assert messages == ['port {"port": 22}', 'port {"port": 80}', "a", "b", "c"]


DEFECTS = {
    "empty.yaml": ("", "yaml.shape"),
    "comment.yaml": ("# nothing\n", "yaml.shape"),
    "no-items.json": ("[]", "yaml.shape"),
    "repeated.yaml": ("a: 1\nb: 2\na: 3\n", "yaml.duplicate_key"),
    "repeated.json": ('{"a": 1,\n "a": 2}', "yaml.duplicate_key"),
    "open.yaml": ("a: [1\n", "yaml.syntax"),
    "broken.json": ('{"a": 1', "json.syntax"),
    "trailing.json": ('{"a": 1} x', "json.syntax"),
    "infinite.json": ('{"a": Infinity}', "json.syntax"),
    "large.json": ('{"a": 1e999}', "json.syntax"),
    "nan.yaml": ("a: .nan\n", "yaml.number"),
    "nothing.yaml": ("a: *b\n", "yaml.alias"),
    "itself.yaml": ("a: &a {b: *a}\n", "yaml.alias"),
    "laughs.yaml": (
        "".join(
            f"{n}: &{n} [{', '.join(['*' + p] * 9) if p else '1'}]\n"
            for p, n in zip(" abcdefgh".replace(" ", "\0"), "abcdefghi", strict=True)
        ).replace("*\0", "x"),
        "yaml.nodes",
    ),
    "deep.yaml": ("[" * 70 + "]" * 70, "yaml.depth"),
    "latin.yaml": ("a: \udce9\n", "yaml.encoding"),
    "key.yaml": ("? [a]\n: 1\n", "yaml.key"),
    "base64.yaml": ("a: !!binary '*'\n", "yaml.tag"),
}


def test_files_that_cannot_be_read_block(place):
    shutil.rmtree(place / "in")
    (place / "in").mkdir()
    for name, (text, _) in DEFECTS.items():
        (place / "in" / name).write_bytes(text.encode(errors="surrogateescape"))
    (place / "in" / "link.yaml").symlink_to(place / "checker.toml")
    done = check(place, 'deny contains "a" if input.zzz\n', "--output", "json")
    told = {file["path"]: [one["rule"] for one in file["problems"]] for file in report(done)["vendors"]}
    wanted = {f"in/{name}": [rule] for name, (_, rule) in DEFECTS.items()}
    assert told == {**wanted, "in/link.yaml": ["file.symlink"]}
    assert (done.code, report(done)["summary"]["verdicts"]["unjudged"]) == (1, len(told))


def test_files_that_only_conftest_reads_are_named(place):
    put(place, "in/main.tf", "")
    put(place, "in/deep/Dockerfile", "FROM scratch")
    put(place, "in/notes.txt", "")
    rules = 'deny contains "a" if input.zzz\n'
    (note,) = report(check(place, rules, "--output", "json"))["notes"]
    assert note.endswith("though conftest reads such files: in/deep/Dockerfile, in/main.tf")
    refused = check(place, rules, paths=("in/main.tf",))
    assert (refused.code, refused.out) == (2, "")
    assert "in/main.tf is neither YAML nor JSON" in refused.err


def test_titles_come_from_metadata(place):
    rules = (
        "# METADATA\n# title: Doors are closed\n# description: Nobody comes in.\ndeny contains `open` if input.kind\n"
    )
    (control,) = report(check(place, rules, "--output", "json"))["controls"]
    assert control == {"id": "main/deny", "title": "Doors are closed", "severity": "high", "package": "main"}


def test_tests_are_left_out_and_rules_among_them_refused(place):
    put(place, "policy/more_test.rego", MAIN + 'deny contains "lost"\n')
    done = check(place, 'deny contains "a" if input.kind\n')
    assert done.code == 3
    assert "policy/more_test.rego:3: `deny` stands in a file of tests" in done.err


def test_the_terminal(place):
    done = check(
        place,
        'deny_ssh contains {"msg": "port 22 is open", "path": ["spec", "ports", i], "fix": "close it"} if {\n'
        "\tsome i, p in input.spec.ports\n\tp.port == 22\n}\n",
        "--show-source",
    )
    assert done.out.splitlines()[:4] == [
        "in/a.yaml:7:5: HIGH main/deny_ssh port 22 is open",
        "  7 |   - port: 22",
        "    |     ^",
        "  fix: close it",
    ]
    assert "1 file, 1 control: 1 blocked; results: 1 fail;" in done.out
    assert "profile policy (main)" in done.out
