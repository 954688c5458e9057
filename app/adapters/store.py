"""Everything one partner has stored, and nothing of anybody else: a store is opened for a partner and a mode."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Select, bindparam, func, select

from app.adapters.change_writer import ChangeWriter
from app.adapters.database import Database
from app.adapters.group_commit import GroupCommit, RowWriter
from app.adapters.keyring import aware
from app.adapters.question import Question
from app.adapters.tables import bookings, finished_calls, offers, previews, trails
from app.domain.bookings import Booking
from app.domain.evidence import Head
from app.domain.lifecycle import OPEN
from app.domain.stored import restored
from app.services.records import (
    BookingOnFile,
    BookingPage,
    Change,
    FinishedCall,
    OfferFilter,
    OfferOnFile,
    OfferPage,
    OfferRecord,
    OfferSummary,
    Preview,
)

_SUMMARY = tuple(offers.c[name] for name in OfferSummary.__dataclass_fields__)
_OFFER_COLUMNS = tuple(name for name in OfferOnFile.__dataclass_fields__ if name not in ("booking_id", "head", "state"))
_ON_FILE = tuple(offers.c[name] for name in _OFFER_COLUMNS)
_MINE = (bookings.c.partner_code == bindparam("code"), bookings.c.mode == bindparam("mode"))
_OFFER_ON_FILE = Question(
    select(*_ON_FILE, bookings.c.id.label("booking_id"), trails.c.number, trails.c.head, trails.c.state)
    .select_from(
        offers.outerjoin(trails, trails.c.id == offers.c.id).outerjoin(bookings, bookings.c.offer_id == offers.c.id)
    )
    .where(
        offers.c.id == bindparam("id"),
        offers.c.partner_code == bindparam("code"),
        offers.c.mode == bindparam("mode"),
    )
)
_BOOKING_ON_FILE = Question(
    select(bookings.c.state, bookings.c.request, trails.c.number, trails.c.head)
    .select_from(bookings.join(trails, trails.c.id == func.coalesce(bookings.c.offer_id, bookings.c.id)))
    .where(bookings.c.id == bindparam("id"), *_MINE)
)
_BOOKING = Question(select(bookings.c.state).where(bookings.c.id == bindparam("id"), *_MINE))
_FINISHED_CALL = Question(select(finished_calls).where(finished_calls.c.scope == bindparam("scope")))


@dataclass(frozen=True, slots=True)
class Logs:
    """What is written, many requests in one durable transaction: new offers, and changes of everything else."""

    offers: GroupCommit
    changes: GroupCommit

    @staticmethod
    def of(database: Database) -> "Logs":
        return Logs(GroupCommit(RowWriter(database, offers)), GroupCommit(ChangeWriter(database)))


@dataclass(frozen=True, slots=True)
class Store:
    database: Database
    logs: Logs
    partner_code: str
    mode: str

    def add_offer(self, record: OfferRecord) -> None:
        row = {name: getattr(record, name) for name in record.__slots__}
        row["partner_code"], row["mode"] = self.partner_code, self.mode
        self.logs.offers.append(row)

    def offer_answer(self, offer_id: str) -> str | None:
        with self.database.reading() as connection:
            found: str | None = connection.scalar(self._own(select(offers.c.answer)).where(offers.c.id == offer_id))
        return found

    def offers(self, wanted: OfferFilter) -> OfferPage:
        """The newest first. One row more than asked for tells whether there is a next page."""
        query = self._own(select(*_SUMMARY)).order_by(offers.c.id.desc()).limit(wanted.limit + 1)
        for name in ("offer_schema", "offer_config_id", "partner_transaction_id", "subsidiary", "session_id"):
            value = getattr(wanted, name)
            if value is not None:
                query = query.where(offers.c[name] == value)
        if wanted.created_from is not None:
            query = query.where(offers.c.created_at >= aware(wanted.created_from))
        if wanted.created_to is not None:
            query = query.where(offers.c.created_at < aware(wanted.created_to))
        if wanted.after is not None:
            query = query.where(offers.c.id < wanted.after)
        with self.database.reading() as connection:
            rows = connection.execute(query).all()
        found = [OfferSummary(**{**row._mapping, "created_at": aware(row.created_at)}) for row in rows]
        page = found[: wanted.limit]
        return OfferPage(page, page[-1].id if len(found) > wanted.limit else None)

    def offer_on_file(self, offer_id: str) -> OfferOnFile | None:
        row = _OFFER_ON_FILE.answer(self.database, id=offer_id, code=self.partner_code, mode=self.mode)
        return None if row is None else _offer_on_file(row)

    def booking_on_file(self, booking_id: str) -> BookingOnFile | None:
        row = _BOOKING_ON_FILE.answer(self.database, id=booking_id, code=self.partner_code, mode=self.mode)
        return None if row is None else BookingOnFile(booking_of(row[0]), row[1], Head(row[2], row[3]))

    def booking(self, booking_id: str) -> Booking | None:
        row = _BOOKING.answer(self.database, id=booking_id, code=self.partner_code, mode=self.mode)
        return None if row is None else booking_of(row[0])

    def bookings(self, limit: int, offset: int) -> BookingPage:
        """The newest first. Positions have no hole, so page a thousand costs what the first one costs."""
        position = bookings.c.position
        with self.database.reading() as connection:
            count = connection.scalar(self._owned(select(func.max(position)))) or 0
            last = count - offset
            query = self._owned(select(bookings.c.state)).where(position <= last, position > last - limit)
            states = connection.scalars(query.order_by(position.desc())).all()
        return BookingPage([booking_of(state) for state in states], count)

    def preview(self, preview_id: str, booking_id: str, kind: str) -> Preview | None:
        """Whose booking it is has been asked before."""
        query = select(previews).where(previews.c.id == preview_id)
        with self.database.reading() as connection:
            row = connection.execute(
                query.where(previews.c.booking_id == booking_id, previews.c.kind == kind)
            ).one_or_none()
        if row is None:
            return None
        moments = {"created_at": aware(row.created_at), "expires_at": aware(row.expires_at)}
        return Preview(**{**row._mapping, **moments})

    def finished_call(self, scope: str) -> FinishedCall | None:
        row = _FINISHED_CALL.answer(self.database, scope=scope)
        if row is None:
            return None
        named, body_hash, status, answer, created_at = row
        return FinishedCall(named, body_hash, status, answer, _moment(created_at))

    def commit(self, change: Change) -> None:
        self.logs.changes.append(replace(change, partner_code=self.partner_code, mode=self.mode))

    def _own(self, query: Select[Any]) -> Select[Any]:
        return query.where(offers.c.partner_code == self.partner_code, offers.c.mode == self.mode)

    def _owned(self, query: Select[Any]) -> Select[Any]:
        return query.where(bookings.c.partner_code == self.partner_code, bookings.c.mode == self.mode)


def booking_of(state: str) -> Booking:
    return restored(Booking, orjson.loads(state))


def _offer_on_file(row: Any) -> OfferOnFile:
    """The columns as _OFFER_ON_FILE names them: the record's own, then number, head and state of the trail."""
    *own, booking_id, number, head, state = row
    found = dict(zip(_OFFER_COLUMNS, own, strict=True))
    found["created_at"] = _moment(found["created_at"])
    found["expires_at"] = None if found["expires_at"] is None else _moment(found["expires_at"])
    found["evidence"] = found["evidence"] or ""  # an offer from before there was evidence
    return OfferOnFile(
        **found, booking_id=booking_id, head=None if number is None else Head(number, head), state=state or OPEN
    )


def _moment(value: Any) -> datetime:
    """SQLite's driver gives text."""
    return aware(datetime.fromisoformat(value) if isinstance(value, str) else value)
