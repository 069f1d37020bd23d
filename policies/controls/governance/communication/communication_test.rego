package controls.governance.communication_test

import data.controls.governance.communication

test_written_protocol_and_meetings_pass if {
	communication.applicable with data.context as _now with input as _base
	_faults == set() with data.context as _now with input as _base
	_holes == set() with data.context as _now with input as _base
}

test_applies_from_medium_on if {
	communication.applicable with input as object.union(_base, {"scope": {"risk_tier": "medium"}})
	not communication.applicable with input as object.union(_base, {"scope": {"risk_tier": "low"}})
	communication.applicable with input as json.remove(_base, ["/scope/risk_tier"])
}

test_every_field_is_needed if {
	every field in object.keys(_base.communication) {
		_holes == {["communication", field]}
			with data.context as _now with input as json.remove(_base, [$"/communication/{field}"])
	}
	_holes == {["scope", "delivery_model"]}
		with data.context as _now with input as json.remove(_base, ["/scope/delivery_model"])
}

test_overlap_is_not_asked_onshore if {
	onshore := object.union(_base, {"scope": {"delivery_model": "onshore"}})
	_holes == set() with data.context as _now with input as json.remove(onshore, ["/communication/overlap_hours"])
	_faults == set()
		with data.context as _now with input as object.union(onshore, {"communication": {"overlap_hours": "PT1H"}})
}

test_channels if {
	_faults == {["no_channels", "channels"]} with data.context as _now with input as _with({"channels": []})
}

test_escalation if {
	_faults == set() with data.context as _now with input as _with({"escalation_levels": 2})
	_faults == {["too_few_escalation_levels", "escalation_levels"]}
		with data.context as _now with input as _with({"escalation_levels": 1})
}

test_cadence_by_tier if {
	quarterly := _with({"meeting_cadence": "P3M"})
	_faults == {["meetings_too_rare", "meeting_cadence"]} with data.context as _now with input as quarterly
	_faults == set()
		with data.context as _now with input as object.union(quarterly, {"scope": {"risk_tier": "medium"}})
	_faults == set()
		with data.context as _now with input as quarterly
		with data.params.thresholds.meeting_cadence as {"high": null}
}

test_due_meeting if {
	_faults == set() with data.context as _now with input as _due("2026-11-22")
	_faults == {["meeting_overdue", "last_meeting"]} with data.context as _now with input as _due("2026-11-21")
}

test_future_meeting if {
	_faults == set() with data.context as _now with input as _with({"last_meeting": "2026-11-22"})
	_faults == {["future_date", "last_meeting"]}
		with data.context as _now with input as _with({"last_meeting": "2026-11-23"})
}

test_overlap if {
	_faults == set() with data.context as _now with input as _with({"overlap_hours": "PT3H"})
	_faults == {["too_little_overlap", "overlap_hours"]}
		with data.context as _now with input as _with({"overlap_hours": "PT1H"})
	_faults == {["too_little_overlap", "overlap_hours"]}
		with data.context as _now with input as json.remove(_with({"overlap_hours": "PT1H"}), ["/scope/delivery_model"])
}

test_no_threshold_is_no_pass if {
	_faults == {
		["too_few_escalation_levels", "escalation_levels"],
		["meetings_too_rare", "meeting_cadence"],
		["too_little_overlap", "overlap_hours"],
	} with data.context as _now with input as _base with data.params.thresholds as {}
}

_faults contains [finding.code, finding.path[1]] if {
	some finding in communication.deny
	finding.path[0] == "communication"
}

_holes contains finding.path if some finding in communication.undetermined

_with(patch) := object.union(_base, {"communication": patch})

_due(day) := object.union(_base, {"derived": {"due": {"communication.last_meeting": day}}})

_now := {"as_of": "2026-11-22", "durations": {
	"P1M": {"unit": "months", "length": 1},
	"P3M": {"unit": "months", "length": 3},
	"PT1H": {"unit": "seconds", "length": 3600},
	"PT3H": {"unit": "seconds", "length": 10800},
	"PT4H": {"unit": "seconds", "length": 14400},
}}

_base := {
	"scope": {"risk_tier": "high", "function": "supporting", "data": [], "delivery_model": "offshore"},
	"communication": {
		"working_language": "en",
		"channels": ["ticket", "video"],
		"escalation_levels": 3,
		"meeting_cadence": "P1M",
		"last_meeting": "2026-11-03",
		"overlap_hours": "PT4H",
	},
	"derived": {"due": {"communication.last_meeting": "2026-12-03"}, "durations": {}},
}
