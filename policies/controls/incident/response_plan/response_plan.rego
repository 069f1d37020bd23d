# METADATA
# title: Response plan exercised, past incidents disclosed
# description: >
#   History and practice predict the next incident. From tier medium on the response plan was exercised within a year,
#   with the client from tier high on. The incidents of the last three years are listed, each with its root cause and
#   its end, or the vendor declares that there were none. Nothing became public that the vendor had not told.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/dir/2022/2555/oj
#     description: NIS2 Art. 21(2)(b)
#   - ref: https://eur-lex.europa.eu/eli/reg/2022/2554/oj
#     description: DORA Art. 30(2)(f)
# custom:
#   id: IN-02
#   severity: medium
#   owner: ciso@client.example
#   effective_on: "2026-01-01"
#   profiles: [dora, pci, full]
#   frameworks:
#     ISO 27001: [A.5.24, A.5.25, A.5.26, A.5.27]
#     NIS2: ["21(2)(b)"]
#     DORA: ["30(2)(f)"]
#     NIST 800-53: [IR-3, IR-8]
#     CSA CCM: [SEF-03]
#     NIST CSF: [GV.SC-08]
#     SOC 2: [CC7.3, CC7.4, CC7.5]
#     PCI DSS: ["12.10.2"]
#   remediation: Run the exercise; complete the history of incidents.
#   findings:
#     plan_overdue: The response plan was last exercised too long ago, so nobody knows whether it works.
#     client_absent: The client took no part in the exercise, so the way between both sides has not been tried.
#     none_not_declared: No incident of the last three years is listed, and the vendor does not declare that there were
#       none.
#     contradiction: The vendor declares that there were no incidents, yet lists one of the last three years.
#     closed_too_early: An incident is called settled before it happened, so its entry cannot be relied on.
#     undisclosed: An incident became public that the vendor had not told, so its declarations cannot be relied on.
#     future_date: What should be done already is dated on a day still to come, so it cannot count as done.
#   examples:
#     fail: |
#       incident: {plan_tested_on: 2025-05-01, history: []}
#     pass: |
#       incident: {plan_tested_on: 2026-04-14, client_in_exercise: true, history: [], none_declared: true}
package controls.incident.response_plan

import data.lib.dates
import data.lib.fields
import data.lib.vendor

default applicable := false

applicable if vendor.tier_at_least("medium")

undetermined contains finding if {
	some finding in fields.missing(input, [], [["incident", "plan_tested_on"], ["incident", "history"]])
}

undetermined contains finding if {
	vendor.tier_at_least("high")
	some finding in fields.missing(input, [], [["incident", "client_in_exercise"]])
}

undetermined contains finding if {
	fields.present(input, ["incident", "history"])
	count(_recent) == 0
	some finding in fields.missing(input, [], [["incident", "none_declared"]])
}

undetermined contains finding if {
	some i, event in input.incident.history
	some finding in fields.missing(event, ["incident", "history", i], [
		["occurred_on"],
		["root_cause"],
		["closed_on"],
	])
}

deny contains {
	"code": "plan_overdue",
	"path": ["incident", "plan_tested_on"],
	"msg": $"the response plan was last exercised on {day}, more than {period} ago",
	"fix": "run an exercise and write the day",
} if {
	period := object.get(data.params.thresholds, "incident_plan_test", "no time")
	day := input.incident.plan_tested_on
	dates.overdue(day, period)
}

deny contains {
	"code": "client_absent",
	"path": ["incident", "client_in_exercise"],
	"msg": $"the client took no part in the exercise, which tier {vendor.tier} asks for",
	"fix": "repeat the exercise together with the client",
} if {
	vendor.tier_at_least("high")
	input.incident.client_in_exercise == false
}

deny contains {
	"code": "none_not_declared",
	"path": ["incident", "none_declared"],
	"msg": "no incident of the last three years is listed, nor does the vendor declare that there were none",
	"fix": "list every incident of the last three years, or write true if there were none",
} if {
	fields.present(input, ["incident", "history"])
	count(_recent) == 0
	input.incident.none_declared == false
}

deny contains {
	"code": "contradiction",
	"path": ["incident", "none_declared"],
	"msg": $"no incident is declared, yet these are listed: {names}",
	"fix": "write false, or remove what was no incident",
} if {
	input.incident.none_declared == true
	count(_recent) > 0
	names := concat(", ", sort(_recent))
}

deny contains {
	"code": "closed_too_early",
	"path": ["incident", "history", i, "closed_on"],
	"msg": $"incident {event.id} is called settled on {event.closed_on}, before it happened on {event.occurred_on}",
	"fix": "correct the two days",
} if {
	some i, event in input.incident.history
	event.closed_on < event.occurred_on
}

deny contains {
	"code": "undisclosed",
	"path": ["oversight", "undisclosed_incidents", i],
	"msg": $"incident {event.id} became public, and the vendor had not told it",
	"fix": "let the vendor explain and complete its history; then decide whether the entry may go",
} if {
	some i, event in input.oversight.undisclosed_incidents
}

deny contains {
	"code": "future_date",
	"path": done.path,
	"msg": $"{done.what} on {done.day}, which is still to come",
	"fix": "write the day on which it happened",
} if {
	some done in _done
	dates.future(done.day)
}

_done contains {
	"path": ["incident", "plan_tested_on"],
	"what": "the plan is said to be exercised",
	"day": input.incident.plan_tested_on,
}

_done contains {
	"path": ["incident", "history", i, field],
	"what": $"incident {event.id} is said to {word}",
	"day": day,
} if {
	some i, event in input.incident.history
	some field, word in {"occurred_on": "have happened", "closed_on": "be settled"}
	day := event[field]
}

# Incidents within the time that the history covers; one without a day may be.
_recent contains event.id if {
	some event in input.incident.history
	not fields.present(event, ["occurred_on"])
}

_recent contains event.id if {
	period := object.get(data.params.thresholds, "incident_history", "no time")
	some event in input.incident.history
	event.occurred_on >= object.get(data.context.cutoff, period, "0000-01-01")
}
