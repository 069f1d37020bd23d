# METADATA
# title: International transfers have a valid Chapter V mechanism
# description: >
#   Most outsourcing hubs are not adequate, and access from abroad is a transfer. Each country outside the data
#   subjects' legal area in which the vendor, its remote staff, its support or any sub-processor works is adequate on
#   the day, with the conditions of the decision met, or has a transfer with an accepted mechanism, the module that
#   fits the roles, a signature, and an impact assessment that is recent and not negative. Derogations do not carry
#   repeated transfers. The same is asked under UK law for UK data subjects.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2016/679/oj
#     description: GDPR Chapter V (Art. 44 to 49), 28(3)(a)
#   - ref: https://eur-lex.europa.eu/eli/dec_impl/2021/914/oj
#     description: Standard contractual clauses for transfers
# custom:
#   id: DP-03
#   severity: critical
#   owner: dpo@client.example
#   effective_on: "2026-01-01"
#   profiles: [starter, gdpr, full]
#   frameworks:
#     GDPR: ["44", "45", "46(2)(b)", "46(2)(c)", "47", "49", "28(3)(a)"]
#     EU 2021/914: [Annex]
#     DORA: ["30(2)(b)"]
#     EBA/GL/2019/02: ["13.2"]
#     ISO 27001: [A.5.14, A.5.34]
#     CSA CCM: [DSP-10, DSP-19]
#   remediation: >-
#     Sign the right SCC module and a transfer impact assessment, or move the processing, or mask the data before it
#     leaves.
#   findings:
#     empty: A list of data subject regions, locations or countries is empty, so where the data goes cannot be judged.
#     no_mechanism: Personal data goes to a country and recipient that no adequacy decision and no declared transfer
#       covers, which is unlawful.
#     wrong_mechanism: The mechanism of the transfer is not one that the law accepts there, so it does not make the
#       transfer lawful.
#     derogation: The transfer rests on a derogation, which carries single cases but not the repeated transfers of
#       outsourcing.
#     wrong_module: The module of the clauses does not fit the roles of the parties, so they lack the duties that the
#       law asks for.
#     not_signed: The mechanism is signed only after the day of the check, so it does not bind the recipient yet.
#     tia_overdue: The transfer impact assessment is older than its review period, so law and practice may have
#       changed since.
#     tia_future: The transfer impact assessment is dated after the day of the check, so it has not been made yet.
#     tia_insufficient: The transfer impact assessment found the protection insufficient, so the data may not go there
#       as things are.
#     adequacy_condition: The adequacy decision holds only under conditions, which this recipient does not meet, so it
#       does not carry the transfer.
#     adequacy_ended: The transfer rests on an adequacy decision that is not in force on the day of the check, so it
#       needs another mechanism.
#   examples:
#     fail: |
#       scope:
#         data_subject_regions: [EEA]
#         locations: [{country: IN, site: Pune, activity: process}]
#     pass: |
#       scope:
#         data_subject_regions: [EEA]
#         locations: [{country: IN, site: Pune, activity: process}]
#       data_protection:
#         role: processor
#         transfers:
#           - {from: DE, to: IN, recipient: vendor, mechanism: scc_2021_914, module: 2, signed_on: 2025-12-15,
#              tia_on: 2026-04-02, tia_outcome: sufficient_with_measures}
package controls.data_protection.international_transfers

import data.lib.dates
import data.lib.fields
import data.lib.vendor

default applicable := false

applicable if {
	vendor.personal_data
	count(_abroad) > 0
}

# Where data goes is not told, so it may go abroad.
applicable if {
	vendor.personal_data
	count(_laws) > 0
	count(_whereabouts_missing) > 0
}

undetermined contains finding if some finding in _whereabouts_missing

undetermined contains finding if {
	some law, indexes in _told
	some i in indexes
	some finding in _holes(law, i)
}

deny contains finding if {
	some law, exposures in _abroad
	some exposure in exposures
	exposure.lane in _unserved[law]
	finding := object.union(exposure.place, _no_mechanism(law, exposure.lane.country, exposure.lane.recipient))
}

deny contains {
	"code": $"{_laws[fault.law].code}{fault.code}",
	"path": ["data_protection", "transfers", fault.index, fault.field],
	"msg": fault.msg,
	"fix": fault.fix,
} if {
	some fault in _faults
	fault.index in _told[fault.law]
}

