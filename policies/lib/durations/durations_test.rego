package lib.durations_test

import data.lib.durations

_measures := {
	"PT24H": {"unit": "seconds", "length": 86400},
	"P1D": {"unit": "seconds", "length": 86400},
	"P30D": {"unit": "seconds", "length": 2592000},
	"P1M": {"unit": "months", "length": 1},
	"P12M": {"unit": "months", "length": 12},
}

_ours := object.filter(_measures, ["P12M", "PT24H"])

_input := {"derived": {"durations": object.remove(_measures, ["P12M", "PT24H"])}}

test_longer if {
	durations.longer("P30D", "PT24H") with data.context.durations as _ours with input as _input
	durations.longer("P12M", "P1M") with data.context.durations as _ours with input as _input
	not durations.longer("P1D", "PT24H") with data.context.durations as _ours with input as _input
}

test_shorter if {
	durations.shorter("P1M", "P12M") with data.context.durations as _ours with input as _input
	not durations.shorter("P1D", "PT24H") with data.context.durations as _ours with input as _input
}

test_what_cannot_be_compared_finds_fault if {
	every pair in [["P30D", "P1M"], ["P1M", "PT24H"], ["P9Y", "P1M"], ["P1M", "indefinite"], ["P9Y", "P9Y"]] {
		durations.longer(pair[0], pair[1]) with data.context.durations as _ours with input as _input
		durations.shorter(pair[0], pair[1]) with data.context.durations as _ours with input as _input
	}
}

test_seconds_exceed if {
	durations.seconds_exceed(86401, "PT24H") with data.context.durations as _ours with input as _input
	not durations.seconds_exceed(86400, "PT24H") with data.context.durations as _ours with input as _input
	durations.seconds_exceed(1, "P1M") with data.context.durations as _ours with input as _input
	durations.seconds_exceed(1, "P9Y") with data.context.durations as _ours with input as _input
}
