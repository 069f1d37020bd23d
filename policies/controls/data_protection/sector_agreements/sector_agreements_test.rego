package controls.data_protection.sector_agreements_test

import data.controls.data_protection.sector_agreements

_context := {"as_of": "2026-11-22", "cutoff": {"P12M": "2025-11-22"}, "reached": {}, "ahead": {}}

_provisions := [
	"permitted_uses",
	"safeguards",
	"report_breach",
	"subcontractor_same_terms",
	"access",
	"amendment",
	"accounting",
	"books_to_hhs",
	"return_or_destroy",
	"termination",
]

_baa := {"type": "hipaa_baa", "counterparty": "vendor", "signed_on": "2026-01-15", "provisions": _provisions}

_matrix := {"type": "pci_responsibility_matrix", "counterparty": "vendor", "reviewed_on": "2026-08-17"}

_acknowledgement := {"type": "pci_acknowledgement", "counterparty": "vendor", "acknowledged_on": "2026-08-17"}

_aoc := {
	"type": "pci_aoc",
	"edition": "4.0.1",
	"issuer": "Example QSA Ltd",
	"issued": "2026-05-20",
	"scope_covers_service": true,
}

_manifest(category, agreements, reports) := {
	"scope": {
		"regimes": ["gdpr", "hipaa"],
		"first_access_on": "2026-01-15",
		"data": [{"id": "d", "category": category}],
	},
	"data_protection": {"sector_agreements": agreements},
	"assurance": {"reports": reports},
}

_health := _with_baa({})

_with_baa(fields) := _manifest("phi", [object.union(_baa, fields)], [])

_cards := _with_aoc({})

_with_aoc(fields) := _with_reports([object.union(_aoc, fields)])

_with_reports(reports) := _manifest("cardholder", [_matrix, _acknowledgement], reports)

test_sound_papers_pass if {
	every manifest in [_health, _cards] {
		sector_agreements.applicable with input as manifest with data.context as _context
		_faults == set() with input as manifest with data.context as _context
		_holes == set() with input as manifest with data.context as _context
	}
}

test_not_applicable if {
	not sector_agreements.applicable with input as _manifest("special_health", [], [])
	not sector_agreements.applicable with input as object.union(_health, {"scope": {"regimes": ["gdpr"]}})
}

test_applicable_when_unknown if {
	every path in ["/scope", "/scope/data", "/scope/regimes", "/scope/data/0/category"] {
		sector_agreements.applicable with input as json.remove(_health, [path])
	}
}

test_nothing_is_signed if {
	_faults == {["no_agreement", _agreements([]), "hipaa_baa"]} with input as _manifest("phi", [], [])
		with data.context as _context
	_faults == {
		["no_agreement", _agreements([]), "pci_responsibility_matrix"],
		["no_agreement", _agreements([]), "pci_acknowledgement"],
		["no_attestation", ["assurance", "reports"], "pci_aoc"],
	} with input as _manifest("cardholder", [_baa], [{"type": "iso_27001"}]) with data.context as _context
}

test_an_agreement_with_somebody_else_is_none if {
	_faults == {["no_agreement", _agreements([]), "hipaa_baa"]} with input as _with_baa({"counterparty": "nordhost"})
		with data.context as _context
}

test_signed_late if {
	late := {["signed_late", _agreements([0, "signed_on"]), ""]}
	_faults == late with input as _with_baa({"signed_on": "2026-01-16"}) with data.context as _context
	to_come := object.union(_with_baa({"signed_on": "2026-11-23"}), {"scope": {"first_access_on": "2027-01-01"}})
	_faults == late with input as to_come with data.context as _context
	_faults == late with input as _with_baa({"signed_on": "2026-11-23"}) with data.context as _context
	_faults == late with data.context as _context
		with input as json.remove(_with_baa({"signed_on": "2026-11-23"}), ["/scope/first_access_on"])
}

test_missing_provisions if {
	_messages == {
		"the business associate agreement lacks access, which 45 CFR 164.504(e)(2)(ii)(E) prescribes",
		"the business associate agreement lacks termination, which 45 CFR 164.504(e)(2)(iii) prescribes",
	} with data.context as _context
		with input as _with_baa({"provisions": [name | some name in _provisions; not name in {"access", "termination"}]})
}

