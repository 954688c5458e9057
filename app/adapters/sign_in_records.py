"""Sessions: the one question asked with every request, and how they begin and end."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from app.adapters.people_rows import DEVICE, STAFF_WIDTH, device_from, moment, staff_columns, staff_from
from app.adapters.portal_tables import devices, sessions, staff, stores
from app.adapters.question import Question
from app.domain.people import Session
from app.domain.staffing import SIGNED_IN_LIFE, SIGNS_IN

_OWN = ("id_hash", "device_id", "store_id", "is_training", "created_at", "seen_at")


def session_question(is_sqlite: bool) -> Question:
    """Session, person, tablet and store in one row; a store that was closed leaves a hole in it."""
    open_store = (stores.c.id == sessions.c.store_id) & stores.c.closed_at.is_(None)
    return Question(
        select(*(sessions.c[name] for name in _OWN), stores.c.id, *staff_columns(is_sqlite), *DEVICE)
        .select_from(
            sessions.join(staff, staff.c.id == sessions.c.staff_id)
            .outerjoin(devices, devices.c.id == sessions.c.device_id)
            .outerjoin(stores, open_store)
        )
        .where(sessions.c.id_hash == bindparam("id_hash"), sessions.c.ended_at.is_(None))
    )


def session_from(row: Any) -> tuple[Session, bool]:
    """The session, and whether what it stands on is all there still."""
    values: Iterator[Any] = iter(row)
    id_hash, device_id, store_id, is_training, created_at, seen_at, open_store = islice(values, 7)
    person = staff_from(islice(values, STAFF_WIDTH))
    device = None if device_id is None else tuple(values)
    is_whole = (device is None or device[0] is not None) and store_id == open_store
    session = Session(
        id_hash=id_hash,
        staff=person,
        device=None if device is None or device[0] is None else device_from(device),
        store_id=store_id,
        is_training=bool(is_training),
        created_at=moment(created_at),
        seen_at=moment(seen_at),
    )
    return session, is_whole


def stands(session: Session, now: datetime) -> bool:
    """Person, tablet and store still are what they were when the session began."""
    if session.staff.ended_at is not None:
        return False
    if session.store_id is not None and not session.staff.works_in(session.store_id):
        return False
    if session.device is None:
        return session.staff.role in SIGNS_IN and now < session.created_at + SIGNED_IN_LIFE
    return session.device.is_usable_at(now)


class SessionRecords:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, session: Session) -> None:
        row = {name: getattr(session, name) for name in _OWN if name != "device_id"}
        device_id = None if session.device is None else session.device.id
        self._connection.execute(insert(sessions), row | {"staff_id": session.staff.id, "device_id": device_id})

    def change(self, id_hash: str, **columns: Any) -> None:
        self._connection.execute(
            update(sessions).where(sessions.c.id_hash == id_hash, sessions.c.ended_at.is_(None)), columns
        )

    def end(self, now: datetime, **whose: str) -> int:
        """Those of a person, a tablet, a store, or several of these together; how many."""
        query = update(sessions).where(sessions.c.ended_at.is_(None))
        for name, value in whose.items():
            query = query.where(sessions.c[name] == value)
        return self._connection.execute(query, {"ended_at": now}).rowcount
