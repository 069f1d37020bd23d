"""Whatever a manifest holds, the checker answers with problems and never with a crash."""

import copy
import subprocess
import sys

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker.documents import Document
from tests.schema.material import ROOT, SAMPLE, read, schemas

DATA = read(SAMPLE).data
TEXT = st.text(max_size=30)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


def places(node, keys=()):
    """Return the way to every node below the top."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [way for key, value in items for way in ((*keys, key), *places(value, (*keys, key)))]


PLACES = places(DATA)


@st.composite
def mutated(draw):
    """Return the sample with one to three places removed, replaced, or given a field more."""
    data = copy.deepcopy(DATA)
    for _ in range(draw(st.integers(1, 3))):
        *parents, last = draw(st.sampled_from(PLACES))
        node = data
        for key in parents:
            present = isinstance(node, dict) or (isinstance(node, list) and isinstance(key, int) and key < len(node))
            node = (
                (node.get(key) if isinstance(node, dict) else node[key])
                if present and isinstance(node, (dict, list))
                else None
            )
        if isinstance(node, dict) and isinstance(last, str):
            change = draw(st.sampled_from(["remove", "replace", "add"]))
            if change == "remove":
                node.pop(last, None)
            else:
                node[last if change == "replace" else draw(TEXT)] = draw(VALUES)
        elif isinstance(node, list):
            node.append(draw(VALUES))
    return data


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(mutated())
def test_a_mutated_manifest_is_explained(data):
    judge = schemas()._judge("VendorManifest", "")
    problems = schemas().check(Document("v.yaml", data, b""), "VendorManifest")
    try:
        valid = judge.validator.is_valid(data)
    except ValueError:
        valid = False
    twice = bool(list(judge.names.duplicates(data)))
    assert bool(problems) is (twice or not valid)
    for problem in problems:
        assert problem.rule.startswith("schema.")
        assert problem.message
        assert problem.fix
        assert schemas().subject(data, problem.keys) is not None


def test_a_valid_manifest_does_not_pay_for_the_explanation():
    program = (
        "import sys, pathlib, checker.schema as s, checker.documents as d\n"
        "root = pathlib.Path(sys.argv[1])\n"
        "schemas = s.open_schemas(root / 'schemas', {})\n"
        "document = d.load('checker.toml', b'jobs: 2\\n').document\n"
        "assert schemas.check(document, 'CheckerConfig') == ()\n"
        "assert not {'jsonschema', 'referencing', 'checker.schema.explain'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, ROOT], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
