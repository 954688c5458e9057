"""What use cases hand to the store and get from it: plain values, no tables."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.bookings import Booking
from app.domain.evidence import Event, Head, digest
from app.domain.stored import stored_text


@dataclass(frozen=True, slots=True)
class OfferRecord:
    """An offer as it is kept: one row, written once."""

    id: str
    created_at: datetime
    expires_at: datetime | None
    release_id: str
    offer_config_id: str
    offer_schema: str
    currency: str
    language: str
    country: str
    subsidiary: str | None
    partner_transaction_id: str | None
    session_id: str
    request: str
    answer: str
    terms: str
    evidence: str


@dataclass(frozen=True, slots=True)
class OfferSummary:
    id: str
    created_at: datetime
    session_id: str
    offer_config_id: str
    offer_schema: str
    currency: str
    language: str
    country: str
    subsidiary: str | None
    partner_transaction_id: str | None


@dataclass(frozen=True, slots=True)
class OfferFilter:
    limit: int
    after: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    offer_schema: str | None = None
    offer_config_id: str | None = None
    partner_transaction_id: str | None = None
    subsidiary: str | None = None
    session_id: str | None = None


@dataclass(frozen=True, slots=True)
class OfferPage:
    offers: list[OfferSummary]
    next_after: str | None


class OfferStore(Protocol):
    """One partner's offers."""

    @property
    def mode(self) -> str: ...

    def add_offer(self, record: OfferRecord) -> None: ...

    def offer_answer(self, offer_id: str) -> str | None: ...

    def offer_on_file(self, offer_id: str) -> "OfferOnFile | None": ...

    def offers(self, wanted: OfferFilter) -> OfferPage: ...


@dataclass(frozen=True, slots=True)
class OfferOnFile:
    """An offer as a later use case reads it: what was asked and answered, and what has become of it since."""

    id: str
    created_at: datetime
    expires_at: datetime | None
    release_id: str
    currency: str
    language: str
    country: str
    subsidiary: str | None
    partner_transaction_id: str | None
    request: str
    answer: str
    terms: str
    evidence: str
    booking_id: str | None
    head: Head | None
    state: str


@dataclass(frozen=True, slots=True)
class Settled:
    """A booking as it will be stored: written once, hashed once, for its row, its evidence and its mail."""

    booking: Booking
    state: str
    hash: str

    @staticmethod
    def of(booking: Booking) -> "Settled":
        state = stored_text(booking)
        return Settled(booking, state, digest(state))


@dataclass(frozen=True, slots=True)
class BookingOnFile:
    """A booking with the request it is priced from, and where its trail has got to."""

    booking: Booking
    request: str
    head: Head


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change or a cancellation would do, until somebody confirms it."""

    id: str
    booking_id: str
    kind: str
    created_at: datetime
    expires_at: datetime
    booking_version: int
    state: str
    facts: str


@dataclass(frozen=True, slots=True)
class Claim:
    id: str
    booking_id: str
    quote_id: str
    created_at: datetime
    document: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A mail or a webhook that waits to be delivered."""

    id: str
    kind: str
    booking_id: str
    event: str
    endpoint_id: str | None
    payload: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class TrailStep:
    """Events to append, the head they end with, and the offer's state after them."""

    trail_id: str
    events: tuple[Event, ...]
    head: Head
    state: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FinishedCall:
    """The answer of a call that carried an idempotency key."""

    scope: str
    body_hash: str
    status: int
    answer: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """Everything one use case changes, committed together or not at all.

    `changed` is a booking as it is now; the version before it must still be in the store. Partner and mode are the
    store's own: it fills them in.
    """

    partner_code: str = ""
    mode: str = ""
    account_id: str = ""
    new_booking: Settled | None = None
    changed: Settled | None = None
    request: str = ""
    previews: tuple[Preview, ...] = ()
    claims: tuple[Claim, ...] = ()
    outgoing: tuple[Outgoing, ...] = ()
    step: TrailStep | None = None
    finished: FinishedCall | None = None


@dataclass(frozen=True, slots=True)
class BookingPage:
    bookings: list[Booking]
    count: int


class BookingStore(Protocol):
    """One partner's offers and bookings, for use cases that change them."""

    @property
    def mode(self) -> str: ...

    def offer_on_file(self, offer_id: str) -> OfferOnFile | None: ...

    def booking_on_file(self, booking_id: str) -> BookingOnFile | None: ...

    def preview(self, preview_id: str, booking_id: str, kind: str) -> Preview | None: ...

    def finished_call(self, scope: str) -> FinishedCall | None: ...

    def commit(self, change: Change) -> None: ...
