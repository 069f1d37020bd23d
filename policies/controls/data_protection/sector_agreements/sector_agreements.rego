# METADATA
# title: Sector data agreements in place
# description: >
#   Health and card data carry their own mandatory contract terms. A vendor that gets protected health information under
#   HIPAA has signed a business associate agreement with every mandatory provision before the first access. One that
#   gets cardholder data has a matrix of responsibilities that was gone through within a year, has acknowledged its
#   responsibility in writing, and shows an attestation of compliance that covers the service, is at most a year old and
#   is on an edition of PCI DSS that counted on the day of issue.
# related_resources:
#   - ref: https://www.ecfr.gov/current/title-45/section-164.504
#     description: HIPAA 45 CFR 164.504(e)(2), business associate contracts
#   - ref: https://www.pcisecuritystandards.org/document_library/
#     description: PCI DSS v4.0.1, requirements 12.8 and 12.9
# custom:
#   id: DP-04
#   severity: critical
#   owner: dpo@client.example
#   effective_on: "2026-01-01"
#   profiles: [pci, hipaa, full]
#   frameworks:
#     HIPAA: [164.502(e), 164.504(e)(2), 164.308(b), 164.314(a)]
#     PCI DSS: ["12.8.2", "12.8.4", "12.8.5", "12.9.1", "12.9.2"]
#   remediation: Sign the business associate agreement and flow it down, or obtain attestation of compliance,
#     acknowledgement and matrix of responsibilities.
#   findings:
#     no_agreement: An agreement that the law of the sector demands is not declared, so the data may not be handed over.
#     signed_late: The business associate agreement was signed after the first access or after the day of the check.
#     missing_provision: The business associate agreement lacks a provision that HIPAA prescribes.
#     overdue: The matrix of responsibilities was last gone through too long ago, so a duty may be nobody's.
#     future_date: A date that tells what was done lies after the day of the check; what is planned does not count.
#     no_attestation: No attestation of compliance with PCI DSS is declared for a vendor that gets cardholder data.
#     out_of_scope: The attestation of compliance leaves out the client's service, so it says nothing of the card data.
#     edition: The attestation of compliance is on an edition of PCI DSS that did not count on the day of issue.
#     attestation_overdue: The attestation of compliance was issued too long ago, and no later one is declared.
#     expired: The attestation of compliance has expired, and no other is declared that counts.
#   examples:
#     fail: |
#       scope:
#         data: [{id: cards, category: cardholder}]
#       assurance:
#         reports: [{type: pci_aoc, edition: "3.2.1", issuer: Example QSA Ltd, issued: 2026-05-20}]
#     pass: |
#       data_protection:
#         sector_agreements:
#           - {type: pci_responsibility_matrix, counterparty: vendor, reviewed_on: 2026-08-17}
#           - {type: pci_acknowledgement, counterparty: vendor, acknowledged_on: 2026-08-17}
#       assurance:
#         reports:
#           - {type: pci_aoc, edition: "4.0.1", issuer: Example QSA Ltd, issued: 2026-05-20, scope_covers_service: true}
package controls.data_protection.sector_agreements

import data.lib.dates
import data.lib.fields
import data.lib.milestones

default applicable := false

applicable if count(_demanded) > 0

undetermined contains finding if {
	some finding in fields.missing(input, [], [["scope", "data"], ["data_protection", "sector_agreements"]])
}

# With whom it was made decides whether it is the vendor's.
undetermined contains finding if {
	some i, agreement in input.data_protection.sector_agreements
	agreement.type in _demanded
	some finding in fields.missing(agreement, ["data_protection", "sector_agreements", i], [["counterparty"]])
}

undetermined contains finding if {
	some type, names in {
		"hipaa_baa": [["signed_on"], ["provisions"]],
		"pci_responsibility_matrix": [["reviewed_on"]],
		"pci_acknowledgement": [["acknowledged_on"]],
	}
	some i, agreement in _agreements[type]
	some finding in fields.missing(agreement, ["data_protection", "sector_agreements", i], names)
}

undetermined contains finding if {
	"hipaa_baa" in _demanded
	not milestones.first_access
	some finding in fields.missing(input, [], [["scope", "first_access_on"]])
}

undetermined contains finding if {
	_card_data
	some finding in fields.missing(input, [], [["assurance", "reports"]])
}

undetermined contains finding if {
	_card_data
	count(_sound_attestations) == 0
	some i, report in _attestations
	place := ["assurance", "reports", i]
	some finding in fields.missing(report, place, [["scope_covers_service"], ["edition"], ["issued"]])
}

deny contains {
	"code": "no_agreement",
	"path": ["data_protection", "sector_agreements"],
	"key": type,
	"msg": $"{row.law} asks for a {row.title} with the vendor, and none is declared",
	"fix": $"sign the {row.title}; declare it as {type}, `counterparty: vendor`; hand over no such data before",
} if {
	fields.present(input, ["data_protection", "sector_agreements"])
	some type in (_demanded - object.keys(_agreements))
	row := data.params.sector_agreements.agreements[type]
}

deny contains _late(i, $"{milestones.first_access}, the day of the first access") if {
	some i, agreement in _agreements.hipaa_baa
	agreement.signed_on > milestones.first_access
}

deny contains _late(i, $"{dates.as_of}, the day of this check") if {
	some i, agreement in _agreements.hipaa_baa
	dates.future(agreement.signed_on)
	agreement.signed_on <= _first_access
}

