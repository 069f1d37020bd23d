package lib.vendor_test

import data.lib.vendor

_context := {"as_of": "2026-11-22", "cutoff": {}, "reached": {}, "ahead": {}}

# Nothing but public data, so that each test lifts the floor by one thing.
_scope := {
	"risk_tier": "low",
	"function": "supporting",
	"regimes": [],
	"data": [{"id": "d", "category": "public"}],
}

_with(fields) := {"scope": object.union(_scope, fields)}

_item(category, fields) := _with({"data": [object.union({"id": "d", "category": category}, fields)]})

test_declared_tier_counts_above_the_floor if {
	vendor.tier == "low" with input as _with({})
	vendor.tier == "high" with input as _with({"risk_tier": "high"})
}

test_floor_counts_above_the_declared_tier if {
	vendor.tier == "high" with input as _with({"function": "critical_or_important"})
}

test_tier_is_critical_when_unknown if {
	every path in ["/scope", "/scope/risk_tier", "/scope/data", "/scope/function"] {
		vendor.tier == "critical" with input as json.remove({"scope": _scope}, [path])
	}
	vendor.tier == "critical" with input as _with({"risk_tier": "enormous"})
	vendor.tier == "critical" with input as {}
}

test_tier_at_least if {
	vendor.tier_at_least("high") with input as _with({"risk_tier": "high"})
	vendor.tier_at_least("low") with input as _with({"risk_tier": "high"})
	not vendor.tier_at_least("critical") with input as _with({"risk_tier": "high"})
}

test_floor_by_category if {
	every category, tier in {
		"business_confidential": "medium",
		"special_health": "high",
		"trade_secret": "critical",
		"alien": "critical",
	} {
		vendor.tier_floor == tier with input as _item(category, {"subjects_estimate": 1})
	}
}

test_floor_of_an_item_without_category if {
	vendor.tier_floor == "critical" with input as _with({"data": [{"id": "d", "subjects_estimate": 1}]})
}

test_masking_lowers_the_floor_where_the_category_allows if {
	every masking, tier in {"masked": "medium", "tokenised": "medium", "pseudonymised": "medium", "none": "high"} {
		vendor.tier_floor == tier with input as _item("personal_financial", {"masking": masking, "subjects_estimate": 1})
	}
	vendor.tier_floor == "high" with input as _item("special_health", {"masking": "masked", "subjects_estimate": 1})
}

test_floor_by_volume_over_all_data_sets if {
	every step in [
		{"rest": 49999, "tier": "low"},
		{"rest": 50000, "tier": "medium"},
		{"rest": 949999, "tier": "medium"},
		{"rest": 950000, "tier": "high"},
	] {
		vendor.tier_floor == step.tier with input as _with({"data": [
			{"id": "a", "category": "public", "subjects_estimate": 50000},
			{"id": "b", "category": "business_internal", "subjects_estimate": step.rest},
		]})
	}
}

test_floor_by_volume_of_sensitive_data if {
	vendor.tier_floor == "high" with input as _item("special_health", {"subjects_estimate": 99999})
	vendor.tier_floor == "critical" with input as _item("special_health", {"subjects_estimate": 100000})
}

test_floor_of_a_critical_function if {
	vendor.tier_floor == "high" with input as _with({"function": "critical_or_important", "regimes": ["gdpr"]})
	vendor.tier_floor == "critical" with input as _with({"function": "critical_or_important", "regimes": ["dora"]})
	vendor.tier_floor == "low" with input as _with({"function": "supporting", "regimes": ["dora"]})
}

test_unknown_function_is_critical if {
	vendor.tier_floor == "critical" with input as _with({"function": "odd"})
}

test_regimes_are_needed_for_a_critical_function_only if {
	without := json.remove(_with({"function": "critical_or_important"}), ["/scope/regimes"])
	vendor.tier_floor == "critical" with input as without
	vendor.known_tier_floor == "high" with input as without
	vendor.tier_floor == "low" with input as json.remove({"scope": _scope}, ["/scope/regimes"])
}

test_a_number_that_is_missing_counts_as_the_worst if {
	vendor.tier_floor == "high" with input as _item("personal_contact", {})
	vendor.tier_floor == "critical" with input as _item("special_health", {})
	vendor.known_tier_floor == "medium" with input as _item("personal_contact", {})
	vendor.tier_floor == "medium" with input as _item("business_confidential", {})
}

test_floor_missing if {
	_paths(vendor.floor_missing) == {["scope"]} with input as {}
	_paths(vendor.floor_missing) == {["scope", "data"]} with input as json.remove({"scope": _scope}, ["/scope/data"])
	_paths(vendor.floor_missing) == {["scope", "regimes"]} with input as json.remove(
		_with({"function": "critical_or_important"}),
		["/scope/regimes"],
	)
	_paths(vendor.floor_missing) == {["scope", "data", 0, "subjects_estimate"]} with input as _item("personal_contact", {})
	vendor.floor_missing == set() with input as _with({})
}

