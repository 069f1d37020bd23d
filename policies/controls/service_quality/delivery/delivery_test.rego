package controls.service_quality.delivery_test

import data.controls.service_quality.delivery

test_kept_targets_pass if {
	delivery.applicable with data.context as _now with input as _base
	_faults == set() with data.context as _now with input as _base
	_holes == set() with data.context as _now with input as _base
}

test_applies_once_live_for_three_months if {
	delivery.applicable with data.context as _now with input as _since("2026-08-22", "2027-01-01")
	not delivery.applicable with data.context as _now with input as _since("2026-08-23", "2020-01-01")
	not delivery.applicable
		with data.context as _now with input as json.remove(_since("", "2026-08-23"), ["/scope/live_since"])
	delivery.applicable
		with data.context as _now with input as json.remove(_since("", "2026-08-22"), ["/scope/live_since"])
}

test_a_start_that_nobody_knows if {
	unknown := json.remove(_base, ["/scope/live_since", "/contract"])
	delivery.applicable with data.context as _now with input as unknown
	_holes == {["scope", "live_since"]} with data.context as _now with input as unknown
}

test_fields_of_a_level_are_needed if {
	every field in ["comparator", "target", "measurements"] {
		_holes == {["service_levels", 0, field]}
			with data.context as _now with input as json.remove(_base, [$"/service_levels/0/{field}"])
		_faults == set() with data.context as _now with input as json.remove(_base, [$"/service_levels/0/{field}"])
	}
	_holes == {["service_levels"]} with data.context as _now with input as json.remove(_base, ["/service_levels"])
	_holes == {["service_levels", 0, "measurements", 0, "actual"]}
		with data.context as _now with input as json.remove(_base, ["/service_levels/0/measurements/0/actual"])
}

test_a_report_that_is_not_there_is_no_pass if {
	_faults == {["no_report", ["service_levels"]]} with data.context as _now
		with input as object.union(_base, {"service_levels": []})
	_faults == {["no_report", _at([])]} with data.context as _now with input as _measured([])
	_faults == {["no_report", _at([])], ["future_date", _at([0, "period_end"])]}
		with data.context as _now with input as _measured([{"period_end": "2026-11-23", "actual": 52}])
}

test_recent_report_by_tier if {
	_faults == set() with data.context as _now with input as _measured([{"period_end": "2026-09-22", "actual": 52}])
	old := _measured([{"period_end": "2026-09-21", "actual": 52}])
	_faults == {["report_overdue", _at([])]} with data.context as _now with input as old
	_faults == set()
		with data.context as _now with input as object.union(old, {"scope": {"risk_tier": "medium"}})
	_faults == set()
		with data.context as _now with input as old with data.params.thresholds.reporting_cadence as {"high": null}
}

test_misses_by_comparator if {
	_faults == set() with data.context as _now with input as _measured([_value("2026-10-31", 60)])
	_faults == {["no_corrective_action", _at([0, "corrective_action"])]}
		with data.context as _now with input as _measured([_value("2026-10-31", 60.1)])
	least := {"comparator": "gte"}
	_faults == set() with data.context as _now with input as _level(least, [_value("2026-10-31", 60)])
	_faults == {["no_corrective_action", _at([0, "corrective_action"])]}
		with data.context as _now with input as _level(least, [_value("2026-10-31", 59.9)])
}

test_misses_by_tier if {
	once := _measured([_miss("2026-10-31")])
	_faults == set() with data.context as _now with input as once
	_faults == {["too_many_misses", _at([])]} with data.context as _now
		with input as object.union(once, {"scope": {"risk_tier": "critical"}})
	twice := _measured([_miss("2026-09-30"), _miss("2026-10-31")])
	_faults == {["too_many_misses", _at([])]} with data.context as _now with input as twice
	_faults == set() with data.context as _now with input as object.union(twice, {"scope": {"risk_tier": "low"}})
	_faults == set()
		with data.context as _now with input as twice with data.params.thresholds.sla_misses as {"high": null}
}

test_only_the_latest_periods_count if {
	latest := [_value(day, 52) | some day in [
		"2026-06-30",
		"2026-07-31",
		"2026-08-31",
		"2026-09-30",
		"2026-10-31",
	]]
	_faults == {["no_corrective_action", _at([0, "corrective_action"])]}
		with data.context as _now with input as _measured(array.concat([_value("2026-05-31", 75)], latest))
	_faults == set() with data.context as _now with input as _measured(array.concat(
		[_value("2026-04-30", 75), _value("2026-05-31", 52)],
		latest,
	))
}

