"""Everything that is known of one offer and its booking, read in one moment, and what of it is broken."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from app.adapters.database import Database
from app.adapters.evidence_releases import opened, release_misfits
from app.adapters.evidence_rows import snapshot, trail_events
from app.adapters.evidence_seals import SEAL, misfits, seal_key, seal_of, stretch
from app.adapters.evidence_trail import OFFER, Break, Trail, hash_of_offer, trails_on_file
from app.adapters.keyring import aware
from app.adapters.tables import bookings, offers, releases, seals
from app.domain.errors import BookingNotFound, OfferNotFound
from app.domain.evidence import Event, written_at
from app.domain.evidence_seals import Seal, event_leaf, offer_leaf, way_up

_OFFER = (*OFFER, *(offers.c[name] for name in ("language", "country", "currency", "expires_at")))
_BOOKING = tuple(bookings.c[name] for name in ("id", "partner_code", "mode", "offer_id", "release_id", "state"))

Way = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """What was asked for: a booking with or without an offer, or an offer."""

    booking_id: str | None
    offer_id: str | None
    partner_code: str
    mode: str

    @property
    def id(self) -> str:
        return self.booking_id or self.offer_id or ""

    @property
    def trail_id(self) -> str:
        return self.offer_id or self.booking_id or ""


@dataclass(frozen=True, slots=True)
class Covered:
    """An event, or the offer when there is no number, and its way up to a seal's hash; None when it leads elsewhere."""

    number: int | None
    leaf: str
    way: Way | None


@dataclass(frozen=True, slots=True)
class Covering:
    seal: Seal
    covered: tuple[Covered, ...]


@dataclass(frozen=True, slots=True)
class Dossier:
    subject: Subject
    offer: Any
    trail: Trail | None
    events: tuple[Event, ...]
    booking: Any
    document: dict[str, Any]
    pages: dict[str, dict[str, str]]
    coverings: tuple[Covering, ...]
    breaks: tuple[str, ...]


def subject_of(database: Database, wanted: str) -> Subject:
    with database.reading() as connection:
        booking = connection.execute(select(*_BOOKING).where(bookings.c.id == wanted.upper())).one_or_none()
        if booking is not None:
            return Subject(booking.id, booking.offer_id, booking.partner_code, booking.mode)
        columns = (offers.c.id, offers.c.partner_code, offers.c.mode, bookings.c.id.label("booking_id"))
        query = select(*columns).select_from(offers.outerjoin(bookings, bookings.c.offer_id == offers.c.id))
        offer = connection.execute(query.where(offers.c.id == wanted.lower())).one_or_none()
    if offer is not None:
        return Subject(offer.booking_id, offer.id, offer.partner_code, offer.mode)
    raise BookingNotFound() if wanted.upper().endswith("-INS") else OfferNotFound()


def dossier(database: Database, secret_key: str, subject: Subject) -> Dossier:
    with snapshot(database) as connection:
        offer: Any = connection.execute(select(*_OFFER).where(offers.c.id == subject.trail_id)).one_or_none()
        trail = next(iter(trails_on_file(connection, [subject.trail_id])), None)
        happened = tuple(trail_events(connection, [subject.trail_id]))
        booking: Any = connection.execute(select(*_BOOKING).where(bookings.c.id == subject.booking_id)).one_or_none()
        release_id = offer.release_id if offer is not None else booking.release_id
        release = connection.execute(select(releases).where(releases.c.id == release_id)).one_or_none()
    coverings, unsealed = _coverings(database, secret_key, offer, happened)
    broken = [*_own_breaks(offer, trail, happened), *_release_breaks(release_id, release), *unsealed]
    document, pages = ({}, {}) if release is None else (opened(release.document), opened(release.pages))
    return Dossier(
        subject, offer, trail, happened, booking, document or {}, pages or {}, coverings, tuple(map(str, broken))
    )


def _own_breaks(offer: Any, trail: Trail | None, happened: tuple[Event, ...]) -> Iterator[Break]:
    if offer is not None and offer.evidence != hash_of_offer(offer):
        yield Break("offer", offer.id, "it is not what was offered: its hash does not fit its columns")
    if trail is not None:
        yield from trail.breaks(happened)
    for event in happened if trail is None else ():
        yield Break("event", event.trail_id, f"({event.name}) has no trail", event.number)


def _release_breaks(release_id: str, release: Row[Any] | None) -> Iterator[Break]:
    if release is None:
        yield Break("release", release_id, "it is gone, and offers rest on it")
        return
    for said in release_misfits(release.id, release.partner_code, release.document, release.pages):
        yield Break("release", release.id, said)


def _coverings(
    database: Database, secret_key: str, offer: Any, happened: tuple[Event, ...]
) -> tuple[tuple[Covering, ...], list[Break]]:
    """The seals over the offer and its events, each with the way from these to its hash, and what is wrong with it."""
    leaves = [(event.at, event.number, event_leaf(event.trail_id, event.number, event.hash)) for event in happened]
    offered = [] if offer is None else [(written_at(aware(offer.created_at)), None, _leaf(offer))]
    found, broken, key = [], [], seal_key(secret_key)
    wanted = [*offered, *leaves]
    with database.reading() as connection:
        sealing = _seals_over(connection, [at for at, _, _ in wanted])
    for seal, before in sealing:
        broken += [Break("seal", str(seal.id), said) for said in misfits(database, seal, before, key)]
        there = set(stretch(database, seal.from_at, seal.to_at).leaves)
        own = [(number, leaf) for at, number, leaf in wanted if seal.from_at <= at < seal.to_at]
        covered = [Covered(number, leaf, way_up(there, leaf) if leaf in there else None) for number, leaf in own]
        found.append(Covering(seal, tuple(covered)))
    return tuple(found), broken


def _leaf(offer: Any) -> str:
    return offer_leaf(offer.id, offer.evidence or "")


def _seals_over(connection: Connection, moments: list[str]) -> list[tuple[Seal, Seal | None]]:
    """Each seal with the one before it."""
    found: dict[int, tuple[Seal, Seal | None]] = {}
    for at in sorted(set(moments)):
        if any(seal.from_at <= at < seal.to_at for seal, _ in found.values()):
            continue
        over = select(*SEAL).where(seals.c.from_at <= at, seals.c.to_at > at).order_by(seals.c.id).limit(1)
        row = connection.execute(over).one_or_none()
        if row is not None:
            before = connection.execute(select(*SEAL).where(seals.c.id == row.id - 1)).one_or_none()
            found[row.id] = (seal_of(row), None if before is None else seal_of(before))
    return [found[number] for number in sorted(found)]
