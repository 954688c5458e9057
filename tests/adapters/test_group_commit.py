"""Group commit: many requests share one commit; each is told the truth about its own row."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, select

from app.adapters.database import Database
from app.adapters.group_commit import MOST_TOGETHER, GroupCommit, RowWriter
from app.adapters.migrating import migrate
from app.adapters.tables import offers
from app.domain.errors import StoreUnavailable

THREADS = 24


def row(**columns: Any) -> dict[str, Any]:
    """A row of the offer table."""
    return {
        "id": str(uuid4()),
        "partner_code": "HRTHS",
        "mode": "live",
        "created_at": datetime.now(UTC),
        "expires_at": None,
        "release_id": "r" * 64,
        "offer_config_id": str(uuid4()),
        "offer_schema": "hearthside-renters:v1",
        "currency": "EUR",
        "language": "en",
        "country": "FR",
        "subsidiary": None,
        "partner_transaction_id": None,
        "session_id": str(uuid4()),
        "request": "{}",
        "answer": "{}",
        "terms": "[]",
        "evidence": "e" * 64,
    } | columns


@pytest.fixture
def database(empty_database_url: str) -> Iterator[Database]:
    database = Database(empty_database_url, pool_size=4)
    migrate(database)
    yield database
    database.close()


@pytest.fixture
def commits(database: Database) -> GroupCommit:
    return GroupCommit(RowWriter(database, offers))


def stored(database: Database) -> set[str]:
    with database.reading() as connection:
        return set(connection.scalars(select(offers.c.id)))


def outcome(commits: GroupCommit, one: dict[str, Any]) -> Exception | None:
    try:
        commits.append(one)
    except Exception as problem:
        return problem
    return None


def all_at_once(commits: GroupCommit, rows: list[dict[str, Any]]) -> list[Exception | None]:
    """What became of each row, appended by as many threads as there are rows, all let go together."""
    barrier = Barrier(len(rows))

    def append(one: dict[str, Any]) -> Exception | None:
        barrier.wait()
        return outcome(commits, one)

    with ThreadPoolExecutor(len(rows)) as threads:
        return list(threads.map(append, rows))


def test_rows_of_many_threads_are_all_stored_once(commits: GroupCommit, database: Database) -> None:
    rows = [row() for _ in range(THREADS)]

    for _ in range(3):
        assert all_at_once(commits, rows) == [None] * THREADS
        assert {one["id"] for one in rows} <= stored(database)
        rows = [row() for _ in range(THREADS)]


def test_a_row_is_there_for_everybody_when_append_returns(commits: GroupCommit, database: Database) -> None:
    elsewhere = create_engine(database.engine.url)

    for _ in range(20):
        one = row()
        commits.append(one)
        with elsewhere.connect() as connection:
            assert connection.scalar(select(offers.c.id).where(offers.c.id == one["id"])) == one["id"]

    elsewhere.dispose()


def test_sqlite_and_postgresql_wait_for_the_disk_before_they_say_so(database: Database) -> None:
    with database.writing() as connection:
        if database.is_sqlite:
            full = 2
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == full
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        else:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
            assert connection.exec_driver_sql("SHOW fsync").scalar() == "on"


def test_a_row_the_database_refuses_does_not_take_its_neighbours_with_it(
    commits: GroupCommit, database: Database
) -> None:
    taken = row()
    commits.append(taken)
    rows = [row() for _ in range(THREADS)]
    rows[5] = row(id=taken["id"])
    rows[11] = row(currency=None)

    outcomes = all_at_once(commits, rows)

    refused = [place for place, problem in enumerate(outcomes) if problem is not None]
    assert refused == [5, 11]
    for place in refused:
        assert "IntegrityError" in [kind.__name__ for kind in type(outcomes[place]).__mro__]
    assert {one["id"] for place, one in enumerate(rows) if place not in refused} <= stored(database)
    assert len(stored(database)) == THREADS - 2 + 1


@pytest.mark.parametrize("count", [1, MOST_TOGETHER + 44])
def test_however_many_wait_each_is_told(commits: GroupCommit, database: Database, count: int) -> None:
    rows = [row() for _ in range(count)]

    assert all_at_once(commits, rows) == [None] * count
    assert stored(database) == {one["id"] for one in rows}


MALFORMED: dict[str, dict[str, Any]] = {
    "half a character": {"request": "\ud800"},
    "no kind of value at all": {"country": object()},
}


@pytest.mark.parametrize("columns", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_row_that_cannot_be_written_is_refused_alone(
    commits: GroupCommit, database: Database, columns: dict[str, Any]
) -> None:
    rows = [row() for _ in range(THREADS)]
    rows[7] = row(**columns)

    outcomes = all_at_once(commits, rows)

    assert [place for place, problem in enumerate(outcomes) if problem is not None] == [7]
    assert not isinstance(outcomes[7], StoreUnavailable), "the database is not away: trying again would not help"
    assert stored(database) == {one["id"] for place, one in enumerate(rows) if place != 7}


def test_while_the_database_is_away_everybody_is_told() -> None:
    nowhere = Database("postgresql://nobody@127.0.0.1:1/nothing", pool_size=2)
    commits = GroupCommit(RowWriter(nowhere, offers))

    for _ in range(2):
        outcomes = all_at_once(commits, [row() for _ in range(8)])
        assert {type(problem) for problem in outcomes} == {StoreUnavailable}

    nowhere.close()
