package lib.fields_test

import data.lib.fields

test_missing_names_the_field if {
	found := fields.missing({"a": {"b": 1}}, ["top", 3], [["a", "b"], ["a", "c"]])
	found == {{
		"code": "missing",
		"path": ["top", 3, "a", "c"],
		"msg": "`a.c` is missing, so this cannot be judged",
		"fix": "add `a.c`",
	}}
}

test_missing_names_a_whole_block_once if {
	_paths(fields.missing({}, [], [["a", "b"], ["a", "c", "d"]])) == {["a"]}
	_paths(fields.missing({"a": {}}, [], [["a", "b"], ["a", "c", "d"]])) == {["a", "b"], ["a", "c"]}
}

test_missing_takes_null_and_empty_text_for_nothing if {
	node := {"a": null, "b": "", "c": {"d": ""}}
	_paths(fields.missing(node, [], [["a"], ["b"], ["c", "d"]])) == {["a"], ["b"], ["c", "d"]}
}

test_missing_takes_other_values_for_something if {
	fields.missing({"a": false, "b": 0, "c": [], "d": {}}, [], [["a"], ["b"], ["c"], ["d"]]) == set()
}

test_missing_below_a_value_that_is_no_block if {
	_paths(fields.missing({"a": "text"}, [], [["a", "b"]])) == {["a", "b"]}
}

test_empty_names_the_list if {
	found := fields.empty({"a": {"b": []}, "c": [1]}, ["top"], [["a", "b"], ["c"], ["d"]])
	found == {{
		"code": "empty",
		"path": ["top", "a", "b"],
		"msg": "`a.b` is empty, so this cannot be judged",
		"fix": "list at least one value in `a.b`",
	}}
}

test_present if {
	fields.present({"a": {"b": false}}, ["a", "b"])
	not fields.present({"a": {"b": null}}, ["a", "b"])
	not fields.present({"a": {"b": ""}}, ["a", "b"])
	not fields.present({}, ["a", "b"])
}

_paths(findings) := {finding.path | some finding in findings}
