package controls.encryption.keys_test

import data.controls.encryption.keys

_measures := {
	"P1Y": {"unit": "months", "length": 12},
	"P13M": {"unit": "months", "length": 13},
	"P2Y": {"unit": "months", "length": 24},
}

_context := {"as_of": "2026-11-22", "cutoff": {}, "reached": {}, "ahead": {}, "durations": _measures}

_rsa := {"algorithm": "RSA", "bits": 3072, "hash": "SHA-256"}

_manifest := {
	"scope": {
		"function": "supporting",
		"risk_tier": "high",
		"regimes": [],
		"data": [{"id": "d", "category": "business_confidential"}],
	},
	"encryption": {"keys": {
		"custody": "software_vendor",
		"rotation": "P1Y",
		"last_rotated": "2026-04-01",
		"asymmetric": [_rsa],
		"module": {"required": false},
	}},
	"derived": {"due": {"encryption.keys.last_rotated": "2027-04-01"}, "durations": {}},
}

_vendor(fields) := object.union(_manifest, {"encryption": {"keys": fields}})

_at_tier(name, fields) := object.union(_vendor(fields), {"scope": {"risk_tier": name}})

_key(fields) := {"asymmetric": [fields]}

test_sound_keys_pass if {
	keys.applicable with input as _manifest with data.context as _context
	_faults == set() with input as _manifest with data.context as _context
	_holes == set() with input as _manifest with data.context as _context
}

test_not_applicable_to_public_data_only if {
	not keys.applicable with input as {"scope": {"data": [{"id": "prices", "category": "public"}]}}
}

test_allowed_algorithms if {
	every key in [
		{"algorithm": "rsa-oaep", "bits": 4096},
		{"algorithm": "DH", "bits": 3072},
		{"algorithm": "ECDSA", "curve": "P-256", "hash": "SHA-384"},
		{"algorithm": "ECDH", "curve": "secp384r1"},
		{"algorithm": "EdDSA", "curve": "Ed448"},
		{"algorithm": "ED25519"},
		{"algorithm": "ML-KEM-768"},
	] {
		_faults == set() with input as _vendor(_key(key)) with data.context as _context
		_holes == set() with input as _vendor(_key(key)) with data.context as _context
	}
}

test_refused_algorithms if {
	every name in ["DSA", "ElGamal", "RSA2"] {
		_faults == {["algorithm", _at(["asymmetric", 0, "algorithm"])]} with data.context as _context
			with input as _vendor(_key({"algorithm": name, "bits": 4096}))
	}
}

test_every_algorithm_is_refused_without_a_list if {
	_faults == {["algorithm", _at(["asymmetric", 0, "algorithm"])]} with input as _manifest
		with data.context as _context with data.params.crypto.keys.algorithms as {}
}

test_lengths_at_tier_high if {
	_messages == {"the key has 3071 bits; 3072 are needed at tier high"} with data.context as _context
		with input as _vendor(_key(object.union(_rsa, {"bits": 3071})))
}

test_lengths_at_tier_medium if {
	every length, faults in {
		1024: {["key_too_short", _at(["asymmetric", 0, "bits"])]},
		2047: {["key_too_short", _at(["asymmetric", 0, "bits"])]},
		2048: set(),
	} {
		_faults == faults with data.context as _context
			with input as _at_tier("medium", _key(object.union(_rsa, {"bits": length, "expires": "2030-12-31"})))
	}
}

test_a_key_that_lives_past_2030_is_strong if {
	_messages == {"the key has 2048 bits; 3072 are needed for use until 2031-01-01"} with data.context as _context
		with input as _at_tier("medium", _key(object.union(_rsa, {"bits": 2048, "expires": "2031-01-01"})))
}

test_every_key_is_strong_after_2030 if {
	_messages == {"the key has 2048 bits; 3072 are needed after 2030-12-31"}
		with input as _at_tier("medium", _key(object.union(_rsa, {"bits": 2048, "expires": "2030-12-31"})))
		with input.derived.due as {"encryption.keys.last_rotated": "2031-04-01"}
		with data.context as object.union(_context, {"as_of": "2031-01-01"})
}

test_the_life_of_a_short_key_is_asked_for if {
	_holes == {_at(["asymmetric", 0, "expires"])} with data.context as _context
		with input as _at_tier("medium", _key(object.union(_rsa, {"bits": 2048})))
	_holes == set() with input as _at_tier("medium", {}) with data.context as _context
}

test_curves if {
	every curve in ["P-256", "P-384", "P-521", "prime256v1", "x25519", "edwards25519"] {
		_faults == set() with data.context as _context
			with input as _vendor(_key({"algorithm": "ECDSA", "curve": curve, "hash": "SHA-256"}))
	}
	every curve in ["P-192", "secp256k1", "brainpoolP256r1"] {
		_faults == {["curve", _at(["asymmetric", 0, "curve"])]} with data.context as _context
			with input as _vendor(_key({"algorithm": "ECDSA", "curve": curve, "hash": "SHA-256"}))
	}
}

test_hashes if {
	every hash in ["SHA-256", "sha384", "SHA_512", "SHA3-256"] {
		_faults == set() with data.context as _context
			with input as _vendor(_key(object.union(_rsa, {"hash": hash})))
	}
	every hash in ["SHA-1", "MD5", "SHA-224"] {
		_faults == {["hash", _at(["asymmetric", 0, "hash"])]} with data.context as _context
			with input as _vendor(_key(object.union(_rsa, {"hash": hash})))
	}
}

