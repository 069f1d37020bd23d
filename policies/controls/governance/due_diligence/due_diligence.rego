# METADATA
# title: Due diligence, capability and business case current
# description: >
#   Selection on price alone hides weak vendors. The vendor was examined before the contract was signed, and again
#   within the time that its tier allows; the outcome is acceptable and every condition is met or not yet due; nobody
#   at the client has an unmanaged interest in the vendor; enough references were checked; engagement model,
#   alternatives and business case are on record.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2016/679/oj
#     description: GDPR Art. 28(1)
#   - ref: https://eur-lex.europa.eu/eli/reg/2022/2554/oj
#     description: DORA Art. 28(4)(d)-(e), 28(5)
# custom:
#   id: GR-03
#   severity: high
#   owner: procurement@client.example
#   effective_on: "2026-01-01"
#   profiles: [dora, pci, full]
#   frameworks:
#     GDPR: ["28(1)"]
#     DORA: ["28(4)(d)", "28(4)(e)", "28(5)"]
#     EBA/GL/2019/02: ["8", "12.3"]
#     ISO 27001: [A.5.19]
#     NIST CSF: [GV.SC-06]
#     NIST 800-53: [SR-6, SA-9(1)]
#     SOC 2: [CC9.2]
#     PCI DSS: ["12.8.3"]
#     ISO: ["37500"]
#   remediation: Repeat the due diligence (credentials, similar work, ownership, conflicts, model, team) and file it.
#   findings:
#     performed_late: The first examination was finished after the contract was signed, so it could not inform the
#       decision.
#     future_date: A day of the examination is still to come, so that part cannot count as done.
#     review_overdue: The latest examination is older than the tier allows, so it no longer shows how things are.
#     not_acceptable: The examination found the vendor not acceptable, and still it is engaged.
#     no_conditions: The outcome depends on conditions and none is listed, so nobody can tell whether they are met.
#     condition_overdue: A condition of the outcome is unmet after its last day, so the vendor is no longer
#       acceptable.
#     conflict_unmanaged: Somebody at the client has an interest in the vendor that nothing keeps in check.
#     no_alternatives: No other vendor or way was weighed, so the choice may rest on price or habit alone.
#     too_few_references: Fewer references were checked than the tier asks for, so the vendor's ability is a claim.
#   examples:
#     fail: |
#       due_diligence: {performed_on: 2026-03-01}
#       contract: {signed_on: 2026-01-15}
#     pass: |
#       due_diligence:
#         performed_on: 2025-11-10
#         reviewed_on: 2026-10-05
#         outcome: acceptable
#         references: 3
#         conflict_of_interest: none
#         engagement_model: dedicated_team
#         alternatives_considered: 4
#         business_case_approved_on: 2025-11-28
#       contract: {signed_on: 2025-12-20}
package controls.governance.due_diligence

import data.lib.dates
import data.lib.fields
import data.lib.vendor

undetermined contains finding if {
	some finding in fields.missing(input, [], [
		["due_diligence", "performed_on"],
		["due_diligence", "reviewed_on"],
		["due_diligence", "outcome"],
		["due_diligence", "references"],
		["due_diligence", "conflict_of_interest"],
		["due_diligence", "engagement_model"],
		["due_diligence", "alternatives_considered"],
		["due_diligence", "business_case_approved_on"],
	])
}

# A prospective vendor may have no contract to sign yet.
undetermined contains finding if {
	vendor.lifecycle != "prospective"
	some finding in fields.missing(input, [], [["contract", "signed_on"]])
}

undetermined contains finding if {
	input.due_diligence.outcome == "acceptable_with_conditions"
	some finding in fields.missing(input, [], [["due_diligence", "conditions"]])
}

undetermined contains finding if {
	some i, condition in input.due_diligence.conditions
	some finding in fields.missing(condition, ["due_diligence", "conditions", i], [["due"]])
}

