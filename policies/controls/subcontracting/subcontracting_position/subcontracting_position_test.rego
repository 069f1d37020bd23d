package controls.subcontracting.subcontracting_position_test

import data.controls.subcontracting.subcontracting_position

test_declared_parties_pass if {
	_denied == set() with input as _base
	_missing == set() with input as _base
}

test_no_subcontracting_passes if {
	every block in [{"position": "none"}, {"position": "none", "parties": []}] {
		_denied == set() with input as _alone({"subcontracting": block})
		_missing == set() with input as _alone({"subcontracting": block})
	}
}

test_position_must_be_there if {
	_missing == {["missing", ["subcontracting"]]} with input as json.remove(_base, ["/subcontracting"])
	_missing == {["missing", ["subcontracting", "position"]]}
		with input as json.remove(_base, ["/subcontracting/position"])
}

test_parties_must_be_there_unless_none if {
	manifest := _alone({"subcontracting": {"position": "permitted_general"}})
	_missing == {["missing", ["subcontracting", "parties"]]} with input as manifest
	_denied == set() with input as manifest
}

test_fields_of_a_party_that_must_be_there if {
	every name in ["id", "legal_name", "kind", "service", "data", "countries", "engaged_by"] {
		_missing == {["missing", ["subcontracting", "parties", 1, name]]}
			with input as json.remove(_base, [["subcontracting", "parties", "1", name]])
	}
}

test_a_party_works_somewhere if {
	_missing == {["empty", ["subcontracting", "parties", 1, "countries"]]} with input as _second({"countries": []})
}

test_recipient_must_be_there if {
	_missing == {["missing", ["data_protection", "transfers", 0, "recipient"]]}
		with input as object.union(_base, {"data_protection": {"transfers": [{"to": "PH"}]}})
}

test_none_but_parties if {
	found := subcontracting_position.deny with input as object.union(_base, {"subcontracting": {"position": "none"}})
	{[finding.code, finding.path, finding.msg] | some finding in found} == {[
		"none_but_parties",
		["subcontracting", "position"],
		"the position is none, yet there are parties: nordhost, print-co",
	]}
}

test_parties_missing if {
	_denied == {["parties_missing", ["subcontracting", "parties"], ""]}
		with input as _alone({"subcontracting": {"position": "permitted_specific", "parties": []}})
}

test_entities_that_are_not_declared if {
	_denied == {["undeclared_recipient", ["data_protection", "transfers", 1, "recipient"], ""]}
		with input as object.union(_base, {"data_protection": {"transfers": [_to("print-co"), _to("hidden-co")]}})
	_denied == {["undeclared_operator", ["scope", "locations", 1, "operated_by"], ""]}
		with input as object.union(_base, {"scope": {"locations": [{"country": "DE"}, {"operated_by": "hidden-co"}]}})
	_denied == {["undeclared_remote_employer", ["access", "remote_work", "employed_by"], ""]}
		with input as object.union(_base, {"access": {"remote_work": {"employed_by": "hidden-co"}}})
	_denied == {["undeclared_counterparty", ["data_protection", "sector_agreements", 0, "counterparty"], ""]}
		with input as object.union(_base, {"data_protection": {"sector_agreements": [{"counterparty": "hidden-co"}]}})
}

test_vendor_client_and_parties_may_be_named if {
	every name in ["vendor", "client", "nordhost"] {
		_denied == set() with input as object.union(_base, {
			"scope": {"locations": [{"country": "DE", "operated_by": name}]},
			"access": {"remote_work": {"employed_by": name}},
			"data_protection": {"transfers": [_to(name)], "sector_agreements": [{"counterparty": name}]},
		})
	}
}

test_none_but_another_entity_is_named if {
	_denied == {["undeclared_recipient", ["data_protection", "transfers", 0, "recipient"], ""]}
		with input as _alone({
			"subcontracting": {"position": "none"},
			"data_protection": {"transfers": [_to("nordhost")]},
		})
}

