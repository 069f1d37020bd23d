package controls.data_protection.international_transfers_test

import data.controls.data_protection.international_transfers

test_clauses_carry_a_transfer if {
	international_transfers.applicable with input as _base with data.context as _now
	_denied == set() with input as _base with data.context as _now
	_missing == set() with input as _base with data.context as _now
}

test_not_applicable_without_personal_data if {
	manifest := object.union(_base, {"scope": {"data": [{"id": "plans", "category": "trade_secret"}]}})
	not international_transfers.applicable with input as manifest with data.context as _now
}

test_not_applicable_at_home if {
	every country in ["DE", "NO", "IS", "RE", "AX"] {
		manifest := _located(country, [])
		not international_transfers.applicable with input as manifest with data.context as _now
		_denied == set() with input as manifest with data.context as _now
	}
}

test_not_applicable_for_other_data_subjects if {
	manifest := object.union(_located("IN", []), {"scope": {"data_subject_regions": ["US", "OTHER"]}})
	not international_transfers.applicable with input as manifest with data.context as _now
	_denied == set() with input as manifest with data.context as _now
}

test_abroad_starts_at_the_border if {
	every country in ["IN", "GL", "NC", "PF", "UK"] {
		_denied == {["no_mechanism", _place, ""]} with input as _located(country, []) with data.context as _now
	}
}

test_data_subjects_of_no_region_count_as_european if {
	every manifest in [
		json.remove(_located("IN", []), ["/scope/data_subject_regions"]),
		object.union(_located("IN", []), {"scope": {"data_subject_regions": []}}),
	] {
		_denied == {["no_mechanism", _place, ""]} with input as manifest with data.context as _now
	}
}

test_whereabouts_that_must_be_told if {
	every path in [
		["scope", "data"],
		["scope", "data_subject_regions"],
		["scope", "locations"],
		["access", "remote_work", "allowed"],
		["subcontracting", "position"],
	] {
		manifest := json.remove(_base, [path])
		international_transfers.applicable with input as manifest with data.context as _now
		_missing == {["missing", path]} with input as manifest with data.context as _now
	}
}

test_unknown_whereabouts_apply_though_nothing_is_abroad if {
	manifest := json.remove(_located("DE", []), ["/access"])
	international_transfers.applicable with input as manifest with data.context as _now
	_missing == {["missing", ["access"]]} with input as manifest with data.context as _now
}

test_lists_that_must_not_be_empty if {
	_missing == {["empty", ["scope", "locations"]]}
		with input as object.union(_base, {"scope": {"locations": []}}) with data.context as _now
	_missing == {["empty", ["scope", "data_subject_regions"]]}
		with input as object.union(_base, {"scope": {"data_subject_regions": []}}) with data.context as _now
}

test_country_of_a_location_must_be_told if {
	_missing == {["missing", ["scope", "locations", 0, "country"]]}
		with input as object.union(_base, {"scope": {"locations": [{"site": "Pune"}]}}) with data.context as _now
}

test_countries_of_remote_work_must_be_told_when_it_is_allowed if {
	path := ["access", "remote_work", "countries"]
	_missing == {["missing", path]}
		with input as _remote({"allowed": true}) with data.context as _now
	_missing == {["empty", path]}
		with input as _remote({"allowed": true, "countries": []}) with data.context as _now
	_missing == set() with input as _remote({"allowed": false}) with data.context as _now
}

test_parties_must_be_told_unless_none if {
	_missing == {["missing", ["subcontracting", "parties"]]}
		with input as object.union(_base, {"subcontracting": {"position": "permitted_general"}})
		with data.context as _now
}

test_countries_of_a_party_must_be_told if {
	path := ["subcontracting", "parties", 0, "countries"]
	_missing == {["missing", path]}
		with input as object.union(_base, {"subcontracting": {"parties": [{"id": "sub"}]}}) with data.context as _now
	_missing == {["empty", path]} with input as _party([], []) with data.context as _now
}

