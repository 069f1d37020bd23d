# METADATA
# title: "Keys: custody, strength, rotation, validated module"
# description: >
#   Encryption is as good as its keys. Each asymmetric key has an allowed algorithm, is long enough (RSA 2048 bits, 3072
#   from tier high on and past 2030) or lies on an allowed curve, and signs with an allowed hash. Data keys are replaced
#   as often as the tier asks and as the vendor says. At tier critical they lie with the client or in an HSM; a module
#   that must be validated is so by a standard in force; for card data two persons are needed to handle a key.
# related_resources:
#   - ref: https://doi.org/10.6028/NIST.SP.800-57pt1r5
#     description: NIST SP 800-57pt1r5, key management
#   - ref: https://doi.org/10.6028/NIST.SP.800-131Ar2
#     description: NIST SP 800-131Ar2, transitions of algorithms and key lengths
#   - ref: https://doi.org/10.6028/NIST.FIPS.140-3
#     description: FIPS 140-3, security requirements for cryptographic modules
# custom:
#   id: EN-03
#   severity: high
#   owner: ciso@client.example
#   effective_on: "2026-01-01"
#   profiles: [dora, pci, full]
#   frameworks:
#     NIST SP: [800-57pt1r5, 800-131Ar2]
#     FIPS: ["140-3"]
#     ISO 27001: [A.8.24]
#     NIST 800-53: [SC-12, SC-13]
#     PCI DSS: ["3.6.1", "3.7.1-3.7.9"]
#     CSA CCM: [CEK-04, CEK-12]
#   remediation: Rotate, lengthen the keys, replace the module.
#   findings:
#     empty: No asymmetric key is listed, though no traffic is encrypted without one, so none can be judged.
#     algorithm: A key is for an algorithm that is not allowed, so what it protects or signs may be open to attack.
#     key_too_short: A key is shorter than its life or the tier asks for, so it may be broken while it counts.
#     curve: A key lies on a curve that is not allowed, so its strength is not assured.
#     hash: A key signs with a hash function that is not allowed, so signatures may be forged.
#     rotation: Data keys are replaced more rarely than the tier asks for, so a lost key opens too much.
#     overdue: The data keys were not replaced when the vendor's own interval said so.
#     future_date: The day on which data keys were last replaced is still to come; what is planned does not count.
#     custody: At tier critical the keys lie neither with the client nor in a hardware security module.
#     module: A validated module is demanded, and the standard given is not accepted on the day of the check.
#     dual_control: One person alone can handle the keys to card data.
#   examples:
#     fail: |
#       encryption:
#         keys:
#           asymmetric: [{algorithm: RSA, bits: 1024, hash: SHA-1}]
#           module: {required: true, standard: FIPS 140-2}
#     pass: |
#       encryption:
#         keys:
#           custody: hsm_vendor
#           rotation: P1Y
#           last_rotated: 2026-04-01
#           asymmetric: [{algorithm: RSA, bits: 3072, hash: SHA-256}]
#           module: {required: true, standard: FIPS 140-3}
package controls.encryption.keys

import data.lib.dates
import data.lib.durations
import data.lib.fields
import data.lib.vendor

default applicable := false

# As EN-01; where EN-02 applies, so does EN-01.
applicable if vendor.non_public_data

undetermined contains finding if {
	some finding in fields.missing(input, [], [
		["encryption", "keys", "rotation"],
		["encryption", "keys", "last_rotated"],
		["encryption", "keys", "asymmetric"],
		["encryption", "keys", "module", "required"],
	])
}

undetermined contains finding if {
	some finding in fields.empty(input, [], [["encryption", "keys", "asymmetric"]])
}

undetermined contains finding if {
	vendor.tier == "critical"
	some finding in fields.missing(input, [], [["encryption", "keys", "custody"]])
}

undetermined contains finding if {
	input.encryption.keys.module.required
	some finding in fields.missing(input, [], [["encryption", "keys", "module", "standard"]])
}

undetermined contains finding if {
	_card_data
	some finding in fields.missing(input, [], [["encryption", "keys", "dual_control"]])
}

undetermined contains finding if {
	some i, key in input.encryption.keys.asymmetric
	some finding in fields.missing(key, ["encryption", "keys", "asymmetric", i], _wanted[i])
}

deny contains {
	"code": "algorithm",
	"path": ["encryption", "keys", "asymmetric", i, "algorithm"],
	"msg": $"{key.algorithm} is not an allowed algorithm",
	"fix": $"replace the key by one for {concat(", ", sort(_algorithms))}",
} if {
	some i, key in input.encryption.keys.asymmetric
	some _ in ({upper(key.algorithm)} - {upper(name) | some name in _algorithms})
}

deny contains {
	"code": "key_too_short",
	"path": ["encryption", "keys", "asymmetric", i, "bits"],
	"msg": $"the key has {key.bits} bits; {_least.strong} are needed {reasons}",
	"fix": $"replace the key by one of at least {_least.strong} bits",
} if {
	some i, key in input.encryption.keys.asymmetric
	_rows[i].size == "bits"
	key.bits < _least.strong
	reasons := concat(", ", sort(_strong[i]))
}

deny contains {
	"code": "key_too_short",
	"path": ["encryption", "keys", "asymmetric", i, "bits"],
	"msg": $"the key has {key.bits} bits; {_least.plain} are needed at the least",
	"fix": $"replace the key by one of at least {_least.plain} bits",
} if {
	some i, key in input.encryption.keys.asymmetric
	_rows[i].size == "bits"
	key.bits < _least.plain
	not _strong[i]
}

