# METADATA
# title: Concentration and interdependence bounded
# description: >
#   Too dependent, either way, is a single point of failure. From tier high on, and for every critical or important
#   function, the client brings no more than a share of the vendor's revenue, and the vendor can be replaced: easily
#   enough, or else by an exit plan that holds (BC-02) with another provider at hand. What share of the client's
#   functions depends on one group, sub-processor or country is judged over all manifests.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2022/2554/oj
#     description: DORA Art. 28(4)(c) and 29
#   - ref: https://eur-lex.europa.eu/eli/reg_impl/2024/2956/oj
#     description: Implementing Regulation (EU) 2024/2956, template B_07.01
# custom:
#   id: FV-02
#   severity: medium
#   owner: compliance@client.example
#   effective_on: "2026-01-01"
#   profiles: [dora, full]
#   frameworks:
#     DORA: ["28(4)(c)", "29(1)", "29(2)"]
#     ITS (EU) 2024/2956: [B_07.01]
#     EBA/GL/2019/02: ["12.2"]
#     NIST CSF: [GV.SC-04, GV.SC-07]
#   remediation: Find a second source, or have the board accept the risk by a waiver.
#   findings:
#     revenue_share: The vendor lives on the client to a degree that would ruin it if the client left or paid less.
#     revenue_share_near: A large share of the vendor's revenue comes from the client, close to the limit.
#     not_substitutable: The vendor is hard to replace, and no exit plan that holds leads to another provider.
#   examples:
#     fail: |
#       continuity:
#         exit: {alternative_providers: 0}
#         substitutability: not_possible
#       financial: {our_share_of_vendor_revenue_pct: 8}
#     pass: |
#       continuity:
#         exit: {alternative_providers: 2}
#         substitutability: medium
#       financial: {our_share_of_vendor_revenue_pct: 8}
package controls.financial.concentration

import data.controls.continuity.exit_plan
import data.lib.fields
import data.lib.vendor

default applicable := false

applicable if vendor.tier_at_least("high")

applicable if input.scope.function == "critical_or_important"

undetermined contains finding if {
	some finding in fields.missing(input, [], [
		["financial", "our_share_of_vendor_revenue_pct"],
		["continuity", "substitutability"],
	])
}

undetermined contains finding if {
	_hard_to_replace
	some finding in fields.missing(input, [], [["continuity", "exit", "alternative_providers"]])
}

deny contains {
	"code": "revenue_share",
	"path": ["financial", "our_share_of_vendor_revenue_pct"],
	"msg": $"{_revenue_share} % of the vendor's revenue comes from the client; at most {_bound.limit_pct} % may",
	"fix": "spread the work over a second vendor, or have the board accept the risk by a waiver",
} if {
	_revenue_share > _bound.limit_pct
}

deny contains {
	"code": "not_substitutable",
	"path": ["continuity", "substitutability"],
	"msg": $"replacing the vendor is {input.continuity.substitutability}, and {reasons}",
	"fix": "find another provider and bring the exit plan in order, or have the board accept the risk by a waiver",
} if {
	_hard_to_replace
	reasons := concat("; ", sort(_obstacles))
	count(_obstacles) > 0
}

warn contains {
	"code": "revenue_share_near",
	"path": ["financial", "our_share_of_vendor_revenue_pct"],
	"msg": $"{_revenue_share} % of the vendor's revenue comes from the client; above {_bound.limit_pct} % it may not",
	"fix": "watch the share, and spread new work over other vendors",
} if {
	applicable
	_revenue_share > _bound.warn_pct
	_revenue_share <= _bound.limit_pct
}

_revenue_share := input.financial.our_share_of_vendor_revenue_pct

_bound[level] := object.get(data.params.concentration, ["revenue_share", level], 0) if {
	some level in ["limit_pct", "warn_pct"]
}

_hard_to_replace if input.continuity.substitutability in {"difficult", "not_possible"}

_obstacles contains "no other provider could take over" if input.continuity.exit.alternative_providers < 1

_obstacles contains "the exit plan does not hold (BC-02)" if count(exit_plan.deny) > 0

_obstacles contains "the exit plan cannot be judged (BC-02)" if count(exit_plan.undetermined) > 0
