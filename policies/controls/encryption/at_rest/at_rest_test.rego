package controls.encryption.at_rest_test

import data.controls.encryption.at_rest

test_sound_configuration_passes if {
	at_rest.applicable with input as _base
	_faults == set() with input as _base
	_holes == set() with input as _base
}

test_not_applicable_without_storing if {
	manifest := object.union(_base, {"scope": {
		"data": [{"id": "tickets", "category": "personal_contact", "access": "view"}],
		"locations": [{"country": "DE", "activity": "process"}],
	}})
	not at_rest.applicable with input as manifest
}

test_not_applicable_without_confidential_data if {
	data_sets := [{"id": "orders", "category": "business_internal", "access": "store"}]
	not at_rest.applicable with input as object.union(_base, {"scope": {"data": data_sets}})
}

test_a_place_that_stores_is_enough if {
	manifest := object.union(_base, {"scope": {
		"data": [{"id": "tickets", "category": "personal_contact", "access": "view"}],
		"locations": [{"country": "DE", "activity": "store"}],
	}})
	at_rest.applicable with input as manifest
	_holes == set() with input as manifest
}

test_unknown_access_applies_and_is_undetermined if {
	manifest := object.union(_base, {"scope": {
		"data": [{"id": "tickets", "category": "personal_contact"}],
		"locations": [{"country": "DE", "activity": "process"}],
	}})
	at_rest.applicable with input as manifest
	_holes == {["missing", ["scope", "data", 0, "access"], ""]} with input as manifest
}

test_unknown_activity_applies_and_is_undetermined if {
	manifest := object.union(_base, {"scope": {
		"data": [{"id": "tickets", "category": "personal_contact", "access": "view"}],
		"locations": [{"country": "DE"}],
	}})
	at_rest.applicable with input as manifest
	_holes == {["missing", ["scope", "locations", 0, "activity"], ""]} with input as manifest
}

test_unknown_scope_applies_and_is_undetermined if {
	every field in ["data", "locations"] {
		manifest := json.remove(_base, [$"/scope/{field}"])
		at_rest.applicable with input as manifest
		["missing", ["scope", field], ""] in _holes with input as manifest
	}
}

test_algorithm_off_the_list if {
	_faults == {["algorithm", _at("algorithm"), ""]} with input as _with({"algorithm": "3DES"})
	_faults == {["algorithm", _at("algorithm"), ""]} with input as _with({"algorithm": "AES-256-ECB"})
}

test_key_long_enough_for_ordinary_data if {
	_faults == set() with input as _with({"algorithm": "AES-128-GCM"})
}

test_key_too_short_at_critical if {
	manifest := object.union(_with({"algorithm": "AES-192-GCM"}), {"scope": {"risk_tier": "critical"}})
	_faults == {["key_too_short", _at("algorithm"), ""]} with input as manifest
}

test_key_too_short_for_special_data if {
	data_sets := [{"id": "records", "category": "special_health", "access": "store", "subjects_estimate": 10}]
	manifest := object.union(_with({"algorithm": "AES-128-GCM"}), {"scope": {"data": data_sets}})
	expected := {"AES-128-GCM has keys of 128 bits; 256 are needed for data category special_health"}
	_messages == expected with input as manifest
}

test_key_below_the_minimum if {
	_messages == {"AES-128-GCM has keys of 128 bits; 192 are needed"} with input as _with({"algorithm": "AES-128-GCM"})
		with data.params.crypto.symmetric.minimum_bits as 192
}

test_validated_module if {
	manifest := _with({"algorithm": "ChaCha20-Poly1305"})
	_faults == {["not_fips", _at("algorithm"), ""]} with input as object.union(manifest, _module(true))
	_faults == set() with input as object.union(manifest, _module(false))
	_holes == set() with input as object.union(manifest, _module(false))
	_holes == {["missing", ["encryption", "keys"], ""]} with input as manifest
}

test_stores_not_covered if {
	_faults == {
		["not_covered", _at("covers"), "backups"],
		["not_covered", _at("covers"), "endpoints"],
	} with input as _with({"covers": ["databases", "files"]})
}

test_nothing_covered if {
	count(_faults) == 4 with input as _with({"covers": []})
}

test_encrypted_media_must_be_covered if {
	manifest := _with({"removable_media": "encrypted"})
	_faults == {["not_covered", _at("covers"), "removable_media"]} with input as manifest
	_faults == set() with input as object.union(manifest, {"encryption": {"at_rest": {"covers": _everything}}})
}

test_allowed_media_must_be_covered if {
	manifest := _with({"removable_media": "allowed"})
	_faults == {["removable_media", _at("removable_media"), ""]} with input as manifest
	_faults == set() with input as object.union(manifest, {"encryption": {"at_rest": {"covers": _everything}}})
}

test_disk_level_only if {
	manifest := _with({"levels": ["disk_level"]})
	critical := object.union(manifest, {"scope": {"risk_tier": "critical"}})
	_faults == {["disk_level_only", _at("levels"), ""]} with input as critical
	_faults == set() with input as manifest
}

test_no_level_at_all if {
	manifest := object.union(_with({"levels": []}), {"scope": {"risk_tier": "critical"}})
	_faults == {["disk_level_only", _at("levels"), ""]} with input as manifest
}

test_levels_are_needed_at_critical if {
	manifest := json.remove(_base, ["/encryption/at_rest/levels"])
	_holes == {["missing", _at("levels"), ""]} with input as object.union(manifest, {"scope": {"risk_tier": "critical"}})
	_faults == set() with input as object.union(manifest, {"scope": {"risk_tier": "critical"}})
	_holes == set() with input as manifest
}

test_missing_fields if {
	every field in ["algorithm", "covers", "removable_media"] {
		manifest := json.remove(_base, [$"/encryption/at_rest/{field}"])
		_holes == {["missing", _at(field), ""]} with input as manifest
		_faults == set() with input as manifest
	}
}

_everything := ["databases", "files", "backups", "endpoints", "removable_media"]

_module(required) := {"encryption": {"keys": {"module": {"required": required}}}}

_faults contains [finding.code, finding.path, object.get(finding, "key", "")] if some finding in at_rest.deny

_holes contains [finding.code, finding.path, object.get(finding, "key", "")] if some finding in at_rest.undetermined

_messages contains finding.msg if some finding in at_rest.deny

_at(field) := ["encryption", "at_rest", field]

_with(patch) := object.union(_base, {"encryption": {"at_rest": patch}})

_base := {
	"scope": {
		"risk_tier": "high",
		"function": "supporting",
		"regimes": ["gdpr"],
		"data": [{"id": "tickets", "category": "personal_contact", "access": "store", "subjects_estimate": 10}],
		"locations": [{"country": "DE", "activity": "process"}],
	},
	"encryption": {"at_rest": {
		"algorithm": "AES-256-GCM",
		"covers": ["databases", "files", "backups", "endpoints"],
		"levels": ["disk_level", "database_level"],
		"removable_media": "banned",
	}},
}
