package controls.incident.response_plan_test

import data.controls.incident.response_plan

test_exercised_and_disclosed_passes if {
	response_plan.applicable with input as _with({}) with data.context as _now
	_faults == set() with input as _with({}) with data.context as _now
	_holes == set() with input as _with({}) with data.context as _now
}

test_applies_from_medium_on if {
	not response_plan.applicable with input as _at("low", {})
	response_plan.applicable with input as _at("medium", {})
}

test_exercise_in_time if {
	_faults == set() with input as _with({"plan_tested_on": "2025-11-22"}) with data.context as _now
	path := ["incident", "plan_tested_on"]
	_faults == {["plan_overdue", path]} with input as _with({"plan_tested_on": "2025-11-21"}) with data.context as _now
	_faults == {["future_date", path]} with input as _with({"plan_tested_on": "2026-11-23"}) with data.context as _now
}

test_client_takes_part_from_high_on if {
	path := ["incident", "client_in_exercise"]
	_faults == {["client_absent", path]} with input as _with({"client_in_exercise": false}) with data.context as _now
	_faults == set() with input as _at("medium", {"client_in_exercise": false}) with data.context as _now
	_holes == {["missing", path]}
		with input as json.remove(_with({}), ["/incident/client_in_exercise"]) with data.context as _now
	_holes == set()
		with input as json.remove(_at("medium", {}), ["/incident/client_in_exercise"]) with data.context as _now
}

test_nothing_listed_is_declared if {
	path := ["incident", "none_declared"]
	_faults == {["none_not_declared", path]} with input as _with({"none_declared": false}) with data.context as _now
	_holes == {["missing", path]}
		with input as json.remove(_with({}), ["/incident/none_declared"]) with data.context as _now
}

test_incidents_and_the_declaration if {
	_faults == set() with input as _happened({}) with data.context as _now
	_holes == set() with input as _happened({}) with data.context as _now
	path := ["incident", "none_declared"]
	_faults == {["contradiction", path]}
		with input as object.union(_happened({}), {"incident": {"none_declared": true}}) with data.context as _now
}

test_history_covers_three_years if {
	_faults == set() with input as _happened({"occurred_on": "2023-11-22"}) with data.context as _now
	path := ["incident", "none_declared"]
	_faults == {["none_not_declared", path]}
		with input as _happened({"occurred_on": "2023-11-21"}) with data.context as _now
	old := object.union(_happened({"occurred_on": "2023-11-21"}), {"incident": {"none_declared": true}})
	_faults == set() with input as old with data.context as _now
}

test_incident_fields if {
	every field in ["occurred_on", "root_cause", "closed_on"] {
		_holes == {["missing", ["incident", "history", 0, field]]}
			with input as json.remove(_happened({}), [$"/incident/history/0/{field}"]) with data.context as _now
	}
}

test_days_of_an_incident if {
	_faults == {["closed_too_early", ["incident", "history", 0, "closed_on"]]}
		with input as _happened({"closed_on": "2025-06-02"}) with data.context as _now
	_faults == {["future_date", ["incident", "history", 0, "closed_on"]]}
		with input as _happened({"closed_on": "2026-11-23"}) with data.context as _now
	_faults == {
		["future_date", ["incident", "history", 0, "occurred_on"]],
		["closed_too_early", ["incident", "history", 0, "closed_on"]],
	} with input as _happened({"occurred_on": "2026-11-23"}) with data.context as _now
}

test_what_became_public if {
	public := object.union(_with({}), {"oversight": {"undisclosed_incidents": [{"id": "U-1"}, {"id": "U-2"}]}})
	_faults == {
		["undisclosed", ["oversight", "undisclosed_incidents", 0]],
		["undisclosed", ["oversight", "undisclosed_incidents", 1]],
	} with input as public with data.context as _now
}

test_missing_fields if {
	every path in [["incident"], ["incident", "plan_tested_on"], ["incident", "history"]] {
		_holes == {["missing", path]} with input as json.remove(_with({}), [path]) with data.context as _now
		_faults == set() with input as json.remove(_with({}), [path]) with data.context as _now
	}
}

test_limits_that_are_not_there_find_fault if {
	bare := object.remove(data.params.thresholds, ["incident_plan_test", "incident_history"])
	_faults == {["plan_overdue", ["incident", "plan_tested_on"]]}
		with input as _with({}) with data.context as _now with data.params.thresholds as bare
}

_faults contains [finding.code, finding.path] if some finding in response_plan.deny

_holes contains [finding.code, finding.path] if some finding in response_plan.undetermined

_with(patch) := object.union(_base, {"incident": patch})

_at(tier, patch) := object.union(_with(patch), {"scope": {"risk_tier": tier}})

_happened(patch) := _with({"none_declared": false, "history": [object.union(_incident, patch)]})

_incident := {"id": "I-1", "occurred_on": "2025-06-03", "root_cause": "A lost badge", "closed_on": "2025-07-01"}

_now := {"as_of": "2026-11-22", "cutoff": {"P12M": "2025-11-22", "P36M": "2023-11-22"}}

_base := {
	"scope": {
		"risk_tier": "high",
		"function": "supporting",
		"regimes": [],
		"data": [{"id": "plans", "category": "business_internal"}],
	},
	"incident": {
		"plan_tested_on": "2026-04-14",
		"client_in_exercise": true,
		"none_declared": true,
		"history": [],
	},
}