test_every_way_abroad if {
	path := ["access", "remote_work", "countries"]
	_denied == {["no_mechanism", path, "IN"], ["no_mechanism", path, "VN"]}
		with input as _remote({"allowed": true, "countries": ["IN", "DE", "VN"]}) with data.context as _now
	_denied == {["no_mechanism", path, "IN"]}
		with input as _remote({"allowed": false, "countries": ["IN"]}) with data.context as _now
	_denied == {["no_mechanism", ["access", "support_countries"], "IN"]}
		with input as object.union(_located("DE", []), {"access": {"support_countries": ["IN", "FR"]}})
		with data.context as _now
	_denied == {["no_mechanism", ["subcontracting", "parties", 0, "countries"], "IN"]}
		with input as _party(["DE", "IN"], []) with data.context as _now
}

test_a_transfer_serves_its_recipient_and_country_only if {
	every fields in [{"to": "ID"}, {"recipient": "sub"}] {
		_denied == {["no_mechanism", _place, ""]} with input as _clauses(fields) with data.context as _now
	}
}

test_location_of_a_party if {
	location := {"country": "IN", "operated_by": "sub"}
	_denied == {["no_mechanism", _place, ""]}
		with input as object.union(_base, {"scope": {"locations": [location]}}) with data.context as _now
	_denied == set()
		with input as object.union(_clauses({"recipient": "sub", "module": 3}), {"scope": {"locations": [location]}})
		with data.context as _now
}

test_remote_staff_of_a_party if {
	remote := {"access": {"remote_work": {"allowed": true, "countries": ["IN"], "employed_by": "sub"}}}
	_denied == {["no_mechanism", ["access", "remote_work", "countries"], "IN"]}
		with input as object.union(_base, remote) with data.context as _now
	_denied == set()
		with input as object.union(_transfers([_scc, _onward]), remote) with data.context as _now
}

test_module_follows_the_roles if {
	every role, module in {"processor": 2, "sub_processor": 3, "joint_controller": 1} {
		manifest := object.union(_base, {"data_protection": {"role": role}})
		wrong := {["wrong_module", _at(0, "module"), ""] | module != 2}
		_denied == wrong with input as manifest with data.context as _now
		_denied == set()
			with input as object.union(_clauses({"module": module}), {"data_protection": {"role": role}})
			with data.context as _now
	}
}

test_unknown_role_fits_no_module if {
	_denied == {["wrong_module", _at(0, "module"), ""]}
		with input as object.union(_base, {"data_protection": {"role": "odd"}}) with data.context as _now
}

test_module_onward_follows_the_role if {
	_denied == set() with input as _party(["IN"], [_onward]) with data.context as _now
	_denied == {["wrong_module", _at(0, "module"), ""]}
		with input as _party(["IN"], [object.union(_onward, {"module": 2})]) with data.context as _now
	_denied == {["wrong_module", _at(0, "module"), ""]}
		with input as object.union(_party(["IN"], [_onward]), {"data_protection": {"role": "joint_controller"}})
		with data.context as _now
}

test_signature_on_the_day_is_good if {
	_denied == set() with input as _clauses({"signed_on": "2026-11-22"}) with data.context as _now
	_denied == {["not_signed", _at(0, "signed_on"), ""]}
		with input as _clauses({"signed_on": "2026-11-23"}) with data.context as _now
}

test_impact_assessment_is_good_for_its_period if {
	_denied == set() with input as _clauses({"tia_on": "2025-11-22"}) with data.context as _now
	_denied == {["tia_overdue", _at(0, "tia_on"), ""]}
		with input as _clauses({"tia_on": "2025-11-21"}) with data.context as _now
	every thresholds in [{}, {"tia_review": null}] {
		_denied == {["tia_overdue", _at(0, "tia_on"), ""]}
			with input as _clauses({"tia_on": "2026-11-22"})
			with data.context as _now
			with data.params.thresholds as thresholds
	}
}

test_impact_assessment_that_is_still_to_come if {
	_denied == set() with input as _clauses({"tia_on": "2026-11-22"}) with data.context as _now
	_denied == {["tia_future", _at(0, "tia_on"), ""]}
		with input as _clauses({"tia_on": "2026-11-23"}) with data.context as _now
}

