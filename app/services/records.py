"""What use cases hand to the store and get from it: plain values, no tables."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


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

    def add_offer(self, record: OfferRecord) -> None: ...

    def offer_answer(self, offer_id: str) -> str | None: ...

    def offers(self, wanted: OfferFilter) -> OfferPage: ...
