# METADATA
# title: Service delivered, on time and within targets
# description: >
#   Late or sinking delivery is what customers see. Once the service has run for some months, each service level has a
#   report that is recent enough for the tier, misses its target in no more of the latest periods than the tier allows,
#   and every miss among them names what is done about it; work that is late or waits stays within the agreed limits.
#   A report that is not there is a fault, not a pass.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2022/2554/oj
#     description: DORA Art. 30(3)(a)-(b)
# custom:
#   id: SQ-02
#   severity: high
#   owner: procurement@client.example
#   effective_on: "2026-01-01"
#   profiles: [dora, full]
#   frameworks:
#     DORA: ["30(3)(a)", "30(3)(b)"]
#     EBA/GL/2019/02: ["14"]
#     ISO 27001: [A.5.22]
#     ISO 9001: ["8.4.2"]
#     NIST CSF: [GV.SC-09]
#     SOC 2: [CC9.2, A1.1]
#   remediation: Agree on a corrective-action plan, claim the service credits, and have the vendor add capacity.
#   findings:
#     no_report: A service level was never reported, so nobody knows whether it is kept.
#     report_overdue: The latest report of a service level or of the queue is older than the tier allows, so a decline
#       would go unseen.
#     future_date: A measurement is still to come or its period has not ended yet, so its value cannot count.
#     too_many_misses: A service level missed its target in more of the latest periods than the tier allows.
#     no_corrective_action: A target was missed and nothing is said to be done about it, so it will be missed again.
#     overdue_rate: More of the work is late than was agreed.
#     backlog: More work waits than was agreed, so delays are about to grow.
#   examples:
#     fail: |
#       service_levels:
#         - metric: first_response_time
#           comparator: lte
#           target: 60
#           measurements:
#             - {period_end: 2026-09-30, actual: 75}
#             - {period_end: 2026-10-31, actual: 75}
#     pass: |
#       service_levels:
#         - metric: first_response_time
#           comparator: lte
#           target: 60
#           measurements: [{period_end: 2026-10-31, actual: 52}]
#       capacity: {measured_on: 2026-10-31, overdue_rate_pct: 1, overdue_limit_pct: 3}
package controls.service_quality.delivery

import data.lib.dates
import data.lib.fields
import data.lib.vendor

default applicable := false

applicable if {
	period := object.get(data.params.thresholds, "service_live_before_measured", "no time")
	_live_since <= object.get(data.context, ["reached", period], "9999-12-31")
}

# What has been measured for so long is live, whatever day is declared.
applicable if {
	period := object.get(data.params.thresholds, "service_live_before_measured", "no time")
	some level in input.service_levels
	some measurement in level.measurements
	measurement.period_end <= object.get(data.context, ["reached", period], "9999-12-31")
}

undetermined contains finding if {
	_live_since == ""
	some finding in fields.missing(input, [], [["scope", "live_since"]])
}

undetermined contains finding if {
	some finding in fields.missing(input, [], [["service_levels"]])
}

undetermined contains finding if {
	some i, level in input.service_levels
	some finding in fields.missing(level, ["service_levels", i], [["comparator"], ["target"], ["measurements"]])
}

undetermined contains finding if {
	some i, counted in _counted
	some j in counted
	measurement := input.service_levels[i].measurements[j]
	some finding in fields.missing(measurement, ["service_levels", i, "measurements", j], [["actual"]])
}

undetermined contains finding if {
	some figure in _figures
	some name in [figure.value, figure.limit]
	fields.present(input, ["capacity", name])
	some finding in fields.missing(input, [], [["capacity", figure.value], ["capacity", figure.limit]])
}

# Every service can say how much of its work is late; not every one has a queue.
undetermined contains finding if {
	count(_queue) == 0
	some finding in fields.missing(input, [], [["capacity", "overdue_rate_pct"], ["capacity", "overdue_limit_pct"]])
}

undetermined contains finding if {
	some finding in fields.missing(input, [], [["capacity", "measured_on"]])
}

deny contains {
	"code": "no_report",
	"path": ["service_levels"],
	"msg": "no service level is listed, so none is reported",
	"fix": "list each agreed service level with its measurements",
} if {
	count(input.service_levels) == 0
}

deny contains {
	"code": "no_report",
	"path": ["service_levels", i, "measurements"],
	"msg": $"{level.metric} was never reported",
	"fix": "ask the vendor for its report and write down the values",
} if {
	some i in (_listed - object.keys(_ends))
	level := input.service_levels[i]
}

