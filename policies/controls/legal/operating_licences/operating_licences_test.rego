package controls.legal.operating_licences_test

import data.controls.legal.operating_licences

test_permit_in_force_passes if {
	operating_licences.applicable with data.context as _now with input as _base
	_faults == set() with data.context as _now with input as _base
	_holes == set() with data.context as _now with input as _base
	_remarks == set() with data.context as _now with input as _base
}

test_not_applicable_without_demand_and_licence if {
	manifest := {"scope": {"service": "marketing", "locations": [{"country": "PH"}]}}
	not operating_licences.applicable with data.context as _now with input as manifest
	not operating_licences.applicable
		with data.context as _now with input as object.union(manifest, {"legal": {"licences": []}})
}

test_a_declared_licence_is_enough_to_apply if {
	manifest := object.union(_base, {"scope": {"service": "marketing"}})
	operating_licences.applicable with data.context as _now with input as manifest
	_faults == {["expired", _at(0, "expires"), ""]}
		with data.context as _now with input as object.union(manifest, _permits([{"expires": "2026-11-21"}]))
}

test_unknown_scope_applies_and_is_undetermined if {
	manifest := json.remove(_base, ["/legal", "/scope/service"])
	operating_licences.applicable with data.context as _now with input as manifest
	_holes == {["missing", ["scope", "service"], ""], ["missing", ["legal"], ""]}
		with data.context as _now with input as manifest
}

test_unknown_places_apply_and_are_undetermined if {
	manifest := json.remove(_base, ["/legal", "/scope/locations"])
	operating_licences.applicable with data.context as _now with input as manifest
	_holes == {["missing", ["scope", "locations"], ""], ["missing", ["legal"], ""]}
		with data.context as _now with input as manifest
}

test_undeclared_licences_are_undetermined if {
	manifest := json.remove(_base, ["/legal"])
	operating_licences.applicable with data.context as _now with input as manifest
	_holes == {["missing", ["legal"], ""]} with data.context as _now with input as manifest
	_faults == set() with data.context as _now with input as manifest
}

test_no_licence if {
	_faults == {_absent} with data.context as _now with input as object.union(_base, {"legal": {"licences": []}})
}

test_licence_of_another_kind_does_not_answer if {
	_faults == {_absent} with data.context as _now with input as _held([{"type": "telecom"}])
}

test_licence_for_another_country_does_not_answer if {
	_faults == {_absent} with data.context as _now with input as _held([{"jurisdiction": "DE"}])
}

test_licence_for_another_service_does_not_answer if {
	_faults == {_absent} with data.context as _now with input as _held([{"service": "payroll"}])
	_faults == set() with data.context as _now with input as _held([{"service": "customer_support"}])
}

test_application_does_not_count if {
	manifest := object.union(_base, {"legal": {"licences": [{
		"type": "business_permit",
		"holder": "vendor",
		"jurisdiction": "PH",
		"status": "applied_for",
	}]}})
	_faults == {_absent} with data.context as _now with input as manifest
	_holes == set() with data.context as _now with input as manifest
}

test_law_is_named if {
	expected := {"Local Government Code s. 147 asks for a business_permit in PH, and none is declared as granted"}
	_messages == expected with data.context as _now with input as object.union(_base, {"legal": {"licences": []}})
}

test_last_day_is_good if {
	_faults == set() with data.context as _now with input as _held([{"expires": "2026-11-22"}])
	_faults == {["expired", _at(0, "expires"), ""]}
		with data.context as _now with input as _held([{"expires": "2026-11-21"}])
}

test_first_day_is_good if {
	_faults == set() with data.context as _now with input as _held([{"issued": "2026-11-22"}])
	_faults == {["not_yet_issued", _at(0, "issued"), ""]}
		with data.context as _now with input as _held([{"issued": "2026-11-23"}])
}

test_states if {
	_faults == {["suspended", _at(0, "status"), ""]}
		with data.context as _now with input as _held([{"status": "suspended"}])
	_faults == {["revoked", _at(0, "status"), ""]} with data.context as _now with input as _held([{"status": "revoked"}])
}

test_replaced_licences_are_not_reported if {
	_faults == set() with data.context as _now with input as _held([{"number": "old", "expires": "2025-12-31"}, {}])
	_faults == set() with data.context as _now with input as _held([{"number": "old", "status": "suspended"}, {}])
	_faults == set()
		with data.context as _now
		with input as _held([{}, {"number": "next", "issued": "2027-01-01", "expires": "2027-12-31"}])
}

test_revoked_licence_is_reported_though_replaced if {
	_faults == {["revoked", _at(0, "status"), ""]}
		with data.context as _now with input as _held([{"number": "old", "status": "revoked"}, {}])
}

test_only_a_licence_in_force_replaces if {
	_faults == {
		["expired", _at(0, "expires"), ""],
		["suspended", _at(1, "status"), ""],
	} with data.context as _now with input as _held([{"expires": "2025-12-31"}, {"number": "b", "status": "suspended"}])
	_faults == {
		["expired", _at(0, "expires"), ""],
		["expired", _at(1, "expires"), ""],
	} with data.context as _now with input as _held([{"expires": "2025-12-31"}, {"number": "b", "expires": "2026-06-30"}])
	_faults == {
		["expired", _at(0, "expires"), ""],
		["not_yet_issued", _at(1, "issued"), ""],
	} with data.context as _now with input as _held([{"expires": "2025-12-31"}, {"number": "b", "issued": "2027-01-01"}])
}