test_impact_assessment_with_a_bad_end if {
	_denied == {["tia_insufficient", _at(0, "tia_outcome"), ""]}
		with input as _clauses({"tia_outcome": "insufficient"}) with data.context as _now
}

test_fields_of_a_transfer_that_must_be_there if {
	every name in ["recipient", "module", "signed_on", "tia_on", "tia_outcome"] {
		manifest := _transfers([object.remove(_scc, [name])])
		_missing == {["missing", _at(0, name)]} with input as manifest with data.context as _now
		_denied == set() with input as manifest with data.context as _now
	}
	_missing == {["missing", ["data_protection", "role"]]}
		with input as json.remove(_base, ["/data_protection/role"]) with data.context as _now
	_denied == {["no_mechanism", _place, ""]}
		with input as _transfers([object.remove(_scc, ["mechanism"])]) with data.context as _now
}

test_corporate_rules_need_their_approval if {
	rules := {"from": "DE", "to": "IN", "recipient": "vendor", "mechanism": "bcr"}
	_missing == {["missing", _at(0, "approval_ref")]} with input as _transfers([rules]) with data.context as _now
	approved := object.union(rules, {"approval_ref": "BCR-77"})
	_missing == set() with input as _transfers([approved]) with data.context as _now
	_denied == set() with input as _transfers([approved]) with data.context as _now
}

test_derogation_does_not_carry if {
	_denied == {["derogation", _at(0, "mechanism"), ""]}
		with input as _clauses({"mechanism": "derogation_art49"}) with data.context as _now
}

test_mechanism_of_another_law if {
	every mechanism in ["uk_idta", "unheard_of"] {
		_denied == {["wrong_mechanism", _at(0, "mechanism"), ""]}
			with input as _clauses({"mechanism": mechanism}) with data.context as _now
	}
}

test_no_adequacy_decision_to_rely_on if {
	_denied == {["wrong_mechanism", _at(0, "mechanism"), ""]}
		with input as _transfers([_adequacy("IN", {})]) with data.context as _now
}

test_a_sound_transfer_excuses_a_defective_one if {
	late := object.union(_scc, {"tia_on": "2019-01-01"})
	_denied == set() with input as _transfers([late, _scc]) with data.context as _now
	_missing == set() with input as _transfers([object.remove(_scc, ["module"]), _scc]) with data.context as _now
}

test_every_defect_is_told_but_only_of_what_could_carry if {
	late := object.union(_scc, {"tia_on": "2019-01-01", "module": 3})
	odd := object.union(_scc, {"mechanism": "derogation_art49"})
	_denied == {["tia_overdue", _at(0, "tia_on"), ""], ["wrong_module", _at(0, "module"), ""]}
		with input as _transfers([late, odd]) with data.context as _now
}

test_one_transfer_for_two_places_is_told_once if {
	manifest := object.union(
		_clauses({"tia_on": "2019-01-01"}),
		{"access": {"remote_work": {"allowed": true, "countries": ["IN"]}}},
	)
	_denied == {["tia_overdue", _at(0, "tia_on"), ""]} with input as manifest with data.context as _now
	count(international_transfers.deny) == 1 with input as manifest with data.context as _now
}

test_adequate_country_needs_no_transfer if {
	every country in ["CH", "JE", "NZ", "BR"] {
		manifest := _located(country, [])
		international_transfers.applicable with input as manifest with data.context as _now
		_denied == set() with input as manifest with data.context as _now
	}
}

test_adequacy_begins_and_ends_with_the_decision if {
	every day, expected in {
		"2026-01-25": {["no_mechanism", _place, ""]},
		"2026-01-26": set(),
	} {
		_denied == expected with input as _located("BR", []) with data.context as object.union(_now, {"as_of": day})
	}
	every day, expected in {
		"2031-12-27": set(),
		"2031-12-28": {["no_mechanism", _place, ""]},
	} {
		_denied == expected with input as _located("GB", []) with data.context as object.union(_now, {"as_of": day})
	}
}

