package controls.assurance.independent_assurance_test

import data.controls.assurance.independent_assurance as assurance

test_applicable_from_medium_on if {
	assurance.applicable with input as _vendor("medium", [_iso])
	not assurance.applicable with input as _vendor("low", [_iso])
}

test_one_sound_report_is_enough if {
	every report in [_iso, _soc2, _pci, _hitrust] {
		_faults == set() with input as _vendor("high", [report]) with data.context as _context
		_holes == set() with input as _vendor("high", [report]) with data.context as _context
	}
}

test_faults_of_others_do_not_matter_then if {
	bad := object.union(_soc2, {"opinion": "adverse", "independent": false})
	_faults == set() with input as _vendor("high", [bad, _iso]) with data.context as _context
	_holes == set() with data.context as _context
		with input as _vendor("high", [_iso, json.remove(_soc2, ["/opinion"])])
}

test_no_report if {
	_faults == {["no_report", _reports, ""]} with input as _vendor("high", []) with data.context as _context
}

test_self_assessments_count_at_medium_only if {
	every type in ["caiq", "sig", "csa_star_l1"] {
		report := object.union(json.remove(_pci, ["/edition", "/independent"]), {"type": type, "issuer": "Vendor Inc."})
		_faults == {["self_assessment", _at("type"), ""]}
			with input as _vendor("high", [report]) with data.context as _context
		_faults == set() with input as _vendor("medium", [report]) with data.context as _context
		_holes == set() with input as _vendor("medium", [report]) with data.context as _context
	}
}

test_kinds_that_do_not_count if {
	report := object.union(_soc2, {"type": "soc1_type2"})
	_faults == {["type_not_accepted", _at("type"), ""]}
		with input as _vendor("high", [report]) with data.context as _context
	_faults == set() with input as _vendor("high", [report, _iso]) with data.context as _context
}

test_any_kind_counts_where_the_tier_names_none if {
	_faults == set() with input as _vendor("medium", [object.union(_soc2, {"type": "soc1_type2"})])
		with data.context as _context
		with data.params.thresholds.assurance_types.medium as null
}

test_no_kind_counts_without_parameter if {
	_faults == {["type_not_accepted", _at("type"), ""]} with input as _vendor("high", [_iso])
		with data.context as _context
		with data.params.thresholds.assurance_types as "none"
}

test_each_fault_is_told if {
	every fault in [
		{"report": _iso, "patch": {"scope_covers_service": false}, "code": "out_of_scope", "field": "scope_covers_service"},
		{"report": _iso, "patch": {"independent": false}, "code": "not_independent", "field": "independent"},
		{"report": _iso, "patch": {"issuer": "VENDOR, Inc"}, "code": "not_independent", "field": "issuer"},
		{"report": _iso, "patch": {"issuer": "Vendor"}, "code": "not_independent", "field": "issuer"},
		{"report": _iso, "patch": {"accredited": false}, "code": "not_accredited", "field": "accredited"},
		{"report": _iso, "patch": {"issued": "2026-11-23"}, "code": "not_yet_issued", "field": "issued"},
		{"report": _iso, "patch": {"expires": "2026-11-21"}, "code": "expired", "field": "expires"},
		{"report": _iso, "patch": {"edition": "2013"}, "code": "edition_retired", "field": "edition"},
		{"report": _iso, "patch": {"edition": "2005"}, "code": "edition_not_accepted", "field": "edition"},
		{"report": _soc2, "patch": {"opinion": "adverse"}, "code": "adverse_opinion", "field": "opinion"},
		{"report": _soc2, "patch": {"opinion": "disclaimer"}, "code": "adverse_opinion", "field": "opinion"},
		{"report": _soc2, "patch": {"opinion": "qualified"}, "code": "qualified_without_findings", "field": "opinion"},
		{"report": _soc2, "patch": {"period_end": "2026-11-23"}, "code": "period_not_over", "field": "period_end"},
		{"report": _soc2, "patch": {"period_end": "2025-11-21"}, "code": "outdated", "field": "period_end"},
		{"report": _soc2, "patch": {"issued": "2026-11-23"}, "code": "not_yet_issued", "field": "issued"},
		{"report": _pci, "patch": {"issued": "2025-11-21"}, "code": "outdated", "field": "issued"},
		{"report": _pci, "patch": {"edition": "4.0"}, "code": "edition_retired", "field": "edition"},
		{"report": _hitrust, "patch": {"expires": "2026-11-21"}, "code": "expired", "field": "expires"},
	] {
		_faults == {[fault.code, _at(fault.field), ""]} with data.context as _context
			with input as _vendor("high", [object.union(fault.report, fault.patch)])
	}
}

