# METADATA
# title: Confidentiality undertaking and IP ownership
# description: >
#   An undertaking is necessary, never sufficient. A vendor that gets confidential data or makes something for the
#   client has signed one before the first access, which binds for five years after the end (for good where there are
#   trade secrets). What it makes belongs to the client, and the vendor gets back limited rights at most. Beside the
#   promise there is proof, so AA-01 must not fail where it applies.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2016/679/oj
#     description: GDPR Art. 28(3)(b)
# custom:
#   id: DM-03
#   severity: high
#   owner: legal@client.example
#   effective_on: "2026-01-01"
#   profiles: [full]
#   frameworks:
#     GDPR: ["28(3)(b)"]
#     ISO 27001: [A.5.32, A.6.6]
#     EBA/GL/2019/02: ["13.2"]
#     CSA CCM: [HRS-10]
#     SOC 2: [C1.1]
#   remediation: Sign the undertaking, extend its survival, assign the intellectual property to the client.
#   findings:
#     signed_late: The undertaking was signed after the first access or after the day of the check.
#     survival: The undertaking ends too soon after the contract, while what the vendor knows is still confidential.
#     ip_owner: What the vendor makes for the client does not belong to the client alone.
#     licence_back: The vendor gets unlimited rights in what it made for the client, and may use it for competitors.
#     no_proof: AA-01 fails, so nothing independent supports the vendor's promise of confidentiality.
#   examples:
#     fail: |
#       data_handling:
#         nda: {signed_on: 2025-11-01, survival: P1Y}
#     pass: |
#       data_handling:
#         nda: {signed_on: 2025-11-01, survival: P5Y}
#         ip: {creates_work_product: true, work_product_owner: client, licence_back: none}
package controls.data_handling.confidentiality_and_ip

import data.controls.assurance.independent_assurance
import data.lib.dates
import data.lib.durations
import data.lib.fields
import data.lib.milestones
import data.lib.vendor

default applicable := false

applicable if not fields.present(input, ["scope", "data"])

applicable if {
	some item in input.scope.data
	vendor.category(object.get(item, "category", "unknown")).confidential
}

applicable if object.get(input, ["data_handling", "ip", "creates_work_product"], true) == true

undetermined contains finding if {
	some finding in fields.missing(input, [], [
		["scope", "data"],
		["data_handling", "nda", "signed_on"],
		["data_handling", "nda", "survival"],
		["data_handling", "ip", "creates_work_product"],
		["data_handling", "ip", "work_product_owner"],
	])
}

undetermined contains finding if {
	not milestones.first_access
	some finding in fields.missing(input, [], [["scope", "first_access_on"]])
}

deny contains _late($"{milestones.first_access}, the day of the first access") if {
	input.data_handling.nda.signed_on > milestones.first_access
}

deny contains _late($"{dates.as_of}, the day of this check") if {
	signed_on := input.data_handling.nda.signed_on
	dates.future(signed_on)
	signed_on <= _first_access
}

deny contains {
	"code": "survival",
	"path": ["data_handling", "nda", "survival"],
	"msg": $"the undertaking binds for {survival} after the end; {least} is needed",
	"fix": $"agree a survival of {least} or more",
} if {
	not _trade_secret
	least := object.get(data.params.thresholds, "nda_survival", "no limit")
	survival := input.data_handling.nda.survival
	survival != "indefinite"
	durations.shorter(survival, least)
}

deny contains {
	"code": "survival",
	"path": ["data_handling", "nda", "survival"],
	"msg": $"the undertaking binds for {survival} after the end; a trade secret needs it for good",
	"fix": "agree a survival without end and write indefinite",
} if {
	_trade_secret
	survival := input.data_handling.nda.survival
	survival != "indefinite"
}

deny contains {
	"code": "ip_owner",
	"path": ["data_handling", "ip", "work_product_owner"],
	"msg": $"what the vendor makes is owned by: {owner}",
	"fix": "have the vendor assign all rights in its work product to the client",
} if {
	some owner in ({input.data_handling.ip.work_product_owner} - {"client"})
}

deny contains {
	"code": "licence_back",
	"path": ["data_handling", "ip", "licence_back"],
	"msg": "the vendor gets unlimited rights in what it made for the client",
	"fix": "limit the licence to what the vendor needs for the service, or strike it",
} if {
	input.data_handling.ip.licence_back == "unlimited"
}

deny contains {
	"code": "no_proof",
	"path": ["assurance", "reports"],
	"msg": "AA-01 is not fulfilled, so nothing independent supports the undertaking",
	"fix": "mend the findings of AA-01 first",
} if {
	independent_assurance.applicable
	count(independent_assurance.deny | independent_assurance.undetermined) > 0
}

default _first_access := "9999-12-31"

_first_access := milestones.first_access

_trade_secret if {
	some item in input.scope.data
	object.get(item, "category", "trade_secret") == "trade_secret"
}

_late(limit) := {
	"code": "signed_late",
	"path": ["data_handling", "nda", "signed_on"],
	"msg": $"signed on {input.data_handling.nda.signed_on}, later than {limit}",
	"fix": "give no access before the undertaking is signed, and correct the date if it is wrong",
}
