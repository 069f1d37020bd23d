"""Parameters age: each file names its source and its next review, each row that a law limits names both its ends."""

from __future__ import annotations

import copy
import re

import pytest

from checker.documents import Document
from tests.schema.material import parameters, raw, schemas
from tests.schema.test_the_schemas import subschemas

ENDS = {"valid_from", "valid_until"}
DATED = {"reviewed_on", "review_by", *ENDS}
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NAMES = sorted(parameters())


def problems(name, data):
    return schemas().check(Document("data.yaml", data, b""), "PolicyData", name)


def rows(node, keys=()):
    """Yield (keys, mapping) for every mapping in a parameter file."""
    if isinstance(node, dict):
        yield keys, node
    for key, child in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from rows(child, (*keys, key))


LIMITED = [(name, keys) for name in NAMES for keys, row in rows(parameters()[name]) if ENDS & set(row)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("key", ["source", "reviewed_on", "review_by", "owner"])
def test_every_file_names_its_source_and_its_next_review(name, key):
    data = copy.deepcopy(parameters()[name])
    assert problems(name, data) == ()
    del data[key]
    assert [(problem.rule, problem.keys) for problem in problems(name, data)] == [("schema.required", (key,))]


def test_there_are_rows_with_a_legal_life():
    assert len(LIMITED) > 10


@pytest.mark.parametrize("end", sorted(ENDS))
def test_no_row_with_a_legal_life_may_lack_an_end(end):
    for name, keys in LIMITED:
        data = copy.deepcopy(parameters()[name])
        row = data
        for key in keys:
            row = row[key]
        assert set(row) >= ENDS, (name, keys)
        del row[end]
        assert [problem.keys for problem in problems(name, data)] == [(*keys, end)], (name, keys)


def test_the_schema_asks_for_both_ends_wherever_it_knows_one():
    for path, node, _ in subschemas(raw("PolicyData")):
        if ENDS & set(node.get("properties", {})):
            assert set(node["required"]) >= ENDS, path


# Days that bound no row: the day of a rate, and the last day on which a key of the least size is strong enough.
NO_LIFE = {("fx", "date"), ("crypto", "minimum_until")}


def test_no_day_hides_under_another_name():
    """A row with a day of its own has a legal life, so it takes `valid_from` and `valid_until`."""
    hidden = [
        (name, *keys, key)
        for name in NAMES
        for keys, row in rows(parameters()[name])
        for key, value in row.items()
        if key not in DATED and (name, key) not in NO_LIFE and isinstance(value, str) and DAY.fullmatch(value)
    ]
    assert hidden == []