test_matrix_overdue if {
	_faults == {["overdue", _agreements([0, "reviewed_on"]), ""]} with data.context as _context
		with input as _manifest("cardholder", [_old_matrix, _acknowledgement], [_aoc])
}

test_plans_do_not_count if {
	_faults == {
		["future_date", _agreements([0, "reviewed_on"]), ""],
		["future_date", _agreements([1, "acknowledged_on"]), ""],
		["future_date", _reports([0, "issued"]), ""],
	} with data.context as _context with input as _manifest(
		"cardholder",
		[
			object.union(_matrix, {"reviewed_on": "2026-11-23"}),
			object.union(_acknowledgement, {"acknowledged_on": "2026-11-23"}),
		],
		[object.union(_aoc, {"issued": "2026-11-23"})],
	)
}

test_editions_count_on_the_day_of_issue if {
	_faults == {["edition", _reports([0, "edition"]), ""]} with input as _with_aoc({"edition": "3.2.1"})
		with data.context as _context
	old := _with_aoc({"edition": "4.0", "issued": "2024-12-31"})
	context := object.union(_context, {"as_of": "2025-02-01", "cutoff": {"P12M": "2024-02-01"}})
	_on_attestations == set() with input as old with data.context as context
	late := _with_aoc({"edition": "4.0", "issued": "2025-01-01"})
	_on_attestations == {["edition", _reports([0, "edition"]), ""]} with input as late with data.context as context
}

test_attestation_about_another_service if {
	other := {"scope_covers_service": false}
	_on_attestations == {["out_of_scope", _reports([0, "scope_covers_service"]), ""]} with input as _with_aoc(other)
		with data.context as _context
	_on_attestations == set() with input as _with_reports([object.union(_aoc, other), _aoc])
		with data.context as _context
	_holes == {_reports([0, "scope_covers_service"])} with data.context as _context
		with input as json.remove(_cards, ["/assurance/reports/0/scope_covers_service"])
}

test_attestation_too_old if {
	_faults == {["attestation_overdue", _reports([0, "issued"]), ""]} with input as _with_aoc({"issued": "2025-11-21"})
		with data.context as _context
	_faults == {["expired", _reports([0, "expires"]), ""]} with input as _with_aoc({"expires": "2026-11-21"})
		with data.context as _context
}

test_an_old_attestation_is_history_beside_a_sound_one if {
	_faults == set() with data.context as _context
		with input as _with_reports([object.union(_aoc, {"edition": "3.2.1", "issued": "2023-05-01"}), _aoc])
	_holes == set() with input as _with_reports([{"type": "pci_aoc"}, _aoc]) with data.context as _context
}

test_missing_fields_of_health_papers if {
	every path, hole in {
		"/data_protection": ["data_protection"],
		"/data_protection/sector_agreements": _agreements([]),
		"/data_protection/sector_agreements/0/counterparty": _agreements([0, "counterparty"]),
		"/data_protection/sector_agreements/0/signed_on": _agreements([0, "signed_on"]),
		"/data_protection/sector_agreements/0/provisions": _agreements([0, "provisions"]),
		"/scope/first_access_on": ["scope", "first_access_on"],
	} {
		_holes == {hole} with input as json.remove(_health, [path]) with data.context as _context
	}
}

test_missing_fields_of_card_papers if {
	every path, hole in {
		"/data_protection/sector_agreements/0/reviewed_on": _agreements([0, "reviewed_on"]),
		"/data_protection/sector_agreements/1/acknowledged_on": _agreements([1, "acknowledged_on"]),
		"/assurance": ["assurance"],
		"/assurance/reports/0/edition": _reports([0, "edition"]),
		"/assurance/reports/0/issued": _reports([0, "issued"]),
	} {
		_holes == {hole} with input as json.remove(_cards, [path]) with data.context as _context
	}
}

_old_matrix := object.union(_matrix, {"reviewed_on": "2025-11-21"})

_agreements(path) := array.concat(["data_protection", "sector_agreements"], path)

_reports(path) := array.concat(["assurance", "reports"], path)

_faults contains [finding.code, finding.path, object.get(finding, "key", "")] if {
	some finding in sector_agreements.deny
}

_on_attestations contains fault if {
	some fault in _faults
	fault[1][0] == "assurance"
}

_messages contains finding.msg if some finding in sector_agreements.deny

_holes contains finding.path if some finding in sector_agreements.undetermined
