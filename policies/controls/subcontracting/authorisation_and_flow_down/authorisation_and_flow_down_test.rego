package controls.subcontracting.authorisation_and_flow_down_test

import data.controls.subcontracting.authorisation_and_flow_down as flow_down

test_approved_and_bound_party_passes if {
	flow_down.applicable with input as _vendor({}) with data.context as _context
	_faults == set() with input as _vendor({}) with data.context as _context
	_holes == set() with input as _vendor({}) with data.context as _context
}

test_not_applicable_without_parties if {
	every block in [
		{"position": "none"},
		{"position": "none", "parties": []},
		{"position": "permitted_general", "parties": []},
	] {
		manifest := object.union(json.remove(_base, ["/subcontracting"]), {"subcontracting": block})
		not flow_down.applicable with input as manifest with data.context as _context
		_holes == set() with input as manifest with data.context as _context
	}
}

test_applicable_when_parties_are_not_told if {
	every pointer, path in {
		"/subcontracting": ["subcontracting"],
		"/subcontracting/position": ["subcontracting", "position"],
		"/subcontracting/parties": ["subcontracting", "parties"],
	} {
		manifest := json.remove(_base, [pointer])
		flow_down.applicable with input as manifest with data.context as _context
		_holes == {["missing", path]} with input as manifest with data.context as _context
	}
}

test_late_approval if {
	_faults == {["approved_late", _at("approved_on")]}
		with input as _vendor({"approved_on": "2026-01-16"}) with data.context as _context
	_faults == set() with input as _vendor({"approved_on": "2026-01-15"}) with data.context as _context
}

test_late_processing_agreement if {
	_faults == {["dpa_late", _at("dpa_signed_on")]}
		with input as _vendor({"dpa_signed_on": "2026-01-16"}) with data.context as _context
	_faults == set() with input as _vendor({"dpa_signed_on": "2026-01-15"}) with data.context as _context
}

test_flow_down if {
	_faults == {["no_flow_down", _at("flow_down")]} with input as _vendor({"flow_down": false})
		with data.context as _context
}

test_audit_right_from_high_on if {
	_faults == {["no_audit_right", _at("audit_rights")]}
		with input as _vendor({"audit_rights": false}) with data.context as _context
	medium := _tiered("medium", {"audit_rights": false})
	_faults == set() with input as medium with data.context as _context
	_holes == set()
		with input as json.remove(medium, ["/subcontracting/parties/0/audit_rights"]) with data.context as _context
}

test_assessment_by_tier if {
	_faults == {["assessment_overdue", _at("last_assessed")]}
		with input as _vendor({"last_assessed": "2025-11-21"}) with data.context as _context
	_faults == set() with input as _vendor({"last_assessed": "2025-11-22"}) with data.context as _context
	_faults == set() with input as _tiered("medium", {"last_assessed": "2024-11-22"}) with data.context as _context
	_faults == {["assessed_in_future", _at("last_assessed")]}
		with input as _vendor({"last_assessed": "2026-11-23"}) with data.context as _context
	_faults == {["assessment_overdue", _at("last_assessed")]} with input as _vendor({}) with data.context as _context
		with data.params.thresholds.subcontractor_review as "none"
}

test_general_permission_needs_notice_and_objection if {
	_faults == set() with input as _general({}) with data.context as _context
	_faults == {["short_notice", ["subcontracting", "notice_period"]]}
		with input as _general({"notice_period": "P29D"}) with data.context as _context
	_faults == {["no_objection_right", ["subcontracting", "objection_right"]]}
		with input as _general({"objection_right": false}) with data.context as _context
	every field in ["notice_period", "objection_right"] {
		_holes == {["missing", ["subcontracting", field]]} with data.context as _context
			with input as json.remove(_general({}), [$"/subcontracting/{field}"])
	}
	_faults == {["short_notice", ["subcontracting", "notice_period"]]} with input as _general({})
		with data.context as _context
		with data.params.thresholds.subcontractor_notice as "none"
}

test_general_permission_for_parties_without_concern if {
	manifest := object.union(
		_general({"notice_period": "P1D", "objection_right": false}),
		{"subcontracting": {"parties": [{"id": "cleaner", "data": []}]}},
	)
	_faults == set() with input as manifest with data.context as _context
	_holes == set() with input as manifest with data.context as _context
}

