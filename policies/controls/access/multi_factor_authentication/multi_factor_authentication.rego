# METADATA
# title: Multi-factor authentication
# description: >
#   Stolen passwords are the commonest way in. Whoever gets more than public data asks for a second factor: at every
#   log-in from tier high on and wherever card data, health records or credentials are handled, at remote and
#   privileged ones at tier medium, at privileged ones at tier low. Factors that can be intercepted do not count at
#   tier critical, and nobody shares an account.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2016/679/oj
#     description: GDPR Art. 32(1)(b)
#   - ref: https://eur-lex.europa.eu/eli/dir/2022/2555/oj
#     description: NIS2 Art. 21(2)(j)
#   - ref: https://pages.nist.gov/800-63-4/sp800-63b.html
#     description: NIST SP 800-63B, authenticators
# custom:
#   id: LA-01
#   severity: critical
#   owner: ciso@client.example
#   effective_on: "2026-01-01"
#   profiles: [starter, gdpr, pci, hipaa, full]
#   frameworks:
#     GDPR: ["32(1)(b)"]
#     NIS2: ["21(2)(j)"]
#     ISO 27001: [A.8.5, A.5.17]
#     NIST 800-53: [IA-2(1), IA-2(2)]
#     PCI DSS: ["8.4.2", "8.2.2"]
#     CSA CCM: [IAM-14]
#     NIST CSF: [PR.AA-03]
#     SOC 2: [CC6.1]
#   remediation: Extend multi-factor authentication to every log-in that the tier asks for; end shared accounts.
#   findings:
#     coverage: Some log-ins that the tier or the data asks to protect need no second factor, so a stolen password is
#       enough.
#     no_factors: No second factor is listed, so nothing beside the password is known to guard a log-in.
#     weak_factor: A second factor in use can be intercepted on its way, which is not good enough at this tier.
#     shared_accounts: Several persons use one account, so nobody can tell who did what, nor shut one of them out.
#   examples:
#     fail: |
#       scope: {risk_tier: high}
#       access:
#         mfa: {coverage: privileged, factors: [totp]}
#         shared_accounts: false
#     pass: |
#       scope: {risk_tier: high}
#       access:
#         mfa: {coverage: all, factors: [fido2, totp]}
#         shared_accounts: false
package controls.access.multi_factor_authentication

import data.lib.fields
import data.lib.vendor

default applicable := false

applicable if vendor.non_public_data

undetermined contains finding if {
	some finding in fields.missing(input, [], [
		["access", "mfa", "coverage"],
		["access", "mfa", "factors"],
		["access", "shared_accounts"],
	])
}

deny contains {
	"code": "coverage",
	"path": ["access", "mfa", "coverage"],
	"msg": $"the coverage of second factors is {coverage}; {_reasons} asks for {_least}",
	"fix": $"have the vendor ask for a second factor at every such log-in, then write `coverage: {_least}`",
} if {
	some coverage in ({input.access.mfa.coverage} - {enough | some enough in _enough})
}

deny contains {
	"code": "no_factors",
	"path": ["access", "mfa", "factors"],
	"msg": "no second factor is listed",
	"fix": "list every second factor in use",
} if {
	count(input.access.mfa.factors) == 0
}

deny contains {
	"code": "weak_factor",
	"path": ["access", "mfa", "factors", i],
	"msg": $"{factor} is a second factor, which does not count at tier {vendor.tier}",
	"fix": $"replace {factor} by a factor that cannot be intercepted, such as fido2, then take it off the list",
} if {
	some i, factor in input.access.mfa.factors
	factor in _refused
}

deny contains {
	"code": "shared_accounts",
	"path": ["access", "shared_accounts"],
	"msg": "several persons use one account",
	"fix": "give each person an account of their own, then write `shared_accounts: false`",
} if {
	input.access.shared_accounts == true
}

# The coverages that will do, the least of them last.
_enough := ["all"] if count(_categories) > 0

_enough := object.get(data.params.thresholds, ["mfa_coverage", vendor.tier], ["all"]) if count(_categories) == 0

_least := _enough[count(_enough) - 1]

# The kinds of data for which every log-in needs a second factor, whatever the tier.
_categories contains item.category if {
	some item in input.scope.data
	item.category in object.get(data.params.thresholds, "mfa_for_everyone", [item.category])
}

_reasons := $"tier {vendor.tier}" if count(_categories) == 0

_reasons := $"data of category {concat(" and ", sort(_categories))}" if count(_categories) > 0

# Where the parameters do not tell, no factor counts.
_refused := object.get(data.params.thresholds, ["mfa_refused_factors", vendor.tier], input.access.mfa.factors)
