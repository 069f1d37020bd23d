package controls.assurance.audit_programme_test

import data.controls.assurance.audit_programme

test_programme_on_time_passes if {
	audit_programme.applicable with data.context as _now with input as _base
	_faults == set() with data.context as _now with input as _base
	_holes == set() with data.context as _now with input as _base
}

test_applies_from_medium_on if {
	not audit_programme.applicable
		with data.context as _now with input as object.union(_base, {"scope": {"risk_tier": "low"}})
	audit_programme.applicable
		with data.context as _now with input as object.union(_base, {"scope": {"risk_tier": "medium"}})
	audit_programme.applicable with data.context as _now with input as json.remove(_base, ["/scope/risk_tier"])
}

test_planned_never_counts if {
	every status in ["planned", "scheduled", "in_progress", "cancelled"] {
		_faults == {[
			"never_done",
			["oversight", "audits"],
			"client_security_audit",
		]}
			with data.context as _now with input as _audited([{"status": status}, _visit, _test])
	}
}

test_nothing_done if {
	_faults == {
		["never_done", ["oversight", "audits"], "client_security_audit"],
		["never_done", ["oversight", "audits"], "onsite_visit"],
		["never_done", ["oversight", "audits"], "penetration_test"],
	} with data.context as _now with input as _audited([])
}

test_exactly_the_cadence_is_good if {
	_faults == set()
		with data.context as _now with input as _audited([{"date": "2025-11-22"}, _visit, _test])
	_faults == {[
		"overdue",
		["oversight", "audits", 0, "date"],
		"",
	]}
		with data.context as _now with input as _audited([{"date": "2025-11-21"}, _visit, _test])
}

test_cadence_follows_the_tier if {
	audits := _audited([{}, {"type": "onsite_visit", "date": "2024-11-22"}, {"type": "penetration_test"}])
	_faults == set() with data.context as _now with input as audits
	_faults == {[
		"overdue",
		["oversight", "audits", 1, "date"],
		"",
	]} with data.context as _now with input as object.union(audits, {"scope": {"risk_tier": "critical"}})
}

test_latest_counts if {
	_faults == set() with data.context as _now with input as _audited([
		{"date": "2024-05-11"},
		{"date": "2026-05-11"},
		_visit,
		_test,
	])
	_faults == {["overdue", ["oversight", "audits", 2, "date"], ""]} with data.context as _now with input as _audited([
		{"date": "2024-05-11"},
		{"date": "2025-05-11", "site": "Manila"},
		{"date": "2025-05-11", "site": "Cebu"},
		_visit,
		_test,
	])
}

test_no_cadence_is_not_asked if {
	cadence := {"onsite_visit": {"high": null}}
	_faults == set()
		with data.context as _now with input as _audited([]) with data.params.thresholds.audit_cadence as cadence
}

test_a_tier_without_a_row_finds_fault if {
	cadence := {"client_security_audit": {"low": "P12M"}}
	_faults == {["overdue", ["oversight", "audits", 0, "date"], ""]} with data.context as _now with input as _base
		with data.params.thresholds.audit_cadence as cadence
}

test_completed_in_the_future if {
	audits := [{}, {"date": "2026-11-23", "type": "document_review"}, _visit, _test]
	_faults == {["future_completed", ["oversight", "audits", 1, "date"], ""]}
		with data.context as _now with input as _audited(audits)
}

test_the_future_does_not_count if {
	audits := [{"date": "2026-11-23"}, _visit, _test]
	_faults == {
		["future_completed", ["oversight", "audits", 0, "date"], ""],
		["never_done", ["oversight", "audits"], "client_security_audit"],
	} with data.context as _now with input as _audited(audits)
}

test_missing_lists if {
	_holes == {["missing", ["oversight", "audits"], ""]}
		with data.context as _now with input as json.remove(_base, ["/oversight/audits"])
	_faults == set() with data.context as _now with input as json.remove(_base, ["/oversight/audits"])
	_holes == {["missing", ["oversight", "findings"], ""]}
		with data.context as _now with input as json.remove(_base, ["/oversight/findings"])
	_holes == {["missing", ["oversight"], ""]} with data.context as _now with input as json.remove(_base, ["/oversight"])
}

test_missing_fields_of_audits if {
	every field in ["type", "status", "date"] {
		manifest := json.remove(_base, [$"/oversight/audits/0/{field}"])
		_holes == {["missing", ["oversight", "audits", 0, field], ""]} with data.context as _now with input as manifest
	}
}

