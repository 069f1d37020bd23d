package controls.assurance.evidence_test

import data.controls.assurance.evidence

test_sound_evidence_passes if {
	evidence.applicable with data.context as _now with input as _base
	_faults == set() with data.context as _now with input as _base
	_holes == set() with data.context as _now with input as _base
	_remarks == set() with data.context as _now with input as _base
}

test_not_applicable_without_references_and_claims if {
	manifest := {"scope": {"risk_tier": "low", "data": []}, "derived": {"evidence": {"references": [], "files": {}}}}
	not evidence.applicable with data.context as _now with input as object.union(_low, manifest)
}

test_applies_when_the_references_are_unknown if {
	evidence.applicable with data.context as _now with input as _low
	evidence.applicable with data.context as _now with input as json.remove(_base, ["/derived"])
	["missing", ["derived"]] in _holes with data.context as _now with input as json.remove(_base, ["/derived"])
}

test_unknown_reference if {
	manifest := json.remove(_base, ["/evidence/ev-soc2"])
	_faults == {["unknown_reference", ["assurance", "reports", 0, "evidence", 0]]}
		with data.context as _now with input as manifest
}

test_unknown_reference_without_any_document if {
	_faults == {
		["unknown_reference", ["assurance", "reports", 0, "evidence", 0]],
		["unknown_reference", ["subcontracting", "parties", 0, "evidence", 0]],
	} with data.context as _now with input as json.remove(_base, ["/evidence"])
}

test_state_of_the_file if {
	expected := {
		"mismatch": ["mismatch", _at("sha256")],
		"missing": ["file_missing", _at("path")],
		"outside": ["outside", _at("path")],
		"unreadable": ["unreadable", _at("path")],
		"never heard of": ["unreadable", _at("path")],
	}
	every state, finding in expected {
		_faults == {finding} with data.context as _now with input as _filed(state)
	}
}

test_file_without_a_state_is_unreadable if {
	_faults == {["unreadable", _at("path")]}
		with data.context as _now with input as json.remove(_base, ["/derived/evidence/files/ev-soc2"])
}

test_unreferenced_documents_are_not_judged if {
	stale := {"evidence": {"ev-old": {"path": "old.pdf", "issued": "2020-01-01", "expires": "2021-01-01"}}}
	_faults == set() with data.context as _now with input as object.union(_base, stale)
	_holes == set() with data.context as _now with input as object.union(_base, stale)
}

test_unhashed if {
	manifest := json.remove(_filed("unhashed"), ["/evidence/ev-soc2/sha256"])
	_holes == {["missing", _at("sha256")]} with data.context as _now with input as manifest
	_faults == set() with data.context as _now with input as manifest
}

test_dates if {
	_faults == set() with data.context as _now with input as _document({"issued": "2026-11-22"})
	_faults == {["not_yet_issued", _at("issued")]}
		with data.context as _now with input as _document({"issued": "2026-11-23"})
	_faults == set() with data.context as _now with input as _document({"expires": "2026-11-22"})
	_faults == {["expired", _at("expires")]} with data.context as _now with input as _document({"expires": "2026-11-21"})
	_faults == set() with data.context as _now with input as json.remove(_base, ["/evidence/ev-soc2/expires"])
	_holes == set() with data.context as _now with input as json.remove(_base, ["/evidence/ev-soc2/expires"])
}

test_missing_fields if {
	every field in ["sha256", "issued", "issuer"] {
		_holes == {["missing", _at(field)]}
			with data.context as _now with input as json.remove(_base, [$"/evidence/ev-soc2/{field}"])
	}
}

test_issuer_is_needed_for_independent_proof_only if {
	_holes == set() with data.context as _now with input as json.remove(_base, ["/evidence/ev-sub/issuer"])
}

test_document_outside_the_repository if {
	_holes == set()
		with data.context as _now
		with input as _outside({"verified_by": "j.berg@client.example", "verified_on": "2026-11-22"})
	_faults == set()
		with data.context as _now
		with input as _outside({"verified_by": "j.berg@client.example", "verified_on": "2026-11-22"})
}