deny contains {
	"code": "missing_provision",
	"path": ["data_protection", "sector_agreements", i, "provisions"],
	"key": provision,
	"msg": $"the business associate agreement lacks {provision}, which 45 CFR {row.article} prescribes",
	"fix": $"agree the provision with the vendor and add `{provision}`",
} if {
	some i, agreement in _agreements.hipaa_baa
	agreement.provisions
	some provision, row in data.params.sector_agreements.provisions
	some _ in ({provision} - {declared | some declared in agreement.provisions})
}

deny contains {
	"code": "overdue",
	"path": ["data_protection", "sector_agreements", i, "reviewed_on"],
	"msg": $"the matrix of responsibilities was last gone through on {matrix.reviewed_on}, more than {period} ago",
	"fix": "go through the matrix with the vendor, then write the day",
} if {
	period := object.get(data.params.thresholds, "pci_matrix_review", "no time")
	some i, matrix in _agreements.pci_responsibility_matrix
	dates.overdue(matrix.reviewed_on, period)
}

deny contains {
	"code": "future_date",
	"path": ["data_protection", "sector_agreements", i, field],
	"msg": $"{day} is still to come",
	"fix": "write the day on which it was done, once it is",
} if {
	some type, field in {"pci_responsibility_matrix": "reviewed_on", "pci_acknowledgement": "acknowledged_on"}
	some i, agreement in _agreements[type]
	day := agreement[field]
	dates.future(day)
}

deny contains {
	"code": "no_attestation",
	"path": ["assurance", "reports"],
	"key": "pci_aoc",
	"msg": "PCI DSS 12.8.4 asks for an attestation of compliance, and none is declared",
	"fix": "obtain the vendor's attestation of compliance and declare it as pci_aoc",
} if {
	_card_data
	fields.present(input, ["assurance", "reports"])
	count(_attestations) == 0
}

deny contains {
	"code": "out_of_scope",
	"path": ["assurance", "reports", i, "scope_covers_service"],
	"msg": "the attestation of compliance does not cover the client's service",
	"fix": "obtain an attestation of compliance whose scope includes the service",
} if {
	some i in _judged
	input.assurance.reports[i].scope_covers_service == false
}

deny contains {
	"code": "edition",
	"path": ["assurance", "reports", i, "edition"],
	"msg": $"PCI DSS {report.edition} did not count on {report.issued}, when the attestation was issued",
	"fix": "obtain an attestation on a current edition of PCI DSS",
} if {
	some i in _judged
	report := input.assurance.reports[i]
	some _ in ({report.edition} - _editions(report.issued))
}

deny contains {
	"code": "attestation_overdue",
	"path": ["assurance", "reports", i, "issued"],
	"msg": $"the attestation of compliance was issued on {issued}, more than {_longest_age} ago",
	"fix": "obtain this year's attestation of compliance",
} if {
	some i in (_judged & _old)
	issued := input.assurance.reports[i].issued
}

deny contains {
	"code": "expired",
	"path": ["assurance", "reports", i, "expires"],
	"msg": $"the attestation of compliance expired after {report.expires}",
	"fix": "obtain this year's attestation of compliance",
} if {
	some i in _judged
	report := input.assurance.reports[i]
	dates.expired(report.expires)
}

deny contains {
	"code": "future_date",
	"path": ["assurance", "reports", i, "issued"],
	"msg": $"{report.issued} is still to come",
	"fix": "write the day on which the attestation was issued, once it is",
} if {
	some i in _judged
	report := input.assurance.reports[i]
	dates.future(report.issued)
}

# The agreements that the data and the laws call for. What is unknown calls for all.
_demanded contains "hipaa_baa" if {
	_has("phi")
	_under_hipaa
}

_demanded contains type if {
	_card_data
	some type in ["pci_responsibility_matrix", "pci_acknowledgement"]
}

default _first_access := "9999-12-31"

_first_access := milestones.first_access

_card_data if _has("cardholder")

_has(_) if not fields.present(input, ["scope", "data"])

_has(category) if {
	some item in input.scope.data
	object.get(item, "category", category) == category
}

_under_hipaa if not fields.present(input, ["scope", "regimes"])

_under_hipaa if "hipaa" in input.scope.regimes

# The demanded agreements with the vendor, by kind and place in the list; one whose other side is not told counts.
_agreements[agreement.type][i] := agreement if {
	some i, agreement in input.data_protection.sector_agreements
	agreement.type in _demanded
	object.get(agreement, "counterparty", "vendor") == "vendor"
}

_attestations[i] := report if {
	_card_data
	some i, report in input.assurance.reports
	report.type == "pci_aoc"
}

_sound_attestations contains i if {
	some i, report in _attestations
	report.scope_covers_service == true
	report.edition in _editions(report.issued)
	report.issued <= dates.as_of
	object.get(report, "expires", dates.as_of) >= dates.as_of
	not _old[i]
}

# What is wrong with an attestation matters as long as no other one is sound.
_judged contains i if {
	count(_sound_attestations) == 0
	some i, _ in _attestations
}

_longest_age := object.get(data.params.thresholds, "pci_aoc_age", "no time")

_old contains i if {
	some i, report in _attestations
	dates.overdue(report.issued, _longest_age)
}

_editions(day) := {row.edition |
	some row in data.params.assurance.editions.pci_aoc
	dates.in_force(row, day)
}

_late(i, limit) := {
	"code": "signed_late",
	"path": ["data_protection", "sector_agreements", i, "signed_on"],
	"msg": $"signed on {input.data_protection.sector_agreements[i].signed_on}, later than {limit}",
	"fix": "hand over no health data before the agreement is signed, and correct the date if it is wrong",
}
