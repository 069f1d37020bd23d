# METADATA
# title: Home and remote working safeguards
# description: >
#   A living room is a processing site. Where staff or home workers work outside an office, every safeguard that the
#   tier asks for is in force, the countries are cleared for transfers of personal data (DP-03), none of that work is
#   done on card data or special categories, and staff have acknowledged the rules within a year.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2016/679/oj
#     description: GDPR Art. 32(1)(b), 32(4)
#   - ref: https://doi.org/10.6028/NIST.SP.800-53r5
#     description: NIST SP 800-53, AC-17, PE-17
# custom:
#   id: LA-03
#   severity: high
#   owner: ciso@client.example
#   effective_on: "2026-01-01"
#   profiles: [gdpr, pci, full]
#   frameworks:
#     GDPR: ["32(1)(b)", "32(4)"]
#     ISO 27001: [A.6.7, A.7.9, A.8.1]
#     NIST 800-53: [AC-17, PE-17]
#     CSA CCM: [HRS-04]
#     PCI DSS: ["12.6"]
#   remediation: Move agents to a virtual desktop or an office, or take the data class out of remote scope.
#   findings:
#     empty: Remote work is allowed and no country is listed, so where it is done cannot be judged.
#     not_allowed: Work is done remotely though it is called forbidden, so one of the two is not true.
#     missing_safeguard: A safeguard that the tier asks for at home is not in force, so the data is less safe there
#       than in an office.
#     home_country: Staff work at home in a country to which personal data may not go as things are.
#     home_country_unknown: Whether personal data may go to a country in which staff work at home cannot be judged.
#     sensitive_at_home: Card data or special categories of data are worked on at home, where nobody can see who looks
#       on.
#     policy_overdue: Staff have not acknowledged the rules for remote work within the period, so nobody can hold them
#       to the rules.
#     policy_in_future: The rules for remote work are called acknowledged on a day still to come, so they are not yet.
#   examples:
#     fail: |
#       scope: {risk_tier: high}
#       access:
#         remote_work:
#           allowed: true
#           countries: [DE]
#           controls: [managed_device, mfa, vpn_or_ztna, disk_encryption, no_local_storage, no_print, private_room, dlp]
#           policy_acknowledged_on: 2026-09-14
#     pass: |
#       scope: {risk_tier: high}
#       access:
#         remote_work:
#           allowed: true
#           countries: [DE]
#           controls: [managed_device, mfa, vpn_or_ztna, disk_encryption, vdi, no_local_storage, no_print,
#             private_room, dlp]
#           policy_acknowledged_on: 2026-09-14
package controls.access.remote_work

import data.controls.data_protection.international_transfers
import data.lib.dates
import data.lib.fields
import data.lib.vendor

default applicable := false

applicable if _at_work

# What would tell whether anybody works at home is not told.
applicable if count(_unclear) > 0

undetermined contains finding if some finding in _unclear

undetermined contains finding if {
	_at_work
	some finding in fields.missing(input, [], [
		["scope", "data"],
		["access", "remote_work", "controls"],
		["access", "remote_work", "policy_acknowledged_on"],
	])
}

undetermined contains finding if {
	_vendor_at_home
	paths := [["access", "remote_work", "countries"]]
	some finding in (fields.missing(input, [], paths) | fields.empty(input, [], paths))
}

undetermined contains finding if {
	_at_work
	count(_sensitive) > 0
	some finding in fields.missing(input, [], [["access", "remote_work", "remote_share_pct"]])
}

undetermined contains finding if {
	count(_sensitive) > 0
	some i in _home_workers
	some finding in fields.missing(input.subcontracting.parties[i], ["subcontracting", "parties", i], [["data"]])
}

undetermined contains finding if {
	some i in _home_workers
	party := input.subcontracting.parties[i]
	prefix := ["subcontracting", "parties", i]
	some finding in (fields.missing(party, prefix, [["countries"]]) | fields.empty(party, prefix, [["countries"]]))
}

undetermined contains {
	"code": "home_country_unknown",
	"path": home.path,
	"key": home.country,
	"msg": $"whether personal data may go to {home.recipient} in {home.country}, where staff work at home, is not told",
	"fix": $"complete the transfer to {home.country} under `data_protection.transfers`, see DP-03",
} if {
	international_transfers.applicable
	some home in _homes
	some finding in international_transfers.undetermined
	_concerns(finding.path, home)
}

deny contains {
	"code": "not_allowed",
	"path": ["access", "remote_work", "allowed"],
	"msg": $"remote work is called forbidden, and {share} percent of the work is done remotely",
	"fix": "write `allowed: true`, or end the remote work and write `remote_share_pct: 0`",
} if {
	input.access.remote_work.allowed == false
	share := input.access.remote_work.remote_share_pct
	share > 0
}

deny contains {
	"code": "missing_safeguard",
	"path": ["access", "remote_work", "controls"],
	"key": name,
	"msg": $"{name} is not in force at home, which tier {vendor.tier} asks for",
	"fix": $"put {name} in force, then add it to `controls`",
} if {
	_at_work
	fields.present(input, ["access", "remote_work", "controls"])
	some name in (_asked - {control | some control in input.access.remote_work.controls})
}

