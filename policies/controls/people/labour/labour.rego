# METADATA
# title: Workforce impact and fair labour
# description: >
#   The client answers for the jobs it moves and the labour it buys. Where work leaves the country, jobs fall away or
#   the tier is high, the impact on the client's own staff was assessed before signing, staff was consulted before the
#   service began where the law asks for it, the vendor confirmed within a year that it keeps a labour standard, and it
#   has made a statement on modern slavery where the law asks for one. High attrition is a warning.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/dir/2001/23/oj
#     description: Directive 2001/23/EC Art. 7, information and consultation
#   - ref: https://eur-lex.europa.eu/eli/dir/1998/59/oj
#     description: Directive 98/59/EC Art. 2, collective redundancies
#   - ref: https://www.legislation.gov.uk/ukpga/2015/30/section/54
#     description: UK Modern Slavery Act 2015 s. 54
#   - ref: https://eur-lex.europa.eu/eli/dir/2024/1760/oj
#     description: Directive (EU) 2024/1760, corporate sustainability due diligence; its dates were postponed
# custom:
#   id: PC-03
#   severity: medium
#   owner: procurement@client.example
#   effective_on: "2026-01-01"
#   profiles: [full]
#   frameworks:
#     Directive 2001/23/EC: ["7"]
#     Directive 98/59/EC: ["2"]
#     UK Modern Slavery Act 2015: ["s. 54"]
#     Directive (EU) 2024/1760: [due diligence]
#     ILO: [core conventions]
#     ISO: ["26000"]
#     SAI: [SA8000]
#   remediation: Assess and consult before signing; get the vendor's attestation on labour.
#   findings:
#     assessed_late: The impact on the client's staff was assessed after signing, so it could not inform the decision.
#     consulted_late: Staff were consulted only after the service had begun, when the law asks for it in good time
#       before.
#     attestation_overdue: The vendor's latest word on its labour standard is too old to rely on.
#     statement_overdue: The latest statement on modern slavery is older than a financial year and six months.
#     future_date: A step is still to come, so it cannot count as done.
#     attrition: More staff leave than is usual at this tier, which costs knowledge and hints at poor conditions.
#   examples:
#     fail: |
#       people:
#         workforce_impact: {assessed_on: 2025-11-20, displaced_roles: 40}
#     pass: |
#       people:
#         workforce_impact:
#           assessed_on: 2025-11-01
#           displaced_roles: 40
#           consultation: {required: true, completed_on: 2025-11-20}
#         labour: {standard: ilo_core, attested_on: 2026-05-01}
package controls.people.labour

import data.lib.dates
import data.lib.fields
import data.lib.vendor

default applicable := false

applicable if not input.scope.delivery_model == "onshore"

applicable if not input.people.workforce_impact.displaced_roles == 0

applicable if vendor.tier_at_least("high")

undetermined contains finding if {
	some finding in fields.missing(input, [], [
		["scope", "delivery_model"],
		["people", "workforce_impact", "assessed_on"],
		["people", "workforce_impact", "displaced_roles"],
		["people", "labour", "standard"],
		["people", "labour", "attested_on"],
	])
}

# A prospective vendor may have no contract to sign yet.
undetermined contains finding if {
	vendor.lifecycle != "prospective"
	some finding in fields.missing(input, [], [["contract", "signed_on"]])
}

undetermined contains finding if {
	input.people.workforce_impact.displaced_roles > 0
	some finding in fields.missing(input, [], [["people", "workforce_impact", "consultation", "required"]])
}

undetermined contains finding if {
	_consultation_required
	some finding in fields.missing(input, [], [
		["contract", "effective"],
		["people", "workforce_impact", "consultation", "completed_on"],
	])
}

undetermined contains finding if {
	not fields.present(input, _statement_required)
	some finding in fields.missing(input, [], [["metadata", "country"], ["scope", "locations"]])
}

undetermined contains finding if {
	_statement_asked
	some finding in fields.missing(input, [], [["people", "labour", "modern_slavery_statement_on"]])
}

undetermined contains finding if {
	_usual_attrition != null
	some finding in fields.missing(input, [], [["people", "attrition_pct"]])
}

deny contains {
	"code": "assessed_late",
	"path": ["people", "workforce_impact", "assessed_on"],
	"msg": $"the impact was assessed on {done}, after the contract was signed on {input.contract.signed_on}",
	"fix": "write the day of the first assessment if there was an earlier one; otherwise ask for a waiver",
} if {
	done := input.people.workforce_impact.assessed_on
	done > input.contract.signed_on
}

deny contains {
	"code": "consulted_late",
	"path": ["people", "workforce_impact", "consultation", "completed_on"],
	"msg": $"the consultation ended on {done}, after the contract took effect on {input.contract.effective}",
	"fix": "take counsel on what the late consultation means, and ask for a waiver",
} if {
	_consultation_required
	done := input.people.workforce_impact.consultation.completed_on
	done > input.contract.effective
}

deny contains {
	"code": "attestation_overdue",
	"path": ["people", "labour", "attested_on"],
	"msg": $"the vendor last confirmed its labour standard on {done}, more than {period} ago",
	"fix": "have the vendor confirm it again and write the day",
} if {
	period := object.get(data.params.thresholds, "labour_attestation", "no time")
	done := input.people.labour.attested_on
	dates.overdue(done, period)
}

deny contains {
	"code": "statement_overdue",
	"path": ["people", "labour", "modern_slavery_statement_on"],
	"msg": $"the latest statement on modern slavery is of {done}, more than {period} ago",
	"fix": "have the vendor publish this year's statement and write its day",
} if {
	_statement_asked
	period := object.get(data.params.thresholds, ["modern_slavery", "statement"], "no time")
	done := input.people.labour.modern_slavery_statement_on
	dates.overdue(done, period)
}

deny contains {
	"code": "future_date",
	"path": path,
	"msg": $"`{concat(".", path)}` is {day}, which is still to come",
	"fix": "write the day on which it was done, once it is",
} if {
	some path in [
		["people", "workforce_impact", "assessed_on"],
		["people", "workforce_impact", "consultation", "completed_on"],
		["people", "labour", "attested_on"],
		["people", "labour", "modern_slavery_statement_on"],
	]
	day := object.get(input, path, "")
	dates.future(day)
}

warn contains {
	"code": "attrition",
	"path": ["people", "attrition_pct"],
	"msg": $"{share} percent of the staff left within a year; at tier {vendor.tier} up to {_usual_attrition} is usual",
	"fix": "ask the vendor for the causes and for what it does about them",
} if {
	applicable
	_usual_attrition != null
	share := input.people.attrition_pct
	share > _usual_attrition
}

_usual_attrition := object.get(data.params.thresholds, ["attrition_pct", vendor.tier], -1)

_consultation_required if {
	input.people.workforce_impact.displaced_roles > 0
	input.people.workforce_impact.consultation.required == true
}

_statement_required := ["people", "labour", "modern_slavery_statement_required"]

# The vendor says whether it is in scope; where it does not, country and places of work decide.
_statement_asked if input.people.labour.modern_slavery_statement_required == true

_statement_asked if {
	not fields.present(input, _statement_required)
	some country in _countries
	country in object.get(data.params.thresholds, ["modern_slavery", "countries"], [country])
}

_countries contains input.metadata.country

_countries contains place.country if some place in input.scope.locations