deny contains {
	"code": "curve",
	"path": ["encryption", "keys", "asymmetric", i, "curve"],
	"msg": $"{key.curve} is not an allowed curve",
	"fix": $"replace the key by one on {concat(", ", sort(object.keys(data.params.crypto.keys.curves)))}",
} if {
	some i, key in input.encryption.keys.asymmetric
	some _ in ({_plain(key.curve)} - _curves)
}

deny contains {
	"code": "hash",
	"path": ["encryption", "keys", "asymmetric", i, "hash"],
	"msg": $"{key.hash} is not an allowed hash function for signatures",
	"fix": $"sign with one of {concat(", ", data.params.crypto.keys.hashes)}",
} if {
	some i, key in input.encryption.keys.asymmetric
	some _ in ({_plain(key.hash)} - {_plain(name) | some name in data.params.crypto.keys.hashes})
}

deny contains {
	"code": "rotation",
	"path": ["encryption", "keys", "rotation"],
	"msg": $"data keys are replaced every {input.encryption.keys.rotation}; tier {vendor.tier} allows {limit} at most",
	"fix": $"replace data keys every {limit} or sooner",
} if {
	limit := object.get(data.params.thresholds, ["key_rotation", vendor.tier], "no time")
	limit != null
	durations.longer(input.encryption.keys.rotation, limit)
}

deny contains {
	"code": "overdue",
	"path": ["encryption", "keys", "last_rotated"],
	"msg": $"data keys were last replaced on {last_rotated}, and {rotation} after that has gone by",
	"fix": "replace the data keys, then write the day",
} if {
	last_rotated := input.encryption.keys.last_rotated
	rotation := input.encryption.keys.rotation
	dates.expired(object.get(input, ["derived", "due", "encryption.keys.last_rotated"], last_rotated))
}

deny contains {
	"code": "future_date",
	"path": ["encryption", "keys", "last_rotated"],
	"msg": $"{input.encryption.keys.last_rotated} is still to come",
	"fix": "write the day on which the data keys were last replaced",
} if {
	dates.future(input.encryption.keys.last_rotated)
}

deny contains {
	"code": "custody",
	"path": ["encryption", "keys", "custody"],
	"msg": $"the keys are held by {custody}, which tier critical does not allow",
	"fix": $"hold the keys by one of {concat(", ", data.params.crypto.keys.custody_at_critical)}",
} if {
	vendor.tier == "critical"
	some custody in ({input.encryption.keys.custody} - {safe | some safe in data.params.crypto.keys.custody_at_critical})
}

deny contains {
	"code": "module",
	"path": ["encryption", "keys", "module", "standard"],
	"msg": $"{standard} is not accepted on {dates.as_of}{_accepted_until(standard)}",
	"fix": $"use a module validated against {concat(" or ", sort(_standards))}",
} if {
	input.encryption.keys.module.required
	some standard in ({input.encryption.keys.module.standard} - _standards)
}

deny contains {
	"code": "dual_control",
	"path": ["encryption", "keys", "dual_control"],
	"msg": "one person alone can handle the keys to card data",
	"fix": "split knowledge and control of the keys between two persons (PCI DSS 3.7.6)",
} if {
	_card_data
	input.encryption.keys.dual_control == false
}

_card_data if {
	some item in input.scope.data
	object.get(item, "category", "cardholder") == "cardholder"
}

_algorithms contains name if some name, _ in data.params.crypto.keys.algorithms

# What the parameters say of each key whose algorithm is allowed, by its place in the list.
_rows[i] := row if {
	some i, key in input.encryption.keys.asymmetric
	some name, row in data.params.crypto.keys.algorithms
	upper(name) == upper(key.algorithm)
}

_least := {"plain": data.params.crypto.keys.minimum_bits, "strong": data.params.crypto.keys.strong_bits}

# The fields that each key needs, as far as its algorithm is known.
_wanted[i] contains ["algorithm"] if some i, _ in input.encryption.keys.asymmetric

_wanted[i] contains [row.size] if {
	some i, row in _rows
	row.size in {"bits", "curve"}
}

_wanted[i] contains ["hash"] if {
	some i, row in _rows
	row.hash
}

# How long it lives decides about a key that is long enough only for some years.
_wanted[i] contains ["expires"] if {
	some i, key in input.encryption.keys.asymmetric
	_rows[i].size == "bits"
	key.bits >= _least.plain
	key.bits < _least.strong
	not _strong[i]
}

# Why a key has to be strong, by its place in the list.
_strong[i] contains $"at tier {vendor.tier}" if {
	vendor.tier_at_least(data.params.crypto.keys.strong_from_tier)
	some i, _ in input.encryption.keys.asymmetric
}

_strong[i] contains $"after {data.params.crypto.keys.minimum_until}" if {
	dates.expired(data.params.crypto.keys.minimum_until)
	some i, _ in input.encryption.keys.asymmetric
}

_strong[i] contains $"for use until {key.expires}" if {
	some i, key in input.encryption.keys.asymmetric
	key.expires > data.params.crypto.keys.minimum_until
}

_curves contains _plain(name) if some name, _ in data.params.crypto.keys.curves

_curves contains _plain(other) if {
	some others in data.params.crypto.keys.curves
	some other in others
}

# Spellings differ in letter case, hyphens, underscores and spaces.
_plain(name) := strings.replace_n({"-": "", "_": "", " ": ""}, upper(name))

_standards contains row.edition if {
	some row in data.params.crypto.modules
	dates.in_force(row, dates.as_of)
}

_accepted_until(standard) := $"; it was until {row.valid_until}" if {
	some row in data.params.crypto.modules
	row.edition == standard
	row.valid_until != null
	dates.expired(row.valid_until)
} else := ""
