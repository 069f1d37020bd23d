package controls.continuity.knowledge_test

import data.controls.continuity.knowledge

test_retained_knowledge_passes if {
	knowledge.applicable with data.context as _now with input as _base
	_faults == set() with data.context as _now with input as _base
	_holes == set() with data.context as _now with input as _base
}

test_not_applicable_at_low if {
	not knowledge.applicable with data.context as _now with input as _tier("low", {})
	knowledge.applicable with data.context as _now with input as _tier("medium", {})
	knowledge.applicable with data.context as _now with input as {}
}

test_runbooks if {
	_faults == {["vendor_owns_runbooks", _at(["runbooks", "owner"])]}
		with data.context as _now with input as _with({"runbooks": {"owner": "vendor"}})
	_faults == set() with data.context as _now with input as _with({"runbooks": {"updated_on": "2026-05-22"}})
	_faults == {["runbooks_old", _at(["runbooks", "updated_on"])]}
		with data.context as _now with input as _with({"runbooks": {"updated_on": "2026-05-21"}})
}

test_experts_by_tier if {
	every tier, least in {"critical": 3, "high": 2, "medium": 1} {
		_faults == set() with data.context as _now with input as _tier(tier, {"retained_experts": least})
		_faults == {["few_experts", _at(["retained_experts"])]}
			with data.context as _now with input as _tier(tier, {"retained_experts": least - 1})
	}
	_messages == {"0 people at the client still know the work; tier high asks for 2"}
		with data.context as _now with input as _with({"retained_experts": 0})
}

test_no_number_of_experts_is_not_asked if {
	_faults == set() with data.context as _now with input as _with({"retained_experts": 0})
		with data.params.thresholds.retained_experts as {"high": null}
}

test_a_number_of_experts_that_is_not_there_finds_fault if {
	bare := object.remove(data.params.thresholds, ["retained_experts"])
	every thresholds in [bare, object.union(bare, {"retained_experts": {"low": 0}})] {
		_faults == {["few_experts", _at(["retained_experts"])]} with data.context as _now with input as _base
			with data.params.thresholds as thresholds
	}
}

test_handing_over if {
	_faults == {["no_transfer_plan", _at(["transfer_plan"])]}
		with data.context as _now with input as _with({"transfer_plan": false})
	_faults == set() with data.context as _now with input as _with({"last_transfer": "2025-11-22"})
	_faults == {["transfer_overdue", _at(["last_transfer"])]}
		with data.context as _now with input as _with({"last_transfer": "2025-11-21"})
}

test_deputies if {
	_faults == {["no_deputies", _at(["key_persons_have_deputies"])]}
		with data.context as _now with input as _with({"key_persons_have_deputies": false})
}

test_what_is_still_to_come_does_not_count if {
	_faults == set()
		with data.context as _now
		with input as _with({"last_transfer": "2026-11-22", "runbooks": {"updated_on": "2026-11-22"}})
	_faults == {
		["in_future", _at(["last_transfer"])],
		["in_future", _at(["runbooks", "updated_on"])],
	}
		with data.context as _now
		with input as _with({"last_transfer": "2026-11-23", "runbooks": {"updated_on": "2026-11-23"}})
	_messages == {"updated_on is 2026-11-23, which is still to come"}
		with data.context as _now with input as _with({"runbooks": {"updated_on": "2026-11-23"}})
}

test_missing_fields if {
	every path in [
		["runbooks", "owner"],
		["runbooks", "updated_on"],
		["retained_experts"],
		["transfer_plan"],
		["last_transfer"],
		["key_persons_have_deputies"],
	] {
		manifest := json.remove(_base, [$"/continuity/knowledge/{concat("/", path)}"])
		_holes == {["missing", _at(path)]} with data.context as _now with input as manifest
		_faults == set() with data.context as _now with input as manifest
	}
	_holes == {["missing", ["continuity"]]}
		with data.context as _now with input as json.remove(_base, ["/continuity"])
}

_faults contains [finding.code, finding.path] if some finding in knowledge.deny

_holes contains [finding.code, finding.path] if some finding in knowledge.undetermined

_messages contains finding.msg if some finding in knowledge.deny

_at(path) := array.concat(["continuity", "knowledge"], path)

_with(patch) := object.union(_base, {"continuity": {"knowledge": patch}})

_tier(name, patch) := object.union(_with(patch), {"scope": {"risk_tier": name}})

_now := {"as_of": "2026-11-22", "cutoff": {"P6M": "2026-05-22", "P12M": "2025-11-22"}}

_base := {
	"scope": {
		"risk_tier": "high",
		"function": "supporting",
		"regimes": ["gdpr"],
		"data": [{"id": "plans", "category": "business_internal"}],
	},
	"continuity": {"knowledge": {
		"runbooks": {"owner": "client", "updated_on": "2026-09-10"},
		"retained_experts": 2,
		"transfer_plan": true,
		"last_transfer": "2026-09-10",
		"key_persons_have_deputies": true,
	}},
}
