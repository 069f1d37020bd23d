# METADATA
# title: Independent assurance is current and covers the service
# description: >
#   A badge for another site proves nothing. From tier medium on there is a report of a kind that the tier accepts, by
#   an independent issuer (accredited for ISO), with the service in its scope, without an adverse opinion, current by
#   the measure of its kind; and such reports together cover every site that stores or processes. What is wrong with
#   other reports does not matter then.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2016/679/oj
#     description: GDPR Art. 28(1), 28(5), 32(1)(d)
#   - ref: https://eur-lex.europa.eu/eli/reg/2022/2554/oj
#     description: DORA Art. 28(5), 30(3)(e)(ii)
# custom:
#   id: AA-01
#   severity: high
#   owner: compliance@client.example
#   effective_on: "2026-01-01"
#   profiles: [dora, pci, full]
#   frameworks:
#     GDPR: ["28(1)", "28(5)", "32(1)(d)"]
#     DORA: ["28(5)", "30(3)(e)(ii)"]
#     EBA/GL/2019/02: ["13.3"]
#     ISO 27001: [A.5.22, A.5.35]
#     NIST CSF: [GV.SC-07]
#     NIST 800-53: [SR-6, SA-9]
#     PCI DSS: ["12.8.4"]
#     CSA CCM: [A&A-02]
#     SOC 2: [CC9.2, CC4.1]
#   remediation: Obtain a report in scope and in date; a bridge letter for the gap.
#   findings:
#     no_report: No report, certificate or self-assessment is declared, so nothing but the vendor's word is known.
#     self_assessment: The vendor judges itself, which proves too little at this tier, and no other report qualifies.
#     type_not_accepted: The report is of a kind that does not count at this tier, and no other report qualifies.
#     out_of_scope: The client's service lies outside the report's scope, so the report says nothing about it.
#     sites_not_covered: No qualifying report covers a site that stores or processes, so nobody has looked there.
#     not_independent: The issuer is not independent of the vendor, so the report is worth no more than the vendor's
#       word.
#     not_accredited: The issuer is not accredited, so nobody vouches for the certificate.
#     adverse_opinion: The auditor's opinion is adverse, or he gave none, so the report speaks against the vendor.
#     qualified_without_findings: The auditor's opinion is qualified, and not all that he found is followed up.
#     not_yet_issued: The report is issued on a day still to come, so it proves nothing yet.
#     period_not_over: The period of the report ends on a day still to come, so nobody has judged all of it yet.
#     expired: The report has expired, so it no longer shows how things are.
#     outdated: The report is older than the tier allows, so it no longer shows how things are.
#     bridge_too_long: The letter bridges more time than it may, or time to come, so the report ends with its period.
#     period_too_short: The report covers too little time to show that the safeguards work.
#     edition_retired: The report rests on an edition of its standard that is no longer accepted.
#     edition_not_accepted: The report rests on an edition of its standard that is not listed, or not accepted yet.
#     beginner_report: A report on a single day counts in the vendor's first year only, and that year is over.
#   examples:
#     fail: |
#       scope: {risk_tier: critical}
#       assurance:
#         reports:
#           - {type: soc2_type2, issuer: Example CPAs LLP, independent: true, scope_covers_service: true, sites: [Cebu],
#              period_start: 2024-10-01, period_end: 2025-09-30, opinion: unqualified}
#     pass: |
#       scope: {risk_tier: critical}
#       assurance:
#         reports:
#           - {type: soc2_type2, issuer: Example CPAs LLP, independent: true, scope_covers_service: true, sites: [Cebu],
#              period_start: 2025-07-01, period_end: 2026-06-30, opinion: unqualified}
package controls.assurance.independent_assurance

import data.lib.dates
import data.lib.fields
import data.lib.organisation
import data.lib.vendor

default applicable := false

applicable if vendor.tier_at_least("medium")

undetermined contains finding if {
	some finding in fields.missing(input, [], [["scope", "locations"], ["assurance", "reports"]])
}

undetermined contains finding if {
	some i, place in input.scope.locations
	object.get(place, "activity", "process") in {"process", "store"}
	some finding in fields.missing(place, ["scope", "locations", i], [["site"]])
}

