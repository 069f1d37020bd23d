package controls.legal.software_licences_test

import data.controls.legal.software_licences

test_an_allowed_alternative_passes if {
	software_licences.applicable with data.context as _now with input as _base
	_faults == set() with data.context as _now with input as _base
	_holes == set() with data.context as _now with input as _base
	_remarks == set() with data.context as _now with input as _base
}

test_not_applicable_without_software if {
	manifest := {"scope": {"service": "customer_support"}}
	not software_licences.applicable with data.context as _now with input as manifest
	not software_licences.applicable
		with data.context as _now with input as object.union(manifest, {"legal": {"software": []}})
}

test_a_service_that_delivers_software_declares_it if {
	manifest := {"scope": {"service": "software_development"}}
	software_licences.applicable with data.context as _now with input as manifest
	_holes == {["missing", ["legal"]]} with data.context as _now with input as manifest
}

test_an_empty_list_is_a_declaration if {
	manifest := {"scope": {"service": "software_development"}, "legal": {"software": []}}
	software_licences.applicable with data.context as _now with input as manifest
	_holes == set() with data.context as _now with input as manifest
	_faults == set() with data.context as _now with input as manifest
}

test_unknown_service_is_taken_to_deliver_software if {
	software_licences.applicable with data.context as _now with input as {}
	_holes == {["missing", ["legal"]]} with data.context as _now with input as {}
}

test_missing_fields if {
	every field in ["name", "license", "use"] {
		_holes == {["missing", _at([field])]}
			with data.context as _now with input as json.remove(_base, [$"/legal/software/0/{field}"])
		_faults == set() with data.context as _now with input as json.remove(_base, [$"/legal/software/0/{field}"])
	}
}

test_refused_by_use if {
	_faults == {["not_allowed", _at(["license"])]}
		with data.context as _now with input as _single("GPL-3.0-only", "delivered")
	_faults == {["not_allowed", _at(["license"])]}
		with data.context as _now with input as _single("GPL-3.0-only", "linked")
	_faults == set() with data.context as _now with input as _single("GPL-3.0-only", "internal")
	_faults == {["not_allowed", _at(["license"])]}
		with data.context as _now with input as _single("AGPL-3.0-only", "internal")
	_faults == {["not_allowed", _at(["license"])]} with data.context as _now with input as _single("BUSL-1.1", "internal")
	_faults == set() with data.context as _now with input as _single("BSL-1.0", "delivered")
}

test_unknown_use_is_refused if {
	_faults == {["not_allowed", _at(["license"])]} with data.context as _now with input as _single("MIT", "sold")
}

test_pairs if {
	classpath := [[_term("GPL-3.0-only", "Classpath-exception-2.0")]]
	_faults == set() with data.context as _now with input as _part({"use": "linked"}, {"branches": classpath})
	_faults == {["not_allowed", _at(["license"])]}
		with data.context as _now with input as _part({"use": "delivered"}, {"branches": classpath})
	_faults == set()
		with data.context as _now
		with input as _part({"use": "delivered"}, {"branches": [[_term("GPL-3.0-or-later", "GCC-exception-3.1")]]})
	_faults == set()
		with data.context as _now
		with input as _part({"use": "delivered"}, {"branches": [[_term("MIT", "Classpath-exception-2.0")]]})
}

test_every_term_of_an_alternative_counts if {
	branches := [[_term("MIT", ""), _term("GPL-2.0-only", "")], [_term("SSPL-1.0", ""), _term("JSON", "")]]
	_messages == {concat("", [
		"plugin can only be had under GPL-2.0-only, ",
		"which use `delivered` does not allow",
	])} with data.context as _now with input as _part({}, {"branches": branches})
}

test_exceptions_are_named if {
	_messages == {concat("", [
		"plugin can only be had under GPL-2.0-only AND GPL-3.0-only WITH Classpath-exception-2.0, ",
		"which use `delivered` does not allow",
	])} with data.context as _now with input as _part({}, {"branches": [[
		_term("GPL-3.0-only", "Classpath-exception-2.0"),
		_term("GPL-2.0-only", ""),
	]]})
}

test_unregistered if {
	_faults == {["unregistered", _at(["license"])]}
		with data.context as _now with input as _single("LicenseRef-Acme", "internal")
}

test_unregistered_beside_refused if {
	branches := [[_term("LicenseRef-Acme", ""), _term("SSPL-1.0", "")]]
	_faults == {
		["unregistered", _at(["license"])],
		["not_allowed", _at(["license"])],
	} with data.context as _now with input as _part({}, {"branches": branches})
}

