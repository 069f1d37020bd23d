# METADATA
# title: Software licences on the allow-list
# description: >
#   Copyleft or unlicensed parts in deliverables bind the client. Each declared part carries an SPDX expression of which
#   at least one alternative consists of licences allowed for the part's use, or registered with counsel; a commercial
#   licence shows enough seats and a term that runs.
# related_resources:
#   - ref: https://spdx.github.io/spdx-spec/v3.0.1/annexes/spdx-license-expressions/
#     description: SPDX licence expressions
#   - ref: https://www.iso.org/standard/81039.html
#     description: ISO/IEC 5230 (OpenChain)
# custom:
#   id: LL-02
#   severity: high
#   owner: legal@client.example
#   effective_on: "2026-01-01"
#   profiles: [full]
#   frameworks:
#     ISO 27001: [A.5.32]
#     ISO/IEC 5230: [OpenChain]
#     SPDX: [License List, License Expressions]
#     OSI: [Approved Licenses]
#     NIST 800-53: [CM-10]
#     NIST CSF: [ID.AM-02]
#   remediation: Choose the permitted branch, replace the part, or buy a licence.
#   findings:
#     unparsable: The licence is not written as an SPDX expression, so what it allows cannot be judged.
#     unknown_licence: The expression names a licence or exception that SPDX does not list, so what it allows is not
#       known.
#     no_licence: No licence is known for the part, and without one nobody has the right to use it.
#     not_allowed: Each alternative of the licence holds terms that are not allowed for this use and could bind the
#       client.
#     unregistered: The part can only be had under a licence that counsel has not registered, so nobody has judged its
#       terms.
#     entitlement: More seats are in use than were bought, which breaches the commercial licence.
#     entitlement_expired: The term of the commercial licence has ended, and the right to use the part with it.
#     deprecated_id: The expression holds a deprecated SPDX id; its successor was judged, but other tools may not know
#       the old one.
#   examples:
#     fail: |
#       legal:
#         software:
#           - {name: report-engine, version: "2.1", license: AGPL-3.0-only, use: delivered}
#     pass: |
#       legal:
#         software:
#           - name: agent-desktop-plugin
#             version: 4.2.0
#             license: GPL-3.0-only WITH Classpath-exception-2.0 OR MIT
#             use: delivered
package controls.legal.software_licences

import data.lib.dates
import data.lib.fields

default applicable := false

applicable if count(input.legal.software) > 0

applicable if _delivers_software

undetermined contains finding if {
	some finding in fields.missing(input, [], [["legal", "software"]])
}

undetermined contains finding if {
	some i, item in input.legal.software
	some finding in fields.missing(item, ["legal", "software", i], [["name"], ["license"], ["use"]])
}

undetermined contains finding if {
	some i in _commercial
	some finding in fields.missing(input.legal.software[i], ["legal", "software", i], [
		["entitlement", "seats"],
		["entitlement", "used"],
		["entitlement", "expires"],
	])
}

deny contains {
	"code": "unparsable",
	"path": ["legal", "software", i, "license"],
	"msg": $"the licence of {item.name} is not an SPDX expression: {error}",
	"fix": "write an SPDX expression, such as `MIT` or `Apache-2.0 OR MIT`",
} if {
	some i, item in input.legal.software
	error := _analysis(item.license).error
	error != ""
}

deny contains {
	"code": "unknown_licence",
	"path": ["legal", "software", i, "license"],
	"msg": $"the licence of {item.name} names {unknown}, which SPDX does not know",
	"fix": "write the SPDX id, or register the licence as LicenseRef-... in policies/params/licences",
} if {
	some i, item in input.legal.software
	unknown := concat(", ", sort(_analysis(item.license).unknown))
	unknown != ""
}

deny contains {
	"code": "no_licence",
	"path": ["legal", "software", i, "license"],
	"msg": $"no licence is known for {item.name}, so nobody may use it",
	"fix": "find out the licence or replace the part",
} if {
	some i, item in input.legal.software
	count(_ids(item) & _nothing) > 0
}

deny contains {
	"code": "not_allowed",
	"path": ["legal", "software", i, "license"],
	"msg": $"{item.name} can only be had under {refused}, which use `{item.use}` does not allow",
} if {
	some i, item in input.legal.software
	refused := _refused(i, _judged(item) - _unregistered(item))
	refused != ""
}