test_transfer_that_leans_on_an_ended_decision if {
	late := object.union(_now, {"as_of": "2031-12-28"})
	manifest := _located("GB", [_adequacy("GB", {})])
	_denied == {["adequacy_ended", _at(0, "mechanism"), ""]} with input as manifest with data.context as late
	found := international_transfers.deny with input as manifest with data.context as late
	"from 2021-06-28 to 2031-12-27" in {substring(finding.msg, indexof(finding.msg, "from"), 29) | some finding in found}
	_denied == {["adequacy_ended", _at(0, "mechanism"), ""]}
		with input as _located("BR", [_adequacy("BR", {})])
		with data.context as object.union(_now, {"as_of": "2026-01-25"})
}

test_conditions_of_a_decision if {
	shown := {"dpf_participant": true, "dpf_expires": "2026-11-22"}
	_denied == set() with input as _located("US", [_adequacy("US", shown)]) with data.context as _now
	_denied == {["adequacy_condition", _at(0, "dpf_expires"), ""]}
		with input as _located("US", [_adequacy("US", object.union(shown, {"dpf_expires": "2026-11-21"}))])
		with data.context as _now
	_denied == {["adequacy_condition", _at(0, "dpf_participant"), ""]}
		with input as _located("US", [_adequacy("US", object.union(shown, {"dpf_participant": false}))])
		with data.context as _now
	_missing == {["missing", _at(0, "dpf_participant")], ["missing", _at(0, "dpf_expires")]}
		with input as _located("US", [_adequacy("US", {})]) with data.context as _now
	_denied == {["no_mechanism", _place, ""]} with input as _located("US", []) with data.context as _now
}

test_flag_in_place_of_a_date_is_no_date if {
	_denied == {["adequacy_condition", _at(0, "dpf_expires"), ""]}
		with input as _located("US", [_adequacy("US", {"dpf_participant": true, "dpf_expires": true})])
		with data.context as _now
}

test_conditions_may_stand_in_any_transfer_to_that_recipient if {
	shown := {"to": "CA", "mechanism": "derogation_art49", "commercial": true}
	_denied == set() with input as _located("CA", [object.union(_scc, shown)]) with data.context as _now
	_denied == {["derogation", _at(0, "mechanism"), ""], ["no_mechanism", ["access", "support_countries"], "IN"]}
		with input as object.union(
			_located("CA", [object.union_n([_scc, shown, {"commercial": false}])]),
			{"access": {"support_countries": ["IN"]}},
		)
		with data.context as _now
}

test_recipient_must_be_told_for_conditions if {
	transfer := object.remove(_adequacy("CA", {"commercial": true}), ["recipient"])
	_missing == {["missing", _at(0, "recipient")]}
		with input as _located("CA", [transfer]) with data.context as _now
}

test_staff_data_asks_for_more if {
	staff := {"scope": {"data": [{"id": "staff", "category": "personal_employment"}]}}
	shown := {"dpf_participant": true, "dpf_expires": "2027-05-01"}
	_missing == {["missing", _at(0, "dpf_covers_hr")]}
		with input as object.union(_located("US", [_adequacy("US", shown)]), staff) with data.context as _now
	_denied == set()
		with input as object.union(
			_located("US", [_adequacy("US", object.union(shown, {"dpf_covers_hr": true}))]),
			staff,
		)
		with data.context as _now
}

test_british_data_subjects if {
	_denied == {["uk_no_mechanism", _place, ""]} with input as _british([]) with data.context as _now
	_denied == {["uk_wrong_mechanism", _at(0, "mechanism"), ""]}
		with input as _british([_scc]) with data.context as _now
	every mechanism in ["uk_idta", "uk_addendum"] {
		_denied == set() with input as _british([_uk({"mechanism": mechanism})]) with data.context as _now
	}
	_denied == {["uk_tia_overdue", _at(0, "tia_on"), ""]}
		with input as _british([_uk({"tia_on": "2019-01-01"})]) with data.context as _now
}

test_british_data_may_go_to_the_eea if {
	manifest := object.union(_located("DE", []), {"scope": {"data_subject_regions": ["GB"]}})
	not international_transfers.applicable with input as manifest with data.context as _now
}

