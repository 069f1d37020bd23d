package controls.incident.breach_notification_test

import data.controls.incident.breach_notification

test_fast_enough_passes if {
	breach_notification.applicable with input as _base with data.context as _now
	_faults == set() with input as _base with data.context as _now
	_holes == set() with input as _base with data.context as _now
}

test_applies_by_tier_data_and_function if {
	quiet := {"risk_tier": "low", "data": [{"id": "plans", "category": "business_internal"}], "regimes": []}
	not breach_notification.applicable with input as _scoped(quiet)
	breach_notification.applicable with input as _scoped(object.union(quiet, {"risk_tier": "medium"}))
	critical := object.union(quiet, {"function": "critical_or_important"})
	breach_notification.applicable with input as _scoped(critical) with data.lib.vendor.tier as "low"
	breach_notification.applicable with input as json.remove(_scoped(quiet), ["/scope/data"])
	breach_notification.applicable with input as _scoped(_contacts(quiet)) with data.lib.vendor.tier as "low"
}

test_the_shortest_limit_counts if {
	every row in [
		[{"risk_tier": "medium", "regimes": []}, "PT48H", "PT48H1M"],
		[{"risk_tier": "high", "regimes": []}, "PT24H", "PT24H1M"],
		[{"risk_tier": "medium", "regimes": ["gdpr"]}, "PT24H", "PT24H1M"],
		[{"risk_tier": "medium", "regimes": ["uk_gdpr"]}, "PT24H", "PT24H1M"],
		[{"risk_tier": "medium", "regimes": ["nis2"]}, "PT24H", "PT24H1M"],
		[{"risk_tier": "medium", "regimes": ["hipaa", "sox"]}, "PT48H", "PT48H1M"],
		[{"risk_tier": "high", "regimes": ["dora"]}, "PT24H", "PT24H1M"],
		[{"regimes": ["dora"], "function": "critical_or_important"}, "PT4H", "PT4H1M"],
	] {
		_slow == set() with input as _told(row[1], row[0]) with data.context as _now
		count(_slow) == 1 with input as _told(row[2], row[0]) with data.context as _now
	}
}

test_personal_data_at_tier_low if {
	low := _told("PT48H1M", {"regimes": []})
	_slow == {"the client is told within PT48H1M, which is too late: personal data allows PT48H"}
		with input as low with data.context as _now with data.lib.vendor.tier as "low"
	plain := object.union(low, {"scope": {"data": [{"id": "plans", "category": "business_internal"}]}})
	_slow == set() with input as plain with data.context as _now with data.lib.vendor.tier as "low"
}

test_every_limit_exceeded_is_named if {
	_slow == {concat("", [
		"the client is told within PT72H, which is too late: ",
		"gdpr allows PT24H; personal data allows PT48H; tier high allows PT24H",
	])} with input as _told("PT72H", {}) with data.context as _now
}

test_limits_that_are_not_there_find_fault if {
	names := ["notification", "notification_personal_data", "incident_contact_check", "notification_chain"]
	bare := object.remove(data.params.thresholds, names)
	_faults == {
		["too_slow", ["incident", "notification", "initial"], ""],
		["contact_unverified", ["incident", "notification", "contact_verified_on"], ""],
		["chain_too_slow", ["subcontracting", "parties", 0, "notification"], ""],
	} with input as _base with data.context as _now with data.params.thresholds as bare
}

test_no_limit_at_a_tier_is_not_asked if {
	none := object.union(data.params.thresholds, {"notification": {"medium": null}})
	bare := _told("PT48H", {"risk_tier": "medium", "regimes": []})
	_slow == set() with input as bare with data.context as _now with data.params.thresholds as none
}

test_time_runs_from_awareness if {
	every start in ["confirmation", "end_of_investigation"] {
		_faults == {["late_start", ["incident", "notification", "starts_from"], ""]}
			with input as _notified({"starts_from": start}) with data.context as _now
	}
}

test_the_notice_tells_everything if {
	path := ["incident", "notification", "content"]
	_faults == {["content_missing", path, "nature"], ["content_missing", path, "contact_point"]}
		with input as _notified({"content": ["categories_and_numbers", "consequences", "measures"]})
		with data.context as _now
}

test_the_contact_was_tried if {
	_faults == set() with input as _notified({"contact_verified_on": "2026-05-22"}) with data.context as _now
	path := ["incident", "notification", "contact_verified_on"]
	_faults == {["contact_unverified", path, ""]}
		with input as _notified({"contact_verified_on": "2026-05-21"}) with data.context as _now
	_faults == {["future_date", path, ""]}
		with input as _notified({"contact_verified_on": "2026-11-23"}) with data.context as _now
}

