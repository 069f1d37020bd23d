package controls.contract.liability_test

import data.controls.contract.liability

test_sound_terms_pass if {
	liability.applicable with input as _base with data.context as _now
	_faults == set() with input as _base with data.context as _now
	_holes == set() with input as _base with data.context as _now
}

test_applies_from_medium_on if {
	not liability.applicable with input as _at("low", {})
	liability.applicable with input as _at("medium", {})
}

test_cap_by_tier if {
	every row in [["critical", 3600000], ["high", 2400000], ["medium", 1200000]] {
		not _cap_is_low with input as _at(row[0], _capped(row[1])) with data.context as _now
		_cap_is_low with input as _at(row[0], _capped(row[1] - 1)) with data.context as _now
	}
}

test_no_multiple_is_not_asked if {
	none := object.union(data.params.thresholds, {"liability_cap_multiple": {"high": null}})
	bare := json.remove(_base, ["/contract/liability/cap", "/contract/annual_value"])
	_holes == set() with input as bare with data.context as _now with data.params.thresholds as none
	_faults == set() with input as bare with data.context as _now with data.params.thresholds as none
}

test_limits_that_are_not_there_find_fault if {
	bare := object.union(
		object.remove(data.params.thresholds, ["liability_cap_multiple", "insurance"]),
		{"insurance": {"cyber": {}}},
	)
	_faults == {
		["cap_too_low", ["contract", "liability", "cap"], ""],
		["insurance_too_low", ["contract", "insurance", 0, "amount"], ""],
	} with input as _base with data.context as _now with data.params.thresholds as bare
}

test_currencies_convert if {
	every row in [[3000000, set()], [2999999, {["cap_too_low", ["contract", "liability", "cap"], ""]}]] {
		_faults == row[1] with data.context as _now with data.params.fx as _fx
			with input as _at("high", {"liability": {"cap": {"amount": row[0], "currency": "USD"}}})
	}
}

test_without_a_rate_nothing_is_judged if {
	every row in [
		[{"liability": {"cap": {"currency": "XAF"}}}, ["contract", "liability", "cap", "currency"]],
		[{"annual_value": {"currency": "XAF"}}, ["contract", "annual_value", "currency"]],
		[
			{"liability": {"uncapped_for": [], "super_cap": {"amount": 1, "currency": "XAF"}}},
			["contract", "liability", "super_cap", "currency"],
		],
		[
			{"insurance": [object.union(_cyber, {"currency": "XAF"}), _indemnity]},
			["contract", "insurance", 0, "currency"],
		],
	] {
		_holes == {["no_rate", row[1], ""]} with input as _at("high", row[0]) with data.context as _now
		_faults == set() with input as _at("high", row[0]) with data.context as _now
	}
}

test_grave_cases_have_no_cap if {
	path := ["contract", "liability", "uncapped_for"]
	every case in ["data_breach", "confidentiality", "wilful_misconduct"] {
		rest := [other | some other in _base.contract.liability.uncapped_for; other != case]
		_faults == {["capped_case", path, case]}
			with input as _at("high", {"liability": {"uncapped_for": rest}}) with data.context as _now
	}
}

test_a_higher_cap_stands_for_grave_cases if {
	every row in [[2400001, 0], [2400000, 3]] {
		terms := {"liability": {"uncapped_for": [], "super_cap": {"amount": row[0], "currency": "EUR"}}}
		count(_faults) == row[1] with input as _at("high", terms) with data.context as _now
	}
	alone := json.remove(
		_at("high", {"liability": {"super_cap": {"amount": 9000000, "currency": "EUR"}}}),
		["/contract/liability/uncapped_for"],
	)
	_faults == set() with input as alone with data.context as _now
	_holes == set() with input as alone with data.context as _now
	_holes == {["missing", ["contract", "liability", "cap"], ""]}
		with input as json.remove(alone, ["/contract/liability/cap"]) with data.context as _now
}

test_penalty_and_accountability if {
	terms := {"liability": {"penalty_clause": false, "accountability_passes_to_vendor": true}}
	_faults == {
		["no_penalty", ["contract", "liability", "penalty_clause"], ""],
		["accountability_passed", ["contract", "liability", "accountability_passes_to_vendor"], ""],
	} with input as _at("high", terms) with data.context as _now
}

test_insurance_of_each_kind if {
	_faults == {["no_insurance", ["contract", "insurance"], "professional_indemnity"]}
		with input as _at("high", {"insurance": [_cyber]}) with data.context as _now
	_faults == {["insurance_expired", ["contract", "insurance", 0, "expires"], ""]}
		with input as _insured({"expires": "2026-11-21"}) with data.context as _now
	_faults == set() with input as _insured({"expires": "2026-11-22"}) with data.context as _now
	_faults == {["insurance_too_low", ["contract", "insurance", 0, "amount"], ""]}
		with input as _insured({"amount": 4999999}) with data.context as _now
}

test_one_sound_insurance_of_a_kind_is_enough if {
	lines := [_cyber, _indemnity, object.union(_cyber, {"expires": "2020-01-01"}), {"type": "crime"}]
	_faults == set() with input as _at("high", {"insurance": lines}) with data.context as _now
	_holes == set() with input as _at("high", {"insurance": lines}) with data.context as _now
}

test_missing_fields if {
	every path in [
		["contract", "annual_value"],
		["contract", "liability", "cap"],
		["contract", "liability", "penalty_clause"],
		["contract", "liability", "accountability_passes_to_vendor"],
		["contract", "liability", "uncapped_for"],
		["contract", "insurance"],
		["contract", "insurance", 0, "amount"],
		["contract", "insurance", 0, "currency"],
		["contract", "insurance", 0, "expires"],
	] {
		_holes == {["missing", path, ""]} with input as _lacking(path) with data.context as _now
		_faults == set() with input as _lacking(path) with data.context as _now
	}
}

_cap_is_low if {
	some finding in liability.deny
	finding.code == "cap_too_low"
}

_lacking(path) := json.remove(_base, [[$"{key}" | some key in path]])

_faults contains [finding.code, finding.path, object.get(finding, "key", "")] if some finding in liability.deny

_holes contains [finding.code, finding.path, object.get(finding, "key", "")] if some finding in liability.undetermined

_at(tier, contract) := object.union(_base, {"scope": {"risk_tier": tier}, "contract": contract})

_capped(amount) := {"liability": {"cap": {"amount": amount}}}

_insured(patch) := _at("high", {"insurance": [object.union(_cyber, patch), _indemnity]})

_fx := {"rates": [{"from": "USD", "to": "EUR", "date": "2026-11-22", "rate": 0.8}]}

_now := {"as_of": "2026-11-22"}

_cyber := {"type": "cyber", "amount": 5000000, "currency": "EUR", "expires": "2027-03-31"}

_indemnity := object.union(_cyber, {"type": "professional_indemnity"})

_base := {
	"scope": {
		"risk_tier": "high",
		"function": "supporting",
		"regimes": [],
		"data": [{"id": "plans", "category": "business_internal"}],
	},
	"contract": {
		"annual_value": {"amount": 1200000, "currency": "EUR"},
		"liability": {
			"cap": {"amount": 2400000, "currency": "EUR"},
			"penalty_clause": true,
			"uncapped_for": ["data_breach", "confidentiality", "wilful_misconduct"],
			"accountability_passes_to_vendor": false,
		},
		"insurance": [_cyber, _indemnity],
	},
}
