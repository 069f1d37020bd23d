# METADATA
# title: Encryption in transit
# description: >
#   Old protocols are broken in public. Whoever gets more than public data accepts only TLS versions on the list (1.3
#   among them at tier critical), no cipher suite on the list of refused ones, encrypts its internal hops from tier
#   high on, and moves files by SFTP, FTPS, HTTPS or AS2 only.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2016/679/oj
#     description: GDPR Art. 32(1)(a)
#   - ref: https://doi.org/10.6028/NIST.SP.800-52r2
#     description: NIST SP 800-52r2, TLS implementations
#   - ref: https://www.rfc-editor.org/rfc/rfc8996
#     description: RFC 8996, deprecating TLS 1.0 and 1.1
#   - ref: https://www.rfc-editor.org/rfc/rfc9325
#     description: RFC 9325, recommendations for the secure use of TLS
# custom:
#   id: EN-01
#   severity: critical
#   owner: ciso@client.example
#   effective_on: "2026-01-01"
#   profiles: [starter, gdpr, dora, pci, hipaa, full]
#   frameworks:
#     GDPR: ["32(1)(a)"]
#     NIST SP: [800-52r2]
#     IETF RFC: ["8996", "9325"]
#     ISO 27001: [A.8.24, A.5.14]
#     NIST 800-53: [SC-8(1), SC-13]
#     PCI DSS: ["4.2.1"]
#     HIPAA: [164.312(e)(2)(ii)]
#     CSA CCM: [CEK-03]
#     SOC 2: [CC6.7]
#     NIST CSF: [PR.DS-02]
#     NIS2: ["21(2)(h)"]
#   remediation: Switch off TLS 1.1 and older, CBC, RC4 and 3DES suites and static RSA; switch on TLS 1.3.
#   findings:
#     unknown_cipher: A cipher suite is neither among the sound nor among the refused ones, so its strength cannot be
#       judged.
#     no_versions: No TLS version is listed as enabled, so nothing is known to be encrypted on the wire.
#     old_version: The servers accept a protocol version that is not allowed, and an attacker can force connections
#       down to it.
#     tls13_missing: TLS 1.3 is not enabled, though at tier critical connections must be able to use the strongest
#       version.
#     no_ciphers: No cipher suite is listed, so how the traffic is encrypted cannot be judged.
#     weak_cipher: The servers accept a cipher suite with known weaknesses, which expose the traffic that uses it.
#     internal_hops: Traffic inside the vendor's network is not encrypted, so whoever gets into that network can read
#       it.
#     file_transfer: Files are moved by a protocol that is not allowed, so they may be read or altered on the way.
#   examples:
#     fail: |
#       encryption:
#         in_transit: {enabled_versions: ["1.1", "1.2"]}
#     pass: |
#       encryption:
#         in_transit:
#           enabled_versions: ["1.2", "1.3"]
#           cipher_suites: [TLS_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384]
#           file_transfer: [sftp]
#           internal_hops: true
package controls.encryption.in_transit

import data.lib.fields
import data.lib.vendor

default applicable := false

applicable if vendor.non_public_data

undetermined contains finding if {
	some finding in fields.missing(input, [], [
		["encryption", "in_transit", "enabled_versions"],
		["encryption", "in_transit", "cipher_suites"],
		["encryption", "in_transit", "file_transfer"],
	])
}

undetermined contains finding if {
	vendor.tier_at_least("high")
	some finding in fields.missing(input, [], [["encryption", "in_transit", "internal_hops"]])
}

undetermined contains {
	"code": "unknown_cipher",
	"path": ["encryption", "in_transit", "cipher_suites", i],
	"msg": $"{suite} is not a cipher suite that can be judged",
	"fix": "write the suite's IANA or OpenSSL name, each suite on its own",
} if {
	some i, suite in input.encryption.in_transit.cipher_suites
	suite in ((_suites - _sound) - object.keys(_weaknesses))
}

