# METADATA
# title: Shared data is listed, purposed and minimal
# description: >
#   What is not shared cannot leak. Each set of data that the vendor gets has a purpose that the processing agreement
#   covers, a list of its fields (never "all" of them) or a number in the catalogue, a kind of access, and an approval
#   by its owner that is not too old. Tests and training get personal data masked, and models are trained with client
#   data only where a purpose says so.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/reg/2016/679/oj
#     description: GDPR Art. 5(1)(b)-(c), 25
# custom:
#   id: DM-01
#   severity: high
#   owner: dpo@client.example
#   effective_on: "2026-01-01"
#   profiles: [gdpr, pci, hipaa, full]
#   frameworks:
#     GDPR: ["5(1)(b)-(c)", "25", "32(1)(a)"]
#     HIPAA: [164.502(b)]
#     ISO 27001: [A.5.12, A.8.11, A.8.33]
#     CSA CCM: [DSP-03, DSP-05]
#     NIST CSF: [ID.AM-07]
#   remediation: Replace catch-all grants by a list of fields per purpose, drop or mask the rest, and have the owner
#     approve the list again.
#   findings:
#     empty: The list of fields is empty and no number in the catalogue is given, so what is shared cannot be judged.
#     catch_all: The list of fields, or the number in the catalogue, says all, so the vendor gets more than it needs.
#     overdue: The owner approved the list too long ago, so it may hold what is no longer needed.
#     future_date: The approval is dated after the day of the check, so the data is shared without one.
#     purpose_not_agreed: Personal data is used for a purpose that the processing agreement does not cover.
#     unmasked: Personal data is used for tests or training without being masked, though such work needs no identifiers.
#     model_training: Models are trained with client data, and no purpose covers it.
#   examples:
#     fail: |
#       scope:
#         data: [{id: tickets, category: personal_contact, purpose: ticket_handling, fields: ["*"], access: process}]
#     pass: |
#       scope:
#         data:
#           - id: tickets
#             category: personal_contact
#             purpose: ticket_handling
#             fields: [name, ticket_text]
#             access: process
#             approved_on: 2026-02-02
package controls.data_handling.minimisation

import data.lib.dates
import data.lib.fields
import data.lib.vendor

default applicable := false

applicable if vendor.non_public_data

undetermined contains finding if {
	some finding in fields.missing(input, [], [
		["scope", "data"],
		["data_handling", "client_data_used_for_model_training"],
	])
}

undetermined contains finding if {
	some i, item in input.scope.data
	some finding in fields.missing(item, ["scope", "data", i], [["purpose"], ["access"], ["approved_on"]])
}

undetermined contains finding if {
	some i, item in input.scope.data
	not item.dataset_ref
	item_path := ["scope", "data", i]
	some finding in (fields.missing(item, item_path, [["fields"]]) | fields.empty(item, item_path, [["fields"]]))
}

undetermined contains finding if {
	count(_processed) > 0
	some finding in fields.missing(input, [], [["data_protection", "dpa", "purposes"]])
}

undetermined contains finding if {
	some i, item in _personal
	_needs_no_identifiers(item)
	some finding in fields.missing(item, ["scope", "data", i], [["masking"]])
}

deny contains {
	"code": "catch_all",
	"path": ["scope", "data", i, "fields", j],
	"msg": $"`{name}` grants every field there is",
	"fix": "name each field that the purpose needs, and no other",
} if {
	some i, item in input.scope.data
	some j, name in item.fields
	_catches_all(name)
}

deny contains {
	"code": "catch_all",
	"path": ["scope", "data", i, "dataset_ref"],
	"msg": $"`{item.dataset_ref}` names no entry of the catalogue but every one",
	"fix": "give the number of one set in the catalogue, or name each field that the purpose needs",
} if {
	some i, item in input.scope.data
	_catches_all(item.dataset_ref)
}

deny contains {
	"code": "overdue",
	"path": ["scope", "data", i, "approved_on"],
	"msg": $"the owner approved the list on {item.approved_on}, more than {period} ago",
	"fix": "have the owner of the data go through the list, then write the day",
} if {
	period := object.get(data.params.thresholds, ["data_list_review", vendor.tier], "no time")
	period != null
	some i, item in input.scope.data
	dates.overdue(item.approved_on, period)
}

deny contains {
	"code": "future_date",
	"path": ["scope", "data", i, "approved_on"],
	"msg": $"{item.approved_on}, the day of the approval, is still to come",
	"fix": "share the data once its owner has approved the list",
} if {
	some i, item in input.scope.data
	dates.future(item.approved_on)
}

deny contains {
	"code": "purpose_not_agreed",
	"path": ["scope", "data", i, "purpose"],
	"msg": $"{purpose} is not among the purposes of the processing agreement",
	"fix": "stop using the data for it, or agree the purpose with the vendor in the processing agreement",
} if {
	fields.present(input, ["data_protection", "dpa", "purposes"])
	some i, item in _processed
	some purpose in ({item.purpose} - {agreed | some agreed in input.data_protection.dpa.purposes})
}

deny contains {
	"code": "unmasked",
	"path": ["scope", "data", i, "masking"],
	"msg": $"personal data is used for {item.purpose} without being masked",
	"fix": "use made-up data, or mask, tokenise or pseudonymise it before it is handed over",
} if {
	some i, item in _personal
	_needs_no_identifiers(item)
	some _ in ({item.masking} - {"pseudonymised", "tokenised", "masked"})
}

deny contains {
	"code": "model_training",
	"path": ["data_handling", "client_data_used_for_model_training"],
	"msg": $"models are trained with client data, and no set has the purpose {concat(" or ", _model_training)}",
	"fix": "stop the training, or declare and agree the purpose for the data that is used",
} if {
	input.data_handling.client_data_used_for_model_training
	count(_purposes & {purpose | some purpose in _model_training}) == 0
}

# What is public is no client data, so its purpose covers none.
_purposes contains _spelled(item.purpose) if {
	some item in input.scope.data
	object.get(item, "category", "unknown") != "public"
}

_model_training := data.params.data_categories.purpose_words.model_training

_personal[i] := item if {
	some i, item in input.scope.data
	vendor.category(object.get(item, "category", "unknown")).personal
}

# Only a processor works under a processing agreement; who tells no role counts as one.
_processed[i] := item if {
	object.get(input, ["data_protection", "role"], "processor") in {"processor", "sub_processor"}
	some i, item in _personal
}

_needs_no_identifiers(item) if {
	some word in split(_spelled(item.purpose), "_")
	word in data.params.data_categories.purpose_words.masked
}

_catches_all(text) if lower(trim_space(text)) in {"*", "all"}

_spelled(purpose) := strings.replace_n({"-": "_", ".": "_"}, purpose)