deny contains {
	"code": "unregistered",
	"path": ["legal", "software", i, "license"],
	"msg": $"{item.name} can only be had under {refused}, which counsel has not registered",
	"fix": "have counsel register it in policies/params/licences, or replace the part",
} if {
	some i, item in input.legal.software
	refused := _refused(i, _unregistered(item))
	refused != ""
}

deny contains {
	"code": "entitlement",
	"path": ["legal", "software", i, "entitlement", "used"],
	"msg": $"{entitlement.used} seats of {item.name} are used, {entitlement.seats} were bought",
	"fix": $"buy seats or stop using {entitlement.used - entitlement.seats}",
} if {
	some i in _commercial
	item := input.legal.software[i]
	entitlement := item.entitlement
	entitlement.seats < entitlement.used
}

deny contains {
	"code": "entitlement_expired",
	"path": ["legal", "software", i, "entitlement", "expires"],
	"msg": $"the licence of {item.name} expired after {item.entitlement.expires}",
	"fix": "renew the licence or stop using the part",
} if {
	some i in _commercial
	item := input.legal.software[i]
	dates.expired(item.entitlement.expires)
}

warn contains {
	"code": "deprecated_id",
	"path": ["legal", "software", i, "license"],
	"msg": $"{old.from} is a deprecated SPDX id; {old.to} was judged in its place",
	"fix": $"write {old.to} instead of {old.from}",
	"key": old.from,
} if {
	some i, item in input.legal.software
	some old in _analysis(item.license).deprecated
}

# A service that nobody knows is taken to deliver software.
_delivers_software if {
	service := object.get(input, ["scope", "service"], "")
	object.get(data.params.service_types.services, [service, "delivers_software"], true) == true
}

_nothing := {"NONE", "NOASSERTION"}

_analysis(expression) := object.get(input, ["derived", "licences", expression], _unanalysed)

_unanalysed := {
	"branches": [],
	"unknown": [],
	"deprecated": [],
	"error": "the checker has not analysed it",
}

_ids(item) := {term.license |
	some branch in _analysis(item.license).branches
	some term in branch
}

# What is unknown, or says that there is no licence, has a finding of its own.
_judged(item) := (_ids(item) - _nothing) - {id | some id in _analysis(item.license).unknown}

_unregistered(item) := {id | some id in _judged(item); startswith(id, "LicenseRef-")} - _registered

_registered := object.keys(object.get(data.params.licences, "registered", {}))

# By alternative, in the order of the expression: the terms that are refused.
_refusals[i] := [refused |
	some branch in _analysis(item.license).branches
	refused := {term | some term in branch} - {term | some term in branch; _allowed(term, item.use)}
] if {
	some i, item in input.legal.software
	item.use
}

# The refused terms of the alternative that comes nearest to being allowed; none when one is.
_nearest[i] := refusals[first] if {
	some i, refusals in _refusals
	least := min([count(refused) | some refused in refusals])
	first := min([i | some i, refused in refusals; count(refused) == least])
}

_allowed(term, use) if term.license in data.params.licences.allowed[use]

_allowed(term, use) if {
	some pair in data.params.licences.pairs
	pair.license == term.license
	pair.exception == term.exception
	use in pair.uses
}

_allowed(term, use) if use in data.params.licences.registered[term.license].uses

# The refused terms of the nearest alternative that are among `ids`, as text; empty when there is none.
_refused(i, ids) := concat(" AND ", sort({_text(term) |
	some term in _nearest[i]
	term.license in ids
}))

_text(term) := term.license if term.exception == ""

else := $"{term.license} WITH {term.exception}"

# Parts that are allowed by a commercial licence only.
_commercial contains i if {
	some i in (_allowed_parts - _free)
}

_allowed_parts contains i if {
	some i, refusals in _refusals
	some refused in refusals
	count(refused) == 0
}

_free contains i if {
	some i, item in input.legal.software
	some k, refused in _refusals[i]
	count(refused) == 0
	commercial := {term |
		some term in _analysis(item.license).branches[k]
		data.params.licences.registered[term.license].commercial
	}
	count(commercial) == 0
}
