package controls.people.staff_security_test

import data.controls.people.staff_security

test_screened_bound_and_trained_passes if {
	staff_security.applicable with data.context as _now with input as _base
	_faults == set() with data.context as _now with input as _base
	_holes == set() with data.context as _now with input as _base
}

test_applies_to_data_that_is_not_public if {
	staff_security.applicable with input as json.remove(_base, ["/scope/data"])
	public := [{"id": "prices", "category": "public"}]
	not staff_security.applicable with input as object.union(_base, {"scope": {"data": public}})
}

test_every_field_is_needed if {
	every path in [
		["scope", "regimes"],
		["people", "screening", "coverage_pct"],
		["people", "screening", "levels"],
		["people", "screening", "before_access"],
		["people", "confidentiality_signed_pct"],
		["people", "training", "completed_pct"],
		["people", "training", "last_cycle"],
		["people", "training", "topics"],
	] {
		without := json.remove(_base, [concat("/", array.concat([""], path))])
		_holes == {path} with data.context as _now with input as without
		_faults == set() with data.context as _now with input as without
	}
}

test_screening_by_tier if {
	most := _with({"screening": {"coverage_pct": 95}})
	_faults == {["screening_incomplete", "coverage_pct", ""]} with data.context as _now with input as most
	_faults == set() with data.context as _now with input as object.union(most, {"scope": {"risk_tier": "medium"}})
	fewer := object.union(_with({"screening": {"coverage_pct": 94.9}}), {"scope": {"risk_tier": "medium"}})
	_faults == {["screening_incomplete", "coverage_pct", ""]} with data.context as _now with input as fewer
	_faults == set()
		with data.context as _now with input as fewer with data.params.thresholds.screening_pct as {"medium": null}
}

test_screening_before_access if {
	_faults == {["screened_after_access", "before_access", ""]}
		with data.context as _now with input as _with({"screening": {"before_access": false}})
}

test_levels_of_screening if {
	_faults == {
		["screening_level_missing", "levels", "employment"],
		["screening_level_missing", "levels", "criminal_where_lawful"],
	} with data.context as _now with input as _with({"screening": {"levels": ["identity", "education"]}})
}

test_confidentiality if {
	_faults == {["confidentiality_unsigned", "confidentiality_signed_pct", ""]}
		with data.context as _now with input as _with({"confidentiality_signed_pct": 99.9})
}

test_training if {
	_faults == set() with data.context as _now with input as _trained({"completed_pct": 98})
	_faults == {["training_incomplete", "completed_pct", ""]}
		with data.context as _now with input as _trained({"completed_pct": 97.9})
	_faults == set() with data.context as _now with input as _trained({"last_cycle": "2025-11-22"})
	_faults == {["training_overdue", "last_cycle", ""]}
		with data.context as _now with input as _trained({"last_cycle": "2025-11-21"})
	_faults == set() with data.context as _now with input as _trained({"last_cycle": "2026-11-22"})
	_faults == {["future_date", "last_cycle", ""]}
		with data.context as _now with input as _trained({"last_cycle": "2026-11-23"})
}

test_topics_for_all if {
	_faults == {["topic_missing", "topics", "phishing"], ["topic_missing", "topics", "privacy"]}
		with data.context as _now with input as _trained({"topics": ["security", "client_policies"]})
}

test_topics_by_law if {
	_faults == {["topic_missing", "topics", "hipaa"], ["topic_missing", "topics", "pci"]}
		with data.context as _now with input as _under(["hipaa", "pci_dss", "gdpr"])
	_faults == {["topic_missing", "topics", "client_policies"]}
		with data.context as _now with input as object.union(
			_under(["gdpr", "dora"]),
			{"people": {"training": {"topics": ["security", "privacy", "phishing"]}}},
		)
	_faults == set() with data.context as _now with input as object.union(
		_under([]),
		{"people": {"training": {"topics": ["security", "privacy", "phishing"]}}},
	)
}

test_the_message_names_every_law if {
	{finding.msg | some finding in staff_security.deny} == {concat("", [
		"the training leaves out client_policies, ",
		"which is asked for under dora and under gdpr",
	])} with data.context as _now with input as object.union(
		_under(["gdpr", "dora"]),
		{"people": {"training": {"topics": ["security", "privacy", "phishing"]}}},
	)
}

test_no_parameter_is_no_pass if {
	_faults == {
		["screening_incomplete", "coverage_pct", ""],
		["screening_level_missing", "levels", "what the policy asks for"],
		["confidentiality_unsigned", "confidentiality_signed_pct", ""],
		["training_incomplete", "completed_pct", ""],
		["training_overdue", "last_cycle", ""],
		["topic_missing", "topics", "what the policy asks for"],
	} with data.context as _now with input as _base with data.params.thresholds as {}
	_faults == {["topic_missing", "topics", "what gdpr asks for"]}
		with data.context as _now with input as _base with data.params.regimes.regimes as {}
}

_faults contains [finding.code, finding.path[count(finding.path) - 1], object.get(finding, "key", "")] if {
	some finding in staff_security.deny
	finding.path[0] == "people"
}

_holes contains finding.path if some finding in staff_security.undetermined

_with(patch) := object.union(_base, {"people": patch})

_trained(patch) := _with({"training": patch})

_under(regimes) := object.union(_base, {"scope": {"regimes": regimes}})

_now := {"as_of": "2026-11-22", "cutoff": {"P12M": "2025-11-22"}}

_base := {
	"scope": {
		"risk_tier": "high",
		"function": "supporting",
		"regimes": ["gdpr"],
		"data": [{"id": "plans", "category": "business_internal"}],
	},
	"people": {
		"screening": {
			"coverage_pct": 100,
			"levels": ["identity", "employment", "criminal_where_lawful"],
			"before_access": true,
		},
		"confidentiality_signed_pct": 100,
		"training": {
			"completed_pct": 99,
			"last_cycle": "2026-06-30",
			"topics": ["security", "privacy", "phishing", "client_policies"],
		},
	},
}
