"""Waivers, parameters and the configuration: what is accepted and what is refused."""

import copy
import json

import pytest

from tests.schema.material import ROOT, WAIVER, changed, check, parameters, pointed_at, read, schemas


def test_the_waiver_of_the_design_is_valid():
    assert check(WAIVER, "Waiver") == ()
    assert check(changed("subject: access.remote_work\n", "", WAIVER), "Waiver") == ()
    assert check(changed("control: LA-03", "control: LA-03.missing_vdi", WAIVER), "Waiver") == ()
    assert (
        check(
            changed("access.remote_work", '"subcontracting.parties[nordhost].countries[IN]"', WAIVER),
            "Waiver",
        )
        == ()
    )


@pytest.mark.parametrize(
    ("old", "new", "rule", "message"),
    [
        ("control: LA-03", 'control: "*"', "schema.pattern", "Wildcards and lists are refused"),
        ("control: LA-03", "control: LA-*", "schema.pattern", "Wildcards and lists are refused"),
        ("control: LA-03", "control: LA-03.*", "schema.pattern", "Wildcards and lists are refused"),
        ("control: LA-03", "control: LA", "schema.pattern", "One control, such as LA-03"),
        ("control: LA-03", "control: LA-03,LA-02", "schema.pattern", "Wildcards and lists are refused"),
        ("control: LA-03", "control: [LA-03]", "schema.type", "must be text"),
        ("subject: access.remote_work", 'subject: "access.*"', "schema.pattern", "Wildcards are refused"),
        ("subject: access.remote_work", 'subject: "parties[*]"', "schema.pattern", "Wildcards are refused"),
        (
            "reason: Two agents on medical leave work from home until the ward reopens.",
            "reason: urgent",
            "schema.length",
            "at least 20",
        ),
        (
            "approved_by: [{name: K. Ohm, role: ciso, email: k.ohm@client.example}]",
            "approved_by: []",
            "schema.length",
            "at least 1",
        ),
        (
            "email: k.ohm@client.example",
            "mail: k.ohm@client.example",
            "schema.required",
            "`email` is missing",
        ),
        ("expires: 2026-12-31\n", "", "schema.required", "`expires` is missing"),
        (
            "risk_ref: RSK-311",
            "risk_ref: RSK-311\nsubjects: all",
            "schema.unknown_field",
            "did you mean `subject`",
        ),
        ("kind: Waiver", "kind: VendorManifest", "schema.kind", "of kind Waiver"),
    ],
)
def test_a_waiver_excuses_one_thing_for_a_while(old, new, rule, message):
    problems = check(changed(old, new, WAIVER), "Waiver")
    assert rule in [problem.rule for problem in problems]
    assert any(message in problem.message for problem in problems)


def test_two_approvers_are_told_apart_by_their_address():
    one = "{name: K. Ohm, role: ciso, email: k.ohm@client.example}"
    problems = check(changed(f"[{one}]", f"[{one}, {one}]", WAIVER), "Waiver")
    assert [problem.rule for problem in problems] == ["schema.duplicate_item"]


@pytest.mark.parametrize("name", sorted(path.parent.name for path in (ROOT / "policies/params").glob("*/data.yaml")))
def test_the_shipped_parameters_have_their_form(name):
    text = (ROOT / "policies/params" / name / "data.yaml").read_text()
    assert schemas().check(read(text), "PolicyData", name) == ()


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("thresholds", "attestation_renewal_warning"),
        ("thresholds", "attestation_validity"),
        ("thresholds", "audit_cadence"),
        ("thresholds", "audit_cadence.client_security_audit"),
        ("thresholds", "audit_cadence.onsite_visit"),
        ("thresholds", "audit_cadence.penetration_test"),
        ("thresholds", "audit_finding_life"),
        ("thresholds", "audit_finding_life.high"),
        ("thresholds", "exit_triggers"),
        ("thresholds", "fin_score"),
        ("thresholds", "licence_renewal_warning"),
        ("thresholds", "tia_review"),
        ("thresholds", "tier_floor.subjects"),
        ("thresholds", "tier_floor.subjects.high"),
        ("transfers", "regimes.EEA"),
        ("transfers", "regimes.GB"),
        ("transfers", "mechanisms.scc_2021_914.needs"),
        ("transfers", "module_by_role.processor"),
        ("crypto", "symmetric.not_fips"),
        ("crypto", "symmetric.strong_bits"),
        ("crypto", "tls.refused_suites"),
        ("licences", "registered"),
        ("licences", "required_by_service"),
        ("dpa", "clauses.audit"),
        ("org", "leis"),
        ("evidence", "independent"),
    ],
)
def test_what_policies_read_cannot_be_left_out(name, path):
    data = copy.deepcopy(read((ROOT / "policies/params" / name / "data.yaml").read_text()).data)
    *above, last = path.split(".")
    node = data
    for key in above:
        node = node[key]
    del node[last]
    problems = schemas().check(read(json.dumps(data)), "PolicyData", name)
    assert [problem.rule for problem in problems] == ["schema.required"]


