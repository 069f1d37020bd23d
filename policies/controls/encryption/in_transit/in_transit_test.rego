package controls.encryption.in_transit_test

import data.controls.encryption.in_transit

test_sound_configuration_passes if {
	in_transit.applicable with input as _vendor({})
	_faults == set() with input as _vendor({})
	_holes == set() with input as _vendor({})
}

test_not_applicable_to_public_data_only if {
	not in_transit.applicable with input as _scoped({"data": [{"id": "prices", "category": "public"}]})
}

test_applicable_when_data_is_unknown if {
	in_transit.applicable with input as json.remove(_vendor({}), ["/scope/data"])
}

test_versions_no_longer_allowed if {
	_faults == {
		["old_version", _at("enabled_versions", [0])],
		["old_version", _at("enabled_versions", [1])],
	} with input as _vendor({"enabled_versions": ["SSLv3", "1.1", "1.3"]})
}

test_ban_is_named if {
	_messages == {
		"the servers accept SSLv2, which is banned by RFC 6176",
		"the servers accept TLS 0.9, which is banned by policies/params/crypto",
	} with input as _vendor({"enabled_versions": ["SSLv2", "0.9", "1.3"]})
}

test_no_versions if {
	_faults == {["no_versions", _at("enabled_versions", [])]} with input as _vendor({"enabled_versions": []})
}

test_no_versions_at_critical_is_one_fault if {
	manifest := object.union(_vendor({"enabled_versions": []}), {"scope": {"risk_tier": "critical"}})
	_faults == {["no_versions", _at("enabled_versions", [])]} with input as manifest
}

test_tls13_is_needed_at_critical if {
	manifest := object.union(_vendor({"enabled_versions": ["1.2"]}), {"scope": {"risk_tier": "critical"}})
	_faults == {["tls13_missing", _at("enabled_versions", [])]} with input as manifest
}

test_tls13_is_not_needed_at_high if {
	_faults == set() with input as _vendor({"enabled_versions": ["1.2"]})
}

test_no_ciphers if {
	_faults == {["no_ciphers", _at("cipher_suites", [])]} with input as _vendor({"cipher_suites": []})
}

test_reasons_are_joined if {
	_messages == {concat("", [
		"the servers accept TLS_RSA_WITH_RC4_128_MD5: ",
		"MD5 is broken; RC4 is prohibited (RFC 7465); static RSA gives no forward secrecy (RFC 9325)",
	])} with input as _vendor({"cipher_suites": ["TLS_AES_128_GCM_SHA256", "TLS_RSA_WITH_RC4_128_MD5"]})
}

test_cbc_is_refused_from_high_on if {
	suites := {"cipher_suites": ["ECDHE-RSA-AES128-SHA256"]}
	_faults == {["weak_cipher", _at("cipher_suites", [0])]} with input as _vendor(suites)
	_faults == set() with input as object.union(_scoped(_medium), {"encryption": {"in_transit": suites}})
	_holes == set() with input as object.union(_scoped(_medium), {"encryption": {"in_transit": suites}})
}

test_every_weak_suite_is_refused if {
	every suite in _weak {
		_faults == {["weak_cipher", _at("cipher_suites", [0])]} with input as _vendor({"cipher_suites": [suite]})
	}
}

test_every_sound_suite_passes if {
	every suite in _sound {
		_faults == set() with input as _vendor({"cipher_suites": [suite]})
		_holes == set() with input as _vendor({"cipher_suites": [suite]})
	}
}

test_what_is_no_suite_is_undetermined if {
	every name in _unknown {
		_holes == {["unknown_cipher", _at("cipher_suites", [0])]} with input as _vendor({"cipher_suites": [name]})
		_faults == set() with input as _vendor({"cipher_suites": [name]})
	}
}

test_every_row_fits_its_example if {
	every row in data.params.crypto.tls.refused_suites {
		reasons := {reason | some reason in in_transit._weaknesses[row.example]} with input as _critical(row.example)
		row.reason in reasons
	}
	every row in data.params.crypto.tls.sound_suites {
		row.example in in_transit._sound with input as _critical(row.example)
	}
}

test_internal_hops_from_high_on if {
	_faults == {["internal_hops", _at("internal_hops", [])]} with input as _vendor({"internal_hops": false})
	_faults == set() with input as object.union(_scoped(_medium), {"encryption": {"in_transit": {"internal_hops": false}}})
}