deny contains {
	"code": "performed_late",
	"path": ["due_diligence", "performed_on"],
	"msg": $"the vendor was first examined on {done}, after the contract was signed on {input.contract.signed_on}",
	"fix": "write the day of the first examination if there was an earlier one; otherwise repeat it and ask for a waiver",
} if {
	done := input.due_diligence.performed_on
	done > input.contract.signed_on
}

deny contains {
	"code": "future_date",
	"path": path,
	"msg": $"`{concat(".", path)}` is {day}, which is still to come",
	"fix": "write the day on which it was done, once it is",
} if {
	some path in [
		["due_diligence", "performed_on"],
		["due_diligence", "reviewed_on"],
		["due_diligence", "business_case_approved_on"],
	]
	day := object.get(input, path, "")
	dates.future(day)
}

deny contains {
	"code": "future_date",
	"path": ["due_diligence", "conditions", i, "closed_on"],
	"msg": $"condition {condition.id} is called met on {condition.closed_on}, which is still to come",
	"fix": "write the day on which it was met, or take `closed_on` away",
} if {
	some i, condition in input.due_diligence.conditions
	dates.future(condition.closed_on)
}

deny contains {
	"code": "review_overdue",
	"path": ["due_diligence", "reviewed_on"],
	"msg": $"the vendor was last examined on {done}; at tier {vendor.tier} that counts for {period}",
	"fix": "repeat the due diligence and write its day",
} if {
	period := object.get(data.params.thresholds, ["due_diligence", vendor.tier], "no time")
	period != null
	done := input.due_diligence.reviewed_on
	dates.overdue(done, period)
}

deny contains {
	"code": "not_acceptable",
	"path": ["due_diligence", "outcome"],
	"msg": $"the outcome of the due diligence is {outcome}",
	"fix": "have the faults mended and examine the vendor again, or leave it",
} if {
	some outcome in ({input.due_diligence.outcome} - {"acceptable", "acceptable_with_conditions"})
}

deny contains {
	"code": "no_conditions",
	"path": ["due_diligence", "conditions"],
	"msg": "the outcome is acceptable_with_conditions, but no condition is listed",
	"fix": "list each condition with the last day for it, or write the outcome acceptable",
} if {
	input.due_diligence.outcome == "acceptable_with_conditions"
	count(input.due_diligence.conditions) == 0
}

deny contains {
	"code": "condition_overdue",
	"path": ["due_diligence", "conditions", i, "due"],
	"msg": $"condition {condition.id} was due on {condition.due} and is not met",
	"fix": "have it met and write `closed_on`, or leave the vendor",
} if {
	some i in _open
	condition := input.due_diligence.conditions[i]
	dates.expired(condition.due)
}

deny contains {
	"code": "conflict_unmanaged",
	"path": ["due_diligence", "conflict_of_interest"],
	"msg": $"an interest that somebody at the client has in the vendor is {state}",
	"fix": "keep the person out of every decision about the vendor, record that, and write managed",
} if {
	some state in ({input.due_diligence.conflict_of_interest} - {"none", "managed"})
}

deny contains {
	"code": "too_few_references",
	"path": ["due_diligence", "references"],
	"msg": $"{checked} references were checked; tier {vendor.tier} asks for {least}",
	"fix": $"check references of similar work until there are {least}",
} if {
	least := object.get(data.params.thresholds, ["references", vendor.tier], 1001)
	least != null
	checked := input.due_diligence.references
	checked < least
}

warn contains {
	"code": "no_alternatives",
	"path": ["due_diligence", "alternatives_considered"],
	"msg": "no alternative to the vendor was considered",
	"fix": "weigh other vendors and doing the work in-house, and write how many were considered",
} if {
	input.due_diligence.alternatives_considered == 0
}

# What is not closed by the day of the check is open.
_open contains i if {
	some i, condition in input.due_diligence.conditions
	not fields.present(condition, ["closed_on"])
}

_open contains i if {
	some i, condition in input.due_diligence.conditions
	dates.future(condition.closed_on)
}