deny contains {
	"code": "report_overdue",
	"path": ["service_levels", i, "measurements"],
	"msg": $"the latest report of {level.metric} is for the time until {latest}, more than {period} ago",
	"fix": "ask the vendor for its report and write down the values",
} if {
	period := object.get(data.params.thresholds, ["reporting_cadence", vendor.tier], "no time")
	period != null
	some i, ends in _ends
	level := input.service_levels[i]
	latest := max(ends)
	dates.overdue(latest, period)
}

deny contains {
	"code": "report_overdue",
	"path": ["capacity", "measured_on"],
	"msg": $"late and waiting work was last measured on {measured}, more than {period} ago",
	"fix": "measure it again and write the figures with their day",
} if {
	period := object.get(data.params.thresholds, ["reporting_cadence", vendor.tier], "no time")
	period != null
	measured := input.capacity.measured_on
	dates.overdue(measured, period)
}

deny contains {
	"code": "future_date",
	"path": ["capacity", "measured_on"],
	"msg": $"late and waiting work is called measured on {measured}, which is still to come",
	"fix": "write the day of the latest measurement",
} if {
	measured := input.capacity.measured_on
	dates.future(measured)
}

deny contains {
	"code": "future_date",
	"path": ["service_levels", i, "measurements", j, "period_end"],
	"msg": $"{level.metric} is reported for the time until {measurement.period_end}, which is still to come",
	"fix": "write down the value once the period has ended",
} if {
	some i, level in input.service_levels
	some j, measurement in level.measurements
	dates.future(measurement.period_end)
}

deny contains {
	"code": "too_many_misses",
	"path": ["service_levels", i, "measurements"],
	"msg": $"{level.metric} missed its target in {count(times)} of the latest periods; allowed is {allowed}",
	"fix": "agree on a plan that brings the service back to its target, and claim the credits",
} if {
	allowed := object.get(data.params.thresholds, ["sla_misses", vendor.tier], -1)
	allowed != null
	some i, times in _misses
	level := input.service_levels[i]
	count(times) > allowed
}

deny contains {
	"code": "no_corrective_action",
	"path": ["service_levels", i, "measurements", j, "corrective_action"],
	"msg": $"{level.metric} missed its target {level.target} with {found.actual}, and nothing is said to be done",
	"fix": "agree with the vendor on what is done about it and write it here",
} if {
	some [i, j] in (_missed - _acted_on)
	level := input.service_levels[i]
	found := level.measurements[j]
}

deny contains {
	"code": figure.code,
	"path": ["capacity", figure.value],
	"msg": $"the {figure.title} is {found}; at most {limit} was agreed",
	"fix": "have the vendor add capacity until it is within the limit",
} if {
	some figure in _figures
	found := input.capacity[figure.value]
	limit := input.capacity[figure.limit]
	found > limit
}

_figures := [
	{
		"code": "overdue_rate",
		"title": "share of late work in percent",
		"value": "overdue_rate_pct",
		"limit": "overdue_limit_pct",
	},
	{"code": "backlog", "title": "number of waiting items", "value": "backlog", "limit": "backlog_limit"},
]

_queue contains "backlog" if fields.present(input, ["capacity", "backlog"])

_queue contains "backlog_limit" if fields.present(input, ["capacity", "backlog_limit"])

# A service whose start nobody knows counts as live.
_live_since := object.get(input, ["scope", "live_since"], object.get(input, ["contract", "effective"], ""))

_listed contains i if {
	some i, level in input.service_levels
	fields.present(level, ["measurements"])
}

# By service level the ends of the periods that are over.
_ends[i] contains measurement.period_end if {
	some i, level in input.service_levels
	some measurement in level.measurements
	measurement.period_end <= dates.as_of
}

# By service level the measurements of the latest periods.
_counted[i] contains j if {
	some i, level in input.service_levels
	ends := sort(_ends[i])
	first := ends[max([0, count(ends) - object.get(data.params.thresholds, "sla_periods", 1000)])]
	some j, measurement in level.measurements
	measurement.period_end <= dates.as_of
	measurement.period_end >= first
}

_missed contains [i, j] if {
	some i, counted in _counted
	level := input.service_levels[i]
	some j in counted
	_off_target(level, level.measurements[j].actual)
}

_off_target(level, actual) if {
	level.comparator == "gte"
	actual < level.target
}

_off_target(level, actual) if {
	level.comparator == "lte"
	actual > level.target
}

_misses[i] contains j if some [i, j] in _missed

_acted_on contains [i, j] if {
	some i, level in input.service_levels
	some j, measurement in level.measurements
	fields.present(measurement, ["corrective_action"])
}