test_a_narrower_licence_does_not_replace if {
	_faults == {["expired", _at(0, "expires"), ""]}
		with data.context as _now with input as _held([{"expires": "2025-12-31"}, {"service": "payroll"}])
	_faults == set()
		with data.context as _now with input as _held([{"expires": "2025-12-31"}, {"service": "customer_support"}])
	_faults == set() with data.context as _now with input as _held([{"expires": "2025-12-31", "service": "payroll"}, {}])
}

test_a_licence_of_another_holder_does_not_replace if {
	_faults == {["expired", _at(0, "expires"), ""]}
		with data.context as _now with input as _held([{"expires": "2025-12-31"}, {"holder": "manila"}])
}

test_holder if {
	_faults == set() with data.context as _now with input as _held([{"holder": "manila"}])
	_faults == {["wrong_holder", _at(0, "holder"), ""]}
		with data.context as _now with input as _held([{"holder": "nordhost"}])
	_faults == {["wrong_holder", _at(0, "holder"), ""]}
		with data.context as _now with input as _held([{"holder": "Halcyon Inc."}])
}

test_missing_fields if {
	every field in ["holder", "authority", "number", "issued", "expires", "status"] {
		manifest := json.remove(_base, [$"/legal/licences/0/{field}"])
		_holes == {["missing", _at(0, field), ""]} with data.context as _now with input as manifest
		_faults == set() with data.context as _now with input as manifest
	}
}

test_open_ended_permit_needs_no_end if {
	manifest := json.remove(
		object.union(
			_held([{"type": "payment_institution", "jurisdiction": "DE"}]),
			{"scope": {"service": "payment_processing", "locations": [{"country": "DE"}]}},
		),
		["/legal/licences/0/expires"],
	)
	_faults == set() with data.context as _now with input as manifest
	_holes == set() with data.context as _now with input as manifest
	_remarks == set() with data.context as _now with input as manifest
}

test_open_ended_permit_replaces_one_that_ended if {
	permits := [
		{"type": "payment_institution", "jurisdiction": "DE", "expires": "2026-12-31"},
		{"type": "payment_institution", "jurisdiction": "DE", "number": "b"},
	]
	scope := {"scope": {"service": "payment_processing", "locations": [{"country": "DE"}]}}
	manifest := json.remove(object.union(_held(permits), scope), ["/legal/licences/1/expires"])
	_remarks == set() with data.context as _now with input as manifest
	_faults == set() with data.context as _now with input as object.union(manifest, {"legal": {"licences": [
		object.union(manifest.legal.licences[0], {"expires": "2026-10-31"}),
		manifest.legal.licences[1],
	]}})
}

test_renewal_is_due if {
	_remarks == {["renewal_due", _at(0, "expires"), ""]}
		with data.context as _now with input as _held([{"expires": "2027-02-20"}])
	_remarks == set() with data.context as _now with input as _held([{"expires": "2027-02-21"}])
	_remarks == set() with data.context as _now with input as _held([{"expires": "2026-11-21"}])
	_remarks == set() with data.context as _now with input as _held([{"expires": "2027-02-20", "status": "suspended"}])
}

test_renewal_is_settled_by_the_next_licence if {
	next := {"number": "next", "issued": "2027-01-01", "expires": "2027-12-31"}
	_remarks == set() with data.context as _now with input as _held([{"expires": "2026-12-31"}, next])
	_remarks == {[
		"renewal_due",
		_at(0, "expires"),
		"",
	]}
		with data.context as _now
		with input as _held([{"expires": "2026-12-31"}, object.union(next, {"status": "applied_for"})])
}

_absent := ["no_licence", ["legal", "licences"], "business_permit:PH"]

_messages contains finding.msg if some finding in operating_licences.deny

_faults contains [finding.code, finding.path, object.get(finding, "key", "")] if some finding in operating_licences.deny

_holes contains [finding.code, finding.path, object.get(finding, "key", "")] if {
	some finding in operating_licences.undetermined
}

_remarks contains [finding.code, finding.path, object.get(finding, "key", "")] if {
	some finding in operating_licences.warn
}

_at(i, field) := ["legal", "licences", i, field]

_held(patches) := object.union(_base, _permits(patches))

_permits(patches) := {"legal": {"licences": [object.union(_permit, patch) | some patch in patches]}}

_now := {"as_of": "2026-11-22", "ahead": {"P90D": "2027-02-20"}}

_permit := {
	"type": "business_permit",
	"holder": "vendor",
	"authority": "City of Cebu",
	"jurisdiction": "PH",
	"number": "BP-88412",
	"issued": "2026-01-10",
	"expires": "2027-03-31",
	"status": "valid",
}

_base := {
	"scope": {
		"service": "customer_support",
		"locations": [{"country": "PH", "site": "Cebu"}, {"country": "DE", "site": "Frankfurt"}],
	},
	"legal": {"licences": [_permit]},
	"subcontracting": {"parties": [
		{"id": "nordhost", "countries": ["DE"]},
		{"id": "manila", "countries": ["DE", "PH"]},
	]},
}
