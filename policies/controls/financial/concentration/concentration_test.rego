package controls.financial.concentration_test

import data.controls.financial.concentration

test_little_dependence_passes if {
	concentration.applicable with input as _base
	_faults == set() with input as _base
	_holes == set() with input as _base
	_warnings == set() with input as _base
}

test_applicable_from_high_on if {
	not concentration.applicable with input as _tier("medium")
	concentration.applicable with input as object.union(_tier("medium"), {"scope": {"function": "critical_or_important"}})
		with data.params.tiers.function_floor as {"critical_or_important": "low", "supporting": "low"}
	concentration.applicable with input as {}
}

test_share_of_the_revenue if {
	_warnings == set() with input as _shared(20)
	_warnings == {["revenue_share_near", _share]} with input as _shared(20.5)
	_warnings == {["revenue_share_near", _share]} with input as _shared(30)
	_faults == set() with input as _shared(30)
	_faults == {["revenue_share", _share]} with input as _shared(30.5)
	_warnings == set() with input as _shared(30.5)
	_warnings == set() with input as object.union(_shared(25), {"scope": {"risk_tier": "medium"}})
}

test_a_share_without_limit_finds_fault if {
	_faults == {["revenue_share", _share]} with input as _base with data.params.concentration as {}
}

test_hard_to_replace_with_a_way_out if {
	every answer in ["difficult", "not_possible"] {
		_faults == set() with input as _hard(answer, 1) with data.controls.continuity.exit_plan as _holding
	}
	every answer in ["easy", "medium"] {
		_faults == set() with input as _hard(answer, 0) with data.controls.continuity.exit_plan as _holding
	}
}

test_hard_to_replace_without_a_way_out if {
	_faults == {["not_substitutable", _answer]} with input as _hard("difficult", 0)
		with data.controls.continuity.exit_plan as _holding
	_faults == {["not_substitutable", _answer]} with input as _hard("difficult", 1)
		with data.controls.continuity.exit_plan as object.union(_holding, {"deny": {"a"}})
	_faults == {["not_substitutable", _answer]} with input as _hard("difficult", 1)
		with data.controls.continuity.exit_plan as object.union(_holding, {"undetermined": {"a"}})
}

test_every_obstacle_is_named if {
	{finding.msg | some finding in concentration.deny} == {concat("", [
		"replacing the vendor is not_possible, and no other provider could take over; ",
		"the exit plan cannot be judged (BC-02); the exit plan does not hold (BC-02)",
	])} with input as _hard("not_possible", 0)
		with data.controls.continuity.exit_plan as {"deny": {"a"}, "undetermined": {"b"}}
}

test_the_exit_plan_is_the_real_one if {
	_faults == {["not_substitutable", _answer]} with input as _hard("difficult", 1)
}

test_missing_fields if {
	_holes == {["missing", _share]} with input as json.remove(_base, ["/financial/our_share_of_vendor_revenue_pct"])
	_holes == {["missing", _answer]} with input as json.remove(_base, ["/continuity/substitutability"])
	_holes == {["missing", ["continuity", "exit", "alternative_providers"]]}
		with input as json.remove(_hard("difficult", 0), ["/continuity/exit/alternative_providers"])
		with data.controls.continuity.exit_plan as _holding
	_holes == {["missing", ["financial"]], ["missing", ["continuity"]]}
		with input as json.remove(_base, ["/financial", "/continuity"])
}

_faults contains [finding.code, finding.path] if some finding in concentration.deny

_holes contains [finding.code, finding.path] if some finding in concentration.undetermined

_warnings contains [finding.code, finding.path] if some finding in concentration.warn

_share := ["financial", "our_share_of_vendor_revenue_pct"]

_answer := ["continuity", "substitutability"]

_holding := {"deny": set(), "undetermined": set()}

_tier(name) := object.union(_base, {"scope": {"risk_tier": name}})

_shared(share) := object.union(_base, {"financial": {"our_share_of_vendor_revenue_pct": share}})

_hard(answer, others) := object.union(_base, {"continuity": {
	"substitutability": answer,
	"exit": {"alternative_providers": others},
}})

_base := {
	"scope": {
		"risk_tier": "high",
		"function": "supporting",
		"regimes": ["gdpr"],
		"data": [{"id": "plans", "category": "business_internal"}],
	},
	"continuity": {"substitutability": "medium"},
	"financial": {"our_share_of_vendor_revenue_pct": 8},
}
