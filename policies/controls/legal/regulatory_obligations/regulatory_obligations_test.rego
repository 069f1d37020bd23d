package controls.legal.regulatory_obligations_test

import data.controls.legal.regulatory_obligations

test_known_allocated_and_clean_passes if {
	regulatory_obligations.applicable with input as _base with data.context as _now
	_faults == set() with input as _base with data.context as _now
	_holes == set() with input as _base with data.context as _now
}

test_not_applicable_without_regimes if {
	quiet := _with("scope", {"regimes": [], "data": [{"id": "plans", "category": "business_internal"}]})
	not regulatory_obligations.applicable with input as quiet with data.context as _now
}

test_applies_when_the_scope_is_not_known if {
	quiet := _with("scope", {"regimes": [], "data": []})
	every field in ["regimes", "data", "data_subject_regions", "locations"] {
		regulatory_obligations.applicable
			with input as json.remove(quiet, [$"/scope/{field}"]) with data.context as _now
		_holes == {["missing", ["scope", field], ""]}
			with input as json.remove(quiet, [$"/scope/{field}"]) with data.context as _now
	}
}

test_regimes_implied_by_data_subjects if {
	every row in [
		["personal_contact", "EEA", {"gdpr"}],
		["personal_contact", "GB", {"uk_gdpr"}],
		["personal_contact", "US", set()],
		["phi", "US", {"hipaa"}],
		["phi", "OTHER", set()],
		["cardholder", "OTHER", {"pci_dss"}],
		["business_confidential", "EEA", set()],
	] {
		object.keys(regulatory_obligations._implied) == row[2]
			with input as _implying(row[0], row[1], "PH") with data.context as _now
	}
}

test_regimes_implied_by_locations if {
	every row in [
		["DE", {"gdpr"}],
		["NO", {"gdpr"}],
		["GP", {"gdpr"}],
		["GB", {"uk_gdpr"}],
		["PH", set()],
		["PF", set()],
	] {
		object.keys(regulatory_obligations._implied) == row[1]
			with input as _implying("personal_contact", "OTHER", row[0]) with data.context as _now
	}
}

test_an_item_without_a_category_may_be_personal if {
	object.keys(regulatory_obligations._implied) == {"gdpr"}
		with data.context as _now with input as _with("scope", {"data": [{"id": "d"}]})
}

test_an_implied_regime_is_declared_and_allocated if {
	manifest := object.union(
		_with("scope", {"data_subject_regions": ["EEA", "GB"]}),
		{"oversight": _base.oversight},
	)
	_faults == {
		["undeclared_regime", ["scope", "regimes"], "uk_gdpr"],
		["no_obligation", ["legal", "obligations"], "uk_gdpr"],
	} with input as manifest with data.context as _now
}

test_a_declared_regime_without_an_entry if {
	_faults == {["no_obligation", ["legal", "obligations"], "dora"]}
		with input as _with("scope", {"regimes": ["gdpr", "dora"]}) with data.context as _now
}

test_missing_fields if {
	every path in [
		["legal"],
		["legal", "obligations"],
		["legal", "open_enforcement"],
		["oversight"],
		["oversight", "sanctions"],
		["oversight", "sanctions", "screened_on"],
		["oversight", "sanctions", "result"],
		["oversight", "sanctions", "covers"],
	] {
		manifest := json.remove(_base, [path])
		_holes == {["missing", path, ""]} with input as manifest with data.context as _now
		_faults == set() with input as manifest with data.context as _now
	}
}

test_missing_fields_of_an_obligation if {
	every field in ["responsible", "familiarised_on"] {
		manifest := json.remove(_base, [$"/legal/obligations/0/{field}"])
		_holes == {["missing", ["legal", "obligations", 0, field], ""]} with input as manifest with data.context as _now
	}
	unneeded := _with("legal", {"obligations": [_base.legal.obligations[0], {"regime": "sox"}]})
	_holes == set() with input as unneeded with data.context as _now
}

test_briefing if {
	_faults == set() with input as _briefed("2025-11-22") with data.context as _now
	path := ["legal", "obligations", 0, "familiarised_on"]
	_faults == {["briefing_overdue", path, ""]} with input as _briefed("2025-11-21") with data.context as _now
	_faults == set() with input as _briefed("2026-11-22") with data.context as _now
	_faults == {["future_date", path, ""]} with input as _briefed("2026-11-23") with data.context as _now
}

test_screening_by_tier if {
	_faults == set() with input as _screened({"screened_on": "2026-10-22"}) with data.context as _now
	path := ["oversight", "sanctions", "screened_on"]
	_faults == {["screening_overdue", path, ""]}
		with input as _screened({"screened_on": "2026-10-21"}) with data.context as _now
	_faults == {["future_date", path, ""]}
		with input as _screened({"screened_on": "2026-11-23"}) with data.context as _now
	medium := object.union(_screened({"screened_on": "2026-08-22"}), {"scope": {"risk_tier": "medium"}})
	_faults == set() with input as medium with data.context as _now
	_faults == set() with data.context as _now with input as _screened({"screened_on": "2001-01-01"})
		with data.params.thresholds.sanctions_screening as {"high": null}
}

