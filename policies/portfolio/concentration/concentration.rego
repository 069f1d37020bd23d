# METADATA
# title: Concentration over all vendors
# description: >
#   What each vendor shows alone is harmless can bring the client down together. Of the client's critical or important
#   functions, one for each active vendor's manifest, no more than a share depends on one group of companies, on one
#   sub-processor at any depth, or on one country. Whoever names no identifier here and one elsewhere is the same.
# custom:
#   extends: FV-02
#   blocks: [metadata, scope, subcontracting]
#   owner: compliance@client.example
#   findings:
#     group_share: More of the client's critical or important functions than allowed depend on one group of companies.
#     group_share_near: A large share of the client's critical or important functions depends on one group of
#       companies, close to the limit.
#     subprocessor_share: More of the client's critical or important functions than allowed depend on one sub-processor.
#     subprocessor_share_near: A large share of the client's critical or important functions depends on one
#       sub-processor, close to the limit.
#     country_share: More of the client's critical or important functions than allowed depend on one country.
#     country_share_near: A large share of the client's critical or important functions depends on one country, close
#       to the limit.
package portfolio.concentration

import data.lib.fields
import data.lib.organisation

# METADATA
# scope: document
# description: One for each place in a manifest that depends on what holds more than the limit.
deny contains _finding(place, "", "limit_pct", "at most") if {
	some place in _places
	place.level == "limit_pct"
}

# METADATA
# scope: document
# description: One for each place in a manifest that depends on what holds more than the share of warning.
warn contains _finding(place, "_near", "warn_pct", "the warning begins above") if {
	some place in _places
	place.level == "warn_pct"
}

# METADATA
# scope: document
# description: What a manifest does not tell and the shares depend on.
undetermined contains object.union(hole, {"vendor": _vendor(manifest)}) if {
	_measured
	some i in _functions
	manifest := input.manifests[i]
	some hole in _holes(manifest)
}

# METADATA
# scope: document
# description: Every share, the largest first; `judged` tells whether there are functions enough to find fault.
overview := {
	"functions": _total,
	"judged": _judged,
	"groups": _ranked(_groups),
	"subprocessors": _ranked(_subprocessors),
	"countries": _ranked(_countries),
}

default _judged := false

_judged if _measured

_measured if _total >= object.get(data.params.concentration, "least_functions", 0)

_total := count(_functions)

# The manifests that count, by their place in the list: what does not say that it does not count does.
_functions contains i if {
	some i, manifest in input.manifests
	not _idle(manifest)
	not _supporting(manifest)
}

_idle(manifest) if manifest.derived.lifecycle in {"prospective", "ended"}

_supporting(manifest) if manifest.scope.function == "supporting"

_holes(manifest) := fields.missing(manifest, [], [
	["metadata", "id"],
	["metadata", "legal_name"],
	["scope", "function"],
	["scope", "locations"],
]) | (_party_holes(manifest) | _member_holes(manifest))

# A vendor that passes nothing on needs no list of parties.
_party_holes(manifest) := set() if {
	manifest.subcontracting.position == "none"
} else := fields.missing(manifest, [], [["subcontracting", "parties"]])

_member_holes(manifest) := {hole |
	some i, place in manifest.scope.locations
	not place.country
	some hole in fields.missing(place, ["scope", "locations", i], [["country"]])
} | {hole |
	some i, party in manifest.subcontracting.parties
	not _party_key(party)
	some hole in fields.missing(party, ["subcontracting", "parties", i], [["legal_name"]])
}

_places contains object.union(_place("group", manifest, row), {"path": ["metadata", "group_lei"]}) if {
	_measured
	some i in _functions
	manifest := input.manifests[i]
	row := _groups[_group_key(manifest)]
	row.level in {"limit_pct", "warn_pct"}
}

_places contains object.union(
	_place("subprocessor", manifest, row),
	{"path": ["subcontracting", "parties", j]},
) if {
	_measured
	some i in _functions
	manifest := input.manifests[i]
	some j, party in manifest.subcontracting.parties
	row := _subprocessors[_party_key(party)]
	row.level in {"limit_pct", "warn_pct"}
}

_places contains object.union(
	_place("country", manifest, row),
	{"path": ["scope", "locations"], "key": place.country},
) if {
	_measured
	some i in _functions
	manifest := input.manifests[i]
	some place in manifest.scope.locations
	row := _countries[place.country]
	row.level in {"limit_pct", "warn_pct"}
}