# What must be told before anybody knows where the data goes.
_whereabouts_missing contains finding if {
	some finding in fields.missing(input, [], [
		["scope", "data"],
		["scope", "data_subject_regions"],
		["scope", "locations"],
		["access", "remote_work", "allowed"],
		["subcontracting", "position"],
	])
}

_whereabouts_missing contains finding if {
	some finding in fields.empty(input, [], [["scope", "data_subject_regions"], ["scope", "locations"]])
}

_whereabouts_missing contains finding if {
	some i, location in input.scope.locations
	some finding in fields.missing(location, ["scope", "locations", i], [["country"]])
}

_whereabouts_missing contains finding if {
	input.access.remote_work.allowed
	paths := [["access", "remote_work", "countries"]]
	some finding in (fields.missing(input, [], paths) | fields.empty(input, [], paths))
}

_whereabouts_missing contains finding if {
	input.subcontracting.position != "none"
	some finding in fields.missing(input, [], [["subcontracting", "parties"]])
}

_whereabouts_missing contains finding if {
	some i, party in input.subcontracting.parties
	prefix := ["subcontracting", "parties", i]
	some finding in (fields.missing(party, prefix, [["countries"]]) | fields.empty(party, prefix, [["countries"]]))
}

# The laws that guard the data subjects, by region; the EEA when no region is told.
_laws[region] := data.params.transfers.regimes[region] if some region in _regions

default _regions := {"EEA"}

_regions := declared if {
	declared := {region | some region in input.scope.data_subject_regions}
	count(declared) > 0
}

# Where the manifest says who works with the data in which country.
_exposures contains exposure if {
	some i, location in input.scope.locations
	exposure := {
		"lane": {"country": location.country, "recipient": object.get(location, "operated_by", "vendor")},
		"place": {"path": ["scope", "locations", i]},
	}
}

_exposures contains _listed(country, recipient, ["access", "remote_work", "countries"]) if {
	recipient := object.get(input.access.remote_work, "employed_by", "vendor")
	some country in input.access.remote_work.countries
}

_exposures contains _listed(country, "vendor", ["access", "support_countries"]) if {
	some country in input.access.support_countries
}

_exposures contains _listed(country, party.id, ["subcontracting", "parties", i, "countries"]) if {
	some i, party in input.subcontracting.parties
	some country in party.countries
}

_listed(country, recipient, path) := {
	"lane": {"country": country, "recipient": recipient},
	"place": {"path": path, "key": country},
}

_abroad[law] contains exposure if {
	some law, row in _laws
	some exposure in _exposures
	not _at_home(exposure, row)
}

_at_home(exposure, row) if exposure.lane.country in row.home

_at_home(exposure, row) if {
	"EEA" in row.home
	exposure.lane.country in data.params.countries.eea
}

_at_home(exposure, row) if {
	"EEA" in row.home
	exposure.lane.country in data.params.countries.eea_territories
}

# Each pair of country and recipient once, however many places it has.
_lanes[law] contains exposure.lane if {
	some law, exposures in _abroad
	some exposure in exposures
}

_cleared[law] contains lane if {
	some law, lanes in _lanes
	some lane in lanes
	_is_adequate(law, lane)
}

_cleared[law] contains lane if {
	some law, lanes in _lanes
	some lane in lanes
	some i in _considered(law, lane)
	i in _sound[law]
}

_uncleared[law] contains lane if {
	some law, lanes in _lanes
	some lane in (lanes - object.get(_cleared, law, set()))
}

_unserved[law] contains lane if {
	some law, lanes in _uncleared
	some lane in lanes
	count(_considered(law, lane)) == 0
}

# The transfers whose faults and holes are told.
_told[law] contains i if {
	some law, lanes in _uncleared
	some lane in lanes
	some i in _reported(law, lane)
}

_sound[law] contains i if {
	some law, row in _laws
	some i, transfer in _transfers
	transfer.mechanism in row.mechanisms
	count(_carrying_faults(transfer)) == 0
	count(_holes(law, i)) == 0
}

_is_adequate(law, lane) if {
	decision := _decisions[law][lane.country]
	count(_conditions(decision)) == 0
}

_is_adequate(law, lane) if {
	decision := _decisions[law][lane.country]
	some transfer in input.data_protection.transfers
	transfer.to == lane.country
	transfer.recipient == lane.recipient
	count(_unmet(decision, transfer)) == 0
}