test_document_outside_the_repository_unverified if {
	every patch in [
		{},
		{"verified_by": "j.berg@client.example"},
		{"verified_on": "2026-11-01"},
		{"verified_by": "j.berg@client.example", "verified_on": "2026-11-23"},
		{"verified_by": "m.santos@halcyon.example", "verified_on": "2026-11-01"},
		{"verified_by": "Jon Berg", "verified_on": "2026-11-01"},
	] {
		_holes == {["unverified_uri", _at("uri")]} with data.context as _now with input as _outside(patch)
	}
}

test_document_nowhere if {
	manifest := json.remove(_outside({}), ["/evidence/ev-soc2/uri"])
	_holes == {["missing", _at("path")]} with data.context as _now with input as manifest
}

test_self_issued if {
	every issuer in ["Halcyon Support Services Inc.", " halcyon support services inc. ", "halcyon", "vendor"] {
		_faults == {["self_issued", _at("issuer")]} with data.context as _now with input as _document({"issuer": issuer})
	}
}

test_self_issued_by_a_party if {
	manifest := _permit("nordhost")
	_faults == {[
		"self_issued",
		["evidence", "ev-permit", "issuer"],
	]}
		with data.context as _now
		with input as object.union(manifest, {"evidence": {"ev-permit": {"issuer": "Nordhost GmbH"}}})
	_faults == set() with data.context as _now with input as manifest
	_holes == {[
		"missing",
		["subcontracting", "parties", 0, "legal_name"],
	]} with data.context as _now with input as json.remove(manifest, ["/subcontracting/parties/0/legal_name"])
}

test_own_proof_is_enough_for_other_claims if {
	_faults == set()
		with data.context as _now
		with input as object.union(_base, {"evidence": {"ev-sub": {"issuer": "Halcyon Support Services Inc."}}})
}

test_one_document_for_two_entities if {
	_faults == {["shared_between_entities", ["evidence", "ev-sub"]]}
		with data.context as _now with input as object.union(_base, {"derived": {"evidence": {"references": [
			{"id": "ev-sub", "path": ["due_diligence", "evidence", 0], "entity": "vendor"},
			{"id": "ev-sub", "path": ["subcontracting", "parties", 0, "evidence", 0], "entity": "nordhost"},
		]}}})
}

test_same_bytes_for_two_entities if {
	manifest := object.union(_base, {"evidence": {"ev-sub": {"sha256": "aa"}}})
	_faults == {
		["shared_between_entities", ["evidence", "ev-soc2"]],
		["shared_between_entities", ["evidence", "ev-sub"]],
	} with data.context as _now with input as manifest
}

test_document_about_somebody_else if {
	_faults == set() with data.context as _now with input as _document({"about": "vendor"})
	_faults == {["shared_between_entities", ["evidence", "ev-soc2"]]}
		with data.context as _now with input as _document({"about": "nordhost"})
}

test_claims_without_evidence if {
	every claim in [
		{"due_diligence": {"outcome": "acceptable"}},
		{"data_protection": {"dpa": {"signed_on": "2025-12-15", "evidence": []}}},
		{"data_protection": {"dpia": {"required": true}}},
		{"data_protection": {"dpia": {"performed_on": "2025-12-15"}}},
		{"data_protection": {"transfers": [{"to": "PH"}]}},
		{"legal": {"licences": [{"type": "telecom"}]}},
	] {
		{finding[0] | some finding in _holes} == {"no_evidence"}
			with data.context as _now with input as object.union(_base, claim)
		_holes == set() with data.context as _now with input as object.union_n([_base, claim, _low])
	}
}

test_place_of_a_claim_without_evidence if {
	manifest := object.union(_base, {
		"due_diligence": {"outcome": "acceptable"},
		"legal": {"licences": [{"type": "telecom", "evidence": ["ev-soc2"]}, {"type": "telecom"}]},
	})
	_holes == {
		["no_evidence", ["due_diligence", "evidence"]],
		["no_evidence", ["legal", "licences", 1, "evidence"]],
	} with data.context as _now with input as manifest
}

