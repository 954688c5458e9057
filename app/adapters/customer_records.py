"""What a customer's links open.

A customer names no partner, only a booking, an account or an offer; whose it is stands in the row. The caller has
checked the token before: these are the only queries that are not asked for a partner.
"""

from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import func, select

from app.adapters.database import Database
from app.adapters.keyring import aware
from app.adapters.tables import bookings, claims, events, offers, trails
from app.domain.bookings import Booking
from app.domain.evidence import Head
from app.domain.stored import restored
from app.services.records import BookingOnFile, Claim

CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class OfferedProducts:
    """An unsold offer as far as everybody who has its id may see it: which products, by which release."""

    release_id: str
    subsidiary: str | None
    products: dict[str, str]


@dataclass(frozen=True, slots=True)
class CustomerRecords:
    database: Database

    def booking(self, booking_id: str) -> BookingOnFile | None:
        found = self._bookings(bookings.c.id == booking_id, 1, 0)
        return found[0] if found else None

    def bookings_of(self, account_id: str, limit: int, offset: int) -> list[BookingOnFile]:
        """The newest first. Partner and mode are part of the account's id."""
        return self._bookings(bookings.c.account_id == account_id, limit, offset)

    def _bookings(self, which: Any, limit: int, offset: int) -> list[BookingOnFile]:
        query = select(bookings.c.state, bookings.c.request, trails.c.number, trails.c.head).select_from(
            bookings.join(trails, trails.c.id == func.coalesce(bookings.c.offer_id, bookings.c.id))
        )
        newest = (bookings.c.created_at.desc(), bookings.c.id)
        with self.database.reading() as connection:
            rows = connection.execute(query.where(which).order_by(*newest).limit(limit).offset(offset)).all()
        return [_on_file(row) for row in rows]

    def request_of(self, booking_id: str) -> dict[str, Any]:
        query = select(bookings.c.request).where(bookings.c.id == booking_id)
        with self.database.reading() as connection:
            request: dict[str, Any] = orjson.loads(connection.execute(query).scalar_one())
        return request

    def offer(self, offer_id: str) -> OfferedProducts | None:
        query = select(offers.c.release_id, offers.c.subsidiary, offers.c.terms).where(offers.c.id == offer_id)
        with self.database.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        products = {term["id"]: term["product"] for term in orjson.loads(row.terms)}
        return OfferedProducts(row.release_id, row.subsidiary, products)

    def claim(self, claim_id: str, booking_id: str) -> Claim | None:
        query = select(*(claims.c[name] for name in Claim.__dataclass_fields__))
        query = query.where(claims.c.id == claim_id, claims.c.booking_id == booking_id)
        with self.database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else Claim(**{**row._mapping, "created_at": aware(row.created_at)})

    def viewed_since(self, trail_id: str, at: str) -> frozenset[str]:
        """A trail's own events are one short walk of the primary key."""
        query = select(events.c.facts).where(events.c.trail_id == trail_id, events.c.at >= at)
        query = query.where(events.c.name == "viewed", events.c.actor == CUSTOMER)
        with self.database.reading() as connection:
            return frozenset(connection.scalars(query))


def _on_file(row: Any) -> BookingOnFile:
    return BookingOnFile(restored(Booking, orjson.loads(row.state)), row.request, Head(row.number, row.head))