test_open_finding_past_its_date if {
	_faults == {["finding_overdue", _at("due"), ""]} with data.context as _now with input as _found({"due": "2026-11-21"})
	_faults == set() with data.context as _now with input as _found({"due": "2026-11-22"})
	_faults == {["finding_overdue", _at("due"), ""]}
		with data.context as _now with input as _found({"due": "2026-11-21", "status": "in_progress"})
}

test_open_finding_older_than_its_severity_allows if {
	first_good := {"critical": "2026-11-15", "high": "2026-10-23", "medium": "2026-08-24", "low": "2026-05-26"}
	last_bad := {"critical": "2026-11-14", "high": "2026-10-22", "medium": "2026-08-23", "low": "2026-05-25"}
	every severity, day in first_good {
		_faults == set() with data.context as _now with input as _found({"severity": severity, "opened": day})
		_faults == {["finding_overdue", _at("due"), ""]}
			with data.context as _now with input as _found({"severity": severity, "opened": last_bad[severity]})
	}
}

test_unknown_severity_finds_fault if {
	_faults == {["finding_overdue", _at("due"), ""]}
		with data.context as _now with input as _found({"severity": "dire"})
}

test_both_reasons_are_one_finding if {
	{finding.msg | some finding in audit_programme.deny} == {concat("", [
		"finding F-12 is still open: it was due on 2026-11-21; ",
		"severity medium allows P90D from 2020-01-01 on",
	])} with data.context as _now with input as _found({"due": "2026-11-21", "opened": "2020-01-01"})

	_faults == {["finding_overdue", _at("due"), ""]}
		with data.context as _now with input as _found({"due": "2026-11-21", "opened": "2020-01-01"})
}

test_missing_fields_of_open_findings if {
	every field in ["severity", "opened", "due", "status"] {
		manifest := json.remove(_found({}), [$"/oversight/findings/0/{field}"])
		_holes == {["missing", _at(field), ""]} with data.context as _now with input as manifest
		_faults == set() with data.context as _now with input as manifest
	}
}

test_closed_finding if {
	_faults == set() with data.context as _now with input as _closed({})
	_holes == set() with data.context as _now with input as _closed({})
	_faults == set() with data.context as _now with input as _closed({"closed_on": "2026-11-22"})
	_faults == {["closed_in_future", _at("closed_on"), ""]}
		with data.context as _now with input as _closed({"closed_on": "2026-11-23"})
}

test_closed_finding_needs_proof if {
	_holes == {["missing", _at("evidence"), ""]} with data.context as _now with input as _closed({"evidence": []})
	_holes == {["missing", _at("evidence"), ""]}
		with data.context as _now with input as json.remove(_closed({}), ["/oversight/findings/0/evidence"])
	_holes == {["missing", _at("closed_on"), ""]}
		with data.context as _now with input as json.remove(_closed({}), ["/oversight/findings/0/closed_on"])
}

_faults contains [finding.code, finding.path, object.get(finding, "key", "")] if some finding in audit_programme.deny

_holes contains [finding.code, finding.path, object.get(finding, "key", "")] if {
	some finding in audit_programme.undetermined
}

_at(field) := ["oversight", "findings", 0, field]

_audited(patches) := object.union(_base, {"oversight": {"audits": [object.union(_audit, patch) |
	some patch in patches
]}})

_found(patch) := object.union(_base, {"oversight": {"findings": [object.union(_finding, patch)]}})

_closed(patch) := _found(object.union(
	{"status": "closed", "closed_on": "2026-11-20", "evidence": ["ev-f12"]},
	patch,
))

_now := {
	"as_of": "2026-11-22",
	"cutoff": {
		"P7D": "2026-11-15",
		"P30D": "2026-10-23",
		"P90D": "2026-08-24",
		"P180D": "2026-05-26",
		"P12M": "2025-11-22",
		"P24M": "2024-11-22",
		"P36M": "2023-11-22",
	},
}

_visit := {"type": "onsite_visit"}

_test := {"type": "penetration_test"}

_audit := {"type": "client_security_audit", "status": "completed", "date": "2026-05-11"}

_finding := {"id": "F-12", "severity": "medium", "opened": "2026-11-16", "due": "2026-12-31", "status": "open"}

_base := {
	"scope": {
		"risk_tier": "high",
		"function": "supporting",
		"regimes": ["gdpr"],
		"data": [{"id": "orders", "category": "business_internal"}],
	},
	"oversight": {
		"audits": [
			_audit,
			object.union(_audit, {"type": "onsite_visit"}),
			object.union(_audit, {"type": "penetration_test"}),
		],
		"findings": [],
	},
}
