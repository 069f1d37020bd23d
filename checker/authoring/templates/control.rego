# METADATA
# title: @title
# description: >
#   The first draft of a control: the delivery model is known, and none that the company refuses. Put the reason and the
#   rule of this control here.
# custom:
#   id: @id
#   severity: @severity
#   owner: @owner
#   effective_on: "@effective_on"
#   profiles: [full]
#   frameworks: {}
#   remediation: Choose a delivery model that the company accepts.
#   findings:
#     refused: The company does not accept this delivery model.
#   examples:
#     fail: |
#       scope:
#         delivery_model: client_site
#     pass: |
#       scope:
#         delivery_model: onshore
package controls.@family.@name

import data.lib.fields

undetermined contains finding if {
	some finding in fields.missing(input, [], [["scope", "delivery_model"]])
}

deny contains {
	"code": "refused",
	"path": ["scope", "delivery_model"],
	"msg": $"the delivery model {input.scope.delivery_model} is not accepted",
	"fix": "choose another delivery model",
} if {
	input.scope.delivery_model == "client_site"
}
