# METADATA
# title: The verdict on one manifest
# description: >
#   Gathers every control below `data.controls`. `deny` and `warn` serve stock tools; `verdict` is the full result per
#   control. Adding a control changes nothing here.
package main

import data.lib.vendor

# Every parameter directory that a policy reads; `checker policy lint` compares it with the references.
_needed := {
	"adequacy",
	"assurance",
	"attestation",
	"concentration",
	"contract_clauses",
	"countries",
	"crypto",
	"data_categories",
	"dpa",
	"evidence",
	"formats",
	"fx",
	"licences",
	"org",
	"regimes",
	"sector_agreements",
	"service_types",
	"subcontracting",
	"thresholds",
	"tiers",
	"transfers",
}

# METADATA
# scope: document
# description: What is not there and must be before any verdict means something.
guard contains hole if some hole in _ungiven

guard contains _hole("input.derived", "`checker input FILE`") if not input.derived

# METADATA
# scope: document
# description: Everything that blocks, for stock tools.
deny contains finding if some finding in guard

deny contains object.union(finding, {"control": name}) if {
	some name, result in _results
	some finding in (result.deny | result.undetermined)
}

# METADATA
# scope: document
# description: Everything to heed, for stock tools.
warn contains object.union(finding, {"control": name}) if {
	some name, result in _results
	some finding in result.warn
}

# METADATA
# scope: document
# description: >
#   The full result for each control, or for those whose packages `input.derived.asked` names, with an echo of the input
#   that the caller compares.
# entrypoint: true
verdict := {
	"input": type_name(input),
	"vendor": object.get(input, ["metadata", "id"], null),
	"tier": vendor.tier,
	"lifecycle": vendor.lifecycle,
	"guard": guard,
	"controls": _told,
}

# METADATA
# scope: document
# description: >
#   The full result of the controls that see all manifests at once, `input.manifests`. Each finding names its vendor.
# entrypoint: true
portfolio := {
	"input": type_name(input),
	"guard": (_ungiven | _no_manifests),
	"controls": _portfolio_results,
}

# What every entry needs.
_ungiven contains _hole("data.context.as_of", "`checker context`") if not data.context.as_of

_ungiven contains _hole($"data.params.{name}", "policies/params") if {
	some name in _needed
	not data.params[name]
}

_no_manifests contains _hole("input.manifests", "`checker input --portfolio`") if not input.manifests

_hole(what, source) := {
	"code": "missing",
	"path": [],
	"msg": $"context.missing: {what} was not given, see {source}",
}

# Who needs some controls only names their packages, and the others take no time. Stock tools always get everything:
# nothing that stands in a file may choose what `deny` looks at.
_told := _results if not input.derived.asked

_told := {name: result |
	some name in input.derived.asked
	["controls", family, control] = split(name, ".")
	result := _result(family, control)
} if {
	input.derived.asked
}

_results[name] := _result(family, control) if {
	some family, control
	_ := data.controls[family][control].deny
	name := concat(".", ["controls", family, control])
}

_result(family, control) := result if {
	deny := data.controls[family][control].deny
	applies := _applies(family, control)
	result := {
		"applicable": applies,
		"deny": {finding | applies; some finding in deny},
		"undetermined": {finding | applies; some finding in data.controls[family][control].undetermined},
		"warn": {finding | _live(family, control); some finding in data.controls[family][control].warn},
	}
}

_portfolio_results[name] := result if {
	some control
	deny := data.portfolio[control].deny
	name := concat(".", ["portfolio", control])
	result := {
		"deny": deny,
		"undetermined": {finding | some finding in data.portfolio[control].undetermined},
		"warn": {finding | some finding in data.portfolio[control].warn},
		"overview": object.get(_overviews, control, {}),
	}
}

_overviews[control] := overview if {
	some control
	overview := data.portfolio[control].overview
}

_applies(family, control) if {
	_live(family, control)
	_applicable(family, control)
} else := false

# Only exit duties outlive the contract.
_live(_, _) if vendor.lifecycle != "ended"

_live(family, control) if {
	vendor.lifecycle == "ended"
	data.controls[family][control].exit_duty
}

# A control without the rule is always applicable.
_applicable(family, control) := answer if {
	answer := data.controls[family][control].applicable
} else := true
