package portfolio.concentration_test

import data.portfolio.concentration

test_an_even_portfolio_is_sound if {
	_faults == set() with input as _portfolio(_even)
	_warnings == set() with input as _portfolio(_even)
	_holes == set() with input as _portfolio(_even)
}

test_group_above_the_limit if {
	manifests := array.concat(
		[_vendor(id, {"metadata": {"group_lei": "G"}}) | some id in ["a", "b", "c"]],
		[_v("d"), _v("e")],
	)
	_faults == {
		["group_share", "a", ["metadata", "group_lei"], ""],
		["group_share", "b", ["metadata", "group_lei"], ""],
		["group_share", "c", ["metadata", "group_lei"], ""],
	} with input as _portfolio(manifests)
	_warnings == set() with input as _portfolio(manifests)
}

test_a_group_at_the_limit_is_warned_of if {
	manifests := [
		_vendor("a", {"metadata": {"group_lei": "G"}}),
		_vendor("b", {"metadata": {"group_lei": "G"}}),
		_v("c"),
		_v("d"),
	]
	_faults == set() with input as _portfolio(manifests)
	_warnings == {
		["group_share_near", "a", ["metadata", "group_lei"], ""],
		["group_share_near", "b", ["metadata", "group_lei"], ""],
	} with input as _portfolio(manifests)
}

test_the_share_of_warning_itself_is_sound if {
	manifests := array.concat(
		[_vendor(id, {"metadata": {"group_lei": "G"}}) | some id in ["a", "b", "c"]],
		[_v(id) | some id in ["d", "e", "f", "g", "h", "i", "j"]],
	)
	_warnings == set() with input as _portfolio(manifests)
	_warnings != set() with input as _portfolio(array.slice(manifests, 0, 9))
}

test_a_group_is_found_by_whatever_names_it if {
	every pair in [
		# The parent is a vendor itself.
		[{"lei": "G"}, {"lei": "B", "group_lei": "G"}],
		# One of two manifests of the same company leaves the parent out.
		[{"lei": "A"}, {"lei": "A", "group_lei": "G"}],
		# Two manifests of the same company name different parents.
		[{"lei": "A", "group_lei": "G"}, {"lei": "A", "group_lei": "H"}],
		# The parent has a parent itself.
		[{"lei": "A", "group_lei": "P"}, {"lei": "P", "group_lei": "G"}],
		# One of two manifests of the same company has a name only.
		[{"legal_name": "Alpha GmbH"}, {"legal_name": "ALPHA Gmbh.", "group_lei": "G"}],
		[{"legal_name": "Alpha GmbH"}, {"legal_name": "Alpha GmbH", "lei": "A"}],
		[{"legal_name": "Alpha GmbH"}, {"legal_name": "Alpha Gmbh"}],
	] {
		manifests := [_vendor("a", {"metadata": pair[0]}), _vendor("b", {"metadata": pair[1]}), _v("c"), _v("d")]
		_subjects == {"a", "b"} with input as _portfolio(manifests)
	}
}

test_vendors_without_any_name_are_apart if {
	manifests := [json.remove(_v(id), ["/metadata/legal_name"]) | some id in ["a", "b", "c", "d"]]
	_warnings == set() with input as _portfolio(manifests)
	_holes == {[id, ["metadata", "legal_name"]] | some id in ["a", "b", "c", "d"]} with input as _portfolio(manifests)
}

test_subprocessor_at_every_depth if {
	manifests := [
		_engaging("a", [{"id": "x", "legal_name": "Other AG"}, {"id": "p", "lei": "P", "engaged_by": "x"}]),
		_engaging("b", [{"id": "q", "lei": "P"}]),
		_engaging("c", [{"id": "p", "legal_name": "Host", "lei": "P"}]),
		_engaging("d", [{"id": "p", "legal_name": "HOST"}]),
		_v("e"),
	]
	_faults == {
		["subprocessor_share", "a", ["subcontracting", "parties", 1], ""],
		["subprocessor_share", "b", ["subcontracting", "parties", 0], ""],
		["subprocessor_share", "c", ["subcontracting", "parties", 0], ""],
		["subprocessor_share", "d", ["subcontracting", "parties", 0], ""],
	} with input as _portfolio(manifests)
}

test_a_subprocessor_counts_once_for_a_function if {
	manifests := [
		_engaging("a", [{"id": "p", "legal_name": "Host"}, {"id": "q", "legal_name": "Host"}]),
		_engaging("b", [{"id": "p", "legal_name": "Host"}]),
		_v("c"),
		_v("d"),
	]
	_faults == set() with input as _portfolio(manifests)
	_warnings == {
		["subprocessor_share_near", "a", ["subcontracting", "parties", 0], ""],
		["subprocessor_share_near", "a", ["subcontracting", "parties", 1], ""],
		["subprocessor_share_near", "b", ["subcontracting", "parties", 0], ""],
	} with input as _portfolio(manifests)
}

