# METADATA
# title: Risk tier substantiated, not under-declared
# description: >
#   The tier drives every threshold, so it must not be self-chosen downwards. The declared tier is at least the floor,
#   which is the highest of the floors of the data categories, of the function (critical under DORA) and of the number
#   of data subjects. Declaring more is allowed. All other controls use the higher of the declared tier and the floor.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2022/2554/oj
#     description: DORA Art. 28(4)(a), 29
# custom:
#   id: GR-02
#   severity: critical
#   owner: compliance@client.example
#   effective_on: "2026-01-01"
#   profiles: [starter, dora, pci, hipaa, full]
#   frameworks:
#     DORA: ["28(4)(a)", "29"]
#     EBA/GL/2019/02: ["4", "12.2"]
#     ISO 27001: [A.5.19, A.5.12]
#     NIST CSF: [GV.SC-04, GV.SC-07]
#     NIST 800-53: [RA-3(1)]
#     SOC 2: [CC9.2]
#   remediation: Raise the declared tier to the floor, or remove the data category that forces it.
#   findings:
#     under_declared: The declared tier is lower than the vendor's data, function or volume allow, so the register
#       understates the risk.
#   examples:
#     fail: |
#       scope:
#         risk_tier: low
#         data:
#           - {id: records, category: special_health, subjects_estimate: 500}
#     pass: |
#       scope:
#         risk_tier: high
#         data:
#           - {id: records, category: special_health, subjects_estimate: 500}
package controls.governance.risk_tier

import data.lib.fields
import data.lib.vendor

undetermined contains finding if {
	some finding in fields.missing(input, [], [["scope", "risk_tier"]])
}

undetermined contains finding if some finding in vendor.floor_missing

deny contains {
	"code": "under_declared",
	"path": ["scope", "risk_tier"],
	"msg": $"the declared tier {input.scope.risk_tier} is below {vendor.known_tier_floor}, which follows from {_causes}",
	"fix": $"write `risk_tier: {vendor.known_tier_floor}`, or remove what forces it",
} if {
	ranks := data.params.tiers.rank
	ranks[input.scope.risk_tier] < ranks[vendor.known_tier_floor]
}

_causes := concat(", ", sort({reason.cause |
	some reason in vendor.floor_reasons
	reason.tier == vendor.known_tier_floor
}))
