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

import data.lib.organisation

# METADATA
# scope: document
# description: One for each place in a manifest that depends on what holds more than the limit.
deny contains {
	"vendor": vendor,
	"code": "group_share",
	"path": ["metadata", "group_lei"],
	"msg": msg,
	"fix": _fix.group,
} if {
	some key, msg in _crowds.limit_pct.group
	some i in _users.group[key]
	vendor := _vendor(input.manifests[i])
}

deny contains {
	"vendor": vendor,
	"code": "subprocessor_share",
	"path": ["subcontracting", "parties", j],
	"msg": msg,
	"fix": _fix.subprocessor,
} if {
	some key, msg in _crowds.limit_pct.subprocessor
	some i in _users.subprocessor[key]
	vendor := _vendor(input.manifests[i])
	some j, party in input.manifests[i].subcontracting.parties
	_party_key(party) == key
}

deny contains {
	"vendor": vendor,
	"code": "country_share",
	"path": ["scope", "locations"],
	"key": country,
	"msg": msg,
	"fix": _fix.country,
} if {
	some country, msg in _crowds.limit_pct.country
	some i in _users.country[country]
	vendor := _vendor(input.manifests[i])
}

# METADATA
# scope: document
# description: One for each place in a manifest that depends on what holds more than the share of warning.
warn contains {
	"vendor": vendor,
	"code": "group_share_near",
	"path": ["metadata", "group_lei"],
	"msg": msg,
	"fix": _fix.group,
} if {
	some key, msg in _crowds.warn_pct.group
	some i in _users.group[key]
	vendor := _vendor(input.manifests[i])
}

warn contains {
	"vendor": vendor,
	"code": "subprocessor_share_near",
	"path": ["subcontracting", "parties", j],
	"msg": msg,
	"fix": _fix.subprocessor,
} if {
	some key, msg in _crowds.warn_pct.subprocessor
	some i in _users.subprocessor[key]
	vendor := _vendor(input.manifests[i])
	some j, party in input.manifests[i].subcontracting.parties
	_party_key(party) == key
}

warn contains {
	"vendor": vendor,
	"code": "country_share_near",
	"path": ["scope", "locations"],
	"key": country,
	"msg": msg,
	"fix": _fix.country,
} if {
	some country, msg in _crowds.warn_pct.country
	some i in _users.country[country]
	vendor := _vendor(input.manifests[i])
}

# METADATA
# scope: document
# description: What a manifest does not tell and the shares depend on.
undetermined contains _hole(manifest, ["metadata", "legal_name"]) if {
	_judged
	some manifest in input.manifests
	_counts(manifest)
	not manifest.metadata.legal_name
}

undetermined contains _hole(manifest, ["scope", "function"]) if {
	_judged
	some manifest in input.manifests
	_counts(manifest)
	not manifest.scope.function
}

undetermined contains _hole(manifest, ["scope", "locations"]) if {
	_judged
	some manifest in input.manifests
	_counts(manifest)
	not _placed(manifest)
}

undetermined contains _hole(manifest, ["scope", "locations", j, "country"]) if {
	_judged
	some manifest in input.manifests
	_counts(manifest)
	some j, place in manifest.scope.locations
	not place.country
}

undetermined contains _hole(manifest, ["subcontracting", "parties"]) if {
	_judged
	some manifest in input.manifests
	_counts(manifest)
	not _chained(manifest)
}

undetermined contains _hole(manifest, ["subcontracting", "parties", j, "legal_name"]) if {
	_judged
	some manifest in input.manifests
	_counts(manifest)
	some j, party in manifest.subcontracting.parties
	not _party_key(party)
}

# METADATA
# scope: document
# description: >
#   Every share of at least one percent, the largest first; `judged` tells whether there are functions enough to find
#   fault. The level of a row is `limit_pct` or `warn_pct` when it lies above that, `exempt` for a country that may hold
#   any share, else `within`. `vendors` is a set: its order means nothing.
overview := {
	"functions": _total,
	"judged": _judged,
	"groups": _ranked("group"),
	"subprocessors": _ranked("subprocessor"),
	"countries": _ranked("country"),
}

default _judged := false

_judged if _total >= object.get(data.params.concentration, "least_functions", 0)

_total := count(_functions)

# The manifests that count, by their place in the list: what does not say that it does not count does.
_functions contains i if {
	some i, manifest in input.manifests
	_counts(manifest)
}

_counts(manifest) if {
	not _idle(manifest)
	not _supporting(manifest)
}

_idle(manifest) if manifest.derived.lifecycle in {"prospective", "ended"}

_supporting(manifest) if manifest.scope.function == "supporting"

_placed(manifest) if count(manifest.scope.locations) > 0

# A vendor that passes nothing on needs no list of parties.
_chained(manifest) if manifest.subcontracting.position == "none"

_chained(manifest) if manifest.subcontracting.parties

