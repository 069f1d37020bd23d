package controls.governance.attestation_in_force_test

import data.controls.governance.attestation_in_force

test_attestation_in_force_passes if {
	_denied == set() with input as _base with data.context as _now
	_missing == set() with input as _base with data.context as _now
	_warned == set() with input as _base with data.context as _now
}

test_fields_that_must_be_there if {
	every name in ["name", "role", "email", "date", "valid_until", "statement_version", "digest"] {
		_missing == {["attestation", name]}
			with input as json.remove(_base, [["attestation", name]]) with data.context as _now
		_denied == set() with input as json.remove(_base, [["attestation", name]]) with data.context as _now
	}
	_missing == {["attestation"]} with input as json.remove(_base, ["/attestation"]) with data.context as _now
}

test_signed_today_is_good if {
	_denied == set() with input as _signed({"date": "2026-11-22"}) with data.context as _now
	_denied == {["future_date", ["attestation", "date"]]}
		with input as _signed({"date": "2026-11-23"}) with data.context as _now
}

test_last_day_is_good if {
	_denied == set() with input as _signed({"valid_until": "2026-11-22"}) with data.context as _now
	_denied == {["expired", ["attestation", "valid_until"]]}
		with input as _signed({"valid_until": "2026-11-21"}) with data.context as _now
}

test_term_follows_the_effective_tier if {
	_denied == set() with input as _signed({"valid_until": "2027-10-05"}) with data.context as _now
	too_long := {["too_long", ["attestation", "valid_until"]]}
	_denied == too_long with input as _signed({"valid_until": "2027-10-06"}) with data.context as _now
	critical := {"scope": {"risk_tier": "critical"}}
	_denied == too_long
		with input as object.union(_signed({"valid_until": "2027-04-06"}), critical) with data.context as _now
	_denied == set()
		with input as object.union(_signed({"valid_until": "2027-04-05"}), critical) with data.context as _now
}

test_term_that_the_facts_do_not_know_finds_fault if {
	_denied == {["too_long", ["attestation", "valid_until"]]}
		with input as json.remove(_base, ["/derived/attestation/due"]) with data.context as _now
	_denied == {["too_long", ["attestation", "valid_until"]]}
		with input as _base with data.context as _now with data.params.thresholds.attestation_validity as "none"
}

test_no_term_is_asked_when_the_parameter_is_null if {
	_denied == set()
		with input as _signed({"valid_until": "2036-01-01"})
		with data.context as _now
		with data.params.thresholds.attestation_validity as {"high": null}
}

test_role_must_be_able_to_sign_at_the_tier if {
	refused := {["role_not_authorised", ["attestation", "role"]]}
	_denied == refused with input as _signed({"role": "account_manager"}) with data.context as _now
	_denied == refused with input as _base with data.context as _now with data.params.org.attestor_roles as {}
	_denied == refused
		with input as object.union(_signed({"role": "data_protection_officer"}), {"scope": {"risk_tier": "critical"}})
		with data.context as _now
		with data.params.thresholds.attestation_validity as {"critical": null}
}

test_signer_with_an_address_of_the_client if {
	every email in ["a.lind@client.example", "m.santos@ext.client.example"] {
		_denied == {["client_address", ["attestation", "email"]]}
			with input as _signed({"email": email}) with data.context as _now
	}
}

test_digest_that_does_not_match if {
	mismatch := {["digest_mismatch", ["attestation", "digest"]]}
	_denied == mismatch with input as _derived({"digest_matches": false}) with data.context as _now
	_denied == mismatch
		with input as json.remove(_base, ["/derived/attestation/digest_matches"]) with data.context as _now
}

test_facts_that_are_missing_find_fault if {
	_denied == {["digest_mismatch", ["attestation", "digest"]], ["too_long", ["attestation", "valid_until"]]}
		with input as json.remove(_base, ["/derived/attestation"]) with data.context as _now
}

test_dates_after_the_sign_off if {
	tested := ["continuity", "bcp", "last_tested"]
	listed := ["legal", "obligations", 0, "familiarised_on"]
	_denied == {["later_date", tested], ["later_date", listed]}
		with input as _derived({"later_dates": [
			{"path": tested, "date": "2026-10-06"},
			{"path": listed, "date": "2026-10-06"},
			{"path": ["evidence", "ev-iso", "expires"], "date": "2028-06-30"},
			{"path": ["oversight", "due", 0], "date": "2028-06-30"},
		]})
		with data.context as _now
}

test_warning_before_the_end if {
	soon := {["ends_soon", ["attestation", "valid_until"]]}
	_warned == soon with input as _signed({"valid_until": "2026-12-22"}) with data.context as _now
	_warned == soon with input as _signed({"valid_until": "2026-11-22"}) with data.context as _now
	_warned == set() with input as _signed({"valid_until": "2026-12-23"}) with data.context as _now
	_warned == set() with input as _signed({"valid_until": "2026-11-21"}) with data.context as _now
	every thresholds in [{}, {"attestation_renewal_warning": null}] {
		_warned == soon
			with input as _signed({"valid_until": "2027-06-30"})
			with data.context as _now
			with data.params.thresholds as object.union({"attestation_validity": {}}, thresholds)
	}
}

_now := {"as_of": "2026-11-22", "cutoff": {}, "reached": {}, "ahead": {"P30D": "2026-12-22"}}

_base := {
	"scope": {"risk_tier": "high", "function": "supporting", "data": []},
	"attestation": {
		"name": "Maria Santos",
		"role": "chief_information_security_officer",
		"email": "m.santos@halcyon.example",
		"date": "2026-10-05",
		"valid_until": "2027-10-04",
		"statement_version": "2",
		"digest": "50d858e0985ecc7f60418aaf0cc5ab587f42c2570a884095a9e8ccacd0f6545c",
	},
	"derived": {"attestation": {
		"digest": "50d858e0985ecc7f60418aaf0cc5ab587f42c2570a884095a9e8ccacd0f6545c",
		"digest_matches": true,
		"due": {"P6M": "2027-04-05", "P12M": "2027-10-05", "P24M": "2028-10-05"},
		"later_dates": [],
	}},
}

_signed(fields) := object.union(_base, {"attestation": fields})

_derived(facts) := object.union(_base, {"derived": {"attestation": facts}})

_denied contains [finding.code, finding.path] if some finding in attestation_in_force.deny

_missing contains finding.path if some finding in attestation_in_force.undetermined

_warned contains [finding.code, finding.path] if some finding in attestation_in_force.warn