ENVELOPE = """\
apiVersion: vendorpolicy/v1
kind: PolicyData
source: Company policy
reviewed_on: "2026-11-02"
review_by: "2027-11-01"
owner: compliance@client.example
"""


def test_a_parameter_without_a_form_of_its_own_needs_the_envelope_only():
    assert schemas().check(read(f"{ENVELOPE}anything: [1, 2]\n"), "PolicyData", "own") == ()
    for line in ENVELOPE.splitlines(keepends=True):
        problems = schemas().check(read(changed(line, "", f"{ENVELOPE}x: 1\n")), "PolicyData", "own")
        assert [problem.rule for problem in problems] == ["schema.required"]


THRESHOLDS = (ROOT / "policies/params/thresholds/data.yaml").read_text()


@pytest.mark.parametrize(
    ("old", "new", "rule", "keys"),
    [
        ("", "", None, None),
        ("high: 3, medium: 2, low: 1}", "high: 3, medium: 2}", "schema.required", ("references", "low")),
        ("high: 99.5, ", "", "schema.required", ("sla", "availability", "high")),
        ("medium: P12M, low: P24M}", "medium: P12M}", "schema.required", ("attestation_validity", "low")),
        ("critical: P6M", "critical: 6", "schema.type", ("attestation_validity", "critical")),
        ("critical: P6M", "critical: P6", "schema.pattern", ("attestation_validity", "critical")),
        (
            "onsite_visit: {critical: P12M",
            "onsite_visit: {critical: P12Q",
            "schema.pattern",
            ("audit_cadence", "onsite_visit", "critical"),
        ),
        ("PT3H", "PT3", "schema.pattern", ("overlap_hours",)),
        ("{critical: 3, high: 3", "{critical: 3, hihg: 3", "schema.required", ("references", "high")),
    ],
)
def test_a_table_by_tier_has_all_four_tiers(old, new, rule, keys):
    text = changed(old, new, THRESHOLDS)
    found = [(problem.rule, problem.keys) for problem in schemas().check(read(text), "PolicyData", "thresholds")]
    assert (found == []) if rule is None else ((rule, keys) in found)


def test_a_row_of_the_parameters_has_no_unknown_field():
    dpa = parameters()["dpa"]
    rows = {**dpa, "clauses": {**dpa["clauses"], "audit": {"article": "28(3)(h)", "articel": "x"}}}
    text = "".join(f"{key}: {value!r}\n" for key, value in rows.items())
    problems = schemas().check(read(text), "PolicyData", "dpa")
    assert [(problem.rule, problem.keys) for problem in problems] == [
        ("schema.unknown_field", ("clauses", "audit", "articel"))
    ]
    assert pointed_at(text, problems[0]).startswith("'articel'")


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("manifests: vendor_manifests\nprofile: gdpr\nonly: [DP, EN-01]\n", []),
        ("fail_on: high\nengine: opa\njobs: 4\n", []),
        ("opa_url: http://127.0.0.1:8181\ntime_zone: Europe/Berlin\n", []),
        ("timeout_ms: 5000\nmemory_mb: 256\n", []),
        ("skip: {PC-03: Assessed by the works council}\n", []),
        ("limits: {max_bytes: 2048, max_depth: 16, max_nodes: 1000}\n", []),
        ("skip: {PC-03: later}\n", ["schema.length"]),
        ("skip: {PC-3: Assessed by the works council}\n", ["schema.pattern"]),
        ("limits: {max_depth: 65}\n", ["schema.range"]),
        ("jobs: 0\n", ["schema.range"]),
        ("engine: regorus\n", ["schema.enum"]),
        ("opa_url: file:///etc/passwd\n", ["schema.pattern"]),
        ("manifests: ../other\n", ["schema.pattern"]),
        ("policies: /etc\n", ["schema.pattern"]),
        ("fail-on: high\n", ["schema.unknown_field"]),
    ],
)
def test_the_configuration_is_closed(text, rules):
    assert [problem.rule for problem in check(text, "CheckerConfig")] == rules