# By level and kind, what is said of everything that holds too much.
_crowds[row.level][what][key] := msg if {
	some what, rows in _rows
	some key, row in rows
	row.level in {"limit_pct", "warn_pct"}
	msg := concat("", [
		$"{row.functions} of the client's {_total} critical or important functions depend on the {_title[what]} ",
		$"{row.name}; {_bound[row.level]} {_shares[what][row.level]} %",
	])
}

_bound := {"limit_pct": "the limit is", "warn_pct": "the warning begins above"}

_title := {"group": "group", "subprocessor": "sub-processor", "country": "country"}

_fix[what] := $"move some of the functions to another {title}, or have the board accept the risk by a waiver" if {
	some what, title in _title
}

# Complete rules such as this one, _rows, _called and _known are built once. OPA would look into a partial rule anew
# each time.
_users := {"group": _members, "subprocessor": _clients, "country": _sites}

_rows := object.filter(_measured, object.keys(_title))

_measured[what][key] := row if {
	some what, users in _users
	some key, members in users
	functions := count(members)
	row := {
		"key": key,
		"name": _name(what, key, members),
		"functions": functions,
		"share_pct": round((functions * 100) / _total),
		"level": _level(what, key, functions),
	}
}

_level(what, key, functions) := "exempt" if {
	what == "country"
	key in data.params.concentration.exempt_countries
} else := level if {
	level := _height(functions, _bars[what])
} else := "within"

_height(functions, bars) := "limit_pct" if {
	functions * 100 > bars.limit_pct
} else := "warn_pct" if {
	functions * 100 > bars.warn_pct
}

# The shares as multiples of the number of functions, so that nothing is rounded; none where too few are there.
_bars[what][level] := share * _total if {
	_judged
	some what, shares in _shares
	some level, share in shares
}

# A limit that is not given allows nothing.
_shares[what][level] := object.get(data.params.concentration, ["limits", what, level], 0) if {
	some what, _ in _title
	some level, _ in _bound
}

# WebAssembly sorts in quadratic time: few rows, small pairs instead of rows, and never the vendors.
_ranked(what) := [row |
	some pair in sort({[0 - row.functions, key] |
		some key, row in _rows[what]
		row.functions * 100 >= _total
	})
	vendors := {_vendor(input.manifests[i]) | some i in _users[what][pair[1]]}
	row := object.union(_rows[what][pair[1]], {"vendors": vendors})
]

# Which functions depend on each group, sub-processor and country: gathered in one pass each.
_members[key] contains i if {
	some i in _functions
	key := _group_key(input.manifests[i])
}

_clients[key] contains i if {
	some i in _functions
	some party in input.manifests[i].subcontracting.parties
	key := _party_key(party)
}

_sites[place.country] contains i if {
	some i in _functions
	some place in input.manifests[i].scope.locations
}

_name("group", key, members) := min(_group_names(key, members))

_name("subprocessor", key, _) := min(_called.subprocessor[key])

_name("country", key, _) := key

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

_called := {"subprocessor": _given_names}

_given_names[key] contains object.get(party, "legal_name", key) if {
	some i in _functions
	some party in input.manifests[i].subcontracting.parties
	key := _party_key(party)
}

# A parent that names a parent of its own is not the ultimate one.
_group_key(manifest) := key if {
	key := min(_known.parents[_nearest(manifest)])
} else := _nearest(manifest)

# Of the parents that a company's manifests name, one, so that they cannot be told apart by naming different ones.
_nearest(manifest) := key if {
	key := min(_known.parents[manifest.metadata.lei])
} else := key if {
	key := manifest.metadata.group_lei
} else := key if {
	key := manifest.metadata.lei
} else := key if {
	key := min(_known.parents[_name_of(manifest)])
} else := key if {
	key := min(_known.identifiers[_name_of(manifest)])
} else := key if {
	key := _name_of(manifest)
} else := _vendor(manifest)

_name_of(manifest) := organisation.plain_name(manifest.metadata.legal_name)

_party_key(party) := key if {
	key := party.lei
} else := key if {
	key := min(_known.identifiers[organisation.plain_name(party.legal_name)])
} else := organisation.plain_name(party.legal_name)

_known := {"parents": _given_parents, "identifiers": _given_identifiers}

# The parents that are named anywhere, by identifier and by name of the company.
_given_parents[manifest.metadata.lei] contains manifest.metadata.group_lei if some manifest in input.manifests

_given_parents[_name_of(manifest)] contains manifest.metadata.group_lei if {
	some manifest in input.manifests
}

# The identifiers that are given anywhere, by name of the company.
_given_identifiers[_name_of(manifest)] contains manifest.metadata.lei if {
	some manifest in input.manifests
}

_given_identifiers[organisation.plain_name(party.legal_name)] contains lei if {
	some manifest in input.manifests
	some party in manifest.subcontracting.parties
	lei := party.lei
}

_hole(manifest, path) := {
	"vendor": _vendor(manifest),
	"code": "missing",
	"path": path,
	"msg": $"`{name}` is missing, so the shares of the portfolio cannot be judged",
	"fix": $"add `{name}`",
} if {
	name := concat(".", [key | some key in path; is_string(key)])
}

_vendor(manifest) := object.get(manifest, ["metadata", "id"], "")
