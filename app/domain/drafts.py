"""A sale in the middle: what is being bought, what was offered and said, who the customer is, how it was paid.

A draft lives on the server and is changed a whole at a time: a lock, a reload or another tablet loses nothing.
What a step needs from the ones before it is one table, STEPS; nobody gets ahead of it by typing an address.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

OPEN, QUOTED, DECLINED, SOLD, DROPPED = "open", "quoted", "declined", "sold", "dropped"
# Confirmed, and being booked: nothing in it changes any more, and it can only be confirmed to its end.
BOOKING = "booking"
# A sale that ended stays as it is; a quote that was taken home is open again when it is redeemed.
CHANGEABLE = frozenset({OPEN, QUOTED})
OVER = frozenset({DECLINED, SOLD, DROPPED})
# Of a customer, what a consent is given by: another one agrees anew.
PERSON = ("first_name", "last_name", "email", "phone")

ACCEPTED, REFUSED = "accepted", "declined"
MOST_LINES = 10


@dataclass(frozen=True, slots=True)
class LineOffer:
    """The offer that was made for a line. `shown`: groups the customer has been asked about, `refused`: said no to."""

    id: str
    made_at: datetime
    expires_at: datetime | None
    language: str
    deferred_until: datetime | None = None
    decision: str = ""
    quote_ids: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    total: str = ""
    total_amount: str = ""
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One article of the basket. Prices are decimal text in the store's currency, as typed."""

    id: str
    sku: str
    title: str
    brand: str
    model: str
    variant: str
    category: str
    identifier: str
    price: str
    condition: str
    purchased_on: str
    quantity: int = 1
    serial: str = ""
    warned_of: str = ""
    offer: LineOffer | None = None
    no_offer: str = ""
    booking_id: str = ""

    @property
    def is_described(self) -> bool:
        return bool(self.price and self.purchased_on and (self.serial or self.identifier == "none"))

    @property
    def is_decided(self) -> bool:
        return bool(self.no_offer) or (self.offer is not None and bool(self.offer.decision))

    @property
    def is_wanted(self) -> bool:
        return self.offer is not None and self.offer.decision == ACCEPTED


@dataclass(frozen=True, slots=True)
class Consent:
    """That the customer has read what the law wants read, and agreed: to exactly this (`covers`), how and when."""

    covers: str
    channel: str
    language: str
    at: datetime
    documents: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Payment:
    tender: str
    amount: str
    reference: str
    last_digits: str


@dataclass(frozen=True, slots=True)
class Draft:
    """`told`: a sentence's key for the next page, such as that a price has changed. `typed`: what was in a form that
    could not be read because the tablet had locked, by step; it is given back to `typed_by` only. `handed_over`: what
    the sale was when the customer's code was made, and how often they have changed its language since."""

    id: str
    partner_code: str
    mode: str
    store_id: str
    staff_id: str
    device_id: str
    status: str
    version: int
    created_at: datetime
    updated_at: datetime
    language: str
    lines: tuple[Line, ...] = ()
    receipt: str = ""
    customer: dict[str, str] | None = None
    consent_shown_at: datetime | None = None
    consent: Consent | None = None
    payment: Payment | None = None
    told: str = ""
    code: str = ""
    typed: dict[str, dict[str, str]] | None = None
    typed_by: str = ""
    handed_over: str = ""
    language_changes: int = 0

    def line(self, line_id: str) -> Line | None:
        return next((line for line in self.lines if line.id == line_id), None)

    def with_line(self, changed: Line) -> "Draft":
        """In its place, or at the end. What was agreed before no longer covers it."""
        known = self.line(changed.id) is not None
        lines = tuple(changed if line.id == changed.id else line for line in self.lines)
        return replace(self, lines=lines if known else (*lines, changed))

    def without_line(self, line_id: str) -> "Draft":
        return replace(self, lines=tuple(line for line in self.lines if line.id != line_id))

    @property
    def wanted(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.is_wanted)

    @property
    def due(self) -> Decimal:
        """What every cover that was chosen costs together, in the store's currency."""
        amounts = (line.offer.total_amount for line in self.wanted if line.offer is not None)
        return sum((Decimal(amount) for amount in amounts), Decimal(0))

    @property
    def is_paid(self) -> bool:
        """A payment for another choice, or before the price was another, pays for nothing."""
        return self.payment is not None and Decimal(self.payment.amount) == self.due

    @property
    def agreed_to(self) -> str:
        """What a consent has to cover: every offer, the products chosen of it, the language they are read in, and
        as a hash who agrees and for which pieces."""
        parts = [f"{line.offer.id}:{','.join(sorted(line.offer.quote_ids))}" for line in self.wanted if line.offer]
        known = self.customer or {}
        named = [known.get(name) or "" for name in PERSON]
        return " ".join((self.language, *parts, _hash([self.id, named, [line.serial for line in self.wanted]])))

    @property
    def read_as(self) -> str:
        """What the customer's code is for: exactly this sale, to exactly this customer."""
        return _hash([self.agreed_to, sorted((self.customer or {}).items())])

    @property
    def has_consent(self) -> bool:
        return self.consent is not None and self.consent.covers == self.agreed_to

    @property
    def is_changeable(self) -> bool:
        return self.status in CHANGEABLE

    @property
    def is_over(self) -> bool:
        return self.status in OVER


@dataclass(frozen=True, slots=True)
class Step:
    """`is_done`: whether the step after it may be opened."""

    name: str
    is_done: Callable[[Draft], bool]


STEPS = (
    Step("product", lambda draft: bool(draft.lines) and all(line.is_described for line in draft.lines)),
    Step("offer", lambda draft: bool(draft.wanted) and all(line.is_decided for line in draft.lines)),
    Step("customer", lambda draft: draft.customer is not None),
    Step("consent", lambda draft: draft.has_consent),
    Step("payment", lambda draft: draft.is_paid),
    Step("check", lambda draft: draft.status == SOLD),
)
STEP_NAMES = tuple(step.name for step in STEPS)


def first_open(draft: Draft) -> str:
    """Where the sale has got to."""
    return next((step.name for step in STEPS if not step.is_done(draft)), "done")


def may_open(draft: Draft, name: str) -> bool:
    return all(step.is_done(draft) for step in STEPS[: STEP_NAMES.index(name)])


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()
