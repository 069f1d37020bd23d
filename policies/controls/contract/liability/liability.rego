# METADATA
# title: Liability, penalties and indemnities
# description: >
#   Money follows the mishap only if that was agreed. From tier medium on the vendor's liability is capped no lower
#   than a multiple of what the contract costs in a year, the gravest cases have no cap or a higher one, a breach costs
#   a penalty, and insurance of each kind that the tier asks for is in force. No clause claims that the client's own
#   accountability passes to the vendor. Amounts in different currencies compare at dated exchange rates.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2016/679/oj
#     description: GDPR Art. 82, 28(10)
#   - ref: https://eur-lex.europa.eu/eli/reg/2022/2554/oj
#     description: DORA Art. 28(1)(a)
# custom:
#   id: CN-03
#   severity: medium
#   owner: legal@client.example
#   effective_on: "2026-01-01"
#   profiles: [dora, full]
#   frameworks:
#     GDPR: ["82", "28(10)"]
#     EBA/GL/2019/02: ["13"]
#     DORA: ["28(1)(a)"]
#     SOC 2: [CC9.1]
#     ISO 27001: [A.5.20]
#   remediation: Renegotiate the cap, add the remedies, renew the insurance.
#   findings:
#     cap_too_low: The vendor's liability ends below the multiple of the annual value that the tier asks for, so the
#       client bears the rest.
#     capped_case: The cap protects the vendor in a case so grave that it should not, and no higher cap stands for it.
#     no_penalty: A breach costs no penalty, so the client has to prove each loss before anything is paid.
#     accountability_passed: A clause claims that the client's accountability passes to the vendor, which the law does
#       not allow.
#     no_insurance: The vendor has no insurance of a kind that the tier asks for, so its liability may not be
#       collectable.
#     insurance_expired: The insurance has expired and no other of its kind is in force, so claims may not be
#       collectable.
#     insurance_too_low: The sum insured is less than the tier asks for, so large claims may not be collectable.
#     no_rate: Amounts are in different currencies and one has no exchange rate, so they cannot be compared.
#   examples:
#     fail: |
#       contract:
#         annual_value: {amount: 1200000, currency: EUR}
#         liability: {cap: {amount: 100000, currency: EUR}, penalty_clause: true}
#     pass: |
#       contract:
#         annual_value: {amount: 1200000, currency: EUR}
#         liability:
#           cap: {amount: 2400000, currency: EUR}
#           penalty_clause: true
#           uncapped_for: [data_breach, confidentiality, wilful_misconduct]
#           accountability_passes_to_vendor: false
#         insurance:
#           - {type: cyber, amount: 5000000, currency: EUR, expires: 2027-03-31}
#           - {type: professional_indemnity, amount: 5000000, currency: EUR, expires: 2027-03-31}
package controls.contract.liability

import data.lib.dates
import data.lib.fields
import data.lib.money
import data.lib.vendor

default applicable := false

applicable if vendor.tier_at_least("medium")

undetermined contains finding if {
	some finding in fields.missing(input, [], [
		["contract", "liability", "penalty_clause"],
		["contract", "liability", "accountability_passes_to_vendor"],
	])
}

undetermined contains finding if {
	_multiple != null
	some finding in fields.missing(input, [], [["contract", "annual_value"], ["contract", "liability", "cap"]])
}

undetermined contains finding if {
	_multiple != null
	some finding in money.no_rate([
		{"path": ["contract", "liability", "cap"], "money": input.contract.liability.cap},
		{"path": ["contract", "annual_value"], "money": input.contract.annual_value},
	])
}

# Either the cases without a cap or a higher cap for them must be known; a higher cap is measured against the cap.
undetermined contains finding if {
	not fields.present(input, ["contract", "liability", "super_cap"])
	some finding in fields.missing(input, [], [["contract", "liability", "uncapped_for"]])
}

undetermined contains finding if {
	count(_capped_cases) > 0
	fields.present(input, ["contract", "liability", "super_cap"])
	some finding in fields.missing(input, [], [["contract", "liability", "cap"]])
}

undetermined contains finding if {
	count(_capped_cases) > 0
	some finding in money.no_rate([
		{"path": ["contract", "liability", "super_cap"], "money": input.contract.liability.super_cap},
		{"path": ["contract", "liability", "cap"], "money": input.contract.liability.cap},
	])
}

undetermined contains finding if {
	count(_minimum) > 0
	some finding in fields.missing(input, [], [["contract", "insurance"]])
}

