package controls.governance.accountable_owner_test

import data.controls.governance.accountable_owner

test_owner_and_deputy_of_the_client_pass if {
	_denied == set() with input as _base with data.context as _now
	_missing == set() with input as _base with data.context as _now
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
	every row in [
		{"label": "prospective", "contract": {"effective": "2026-01-15"}, "paths": {["metadata", "lifecycle"]}},
		{"label": "prospective", "contract": {}, "paths": {["metadata", "lifecycle"]}},
		{
			"label": "prospective",
			"contract": {"effective": "2027-01-15", "signed_on": "2026-11-22"},
			"paths": {["metadata", "lifecycle"]},
		},
		{"label": "ended", "contract": {}, "paths": {["metadata", "lifecycle"]}},
		{"label": "ended", "contract": {"ended_on": "2026-11-23"}, "paths": {["metadata", "lifecycle"]}},
		{"label": "active", "contract": {"ended_on": "2026-11-22"}, "paths": {["contract", "ended_on"]}},
		{
			"label": "ended",
			"contract": {"ended_on": "2026-01-14", "effective": "2026-01-15", "signed_on": "2026-01-01"},
			"paths": {["contract", "effective"], ["metadata", "lifecycle"]},
		},
		{
			"label": "ended",
			"contract": {"ended_on": "2026-01-14", "effective": "2026-01-01", "signed_on": "2026-01-15"},
			"paths": {["contract", "signed_on"], ["metadata", "lifecycle"]},
		},
		{
			"label": "active",
			"contract": {"ended_on": "2027-01-14", "effective": "2027-01-15"},
			"paths": {["contract", "effective"]},
		},
	] {
		manifest := object.union(_with({"lifecycle": row.label}), {"contract": row.contract})
		_denied == {["lifecycle_contradicted", path] | some path in row.paths}
			with input as manifest with data.context as _now
	}
}

test_lifecycle_that_the_contract_bears_out if {
	every row in [
		{"label": "prospective", "contract": {"effective": "2026-11-23"}},
		{"label": "active", "contract": {"ended_on": "2026-11-23"}},
		{"label": "ended", "contract": {"ended_on": "2026-11-22", "effective": "2026-01-15", "signed_on": "2026-01-01"}},
		{"label": "ended", "contract": {"ended_on": "2026-01-15", "effective": "2026-01-15", "signed_on": "2026-01-15"}},
	] {
		manifest := object.union(_with({"lifecycle": row.label}), {"contract": row.contract})
		_denied == set() with input as manifest with data.context as _now
	}
}

test_lifecycle_that_is_not_told if {
	untold := json.remove(_base, ["/metadata/lifecycle"])
	_denied == set() with input as untold with data.context as _now
	_denied == {["lifecycle_contradicted", ["contract", "ended_on"]]}
		with input as object.union(untold, {"contract": {"ended_on": "2026-01-15"}}) with data.context as _now
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
