"""Reading everything there is, a page at a time: a million offers must not need a million rows of memory."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, Row, Select, select, text, tuple_

from app.adapters.database import Database
from app.adapters.tables import events, offers
from app.domain.evidence import Event

OFFERS_A_PAGE, ROWS_A_PAGE = 500, 5_000
# An offer's id is made while its request is answered: not before the request came, and not long after.
BEFORE, AFTER = timedelta(seconds=5), timedelta(seconds=60)

_EVENT = tuple(events.c[name] for name in Event.__dataclass_fields__)


@contextmanager
def snapshot(database: Database) -> Iterator[Connection]:
    """All that is read here is as of one moment: a trail that grows meanwhile does not look broken."""
    with database.reading() as connection:
        if not database.is_sqlite:
            connection.execution_options(isolation_level="REPEATABLE READ")
            connection.execute(text("SET LOCAL statement_timeout = 0"))
        yield connection


def pages(
    database: Database, query: Select[Any], keys: Sequence[Column[Any]], size: int = ROWS_A_PAGE
) -> Iterator[Sequence[Row[Any]]]:
    """In the order of `keys`, which are among the columns asked for."""
    query = query.order_by(*keys).limit(size)
    after: Sequence[Any] | None = None
    while True:
        wanted = query if after is None else query.where(tuple_(*keys) > tuple_(*after))
        with snapshot(database) as connection:
            rows = connection.execute(wanted).all()
        if rows:
            yield rows
            after = [rows[-1]._mapping[key] for key in keys]
        if len(rows) < size:
            return


def trail_events(connection: Connection, trail_ids: Sequence[str]) -> Iterator[Event]:
    """The events of these trails, each trail's together and in order, however many there are."""
    keys = (events.c.trail_id, events.c.number)
    query = select(*_EVENT).where(events.c.trail_id.in_(trail_ids)).order_by(*keys).limit(ROWS_A_PAGE)
    rows = connection.execute(query).all()
    while rows:
        for row in rows:
            yield Event(*row)
        if len(rows) < ROWS_A_PAGE:
            return
        rows = connection.execute(query.where(tuple_(*keys) > tuple_(*rows[-1][:2]))).all()


def first_id(moment: datetime) -> str:
    """No UUIDv7 made from this moment on sorts before it."""
    digits = f"{max(0, int(moment.timestamp() * 1000)):012x}"
    return f"{digits[:8]}-{digits[8:]}-0000-0000-000000000000"


def is_of_its_time(offer_id: str, created_at: datetime) -> bool:
    """Whether a walk over ids finds the offer where its moment says."""
    return first_id(created_at - BEFORE) <= offer_id < first_id(created_at + AFTER)


def offers_between(from_at: datetime, to_at: datetime) -> Select[Any]:
    """Ids sort by time, and there is an index over them; moments have none. The ids narrow it, the moments decide."""
    return select(offers.c.id, offers.c.evidence).where(
        offers.c.id >= first_id(from_at - BEFORE),
        offers.c.id < first_id(to_at + AFTER),
        offers.c.created_at >= from_at,
        offers.c.created_at < to_at,
    )


def events_between(from_at: str, to_at: str) -> Select[Any]:
    found = select(events.c.at, events.c.trail_id, events.c.number, events.c.hash)
    return found.where(events.c.at >= from_at, events.c.at < to_at)
