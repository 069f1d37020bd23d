"""What counts as another value of a parameter."""

from dataclasses import replace

import pytest

from checker import departure
from tests.cases import tables


@pytest.mark.parametrize(
    ("before", "after", "sign"),
    [
        (1, True, "~"),
        (1, 1.0, "~"),
        ([1], [True], "~"),
        ([{"x": 0}], [{"x": False}], "~"),
        ("a", departure.ABSENT, "-"),
        (departure.ABSENT, None, "+"),
        ([1, {"x": 1.5}], [1, {"x": 1.5}], ""),
        ([{"x": 1, "y": 2}], [{"y": 2, "x": 1}], ""),
    ],
)
def test_values_of_other_types_are_others(before, after, sign):
    one, other = (
        replace(tables.library(), parameters={"own": {} if value is departure.ABSENT else {"key": value}})
        for value in (before, after)
    )
    found = departure.compare(one, other).parameters
    assert [(difference.name, difference.sign) for difference in found] == ([("own.key", sign)] if sign else [])
