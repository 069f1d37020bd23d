# METADATA
# title: Breach notification is fast enough for the client's clock
# description: >
#   The client's 72 hours include the vendor's silence. The client is told of an incident within the time that the tier,
#   personal data and each regime allow, counted from awareness, with all that a notice to the authority needs. A
#   contact answers day and night and was tried within half a year. No sub-processor takes longer than whoever engaged
#   it, and the clocks along a chain up to the client add up to no more than the limit.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2016/679/oj
#     description: GDPR Art. 33(2), 33(3), 28(3)(f)
#   - ref: https://eur-lex.europa.eu/eli/reg/2022/2554/oj
#     description: DORA Art. 19, 30(2)(f), 30(3)(b)
#   - ref: https://eur-lex.europa.eu/eli/dir/2022/2555/oj
#     description: NIS2 Art. 23(4)(a)
#   - ref: https://www.ecfr.gov/current/title-45/section-164.410
#     description: HIPAA 45 CFR 164.410
# custom:
#   id: IN-01
#   severity: critical
#   owner: ciso@client.example
#   effective_on: "2026-01-01"
#   profiles: [starter, gdpr, dora, pci, hipaa, full]
#   frameworks:
#     GDPR: ["33(2)", "33(3)", "28(3)(f)"]
#     DORA: ["30(2)(f)", "30(3)(b)", "19"]
#     NIS2: ["23(4)(a)"]
#     HIPAA: ["164.410", 164.314(a)(2)(i)(C)]
#     ISO 27001: [A.5.24, A.6.8]
#     NIST 800-53: [IR-6, SR-8]
#     CSA CCM: [SEF-07]
#     NIST CSF: [GV.SC-08, RS.CO-02]
#     PCI DSS: ["12.10"]
#   remediation: Amend the clause on notification; shorten the clocks of the sub-processors.
#   findings:
#     too_slow: The client is told of an incident later than the tier, the data or a regime allows, and misses its own
#       deadlines.
#     late_start: The vendor's time does not run from awareness, so days can pass before it begins.
#     content_missing: The notice lacks a part that the client must pass on to the authority.
#     contact_unverified: The contact that answers day and night was last tried too long ago, so it may be dead when it
#       matters.
#     party_slower: A sub-processor has more time to report than whoever engaged it, so the vendor's promise cannot be
#       kept.
#     chain_too_slow: The clocks along the chain of sub-processors add up to more than the limit before the client
#       knows.
#     unknown_chain: The chain from the sub-processor up to the vendor cannot be followed, so its clock cannot be
#       judged.
#     future_date: What should be done already is dated on a day still to come, so it cannot count as done.
#   examples:
#     fail: |
#       scope:
#         data: [{id: tickets, category: personal_contact}]
#       incident:
#         notification: {initial: PT72H, starts_from: confirmation}
#     pass: |
#       incident:
#         notification:
#           initial: PT24H
#           starts_from: awareness
#           content: [nature, categories_and_numbers, contact_point, consequences, measures]
#           contact_24x7: soc@halcyon.example
#           contact_verified_on: 2026-09-01
package controls.incident.breach_notification

import data.lib.dates
import data.lib.durations
import data.lib.fields
import data.lib.vendor

default applicable := false

applicable if vendor.tier_at_least("medium")

applicable if vendor.personal_data

applicable if input.scope.function == "critical_or_important"

undetermined contains finding if {
	some finding in fields.missing(input, [], [
		["scope", "regimes"],
		["scope", "function"],
		["incident", "notification", "initial"],
		["incident", "notification", "starts_from"],
		["incident", "notification", "content"],
		["incident", "notification", "contact_24x7"],
		["incident", "notification", "contact_verified_on"],
	])
}

undetermined contains finding if {
	some i, party in input.subcontracting.parties
	some finding in fields.missing(party, ["subcontracting", "parties", i], [["notification"], ["engaged_by"]])
}

undetermined contains {
	"code": "unknown_chain",
	"path": ["subcontracting", "parties", i, "engaged_by"],
	"msg": $"the chain from {party.id} up to the vendor cannot be followed, so its clock cannot be judged",
	"fix": "write `vendor` or the id of the party that engaged it",
} if {
	some i, party in input.subcontracting.parties
	fields.present(party, ["engaged_by"])
	party.id in ({party.id} - object.keys(input.derived.subcontracting.depth))
}