test_claims_that_no_document_could_prove if {
	_holes == set()
		with data.context as _now with input as object.union(_base, {"data_protection": {"dpia": {"required": false}}})
	_holes == set()
		with data.context as _now
		with input as object.union(_base, {"legal": {"licences": [{"type": "telecom", "status": "applied_for"}]}})
}

test_a_claim_alone_is_enough_to_apply if {
	manifest := object.union(_base, {
		"due_diligence": {"outcome": "acceptable"},
		"derived": {"evidence": {"references": []}},
	})
	evidence.applicable with data.context as _now with input as manifest
}

test_ends_before_the_contract if {
	_remarks == {["ends_before_contract", _at("expires")]}
		with data.context as _now with input as _document({"expires": "2028-01-13"})
	_remarks == {["ends_before_contract", _at("expires")]}
		with data.context as _now with input as _document({"expires": "2028-01-13", "renewal_planned": false})
	_remarks == set() with data.context as _now with input as _document({"expires": "2028-01-13", "renewal_planned": true})
	_remarks == set() with data.context as _now with input as _document({"expires": "2028-01-14"})
	_remarks == set() with data.context as _now with input as _document({"expires": "2026-11-21"})
	_remarks == set()
		with data.context as _now with input as json.remove(_document({"expires": "2028-01-13"}), ["/contract"])
}

_faults contains [finding.code, finding.path] if some finding in evidence.deny

_holes contains [finding.code, finding.path] if some finding in evidence.undetermined

_remarks contains [finding.code, finding.path] if some finding in evidence.warn

_at(field) := ["evidence", "ev-soc2", field]

_document(patch) := object.union(_base, {"evidence": {"ev-soc2": patch}})

_filed(state) := object.union(_base, {"derived": {"evidence": {"files": {"ev-soc2": state}}}})

_outside(patch) := object.union(
	json.remove(_filed("uri"), ["/evidence/ev-soc2/path"]),
	{"evidence": {"ev-soc2": object.union({"uri": "https://records.client.example/soc2"}, patch)}},
)

_permit(holder) := object.union(_base, {
	"legal": {"licences": [{"type": "telecom", "holder": holder, "evidence": ["ev-permit"]}]},
	"evidence": {"ev-permit": {"path": "p.pdf", "sha256": "cc", "issuer": "City of Bonn", "issued": "2026-01-10"}},
	"derived": {"evidence": {
		"files": {"ev-permit": "match"},
		"references": [{"id": "ev-permit", "path": ["legal", "licences", 0, "evidence", 0], "entity": holder}],
	}},
})

_now := {"as_of": "2026-11-22"}

_low := {"scope": {
	"risk_tier": "low",
	"function": "supporting",
	"regimes": [],
	"data": [{"id": "orders", "category": "business_internal"}],
}}

_base := {
	"metadata": {"id": "halcyon", "legal_name": "Halcyon Support Services Inc."},
	"scope": object.union(_low.scope, {"risk_tier": "high"}),
	"contract": {"expires": "2028-01-14"},
	"assurance": {"reports": [{"type": "soc2_type2", "evidence": ["ev-soc2"]}]},
	"subcontracting": {"parties": [{"id": "nordhost", "legal_name": "Nordhost GmbH", "evidence": ["ev-sub"]}]},
	"evidence": {
		"ev-soc2": {
			"path": "soc2.pdf",
			"sha256": "aa",
			"issuer": "Example CPAs LLP",
			"issued": "2026-08-20",
			"expires": "2028-06-30",
		},
		"ev-sub": {"path": "sub.pdf", "sha256": "bb", "issuer": "Nordhost GmbH", "issued": "2025-12-20"},
	},
	"derived": {"evidence": {
		"files": {"ev-soc2": "match", "ev-sub": "match"},
		"references": [
			{"id": "ev-soc2", "path": ["assurance", "reports", 0, "evidence", 0], "entity": "vendor"},
			{"id": "ev-sub", "path": ["subcontracting", "parties", 0, "evidence", 0], "entity": "nordhost"},
		],
	}},
}
