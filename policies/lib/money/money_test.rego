package lib.money_test

import data.lib.money

_fx := {"rates": [
	{"from": "USD", "to": "EUR", "date": "2025-12-31", "rate": 0.5},
	{"from": "USD", "to": "EUR", "date": "2026-06-30", "rate": 0.8},
	{"from": "USD", "to": "EUR", "date": "2026-11-23", "rate": 0.1},
	{"from": "USD", "to": "GBP", "date": "2026-06-30", "rate": 0.7},
	{"from": "CHF", "to": "EUR", "date": "2026-11-23", "rate": 1.1},
]}

_now := {"as_of": "2026-11-22"}

test_the_latest_rate_of_the_past_counts if {
	money.at_home(_of(100, "USD")) == 80 with data.params.fx as _fx with data.context as _now
	money.at_home(_of(100, "USD")) == 50 with data.params.fx as _fx with data.context as {"as_of": "2026-06-29"}
	money.at_home(_of(100, "EUR")) == 100 with data.params.fx as _fx with data.context as _now
	not money.at_home(_of(100, "CHF")) with data.params.fx as _fx with data.context as _now
}

test_one_currency_needs_no_rate if {
	money.less(_of(199, "XXX"), _of(100, "XXX"), 2) with data.params.fx as _fx with data.context as _now
	not money.less(_of(200, "XXX"), _of(100, "XXX"), 2) with data.params.fx as _fx with data.context as _now
	money.at_least(_of(200, "XXX"), _of(100, "XXX"), 2) with data.params.fx as _fx with data.context as _now
	not money.at_least(_of(199, "XXX"), _of(100, "XXX"), 2) with data.params.fx as _fx with data.context as _now
	money.unconvertible({_of(1, "XXX"), _of(2, "XXX")}) == set() with data.params.fx as _fx with data.context as _now
}

test_two_currencies_compare_at_home if {
	money.less(_of(79, "EUR"), _of(100, "USD"), 1) with data.params.fx as _fx with data.context as _now
	not money.less(_of(80, "EUR"), _of(100, "USD"), 1) with data.params.fx as _fx with data.context as _now
	money.at_least(_of(80, "EUR"), _of(100, "USD"), 1) with data.params.fx as _fx with data.context as _now
	not money.at_least(_of(79, "EUR"), _of(100, "USD"), 1) with data.params.fx as _fx with data.context as _now
	money.unconvertible({_of(1, "EUR"), _of(2, "USD")}) == set() with data.params.fx as _fx with data.context as _now
}

test_without_a_rate_nothing_compares if {
	every pair in [["CHF", "EUR"], ["EUR", "CHF"]] {
		not money.less(_of(1, pair[0]), _of(2, pair[1]), 1) with data.params.fx as _fx with data.context as _now
		not money.at_least(_of(2, pair[0]), _of(1, pair[1]), 1) with data.params.fx as _fx with data.context as _now
	}
	money.unconvertible({_of(1, "CHF"), _of(2, "USD")}) == {"CHF"} with data.params.fx as _fx with data.context as _now
}

test_each_currency_without_a_rate_is_named if {
	named := [{"path": ["cap"], "money": _of(1, "CHF")}, {"path": ["value"], "money": _of(1, "EUR")}]
	found := money.no_rate(named) with data.params.fx as _fx with data.context as _now
	{finding.path | some finding in found} == {["cap", "currency"]}
	money.no_rate([named[1]]) == set() with data.params.fx as _fx with data.context as _now
}

test_every_rate_leads_to_the_home_currency if {
	every row in data.params.fx.rates {
		row.to == data.params.org.home_currency
	}
}

test_amounts_are_written_in_full if {
	money.text(_of(2400000, "EUR")) == "EUR 2400000"
	money.text(_of(1100000.01, "EUR")) == "EUR 1100000.01"
	money.text(_of(2.4e+06, "EUR")) == "EUR 2400000"
	money.text(_of(0.05, "EUR")) == "EUR 0.05"
	money.text(_of(12.999, "EUR")) == "EUR 13"
}

_of(amount, currency) := {"amount": amount, "currency": currency}
