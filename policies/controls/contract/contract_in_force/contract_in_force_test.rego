package controls.contract.contract_in_force_test

import data.controls.contract.contract_in_force

test_contract_in_force_passes if {
	_faults == set() with input as _base with data.context as _now
	_holes == set() with input as _base with data.context as _now
	_warnings == set() with input as _base with data.context as _now
}

test_signed_before_the_term_begins if {
	_faults == set() with input as _with({"signed_on": "2026-01-15"}) with data.context as _now
	_faults == {["signed_late", ["contract", "signed_on"], ""]}
		with input as _with({"signed_on": "2026-01-16"}) with data.context as _now
}

test_takes_effect_before_work_begins if {
	_faults == set() with input as _with({"effective": "2026-11-22"}) with data.context as _now
	_faults == {["not_effective", ["contract", "effective"], ""]}
		with input as _with({"effective": "2026-11-23"}) with data.context as _now
}

test_runs_through_its_last_day if {
	_faults == set() with input as _with({"expires": "2026-11-22"}) with data.context as _now
	_faults == {["expired", ["contract", "expires"], ""]}
		with input as _with({"expires": "2026-11-21"}) with data.context as _now
	_warnings == set() with input as _with({"expires": "2026-11-21"}) with data.context as _now
}

test_an_end_that_is_written_counts_without_an_end_too if {
	_faults == {["expired", ["contract", "expires"], ""]}
		with input as _with({"evergreen": true, "reviewed_on": "2026-05-01", "expires": "2026-11-21"})
		with data.context as _now
}

test_an_ended_contract_covers_no_work if {
	_faults == set() with input as _with({"ended_on": "2026-11-22"}) with data.context as _now
	_faults == {["ended", ["contract", "ended_on"], ""]}
		with input as _with({"ended_on": "2026-11-21"}) with data.context as _now
}

test_without_an_end_it_is_gone_through if {
	open := json.remove(_with({"evergreen": true, "reviewed_on": "2023-11-22"}), ["/contract/expires", "/derived/due"])
	_faults == set() with input as open with data.context as _now
	_holes == set() with input as open with data.context as _now
	_holes == {["missing", ["contract", "reviewed_on"], ""]}
		with input as json.remove(open, ["/contract/reviewed_on"]) with data.context as _now
	path := ["contract", "reviewed_on"]
	_faults == {["review_overdue", path, ""]}
		with input as object.union(open, {"contract": {"reviewed_on": "2023-11-21"}}) with data.context as _now
	_faults == {["future_date", path, ""]}
		with input as object.union(open, {"contract": {"reviewed_on": "2026-11-23"}}) with data.context as _now
}

test_a_review_means_nothing_to_a_fixed_term if {
	_faults == set() with input as _with({"reviewed_on": "2026-11-23"}) with data.context as _now
}

test_counsel_comes_before_signing if {
	_faults == {["legal_review_late", ["contract", "legal_review", "on"], ""]}
		with input as _with({"legal_review": {"on": "2025-12-21"}}) with data.context as _now
	_faults == set() with input as _with({"legal_review": {"on": "2025-12-20"}}) with data.context as _now
}

test_each_side_signs_with_authority if {
	path := ["contract", "signatories"]
	_faults == {["no_signatory", path, "client"], ["no_signatory", path, "vendor"]}
		with input as _with({"signatories": []}) with data.context as _now
	signed := [_client, object.union(_vendor, {"authorised": false}), _vendor]
	_faults == {["not_authorised", array.concat(path, [1, "authorised"]), ""]}
		with input as _with({"signatories": signed}) with data.context as _now
}

test_missing_fields if {
	every path in [
		["contract"],
		["contract", "signed_on"],
		["contract", "effective"],
		["contract", "expires"],
		["contract", "governing_law"],
		["contract", "notice_by_client"],
		["contract", "signatories"],
		["contract", "signatories", 0, "party"],
		["contract", "signatories", 0, "authorised"],
		["contract", "legal_review"],
		["contract", "legal_review", "on"],
		["contract", "legal_review", "by"],
	] {
		["missing", path, ""] in _holes with input as _lacking(path) with data.context as _now
	}
}

test_a_vendor_being_selected_needs_no_contract if {
	manifest := _selected({"effective": "2027-01-15"})
	_faults == set() with input as manifest with data.context as _now
	_holes == set() with input as manifest with data.context as _now
	unauthorised := _selected({"effective": "2027-01-15", "signatories": [{"name": "X", "authorised": false}]})
	_faults == {["not_authorised", ["contract", "signatories", 0, "authorised"], ""]}
		with input as unauthorised with data.context as _now
}