test_country_above_the_limit if {
	manifests := [_at("a", ["PH", "PT"]), _at("b", ["PH"]), _at("c", ["PH", "PH"]), _at("d", ["PL"]), _at("e", ["RS"])]
	_faults == set() with input as _portfolio(manifests)
	_warnings == {["country_share_near", id, ["scope", "locations"], "PH"] | some id in ["a", "b", "c"]}
		with input as _portfolio(manifests)
	_faults == {["country_share", id, ["scope", "locations"], "PH"] | some id in ["a", "b", "c"]}
		with input as _portfolio(array.slice(manifests, 0, 4))
}

test_the_country_of_the_client_may_hold_any_share if {
	manifests := [_at(id, ["DE"]) | some id in ["a", "b", "c", "d"]]
	_faults == set() with input as _portfolio(manifests)
	_subjects == {"a", "b", "c", "d"} with input as _portfolio(manifests)
		with data.params.concentration.exempt_countries as []
}

test_shares_of_few_functions_mean_nothing if {
	manifests := [json.remove(_vendor(id, {"metadata": {"group_lei": "G"}}), ["/scope/locations"]) |
		some id in ["a", "b", "c"]
	]
	_subjects == set() with input as _portfolio(manifests)
	_holes == set() with input as _portfolio(manifests)
	not concentration.overview.judged with input as _portfolio(manifests)
	[row.level | some row in concentration.overview.groups] == ["within"] with input as _portfolio(manifests)
}

test_vendors_that_do_not_count if {
	every patch in [
		{"derived": {"lifecycle": "ended"}},
		{"derived": {"lifecycle": "prospective"}},
		{"scope": {"function": "supporting"}},
	] {
		third := _vendor("c", object.union(patch, {"metadata": {"group_lei": "G"}}))
		concentration.overview.functions == 4 with input as _portfolio(_grouped(third))
		_subjects == {"a", "b"} with input as _portfolio(_grouped(third))
	}
}

test_what_does_not_say_that_it_does_not_count_does if {
	every path in ["/derived", "/derived/lifecycle", "/scope/function"] {
		third := json.remove(_vendor("c", {"metadata": {"group_lei": "G"}}), [path])
		_subjects == {"a", "b", "c"} with input as _portfolio(_grouped(third))
	}
}

test_what_is_not_told_is_undetermined if {
	every path in [
		["metadata", "legal_name"],
		["scope", "function"],
		["scope", "locations"],
		["subcontracting", "parties"],
	] {
		manifest := json.remove(_v("a"), [concat("", ["/", concat("/", path)])])
		_holes == {["a", path]} with input as _portfolio(_with(manifest))
	}
	_holes == {["a", ["scope", "locations"]]} with input as _portfolio(_with(_at("a", [])))
	_holes == {["a", ["scope", "locations", 0, "country"]]}
		with input as _portfolio(_with(_vendor("a", {"scope": {"locations": [{"site": "Cebu"}]}})))
	_holes == {["a", ["subcontracting", "parties", 0, "legal_name"]]}
		with input as _portfolio(_with(_engaging("a", [{"id": "p"}])))
}

test_a_hole_is_told_in_words if {
	concentration.undetermined == {{
		"vendor": "a",
		"code": "missing",
		"path": ["scope", "locations", 0, "country"],
		"msg": "`scope.locations.country` is missing, so the shares of the portfolio cannot be judged",
		"fix": "add `scope.locations.country`",
	}} with input as _portfolio(_with(_vendor("a", {"scope": {"locations": [{"site": "Cebu"}]}})))
}

test_who_passes_nothing_on_needs_no_parties if {
	manifest := json.remove(_vendor("a", {"subcontracting": {"position": "none"}}), ["/subcontracting/parties"])
	_holes == set() with input as _portfolio(_with(manifest))
}

test_a_vendor_without_id_is_found_too if {
	manifest := json.remove(_at("a", []), ["/metadata/id"])
	_holes == {["", ["scope", "locations"]]} with input as _portfolio(_with(manifest))
}

test_messages if {
	third := _vendor("c", {"metadata": {"group_lei": "G"}})
	concentration.deny == {{
		"vendor": id,
		"code": "group_share",
		"path": ["metadata", "group_lei"],
		"msg": $"3 of the client's 5 critical or important functions depend on the group a Ltd; the limit is 50 %",
		"fix": "move some of the functions to another group, or have the board accept the risk by a waiver",
	} |
		some id in ["a", "b", "c"]
	} with input as _portfolio(_grouped(third))
}

