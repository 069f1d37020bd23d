package controls.people.language_and_culture_test

import data.controls.people.language_and_culture as control

test_ready_staff_passes if {
	control.applicable with data.context as _now with input as _base
	_faults == set() with data.context as _now with input as _base
	_holes == set() with data.context as _now with input as _base
}

test_applies_to_customers_and_distance if {
	not control.applicable with input as _scoped({"service": "payroll", "delivery_model": "onshore"})
	control.applicable with input as _scoped({"service": "payroll", "delivery_model": "nearshore"})
	control.applicable with input as _scoped({"service": "customer_support", "delivery_model": "onshore"})
	control.applicable with input as _scoped({"service": "odd", "delivery_model": "onshore"})
	control.applicable with input as json.remove(_scoped({"service": "payroll"}), ["/scope/delivery_model"])
	control.applicable with input as json.remove(_scoped({"delivery_model": "onshore"}), ["/scope/service"])
}

test_every_field_is_needed if {
	every path in [
		["scope", "service"],
		["scope", "channels"],
		["scope", "service_languages"],
		["scope", "delivery_model"],
		["people", "language"],
		["people", "training", "channels"],
		["people", "cultural_training", "vendor_on"],
		["people", "cultural_training", "client_on"],
	] {
		without := json.remove(_base, [concat("/", array.concat([""], path))])
		_holes == {path} with data.context as _now with input as without
		_faults == set() with data.context as _now with input as without
	}
	every field in ["cefr", "assessed_on"] {
		_holes == {["people", "language", 0, field]}
			with data.context as _now with input as json.remove(_base, [$"/people/language/0/{field}"])
	}
}

test_empty_lists_cannot_be_judged if {
	every field in ["channels", "service_languages"] {
		_holes == {["scope", field]} with data.context as _now with input as _scoped({field: []})
	}
}

test_cultural_training_is_asked_offshore if {
	every model in ["nearshore", "client_site", "onshore"] {
		near := _scoped({"delivery_model": model})
		_holes == set() with data.context as _now with input as json.remove(near, ["/people/cultural_training"])
		_faults == set()
			with data.context as _now
			with input as object.union(near, {"people": {"cultural_training": {"vendor_on": "2020-01-01"}}})
	}
}

test_every_language_on_every_channel if {
	_faults == {["no_staff", ["people", "language"], "de:chat"]}
		with data.context as _now with input as json.remove(_base, ["/people/language/3"])
	_faults == set() with data.context as _now with input as object.union(
		json.remove(_base, ["/people/language/3"]),
		{"people": {"translation_arrangement": "Interpreters of Example Languages GmbH"}},
	)
}

test_levels_by_channel if {
	every level in ["C1", "C2"] {
		_faults == set() with data.context as _now with input as _spoken(0, {"cefr": level})
	}
	every level in ["A1", "A2", "B1", "B2"] {
		_faults == {["level_too_low", ["people", "language", 0, "cefr"], ""]}
			with data.context as _now with input as _spoken(0, {"cefr": level})
	}
	_faults == set() with data.context as _now with input as _spoken(1, {"cefr": "B2"})
	_faults == {["level_too_low", ["people", "language", 1, "cefr"], ""]}
		with data.context as _now with input as _spoken(1, {"cefr": "B1"})
}

test_translation_does_not_excuse_a_low_level if {
	_faults == {["level_too_low", ["people", "language", 0, "cefr"], ""]} with data.context as _now
		with input as object.union(_spoken(0, {"cefr": "B1"}), {"people": {"translation_arrangement": "Interpreters"}})
}

test_other_languages_are_not_judged if {
	_faults == set() with data.context as _now with input as _also({"code": "fr", "channel": "voice", "cefr": "A1"})
	_holes == set() with data.context as _now with input as _also({"code": "en", "channel": "mail"})
}

test_assessments if {
	_faults == set() with data.context as _now with input as _spoken(0, {"assessed_on": "2024-11-22"})
	at := ["people", "language", 0, "assessed_on"]
	_faults == {["assessment_overdue", at, ""]}
		with data.context as _now with input as _spoken(0, {"assessed_on": "2024-11-21"})
	_faults == set() with data.context as _now with input as _spoken(0, {"assessed_on": "2026-11-22"})
	_faults == {["future_date", at, ""]}
		with data.context as _now with input as _spoken(0, {"assessed_on": "2026-11-23"})
}

test_trained_channels if {
	_faults == {["untrained_channel", ["scope", "channels", 1], ""]} with data.context as _now
		with input as object.union(_base, {"people": {"training": {"channels": ["voice"]}}})
}

test_cultural_training if {
	every side in ["vendor_on", "client_on"] {
		at := ["people", "cultural_training", side]
		_faults == set() with data.context as _now with input as _taught({side: "2025-11-22"})
		_faults == {["cultural_training_overdue", at, ""]}
			with data.context as _now with input as _taught({side: "2025-11-21"})
		_faults == {["future_date", at, ""]} with data.context as _now with input as _taught({side: "2026-11-23"})
	}
}

test_no_threshold_is_no_pass if {
	{finding[0] | some finding in _faults} == {"level_too_low", "assessment_overdue", "cultural_training_overdue"}
		with data.context as _now with input as _base with data.params.thresholds as {}
}

_faults contains [finding.code, finding.path, object.get(finding, "key", "")] if some finding in control.deny

_holes contains finding.path if some finding in control.undetermined

_scoped(patch) := object.union(_base, {"scope": patch})

_taught(patch) := object.union(_base, {"people": {"cultural_training": patch}})

_spoken(index, patch) := object.union(_base, {"people": {"language": [object.union(item, object.get(
	{index: patch},
	i,
	{},
)) |
	some i, item in _base.people.language
]}})

_also(item) := object.union(_base, {"people": {"language": array.concat(_base.people.language, [item])}})

_now := {"as_of": "2026-11-22", "cutoff": {"P12M": "2025-11-22", "P24M": "2024-11-22"}}

_base := {
	"scope": {
		"service": "customer_support",
		"delivery_model": "offshore",
		"channels": ["voice", "chat"],
		"service_languages": ["en", "de"],
	},
	"people": {
		"language": [
			{"code": "en", "channel": "voice", "cefr": "C1", "assessed_on": "2026-03-01"},
			{"code": "en", "channel": "chat", "cefr": "B2", "assessed_on": "2026-03-01"},
			{"code": "de", "channel": "voice", "cefr": "C1", "assessed_on": "2026-03-01"},
			{"code": "de", "channel": "chat", "cefr": "B2", "assessed_on": "2026-03-01"},
		],
		"training": {"channels": ["voice", "chat"]},
		"cultural_training": {"vendor_on": "2026-02-10", "client_on": "2026-02-10"},
	},
}
