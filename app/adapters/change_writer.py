"""Writes changes of many requests in one durable transaction: bookings, evidence, outbox and finished calls together.

Nothing is locked while a use case decides. What it has read carries a version or a number, and the database refuses
a second row with it: an offer has one booking, an event's number is taken once, a changed booking must still have the
version that was read. Whoever loses is told (Conflict), reads again and decides again.

Rows of a statement are sorted, and every transaction goes through the tables in the same order: two servers that
write the same rows wait for each other and never in a circle.
"""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from sqlalchemy import Table

from app.adapters import tables
from app.adapters.database import Database
from app.adapters.line import Insert, Line, Row
from app.domain.errors import Conflict, StoreUnavailable
from app.services.records import Change

_COUNT_END = " ON CONFLICT (partner_code, mode) DO UPDATE SET bookings = booking_count.bookings + excluded.bookings"
_POSITION = "(SELECT bookings FROM booking_count WHERE partner_code = ? AND mode = ?) - ?"
_TRAIL_END = (
    " ON CONFLICT (id) DO UPDATE SET number = excluded.number, head = excluded.head, state = excluded.state,"
    " updated_at = excluded.updated_at"
)


class ChangeWriter:
    def __init__(self, database: Database) -> None:
        self._line = Line(database)
        self._count = Insert(database, tables.booking_counts, _COUNT_END)
        self._trails = Insert(database, tables.trails, _TRAIL_END)
        self._bookings = Insert(database, tables.bookings, computed={"position": _POSITION})
        self._inserts = {
            table.name: Insert(database, table)
            for table in (
                tables.previews,
                tables.claims,
                tables.events,
                tables.outbox,
                tables.finished_calls,
            )
        }
        mark = self._count.mark
        self._update = (
            f"UPDATE booking SET status = {mark}, version = {mark}, updated_at = {mark}, account_id = {mark},"
            f" state = {mark} WHERE id = {mark} AND version = {mark}"
        )
        self._moment = tables.bookings.c.updated_at.type.dialect_impl(database.engine.dialect).bind_processor(
            database.engine.dialect
        )

    def write(self, batch: list[Change]) -> None:
        with self._line.turn:
            try:
                self._transaction(batch)
            except StoreUnavailable:
                self._line.drop()
                raise
            except self._line.driver.IntegrityError as problem:
                self._line.roll_back()
                raise Conflict() from problem
            except Exception:
                self._line.roll_back()
                raise

    def _transaction(self, batch: list[Change]) -> None:
        """Where no update has to be looked at, COMMIT goes with the rest: locks are held for one way only."""
        with self._line.together():
            self._line.run("BEGIN IMMEDIATE" if self._line.is_sqlite else "BEGIN")
            updates = self._write(batch)
            if not updates:
                self._line.run("COMMIT")
        if any(update.rowcount != 1 for update in updates):
            raise Conflict()
        if updates:
            self._line.run("COMMIT")

    def _write(self, batch: list[Change]) -> list[Any]:
        """The updates, which must each have found the version they change. What others wait for comes last."""
        changed = sorted((one for one in batch if one.changed is not None), key=_changed_id)
        updates = [self._changed_booking(change) for change in changed]
        self._insert(tables.previews, (_row(one) for change in batch for one in change.previews))
        self._insert(tables.claims, (_owned(one, change) for change in batch for one in change.claims))
        steps = [change.step for change in batch if change.step is not None]
        self._insert(tables.events, (_row(event) for step in steps for event in step.events))
        self._insert(tables.outbox, (_waiting(one, change) for change in batch for one in change.outgoing))
        self._insert(tables.finished_calls, (_row(one.finished) for one in batch if one.finished is not None))
        if steps:
            rows = [_trail(change) for change in batch if change.step is not None]
            self._trails.into(self._line, sorted(rows, key=lambda row: str(row["id"])))
        self._new_bookings([change for change in batch if change.new_booking is not None])
        return updates

    def _insert(self, table: Table, rows: Iterable[Row]) -> None:
        keys = [column.name for column in table.primary_key]
        found = sorted(rows, key=lambda row: [row[key] for key in keys])
        if found:
            self._inserts[table.name].into(self._line, found)

    def _new_bookings(self, changes: list[Change]) -> None:
        """Positions are given out a partner at a time; the counter's row is held until the commit: none is skipped."""
        rows = []
        for (code, mode), group in groupby(sorted(changes, key=_owner), key=_owner):
            together = list(group)
            one = {"partner_code": code, "mode": mode, "bookings": len(together)}
            self._count.into(self._line, [one])
            rows += [_booking(change, [code, mode, after]) for after, change in enumerate(reversed(together))]
        if rows:
            self._bookings.into(self._line, sorted(rows, key=lambda row: str(row["id"])))

    def _changed_booking(self, change: Change) -> Any:
        assert change.changed is not None
        booking = change.changed.booking
        updated_at = booking.updated_at if self._moment is None else self._moment(booking.updated_at)
        values = (booking.status, booking.version, updated_at, change.account_id, change.changed.state)
        return self._line.run(self._update, (*values, booking.id, booking.version - 1))


def _changed_id(change: Change) -> str:
    assert change.changed is not None
    return change.changed.booking.id


def _owner(change: Change) -> tuple[str, str]:
    return change.partner_code, change.mode


def _booking(change: Change, position: list[Any]) -> Row:
    """`position`: the count it is taken from, and how many of the same batch come after."""
    assert change.new_booking is not None
    booking = change.new_booking.booking
    return {
        "id": booking.id,
        "partner_code": booking.partner_code,
        "mode": booking.mode,
        "position": position,
        "offer_id": booking.offer_id,
        "release_id": booking.release_id,
        "status": booking.status,
        "version": booking.version,
        "created_at": booking.created_at,
        "updated_at": booking.updated_at,
        "account_id": change.account_id,
        "partner_transaction_id": booking.partner_transaction_id,
        "subsidiary": booking.subsidiary,
        "request": change.request,
        "state": change.new_booking.state,
    }


def _row(record: Any) -> Row:
    """A flat record by name; dataclasses.asdict would copy every value."""
    return {name: getattr(record, name) for name in record.__slots__}


def _owned(record: Any, change: Change) -> Row:
    return _row(record) | {"partner_code": change.partner_code, "mode": change.mode}


def _waiting(record: Any, change: Change) -> Row:
    return _owned(record, change) | {
        "status": "waiting",
        "attempts": 0,
        "next_at": record.created_at,
        "finished_at": None,
    }


def _trail(change: Change) -> Row:
    step = change.step
    assert step is not None
    return {
        "id": step.trail_id,
        "partner_code": change.partner_code,
        "mode": change.mode,
        "number": step.head.number,
        "head": step.head.hash,
        "state": step.state,
        "updated_at": step.at,
    }
