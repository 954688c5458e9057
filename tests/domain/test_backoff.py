"""When a delivery is tried again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.backoff import JITTER, Pace, wait_after

WEBHOOKS = Pace((60.0, 300.0, 3600.0), 3, 72)
MIDDLE = 0.5


def test_at_once_after_a_minute_after_five_then_hourly_for_three_days_then_no_more() -> None:
    waits = [wait_after(WEBHOOKS, attempts, MIDDLE) for attempts in range(1, 76)]

    assert waits == [60.0, 300.0, *[3600.0] * 72, None]


@given(st.integers(1, 74), st.floats(0, 1))
def test_jitter_is_a_fifth_either_way(attempts: int, draw: float) -> None:
    middle, drawn = wait_after(WEBHOOKS, attempts, MIDDLE), wait_after(WEBHOOKS, attempts, draw)

    assert middle is not None and drawn is not None
    assert middle * (1 - JITTER) <= drawn * 1.000001
    assert drawn <= middle * (1 + JITTER) * 1.000001


@pytest.mark.parametrize(
    ("pace", "waits"),
    [
        (Pace((5.0,), 1, 0), [None]),
        (Pace((5.0,), 1, 1), [5.0, None]),
        (Pace((1.0, 9.0), 4, 1), [1.0, 1.0, 1.0, 9.0, None]),
        (Pace((1.0, 2.0, 3.0, 9.0), 2, 2), [1.0, 9.0, 9.0, None]),
    ],
    ids=["once", "once and an hour later", "more quick ones than spacings", "fewer quick ones than spacings"],
)
def test_every_endpoint_may_have_its_own_pace(pace: Pace, waits: list[float | None]) -> None:
    assert [wait_after(pace, attempts, MIDDLE) for attempts in range(1, len(waits) + 1)] == waits
