# METADATA
# title: Quality assurance sampling and feedback
# description: >
#   Consistency comes from checking and telling. There is a written standard of good work, a large enough share of the
#   output is checked against it, both sides compare regularly how they judge, the defects found stay within what was
#   agreed, and from tier high on the vendor hears the results at least monthly.
# related_resources:
#   - ref: https://www.iso.org/standard/62085.html
#     description: ISO 9001:2015, 8.4 and 9.1
# custom:
#   id: SQ-03
#   severity: medium
#   owner: procurement@client.example
#   effective_on: "2026-01-01"
#   profiles: [full]
#   frameworks:
#     ISO 9001: ["8.4", "9.1"]
#     ISO: ["18295-1"]
#     EBA/GL/2019/02: ["14"]
#     ISO 27001: [A.5.22]
#   remediation: Check a larger share of the work and hold the sessions for calibration and feedback.
#   findings:
#     sampling_too_low: A smaller share of the work is checked than the tier asks for, so defects slip through.
#     calibration_overdue: The two sides have not compared for too long how they judge, so their verdicts drift apart.
#     feedback_too_rare: The agreed feedback is further apart than the tier allows, so faults repeat meanwhile.
#     feedback_overdue: The latest feedback is longer ago than agreed, so the vendor does not know what to mend.
#     too_many_defects: More of the checked work has a defect than was agreed.
#     future_date: A session is still to come, so it cannot count as held.
#   examples:
#     fail: |
#       quality: {sampling_rate_pct: 0.5}
#     pass: |
#       quality:
#         written_standard: Conversation standard 2026
#         sampling_rate_pct: 3
#         last_calibration: 2026-10-12
#         feedback_cadence: P1M
#         last_feedback: 2026-11-03
#         defect_rate_pct: 2
#         defect_limit_pct: 4
package controls.service_quality.quality_assurance

import data.lib.dates
import data.lib.durations
import data.lib.fields
import data.lib.vendor

undetermined contains finding if {
	some finding in fields.missing(input, [], [
		["quality", "written_standard"],
		["quality", "sampling_rate_pct"],
		["quality", "last_calibration"],
		["quality", "defect_rate_pct"],
		["quality", "defect_limit_pct"],
	])
}

undetermined contains finding if {
	_longest_cadence != null
	some finding in fields.missing(input, [], [["quality", "feedback_cadence"], ["quality", "last_feedback"]])
}

deny contains {
	"code": "sampling_too_low",
	"path": ["quality", "sampling_rate_pct"],
	"msg": $"{rate} percent of the work is checked; tier {vendor.tier} asks for {least}",
	"fix": $"check at least {least} percent",
} if {
	least := object.get(data.params.thresholds, ["sampling_pct", vendor.tier], 101)
	least != null
	rate := input.quality.sampling_rate_pct
	rate < least
}

deny contains {
	"code": "calibration_overdue",
	"path": ["quality", "last_calibration"],
	"msg": $"the two sides last compared how they judge on {done}, more than {period} ago",
	"fix": "hold the session and write its day",
} if {
	period := object.get(data.params.thresholds, "calibration", "no time")
	done := input.quality.last_calibration
	dates.overdue(done, period)
}

deny contains {
	"code": "feedback_too_rare",
	"path": ["quality", "feedback_cadence"],
	"msg": $"the vendor gets feedback every {agreed}; tier {vendor.tier} asks for every {_longest_cadence}",
	"fix": $"agree on feedback at least every {_longest_cadence}",
} if {
	_longest_cadence != null
	agreed := input.quality.feedback_cadence
	durations.longer(agreed, _longest_cadence)
}

deny contains {
	"code": "feedback_overdue",
	"path": ["quality", "last_feedback"],
	"msg": $"the latest feedback was on {input.quality.last_feedback}; the next was due by {due}",
	"fix": "give the feedback and write its day",
} if {
	_longest_cadence != null
	due := input.derived.due["quality.last_feedback"]
	dates.expired(due)
}

deny contains {
	"code": "too_many_defects",
	"path": ["quality", "defect_rate_pct"],
	"msg": $"{rate} percent of the checked work has a defect; at most {limit} was agreed",
	"fix": "agree with the vendor on what is done about the causes",
} if {
	rate := input.quality.defect_rate_pct
	limit := input.quality.defect_limit_pct
	rate > limit
}

deny contains {
	"code": "future_date",
	"path": path,
	"msg": $"`{concat(".", path)}` is {day}, which is still to come",
	"fix": "write the day of the last session that was held",
} if {
	some path in [["quality", "last_calibration"], ["quality", "last_feedback"]]
	day := object.get(input, path, "")
	dates.future(day)
}

# Null where the tier asks for no feedback.
_longest_cadence := object.get(data.params.thresholds, ["feedback_cadence", vendor.tier], "no time")