test_a_limit_that_is_not_given_allows_nothing if {
	found := concentration.deny with input as _portfolio(_even)
		with data.params.concentration as {"least_functions": 4, "exempt_countries": []}
	{finding.code | some finding in found} == {"group_share", "subprocessor_share", "country_share"}
}

test_overview if {
	concentration.overview == {
		"functions": 4,
		"judged": true,
		"groups": [
			{
				"key": "G",
				"name": "Parent SE",
				"functions": 2,
				"share_pct": 50,
				"level": "warn_pct",
				"vendors": {"a", "b"},
			},
			_row("cltd", "c Ltd", 1, {"c"}),
			_row("dltd", "d Ltd", 1, {"d"}),
		],
		"subprocessors": [_row("hostag", "Host AG", 1, {"c"})],
		"countries": [
			{
				"key": "DE",
				"name": "DE",
				"functions": 2,
				"share_pct": 50,
				"level": "exempt",
				"vendors": {"a", "b"},
			},
			_row("PH", "PH", 1, {"c"}),
			_row("PL", "PL", 1, {"d"}),
		],
	} with input as _portfolio([
		_vendor("a", {
			"metadata": {"legal_name": "Alpha Ltd", "group_lei": "G"},
			"scope": {"locations": [{"country": "DE"}]},
			"subcontracting": {"parties": []},
		}),
		_vendor("b", {
			"metadata": {"legal_name": "Parent SE", "lei": "G"},
			"scope": {"locations": [{"country": "DE"}]},
			"subcontracting": {"parties": []},
		}),
		_vendor("c", {
			"scope": {"locations": [{"country": "PH"}]},
			"subcontracting": {"parties": [{"id": "p", "legal_name": "Host AG"}]},
		}),
		_vendor("d", {"scope": {"locations": [{"country": "PL"}]}, "subcontracting": {"parties": []}}),
	])
}

test_overview_leaves_out_what_is_below_one_percent if {
	manifests := [_vendor($"v{i}", {"subcontracting": {"parties": []}, "scope": {"locations": [{"country": "PL"}]}}) |
		some i, _ in array.concat(_hundred, [1])
	]
	found := concentration.overview with input as _portfolio(manifests)
	found.functions == 101
	found.groups == []
	count(found.countries) == 1
	concentration.overview.functions == 100 with input as _portfolio(array.slice(manifests, 0, 100))
	count(concentration.overview.groups) == 100 with input as _portfolio(array.slice(manifests, 0, 100))
}

test_overview_of_nothing if {
	concentration.overview == {
		"functions": 0,
		"judged": false,
		"groups": [],
		"subprocessors": [],
		"countries": [],
	} with input as _portfolio([])
}

_faults contains _brief(finding) if some finding in concentration.deny

_warnings contains _brief(finding) if some finding in concentration.warn

_holes contains [finding.vendor, finding.path] if {
	some finding in concentration.undetermined
	finding.code == "missing"
}

_subjects contains finding.vendor if some finding in (concentration.deny | concentration.warn)

_brief(finding) := [finding.code, finding.vendor, finding.path, object.get(finding, "key", "")]

_portfolio(manifests) := {"manifests": manifests}

_even := [_v("a"), _v("b"), _v("c"), _v("d")]

_with(manifest) := [manifest, _v("b"), _v("c"), _v("d")]

_grouped(third) := [
	_vendor("a", {"metadata": {"group_lei": "G"}}),
	_vendor("b", {"metadata": {"group_lei": "G"}}),
	third,
	_v("d"),
	_v("e"),
]

_row(key, name, functions, vendors) := {
	"key": key,
	"name": name,
	"functions": functions,
	"share_pct": 25,
	"level": "within",
	"vendors": vendors,
}

_ten := [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]

_hundred := [[i, j] | some i in _ten; some j in _ten]

_at(id, countries) := _vendor(id, {"scope": {"locations": [{"country": country, "site": $"{i}"} |
	some i, country in countries
]}})

_engaging(id, parties) := _vendor(id, {"subcontracting": {"parties": parties}})

_v(id) := _vendor(id, {})

# Each works in a country of its own, with a sub-processor of its own.
_vendor(id, patch) := object.union(
	{
		"metadata": {"id": id, "legal_name": $"{id} Ltd"},
		"scope": {"function": "critical_or_important", "locations": [{"country": $"X{id}"}]},
		"subcontracting": {
			"position": "permitted_specific",
			"parties": [{"id": "p", "legal_name": $"Helper of {id}"}],
		},
		"derived": {"lifecycle": "active", "tier": "critical"},
	},
	patch,
)
