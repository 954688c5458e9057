"""A database full of offers and bookings, copied inside the database from one of each, with a progress bar."""

from typing import Any

import click
from sqlalchemy import Connection, text

from app.adapters.database import Database

CHUNK = 20_000
BOOKINGS_SHARE = 5
# Ids that sort, as ours do, before those that are made now.
_OFFER = {
    "sqlite": "printf('00000000-0000-7000-8000-%012d', n)",
    "postgresql": "'00000000-0000-7000-8000-' || lpad(n::text, 12, '0')",
}
_BOOKING = {
    "sqlite": "printf('%05d-%05d-INS', (n * 7919 + n / 100000) % 100000, n % 100000)",
    "postgresql": "lpad(((n * 7919 + n / 100000) % 100000)::text, 5, '0')"
    " || '-' || lpad((n % 100000)::text, 5, '0') || '-INS'",
}
_NUMBERS = {
    "sqlite": "WITH RECURSIVE numbers(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :last)",
    "postgresql": "WITH numbers AS (SELECT generate_series(:first, :last - 1) AS n)",
}


def booking_id_of(number: int) -> str:
    return f"{(number * 7919 + number // 100_000) % 100_000:05}-{number % 100_000:05}-INS"


def fill(database: Database, offer_id: str, booking_id: str, rows: int) -> int:
    """`rows` offers like this one, and a fifth as many bookings like this one with all that belongs to them."""
    booked = rows // BOOKINGS_SHARE
    with click.progressbar(range(0, rows, CHUNK), label=f"{rows:,} offers, {booked:,} bookings") as bar:
        for first in bar:
            given = {"first": first, "last": min(first + CHUNK, rows), "offer": offer_id, "booking": booking_id}
            with database.writing() as connection:
                _unlimited(database, connection)
                _copied(database, connection, "offer", given, {"id": "OFFER"})
                if first < booked:
                    _bookings(database, connection, given | {"last": min(given["last"], booked)})
    with database.writing() as connection:
        connection.execute(text("UPDATE booking_count SET bookings = bookings + :booked"), {"booked": booked})
        _unlimited(database, connection)
        connection.execute(text("ANALYZE"))
    return booked


def _unlimited(database: Database, connection: Connection) -> None:
    if not database.is_sqlite:
        connection.execute(text("SET LOCAL statement_timeout = 0"))


def _bookings(database: Database, connection: Connection, given: dict[str, Any]) -> None:
    state = "replace(replace(source.state, :booking, BOOKING), :offer, OFFER)"
    columns = {"id": "BOOKING", "offer_id": "OFFER", "position": "n + 2", "state": state}
    _copied(database, connection, "booking", given, columns)
    _copied(database, connection, "trail", given, {"id": "OFFER"}, key="offer")
    _copied(database, connection, "event", given, {"trail_id": "OFFER"}, key="offer", column="trail_id")
    done = {"id": "OFFER", "booking_id": "BOOKING", "status": "'delivered'"}
    _copied(database, connection, "outbox", given, done, column="booking_id", key="booking")


def _copied(
    database: Database,
    connection: Connection,
    table: str,
    given: dict[str, Any],
    columns: dict[str, str],
    key: str = "",
    column: str = "id",
) -> None:
    """INSERT ... SELECT of the one row, a copy a number."""
    kind = connection.dialect.name
    names = [one["name"] for one in _columns(connection, table)]
    chosen = ", ".join(columns.get(name, f"source.{name}") for name in names)
    chosen = chosen.replace("OFFER", _OFFER[kind]).replace("BOOKING", _BOOKING[kind])
    which = f"source.{column} = :{key or table}"
    target = f"INSERT INTO {table} ({', '.join(names)})"
    picked = f"SELECT {chosen} FROM {table} source, numbers WHERE {which}"
    query = f"{target} {_NUMBERS[kind]} {picked}"
    used = {name: value for name, value in given.items() if f":{name}" in query}
    connection.execute(text(query), used)


def _columns(connection: Connection, table: str) -> list[Any]:
    from sqlalchemy import inspect

    return list(inspect(connection).get_columns(table))
