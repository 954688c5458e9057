"""Offers that were seen and not decided, in the database."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select

from app.adapters.change_writer import ChangeWriter
from app.adapters.database import Database
from app.adapters.tables import events, trails
from app.domain.evidence import ACTIONS, Head
from app.domain.lifecycle import OPEN
from app.services.record_undecided import OpenTrail
from app.services.records import Change

# A trail whose offer was only exported is open too; nobody has seen that offer.
_OF_CUSTOMER = tuple(name for name, action in ACTIONS.items() if action is not None)


class StandingTrails:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._writer = ChangeWriter(database)

    def standing_since(self, before: datetime, most: int) -> Sequence[OpenTrail]:
        moved = exists().where(events.c.trail_id == trails.c.id, events.c.name.in_(_OF_CUSTOMER))
        query = select(trails).where(trails.c.state == OPEN, trails.c.updated_at < before, moved)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(trails.c.updated_at).limit(most)).all()
        return [OpenTrail(row.id, row.partner_code, row.mode, Head(row.number, row.head), row.state) for row in rows]

    def write(self, changes: list[Change]) -> None:
        self._writer.write(changes)
