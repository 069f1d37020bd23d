# METADATA
# title: Continuity and recovery plan tested
# description: >
#   An untested plan is a wish. From tier medium on the service runs again, and loses no more data, within the client's
#   need, or what the tier allows where the client names none; the plan was tested in time and held, a backup was
#   restored within the year, and at tier critical the loss of one site is survived.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2016/679/oj
#     description: GDPR Art. 32(1)(b) and (c)
#   - ref: https://eur-lex.europa.eu/eli/reg/2022/2554/oj
#     description: DORA Art. 11 and 30(3)(c)
#   - ref: https://eur-lex.europa.eu/eli/dir/2022/2555/oj
#     description: NIS2 Art. 21(2)(c)
# custom:
#   id: BC-01
#   severity: high
#   owner: continuity@client.example
#   effective_on: "2026-01-01"
#   profiles: [dora, full]
#   frameworks:
#     GDPR: ["32(1)(b)", "32(1)(c)"]
#     DORA: ["30(3)(c)", "11"]
#     EBA/GL/2019/02: ["9", "13"]
#     ISO 22301: ["8.5"]
#     ISO 27001: [A.5.29, A.5.30, A.8.13]
#     NIST 800-53: [CP-2, CP-4]
#     CSA CCM: [BCR-06]
#     NIST CSF: [GV.SC-08, RC.RP]
#     SOC 2: [A1.2, A1.3]
#     NIS2: ["21(2)(c)"]
#   remediation: Test the plan, mend what the test shows, and restore a backup.
#   findings:
#     rto_too_long: After a failure the service would stay down for longer than the client can bear.
#     rpo_too_long: After a failure more data would be lost than the client can bear.
#     test_overdue: The latest test of the recovery plan is older than the tier allows, so it no longer shows that the
#       plan works.
#     test_failed: The latest test of the recovery plan failed, so the plan is known not to work.
#     restore_overdue: No backup has been restored for too long, so it is not known whether backups can be used.
#     single_site: At tier critical the loss of the one site would end the service, for there is nowhere else to go on.
#     in_future: A test is recorded for a day still to come, so it cannot count as done.
#   examples:
#     fail: |
#       scope:
#         required_rto: PT4H
#       continuity:
#         bcp: {rto: P1D, rpo: PT1H, last_tested: 2026-04-22, result: passed, backups_restored_on: 2026-06-12}
#     pass: |
#       scope:
#         required_rto: PT4H
#       continuity:
#         bcp: {rto: PT2H, rpo: PT1H, last_tested: 2026-04-22, result: passed, backups_restored_on: 2026-06-12}
package controls.continuity.recovery_plan

import data.lib.dates
import data.lib.durations
import data.lib.fields
import data.lib.vendor

default applicable := false

applicable if vendor.tier_at_least("medium")

undetermined contains finding if {
	some finding in fields.missing(input, [], [
		["continuity", "bcp", "rto"],
		["continuity", "bcp", "rpo"],
		["continuity", "bcp", "last_tested"],
		["continuity", "bcp", "result"],
		["continuity", "bcp", "backups_restored_on"],
	])
}

# Either answer is enough, when it is the good one.
undetermined contains finding if {
	vendor.tier == "critical"
	not _goes_on_elsewhere
	some finding in fields.missing(input, [], [
		["continuity", "bcp", "sites"],
		["continuity", "bcp", "remote_failover"],
	])
}

deny contains {
	"code": "rto_too_long",
	"path": ["continuity", "bcp", "rto"],
	"msg": $"the service runs again after {input.continuity.bcp.rto}; {_need.rto.whose} is {_need.rto.limit}",
	"fix": $"bring the recovery time down to {_need.rto.limit}, and show it in a test",
} if {
	durations.longer(input.continuity.bcp.rto, _need.rto.limit)
}

deny contains {
	"code": "rpo_too_long",
	"path": ["continuity", "bcp", "rpo"],
	"msg": $"data of up to {input.continuity.bcp.rpo} is lost; {_need.rpo.whose} is {_need.rpo.limit}",
	"fix": $"save data at least every {_need.rpo.limit}, and show it in a test",
} if {
	durations.longer(input.continuity.bcp.rpo, _need.rpo.limit)
}

deny contains {
	"code": "test_overdue",
	"path": ["continuity", "bcp", "last_tested"],
	"msg": $"the plan was last tested on {input.continuity.bcp.last_tested}, more than {period} ago",
	"fix": "test the plan and record the day and the result",
} if {
	period := object.get(data.params.thresholds, ["bcp_test", vendor.tier], "P0D")
	period != null
	dates.overdue(input.continuity.bcp.last_tested, period)
}

deny contains {
	"code": "test_failed",
	"path": ["continuity", "bcp", "result"],
	"msg": $"the test of {object.get(input, ["continuity", "bcp", "last_tested"], "unknown date")} failed",
	"fix": "mend the plan and test it again",
} if {
	input.continuity.bcp.result == "failed"
}

deny contains {
	"code": "restore_overdue",
	"path": ["continuity", "bcp", "backups_restored_on"],
	"msg": $"a backup was last restored on {input.continuity.bcp.backups_restored_on}, more than {period} ago",
	"fix": "restore a backup as a test and record the day",
} if {
	period := object.get(data.params.thresholds, "backup_restore", "P0D")
	dates.overdue(input.continuity.bcp.backups_restored_on, period)
}

deny contains {
	"code": "single_site",
	"path": ["continuity", "bcp", "sites"],
	"msg": $"sites to run from: {sites}; the service cannot go on from elsewhere, which tier critical asks for",
	"fix": "set up a second site or remote failover",
} if {
	vendor.tier == "critical"
	sites := input.continuity.bcp.sites
	sites < 2
	input.continuity.bcp.remote_failover == false
}

deny contains {
	"code": "in_future",
	"path": ["continuity", "bcp", field],
	"msg": $"{field} is {day}, which is still to come",
	"fix": "write the day of the latest test that has been carried out",
} if {
	some field in ["last_tested", "backups_restored_on"]
	day := input.continuity.bcp[field]
	dates.future(day)
}

# What the client asks for in the manifest, else what the tier allows.
_need[field] := {"limit": limit, "whose": "the client's need"} if {
	some field in ["rto", "rpo"]
	limit := input.scope[$"required_{field}"]
}

_need[field] := {"limit": limit, "whose": $"the limit at tier {vendor.tier}"} if {
	some field in ["rto", "rpo"]
	not _named[field]
	limit := object.get(data.params.thresholds, [field, vendor.tier], "no time")
	limit != null
}

_named[field] if {
	some field in ["rto", "rpo"]
	input.scope[$"required_{field}"]
}

_goes_on_elsewhere if input.continuity.bcp.sites >= 2

_goes_on_elsewhere if input.continuity.bcp.remote_failover
