# METADATA
# title: Subcontracting position is consistent and complete
# description: >
#   Undeclared fourth parties are what outsourcing fears most. A vendor that subcontracts nothing names no other party
#   anywhere; one that does declares each with name, kind, service, data, countries and who engaged it. Every chain
#   leads back to the vendor, no party is the vendor or the client, and every transfer recipient, operator, remote
#   employer or counterparty is declared.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2016/679/oj
#     description: GDPR Art. 28(2), 28(4), 30(2)
#   - ref: https://eur-lex.europa.eu/eli/reg/2022/2554/oj
#     description: DORA Art. 29(2), 30(2)(a)
# custom:
#   id: FP-01
#   severity: critical
#   owner: compliance@client.example
#   effective_on: "2026-01-01"
#   profiles: [starter, gdpr, dora, pci, hipaa, full]
#   frameworks:
#     GDPR: ["28(2)", "28(4)", "30(2)"]
#     DORA: ["30(2)(a)", "29(2)", "ITS (EU) 2024/2956 template B_05.02"]
#     EBA/GL/2019/02: ["13.1", "11"]
#     ISO 27001: [A.5.21]
#     NIST CSF: [GV.SC-04]
#     PCI DSS: ["12.8.1"]
#     CSA CCM: [STA-07, DSP-14]
#   remediation: >-
#     Declare the party, or correct the position; contradiction is never resolved in the vendor's favour.
#   findings:
#     empty: A party lists no countries, so where it works cannot be judged.
#     none_but_parties: The manifest says that nothing is subcontracted and lists parties all the same, so one of the
#       two is untrue.
#     parties_missing: The position is not none but no party is listed, so the client cannot know who works for it.
#     undeclared_recipient: A transfer goes to somebody who is not declared as a party, so an unknown fourth party
#       gets the data.
#     undeclared_operator: A location is run by somebody who is not declared as a party, so an unknown fourth party
#       does the work.
#     undeclared_remote_employer: Remote staff are employed by somebody who is not declared as a party, so an unknown
#       fourth party has access.
#     undeclared_counterparty: A sector agreement is made with somebody who is not declared as a party, so a fourth
#       party may go unnoticed.
#     unknown_data: A party gets data that is not declared in the scope, so no control has judged that data.
#     unknown_engager: Whoever engaged the party is not declared, so a link in the chain of subcontracting is unknown.
#     unrooted: The chain of engagement does not lead back to the vendor, so nobody can tell by whose contract the
#       party is bound.
#     party_is_vendor: The vendor is listed as a party of its own, which hides who does the work.
#     party_is_client: The client is listed as a party of its own vendor, which hides who does the work.
#   examples:
#     fail: |
#       subcontracting:
#         position: none
#         parties: [{id: nordhost, legal_name: Nordhost GmbH, kind: company, engaged_by: vendor}]
#     pass: |
#       subcontracting:
#         position: permitted_specific
#         parties:
#           - {id: nordhost, legal_name: Nordhost GmbH, kind: company, engaged_by: vendor, service: hosting,
#              data: [tickets], countries: [DE]}
package controls.subcontracting.subcontracting_position

import data.lib.fields
import data.lib.organisation

undetermined contains finding if {
	some finding in fields.missing(input, [], [["subcontracting", "position"]])
}

undetermined contains finding if {
	input.subcontracting.position != "none"
	some finding in fields.missing(input, [], [["subcontracting", "parties"]])
}

undetermined contains finding if {
	some i, party in input.subcontracting.parties
	some finding in fields.missing(party, ["subcontracting", "parties", i], [
		["id"],
		["legal_name"],
		["kind"],
		["service"],
		["data"],
		["countries"],
		["engaged_by"],
	])
}

undetermined contains finding if {
	some i, party in input.subcontracting.parties
	some finding in fields.empty(party, ["subcontracting", "parties", i], [["countries"]])
}

undetermined contains finding if {
	some i, transfer in input.data_protection.transfers
	some finding in fields.missing(transfer, ["data_protection", "transfers", i], [["recipient"]])
}