test_periods_to_come_do_not_count if {
	_faults == {["future_date", _at([1, "period_end"])]} with data.context as _now
		with input as _measured([_value("2026-10-31", 52), _value("2026-11-30", 75)])
}

test_capacity if {
	_faults == set() with data.context as _now with input as json.remove(_base, ["/capacity"])
	_holes == {["capacity"]} with data.context as _now with input as json.remove(_base, ["/capacity"])
	every kind in [["overdue_rate_pct", "overdue_limit_pct"], ["backlog", "backlog_limit"]] {
		_holes == set() with data.context as _now
			with input as json.remove(_base, [$"/capacity/{name}" | some name in kind])
	}
	_holes == {["capacity", name] | some name in ["measured_on", "overdue_rate_pct", "overdue_limit_pct"]}
		with data.context as _now
		with input as object.union(json.remove(_base, ["/capacity"]), {"capacity": {}})
	_faults == {["overdue_rate", ["capacity", "overdue_rate_pct"]], ["backlog", ["capacity", "backlog"]]}
		with data.context as _now
		with input as object.union(_base, {"capacity": {"overdue_rate_pct": 3.1, "backlog": 501}})
	every field in object.keys(_base.capacity) {
		_holes == {["capacity", field]}
			with data.context as _now with input as json.remove(_base, [$"/capacity/{field}"])
	}
}

test_capacity_is_measured_as_often_as_the_rest if {
	_faults == set() with data.context as _now with input as _counted("2026-09-22")
	at := ["capacity", "measured_on"]
	_faults == {["report_overdue", at]} with data.context as _now with input as _counted("2026-09-21")
	_faults == {["future_date", at]} with data.context as _now with input as _counted("2026-11-23")
	_faults == set() with data.context as _now
		with input as _counted("2000-01-01") with data.params.thresholds.reporting_cadence as {"high": null}
}

test_applies_to_what_was_measured_long_ago if {
	late := _since("2027-01-01", "2027-01-01")
	not delivery.applicable with data.context as _now with input as late
	measured := object.union(_measured([_value("2026-08-22", 52)]), {"scope": {"live_since": "2027-01-01"}})
	delivery.applicable with data.context as _now with input as measured
	fresh := object.union(_measured([_value("2026-08-23", 52)]), {"scope": {"live_since": "2027-01-01"}})
	not delivery.applicable with data.context as _now with input as fresh
}

test_no_threshold_is_no_pass if {
	delivery.applicable with data.context as _now with input as _base with data.params.thresholds as {}
	queue := ["report_overdue", ["capacity", "measured_on"]]
	_faults == {["report_overdue", _at([])], queue}
		with data.context as _now with input as _base with data.params.thresholds as {}
	_faults == {["report_overdue", _at([])], ["too_many_misses", _at([])], queue} with data.context as _now
		with input as _measured([_miss("2020-10-31"), _value("2026-10-31", 52)]) with data.params.thresholds as {}
}

_faults contains [finding.code, finding.path] if some finding in delivery.deny

_holes contains finding.path if some finding in delivery.undetermined

_at(path) := array.concat(["service_levels", 0, "measurements"], path)

_since(live, effective) := object.union(_base, {"scope": {"live_since": live}, "contract": {"effective": effective}})

_measured(measurements) := _level({}, measurements)

_level(patch, measurements) := object.union(_base, {"service_levels": [object.union_n([
	_first_response,
	patch,
	{"measurements": measurements},
])]})

_counted(day) := object.union(_base, {"capacity": {"measured_on": day}})

_value(day, actual) := {"period_end": day, "actual": actual}

_miss(day) := {"period_end": day, "actual": 75, "corrective_action": "Two agents more from Monday."}

_now := {
	"as_of": "2026-11-22",
	"reached": {"P3M": "2026-08-22"},
	"cutoff": {"P2M": "2026-09-22", "P4M": "2026-07-22", "P6M": "2026-05-22"},
}

_first_response := {
	"metric": "first_response_time",
	"comparator": "lte",
	"target": 60,
	"measurements": [{"period_end": "2026-10-31", "actual": 52}],
}

_base := {
	"scope": {"live_since": "2026-01-15", "risk_tier": "high", "function": "supporting", "data": []},
	"contract": {"effective": "2026-01-15"},
	"service_levels": [_first_response],
	"capacity": {
		"measured_on": "2026-10-31",
		"overdue_rate_pct": 3,
		"overdue_limit_pct": 3,
		"backlog": 500,
		"backlog_limit": 500,
	},
}
