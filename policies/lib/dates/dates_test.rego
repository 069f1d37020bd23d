package lib.dates_test

import data.lib.dates

_context := {
	"as_of": "2026-11-22",
	"cutoff": {"P12M": "2025-11-22"},
	"reached": {"P12M": "2025-11-22"},
	"ahead": {"P30D": "2026-12-22"},
}

test_as_of if dates.as_of == "2026-11-22" with data.context as _context

test_overdue_from_the_day_after_the_period if {
	not dates.overdue("2025-11-22", "P12M") with data.context as _context
	dates.overdue("2025-11-21", "P12M") with data.context as _context
}

test_future_excludes_today if {
	not dates.future("2026-11-22") with data.context as _context
	dates.future("2026-11-23") with data.context as _context
}

test_expired_excludes_the_last_day if {
	not dates.expired("2026-11-22") with data.context as _context
	dates.expired("2026-11-21") with data.context as _context
}

test_soon_includes_the_last_day if {
	dates.soon("2026-12-22", "P30D") with data.context as _context
	not dates.soon("2026-12-23", "P30D") with data.context as _context
}

test_unknown_period_finds_fault if {
	dates.overdue("2026-11-22", "P7Y") with data.context as _context
	dates.soon("2036-11-22", "P7Y") with data.context as _context
}

test_in_force if {
	row := {"valid_from": "2026-01-01", "valid_until": "2026-12-31"}
	every day in ["2026-01-01", "2026-12-31"] {
		dates.in_force(row, day)
	}
	every day in ["2025-12-31", "2027-01-01"] {
		not dates.in_force(row, day)
	}
	dates.in_force({"valid_from": "2026-01-01", "valid_until": null}, "9999-12-31")
	not dates.in_force({"valid_from": "2026-01-01", "valid_until": null}, "2025-12-31")
	not dates.in_force({"valid_from": "2026-01-01"}, "2026-06-01")
}
