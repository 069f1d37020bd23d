package controls.access.multi_factor_authentication_test

import data.controls.access.multi_factor_authentication

test_second_factors_for_all_pass if {
	multi_factor_authentication.applicable with input as _vendor("high", {})
	_faults == set() with input as _vendor("high", {})
	_holes == set() with input as _vendor("high", {})
}

test_not_applicable_to_public_data_only if {
	manifest := object.union(_vendor("low", {}), {"scope": {"data": [{"id": "prices", "category": "public"}]}})
	not multi_factor_authentication.applicable with input as manifest
}

test_applicable_when_data_is_unknown if {
	multi_factor_authentication.applicable with input as json.remove(_vendor("low", {}), ["/scope/data"])
}

test_coverage_by_tier if {
	least := {"critical": ["all"], "high": ["all"], "medium": ["all", "remote_and_privileged"], "low": [
		"all",
		"remote_and_privileged",
		"privileged",
	]}
	every tier, enough in least {
		every coverage in ["all", "remote_and_privileged", "privileged", "none"] {
			found := _faults with input as _vendor(tier, {"coverage": coverage})
			found == {_coverage | some missed in ({coverage} - {name | some name in enough}); missed}
		}
	}
}

test_some_data_asks_for_everyone_at_any_tier if {
	every category in ["cardholder", "phi", "credentials"] {
		manifest := object.union(
			_vendor("low", {"coverage": "remote_and_privileged"}),
			{"scope": {"data": [{"id": "d", "category": category, "subjects_estimate": 1}]}},
		)
		_faults == {_coverage} with input as manifest
		_messages == {$"the coverage of second factors is remote_and_privileged; data of category {category} asks for all"}
			with input as manifest
		_faults == {_coverage} with input as manifest with data.params.tiers.rank as {
			"low": 0,
			"medium": 0,
			"high": 0,
			"critical": 0,
		}
	}
}

test_message_names_tier_and_least if {
	_messages == {"the coverage of second factors is none; tier low asks for privileged"}
		with input as _vendor("low", {"coverage": "none"})
}

test_no_factors if {
	_faults == {["no_factors", ["access", "mfa", "factors"]]} with input as _vendor("high", {"factors": []})
}

test_weak_factors_at_critical_only if {
	factors := {"factors": ["fido2", "sms", "voice_call", "email_code"]}
	_faults == {["weak_factor", ["access", "mfa", "factors", i]] | some i in [1, 2, 3]}
		with input as _vendor("critical", factors)
	_faults == set() with input as _vendor("high", factors)
}

test_no_factor_counts_without_parameter if {
	_faults == {["weak_factor", ["access", "mfa", "factors", 0]]}
		with input as _vendor("high", {"factors": ["fido2"]}) with data.params.thresholds.mfa_refused_factors as null
}

test_coverage_must_be_all_without_parameter if {
	_faults == {_coverage} with input as _vendor("low", {"coverage": "privileged"})
		with data.params.thresholds.mfa_coverage as null
}

test_any_data_asks_for_everyone_without_parameter if {
	_faults == {_coverage} with input as _vendor("low", {"coverage": "privileged"})
		with data.params.thresholds as object.remove(data.params.thresholds, ["mfa_for_everyone"])
}

test_shared_accounts if {
	_faults == {["shared_accounts", ["access", "shared_accounts"]]}
		with input as object.union(_vendor("high", {}), {"access": {"shared_accounts": true}})
}

test_missing_fields if {
	every path in [["access", "mfa", "coverage"], ["access", "mfa", "factors"], ["access", "shared_accounts"]] {
		pointer := concat("", ["/", concat("/", path)])
		_holes == {["missing", path]} with input as json.remove(_vendor("high", {}), [pointer])
		_faults == set() with input as json.remove(_vendor("high", {}), [pointer])
	}
	_holes == {["missing", ["access"]]} with input as json.remove(_vendor("high", {}), ["/access"])
}

_coverage := ["coverage", ["access", "mfa", "coverage"]]

_faults contains [finding.code, finding.path] if some finding in multi_factor_authentication.deny

_holes contains [finding.code, finding.path] if some finding in multi_factor_authentication.undetermined

_messages contains finding.msg if some finding in multi_factor_authentication.deny

_vendor(tier, mfa) := {
	"scope": {
		"risk_tier": tier,
		"function": "supporting",
		"regimes": [],
		"data": [{"id": "plans", "category": "business_internal"}],
	},
	"access": {
		"mfa": object.union({"coverage": "all", "factors": ["fido2", "totp"]}, mfa),
		"shared_accounts": false,
	},
}
