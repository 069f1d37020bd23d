# METADATA
# title: Evidence exists, is intact, in date, and supports the claim
# description: >
#   Claims need proof that does not change silently. Every reference leads to a document whose bytes have the declared
#   digest (or that a named person of the client has verified, where it may not enter the repository), issued and not
#   expired, about one legal entity only, from somebody else where independent proof is asked for. From tier high on,
#   the claims listed in the parameters carry a reference.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2022/2554/oj
#     description: DORA Art. 28(3)
#   - ref: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
#     description: NIST SP 800-53, AU-10 and CA-2
# custom:
#   id: AA-04
#   severity: high
#   owner: compliance@client.example
#   effective_on: "2026-01-01"
#   profiles: [starter, gdpr, dora, pci, hipaa, full]
#   frameworks:
#     ISO 27001: [A.5.28, A.5.33, A.5.36]
#     DORA: ["28(3)"]
#     NIST 800-53: [AU-10, CA-2]
#     NIST CSF: [GV.SC-07]
#     SOC 2: [CC4.1]
#   remediation: Attach the document with digest and dates; renew the expired one.
#   findings:
#     unverified_uri: A cited document lies outside the repository and nobody at the client has verified it, so it
#       proves nothing yet.
#     no_evidence: A claim that needs proof at this tier names no document, so it is only the vendor's word.
#     unknown_reference: A claim cites a document that the manifest does not list, so nothing proves it.
#     mismatch: The file does not have the declared digest, so it is not the document that was recorded.
#     file_missing: The file of a cited document is not in the vendor's evidence folder, so nobody can look at the
#       proof.
#     outside: A cited file lies outside the vendor's evidence folder, where it may be another vendor's or change
#       unseen.
#     unreadable: A cited file cannot be read, so nobody can tell whether it is the document that was recorded.
#     not_yet_issued: A cited document is issued after the day of the check, so it proves nothing today.
#     expired: A cited document has expired, so it no longer proves the claim.
#     self_issued: A document that must come from somebody else was issued by the one it speaks of, so it is no
#       independent proof.
#     shared_between_entities: One document is to prove claims about several legal entities, but what holds for one
#       need not hold for another.
#     ends_before_contract: A cited document expires before the contract ends and no renewal is planned, so the proof
#       will run out.
#   examples:
#     fail: |
#       assurance:
#         reports: [{type: soc2_type2, issuer: Example CPAs LLP, evidence: [ev-soc2]}]
#       evidence:
#         ev-soc2:
#           path: soc2.txt
#           sha256: e2085265104de48e09f41f2032cfe76332467661dbd2e27d2347246f34c1bf68
#           issuer: Example CPAs LLP
#           issued: 2026-08-20
#           expires: 2026-11-21
#     pass: |
#       assurance:
#         reports: [{type: soc2_type2, issuer: Example CPAs LLP, evidence: [ev-soc2]}]
#       evidence:
#         ev-soc2:
#           path: soc2.txt
#           sha256: e2085265104de48e09f41f2032cfe76332467661dbd2e27d2347246f34c1bf68
#           issuer: Example CPAs LLP
#           issued: 2026-08-20
#           expires: 2027-06-30
package controls.assurance.evidence

import data.lib.dates
import data.lib.fields
import data.lib.organisation
import data.lib.vendor

default applicable := false

applicable if count(_references) > 0

applicable if count(_claims) > 0

applicable if not fields.present(input, ["derived", "evidence", "references"])

undetermined contains finding if {
	some finding in fields.missing(input, [], [["derived", "evidence", "references"], ["derived", "evidence", "files"]])
}

undetermined contains finding if {
	some id, document in _cited
	some finding in fields.missing(document, ["evidence", id], [["sha256"], ["issued"]])
}

undetermined contains finding if {
	some id in _elsewhere
	not _cited[id].uri
	some finding in fields.missing(_cited[id], ["evidence", id], [["path"]])
}

undetermined contains finding if {
	some reference in _independent
	some finding in fields.missing(_cited[reference.id], ["evidence", reference.id], [["issuer"]])
}

undetermined contains finding if {
	some reference in _independent
	some i, party in input.subcontracting.parties
	party.id == reference.entity
	some finding in fields.missing(party, ["subcontracting", "parties", i], [["legal_name"]])
}

undetermined contains {
	"code": "unverified_uri",
	"path": ["evidence", id, "uri"],
	"msg": $"the document {id} lies outside the repository, and nobody at the client has verified its digest by now",
	"fix": "have somebody at the client compare the digest; write that address as `verified_by`, the day as `verified_on`",
} if {
	some id in (_elsewhere - _verified)
	_cited[id].uri
}

undetermined contains {
	"code": "no_evidence",
	"path": array.concat(claim.path, ["evidence"]),
	"msg": $"at tier {vendor.tier} this claim needs a document that proves it, and names none",
	"fix": "add the document under `evidence` and name its id here",
} if {
	some claim in _claims
	not _exempt(claim)
	count(object.get(claim.block, "evidence", [])) == 0
}

deny contains {
	"code": "unknown_reference",
	"path": reference.path,
	"msg": $"there is no document {reference.id} under `evidence`",
	"fix": $"add {reference.id} under `evidence`, or name a document that is there",
} if {
	some reference in _references
	reference.id in _unknown
}