deny contains {
	"code": "no_versions",
	"path": ["encryption", "in_transit", "enabled_versions"],
	"msg": "no TLS version is enabled, so nothing is encrypted on the wire",
	"fix": "list every TLS version that the servers accept",
} if {
	count(input.encryption.in_transit.enabled_versions) == 0
}

deny contains {
	"code": "old_version",
	"path": ["encryption", "in_transit", "enabled_versions", i],
	"msg": $"the servers accept {_name(version)}, which is banned by {_ban(version)}",
	"fix": $"switch off {_name(version)}, then take it off the list",
} if {
	some i, version in input.encryption.in_transit.enabled_versions
	version in (_versions - {allowed | some allowed in data.params.crypto.tls.allowed})
}

deny contains {
	"code": "tls13_missing",
	"path": ["encryption", "in_transit", "enabled_versions"],
	"msg": $"TLS {version} is not enabled, which a vendor of tier critical must offer",
	"fix": $"switch on TLS {version} and add \"{version}\"",
} if {
	vendor.tier == "critical"
	count(_versions) > 0
	some version in ({data.params.crypto.tls.required_at_critical} - _versions)
}

deny contains {
	"code": "no_ciphers",
	"path": ["encryption", "in_transit", "cipher_suites"],
	"msg": "no cipher suite is listed, so none can be judged",
	"fix": "list every cipher suite that the servers accept",
} if {
	count(input.encryption.in_transit.cipher_suites) == 0
}

deny contains {
	"code": "weak_cipher",
	"path": ["encryption", "in_transit", "cipher_suites", i],
	"msg": $"the servers accept {suite}: {reasons}",
	"fix": $"switch off {suite}, then take it off the list",
} if {
	some i, suite in input.encryption.in_transit.cipher_suites
	reasons := concat("; ", sort(_weaknesses[suite]))
}

deny contains {
	"code": "internal_hops",
	"path": ["encryption", "in_transit", "internal_hops"],
	"msg": $"traffic inside the vendor's network is not encrypted, which tier {vendor.tier} asks for",
	"fix": "encrypt the internal hops too",
} if {
	vendor.tier_at_least("high")
	input.encryption.in_transit.internal_hops == false
}

deny contains {
	"code": "file_transfer",
	"path": ["encryption", "in_transit", "file_transfer", i],
	"msg": $"files are moved by {protocol}; allowed are {allowed}",
	"fix": $"move files by one of {allowed} instead of {protocol}",
} if {
	allowed := concat(", ", data.params.crypto.file_transfer.allowed)
	some i, protocol in input.encryption.in_transit.file_transfer
	protocol in (_protocols - {safe | some safe in data.params.crypto.file_transfer.allowed})
}

_versions := {version | some version in input.encryption.in_transit.enabled_versions}

_suites := {suite | some suite in input.encryption.in_transit.cipher_suites}

_protocols := {protocol | some protocol in input.encryption.in_transit.file_transfer}

_name(version) := version if startswith(version, "SSL")

else := $"TLS {version}"

_ban(version) := row.source if {
	some row in data.params.crypto.tls.banned
	row.version == version
}

else := "policies/params/crypto"

# Why each suite is refused at the effective tier.
_weaknesses[suite] contains row.reason if {
	some row in data.params.crypto.tls.refused_suites
	vendor.tier_at_least(row.from_tier)
	some suite, name in _names
	_fits(row, name)
}

_sound contains suite if {
	some row in data.params.crypto.tls.sound_suites
	some suite, name in _names
	some exchange in row.exchanges
	startswith(name, exchange)
	trim_prefix(name, exchange) in row.ciphers
}

# By suite the name as the parameters spell it, so that IANA and OpenSSL names compare in capitals with underscores.
_names[suite] := replace(upper(suite), "-", "_") if some suite in _suites

_fits(row, name) if {
	some part in row.starts
	startswith(name, part)
}

_fits(row, name) if {
	some part in row["contains"]
	contains(name, part)
}

_fits(row, name) if {
	some part in row.ends
	endswith(name, part)
}