test_unregistered_alternative_does_no_harm if {
	_faults == set()
		with data.context as _now with input as _part({}, {"branches": [[_term("LicenseRef-Acme", "")], [_term("MIT", "")]]})
}

test_unknown_licence_fails_in_any_alternative if {
	branches := [[_term("MIT", "")], [_term("Foo-1.0", "")]]
	_faults == {["unknown_licence", _at(["license"])]}
		with data.context as _now with input as _part({}, {"branches": branches, "unknown": ["Foo-1.0"]})
}

test_unknown_licence_alone if {
	branches := [[_term("Foo-1.0", "")]]
	_faults == {["unknown_licence", _at(["license"])]}
		with data.context as _now with input as _part({}, {"branches": branches, "unknown": ["Foo-1.0"]})
}

test_no_licence if {
	_faults == {["no_licence", _at(["license"])]} with data.context as _now with input as _single("NONE", "internal")
	branches := [[_term("MIT", "")], [_term("NOASSERTION", "")]]
	_faults == {["no_licence", _at(["license"])]} with data.context as _now with input as _part({}, {"branches": branches})
}

test_unparsable if {
	_faults == {["unparsable", _at(["license"])]}
		with data.context as _now with input as _part({}, {"branches": [], "error": "Invalid symbols"})
}

test_unanalysed_is_no_pass if {
	_faults == {["unparsable", _at(["license"])]} with data.context as _now with input as json.remove(_base, ["/derived"])
}

test_deprecated_id_warns if {
	manifest := _part({}, {
		"branches": [[_term("LGPL-2.1-or-later", "")]],
		"deprecated": [{"from": "LGPL-2.1+", "to": "LGPL-2.1-or-later"}],
	})
	_faults == set() with data.context as _now with input as manifest
	_remarks == {["deprecated_id", _at(["license"])]} with data.context as _now with input as manifest
}

test_commercial_licence if {
	_faults == set() with data.context as _now with input as _bought({"seats": 50, "used": 50, "expires": "2026-11-22"})
	_holes == set() with data.context as _now with input as _bought({"seats": 50, "used": 50, "expires": "2026-11-22"})
	_faults == {["entitlement", _at(["entitlement", "used"])]}
		with data.context as _now with input as _bought({"seats": 50, "used": 51, "expires": "2027-06-30"})
	_faults == {[
		"entitlement_expired",
		_at(["entitlement", "expires"]),
	]} with data.context as _now with input as _bought({"seats": 50, "used": 1, "expires": "2026-11-21"})
}

test_commercial_licence_needs_an_entitlement if {
	_holes == {["missing", _at(["entitlement"])]}
		with data.context as _now with input as _part({}, {"branches": [[_term("LicenseRef-Commercial", "")]]})
	every field in ["seats", "used", "expires"] {
		bought := json.remove({"seats": 5, "used": 1, "expires": "2027-06-30"}, [field])
		_holes == {["missing", _at(["entitlement", field])]} with data.context as _now with input as _bought(bought)
	}
}

test_free_alternative_needs_no_entitlement if {
	branches := [[_term("LicenseRef-Commercial", "")], [_term("MIT", "")]]
	_holes == set() with data.context as _now with input as _part({}, {"branches": branches})
}

test_refused_alternative_does_not_save_the_entitlement if {
	branches := [[_term("GPL-3.0-only", "")], [_term("LicenseRef-Commercial", "")]]
	_holes == {["missing", _at(["entitlement"])]} with data.context as _now with input as _part({}, {"branches": branches})
}

_messages contains finding.msg if some finding in software_licences.deny

_faults contains [finding.code, finding.path] if some finding in software_licences.deny

_holes contains [finding.code, finding.path] if some finding in software_licences.undetermined

_remarks contains [finding.code, finding.path] if some finding in software_licences.warn

_now := {"as_of": "2026-11-22"}

_at(rest) := array.concat(["legal", "software", 0], rest)

_term(licence, exception) := {"license": licence, "exception": exception}

_single(licence, use) := _part({"use": use}, {"branches": [[_term(licence, "")]]})

_bought(entitlement) := _part({"entitlement": entitlement}, {"branches": [[_term("LicenseRef-Commercial", "")]]})

_part(item, analysis) := {
	"scope": {"service": "customer_support"},
	"legal": {"software": [object.union({"name": "plugin", "license": "X", "use": "delivered"}, item)]},
	"derived": {"licences": {"X": object.union(
		{"branches": [], "unknown": [], "deprecated": [], "error": ""},
		analysis,
	)}},
}

_base := _part({}, {"branches": [[_term("GPL-3.0-only", "Classpath-exception-2.0")], [_term("MIT", "")]]})
