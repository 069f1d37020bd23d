package controls.governance.due_diligence_test

import data.controls.governance.due_diligence

test_current_due_diligence_passes if {
	_faults == set() with data.context as _now with input as _base
	_holes == set() with data.context as _now with input as _base
}

test_every_field_is_needed if {
	every field in object.keys(_base.due_diligence) {
		path := ["due_diligence", field]
		_holes == {path} with data.context as _now with input as json.remove(_base, [$"/due_diligence/{field}"])
		_faults == set() with data.context as _now with input as json.remove(_base, [$"/due_diligence/{field}"])
	}
	_holes == {["due_diligence"]} with data.context as _now with input as json.remove(_base, ["/due_diligence"])
}

test_examined_before_signing if {
	_faults == set() with data.context as _now with input as _with({"performed_on": "2025-12-20"})
	_faults == {["performed_late", _at("performed_on")]}
		with data.context as _now with input as _with({"performed_on": "2025-12-21"})
}

test_day_of_signing_is_needed_once_there_is_a_contract if {
	_holes == {["contract", "signed_on"]}
		with data.context as _now with input as json.remove(_base, ["/contract/signed_on"])
	_holes == set() with data.context as _now with input as json.remove(_prospective, ["/contract/signed_on"])
	_faults == set() with data.context as _now with input as json.remove(_prospective, ["/contract/signed_on"])
}

test_the_future_does_not_count if {
	every field in ["reviewed_on", "business_case_approved_on"] {
		_faults == {["future_date", _at(field)]} with data.context as _now with input as _with({field: "2026-11-23"})
		_faults == set() with data.context as _now with input as _with({field: "2026-11-22"})
	}
	_faults == {["future_date", _at("performed_on")], ["performed_late", _at("performed_on")]}
		with data.context as _now with input as _with({"performed_on": "2026-11-23"})
}

test_review_by_tier if {
	_faults == set() with data.context as _now with input as _with({"reviewed_on": "2025-11-22"})
	_faults == {["review_overdue", _at("reviewed_on")]}
		with data.context as _now with input as _with({"reviewed_on": "2025-11-21"})
	_faults == set()
		with data.context as _now with input as object.union(_with({"reviewed_on": "2025-11-21"}), _medium)
	_faults == {["review_overdue", _at("reviewed_on")]}
		with data.context as _now with input as object.union(_with({"reviewed_on": "2024-11-21"}), _medium)
}

test_outcome if {
	_faults == {["not_acceptable", _at("outcome")]}
		with data.context as _now with input as _with({"outcome": "not_acceptable"})
	_faults == {["not_acceptable", _at("outcome")]}
		with data.context as _now with input as _with({"outcome": "pending"})
}

test_no_alternatives_is_a_warning if {
	_warnings == set() with data.context as _now with input as _with({"alternatives_considered": 1})
	_warnings == {["no_alternatives", _at("alternatives_considered")]}
		with data.context as _now with input as _with({"alternatives_considered": 0})
}

test_conditions if {
	_faults == set() with data.context as _now with input as _conditional([{"due": "2026-11-22"}])
	_faults == {["condition_overdue", ["due_diligence", "conditions", 0, "due"]]}
		with data.context as _now with input as _conditional([{"due": "2026-11-21"}])
	_faults == set()
		with data.context as _now with input as _conditional([{"due": "2026-11-21", "closed_on": "2026-11-22"}])
	_faults == {["no_conditions", _at("conditions")]} with data.context as _now with input as _conditional([])
	_holes == {["due_diligence", "conditions"]}
		with data.context as _now with input as _with({"outcome": "acceptable_with_conditions"})
	_holes == {["due_diligence", "conditions", 0, "due"]} with data.context as _now with input as _conditional([{}])
}

test_closed_in_the_future_is_open if {
	at := ["due_diligence", "conditions", 0]
	_faults == {["future_date", array.concat(at, ["closed_on"])], ["condition_overdue", array.concat(at, ["due"])]}
		with data.context as _now with input as _conditional([{"due": "2026-11-21", "closed_on": "2026-11-23"}])
}

test_conflict_of_interest if {
	_faults == set() with data.context as _now with input as _with({"conflict_of_interest": "managed"})
	_faults == {["conflict_unmanaged", _at("conflict_of_interest")]}
		with data.context as _now with input as _with({"conflict_of_interest": "unmanaged"})
}

test_references_by_tier if {
	_faults == {["too_few_references", _at("references")]} with data.context as _now with input as _with({"references": 2})
	_faults == set() with data.context as _now with input as object.union(_with({"references": 2}), _medium)
	_faults == {["too_few_references", _at("references")]}
		with data.context as _now with input as object.union(_with({"references": 1}), _medium)
}

test_no_threshold_is_no_pass if {
	_faults == {["review_overdue", _at("reviewed_on")], ["too_few_references", _at("references")]}
		with data.context as _now with input as _base with data.params.thresholds as {}
	nothing := {"due_diligence": {"high": null}, "references": {"high": null}}
	_faults == set() with data.context as _now with data.params.thresholds as nothing
		with input as _with({"reviewed_on": "2000-01-01", "references": 0})
}

_faults contains [finding.code, finding.path] if some finding in due_diligence.deny

_warnings contains [finding.code, finding.path] if some finding in due_diligence.warn

_holes contains finding.path if some finding in due_diligence.undetermined

_at(field) := ["due_diligence", field]

_with(patch) := object.union(_base, {"due_diligence": patch})

_conditional(patches) := _with({
	"outcome": "acceptable_with_conditions",
	"conditions": [object.union({"id": "C-1"}, patch) | some patch in patches],
})

_medium := {"scope": {"risk_tier": "medium"}}

_prospective := object.union(_base, {"metadata": {"lifecycle": "prospective"}, "contract": {"effective": "2027-01-01"}})

_now := {"as_of": "2026-11-22", "cutoff": {"P12M": "2025-11-22", "P24M": "2024-11-22"}}

_base := {
	"metadata": {"lifecycle": "active"},
	"scope": {"risk_tier": "high", "function": "supporting", "data": []},
	"contract": {"signed_on": "2025-12-20", "effective": "2026-01-15"},
	"due_diligence": {
		"performed_on": "2025-11-10",
		"reviewed_on": "2026-10-05",
		"outcome": "acceptable",
		"references": 3,
		"conflict_of_interest": "none",
		"engagement_model": "dedicated_team",
		"alternatives_considered": 4,
		"business_case_approved_on": "2025-11-28",
	},
}
