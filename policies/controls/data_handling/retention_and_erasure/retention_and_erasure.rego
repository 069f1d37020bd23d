# METADATA
# title: Retention, return and erasure
# description: >
#   Copies outlive contracts unless their end is arranged. A vendor that stores client data keeps it no longer than the
#   purpose needs, gives it back in an open format, deletes it within 30 days after the end (from backups within 90) and
#   certifies the destruction. Once the contract has ended and that time has gone by, the certificate is there, dated
#   and with its document.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2016/679/oj
#     description: GDPR Art. 5(1)(e), 28(3)(g)
#   - ref: https://eur-lex.europa.eu/eli/reg/2022/2554/oj
#     description: DORA Art. 30(2)(d)
#   - ref: https://doi.org/10.6028/NIST.SP.800-88r1
#     description: NIST SP 800-88, media sanitization
# custom:
#   id: DM-04
#   severity: high
#   owner: dpo@client.example
#   effective_on: "2026-01-01"
#   profiles: [gdpr, dora, hipaa, full]
#   frameworks:
#     GDPR: ["5(1)(e)", "28(3)(g)"]
#     DORA: ["30(2)(d)"]
#     HIPAA: [164.504(e)(2)(ii)(J)]
#     ISO 27001: [A.5.11, A.8.10]
#     CSA CCM: [DSP-02, DSP-16]
#     SOC 2: [C1.2, CC6.5]
#     NIST SP: ["800-88"]
#   remediation: Set the periods, and obtain the certificate of destruction.
#   findings:
#     too_long: Data is kept longer than its purpose needs.
#     closed_format: Data is given back in a format that is not known to be open, so the client may be unable to use it.
#     too_slow: Data or backups are deleted later after the end of the contract than is allowed.
#     not_certified: The vendor does not certify the destruction, so nobody can know that the copies are gone.
#     not_erased: The contract has ended, the time for deletion is over, and no valid certificate of destruction is
#       there.
#     unproven: The certificate of destruction is claimed, and no intact document issued since the end shows it.
#   examples:
#     fail: |
#       contract: {ended_on: 2026-09-30}
#       data_handling:
#         retention: {deletion_within: P30D, destruction_certificate: true}
#     pass: |
#       contract: {ended_on: 2026-09-30}
#       data_handling:
#         retention:
#           period: P6M
#           purpose_limit: P6M
#           return_format: csv
#           deletion_within: P30D
#           backup_deletion_within: P90D
#           destruction_certificate: true
#           certificate_on: 2026-10-20
#           evidence: [ev-destruction]
package controls.data_handling.retention_and_erasure

import data.lib.dates
import data.lib.durations
import data.lib.fields
import data.lib.organisation

default applicable := false

applicable if _stores

exit_duty := true

undetermined contains finding if {
	some finding in fields.missing(input, [], [
		["scope", "data"],
		["scope", "locations"],
		["data_handling", "retention", "period"],
		["data_handling", "retention", "purpose_limit"],
		["data_handling", "retention", "return_format"],
		["data_handling", "retention", "deletion_within"],
		["data_handling", "retention", "backup_deletion_within"],
		["data_handling", "retention", "destruction_certificate"],
	])
}

undetermined contains finding if {
	some i, item in input.scope.data
	some finding in fields.missing(item, ["scope", "data", i], [["access"]])
}

undetermined contains finding if {
	some i, place in input.scope.locations
	some finding in fields.missing(place, ["scope", "locations", i], [["activity"]])
}

deny contains {
	"code": "too_long",
	"path": ["data_handling", "retention", "period"],
	"msg": $"data is kept for {period}, and the purpose needs it for {limit} at most",
	"fix": $"delete data after {limit} at the latest",
} if {
	period := input.data_handling.retention.period
	limit := input.data_handling.retention.purpose_limit
	durations.longer(period, limit)
}

deny contains {
	"code": "closed_format",
	"path": ["data_handling", "retention", "return_format"],
	"msg": $"{format} is not on the list of open formats",
	"fix": "agree a format of policies/params/formats, such as csv, json or xml",
} if {
	some format in ({input.data_handling.retention.return_format} - object.keys(data.params.formats.open))
}

deny contains {
	"code": "too_slow",
	"path": ["data_handling", "retention", field],
	"msg": $"{promised} after the end of the contract is longer than the {limit} allowed",
	"fix": $"agree {limit} or less",
} if {
	some field in ["deletion_within", "backup_deletion_within"]
	promised := input.data_handling.retention[field]
	limit := object.get(data.params.thresholds, field, "no time")
	durations.longer(promised, limit)
}

deny contains {
	"code": "not_certified",
	"path": ["data_handling", "retention", "destruction_certificate"],
	"msg": "the vendor does not certify the destruction of the data",
	"fix": "agree a certificate of destruction for the end of the contract",
} if {
	input.data_handling.retention.destruction_certificate == false
}

deny contains _not_erased("none is declared") if {
	_over
	not input.data_handling.retention.certificate_on
}

deny contains _not_erased($"the one declared is dated {certificate_on}, which is still to come") if {
	_over
	certificate_on := input.data_handling.retention.certificate_on
	dates.future(certificate_on)
}

# What was destroyed before the end says nothing about what came in until then.
deny contains _not_erased($"the one declared is dated {certificate_on}, before the end") if {
	_over
	certificate_on := input.data_handling.retention.certificate_on
	certificate_on < input.contract.ended_on
}

deny contains {
	"code": "unproven",
	"path": ["data_handling", "retention", "evidence"],
	"msg": $"no document that is there, intact and issued since {input.contract.ended_on} shows the certificate",
	"fix": "file the certificate, tell when it was issued, and name it under `evidence` of the retention",
} if {
	_over
	input.data_handling.retention.certificate_on
	count(_documents) == 0
}

# Past the last day on which the vendor may still hold data; without a day to count from, the end itself.
_over if {
	ended_on := input.contract.ended_on
	dates.expired(object.get(input, ["derived", "due", "contract.ended_on"], ended_on))
}

# An ended vendor is past AA-04, so what the evidence is worth is looked at here.
_documents contains id if {
	some id in _cited
	input.derived.evidence.files[id] == "match"
}

_documents contains id if {
	some id in _cited
	input.derived.evidence.files[id] == "uri"
	organisation.is_ours(input.evidence[id].verified_by)
	input.evidence[id].verified_on <= dates.as_of
}

# A document from before the end, such as the processing agreement, certifies no destruction.
_cited contains id if {
	some id in input.data_handling.retention.evidence
	issued := input.evidence[id].issued
	issued >= input.contract.ended_on
	issued <= dates.as_of
}

# What does not say whether it stores is taken to store.
_stores if {
	some path in [["scope", "data"], ["scope", "locations"]]
	not fields.present(input, path)
}

_stores if {
	some item in input.scope.data
	object.get(item, "access", "store") == "store"
}

_stores if {
	some place in input.scope.locations
	object.get(place, "activity", "store") == "store"
}

_not_erased(why) := {
	"code": "not_erased",
	"path": ["data_handling", "retention", "certificate_on"],
	"msg": $"the contract ended on {input.contract.ended_on}, a certificate of destruction is due, and {why}",
	"fix": "obtain the certificate of destruction, then write its day and name the document under `evidence`",
}
