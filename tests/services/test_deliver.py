"""What becomes of a delivery, and whose turn it is."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.backoff import Pace
from app.services.deliver import Answer, Due, Lanes, Outcome, attempted, fair_choice, is_spent, kept

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PACE = Pace((60.0, 3600.0), 2, 1)


def due(attempts: int = 1) -> Due:
    return Due("1", "webhook", "NWIND", "live", "K7RWD-3HXQP-INS", "BOOKING_CREATED", "e", "{}", attempts, NOW)


@pytest.mark.parametrize(
    ("outcome", "attempts", "becomes", "seconds"),
    [
        ("delivered", 1, "delivered", None),
        ("skipped", 1, "skipped", None),
        ("refused", 1, "parked", None),
        ("failed", 1, "waiting", 60),
        ("failed", 2, "waiting", 3600),
        ("failed", 3, "parked", None),
    ],
)
def test_every_outcome_has_one_consequence(
    outcome: Outcome, attempts: int, becomes: str, seconds: float | None
) -> None:
    ended = NOW + timedelta(seconds=2)

    found = attempted(due(attempts), Answer(outcome, 500, "no"), PACE, NOW, ended, 0.5)

    assert (found.becomes, found.milliseconds, found.number) == (becomes, 2000, attempts)
    assert found.next_at == (None if seconds is None else ended + timedelta(seconds=seconds))


def test_a_pace_that_comes_with_the_answer_counts_before_the_house_s() -> None:
    patient = Answer("failed", None, "", Pace((5.0,), 9, 0))

    assert attempted(due(3), patient, PACE, NOW, NOW, 0.5).next_at == NOW + timedelta(seconds=5)


def test_a_clock_that_was_set_back_does_not_make_a_negative_time() -> None:
    assert attempted(due(), Answer("delivered", 200, ""), PACE, NOW, NOW - timedelta(hours=1), 0).milliseconds == 0


def test_a_row_that_takes_its_worker_with_it_comes_to_an_end() -> None:
    assert [is_spent(due(attempts), PACE) for attempts in (1, 3, 4)] == [False, False, True]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (b"ok", "ok"),
        (b"a\x00b", "a\ufffdb"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        ("é" * 600, "é" * 512),
        ("x" + "é" * 600, "x" + "é" * 511 + "\ufffd"),
        ("\ud800", "?"),
    ],
    ids=["plain", "NUL", "not UTF-8", "a kilobyte", "half a character", "half a surrogate"],
)
def test_what_is_kept_can_be_stored(said: str | bytes, expected: str) -> None:
    assert kept(said) == expected


def test_a_long_backlog_takes_no_more_than_its_turn() -> None:
    candidates = [(f"a{number}", "a") for number in range(1000)] + [("b1", "b"), ("c1", "c"), ("c2", "c")]

    chosen = fair_choice(candidates, lambda lane: 32, 6)

    assert Counter(name[0] for name in chosen) == {"a": 3, "b": 1, "c": 2}


def test_a_full_lane_gets_nothing_and_the_others_all_there_is() -> None:
    candidates = [("a1", "a"), ("b1", "b"), ("b2", "b"), ("b3", "b")]

    assert fair_choice(candidates, lambda lane: 0 if lane == "a" else 2, 10) == ["b1", "b2"]


def test_a_lane_gets_places_as_it_answers() -> None:
    lanes = Lanes(places=50, places_a_lane=20, narrow={"mail": 3})
    assert (lanes.room("mail"), lanes.room("a"), lanes.free) == (3, 8, 50)
    for _ in range(8):
        lanes.enter("a")
    assert (lanes.free, lanes.room("a"), lanes.full()) == (42, 0, ["a"])

    lanes.leave("a", is_well=False)
    assert (lanes.room("a"), lanes.full()) == (-5, ["a"])
    lanes.leave("a", is_well=True)
    assert (lanes.room("a"), lanes.full()) == (14, [])


def test_a_copy_of_the_lanes_stays_as_they_were() -> None:
    lanes = Lanes(places=50, places_a_lane=20)
    lanes.enter("a")
    copy = lanes.as_now()
    lanes.leave("a", is_well=False)

    assert (copy.room("a"), lanes.room("a")) == (7, 2)
