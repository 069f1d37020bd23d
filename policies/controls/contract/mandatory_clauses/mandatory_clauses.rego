# METADATA
# title: Mandatory clauses by regime and tier
# description: >
#   Missing clauses turn into disputes or findings of a supervisor. From tier medium on, and under DORA and NIS2 at
#   every tier, the contract contains every clause that is asked for by the base set, the tier, each regime, and each
#   regime once more when the function is critical or important.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2022/2554/oj
#     description: DORA Art. 30(2)(a)-(i), 30(3)(a)-(f)
#   - ref: https://eur-lex.europa.eu/eli/reg_impl/2024/2690/oj
#     description: Implementing Regulation (EU) 2024/2690, Annex point 5.1.4
# custom:
#   id: CN-02
#   severity: high
#   owner: legal@client.example
#   effective_on: "2026-01-01"
#   profiles: [dora, full]
#   frameworks:
#     DORA: ["30(2)(a)-(i)", "30(3)(a)-(f)"]
#     EBA/GL/2019/02: ["13"]
#     NIS2: ["Impl. Reg. (EU) 2024/2690 Annex 5.1.4"]
#     ISO 27001: [A.5.20]
#     CSA CCM: [STA-09]
#     NIST CSF: [GV.SC-05]
#   remediation: Agree on an addendum with the missing clauses.
#   findings:
#     missing_clause: The contract lacks a clause that the tier or a regime asks for, so the client has no right to
#       what it would settle.
#   examples:
#     fail: |
#       scope: {regimes: [dora]}
#       contract: {clauses: [service_description, locations, data_protection, termination]}
#     pass: |
#       scope: {function: supporting, regimes: [gdpr], risk_tier: medium}
#       contract:
#         clauses:
#           - service_description
#           - subcontracting_conditions
#           - locations
#           - data_protection
#           - audit_rights
#           - termination
#           - change_control
package controls.contract.mandatory_clauses

import data.lib.fields
import data.lib.vendor

default applicable := false

applicable if vendor.tier_at_least("medium")

applicable if {
	some regime in input.scope.regimes
	regime in data.params.contract_clauses.at_any_tier
}

applicable if not fields.present(input, ["scope", "regimes"])

undetermined contains finding if {
	some finding in fields.missing(input, [], [["scope", "regimes"], ["contract", "clauses"]])
}

# The function matters only where a regime asks more for critical or important ones.
undetermined contains finding if {
	some regime in input.scope.regimes
	count(data.params.contract_clauses.critical_by_regime[regime]) > 0
	some finding in fields.missing(input, [], [["scope", "function"]])
}

deny contains {
	"code": "missing_clause",
	"path": ["contract", "clauses"],
	"key": clause,
	"msg": $"the contract lacks the clause {clause}, which is asked for by {askers}",
	"fix": $"agree on the clause by addendum, then add {clause}",
} if {
	fields.present(input, ["contract", "clauses"])
	some clause in (object.keys(_askers) - {agreed | some agreed in input.contract.clauses})
	askers := concat(", ", sort(_askers[clause]))
}

# By clause what asks for it, in words.
_askers[clause] contains $"every contract ({_article(clause, "")})" if {
	some clause in data.params.contract_clauses.base
}

_askers[clause] contains $"tier {vendor.tier} ({_article(clause, "")})" if {
	some clause in data.params.contract_clauses.by_tier[vendor.tier]
}

_askers[clause] contains $"{regime} ({_article(clause, regime)})" if {
	some regime in input.scope.regimes
	some clause in data.params.contract_clauses.by_regime[regime]
}

_askers[clause] contains $"{regime} for a critical or important function ({_article(clause, regime)})" if {
	input.scope.function == "critical_or_important"
	some regime in input.scope.regimes
	some clause in data.params.contract_clauses.critical_by_regime[regime]
}

# The article of the regime that asks. Base set and tiers are company policy, whatever law they are modelled on.
_article(clause, "") := "company policy" if _row(clause).article == "Company policy"

_article(clause, "") := $"company policy, compare {_row(clause).article}" if _row(clause).article != "Company policy"

_article(clause, regime) := object.get(
	_row(clause),
	["by_regime", regime],
	object.get(data.params.contract_clauses.articles, regime, _row(clause).article),
) if {
	regime != ""
}

_row(clause) := object.get(data.params.contract_clauses.clauses, clause, {"article": "no article"})