test_messages_name_report_and_reason if {
	_messages == {"the SOC 2 type 2 report speaks of a time up to 2025-09-30, more than P12M ago"}
		with data.context as _context
		with input as _vendor("critical", [object.union(_soc2, {"period_end": "2025-09-30"})])
	_messages == {concat("", [
		"the ISO/IEC 27001 certificate rests on edition 2013, which was accepted until 2025-10-31",
	])} with data.context as _context with input as _vendor("high", [object.union(_iso, {"edition": "2013"})])
}

test_edition_is_judged_on_the_day if {
	old := _vendor("high", [object.union(_iso, {"edition": "2013"})])
	_faults == set() with input as old with data.context as object.union(_context, {"as_of": "2025-10-31"})
	_faults == {["edition_retired", _at("edition"), ""]}
		with input as old with data.context as object.union(_context, {"as_of": "2025-11-01"})
	_faults == {["edition_not_accepted", _at("edition"), ""]}
		with input as _vendor("high", [object.union(_iso, {"issued": "2022-10-24"})])
		with data.context as object.union(_context, {"as_of": "2022-10-24"})
}

test_editions_that_nobody_lists_do_not_matter if {
	_faults == set() with input as _vendor("high", [object.union(_hitrust, {"edition": "9"})])
		with data.context as _context
}

test_qualified_opinion_with_a_finding if {
	manifest := object.union(
		_vendor("high", [object.union(_soc2, {"opinion": "qualified", "findings": ["F-1"]})]),
		{"oversight": {"findings": [{"id": "F-1"}]}},
	)
	_faults == set() with input as manifest with data.context as _context
	_faults == {["qualified_without_findings", _at("opinion"), ""]}
		with input as json.remove(manifest, ["/oversight"]) with data.context as _context
	other := object.union(manifest, {"oversight": {"findings": [{"id": "F-2"}]}})
	_faults == {["qualified_without_findings", _at("opinion"), ""]} with input as other with data.context as _context
	half := _vendor("high", [object.union(_soc2, {"opinion": "qualified", "findings": ["F-1", "F-2"]})])
	_faults == {["qualified_without_findings", _at("opinion"), ""]} with data.context as _context
		with input as object.union(half, {"oversight": {"findings": [{"id": "F-1"}]}})
}

test_period_by_first_year if {
	short := [object.union(_soc2, {"first_year": true})]
	facts := {"spans": {"P3M": true, "P6M": false}, "bridges": {}}
	_faults == {["period_too_short", _at("period_start"), ""]}
		with input as _derived(_vendor("high", [_soc2]), facts) with data.context as _context
	_faults == set() with input as _derived(_vendor("high", short), facts) with data.context as _context
	_faults == {["period_too_short", _at("period_start"), ""]} with data.context as _context
		with input as _derived(_vendor("high", short), {"spans": {"P3M": false, "P6M": false}, "bridges": {}})
}

test_no_period_is_long_enough_without_parameter if {
	_faults == {["period_too_short", _at("period_start"), ""]} with input as _vendor("high", [_soc2])
		with data.context as _context
		with data.params.assurance.least_period as "P9Y"
}

test_bridge_letter if {
	letter := {"bridge_letter": {"issued": "2026-02-01", "until": "2025-12-31"}}
	report := object.union_n([_soc2, {"period_end": "2025-09-30"}, letter])
	_faults == set() with input as _derived(_vendor("high", [report]), _bridged) with data.context as _context
	_faults == {["bridge_too_long", _at("bridge_letter"), ""], ["outdated", _at("period_end"), ""]}
		with input as _vendor("high", [report]) with data.context as _context
	late := object.union(report, {"bridge_letter": {"issued": "2026-11-23", "until": "2025-12-31"}})
	_faults == {["bridge_too_long", _at("bridge_letter"), ""], ["outdated", _at("period_end"), ""]}
		with input as _derived(_vendor("high", [late]), _bridged) with data.context as _context
	early := object.union(report, {"bridge_letter": {"issued": "2025-12-30", "until": "2025-12-31"}})
	_faults == {["bridge_too_long", _at("bridge_letter"), ""], ["outdated", _at("period_end"), ""]}
		with input as _derived(_vendor("high", [early]), _bridged) with data.context as _context
	old := object.union(report, {"bridge_letter": {"issued": "2026-02-01", "until": "2025-11-21"}})
	_faults == {["outdated", _at("bridge_letter"), ""]} with data.context as _context
		with input as _derived(_vendor("high", [old]), _bridged)
	every field in ["issued", "until"] {
		half := json.remove(report, [$"/bridge_letter/{field}"])
		_holes == {["missing", array.concat(_at("bridge_letter"), [field]), ""]} with data.context as _context
			with input as _derived(_vendor("high", [half]), _bridged)
		_faults == set() with data.context as _context with input as _derived(_vendor("high", [half]), _bridged)
	}
	_holes == set() with data.context as _context
		with input as _vendor("high", [object.union(_soc2, {"bridge_letter": {}})])
}

