"""Undecided: recorded once, of offers that were seen and left alone, however many workers look."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from app.adapters import tables
from app.adapters.evidence_undecided import StandingTrails
from app.domain.evidence import Happening
from app.services import record_undecided as service
from app.services.record_undecided import record_undecided
from app.services.records import Change
from tests.conftest import Environment
from tests.evidence import Row, Sold, offered, rows, sold

HOURS = timedelta(hours=48)


@pytest.fixture
def platform(empty_environment: Environment) -> Iterator[Sold]:
    made = sold(empty_environment)
    yield made
    made.database.close()


def in_hours(hours: float) -> datetime:
    return datetime.now(UTC) + timedelta(hours=hours)


def recorded(platform: Sold, hours: float = 49) -> int:
    return record_undecided(StandingTrails(platform.database), in_hours(hours), HOURS)


def undecided(platform: Sold) -> list[Row]:
    return rows(platform.database, tables.events, tables.events.c.name == "undecided")


def test_an_offer_that_was_seen_and_left_alone_becomes_undecided(platform: Sold) -> None:
    assert recorded(platform, 47) == 0
    assert recorded(platform) == 1

    (event,) = undecided(platform)
    assert (event["trail_id"], event["number"], event["actor"]) == (platform.seen, 5, "awning")
    assert event["facts"] == '{"hours":48.0}'
    assert platform.breaks() == []


def test_it_is_recorded_once(platform: Sold) -> None:
    assert [recorded(platform, hours) for hours in (49, 49, 200)] == [1, 0, 0]


def test_an_offer_that_was_only_exported_was_never_undecided(platform: Sold) -> None:
    platform.record(platform.ignored, Happening("exported", "operator:ann", {}))

    recorded(platform)

    assert [event["trail_id"] for event in undecided(platform)] == [platform.seen]


def test_many_workers_at_once_record_every_offer_once(platform: Sold, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "AT_ONCE", 7)
    seen = [offered(platform.partner)[0] for _ in range(30)]
    for offer in seen:
        platform.record(offer, Happening("seen", "shopper", {}))

    with ThreadPoolExecutor(6) as workers:
        done = list(workers.map(lambda _: recorded(platform), range(6)))
    done.append(recorded(platform))

    assert sum(done) == 31
    assert sorted(event["trail_id"] for event in undecided(platform)) == sorted([*seen, platform.seen])
    assert platform.breaks() == []


def test_a_customer_who_moves_at_this_moment_wins(platform: Sold) -> None:
    """The trail goes on between reading and writing, for one of two; the other is recorded all the same."""
    other = offered(platform.partner)[0]
    platform.record(other, Happening("seen", "shopper", {}))

    class Interrupted(StandingTrails):
        is_first = True

        def write(self, changes: list[Change]) -> None:
            if self.is_first:
                self.is_first = False
                platform.record(platform.seen, Happening("chosen", "shopper", {}))
            super().write(changes)

    assert record_undecided(Interrupted(platform.database), in_hours(49), HOURS) == 1

    assert [event["trail_id"] for event in undecided(platform)] == [other]
    assert platform.breaks() == []


def test_who_comes_back_later_may_still_choose(platform: Sold) -> None:
    recorded(platform)
    platform.record(platform.seen, Happening("chosen", "shopper", {}))

    (trail,) = rows(platform.database, tables.trails, tables.trails.c.id == platform.seen)
    assert trail["state"] == "OPEN"
    assert platform.breaks() == []
