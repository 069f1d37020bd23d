# METADATA
# title: Least privilege, reviews and leavers
# description: >
#   Access outlives need unless somebody looks. Whoever gets more than public data gives rights by role, has completed a
#   review of all rights within the time that the tier allows, closes a leaver's access in time, keeps the record of
#   accesses for a year from tier high on, and lets no more persons in than the contract allows. When the contract has
#   ended, all access is closed.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2016/679/oj
#     description: GDPR Art. 29, 32(1)(b), 32(4)
#   - ref: https://doi.org/10.6028/NIST.SP.800-53r5
#     description: NIST SP 800-53, AC-2, AC-6, PS-4
# custom:
#   id: LA-02
#   severity: high
#   owner: ciso@client.example
#   effective_on: "2026-01-01"
#   profiles: [gdpr, pci, hipaa, full]
#   frameworks:
#     GDPR: ["32(1)(b)", "32(4)", "29"]
#     ISO 27001: [A.5.15, A.5.18, A.8.2, A.8.3, A.8.15]
#     NIST 800-53: [AC-2, AC-6, PS-4]
#     PCI DSS: ["7.2.4", "8.2.5"]
#     CSA CCM: [IAM-05, IAM-08]
#     SOC 2: [CC6.2, CC6.3]
#     NIST CSF: [PR.AA-05]
#   remediation: Run the overdue review of access rights, and close leavers' access sooner.
#   findings:
#     not_role_based: Rights are not given by role, so nobody can tell who needs what he has.
#     review_not_completed: The latest review of access rights is not completed, so rights that nobody needs may live
#       on.
#     review_overdue: The latest review of access rights is older than the tier allows, so rights that nobody needs
#       may live on.
#     review_in_future: A review of access rights is called completed on a day still to come, so it has not been made.
#     slow_revocation: A leaver keeps access for longer than the tier allows, and may use it against the client.
#     short_record: The record of accesses is kept for less time than it takes to notice and trace a misuse.
#     too_many_persons: More persons have access than the contract allows to work on the service.
#     access_open: The contract has ended and access is not closed, so somebody without any need can reach the data.
#     closed_before_start: The day of closing lies before the contract, so it tells of another access than this one.
#   examples:
#     fail: |
#       scope: {risk_tier: critical}
#       access:
#         last_review: {date: 2026-07-01, status: completed}
#     pass: |
#       scope: {risk_tier: critical}
#       access:
#         role_based: true
#         last_review: {date: 2026-10-15, status: completed}
#         leaver_revocation: PT4H
#         logging: {retention: P12M}
#         authorised_headcount: 42
#       contract: {headcount: 45}
package controls.access.least_privilege

import data.lib.dates
import data.lib.durations
import data.lib.fields
import data.lib.vendor

exit_duty := true

default applicable := false

applicable if {
	vendor.non_public_data
	not _leaving_today
}

undetermined contains finding if {
	not _ended
	some finding in fields.missing(input, [], [
		["access", "role_based"],
		["access", "last_review", "date"],
		["access", "last_review", "status"],
		["access", "leaver_revocation"],
		["access", "authorised_headcount"],
		["contract", "headcount"],
	])
}

undetermined contains finding if {
	not _ended
	_record != null
	some finding in fields.missing(input, [], [["access", "logging", "retention"]])
}

undetermined contains finding if {
	_ended
	some finding in fields.missing(input, [], [["access", "closed_on"]])
}

deny contains {
	"code": "not_role_based",
	"path": ["access", "role_based"],
	"msg": "rights are not given by role",
	"fix": "give rights by role, then write `role_based: true`",
} if {
	not _ended
	input.access.role_based == false
}

deny contains {
	"code": "review_not_completed",
	"path": ["access", "last_review", "status"],
	"msg": $"the latest review of access rights is {status}, not completed",
	"fix": "complete the review, or declare the latest one that was completed",
} if {
	not _ended
	some status in ({input.access.last_review.status} - {"completed"})
}

deny contains {
	"code": "review_overdue",
	"path": ["access", "last_review", "date"],
	"msg": $"the latest review of access rights was on {date}; tier {vendor.tier} asks for one every {period}",
	"fix": "review all access rights and write the day",
} if {
	not _ended
	period := object.get(data.params.thresholds, ["access_review", vendor.tier], "no time")
	period != null
	date := input.access.last_review.date
	dates.overdue(date, period)
}

deny contains {
	"code": "review_in_future",
	"path": ["access", "last_review", "date"],
	"msg": $"the review of access rights is called completed on {date}, which is still to come",
	"fix": "write the latest review that was completed",
} if {
	not _ended
	input.access.last_review.status == "completed"
	date := input.access.last_review.date
	dates.future(date)
}

deny contains {
	"code": "slow_revocation",
	"path": ["access", "leaver_revocation"],
	"msg": $"a leaver's access is closed after {delay}; tier {vendor.tier} allows {limit}",
	"fix": $"close a leaver's access within {limit}",
} if {
	not _ended
	limit := object.get(data.params.thresholds, ["leaver_revocation", vendor.tier], "no time")
	limit != null
	delay := input.access.leaver_revocation
	durations.longer(delay, limit)
}

deny contains {
	"code": "short_record",
	"path": ["access", "logging", "retention"],
	"msg": $"the record of accesses is kept for {retention}; tier {vendor.tier} asks for {_record}",
	"fix": $"keep the record for {_record} at least",
} if {
	not _ended
	_record != null
	retention := input.access.logging.retention
	durations.shorter(retention, _record)
}

deny contains {
	"code": "too_many_persons",
	"path": ["access", "authorised_headcount"],
	"msg": $"{input.access.authorised_headcount} persons have access; the contract allows {input.contract.headcount}",
	"fix": "close the access of those who do not need it, or agree on more in the contract",
} if {
	not _ended
	input.access.authorised_headcount > input.contract.headcount
}

deny contains {
	"code": "access_open",
	"path": ["access", "closed_on"],
	"msg": $"the contract ended on {input.contract.ended_on}, and access stays open until {closing}",
	"fix": "close all access now and write the day",
} if {
	_ended
	closing := input.access.closed_on
	dates.future(closing)
}

deny contains {
	"code": "closed_before_start",
	"path": ["access", "closed_on"],
	"msg": $"access is called closed on {closing}, before the contract took effect on {input.contract.effective}",
	"fix": "write the day on which the access under this contract was closed",
} if {
	_ended
	closing := input.access.closed_on
	closing < input.contract.effective
}

_ended if vendor.lifecycle == "ended"

# On its last day the contract still gives a reason for access.
_leaving_today if {
	_ended
	input.contract.ended_on == dates.as_of
}

# How long the record is kept at least; null for no requirement.
_record := object.get(data.params.thresholds, ["log_retention", vendor.tier], "no time")
