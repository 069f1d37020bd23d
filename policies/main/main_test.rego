package main_test

import data.main

_context := {"as_of": "2026-11-22", "cutoff": {}, "reached": {}, "ahead": {}}

_manifest := {
	"metadata": {"id": "acme"},
	"scope": {"risk_tier": "low", "function": "supporting", "regimes": [], "data": []},
	"derived": {"attestation": {}},
}

_ended := object.union(_manifest, {
	"metadata": {"lifecycle": "ended"},
	"contract": {"ended_on": "2026-01-01"},
})

_deny := {"code": "wrong", "path": ["a"], "msg": "wrong"}

_hole := {"code": "missing", "path": ["b"], "msg": "missing"}

_warn := {"code": "odd", "path": ["c"], "msg": "odd"}

_full := {"deny": {_deny}, "undetermined": {_hole}, "warn": {_warn}}

_nothing := {"applicable": false, "deny": set(), "undetermined": set(), "warn": set()}

_controls(rules) := {"family": {"control": rules}}

test_verdict_echoes_the_input if {
	found := main.verdict with input as _manifest
		with data.context as _context
		with data.controls as _controls(_full)
	object.remove(found, ["controls"]) == {
		"input": "object",
		"vendor": "acme",
		"tier": "low",
		"lifecycle": "active",
		"guard": set(),
	}
}

test_verdict_without_a_vendor if {
	found := main.verdict with input as object.remove(_manifest, ["metadata"])
		with data.context as _context
		with data.controls as {}
	found.vendor == null
}

test_no_verdict_on_what_is_no_manifest if {
	not main.verdict with input as [] with data.context as _context with data.controls as {}
}

test_a_control_without_applicable_always_applies if {
	found := main.verdict with input as _manifest
		with data.context as _context
		with data.controls as _controls(_full)
	found.controls == {"controls.family.control": object.union(_full, {"applicable": true})}
}

test_a_control_that_does_not_apply_only_warns if {
	found := main.verdict with input as _manifest
		with data.context as _context
		with data.controls as _controls(object.union(_full, {"applicable": false}))
	found.controls == {"controls.family.control": object.union(_nothing, {"warn": {_warn}})}
}

test_a_control_with_deny_alone_has_every_part if {
	found := main.verdict with input as _manifest
		with data.context as _context
		with data.controls as _controls({"deny": set()})
	found.controls == {"controls.family.control": object.union(_nothing, {"applicable": true})}
}

test_an_ended_vendor_is_left_alone if {
	every rules in [_full, object.union(_full, {"exit_duty": false})] {
		found := main.verdict with input as _ended
			with data.context as _context
			with data.controls as _controls(rules)
		found.lifecycle == "ended"
		found.controls == {"controls.family.control": _nothing}
	}
}

test_an_ended_vendor_keeps_its_exit_duties if {
	found := main.verdict with input as _ended
		with data.context as _context
		with data.controls as _controls(object.union(_full, {"exit_duty": true}))
	found.controls == {"controls.family.control": object.union(_full, {"applicable": true})}
}

test_every_control_is_gathered if {
	found := main.verdict with input as _manifest
		with data.context as _context
		with data.controls as {"f": {"a": {"deny": set()}, "b": {"deny": {_deny}}}, "g": {"a": {"deny": set()}}}
	object.keys(found.controls) == {"controls.f.a", "controls.f.b", "controls.g.a"}
}

test_only_what_is_asked_for_is_told if {
	asking := object.union(_manifest, {"derived": {"asked": ["controls.f.b", "controls.g.a"]}})
	found := main.verdict with input as asking
		with data.context as _context
		with data.controls as {"f": {"a": _full, "b": _full}, "g": {"a": {"deny": set()}}}
	found.controls == {
		"controls.f.b": object.union(_full, {"applicable": true}),
		"controls.g.a": object.union(_nothing, {"applicable": true}),
	}
	found.tier == "low"
}

test_nothing_asked_for_is_nothing_told if {
	found := main.verdict with input as object.union(_manifest, {"derived": {"asked": []}})
		with data.context as _context
		with data.controls as _controls(_full)
	found.controls == {}
}

test_what_is_not_there_is_not_told if {
	every name in ["controls.family.other", "controls.family", "lib.dates", "controls.family.control.deny", ""] {
		found := main.verdict with input as object.union(_manifest, {"derived": {"asked": [name]}})
			with data.context as _context
			with data.controls as _controls(_full)
		found.controls == {}
	}
}

test_stock_tools_are_told_everything_whatever_is_asked_for if {
	every asked in [[], ["controls.family.other"], false, {}] {
		found := main.deny with input as object.union(_manifest, {"derived": {"asked": asked}})
			with data.context as _context
			with data.controls as _controls(_full)
		count(found) == 2
	}
}

test_deny_gathers_what_blocks if {
	found := main.deny with input as _manifest with data.context as _context with data.controls as _controls(_full)
	found == {
		object.union(_deny, {"control": "controls.family.control"}),
		object.union(_hole, {"control": "controls.family.control"}),
	}
}

test_deny_holds_the_guard if {
	found := main.deny with input as object.remove(_manifest, ["derived"])
		with data.context as _context
		with data.controls as {}
	found == {{
		"code": "missing",
		"path": [],
		"msg": "context.missing: input.derived was not given, see `checker input FILE`",
	}}
}

test_warn_gathers_what_to_heed if {
	found := main.warn with input as _manifest with data.context as _context with data.controls as _controls(_full)
	found == {object.union(_warn, {"control": "controls.family.control"})}
}

test_guard_misses_the_day if {
	found := main.guard with input as _manifest with data.context as {}
	{finding.msg | some finding in found} == {"context.missing: data.context.as_of was not given, see `checker context`"}
}

test_guard_misses_every_parameter_directory if {
	found := main.guard with input as _manifest with data.context as _context with data.params as {}
	missing := {finding.msg | some finding in found}
	missing == {message |
		some name in main._needed
		message := $"context.missing: data.params.{name} was not given, see policies/params"
	}
	count(missing) > 0
}

test_guard_is_content if {
	found := main.guard with input as _manifest with data.context as _context
	found == set()
}

test_portfolio_gathers_every_control if {
	deny := {object.union(_deny, {"vendor": "acme"})}
	found := main.portfolio with input as {"manifests": [_manifest]}
		with data.context as _context
		with data.portfolio as {"a": {"deny": deny, "overview": {"n": 1}}, "b": _full, "c": {"warn": set()}}
	found == {
		"input": "object",
		"guard": set(),
		"controls": {
			"portfolio.a": {"deny": deny, "undetermined": set(), "warn": set(), "overview": {"n": 1}},
			"portfolio.b": object.union(_full, {"overview": {}}),
		},
	}
}

test_portfolio_of_no_manifests if {
	found := main.portfolio with input as {"manifests": []} with data.context as _context
	found.guard == set()
	object.keys(found.controls) == {"portfolio.concentration"}
}

test_portfolio_has_the_guard if {
	found := main.portfolio.guard with input as _manifest with data.context as {} with data.portfolio as {}
	{finding.msg | some finding in found} == {
		"context.missing: data.context.as_of was not given, see `checker context`",
		"context.missing: input.manifests was not given, see `checker input --portfolio`",
	}
	parameters := main.portfolio.guard with input as {"manifests": []}
		with data.context as _context
		with data.params as {}
		with data.portfolio as {}
	count(parameters) == count(main._needed)
}
