"""What was sold at the counter: found by what customers know of it, and only where the person asking may look.

A booking is one of a counter when a customer was asked for it there: without its row of `ask` it is not found, and
neither is that of another store, partner or mode.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Select, and_, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from app.adapters.database import Database
from app.adapters.keyring import aware
from app.adapters.portal_tables import asks, drafts, sale_keys
from app.adapters.store import booking_of
from app.adapters.tables import bookings, events
from app.domain.bookings import Booking
from app.domain.drafts import Draft, Line
from app.domain.evidence import Event
from app.domain.sale_search import Key, comparable_code
from app.domain.stored import restored

_SALE = (
    *(bookings.c.state, bookings.c.request, asks.c.draft_id, asks.c.line, asks.c.store_id),
    *(asks.c.staff_id, asks.c.offer_id, asks.c.asked_at),
)
_EVENT = tuple(events.c[name] for name in Event.__dataclass_fields__)
ENDED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class CounterSale:
    """A booking with who sold it where, and which line of which sale it was."""

    booking: Booking
    request: dict[str, Any]
    draft_id: str
    line_id: str
    store_id: str
    staff_id: str
    offer_id: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class CounterSales:
    """`store_id`: the one store whose sales are seen; None for those of every store of the partner."""

    database: Database
    partner_code: str
    mode: str
    store_id: str | None

    def sale(self, booking_id: str) -> CounterSale | None:
        found = self._sales(bookings.c.id == booking_id, 1)
        return found[0] if found else None

    def recent(self, limit: int) -> list[CounterSale]:
        """The newest first."""
        return self._sales(None, limit)

    def found(self, keys: Sequence[Key], account_id: str | None, limit: int) -> list[CounterSale]:
        """By any of these, the newest first. `account_id`: whose address was typed."""
        ids = [value for kind, value in keys if kind == "booking"]
        pairs = [key for key in keys if key[0] not in ("booking", "email")]
        either: list[Any] = [bookings.c.id.in_(ids)] if ids else []
        if pairs:
            either.append(bookings.c.offer_id.in_(self._with_keys(pairs)))
        if account_id is not None:
            either.append(bookings.c.account_id == account_id)
        return self._sales(or_(*either), limit) if either else []

    def line(self, sale: CounterSale) -> Line | None:
        """The article, as it stands with the sale."""
        draft = self.draft(sale)
        return None if draft is None else draft.line(sale.line_id)

    def draft(self, sale: CounterSale) -> Draft | None:
        query = select(drafts.c.state).where(drafts.c.id == sale.draft_id, drafts.c.partner_code == self.partner_code)
        with self.database.reading() as connection:
            state = connection.scalar(query)
        return None if state is None else restored(Draft, orjson.loads(state))

    def covered_with(self, serial: str, but: str) -> CounterSale | None:
        """Another booking that still runs for this article, in any store of the partner."""
        anywhere = CounterSales(self.database, self.partner_code, self.mode, None)
        for sale in anywhere.found([("serial", serial)], None, 20):
            if sale.booking.id != but and sale.booking.status != ENDED and anywhere.is_about(sale, serial):
                return sale
        return None

    def is_about(self, sale: CounterSale, serial: str) -> bool:
        """One that was exchanged since is found by its old number too, and covers another article now."""
        line = self.line(sale)
        return line is None or comparable_code(line.serial) == comparable_code(serial)

    def add_keys(self, sale: CounterSale, keys: Iterable[Key]) -> None:
        """What it was found by before still finds it: customers come with old papers."""
        insert = sqlite.insert if self.database.is_sqlite else postgresql.insert
        owner = {"partner_code": self.partner_code, "mode": self.mode, "store_id": sale.store_id}
        rows = [{"kind": kind, "value": value, "offer_id": sale.offer_id, **owner} for kind, value in keys]
        if not rows:
            return
        with self.database.writing() as connection:
            for row in rows:
                connection.execute(insert(sale_keys).values(**row).on_conflict_do_nothing())

    def history(self, sale: CounterSale) -> list[Event]:
        """Everything that happened, the oldest first."""
        query = select(*_EVENT).where(events.c.trail_id == sale.booking.trail_id).order_by(events.c.number)
        with self.database.reading() as connection:
            return [Event(*row) for row in connection.execute(query)]

    def _with_keys(self, pairs: Sequence[Key]) -> Select[Any]:
        same = or_(*(and_(sale_keys.c.kind == kind, sale_keys.c.value == value) for kind, value in pairs))
        own = (sale_keys.c.partner_code == self.partner_code, sale_keys.c.mode == self.mode)
        return select(sale_keys.c.offer_id).where(*own, same)

    def _sales(self, which: Any, limit: int) -> list[CounterSale]:
        query = select(*_SALE).select_from(asks.join(bookings, bookings.c.offer_id == asks.c.offer_id))
        query = query.where(*self.own_asks())
        if which is not None:
            query = query.where(which)
        newest = query.order_by(asks.c.asked_at.desc(), bookings.c.id).limit(limit)
        with self.database.reading() as connection:
            return [_sale(row) for row in connection.execute(newest)]

    def own_asks(self) -> tuple[Any, ...]:
        mine = (asks.c.partner_code == self.partner_code, asks.c.mode == self.mode)
        return mine if self.store_id is None else (*mine, asks.c.store_id == self.store_id)


def _sale(row: Any) -> CounterSale:
    return CounterSale(
        booking_of(row.state),
        orjson.loads(row.request),
        row.draft_id,
        row.line,
        row.store_id,
        row.staff_id,
        row.offer_id,
        aware(row.asked_at),
    )
