package controls.data_protection.processing_agreement_test

import data.controls.data_protection.processing_agreement

test_agreement_with_every_term_passes if {
	every role in ["processor", "sub_processor"] {
		processing_agreement.applicable with input as _with({"role": role}) with data.context as _now
		_denied == set() with input as _with({"role": role}) with data.context as _now
		_missing == set() with input as _with({"role": role}) with data.context as _now
		processing_agreement.warn == set() with input as _with({"role": role}) with data.context as _now
	}
}

test_not_applicable_without_personal_data if {
	manifest := object.union(_base, {"scope": {"data": [{"id": "plans", "category": "trade_secret"}]}})
	not processing_agreement.applicable with input as manifest with data.context as _now
}

test_applies_when_the_data_is_unknown if {
	processing_agreement.applicable with input as json.remove(_base, ["/scope"]) with data.context as _now
}

test_independent_controller_is_worth_a_warning if {
	manifest := _with({"role": "independent_controller"})
	not processing_agreement.applicable with input as manifest with data.context as _now
	found := processing_agreement.warn with input as manifest with data.context as _now
	{[finding.code, finding.path] | some finding in found} == {["independent_controller", ["data_protection", "role"]]}
}

test_independent_controller_without_personal_data_is_not if {
	manifest := object.union(_with({"role": "independent_controller"}), {"scope": {"data": []}})
	processing_agreement.warn == set() with input as manifest with data.context as _now
}

test_fields_that_must_be_there if {
	every path in [
		["data_protection", "role"],
		["data_protection", "dpa", "signed_on"],
		["data_protection", "dpa", "clauses"],
		["data_protection", "dpa", "subject_matter"],
		["data_protection", "dpa", "duration"],
		["data_protection", "dpa", "nature"],
		["data_protection", "dpa", "purpose"],
		["data_protection", "dpa", "data_types"],
		["data_protection", "dpa", "data_subjects"],
		["contract", "effective"],
	] {
		manifest := json.remove(_base, [path])
		processing_agreement.applicable with input as manifest with data.context as _now
		_missing == {["missing", path]} with input as manifest with data.context as _now
		_denied == set() with input as manifest with data.context as _now
	}
}

test_blocks_that_must_be_there if {
	_missing == {["missing", ["data_protection", "dpa"]]}
		with input as json.remove(_base, ["/data_protection/dpa"]) with data.context as _now
	_missing == {["missing", ["data_protection"]], ["missing", ["contract"]]}
		with input as json.remove(_base, ["/data_protection", "/contract"]) with data.context as _now
}

test_lists_that_must_not_be_empty if {
	every name in ["data_types", "data_subjects"] {
		_missing == {["empty", ["data_protection", "dpa", name]]}
			with input as _with({"dpa": {name: []}}) with data.context as _now
	}
}

test_signed_on_the_day_the_contract_takes_effect_is_good if {
	_denied == set() with input as _with({"dpa": {"signed_on": "2026-01-15"}}) with data.context as _now
	_denied == {_late("dpa")} with input as _with({"dpa": {"signed_on": "2026-01-16"}}) with data.context as _now
}

test_signed_after_the_day_of_the_check if {
	later := {"contract": {"effective": "2027-01-01"}}
	_denied == set()
		with input as object.union(_with({"dpa": {"signed_on": "2026-11-22"}}), later) with data.context as _now
	_denied == {_late("dpa")}
		with input as object.union(_with({"dpa": {"signed_on": "2026-11-23"}}), later) with data.context as _now
	_denied == {_late("dpa")}
		with input as json.remove(_with({"dpa": {"signed_on": "2026-11-23"}}), ["/contract"]) with data.context as _now
}

test_both_reasons_are_one_finding if {
	found := processing_agreement.deny with input as _with({"dpa": {"signed_on": "2026-11-23"}})
		with data.context as _now
	{finding.msg | some finding in found} == {concat("", [
		"signed on 2026-11-23, later than 2026-01-15, ",
		"the day the contract took effect",
	])}
}

test_clauses_that_are_missing if {
	clauses := [clause | some clause in _base.data_protection.dpa.clauses; not clause in {"audit", "security"}]
	path := ["data_protection", "dpa", "clauses"]
	_denied == {["missing_clause", path, "audit"], ["missing_clause", path, "security"]}
		with input as _with({"dpa": {"clauses": clauses}}) with data.context as _now
	found := processing_agreement.deny with input as _with({"dpa": {"clauses": clauses}}) with data.context as _now
	"the agreement lacks the clause audit of GDPR Art. 28(3)(h)" in {finding.msg | some finding in found}
}

test_no_clause_at_all if {
	count(_denied) == 8 with input as _with({"dpa": {"clauses": []}}) with data.context as _now
}

test_joint_controller_has_an_arrangement_instead if {
	_missing == set() with input as _joint({"signed_on": "2026-01-15"}) with data.context as _now
	_denied == set() with input as _joint({"signed_on": "2026-01-15"}) with data.context as _now
	_denied == {_late("art26_arrangement")} with input as _joint({"signed_on": "2026-01-16"}) with data.context as _now
	_missing == {["missing", ["data_protection", "art26_arrangement", "signed_on"]]}
		with input as _joint({}) with data.context as _now
	_missing == {["missing", ["data_protection", "art26_arrangement"]]}
		with input as json.remove(_joint({}), ["/data_protection/art26_arrangement"]) with data.context as _now
}

_now := {"as_of": "2026-11-22", "cutoff": {}, "reached": {}, "ahead": {}}

_base := {
	"scope": {"data": [{"id": "tickets", "category": "personal_contact"}]},
	"contract": {"effective": "2026-01-15"},
	"data_protection": {
		"role": "processor",
		"dpa": {
			"signed_on": "2025-12-15",
			"subject_matter": "Support of private customers",
			"duration": "Life of the contract",
			"nature": "Answering and recording requests",
			"purpose": "Customer care",
			"data_types": ["name", "email"],
			"data_subjects": ["customers"],
			"clauses": [
				"documented_instructions",
				"confidentiality",
				"security",
				"subprocessors",
				"data_subject_rights",
				"assistance_32_36",
				"return_or_delete",
				"audit",
			],
		},
	},
}

_with(fields) := object.union(_base, {"data_protection": fields})

_joint(arrangement) := object.union(
	json.remove(_base, ["/data_protection/dpa"]),
	{"data_protection": {"role": "joint_controller", "art26_arrangement": arrangement}},
)

_late(name) := ["signed_late", ["data_protection", name, "signed_on"], ""]

_denied contains [finding.code, finding.path, object.get(finding, "key", "")] if {
	some finding in processing_agreement.deny
}

_missing contains [finding.code, finding.path] if some finding in processing_agreement.undetermined
