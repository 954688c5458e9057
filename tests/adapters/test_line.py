"""A thread's own line: out of the pool for good, gone with its thread."""

import gc
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import bindparam, insert, select

from app.adapters.database import Database
from app.adapters.line import Line
from app.adapters.migrating import migrate
from app.adapters.question import Question
from app.adapters.tables import key_changes

ASKED = Question(select(key_changes.c.id).where(key_changes.c.key_id == bindparam("key")))


@pytest.fixture
def database(empty_database_url: str) -> Iterator[Database]:
    database = Database(empty_database_url, pool_size=1)
    migrate(database)
    yield database
    database.close()


def in_a_thread_of_its_own(database: Database) -> None:
    thread = Thread(target=lambda: ASKED.answer(database, key="nobody"))
    thread.start()
    thread.join()
    gc.collect()


def test_transactions_stay_transactions_when_threads_that_asked_have_ended(database: Database) -> None:
    """A line commits every statement; a connection like that back in the pool would make halves durable."""
    for _ in range(8):
        in_a_thread_of_its_own(database)

    for _ in range(8):
        with pytest.raises(RuntimeError), database.writing() as connection:
            connection.execute(insert(key_changes), {"key_id": "half of a change"})
            raise RuntimeError

    assert ASKED.answer(database, key="half of a change") is None


def test_more_lines_than_the_pool_has_connections_keep_nobody_waiting(database: Database) -> None:
    lines = [Line(database) for _ in range(12)]

    assert [line.run("SELECT 1").fetchone()[0] for line in lines] == [1] * 12
    with database.reading() as connection:
        assert connection.scalar(select(1)) == 1


def test_on_sqlite_the_connection_of_a_thread_that_has_ended_waits_for_the_next_one(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/own.db", pool_size=1)
    migrate(database)
    in_a_thread_of_its_own(database)
    (spare,) = database.spare_lines

    line = Line(database)
    line.run("SELECT 1")

    assert line._connection is spare
    assert not database.spare_lines
    database.close()


def test_a_line_that_was_dropped_opens_anew(database: Database) -> None:
    line = Line(database)
    line.run("SELECT 1")

    line.drop()
    line.drop()

    assert line.run("SELECT 2").fetchone()[0] == 2