test_rotation_too_rare if {
	every tier, rotation in {"high": "P13M", "medium": "P3Y", "low": "P30D"} {
		_faults == {["rotation", _at(["rotation"])]} with data.context as _context
			with input as _at_tier(tier, {"rotation": rotation})
	}
	_faults == set() with input as _at_tier("low", {"rotation": "P2Y"}) with data.context as _context
}

test_rotation_without_a_limit if {
	_faults == set() with input as _vendor({"rotation": "P2Y"}) with data.context as _context
		with data.params.thresholds.key_rotation as {"high": null}
	_faults == {["rotation", _at(["rotation"])]} with input as _manifest with data.context as _context
		with data.params.thresholds.key_rotation as "none"
	_faults == {["rotation", _at(["rotation"])]} with input as _manifest with data.context as _context
		with data.params.thresholds as object.remove(data.params.thresholds, ["key_rotation"])
}

test_rotation_overdue if {
	_faults == set() with input as object.union(_manifest, {"derived": {"due": {_due: "2026-11-22"}}})
		with data.context as _context
	_faults == {["overdue", _at(["last_rotated"])]} with data.context as _context
		with input as object.union(_manifest, {"derived": {"due": {_due: "2026-11-21"}}})
	_faults == {["overdue", _at(["last_rotated"])]} with data.context as _context
		with input as json.remove(_manifest, ["/derived/due"])
}

test_rotation_to_come if {
	_faults == {["future_date", _at(["last_rotated"])]} with data.context as _context
		with input as _vendor({"last_rotated": "2026-11-23"})
}

test_custody_at_critical if {
	_faults == {["custody", _at(["custody"])]} with input as _at_tier("critical", {}) with data.context as _context
	every custody in ["client", "hsm_client_controlled", "hsm_vendor"] {
		_faults == set() with input as _at_tier("critical", {"custody": custody}) with data.context as _context
	}
}

test_a_module_whose_standard_is_still_to_come if {
	context := object.union(_context, {"as_of": "2019-09-21"})
	manifest := _vendor({"last_rotated": "2019-09-01", "module": {"required": true, "standard": "FIPS 140-3"}})
	messages := {finding.msg | some finding in keys.deny} with input as manifest with data.context as context
	messages == {"FIPS 140-3 is not accepted on 2019-09-21"}
}

test_modules if {
	every standard, message in {
		"FIPS 140-2": "FIPS 140-2 is not accepted on 2026-11-22; it was until 2026-09-21",
		"Common Criteria": "Common Criteria is not accepted on 2026-11-22",
	} {
		_messages == {message} with data.context as _context
			with input as _vendor({"module": {"required": true, "standard": standard}})
	}
	_faults == set() with input as _vendor({"module": {"required": true, "standard": "FIPS 140-3"}})
		with data.context as _context
	_faults == set() with input as _vendor({"module": {"required": false, "standard": "FIPS 140-2"}})
		with data.context as _context
}

test_dual_control_for_card_data if {
	card := {"scope": {"data": [{"id": "d", "category": "cardholder", "subjects_estimate": 1}]}}
	_faults == {["dual_control", _at(["dual_control"])]} with data.context as _context
		with input as object.union(_vendor({"dual_control": false}), card)
	_holes == {_at(["dual_control"])} with input as object.union(_manifest, card) with data.context as _context
	_faults == set() with input as object.union(_vendor({"dual_control": true}), card) with data.context as _context
	_faults == set() with input as _vendor({"dual_control": false}) with data.context as _context
}

test_missing_fields if {
	every path, hole in {
		"/encryption": ["encryption"],
		"/encryption/keys": _at([]),
		"/encryption/keys/rotation": _at(["rotation"]),
		"/encryption/keys/last_rotated": _at(["last_rotated"]),
		"/encryption/keys/asymmetric": _at(["asymmetric"]),
		"/encryption/keys/module": _at(["module"]),
		"/encryption/keys/asymmetric/0/algorithm": _at(["asymmetric", 0, "algorithm"]),
		"/encryption/keys/asymmetric/0/bits": _at(["asymmetric", 0, "bits"]),
		"/encryption/keys/asymmetric/0/hash": _at(["asymmetric", 0, "hash"]),
	} {
		_holes == {hole} with input as json.remove(_manifest, [path]) with data.context as _context
	}
}

test_fields_needed_under_a_condition if {
	_holes == {_at(["custody"])} with data.context as _context
		with input as json.remove(_at_tier("critical", {}), ["/encryption/keys/custody"])
	_holes == {_at(["module", "standard"])} with data.context as _context
		with input as _vendor({"module": {"required": true}})
	_holes == {_at(["asymmetric", 0, "curve"])} with data.context as _context
		with input as _vendor(_key({"algorithm": "ECDH"}))
	_holes == {_at(["asymmetric"])} with input as _vendor({"asymmetric": []}) with data.context as _context
}

_due := "encryption.keys.last_rotated"

_at(path) := array.concat(["encryption", "keys"], path)

_faults contains [finding.code, finding.path] if some finding in keys.deny

_messages contains finding.msg if some finding in keys.deny

_holes contains finding.path if some finding in keys.undetermined
