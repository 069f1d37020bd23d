# METADATA
# title: Written contract in force, reviewed by counsel
# description: >
#   Work outside a contract has no rules at all. Counsel reviewed the contract before both sides signed it through
#   somebody with the authority to, it was signed before it took effect, and it runs today: until its last day, or
#   without an end and gone through in time. Whether it is renewed is decided while notice can still be given. Several
#   contracts with one vendor are several manifests. Of a vendor that is still being selected only what is there is
#   judged.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2016/679/oj
#     description: GDPR Art. 28(3), 28(9)
#   - ref: https://eur-lex.europa.eu/eli/reg/2022/2554/oj
#     description: DORA Art. 30(1)
# custom:
#   id: CN-01
#   severity: critical
#   owner: legal@client.example
#   effective_on: "2026-01-01"
#   profiles: [starter, dora, pci, hipaa, full]
#   frameworks:
#     GDPR: ["28(3)", "28(9)"]
#     DORA: ["30(1)"]
#     EBA/GL/2019/02: ["13"]
#     ISO 27001: [A.5.20]
#     NIST CSF: [GV.SC-05]
#     SOC 2: [CC9.2]
#     PCI DSS: ["12.8.2"]
#   remediation: Sign or renew the contract, or stop the service.
#   findings:
#     signed_late: The contract was signed only after its term began, so work before that day had no agreed rules.
#     not_effective: The contract takes effect only after the day of the check, so the present work is not covered.
#     expired: The contract has expired and the vendor still counts as active, so work goes on without rules.
#     ended: The contract was ended and the vendor still counts as active, so work goes on without rules.
#     review_overdue: A contract without an end was last gone through too long ago, so its terms may no longer fit.
#     legal_review_late: Counsel reviewed the contract only after it was signed, when nothing could be changed any
#       more.
#     no_signatory: No signatory is named for one side, so it is not shown that this side is bound.
#     not_authorised: Somebody signed without the authority to, so the contract may not bind that side.
#     no_decision: The last day for notice has passed and nobody decided on renewal of this term, so the client lost the
#       choice.
#     decided_late: Renewal was decided on only after the last day for notice, when the client had lost the choice.
#     future_date: What should be done already is dated on a day still to come, so it cannot count as done.
#     ends_soon: The contract ends soon, or the last day for giving notice has come, so renewal or exit must start
#       now.
#   examples:
#     fail: |
#       metadata: {lifecycle: active}
#       contract: {signed_on: 2024-10-15, effective: 2024-11-01, expires: 2026-10-31}
#     pass: |
#       contract:
#         signed_on: 2025-12-20
#         effective: 2026-01-15
#         expires: 2028-01-14
#         governing_law: DE
#         notice_by_client: P3M
#         legal_review: {"on": 2025-12-12, by: client_counsel}
#         signatories:
#           - {name: Clara Winter, party: client, authorised: true}
#           - {name: Maria Santos, party: vendor, authorised: true}
package controls.contract.contract_in_force

import data.lib.dates
import data.lib.fields
import data.lib.vendor

undetermined contains finding if {
	vendor.lifecycle != "prospective"
	some finding in fields.missing(input, [], [
		["contract", "signed_on"],
		["contract", "effective"],
		["contract", "governing_law"],
		["contract", "signatories"],
		["contract", "legal_review", "on"],
		["contract", "legal_review", "by"],
	])
}

undetermined contains finding if {
	vendor.lifecycle != "prospective"
	_fixed_term
	some finding in fields.missing(input, [], [["contract", "expires"], ["contract", "notice_by_client"]])
}

undetermined contains finding if {
	vendor.lifecycle != "prospective"
	input.contract.evergreen == true
	some finding in fields.missing(input, [], [["contract", "reviewed_on"]])
}

undetermined contains finding if {
	some i, signatory in input.contract.signatories
	some finding in fields.missing(signatory, ["contract", "signatories", i], [["party"], ["authorised"]])
}

undetermined contains finding if {
	_too_late_for_notice
	fields.present(input, ["contract", "renewal_decision"])
	some finding in fields.missing(input, [], [
		["contract", "renewal_decision", "decided_on"],
		["contract", "renewal_decision", "decision"],
	])
}

deny contains {
	"code": "signed_late",
	"path": ["contract", "signed_on"],
	"msg": $"the contract was signed on {input.contract.signed_on}, after its term began on {input.contract.effective}",
	"fix": "sign before the term begins; for work done before, agree that the contract covers it",
} if {
	input.contract.signed_on > input.contract.effective
}

deny contains {
	"code": "not_effective",
	"path": ["contract", "effective"],
	"msg": $"the contract takes effect on {input.contract.effective} only, yet the vendor is at work",
	"fix": "agree on an earlier first day, or stop the service until then",
} if {
	vendor.lifecycle != "prospective"
	dates.future(input.contract.effective)
}