test_both_laws_ask_for_their_own if {
	both := {"scope": {"data_subject_regions": ["EEA", "GB"]}}
	_denied == set()
		with input as object.union(_transfers([_scc, _uk({})]), both) with data.context as _now
	_denied == {["uk_no_mechanism", _place, ""]} with input as object.union(_base, both) with data.context as _now
	_denied == {["no_mechanism", _place, ""]}
		with input as object.union(_transfers([_uk({})]), both) with data.context as _now
	_denied == {["tia_overdue", _at(0, "tia_on"), ""]}
		with input as object.union(_transfers([object.union(_scc, {"tia_on": "2019-01-01"}), _uk({})]), both)
		with data.context as _now
}

test_messages_tell_where_and_what_to_do if {
	found := international_transfers.deny with input as _located("IN", []) with data.context as _now
	{[finding.msg, finding.fix] | some finding in found} == {[
		"personal data goes to vendor in IN without a mechanism under GDPR Chapter V",
		"add a transfer to IN with recipient vendor by bcr or scc_2021_914, or move the work",
	]}
}

test_messages_tell_why_a_decision_does_not_help if {
	american := international_transfers.deny with input as _located("US", []) with data.context as _now
	{finding.msg | some finding in american} == {concat("", [
		"personal data goes to vendor in US without a mechanism under GDPR Chapter V ",
		"(the adequacy decision asks for a transfer that shows dpf_expires, dpf_participant)",
	])}
	late := object.union(_now, {"as_of": "2032-01-01"})
	british := international_transfers.deny with input as _located("GB", []) with data.context as late
	{finding.msg | some finding in british} == {concat("", [
		"personal data goes to vendor in GB without a mechanism under GDPR Chapter V ",
		"(the adequacy decision is in force from 2021-06-28 to 2031-12-27 only)",
	])}
}

_now := {"as_of": "2026-11-22", "cutoff": {"P12M": "2025-11-22"}, "reached": {}, "ahead": {}}

_place := ["scope", "locations", 0]

_scc := {
	"from": "DE",
	"to": "IN",
	"recipient": "vendor",
	"mechanism": "scc_2021_914",
	"module": 2,
	"signed_on": "2025-12-15",
	"tia_on": "2026-04-02",
	"tia_outcome": "sufficient_with_measures",
}

_onward := object.union(_scc, {"recipient": "sub", "module": 3})

_base := {
	"scope": {
		"data": [{"id": "tickets", "category": "personal_contact"}],
		"data_subject_regions": ["EEA"],
		"locations": [{"country": "IN", "site": "Pune", "activity": "process"}],
	},
	"data_protection": {"role": "processor", "transfers": [_scc]},
	"access": {"remote_work": {"allowed": false}},
	"subcontracting": {"position": "none"},
}

_at(index, field) := ["data_protection", "transfers", index, field]

_transfers(transfers) := object.union(_base, {"data_protection": {"transfers": transfers}})

_clauses(fields) := _transfers([object.union(_scc, fields)])

_located(country, transfers) := object.union(_transfers(transfers), {"scope": {"locations": [{"country": country}]}})

_british(transfers) := object.union(_transfers(transfers), {"scope": {"data_subject_regions": ["GB"]}})

_uk(fields) := object.union_n([object.remove(_scc, ["module"]), {"from": "GB", "mechanism": "uk_addendum"}, fields])

_adequacy(country, fields) := object.union(
	{"from": "DE", "to": country, "recipient": "vendor", "mechanism": "adequacy"},
	fields,
)

_remote(fields) := object.union(
	json.remove(_located("DE", []), ["/access/remote_work"]),
	{"access": {"remote_work": fields}},
)

_party(countries, transfers) := object.union(_located("DE", transfers), {"subcontracting": {
	"position": "permitted_specific",
	"parties": [{"id": "sub", "countries": countries}],
}})

_denied contains [finding.code, finding.path, object.get(finding, "key", "")] if {
	some finding in international_transfers.deny
}

_missing contains [finding.code, finding.path] if some finding in international_transfers.undetermined
