package controls.continuity.exit_plan_test

import data.controls.continuity.exit_plan

test_a_rehearsed_plan_passes if {
	exit_plan.applicable with data.context as _now with input as _base
	_faults == set() with data.context as _now with input as _base
	_holes == set() with data.context as _now with input as _base
}

test_applicable_from_high_on if {
	not exit_plan.applicable with data.context as _now with input as _tier("medium")
	exit_plan.applicable
		with data.context as _now
		with input as object.union(_tier("medium"), {"scope": {"function": "critical_or_important"}})
		with data.params.tiers.function_floor as {"critical_or_important": "low", "supporting": "low"}
	exit_plan.applicable with data.context as _now with input as {}
}

test_the_plan_is_the_clients if {
	_faults == {["vendor_owns_plan", _at("owner"), ""]}
		with data.context as _now with input as _with({"owner": "vendor"})
}

test_review if {
	_faults == set() with data.context as _now with input as _with({"reviewed_on": "2025-11-22"})
	_faults == {["review_overdue", _at("reviewed_on"), ""]}
		with data.context as _now with input as _with({"reviewed_on": "2025-11-21"})
}

test_rehearsal if {
	_faults == set() with data.context as _now with input as _with({"tested_on": "2024-11-22"})
	_faults == {["test_overdue", _at("tested_on"), ""]}
		with data.context as _now with input as _with({"tested_on": "2024-11-21"})
	critical := object.union(_tier("critical"), {"continuity": {"exit": {"transition_period": "P12M"}}})
	_faults == {["test_overdue", _at("tested_on"), ""], ["notice_too_short", ["contract", "notice_by_vendor"], ""]}
		with data.context as _now
		with input as object.union(critical, {"continuity": {"exit": {"tested_on": "2025-11-21"}}})
}

test_no_rehearsal_is_not_asked if {
	manifest := json.remove(_base, ["/continuity/exit/tested_on"])
	_holes == {["missing", _at("tested_on"), ""]} with data.context as _now with input as manifest
	_holes == set()
		with data.context as _now with input as manifest with data.params.thresholds.exit_test as {"high": null}
	_faults == set() with data.context as _now with input as _with({"tested_on": "2020-01-01"})
		with data.params.thresholds.exit_test as {"high": null}
}

test_time_for_the_move if {
	_faults == {["transition_too_short", _at("transition_period"), ""]}
		with data.context as _now with input as _with({"transition_period": "P3M"})
	_faults == set() with data.context as _now with input as _with({"transition_period": "P3M"})
		with data.params.thresholds.transition_period as {"high": null}
	_messages == {"the plan allows P3M for the move; tier high asks for P6M"}
		with data.context as _now with input as _with({"transition_period": "P3M"})
}

test_limits_that_are_not_there_find_fault if {
	bare := object.remove(data.params.thresholds, ["exit_review", "exit_test", "transition_period"])
	_faults == {
		["review_overdue", _at("reviewed_on"), ""],
		["test_overdue", _at("tested_on"), ""],
		["transition_too_short", _at("transition_period"), ""],
	}
		with data.context as _now with input as _base with data.params.thresholds as bare
}

test_triggers if {
	_faults == {
		["trigger_missing", _at("triggers"), "breach"],
		["trigger_missing", _at("triggers"), "regulator"],
	} with data.context as _now with input as _with({"triggers": ["quality", "insolvency", "force_majeure"]})
	count(_faults) == 4 with data.context as _now with input as _with({"triggers": []})
}

test_notice_of_the_vendor if {
	_faults == {["notice_too_short", ["contract", "notice_by_vendor"], ""]}
		with data.context as _now with input as _noticed("P3M")
	_faults == set() with data.context as _now with input as _noticed("P12M")
	_messages == {"the vendor may leave with P3M notice, but the move takes P6M"}
		with data.context as _now with input as _noticed("P3M")
}

test_what_is_still_to_come_does_not_count if {
	every field in ["reviewed_on", "tested_on"] {
		_faults == set() with data.context as _now with input as _with({field: "2026-11-22"})
		_faults == {["in_future", _at(field), ""]}
			with data.context as _now with input as _with({field: "2026-11-23"})
	}
}

test_after_the_end_data_must_still_come_back if {
	exit_plan.exit_duty
	_faults == set() with data.context as _now with input as _ended({})
	_holes == set() with data.context as _now with input as _ended({})
	_faults == {["vendor_owns_plan", _at("owner"), ""]}
		with data.context as _now with input as _ended({"owner": "vendor"})
	_holes == {["missing", _at("data_return_format"), ""]}
		with data.context as _now with input as json.remove(_ended({}), ["/continuity/exit/data_return_format"])
	_holes == {["missing", ["continuity"], ""]}
		with data.context as _now with input as json.remove(_ended({}), ["/continuity"])
}

test_missing_fields if {
	every field in ["owner", "data_return_format", "reviewed_on", "tested_on", "transition_period", "triggers"] {
		manifest := json.remove(_base, [$"/continuity/exit/{field}"])
		_holes == {["missing", _at(field), ""]} with data.context as _now with input as manifest
		_faults == set() with data.context as _now with input as manifest
	}
	_holes == {["missing", ["contract", "notice_by_vendor"], ""]}
		with data.context as _now with input as json.remove(_base, ["/contract/notice_by_vendor"])
}

_faults contains [finding.code, finding.path, object.get(finding, "key", "")] if some finding in exit_plan.deny

_holes contains [finding.code, finding.path, object.get(finding, "key", "")] if some finding in exit_plan.undetermined

_messages contains finding.msg if some finding in exit_plan.deny

_at(field) := ["continuity", "exit", field]

_with(patch) := object.union(_base, {"continuity": {"exit": patch}})

_noticed(notice) := object.union(_base, {"contract": {"notice_by_vendor": notice}})

_tier(name) := object.union(_base, {"scope": {"risk_tier": name}})

# Everything that has to do with the time before the end is long past.
_ended(patch) := {
	"metadata": {"lifecycle": "ended"},
	"derived": _base.derived,
	"scope": _base.scope,
	"contract": {"ended_on": "2026-06-30"},
	"continuity": {"exit": object.union(
		{"owner": "client", "data_return_format": "csv", "reviewed_on": "2020-01-01", "tested_on": "2020-01-01"},
		patch,
	)},
}

_now := {
	"as_of": "2026-11-22",
	"cutoff": {"P12M": "2025-11-22", "P24M": "2024-11-22"},
	"durations": {
		"P3M": {"unit": "months", "length": 3},
		"P6M": {"unit": "months", "length": 6},
		"P12M": {"unit": "months", "length": 12},
	},
}

_base := {
	"derived": {"durations": {}},
	"metadata": {"lifecycle": "active"},
	"scope": {
		"risk_tier": "high",
		"function": "supporting",
		"regimes": ["gdpr"],
		"data": [{"id": "plans", "category": "business_internal"}],
	},
	"contract": {"notice_by_vendor": "P6M"},
	"continuity": {"exit": {
		"owner": "client",
		"reviewed_on": "2026-08-01",
		"tested_on": "2026-08-01",
		"transition_period": "P6M",
		"triggers": ["insolvency", "breach", "regulator", "quality"],
		"data_return_format": "csv",
	}},
}