test_unknown_data if {
	path := ["subcontracting", "parties", 1, "data"]
	_denied == {["unknown_data", path, "cards"], ["unknown_data", path, "loans"]}
		with input as _second({"data": ["tickets", "cards", "loans"]})
	count(_denied) == 1 with input as json.remove(_base, ["/scope/data"])
}

test_unknown_engager if {
	every name in ["hidden-co", "client"] {
		_denied == {["unknown_engager", ["subcontracting", "parties", 1, "engaged_by"], ""]}
			with input as json.remove(_second({"engaged_by": name}), ["/derived/subcontracting/depth/print-co"])
	}
}

test_chain_that_does_not_lead_to_the_vendor if {
	_denied == {["unrooted", ["subcontracting", "parties", 1, "engaged_by"], ""]}
		with input as json.remove(_second({"engaged_by": "print-co"}), ["/derived/subcontracting/depth/print-co"])
}

test_facts_that_are_missing_find_fault if {
	_denied == {
		["unrooted", ["subcontracting", "parties", 0, "engaged_by"], ""],
		["unrooted", ["subcontracting", "parties", 1, "engaged_by"], ""],
	}
		with input as json.remove(_base, ["/derived/subcontracting"])
}

test_party_that_is_the_vendor if {
	every fields in [
		{"legal_name": "HALCYON Support Services, Inc"},
		{"lei": "XMPL00HALCYON0000020"},
	] {
		_denied == {["party_is_vendor", ["subcontracting", "parties", 1], ""]} with input as _second(fields)
	}
	every id in ["vendor", "halcyon-support"] {
		_denied == {["party_is_vendor", ["subcontracting", "parties", 1], ""]} with input as _named(id)
	}
}

test_party_that_is_the_client if {
	every fields in [{"legal_name": "client bank ag"}, {"lei": "CLIENTBANKEXAMPLE016"}] {
		_denied == {["party_is_client", ["subcontracting", "parties", 1], ""]}
			with input as _second(fields) with data.params.org.leis as ["CLIENTBANKEXAMPLE016"]
	}
	_denied == {["party_is_client", ["subcontracting", "parties", 1], ""]} with input as _named("client")
}

_nordhost := {
	"id": "nordhost",
	"legal_name": "Nordhost GmbH",
	"kind": "company",
	"engaged_by": "vendor",
	"service": "hosting",
	"data": ["tickets"],
	"countries": ["DE"],
}

_print := {
	"id": "print-co",
	"legal_name": "Print & Co.",
	"kind": "company",
	"engaged_by": "nordhost",
	"service": "printing",
	"data": [],
	"countries": ["DE"],
}

_base := {
	"metadata": {
		"id": "halcyon-support",
		"legal_name": "Halcyon Support Services Inc.",
		"lei": "XMPL00HALCYON0000020",
	},
	"scope": {"data": [{"id": "tickets", "category": "personal_contact"}], "locations": [{"country": "PH"}]},
	"subcontracting": {"position": "permitted_specific", "parties": [_nordhost, _print]},
	"derived": {"subcontracting": {"depth": {"nordhost": 1, "print-co": 2}}},
}

_second(fields) := _parties([_nordhost, object.union(_print, fields)], {})

_named(id) := _parties([_nordhost, object.union(_print, {"id": id})], {id: 2})

_parties(parties, depth) := object.union(_base, {
	"subcontracting": {"parties": parties},
	"derived": {"subcontracting": {"depth": depth}},
})

_alone(blocks) := object.union(json.remove(_base, ["/subcontracting", "/derived/subcontracting/depth"]), blocks)

_to(name) := {"to": "PH", "recipient": name}

_denied contains [finding.code, finding.path, object.get(finding, "key", "")] if {
	some finding in subcontracting_position.deny
}

_missing contains [finding.code, finding.path] if some finding in subcontracting_position.undetermined