deny contains {
	"code": "none_but_parties",
	"path": ["subcontracting", "position"],
	"msg": $"the position is none, yet there are parties: {_id_list}",
	"fix": "write the position that was agreed, or remove the parties",
} if {
	input.subcontracting.position == "none"
	count(input.subcontracting.parties) > 0
}

deny contains {
	"code": "parties_missing",
	"path": ["subcontracting", "parties"],
	"msg": $"the position is {input.subcontracting.position}, yet no party is listed",
	"fix": "declare every party, or write `position: none`",
} if {
	input.subcontracting.position != "none"
	count(input.subcontracting.parties) == 0
}

deny contains _undeclared("undeclared_recipient", path, name, "the recipient of a transfer") if {
	some i, transfer in input.data_protection.transfers
	path := ["data_protection", "transfers", i, "recipient"]
	some name in ({transfer.recipient} - _known)
}

deny contains _undeclared("undeclared_operator", path, name, "the operator of a location") if {
	some i, location in input.scope.locations
	path := ["scope", "locations", i, "operated_by"]
	some name in ({location.operated_by} - _known)
}

deny contains _undeclared("undeclared_remote_employer", path, name, "the employer of remote staff") if {
	path := ["access", "remote_work", "employed_by"]
	some name in ({input.access.remote_work.employed_by} - _known)
}

deny contains _undeclared("undeclared_counterparty", path, name, "the counterparty of a sector agreement") if {
	some i, agreement in input.data_protection.sector_agreements
	path := ["data_protection", "sector_agreements", i, "counterparty"]
	some name in ({agreement.counterparty} - _known)
}

deny contains {
	"code": "unknown_data",
	"path": ["subcontracting", "parties", i, "data"],
	"key": name,
	"msg": $"the party gets the data {name}, which is not in scope.data",
	"fix": $"add `{name}` to scope.data, or remove it here",
} if {
	some i, party in input.subcontracting.parties
	some name in ({name | some name in party.data} - {item.id | some item in input.scope.data})
}

deny contains {
	"code": "unknown_engager",
	"path": ["subcontracting", "parties", i, "engaged_by"],
	"msg": $"{name} has engaged the party, but is neither `vendor` nor a party",
	"fix": $"declare {name} as a party, or write who engaged this one",
} if {
	some i, party in input.subcontracting.parties
	some name in ({party.engaged_by} - _engagers)
}

deny contains {
	"code": "unrooted",
	"path": ["subcontracting", "parties", i, "engaged_by"],
	"msg": $"the chain of engagement through {party.engaged_by} does not lead to the vendor",
	"fix": "write who engaged each party, so that every chain ends at `vendor`",
} if {
	some i, party in input.subcontracting.parties
	party.engaged_by in _engagers
	some _ in ({party.id} - object.keys(object.get(input, ["derived", "subcontracting", "depth"], {})))
}

deny contains {
	"code": "party_is_vendor",
	"path": ["subcontracting", "parties", i],
	"msg": "the party is the vendor itself",
	"fix": "remove the party, or name the entity that does the work",
} if {
	some i, party in input.subcontracting.parties
	_is_vendor(party)
}

deny contains {
	"code": "party_is_client",
	"path": ["subcontracting", "parties", i],
	"msg": "the party is the client, which cannot be its own sub-processor",
	"fix": "remove the party, or name the entity that does the work",
} if {
	some i, party in input.subcontracting.parties
	_is_client(party)
}

_ids contains party.id if some party in input.subcontracting.parties

_id_list := concat(", ", sort(_ids))

_engagers := _ids | {"vendor"}

_known := _engagers | {"client"}

_undeclared(code, path, name, what) := {
	"code": code,
	"path": path,
	"msg": $"{name}, {what}, is not declared as a party",
	"fix": $"declare {name} under subcontracting.parties, or name `vendor`, `client` or a declared party",
}

_is_vendor(party) if party.id == "vendor"

_is_vendor(party) if party.id == input.metadata.id

_is_vendor(party) if organisation.same_name(party.legal_name, input.metadata.legal_name)

_is_vendor(party) if party.lei == input.metadata.lei

_is_client(party) if party.id == "client"

_is_client(party) if organisation.is_client(party.legal_name)

_is_client(party) if party.lei in data.params.org.leis