test_type_1_counts_at_medium_in_the_first_year if {
	_faults == set() with input as _vendor("medium", [_type1]) with data.context as _context
	_faults == {["beginner_report", _at("first_year"), ""]} with data.context as _context
		with input as _vendor("medium", [object.union(_type1, {"first_year": false})])
	_faults == {["outdated", _at("period_end"), ""]} with data.context as _context
		with input as _vendor("medium", [object.union(_type1, {"period_end": "2025-05-21"})])
	_holes == {["missing", _at("first_year"), ""]} with data.context as _context
		with input as _vendor("medium", [json.remove(_type1, ["/first_year"])])
	_faults == {["type_not_accepted", _at("type"), ""]} with data.context as _context
		with input as _vendor("high", [_type1])
}

test_age_without_limit if {
	_faults == set() with input as _vendor("high", [object.union(_soc2, {"period_end": "2001-01-01"})])
		with data.context as _context
		with data.params.thresholds.assurance_age.high as null
	_faults == {["outdated", _at("period_end"), ""]} with input as _vendor("high", [_soc2])
		with data.context as _context
		with data.params.thresholds.assurance_age as "none"
	_faults == {["outdated", _at("issued"), ""]} with input as _vendor("high", [_pci])
		with data.context as _context
		with data.params.thresholds.pci_aoc_age as "P9Y"
	self := object.union(json.remove(_pci, ["/edition"]), {"type": "caiq"})
	_faults == set() with input as _vendor("medium", [object.union(self, {"issued": "2001-01-01"})])
		with data.context as _context
		with data.params.thresholds.assurance_age.medium as null
}

test_sites_are_covered_together if {
	here := object.union(_iso, {"sites": ["Cebu"]})
	there := object.union(_soc2, {"sites": ["Frankfurt"]})
	_faults == set() with input as _vendor("high", [here, there]) with data.context as _context
	_faults == {["sites_not_covered", _reports, "Frankfurt"]}
		with input as _vendor("high", [here]) with data.context as _context
	_faults == {["sites_not_covered", _reports, "Cebu"], ["sites_not_covered", _reports, "Frankfurt"]}
		with input as _vendor("high", [object.union(_iso, {"sites": []})]) with data.context as _context
}

test_faults_of_a_report_that_would_cover_the_rest_are_told if {
	here := object.union(_iso, {"sites": ["Cebu"]})
	there := object.union(_soc2, {"sites": ["Frankfurt"], "opinion": "adverse"})
	elsewhere := object.union(_soc2, {"sites": ["Cebu"], "opinion": "adverse"})
	_faults == {
		["sites_not_covered", _reports, "Frankfurt"],
		["adverse_opinion", ["assurance", "reports", 1, "opinion"], ""],
	} with input as _vendor("high", [here, there, elsewhere]) with data.context as _context
}

test_places_that_only_look_need_no_report if {
	manifest := object.union(_vendor("high", [_iso]), {"scope": {"locations": [
		{"country": "PH", "site": "Cebu", "activity": "process"},
		{"country": "IN", "site": "Pune", "activity": "view"},
		{"country": "IN", "activity": "support"},
	]}})
	_faults == set() with input as manifest with data.context as _context
	_holes == set() with input as manifest with data.context as _context
}

test_site_of_a_place_must_be_told if {
	manifest := object.union(_vendor("high", [_iso]), {"scope": {"locations": [
		{"country": "PH", "activity": "process"},
		{"country": "PH", "site": "Davao"},
	]}})
	_holes == {["missing", ["scope", "locations", 0, "site"], ""]} with input as manifest with data.context as _context
	_faults == {["sites_not_covered", _reports, "Davao"]} with input as manifest with data.context as _context
}

