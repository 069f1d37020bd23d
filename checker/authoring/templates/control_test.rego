package controls.@family.@{name}_test

import data.controls.@family.@name

test_an_accepted_delivery_model_passes if {
	_denied == set() with input as {"scope": {"delivery_model": "onshore"}}
	_missing == set() with input as {"scope": {"delivery_model": "onshore"}}
}

test_a_refused_delivery_model_is_denied if {
	_denied == {["refused", ["scope", "delivery_model"]]} with input as {"scope": {"delivery_model": "client_site"}}
}

test_no_delivery_model_is_undetermined if {
	_missing == {["scope", "delivery_model"]} with input as {"scope": {}}
	_denied == set() with input as {"scope": {}}
}

_denied contains [finding.code, finding.path] if some finding in @name.deny

_missing contains finding.path if some finding in @name.undetermined
