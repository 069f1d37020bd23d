"""Where everything stands."""

import pickle

import pytest

from checker import documents
from checker.documents import events, load
from checker.model import Location

MANIFEST = """\
# a comment
---
metadata:
  id: acme      # trailing
  "name": 'A'
empty:
scope:
  locations:
    - {country: DE, city: "K\u00f6ln", since: 2020-01-01}
    - country: FR
      tags: [a,
        b]
  none: []
list:
- x
-
  y: 1
text: |
  long
"""

# keys: (line and column of the value, line and column of the key)
PLACES = {
    (): ((3, 1), (3, 1)),
    ("metadata",): ((4, 3), (3, 1)),
    ("metadata", "id"): ((4, 7), (4, 3)),
    ("metadata", "name"): ((5, 11), (5, 3)),
    ("empty",): ((6, 7), (6, 1)),
    ("scope", "locations"): ((9, 5), (8, 3)),
    ("scope", "locations", 0): ((9, 7), (9, 7)),
    ("scope", "locations", 0, "country"): ((9, 17), (9, 8)),
    ("scope", "locations", 0, "since"): ((9, 42), (9, 35)),
    ("scope", "locations", 1): ((10, 7), (10, 7)),
    ("scope", "locations", 1, "tags", 1): ((12, 9), (12, 9)),
    ("scope", "none"): ((13, 9), (13, 3)),
    ("list",): ((15, 1), (14, 1)),
    ("list", 1, "y"): ((17, 6), (17, 3)),
    ("text",): ((18, 7), (18, 1)),
    # what is missing is told at the key of the nearest ancestor
    ("metadata", "lei"): ((3, 1), (3, 1)),
    ("metadata", "id", "x", 3): ((4, 3), (4, 3)),
    ("scope", "locations", 0, "zip"): ((9, 7), (9, 7)),
    ("scope", "locations", 7): ((8, 3), (8, 3)),
    ("scope", "none", 0): ((13, 3), (13, 3)),
    ("nothing", "here"): ((3, 1), (3, 1)),
}


@pytest.fixture(params=[True, False], ids=["c", "pure"], autouse=True)
def _parser(request, monkeypatch):
    if not request.param:
        monkeypatch.setattr(events, "CParser", None)


@pytest.mark.parametrize(("keys", "places"), PLACES.items(), ids=map(repr, PLACES))
def test_places(keys, places):
    document = load("m.yaml", MANIFEST.encode()).document
    assert document.locate(keys) == Location("m.yaml", *places[0])
    assert document.locate_key(list(keys)) == Location("m.yaml", *places[1])


def test_line_ends_and_byte_order_mark_move_nothing():
    document = load("m.yaml", b"\xef\xbb\xbf" + MANIFEST.replace("\n", "\r\n").encode()).document
    assert {keys: (document.locate(keys), document.locate_key(keys)) for keys in PLACES} == {
        keys: (Location("m.yaml", *value), Location("m.yaml", *key)) for keys, (value, key) in PLACES.items()
    }


def test_positions_cost_nothing_until_they_are_wanted(monkeypatch):
    document = load("m.yaml", b"a: 1\n").document
    calls = []
    real = documents.Survey
    monkeypatch.setattr(documents, "Survey", lambda *args, **rest: calls.append(1) or real(*args, **rest))
    assert calls == []
    assert document.locate(("a",)).line == document.locate_key(("a",)).line == 1
    assert calls == [1]


def test_a_document_travels_between_processes():
    document = load("m.yaml", MANIFEST.encode()).document
    copy = pickle.loads(pickle.dumps(document))  # noqa: S301 - our own bytes
    assert copy == document
    assert copy.locate(("metadata", "id")) == document.locate(("metadata", "id"))


def test_without_libyaml_everything_is_read_alike():
    assert documents.using_c_parser() == (events.CParser is not None)
    assert load("m.yaml", MANIFEST.encode()).document.data["scope"]["locations"][1]["tags"] == ["a", "b"]
