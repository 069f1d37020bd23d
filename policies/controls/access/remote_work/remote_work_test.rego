package controls.access.remote_work_test

import data.controls.access.remote_work
import data.controls.data_protection.international_transfers

test_guarded_home_work_passes if {
	remote_work.applicable with input as _vendor({}) with data.context as _context
	_faults == set() with input as _vendor({}) with data.context as _context
	_holes == set() with input as _vendor({}) with data.context as _context
}

test_not_applicable_without_remote_work if {
	not remote_work.applicable with input as _office with data.context as _context
	_faults == set() with input as _office with data.context as _context
	_holes == set() with input as _office with data.context as _context
}

test_applicable_to_home_workers_of_a_party if {
	manifest := _with_party(_office, {"kind": "home_worker", "countries": ["DE"]})
	remote_work.applicable with input as manifest with data.context as _context
	_holes == {
		["missing", _at("controls"), ""],
		["missing", _at("policy_acknowledged_on"), ""],
	} with input as manifest with data.context as _context
}

test_countries_of_home_workers_must_be_told if {
	path := ["subcontracting", "parties", 0, "countries"]
	none := _with_party(_vendor({}), {"kind": "home_worker"})
	_holes == {["missing", path, ""]} with input as none with data.context as _context
	empty := _with_party(_vendor({}), {"kind": "home_worker", "countries": []})
	_holes == {["empty", path, ""]} with input as empty with data.context as _context
}

test_applicable_when_remote_work_is_not_told if {
	every pointer, path in {
		"/access": ["access"],
		"/access/remote_work": ["access", "remote_work"],
		"/access/remote_work/allowed": _at("allowed"),
		"/subcontracting": ["subcontracting"],
	} {
		manifest := json.remove(_office, [pointer])
		remote_work.applicable with input as manifest with data.context as _context
		_holes == {["missing", path, ""]} with input as manifest with data.context as _context
	}
}

test_applicable_when_parties_are_not_told if {
	manifest := object.union(_office, {"subcontracting": {"position": "permitted_general"}})
	remote_work.applicable with input as manifest with data.context as _context
	_holes == {["missing", ["subcontracting", "parties"], ""]} with input as manifest with data.context as _context
}

test_applicable_when_a_kind_is_not_told if {
	manifest := _with_party(_office, {})
	remote_work.applicable with input as manifest with data.context as _context
	_holes == {["missing", ["subcontracting", "parties", 0, "kind"], ""]}
		with input as manifest with data.context as _context
}

test_safeguards_by_tier if {
	base := ["managed_device", "mfa", "vpn_or_ztna", "disk_encryption"]
	more := ["vdi", "no_local_storage", "no_print", "private_room", "dlp"]
	every tier in ["critical", "high"] {
		manifest := object.union(_vendor({"controls": base}), {"scope": {"risk_tier": tier}})
		_faults == {["missing_safeguard", _at("controls"), name] | some name in more}
			with input as manifest with data.context as _context
	}
	every tier in ["medium", "low"] {
		manifest := object.union(_vendor({"controls": ["mfa"]}), {"scope": {"risk_tier": tier}})
		_faults == {["missing_safeguard", _at("controls"), name] | some name in base; name != "mfa"}
			with input as manifest with data.context as _context
	}
}

test_safeguards_are_missing_without_parameter if {
	_faults == {["missing_safeguard", _at("controls"), "remote_controls"]} with input as _vendor({})
		with data.context as _context
		with data.params.thresholds.remote_controls as null
}

test_country_that_no_transfer_serves if {
	finding := {"code": "no_mechanism", "path": _at("countries"), "key": "DE", "msg": ""}
	_faults == {["home_country", _at("countries"), "DE"]} with input as _vendor({}) with data.context as _context
		with international_transfers.applicable as true
		with international_transfers.deny as {finding}
	_faults == set() with input as _vendor({}) with data.context as _context
		with international_transfers.applicable as false
		with international_transfers.deny as {finding}
	_faults == set() with input as _vendor({}) with data.context as _context
		with international_transfers.applicable as true
		with international_transfers.deny as {object.union(finding, {"key": "VN"})}
}

test_country_whose_transfer_is_faulty if {
	finding := {"code": "tia_overdue", "path": ["data_protection", "transfers", 1, "tia_on"], "msg": ""}
	every recipient, expected in {"vendor": {["home_country", _at("countries"), "DE"]}, "typists": set()} {
		_faults == expected with input as _transferred("DE", recipient) with data.context as _context
			with international_transfers.applicable as true
			with international_transfers.deny as {finding}
	}
	_faults == set() with input as _transferred("VN", "vendor") with data.context as _context
		with international_transfers.applicable as true
		with international_transfers.deny as {finding}
}

test_country_of_home_workers_of_a_party if {
	path := ["subcontracting", "parties", 0, "countries"]
	finding := {"code": "no_mechanism", "path": path, "key": "PH", "msg": ""}
	_faults == {["home_country", path, "PH"]}
		with input as _with_party(_vendor({}), {"kind": "home_worker", "countries": ["PH"]})
		with data.context as _context
		with international_transfers.applicable as true
		with international_transfers.deny as {finding}
}

test_country_that_cannot_be_judged if {
	every path in [["data_protection", "transfers", 1, "tia_on"], ["data_protection", "role"]] {
		finding := {"code": "missing", "path": path, "msg": ""}
		_holes == {["home_country_unknown", _at("countries"), "DE"]}
			with input as _transferred("DE", "vendor") with data.context as _context
			with international_transfers.applicable as true
			with international_transfers.undetermined as {finding}
		_holes == set() with input as _transferred("VN", "vendor") with data.context as _context
			with international_transfers.applicable as true
			with international_transfers.undetermined as {finding}
	}
}

