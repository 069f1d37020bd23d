package controls.subcontracting.chain_and_labour_test

import data.controls.subcontracting.chain_and_labour

test_company_engaged_by_the_vendor_passes if {
	chain_and_labour.applicable with input as _vendor("high", {}) with data.context as _context
	_faults == set() with input as _vendor("high", {}) with data.context as _context
	_holes == set() with input as _vendor("high", {}) with data.context as _context
}

test_not_applicable_without_parties if {
	every block in [{"position": "none"}, {"position": "none", "parties": [], "overflow_reoutsourcing": false}] {
		manifest := object.union(json.remove(_vendor("high", {}), ["/subcontracting"]), {"subcontracting": block})
		not chain_and_labour.applicable with input as manifest with data.context as _context
	}
}

test_overflow_without_parties if {
	manifest := {"subcontracting": {"position": "none", "parties": [], "overflow_reoutsourcing": true}}
	chain_and_labour.applicable with input as manifest with data.context as _context
	_faults == {["overflow", ["subcontracting", "overflow_reoutsourcing"], ""]}
		with input as manifest with data.context as _context
}

test_applicable_when_parties_are_not_told if {
	every field in ["position", "parties"] {
		manifest := json.remove(_vendor("high", {}), [$"/subcontracting/{field}"])
		chain_and_labour.applicable with input as manifest with data.context as _context
		_holes == {["missing", ["subcontracting", field], ""]} with input as manifest with data.context as _context
	}
}

test_depth_by_tier if {
	limits := {"critical": 1, "high": 2, "medium": 3, "low": 3}
	every tier, limit in limits {
		_faults == set() with input as _deep(tier, limit) with data.context as _context
		_faults == {["too_deep", _at("engaged_by"), ""]} with input as _deep(tier, limit + 1) with data.context as _context
	}
	_faults == {["too_deep", _at("engaged_by"), ""]} with input as _deep("low", 1) with data.context as _context
		with data.params.thresholds.chain_depth as "none"
}

test_depth_that_is_not_known if {
	manifest := object.union(
		json.remove(_vendor("high", {}), ["/derived"]),
		{"derived": {"subcontracting": {"depth": {}}}},
	)
	_holes == {["unknown_depth", _at("engaged_by"), ""]} with input as manifest with data.context as _context
	_holes == {["missing", _at("engaged_by"), ""]} with data.context as _context
		with input as json.remove(manifest, ["/subcontracting/parties/0/engaged_by"])
}

test_informal_labour_is_refused_from_medium_on if {
	every kind in ["individual", "freelance_platform", "home_worker"] {
		_faults == {["informal_labour", _at("kind"), ""]} with data.context as _context
			with input as _vendor("medium", {"kind": kind, "data": []})
		_messages == {$"party is of kind {kind}, which is refused: tier medium is above low"}
			with data.context as _context
			with input as _vendor("medium", {"kind": kind, "data": []})
		_holes == set() with data.context as _context with input as _vendor("medium", {"kind": kind, "data": []})
	}
	every kind in ["company", "group_company", "public_body"] {
		_faults == set() with input as _vendor("medium", {"kind": kind}) with data.context as _context
	}
}

test_kind_that_is_unknown_is_refused if {
	_faults == {["informal_labour", _at("kind"), ""]} with data.context as _context
		with input as _vendor("medium", {"kind": "swarm", "data": []})
}

test_informal_labour_and_data if {
	person := {"kind": "individual", "starts_on": "2026-11-22", "screened_on": "2026-11-22", "evidence": ["ev-person"]}
	every id, reasons in {
		"prices": set(),
		"plans": set(),
		"drafts": {"it gets drafts, data of category business_confidential"},
		"leads": {"it gets leads, data of category personal_contact"},
		"unheard-of": {"it gets unheard-of, data that the scope does not know"},
	} {
		found := _messages with input as _vendor("low", object.union(person, {"data": [id]}))
			with data.context as _context
			with data.params.data_categories.categories.business_confidential.tier_floor as "low"
			with data.params.data_categories.categories.personal_contact.tier_floor as "low"
		found == {$"party is of kind individual, which is refused: {reason}" | some reason in reasons}
	}
}