test_renewal_is_decided_while_notice_can_be_given if {
	_faults == set() with input as _noticed("2026-11-22", {}) with data.context as _now
	_faults == {["no_decision", ["contract", "renewal_decision"], ""]}
		with input as _noticed("2026-11-21", {}) with data.context as _now
	_faults == set()
		with input as _decided({"decided_on": "2026-11-21", "decision": "renew"}) with data.context as _now
	_faults == {["decided_late", ["contract", "renewal_decision", "decided_on"], ""]}
		with input as _decided({"decided_on": "2026-11-22", "decision": "renew"}) with data.context as _now
}

test_a_decision_before_the_contract_is_about_another_term if {
	earlier := {"decided_on": "2025-12-19", "decision": "renew"}
	_faults == {["no_decision", ["contract", "renewal_decision", "decided_on"], ""]}
		with input as _decided(earlier) with data.context as _now
	_faults == set()
		with input as _decided({"decided_on": "2025-12-20", "decision": "renew"}) with data.context as _now
	_faults == set() with input as _with({"renewal_decision": earlier}) with data.context as _now
}

test_a_decision_is_whole if {
	path := ["contract", "renewal_decision"]
	_holes == {["missing", array.concat(path, ["decision"]), ""]}
		with input as _decided({"decided_on": "2026-11-21"}) with data.context as _now
	_holes == {["missing", array.concat(path, ["decided_on"]), ""]}
		with input as _decided({"decision": "renew"}) with data.context as _now
	later := _with({"renewal_decision": {"decided_on": "2026-11-23", "decision": "renew"}})
	_faults == {["future_date", array.concat(path, ["decided_on"]), ""]} with input as later with data.context as _now
}

test_warning_before_the_end if {
	_warnings == set() with input as _noticed("2026-11-23", {}) with data.context as _now
	_warnings == {["ends_soon", "the contract ends on 2028-01-14; notice can be given until 2026-11-22"]}
		with input as _noticed("2026-11-22", {}) with data.context as _now
	_warnings == {["ends_soon", "the contract ends on 2027-02-20; at most P90D is left"]}
		with input as _with({"expires": "2027-02-20"}) with data.context as _now
	_warnings == set() with input as _with({"expires": "2027-02-21"}) with data.context as _now
}

test_limits_that_are_not_there_find_fault if {
	bare := object.remove(data.params.thresholds, ["contract_evergreen_review", "contract_expiry_warning"])
	count(_warnings) == 1 with input as _base with data.context as _now with data.params.thresholds as bare
	_faults == {["review_overdue", ["contract", "reviewed_on"], ""]}
		with input as _with({"evergreen": true, "reviewed_on": "2026-11-22"}) with data.context as _now
		with data.params.thresholds as bare
}

_lacking(path) := json.remove(_base, [[$"{key}" | some key in path]])

_faults contains [finding.code, finding.path, object.get(finding, "key", "")] if some finding in contract_in_force.deny

_holes contains [finding.code, finding.path, object.get(finding, "key", "")] if {
	some finding in contract_in_force.undetermined
}

_warnings contains [finding.code, finding.msg] if some finding in contract_in_force.warn

_with(contract) := object.union(_base, {"contract": contract})

_selected(contract) := {"metadata": {"lifecycle": "prospective"}, "contract": contract}

_noticed(day, contract) := object.union(_with(contract), {"derived": {"due": {"contract.notice_by_client": day}}})

_decided(decision) := _noticed("2026-11-21", {"renewal_decision": decision})

_now := {
	"as_of": "2026-11-22",
	"cutoff": {"P36M": "2023-11-22"},
	"ahead": {"P90D": "2027-02-20"},
}

_client := {"name": "Clara Winter", "party": "client", "authorised": true}

_vendor := {"name": "Maria Santos", "party": "vendor", "authorised": true}

_base := {
	"contract": {
		"signed_on": "2025-12-20",
		"effective": "2026-01-15",
		"expires": "2028-01-14",
		"governing_law": "DE",
		"notice_by_client": "P3M",
		"signatories": [_client, _vendor],
		"legal_review": {"on": "2025-12-12", "by": "client_counsel"},
	},
	"derived": {"due": {"contract.notice_by_client": "2027-10-14"}},
}
