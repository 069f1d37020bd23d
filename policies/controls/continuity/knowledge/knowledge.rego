# METADATA
# title: Knowledge retained and transferable
# description: >
#   Expertise must not leave with the vendor. From tier medium on the client owns the runbooks, which were brought up to
#   date within half a year, and keeps enough experts of its own; there is a plan for handing knowledge back, a session
#   was held within the year, and each key person at the vendor has a deputy.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2022/2554/oj
#     description: DORA Art. 28(8) and 30(3)(f)
#   - ref: https://www.iso.org/standard/56269.html
#     description: ISO 37500, guidance on outsourcing
# custom:
#   id: BC-03
#   severity: medium
#   owner: continuity@client.example
#   effective_on: "2026-01-01"
#   profiles: [dora, full]
#   frameworks:
#     DORA: ["28(8)", "30(3)(f)"]
#     EBA/GL/2019/02: ["6", "15"]
#     NIST CSF: [GV.SC-10]
#     ISO 27001: [A.5.37]
#     ISO: ["37500"]
#   remediation: Refresh the runbooks, name retained experts, and hold a session.
#   findings:
#     vendor_owns_runbooks: The vendor owns the written procedures, so they leave with it.
#     runbooks_old: The written procedures were not brought up to date for too long, so nobody could work by them.
#     few_experts: Fewer people at the client still know the work than the tier asks for.
#     no_transfer_plan: There is no plan for handing the vendor's knowledge back.
#     transfer_overdue: No session of handing knowledge over was held for too long.
#     no_deputies: A key person at the vendor has no deputy, so what that person knows can be lost in a day.
#     in_future: An update or session is recorded for a day still to come, so it cannot count as done.
#   examples:
#     fail: |
#       continuity:
#         knowledge: {retained_experts: 0}
#     pass: |
#       continuity:
#         knowledge:
#           runbooks: {owner: client, updated_on: 2026-09-10}
#           retained_experts: 2
#           transfer_plan: true
#           last_transfer: 2026-09-10
#           key_persons_have_deputies: true
package controls.continuity.knowledge

import data.lib.dates
import data.lib.fields
import data.lib.vendor

default applicable := false

applicable if vendor.tier_at_least("medium")

undetermined contains finding if {
	some finding in fields.missing(input, [], [
		["continuity", "knowledge", "runbooks", "owner"],
		["continuity", "knowledge", "runbooks", "updated_on"],
		["continuity", "knowledge", "retained_experts"],
		["continuity", "knowledge", "transfer_plan"],
		["continuity", "knowledge", "last_transfer"],
		["continuity", "knowledge", "key_persons_have_deputies"],
	])
}

deny contains {
	"code": "vendor_owns_runbooks",
	"path": ["continuity", "knowledge", "runbooks", "owner"],
	"msg": "the runbooks belong to the vendor",
	"fix": "agree that the runbooks are the client's, and keep a copy",
} if {
	input.continuity.knowledge.runbooks.owner == "vendor"
}

deny contains {
	"code": "runbooks_old",
	"path": ["continuity", "knowledge", "runbooks", "updated_on"],
	"msg": $"the runbooks were last updated on {input.continuity.knowledge.runbooks.updated_on}, more than {period} ago",
	"fix": "bring the runbooks up to date and record the day",
} if {
	period := object.get(data.params.thresholds, "runbook_age", "P0D")
	dates.overdue(input.continuity.knowledge.runbooks.updated_on, period)
}

deny contains {
	"code": "few_experts",
	"path": ["continuity", "knowledge", "retained_experts"],
	"msg": $"{experts} people at the client still know the work; tier {vendor.tier} asks for {least}",
	"fix": $"keep at least {least} people who know the work",
} if {
	least := object.get(data.params.thresholds, ["retained_experts", vendor.tier], 1000000)
	least != null
	experts := input.continuity.knowledge.retained_experts
	experts < least
}

deny contains {
	"code": "no_transfer_plan",
	"path": ["continuity", "knowledge", "transfer_plan"],
	"msg": "there is no plan for handing knowledge back",
	"fix": "write down who hands over what to whom, and in which order",
} if {
	input.continuity.knowledge.transfer_plan == false
}

deny contains {
	"code": "transfer_overdue",
	"path": ["continuity", "knowledge", "last_transfer"],
	"msg": $"knowledge was last handed over on {input.continuity.knowledge.last_transfer}, more than {period} ago",
	"fix": "hold a session and record the day",
} if {
	period := object.get(data.params.thresholds, "knowledge_transfer", "P0D")
	dates.overdue(input.continuity.knowledge.last_transfer, period)
}

deny contains {
	"code": "no_deputies",
	"path": ["continuity", "knowledge", "key_persons_have_deputies"],
	"msg": "not every key person at the vendor has a deputy",
	"fix": "have the vendor name a deputy for each key person",
} if {
	input.continuity.knowledge.key_persons_have_deputies == false
}

deny contains {
	"code": "in_future",
	"path": array.concat(["continuity", "knowledge"], path),
	"msg": $"{path[count(path) - 1]} is {day}, which is still to come",
	"fix": "write the day of the latest one that has been carried out",
} if {
	some path in [["runbooks", "updated_on"], ["last_transfer"]]
	day := object.get(input.continuity.knowledge, path, dates.as_of)
	dates.future(day)
}
