# METADATA
# title: Fields that must be there
# description: Turns absent and empty fields into findings, so that no rule falls silent over a hole in the manifest.
package lib.fields

# METADATA
# scope: document
# description: >
#   One finding for each path in `paths` (arrays of keys below `prefix`) that has no value in `node`; null and empty
#   text count as none. When a whole block is missing it is named once, not field by field. `prefix` is where `node`
#   stands in the manifest.
missing(node, prefix, paths) := {finding |
	some path in paths
	_hole(node, path)
	short := _first_hole(node, path)
	name := concat(".", short)
	finding := {
		"code": "missing",
		"path": array.concat(prefix, short),
		"msg": $"`{name}` is missing, so this cannot be judged",
		"fix": $"add `{name}`",
	}
}

# METADATA
# scope: document
# description: >
#   One finding for each path in `paths` whose value is a list without members, where at least one is needed. A list
#   that is absent is for `missing` to find.
empty(node, prefix, paths) := {finding |
	some path in paths
	value := object.get(node, path, null)
	value == []
	name := concat(".", path)
	finding := {
		"code": "empty",
		"path": array.concat(prefix, path),
		"msg": $"`{name}` is empty, so this cannot be judged",
		"fix": $"list at least one value in `{name}`",
	}
}

# A constant of its own, for a literal is built anew at each use.
_nothing := {null, ""}

# METADATA
# scope: document
# description: True when `node` has a value at `path`; null and empty text count as none.
present(node, path) if not _hole(node, path)

_hole(node, path) if object.get(node, path, null) in _nothing

_first_hole(node, path) := array.slice(path, 0, min({length |
	some i, _ in path
	length := i + 1
	_hole(node, array.slice(path, 0, length))
}))