# What a report lacks matters when it could be the one that qualifies.
undetermined contains finding if {
	count(_sound) == 0
	some i in _promising
	some finding in _holes[i]
}

undetermined contains finding if {
	some i in _promising
	some site in _possible_sites[i]
	site in _open_sites
	some finding in _holes[i]
}

deny contains {
	"code": "no_report",
	"path": ["assurance", "reports"],
	"msg": $"no report is declared; at tier {vendor.tier} one of {_accepted_names} must show how the vendor works",
	"fix": "declare a report of such a kind that covers the service",
} if {
	count(input.assurance.reports) == 0
}

deny contains {
	"code": _unaccepted_code(report),
	"path": ["assurance", "reports", i, "type"],
	"msg": $"a {_title(report)} does not count at tier {vendor.tier}; accepted are {_accepted_names}",
	"fix": "obtain a report of an accepted kind",
} if {
	count(_candidates) == 0
	some i, report in input.assurance.reports
}

deny contains {
	"code": "sites_not_covered",
	"path": ["assurance", "reports"],
	"key": site,
	"msg": $"no report that qualifies covers {site}, where the vendor stores or processes",
	"fix": $"obtain a report whose `sites` include {site}",
} if {
	count(_sound | _promising) > 0
	some site in _uncovered_sites
}

deny contains {
	"code": fault.code,
	"path": ["assurance", "reports", i, fault.field],
	"msg": $"the {_title(report)} {fault.msg}",
	"fix": fault.fix,
} if {
	some i in _told
	report := input.assurance.reports[i]
	some fault in _faults[i]
}

# The reports whose faults are told: all when none is or might be sound, else those that would cover what none covers.
_told contains i if {
	count(_sound | _promising) == 0
	some i in _candidates
}

_told contains i if {
	some i in _candidates
	some site in input.assurance.reports[i].sites
	site in _uncovered_sites
}

_candidates contains i if {
	some i, report in input.assurance.reports
	report.type in _accepted
}

# Without faults and with all that is needed; then without faults as far as is told.
_sound := (_candidates - object.keys(_faults)) - _incomplete

_promising := (_candidates - object.keys(_faults)) & _incomplete

_incomplete contains i if {
	some i, holes in _holes
	count(holes) > 0
}

_sites contains place.site if {
	some place in input.scope.locations
	object.get(place, "activity", "process") in {"process", "store"}
}

_open_sites := _sites - {site |
	some i in _sound
	some site in input.assurance.reports[i].sites
}

_uncovered_sites := _open_sites - {site |
	some i in _promising
	some site in _possible_sites[i]
}

_possible_sites[i] contains site if {
	some i in _promising
	some site in input.assurance.reports[i].sites
}

# A report that does not tell its sites may cover any.
_possible_sites[i] contains site if {
	some i in _promising
	not input.assurance.reports[i].sites
	some site in _sites
}

# The kinds of reports that count at the effective tier; null in the parameters stands for any.
_accepted := object.keys(data.params.assurance.types) if {
	_types == null
} else := {type | some type in _types}

_types := object.get(data.params.thresholds, ["assurance_types", vendor.tier], [])

_accepted_names := concat(", ", sort(_accepted))

_title(report) := object.get(data.params.assurance.types, [report.type, "title"], report.type)

_unaccepted_code(report) := "self_assessment" if {
	data.params.assurance.types[report.type].self_assessment == true
} else := "type_not_accepted"

# The reports by what the parameters say of their kind.
_marked[name] contains i if {
	some i in _candidates
	some name, value in data.params.assurance.types[input.assurance.reports[i].type]
	value == true
}

_judged_by(report) := object.get(data.params.assurance.types, [report.type, "judged_by"], "period")

# The reports that somebody else must have made.
_foreign := _candidates - object.get(_marked, "self_assessment", set())

# What each report lacks.
_holes[i] := fields.missing(input.assurance.reports[i], ["assurance", "reports", i], sort(_needs[i])) if {
	some i in _candidates
}

_needs[i] contains path if {
	some i in _candidates
	some path in _needs_by[_judged_by(input.assurance.reports[i])]
}