test_some_data_stays_in_the_office if {
	every category in ["cardholder", "special_health", "phi", "criminal_offence"] {
		_faults == {["sensitive_at_home", _at("remote_share_pct"), ""]}
			with input as _handling(category, {"remote_share_pct": 0.5}) with data.context as _context
		_faults == set() with input as _handling(category, {"remote_share_pct": 0}) with data.context as _context
		manifest := json.remove(_handling(category, {}), ["/access/remote_work/remote_share_pct"])
		_holes == {["missing", _at("remote_share_pct"), ""]} with input as manifest with data.context as _context
	}
}

test_what_home_workers_get_is_worked_on_at_home if {
	path := ["subcontracting", "parties", 0, "data"]
	party := {"kind": "home_worker", "countries": ["DE"], "data": ["d", "plans"]}
	health := _with_party(_handling("special_health", {"remote_share_pct": 0}), party)
	_faults == {["sensitive_at_home", path, "d"]} with input as health with data.context as _context
	untold := json.remove(health, ["/subcontracting/parties/0/data"])
	_holes == {["missing", path, ""]} with input as untold with data.context as _context
	every harmless in [
		_with_party(_handling("personal_financial", {"remote_share_pct": 0}), party),
		_with_party(_handling("special_health", {"remote_share_pct": 0}), object.union(party, {"kind": "company"})),
	] {
		_faults == set() with input as harmless with data.context as _context
	}
}

test_a_share_counts_though_remote_work_is_forbidden if {
	forbidden := _vendor({"allowed": false, "remote_share_pct": 40})
	remote_work.applicable with input as forbidden with data.context as _context
	_faults == {["not_allowed", _at("allowed"), ""]} with input as forbidden with data.context as _context
	_holes == {["empty", _at("countries"), ""]} with data.context as _context
		with input as object.union(forbidden, {"access": {"remote_work": {"countries": []}}})
	not remote_work.applicable with data.context as _context
		with input as _vendor({"allowed": false, "remote_share_pct": 0})
}

test_other_data_may_leave_it if {
	_faults == set() with input as _handling("personal_financial", {"remote_share_pct": 100})
		with data.context as _context
	_faults == {["sensitive_at_home", _at("remote_share_pct"), ""]}
		with input as _handling("personal_financial", {"remote_share_pct": 100})
		with data.context as _context
		with data.params.thresholds as object.remove(data.params.thresholds, ["remote_refused_categories"])
}

test_acknowledgement_of_the_rules if {
	_faults == {["policy_overdue", _at("policy_acknowledged_on"), ""]}
		with input as _vendor({"policy_acknowledged_on": "2025-11-21"}) with data.context as _context
	_faults == set() with input as _vendor({"policy_acknowledged_on": "2025-11-22"}) with data.context as _context
	_faults == set() with input as _vendor({"policy_acknowledged_on": "2026-11-22"}) with data.context as _context
	_faults == {["policy_in_future", _at("policy_acknowledged_on"), ""]}
		with input as _vendor({"policy_acknowledged_on": "2026-11-23"}) with data.context as _context
}

test_missing_fields if {
	every field in ["countries", "controls", "policy_acknowledged_on"] {
		manifest := json.remove(_vendor({}), [$"/access/remote_work/{field}"])
		_holes == {["missing", _at(field), ""]} with input as manifest with data.context as _context
		_faults == set() with input as manifest with data.context as _context
	}
	_holes == {["empty", _at("countries"), ""]} with input as _vendor({"countries": []}) with data.context as _context
	_holes == {["missing", ["scope", "data"], ""]}
		with input as json.remove(_vendor({}), ["/scope/data"]) with data.context as _context
}

_faults contains [finding.code, finding.path, object.get(finding, "key", "")] if some finding in remote_work.deny

_holes contains [finding.code, finding.path, object.get(finding, "key", "")] if {
	some finding in remote_work.undetermined
}

_context := {"as_of": "2026-11-22", "cutoff": {"P12M": "2025-11-22"}, "reached": {}, "ahead": {}}

_at(field) := ["access", "remote_work", field]

_vendor(patch) := object.union(_base, {"access": {"remote_work": patch}})

_handling(category, patch) := object.union(
	_vendor(patch),
	{"scope": {"data": [{"id": "d", "category": category, "subjects_estimate": 1}]}},
)

_with_party(manifest, party) := object.union(manifest, {"subcontracting": {
	"position": "permitted_specific",
	"parties": [object.union({"id": "typists"}, party)],
}})

_transferred(country, recipient) := object.union(_vendor({}), {"data_protection": {"transfers": [
	{"to": "US", "recipient": recipient},
	{"to": country, "recipient": recipient},
]}})

_office := object.union(
	json.remove(_base, ["/access/remote_work"]),
	{"access": {"remote_work": {"allowed": false}}},
)

_base := {
	"scope": {
		"risk_tier": "high",
		"function": "supporting",
		"regimes": [],
		"data": [{"id": "plans", "category": "business_internal"}],
	},
	"access": {"remote_work": {
		"allowed": true,
		"remote_share_pct": 10,
		"countries": ["DE"],
		"controls": [
			"managed_device",
			"mfa",
			"vpn_or_ztna",
			"disk_encryption",
			"vdi",
			"no_local_storage",
			"no_print",
			"private_room",
			"dlp",
		],
		"policy_acknowledged_on": "2026-09-14",
	}},
	"subcontracting": {"position": "none"},
}
