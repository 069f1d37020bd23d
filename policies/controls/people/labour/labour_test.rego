package controls.people.labour_test

import data.controls.people.labour

test_assessed_consulted_and_fair_passes if {
	labour.applicable with data.context as _now with input as _base
	_faults == set() with data.context as _now with input as _base
	_holes == set() with data.context as _now with input as _base
	labour.warn == set() with data.context as _now with input as _base
}

test_applies_to_distance_lost_jobs_and_high_tiers if {
	near := object.union(_base, {
		"scope": {"delivery_model": "onshore", "risk_tier": "medium"},
		"people": {"workforce_impact": {"displaced_roles": 0}},
	})
	not labour.applicable with input as near
	labour.applicable with input as object.union(near, {"scope": {"delivery_model": "nearshore"}})
	labour.applicable with input as object.union(near, {"scope": {"risk_tier": "high"}})
	labour.applicable with input as object.union(near, {"people": {"workforce_impact": {"displaced_roles": 1}}})
	labour.applicable with input as json.remove(near, ["/scope/delivery_model"])
	labour.applicable with input as json.remove(near, ["/people/workforce_impact"])
}

test_every_field_is_needed if {
	every path in [
		["scope", "delivery_model"],
		["scope", "locations"],
		["metadata", "country"],
		["contract", "signed_on"],
		["contract", "effective"],
		["people", "attrition_pct"],
		["people", "workforce_impact", "assessed_on"],
		["people", "workforce_impact", "displaced_roles"],
		["people", "workforce_impact", "consultation", "required"],
		["people", "workforce_impact", "consultation", "completed_on"],
		["people", "labour", "standard"],
		["people", "labour", "attested_on"],
	] {
		without := json.remove(_base, [concat("/", array.concat([""], path))])
		_holes == {path} with data.context as _now with input as without
		_faults == set() with data.context as _now with input as without
	}
}

test_a_prospective_vendor_has_signed_nothing if {
	prospective := json.remove(
		object.union(_base, {"metadata": {"lifecycle": "prospective"}, "contract": {"effective": "2027-01-01"}}),
		["/contract/signed_on"],
	)
	_holes == set() with data.context as _now with input as prospective
	_faults == set() with data.context as _now with input as prospective
}

test_assessed_before_signing if {
	_faults == set() with data.context as _now with input as _impact({"assessed_on": "2025-12-20"})
	_faults == {["assessed_late", _at(["workforce_impact", "assessed_on"])]}
		with data.context as _now with input as _impact({"assessed_on": "2025-12-21"})
}

test_consulted_before_the_start if {
	_faults == set() with data.context as _now with input as _consulted({"completed_on": "2026-01-15"})
	at := _at(["workforce_impact", "consultation", "completed_on"])
	_faults == {["consulted_late", at]}
		with data.context as _now with input as _consulted({"completed_on": "2026-01-16"})
}

test_consultation_where_the_law_asks if {
	voluntary := _consulted({"required": false, "completed_on": "2026-02-01"})
	_faults == set() with data.context as _now with input as voluntary
	_holes == set()
		with data.context as _now
		with input as json.remove(voluntary, ["/people/workforce_impact/consultation/completed_on"])
	nobody := _impact({"displaced_roles": 0})
	_holes == set()
		with data.context as _now with input as json.remove(nobody, ["/people/workforce_impact/consultation"])
}

test_labour_attestation if {
	_faults == set() with data.context as _now with input as _fair({"attested_on": "2025-11-22"})
	at := _at(["labour", "attested_on"])
	_faults == {["attestation_overdue", at]}
		with data.context as _now with input as _fair({"attested_on": "2025-11-21"})
}

