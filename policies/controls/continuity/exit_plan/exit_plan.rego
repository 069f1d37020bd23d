# METADATA
# title: Exit and transition plan
# description: >
#   Dependency hurts at the end. From tier high on, and for every critical or important function, the client owns a plan
#   for leaving the vendor that was gone through within the year and rehearsed in time. It names what sets it in motion
#   and the format in which data comes back, allows time enough for the move, and the vendor must give notice for at
#   least as long. When the contract has ended, the client still owns the plan, and the data format is still named.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2022/2554/oj
#     description: DORA Art. 28(7) and (8), 30(2)(d) and (h), 30(3)(f)
# custom:
#   id: BC-02
#   severity: high
#   owner: continuity@client.example
#   effective_on: "2026-01-01"
#   profiles: [dora, full]
#   frameworks:
#     DORA: ["28(7)", "28(8)", "30(2)(d)", "30(2)(h)", "30(3)(f)"]
#     EBA/GL/2019/02: ["13.4", "15"]
#     ISO 27001: [A.5.20, A.5.23]
#     NIST CSF: [GV.SC-10]
#     CSA CCM: [IPY-04]
#     SOC 2: [CC9.2]
#   remediation: Write, cost and rehearse the plan; lengthen the vendor's notice.
#   findings:
#     vendor_owns_plan: The vendor owns the exit plan, so the client depends on it for leaving it.
#     review_overdue: The exit plan was not gone through for too long, so it may rest on what is no longer true.
#     test_overdue: The exit plan was not rehearsed for too long, so it is not known whether the client can leave.
#     transition_too_short: The plan allows less time for the move than the tier asks for.
#     trigger_missing: An event that should set the plan in motion is not among its triggers.
#     notice_too_short: The vendor may leave sooner than the move to another one takes.
#     in_future: A review or rehearsal is recorded for a day still to come, so it cannot count as done.
#   examples:
#     fail: |
#       contract: {notice_by_vendor: P1M}
#       continuity:
#         exit: {owner: client, reviewed_on: 2026-08-01, transition_period: P6M}
#     pass: |
#       contract: {notice_by_vendor: P6M}
#       continuity:
#         exit:
#           owner: client
#           reviewed_on: 2026-08-01
#           tested_on: 2026-08-01
#           transition_period: P6M
#           triggers: [insolvency, breach, regulator, quality]
#           data_return_format: csv
package controls.continuity.exit_plan

import data.lib.dates
import data.lib.durations
import data.lib.fields
import data.lib.vendor

# METADATA
# scope: document
# description: Data must come back after the end too.
exit_duty := true

default applicable := false

applicable if vendor.tier_at_least("high")

applicable if input.scope.function == "critical_or_important"

undetermined contains finding if {
	some finding in fields.missing(input, [], [
		["continuity", "exit", "owner"],
		["continuity", "exit", "data_return_format"],
	])
}

undetermined contains finding if {
	_to_come
	some finding in fields.missing(input, [], [
		["continuity", "exit", "reviewed_on"],
		["continuity", "exit", "transition_period"],
		["continuity", "exit", "triggers"],
		["contract", "notice_by_vendor"],
	])
}

undetermined contains finding if {
	_to_come
	_rehearsal != null
	some finding in fields.missing(input, [], [["continuity", "exit", "tested_on"]])
}

deny contains {
	"code": "vendor_owns_plan",
	"path": ["continuity", "exit", "owner"],
	"msg": "the vendor owns the plan by which the client would leave it",
	"fix": "write a plan of the client's own and name the client as its owner",
} if {
	input.continuity.exit.owner == "vendor"
}

deny contains {
	"code": "review_overdue",
	"path": ["continuity", "exit", "reviewed_on"],
	"msg": $"the plan was last gone through on {input.continuity.exit.reviewed_on}, more than {period} ago",
	"fix": "go through the plan and record the day",
} if {
	_to_come
	period := object.get(data.params.thresholds, "exit_review", "P0D")
	dates.overdue(input.continuity.exit.reviewed_on, period)
}

deny contains {
	"code": "test_overdue",
	"path": ["continuity", "exit", "tested_on"],
	"msg": $"the plan was last rehearsed on {input.continuity.exit.tested_on}, more than {_rehearsal} ago",
	"fix": "rehearse the plan and record the day",
} if {
	_to_come
	_rehearsal != null
	dates.overdue(input.continuity.exit.tested_on, _rehearsal)
}

deny contains {
	"code": "transition_too_short",
	"path": ["continuity", "exit", "transition_period"],
	"msg": $"the plan allows {input.continuity.exit.transition_period} for the move; tier {vendor.tier} asks for {least}",
	"fix": $"plan the move over {least} or more",
} if {
	_to_come
	least := object.get(data.params.thresholds, ["transition_period", vendor.tier], "no time")
	least != null
	durations.shorter(input.continuity.exit.transition_period, least)
}

deny contains {
	"code": "trigger_missing",
	"path": ["continuity", "exit", "triggers"],
	"key": trigger,
	"msg": $"{trigger} does not set the plan in motion",
	"fix": $"add {trigger} to the triggers, and to the plan what then happens",
} if {
	_to_come
	fields.present(input, ["continuity", "exit", "triggers"])
	some trigger in ({needed | some needed in data.params.thresholds.exit_triggers} - _triggers)
}

deny contains {
	"code": "notice_too_short",
	"path": ["contract", "notice_by_vendor"],
	"msg": $"the vendor may leave with {input.contract.notice_by_vendor} notice, but the move takes {transition}",
	"fix": $"agree on {transition} or more as the vendor's notice",
} if {
	_to_come
	transition := input.continuity.exit.transition_period
	durations.shorter(input.contract.notice_by_vendor, transition)
}

deny contains {
	"code": "in_future",
	"path": ["continuity", "exit", field],
	"msg": $"{field} is {day}, which is still to come",
	"fix": "write the day of the latest one that has been carried out",
} if {
	_to_come
	some field in ["reviewed_on", "tested_on"]
	day := input.continuity.exit[field]
	dates.future(day)
}

# After the end there is nothing left to rehearse or to give notice of.
_to_come if vendor.lifecycle != "ended"

_rehearsal := object.get(data.params.thresholds, ["exit_test", vendor.tier], "P0D")

_triggers := {trigger | some trigger in input.continuity.exit.triggers}
