# METADATA
# title: Attestation signed and in force
# description: >
#   A claim without a name and a date is not an attestation. An officer of the vendor who may bind it at this tier has
#   signed on a day that has come; the sign-off is still valid, for no longer than the tier allows; its digest matches
#   the vendor-attested blocks, and nothing in them is dated after it, ends and due dates aside.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2022/2554/oj
#     description: DORA Art. 28(3)
# custom:
#   id: GR-05
#   severity: critical
#   owner: compliance@client.example
#   effective_on: "2026-01-01"
#   profiles: [starter, gdpr, dora, pci, hipaa, full]
#   frameworks:
#     DORA: ["28(3)"]
#     ISO 27001: [A.5.22, A.5.36]
#     NIST CSF: [GV.SC-07]
#     NIST 800-53: [CA-7, SR-6]
#     PCI DSS: ["12.8.4"]
#     SOC 2: [CC4.1]
#   remediation: >-
#     Have an authorised vendor officer re-attest; any edit of a vendor-attested block after sign-off needs a new one.
#   findings:
#     future_date: The attestation is dated after the day of the check, so nobody has signed it yet.
#     expired: The attestation's validity has ended, so nobody at the vendor stands by its claims today.
#     too_long: The attestation is to hold for longer than the tier allows, so its claims would go unconfirmed for too
#       long.
#     role_not_authorised: The signer's role may not bind a vendor of this tier, so the vendor is not held to what was
#       signed.
#     client_address: The signer's address belongs to the client, so the vendor itself has attested nothing.
#     digest_mismatch: What the vendor attests was edited after the sign-off, so nobody has signed what is written
#       now.
#     later_date: A date in the attested blocks lies after the sign-off, so the signer cannot have known what it
#       records.
#     ends_soon: The attestation ends soon; without a new one nobody will stand by the vendor's claims.
#   examples:
#     fail: |
#       attestation:
#         {name: Maria Santos, role: account_manager, email: m.santos@vendor.example, date: 2026-12-01}
#     pass: |
#       attestation:
#         name: Maria Santos
#         role: chief_information_security_officer
#         email: m.santos@vendor.example
#         date: 2026-09-01
#         valid_until: 2027-02-28
#         statement_version: "2"
#         digest: 50d858e0985ecc7f60418aaf0cc5ab587f42c2570a884095a9e8ccacd0f6545c
package controls.governance.attestation_in_force

import data.lib.dates
import data.lib.fields
import data.lib.organisation
import data.lib.vendor

undetermined contains finding if {
	some finding in fields.missing(input, [], [
		["attestation", "name"],
		["attestation", "role"],
		["attestation", "email"],
		["attestation", "date"],
		["attestation", "valid_until"],
		["attestation", "statement_version"],
		["attestation", "digest"],
	])
}

deny contains {
	"code": "future_date",
	"path": ["attestation", "date"],
	"msg": $"the attestation is dated {input.attestation.date}, which is after {dates.as_of}",
	"fix": "write the day on which it was signed",
} if {
	dates.future(input.attestation.date)
}

deny contains {
	"code": "expired",
	"path": ["attestation", "valid_until"],
	"msg": $"the attestation was valid until {input.attestation.valid_until}, which is before {dates.as_of}",
} if {
	dates.expired(input.attestation.valid_until)
}

deny contains {
	"code": "too_long",
	"path": ["attestation", "valid_until"],
	"msg": $"valid until {input.attestation.valid_until} is longer than {_term} after {input.attestation.date}, {_why}",
	"fix": $"write a `valid_until` no later than {_last_day}",
} if {
	input.attestation.date
	input.attestation.valid_until > _last_day
}

deny contains {
	"code": "role_not_authorised",
	"path": ["attestation", "role"],
	"msg": $"the role {role} may not sign for a vendor of tier {vendor.tier}",
	"fix": $"have it signed by one of: {_signer_list}",
} if {
	some role in ({input.attestation.role} - _signers)
}

deny contains {
	"code": "client_address",
	"path": ["attestation", "email"],
	"msg": $"the signer's address {input.attestation.email} is the client's, so the vendor has not signed",
	"fix": "have an officer of the vendor sign, with the vendor's own address",
} if {
	organisation.is_under_ours(input.attestation.email)
}

deny contains {
	"code": "digest_mismatch",
	"path": ["attestation", "digest"],
	"msg": $"what the vendor signed has changed since: its digest is now {_digest}",
} if {
	fields.present(input, ["attestation", "digest"])
	not input.derived.attestation.digest_matches
}

deny contains {
	"code": "later_date",
	"path": later.path,
	"msg": $"{later.date} lies after the sign-off on {input.attestation.date}, so nobody has attested it",
	"fix": "correct the date, or have the vendor sign again",
} if {
	some later in input.derived.attestation.later_dates
	names := [key | some key in later.path; is_string(key)]
	some _ in ({names[count(names) - 1]} - {name | some name in data.params.attestation.forward_dates})
}

warn contains {
	"code": "ends_soon",
	"path": ["attestation", "valid_until"],
	"msg": $"the attestation ends on {input.attestation.valid_until}",
	"fix": "ask the vendor to attest again before that day",
} if {
	period := object.get(data.params.thresholds, "attestation_renewal_warning", "no time")
	dates.soon(input.attestation.valid_until, period)
	input.attestation.valid_until >= dates.as_of
}

_term := object.get(data.params.thresholds, ["attestation_validity", vendor.tier], "no time")

# A term that parameters or facts do not know ends at once; null asks for none.
_last_day := object.get(input.derived, ["attestation", "due", _term], "0000-00-00") if _term != null

_why := $"the longest term at tier {vendor.tier}"

_digest := object.get(input.derived, ["attestation", "digest"], "unknown")

_signers := {role | some role in data.params.org.attestor_roles[vendor.tier]}

_signer_list := concat(", ", sort(_signers))