test_statement_on_modern_slavery if {
	field := "modern_slavery_statement_on"
	every asked in [
		_fair({"modern_slavery_statement_required": true}),
		object.union(_base, {"metadata": {"country": "GB"}}),
		object.union(_base, {"scope": {"locations": [{"country": "PH"}, {"country": "GB"}]}}),
	] {
		_holes == {_at(["labour", field])} with data.context as _now with input as asked
		good := object.union(asked, {"people": {"labour": {field: "2025-05-22"}}})
		_holes == set() with data.context as _now with input as good
		_faults == set() with data.context as _now with input as good
		old := object.union(asked, {"people": {"labour": {field: "2025-05-21"}}})
		_faults == {["statement_overdue", _at(["labour", field])]} with data.context as _now with input as old
	}
}

test_no_statement_is_asked if {
	small := object.union(
		_fair({"modern_slavery_statement_required": false, "modern_slavery_statement_on": "2020-01-01"}),
		{"metadata": {"country": "GB"}},
	)
	_faults == set() with data.context as _now with input as small
	_holes == set() with data.context as _now with input as json.remove(small, ["/metadata/country"])
}

test_the_future_does_not_count if {
	_faults == {["future_date", _at(["labour", "attested_on"])]}
		with data.context as _now with input as _fair({"attested_on": "2026-11-23"})
	_faults == {["future_date", _at(["labour", "modern_slavery_statement_on"])]}
		with data.context as _now with input as _fair({"modern_slavery_statement_on": "2026-11-23"})
	_faults == set() with data.context as _now with input as _fair({"attested_on": "2026-11-22"})
}

test_attrition_warns_by_tier if {
	_warnings == set() with input as object.union(_base, {"people": {"attrition_pct": 35}})
	many := object.union(_base, {"people": {"attrition_pct": 35.1}})
	_warnings == {["attrition", ["people", "attrition_pct"]]} with input as many
	_warnings == set() with input as object.union(many, {"scope": {"risk_tier": "medium"}})
	_warnings == set() with input as object.union(many, {"scope": {"risk_tier": "low"}})
	_holes == set()
		with data.context as _now
		with input as json.remove(object.union(_base, {"scope": {"risk_tier": "low"}}), ["/people/attrition_pct"])
}

test_attrition_is_told_where_the_control_applies if {
	_warnings == set() with input as object.union(_base, {
		"scope": {"delivery_model": "onshore", "risk_tier": "medium"},
		"people": {"attrition_pct": 90, "workforce_impact": {"displaced_roles": 0}},
	})
}

test_no_threshold_is_no_pass if {
	_faults == {["attestation_overdue", _at(["labour", "attested_on"])]}
		with data.context as _now with input as _base with data.params.thresholds as {}
	_warnings == {["attrition", ["people", "attrition_pct"]]}
		with data.context as _now with input as _base with data.params.thresholds as {}
	_holes == {_at(["labour", "modern_slavery_statement_on"])}
		with data.context as _now with input as _base with data.params.thresholds as {}
}

_faults contains [finding.code, finding.path] if some finding in labour.deny

_holes contains finding.path if some finding in labour.undetermined

_warnings contains [finding.code, finding.path] if some finding in labour.warn

_at(path) := array.concat(["people"], path)

_impact(patch) := object.union(_base, {"people": {"workforce_impact": patch}})

_consulted(patch) := _impact({"consultation": patch})

_fair(patch) := object.union(_base, {"people": {"labour": patch}})

_now := {"as_of": "2026-11-22", "cutoff": {"P12M": "2025-11-22", "P18M": "2025-05-22"}}

_base := {
	"metadata": {"lifecycle": "active", "country": "PH"},
	"scope": {
		"risk_tier": "high",
		"function": "supporting",
		"delivery_model": "offshore",
		"locations": [{"country": "PH"}, {"country": "DE"}],
		"data": [],
	},
	"contract": {"signed_on": "2025-12-20", "effective": "2026-01-15"},
	"people": {
		"attrition_pct": 22,
		"workforce_impact": {
			"assessed_on": "2025-11-20",
			"displaced_roles": 12,
			"consultation": {"required": true, "completed_on": "2025-12-10"},
		},
		"labour": {"standard": "ilo_core", "attested_on": "2026-05-01"},
	},
}
