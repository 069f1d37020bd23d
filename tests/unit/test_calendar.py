"""Calendar arithmetic against brute force and an oracle of its own."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker import calendar
from tests import oracle

PERIODS = st.sampled_from(["P1D", "P30D", "P90D", "P1M", "P3M", "P6M", "P12M", "P18M", "P1Y", "P2Y"])
DAYS = st.dates(date(2019, 1, 1), date(2033, 12, 31))


@pytest.mark.parametrize(
    ("day", "period", "expected"),
    [
        ("2024-02-29", "P1Y", "2025-02-28"),
        ("2024-02-29", "P12M", "2025-02-28"),
        ("2024-02-29", "P4Y", "2028-02-29"),
        ("2026-01-31", "P1M", "2026-02-28"),
        ("2026-12-31", "P2M", "2027-02-28"),
        ("2026-11-22", "P30D", "2026-12-22"),
        ("2026-11-22", "P1Y6M", "2028-05-22"),
        ("9990-01-01", "P100Y", "9999-12-31"),
    ],
)
def test_add(day: str, period: str, expected: str):
    assert calendar.add(date.fromisoformat(day), period).isoformat() == expected


@given(DAYS, PERIODS)
def test_add_agrees_with_the_oracle(day: date, period: str):
    assert calendar.add(day, period).isoformat() == oracle.last_good_day(day.isoformat(), period)


@given(DAYS, PERIODS)
def test_cutoff_is_the_earliest_day_that_is_not_overdue(as_of: date, period: str):
    cutoff = calendar.cutoff(as_of, period)
    assert calendar.add(cutoff, period) >= as_of
    assert calendar.add(cutoff - timedelta(days=1), period) < as_of


@given(DAYS, PERIODS)
def test_reached_is_the_latest_day_that_is_old_enough(as_of: date, period: str):
    reached = calendar.reached(as_of, period)
    assert calendar.add(reached, period) <= as_of
    assert calendar.add(reached + timedelta(days=1), period) > as_of


@given(DAYS, DAYS, PERIODS)
def test_overdue_by_comparison_is_overdue_by_sum(as_of: date, dated: date, period: str):
    """The text comparison that policies make says what the forward sum says."""
    assert (dated.isoformat() < calendar.cutoff(as_of, period).isoformat()) == (calendar.add(dated, period) < as_of)


@pytest.mark.parametrize("day", [date.min, date.max, date(1, 1, 3), date(9999, 12, 30)])
@pytest.mark.parametrize("period", ["P1D", "P999Y", "P1M"])
def test_ends_of_the_calendar_do_not_raise(day: date, period: str):
    calendar.cutoff(day, period)
    calendar.reached(day, period)


@pytest.mark.parametrize(
    "text", ["P", "P1", "P1W", "PT1H", "P1DT1H", "P1Y1D", "P1M1D", "p1d", "P-1D", "P1.5M", "P1M ", "\u0661"]
)
def test_no_period(text: str):
    assert not calendar.is_period(text)
    with pytest.raises(ValueError, match="calendar period"):
        calendar.add(date(2026, 1, 1), text)


def test_context_knows_every_period_of_the_parameters():
    parameters = {"a": {"b": ["P1M", {"c": "P30D"}], "d": None, "e": "PT4H", "f": "Paris"}}
    context = calendar.context(date(2026, 11, 22), parameters)
    assert context["as_of"] == "2026-11-22"
    assert context["cutoff"] == {"P1M": "2026-10-22", "P30D": "2026-10-23"}
    assert context["ahead"] == {"P1M": "2026-12-22", "P30D": "2026-12-22"}
    assert context["reached"] == {"P1M": "2026-10-22", "P30D": "2026-10-23"}


@pytest.mark.parametrize(
    ("text", "unit", "length"),
    [
        ("P1Y6M", "months", 18),
        ("P0M", "months", 0),
        ("P30D", "seconds", 30 * 86_400),
        ("PT24H", "seconds", 86_400),
        ("P1DT1H1M1S", "seconds", 90_061),
        ("PT5M", "seconds", 300),
        ("P5M", "months", 5),
    ],
)
def test_length(text, unit, length):
    assert calendar.length(text) == {"unit": unit, "length": length}


@pytest.mark.parametrize("text", ["", "P", "PT", "P1DT", "P1M1D", "P1MT1H", "P1W", "PT1.5H", "p1d", "P1D ", "ever"])
def test_no_length(text):
    assert calendar.length(text) is None


def test_context_measures_every_duration_of_the_parameters():
    found = calendar.context(date(2026, 11, 22), {"a": ["PT4H", {"b": "P1M"}], "c": "Paris", "d": "P"})
    assert found["durations"] == {
        "P1M": {"unit": "months", "length": 1},
        "PT4H": {"unit": "seconds", "length": 14_400},
    }
