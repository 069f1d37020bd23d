# METADATA
# title: Language, channel and cultural readiness
# description: >
#   Customers judge by what they understand. Where the vendor deals with customers or does not work onshore, its staff
#   is trained for every channel, and in each language of the service it has on each channel the level that the channel
#   needs, tested within two years; a translation arrangement serves languages that nobody speaks there. For offshore
#   work both sides had training in the other's ways within a year.
# related_resources:
#   - ref: https://www.coe.int/en/web/common-european-framework-reference-languages
#     description: Common European Framework of Reference for Languages
#   - ref: https://www.iso.org/standard/64739.html
#     description: ISO 18295-1, customer contact centres
# custom:
#   id: PC-02
#   severity: medium
#   owner: procurement@client.example
#   effective_on: "2026-01-01"
#   profiles: [full]
#   frameworks:
#     Council of Europe: [CEFR]
#     ISO: ["18295-1", "37500"]
#     ISO 27001: [A.6.3]
#   remediation: Re-assess or re-staff the languages that fall short, and hold joint training.
#   findings:
#     empty: No channel or no language of the service is listed, so what staff must master cannot be judged.
#     no_staff: In a language of the service nobody serves the channel and no translation is arranged, so customers
#       are not understood.
#     level_too_low: The weakest of the staff speak or write the language worse than the channel needs.
#     assessment_overdue: The language was tested too long ago to tell how well today's staff speaks or writes it.
#     untrained_channel: Staff serve a channel that they were not trained for.
#     cultural_training_overdue: A side has not been taught the other's ways lately, so misunderstandings grow.
#     future_date: A test or training is still to come, so it cannot count as done.
#   examples:
#     fail: |
#       people:
#         language: [{code: de, channel: voice, cefr: B1, assessed_on: 2026-03-01}]
#     pass: |
#       people:
#         language: [{code: de, channel: voice, cefr: C1, assessed_on: 2026-03-01}]
#         training: {channels: [voice]}
#         cultural_training: {vendor_on: 2026-02-10, client_on: 2026-02-10}
package controls.people.language_and_culture

import data.lib.dates
import data.lib.fields

default applicable := false

applicable if not input.scope.delivery_model == "onshore"

applicable if not data.params.service_types.services[_service].customer_facing == false

undetermined contains finding if {
	some finding in fields.missing(input, [], [
		["scope", "service"],
		["scope", "delivery_model"],
		["scope", "channels"],
		["scope", "service_languages"],
		["people", "language"],
		["people", "training", "channels"],
	])
}

# Staff that serves nowhere or in no language cannot be judged.
undetermined contains finding if {
	some finding in fields.empty(input, [], [["scope", "channels"], ["scope", "service_languages"]])
}

undetermined contains finding if {
	some i in _serving
	some finding in fields.missing(input.people.language[i], ["people", "language", i], [["cefr"], ["assessed_on"]])
}

undetermined contains finding if {
	input.scope.delivery_model == "offshore"
	some finding in fields.missing(input, [], [
		["people", "cultural_training", "vendor_on"],
		["people", "cultural_training", "client_on"],
	])
}

deny contains {
	"code": "no_staff",
	"path": ["people", "language"],
	"key": concat(":", wanted),
	"msg": $"nobody serves the channel {wanted[1]} in {wanted[0]}, and no translation is arranged",
	"fix": "name the staff's level there, or what is arranged as `people.translation_arrangement`",
} if {
	fields.present(input, ["people", "language"])
	not _translation
	some wanted in (_wanted - {[item.code, item.channel] | some item in input.people.language})
}

deny contains {
	"code": "level_too_low",
	"path": ["people", "language", i, "cefr"],
	"msg": $"staff on the channel {item.channel} speaks or writes {item.code} at {item.cefr}; {least} is asked for",
	"fix": $"put staff there whose tested level is at least {least}",
} if {
	some i in _serving
	item := input.people.language[i]
	least := object.get(data.params.thresholds, ["cefr", item.channel], "a known level")
	item.cefr < least
}

deny contains {
	"code": "assessment_overdue",
	"path": ["people", "language", i, "assessed_on"],
	"msg": $"{item.code} on the channel {item.channel} was last tested on {item.assessed_on}, more than {period} ago",
	"fix": "test the staff again and write the day",
} if {
	period := object.get(data.params.thresholds, "language_assessment", "no time")
	some i in _serving
	item := input.people.language[i]
	dates.overdue(item.assessed_on, period)
}

deny contains {
	"code": "untrained_channel",
	"path": ["scope", "channels", i],
	"msg": $"the vendor serves the channel {channel}, and its staff was not trained for it",
	"fix": $"train the staff for {channel} and add it to `people.training.channels`",
} if {
	fields.present(input, ["people", "training", "channels"])
	some i, channel in input.scope.channels
	channel in (_channels - {trained | some trained in input.people.training.channels})
}

deny contains {
	"code": "cultural_training_overdue",
	"path": ["people", "cultural_training", side],
	"msg": $"the latest training of the {name} in the other side's ways was on {done}, more than {period} ago",
	"fix": "hold the training and write its day",
} if {
	input.scope.delivery_model == "offshore"
	period := object.get(data.params.thresholds, "cultural_training", "no time")
	some side, name in {"vendor_on": "vendor", "client_on": "client"}
	done := input.people.cultural_training[side]
	dates.overdue(done, period)
}

deny contains {
	"code": "future_date",
	"path": ["people", "language", i, "assessed_on"],
	"msg": $"{item.code} is called tested on {item.assessed_on}, which is still to come",
	"fix": "write the day of the latest test that was held",
} if {
	some i in _serving
	item := input.people.language[i]
	dates.future(item.assessed_on)
}

deny contains {
	"code": "future_date",
	"path": ["people", "cultural_training", side],
	"msg": $"the training of the {name} in the other side's ways is dated {done}, which is still to come",
	"fix": "write the day of the latest training that was held",
} if {
	input.scope.delivery_model == "offshore"
	some side, name in {"vendor_on": "vendor", "client_on": "client"}
	done := input.people.cultural_training[side]
	dates.future(done)
}

_service := object.get(input, ["scope", "service"], "")

_channels := {channel | some channel in input.scope.channels}

# Every language of the service on every channel.
_wanted contains [language, channel] if {
	some language in input.scope.service_languages
	some channel in _channels
}

# The entries that the service rests on; what else the staff speaks is not judged.
_serving contains i if {
	some i, item in input.people.language
	[item.code, item.channel] in _wanted
}

_translation if fields.present(input, ["people", "translation_arrangement"])