_needs[i] contains ["independent"] if some i in _foreign

_needs[i] contains ["accredited"] if some i in _marked.accredited

_needs[i] contains ["first_year"] if some i in _marked.first_year_only

_needs[i] contains ["edition"] if {
	some i in _candidates
	data.params.assurance.editions[input.assurance.reports[i].type]
}

# Where the period alone is too long ago, the letter must tell all.
_needs[i] contains path if {
	some i in _lettered
	some path in _letter
}

_needs_by := {
	"period": [["scope_covers_service"], ["sites"], ["opinion"], ["period_start"], ["period_end"]],
	"day": [["scope_covers_service"], ["sites"], ["opinion"], ["period_end"]],
	"validity": [["scope_covers_service"], ["sites"], ["issued"], ["expires"]],
	"issue": [["scope_covers_service"], ["sites"], ["issued"]],
}

_letter := [["bridge_letter", "issued"], ["bridge_letter", "until"]]

# What is wrong with each report.
_faults[i] contains {
	"code": "out_of_scope",
	"field": "scope_covers_service",
	"msg": "does not cover the client's service",
	"fix": "obtain a report whose scope includes the service",
} if {
	some i, report in input.assurance.reports
	report.scope_covers_service == false
}

_faults[i] contains {
	"code": "not_independent",
	"field": "independent",
	"msg": $"comes from {report.issuer}, who is not independent of the vendor",
	"fix": "obtain a report by an independent issuer",
} if {
	some i in _foreign
	report := input.assurance.reports[i]
	report.independent == false
}

_faults[i] contains {
	"code": "not_independent",
	"field": "issuer",
	"msg": $"comes from {report.issuer}, which is the vendor",
	"fix": "obtain a report by an independent issuer",
} if {
	some i in _foreign
	report := input.assurance.reports[i]
	some name in ["vendor", input.metadata.legal_name]
	organisation.same_name(report.issuer, name)
}

_faults[i] contains {
	"code": "not_accredited",
	"field": "accredited",
	"msg": $"comes from {report.issuer}, who is not accredited",
	"fix": "obtain a certificate by an accredited issuer",
} if {
	some i in _marked.accredited
	report := input.assurance.reports[i]
	report.accredited == false
}

_faults[i] contains {
	"code": "adverse_opinion",
	"field": "opinion",
	"msg": $"ends with the opinion {report.opinion}",
	"fix": "have the causes mended and audited anew",
} if {
	some i, report in input.assurance.reports
	report.opinion in {"adverse", "disclaimer"}
}

_faults[i] contains {
	"code": "qualified_without_findings",
	"field": "opinion",
	"msg": $"ends with a qualified opinion; {count(followed)} of {count(named)} findings stand under `oversight.findings`",
	"fix": "record each thing found under `oversight.findings`, and name the ids under `findings` of the report",
} if {
	some i, report in input.assurance.reports
	report.opinion == "qualified"
	named := {id | some id in report.findings}
	followed := named & {item.id | some item in input.oversight.findings}
	count(followed) < max([count(named), 1])
}

_faults[i] contains {
	"code": "not_yet_issued",
	"field": "issued",
	"msg": $"is issued on {report.issued} only",
	"fix": "declare it once it is issued",
} if {
	some i, report in input.assurance.reports
	dates.future(report.issued)
}

_faults[i] contains {
	"code": "period_not_over",
	"field": "period_end",
	"msg": $"speaks of a time up to {report.period_end}, which is still to come",
	"fix": "declare it once that time is over and judged",
} if {
	some i, report in input.assurance.reports
	dates.future(report.period_end)
}

_faults[i] contains {
	"code": "expired",
	"field": "expires",
	"msg": $"expired after {report.expires}",
	"fix": "obtain a new one",
} if {
	some i, report in input.assurance.reports
	dates.expired(report.expires)
}

_faults[i] contains {
	"code": "outdated",
	"field": "period_end",
	"msg": $"speaks of a time up to {day}, more than {_age} ago",
	"fix": "obtain a report on a later time",
} if {
	some i in ((_aged - _bridged) - _unclear_letters)
	day := input.assurance.reports[i].period_end
}

