# METADATA
# title: Operating licences, registrations and permits valid
# description: >
#   Working unlicensed exposes the client too. For each permit that the service needs in a country where the vendor
#   works there is a licence with authority and number, in force today, held by the vendor or by a sub-processor that
#   works in that country. An application does not count, and what is declared beyond that must be in force as well.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2022/2554/oj
#     description: DORA Art. 28(4)(b)
#   - ref: https://eur-lex.europa.eu/eli/reg/2016/679/oj
#     description: GDPR Art. 24
# custom:
#   id: LL-01
#   severity: critical
#   owner: legal@client.example
#   effective_on: "2026-01-01"
#   profiles: [starter, dora, full]
#   frameworks:
#     DORA: ["28(4)(b)"]
#     EBA/GL/2019/02: ["12.1"]
#     ISO 27001: [A.5.31]
#     PCI DSS: ["12.8.3"]
#     GDPR: ["24"]
#   remediation: Obtain or renew the licence; stop the service in that jurisdiction meanwhile.
#   findings:
#     no_licence: The service needs a permit in a country where the vendor works, and none is declared as granted, so
#       the work is unlicensed.
#     expired: The licence has expired and no other has taken its place, so the work goes on without a permit.
#     suspended: The licence is suspended and no other has taken its place, so the work is not permitted for now.
#     revoked: The licence was revoked, which counts even beside a new one, for it bears on the vendor's fitness.
#     not_yet_issued: The licence takes effect only after the day of the check, so it does not permit the work today.
#     wrong_holder: The holder is neither the vendor nor a party that works in that country, so the licence does not
#       cover the work.
#     renewal_due: The licence expires soon and no successor is declared; without one the work must stop.
#   examples:
#     fail: |
#       legal:
#         licences:
#           - {type: business_permit, holder: vendor, jurisdiction: PH, status: applied_for}
#     pass: |
#       legal:
#         licences:
#           - type: business_permit
#             holder: vendor
#             authority: City of Cebu
#             jurisdiction: PH
#             number: BP-88412
#             issued: 2026-01-10
#             expires: 2027-03-31
#             status: valid
package controls.legal.operating_licences

import data.lib.dates
import data.lib.fields

default applicable := false

applicable if count(_demands) > 0

applicable if count(input.legal.licences) > 0

applicable if not fields.present(input, ["scope", "service"])

applicable if {
	not fields.present(input, ["scope", "locations"])
	count(data.params.licences.required_by_service[input.scope.service]) > 0
}

undetermined contains finding if {
	some finding in fields.missing(input, [], [["scope", "service"], ["scope", "locations"], ["legal", "licences"]])
}

undetermined contains finding if {
	some i in _granted
	some finding in fields.missing(input.legal.licences[i], ["legal", "licences", i], [
		["type"],
		["jurisdiction"],
		["holder"],
		["authority"],
		["number"],
		["issued"],
		["status"],
	])
}

undetermined contains finding if {
	some i in (_granted - _open_ended)
	some finding in fields.missing(input.legal.licences[i], ["legal", "licences", i], [["expires"]])
}

deny contains {
	"code": "no_licence",
	"path": ["legal", "licences"],
	"key": $"{demand.type}:{demand.country}",
	"msg": $"{demand.law} asks for a {demand.type} in {demand.country}, and none is declared as granted",
	"fix": $"declare the {demand.type} for {demand.country} once it is granted; stop the service there meanwhile",
} if {
	fields.present(input, ["legal", "licences"])
	some demand in (_demands - _answered)
}

deny contains {
	"code": "expired",
	"path": ["legal", "licences", i, "expires"],
	"msg": $"the {licence.type} for {licence.jurisdiction} expired after {licence.expires}",
} if {
	some i in (_granted - _replaced)
	licence := input.legal.licences[i]
	dates.expired(licence.expires)
}

