"""What went wrong after a sale and waits for somebody: mail that came back, sales half done, consent missing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, and_, exists, func, literal_column, or_, select

from app.adapters.counter_sales import CounterSale, CounterSales
from app.adapters.keyring import aware
from app.adapters.portal_tables import asks, drafts
from app.adapters.store import booking_of
from app.adapters.tables import attempts, bookings, events, outbox
from app.domain.bookings import Booking
from app.domain.drafts import BOOKING, OPEN, QUOTED, Draft
from app.domain.evidence import written_at
from app.domain.stored import restored

MOST = 50
# Letters to the customer. What goes to a claims team is not mended at a counter.
# A letter to the former address after a correction says nothing of whether the new one works.
TO_FORMER = '"to_former_address":true'
LETTERS = ("confirmation", "modification", "cancellation", "claim_received")


@dataclass(frozen=True, slots=True)
class StuckMail:
    """A letter that came back. `said`: the mail server's own words."""

    id: str
    booking: Booking
    event: str
    to: str
    facts: dict[str, Any]
    created_at: datetime
    said: str


@dataclass(frozen=True, slots=True)
class CounterTroubles:
    sales: CounterSales

    def stuck_mail(self, booking_id: str | None = None) -> list[StuckMail]:
        """The newest first. Sent again since, the old letter is nobody's trouble any more."""
        later = outbox.alias("later")
        superseded = exists().where(
            later.c.booking_id == outbox.c.booking_id,
            later.c.kind == "mail",
            later.c.event == outbox.c.event,
            later.c.id > outbox.c.id,
            ~later.c.payload.contains(TO_FORMER),
        )
        columns = (outbox.c.id, outbox.c.event, outbox.c.payload, outbox.c.created_at, bookings.c.state)
        query = (
            select(*columns, _last_words().label("said"))
            .select_from(self._parked().join(asks, asks.c.offer_id == bookings.c.offer_id))
            .where(*self._mine(), outbox.c.event.in_(LETTERS), ~superseded)
        )
        if booking_id is not None:
            query = query.where(outbox.c.booking_id == booking_id)
        with self.sales.database.reading() as connection:
            rows = connection.execute(query.order_by(outbox.c.id.desc()).limit(MOST)).all()
        found = (_stuck(row) for row in rows)
        return [one for one in found if one is not None]

    def unfinished(self, since: datetime) -> list[Draft]:
        """Sales that were interrupted while they were booked: confirmed, or a part is sold, and not at their end."""
        booked = exists().where(asks.c.draft_id == drafts.c.id, asks.c.offer_id == bookings.c.offer_id)
        stopped = or_(drafts.c.status == BOOKING, and_(drafts.c.status.in_((OPEN, QUOTED)), booked))
        query = select(drafts.c.state).where(*self._of_store(drafts), drafts.c.updated_at >= since, stopped)
        with self.sales.database.reading() as connection:
            return [restored(Draft, orjson.loads(state)) for state in connection.scalars(query.limit(MOST))]

    def without_consent(self, since: datetime) -> list[Booking]:
        """Sold, and nothing says that the customer has read what has to be read."""
        consented = exists().where(events.c.trail_id == asks.c.offer_id, events.c.name == "consented")
        query = select(bookings.c.state).select_from(asks.join(bookings, bookings.c.offer_id == asks.c.offer_id))
        query = query.where(*self.sales.own_asks(), asks.c.asked_at >= since, bookings.c.status != "CANCELLED")
        query = query.where(~consented).order_by(asks.c.asked_at.desc())
        with self.sales.database.reading() as connection:
            return [booking_of(state) for state in connection.scalars(query.limit(MOST))]

    def asked_since(self, sale: CounterSale, since: datetime) -> int:
        """How often a letter of this sale was asked for again."""
        own = (events.c.trail_id == sale.booking.trail_id, events.c.name == "resent", events.c.at >= written_at(since))
        with self.sales.database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(events).where(*own)) or 0

    def _parked(self) -> Any:
        return outbox.join(bookings, bookings.c.id == outbox.c.booking_id)

    def _mine(self) -> tuple[ColumnElement[bool], ...]:
        """The constants stand in the text: an index over what is parked is only used when they do."""
        parked = and_(outbox.c.status == literal_column("'parked'"), outbox.c.kind == literal_column("'mail'"))
        owner = (outbox.c.partner_code == self.sales.partner_code, outbox.c.mode == self.sales.mode)
        return (parked, *owner, *self.sales.own_asks())

    def _of_store(self, table: Any) -> tuple[ColumnElement[bool], ...]:
        own = (table.c.partner_code == self.sales.partner_code, table.c.mode == self.sales.mode)
        return own if self.sales.store_id is None else (*own, table.c.store_id == self.sales.store_id)


def _last_words() -> Any:
    said = select(attempts.c.said).where(attempts.c.outbox_id == outbox.c.id)
    return said.order_by(attempts.c.number.desc()).limit(1).scalar_subquery()


def _stuck(row: Any) -> StuckMail | None:
    """To the former address, after a correction: when it comes back, that one was wrong, and nobody minds."""
    letter = orjson.loads(row.payload)
    if letter["facts"].get("to_former_address"):
        return None
    to = ", ".join(letter["to"])
    booking = booking_of(row.state)
    return StuckMail(row.id, booking, row.event, to, letter["facts"], aware(row.created_at), row.said or "")
