# METADATA
# title: Staff screened, bound, trained
# description: >
#   Most data fraud needs an insider. All staff with access to data that is not public are screened before they get it
#   (a few may be missing below tier high), at each level that is asked for; all have signed an undertaking of
#   confidentiality; nearly all finished the latest training, which lies within a year and taught what every law needs.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2016/679/oj
#     description: GDPR Art. 28(3)(b), 29, 32(4)
#   - ref: https://eur-lex.europa.eu/eli/dir/2022/2555/oj
#     description: NIS2 Art. 21(2)(g), 21(2)(i)
#   - ref: https://eur-lex.europa.eu/eli/reg/2022/2554/oj
#     description: DORA Art. 30(2)(i)
#   - ref: https://www.ecfr.gov/current/title-45/section-164.308
#     description: HIPAA 164.308(a)(5), security awareness and training
# custom:
#   id: PC-01
#   severity: high
#   owner: ciso@client.example
#   effective_on: "2026-01-01"
#   profiles: [gdpr, dora, pci, hipaa, full]
#   frameworks:
#     GDPR: ["28(3)(b)", "32(4)", "29"]
#     ISO 27001: [A.6.1, A.6.3, A.6.6]
#     NIS2: ["21(2)(g)", "21(2)(i)"]
#     DORA: ["30(2)(i)"]
#     NIST 800-53: [PS-3, PS-7, AT-2]
#     PCI DSS: ["12.6", "12.7.1"]
#     HIPAA: [164.308(a)(5)]
#     CSA CCM: [HRS-01, HRS-11]
#   remediation: Complete screening and training; suspend the access of whoever lacks them until then.
#   findings:
#     screening_incomplete: Staff with access were not all screened, so nobody knows who handles the data.
#     screened_after_access: Staff get access before their screening is finished, so it comes too late.
#     screening_level_missing: The screening leaves out something that is asked for, so it would not find who must not
#       have access.
#     confidentiality_unsigned: Some staff with access have signed no undertaking of confidentiality, so nothing binds
#       them.
#     training_incomplete: Too many of the staff did not finish the latest training.
#     training_overdue: The latest training is longer ago than a cycle allows, so newcomers and habits go untaught.
#     topic_missing: The training leaves out a topic that all staff, or staff under this law, must be taught.
#     future_date: The latest training is still to come, so it cannot count as held.
#   examples:
#     fail: |
#       people:
#         screening: {coverage_pct: 92}
#     pass: |
#       people:
#         screening: {coverage_pct: 100, levels: [identity, employment, criminal_where_lawful], before_access: true}
#         confidentiality_signed_pct: 100
#         training: {completed_pct: 99, last_cycle: 2026-06-30, topics: [security, privacy, phishing, client_policies]}
package controls.people.staff_security

import data.lib.dates
import data.lib.fields
import data.lib.vendor

default applicable := false

applicable if vendor.non_public_data

undetermined contains finding if {
	some finding in fields.missing(input, [], [
		["scope", "regimes"],
		["people", "screening", "coverage_pct"],
		["people", "screening", "levels"],
		["people", "screening", "before_access"],
		["people", "confidentiality_signed_pct"],
		["people", "training", "completed_pct"],
		["people", "training", "last_cycle"],
		["people", "training", "topics"],
	])
}

deny contains {
	"code": "screening_incomplete",
	"path": ["people", "screening", "coverage_pct"],
	"msg": $"{share} percent of the staff with access was screened; tier {vendor.tier} asks for {least}",
	"fix": "screen the others, or take their access away until they are",
} if {
	least := object.get(data.params.thresholds, ["screening_pct", vendor.tier], 101)
	least != null
	share := input.people.screening.coverage_pct
	share < least
}

deny contains {
	"code": "screened_after_access",
	"path": ["people", "screening", "before_access"],
	"msg": "staff get access before their screening is finished",
	"fix": "give access only after the screening",
} if {
	input.people.screening.before_access == false
}

deny contains {
	"code": "screening_level_missing",
	"path": ["people", "screening", "levels"],
	"key": level,
	"msg": $"the screening does not look at {level}",
	"fix": $"have the vendor screen for {level} too",
} if {
	fields.present(input, ["people", "screening", "levels"])
	some level in (_levels - {done | some done in input.people.screening.levels})
}

deny contains {
	"code": "confidentiality_unsigned",
	"path": ["people", "confidentiality_signed_pct"],
	"msg": $"{share} percent of the staff has signed an undertaking of confidentiality; {least} is asked for",
	"fix": "have the others sign, or take their access away until they have",
} if {
	least := object.get(data.params.thresholds, "confidentiality_signed_pct", 101)
	share := input.people.confidentiality_signed_pct
	share < least
}

deny contains {
	"code": "training_incomplete",
	"path": ["people", "training", "completed_pct"],
	"msg": $"{share} percent of the staff finished the latest training; {least} is asked for",
	"fix": "have the others finish it, or take their access away until they have",
} if {
	least := object.get(data.params.thresholds, "training_pct", 101)
	share := input.people.training.completed_pct
	share < least
}

deny contains {
	"code": "training_overdue",
	"path": ["people", "training", "last_cycle"],
	"msg": $"the latest training ended on {done}, more than {period} ago",
	"fix": "hold the training and write its last day",
} if {
	period := object.get(data.params.thresholds, "training_cycle", "no time")
	done := input.people.training.last_cycle
	dates.overdue(done, period)
}

deny contains {
	"code": "topic_missing",
	"path": ["people", "training", "topics"],
	"key": topic,
	"msg": $"the training leaves out {topic}, which is asked for {reasons}",
	"fix": $"teach {topic} and add it",
} if {
	fields.present(input, ["people", "training", "topics"])
	some topic, causes in _topics
	topic in (object.keys(_topics) - {taught | some taught in input.people.training.topics})
	reasons := concat(" and ", sort(causes))
}

deny contains {
	"code": "future_date",
	"path": ["people", "training", "last_cycle"],
	"msg": $"the latest training ended on {done}, which is still to come",
	"fix": "write the last day of the latest training that was held",
} if {
	done := input.people.training.last_cycle
	dates.future(done)
}

_levels := {level |
	some level in object.get(data.params.thresholds, "screening_levels", ["what the policy asks for"])
}

# By topic why it must be taught.
_topics[topic] contains "everywhere" if {
	some topic in object.get(data.params.thresholds, "training_topics", ["what the policy asks for"])
}

_topics[topic] contains $"under {regime}" if {
	some regime in input.scope.regimes
	some topic in object.get(data.params.regimes.regimes, [regime, "training_topics"], [$"what {regime} asks for"])
}
