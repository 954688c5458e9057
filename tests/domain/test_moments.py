"""Dates as partners send them, and the spans between them."""

import pytest

from app.domain.moments import add_period, day, days_between, written, years_between


@pytest.mark.parametrize(
    ("given", "leaves"),
    [
        ("2026-08-15", "2026-08-15T00:00:00"),
        ("2026-08-15T10:20:30Z", "2026-08-15T10:20:30+00:00"),
        ("2026-08-15T10:20:30+11:00", "2026-08-15T10:20:30+11:00"),
        ("2026-08-15T10:20:30.974+00:00", "2026-08-15T10:20:30.974000+00:00"),
        ("2026-08-15T10:20:30.000Z", "2026-08-15T10:20:30+00:00"),
        ("2019-12-20 02:42:12Z", "2019-12-20T02:42:12+00:00"),
    ],
)
def test_a_date_leaves_with_the_offset_it_came_with(given: str, leaves: str) -> None:
    assert written(given) == leaves


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01", "2026-02-30", "2026-02-29T00:00:00Z", "20-11-2026"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        written(text)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-11-21", "2026-11-21", 0),
        ("2026-11-21", "2026-11-22", 1),
        ("2026-11-22", "2026-11-21", -1),
        ("2024-02-28", "2024-03-01", 2),
        ("2026-02-28", "2026-03-01", 1),
        ("2026-11-21T23:59:00+11:00", "2026-11-22T00:01:00-11:00", 1),
    ],
)
def test_days_are_counted_on_the_calendar_the_customer_sees(start: str, end: str, days: int) -> None:
    assert days_between(start, end) == days


@pytest.mark.parametrize(
    ("start", "end", "years"),
    [
        ("2000-06-15", "2026-06-14", 25),
        ("2000-06-15", "2026-06-15", 26),
        ("2004-02-29", "2026-02-28", 21),
        ("2004-02-29", "2026-03-01", 22),
        ("2026-01-01", "2025-12-31", -1),
    ],
)
def test_years_are_full_years_as_a_birthday_counts_them(start: str, end: str, years: int) -> None:
    assert years_between(start, end) == years


@pytest.mark.parametrize(
    ("start", "period", "later"),
    [
        ("2026-11-21", "2y", "2028-11-21"),
        ("2024-02-29", "1y", "2025-02-28"),
        ("2024-02-29", "4y", "2028-02-29"),
        ("2026-01-31", "1m", "2026-02-28"),
        ("2026-11-30", "18m", "2028-05-30"),
        ("2026-12-31", "1m", "2027-01-31"),
        ("2026-11-21", "4w", "2026-12-19"),
        ("2026-11-21", "30d", "2026-12-21"),
        ("2026-11-21", "0d", "2026-11-21"),
        ("2026-11-21T09:00:00+09:00", "1y", "2027-11-21T09:00:00+09:00"),
        ("2026-11-21T09:00:00Z", "30d", "2026-12-21T09:00:00+00:00"),
    ],
)
def test_a_period_later_is_the_day_policies_mean(start: str, period: str, later: str) -> None:
    assert add_period(start, period) == later


@pytest.mark.parametrize("period", ["", "2", "y", "2 years", "-1y", "1.5y", "99999y", "2Y", "1y\n", "٢y"])
def test_a_period_of_another_form_is_refused(period: str) -> None:
    with pytest.raises(ValueError, match="is not a period"):
        add_period("2026-11-21", period)


def test_a_date_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="9999"):
        add_period("2026-11-21", "8000y")


def test_days_beyond_the_calendar_are_refused() -> None:
    with pytest.raises((ValueError, OverflowError)):
        add_period("9999-12-01", "9999d")


def test_the_day_of_a_moment_is_the_day_where_it_was_written() -> None:
    assert day("2026-11-21T23:30:00-05:00").isoformat() == "2026-11-21"
