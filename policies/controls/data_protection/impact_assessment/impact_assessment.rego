# METADATA
# title: Processing records and impact assessment
# description: >
#   Both prove that the risk was thought about before the data moved. Whoever processes personal data keeps a record of
#   it that was gone through within a year. Sensitive data, large scale or systematic monitoring call for an impact
#   assessment, whatever the manifest declares: finished before the processing began, with a risk that is low enough,
#   and gone through as often as the tier asks.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2016/679/oj
#     description: GDPR Art. 30, 35, 36
#   - ref: https://ec.europa.eu/newsroom/article29/items/611236
#     description: WP 248 rev.01, guidelines on data protection impact assessment
# custom:
#   id: DP-02
#   severity: high
#   owner: dpo@client.example
#   effective_on: "2026-01-01"
#   profiles: [gdpr, full]
#   frameworks:
#     GDPR: ["30(2)", "35(1)", "35(3)", "35(11)", "36"]
#     ISO 27001: [A.5.34]
#     CSA CCM: [DSP-09]
#   remediation: Complete or refresh the impact assessment, record the details of Art. 30(2), and consult the authority
#     where the risk stays high.
#   findings:
#     ropa_overdue: The record of processing was last gone through too long ago, so it may no longer tell what is done.
#     not_performed: There is no impact assessment, though the data or the processing calls for one.
#     performed_late: The impact assessment was finished after the processing had begun, so the risk was taken unseen.
#     risk_remains: The assessment leaves a risk that is too high, and the authority was not consulted.
#     overdue: The impact assessment was last gone through too long ago, so the risk may have changed unseen.
#     future_date: A date that tells what was done lies after the day of the check; what is planned does not count.
#   examples:
#     fail: |
#       scope:
#         data: [{id: findings, category: special_health}]
#       data_protection:
#         dpia: {required: false}
#     pass: |
#       data_protection:
#         ropa: {reviewed_on: 2026-06-01}
#         dpia: {required: true, performed_on: 2026-01-10, reviewed_on: 2026-09-14, outcome: mitigated}
package controls.data_protection.impact_assessment

import data.lib.dates
import data.lib.fields
import data.lib.milestones
import data.lib.vendor

default applicable := false

applicable if vendor.personal_data

undetermined contains finding if {
	some finding in fields.missing(input, [], [["scope", "data"], ["data_protection", "ropa", "reviewed_on"]])
}

undetermined contains finding if {
	_expected
	some finding in fields.missing(input, [], [
		["data_protection", "dpia", "performed_on"],
		["data_protection", "dpia", "reviewed_on"],
		["data_protection", "dpia", "outcome"],
	])
}

undetermined contains finding if {
	_expected
	not input.data_protection.processing_start
	some finding in fields.missing(input, [], [["contract", "effective"]])
}

undetermined contains finding if {
	not _expected
	count(_triggers) == 0
	some finding in _doubts
}

deny contains {
	"code": "ropa_overdue",
	"path": ["data_protection", "ropa", "reviewed_on"],
	"msg": $"the record of processing was last gone through on {reviewed_on}, more than {period} ago",
	"fix": "go through the record of processing, then write the day",
} if {
	reviewed_on := input.data_protection.ropa.reviewed_on
	period := object.get(data.params.thresholds, "ropa_review", "no time")
	dates.overdue(reviewed_on, period)
}

deny contains {
	"code": "not_performed",
	"path": ["data_protection", "dpia", "required"],
	"msg": $"no impact assessment is held to be necessary, but it is, because of {concat(", ", sort(_triggers))}",
	"fix": "carry out the assessment before any processing; `required: false` does not change that",
} if {
	not _expected
	count(_triggers) > 0
}

deny contains {
	"code": "performed_late",
	"path": ["data_protection", "dpia", "performed_on"],
	"msg": $"finished on {performed_on}, after the processing began on {milestones.processing_start}",
	"fix": "stop until the assessment stands, and correct the dates if they are wrong; otherwise this takes a waiver",
} if {
	_needed
	performed_on := input.data_protection.dpia.performed_on
	performed_on > milestones.processing_start
}

deny contains {
	"code": "risk_remains",
	"path": ["data_protection", "dpia", "outcome"],
	"msg": $"the assessment ends with {outcome}",
	"fix": "mitigate the risk, or consult the supervisory authority (GDPR Art. 36) before going on",
} if {
	_needed
	some outcome in ({input.data_protection.dpia.outcome} - {"acceptable", "mitigated", "prior_consultation_done"})
}

deny contains {
	"code": "overdue",
	"path": ["data_protection", "dpia", "reviewed_on"],
	"msg": $"the assessment was last gone through on {reviewed_on}, more than {_review_period} ago",
	"fix": "go through the assessment, then write the day",
} if {
	_needed
	reviewed_on := input.data_protection.dpia.reviewed_on
	_review_period != null
	dates.overdue(reviewed_on, _review_period)
}

deny contains {
	"code": "future_date",
	"path": ["data_protection", block, field],
	"msg": $"{day} is still to come",
	"fix": "write the day on which it was done, once it is",
} if {
	some [block, field] in [["ropa", "reviewed_on"], ["dpia", "performed_on"], ["dpia", "reviewed_on"]]
	day := input.data_protection[block][field]
	dates.future(day)
}

_review_period := object.get(data.params.thresholds, ["dpia_review", vendor.tier], "no time")

# Whether an assessment has to stand up to the rules: when the facts or the parties call for it.
_needed if count(_triggers) > 0

_needed if count(_doubts) > 0

_needed if object.get(input, ["data_protection", "dpia", "required"], true) == true

# Whether its fields are asked for: unless none is held to be necessary and none was made.
_expected if object.get(input, ["data_protection", "dpia", "required"], true) == true

_expected if input.data_protection.dpia.performed_on

# What calls for an assessment, in words.
_triggers contains $"data category {name}" if {
	some item in input.scope.data
	name := object.get(item, "category", "unknown")
	vendor.category(name).special
}

_triggers contains $"{_subjects} data subjects" if {
	_subjects >= object.get(data.params.thresholds, "dpia_large_scale", 0)
}

_triggers contains "systematic monitoring" if input.scope.systematic_monitoring

_subjects := sum([item.subjects_estimate | some item in _personal])

# What may call for an assessment and is not told.
_doubts contains finding if {
	some finding in fields.missing(input, [], [["scope", "systematic_monitoring"]])
}

_doubts contains finding if {
	some i, item in _personal
	some finding in fields.missing(item, ["scope", "data", i], [["subjects_estimate"]])
}

_personal[i] := item if {
	some i, item in input.scope.data
	vendor.category(object.get(item, "category", "unknown")).personal
}
