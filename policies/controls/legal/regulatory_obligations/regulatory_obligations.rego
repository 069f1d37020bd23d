# METADATA
# title: Regulatory obligations known, allocated, clean
# description: >
#   Ignorance of the client's law is the vendor's usual breach. For every regime of the scope, and for every one that
#   follows from the data and the countries, somebody at the vendor answers and staff were briefed within a year. The
#   vendor, its owners and its sub-processors were screened against sanctions lists in time and are clear, and every
#   open proceeding of an authority is disclosed with a plan.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2016/679/oj
#     description: GDPR Art. 28(3)(a) and final subparagraph
#   - ref: https://eur-lex.europa.eu/eli/dir/2022/2555/oj
#     description: NIS2 Art. 21(2)(d), 21(3)
#   - ref: https://eur-lex.europa.eu/eli/reg_impl/2024/2690/oj
#     description: Implementing Regulation (EU) 2024/2690, Annex point 5.1
#   - ref: https://eur-lex.europa.eu/eli/reg/2022/2554/oj
#     description: DORA Art. 28(1), 28(2)
# custom:
#   id: LL-03
#   severity: high
#   owner: compliance@client.example
#   effective_on: "2026-01-01"
#   profiles: [gdpr, dora, full]
#   frameworks:
#     GDPR: ["28(3)(a)", "28(3) final subparagraph"]
#     NIS2: ["21(2)(d)", "21(3)", "Impl. Reg. (EU) 2024/2690 Annex 5.1"]
#     DORA: ["28(1)", "28(2)"]
#     ISO 27001: [A.5.31, A.5.36]
#     NIST CSF: [GV.OC-03]
#     SOC 2: [CC9.2]
#   remediation: Complete the list of obligations and the briefing; screen again.
#   findings:
#     undeclared_regime: The data and the countries bring a law or standard into play that the scope does not name, so
#       nothing that it asks for is judged.
#     no_obligation: A regime applies for which no obligation is listed, so nobody at the vendor answers for it.
#     briefing_overdue: Staff were last briefed on the regime too long ago, so its present duties may be unknown to
#       them.
#     not_screened: A group that has to be screened against sanctions lists was left out, so a hit among it stays
#       hidden.
#     screening_overdue: The latest screening against sanctions lists is older than the tier allows, and the lists
#       change often.
#     not_clear: The screening found a match or a possible one, so dealing with the vendor may be unlawful.
#     undisclosed_proceeding: The vendor declares that an authority proceeds against it, and lists no open
#       proceeding, so its weight is unknown.
#     denied_proceeding: The vendor declares that no authority proceeds against it, yet an open proceeding is listed.
#     future_date: What should be done already is dated on a day still to come, so it cannot count as done.
#   examples:
#     fail: |
#       scope: {regimes: [dora]}
#       legal: {obligations: [], open_enforcement: false}
#     pass: |
#       scope: {regimes: [dora]}
#       legal:
#         obligations: [{regime: dora, responsible: chief_risk_officer, familiarised_on: 2026-06-30}]
#         open_enforcement: false
#       oversight:
#         sanctions: {screened_on: 2026-11-09, result: clear, covers: [vendor, owners, parties]}
package controls.legal.regulatory_obligations

import data.lib.dates
import data.lib.fields
import data.lib.vendor

default applicable := false

applicable if count(_regimes) > 0

applicable if count(_scope_holes) > 0

undetermined contains finding if some finding in _scope_holes

undetermined contains finding if {
	some finding in fields.missing(input, [], [
		["legal", "obligations"],
		["legal", "open_enforcement"],
		["oversight", "sanctions", "screened_on"],
		["oversight", "sanctions", "result"],
		["oversight", "sanctions", "covers"],
	])
}

undetermined contains finding if {
	some i, obligation in input.legal.obligations
	obligation.regime in _regimes
	some finding in fields.missing(obligation, ["legal", "obligations", i], [["responsible"], ["familiarised_on"]])
}

undetermined contains finding if {
	some i in _open
	some finding in fields.missing(input.legal.enforcement[i], ["legal", "enforcement", i], [["disclosed_on"], ["plan"]])
}

deny contains {
	"code": "undeclared_regime",
	"path": ["scope", "regimes"],
	"key": regime,
	"msg": $"{regime} is not listed, yet it applies: {causes}",
	"fix": $"add {regime} to `scope.regimes`, or correct the data, the data subjects' regions and the locations",
} if {
	fields.present(input, ["scope", "regimes"])
	some regime in (object.keys(_implied) - _declared)
	causes := concat("; ", sort(_implied[regime]))
}

deny contains {
	"code": "no_obligation",
	"path": ["legal", "obligations"],
	"key": regime,
	"msg": $"no obligation is listed for {regime}, so nobody at the vendor answers for it",
	"fix": $"add an entry for {regime} with `responsible` and the day of the latest briefing",
} if {
	fields.present(input, ["legal", "obligations"])
	some regime in (_regimes - {obligation.regime | some obligation in input.legal.obligations})
}

