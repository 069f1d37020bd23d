# METADATA
# title: Measurable service levels defined
# description: >
#   Quality that nobody defined cannot be breached. Each metric that the service needs is agreed with a unit, a
#   comparison in the direction in which quality lies, a target and a time over which it is measured; targets for
#   availability, accuracy and punctuality promise at least what the tier asks for; from tier high on a miss costs
#   the vendor something; and no channel is offered that nothing is measured on.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2022/2554/oj
#     description: DORA Art. 30(2)(e), 30(3)(a)
# custom:
#   id: SQ-01
#   severity: high
#   owner: procurement@client.example
#   effective_on: "2026-01-01"
#   profiles: [dora, full]
#   frameworks:
#     DORA: ["30(2)(e)", "30(3)(a)"]
#     EBA/GL/2019/02: ["13", "14"]
#     ISO 27001: [A.5.22]
#     ISO 9001: ["8.4"]
#     ISO/IEC 20000-1: ["8.3.4"]
#     ISO: ["18295-1"]
#     CSA CCM: [STA-09]
#   remediation: Define the metrics, targets and credits with the vendor and write them into the contract.
#   findings:
#     no_metric: A metric that the service needs is not agreed, so its quality cannot be judged or claimed.
#     target_too_low: The agreed target promises less than the tier asks for, so the vendor may keep it and still fail.
#     wrong_comparator: The target is a ceiling where quality needs a floor, or the other way round, so it promises
#       nothing.
#     wrong_unit: The target is not in percent, so it cannot be compared with what the tier asks for.
#     no_credit: A miss costs the vendor nothing, though its tier asks for a credit or penalty.
#     channel_without_metric: A channel is offered on which nothing is measured, so nobody sees its quality sink.
#   examples:
#     fail: |
#       service_levels:
#         - {metric: accuracy, comparator: gte, target: 90, unit: percent, window: P1M, credit: true}
#     pass: |
#       service_levels:
#         - {metric: accuracy, comparator: gte, target: 99.5, unit: percent, window: P1M, credit: true}
#         - {metric: on_time, comparator: gte, target: 98, unit: percent, window: P1M, credit: true}
package controls.service_quality.service_levels

import data.lib.fields
import data.lib.vendor

undetermined contains finding if {
	some finding in fields.missing(input, [], [["scope", "service"], ["scope", "channels"], ["service_levels"]])
}

undetermined contains finding if {
	some i, level in input.service_levels
	some finding in fields.missing(level, ["service_levels", i], [["comparator"], ["target"], ["unit"], ["window"]])
}

undetermined contains finding if {
	vendor.tier_at_least("high")
	some i, level in input.service_levels
	some finding in fields.missing(level, ["service_levels", i], [["credit"]])
}

deny contains {
	"code": "no_metric",
	"path": ["service_levels"],
	"key": metric,
	"msg": $"the service {input.scope.service} needs a service level for {metric}, and none of what is offered has one",
	"fix": $"agree on a target for {metric} and how it is measured",
} if {
	fields.present(input, ["service_levels"])
	some metric in (_required - _agreed)
}

deny contains {
	"code": "target_too_low",
	"path": ["service_levels", i, "target"],
	"msg": $"the target for {level.metric} is {level.target} percent; tier {vendor.tier} asks for {least}",
	"fix": $"agree on a target of at least {least} percent",
} if {
	some i, least in _least
	level := input.service_levels[i]
	level.comparator == "gte"
	level.unit == "percent"
	level.target < least
}

deny contains {
	"code": "wrong_comparator",
	"path": ["service_levels", i, "comparator"],
	"msg": $"{level.metric} is agreed with the comparator {comparator}, which promises nothing; it takes {wanted}",
	"fix": $"agree on the value that must be kept, with the comparator {wanted}",
} if {
	some i, wanted in _directions
	level := input.service_levels[i]
	some comparator in ({level.comparator} - {wanted})
}

deny contains {
	"code": "wrong_unit",
	"path": ["service_levels", i, "unit"],
	"msg": $"the target for {level.metric} is in {unit}; tier {vendor.tier} asks for at least {least} percent",
	"fix": "write the target in percent",
} if {
	some i, least in _least
	level := input.service_levels[i]
	some unit in ({level.unit} - {"percent"})
}

deny contains {
	"code": "no_credit",
	"path": ["service_levels", i, "credit"],
	"msg": $"missing the target for {level.metric} costs the vendor nothing, which tier {vendor.tier} asks for",
	"fix": "agree on a credit or penalty for each miss",
} if {
	vendor.tier_at_least("high")
	some i, level in input.service_levels
	level.credit == false
}

deny contains {
	"code": "channel_without_metric",
	"path": ["scope", "channels", i],
	"msg": $"nothing is measured on the channel {channel}",
	"fix": $"agree on a service level for {channel}, or on one without `channel`, which covers all",
} if {
	fields.present(input, ["service_levels"])
	some i, channel in input.scope.channels
	channel in (_offered - _measured)
}

_required := {metric |
	some metric in object.get(
		data.params.service_types.services,
		[input.scope.service, "required_metrics"],
		["what the catalogue asks for"],
	)
}

# A service level on a channel that is not offered measures nothing.
_agreed contains level.metric if {
	some level in input.service_levels
	not fields.present(level, ["channel"])
}

_agreed contains level.metric if {
	some level in input.service_levels
	level.channel in _offered
}

# By index of the service level the least percentage that the effective tier asks for.
_least[i] := least if {
	some i, level in input.service_levels
	some metric, by_tier in data.params.thresholds.sla
	metric == level.metric
	least := object.get(by_tier, vendor.tier, 101)
	least != null
}

# By index of the service level the comparator that its metric takes; gte where the tier asks for a least percentage. A
# metric that is required and of which the catalogue does not tell takes none.
_directions[i] := wanted if {
	some i, level in input.service_levels
	level.metric in ((_required | object.keys(_comparators)) | object.keys(data.params.thresholds.sla))
	wanted := object.get(_comparators, level.metric, _direction(level.metric))
}

_comparators := object.get(data.params.service_types, "comparators", {})

_direction(metric) := "gte" if {
	data.params.thresholds.sla[metric]
} else := "that the catalogue names"

_offered := {channel | some channel in input.scope.channels}

# A service level without a channel covers every channel.
_measured contains channel if {
	some level in input.service_levels
	some channel in _covered(level)
}

_covered(level) := {level.channel} if fields.present(level, ["channel"])

else := _offered
