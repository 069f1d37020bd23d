# METADATA
# title: Audit programme run on time, findings closed
# description: >
#   Planned is not done. From tier medium on, the latest completed audit of each kind that the tier asks for is no
#   older than its cadence, open audit findings are neither past their due date nor older than their severity allows,
#   and closed ones show the day and the proof.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2016/679/oj
#     description: GDPR Art. 32(1)(d)
#   - ref: https://eur-lex.europa.eu/eli/reg/2022/2554/oj
#     description: DORA Art. 28(6), 30(3)(d)
# custom:
#   id: AA-03
#   severity: high
#   owner: compliance@client.example
#   effective_on: "2026-01-01"
#   profiles: [gdpr, dora, pci, full]
#   frameworks:
#     GDPR: ["32(1)(d)"]
#     DORA: ["28(6)", "30(3)(d)"]
#     EBA/GL/2019/02: ["13.3", "14"]
#     ISO 27001: [A.5.22, A.5.35, A.8.8]
#     NIST 800-53: [CA-2, CA-5, CA-8, RA-5]
#     PCI DSS: ["11.4", "12.8.4"]
#     CSA CCM: [A&A-06, TVM-06]
#     SOC 2: [CC4.2]
#     NIS2: ["21(2)(f)"]
#   remediation: Run the audit; close overdue findings or re-plan them by waiver.
#   findings:
#     never_done: No audit of a kind that the tier asks for was ever completed, so the faults it would show are
#       unknown.
#     overdue: The latest completed audit of its kind is older than the tier allows, so it no longer shows how things
#       are.
#     future_completed: An audit is called completed on a day still to come, so it cannot count as done.
#     finding_overdue: An audit finding is open past its due date or for longer than its severity allows, so a known
#       weakness persists.
#     closed_in_future: An audit finding is called closed on a day still to come, so the weakness is not known to be
#       gone.
#   examples:
#     fail: |
#       oversight:
#         audits: [{type: onsite_visit, status: planned, date: 2027-02-01}]
#         findings: []
#     pass: |
#       oversight:
#         audits:
#           - {type: client_security_audit, status: completed, date: 2026-05-11}
#           - {type: onsite_visit, status: completed, date: 2026-05-11}
#           - {type: penetration_test, status: completed, date: 2026-03-20}
#         findings: []
package controls.assurance.audit_programme

import data.lib.dates
import data.lib.fields
import data.lib.vendor

default applicable := false

applicable if vendor.tier_at_least("medium")

undetermined contains finding if {
	some finding in fields.missing(input, [], [["oversight", "audits"], ["oversight", "findings"]])
}

undetermined contains finding if {
	some i, audit in input.oversight.audits
	some finding in fields.missing(audit, ["oversight", "audits", i], [["type"], ["status"], ["date"]])
}

undetermined contains finding if {
	some i, item in input.oversight.findings
	some finding in fields.missing(item, ["oversight", "findings", i], [["status"]])
}

undetermined contains finding if {
	some i in _open
	some finding in fields.missing(input.oversight.findings[i], ["oversight", "findings", i], [
		["severity"],
		["opened"],
		["due"],
	])
}

undetermined contains finding if {
	some i in _closed
	some finding in fields.missing(input.oversight.findings[i], ["oversight", "findings", i], [
		["closed_on"],
		["evidence"],
	])
}

undetermined contains {
	"code": "missing",
	"path": ["oversight", "findings", i, "evidence"],
	"msg": "`evidence` is empty, so the closing cannot be judged",
	"fix": "name the document that proves the closing under `evidence`",
} if {
	some i in _closed
	count(input.oversight.findings[i].evidence) == 0
}

deny contains {
	"code": "never_done",
	"path": ["oversight", "audits"],
	"key": type,
	"msg": $"no {type} was ever completed; at tier {vendor.tier} one is due every {period}",
	"fix": $"carry out the {type} and record it with status completed",
} if {
	fields.present(input, ["oversight", "audits"])
	some type, period in _programme
	type in (object.keys(_programme) - object.keys(_completed))
}

deny contains {
	"code": "overdue",
	"path": ["oversight", "audits", latest.index, "date"],
	"msg": $"the latest {type} was completed on {latest.date}, more than {period} ago",
	"fix": $"carry out the {type} and record it with status completed",
} if {
	some type, period in _programme
	latest := _latest(_completed[type])
	dates.overdue(latest.date, period)
}

deny contains {
	"code": "future_completed",
	"path": ["oversight", "audits", i, "date"],
	"msg": $"the {audit.type} is called completed on {audit.date}, which is still to come",
	"fix": "write the day on which it was completed, or status planned",
} if {
	some i, audit in input.oversight.audits
	audit.status == "completed"
	dates.future(audit.date)
}

deny contains {
	"code": "finding_overdue",
	"path": ["oversight", "findings", i, "due"],
	"msg": $"finding {item.id} is still {object.get(item, "status", "open")}: {reasons}",
	"fix": "close the finding with proof, or re-plan it by a waiver",
} if {
	some i in _open
	item := input.oversight.findings[i]
	reasons := concat("; ", sort(_delays[i]))
}

deny contains {
	"code": "closed_in_future",
	"path": ["oversight", "findings", i, "closed_on"],
	"msg": $"finding {item.id} is called closed on {item.closed_on}, which is still to come",
	"fix": "write the day on which it was closed, or status open",
} if {
	some i in _closed
	item := input.oversight.findings[i]
	dates.future(item.closed_on)
}

# Why an open finding should be closed by now.
_delays[i] contains $"it was due on {item.due}" if {
	some i in _open
	item := input.oversight.findings[i]
	dates.expired(item.due)
}

_delays[i] contains $"severity {item.severity} allows {life} from {item.opened} on" if {
	some i in _open
	item := input.oversight.findings[i]
	life := object.get(data.params.thresholds, ["audit_finding_life", item.severity], "P0D")
	dates.overdue(item.opened, life)
}

# The kinds of audit that the effective tier asks for, with their cadence. A tier without a row finds fault.
_programme[type] := period if {
	some type, by_tier in data.params.thresholds.audit_cadence
	period := object.get(by_tier, vendor.tier, "P0D")
	period != null
}

_completed[audit.type] contains {"index": i, "date": audit.date, "site": object.get(audit, "site", "")} if {
	some i, audit in input.oversight.audits
	audit.status == "completed"
	audit.date <= dates.as_of
}

# Among entries of the latest date the first by site, so that their order in the list means nothing.
_latest(entries) := {"date": day, "index": index} if {
	day := max({entry.date | some entry in entries})
	site := min({entry.site | some entry in entries; entry.date == day})
	index := min({entry.index | some entry in entries; entry.date == day; entry.site == site})
}

_closed contains i if {
	some i, item in input.oversight.findings
	item.status == "closed"
}

# What does not say that it is closed is open.
_open contains i if {
	some i, item in input.oversight.findings
	object.get(item, "status", "open") != "closed"
}
