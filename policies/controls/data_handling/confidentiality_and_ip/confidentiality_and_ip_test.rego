package controls.data_handling.confidentiality_and_ip_test

import data.controls.data_handling.confidentiality_and_ip

_measures := {
	"P5Y": {"unit": "months", "length": 60},
	"P59M": {"unit": "months", "length": 59},
	"P10Y": {"unit": "months", "length": 120},
}

_context := {"as_of": "2026-11-22", "cutoff": {}, "reached": {}, "ahead": {}, "durations": _measures}

_manifest := {
	"scope": {"first_access_on": "2026-01-15", "data": [{"id": "d", "category": "business_confidential"}]},
	"data_handling": {
		"nda": {"signed_on": "2026-01-15", "survival": "P5Y"},
		"ip": {"creates_work_product": false, "work_product_owner": "client"},
	},
	"derived": {"durations": {}},
}

_proven := {"applicable": true, "deny": set(), "undetermined": set()}

_with(fields) := object.union(_manifest, {"data_handling": fields})

_of(category) := object.union(_manifest, {"scope": {"data": [{"id": "d", "category": category}]}})

_signed(day) := _with({"nda": {"signed_on": day}})

test_sound_undertaking_passes if {
	confidentiality_and_ip.applicable with input as _manifest with data.context as _context
	_faults == set() with input as _manifest with data.context as _context
		with data.controls.assurance.independent_assurance as _proven
	_holes == set() with input as _manifest with data.context as _context
}

test_not_applicable if not confidentiality_and_ip.applicable with input as _of("business_internal")

test_applicable if {
	work := {"data_handling": {"ip": {"creates_work_product": true}}}
	confidentiality_and_ip.applicable with input as object.union(_of("public"), work)
	every path in ["/scope/data", "/scope/data/0/category", "/data_handling/ip/creates_work_product"] {
		confidentiality_and_ip.applicable with input as json.remove(_of("public"), [path])
	}
}

test_signed_late if {
	late := {["signed_late", ["data_handling", "nda", "signed_on"]]}
	_own == late with input as _signed("2026-01-16") with data.context as _context
	_own == late with input as _signed("2026-11-23") with data.context as _context
	_own == late with data.context as _context
		with input as object.union(_signed("2026-11-23"), {"scope": {"first_access_on": "2027-01-01"}})
	_own == late with data.context as _context
		with input as json.remove(_signed("2026-11-23"), ["/scope/first_access_on"])
}

test_survival if {
	short := {["survival", ["data_handling", "nda", "survival"]]}
	_own == short with input as _with({"nda": {"survival": "P59M"}}) with data.context as _context
	every survival in ["P5Y", "P10Y", "indefinite"] {
		_own == set() with input as _with({"nda": {"survival": survival}}) with data.context as _context
	}
	_own == short with input as _manifest with data.context as _context
		with data.params.thresholds as {"nda_survival": null}
}

test_survival_of_a_trade_secret if {
	secret := object.union(_of("trade_secret"), {"data_handling": {"nda": {"survival": "P10Y"}}})
	_own == {["survival", ["data_handling", "nda", "survival"]]} with input as secret with data.context as _context
	_own == set() with input as object.union(secret, {"data_handling": {"nda": {"survival": "indefinite"}}})
		with data.context as _context
}

test_ownership if {
	every owner in ["vendor", "shared"] {
		_own == {["ip_owner", ["data_handling", "ip", "work_product_owner"]]} with data.context as _context
			with input as _with({"ip": {"work_product_owner": owner}})
	}
	every licence in ["none", "limited"] {
		_own == set() with input as _with({"ip": {"licence_back": licence}}) with data.context as _context
	}
	_own == {["licence_back", ["data_handling", "ip", "licence_back"]]} with data.context as _context
		with input as _with({"ip": {"licence_back": "unlimited"}})
}

test_proof if {
	every kind in ["deny", "undetermined"] {
		unproven := object.union(_proven, {kind: {"finding"}})
		_faults == {["no_proof", ["assurance", "reports"]]} with input as _manifest with data.context as _context
			with data.controls.assurance.independent_assurance as unproven
		_faults == set() with input as _manifest with data.context as _context
			with data.controls.assurance.independent_assurance as object.union(unproven, {"applicable": false})
	}
}

test_missing_fields if {
	every path, hole in {
		"/scope/data": ["scope", "data"],
		"/scope/first_access_on": ["scope", "first_access_on"],
		"/data_handling": ["data_handling"],
		"/data_handling/nda": ["data_handling", "nda"],
		"/data_handling/nda/signed_on": ["data_handling", "nda", "signed_on"],
		"/data_handling/nda/survival": ["data_handling", "nda", "survival"],
		"/data_handling/ip": ["data_handling", "ip"],
		"/data_handling/ip/creates_work_product": ["data_handling", "ip", "creates_work_product"],
		"/data_handling/ip/work_product_owner": ["data_handling", "ip", "work_product_owner"],
	} {
		_holes == {hole} with input as json.remove(_manifest, [path]) with data.context as _context
	}
}

_faults contains [finding.code, finding.path] if some finding in confidentiality_and_ip.deny

# What the control finds by itself, whatever AA-01 says.
_own contains fault if {
	some fault in _faults
	fault[0] != "no_proof"
}

_holes contains finding.path if some finding in confidentiality_and_ip.undetermined
