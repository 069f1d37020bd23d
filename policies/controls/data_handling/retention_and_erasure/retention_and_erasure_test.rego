package controls.data_handling.retention_and_erasure_test

import data.controls.data_handling.retention_and_erasure

_measures := {
	"P3M": {"unit": "months", "length": 3},
	"P6M": {"unit": "months", "length": 6},
	"P30D": {"unit": "seconds", "length": 2592000},
	"P31D": {"unit": "seconds", "length": 2678400},
	"P90D": {"unit": "seconds", "length": 7776000},
	"P91D": {"unit": "seconds", "length": 7862400},
}

_context := {"as_of": "2026-11-22", "cutoff": {}, "reached": {}, "ahead": {}, "durations": _measures}

_manifest := {
	"scope": {
		"data": [{"id": "d", "category": "business_internal", "access": "store"}],
		"locations": [{"country": "DE", "site": "Kassel", "activity": "process"}],
	},
	"data_handling": {"retention": {
		"period": "P6M",
		"purpose_limit": "P6M",
		"return_format": "csv",
		"deletion_within": "P30D",
		"backup_deletion_within": "P90D",
		"destruction_certificate": true,
	}},
	"evidence": {
		"ev-d": {"issued": "2026-10-20"},
		"ev-u": {"issued": "2026-10-20"},
		"ev-x": {"issued": "2026-10-20"},
	},
	"derived": {"durations": {}, "due": {}, "evidence": {"files": {"ev-d": "match", "ev-u": "uri", "ev-x": "mismatch"}}},
}

_with(fields) := object.union(_manifest, {"data_handling": {"retention": fields}})

# A contract that ended with this last day for the deletion.
_ended(due, fields) := object.union(_with(fields), {
	"contract": {"ended_on": "2026-09-30"},
	"derived": {"due": {"contract.ended_on": due}},
})

_over(fields) := _ended("2026-10-30", fields)

_certified := {"certificate_on": "2026-10-20", "evidence": ["ev-d"]}

test_sound_retention_passes if {
	retention_and_erasure.applicable with input as _manifest with data.context as _context
	retention_and_erasure.exit_duty
	_faults == set() with input as _manifest with data.context as _context
	_holes == set() with input as _manifest with data.context as _context
}

test_applicable_to_whoever_stores if {
	viewer := object.union(_manifest, {"scope": {"data": [{"id": "d", "category": "phi", "access": "view"}]}})
	not retention_and_erasure.applicable with input as viewer
	store := [{"country": "DE", "site": "Kassel", "activity": "store"}]
	retention_and_erasure.applicable with input as object.union(viewer, {"scope": {"locations": store}})
	every path in ["/scope/data", "/scope/data/0/access", "/scope/locations", "/scope/locations/0/activity"] {
		retention_and_erasure.applicable with input as json.remove(viewer, [path])
	}
}

test_kept_too_long if {
	_faults == {["too_long", _at("period")]} with input as _with({"purpose_limit": "P3M"}) with data.context as _context
	_faults == set() with input as _with({"period": "P3M"}) with data.context as _context
}

test_return_format if {
	every format in ["xls", "proprietary"] {
		_faults == {["closed_format", _at("return_format")]} with input as _with({"return_format": format})
			with data.context as _context
	}
	every format in ["json", "xml", "sql", "git"] {
		_faults == set() with input as _with({"return_format": format}) with data.context as _context
	}
}

test_deletion_too_slow if {
	_faults == {
		["too_slow", _at("deletion_within")],
		["too_slow", _at("backup_deletion_within")],
	} with input as _with({"deletion_within": "P31D", "backup_deletion_within": "P91D"}) with data.context as _context
}

test_deletion_without_a_limit_is_too_slow if {
	_faults == {
		["too_slow", _at("deletion_within")],
		["too_slow", _at("backup_deletion_within")],
	} with input as _manifest with data.context as _context with data.params.thresholds as {"other": 1}
}

