"""Write the capabilities file for policies: what OPA's Wasm target runs natively, less what differs there.

opa capabilities --current | python tools/make_capabilities.py > checker/library_data/capabilities.json
"""

from __future__ import annotations

import json
import sys
from typing import Any

# The names are those of OPA's `builtinsFunctions` (internal/compiler/wasm/wasm.go), without the ones that
# answer differently in Wasm (numbers and JSON from text, bit operations, base 64) or that take unbounded
# memory (ranges).
ALLOWED = frozenset(
    """
    eq assign equal neq lt lte gt gte
    plus minus mul div rem abs round ceil floor
    count sum max min sort
    and or set_diff intersection union
    array.concat array.flatten array.reverse array.slice
    object.filter object.get object.keys object.remove object.union object.union_n
    json.filter json.remove walk
    internal.member_2 internal.member_3 internal.template_string
    concat contains startswith endswith indexof substring lower upper
    split replace strings.replace_n strings.reverse
    trim trim_left trim_prefix trim_right trim_suffix trim_space
    regex.match regex.find_all_string_submatch_n glob.match
    net.cidr_contains net.cidr_intersects net.cidr_overlap
    is_array is_boolean is_null is_number is_object is_set is_string type_name
    """.split()
)
FEATURES = ("rego_v1", "template_strings")


def restrict(current: dict[str, Any]) -> dict[str, Any]:
    """Return the capabilities of an OPA (`opa capabilities --current`) cut down to what policies may use."""
    builtins = [builtin for builtin in current["builtins"] if builtin["name"] in ALLOWED]
    missing = ALLOWED - {builtin["name"] for builtin in builtins}
    if missing:
        raise SystemExit(f"this OPA lacks {', '.join(sorted(missing))}")
    features = [feature for feature in current["features"] if feature in FEATURES]
    return {"builtins": builtins, "future_keywords": [], "features": features, "allow_net": []}


def main() -> None:
    """Read an OPA's capabilities on standard input and write ours on standard output."""
    json.dump(restrict(json.load(sys.stdin)), sys.stdout, indent=1, sort_keys=True)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
