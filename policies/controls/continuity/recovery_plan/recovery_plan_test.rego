package controls.continuity.recovery_plan_test

import data.controls.continuity.recovery_plan

test_a_tested_plan_passes if {
	recovery_plan.applicable with data.context as _now with input as _with({})
	_faults == set() with data.context as _now with input as _with({})
	_holes == set() with data.context as _now with input as _with({})
}

test_not_applicable_at_low if {
	not recovery_plan.applicable with data.context as _now with input as _tier("low", {})
	recovery_plan.applicable with data.context as _now with input as _tier("medium", {})
	recovery_plan.applicable with data.context as _now with input as {}
}

test_need_of_the_client if {
	_faults == set()
		with data.context as _now with input as _needing({"required_rto": "PT4H", "required_rpo": "PT1H"})
	_faults == {["rto_too_long", _at("rto")]}
		with data.context as _now with input as _needing({"required_rto": "PT2H"})
	_faults == {["rpo_too_long", _at("rpo")]}
		with data.context as _now with input as _needing({"required_rpo": "PT30M"})
}

test_need_of_the_client_outweighs_the_tier if {
	longer := object.union(_needing({"required_rto": "P2D"}), _bcp({"rto": "P1D"}))
	_faults == set() with data.context as _now with input as longer
}

test_limit_of_the_tier if {
	_faults == set() with data.context as _now with input as _with({"rto": "PT8H", "rpo": "PT4H"})
	_faults == {["rto_too_long", _at("rto")], ["rpo_too_long", _at("rpo")]}
		with data.context as _now with input as _with({"rto": "P1D", "rpo": "P1D"})
	_faults == set() with data.context as _now with input as _tier("medium", {"rto": "P1D", "rpo": "P1D"})
}

test_messages_name_the_need if {
	_messages == {"the service runs again after P1D; the client's need is PT4H"}
		with data.context as _now with input as object.union(_needing({"required_rto": "PT4H"}), _bcp({"rto": "P1D"}))
	_messages == {"data of up to P1D is lost; the limit at tier high is PT4H"}
		with data.context as _now with input as _with({"rpo": "P1D"})
}

test_no_limit_is_not_asked if {
	_faults == set()
		with data.context as _now with input as _with({"rto": "P2D"}) with data.params.thresholds.rto as {"high": null}
	_faults == {["rto_too_long", _at("rto")]}
		with data.context as _now with input as _with({}) with data.params.thresholds.rto as {"high": "P2M"}
}

test_limits_that_are_not_there_find_fault if {
	_faults == {
		["rto_too_long", _at("rto")],
		["rpo_too_long", _at("rpo")],
		["test_overdue", _at("last_tested")],
		["restore_overdue", _at("backups_restored_on")],
	}
		with data.context as _now with input as json.remove(_base, ["/scope/required_rto", "/scope/required_rpo"])
		with data.params.thresholds as object.remove(
			data.params.thresholds,
			["rto", "rpo", "bcp_test", "backup_restore"],
		)
}

test_test_on_time if {
	_faults == set() with data.context as _now with input as _with({"last_tested": "2025-11-22"})
	_faults == {["test_overdue", _at("last_tested")]}
		with data.context as _now with input as _with({"last_tested": "2025-11-21"})
	_faults == set() with data.context as _now with input as _tier("medium", {"last_tested": "2024-11-22"})
	_faults == set() with data.context as _now with input as _with({"last_tested": "2020-01-01"})
		with data.params.thresholds.bcp_test as {"high": null}
}

test_failed_test if {
	_faults == {["test_failed", _at("result")]} with data.context as _now with input as _with({"result": "failed"})
	_faults == set() with data.context as _now with input as _with({"result": "passed_with_actions"})
	_messages == {"the test of unknown date failed"}
		with data.context as _now with input as json.remove(_with({"result": "failed"}), ["/continuity/bcp/last_tested"])
}

test_restored_backup if {
	_faults == set() with data.context as _now with input as _with({"backups_restored_on": "2025-11-22"})
	_faults == {["restore_overdue", _at("backups_restored_on")]}
		with data.context as _now with input as _with({"backups_restored_on": "2025-11-21"})
}

test_what_is_still_to_come_does_not_count if {
	every field in ["last_tested", "backups_restored_on"] {
		_faults == set() with data.context as _now with input as _with({field: "2026-11-22"})
		_faults == {["in_future", _at(field)]} with data.context as _now with input as _with({field: "2026-11-23"})
	}
}

test_second_site_at_critical if {
	every patch in [
		{"sites": 2},
		{"sites": 1, "remote_failover": true},
		{"remote_failover": true},
	] {
		_faults == set() with data.context as _now with input as _tier("critical", patch)
		_holes == set() with data.context as _now with input as _tier("critical", patch)
	}
	_faults == {["single_site", _at("sites")]}
		with data.context as _now with input as _tier("critical", {"sites": 1, "remote_failover": false})
	_faults == set() with data.context as _now with input as _with({"sites": 1, "remote_failover": false})
}

test_second_site_unknown_at_critical if {
	_holes == {["missing", _at("sites")], ["missing", _at("remote_failover")]}
		with data.context as _now with input as _tier("critical", {})
	_holes == {["missing", _at("sites")]}
		with data.context as _now with input as _tier("critical", {"remote_failover": false})
	_holes == {["missing", _at("remote_failover")]}
		with data.context as _now with input as _tier("critical", {"sites": 1})
	_faults == set() with data.context as _now with input as _tier("critical", {"sites": 1})
}

test_missing_fields if {
	every field in ["rto", "rpo", "last_tested", "result", "backups_restored_on"] {
		manifest := json.remove(_with({}), [$"/continuity/bcp/{field}"])
		_holes == {["missing", _at(field)]} with data.context as _now with input as manifest
		_faults == set() with data.context as _now with input as manifest
	}
	_holes == {["missing", ["continuity"]]}
		with data.context as _now with input as json.remove(_with({}), ["/continuity"])
}

_faults contains [finding.code, finding.path] if some finding in recovery_plan.deny

_holes contains [finding.code, finding.path] if some finding in recovery_plan.undetermined

_messages contains finding.msg if some finding in recovery_plan.deny

_at(field) := ["continuity", "bcp", field]

_with(patch) := object.union(_base, _bcp(patch))

_bcp(patch) := {"continuity": {"bcp": patch}}

_needing(patch) := object.union(_base, {"scope": patch})

_tier(name, patch) := object.union(_with(patch), {"scope": {"risk_tier": name}})

_now := {
	"as_of": "2026-11-22",
	"cutoff": {"P12M": "2025-11-22", "P24M": "2024-11-22"},
	"durations": {
		"PT30M": {"unit": "seconds", "length": 1800},
		"PT1H": {"unit": "seconds", "length": 3600},
		"PT2H": {"unit": "seconds", "length": 7200},
		"PT4H": {"unit": "seconds", "length": 14400},
		"PT8H": {"unit": "seconds", "length": 28800},
		"P1D": {"unit": "seconds", "length": 86400},
		"P2D": {"unit": "seconds", "length": 172800},
	},
}

_base := {
	"derived": {"durations": {}},
	"scope": {
		"risk_tier": "high",
		"function": "supporting",
		"regimes": ["gdpr"],
		"data": [{"id": "plans", "category": "business_internal"}],
	},
	"continuity": {"bcp": {
		"rto": "PT4H",
		"rpo": "PT1H",
		"last_tested": "2026-04-22",
		"result": "passed",
		"backups_restored_on": "2026-06-12",
	}},
}
