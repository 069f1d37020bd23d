# METADATA
# title: Audit, access and information rights
# description: >
#   A right that is not in the contract does not exist. From tier medium on, and wherever a processing agreement is
#   needed, the client may audit, on site from tier high on, after no longer a notice than the tier allows and on stated
#   terms of cost; its supervisors may where DORA or the EBA guidelines apply; and for a critical or important function
#   certificates do not take the place of audits.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2016/679/oj
#     description: GDPR Art. 28(3)(h)
#   - ref: https://eur-lex.europa.eu/eli/reg/2022/2554/oj
#     description: DORA Art. 30(2)(g), 30(3)(e)
#   - ref: https://www.ecfr.gov/current/title-45/section-164.504
#     description: HIPAA 45 CFR 164.504(e)(2)(ii)(I)
# custom:
#   id: AA-02
#   severity: high
#   owner: legal@client.example
#   effective_on: "2026-01-01"
#   profiles: [gdpr, dora, hipaa, full]
#   frameworks:
#     GDPR: ["28(3)(h)"]
#     DORA: ["30(2)(g)", "30(3)(e)(i)-(iv)"]
#     EBA/GL/2019/02: ["13.3"]
#     HIPAA: [164.504(e)(2)(ii)(I)]
#     ISO 27001: [A.5.20]
#     CSA CCM: [STA-09]
#     NIST CSF: [GV.SC-05]
#   remediation: Amend the contract.
#   findings:
#     no_client_audit: The contract does not let the client audit, so nobody can check what the vendor says.
#     no_regulator_audit: The contract does not let the client's supervisors audit, which the law asks for.
#     no_site_visits: The right to audit stops at the door, so what happens on site cannot be seen.
#     notice_too_long: An audit must be announced so early that there is time to tidy up before it.
#     certificates_only: For a critical or important function certificates take the place of audits, which the law
#       does not allow.
#   examples:
#     fail: |
#       scope: {function: critical_or_important}
#       assurance:
#         audit_rights: {client: true, limited_to: certificates_only}
#     pass: |
#       scope: {function: critical_or_important}
#       assurance:
#         audit_rights:
#           client: true
#           regulator: true
#           on_site: true
#           notice: P5D
#           limited_to: none
#           cost_terms: Each side bears its own cost.
package controls.assurance.audit_rights

import data.lib.durations
import data.lib.fields
import data.lib.vendor

default applicable := false

applicable if vendor.tier_at_least("medium")

# Where DP-01 asks for a processing agreement.
applicable if {
	vendor.personal_data
	not input.data_protection.role == "independent_controller"
}

undetermined contains finding if {
	some finding in fields.missing(input, [], [
		["scope", "function"],
		["scope", "regimes"],
		["assurance", "audit_rights", "client"],
		["assurance", "audit_rights", "notice"],
		["assurance", "audit_rights", "cost_terms"],
	])
}

undetermined contains finding if {
	vendor.tier_at_least("high")
	some finding in fields.missing(input, [], [["assurance", "audit_rights", "on_site"]])
}

undetermined contains finding if {
	count(_supervised) > 0
	some finding in fields.missing(input, [], [["assurance", "audit_rights", "regulator"]])
}

undetermined contains finding if {
	input.scope.function == "critical_or_important"
	some finding in fields.missing(input, [], [["assurance", "audit_rights", "limited_to"]])
}

deny contains {
	"code": "no_client_audit",
	"path": ["assurance", "audit_rights", "client"],
	"msg": "the contract does not let the client audit",
	"fix": "agree on the client's right to audit, then write `client: true`",
} if {
	input.assurance.audit_rights.client == false
}

deny contains {
	"code": "no_regulator_audit",
	"path": ["assurance", "audit_rights", "regulator"],
	"msg": $"the contract does not let supervisors audit, which {names} asks for",
	"fix": "agree on the supervisors' right to audit, then write `regulator: true`",
} if {
	count(_supervised) > 0
	names := concat(" and ", sort(_supervised))
	input.assurance.audit_rights.regulator == false
}

deny contains {
	"code": "no_site_visits",
	"path": ["assurance", "audit_rights", "on_site"],
	"msg": $"the right to audit leaves out visits on site, which tier {vendor.tier} asks for",
	"fix": "agree on visits on site, then write `on_site: true`",
} if {
	vendor.tier_at_least("high")
	input.assurance.audit_rights.on_site == false
}

deny contains {
	"code": "notice_too_long",
	"path": ["assurance", "audit_rights", "notice"],
	"msg": $"an audit must be announced {notice} before; tier {vendor.tier} allows {limit}",
	"fix": $"agree on a notice of {limit} at most",
} if {
	limit := object.get(data.params.thresholds, ["audit_notice", vendor.tier], "no time")
	limit != null
	notice := input.assurance.audit_rights.notice
	durations.longer(notice, limit)
}

deny contains {
	"code": "certificates_only",
	"path": ["assurance", "audit_rights", "limited_to"],
	"msg": "the right to audit is limited to certificates, though the function is critical or important",
	"fix": "agree on an unrestricted right, then write `limited_to: none`",
} if {
	input.scope.function == "critical_or_important"
	input.assurance.audit_rights.limited_to == "certificates_only"
}

# The regimes under which supervisors must be able to audit; every regime where the parameters do not tell.
_supervised contains regime if {
	some regime in input.scope.regimes
	regime in object.get(data.params.thresholds, "regulator_audit_regimes", [regime])
}
