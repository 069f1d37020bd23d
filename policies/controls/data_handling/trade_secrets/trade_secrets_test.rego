package controls.data_handling.trade_secrets_test

import data.controls.data_handling.trade_secrets

_secret := {
	"scope": {"delivery_model": "onshore", "data": [{"id": "formula", "category": "trade_secret", "access": "view"}]},
	"data_handling": {"no_copy": true, "virtual_desktop": false},
}

_offshore := object.union(_secret, {"scope": {"delivery_model": "offshore"}})

_source := {
	"scope": {"data": [{"id": "app", "category": "source_code", "access": "process"}]},
	"data_handling": {"repository_control": "client"},
}

_sound := {"deny": set(), "undetermined": set()}

_secrecy := {["trade_secret", ["scope", "data", 0, "category"]]}

test_not_applicable if {
	not trade_secrets.applicable with input as {"scope": {"data": [{"id": "d", "category": "business_confidential"}]}}
}

test_applicable if {
	every manifest in [_secret, _source, {}, {"scope": {"data": [{"id": "d"}]}}] {
		trade_secrets.applicable with input as manifest
	}
}

test_a_trade_secret_fails_however_it_is_kept if {
	_faults == _secrecy with input as _secret
	_holes == set() with input as _secret
}

test_conditions_of_a_waiver_stand_for_themselves if {
	every access in ["process", "store"] {
		_faults == _secrecy | {["not_view_only", ["scope", "data", 0, "access"]]}
			with input.scope.data as [{"id": "formula", "category": "trade_secret", "access": access}]
			with input.scope.delivery_model as "client_site" with input.data_handling as _secret.data_handling
	}
	_faults == _secrecy | {["can_copy", ["data_handling", "no_copy"]]}
		with input as object.union(_secret, {"data_handling": {"no_copy": false}})
	_faults == _secrecy | {["out_of_sight", ["scope", "delivery_model"]]}
		with input as object.union(_secret, {"scope": {"delivery_model": "nearshore"}})
}

test_a_virtual_desktop_may_be_anywhere if {
	manifest := object.union(_offshore, {"data_handling": {"virtual_desktop": true}})
	_faults == _secrecy with input as manifest
	_holes == set() with input as json.remove(manifest, ["/scope/delivery_model"])
}

test_missing_fields_about_secrets if {
	every path, hole in {
		"/scope": ["scope"],
		"/scope/data/0/access": ["scope", "data", 0, "access"],
		"/scope/delivery_model": ["scope", "delivery_model"],
		"/data_handling/no_copy": ["data_handling", "no_copy"],
	} {
		hole in _holes with input as json.remove(_secret, [path])
	}
	_holes == {["data_handling", "virtual_desktop"]}
		with input as json.remove(_offshore, ["/data_handling/virtual_desktop"])
}

test_source_code if {
	_faults == set() with input as _source with data.controls.data_handling.confidentiality_and_ip as _sound
	_holes == set() with input as _source with data.controls.data_handling.confidentiality_and_ip as _sound
	every control in ["vendor", "shared"] {
		_faults == {["repository", ["data_handling", "repository_control"]]}
			with input as object.union(_source, {"data_handling": {"repository_control": control}})
			with data.controls.data_handling.confidentiality_and_ip as _sound
	}
	_holes == {["data_handling"]} with input as json.remove(_source, ["/data_handling"])
		with data.controls.data_handling.confidentiality_and_ip as _sound
}

test_source_code_needs_an_undertaking if {
	every kind in ["deny", "undetermined"] {
		_faults == {["no_undertaking", ["data_handling"]]} with input as _source
			with data.controls.data_handling.confidentiality_and_ip as object.union(_sound, {kind: {"finding"}})
	}
}

_faults contains [finding.code, finding.path] if some finding in trade_secrets.deny

_holes contains finding.path if some finding in trade_secrets.undetermined