_place(what, manifest, row) := {
	"what": what,
	"vendor": _vendor(manifest),
	"name": row.name,
	"functions": row.functions,
	"level": row.level,
}

_finding(place, ending, level, bound) := object.union(
	object.filter(place, ["vendor", "path", "key"]),
	{
		"code": $"{place.what}_share{ending}",
		"msg": concat("", [
			$"{place.functions} of the client's {_total} critical or important functions depend on the ",
			$"{_title[place.what]} {place.name}; {bound} {_share(place.what, level)} %",
		]),
		"fix": $"find a second {_title[place.what]} for some of them, or have the board accept the risk by a waiver",
	},
)

_title := {"group": "group", "subprocessor": "sub-processor", "country": "country"}

_groups := {key: row |
	some key, members in _members
	row := _row("group", key, members, min(_group_names(key, members)))
}

_subprocessors := {key: row |
	some key, members in _clients
	row := _row("subprocessor", key, members, min(_party_names[key]))
}

_countries := {code: row |
	some code, members in _sites
	row := _country_row(code, _row("country", code, members, code))
}

_country_row(code, row) := object.union(row, {"level": "exempt"}) if {
	code in data.params.concentration.exempt_countries
} else := row

_row(what, key, members, name) := {
	"key": key,
	"name": name,
	"functions": count(members),
	"share_pct": round((count(members) * 100) / _total),
	"vendors": sort({_vendor(input.manifests[i]) | some i in members}),
	"level": _level(what, count(members)),
}

_level(what, functions) := "limit_pct" if {
	functions * 100 > _share(what, "limit_pct") * _total
} else := "warn_pct" if {
	functions * 100 > _share(what, "warn_pct") * _total
} else := "within"

_share(what, level) := object.get(data.params.concentration, ["limits", what, level], 0)

# Sorting pairs instead of rows spares the comparison of whole rows.
_ranked(rows) := [rows[pair[1]] | some pair in sort({[0 - row.functions, key] | some key, row in rows})]

# Which functions depend on each group, sub-processor and country: gathered in one pass each.
_members[_group_key(input.manifests[i])] contains i if some i in _functions

_clients[key] contains i if {
	some i in _functions
	some party in input.manifests[i].subcontracting.parties
	key := _party_key(party)
}

_sites[place.country] contains i if {
	some i in _functions
	some place in input.manifests[i].scope.locations
}

_party_names[key] contains object.get(party, "legal_name", key) if {
	some i in _functions
	some party in input.manifests[i].subcontracting.parties
	key := _party_key(party)
}

# The parent's own name where the parent is a vendor too.
_group_names(key, members) := names if {
	names := {input.manifests[i].metadata.legal_name |
		some i in members
		input.manifests[i].metadata.lei == key
	}
	count(names) > 0
} else := {object.get(input.manifests[i], ["metadata", "legal_name"], _vendor(input.manifests[i])) |
	some i in members
}

_group_key(manifest) := key if {
	key := manifest.metadata.group_lei
} else := key if {
	key := min(_parents[manifest.metadata.lei])
} else := key if {
	key := manifest.metadata.lei
} else := key if {
	key := min(_parents[_name_of(manifest)])
} else := key if {
	key := min(_identifiers[_name_of(manifest)])
} else := key if {
	key := _name_of(manifest)
} else := _vendor(manifest)

_name_of(manifest) := organisation.plain_name(manifest.metadata.legal_name)

_party_key(party) := key if {
	key := party.lei
} else := key if {
	key := min(_identifiers[organisation.plain_name(party.legal_name)])
} else := organisation.plain_name(party.legal_name)

# The parents that are named anywhere, by identifier and by name of the company.
_parents[manifest.metadata.lei] contains manifest.metadata.group_lei if some manifest in input.manifests

_parents[_name_of(manifest)] contains manifest.metadata.group_lei if {
	some manifest in input.manifests
}

# The identifiers that are given anywhere, by name of the company.
_identifiers[_name_of(manifest)] contains manifest.metadata.lei if {
	some manifest in input.manifests
}

_identifiers[organisation.plain_name(party.legal_name)] contains party.lei if {
	some manifest in input.manifests
	some party in manifest.subcontracting.parties
}

_vendor(manifest) := object.get(manifest, ["metadata", "id"], "")