test_floor_reasons_name_every_cause if {
	found := vendor.floor_reasons with input as {"scope": {
		"function": "critical_or_important",
		"regimes": ["dora"],
		"data": [{"id": "d", "category": "special_health", "subjects_estimate": 1000000}],
	}}
	found == {
		{"tier": "high", "cause": "data category special_health"},
		{"tier": "high", "cause": "function critical_or_important"},
		{"tier": "critical", "cause": "critical or important function under dora"},
		{"tier": "medium", "cause": "1000000 data subjects"},
		{"tier": "high", "cause": "1000000 data subjects"},
		{"tier": "critical", "cause": "1000000 subjects of sensitive data"},
	}
}

test_personal_data if {
	vendor.personal_data with input as _item("personal_contact", {})
	vendor.personal_data with input as _item("alien", {})
	vendor.personal_data with input as _with({"data": [{"id": "d"}]})
	vendor.personal_data with input as {}
	not vendor.personal_data with input as _item("trade_secret", {})
	not vendor.personal_data with input as _with({"data": []})
}

test_non_public_data if {
	vendor.non_public_data with input as _item("business_internal", {})
	vendor.non_public_data with input as _with({"data": [{"id": "d"}]})
	vendor.non_public_data with input as {}
	not vendor.non_public_data with input as _item("public", {})
}

test_lifecycle_ends_on_the_day_the_contract_ends if {
	vendor.lifecycle == "ended" with data.context as _context with input as _ended({"ended_on": "2026-11-22"})
	vendor.lifecycle == "active" with data.context as _context with input as _ended({"ended_on": "2026-11-23"})
	vendor.lifecycle == "active" with data.context as _context with input as _ended({})
}

test_lifecycle_does_not_end_by_a_date_alone if {
	contract := {"contract": {"ended_on": "2026-01-01"}}
	every metadata in [{}, {"lifecycle": "active"}, {"lifecycle": "prospective"}] {
		vendor.lifecycle == "active"
			with input as object.union({"metadata": metadata}, contract) with data.context as _context
	}
}

test_lifecycle_does_not_end_before_it_begins if {
	every field in ["effective", "signed_on"] {
		vendor.lifecycle == "ended" with input as _ended({"ended_on": "2026-01-01", field: "2026-01-01"})
			with data.context as _context
		vendor.lifecycle == "active" with input as _ended({"ended_on": "2026-01-01", field: "2026-01-02"})
			with data.context as _context
	}
}

test_lifecycle_is_prospective_until_work_begins if {
	vendor.lifecycle == "prospective" with input as _prospective({}) with data.context as _context
	every work in [
		{"contract": {"effective": "2026-11-22"}},
		{"contract": {"signed_on": "2026-11-22"}},
		{"contract": {"ended_on": "2026-11-22"}},
		{"scope": {"live_since": "2026-11-22"}},
		{"scope": {"first_access_on": "2026-11-22"}},
		{"data_protection": {"processing_start": "2026-11-22"}},
		{"subcontracting": {"parties": [{"id": "p", "starts_on": "2026-11-22"}]}},
		{"service_levels": [{"metric": "csat", "measurements": [{"period_end": "2026-10-31", "actual": 88}]}]},
	] {
		vendor.lifecycle == "active" with input as _prospective(work) with data.context as _context
	}
}

test_lifecycle_is_prospective_by_plans_and_offers if {
	every plan in [
		{"contract": {"signed_on": "2026-11-23"}},
		{"subcontracting": {"parties": [{"id": "p", "starts_on": "2026-11-23"}]}},
		{"service_levels": [{"metric": "csat", "measurements": []}]},
	] {
		vendor.lifecycle == "prospective" with input as _prospective(plan) with data.context as _context
	}
}

test_lifecycle_is_not_prospective_without_a_day_to_begin if {
	vendor.lifecycle == "active" with data.context as _context
		with input as json.remove(_prospective({}), ["/contract/effective"])
}

test_signs_of_work_are_told_in_words if {
	found := vendor.signs_of_work with data.context as _context with input as _prospective({
		"contract": {"signed_on": "2026-11-02"},
		"subcontracting": {"parties": [{"id": "p", "starts_on": "2026-11-01"}]},
		"service_levels": [{"metric": "csat", "measurements": [{"period_end": "2026-10-31", "actual": 88}]}],
	})
	found == {
		"contract.signed_on is 2026-11-02",
		"the party p works since 2026-11-01",
		"the service level csat has been measured",
	}
}

test_lifecycle_is_active_by_default if vendor.lifecycle == "active" with data.context as _context with input as {}

_paths(findings) := {finding.path | some finding in findings}

_prospective(fields) := object.union(
	{"metadata": {"lifecycle": "prospective"}, "contract": {"effective": "2026-11-23"}},
	fields,
)

_ended(contract) := {"metadata": {"lifecycle": "ended"}, "contract": contract}