# A decision stands under conditions, which the transfer to that country and recipient declares.
_conditions(decision) := array.concat(_flags(decision), decision.in_date)

_flags(decision) := array.concat(decision.requires, [name |
	some item in input.scope.data
	some name in object.get(decision, ["requires_for", object.get(item, "category", "")], [])
])

_unmet(decision, transfer) := {name |
	some name in _conditions(decision)
	some _ in ({name} - _met(decision, transfer))
}

_met(decision, transfer) := {name |
	some name in _flags(decision)
	transfer[name] == true
} | {name |
	some name in decision.in_date
	transfer[name] >= dates.as_of
}

# The adequacy decisions that are in force, by law and country, and those that are not.
_decisions[law] := decisions if {
	some law, regime in _laws
	decisions := {country: row |
		some country, row in data.params.adequacy[regime.adequacy]
		row.valid_from <= dates.as_of
		_last_day(row) >= dates.as_of
	}
}

_lapsed[law] := object.remove(data.params.adequacy[regime.adequacy], object.keys(_decisions[law])) if {
	some law, regime in _laws
}

_last_day(row) := "9999-12-31" if row.valid_until == null

_last_day(row) := row.valid_until if row.valid_until != null

# The transfers that speak of a lane, those left out whose mechanism serves another law that applies as well.
_considered(law, lane) := {i |
	some i, transfer in _transfers
	transfer.to == lane.country
	object.get(transfer, "recipient", lane.recipient) == lane.recipient
	some _ in ({transfer.mechanism} - _elsewhere[law])
}

_elsewhere[law] := others - {mechanism | some mechanism in regime.mechanisms} if {
	some law, regime in _laws
	others := {mechanism |
		some other, row in _laws
		other != law
		some mechanism in row.mechanisms
	}
}

# What stands in the way: of the transfers that could carry the data, or, when none could, of all.
_reported(law, lane) := able if {
	able := {i | some i in _considered(law, lane); _is_able(law, _transfers[i])}
	count(able) > 0
} else := _considered(law, lane)

_is_able(law, transfer) if transfer.mechanism in _laws[law].mechanisms

_is_able(law, transfer) if {
	_kind(transfer) == "adequacy"
	data.params.adequacy[_laws[law].adequacy][transfer.to]
}

_is_refused(row, transfer) if {
	some _ in ({transfer.mechanism} - {mechanism | some mechanism in row.mechanisms})
	_kind(transfer) != "adequacy"
}

_is_refused(row, transfer) if {
	_kind(transfer) == "adequacy"
	some _ in ({transfer.to} - object.keys(data.params.adequacy[row.adequacy]))
}

# The fields that a transfer lacks.
_holes(law, i) := fields.missing(_transfers[i], ["data_protection", "transfers", i], array.concat(
	[["recipient"]],
	[[name] | some name in array.concat(_needs(_transfers[i]), _asked(law, _transfers[i]))],
)) | _role_hole(_transfers[i])

_asked(law, transfer) := _conditions(_decisions[law][transfer.to]) if {
	_kind(transfer) == "adequacy"
} else := []

_role_hole(transfer) := fields.missing(input, [], [["data_protection", "role"]]) if {
	"module" in _needs(transfer)
} else := set()

# Each fault of a transfer under a law: the field, what is wrong and what to write.
_faults contains fault if {
	some law, row in _laws
	some i, transfer in _transfers
	transfer.mechanism in row.mechanisms
	some fault in {object.union(one, {"law": law, "index": i}) | some one in _carrying_faults(transfer)}
}

_faults contains {
	"law": law,
	"index": i,
	"code": _refusal(transfer),
	"field": "mechanism",
	"msg": $"{_title(transfer)} does not carry transfers to {transfer.to} under {row.law}",
	"fix": $"agree on {_mechanisms(law)}, or move the work",
} if {
	some law, row in _laws
	some i, transfer in _transfers
	_is_refused(row, transfer)
}

_faults contains {
	"law": law,
	"index": i,
	"code": "adequacy_ended",
	"field": "mechanism",
	"msg": $"the adequacy decision for {transfer.to} under {row.law} is in force {_term(decision)}, not on {dates.as_of}",
	"fix": $"agree on {_mechanisms(law)}, or move the work",
} if {
	some law, row in _laws
	some i, transfer in _transfers
	_kind(transfer) == "adequacy"
	decision := _lapsed[law][transfer.to]
}

