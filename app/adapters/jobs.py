"""Work that falls due by the clock. Who adds some adds a row to the table of `due_jobs`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, delete, select, tuple_

from app.adapters.database import Database
from app.adapters.tables import finished_calls, previews

CALLS_KEPT = timedelta(hours=48)
PREVIEWS_KEPT = timedelta(days=30)
# A long delete would keep servers waiting for their turn to write.
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Job:
    """`run` gets the time. Several workers may run a job at once, so it must do no harm twice."""

    name: str
    every_seconds: float
    run: Callable[[datetime], None]


def due_jobs(database: Database) -> list[Job]:
    return [
        Job("forget finished calls", 60, lambda now: forget_finished_calls(database, now)),
        Job("forget old previews", 3_600, lambda now: forget_old_previews(database, now)),
    ]


def forget_finished_calls(database: Database, now: datetime) -> None:
    forget(database, finished_calls, finished_calls.c.created_at < now - CALLS_KEPT)


def forget_old_previews(database: Database, now: datetime) -> None:
    forget(database, previews, previews.c.expires_at < now - PREVIEWS_KEPT)


def forget(database: Database, table: Table, condition: ColumnElement[bool]) -> None:
    """Looked for without a lock; one short transaction a batch."""
    keys = tuple(table.primary_key)
    while True:
        with database.reading() as connection:
            found = [tuple(row) for row in connection.execute(select(*keys).where(condition).limit(AT_ONCE))]
        if found:
            with database.writing() as connection:
                connection.execute(delete(table).where(tuple_(*keys).in_(found)))
        if len(found) < AT_ONCE:
            return