deny contains {
	"code": "expired",
	"path": ["contract", "expires"],
	"msg": $"the contract ended on {input.contract.expires}, and the vendor still counts as active",
	"fix": "renew the contract; or stop the service, then write `ended_on` and lifecycle ended",
} if {
	dates.expired(input.contract.expires)
}

deny contains {
	"code": "ended",
	"path": ["contract", "ended_on"],
	"msg": $"the contract was ended on {input.contract.ended_on}, and the vendor still counts as active",
	"fix": "stop the service and write lifecycle ended; or sign a new contract and remove `ended_on`",
} if {
	dates.expired(input.contract.ended_on)
}

deny contains {
	"code": "review_overdue",
	"path": ["contract", "reviewed_on"],
	"msg": $"the contract has no end and was last gone through on {input.contract.reviewed_on}, more than {period} ago",
	"fix": "go through the contract with counsel and write the day",
} if {
	input.contract.evergreen == true
	period := object.get(data.params.thresholds, "contract_evergreen_review", "no time")
	dates.overdue(input.contract.reviewed_on, period)
}

deny contains {
	"code": "legal_review_late",
	"path": ["contract", "legal_review", "on"],
	"msg": $"counsel reviewed the contract on {reviewed}, after it was signed on {input.contract.signed_on}",
	"fix": "let counsel review the contract now and mend by addendum what is found",
} if {
	reviewed := input.contract.legal_review.on
	reviewed > input.contract.signed_on
}

deny contains {
	"code": "no_signatory",
	"path": ["contract", "signatories"],
	"key": side,
	"msg": $"nobody is named who signed for the {side}",
	"fix": $"name who signed for the {side}, and whether the authority to sign was checked",
} if {
	fields.present(input, ["contract", "signatories"])
	vendor.lifecycle != "prospective"
	some side in ({"client", "vendor"} - {signatory.party | some signatory in input.contract.signatories})
}

deny contains {
	"code": "not_authorised",
	"path": ["contract", "signatories", i, "authorised"],
	"msg": $"{signatory.name} signed without the authority to bind the {object.get(signatory, "party", "party")}",
	"fix": "let somebody with authority sign or ratify the contract",
} if {
	some i, signatory in input.contract.signatories
	signatory.authorised == false
}

deny contains {
	"code": "no_decision",
	"path": ["contract", "renewal_decision"],
	"msg": $"notice could be given until {_last_day_for_notice}, and no decision on renewal is recorded",
	"fix": "decide on renewal, agree it with the vendor, and record the day and the decision",
} if {
	_too_late_for_notice
	not fields.present(input, ["contract", "renewal_decision"])
}

deny contains {
	"code": "no_decision",
	"path": ["contract", "renewal_decision", "decided_on"],
	"msg": $"the decision of {decided} is older than the contract; notice could be given until {_last_day_for_notice}",
	"fix": "decide on the end of this term, agree it with the vendor, and record the day and the decision",
} if {
	_too_late_for_notice
	decided := input.contract.renewal_decision.decided_on
	decided < input.contract.signed_on
}

deny contains {
	"code": "decided_late",
	"path": ["contract", "renewal_decision", "decided_on"],
	"msg": $"renewal was decided on {decided}, after {_last_day_for_notice}, the last day for notice",
	"fix": "agree the decision with the vendor, and correct `expires` once the new term is signed",
} if {
	_fixed_term
	decided := input.contract.renewal_decision.decided_on
	decided > _last_day_for_notice
}

deny contains {
	"code": "future_date",
	"path": ["contract", "reviewed_on"],
	"msg": $"the contract is said to be gone through on {input.contract.reviewed_on}, which is still to come",
	"fix": "write the day on which it was gone through",
} if {
	input.contract.evergreen == true
	dates.future(input.contract.reviewed_on)
}

deny contains {
	"code": "future_date",
	"path": ["contract", "renewal_decision", "decided_on"],
	"msg": $"renewal is said to be decided on {input.contract.renewal_decision.decided_on}, which is still to come",
	"fix": "write the day of the decision once it is taken",
} if {
	_fixed_term
	dates.future(input.contract.renewal_decision.decided_on)
}

warn contains {
	"code": "ends_soon",
	"path": ["contract", "expires"],
	"msg": $"the contract ends on {input.contract.expires}; {reasons}",
	"fix": "start renewal or exit, and record the decision under `renewal_decision`",
} if {
	_fixed_term
	input.contract.expires >= dates.as_of
	count(_alarms) > 0
	reasons := concat("; ", sort(_alarms))
}

# Whichever comes first, the last day for notice or the time of warning before the end.
_alarms contains $"notice can be given until {_last_day_for_notice}" if _last_day_for_notice <= dates.as_of

_alarms contains $"at most {period} is left" if {
	period := object.get(data.params.thresholds, "contract_expiry_warning", "no time")
	dates.soon(input.contract.expires, period)
}

_fixed_term if object.get(input, ["contract", "evergreen"], false) == false

_last_day_for_notice := input.derived.due["contract.notice_by_client"]

_too_late_for_notice if {
	_fixed_term
	dates.expired(_last_day_for_notice)
}
