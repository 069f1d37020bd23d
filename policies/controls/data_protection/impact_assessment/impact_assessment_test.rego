package controls.data_protection.impact_assessment_test

import data.controls.data_protection.impact_assessment

_context := {"as_of": "2026-11-22", "cutoff": {"P12M": "2025-11-22", "P24M": "2024-11-22"}, "reached": {}, "ahead": {}}

_manifest := {
	"scope": {
		"function": "supporting",
		"risk_tier": "high",
		"regimes": ["gdpr"],
		"systematic_monitoring": false,
		"data": [{"id": "d", "category": "personal_contact", "subjects_estimate": 49999}],
	},
	"contract": {"effective": "2026-01-15"},
	"data_protection": {
		"ropa": {"reviewed_on": "2026-06-01"},
		"dpia": {
			"required": true,
			"performed_on": "2025-12-01",
			"reviewed_on": "2026-09-14",
			"outcome": "mitigated",
		},
	},
}

_scoped(fields) := object.union(_manifest, {"scope": fields})

_assessed(fields) := object.union(_manifest, {"data_protection": {"dpia": fields}})

_unassessed(manifest) := object.union(
	json.remove(manifest, ["/data_protection/dpia"]),
	{"data_protection": {"dpia": {"required": false}}},
)

_without(paths) := json.remove(_manifest, paths)

_health := {"data": [{"id": "d", "category": "special_health", "subjects_estimate": 1}]}

test_sound_manifest_passes if {
	impact_assessment.applicable with input as _manifest with data.context as _context
	_faults == set() with input as _manifest with data.context as _context
	_holes == set() with input as _manifest with data.context as _context
}

test_not_applicable_without_personal_data if {
	not impact_assessment.applicable with input as _scoped({"data": [{"id": "d", "category": "trade_secret"}]})
}

test_record_overdue if {
	_faults == {["ropa_overdue", ["data_protection", "ropa", "reviewed_on"]]} with data.context as _context
		with input as object.union(_manifest, {"data_protection": {"ropa": {"reviewed_on": "2025-11-21"}}})
}

test_nothing_calls_for_an_assessment if {
	_faults == set() with input as _unassessed(_manifest) with data.context as _context
	_holes == set() with input as _unassessed(_manifest) with data.context as _context
}

test_what_calls_for_an_assessment if {
	every fields, cause in {
		_health: "data category special_health",
		{"data": [{"id": "d", "category": "criminal_offence"}]}: "data category criminal_offence",
		{"data": [{"id": "d"}]}: "data category unknown",
		{"data": [
			{"id": "d", "category": "personal_contact", "subjects_estimate": 49999},
			{"id": "e", "category": "personal_location", "subjects_estimate": 1},
			{"id": "f", "category": "public", "subjects_estimate": 1000000},
		]}: "50000 data subjects",
		{"systematic_monitoring": true}: "systematic monitoring",
	} {
		expected := $"no impact assessment is held to be necessary, but it is, because of {cause}"
		_messages == {expected} with data.context as _context with input as _unassessed(_scoped(fields))
	}
}

test_what_may_call_for_an_assessment_is_asked_for if {
	every path, hole in {
		"/scope/systematic_monitoring": ["scope", "systematic_monitoring"],
		"/scope/data/0/subjects_estimate": ["scope", "data", 0, "subjects_estimate"],
	} {
		unknown := _unassessed(_without([path]))
		_faults == set() with input as unknown with data.context as _context
		_holes == {hole} with input as unknown with data.context as _context
	}
}

test_in_doubt_an_assessment_is_judged if {
	manifest := object.union(_without(["/scope/systematic_monitoring"]), {"data_protection": {"dpia": {
		"required": false,
		"outcome": "not_acceptable",
	}}})
	_faults == {["risk_remains", _dpia("outcome")]} with input as manifest with data.context as _context
}

test_an_assessment_that_nothing_calls_for_is_not_judged if {
	manifest := _assessed({"required": false, "outcome": "not_acceptable", "reviewed_on": "2020-01-01"})
	_faults == set() with input as manifest with data.context as _context
}