deny contains {
	"code": "briefing_overdue",
	"path": ["legal", "obligations", i, "familiarised_on"],
	"msg": $"staff were last briefed on {obligation.regime} on {obligation.familiarised_on}, more than {period} ago",
	"fix": "brief the staff again and write the day",
} if {
	period := object.get(data.params.thresholds, "obligation_briefing", "no time")
	some i, obligation in input.legal.obligations
	obligation.regime in _regimes
	dates.overdue(obligation.familiarised_on, period)
}

deny contains {
	"code": "not_screened",
	"path": ["oversight", "sanctions", "covers"],
	"key": group,
	"msg": $"the screening against sanctions lists does not cover the {group}",
	"fix": $"screen the {group} too, then add {group}",
} if {
	fields.present(input, ["oversight", "sanctions", "covers"])
	some group in (_groups - {covered | some covered in input.oversight.sanctions.covers})
}

deny contains {
	"code": "screening_overdue",
	"path": ["oversight", "sanctions", "screened_on"],
	"msg": $"the latest screening was on {day}; at tier {vendor.tier} one is due every {period}",
	"fix": "screen again and write the day",
} if {
	period := object.get(data.params.thresholds, ["sanctions_screening", vendor.tier], "no time")
	period != null
	day := input.oversight.sanctions.screened_on
	dates.overdue(day, period)
}

deny contains {
	"code": "not_clear",
	"path": ["oversight", "sanctions", "result"],
	"msg": $"the screening against sanctions lists found a {result}, which must be cleared",
	"fix": "let compliance clear the match, and stop payments meanwhile",
} if {
	some result in ({input.oversight.sanctions.result} - {"clear"})
}

deny contains {
	"code": "undisclosed_proceeding",
	"path": ["legal", "enforcement"],
	"msg": "an authority proceeds against the vendor, yet no open proceeding is listed",
	"fix": "list each open proceeding with the day of its disclosure and the vendor's plan",
} if {
	input.legal.open_enforcement == true
	count(_open) == 0
}

deny contains {
	"code": "denied_proceeding",
	"path": ["legal", "open_enforcement"],
	"msg": "no authority is said to proceed against the vendor, yet an open proceeding is listed",
	"fix": "write `open_enforcement: true`, or give the proceeding status closed",
} if {
	input.legal.open_enforcement == false
	count(_open) > 0
}

deny contains {
	"code": "future_date",
	"path": done.path,
	"msg": $"{done.what} on {done.day}, which is still to come",
	"fix": "write the day on which it was done",
} if {
	some done in _done
	dates.future(done.day)
}

_done contains {
	"path": ["legal", "obligations", i, "familiarised_on"],
	"what": $"staff were briefed on {obligation.regime}",
	"day": obligation.familiarised_on,
} if {
	some i, obligation in input.legal.obligations
	obligation.regime in _regimes
}

_done contains {
	"path": ["oversight", "sanctions", "screened_on"],
	"what": "the vendor was screened",
	"day": input.oversight.sanctions.screened_on,
}

_done contains {
	"path": ["legal", "enforcement", i, "disclosed_on"],
	"what": "the proceeding was disclosed",
	"day": proceeding.disclosed_on,
} if {
	some i in _open
	proceeding := input.legal.enforcement[i]
}

_scope_holes := fields.missing(input, [], [
	["scope", "regimes"],
	["scope", "data"],
	["scope", "data_subject_regions"],
	["scope", "locations"],
])

_regimes := _declared | object.keys(_implied)

_declared := {regime | some regime in input.scope.regimes}

# By regime the reasons why it applies.
_implied[row.regime] contains $"{row.cause} ({row.law})" if {
	some row in data.params.regimes.implied
	some item in input.scope.data
	_of_kind(row, object.get(item, "category", "unknown"))
	_subjects_fit(row)
	_locations_fit(row)
}

_of_kind(row, category) if category in row.data

_of_kind(row, category) if {
	"personal" in row.data
	vendor.category(category).personal
}

_subjects_fit(row) if count(row.subjects) == 0

_subjects_fit(row) if {
	some region in row.subjects
	region in input.scope.data_subject_regions
}

_locations_fit(row) if count(row.locations) == 0

_locations_fit(row) if {
	some region in row.locations
	some place in input.scope.locations
	_lies_in(place.country, region)
}

_lies_in(country, "EEA") if country in data.params.countries.eea

_lies_in(country, "EEA") if country in data.params.countries.eea_territories

_lies_in(country, region) if {
	region != "EEA"
	country == region
}

# Who has to be screened; sub-processors unless the manifest tells that there are none.
_groups contains group if some group in ["vendor", "owners"]

_groups contains "parties" if count(input.subcontracting.parties) > 0

_groups contains "parties" if {
	not fields.present(input, ["subcontracting", "parties"])
	object.get(input, ["subcontracting", "position"], "unknown") != "none"
}

# A proceeding that does not say that it is closed is open.
_open contains i if {
	some i, proceeding in input.legal.enforcement
	object.get(proceeding, "status", "open") != "closed"
}
