package controls.data_handling.minimisation_test

import data.controls.data_handling.minimisation

_context := {"as_of": "2026-11-22", "cutoff": {"P12M": "2025-11-22", "P24M": "2024-11-22"}, "reached": {}, "ahead": {}}

_item := {
	"id": "tickets",
	"category": "personal_contact",
	"purpose": "ticket_handling",
	"fields": ["name", "ticket_text"],
	"access": "process",
	"subjects_estimate": 10,
	"approved_on": "2026-02-02",
}

_manifest := _with({})

_with(fields) := _of([object.union(_item, fields)])

_of(items) := {
	"scope": {"function": "supporting", "risk_tier": "high", "regimes": [], "data": items},
	"data_protection": {"role": "processor", "dpa": {"purposes": ["ticket_handling", "test"]}},
	"data_handling": {"client_data_used_for_model_training": false},
}

_trained(manifest) := object.union(manifest, {"data_handling": {"client_data_used_for_model_training": true}})

test_sound_list_passes if {
	minimisation.applicable with input as _manifest with data.context as _context
	_faults == set() with input as _manifest with data.context as _context
	_holes == set() with input as _manifest with data.context as _context
}

test_not_applicable_to_public_data_only if {
	not minimisation.applicable with input as _of([{"id": "prices", "category": "public"}])
}

test_catch_all if {
	_faults == {
		["catch_all", _at(["fields", 0])],
		["catch_all", _at(["fields", 2])],
	} with input as _with({"fields": ["*", "name", " ALL "]}) with data.context as _context
	_faults == set() with input as _with({"fields": ["all_day_phone"]}) with data.context as _context
	every name in ["*", "All"] {
		_faults == {["catch_all", _at(["dataset_ref"])]} with input as _with({"dataset_ref": name})
			with data.context as _context
	}
}

test_a_number_in_the_catalogue_stands_for_the_fields if {
	every fields in [[], ["name"]] {
		_holes == set() with input as _with({"dataset_ref": "DS-1", "fields": fields}) with data.context as _context
	}
	manifest := json.remove(_with({"dataset_ref": "DS-1"}), ["/scope/data/0/fields"])
	_holes == set() with input as manifest with data.context as _context
}

test_no_field_is_listed if {
	_holes == {["empty", _at(["fields"])]} with input as _with({"fields": []}) with data.context as _context
}

test_approval if {
	_faults == {["overdue", _at(["approved_on"])]} with input as _with({"approved_on": "2025-11-21"})
		with data.context as _context
	_faults == {["future_date", _at(["approved_on"])]} with input as _with({"approved_on": "2026-11-23"})
		with data.context as _context
	_faults == set() with data.context as _context
		with input as object.union(_with({"approved_on": "2025-11-21"}), {"scope": {"risk_tier": "medium"}})
}

test_period_of_the_approval if {
	_faults == {["overdue", _at(["approved_on"])]} with input as _manifest with data.context as _context
		with data.params.thresholds.data_list_review as "none"
	_faults == set() with input as _with({"approved_on": "2000-01-01"}) with data.context as _context
		with data.params.thresholds.data_list_review as {"high": null}
}

test_purpose_that_the_agreement_does_not_cover if {
	_faults == {["purpose_not_agreed", _at(["purpose"])]} with input as _with({"purpose": "marketing"})
		with data.context as _context
	_faults == set() with input as _with({"category": "business_confidential", "purpose": "marketing"})
		with data.context as _context
	_faults == set() with data.context as _context
		with input as object.union(_with({"purpose": "marketing"}), {"data_protection": {"role": "joint_controller"}})
	_faults == {["purpose_not_agreed", _at(["purpose"])]} with data.context as _context
		with input as json.remove(_with({"purpose": "marketing"}), ["/data_protection/role"])
}

test_tests_get_masked_data if {
	_faults == {["unmasked", _at(["masking"])]} with input as _with({"purpose": "test", "masking": "none"})
		with data.context as _context
	_holes == {["missing", _at(["masking"])]} with input as _with({"purpose": "test"}) with data.context as _context
	every masking in ["pseudonymised", "tokenised", "masked"] {
		_faults == set() with input as _with({"purpose": "test", "masking": masking}) with data.context as _context
	}
	_faults == set() with data.context as _context
		with input as _with({"category": "source_code", "purpose": "test", "masking": "none"})
}

test_purposes_are_read_word_by_word if {
	every purpose in ["staff-training", "app_testing", "load.test"] {
		["unmasked", _at(["masking"])] in _faults with data.context as _context
			with input as _with({"purpose": purpose, "masking": "none"})
	}
	every purpose in ["contest", "latest_news"] {
		not ["unmasked", _at(["masking"])] in _faults with data.context as _context
			with input as _with({"purpose": purpose, "masking": "none"})
	}
}

test_model_training if {
	model_training := ["data_handling", "client_data_used_for_model_training"]
	_faults == {["model_training", model_training]} with input as _trained(_manifest) with data.context as _context
	covered := _of([_item, object.union(_item, {"category": "business_internal", "purpose": "model-training"})])
	_faults == set() with input as _trained(covered) with data.context as _context
}

test_model_training_is_not_covered_by_public_data if {
	model_training := ["data_handling", "client_data_used_for_model_training"]
	prices := object.union(_item, {"category": "public", "purpose": "model_training"})
	_faults == {["model_training", model_training]} with input as _trained(_of([_item, prices]))
		with data.context as _context
}

test_missing_fields if {
	every path, hole in {
		"/scope/data": ["scope", "data"],
		"/scope/data/0/purpose": _at(["purpose"]),
		"/scope/data/0/access": _at(["access"]),
		"/scope/data/0/approved_on": _at(["approved_on"]),
		"/scope/data/0/fields": _at(["fields"]),
		"/data_handling": ["data_handling"],
		"/data_protection": ["data_protection"],
		"/data_protection/dpa": ["data_protection", "dpa"],
		"/data_protection/dpa/purposes": ["data_protection", "dpa", "purposes"],
	} {
		_holes == {["missing", hole]} with input as json.remove(_manifest, [path]) with data.context as _context
	}
}

_at(path) := array.concat(["scope", "data", 0], path)

_faults contains [finding.code, finding.path] if some finding in minimisation.deny

_holes contains [finding.code, finding.path] if some finding in minimisation.undetermined
