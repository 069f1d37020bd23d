package controls.financial.viability_test

import data.controls.financial.viability

test_a_sound_vendor_passes if {
	viability.applicable with data.context as _now with input as _base
	_faults == set() with data.context as _now with input as _base
	_holes == set() with data.context as _now with input as _base
	_warnings == set() with data.context as _now with input as _base
}

test_not_applicable_at_low if {
	not viability.applicable with data.context as _now with input as _tier("low", {})
	viability.applicable with data.context as _now with input as _tier("medium", {})
	viability.applicable with data.context as _now with input as {}
	_warnings == set() with data.context as _now with input as _tier("low", _scored({"provider": "oracle"}))
}

test_age_of_the_accounts if {
	_faults == set() with data.context as _now with input as _with({"accounts": {"period_end": "2025-05-22"}})
	_faults == {["accounts_old", _at(["accounts", "period_end"])]}
		with data.context as _now with input as _with({"accounts": {"period_end": "2025-05-21"}})
}

test_audited_accounts_from_high_on if {
	unaudited := {"accounts": {"audited": false}}
	_faults == {["not_audited", _at(["accounts", "audited"])]}
		with data.context as _now with input as _with(unaudited)
	_faults == set() with data.context as _now with input as _tier("medium", unaudited)
	_holes == set()
		with data.context as _now with input as json.remove(_tier("medium", {}), ["/financial/accounts/audited"])
}

test_the_vendor_goes_on if {
	_faults == {["going_concern_doubt", _at(["going_concern_doubt"])]}
		with data.context as _now with input as _with({"going_concern_doubt": true})
	_faults == {["insolvency_proceedings", _at(["insolvency_proceedings"])]}
		with data.context as _now with input as _with({"insolvency_proceedings": true})
}

test_least_score_by_tier if {
	every tier, least in {"critical": 51, "high": 41, "medium": 30} {
		_faults == set() with data.context as _now with input as _tier(tier, _scored({"value": least}))
		_faults == {["score_low", _at(["score", "value"])]}
			with data.context as _now with input as _tier(tier, _scored({"value": least - 1}))
	}
}

test_a_guarantee_lowers_the_score_by_one_band if {
	every tier, least in {"critical": 41, "high": 30} {
		_faults == set() with data.context as _now with input as _tier(tier, _guaranteed(least))
		_faults == {["score_low", _at(["score", "value"])]}
			with data.context as _now with input as _tier(tier, _guaranteed(least - 1))
	}
	_faults == set() with data.context as _now with input as _tier("medium", _guaranteed(0))
}

test_a_guarantee_that_does_not_hold if {
	_faults == set() with data.context as _now with input as _promised({"given": true, "expires": "2026-11-22"})
	every guarantee in [
		{"given": true, "expires": "2026-11-21"},
		{"given": false, "expires": "2028-01-01"},
		{"given": true},
		{"expires": "2028-01-01"},
	] {
		_faults == {["score_low", _at(["score", "value"])]}
			with data.context as _now with input as _promised(guarantee)
	}
}

test_messages_of_scores if {
	_messages == {"the score of creditsafe is 40; tier high asks for at least 41"}
		with data.context as _now with input as _with(_scored({"value": 40}))
	_messages == {"the score of creditsafe is 29; with the parent's guarantee tier high asks for at least 30"}
		with data.context as _now with input as _with(_guaranteed(29))
}

test_a_tier_without_a_score_finds_fault if {
	bare := object.remove(data.params.thresholds, ["fin_score"])
	_faults == {["score_low", _at(["score", "value"])]} with data.context as _now with input as _with(_scored({}))
		with data.params.thresholds as object.union(bare, {"fin_score": {"creditsafe": {"low": 1}}})
	_warnings == {["unknown_provider", _at(["score", "provider"])]}
		with data.context as _now with input as _with(_scored({})) with data.params.thresholds as bare
}

test_age_of_the_rating if {
	_faults == set() with data.context as _now with input as _with(_scored({"rated_on": "2025-11-22"}))
	_faults == {["score_old", _at(["score", "rated_on"])]}
		with data.context as _now with input as _with(_scored({"rated_on": "2025-11-21"}))
}

test_an_agency_without_least_scores if {
	other := _scored({"provider": "oracle", "value": 1, "rated_on": "2020-01-01"})
	_faults == set() with data.context as _now with input as _with(other)
	_warnings == {["unknown_provider", _at(["score", "provider"])]}
		with data.context as _now with input as _with(other)
}

test_what_is_still_to_come_does_not_exist if {
	_faults == set()
		with data.context as _now
		with input as _with({"accounts": {"period_end": "2026-11-22"}, "score": _score("2026-11-22")})
	_faults == {
		["in_future", _at(["accounts", "period_end"])],
		["in_future", _at(["score", "rated_on"])],
	}
		with data.context as _now
		with input as _with({"accounts": {"period_end": "2026-11-23"}, "score": _score("2026-11-23")})
	_messages == {"period_end is 2026-11-23, which is still to come"}
		with data.context as _now with input as _with({"accounts": {"period_end": "2026-11-23"}})
}

test_missing_fields if {
	every path in [
		["accounts", "period_end"],
		["accounts", "audited"],
		["going_concern_doubt"],
		["insolvency_proceedings"],
		["score", "provider"],
		["score", "value"],
		["score", "rated_on"],
	] {
		manifest := json.remove(_with(_scored({})), [$"/financial/{concat("/", path)}"])
		_holes == {["missing", _at(path)]} with data.context as _now with input as manifest
		_faults == set() with data.context as _now with input as manifest
	}
	_holes == {["missing", ["financial"]]}
		with data.context as _now with input as json.remove(_base, ["/financial"])
}

_faults contains [finding.code, finding.path] if some finding in viability.deny

_holes contains [finding.code, finding.path] if some finding in viability.undetermined

_warnings contains [finding.code, finding.path] if some finding in viability.warn

_messages contains finding.msg if some finding in viability.deny

_at(path) := array.concat(["financial"], path)

_with(patch) := object.union(_base, {"financial": patch})

_tier(name, patch) := object.union(_with(patch), {"scope": {"risk_tier": name}})

_score(day) := {"provider": "creditsafe", "value": 71, "rated_on": day}

_scored(patch) := {"score": object.union(_score("2026-07-01"), patch)}

_guaranteed(value) := object.union(
	_scored({"value": value}),
	{"parent_guarantee": {"given": true, "expires": "2028-01-14"}},
)

_promised(guarantee) := _with(object.union(_scored({"value": 35}), {"parent_guarantee": guarantee}))

_now := {"as_of": "2026-11-22", "cutoff": {"P12M": "2025-11-22", "P18M": "2025-05-22"}}

_base := {
	"scope": {
		"risk_tier": "high",
		"function": "supporting",
		"regimes": ["gdpr"],
		"data": [{"id": "plans", "category": "business_internal"}],
	},
	"financial": {
		"accounts": {"period_end": "2025-12-31", "audited": true},
		"going_concern_doubt": false,
		"insolvency_proceedings": false,
	},
}