test_party_without_personal_data_counts_for_a_critical_function if {
	plain := {"id": "nordhost", "data": ["plans"]}
	_holes == set() with input as _critical("supporting", plain) with data.context as _context
	_holes == _asked with data.context as _context
		with input as _critical("supporting", object.union(plain, {"supports_critical_function": true}))
	_holes == _asked with data.context as _context
		with input as _critical("critical_or_important", object.union(plain, {"supports_critical_function": true}))
	_holes == _asked | {["missing", _at("supports_critical_function")]} with data.context as _context
		with input as _critical("critical_or_important", plain)
	_holes == set() with data.context as _context
		with input as _critical("critical_or_important", object.union(plain, {"supports_critical_function": false}))
}

test_unknown_data_is_taken_for_personal if {
	_holes == _asked | {["missing", _at("dpa_signed_on")]}
		with input as _critical("supporting", {"id": "nordhost", "data": ["unheard-of"]}) with data.context as _context
	_holes == {["missing", _at("data")]} with data.context as _context
		with input as json.remove(_vendor({}), ["/subcontracting/parties/0/data"])
}

test_health_records_need_an_agreement if {
	manifest := _vendor({"data": ["records"]})
	_holes == {["missing", _at("baa_signed_on")]} with input as manifest with data.context as _context
	_faults == {["baa_late", _at("baa_signed_on")]} with data.context as _context
		with input as _vendor({"data": ["tickets", "records"], "baa_signed_on": "2026-01-16"})
	_faults == set() with data.context as _context
		with input as _vendor({"data": ["records"], "baa_signed_on": "2026-01-15"})
}

test_missing_fields if {
	every field in ["approved_on", "starts_on", "flow_down", "dpa_signed_on", "audit_rights", "last_assessed"] {
		manifest := json.remove(_vendor({}), [$"/subcontracting/parties/0/{field}"])
		_holes == {["missing", _at(field)]} with input as manifest with data.context as _context
		_faults == set() with input as manifest with data.context as _context
	}
}

# What a party lacks of which nothing is told.
_asked contains ["missing", _at(field)] if {
	some field in ["approved_on", "starts_on", "flow_down", "last_assessed", "audit_rights"]
}

_faults contains [finding.code, finding.path] if some finding in flow_down.deny

_holes contains [finding.code, finding.path] if some finding in flow_down.undetermined

_at(field) := ["subcontracting", "parties", 0, field]

_context := {
	"as_of": "2026-11-22",
	"cutoff": {"P12M": "2025-11-22", "P24M": "2024-11-22"},
	"reached": {},
	"ahead": {},
	"durations": {
		"P1D": {"unit": "seconds", "length": 86400},
		"P29D": {"unit": "seconds", "length": 2505600},
		"P30D": {"unit": "seconds", "length": 2592000},
	},
}

_vendor(patch) := object.union(_base, {"subcontracting": {"parties": [object.union(_party, patch)]}})

_tiered(tier, patch) := object.union(_vendor(patch), {"scope": {
	"risk_tier": tier,
	"data": [{"id": "tickets", "category": "personal_contact", "subjects_estimate": 10}],
}})

_general(patch) := object.union_n([
	_base,
	{"subcontracting": {"position": "permitted_general", "notice_period": "P30D", "objection_right": true}},
	{"subcontracting": patch},
])

_critical(function, party) := object.union(_base, {
	"scope": {"function": function},
	"subcontracting": {"parties": [party]},
})

_party := {
	"id": "nordhost",
	"data": ["tickets"],
	"approved_on": "2025-12-01",
	"starts_on": "2026-01-15",
	"flow_down": true,
	"dpa_signed_on": "2025-12-20",
	"audit_rights": true,
	"last_assessed": "2026-05-05",
}

_base := {
	"scope": {
		"risk_tier": "high",
		"function": "supporting",
		"regimes": ["gdpr"],
		"data": [
			{"id": "tickets", "category": "personal_contact", "subjects_estimate": 10},
			{"id": "records", "category": "phi", "subjects_estimate": 10},
			{"id": "plans", "category": "business_internal"},
		],
	},
	"subcontracting": {"position": "permitted_specific", "parties": [_party]},
	"derived": {"durations": {}},
}
