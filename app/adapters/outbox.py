"""The outbox: what waits to be delivered, claimed by any number of workers, and the log of every attempt.

A claim is a lease: it counts the attempt and puts the row's next time at the lease's end. A worker that is killed
gives nothing back, and nothing is lost: the row is due again. Rows are never deleted.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from random import sample
from typing import Any

import uuid_utils
from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, insert, or_, select, update

from app.adapters.database import Database
from app.adapters.keyring import aware
from app.adapters.tables import attempts, outbox
from app.services.deliver import Attempted, Due, fair_choice, lane_of

# So many of the oldest are looked at; several workers choose among them at random and seldom the same.
LOOKED_AT = 1_000
_DUE = tuple(outbox.c[field.name] for field in fields(Due))


class Outbox:
    def __init__(self, database: Database, lease: timedelta) -> None:
        self._database = database
        self._lease = lease

    def turn(
        self,
        results: Sequence[Attempted],
        now: datetime,
        room_for: Callable[[str], int] = lambda lane: 1_000,
        full: Sequence[str] = (),
        most: int = 100,
    ) -> list[Due]:
        """Writes down what came of the last ones and takes the next, in one transaction; none when there is neither."""
        chosen = self._chosen(now, room_for, full, most) if most > 0 else []
        if not results and not chosen:
            return []
        with self._database.writing() as connection:
            _finish(connection, results, now)
            return self._claim(connection, chosen, now) if chosen else []

    def _chosen(self, now: datetime, room_for: Callable[[str], int], full: Sequence[str], most: int) -> list[str]:
        """Read without a lock: a worker with nothing to do must not make a server wait for its turn to write."""
        found = self._oldest(_is_due(now))
        chosen = fair_choice(found, room_for, most)
        if len(found) == LOOKED_AT and len(chosen) < most and full:
            # A receiver with a long backlog stands in front: look behind it.
            others = or_(outbox.c.endpoint_id.is_(None), outbox.c.endpoint_id.not_in(full))
            chosen = fair_choice(self._oldest(and_(_is_due(now), others)), room_for, most)
        return chosen

    def _oldest(self, condition: ColumnElement[bool]) -> list[tuple[str, str]]:
        query = select(outbox.c.id, outbox.c.kind, outbox.c.endpoint_id).where(condition)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(outbox.c.next_at).limit(LOOKED_AT)).all()
        mixed = sample(rows, len(rows)) if len(rows) == LOOKED_AT else rows
        return [(row.id, lane_of(row.kind, row.endpoint_id)) for row in mixed]

    def _claim(self, connection: Connection, chosen: Sequence[str], now: datetime) -> list[Due]:
        mine = select(outbox.c.id).where(outbox.c.id.in_(chosen), _is_due(now)).order_by(outbox.c.id)
        claim = (
            update(outbox)
            .where(outbox.c.id.in_(mine.with_for_update(skip_locked=True)))
            .values(attempts=outbox.c.attempts + 1, next_at=now + self._lease)
            .returning(*_DUE)
        )
        return [_due(row) for row in connection.execute(claim)]

    def give_back(self, rows: Sequence[Due], now: datetime) -> None:
        """What was not begun: due at once, and not counted."""
        if not rows:
            return
        mine = and_(outbox.c.id == bindparam("own_id"), *_still_mine())
        with self._database.writing() as connection:
            back = update(outbox).where(mine).values(attempts=bindparam("before"), next_at=now)
            connection.execute(
                back, [{"own_id": row.id, "own_number": row.attempts, "before": row.attempts - 1} for row in rows]
            )

    def replay(
        self, now: datetime, *, booking: str | None = None, endpoint: str | None = None, ids: Sequence[str] = ()
    ) -> int:
        """Parked rows wait again, with all their attempts before them; all of them when nothing is named."""
        parked = [outbox.c.status == "parked"]
        if booking is not None:
            parked.append(outbox.c.booking_id == booking)
        if endpoint is not None:
            parked.append(outbox.c.endpoint_id == endpoint)
        if ids:
            parked.append(outbox.c.id.in_(ids))
        again = update(outbox).where(*parked).values(status="waiting", attempts=0, next_at=now, finished_at=None)
        with self._database.writing() as connection:
            return connection.execute(again).rowcount

    def log(self, *, booking: str | None = None, endpoint: str | None = None, limit: int = 200) -> list[Row[Any]]:
        """Attempts with what they were for, the newest first."""
        columns = (*attempts.c, outbox.c.kind, outbox.c.event, outbox.c.booking_id, outbox.c.endpoint_id)
        query = select(*columns, outbox.c.status.label("state")).join(outbox, outbox.c.id == attempts.c.outbox_id)
        if booking is not None:
            query = query.where(outbox.c.booking_id == booking)
        if endpoint is not None:
            query = query.where(outbox.c.endpoint_id == endpoint)
        with self._database.reading() as connection:
            return list(connection.execute(query.order_by(attempts.c.id.desc()).limit(limit)))


def _is_due(now: datetime) -> ColumnElement[bool]:
    return and_(outbox.c.status == "waiting", outbox.c.next_at <= now)


def _still_mine() -> tuple[ColumnElement[bool], ...]:
    """A worker that was slower than its lease must not undo what the next one has done."""
    return outbox.c.status == "waiting", outbox.c.attempts == bindparam("own_number")


def _due(row: Row[Any]) -> Due:
    return Due(**{**row._mapping, "created_at": aware(row.created_at)})


def _finish(connection: Connection, results: Sequence[Attempted], now: datetime) -> None:
    if not results:
        return
    rows = [
        asdict(result) | {"id": str(uuid_utils.uuid7())} for result in sorted(results, key=lambda one: one.outbox_id)
    ]
    for row in rows:
        del row["becomes"], row["next_at"]
    connection.execute(insert(attempts), rows)
    for status in ("delivered", "skipped"):
        done = [result.outbox_id for result in results if result.becomes == status]
        if done:
            # Delivered is delivered, whoever has claimed it since.
            ended = update(outbox).where(outbox.c.id.in_(done), outbox.c.status == "waiting")
            connection.execute(ended.values(status=status, finished_at=now))
    _not_delivered(connection, [result for result in results if result.becomes in ("waiting", "parked")], now)


def _not_delivered(connection: Connection, results: Sequence[Attempted], now: datetime) -> None:
    if not results:
        return
    mine = and_(outbox.c.id == bindparam("own_id"), *_still_mine())
    values: dict[str, Any] = {
        "status": bindparam("becomes"),
        "next_at": bindparam("then"),
        "finished_at": bindparam("ended"),
    }
    rows = [
        {
            "own_id": result.outbox_id,
            "own_number": result.number,
            "becomes": result.becomes,
            "then": result.next_at or now,
            "ended": now if result.becomes == "parked" else None,
        }
        for result in sorted(results, key=lambda one: one.outbox_id)
    ]
    connection.execute(update(outbox).where(mine).values(**values), rows)
