package controls.contract.pricing_test

import data.controls.contract.pricing

test_transparent_price_passes if {
	_faults == set() with input as _with({}) with data.context as _now
	_holes == set() with input as _with({}) with data.context as _now
}

test_each_hidden_cost if {
	every row in [
		["chargeable_items", "open", "open_items"],
		["out_of_scope_charges", "unlisted", "unlisted_charges"],
		["out_of_scope_rate_card", false, "no_rate_card"],
		["change_control", false, "no_change_control"],
		["indexation_cap_pct", 5.1, "indexation_too_high"],
		["exit_assistance_price", "unstated", "exit_price_unstated"],
		["incident_assistance_cost", "ex_post", "incident_cost_open"],
	] {
		_faults == {[row[2], ["contract", "pricing", row[0]], ""]}
			with input as _with({row[0]: row[1]}) with data.context as _now
	}
}

test_what_is_still_good if {
	every row in [
		["out_of_scope_charges", "rate_card"],
		["out_of_scope_charges", "none"],
		["indexation_cap_pct", 5],
		["exit_assistance_price", "included"],
		["exit_assistance_price", "fixed"],
		["incident_assistance_cost", "ex_ante"],
	] {
		_faults == set() with input as _with({row[0]: row[1]}) with data.context as _now
	}
}

test_the_estimate_includes_all_costs if {
	path := ["contract", "pricing", "total_cost_estimate", "includes"]
	_faults == {["estimate_incomplete", path, "legal"], ["estimate_incomplete", path, "oversight"]}
		with input as _with({"total_cost_estimate": {"includes": ["transition"]}}) with data.context as _now
}

test_invoices_stay_within_the_budget if {
	_faults == set() with input as _invoiced(110000, "EUR") with data.context as _now
	path := ["contract", "pricing", "invoiced"]
	_faults == {["over_budget", path, ""]} with input as _invoiced(110001, "EUR") with data.context as _now
	_faults == set() with input as _invoiced(137500, "USD") with data.context as _now with data.params.fx as _fx
	_faults == {["over_budget", path, ""]}
		with input as _invoiced(137501, "USD") with data.context as _now with data.params.fx as _fx
	_holes == {["no_rate", array.concat(path, ["currency"]), ""]}
		with input as _invoiced(1, "XAF") with data.context as _now
}

test_limits_that_are_not_there_find_fault if {
	bare := object.remove(data.params.thresholds, ["indexation_cap_pct", "budget_tolerance_pct"])
	_faults == {
		["indexation_too_high", ["contract", "pricing", "indexation_cap_pct"], ""],
		["over_budget", ["contract", "pricing", "invoiced"], ""],
	} with input as _invoiced(100001, "EUR") with data.context as _now with data.params.thresholds as bare
}

test_missing_fields if {
	every path in [
		["contract"],
		["contract", "pricing"],
		["contract", "pricing", "model"],
		["contract", "pricing", "chargeable_items"],
		["contract", "pricing", "out_of_scope_rate_card"],
		["contract", "pricing", "change_control"],
		["contract", "pricing", "indexation_cap_pct"],
		["contract", "pricing", "exit_assistance_price"],
		["contract", "pricing", "incident_assistance_cost"],
		["contract", "pricing", "total_cost_estimate"],
		["contract", "pricing", "total_cost_estimate", "includes"],
	] {
		_holes == {["missing", path, ""]} with input as json.remove(_with({}), [path]) with data.context as _now
		_faults == set() with input as json.remove(_with({}), [path]) with data.context as _now
	}
}

test_invoices_need_a_budget if {
	_holes == {["missing", ["contract", "pricing", "budget"], ""]} with data.context as _now
		with input as json.remove(_invoiced(1, "EUR"), ["/contract/pricing/budget"])
	_holes == set() with data.context as _now
		with input as json.remove(_invoiced(1, "EUR"), ["/contract/pricing/invoiced"])
}

_faults contains [finding.code, finding.path, object.get(finding, "key", "")] if some finding in pricing.deny

_holes contains [finding.code, finding.path, object.get(finding, "key", "")] if some finding in pricing.undetermined

_with(patch) := {"contract": {"pricing": object.union(_base, patch)}}

_invoiced(amount, currency) := _with({
	"budget": {"amount": 100000, "currency": "EUR"},
	"invoiced": {"amount": amount, "currency": currency},
})

_fx := {"rates": [{"from": "USD", "to": "EUR", "date": "2026-11-22", "rate": 0.8}]}

_now := {"as_of": "2026-11-22"}

_base := {
	"model": "per_fte",
	"chargeable_items": "closed",
	"out_of_scope_rate_card": true,
	"change_control": true,
	"indexation_cap_pct": 3,
	"exit_assistance_price": "rate_card",
	"incident_assistance_cost": "none",
	"total_cost_estimate": {"includes": ["service", "transition", "legal", "oversight"]},
}