deny contains {
	"code": "too_slow",
	"path": ["incident", "notification", "initial"],
	"msg": $"the client is told within {initial}, which is too late: {limits}",
	"fix": "agree with the vendor on a time within every limit",
} if {
	initial := input.incident.notification.initial
	exceeded := {$"{one.source} allows {one.limit}" |
		some one in _limits
		durations.longer(initial, one.limit)
	}
	count(exceeded) > 0
	limits := concat("; ", sort(exceeded))
}

deny contains {
	"code": "late_start",
	"path": ["incident", "notification", "starts_from"],
	"msg": $"the time runs from {start}, not from awareness",
	"fix": "agree that the time runs from awareness",
} if {
	some start in ({input.incident.notification.starts_from} - {"awareness"})
}

deny contains {
	"code": "content_missing",
	"path": ["incident", "notification", "content"],
	"key": part,
	"msg": $"the notice does not tell {part}, which GDPR Art. 33(3) asks for",
	"fix": $"agree that the notice tells {part}, then add it",
} if {
	fields.present(input, ["incident", "notification", "content"])
	needed := {part | some part in data.params.thresholds.notification_content}
	some part in (needed - {part | some part in input.incident.notification.content})
}

deny contains {
	"code": "contact_unverified",
	"path": ["incident", "notification", "contact_verified_on"],
	"msg": $"the contact {contact} was last tried on {day}, more than {period} ago",
	"fix": "try the contact outside office hours and write the day",
} if {
	period := object.get(data.params.thresholds, "incident_contact_check", "no time")
	contact := object.get(input, ["incident", "notification", "contact_24x7"], "for incidents")
	day := input.incident.notification.contact_verified_on
	dates.overdue(day, period)
}

deny contains {
	"code": "future_date",
	"path": ["incident", "notification", "contact_verified_on"],
	"msg": $"the contact is said to be tried on {day}, which is still to come",
	"fix": "write the day on which it was tried",
} if {
	day := input.incident.notification.contact_verified_on
	dates.future(day)
}

deny contains {
	"code": "party_slower",
	"path": ["subcontracting", "parties", i, "notification"],
	"msg": $"{party.id} reports within {party.notification}, {party.engaged_by} itself has {above} only",
	"fix": $"shorten the clock of {party.id} to at most {above}",
} if {
	some i, party in input.subcontracting.parties
	some above in _clocks[party.engaged_by]
	durations.longer(party.notification, above)
}

deny contains {
	"code": "chain_too_slow",
	"path": ["subcontracting", "parties", i, "notification"],
	"msg": $"{hours} hours may pass until the client knows what {party.id} knows; at most {limit} is allowed",
	"fix": "shorten the clocks along the chain",
} if {
	limit := object.get(data.params.thresholds, "notification_chain", "no time")
	some i, party in input.subcontracting.parties
	seconds := input.derived.subcontracting.clock[party.id]
	durations.seconds_exceed(seconds, limit)
	hours := ceil(seconds / 3600)
}

# Each limit on the time until the client is told, by what sets it.
_limits contains {"source": $"tier {vendor.tier}", "limit": limit} if {
	limit := object.get(data.params.thresholds, ["notification", vendor.tier], "no time")
	limit != null
}

_limits contains {"source": "personal data", "limit": limit} if {
	vendor.personal_data
	limit := object.get(data.params.thresholds, "notification_personal_data", "no time")
}

_limits contains {"source": regime, "limit": limit} if {
	some regime in input.scope.regimes
	limit := data.params.thresholds.notification_by_regime[regime]
}

_limits contains {"source": $"{regime} for a critical or important function", "limit": limit} if {
	input.scope.function == "critical_or_important"
	some regime in input.scope.regimes
	limit := data.params.thresholds.notification_critical_function[regime]
}

# By whoever engages parties the time in which it reports itself.
_clocks.vendor contains input.incident.notification.initial

_clocks[party.id] contains party.notification if some party in input.subcontracting.parties
