"""Parameters as cells of a table."""

import pytest

from checker.catalogue.values import duration, origin, rows

PARAMETERS = {
    "t": {
        "apiVersion": "vendorpolicy/v1",
        "owner": "x@client.example",
        "days": {"critical": "P7D", "high": "P1M", "medium": None, "low": "P2Y"},
        "kinds": {
            "one": {"critical": 1, "high": 2, "medium": 3, "low": 4},
            "two": {"critical": 1.5, "high": ["a"], "medium": [], "low": False},
        },
        "single": "PT24H",
        "number": 1000000,
        "yes": True,
        "few": ["a|b", "c"],
        "many": [f"n{number}" for number in range(20)],
        "nine": [f"n{number}" for number in range(9)],
        "map": {"medium": 100000, "high": None},
        "deep": {"a": {"b": {"c": 1}}},
        "table": {"a": {"warn": 1, "limit": 2}, "b": {"warn": 3}},
        "long": {f"n{number}": {"a": 1} for number in range(9)},
        "list": [{"a": 1}, {"a": 2}],
        "empty": [],
    }
}
EIGHT = ", ".join(f"`n{number}`" for number in range(8))


@pytest.mark.parametrize(
    ("path", "cells"),
    [
        ("days", [("7 days", "1 month", "none", "2 years")]),
        ("kinds", [("1", "2", "3", "4"), ("1.5", "`a`", "none", "no")]),
        ("kinds.one", [("1", "2", "3", "4")]),
        ("single", [("24 hours",)]),
        ("number", [("1,000,000",)]),
        ("yes", [("yes",)]),
        ("few", [(r"`a\x7cb`, `c`",)]),
        ("many", [(f"{EIGHT} and 12 more",)]),
        ("nine", [(f"{EIGHT}, `n8`",)]),
        ("map", [("`medium` 100,000, `high` none",)]),
        ("deep", [("1 entry",)]),
        ("table", [("`warn` 1, `limit` 2",), ("`warn` 3",)]),
        ("long", [("9 entries",)]),
        ("list", [("2 entries",)]),
        ("empty", [("none",)]),
        ("absent", [("none",)]),
    ],
)
def test_cells(path, cells):
    assert [row.cells for row in rows([("t", *path.split("."))], PARAMETERS)] == cells


def test_a_whole_file_has_a_row_for_each_part_but_the_envelope():
    names = {".".join(row.path) for row in rows([("t",)], PARAMETERS)}
    assert {"t.days", "t.single", "t.kinds.one", "t.kinds.two"} <= names
    assert not names & {"t.apiVersion", "t.owner", "t.kinds", "t"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("P1M", "1 month"),
        ("PT1M", "1 minute"),
        ("P2W", "2 weeks"),
        ("PT90S", "90 seconds"),
        ("P1Y6M", ""),
        ("PT24H ", ""),
        ("P", ""),
        ("x", ""),
    ],
)
def test_durations(text, words):
    assert duration(text) == words


def test_where_values_come_from():
    data = {"source": "Law `x` | 1", "reviewed_on": "2026-01-01", "review_by": "2027-01-01", "owner": "Legal"}
    shown = "`name`: Law `x` &#124; 1 Reviewed on 2026-01-01, next by 2027-01-01, by Legal."
    assert origin("name", data) == shown