test_missing_fields_of_the_only_report if {
	every report, names in {
		_iso: ["scope_covers_service", "sites", "independent", "accredited", "edition", "issued", "expires"],
		_soc2: ["scope_covers_service", "sites", "independent", "opinion", "period_start", "period_end"],
		_pci: ["scope_covers_service", "sites", "independent", "edition", "issued"],
		_hitrust: ["scope_covers_service", "sites", "independent", "issued", "expires"],
	} {
		every name in names {
			manifest := _vendor("high", [json.remove(report, [$"/{name}"])])
			_holes == {["missing", _at(name), ""]} with input as manifest with data.context as _context
			_faults == set() with input as manifest with data.context as _context
		}
	}
}

test_a_report_that_might_qualify_outweighs_the_faults_of_another if {
	manifest := _vendor("high", [json.remove(_iso, ["/edition"]), object.union(_soc2, {"opinion": "adverse"})])
	_holes == {["missing", _at("edition"), ""]} with input as manifest with data.context as _context
	_faults == set() with input as manifest with data.context as _context
}

test_a_report_that_might_cover_the_rest_outweighs_the_gap if {
	here := object.union(_soc2, {"sites": ["Cebu"]})
	every name in ["edition", "sites"] {
		manifest := _vendor("high", [json.remove(_iso, [$"/{name}"]), here])
		_holes == {["missing", _at(name), ""]} with input as manifest with data.context as _context
		_faults == set() with input as manifest with data.context as _context
	}
}

test_reports_and_places_must_be_told if {
	_holes == {["missing", ["assurance"], ""]} with data.context as _context
		with input as json.remove(_vendor("high", [_iso]), ["/assurance"])
	_holes == {["missing", ["scope", "locations"], ""]} with data.context as _context
		with input as json.remove(_vendor("high", [_iso]), ["/scope/locations"])
}

_faults contains [finding.code, finding.path, object.get(finding, "key", "")] if some finding in assurance.deny

_holes contains [finding.code, finding.path, object.get(finding, "key", "")] if {
	some finding in assurance.undetermined
}

_messages contains finding.msg if some finding in assurance.deny

_reports := ["assurance", "reports"]

_at(field) := ["assurance", "reports", 0, field]

_context := {
	"as_of": "2026-11-22",
	"cutoff": {"P12M": "2025-11-22", "P18M": "2025-05-22"},
	"reached": {},
	"ahead": {},
}

_bridged := {"spans": {"P3M": true, "P6M": true}, "bridges": {"P3M": true, "P6M": true}}

_derived(manifest, facts) := object.union(
	manifest,
	{"derived": {"assurance": {"reports": [facts]}}},
)

_sound := {
	"issuer": "Example Issuer AG",
	"independent": true,
	"scope_covers_service": true,
	"sites": ["Cebu", "Frankfurt"],
}

_iso := object.union(_sound, {
	"type": "iso_27001",
	"edition": "2022",
	"accredited": true,
	"issued": "2025-07-01",
	"expires": "2028-06-30",
})

_soc2 := object.union(_sound, {
	"type": "soc2_type2",
	"period_start": "2025-07-01",
	"period_end": "2026-06-30",
	"opinion": "unqualified",
})

_type1 := object.union(_sound, {
	"type": "soc2_type1",
	"period_end": "2026-06-30",
	"opinion": "unqualified",
	"first_year": true,
})

_pci := object.union(_sound, {"type": "pci_aoc", "edition": "4.0.1", "issued": "2026-05-20"})

_hitrust := object.union(_sound, {"type": "hitrust", "issued": "2025-11-24", "expires": "2027-11-23"})

_vendor(tier, reports) := {
	"metadata": {"legal_name": "Vendor Inc."},
	"scope": {
		"risk_tier": tier,
		"function": "supporting",
		"regimes": [],
		"data": [{"id": "plans", "category": "business_internal"}],
		"locations": [
			{"country": "PH", "site": "Cebu", "activity": "process"},
			{"country": "DE", "site": "Frankfurt", "activity": "store"},
		],
	},
	"assurance": {"reports": reports},
	"derived": {"assurance": {"reports": [facts |
		some _ in reports
		facts := {"spans": {"P3M": true, "P6M": true}, "bridges": {"P3M": false, "P6M": false}}
	]}},
}
