# METADATA
# title: Chain depth and informal labour
# description: >
#   Freelancers and home typists end every audit trail. The chain of parties is no longer than the tier allows; natural
#   persons, platforms and home workers get neither personal nor confidential data and work for vendors of tier low
#   only, screened and with proof; nobody works in a prohibited country; and nothing is passed on without approval when
#   the vendor is overloaded.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2016/679/oj
#     description: GDPR Art. 28(2), 28(4), 32(4)
#   - ref: https://eur-lex.europa.eu/eli/reg/2022/2554/oj
#     description: DORA Art. 29(2)
#   - ref: https://eur-lex.europa.eu/eli/reg_del/2025/532/oj
#     description: Delegated Regulation (EU) 2025/532 Art. 1
# custom:
#   id: FP-03
#   severity: critical
#   owner: compliance@client.example
#   effective_on: "2026-01-01"
#   profiles: [dora, full]
#   frameworks:
#     GDPR: ["28(2)", "28(4)", "32(4)"]
#     DORA: ["29(2)", "Del. Reg. (EU) 2025/532 Art. 1"]
#     EBA/GL/2019/02: ["13.1"]
#     ISO 27001: [A.5.21, A.6.1]
#     NIST CSF: [GV.SC-07]
#   remediation: Bring the work back to employees or a vetted company; shorten the chain.
#   findings:
#     empty: A party lists no countries, or labour outside a company no proof of its screening, so neither can be
#       judged.
#     unknown_depth: The chain of engagement does not lead back to the vendor, so how long it is cannot be judged.
#     too_deep: The chain of subcontracting is longer than the tier allows, and with each link the client sees less.
#     informal_labour: Labour outside a company gets data that it may not get, or works for a vendor of too high a
#       tier.
#     not_screened: Labour outside a company is called screened on a day still to come, so it has not been.
#     screened_late: Labour outside a company was screened only after it had started, so it comes too late.
#     prohibited_country: A party works in a country that the client has prohibited.
#     overflow: Work is passed on without approval when the vendor is overloaded, so unknown parties get the data.
#   examples:
#     fail: |
#       scope:
#         data: [{id: forms, category: personal_identifier}]
#       subcontracting:
#         parties: [{id: gigs, kind: freelance_platform, engaged_by: vendor, data: [forms], countries: [PH]}]
#     pass: |
#       scope:
#         data: [{id: forms, category: personal_identifier}]
#       subcontracting:
#         overflow_reoutsourcing: false
#         parties: [{id: nordhost, kind: company, engaged_by: vendor, data: [forms], countries: [DE]}]
package controls.subcontracting.chain_and_labour

import data.lib.dates
import data.lib.fields
import data.lib.vendor

default applicable := false

applicable if count(input.subcontracting.parties) > 0

# Overflow that is passed on makes parties of which nobody has heard.
applicable if input.subcontracting.overflow_reoutsourcing == true

applicable if count(_unclear) > 0

undetermined contains finding if some finding in _unclear

undetermined contains finding if {
	some finding in fields.missing(input, [], [["subcontracting", "overflow_reoutsourcing"]])
}

undetermined contains finding if {
	some i, party in input.subcontracting.parties
	some finding in fields.missing(party, ["subcontracting", "parties", i], [
		["kind"],
		["engaged_by"],
		["data"],
		["countries"],
	])
}

undetermined contains finding if {
	some i, party in input.subcontracting.parties
	some finding in fields.empty(party, ["subcontracting", "parties", i], [["countries"]])
}

undetermined contains {
	"code": "unknown_depth",
	"path": ["subcontracting", "parties", i, "engaged_by"],
	"msg": $"the chain from {party.id} through {party.engaged_by} does not lead back to the vendor",
	"fix": "declare who engaged whom, up to the vendor",
} if {
	some i, party in input.subcontracting.parties
	fields.present(party, ["engaged_by"])
	some _ in ({party.id} - object.keys(input.derived.subcontracting.depth))
}

