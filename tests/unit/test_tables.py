"""The changes of a case: they do what their paths say, or name the path that leads nowhere."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.authoring import tables

KEYS = st.sampled_from(["a", "b", "0", "1", "2", "-1", "1_0", "²", "", "a b"])
PATHS = st.lists(KEYS, min_size=1, max_size=4).map(".".join)
VALUES = st.recursive(
    st.none() | st.integers(0, 3) | st.sampled_from(["", "x"]),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.sampled_from("ab0"), below, max_size=3),
    max_leaves=8,
)
NODES = st.dictionaries(st.sampled_from("ab0"), VALUES, max_size=3)


def at(node, path):
    for key in path.split("."):
        node = node[int(key) if isinstance(node, list) else key]
    return node


@given(NODES, PATHS, VALUES)
def test_a_value_is_where_it_was_put_or_the_path_is_named(node, path, value):
    try:
        tables.change(node, {"set": {path: value}})
    except tables.LostError as error:
        assert f"`{path}` leads nowhere" in str(error)  # noqa: PT017 - both ends are right
    else:
        assert at(node, path) == value


@given(NODES, PATHS, st.sampled_from(["append", "delete"]))
def test_what_cannot_be_changed_is_left_alone(node, path, kind):
    before = copy.deepcopy(node)
    try:
        tables.change(node, {kind: {path: 7} if kind == "append" else [path]})
    except tables.LostError:
        assert node == before
    else:
        assert node != before


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"set": {"a.b": 1}}, {"a": {"b": 1}, "l": [1, {"x": 2}]}),
        ({"set": {"n.0.y": 1}}, {"a": {}, "l": [1, {"x": 2}], "n": [{"y": 1}]}),
        ({"set": {"l.1.x": 3, "l.2": 4}}, {"a": {}, "l": [1, {"x": 3}, 4]}),
        ({"append": {"l": 5}}, {"a": {}, "l": [1, {"x": 2}, 5]}),
        ({"delete": ["l.0", "a"]}, {"l": [{"x": 2}]}),
    ],
)
def test_changes(changes, expected):
    node = {"a": {}, "l": [1, {"x": 2}]}
    tables.change(node, changes)
    assert node == expected