test_performed_in_time if {
	_faults == set() with input as _assessed({"performed_on": "2026-01-15"}) with data.context as _context
	_faults == {["performed_late", _dpia("performed_on")]} with input as _assessed({"performed_on": "2026-01-16"})
		with data.context as _context
	earlier := object.union(_manifest, {"data_protection": {"processing_start": "2025-11-30"}})
	_faults == {["performed_late", _dpia("performed_on")]} with input as earlier with data.context as _context
}

test_access_and_service_begin_the_processing if {
	every field in ["first_access_on", "live_since"] {
		_faults == {["performed_late", _dpia("performed_on")]} with input as _scoped({field: "2025-11-30"})
			with data.context as _context
		told := object.union(_scoped({field: "2025-11-30"}), {"data_protection": {"processing_start": "2025-12-01"}})
		_faults == set() with input as told with data.context as _context
	}
}

test_the_contract_is_asked_for_unless_the_start_is_told if {
	unsigned := object.union(_without(["/contract"]), {"scope": {"live_since": "2026-01-15"}})
	_holes == {["contract"]} with input as unsigned with data.context as _context
	told := object.union(unsigned, {"data_protection": {"processing_start": "2026-01-15"}})
	_holes == set() with input as told with data.context as _context
}

test_outcomes if {
	every outcome in ["acceptable", "mitigated", "prior_consultation_done"] {
		_faults == set() with input as _assessed({"outcome": outcome}) with data.context as _context
	}
	every outcome in ["high_residual_risk", "not_acceptable"] {
		_faults == {["risk_remains", _dpia("outcome")]} with input as _assessed({"outcome": outcome})
			with data.context as _context
	}
}

test_review_overdue if {
	_faults == {["overdue", _dpia("reviewed_on")]} with input as _assessed({"reviewed_on": "2025-11-21"})
		with data.context as _context
	_faults == set() with data.context as _context
		with input as object.union(_assessed({"reviewed_on": "2025-11-21"}), {"scope": {"risk_tier": "medium"}})
}

test_review_is_overdue_when_its_period_is_unknown if {
	_faults == {["overdue", _dpia("reviewed_on")]} with input as _manifest with data.context as _context
		with data.params.thresholds.dpia_review as "none"
	_faults == {["overdue", _dpia("reviewed_on")]} with input as _manifest with data.context as _context
		with data.params.thresholds as object.remove(data.params.thresholds, ["dpia_review"])
	_faults == set() with input as _assessed({"reviewed_on": "2020-01-01"}) with data.context as _context
		with data.params.thresholds.dpia_review as {"high": null}
}

test_plans_do_not_count if {
	manifest := object.union(_assessed({"performed_on": "2026-11-23", "reviewed_on": "2026-11-23"}), {
		"contract": {"effective": "2027-01-01"},
		"data_protection": {"ropa": {"reviewed_on": "2026-11-23"}},
	})
	_faults == {
		["future_date", _dpia("performed_on")],
		["future_date", _dpia("reviewed_on")],
		["future_date", ["data_protection", "ropa", "reviewed_on"]],
	} with input as manifest with data.context as _context
}

test_missing_fields if {
	every path, hole in {
		"/scope/data": ["scope", "data"],
		"/data_protection": ["data_protection"],
		"/data_protection/ropa": ["data_protection", "ropa"],
		"/data_protection/dpia": ["data_protection", "dpia"],
		"/data_protection/dpia/performed_on": _dpia("performed_on"),
		"/data_protection/dpia/reviewed_on": _dpia("reviewed_on"),
		"/data_protection/dpia/outcome": _dpia("outcome"),
		"/contract/effective": ["contract", "effective"],
	} {
		_holes == {hole} with input as _without([path]) with data.context as _context
	}
}

test_whether_it_is_required_may_be_left_open if {
	_holes == set() with input as _without(["/data_protection/dpia/required"]) with data.context as _context
}

_dpia(field) := ["data_protection", "dpia", field]

_faults contains [finding.code, finding.path] if some finding in impact_assessment.deny

_messages contains finding.msg if some finding in impact_assessment.deny

_holes contains finding.path if {
	some finding in impact_assessment.undetermined
	finding.code == "missing"
}