test_no_party_is_slower_than_who_engaged_it if {
	_faults == set() with input as _chain("PT12H") with data.context as _now
	path := ["subcontracting", "parties", 1, "notification"]
	_faults == {["party_slower", path, ""]} with input as _chain("PT13H") with data.context as _now
	first := _parties([object.union(_party, {"notification": "PT48H"})])
	_faults == {["party_slower", ["subcontracting", "parties", 0, "notification"], ""]}
		with input as first with data.context as _now
}

test_the_chain_adds_up if {
	path := ["subcontracting", "parties", 0, "notification"]
	every row in [[172800, set()], [172801, {["chain_too_slow", path, ""]}]] {
		_faults == row[1] with data.context as _now
			with input as object.union(_base, {"derived": {"subcontracting": {"clock": {"nordhost": row[0]}}}})
	}
}

test_the_chain_is_told_in_hours if {
	{finding.msg | some finding in breach_notification.deny} == {concat("", [
		"49 hours may pass until the client knows what nordhost knows; ",
		"at most PT48H is allowed",
	])}
		with data.context as _now
		with input as object.union(_base, {"derived": {"subcontracting": {"clock": {"nordhost": 172801}}}})
}

test_a_chain_that_leads_nowhere if {
	stray := object.union(_party, {"id": "stray", "engaged_by": "stray"})
	_holes == {["unknown_chain", ["subcontracting", "parties", 1, "engaged_by"], ""]}
		with input as _parties([_party, stray]) with data.context as _now
}

test_missing_fields if {
	every path in [
		["scope", "regimes"],
		["scope", "function"],
		["incident"],
		["incident", "notification"],
		["incident", "notification", "initial"],
		["incident", "notification", "starts_from"],
		["incident", "notification", "content"],
		["incident", "notification", "contact_24x7"],
		["incident", "notification", "contact_verified_on"],
		["subcontracting", "parties", 0, "notification"],
		["subcontracting", "parties", 0, "engaged_by"],
	] {
		_holes == {["missing", path, ""]} with input as _lacking(path) with data.context as _now
		_faults == set() with input as _lacking(path) with data.context as _now
	}
}

_slow contains finding.msg if {
	some finding in breach_notification.deny
	finding.code == "too_slow"
}

_lacking(path) := json.remove(_base, [[$"{key}" | some key in path]])

_faults contains [finding.code, finding.path, object.get(finding, "key", "")] if {
	some finding in breach_notification.deny
}

_holes contains [finding.code, finding.path, object.get(finding, "key", "")] if {
	some finding in breach_notification.undetermined
}

_scoped(patch) := object.union(_base, {"scope": patch})

_contacts(scope) := object.union(scope, {"data": _base.scope.data})

_told(initial, scope) := object.union(_scoped(scope), {
	"incident": {"notification": {"initial": initial}},
	"subcontracting": {"parties": []},
})

_notified(patch) := object.union(_base, {"incident": {"notification": patch}})

_parties(parties) := object.union(_base, {"subcontracting": {"parties": parties}})

_chain(clock) := object.union(
	_parties([_party, {"id": "subhost", "engaged_by": "nordhost", "notification": clock}]),
	{"derived": {"subcontracting": {"depth": {"subhost": 2}, "clock": {"subhost": 172800}}}},
)

_hours(number) := {"unit": "seconds", "length": number * 3600}

_minute_more(number) := {"unit": "seconds", "length": (number * 3600) + 60}

_now := {
	"as_of": "2026-11-22",
	"cutoff": {"P6M": "2026-05-22"},
	"durations": {"PT4H": _hours(4), "PT24H": _hours(24), "PT48H": _hours(48), "PT72H": _hours(72)},
}

_party := {"id": "nordhost", "engaged_by": "vendor", "notification": "PT12H"}

_base := {
	"scope": {
		"risk_tier": "high",
		"function": "supporting",
		"regimes": ["gdpr"],
		"data": [{"id": "contacts", "category": "personal_contact", "subjects_estimate": 10}],
	},
	"subcontracting": {"parties": [_party]},
	"incident": {"notification": {
		"initial": "PT24H",
		"starts_from": "awareness",
		"content": ["nature", "categories_and_numbers", "contact_point", "consequences", "measures"],
		"contact_24x7": "soc@halcyon.example",
		"contact_verified_on": "2026-09-01",
	}},
	"derived": {
		"durations": {
			"PT12H": _hours(12),
			"PT13H": _hours(13),
			"PT4H1M": _minute_more(4),
			"PT24H1M": _minute_more(24),
			"PT48H1M": _minute_more(48),
		},
		"subcontracting": {"depth": {"nordhost": 1}, "clock": {"nordhost": 129600}},
	},
}
