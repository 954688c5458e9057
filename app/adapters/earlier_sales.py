"""What is known of sales before this one: articles on an earlier receipt of the store, and cover a piece still has."""

from dataclasses import dataclass, replace
from datetime import datetime

import orjson
from sqlalchemy import select

from app.adapters.counter_sales import CounterSales
from app.adapters.database import Database
from app.adapters.keyring import aware
from app.adapters.portal_tables import asks, drafts, sale_keys
from app.domain.bookings import Booking
from app.domain.drafts import Draft, Line
from app.domain.sale_search import comparable_code, search_keys
from app.domain.stored import restored
from app.services.describe_item import EarlierCover

MOST_SALES = 10


@dataclass(frozen=True, slots=True)
class EarlierSales:
    database: Database
    partner_code: str
    mode: str
    store_id: str

    def on_receipt(self, number: str) -> list[tuple[Draft, Line]]:
        """The newest sale first. Another store's receipt is nobody's business here."""
        value = comparable_code(number)
        if not value:
            return []
        own = (sale_keys.c.partner_code == self.partner_code, sale_keys.c.mode == self.mode)
        here = (drafts.c.store_id == self.store_id, drafts.c.mode == self.mode)
        keys = (*own, sale_keys.c.kind == "receipt", sale_keys.c.value == value)
        joined = sale_keys.join(asks, asks.c.offer_id == sale_keys.c.offer_id).join(
            drafts, drafts.c.id == asks.c.draft_id
        )
        query = select(drafts.c.state).select_from(joined).where(*keys, *here).distinct()
        with self.database.reading() as connection:
            states = connection.scalars(query.limit(MOST_SALES)).all()
        sales = sorted((restored(Draft, orjson.loads(state)) for state in states), key=_begun, reverse=True)
        return [(sale, line) for sale in sales for line in sale.lines]

    def line(self, draft_id: str, line_id: str) -> tuple[Draft, Line] | None:
        """An article of an earlier sale of this store."""
        owner = (drafts.c.partner_code == self.partner_code, drafts.c.store_id == self.store_id)
        query = select(drafts.c.state).where(drafts.c.id == draft_id, *owner, drafts.c.mode == self.mode)
        with self.database.reading() as connection:
            state = connection.scalar(query)
        sale = None if state is None else restored(Draft, orjson.loads(state))
        line = None if sale is None else sale.line(line_id)
        return None if sale is None or line is None else (sale, line)

    def cover_of(self, serial: str, now: datetime) -> EarlierCover | None:
        """Cover that still runs for the piece with this number, sold in any store of the partner."""
        everywhere = CounterSales(self.database, self.partner_code, self.mode, None)
        sales = everywhere.found(search_keys("serial", serial), None, MOST_SALES)
        running = ((sale, _running(sale.booking, now)) for sale in sales if everywhere.is_about(sale, serial))
        found = next(((sale, cover) for sale, cover in running if cover is not None), None)
        if found is None:
            return None
        sale, cover = found
        return cover if sale.store_id == self.store_id else replace(cover, booking_id="")


def _begun(draft: Draft) -> datetime:
    return draft.created_at


def _running(booking: Booking, now: datetime) -> EarlierCover | None:
    ends = [
        None if quote.end_at is None else aware(datetime.fromisoformat(quote.end_at)) for quote in booking.active_quotes
    ]
    if not ends or booking.status == "CANCELLED":
        return None
    if None in ends:
        return EarlierCover(booking.id, None)
    until = max(end for end in ends if end is not None)
    return EarlierCover(booking.id, until) if until > now else None