test_informal_labour_at_low_needs_proof_of_screening if {
	person := {
		"kind": "individual",
		"data": [],
		"starts_on": "2026-11-22",
		"screened_on": "2026-11-22",
		"evidence": ["ev-person"],
	}
	_faults == set() with input as _low(person) with data.context as _context
	_holes == set() with input as _low(person) with data.context as _context
	_holes == {["missing", _at(field), ""] | some field in ["starts_on", "screened_on", "evidence"]}
		with data.context as _context with input as _low({"kind": "individual", "data": []})
	_holes == {["empty", _at("evidence"), ""]} with data.context as _context
		with input as _low(object.union(person, {"evidence": []}))
	_faults == {["not_screened", _at("screened_on"), ""]} with data.context as _context
		with input as _low(object.union(person, {"screened_on": "2026-11-23", "starts_on": "2026-12-01"}))
	_faults == {["screened_late", _at("screened_on"), ""]} with data.context as _context
		with input as _low(object.union(person, {"starts_on": "2026-11-21"}))
}

test_prohibited_countries if {
	_faults == {["prohibited_country", _at("countries"), "IR"], ["prohibited_country", _at("countries"), "KP"]}
		with input as _vendor("high", {"countries": ["KP", "DE", "IR"]}) with data.context as _context
}

test_missing_fields if {
	every field in ["kind", "data", "countries"] {
		manifest := json.remove(_vendor("high", {}), [$"/subcontracting/parties/0/{field}"])
		_holes == {["missing", _at(field), ""]} with input as manifest with data.context as _context
		_faults == set() with input as manifest with data.context as _context
	}
	_holes == {["empty", _at("countries"), ""]} with data.context as _context
		with input as _vendor("high", {"countries": []})
	_holes == {["missing", ["subcontracting", "overflow_reoutsourcing"], ""]} with data.context as _context
		with input as json.remove(_vendor("high", {}), ["/subcontracting/overflow_reoutsourcing"])
}

_faults contains [finding.code, finding.path, object.get(finding, "key", "")] if {
	some finding in chain_and_labour.deny
}

_holes contains [finding.code, finding.path, object.get(finding, "key", "")] if {
	some finding in chain_and_labour.undetermined
}

_messages contains finding.msg if some finding in chain_and_labour.deny

_at(field) := ["subcontracting", "parties", 0, field]

_context := {"as_of": "2026-11-22", "cutoff": {}, "reached": {}, "ahead": {}}

_deep(tier, depth) := object.union(
	_vendor(tier, {"engaged_by": "another"}),
	{"derived": {"subcontracting": {"depth": {"party": depth}}}},
)

# Nothing but harmless data, so that the tier stays low.
_low(patch) := object.union(
	_vendor("low", patch),
	{"scope": {"data": [{"id": "plans", "category": "business_internal"}]}},
)

_vendor(tier, patch) := {
	"scope": {
		"risk_tier": tier,
		"function": "supporting",
		"regimes": [],
		"data": [
			{"id": "prices", "category": "public"},
			{"id": "plans", "category": "business_internal"},
			{"id": "drafts", "category": "business_confidential"},
			{"id": "leads", "category": "personal_contact", "subjects_estimate": 10},
		],
	},
	"subcontracting": {
		"position": "permitted_specific",
		"overflow_reoutsourcing": false,
		"parties": [object.union(
			{
				"id": "party",
				"kind": "company",
				"engaged_by": "vendor",
				"data": ["leads"],
				"countries": ["DE"],
			},
			patch,
		)],
	},
	"derived": {"subcontracting": {"depth": {"party": 1}}},
}
