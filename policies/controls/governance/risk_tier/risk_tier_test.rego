package controls.governance.risk_tier_test

import data.controls.governance.risk_tier

test_tier_at_the_floor_passes if {
	_denied == set() with input as _base
	_missing == set() with input as _base
}

test_tier_above_the_floor_passes if _denied == set() with input as _with({"risk_tier": "critical"})

test_tier_below_the_floor if {
	_denied == {["under_declared", ["scope", "risk_tier"]]} with input as _with({"risk_tier": "medium"})
	found := risk_tier.deny with input as _with({"risk_tier": "low"})
	{finding.msg | some finding in found} == {concat("", [
		"the declared tier low is below high, which follows from ",
		"data category personal_financial, function critical_or_important",
	])}
	{finding.fix | some finding in found} == {"write `risk_tier: high`, or remove what forces it"}
}

test_fields_that_must_be_there if {
	every path in [
		["scope", "risk_tier"],
		["scope", "function"],
		["scope", "regimes"],
		["scope", "data"],
		["scope", "data", "0", "subjects_estimate"],
	] {
		count(_missing) == 1 with input as json.remove(_base, [path])
		_denied == set() with input as json.remove(_base, [path])
	}
	_missing == {["scope"]} with input as {}
}

test_number_of_data_subjects_is_needed_for_personal_data_only if {
	_missing == {["scope", "data", 0, "subjects_estimate"]} with input as _with({"data": [_tickets]})
	_missing == set() with input as _with({"data": [{"id": "plans", "category": "business_confidential"}]})
}

test_a_missing_number_is_no_under_declaration if {
	_denied == set() with input as _with({"function": "supporting", "risk_tier": "medium", "data": [_tickets]})
}

test_regimes_are_needed_for_a_critical_function_only if {
	_missing == set() with input as json.remove(_with({"function": "supporting"}), ["/scope/regimes"])
}

_tickets := {"id": "tickets", "category": "personal_contact"}

_base := {"scope": {
	"risk_tier": "high",
	"function": "critical_or_important",
	"regimes": ["gdpr"],
	"data": [{"id": "cards", "category": "personal_financial", "subjects_estimate": 90000}],
}}

_with(fields) := object.union(_base, {"scope": fields})

_denied contains [finding.code, finding.path] if some finding in risk_tier.deny

_missing contains finding.path if some finding in risk_tier.undetermined
