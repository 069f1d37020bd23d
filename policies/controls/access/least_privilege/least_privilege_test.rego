package controls.access.least_privilege_test

import data.controls.access.least_privilege

test_sound_access_passes if {
	least_privilege.applicable with input as _vendor({}) with data.context as _context
	_faults == set() with input as _vendor({}) with data.context as _context
	_holes == set() with input as _vendor({}) with data.context as _context
}

test_outlives_the_contract if least_privilege.exit_duty

test_not_applicable_to_public_data_only if {
	manifest := _vendor({"scope": {"data": [{"id": "prices", "category": "public"}]}})
	not least_privilege.applicable with input as manifest with data.context as _context
}

test_applicable_when_data_is_unknown if {
	least_privilege.applicable with data.context as _context with input as json.remove(_vendor({}), ["/scope/data"])
}

test_not_role_based if {
	_faults == {["not_role_based", ["access", "role_based"]]}
		with input as _vendor({"access": {"role_based": false}}) with data.context as _context
}

test_review_must_be_completed if {
	every status in ["planned", "in_progress"] {
		_faults == {["review_not_completed", ["access", "last_review", "status"]]}
			with input as _vendor({"access": {"last_review": {"status": status}}}) with data.context as _context
	}
}

test_review_by_tier if {
	_faults == set() with input as _reviewed("high", "2026-05-22") with data.context as _context
	_faults == {_overdue} with input as _reviewed("high", "2026-05-21") with data.context as _context
	_faults == set() with input as _reviewed("low", "2025-11-22") with data.context as _context
	_faults == {_overdue} with input as _reviewed("low", "2025-11-21") with data.context as _context
}

test_review_is_overdue_without_parameter if {
	_faults == {_overdue} with input as _reviewed("high", "2026-11-22") with data.context as _context
		with data.params.thresholds.access_review as null
}

test_review_in_future if {
	_faults == {["review_in_future", ["access", "last_review", "date"]]}
		with input as _reviewed("high", "2026-11-23") with data.context as _context
	_faults == {["review_not_completed", ["access", "last_review", "status"]]}
		with input as object.union(
			_reviewed("high", "2026-11-23"),
			{"access": {"last_review": {"date": "2026-11-23", "status": "planned"}}},
		)
		with data.context as _context
}

test_revocation_by_tier if {
	_faults == set() with data.context as _context with input as _vendor({"access": {"leaver_revocation": "P1D"}})
	_faults == {["slow_revocation", ["access", "leaver_revocation"]]}
		with data.context as _context with input as _vendor({"access": {"leaver_revocation": "PT25H"}})
	_faults == {["slow_revocation", ["access", "leaver_revocation"]]} with data.context as _context
		with data.params.thresholds.leaver_revocation as null
		with input as _vendor({})
}

test_record_from_high_on if {
	_faults == {["short_record", ["access", "logging", "retention"]]}
		with data.context as _context with input as _vendor({"access": {"logging": {"retention": "P11M"}}})
	low := _vendor({"scope": {"risk_tier": "low"}, "access": {"logging": {"retention": "P1M"}}})
	_faults == set() with input as low with data.context as _context
	_holes == set() with input as json.remove(low, ["/access/logging"]) with data.context as _context
	_faults == {["short_record", ["access", "logging", "retention"]]} with input as low with data.context as _context
		with data.params.thresholds.log_retention as "none"
}

test_too_many_persons if {
	_faults == set() with input as _vendor({"access": {"authorised_headcount": 45}}) with data.context as _context
	_faults == {["too_many_persons", ["access", "authorised_headcount"]]}
		with input as _vendor({"access": {"authorised_headcount": 46}}) with data.context as _context
}

test_missing_fields if {
	every path in [
		["access", "role_based"],
		["access", "last_review", "date"],
		["access", "last_review", "status"],
		["access", "leaver_revocation"],
		["access", "logging", "retention"],
		["access", "authorised_headcount"],
		["contract", "headcount"],
	] {
		pointer := concat("", ["/", concat("/", path)])
		manifest := json.remove(_vendor({}), [pointer])
		_holes == {["missing", path]} with input as manifest with data.context as _context
		_faults == set() with input as manifest with data.context as _context
	}
}

test_access_is_closed_after_the_end if {
	_faults == set() with input as _ended({"closed_on": "2026-11-22"}) with data.context as _context
	_holes == set() with input as _ended({"closed_on": "2026-11-22"}) with data.context as _context
	_faults == {["access_open", ["access", "closed_on"]]}
		with input as _ended({"closed_on": "2026-11-23"}) with data.context as _context
	_holes == {["missing", ["access", "closed_on"]]} with input as _ended({}) with data.context as _context
}

test_access_is_not_closed_before_it_begins if {
	every day, expected in {"2026-01-15": set(), "2026-01-14": {["closed_before_start", ["access", "closed_on"]]}} {
		_faults == expected with data.context as _context
			with input as object.union(_ended({"closed_on": day}), {"contract": {"effective": "2026-01-15"}})
	}
}

test_nothing_else_is_asked_after_the_end if {
	bad := _ended({"closed_on": "2026-06-30", "role_based": false, "leaver_revocation": "P30D"})
	_faults == set() with input as bad with data.context as _context
}

test_last_day_of_the_contract if {
	manifest := object.union(_ended({}), {"contract": {"ended_on": "2026-11-22"}})
	not least_privilege.applicable with input as manifest with data.context as _context
	least_privilege.applicable with input as _ended({}) with data.context as _context
}

_overdue := ["review_overdue", ["access", "last_review", "date"]]

_faults contains [finding.code, finding.path] if some finding in least_privilege.deny

_holes contains [finding.code, finding.path] if some finding in least_privilege.undetermined

_context := {
	"as_of": "2026-11-22",
	"cutoff": {"P3M": "2026-08-22", "P6M": "2026-05-22", "P12M": "2025-11-22"},
	"reached": {},
	"ahead": {},
	"durations": {
		"P1D": {"unit": "seconds", "length": 86400},
		"PT24H": {"unit": "seconds", "length": 86400},
		"PT25H": {"unit": "seconds", "length": 90000},
		"PT72H": {"unit": "seconds", "length": 259200},
		"P1M": {"unit": "months", "length": 1},
		"P11M": {"unit": "months", "length": 11},
		"P12M": {"unit": "months", "length": 12},
	},
}

_reviewed(tier, date) := _vendor({"scope": {"risk_tier": tier}, "access": {"last_review": {"date": date}}})

_ended(access) := object.union_n([
	json.remove(_vendor({}), ["/access", "/contract/headcount"]),
	{"metadata": {"lifecycle": "ended"}, "contract": {"ended_on": "2026-06-30"}},
	{"access": access},
])

_vendor(patch) := object.union(_base, patch)

_base := {
	"scope": {
		"risk_tier": "high",
		"function": "supporting",
		"regimes": [],
		"data": [{"id": "plans", "category": "business_internal"}],
	},
	"access": {
		"role_based": true,
		"authorised_headcount": 42,
		"last_review": {"date": "2026-09-30", "status": "completed"},
		"leaver_revocation": "PT24H",
		"logging": {"retention": "P12M"},
	},
	"contract": {"headcount": 45},
	"derived": {"durations": {}},
}
