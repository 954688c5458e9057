"""The outbox: claims that run out, results written together, nothing lost and nothing deleted."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.adapters.database import Database
from app.adapters.keyring import aware
from app.adapters.migrating import migrate
from app.adapters.outbox import LOOKED_AT, Outbox
from app.services.deliver import Attempted, Due
from tests.deliveries import LEASE, attempts_in, put, rows_in, waiting_row

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def database(empty_database_url: str) -> Iterator[Database]:
    database = Database(empty_database_url, pool_size=4)
    migrate(database)
    yield database
    database.close()


@pytest.fixture
def outbox(database: Database) -> Outbox:
    return Outbox(database, LEASE)


def result(due: Due, becomes: str = "delivered", **changes: Any) -> Attempted:
    given: dict[str, Any] = {
        "outbox_id": due.id,
        "number": due.attempts,
        "at": NOW,
        "milliseconds": 7,
        "status": 200,
        "said": "ok",
        "becomes": becomes,
    }
    return Attempted(**given | changes)


def test_a_claim_counts_the_attempt_and_runs_out(database: Database, outbox: Outbox) -> None:
    (row,) = put(database, waiting_row("e", next_at=NOW))

    (first,) = outbox.turn((), NOW)
    assert (first.id, first.attempts, first.endpoint_id) == (row, 1, "e")
    assert outbox.turn((), NOW + LEASE - timedelta(seconds=1)) == []

    (second,) = outbox.turn((), NOW + LEASE)
    assert (second.id, second.attempts) == (row, 2)


def test_only_what_waits_and_is_due_is_claimed(database: Database, outbox: Outbox) -> None:
    put(
        database,
        waiting_row(next_at=NOW + timedelta(seconds=1)),
        *(waiting_row(next_at=NOW, status=status) for status in ("delivered", "parked", "skipped")),
    )

    assert outbox.turn((), NOW) == []


def test_results_and_the_next_claim_are_one_step(database: Database, outbox: Outbox) -> None:
    rows = put(database, *(waiting_row(next_at=NOW) for _ in range(4)))
    claimed = sorted(outbox.turn((), NOW), key=lambda one: rows.index(one.id))
    put(database, waiting_row(id="next", next_at=NOW))
    later = NOW + timedelta(minutes=1)
    results = [
        result(claimed[0]),
        result(claimed[1], "waiting", next_at=later, status=500),
        result(claimed[2], "parked", status=None, said="no such endpoint"),
        result(claimed[3], "skipped", status=None),
    ]

    assert [due.id for due in outbox.turn(results, NOW)] == ["next"]

    found = rows_in(database)
    assert [found[row].status for row in rows] == ["delivered", "waiting", "parked", "skipped"]
    assert aware(found[rows[1]].next_at) == later
    assert [found[row].finished_at is None for row in rows] == [False, True, False, False]
    log = {row.outbox_id: row for row in attempts_in(database)}
    assert [(log[row].status, log[row].number, log[row].milliseconds) for row in rows] == [
        (200, 1, 7),
        (500, 1, 7),
        (None, 1, 7),
        (None, 1, 7),
    ]
    assert log[rows[2]].said == "no such endpoint"


@pytest.mark.parametrize("becomes", ["waiting", "parked"])
def test_a_worker_slower_than_its_lease_undoes_nothing(database: Database, outbox: Outbox, becomes: str) -> None:
    (row,) = put(database, waiting_row(next_at=NOW))
    (slow,) = outbox.turn((), NOW)
    (quick,) = outbox.turn((), NOW + LEASE)

    outbox.turn([result(slow, becomes, next_at=NOW)], NOW + LEASE)
    assert (rows_in(database)[row].status, rows_in(database)[row].attempts) == ("waiting", 2)
    assert aware(rows_in(database)[row].next_at) == NOW + 2 * LEASE

    outbox.turn([result(quick)], NOW + LEASE, most=0)
    outbox.turn([result(slow, becomes, next_at=NOW)], NOW + LEASE, most=0)
    assert rows_in(database)[row].status == "delivered"
    assert len(attempts_in(database)) == 3


def test_delivered_is_delivered_even_after_the_lease(database: Database, outbox: Outbox) -> None:
    (row,) = put(database, waiting_row(next_at=NOW))
    (slow,) = outbox.turn((), NOW)
    (_,) = outbox.turn((), NOW + LEASE)

    outbox.turn([result(slow)], NOW + LEASE, most=0)

    assert rows_in(database)[row].status == "delivered"


def test_what_was_not_begun_is_given_back_uncounted(database: Database, outbox: Outbox) -> None:
    put(database, *(waiting_row(next_at=NOW) for _ in range(3)))
    claimed = outbox.turn((), NOW)

    outbox.give_back(claimed, NOW)

    assert [due.attempts for due in outbox.turn((), NOW)] == [1, 1, 1]


def test_parked_rows_are_replayed_from_the_beginning(database: Database, outbox: Outbox) -> None:
    own = {"status": "parked", "attempts": 75, "finished_at": NOW, "next_at": NOW}
    put(
        database,
        waiting_row("one", id="a", **own),
        waiting_row("two", id="b", booking_id="OTHER-BOOKI-INS", **own),
        waiting_row("two", id="c", **own),
        waiting_row("two", id="d", **own | {"status": "delivered"}),
    )

    assert outbox.replay(NOW, ids=["a", "d"]) == 1
    assert outbox.replay(NOW, booking="OTHER-BOOKI-INS") == 1
    assert outbox.replay(NOW, endpoint="one") == 0
    assert outbox.replay(NOW) == 1

    assert sorted((due.id, due.attempts) for due in outbox.turn((), NOW)) == [("a", 1), ("b", 1), ("c", 1)]
    assert rows_in(database)["d"].status == "delivered"
    assert rows_in(database)["a"].finished_at is None


def test_the_log_tells_of_a_booking_or_an_endpoint(database: Database, outbox: Outbox) -> None:
    put(database, waiting_row("one", next_at=NOW), waiting_row("two", booking_id="OTHER-BOOKI-INS", next_at=NOW))
    outbox.turn([result(due, said=due.endpoint_id or "") for due in outbox.turn((), NOW)], NOW)

    assert [row.said for row in outbox.log(endpoint="one")] == ["one"]
    assert [row.said for row in outbox.log(booking="OTHER-BOOKI-INS")] == ["two"]
    assert {row.state for row in outbox.log()} == {"delivered"}


def test_many_workers_at_once_share_the_rows_between_them(database: Database) -> None:
    put(database, *(waiting_row(f"e{number % 7}", next_at=NOW) for number in range(400)))
    with ThreadPoolExecutor(4) as threads:
        taken = list(threads.map(lambda _: Outbox(database, LEASE).turn((), NOW, most=60), range(20)))

    ids = [due.id for part in taken for due in part]
    assert len(ids) == len(set(ids))
    while part := Outbox(database, LEASE).turn((), NOW, most=200):
        ids += [due.id for due in part]
    assert sorted(ids) == sorted(rows_in(database))


def test_a_backlog_longer_than_is_looked_at_hides_nobody(database: Database, outbox: Outbox) -> None:
    put(database, *(waiting_row("dead", next_at=NOW - timedelta(hours=1)) for _ in range(LOOKED_AT + 10)))
    put(database, waiting_row("well", id="well", next_at=NOW), waiting_row(None, id="mail", kind="mail", next_at=NOW))

    claimed = outbox.turn((), NOW, lambda lane: 0 if lane == "dead" else 32, ["dead"])

    assert sorted(due.id for due in claimed) == ["mail", "well"]
