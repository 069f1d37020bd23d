package controls.service_quality.service_levels_test

import data.controls.service_quality.service_levels

test_agreed_levels_pass if {
	_faults == set() with input as _base
	_holes == set() with input as _base
}

test_fields_of_a_level_are_needed if {
	every field in ["comparator", "target", "unit", "window", "credit"] {
		_holes == {["service_levels", 0, field]} with input as json.remove(_base, [$"/service_levels/0/{field}"])
		_faults == set() with input as json.remove(_base, [$"/service_levels/0/{field}"])
	}
	_holes == {["service_levels"]} with input as json.remove(_base, ["/service_levels"])
	_faults == set() with input as json.remove(_base, ["/service_levels"])
	_holes == {["scope", "channels"]} with input as json.remove(_base, ["/scope/channels"])
}

test_metrics_of_the_service if {
	_faults == {["no_metric", ["service_levels"], "on_time"]} with input as _levels([{}])
	_faults == {
		["no_metric", ["service_levels"], "accuracy"],
		["no_metric", ["service_levels"], "on_time"],
		["channel_without_metric", ["scope", "channels", 0], ""],
	} with input as _levels([])
}

test_an_unknown_service_is_no_pass if {
	{["scope", "service"]} == _holes with input as json.remove(_base, ["/scope/service"])
	_faults == {["no_metric", ["service_levels"], "what the catalogue asks for"]}
		with input as object.union(_base, {"scope": {"service": "odd"}})
}

test_targets_by_tier if {
	_faults == set() with input as _levels([{"target": 99}, _punctual])
	_faults == {["target_too_low", ["service_levels", 0, "target"], ""]}
		with input as _levels([{"target": 98.9}, _punctual])
	_faults == set()
		with input as object.union(_levels([{"target": 98.9}, _punctual]), {"scope": {"risk_tier": "medium"}})
	_faults == set()
		with input as object.union(_levels([{"target": 1}, _punctual]), {"scope": {"risk_tier": "low"}})
}

test_a_ceiling_is_no_floor if {
	_faults == {["wrong_comparator", ["service_levels", 0, "comparator"], ""]}
		with input as _levels([{"comparator": "lte"}, _punctual])
	_faults == {["wrong_comparator", ["service_levels", 0, "comparator"], ""]}
		with input as object.union(_levels([{"comparator": "lte"}, _punctual]), {"scope": {"risk_tier": "low"}})
}

test_a_floor_is_no_ceiling if {
	every metric, comparator in {"csat": "lte", "complaint_rate": "gte", "resolution_time": "gte"} {
		_faults == {["wrong_comparator", ["service_levels", 2, "comparator"], ""]}
			with input as _levels([{}, _punctual, {"metric": metric, "comparator": comparator}])
	}
	_faults == set() with input as _levels([{}, _punctual, {"metric": "laughter", "comparator": "lte"}])
}

test_a_direction_that_nobody_tells_finds_fault if {
	untold := object.remove(data.params.service_types, ["comparators"])
	_faults == set() with input as _base with data.params.service_types as untold
	_faults == {["wrong_comparator", ["service_levels", i, "comparator"], ""] | some i in [0, 1]} with input as _base
		with data.params.service_types as untold
		with data.params.thresholds.sla as {}
}

test_a_target_in_another_unit if {
	_faults == {["wrong_unit", ["service_levels", 0, "unit"], ""]}
		with input as _levels([{"unit": "per_mille", "target": 990}, _punctual])
}

test_other_metrics_may_have_any_unit if {
	first_answer := {"metric": "first_answer", "comparator": "lte", "target": 60, "unit": "seconds"}
	_faults == set() with input as _levels([{}, _punctual, first_answer])
}

test_credit_from_tier_high_on if {
	free := _levels([{"credit": false}, _punctual])
	_faults == {["no_credit", ["service_levels", 0, "credit"], ""]} with input as free
	_faults == set() with input as object.union(free, {"scope": {"risk_tier": "medium"}})
	_holes == set()
		with input as json.remove(object.union(_base, {"scope": {"risk_tier": "medium"}}), ["/service_levels/0/credit"])
}

test_channels if {
	two := {"scope": {"channels": ["back_office", "voice"]}}
	_faults == set() with input as object.union(_base, two)
	here := {"channel": "back_office"}
	_faults == {["channel_without_metric", ["scope", "channels", 1], ""]}
		with input as object.union(_levels([here, object.union(_punctual, here)]), two)
	_faults == set() with input as object.union(_levels([here, _punctual]), two)
}

test_a_level_on_a_channel_that_is_not_offered if {
	_faults == {["no_metric", ["service_levels"], "accuracy"]}
		with input as _levels([{"channel": "voice"}, _punctual])
	_faults == set() with input as _levels([{"channel": "voice"}, {"channel": "back_office"}, _punctual])
}

test_a_tier_without_a_row_finds_fault if {
	_faults == {["target_too_low", ["service_levels", 0, "target"], ""]} with input as _base
		with data.params.thresholds.sla as {"accuracy": {"low": null}}
}

_faults contains [finding.code, finding.path, object.get(finding, "key", "")] if some finding in service_levels.deny

_holes contains finding.path if some finding in service_levels.undetermined

_levels(patches) := object.union(_base, {"service_levels": [object.union(_level, patch) | some patch in patches]})

_level := {
	"metric": "accuracy",
	"comparator": "gte",
	"target": 99.5,
	"unit": "percent",
	"window": "P1M",
	"credit": true,
}

_punctual := {"metric": "on_time"}

_base := {
	"scope": {
		"service": "data_entry",
		"channels": ["back_office"],
		"risk_tier": "high",
		"function": "supporting",
		"data": [],
	},
	"service_levels": [_level, object.union(_level, _punctual)],
}
