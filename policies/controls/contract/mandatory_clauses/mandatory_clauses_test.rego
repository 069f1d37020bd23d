package controls.contract.mandatory_clauses_test

import data.controls.contract.mandatory_clauses

test_full_set_passes if {
	mandatory_clauses.applicable with input as _base
	_missing == set() with input as _base
	_holes == set() with input as _base
}

test_applies_from_medium_on_or_by_regime if {
	not mandatory_clauses.applicable with input as _scoped({"risk_tier": "low", "regimes": ["gdpr"]})
	every regime in ["dora", "nis2"] {
		mandatory_clauses.applicable with input as _scoped({"risk_tier": "low", "regimes": [regime]})
	}
	mandatory_clauses.applicable with input as json.remove(_scoped({"risk_tier": "low"}), ["/scope/regimes"])
	mandatory_clauses.applicable with input as json.remove(_scoped({"risk_tier": "low"}), ["/scope/risk_tier"])
}

test_each_clause_of_the_base_set if {
	every clause in data.params.contract_clauses.base {
		_missing == {clause} with input as _without([clause], {})
	}
}

test_the_tier_adds_to_the_base_set if {
	_missing == set() with input as _without(["exit_assistance"], {})
	_missing == {"exit_assistance"} with input as _without(["exit_assistance"], {"risk_tier": "high"})
	_missing == {"reporting"} with input as _without(["reporting"], {"risk_tier": "critical"})
}

test_tiers_only_add if {
	tiers := data.params.contract_clauses.by_tier
	every pair in [["critical", "high"], ["high", "medium"], ["medium", "low"]] {
		{clause | some clause in tiers[pair[1]]} - {clause | some clause in tiers[pair[0]]} == set()
	}
}

test_regimes_add_to_the_base_set if {
	_missing == {"background_checks"} with input as _without(["background_checks"], {"regimes": ["nis2"]})
	_missing == {"data_return_on_insolvency"}
		with input as _without(["data_return_on_insolvency"], {"regimes": ["dora"]})
}

test_critical_functions_add_to_the_regime if {
	_missing == set() with input as _without(["tlpt"], {"regimes": ["dora"]})
	_missing == {"tlpt"}
		with input as _without(["tlpt"], {"regimes": ["dora"], "function": "critical_or_important"})
	_missing == set() with input as _without(["tlpt"], {"regimes": ["gdpr"], "function": "critical_or_important"})
}

test_everyone_who_asks_is_named if {
	messages := {finding.msg | some finding in mandatory_clauses.deny}
		with input as _without(["service_levels"], {"regimes": ["dora", "eba"], "function": "critical_or_important"})
	messages == {concat("", [
		"the contract lacks the clause service_levels, which is asked for by dora (DORA 30(2)(e)), ",
		"eba for a critical or important function (EBA/GL/2019/02 para. 75), ",
		"tier critical (company policy, compare DORA 30(2)(e))",
	])}
}

test_company_policy_is_called_so if {
	{finding.msg | some finding in mandatory_clauses.deny} == {concat("", [
		"the contract lacks the clause change_control, which is asked for by ",
		"every contract (company policy)",
	])}
		with input as _without(["change_control"], {})
}

# No vendor is told of a law that does not bind it.
test_every_regime_asks_by_a_law_of_its_own if {
	laws := {
		"dora": "DORA ",
		"nis2": "NIS2 ",
		"gdpr": "GDPR ",
		"uk_gdpr": "UK GDPR ",
		"eba": "EBA/GL/2019/02 ",
		"hipaa": "45 CFR ",
		"pci_dss": "PCI DSS ",
		"sox": "Sarbanes-Oxley Act ",
	}
	messages := {finding.msg | some finding in mandatory_clauses.deny} with input as _asking
	every regime, law in laws {
		every ending in ["", " for a critical or important function"] {
			asked := {message | some message in messages; contains(message, $" {regime}{ending} (")}
			asked == {message | some message in messages; contains(message, $" {regime}{ending} ({law}")}
		}
	}
	object.keys(laws) == object.keys(data.params.regimes.regimes)
	count(messages) > 20
}

test_missing_fields if {
	_holes == {["contract", "clauses"]} with input as json.remove(_base, ["/contract/clauses"])
	_missing == set() with input as json.remove(_base, ["/contract/clauses"])
	["scope", "regimes"] in _holes with input as json.remove(_base, ["/scope/regimes"])
	_holes == {["scope", "function"]} with input as json.remove(_scoped({"regimes": ["dora"]}), ["/scope/function"])
	_holes == set() with input as json.remove(_scoped({"regimes": ["gdpr"]}), ["/scope/function"])
}

test_every_set_names_known_clauses if {
	sets := data.params.contract_clauses
	known := object.keys(sets.clauses)
	{clause | some clause in sets.base} - known == set()
	every group in ["by_tier", "by_regime", "critical_by_regime"] {
		{clause | some clauses in sets[group]; some clause in clauses} - known == set()
	}
	every group in ["by_regime", "critical_by_regime"] {
		object.keys(sets[group]) - object.keys(data.params.regimes.regimes) == set()
	}
}

_missing contains finding.key if {
	some finding in mandatory_clauses.deny
	finding.code == "missing_clause"
	finding.path == ["contract", "clauses"]
}

_holes contains finding.path if some finding in mandatory_clauses.undetermined

_asking := _without(_all, {
	"regimes": [regime | some regime, _ in data.params.regimes.regimes],
	"function": "critical_or_important",
})

_scoped(patch) := object.union(_base, {"scope": patch})

_without(clauses, scope) := object.union(_scoped(scope), {"contract": {"clauses": [clause |
	some clause in _all
	not clause in clauses
]}})

_all := [clause | some clause, _ in data.params.contract_clauses.clauses]

_base := {
	"scope": {
		"risk_tier": "medium",
		"function": "supporting",
		"regimes": [],
		"data": [{"id": "plans", "category": "business_internal"}],
	},
	"contract": {"clauses": _all},
}
