package controls.assurance.audit_rights_test

import data.controls.assurance.audit_rights

test_full_rights_pass if {
	audit_rights.applicable with input as _vendor({}) with data.context as _context
	_faults == set() with input as _vendor({}) with data.context as _context
	_holes == set() with input as _vendor({}) with data.context as _context
}

test_applicable_from_medium_on if {
	audit_rights.applicable with input as _scoped({"risk_tier": "medium"}) with data.context as _context
	not audit_rights.applicable with input as _scoped({"risk_tier": "low"}) with data.context as _context
}

test_applicable_where_a_processing_agreement_is_needed if {
	data_sets := [{"id": "d", "category": "personal_contact", "subjects_estimate": 1}]
	manifest := _scoped({"risk_tier": "low", "data": data_sets})
	every role, expected in {"processor": true, "joint_controller": true, "independent_controller": false} {
		told := object.union(manifest, {"data_protection": {"role": role}})
		found := _is_applicable with input as told with data.context as _context
			with data.params.data_categories.categories.personal_contact.tier_floor as "low"
		found == expected
	}
	audit_rights.applicable with input as manifest with data.context as _context
		with data.params.data_categories.categories.personal_contact.tier_floor as "low"
}

test_each_right if {
	every code, patch in {
		"no_client_audit": {"client": false},
		"no_site_visits": {"on_site": false},
		"notice_too_long": {"notice": "P11D"},
	} {
		some field, _ in patch
		_faults == {[code, _at(field)]} with input as _vendor(patch) with data.context as _context
	}
}

test_site_visits_from_high_on if {
	manifest := object.union(_scoped({"risk_tier": "medium"}), _rights({"on_site": false}))
	_faults == set() with input as manifest with data.context as _context
	_holes == set() with data.context as _context
		with input as json.remove(manifest, ["/assurance/audit_rights/on_site"])
}

test_notice_by_tier if {
	every tier, limit in {"critical": "P5D", "high": "P10D", "medium": "P30D"} {
		manifest := _scoped({"risk_tier": tier})
		_faults == set()
			with input as object.union(manifest, _rights({"notice": limit})) with data.context as _context
	}
	_faults == {["notice_too_long", _at("notice")]} with data.context as _context
		with input as object.union(_scoped({"risk_tier": "critical"}), _rights({"notice": "P10D"}))
	_faults == {["notice_too_long", _at("notice")]} with input as _vendor({}) with data.context as _context
		with data.params.thresholds.audit_notice as "none"
	_faults == set() with input as _vendor({"notice": "P30D"}) with data.context as _context
		with data.params.thresholds.audit_notice.high as null
}

test_supervisors_by_regime if {
	every regime in ["dora", "eba"] {
		manifest := object.union(_scoped({"regimes": ["gdpr", regime]}), _rights({"regulator": false}))
		_faults == {["no_regulator_audit", _at("regulator")]} with input as manifest with data.context as _context
		_holes == {["missing", _at("regulator")]} with data.context as _context
			with input as json.remove(manifest, ["/assurance/audit_rights/regulator"])
	}
	other := object.union(_scoped({"regimes": ["gdpr"]}), _rights({"regulator": false}))
	_faults == set() with input as other with data.context as _context
	_faults == {["no_regulator_audit", _at("regulator")]} with input as other with data.context as _context
		with data.params.thresholds as object.remove(data.params.thresholds, ["regulator_audit_regimes"])
}

test_certificates_are_not_enough_for_a_critical_function if {
	narrow := _rights({"limited_to": "certificates_only"})
	critical := _scoped({"function": "critical_or_important"})
	_faults == {["certificates_only", _at("limited_to")]}
		with input as object.union(critical, narrow) with data.context as _context
	_faults == set() with data.context as _context
		with input as object.union(critical, _rights({"limited_to": "pooled_audits"}))
	_faults == set() with input as object.union(_vendor({}), narrow) with data.context as _context
	_holes == {["missing", _at("limited_to")]} with data.context as _context
		with input as json.remove(critical, ["/assurance/audit_rights/limited_to"])
	_holes == set() with data.context as _context
		with input as json.remove(_vendor({}), ["/assurance/audit_rights/limited_to"])
}

test_missing_fields if {
	every field in ["client", "on_site", "notice", "cost_terms"] {
		manifest := json.remove(_vendor({}), [$"/assurance/audit_rights/{field}"])
		_holes == {["missing", _at(field)]} with input as manifest with data.context as _context
		_faults == set() with input as manifest with data.context as _context
	}
	every field in ["function", "regimes"] {
		manifest := json.remove(_vendor({}), [$"/scope/{field}"])
		["missing", ["scope", field]] in _holes with input as manifest with data.context as _context
	}
}

default _is_applicable := false

_is_applicable if audit_rights.applicable

_faults contains [finding.code, finding.path] if some finding in audit_rights.deny

_holes contains [finding.code, finding.path] if some finding in audit_rights.undetermined

_at(field) := ["assurance", "audit_rights", field]

_rights(patch) := {"assurance": {"audit_rights": patch}}

_scoped(patch) := object.union(_base, {"scope": patch})

_vendor(patch) := object.union(_base, _rights(patch))

_context := {
	"as_of": "2026-11-22",
	"cutoff": {},
	"reached": {},
	"ahead": {},
	"durations": {
		"P5D": {"unit": "seconds", "length": 432000},
		"P10D": {"unit": "seconds", "length": 864000},
		"P11D": {"unit": "seconds", "length": 950400},
		"P30D": {"unit": "seconds", "length": 2592000},
	},
}

_base := {
	"scope": {
		"risk_tier": "high",
		"function": "supporting",
		"regimes": [],
		"data": [{"id": "plans", "category": "business_internal"}],
	},
	"assurance": {"audit_rights": {
		"client": true,
		"regulator": true,
		"on_site": true,
		"notice": "P5D",
		"limited_to": "none",
		"cost_terms": "Each side bears its own cost.",
	}},
	"derived": {"durations": {}},
}