deny contains {
	"code": "home_country",
	"path": home.path,
	"key": home.country,
	"msg": $"{home.recipient} has staff at home in {home.country}, to which DP-03 lets no personal data go",
	"fix": $"mend what DP-03 says of {home.country}, or end home work there",
} if {
	international_transfers.applicable
	some home in _homes
	some finding in international_transfers.deny
	_speaks_of(finding, home)
}

deny contains {
	"code": "sensitive_at_home",
	"path": ["access", "remote_work", "remote_share_pct"],
	"msg": $"{share} percent of the work is done at home, and the vendor gets {names}",
	"fix": "do this work in an office, then write `remote_share_pct: 0`",
} if {
	_at_work
	count(_sensitive) > 0
	names := concat(", ", sort(_sensitive))
	share := input.access.remote_work.remote_share_pct
	share > 0
}

# Whatever a home worker gets is worked on at home.
deny contains {
	"code": "sensitive_at_home",
	"path": ["subcontracting", "parties", i, "data"],
	"key": id,
	"msg": $"{party.id} works at home and gets {id}, data of category {item.category}",
	"fix": $"have {id} worked on in an office, or keep it from {party.id}",
} if {
	some i in _home_workers
	party := input.subcontracting.parties[i]
	some id in party.data
	some item in input.scope.data
	item.id == id
	item.category in _sensitive
}

deny contains {
	"code": "policy_overdue",
	"path": ["access", "remote_work", "policy_acknowledged_on"],
	"msg": $"the rules for remote work were last acknowledged on {date}, more than {period} ago",
	"fix": "have all remote staff acknowledge the rules, and write the day",
} if {
	_at_work
	period := object.get(data.params.thresholds, "remote_policy_acknowledgement", "no time")
	date := input.access.remote_work.policy_acknowledged_on
	dates.overdue(date, period)
}

deny contains {
	"code": "policy_in_future",
	"path": ["access", "remote_work", "policy_acknowledged_on"],
	"msg": $"the rules for remote work are called acknowledged on {date}, which is still to come",
	"fix": "write the day on which they were last acknowledged",
} if {
	_at_work
	date := input.access.remote_work.policy_acknowledged_on
	dates.future(date)
}

_at_work if _vendor_at_home

_at_work if count(_home_workers) > 0

_vendor_at_home if input.access.remote_work.allowed == true

# A share of the work tells more than a word about it.
_vendor_at_home if input.access.remote_work.remote_share_pct > 0

_home_workers contains i if {
	some i, party in input.subcontracting.parties
	party.kind == "home_worker"
}

_unclear contains finding if {
	some finding in fields.missing(input, [], [["access", "remote_work", "allowed"], ["subcontracting", "position"]])
}

_unclear contains finding if {
	input.subcontracting.position != "none"
	some finding in fields.missing(input, [], [["subcontracting", "parties"]])
}

_unclear contains finding if {
	some i, party in input.subcontracting.parties
	some finding in fields.missing(party, ["subcontracting", "parties", i], [["kind"]])
}

# The safeguards that the tier asks for; one that nobody has where the parameters do not tell.
_asked := {name |
	some name in object.get(data.params.thresholds, ["remote_controls", vendor.tier], ["remote_controls"])
}

# The kinds of data that nobody may work on at home.
_sensitive contains item.category if {
	some item in input.scope.data
	vendor.category(item.category).special
}

_sensitive contains item.category if {
	some item in input.scope.data
	item.category in object.get(data.params.thresholds, "remote_refused_categories", [item.category])
}

# Each country in which somebody works at home, who employs him, and where the manifest says so.
_homes contains {"country": country, "recipient": recipient, "path": ["access", "remote_work", "countries"]} if {
	_at_work
	recipient := object.get(input.access.remote_work, "employed_by", "vendor")
	some country in input.access.remote_work.countries
}

_homes contains {"country": country, "recipient": party.id, "path": ["subcontracting", "parties", i, "countries"]} if {
	some i in _home_workers
	party := input.subcontracting.parties[i]
	some country in party.countries
}

# What DP-03 says of a country stands at the country, or at the transfer that should carry the data there.
_speaks_of(finding, home) if {
	finding.path == home.path
	finding.key == home.country
}

_speaks_of(finding, home) if {
	some i in _transfers_to(home)
	array.slice(finding.path, 0, 3) == ["data_protection", "transfers", i]
}

_concerns(path, home) if {
	some i in _transfers_to(home)
	array.slice(path, 0, 3) == ["data_protection", "transfers", i]
}

_concerns(["data_protection", "role"], home) if count(_transfers_to(home)) > 0

_transfers_to(home) := {i |
	some i, transfer in input.data_protection.transfers
	transfer.to == home.country
	object.get(transfer, "recipient", home.recipient) == home.recipient
}
