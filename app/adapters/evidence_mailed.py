"""That a mail has left, in the trail of its booking: once, however often the worker is told."""

from collections.abc import Callable
from datetime import UTC, datetime

import orjson
from sqlalchemy import func, select

from app.adapters.database import Database
from app.adapters.evidence_desk import evidence_desk
from app.adapters.store import Logs, Store
from app.adapters.tables import bookings, events
from app.domain.evidence import Happening
from app.services.deliver import Due
from app.services.record_evidence import record_booking_evidence

ACTOR = "awning"


def evidence_of_mail(database: Database) -> Callable[[Due, str], None]:
    """For Correspondence.on_mailed."""
    logs = Logs.of(database)

    def on_mailed(due: Due, message_id: str) -> None:
        if is_recorded(database, due.booking_id, due.id):
            return
        store = Store(database, logs, due.partner_code, due.mode)
        desk = evidence_desk(store, datetime.now(UTC), ACTOR)
        facts = {"booking": due.booking_id, "mail": due.event, "outbox": due.id, "message_id": message_id}
        record_booking_evidence(desk, due.booking_id, Happening("mailed", ACTOR, facts))

    return on_mailed


def is_recorded(database: Database, booking_id: str, outbox_id: str) -> bool:
    """A lease that ran out may send a mail twice; its evidence names the row, and a row is named once."""
    trail = select(func.coalesce(bookings.c.offer_id, bookings.c.id)).where(bookings.c.id == booking_id)
    query = select(events.c.facts).where(events.c.trail_id == trail.scalar_subquery(), events.c.name == "mailed")
    with database.reading() as connection:
        return any(orjson.loads(facts).get("outbox") == outbox_id for facts in connection.scalars(query))
