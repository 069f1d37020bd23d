# METADATA
# title: Amounts of money against each other
# description: >
#   Compares amounts ({amount, currency}). Two amounts of one currency compare as they are, others in the home currency
#   at the latest rate of the parameters that is dated on or before the as-of date. What cannot be converted compares
#   with nothing: ask `unconvertible` first.
package lib.money

# METADATA
# scope: document
# description: True when `one` is less than `share` times `other`.
less(one, other, share) if {
	one.currency == other.currency
	one.amount < share * other.amount
}

less(one, other, share) if {
	one.currency != other.currency
	at_home(one) < share * at_home(other)
}

# METADATA
# scope: document
# description: True when `one` is at least `share` times `other`.
at_least(one, other, share) if {
	one.currency == other.currency
	one.amount >= share * other.amount
}

at_least(one, other, share) if {
	one.currency != other.currency
	at_home(one) >= share * at_home(other)
}

# METADATA
# scope: document
# description: The amount in the home currency; undefined when there is no rate.
at_home(money) := money.amount if money.currency == data.params.org.home_currency

at_home(money) := money.amount * rate if {
	money.currency != data.params.org.home_currency
	some rate in _latest_rate[money.currency]
}

# METADATA
# scope: document
# description: >
#   The currencies among those of the amounts `compared` for which there is no rate; empty when all amounts have the
#   same currency.
unconvertible(compared) := set() if count({money.currency | some money in compared}) < 2

else := {money.currency | some money in compared} - _known

# METADATA
# scope: document
# description: >
#   One finding for the currency of each amount of `named` ({path, money}) that has no rate, when it needs one.
no_rate(named) := {finding |
	some one in named
	some currency in ({one.money.currency} & unconvertible({other.money | some other in named}))
	finding := {
		"code": "no_rate",
		"path": array.concat(one.path, ["currency"]),
		"msg": $"there is no exchange rate for {currency} on {data.context.as_of}, so amounts cannot be compared",
		"fix": $"add a rate from {currency} to {data.params.org.home_currency} to policies/params/fx",
	}
}

# METADATA
# scope: document
# description: >
#   An amount in words, to the cent. Whole numbers are written in full by every engine, others not (1.1e+06).
text(money) := concat("", [money.currency, " ", $"{whole}", _fraction(cents - (whole * 100))]) if {
	cents := round(money.amount * 100)
	whole := floor(cents / 100)
}

_fraction(0) := ""

_fraction(cents) := concat("", [".", substring($"{100 + cents}", 1, 2)]) if cents > 0

_known := {data.params.org.home_currency} | object.keys(_latest_rate)

# A rate of a day counts until a later one.
_latest_rate[currency] contains row.rate if {
	some currency, days in _days
	some row in data.params.fx.rates
	row.from == currency
	row.to == data.params.org.home_currency
	row.date == max(days)
}

_days[row.from] contains row.date if {
	some row in data.params.fx.rates
	row.to == data.params.org.home_currency
	row.date <= data.context.as_of
}
