# METADATA
# title: Facts about the vendor that many controls share
# description: Effective tier, lifecycle and kinds of data. What cannot be known takes the stricter value.
package lib.vendor

import data.lib.fields

# METADATA
# scope: document
# description: The effective tier, the higher of the declared tier and the floor; critical when either is unknown.
default tier := "critical"

tier := input.scope.risk_tier if _rank[input.scope.risk_tier] >= _rank[tier_floor]

tier := tier_floor if _rank[input.scope.risk_tier] < _rank[tier_floor]

# METADATA
# scope: document
# description: True when the effective tier is `name` or above.
tier_at_least(name) if _rank[tier] >= _rank[name]

# METADATA
# scope: document
# description: >
#   The lowest tier that the data, the function and the volume allow. A field that is missing counts as the worst it
#   could hold, so that leaving it out never lowers a requirement.
default tier_floor := "critical"

tier_floor := data.params.tiers.order[rank] if {
	count(_floor_holes) == 0
	rank := max({_rank_of(known_tier_floor)} | {_rank_of(name) | some name in _worst_volume})
}

# METADATA
# scope: document
# description: The floor that follows from what is declared, holes left aside.
known_tier_floor := data.params.tiers.order[max({0} | {_rank_of(reason.tier) | some reason in floor_reasons})]

# METADATA
# scope: document
# description: What the floor depends on and the manifest does not tell, as findings.
floor_missing contains finding if some finding in _floor_holes

floor_missing contains finding if {
	some i, item in input.scope.data
	_item_category(item).personal
	some finding in fields.missing(item, ["scope", "data", i], [["subjects_estimate"]])
}

# METADATA
# scope: document
# description: Every reason for a floor, as the tier and what causes it in words.
floor_reasons contains {"tier": _category_floor(item), "cause": $"data category {name}"} if {
	some item in input.scope.data
	name := object.get(item, "category", "unknown")
}

floor_reasons contains {"tier": least, "cause": $"function {input.scope.function}"} if {
	least := object.get(data.params.tiers.function_floor, input.scope.function, "critical")
}

floor_reasons contains {"tier": "critical", "cause": $"critical or important function under {regime}"} if {
	input.scope.function == "critical_or_important"
	some regime in input.scope.regimes
	regime in data.params.tiers.critical_function_regimes
}

floor_reasons contains {"tier": name, "cause": $"{_subjects} data subjects"} if {
	some name, least in data.params.thresholds.tier_floor.subjects
	_subjects >= least
}

floor_reasons contains {"tier": "critical", "cause": $"{_sensitive_subjects} subjects of sensitive data"} if {
	_sensitive_subjects >= data.params.data_categories.volume_critical_subjects
}

# METADATA
# scope: document
# description: What the parameters say of a data category; an unknown one is treated as the most sensitive.
category(name) := object.get(data.params.data_categories.categories, name, _unknown_category)

_unknown_category := {
	"personal": true,
	"special": true,
	"confidential": true,
	"strong_key": true,
	"volume_critical": true,
	"tier_floor": "critical",
}

# METADATA
# scope: document
# description: True when the vendor gets personal data, or when what it gets is unknown.
personal_data if not fields.present(input, ["scope", "data"])

personal_data if {
	some item in input.scope.data
	_item_category(item).personal
}

# METADATA
# scope: document
# description: True when the vendor gets anything but public data, or when what it gets is unknown.
non_public_data if not fields.present(input, ["scope", "data"])

non_public_data if {
	some item in input.scope.data
	object.get(item, "category", "unknown") != "public"
}

# METADATA
# scope: document
# description: >
#   ended when declared so and the contract, begun before, has ended; prospective when declared so, the contract begins
#   later and nothing shows that the vendor is at work; else active. Neither the label nor a date alone frees a vendor
#   from its duties.
default lifecycle := "active"

lifecycle := "ended" if {
	input.metadata.lifecycle == "ended"
	input.contract.ended_on <= data.context.as_of
	count(_begun_after_the_end) == 0
}

lifecycle := "prospective" if {
	input.metadata.lifecycle == "prospective"
	input.contract.effective > data.context.as_of
	count(signs_of_work) == 0
}

# METADATA
# scope: document
# description: Every fact of the manifest, in words, that a vendor with which nothing has begun cannot have.
signs_of_work contains $"{concat(".", path)} is {day}" if {
	some path in [
		["contract", "signed_on"],
		["contract", "effective"],
		["contract", "ended_on"],
		["scope", "live_since"],
		["scope", "first_access_on"],
		["data_protection", "processing_start"],
	]
	day := object.get(input, path, "9999-12-31")
	day <= data.context.as_of
}

signs_of_work contains $"the party {party.id} works since {party.starts_on}" if {
	some party in input.subcontracting.parties
	party.starts_on <= data.context.as_of
}

signs_of_work contains $"the service level {level.metric} has been measured" if {
	some level in input.service_levels
	count(level.measurements) > 0
}

_begun_after_the_end contains name if {
	some name in ["effective", "signed_on"]
	input.contract[name] > input.contract.ended_on
}

_rank := data.params.tiers.rank

# A tier that the parameters do not know weighs most.
_rank_of(name) := object.get(_rank, name, _highest_rank)

_highest_rank := max({rank | some rank in _rank})

_item_category(item) := category(object.get(item, "category", "unknown"))

_category_floor(item) := _item_category(item).masked_floor if {
	item.masking in {"pseudonymised", "tokenised", "masked"}
} else := _item_category(item).tier_floor

_subjects := sum([item.subjects_estimate | some item in input.scope.data])

_sensitive_subjects := sum([item.subjects_estimate |
	some item in input.scope.data
	_item_category(item).volume_critical
])

_floor_holes := fields.missing(input, [], [["scope", "data"], ["scope", "function"]]) | _regime_holes

# Regimes raise the floor of a critical or important function only.
_regime_holes contains finding if {
	input.scope.function == "critical_or_important"
	some finding in fields.missing(input, [], [["scope", "regimes"]])
}

# A number of data subjects that is not given may reach every step.
_worst_volume contains name if {
	_uncounted
	some name, _ in data.params.thresholds.tier_floor.subjects
}

_worst_volume contains "critical" if {
	some item in input.scope.data
	not fields.present(item, ["subjects_estimate"])
	_item_category(item).volume_critical
}

_uncounted if {
	some item in input.scope.data
	not fields.present(item, ["subjects_estimate"])
	_item_category(item).personal
}