deny contains {
	"code": "suspended",
	"path": ["legal", "licences", i, "status"],
	"msg": $"the {licence.type} for {licence.jurisdiction} is suspended",
} if {
	some i in (_granted - _replaced)
	licence := input.legal.licences[i]
	licence.status == "suspended"
}

deny contains {
	"code": "revoked",
	"path": ["legal", "licences", i, "status"],
	"msg": $"the {licence.type} for {licence.jurisdiction} was revoked",
} if {
	some i in _granted
	licence := input.legal.licences[i]
	licence.status == "revoked"
}

deny contains {
	"code": "not_yet_issued",
	"path": ["legal", "licences", i, "issued"],
	"msg": $"the {licence.type} for {licence.jurisdiction} is not valid before {licence.issued}",
} if {
	some i in (_granted - _replaced)
	licence := input.legal.licences[i]
	dates.future(licence.issued)
}

deny contains {
	"code": "wrong_holder",
	"path": ["legal", "licences", i, "holder"],
	"msg": $"{stranger}, the holder, is neither the vendor nor a party that works in {licence.jurisdiction}",
	"fix": "write `vendor` or the id of a party under subcontracting that works in that country",
} if {
	some i in _granted
	licence := input.legal.licences[i]
	some stranger in ({licence.holder} - _performers(licence.jurisdiction))
}

warn contains {
	"code": "renewal_due",
	"path": ["legal", "licences", i, "expires"],
	"msg": $"the {licence.type} for {licence.jurisdiction} expires after {licence.expires}",
	"fix": "renew it in time, then declare the new one beside it",
} if {
	some i in (_granted - _renewed)
	licence := input.legal.licences[i]
	licence.status == "valid"
	licence.expires >= dates.as_of
	dates.soon(licence.expires, object.get(data.params.thresholds, "licence_renewal_warning", "no time"))
}

# Every permit that the service needs in the countries where it is performed.
_demands contains {"type": type, "country": place.country, "law": row.law} if {
	some place in input.scope.locations
	some type, row in data.params.licences.required_by_service[input.scope.service][place.country]
}

# What is wrong with the licence that answers is said of the licence, not of the demand.
_answered contains demand if {
	some demand in _demands
	some i in _granted
	licence := input.legal.licences[i]
	licence.type == demand.type
	licence.jurisdiction == demand.country
	object.get(licence, "service", input.scope.service) == input.scope.service
}

_granted contains i if {
	some i, licence in input.legal.licences
	object.get(licence, "status", "valid") != "applied_for"
}

_open_ended contains i if {
	some i, licence in input.legal.licences
	data.params.licences.permit_types[licence.type].open_ended
}

_in_force contains i if {
	some i in _granted
	licence := input.legal.licences[i]
	licence.status == "valid"
	licence.issued <= dates.as_of
	licence.holder in _performers(licence.jurisdiction)
	_lasting[i]
}

_lasting contains i if {
	some i, licence in input.legal.licences
	licence.expires >= dates.as_of
}

_lasting contains i if {
	some i in _open_ended
	not input.legal.licences[i].expires
}

# A licence whose place another one has taken today.
_replaced contains i if {
	some i, old in input.legal.licences
	some j in _in_force
	_succeeds(input.legal.licences[j], old)
}

# A licence whose successor outlasts the time of warning, be it in force yet or not.
_renewed contains i if {
	some i, old in input.legal.licences
	some j, new in input.legal.licences
	new.status == "valid"
	_succeeds(new, old)
	_outlasts[j]
}

_outlasts contains j if {
	some j, licence in input.legal.licences
	licence.expires > data.context.ahead[data.params.thresholds.licence_renewal_warning]
}

_outlasts contains j if {
	some j in _open_ended
	not input.legal.licences[j].expires
}

_succeeds(new, old) if {
	new.type == old.type
	new.jurisdiction == old.jurisdiction
	new.holder == old.holder
	object.get(new, "service", "") in {"", object.get(old, "service", input.scope.service)}
}

_performers(country) := {"vendor"} | {party.id |
	some party in input.subcontracting.parties
	some place in party.countries
	place == country
}
