# METADATA
# title: Trade secrets stay in-house
# description: >
#   Reasonable secrecy measures are also a condition of legal protection. A trade secret does not go to a vendor. Who
#   waives that does so only for a vendor that can look at it but not copy it, onshore, at the client's site or on a
#   virtual desktop; each of these is a finding of its own, so that the waiver of `trade_secret` does not cover it.
#   Source code goes to a vendor that fulfils DM-03, and stays in a repository that the client controls.
# related_resources:
#   - ref: https://eur-lex.europa.eu/eli/dir/2016/943/oj
#     description: Directive (EU) 2016/943, Art. 2(1)(c)
# custom:
#   id: DM-02
#   severity: critical
#   owner: legal@client.example
#   effective_on: "2026-01-01"
#   profiles: [full]
#   frameworks:
#     EU 2016/943: [2(1)(c)]
#     ISO 27001: [A.5.12, A.8.12, A.6.6]
#     CSA CCM: [DSP-17]
#   remediation: Keep the work with employees, or split it so that the vendor never sees the secret whole.
#   findings:
#     trade_secret: A trade secret is handed to a vendor, which may end its legal protection.
#     not_view_only: The vendor can do more than look at a trade secret, so the secret leaves the client's hands.
#     out_of_sight: Trade secrets are seen neither onshore, nor at the client's site, nor on a virtual desktop.
#     can_copy: The vendor is not technically kept from copying trade secrets.
#     no_undertaking: The vendor gets source code but does not fulfil DM-03, confidentiality undertaking and ownership.
#     repository: The client alone does not control the repository of its source code, so it may lose code or history.
#   examples:
#     fail: |
#       scope:
#         data: [{id: formula, category: trade_secret, access: store}]
#     pass: |
#       scope:
#         data: [{id: leaflets, category: business_internal, access: store}]
package controls.data_handling.trade_secrets

import data.controls.data_handling.confidentiality_and_ip
import data.lib.fields

default applicable := false

applicable if not fields.present(input, ["scope", "data"])

applicable if count(_secrets) > 0

applicable if count(_sources) > 0

undetermined contains finding if {
	some finding in fields.missing(input, [], [["scope", "data"]])
}

undetermined contains finding if {
	some i, item in _secrets
	some finding in fields.missing(item, ["scope", "data", i], [["access"]])
}

undetermined contains finding if {
	count(_secrets) > 0
	some finding in fields.missing(input, [], [["data_handling", "no_copy"]])
}

undetermined contains finding if {
	count(_secrets) > 0
	not _in_sight
	some finding in fields.missing(input, [], [["scope", "delivery_model"], ["data_handling", "virtual_desktop"]])
}

undetermined contains finding if {
	count(_sources) > 0
	some finding in fields.missing(input, [], [["data_handling", "repository_control"]])
}

deny contains {
	"code": "trade_secret",
	"path": ["scope", "data", i, "category"],
	"msg": $"the trade secret {item.id} is handed to the vendor",
} if {
	some i, item in _secrets
}

deny contains {
	"code": "not_view_only",
	"path": ["scope", "data", i, "access"],
	"msg": $"the vendor may {item.access} the trade secret {item.id}; no more than view can be waived",
	"fix": "let the vendor look at it at most, or take it back",
} if {
	some i, item in _secrets
	some _ in ({item.access} - {"view"})
}

deny contains {
	"code": "out_of_sight",
	"path": ["scope", "delivery_model"],
	"msg": $"trade secrets are seen {input.scope.delivery_model} and on no virtual desktop",
	"fix": "show them onshore, at the client's site or on the client's virtual desktop only",
} if {
	count(_secrets) > 0
	not _in_sight
	fields.present(input, ["scope", "delivery_model"])
	input.data_handling.virtual_desktop == false
}

deny contains {
	"code": "can_copy",
	"path": ["data_handling", "no_copy"],
	"msg": "the vendor is not technically kept from copying trade secrets",
	"fix": "block copying, printing and screenshots where the vendor sees them",
} if {
	count(_secrets) > 0
	input.data_handling.no_copy == false
}

deny contains {
	"code": "no_undertaking",
	"path": ["data_handling"],
	"msg": "the vendor gets source code, and DM-03 is not fulfilled",
	"fix": "mend the findings of DM-03 first",
} if {
	count(_sources) > 0
	count(confidentiality_and_ip.deny | confidentiality_and_ip.undetermined) > 0
}

deny contains {
	"code": "repository",
	"path": ["data_handling", "repository_control"],
	"msg": $"the repository of the source code is under control of {control}",
	"fix": "move the source code to a repository of the client, and give the vendor an account there",
} if {
	count(_sources) > 0
	some control in ({input.data_handling.repository_control} - {"client"})
}

_secrets[i] := item if {
	some i, item in input.scope.data
	object.get(item, "category", "trade_secret") == "trade_secret"
}

_sources[i] := item if {
	some i, item in input.scope.data
	object.get(item, "category", "source_code") == "source_code"
}

_in_sight if input.scope.delivery_model in {"onshore", "client_site"}

_in_sight if input.data_handling.virtual_desktop