test_a_limit_that_is_not_there_finds_fault if {
	bare := object.remove(data.params.thresholds, ["sanctions_screening", "obligation_briefing"])
	_faults == {
		["screening_overdue", ["oversight", "sanctions", "screened_on"], ""],
		["briefing_overdue", ["legal", "obligations", 0, "familiarised_on"], ""],
	} with input as _base with data.context as _now with data.params.thresholds as bare
}

test_screening_is_clear if {
	every result in ["possible_match", "match"] {
		_faults == {["not_clear", ["oversight", "sanctions", "result"], ""]}
			with input as _screened({"result": result}) with data.context as _now
	}
}

test_screening_covers_everyone if {
	path := ["oversight", "sanctions", "covers"]
	_faults == {["not_screened", path, "owners"], ["not_screened", path, "parties"]}
		with input as _screened({"covers": ["vendor"]}) with data.context as _now
	alone := object.union(_screened({"covers": ["vendor", "owners"]}), {"subcontracting": {"parties": []}})
	_faults == set() with input as alone with data.context as _now
	unknown := json.remove(_screened({"covers": ["vendor", "owners"]}), ["/subcontracting"])
	_faults == {["not_screened", path, "parties"]} with input as unknown with data.context as _now
	none := object.union(unknown, {"subcontracting": {"position": "none"}})
	_faults == set() with input as none with data.context as _now
	contradictory := object.union(none, {"subcontracting": {"parties": [{"id": "nordhost"}]}})
	_faults == {["not_screened", path, "parties"]} with input as contradictory with data.context as _now
}

test_enforcement if {
	_faults == {["undisclosed_proceeding", ["legal", "enforcement"], ""]}
		with input as _with("legal", {"open_enforcement": true}) with data.context as _now
	_faults == {["denied_proceeding", ["legal", "open_enforcement"], ""]}
		with input as _with("legal", {"enforcement": [_proceeding]}) with data.context as _now
	disclosed := {"open_enforcement": true, "enforcement": [_proceeding]}
	_faults == set() with input as _with("legal", disclosed) with data.context as _now
	_holes == set() with input as _with("legal", disclosed) with data.context as _now
	closed := {"enforcement": [{"id": "E-1", "status": "closed"}]}
	_faults == set() with input as _with("legal", closed) with data.context as _now
	_holes == set() with input as _with("legal", closed) with data.context as _now
}

test_an_open_proceeding_needs_disclosure_and_a_plan if {
	every field in ["disclosed_on", "plan"] {
		bare := {"open_enforcement": true, "enforcement": [object.remove(_proceeding, [field])]}
		_holes == {["missing", ["legal", "enforcement", 0, field], ""]}
			with input as _with("legal", bare) with data.context as _now
	}
	later := {"open_enforcement": true, "enforcement": [object.union(_proceeding, {"disclosed_on": "2026-11-23"})]}
	_faults == {["future_date", ["legal", "enforcement", 0, "disclosed_on"], ""]}
		with input as _with("legal", later) with data.context as _now
}

_faults contains [finding.code, finding.path, object.get(finding, "key", "")] if {
	some finding in regulatory_obligations.deny
}

_holes contains [finding.code, finding.path, object.get(finding, "key", "")] if {
	some finding in regulatory_obligations.undetermined
}

_with(block, patch) := object.union(_base, {block: patch})

_implying(category, region, country) := _with("scope", {
	"regimes": [],
	"data": [{"id": "d", "category": category}],
	"data_subject_regions": [region],
	"locations": [{"country": country}],
})

_briefed(day) := _with("legal", {"obligations": [object.union(_base.legal.obligations[0], {"familiarised_on": day})]})

_screened(patch) := _with("oversight", {"sanctions": patch})

_now := {
	"as_of": "2026-11-22",
	"cutoff": {"P1M": "2026-10-22", "P3M": "2026-08-22", "P12M": "2025-11-22"},
}

_proceeding := {"id": "E-1", "disclosed_on": "2026-11-02", "plan": "Appeal", "status": "open"}

_base := {
	"scope": {
		"risk_tier": "high",
		"function": "supporting",
		"regimes": ["gdpr"],
		"data": [{"id": "tickets", "category": "personal_contact", "subjects_estimate": 10}],
		"data_subject_regions": ["EEA"],
		"locations": [{"country": "PH"}],
	},
	"subcontracting": {"parties": [{"id": "nordhost"}]},
	"legal": {
		"obligations": [{"regime": "gdpr", "responsible": "vendor_dpo", "familiarised_on": "2026-06-30"}],
		"open_enforcement": false,
	},
	"oversight": {"sanctions": {
		"screened_on": "2026-10-30",
		"result": "clear",
		"covers": ["vendor", "owners", "parties"],
	}},
}
