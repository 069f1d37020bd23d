# METADATA
# title: Vendor is financially sound
# description: >
#   Bankruptcy leaves the client holding the bag. From tier medium on the annual accounts are no older than a year and a
#   half, audited from tier high on, without doubt that the vendor can go on and without insolvency proceedings. A
#   rating agency's score, where one is given, is not older than a year and reaches what the tier asks for; while the
#   parent company guarantees for the vendor, what the next lower tier asks for.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2022/2554/oj
#     description: DORA Art. 28(4)(d) and 29(2)
# custom:
#   id: FV-01
#   severity: high
#   owner: finance@client.example
#   effective_on: "2026-01-01"
#   profiles: [dora, full]
#   frameworks:
#     DORA: ["28(4)(d)", "29(2)"]
#     EBA/GL/2019/02: ["12.3"]
#     SOC 2: [CC9.2]
#     ISO 27001: [A.5.19]
#     NIST CSF: [GV.SC-06]
#   remediation: Obtain current accounts or a guarantee, or start to prepare the exit.
#   findings:
#     accounts_old: The latest annual accounts are too old to show how the vendor stands.
#     not_audited: No auditor has examined the annual accounts, which the tier asks for.
#     going_concern_doubt: The auditor doubts that the vendor can go on.
#     insolvency_proceedings: Insolvency proceedings are open or have been asked for, so the service may end any day.
#     score_low: The rating agency's score is below what the tier asks for.
#     score_old: The rating is too old to show how the vendor stands.
#     unknown_provider: No least score is set for that rating agency, so its score counts for nothing.
#     in_future: The accounts or the rating are dated on a day still to come, so they cannot exist yet.
#   examples:
#     fail: |
#       financial:
#         accounts: {period_end: 2024-12-31, audited: true}
#         going_concern_doubt: false
#         insolvency_proceedings: false
#     pass: |
#       financial:
#         accounts: {period_end: 2025-12-31, audited: true}
#         going_concern_doubt: false
#         insolvency_proceedings: false
package controls.financial.viability

import data.lib.dates
import data.lib.fields
import data.lib.vendor

default applicable := false

applicable if vendor.tier_at_least("medium")

undetermined contains finding if {
	some finding in fields.missing(input, [], [
		["financial", "accounts", "period_end"],
		["financial", "going_concern_doubt"],
		["financial", "insolvency_proceedings"],
	])
}

undetermined contains finding if {
	vendor.tier_at_least("high")
	some finding in fields.missing(input, [], [["financial", "accounts", "audited"]])
}

# Not every vendor is rated; whoever gives a score gives it whole.
undetermined contains finding if {
	score := input.financial.score
	some finding in fields.missing(score, ["financial", "score"], [["provider"], ["value"], ["rated_on"]])
}

deny contains {
	"code": "accounts_old",
	"path": ["financial", "accounts", "period_end"],
	"msg": $"the latest accounts end on {input.financial.accounts.period_end}, more than {period} ago",
	"fix": "obtain the accounts of the latest financial year",
} if {
	period := object.get(data.params.thresholds, "accounts_age", "P0D")
	dates.overdue(input.financial.accounts.period_end, period)
}

deny contains {
	"code": "not_audited",
	"path": ["financial", "accounts", "audited"],
	"msg": $"the accounts are not audited, which tier {vendor.tier} asks for",
	"fix": "obtain audited accounts",
} if {
	vendor.tier_at_least("high")
	input.financial.accounts.audited == false
}

deny contains {
	"code": "going_concern_doubt",
	"path": ["financial", "going_concern_doubt"],
	"msg": "the auditor doubts that the vendor can go on",
	"fix": "obtain the auditor's reasons, and start to prepare the exit",
} if {
	input.financial.going_concern_doubt
}

deny contains {
	"code": "insolvency_proceedings",
	"path": ["financial", "insolvency_proceedings"],
	"msg": "insolvency proceedings against the vendor are open or have been asked for",
	"fix": "set the exit plan in motion and have the data returned now",
} if {
	input.financial.insolvency_proceedings
}

deny contains {
	"code": "score_low",
	"path": ["financial", "score", "value"],
	"msg": $"the score of {score.provider} is {score.value}; {_reason} at least {least}",
	"fix": "obtain a guarantee of the parent company, or start to prepare the exit",
} if {
	score := input.financial.score
	least := object.get(_least_scores[score.provider], _band, 1000000)
	least != null
	score.value < least
}

deny contains {
	"code": "score_old",
	"path": ["financial", "score", "rated_on"],
	"msg": $"the rating of {score.provider} is of {score.rated_on}, more than {period} ago",
	"fix": "obtain a current rating",
} if {
	score := input.financial.score
	_least_scores[score.provider]
	period := object.get(data.params.thresholds, "rating_age", "P0D")
	dates.overdue(score.rated_on, period)
}

deny contains {
	"code": "in_future",
	"path": array.concat(["financial"], path),
	"msg": $"{path[1]} is {day}, which is still to come",
	"fix": "write the day of what exists today",
} if {
	some path in [["accounts", "period_end"], ["score", "rated_on"]]
	day := object.get(input.financial, path, dates.as_of)
	dates.future(day)
}

warn contains {
	"code": "unknown_provider",
	"path": ["financial", "score", "provider"],
	"msg": $"no least score is set for {provider}, so its score counts for nothing",
	"fix": $"give a score of one of {concat(", ", sort(object.keys(_least_scores)))}, or set a least score for {provider}",
} if {
	applicable
	some provider in ({input.financial.score.provider} - object.keys(_least_scores))
}

_least_scores := object.get(data.params.thresholds, "fin_score", {})

# The tier whose least score counts: the vendor's own, or the next lower one while the parent guarantees.
default _guaranteed := false

_guaranteed if {
	input.financial.parent_guarantee.given
	input.financial.parent_guarantee.expires >= dates.as_of
}

_band := vendor.tier if not _guaranteed

_band := data.params.tiers.order[data.params.tiers.rank[vendor.tier] - 1] if _guaranteed

_reason := $"tier {vendor.tier} asks for" if not _guaranteed

_reason := $"with the parent's guarantee tier {vendor.tier} asks for" if _guaranteed
