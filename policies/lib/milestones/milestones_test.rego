package lib.milestones_test

import data.lib.milestones

_scope := {"first_access_on": "2026-01-20", "live_since": "2026-01-10"}

_manifest := {
	"scope": _scope,
	"data_protection": {"processing_start": "2026-01-12"},
	"contract": {"effective": "2026-01-15"},
}

test_first_access_as_given if milestones.first_access == "2026-01-20" with input as _manifest

test_first_access_is_the_earliest_beginning if {
	every removed, day in {
		"/none": "2026-01-10",
		"/scope/live_since": "2026-01-12",
	} {
		milestones.first_access == day with input as json.remove(_manifest, ["/scope/first_access_on", removed])
	}
	milestones.first_access == "2026-01-15" with input as {"contract": {"effective": "2026-01-15"}}
}

test_first_access_is_unknown if not milestones.first_access with input as {}

test_processing_start if {
	milestones.processing_start == "2026-01-12" with input as _manifest
	every removed, day in {
		"/none": "2026-01-10",
		"/scope/live_since": "2026-01-15",
		"/scope": "2026-01-15",
	} {
		milestones.processing_start == day with input as json.remove(_manifest, ["/data_protection", removed])
	}
	milestones.processing_start == "2026-01-20" with input as {"scope": {"first_access_on": "2026-01-20"}}
	not milestones.processing_start with input as {}
}
