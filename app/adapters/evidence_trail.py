"""One trail with what stands beside it: its offer, its booking, and whether they agree with what happened."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Row, select

from app.adapters.keyring import aware
from app.adapters.tables import bookings, offers, trails
from app.domain.evidence import Event, Head, offered_hash
from app.domain.evidence_reading import REPEATED, Story, TrailRow, booking_misfits, described_booking, trail_misfits

OFFER = (
    *(offers.c.id, offers.c.partner_code, offers.c.mode, offers.c.created_at, offers.c.release_id),
    *(offers.c.request, offers.c.answer, offers.c.terms, offers.c.evidence),
)
_BOOKING = (*(bookings.c[name] for name in REPEATED), bookings.c.request, bookings.c.state)


@dataclass(frozen=True, slots=True)
class Break:
    """One thing that is broken: in which table, which row, at which event if at one, and what does not fit."""

    table: str
    id: str
    said: str
    number: int | None = None

    def __str__(self) -> str:
        event = "" if self.number is None else f" event {self.number}"
        return f"{self.table} {self.id}{event}: {self.said}"


@dataclass(frozen=True, slots=True)
class Trail:
    """`offer`: id, owner, request and evidence; `booking`: the columns that its evidence speaks of."""

    row: TrailRow
    offer: Any
    booking: dict[str, Any] | None

    def breaks(self, happened: Iterable[Event]) -> Iterator[Break]:
        story = Story()
        first, happened = self._first(happened)
        for misfit in trail_misfits(first, happened, self.row, story):
            yield Break("trail" if misfit.number is None else "event", self.row.id, misfit.said, misfit.number)
        yield from self._beside()
        yield from self._booking_breaks(story.described)

    def _first(self, happened: Iterable[Event]) -> tuple[str, Iterable[Event]]:
        """A booking that was never an offer begins its trail with whatever its first event says."""
        if self.offer is not None:
            return self.offer.evidence or "", happened
        events = iter(happened)
        first = next(events, None)
        return ("", ()) if first is None else (first.previous, chain([first], events))

    def _beside(self) -> Iterator[Break]:
        if self.offer is not None:
            if self.row.owner != (self.offer.partner_code, self.offer.mode):
                yield Break("trail", self.row.id, f"it is of {'/'.join(self.row.owner)}, its offer is not")
        elif self.booking is None or self.booking["offer_id"] is not None:
            yield Break("offer", self.row.id, "it is gone, its trail is there")

    def _booking_breaks(self, described: Event | None) -> Iterator[Break]:
        if self.booking is None:
            if described is not None:
                name = described_booking(described)[0]
                yield Break("booking", str(name), f"it is gone; event {described.number} of {self.row.id} describes it")
            return
        for said in booking_misfits(self.booking, described):
            yield Break("booking", self.booking["id"], said)
        if self.offer is not None and self.booking["request"] != self.offer.request:
            yield Break("booking", self.booking["id"], "request is not that of its offer")


def hash_of_offer(row: Any) -> str:
    """What the offer's evidence must be, by its columns as they are now."""
    texts = (row.request, row.answer, row.terms)
    return offered_hash(row.id, (row.partner_code, row.mode), aware(row.created_at), row.release_id, texts)


def trails_on_file(connection: Connection, ids: Sequence[str]) -> list[Trail]:
    """In the database's order; an id that has no trail is not among them."""
    columns = (offers.c.id, offers.c.partner_code, offers.c.mode, offers.c.request, offers.c.evidence)
    offered = {row.id: row for row in connection.execute(select(*columns).where(offers.c.id.in_(ids)))}
    booked = _booked(connection, ids)
    rows = connection.execute(select(trails).where(trails.c.id.in_(ids)).order_by(trails.c.id))
    return [Trail(_trail_row(row), offered.get(row.id), booked.get(row.id)) for row in rows]


def _booked(connection: Connection, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """By the id of the trail. Two questions, because each has an index."""
    of_offers = select(*_BOOKING).where(bookings.c.offer_id.in_(ids))
    alone = select(*_BOOKING).where(bookings.c.id.in_(ids), bookings.c.offer_id.is_(None))
    found = [_booking(row) for query in (of_offers, alone) for row in connection.execute(query)]
    return {booking["offer_id"] or booking["id"]: booking for booking in found}


def _booking(row: Row[Any]) -> dict[str, Any]:
    moments = {name: aware(row._mapping[name]) for name in ("created_at", "updated_at")}
    return {**row._mapping, **moments}


def _trail_row(row: Row[Any]) -> TrailRow:
    return TrailRow(row.id, (row.partner_code, row.mode), Head(row.number, row.head), row.state, aware(row.updated_at))
