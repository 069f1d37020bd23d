# METADATA
# title: Authorisation, notice and flow-down
# description: >
#   The vendor stays liable only if the same duties bind its subs. Each party that gets personal data, or on which a
#   critical or important function depends, is approved before it starts, bound by the vendor's duties (with a
#   processing agreement of its own before it gets personal data), open to the client's audits from tier high on, and
#   examined as often as the tier asks. A general permission gives the client notice and a right to object. A party
#   that gets health records has signed a business associate agreement.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2016/679/oj
#     description: GDPR Art. 28(2), 28(3)(d), 28(4)
#   - ref: https://eur-lex.europa.eu/eli/reg/2022/2554/oj
#     description: DORA Art. 30(2)(a), 30(5)
#   - ref: https://eur-lex.europa.eu/eli/reg_del/2025/532/oj
#     description: Delegated Regulation (EU) 2025/532, subcontracting
#   - ref: https://www.ecfr.gov/current/title-45/section-164.504
#     description: HIPAA 45 CFR 164.504(e)(2)(ii)(D)
# custom:
#   id: FP-02
#   severity: critical
#   owner: compliance@client.example
#   effective_on: "2026-01-01"
#   profiles: [gdpr, dora, hipaa, full]
#   frameworks:
#     GDPR: ["28(2)", "28(4)", "28(3)(d)"]
#     DORA: ["30(2)(a)", "30(5)", "Del. Reg. (EU) 2025/532"]
#     EBA/GL/2019/02: ["13.1"]
#     HIPAA: [164.504(e)(2)(ii)(D), 164.308(b)(2)]
#     ISO 27001: [A.5.20, A.5.21]
#     NIST CSF: [GV.SC-05]
#     CSA CCM: [STA-08, STA-12]
#     NIST 800-53: [SR-3(3)]
#   remediation: Obtain approval before the start, sign mirrored terms, assess the party.
#   findings:
#     approved_late: The party started before the client had approved it, so it worked without permission.
#     short_notice: New parties are announced later than the tier asks, which leaves the client no time to object.
#     no_objection_right: A general permission without a right to object lets the vendor bring in whom it likes.
#     no_flow_down: The vendor's duties do not bind the party, so nobody can enforce them where the work is done.
#     dpa_late: The party started before its processing agreement was signed, so it handled personal data unbound.
#     no_audit_right: The client may not audit the party, so what it does with the data cannot be checked.
#     assessment_overdue: The vendor's last examination of the party is older than the tier allows.
#     assessed_in_future: The party is called examined on a day still to come, so it has not been.
#     baa_late: The party started before its business associate agreement was signed, so it got health records unbound.
#   examples:
#     fail: |
#       subcontracting:
#         position: permitted_specific
#         parties:
#           - {id: nordhost, data: [tickets], approved_on: 2026-06-01, starts_on: 2026-05-01}
#     pass: |
#       subcontracting:
#         position: permitted_specific
#         parties:
#           - {id: nordhost, data: [tickets], approved_on: 2025-12-01, starts_on: 2026-01-15, flow_down: true,
#              dpa_signed_on: 2025-12-20, audit_rights: true, last_assessed: 2026-05-05}
package controls.subcontracting.authorisation_and_flow_down

import data.lib.dates
import data.lib.durations
import data.lib.fields
import data.lib.vendor

default applicable := false

applicable if count(input.subcontracting.parties) > 0

applicable if count(_unclear) > 0

undetermined contains finding if some finding in _unclear

undetermined contains finding if {
	some i, party in input.subcontracting.parties
	some finding in fields.missing(party, ["subcontracting", "parties", i], [["data"]])
}

# A party without personal data counts when a critical or important function depends on it.
undetermined contains finding if {
	input.scope.function == "critical_or_important"
	some i, party in input.subcontracting.parties
	some _ in ({i} - _personal)
	some finding in fields.missing(party, ["subcontracting", "parties", i], [["supports_critical_function"]])
}

undetermined contains finding if {
	some i in _concerned
	some finding in fields.missing(input.subcontracting.parties[i], ["subcontracting", "parties", i], [
		["approved_on"],
		["starts_on"],
		["flow_down"],
		["last_assessed"],
	])
}

undetermined contains finding if {
	some i in _personal
	some finding in fields.missing(
		input.subcontracting.parties[i],
		["subcontracting", "parties", i],
		[["dpa_signed_on"]],
	)
}

undetermined contains finding if {
	vendor.tier_at_least("high")
	some i in _concerned
	some finding in fields.missing(input.subcontracting.parties[i], ["subcontracting", "parties", i], [["audit_rights"]])
}

undetermined contains finding if {
	some i, categories in _categories
	"phi" in categories
	some finding in fields.missing(
		input.subcontracting.parties[i],
		["subcontracting", "parties", i],
		[["baa_signed_on"]],
	)
}

undetermined contains finding if {
	_general
	_notice != null
	some finding in fields.missing(input, [], [["subcontracting", "notice_period"]])
}

undetermined contains finding if {
	_general
	some finding in fields.missing(input, [], [["subcontracting", "objection_right"]])
}