deny contains {
	"code": fault.code,
	"path": ["evidence", id, fault.field],
	"msg": $"the file of {id} {fault.text}",
	"fix": fault.fix,
} if {
	some id, _ in _cited
	state := _state(id)
	state != "match"
	state != "unhashed"
	state != "uri"
	fault := object.get(_faults, state, _faults.unreadable)
}

deny contains {
	"code": "not_yet_issued",
	"path": ["evidence", id, "issued"],
	"msg": $"the document {id} is issued on {document.issued}, which is still to come",
	"fix": "write the day on which it was issued",
} if {
	some id, document in _cited
	dates.future(document.issued)
}

deny contains {
	"code": "expired",
	"path": ["evidence", id, "expires"],
	"msg": $"the document {id} expired after {document.expires}",
	"fix": "attach the renewed document with its digest and dates",
} if {
	some id, document in _cited
	dates.expired(document.expires)
}

deny contains {
	"code": "self_issued",
	"path": ["evidence", reference.id, "issuer"],
	"msg": $"the document {reference.id} must come from somebody else, but {issuer} speaks of itself",
	"fix": "attach a document of an independent issuer",
} if {
	some reference in _independent
	issuer := _cited[reference.id].issuer
	lower(trim_space(issuer)) in _own_names(reference.entity)
}

deny contains {
	"code": "shared_between_entities",
	"path": ["evidence", id],
	"msg": $"the document {id} is to prove claims about different legal entities: {entities}",
	"fix": "attach a document of its own for each legal entity",
} if {
	some id, document in _cited
	found := _entities[_content(id, document)]
	count(found) > 1
	entities := concat(", ", sort(found))
}

warn contains {
	"code": "ends_before_contract",
	"path": ["evidence", id, "expires"],
	"msg": $"the document {id} expires after {document.expires}, before the contract ends on {input.contract.expires}",
	"fix": "plan its renewal, then write `renewal_planned: true`",
} if {
	some id, document in _cited
	document.expires >= dates.as_of
	document.expires < input.contract.expires
	not document.renewal_planned
}

_references := object.get(input, ["derived", "evidence", "references"], [])

_named contains reference.id if some reference in _references

_unknown := _named - object.keys(_cited)

# The documents that something refers to, by id.
_cited[id] := document if {
	some id, document in input.evidence
	id in _named
}

_state(id) := object.get(input, ["derived", "evidence", "files", id], "unreadable")

_faults := {
	"mismatch": {
		"code": "mismatch",
		"field": "sha256",
		"text": "does not have the declared digest",
		"fix": "restore the file, or have the vendor sign off the new one with its digest",
	},
	"missing": {
		"code": "file_missing",
		"field": "path",
		"text": "is not in the vendor's evidence folder",
		"fix": "add the file below evidence/<vendor id>/, or correct `path`",
	},
	"outside": {
		"code": "outside",
		"field": "path",
		"text": "lies outside the vendor's evidence folder",
		"fix": "put the file itself, not a link, below evidence/<vendor id>/",
	},
	"unreadable": {
		"code": "unreadable",
		"field": "path",
		"text": "cannot be read",
		"fix": "replace it by a readable, ordinary file",
	},
}

_elsewhere contains id if {
	some id, _ in _cited
	_state(id) == "uri"
}

_verified contains id if {
	some id in _elsewhere
	organisation.is_ours(_cited[id].verified_by)
	_cited[id].verified_on <= dates.as_of
}

# The references whose proof must come from somebody else.
_independent := [reference |
	some reference in _references
	some claim in data.params.evidence.independent
	array.slice(reference.path, 0, count(claim)) == claim
	_cited[reference.id]
]

_own_names(entity) := {lower(name) | some name in array.concat(_vendor_names, _party_names(entity))}

_vendor_names := ["vendor", object.get(input, ["metadata", "id"], ""), _legal_name]

_legal_name := object.get(input, ["metadata", "legal_name"], "")

_party_names(entity) := [name |
	some party in input.subcontracting.parties
	party.id == entity
	some key in ["id", "legal_name"]
	name := party[key]
]

# Whom each content is to speak of: every entity that cites it, and the one that it names.
_entities[content] contains reference.entity if {
	some reference in _references
	content := _content(reference.id, _cited[reference.id])
}

_entities[_content(id, document)] contains document.about if some id, document in _cited

_content(id, document) := object.get(document, "sha256", id)

# Lists rather than sets, for a set looks through the whole of each member.
_claims := array.concat(
	[{"path": claim.path, "block": block, "unless": object.get(claim, "unless", {})} |
		some claim in _due
		claim.each == false
		block := object.get(input, claim.path, null)
		is_object(block)
	],
	[{"path": array.concat(claim.path, [i]), "block": block, "unless": object.get(claim, "unless", {})} |
		some claim in _due
		claim.each
		some i, block in object.get(input, claim.path, [])
	],
)

_due := [claim |
	some claim in data.params.evidence.claims
	vendor.tier_at_least(claim.from_tier)
]

_exempt(claim) if {
	some key, value in claim.unless
	claim.block[key] == value
}
