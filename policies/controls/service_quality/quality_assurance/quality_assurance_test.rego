package controls.service_quality.quality_assurance_test

import data.controls.service_quality.quality_assurance

test_checked_and_told_passes if {
	_faults == set() with data.context as _now with input as _base
	_holes == set() with data.context as _now with input as _base
}

test_every_field_is_needed if {
	every field in object.keys(_base.quality) {
		_holes == {["quality", field]}
			with data.context as _now with input as json.remove(_base, [$"/quality/{field}"])
	}
	_holes == {["quality"]} with data.context as _now with input as json.remove(_base, ["/quality"])
}

test_feedback_is_asked_from_tier_high_on if {
	medium := object.union(_base, {"scope": {"risk_tier": "medium"}})
	_holes == set()
		with data.context as _now
		with input as json.remove(medium, ["/quality/feedback_cadence", "/quality/last_feedback"])
	_faults == set() with data.context as _now with input as object.union(medium, {
		"quality": {"feedback_cadence": "P3M"},
		"derived": {"due": {"quality.last_feedback": "2026-01-01"}},
	})
}

test_sampling_by_tier if {
	_faults == set() with data.context as _now with input as _with({"sampling_rate_pct": 3})
	little := _with({"sampling_rate_pct": 2.9})
	_faults == {["sampling_too_low", "sampling_rate_pct"]} with data.context as _now with input as little
	_faults == set() with data.context as _now with input as object.union(little, {"scope": {"risk_tier": "medium"}})
	_faults == set()
		with data.context as _now with input as little with data.params.thresholds.sampling_pct as {"high": null}
}

test_calibration if {
	_faults == set() with data.context as _now with input as _with({"last_calibration": "2026-08-22"})
	_faults == {["calibration_overdue", "last_calibration"]}
		with data.context as _now with input as _with({"last_calibration": "2026-08-21"})
}

test_feedback if {
	_faults == {["feedback_too_rare", "feedback_cadence"]}
		with data.context as _now with input as _with({"feedback_cadence": "P3M"})
	_faults == set() with data.context as _now with input as _due("2026-11-22")
	_faults == {["feedback_overdue", "last_feedback"]} with data.context as _now with input as _due("2026-11-21")
}

test_defects if {
	_faults == set() with data.context as _now with input as _with({"defect_rate_pct": 4})
	_faults == {["too_many_defects", "defect_rate_pct"]}
		with data.context as _now with input as _with({"defect_rate_pct": 4.1})
}

test_the_future_does_not_count if {
	every field in ["last_calibration", "last_feedback"] {
		_faults == set() with data.context as _now with input as _with({field: "2026-11-22"})
		_faults == {["future_date", field]} with data.context as _now with input as _with({field: "2026-11-23"})
	}
}

test_no_threshold_is_no_pass if {
	_faults == {
		["sampling_too_low", "sampling_rate_pct"],
		["calibration_overdue", "last_calibration"],
		["feedback_too_rare", "feedback_cadence"],
	} with data.context as _now with input as _base with data.params.thresholds as {}
}

_faults contains [finding.code, finding.path[1]] if {
	some finding in quality_assurance.deny
	finding.path[0] == "quality"
}

_holes contains finding.path if some finding in quality_assurance.undetermined

_with(patch) := object.union(_base, {"quality": patch})

_due(day) := object.union(_base, {"derived": {"due": {"quality.last_feedback": day}}})

_now := {
	"as_of": "2026-11-22",
	"cutoff": {"P3M": "2026-08-22"},
	"durations": {"P1M": {"unit": "months", "length": 1}, "P3M": {"unit": "months", "length": 3}},
}

_base := {
	"scope": {"risk_tier": "high", "function": "supporting", "data": []},
	"quality": {
		"written_standard": "Conversation standard 2026",
		"sampling_rate_pct": 3,
		"last_calibration": "2026-10-12",
		"feedback_cadence": "P1M",
		"last_feedback": "2026-11-03",
		"defect_rate_pct": 2,
		"defect_limit_pct": 4,
	},
	"derived": {"due": {"quality.last_feedback": "2026-12-03"}, "durations": {}},
}