deny contains {
	"code": "approved_late",
	"path": ["subcontracting", "parties", i, "approved_on"],
	"msg": $"{party.id} was approved on {party.approved_on}, after its start on {party.starts_on}",
	"fix": "stop the party's work until the client has approved it, and start anew",
} if {
	some i in _concerned
	party := input.subcontracting.parties[i]
	party.approved_on > party.starts_on
}

deny contains {
	"code": "short_notice",
	"path": ["subcontracting", "notice_period"],
	"msg": $"a new party is announced {notice} before its start; tier {vendor.tier} asks for {_notice}",
	"fix": $"agree on a notice of {_notice} at least",
} if {
	_general
	_notice != null
	notice := input.subcontracting.notice_period
	durations.shorter(notice, _notice)
}

deny contains {
	"code": "no_objection_right",
	"path": ["subcontracting", "objection_right"],
	"msg": "the permission is general, and the client may not object to a new party",
	"fix": "agree on a right to object, or on a permission for each party",
} if {
	_general
	input.subcontracting.objection_right == false
}

deny contains {
	"code": "no_flow_down",
	"path": ["subcontracting", "parties", i, "flow_down"],
	"msg": $"the vendor's duties do not bind {party.id}",
	"fix": $"have {party.id} sign the same duties, then write `flow_down: true`",
} if {
	some i in _concerned
	party := input.subcontracting.parties[i]
	party.flow_down == false
}

deny contains {
	"code": "dpa_late",
	"path": ["subcontracting", "parties", i, "dpa_signed_on"],
	"msg": $"{party.id} signed its processing agreement on {party.dpa_signed_on}, after its start on {party.starts_on}",
	"fix": "stop the party's work until the agreement is signed",
} if {
	some i in _personal
	party := input.subcontracting.parties[i]
	party.dpa_signed_on > party.starts_on
}

deny contains {
	"code": "no_audit_right",
	"path": ["subcontracting", "parties", i, "audit_rights"],
	"msg": $"the client may not audit {party.id}, which tier {vendor.tier} asks for",
	"fix": $"agree on the client's right to audit {party.id}, then write `audit_rights: true`",
} if {
	vendor.tier_at_least("high")
	some i in _concerned
	party := input.subcontracting.parties[i]
	party.audit_rights == false
}

deny contains {
	"code": "assessment_overdue",
	"path": ["subcontracting", "parties", i, "last_assessed"],
	"msg": $"{party.id} was last examined on {party.last_assessed}; tier {vendor.tier} asks for it every {period}",
	"fix": $"examine {party.id} and write the day",
} if {
	period := object.get(data.params.thresholds, ["subcontractor_review", vendor.tier], "no time")
	period != null
	some i in _concerned
	party := input.subcontracting.parties[i]
	dates.overdue(party.last_assessed, period)
}

deny contains {
	"code": "assessed_in_future",
	"path": ["subcontracting", "parties", i, "last_assessed"],
	"msg": $"{party.id} is called examined on {party.last_assessed}, which is still to come",
	"fix": "write the day on which it was last examined",
} if {
	some i in _concerned
	party := input.subcontracting.parties[i]
	dates.future(party.last_assessed)
}

deny contains {
	"code": "baa_late",
	"path": ["subcontracting", "parties", i, "baa_signed_on"],
	"msg": $"{party.id} signed its business associate agreement on {party.baa_signed_on} and started on {party.starts_on}",
	"fix": "stop the party's work on health records until the agreement is signed",
} if {
	some i, categories in _categories
	"phi" in categories
	party := input.subcontracting.parties[i]
	party.baa_signed_on > party.starts_on
}

# Whether there is any party is not told.
_unclear contains finding if {
	some finding in fields.missing(input, [], [["subcontracting", "position"]])
}

_unclear contains finding if {
	input.subcontracting.position != "none"
	some finding in fields.missing(input, [], [["subcontracting", "parties"]])
}

_general if {
	count(_concerned) > 0
	input.subcontracting.position == "permitted_general"
}

# How long before its start a new party is announced at least; null for no requirement.
_notice := object.get(data.params.thresholds, ["subcontractor_notice", vendor.tier], "no time")

# The parties that get personal data, or may do so, by their place in the list.
_personal contains i if {
	some i, party in input.subcontracting.parties
	not fields.present(party, ["data"])
}

_personal contains i if {
	some i, party in input.subcontracting.parties
	count({id | some id in party.data} - {item.id | some item in input.scope.data}) > 0
}

_personal contains i if {
	some i, categories in _categories
	some category in categories
	vendor.category(category).personal
}

_concerned contains i if some i in _personal

_concerned contains i if {
	some i, party in input.subcontracting.parties
	party.supports_critical_function == true
}

_concerned contains i if {
	input.scope.function == "critical_or_important"
	some i, party in input.subcontracting.parties
	object.get(party, "supports_critical_function", true) == true
}

_categories[i] contains item.category if {
	some i, party in input.subcontracting.parties
	some id in party.data
	some item in input.scope.data
	item.id == id
}
