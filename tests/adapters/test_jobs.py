"""Housekeeping: what has had its time is forgotten, and nothing else."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select

from app.adapters.database import Database
from app.adapters.jobs import AT_ONCE, due_jobs
from app.adapters.migrating import migrate
from app.adapters.tables import finished_calls, previews

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def database(empty_database_url: str) -> Iterator[Database]:
    database = Database(empty_database_url, pool_size=2)
    migrate(database)
    yield database
    database.close()


def do_all(database: Database) -> None:
    for job in due_jobs(database):
        job.run(NOW)


def test_finished_calls_are_kept_for_two_days(database: Database) -> None:
    old, young = NOW - timedelta(hours=48, seconds=1), NOW - timedelta(hours=47)
    rows = [
        {"scope": f"{number}", "body_hash": "h", "status": 200, "answer": "{}", "created_at": old}
        for number in range(AT_ONCE + 20)
    ]
    with database.writing() as connection:
        connection.execute(insert(finished_calls), [*rows, rows[0] | {"scope": "young", "created_at": young}])

    do_all(database)

    with database.reading() as connection:
        assert list(connection.scalars(select(finished_calls.c.scope))) == ["young"]


def test_previews_are_kept_for_thirty_days_after_they_ended(database: Database) -> None:
    row = {
        "booking_id": "b", "kind": "cancellation", "created_at": NOW, "booking_version": 1, "request": "", "state": "",
        "facts": "",
    }  # fmt: skip
    with database.writing() as connection:
        for name, days in (("old", 31), ("young", 29)):
            connection.execute(insert(previews), row | {"id": name, "expires_at": NOW - timedelta(days=days)})

    do_all(database)
    do_all(database)

    with database.reading() as connection:
        assert list(connection.scalars(select(previews.c.id))) == ["young"]
        assert connection.scalar(select(func.count()).select_from(previews)) == 1