test_internal_hops_missing if {
	path := ["/encryption/in_transit/internal_hops"]
	_holes == {["missing", _at("internal_hops", [])]} with input as json.remove(_vendor({}), path)
	_holes == set() with input as json.remove(_scoped(_medium), path)
}

test_file_transfer if {
	_faults == {
		["file_transfer", _at("file_transfer", [0])],
		["file_transfer", _at("file_transfer", [2])],
	} with input as _vendor({"file_transfer": ["ftp", "sftp", "email"]})
	_faults == set() with input as _vendor({"file_transfer": []})
}

test_missing_fields if {
	every field in ["enabled_versions", "cipher_suites", "file_transfer"] {
		manifest := json.remove(_vendor({}), [$"/encryption/in_transit/{field}"])
		_holes == {["missing", _at(field, [])]} with input as manifest
		_faults == set() with input as manifest
	}
}

test_missing_block_is_named_once if {
	_holes == {["missing", ["encryption"]]} with input as json.remove(_vendor({}), ["/encryption"])
}

_unknown := [
	"HIGH",
	"DEFAULT:!LOW",
	"AES-256-GCM",
	"TLS_GOSTR341112_256_WITH_MAGMA_CTR_OMAC",
	"GOST2001-GOST89-GOST89",
	"ECDHE-RSA-AES128-GCM-SHA256:AES128-GCM-SHA256",
	"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 TLS_AES_128_GCM_SHA256",
]

_weak := [
	"NULL-SHA256",
	"TLS_RSA_WITH_NULL_SHA",
	"TLS_SHA256_SHA256",
	"EXP1024-DES-CBC-SHA",
	"ADH-AES128-GCM-SHA256",
	"AECDH-AES256-SHA",
	"TLS_ECDH_anon_WITH_AES_128_CBC_SHA",
	"SSL_RSA_WITH_3DES_EDE_CBC_SHA",
	"DES-CBC3-SHA",
	"TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA",
	"TLS_RSA_WITH_AES_256_GCM_SHA384",
	"tls_rsa_with_aes_256_gcm_sha384",
	"TLS_RSA_AES_128_GCM_SHA256",
	"AES256-GCM-SHA384",
	"CAMELLIA128-SHA",
	"RSA-PSK-AES128-GCM-SHA256",
	"TLS_DH_RSA_WITH_AES_128_GCM_SHA256",
	"ECDH-ECDSA-AES128-GCM-SHA256",
	"PSK-AES128-GCM-SHA256",
	"DHE-DSS-AES128-GCM-SHA256",
	"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
	"DHE-RSA-CAMELLIA256-SHA",
	"DHE-RSA-SEED-SHA",
	"ECDHE-ECDSA-AES256-SHA384",
]

_sound := [
	"TLS_AES_128_GCM_SHA256",
	"TLS_AES_128_CCM_8_SHA256",
	"TLS_CHACHA20_POLY1305_SHA256",
	"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
	"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
	"TLS_DHE_RSA_WITH_AES_256_CCM",
	"TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256",
	"ECDHE-ECDSA-AES128-GCM-SHA256",
	"ECDHE-ARIA256-GCM-SHA384",
	"DHE-RSA-AES256-CCM8",
	"ECDHE-RSA-CHACHA20-POLY1305",
]

_medium := {
	"risk_tier": "medium",
	"data": [{"id": "contacts", "category": "personal_contact", "subjects_estimate": 10}],
}

_faults contains [finding.code, finding.path] if some finding in in_transit.deny

_holes contains [finding.code, finding.path] if some finding in in_transit.undetermined

_messages contains finding.msg if some finding in in_transit.deny

_critical(suite) := object.union(
	_vendor({"cipher_suites": [suite]}),
	{"scope": {"risk_tier": "critical"}},
)

_at(field, rest) := array.concat(["encryption", "in_transit", field], rest)

_vendor(patch) := object.union(_base, {"encryption": {"in_transit": patch}})

_scoped(patch) := object.union(_base, {"scope": patch})

_base := {
	"scope": {
		"risk_tier": "high",
		"function": "supporting",
		"regimes": ["gdpr"],
		"data": [{"id": "tickets", "category": "personal_financial", "subjects_estimate": 10}],
	},
	"encryption": {"in_transit": {
		"enabled_versions": ["1.2", "1.3"],
		"cipher_suites": ["TLS_AES_256_GCM_SHA384"],
		"file_transfer": ["sftp"],
		"internal_hops": true,
	}},
}
