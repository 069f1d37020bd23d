# METADATA
# title: Governance forum and communication protocol
# description: >
#   Silence between two teams is the risk that is met most often. From tier medium on both sides have agreed a working
#   language, ways to reach each other and an escalation path, meet as often as the tier asks for and have not missed
#   the due meeting; unless the vendor works onshore, both teams are at work together for a few hours each day.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2022/2554/oj
#     description: DORA Art. 30(3)(b), 30(3)(e)
# custom:
#   id: GR-04
#   severity: medium
#   owner: procurement@client.example
#   effective_on: "2026-01-01"
#   profiles: [dora, full]
#   frameworks:
#     DORA: ["30(3)(b)", "30(3)(e)"]
#     EBA/GL/2019/02: ["14"]
#     ISO 27001: [A.5.22]
#     NIST CSF: [GV.SC-09]
#     SOC 2: [CC2.3, CC9.2]
#     ISO: ["37500"]
#   remediation: Agree a written protocol (channels, escalation path, language, overlap hours) and hold the due meeting.
#   findings:
#     no_channels: No way to reach each other is agreed, so news gets lost or comes too late.
#     too_few_escalation_levels: The escalation path is too short, so a quarrel stays with those who have it.
#     meetings_too_rare: The agreed meetings are further apart than the tier allows, so faults of the service grow
#       unseen.
#     meeting_overdue: The last meeting is longer ago than agreed, so the two sides no longer talk as planned.
#     future_date: The last meeting is still to come, so it cannot count as held.
#     too_little_overlap: Both teams work together for too few hours a day to clear up what is urgent.
#   examples:
#     fail: |
#       communication: {last_meeting: 2026-06-01, meeting_cadence: P1M}
#     pass: |
#       communication:
#         working_language: en
#         channels: [ticket, video, phone]
#         escalation_levels: 3
#         meeting_cadence: P1M
#         last_meeting: 2026-11-03
#         overlap_hours: PT4H
package controls.governance.communication

import data.lib.dates
import data.lib.durations
import data.lib.fields
import data.lib.vendor

default applicable := false

applicable if vendor.tier_at_least("medium")

undetermined contains finding if {
	some finding in fields.missing(input, [], [
		["scope", "delivery_model"],
		["communication", "working_language"],
		["communication", "channels"],
		["communication", "escalation_levels"],
		["communication", "meeting_cadence"],
		["communication", "last_meeting"],
	])
}

undetermined contains finding if {
	not _onshore
	some finding in fields.missing(input, [], [["communication", "overlap_hours"]])
}

deny contains {
	"code": "no_channels",
	"path": ["communication", "channels"],
	"msg": "no way to reach each other is agreed",
	"fix": "agree at least one way and list it",
} if {
	count(input.communication.channels) == 0
}

deny contains {
	"code": "too_few_escalation_levels",
	"path": ["communication", "escalation_levels"],
	"msg": $"the escalation path has {levels} levels; at least {least} are asked for",
	"fix": $"agree who decides when the teams cannot, with at least {least} levels",
} if {
	least := object.get(data.params.thresholds, "escalation_levels", 21)
	levels := input.communication.escalation_levels
	levels < least
}

deny contains {
	"code": "meetings_too_rare",
	"path": ["communication", "meeting_cadence"],
	"msg": $"the two sides meet every {agreed}; tier {vendor.tier} asks for every {longest}",
	"fix": $"agree to meet at least every {longest}",
} if {
	longest := object.get(data.params.thresholds, ["meeting_cadence", vendor.tier], "no time")
	longest != null
	agreed := input.communication.meeting_cadence
	durations.longer(agreed, longest)
}

deny contains {
	"code": "meeting_overdue",
	"path": ["communication", "last_meeting"],
	"msg": $"the last meeting was on {input.communication.last_meeting}; the next was due by {due}",
	"fix": "hold the meeting and write its day",
} if {
	due := input.derived.due["communication.last_meeting"]
	dates.expired(due)
}

deny contains {
	"code": "future_date",
	"path": ["communication", "last_meeting"],
	"msg": $"the last meeting is dated {held}, which is still to come",
	"fix": "write the day of the last meeting that was held",
} if {
	held := input.communication.last_meeting
	dates.future(held)
}

deny contains {
	"code": "too_little_overlap",
	"path": ["communication", "overlap_hours"],
	"msg": $"both teams work together for {overlap} a day; at least {least} is asked for",
	"fix": $"agree working hours that overlap by at least {least}",
} if {
	not _onshore
	least := object.get(data.params.thresholds, "overlap_hours", "all day")
	overlap := input.communication.overlap_hours
	durations.shorter(overlap, least)
}

_onshore if input.scope.delivery_model == "onshore"
