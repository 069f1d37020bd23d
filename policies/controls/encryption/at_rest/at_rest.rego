# METADATA
# title: Encryption at rest
# description: >
#   Stolen media and copies must be useless. A vendor that keeps confidential or personal data encrypts databases,
#   files, backups, endpoints and any removable media with an algorithm on the list, by keys of at least 128 bits (256
#   at tier critical and for special, cardholder or health data), and at tier critical not on the disk alone.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2016/679/oj
#     description: GDPR Art. 32(1)(a)
#   - ref: https://doi.org/10.6028/NIST.SP.800-131Ar2
#     description: NIST SP 800-131Ar2, transitions of algorithms and key lengths
#   - ref: https://doi.org/10.6028/NIST.SP.800-57pt1r5
#     description: NIST SP 800-57pt1r5, key management
# custom:
#   id: EN-02
#   severity: critical
#   owner: ciso@client.example
#   effective_on: "2026-01-01"
#   profiles: [starter, gdpr, dora, pci, hipaa, full]
#   frameworks:
#     GDPR: ["32(1)(a)"]
#     NIST SP: [800-131Ar2, 800-57pt1r5]
#     ISO 27001: [A.8.24]
#     NIST 800-53: [SC-28(1)]
#     PCI DSS: ["3.5.1"]
#     HIPAA: [164.312(a)(2)(iv)]
#     CSA CCM: [CEK-03, CEK-04]
#     NIST CSF: [PR.DS-01]
#     NIS2: ["21(2)(h)"]
#   remediation: Encrypt the stores not covered with an allowed algorithm.
#   findings:
#     algorithm: The algorithm is not among the allowed ones, so a stolen copy may be readable.
#     key_too_short: The key is shorter than the tier or the kind of data asks for, so a stolen copy may become
#       readable in time.
#     not_fips: A validated cryptographic module is demanded, and the algorithm is not approved for one, so no
#       validation covers it.
#     not_covered: A store that must be encrypted is not, so whoever gets hold of it can read the data.
#     removable_media: Removable media may be used without encryption, so a lost one gives away what is on it.
#     disk_level_only: Data is encrypted at no level but the disk, which protects nothing while the machine runs.
#   examples:
#     fail: |
#       encryption:
#         at_rest: {algorithm: 3DES, covers: [databases, files, endpoints], removable_media: banned}
#     pass: |
#       encryption:
#         at_rest:
#           algorithm: AES-256-GCM
#           covers: [databases, files, backups, endpoints]
#           levels: [disk_level, database_level]
#           removable_media: banned
package controls.encryption.at_rest

import data.lib.fields
import data.lib.vendor

default applicable := false

applicable if {
	_stores
	_sensitive
}

undetermined contains finding if {
	some finding in fields.missing(input, [], [
		["scope", "data"],
		["scope", "locations"],
		["encryption", "at_rest", "algorithm"],
		["encryption", "at_rest", "covers"],
		["encryption", "at_rest", "removable_media"],
	])
}

undetermined contains finding if {
	some i, item in input.scope.data
	some finding in fields.missing(item, ["scope", "data", i], [["access"]])
}

undetermined contains finding if {
	some i, place in input.scope.locations
	some finding in fields.missing(place, ["scope", "locations", i], [["activity"]])
}

undetermined contains finding if {
	vendor.tier == "critical"
	some finding in fields.missing(input, [], [["encryption", "at_rest", "levels"]])
}

undetermined contains finding if {
	input.encryption.at_rest.algorithm in data.params.crypto.symmetric.not_fips
	some finding in fields.missing(input, [], [["encryption", "keys", "module", "required"]])
}

deny contains {
	"code": "algorithm",
	"path": ["encryption", "at_rest", "algorithm"],
	"msg": $"{name} is not an allowed algorithm",
	"fix": $"encrypt with one of {concat(", ", sort(_allowed))}",
} if {
	some name in ({input.encryption.at_rest.algorithm} - _allowed)
}

deny contains {
	"code": "key_too_short",
	"path": ["encryption", "at_rest", "algorithm"],
	"msg": $"{input.encryption.at_rest.algorithm} has keys of {length} bits; {_least_bits} are needed{_because}",
	"fix": $"encrypt with an algorithm of {_least_bits} bits, such as AES-{_least_bits}-GCM",
} if {
	length := data.params.crypto.symmetric.allowed[input.encryption.at_rest.algorithm]
	length < _least_bits
}

deny contains {
	"code": "not_fips",
	"path": ["encryption", "at_rest", "algorithm"],
	"msg": $"{input.encryption.at_rest.algorithm} is not approved for a validated module, which is demanded",
	"fix": "encrypt with an AES mode of policies/params/crypto",
} if {
	input.encryption.at_rest.algorithm in data.params.crypto.symmetric.not_fips
	input.encryption.keys.module.required
}

deny contains {
	"code": "not_covered",
	"path": ["encryption", "at_rest", "covers"],
	"key": store,
	"msg": $"{store} are not encrypted",
	"fix": $"encrypt {store}, then add it to `covers`",
} if {
	fields.present(input, ["encryption", "at_rest", "covers"])
	some store in (_wanted - _covered)
}

deny contains {
	"code": "removable_media",
	"path": ["encryption", "at_rest", "removable_media"],
	"msg": "removable media are allowed but not encrypted",
	"fix": "ban removable media, or encrypt them and add removable_media to `covers`",
} if {
	input.encryption.at_rest.removable_media == "allowed"
	fields.present(input, ["encryption", "at_rest", "covers"])
	some _ in ({"removable_media"} - _covered)
}

deny contains {
	"code": "disk_level_only",
	"path": ["encryption", "at_rest", "levels"],
	"msg": "data is encrypted at no level but the disk, which protects nothing while the machine runs",
	"fix": "encrypt at the level of files, database or application as well",
} if {
	vendor.tier == "critical"
	fields.present(input, ["encryption", "at_rest", "levels"])
	count({level | some level in input.encryption.at_rest.levels} - {"disk_level"}) == 0
}

# What does not say whether it stores is taken to store.
_stores if {
	some path in [["scope", "data"], ["scope", "locations"]]
	object.get(input, path, null) == null
}

_stores if {
	some item in input.scope.data
	object.get(item, "access", "store") == "store"
}

_stores if {
	some place in input.scope.locations
	object.get(place, "activity", "store") == "store"
}

_sensitive if not fields.present(input, ["scope", "data"])

_sensitive if {
	some item in input.scope.data
	some trait in ["confidential", "personal"]
	vendor.category(item.category)[trait]
}

_allowed := object.keys(object.get(data.params.crypto.symmetric, "allowed", {}))

_least_bits := data.params.crypto.symmetric.strong_bits if count(_strong_reasons) > 0

_least_bits := data.params.crypto.symmetric.minimum_bits if count(_strong_reasons) == 0

default _because := ""

_because := $" for {concat(", ", sort(_strong_reasons))}" if count(_strong_reasons) > 0

_strong_reasons contains "tier critical" if vendor.tier == "critical"

_strong_reasons contains $"data category {item.category}" if {
	some item in input.scope.data
	vendor.category(item.category).strong_key
}

_wanted contains store if some store in data.params.crypto.required_stores

_wanted contains "removable_media" if input.encryption.at_rest.removable_media == "encrypted"

_covered := {store | some store in input.encryption.at_rest.covers}