_faults contains {
	"law": law,
	"index": i,
	"code": "adequacy_condition",
	"field": name,
	"msg": $"the adequacy decision for {transfer.to} asks for {name}, which is {value}",
	"fix": $"show that the recipient meets the condition, or agree on {_mechanisms(law)}",
} if {
	some law, _ in _laws
	some i, transfer in _transfers
	_kind(transfer) == "adequacy"
	some name in _unmet(_decisions[law][transfer.to], transfer)
	value := transfer[name]
}

_carrying_faults(transfer) := ({fault |
	"module" in _needs(transfer)
	expected := _module(transfer.recipient)
	transfer.module != expected
	fault := {
		"code": "wrong_module",
		"field": "module",
		"msg": $"module {transfer.module} does not fit the roles; a transfer to {transfer.recipient} takes module {expected}",
		"fix": $"sign module {expected} and write `module: {expected}`",
	}
} | {fault |
	"signed_on" in _needs(transfer)
	dates.future(transfer.signed_on)
	fault := {
		"code": "not_signed",
		"field": "signed_on",
		"msg": $"the mechanism is signed on {transfer.signed_on} only, after {dates.as_of}",
		"fix": "stop the transfer until it is signed",
	}
}) | {fault |
	"tia_on" in _needs(transfer)
	some fault in _assessment_faults(transfer)
}

_assessment_faults(transfer) := ({fault |
	period := object.get(data.params.thresholds, "tia_review", "no time")
	dates.overdue(transfer.tia_on, period)
	fault := {
		"code": "tia_overdue",
		"field": "tia_on",
		"msg": $"the transfer impact assessment of {transfer.tia_on} is older than {period}",
		"fix": "repeat the assessment and write its date",
	}
} | {fault |
	dates.future(transfer.tia_on)
	fault := {
		"code": "tia_future",
		"field": "tia_on",
		"msg": $"the transfer impact assessment is dated {transfer.tia_on}, after {dates.as_of}",
		"fix": "write the date of an assessment that has been made",
	}
}) | {fault |
	transfer.tia_outcome == "insufficient"
	fault := {
		"code": "tia_insufficient",
		"field": "tia_outcome",
		"msg": $"the transfer impact assessment found the protection in {transfer.to} insufficient",
		"fix": "add measures that close the gap and assess again, or stop the transfer",
	}
}

_transfers := object.get(input, ["data_protection", "transfers"], [])

_mechanism(transfer) := object.get(data.params.transfers.mechanisms, transfer.mechanism, {})

_kind(transfer) := object.get(_mechanism(transfer), "kind", "")

# A mechanism of which the parameters do not tell what it needs needs everything.
_needs(transfer) := object.get(_mechanism(transfer), "needs", ["module", "signed_on", "tia_on", "tia_outcome"])

_title(transfer) := object.get(_mechanism(transfer), "title", transfer.mechanism)

_refusal(transfer) := "derogation" if {
	_kind(transfer) == "derogation"
} else := "wrong_mechanism"

# A role that the parameters do not know fits no module.
_module(recipient) := object.get(data.params.transfers.module_by_role, input.data_protection.role, 0) if {
	recipient == "vendor"
} else := object.get(data.params.transfers.module_onward, input.data_protection.role, 0)

_mechanisms(law) := concat(" or ", sort(_laws[law].mechanisms))

_no_mechanism(law, country, recipient) := {
	"code": $"{_laws[law].code}no_mechanism",
	"msg": $"personal data goes to {recipient} in {country} without a mechanism under {_because(law, country)}",
	"fix": $"add a transfer to {country} with recipient {recipient} by {_mechanisms(law)}, or move the work",
}

_because(law, country) := $"{_laws[law].law}{_hint(law, country)}"

# Why an adequacy decision that exists does not help.
_hint(law, country) := $" (the adequacy decision is in force {_term(decision)} only)" if {
	decision := _lapsed[law][country]
} else := $" (the adequacy decision asks for a transfer that shows {names})" if {
	decision := _decisions[law][country]
	names := concat(", ", sort({name | some name in _conditions(decision)}))
} else := ""

_term(decision) := $"from {decision.valid_from}" if {
	decision.valid_until == null
} else := $"from {decision.valid_from} to {decision.valid_until}"
