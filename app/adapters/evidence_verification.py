"""Proving every trail of evidence whole, and naming what is not: the row, the event, and what does not fit.

Each part walks one table by its key and looks up what belongs to a page in the same moment. Nothing relies on the
order of texts, which is each database's own.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, func, select

from app.adapters.database import Database
from app.adapters.evidence_releases import release_misfits
from app.adapters.evidence_rows import OFFERS_A_PAGE, is_of_its_time, pages, snapshot, trail_events
from app.adapters.evidence_seals import misfits, seal_key, seals_after
from app.adapters.evidence_trail import OFFER, Break, Trail, hash_of_offer, trails_on_file
from app.adapters.keyring import aware
from app.adapters.tables import bookings, events, offers, releases, trails
from app.domain.evidence import Event, written_at

_TRAILS_A_PAGE = 1_000
# A booking goes on in the trail of its offer; without one it has a trail of its own.
_TRAIL_OF_BOOKING = func.coalesce(bookings.c.offer_id, bookings.c.id)


@dataclass(frozen=True, slots=True)
class Scope:
    """What to look at: everything, or one partner's, or what was made or has changed since a moment."""

    partner: str | None = None
    since: datetime | None = None


@dataclass(slots=True)
class Counts:
    """How much has been looked at. `unsealable`: ids of another time, which no seal finds."""

    offers: int = 0
    trails: int = 0
    events: int = 0
    bookings: int = 0
    releases: int = 0
    seals: int = 0
    older: int = 0
    unsealable: int = 0


@dataclass(slots=True)
class Verification:
    database: Database
    secret_key: str = field(repr=False)
    scope: Scope = field(default_factory=Scope)
    counts: Counts = field(default_factory=Counts)
    tell: Callable[[Counts], None] = lambda counts: None
    _release_ids: set[str] = field(default_factory=set)
    _hashed: bool = False

    def breaks(self) -> Iterator[Break]:
        yield from self._offers()
        yield from self._trails()
        yield from self._homeless_events()
        yield from self._homeless_bookings()
        yield from self._releases()
        if self.scope.partner is None:
            yield from self._seals()

    def _offers(self) -> Iterator[Break]:
        query = self._owned(select(*OFFER), offers)
        if self.scope.since is not None:
            query = query.where(offers.c.created_at >= self.scope.since)
        for page in pages(self.database, query, (offers.c.id,), OFFERS_A_PAGE):
            for row in page:
                yield from self._offer(row)
            self.counts.offers += len(page)
            self.tell(self.counts)

    def _offer(self, row: Row[Any]) -> Iterator[Break]:
        self._release_ids.add(row.release_id)
        created_at = aware(row.created_at)
        self.counts.unsealable += not is_of_its_time(row.id, created_at)
        if row.evidence is None and not self._hashed:
            # Made before the program kept evidence; such offers stand before all others.
            self.counts.older += 1
            return
        self._hashed = True
        if row.evidence != hash_of_offer(row):
            yield Break("offer", row.id, "it is not what was offered: its hash does not fit its columns")

    def _trails(self) -> Iterator[Break]:
        query = self._owned(select(trails.c.id), trails).order_by(trails.c.id).limit(_TRAILS_A_PAGE)
        if self.scope.since is not None:
            query = query.where(trails.c.updated_at >= self.scope.since)
        after = ""
        while True:
            with snapshot(self.database) as connection:
                ids = connection.scalars(query.where(trails.c.id > after)).all()
                found = list(self._page_of_trails(connection, ids)) if ids else []
            yield from found
            self.tell(self.counts)
            if len(ids) < _TRAILS_A_PAGE:
                return
            after = ids[-1]

    def _page_of_trails(self, connection: Connection, ids: Sequence[str]) -> Iterator[Break]:
        known = trails_on_file(connection, ids)
        grouped = groupby(trail_events(connection, ids), lambda event: event.trail_id)
        for trail, happened in _with_all(known, grouped):
            yield from trail.breaks(self._counted(happened))
            self.counts.trails += 1
            self.counts.bookings += trail.booking is not None

    def _counted(self, found: Iterable[Event]) -> Iterator[Event]:
        for event in found:
            self.counts.events += 1
            yield event

    def _homeless_events(self) -> Iterator[Break]:
        """Events whose trail is gone, whatever else is there."""
        query = select(events.c.trail_id, events.c.number, events.c.name, trails.c.id.label("trail"))
        query = query.select_from(events.outerjoin(trails, trails.c.id == events.c.trail_id))
        if self.scope.partner is not None:
            query = query.join(offers, offers.c.id == events.c.trail_id)
            query = query.where(offers.c.partner_code == self.scope.partner)
        if self.scope.since is not None:
            query = query.where(events.c.at >= written_at(self.scope.since))
        for page in pages(self.database, query, (events.c.trail_id, events.c.number)):
            for row in page:
                if row.trail is None:
                    yield Break("event", row.trail_id, f"({row.name}) has no trail", row.number)

    def _homeless_bookings(self) -> Iterator[Break]:
        both = bookings.outerjoin(trails, trails.c.id == _TRAIL_OF_BOOKING)
        query = self._owned(select(bookings.c.id, trails.c.id.label("trail")).select_from(both), bookings)
        if self.scope.since is not None:
            query = query.where(bookings.c.updated_at >= self.scope.since)
        for page in pages(self.database, query, (bookings.c.id,)):
            for row in page:
                if row.trail is None:
                    yield Break("booking", row.id, "it has no trail")

    def _releases(self) -> Iterator[Break]:
        known: set[str] = set()
        query = self._owned(select(releases), releases)
        for page in pages(self.database, query, (releases.c.id,), 20):
            for row in page:
                known.add(row.id)
                self.counts.releases += 1
                for said in release_misfits(row.id, row.partner_code, row.document, row.pages):
                    yield Break("release", row.id, said)
        for missing in sorted(self._release_ids - known):
            yield Break("release", missing, "it is gone, and offers rest on it")

    def _seals(self) -> Iterator[Break]:
        key, before = seal_key(self.secret_key), None
        for seal in seals_after(self.database):
            if self.scope.since is None or seal.to_at > written_at(self.scope.since):
                self.counts.seals += 1
                for said in misfits(self.database, seal, before, key):
                    yield Break("seal", str(seal.id), said)
                self.tell(self.counts)
            before = seal

    def _owned(self, query: Any, table: Any) -> Any:
        return query if self.scope.partner is None else query.where(table.c.partner_code == self.scope.partner)


def _with_all(
    known: Sequence[Trail], grouped: Iterator[tuple[str, Iterator[Event]]]
) -> Iterator[tuple[Trail, Iterable[Event]]]:
    """Every trail with its events, also one that has none. Both come in the same database's order."""
    group = next(grouped, None)
    for trail in known:
        if group is not None and group[0] == trail.row.id:
            yield trail, group[1]
            group = next(grouped, None)
        else:
            yield trail, ()
