# METADATA
# title: Transparent price, no hidden costs
# description: >
#   Each clause left out of a contract returns as an invoice. The pricing model is named, the list of what may be
#   charged is closed, a rate card covers work outside it, changes of price need a written procedure, and rises are
#   capped. Help at the end of the contract has a price, and help with incidents costs nothing or a price fixed
#   beforehand. The estimate of all costs includes transition, legal advice and oversight; what was invoiced stays
#   within the budget.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2022/2554/oj
#     description: DORA Art. 30(2)(f), 30(2)(h)
#   - ref: https://www.iso.org/standard/56269.html
#     description: ISO 37500, guidance on outsourcing
# custom:
#   id: CN-04
#   severity: medium
#   owner: procurement@client.example
#   effective_on: "2026-01-01"
#   profiles: [dora, full]
#   frameworks:
#     DORA: ["30(2)(f)", "30(2)(h)"]
#     EBA/GL/2019/02: ["13"]
#     ISO: ["37500"]
#     SOC 2: [CC9.2]
#   remediation: Complete the price schedule, the rate card and the procedure for changes.
#   findings:
#     open_items: The list of what may be charged is open, so anything that it leaves out can become an extra charge.
#     unlisted_charges: Work outside the list is charged at prices that nobody has agreed on.
#     no_rate_card: No rate card covers work outside the list, so each such piece of work is priced when the client
#       depends on it.
#     no_change_control: Prices may change without a written procedure, so the client cannot hold them.
#     indexation_too_high: Prices may rise by more in a year than the company allows.
#     exit_price_unstated: Help at the end of the contract has no agreed price, so leaving can cost whatever the vendor
#       asks.
#     incident_cost_open: Help with an incident is priced only afterwards, when the client has no choice but to pay.
#     estimate_incomplete: The estimate of all costs leaves a kind of cost out, so the arrangement is dearer than it
#       seems.
#     over_budget: More was invoiced than was planned, beyond the tolerance.
#     no_rate: Amounts are in different currencies and one has no exchange rate, so they cannot be compared.
#   examples:
#     fail: |
#       contract:
#         pricing: {model: fixed, chargeable_items: open, out_of_scope_charges: unlisted}
#     pass: |
#       contract:
#         pricing:
#           model: per_fte
#           chargeable_items: closed
#           out_of_scope_rate_card: true
#           change_control: true
#           indexation_cap_pct: 3
#           exit_assistance_price: rate_card
#           incident_assistance_cost: none
#           total_cost_estimate: {amount: 2750000, currency: EUR, includes: [service, transition, legal, oversight]}
package controls.contract.pricing

import data.lib.fields
import data.lib.money

undetermined contains finding if {
	some finding in fields.missing(input, [], [
		["contract", "pricing", "model"],
		["contract", "pricing", "chargeable_items"],
		["contract", "pricing", "out_of_scope_rate_card"],
		["contract", "pricing", "change_control"],
		["contract", "pricing", "indexation_cap_pct"],
		["contract", "pricing", "exit_assistance_price"],
		["contract", "pricing", "incident_assistance_cost"],
		["contract", "pricing", "total_cost_estimate", "includes"],
	])
}

undetermined contains finding if {
	fields.present(input, ["contract", "pricing", "invoiced"])
	some finding in fields.missing(input, [], [["contract", "pricing", "budget"]])
}

undetermined contains finding if {
	some finding in money.no_rate([
		{"path": ["contract", "pricing", "invoiced"], "money": input.contract.pricing.invoiced},
		{"path": ["contract", "pricing", "budget"], "money": input.contract.pricing.budget},
	])
}

deny contains {
	"code": "open_items",
	"path": ["contract", "pricing", "chargeable_items"],
	"msg": "the list of what may be charged is open",
	"fix": "agree on a closed list, then write closed",
} if {
	input.contract.pricing.chargeable_items == "open"
}

deny contains {
	"code": "unlisted_charges",
	"path": ["contract", "pricing", "out_of_scope_charges"],
	"msg": "work outside the list is charged at prices that nobody has agreed on",
	"fix": "agree on a rate card for work outside the list, then write rate_card",
} if {
	input.contract.pricing.out_of_scope_charges == "unlisted"
}

deny contains {
	"code": "no_rate_card",
	"path": ["contract", "pricing", "out_of_scope_rate_card"],
	"msg": "no rate card covers work outside the list",
	"fix": "agree on a rate card, then write true",
} if {
	input.contract.pricing.out_of_scope_rate_card == false
}

deny contains {
	"code": "no_change_control",
	"path": ["contract", "pricing", "change_control"],
	"msg": "prices may change without a written procedure",
	"fix": "agree on a written procedure for changes, then write true",
} if {
	input.contract.pricing.change_control == false
}

deny contains {
	"code": "indexation_too_high",
	"path": ["contract", "pricing", "indexation_cap_pct"],
	"msg": $"prices may rise by {input.contract.pricing.indexation_cap_pct} % a year; at most {limit} % is allowed",
	"fix": $"agree on a cap of at most {limit} % a year",
} if {
	limit := object.get(data.params.thresholds, "indexation_cap_pct", -1)
	input.contract.pricing.indexation_cap_pct > limit
}

deny contains {
	"code": "exit_price_unstated",
	"path": ["contract", "pricing", "exit_assistance_price"],
	"msg": "help at the end of the contract has no agreed price",
	"fix": "agree on a fixed price or a rate card, or that it is included",
} if {
	input.contract.pricing.exit_assistance_price == "unstated"
}

deny contains {
	"code": "incident_cost_open",
	"path": ["contract", "pricing", "incident_assistance_cost"],
	"msg": $"help with an incident is priced {cost}; it may cost nothing (none) or a price fixed beforehand (ex_ante)",
	"fix": "agree that help is free, or on its price beforehand",
} if {
	some cost in ({input.contract.pricing.incident_assistance_cost} - {"none", "ex_ante"})
}

deny contains {
	"code": "estimate_incomplete",
	"path": ["contract", "pricing", "total_cost_estimate", "includes"],
	"key": cost,
	"msg": $"the estimate of all costs leaves out {cost}",
	"fix": $"estimate {cost} too, then add {cost}",
} if {
	fields.present(input, ["contract", "pricing", "total_cost_estimate", "includes"])
	wanted := {cost | some cost in data.params.thresholds.total_cost_includes}
	some cost in (wanted - {cost | some cost in input.contract.pricing.total_cost_estimate.includes})
}

deny contains {
	"code": "over_budget",
	"path": ["contract", "pricing", "invoiced"],
	"msg": $"{money.text(invoiced)} were invoiced; the budget is {money.text(budget)}, with {tolerance} % of tolerance",
	"fix": "find out why, and correct the invoices or have the budget raised",
} if {
	tolerance := object.get(data.params.thresholds, "budget_tolerance_pct", 0)
	invoiced := input.contract.pricing.invoiced
	budget := input.contract.pricing.budget
	money.less(
		{"amount": budget.amount * (100 + tolerance), "currency": budget.currency},
		{"amount": invoiced.amount * 100, "currency": invoiced.currency},
		1,
	)
}
