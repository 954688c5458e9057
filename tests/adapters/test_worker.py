"""The worker: everything that waits arrives, once when nobody dies, and nobody holds up the others."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from app.adapters.database import Database
from app.adapters.jobs import Job
from app.adapters.migrating import migrate
from app.adapters.outbox import Outbox
from app.adapters.worker import Patience, Worker
from app.domain.backoff import Pace
from app.services.deliver import Answer, Due
from tests import receiver as bad
from tests.deliveries import (
    LEASE,
    all_are,
    attempts_in,
    new_endpoint,
    put,
    rows_in,
    waiting_row,
    webhook_carrier,
    work_until,
    worker_of,
)
from tests.receiver import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
def database(empty_database_url: str) -> Iterator[Database]:
    database = Database(empty_database_url, pool_size=4)
    migrate(database)
    yield database
    database.close()


def test_what_waits_arrives_and_is_written_down(database: Database, receiver: Receiver) -> None:
    endpoint = new_endpoint(database, receiver.url + "/hooks")
    rows = put(database, *(waiting_row(endpoint) for _ in range(150)))

    work_until(worker_of(database, {"webhook": webhook_carrier(database)}), all_are(database, "delivered"))

    assert sorted(receiver.ids()) == sorted(rows)
    assert Counter(row.status for row in attempts_in(database)) == {200: 150}
    assert {row.said for row in attempts_in(database)} == {"thank you"}


def test_a_receiver_that_was_down_gets_it_later(database: Database, receiver: Receiver) -> None:
    receiver.behaviour["/hooks"] = bad.then_well(500, 2)
    (row,) = put(database, waiting_row(new_endpoint(database, receiver.url + "/hooks")))

    work_until(worker_of(database, {"webhook": webhook_carrier(database)}), all_are(database, "delivered"))

    assert [(one.number, one.status, one.outbox_id) for one in attempts_in(database)] == [
        (1, 500, row),
        (2, 500, row),
        (3, 200, row),
    ]
    assert len(set(receiver.ids())) == 1


def test_after_the_last_attempt_it_is_parked_and_can_be_replayed(database: Database, receiver: Receiver) -> None:
    receiver.behaviour["/hooks"] = bad.says(500)
    endpoint = new_endpoint(database, receiver.url + "/hooks", quick_attempts=2, hourly_attempts=1)
    put(database, waiting_row(endpoint))

    work_until(worker_of(database, {"webhook": webhook_carrier(database)}), all_are(database, "parked"))
    assert len(attempts_in(database)) == 3

    del receiver.behaviour["/hooks"]
    assert Outbox(database, LEASE).replay(datetime.now(UTC), endpoint=endpoint) == 1
    work_until(worker_of(database, {"webhook": webhook_carrier(database)}), all_are(database, "delivered"))


def test_poison_is_parked_with_its_reason_and_holds_nobody_up(database: Database, receiver: Receiver) -> None:
    well = new_endpoint(database, receiver.url + "/hooks")
    poison = put(
        database,
        waiting_row(well, kind="pigeon"),
        waiting_row("gone"),
        waiting_row(None),
    )
    rows = put(database, *(waiting_row(well) for _ in range(20)))

    def done() -> bool:
        return all(row.status != "waiting" for row in rows_in(database).values())

    work_until(worker_of(database, {"webhook": webhook_carrier(database)}), done)

    found = rows_in(database)
    assert {found[row].status for row in rows} == {"delivered"}
    assert {found[row].status for row in poison} == {"parked"}
    said = {row.outbox_id: row.said for row in attempts_in(database)}
    assert said[poison[0]] == "Nobody delivers what is called 'pigeon'."
    assert said[poison[1]] == said[poison[2]] == "There is no such endpoint any more."


class Explosive:
    """A carrier with a defect."""

    pace = Pace((0.01,), 3, 0)

    async def carry(self, due: Due) -> Answer:
        raise RuntimeError(f"\x00 no {due.event}")

    async def close(self) -> None:
        """Nothing is held."""


def test_a_defect_parks_its_row_and_spares_the_worker(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    put(database, waiting_row(kind="mail"))

    work_until(worker_of(database, {"mail": Explosive()}), all_are(database, "parked"))

    assert attempts_in(database)[0].said == "It cannot be written: RuntimeError: \ufffd no BOOKING_CREATED"


def test_receivers_that_hang_do_not_hold_up_the_others(database: Database, receiver: Receiver) -> None:
    """Ten of them, each with a backlog that alone would fill every place."""
    well = new_endpoint(database, receiver.url + "/well")
    for number in range(10):
        receiver.behaviour[f"/{number}"] = bad.hangs
        dead = new_endpoint(database, f"{receiver.url}/{number}")
        put(database, *(waiting_row(dead) for _ in range(40)))
    rows = put(database, *(waiting_row(well) for _ in range(200)))
    worker = Worker(
        Outbox(database, LEASE), {"webhook": webhook_carrier(database, 20)}, [], Patience(0.02, stopping=0.05)
    )

    work_until(worker, lambda: all(rows_in(database)[row].status == "delivered" for row in rows))

    assert sorted(call.headers["webhook-id"] for call in receiver.calls("/well")) == sorted(rows)


def test_what_is_given_back_when_it_stops_is_due_at_once_and_not_counted(
    database: Database, receiver: Receiver
) -> None:
    receiver.behaviour["/slow"] = bad.hangs
    (row,) = put(database, waiting_row(new_endpoint(database, receiver.url + "/slow")))
    worker = Worker(
        Outbox(database, LEASE), {"webhook": webhook_carrier(database, 20)}, [], Patience(0.02, stopping=0.05)
    )

    work_until(worker, lambda: len(receiver.calls("/slow")) == 1)

    assert (rows_in(database)[row].status, rows_in(database)[row].attempts) == ("waiting", 0)
    assert [due.id for due in Outbox(database, LEASE).turn((), datetime.now(UTC))] == [row]


def test_jobs_are_done_and_a_broken_one_breaks_nothing(database: Database) -> None:
    done: list[datetime] = []

    def broken(now: datetime) -> None:
        raise RuntimeError("no")

    jobs = [Job("broken", 0.01, broken), Job("well", 0.01, done.append)]

    work_until(Worker(Outbox(database, LEASE), {}, jobs, Patience(0.02)), lambda: len(done) > 2)