undetermined contains finding if {
	some i, line in input.contract.insurance
	line.type in (object.keys(_minimum) - _insured)
	some finding in fields.missing(line, ["contract", "insurance", i], [["amount"], ["currency"], ["expires"]])
}

undetermined contains finding if {
	some i, line in input.contract.insurance
	line.type in (object.keys(_minimum) - _insured)
	some finding in money.no_rate([
		{"path": ["contract", "insurance", i], "money": line},
		{"path": [], "money": _minimum[line.type]},
	])
}

deny contains {
	"code": "cap_too_low",
	"path": ["contract", "liability", "cap"],
	"msg": $"the cap is {money.text(cap)}, below {_multiple} times the annual value of {money.text(value)}",
	"fix": $"agree on a cap of at least {_multiple} times the annual value",
} if {
	_multiple != null
	cap := input.contract.liability.cap
	value := input.contract.annual_value
	money.less(cap, value, _multiple)
}

deny contains {
	"code": "capped_case",
	"path": ["contract", "liability", "uncapped_for"],
	"key": case,
	"msg": $"the cap also holds for {case}, and no higher cap stands for it",
	"fix": $"agree on liability without a cap for {case}, or on a higher cap",
} if {
	_no_super_cap
	some case in _capped_cases
}

deny contains {
	"code": "no_penalty",
	"path": ["contract", "liability", "penalty_clause"],
	"msg": "a breach costs no penalty",
	"fix": "agree on a penalty, then write true",
} if {
	input.contract.liability.penalty_clause == false
}

deny contains {
	"code": "accountability_passed",
	"path": ["contract", "liability", "accountability_passes_to_vendor"],
	"msg": "a clause claims that the client's accountability passes to the vendor",
	"fix": "strike the clause; an indemnity may stay",
} if {
	input.contract.liability.accountability_passes_to_vendor == true
}

deny contains {
	"code": "no_insurance",
	"path": ["contract", "insurance"],
	"key": type,
	"msg": $"there is no {type} insurance; tier {vendor.tier} asks for {money.text(least)}",
	"fix": $"let the vendor take out {type} insurance over at least {money.text(least)}",
} if {
	fields.present(input, ["contract", "insurance"])
	declared := {line.type | some line in input.contract.insurance}
	some type, least in object.remove(_minimum, declared)
}

deny contains {
	"code": "insurance_expired",
	"path": ["contract", "insurance", i, "expires"],
	"msg": $"the {line.type} insurance expired after {line.expires}",
	"fix": "renew the insurance and write its last day",
} if {
	some i, line in input.contract.insurance
	line.type in (object.keys(_minimum) - _insured)
	dates.expired(line.expires)
}

deny contains {
	"code": "insurance_too_low",
	"path": ["contract", "insurance", i, "amount"],
	"msg": $"the {line.type} insurance is over {money.text(line)}; tier {vendor.tier} asks for {money.text(least)}",
	"fix": $"let the vendor raise the sum insured to at least {money.text(least)}",
} if {
	some i, line in input.contract.insurance
	line.type in (object.keys(_minimum) - _insured)
	least := _minimum[line.type]
	money.less(line, least, 1)
}

# A tier without a value asks for a cap that nobody reaches.
_multiple := object.get(data.params.thresholds, ["liability_cap_multiple", vendor.tier], 1000000)

_capped_cases := _grave_cases - {case | some case in input.contract.liability.uncapped_for} if {
	fields.present(input, ["contract", "liability", "uncapped_for"])
}

_capped_cases := _grave_cases if {
	not fields.present(input, ["contract", "liability", "uncapped_for"])
	fields.present(input, ["contract", "liability", "super_cap"])
}

_grave_cases := {case | some case in data.params.thresholds.uncapped_for}

_no_super_cap if not fields.present(input, ["contract", "liability", "super_cap"])

# A higher cap that is not above the cap is none.
_no_super_cap if {
	super_cap := input.contract.liability.super_cap
	cap := input.contract.liability.cap
	money.at_least(cap, super_cap, 1)
}

# By kind of insurance the least sum; a tier without a value asks for one that nobody reaches.
_minimum[type] := {"amount": amount, "currency": data.params.org.home_currency} if {
	some type, by_tier in data.params.thresholds.insurance
	amount := object.get(by_tier, vendor.tier, 1000000000000000)
	amount != null
}

# The kinds of which one insurance is in force and high enough.
_insured contains line.type if {
	some line in input.contract.insurance
	line.expires >= dates.as_of
	least := _minimum[line.type]
	money.at_least(line, least, 1)
}