# What is not ruled out for labour outside a company needs proof that the persons were screened.
undetermined contains finding if {
	some i in (_informal - object.keys(_refusals))
	prefix := ["subcontracting", "parties", i]
	party := input.subcontracting.parties[i]
	some finding in (fields.missing(party, prefix, _proofs) | fields.empty(party, prefix, _proofs))
}

deny contains {
	"code": "too_deep",
	"path": ["subcontracting", "parties", i, "engaged_by"],
	"msg": $"{party.id} is link {depth} of the chain below the vendor; tier {vendor.tier} allows {limit}",
	"fix": $"have the work done by a party that is link {limit} at most",
} if {
	limit := object.get(data.params.thresholds, ["chain_depth", vendor.tier], 0)
	some i, party in input.subcontracting.parties
	depth := input.derived.subcontracting.depth[party.id]
	depth > limit
}

deny contains {
	"code": "informal_labour",
	"path": ["subcontracting", "parties", i, "kind"],
	"msg": $"{party.id} is of kind {party.kind}, which is refused: {reasons}",
	"fix": "have employees or a company do this work",
} if {
	some i, causes in _refusals
	party := input.subcontracting.parties[i]
	reasons := concat("; ", sort(causes))
}

deny contains {
	"code": "not_screened",
	"path": ["subcontracting", "parties", i, "screened_on"],
	"msg": $"{party.id} is called screened on {party.screened_on}, which is still to come",
	"fix": "write the day on which the persons were screened",
} if {
	some i in (_informal - object.keys(_refusals))
	party := input.subcontracting.parties[i]
	dates.future(party.screened_on)
}

deny contains {
	"code": "screened_late",
	"path": ["subcontracting", "parties", i, "screened_on"],
	"msg": $"{party.id} was screened on {party.screened_on}, after its start on {party.starts_on}",
	"fix": "write the day of the first screening if there was an earlier one; otherwise ask for a waiver",
} if {
	some i in (_informal - object.keys(_refusals))
	party := input.subcontracting.parties[i]
	party.screened_on > party.starts_on
}

deny contains {
	"code": "prohibited_country",
	"path": ["subcontracting", "parties", i, "countries"],
	"key": country,
	"msg": $"{party.id} works in {country}, which is prohibited",
	"fix": $"end the work in {country}",
} if {
	some i, party in input.subcontracting.parties
	some country in party.countries
	country in data.params.countries.prohibited
}

deny contains {
	"code": "overflow",
	"path": ["subcontracting", "overflow_reoutsourcing"],
	"msg": "work is passed on without approval when the vendor is overloaded",
	"fix": "agree that nothing is passed on without approval, then write `overflow_reoutsourcing: false`",
} if {
	input.subcontracting.overflow_reoutsourcing == true
}

# Whether there is any party is not told.
_unclear contains finding if {
	some finding in fields.missing(input, [], [["subcontracting", "position"]])
}

_unclear contains finding if {
	input.subcontracting.position != "none"
	some finding in fields.missing(input, [], [["subcontracting", "parties"]])
}

# As for staff (PC-01), screening comes before the work.
_proofs := [["starts_on"], ["screened_on"], ["evidence"]]

# The parties that are labour outside a company, by their place in the list. A kind that is unknown counts as such.
_informal contains i if {
	some i, party in input.subcontracting.parties
	object.get(data.params.subcontracting.kinds, [party.kind, "informal"], true) == true
}

# Why such a party is refused.
_refusals[i] contains $"tier {vendor.tier} is above low" if {
	vendor.tier_at_least("medium")
	some i in _informal
}

_refusals[i] contains $"it gets {id}, data of category {item.category}" if {
	some i in _informal
	some id in input.subcontracting.parties[i].data
	some item in input.scope.data
	item.id == id
	some trait in ["personal", "confidential"]
	vendor.category(item.category)[trait]
}

_refusals[i] contains $"it gets {id}, data that the scope does not know" if {
	some i in _informal
	some id in ({id | some id in input.subcontracting.parties[i].data} - {item.id | some item in input.scope.data})
}