test_not_certified if {
	_faults == {["not_certified", _at("destruction_certificate")]} with data.context as _context
		with input as _with({"destruction_certificate": false})
}

test_erased_in_time_or_not_yet_due if {
	_faults == set() with input as _ended("2026-11-22", {}) with data.context as _context
	_faults == {["not_erased", _at("certificate_on")]} with input as _ended("2026-11-21", {})
		with data.context as _context
	_faults == set() with input as _over(_certified) with data.context as _context
}

test_a_certificate_that_does_not_fit if {
	every day in ["2026-11-23", "2026-09-29"] {
		_faults == {["not_erased", _at("certificate_on")]} with data.context as _context
			with input as _over(object.union(_certified, {"certificate_on": day}))
	}
	every day in ["2026-11-22", "2026-09-30"] {
		_faults == set() with data.context as _context
			with input as _over(object.union(_certified, {"certificate_on": day}))
	}
}

test_a_certificate_without_a_sound_document if {
	every evidence in [[], ["ev-x"], ["ev-none"], ["ev-u"]] {
		_faults == {["unproven", _at("evidence")]} with data.context as _context
			with input as _over({"certificate_on": "2026-10-20", "evidence": evidence})
	}
	_faults == {["unproven", _at("evidence")]} with input as _over({"certificate_on": "2026-10-20"})
		with data.context as _context
}

test_a_document_from_another_time_is_no_certificate if {
	every issued in ["2026-09-29", "2026-11-23"] {
		_faults == {["unproven", _at("evidence")]} with data.context as _context
			with input as object.union(_over(_certified), {"evidence": {"ev-d": {"issued": issued}}})
	}
	every issued in ["2026-09-30", "2026-11-22"] {
		_faults == set() with data.context as _context
			with input as object.union(_over(_certified), {"evidence": {"ev-d": {"issued": issued}}})
	}
	_faults == {["unproven", _at("evidence")]} with data.context as _context
		with input as json.remove(_over(_certified), ["/evidence/ev-d/issued"])
}

test_a_certificate_that_the_client_has_verified if {
	claim := _over({"certificate_on": "2026-10-20", "evidence": ["ev-u"]})
	proven := {"evidence": {"ev-u": {"verified_by": "j.berg@client.example", "verified_on": "2026-11-22"}}}
	_faults == set() with input as object.union(claim, proven) with data.context as _context
	every entry in [{"verified_by": "x@vendor.example"}, {"verified_on": "2026-11-23"}] {
		_faults == {["unproven", _at("evidence")]} with data.context as _context
			with input as object.union_n([claim, proven, {"evidence": {"ev-u": entry}}])
	}
}

test_an_end_without_a_day_to_count_from if {
	_faults == {["not_erased", _at("certificate_on")]} with data.context as _context
		with input as json.remove(_over({}), ["/derived/due"])
	_faults == set() with data.context as _context
		with input as object.union(json.remove(_over({}), ["/derived/due"]), {"contract": {"ended_on": "2026-11-22"}})
}

test_missing_fields if {
	every path, hole in {
		"/scope/data": ["scope", "data"],
		"/scope/data/0/access": ["scope", "data", 0, "access"],
		"/scope/locations": ["scope", "locations"],
		"/scope/locations/0/activity": ["scope", "locations", 0, "activity"],
		"/data_handling": ["data_handling"],
		"/data_handling/retention/period": _at("period"),
		"/data_handling/retention/purpose_limit": _at("purpose_limit"),
		"/data_handling/retention/return_format": _at("return_format"),
		"/data_handling/retention/deletion_within": _at("deletion_within"),
		"/data_handling/retention/backup_deletion_within": _at("backup_deletion_within"),
		"/data_handling/retention/destruction_certificate": _at("destruction_certificate"),
	} {
		_holes == {hole} with input as json.remove(_manifest, [path]) with data.context as _context
	}
}

_at(field) := ["data_handling", "retention", field]

_faults contains [finding.code, finding.path] if some finding in retention_and_erasure.deny

_holes contains finding.path if some finding in retention_and_erasure.undetermined
