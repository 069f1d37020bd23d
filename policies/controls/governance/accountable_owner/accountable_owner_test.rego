package controls.governance.accountable_owner_test

import data.controls.governance.accountable_owner

test_owner_and_deputy_of_the_client_pass if {
	_denied == set() with input as _base with data.context as _now
	_missing == set() with input as _base with data.context as _now
	accountable_owner.warn == set() with input as _base with data.context as _now
}

test_fields_that_must_be_there if {
	every path in [
		["metadata", "register_ref"],
		["metadata", "owner", "name"],
		["metadata", "owner", "role"],
		["metadata", "owner", "email"],
		["metadata", "deputy", "name"],
		["metadata", "deputy", "email"],
	] {
		_missing == {path} with input as json.remove(_base, [path]) with data.context as _now
		_denied == set() with input as json.remove(_base, [path]) with data.context as _now
	}
}

test_blocks_that_must_be_there if {
	_missing == {["metadata", "owner"]} with input as json.remove(_base, ["/metadata/owner"]) with data.context as _now
	_missing == {["metadata", "deputy"]} with input as json.remove(_base, ["/metadata/deputy"]) with data.context as _now
	_missing == {["metadata"]} with input as {} with data.context as _now
}

test_no_deputy_is_needed_below_tier_high if {
	manifest := json.remove(_medium, ["/metadata/deputy"])
	_missing == set() with input as manifest with data.context as _now
	_denied == set() with input as manifest with data.context as _now
}

test_deputy_is_needed_when_the_floor_is_high if {
	manifest := object.union(
		json.remove(_medium, ["/metadata/deputy"]),
		{"scope": {"function": "critical_or_important", "regimes": []}},
	)
	_missing == {["metadata", "deputy"]} with input as manifest with data.context as _now
}

test_owner_outside_the_client if {
	_denied == {["foreign_owner", ["metadata", "owner", "email"]]}
		with input as _with({"owner": {"email": "pm@vendor.example"}}) with data.context as _now
}

test_deputy_outside_the_client if {
	_denied == {["foreign_deputy", ["metadata", "deputy", "email"]]}
		with input as _with({"deputy": {"email": "pm@vendor.example"}}) with data.context as _now
}

test_deputy_is_not_judged_below_tier_high if {
	manifest := object.union(_medium, {"metadata": {"deputy": {"email": "pm@vendor.example"}}})
	_denied == set() with input as manifest with data.context as _now
}

test_deputy_who_is_the_owner if {
	every deputy in [{"email": "A.Lind@client.example"}, {"name": "anna lind"}] {
		_denied == {["deputy_is_owner", ["metadata", "deputy"]]}
			with input as _with({"deputy": deputy}) with data.context as _now
	}
}

test_lifecycle_that_the_contract_contradicts if {
	found := accountable_owner.warn with input as object.union(
		_with({"lifecycle": "prospective"}),
		{"contract": {"effective": "2026-01-15"}},
	)
		with data.context as _now
	{[finding.code, finding.path] | some finding in found} == {["lifecycle_contradicted", ["metadata", "lifecycle"]]}
}

test_lifecycle_that_is_not_told if {
	accountable_owner.warn == set() with input as json.remove(_base, ["/metadata/lifecycle"]) with data.context as _now
}

_now := {"as_of": "2026-11-22", "cutoff": {}, "reached": {}, "ahead": {}}

_base := {
	"metadata": {
		"register_ref": "ROI-2026-014",
		"lifecycle": "active",
		"owner": {"name": "Anna Lind", "role": "head_of_customer_care", "email": "a.lind@client.example"},
		"deputy": {"name": "Jon Berg", "role": "vendor_manager", "email": "j.berg@client.example"},
	},
	"scope": {"risk_tier": "high", "function": "supporting", "data": []},
}

_medium := object.union(_base, {"scope": {"risk_tier": "medium"}})

_with(fields) := object.union(_base, {"metadata": fields})

_denied contains [finding.code, finding.path] if some finding in accountable_owner.deny

_missing contains finding.path if some finding in accountable_owner.undetermined
