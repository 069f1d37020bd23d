# METADATA
# title: Accountable owner and register entry
# description: >
#   Responsibility cannot be outsourced; somebody at the client must hold it. The owner is named with role and address
#   in the client's organisation, the vendor stands in the register, and a critical or high vendor has a deputy, also
#   of the client, who is somebody else.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2016/679/oj
#     description: GDPR Art. 5(2), 24
#   - ref: https://eur-lex.europa.eu/eli/reg/2022/2554/oj
#     description: DORA Art. 28(1)(a), 28(3)
# custom:
#   id: GR-01
#   severity: high
#   owner: compliance@client.example
#   effective_on: "2026-01-01"
#   profiles: [starter, gdpr, dora, pci, hipaa, full]
#   frameworks:
#     GDPR: ["5(2)", "24"]
#     DORA: ["28(1)(a)", "28(3)", "ITS (EU) 2024/2956"]
#     EBA/GL/2019/02: ["6", "11"]
#     ISO 27001: [A.5.2, A.5.19]
#     NIST CSF: [GV.SC-02, GV.SC-04]
#     NIST 800-53: [SA-9]
#     PCI DSS: ["12.8.1"]
#     CSA CCM: [STA-07]
#   remediation: Name an accountable owner (and a deputy) in the client's organisation and add the register reference.
#   findings:
#     foreign_owner: The owner's address is not in the client's organisation, so nobody at the client answers for the
#       vendor.
#     foreign_deputy: The deputy's address is not in the client's organisation, so nobody at the client stands in for
#       the owner.
#     deputy_is_owner: Owner and deputy are the same person, so nobody answers for the vendor while that person is
#       away.
#     lifecycle_contradicted: The declared lifecycle, which decides what is asked, and the contract contradict each
#       other; until they agree the vendor is judged as active.
#   examples:
#     fail: |
#       metadata:
#         owner: {name: Pat Miller, role: project_manager, email: pm@vendor.example}
#     pass: |
#       metadata:
#         register_ref: ROI-2026-014
#         owner: {name: Anna Lind, role: head_of_customer_care, email: a.lind@client.example}
#         deputy: {name: Jon Berg, role: vendor_manager, email: j.berg@client.example}
package controls.governance.accountable_owner

import data.lib.dates
import data.lib.fields
import data.lib.organisation
import data.lib.vendor

undetermined contains finding if {
	some finding in fields.missing(input, [], [
		["metadata", "owner", "name"],
		["metadata", "owner", "role"],
		["metadata", "owner", "email"],
		["metadata", "register_ref"],
	])
}

undetermined contains finding if {
	vendor.tier_at_least("high")
	some finding in fields.missing(input, [], [["metadata", "deputy", "name"], ["metadata", "deputy", "email"]])
}

deny contains {
	"code": "foreign_owner",
	"path": ["metadata", "owner", "email"],
	"msg": $"the owner's address {input.metadata.owner.email} is not in the client's organisation",
	"fix": "name an owner whose address is in one of the domains of policies/params/org",
} if {
	_is_foreign(input.metadata.owner.email)
}

deny contains {
	"code": "foreign_deputy",
	"path": ["metadata", "deputy", "email"],
	"msg": $"the deputy's address {input.metadata.deputy.email} is not in the client's organisation",
	"fix": "name a deputy whose address is in one of the domains of policies/params/org",
} if {
	vendor.tier_at_least("high")
	_is_foreign(input.metadata.deputy.email)
}

deny contains {
	"code": "deputy_is_owner",
	"path": ["metadata", "deputy"],
	"msg": "the deputy is the owner, so nobody stands in",
	"fix": "name another person of the client as `metadata.deputy`",
} if {
	vendor.tier_at_least("high")
	_is_owner(input.metadata.deputy)
}

deny contains {
	"code": "lifecycle_contradicted",
	"path": ["metadata", "lifecycle"],
	"msg": $"the vendor is declared {input.metadata.lifecycle}, but {_objection}; it is judged as {vendor.lifecycle}",
	"fix": $"write `lifecycle: {vendor.lifecycle}`, or correct the facts of the contract",
} if {
	input.metadata.lifecycle != vendor.lifecycle
}

deny contains {
	"code": "lifecycle_contradicted",
	"path": ["contract", "ended_on"],
	"msg": $"the contract ended on {input.contract.ended_on}, but the vendor is not declared ended",
	"fix": "write `lifecycle: ended`, or correct `contract.ended_on`",
} if {
	input.contract.ended_on <= dates.as_of
	not input.metadata.lifecycle == "ended"
}

deny contains {
	"code": "lifecycle_contradicted",
	"path": ["contract", name],
	"msg": $"`contract.{name}` is {day}, after the end of the contract on {input.contract.ended_on}",
	"fix": $"correct `contract.{name}` or `contract.ended_on`",
} if {
	some name in ["effective", "signed_on"]
	day := input.contract[name]
	day > input.contract.ended_on
}

# Why the declared lifecycle does not count.
default _objection := "its contract has not ended"

_objection := "`contract.effective` names no later day on which it begins" if {
	input.metadata.lifecycle == "prospective"
	count(vendor.signs_of_work) == 0
}

_objection := concat(" and ", sort(vendor.signs_of_work)) if {
	input.metadata.lifecycle == "prospective"
	count(vendor.signs_of_work) > 0
}

_objection := "its contract ends before it begins" if {
	input.metadata.lifecycle == "ended"
	input.contract.ended_on <= dates.as_of
}

_is_foreign(email) if not organisation.is_ours(email)

_is_owner(person) if lower(person.email) == lower(input.metadata.owner.email)

_is_owner(person) if organisation.same_name(person.name, input.metadata.owner.name)
