"""When a loss may have happened, and whether cover ran on that day."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from app.domain.claims import is_to_come, ran_on

START, END = "2026-10-02T09:30:00+00:00", "2028-10-02T09:30:00+00:00"


def cover(start: str | None = START, end: str | None = END, cancelled: datetime | None = None) -> Any:
    confirmed = datetime(2026, 10, 3, tzinfo=UTC)
    return SimpleNamespace(start_at=start, end_at=end, cancelled_at=cancelled, confirmed_at=confirmed)


@pytest.mark.parametrize(
    ("quote", "day", "expected"),
    [
        (cover(), "2026-10-01", False),
        (cover(), "2026-10-02", True),
        (cover(), "2028-10-02", True),
        (cover(), "2028-10-03", False),
        (cover(end=None), "2099-01-01", True),
        (cover(start=None), "2026-10-02", False),
        (cover(start=None), "2026-10-03", True),
        (cover(cancelled=datetime(2026, 11, 1, 8, tzinfo=UTC)), "2026-11-01", True),
        (cover(cancelled=datetime(2026, 11, 1, 8, tzinfo=UTC)), "2026-11-02", False),
    ],
)
def test_the_first_and_the_last_day_count(quote: Any, day: str, expected: bool) -> None:
    assert ran_on(quote, date.fromisoformat(day)) is expected


@pytest.mark.parametrize(
    ("hour", "day", "expected"),
    [(9, "2026-11-04", False), (10, "2026-11-04", False), (9, "2026-11-05", True), (10, "2026-11-05", True)],
)
def test_a_day_is_to_come_when_it_has_begun_nowhere(hour: int, day: str, expected: bool) -> None:
    """On the first islands 3 November, 10:00 UTC is the 4th already."""
    assert is_to_come(date.fromisoformat(day), datetime(2026, 11, 3, hour + 4, tzinfo=UTC)) is expected
