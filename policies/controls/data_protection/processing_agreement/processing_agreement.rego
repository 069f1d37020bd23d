# METADATA
# title: Processing agreement with all Art. 28(3) terms
# description: >
#   Without it, processing is unlawful whatever the security. Whoever processes personal data for the client has signed
#   an agreement by the day the contract takes effect, with every clause of Art. 28(3) and with subject matter,
#   duration, nature, purpose, types of data and groups of data subjects described. A joint controller has an
#   arrangement under Art. 26 instead; an independent controller answers for itself, which is worth a warning.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2016/679/oj
#     description: GDPR Art. 26, 28(3), 28(9), 29
#   - ref: https://eur-lex.europa.eu/eli/dec_impl/2021/915/oj
#     description: Standard contractual clauses between controllers and processors
# custom:
#   id: DP-01
#   severity: critical
#   owner: dpo@client.example
#   effective_on: "2026-01-01"
#   profiles: [starter, gdpr, full]
#   frameworks:
#     GDPR: ["28(3)(a)-(h)", "28(9)", "29", "26"]
#     EU 2021/915: [Annex]
#     ISO 27001: [A.5.20, A.5.34]
#     ISO 27701: [ISO 27701]
#     EBA/GL/2019/02: ["13.2"]
#     DORA: ["30(2)(c)"]
#     CSA CCM: [DSP-12, DSP-13]
#     SOC 2: [P6.4 if Privacy is in scope]
#   remediation: Sign an Art. 28 agreement or adopt the Commission's 2021/915 clauses; add the clause letters missing.
#   findings:
#     empty: The agreement lists no types of data or no groups of data subjects, so what it covers cannot be judged.
#     signed_late: The agreement was signed after the contract took effect or after the day of the check; processing
#       before it is unlawful.
#     missing_clause: The agreement lacks a clause that GDPR Art. 28(3) prescribes, so the vendor may not process
#       personal data under it.
#     independent_controller: The vendor is said to decide on purposes and means itself, so no agreement is asked for;
#       in outsourcing that is rare.
#   examples:
#     fail: |
#       data_protection:
#         role: processor
#         dpa: {signed_on: 2025-12-15, clauses: [documented_instructions, confidentiality, security]}
#     pass: |
#       data_protection:
#         role: processor
#         dpa:
#           signed_on: 2025-12-15
#           subject_matter: Support of private customers
#           duration: Life of the contract
#           nature: Answering and recording requests
#           purpose: Customer care
#           data_types: [name, email]
#           data_subjects: [customers]
#           clauses: [documented_instructions, confidentiality, security, subprocessors, data_subject_rights,
#             assistance_32_36, return_or_delete, audit]
package controls.data_protection.processing_agreement

import data.lib.dates
import data.lib.fields
import data.lib.vendor

default applicable := false

applicable if {
	vendor.personal_data
	not _independent
}

undetermined contains finding if {
	some finding in fields.missing(input, [], [["data_protection", "role"], ["contract", "effective"]])
}

undetermined contains finding if {
	not _joint
	some finding in fields.missing(input, [], [
		["data_protection", "dpa", "signed_on"],
		["data_protection", "dpa", "clauses"],
		["data_protection", "dpa", "subject_matter"],
		["data_protection", "dpa", "duration"],
		["data_protection", "dpa", "nature"],
		["data_protection", "dpa", "purpose"],
		["data_protection", "dpa", "data_types"],
		["data_protection", "dpa", "data_subjects"],
	])
}

undetermined contains finding if {
	not _joint
	some finding in fields.empty(input, [], [
		["data_protection", "dpa", "data_types"],
		["data_protection", "dpa", "data_subjects"],
	])
}

undetermined contains finding if {
	_joint
	some finding in fields.missing(input, [], [["data_protection", "art26_arrangement", "signed_on"]])
}

deny contains _late(signed_on, $"{input.contract.effective}, the day the contract took effect") if {
	signed_on := input.data_protection[_agreement].signed_on
	signed_on > input.contract.effective
}

deny contains _late(signed_on, $"{dates.as_of}, the day of this check") if {
	signed_on := input.data_protection[_agreement].signed_on
	dates.future(signed_on)
	signed_on <= object.get(input, ["contract", "effective"], signed_on)
}

deny contains {
	"code": "missing_clause",
	"path": ["data_protection", "dpa", "clauses"],
	"key": clause,
	"msg": $"the agreement lacks the clause {clause} of GDPR Art. {row.article}",
	"fix": $"agree the clause with the vendor and add `{clause}`",
} if {
	not _joint
	input.data_protection.dpa.clauses
	some clause, row in data.params.dpa.clauses
	some _ in ({clause} - {declared | some declared in input.data_protection.dpa.clauses})
}

warn contains {
	"code": "independent_controller",
	"path": ["data_protection", "role"],
	"msg": "the vendor is declared an independent controller, so no processing agreement is asked for",
	"fix": "have the data protection officer confirm that the vendor decides on purposes and means itself",
} if {
	vendor.personal_data
	_independent
}

_independent if input.data_protection.role == "independent_controller"

_joint if input.data_protection.role == "joint_controller"

default _agreement := "dpa"

_agreement := "art26_arrangement" if _joint

_late(signed_on, limit) := {
	"code": "signed_late",
	"path": ["data_protection", _agreement, "signed_on"],
	"msg": $"signed on {signed_on}, later than {limit}",
	"fix": "process no personal data before the agreement is signed, and correct the date if it is wrong",
}