_faults[i] contains {
	"code": "outdated",
	"field": "bridge_letter",
	"msg": $"and its letter speak of a time up to {day}, more than {_age} ago",
	"fix": "obtain a report on a later time",
} if {
	some i in _bridged
	day := input.assurance.reports[i].bridge_letter.until
	dates.overdue(day, _age)
}

_faults[i] contains {
	"code": "outdated",
	"field": "issued",
	"msg": $"was issued on {report.issued}, more than {age} ago",
	"fix": "obtain a new one",
} if {
	some i, report in input.assurance.reports
	_judged_by(report) == "issue"
	age := _issue_age(report)
	age != null
	dates.overdue(report.issued, age)
}

_faults[i] contains {
	"code": "bridge_too_long",
	"field": "bridge_letter",
	"msg": $"has a letter of {letter.issued} up to {letter.until}, too long after its period or not over when written",
	"fix": $"obtain a report on a later time, or a letter that bridges {_longest_bridge} at most, written after it",
} if {
	some i in ((_lettered - _bridged) - _unclear_letters)
	letter := input.assurance.reports[i].bridge_letter
}

_faults[i] contains {
	"code": "period_too_short",
	"field": "period_start",
	"msg": $"covers the time from {report.period_start} to {report.period_end}, less than {least}",
	"fix": $"obtain a report on {least} at least",
} if {
	some i, report in input.assurance.reports
	_judged_by(report) == "period"
	least := _least_period(report)
	report.period_start
	report.period_end
	some _ in ({true} - {object.get(input.derived.assurance.reports[i].spans, least, false)})
}

_faults[i] contains {
	"code": "edition_retired",
	"field": "edition",
	"msg": $"rests on edition {row.edition}, which was accepted until {row.valid_until}",
	"fix": "obtain a report on the edition in force",
} if {
	some i, report in input.assurance.reports
	some row in data.params.assurance.editions[report.type]
	row.edition == report.edition
	row.valid_until != null
	dates.expired(row.valid_until)
}

_faults[i] contains {
	"code": "edition_not_accepted",
	"field": "edition",
	"msg": $"rests on edition {edition}, which is not accepted",
	"fix": "obtain a report on the edition in force, and write the edition as its standard does",
} if {
	some i, report in input.assurance.reports
	begun := {row.edition |
		some row in data.params.assurance.editions[report.type]
		row.valid_from <= dates.as_of
	}
	data.params.assurance.editions[report.type]
	some edition in ({report.edition} - begun)
}

_faults[i] contains {
	"code": "beginner_report",
	"field": "first_year",
	"msg": "speaks of a single day, which is enough in the vendor's first year only",
	"fix": "obtain a report on a period",
} if {
	some i in _marked.first_year_only
	input.assurance.reports[i].first_year == false
}

# The reports whose period, or whose day, lies too long ago.
_aged contains i if {
	_age != null
	some i, report in input.assurance.reports
	_judged_by(report) in {"period", "day"}
	dates.overdue(report.period_end, _age)
}

# Those among them with a letter on a period, and those whose letter does not tell all.
_lettered contains i if {
	some i in _aged
	_judged_by(input.assurance.reports[i]) == "period"
	input.assurance.reports[i].bridge_letter
}

_unclear_letters contains i if {
	some i in _lettered
	count(fields.missing(input.assurance.reports[i], [], _letter)) > 0
}

# Those whose period a letter prolongs; nobody can vouch for days to come.
_bridged contains i if {
	some i in _lettered
	letter := input.assurance.reports[i].bridge_letter
	letter.issued <= dates.as_of
	letter.issued >= letter.until
	input.derived.assurance.reports[i].bridges[_longest_bridge] == true
}

_age := object.get(data.params.thresholds, ["assurance_age", vendor.tier], "no time")

_issue_age(report) := object.get(data.params.thresholds, "pci_aoc_age", "no time") if {
	report.type == "pci_aoc"
} else := _age

_least_period(report) := object.get(data.params.assurance, "least_period_first_year", "any time") if {
	report.first_year == true
} else := object.get(data.params.assurance, "least_period", "any time")

_longest_bridge := object.get(data.params.assurance, "longest_bridge", "no time")
