"""The end of a sale: every chosen offer becomes a booking, once, however often the button is tapped.

First the sale is claimed: from then on it stays as it is, and who changes it at the same moment comes too late.
An offer has one booking at most; whoever comes second finds the first one's and goes on with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.catalog.counter import Counter
from app.domain.drafts import BOOKING, SOLD, Draft, Line, first_open
from app.domain.errors import OfferNotBookable
from app.domain.modes import TRAINING
from app.domain.people import RetailStore, Staff
from app.domain.portal_errors import DraftEnded, PortalRefused
from app.services.booked_lines import booking_of
from app.services.booking_desk import BookingDesk
from app.services.confirm_offer import Confirmation, confirm_offer
from app.services.show_cover import check_training


@dataclass(frozen=True, slots=True)
class Register:
    """Where the sale is made, by whom, which provider a way of paying goes through, and what the law asks there."""

    store: RetailStore
    staff: Staff
    provider: str | None
    counter: Counter


def claimed(register: Register, draft: Draft, now: datetime) -> Draft:
    """To be kept before anything is booked. The caller gives it back when it cannot be booked."""
    if draft.status in (BOOKING, SOLD):
        return draft
    if not draft.is_changeable:
        raise DraftEnded()
    _check(register, draft)
    return replace(draft, status=BOOKING, updated_at=now)


def complete_sale(desk: BookingDesk, register: Register, draft: Draft) -> Draft:
    """The sold draft. Raises OfferNotBookable when a price has ended: the caller offers again and asks again."""
    if draft.status == SOLD:
        return draft
    if draft.status != BOOKING:
        raise DraftEnded()
    _check(register, draft)
    lines = tuple(_booked(desk, register, draft, line) if line.is_wanted else line for line in draft.lines)
    return replace(draft, lines=lines, status=SOLD, updated_at=desk.now)


def _check(register: Register, draft: Draft) -> None:
    check_training(register.counter, register.store, register.staff, draft.mode == TRAINING)
    if first_open(draft) != "check":
        raise PortalRefused("step_missing")


def _booked(desk: BookingDesk, register: Register, draft: Draft, line: Line) -> Line:
    assert line.offer is not None
    offer_id = line.offer.id
    known = booking_of(desk.store, line)
    if known is None:
        asked = Confirmation(offer_id, _body(register, draft, line), None, rejects_broken_rules=True)
        try:
            known = confirm_offer(desk, asked, lambda booking, failures, broken: booking.id.encode()).decode()
        except OfferNotBookable:
            # Another tablet was a moment faster, or the price has ended.
            known = booking_of(desk.store, line)
            if known is None:
                raise
    return replace(line, booking_id=known)


def _body(register: Register, draft: Draft, line: Line) -> dict[str, Any]:
    payment, customer, store = draft.payment, draft.customer, register.store
    assert payment is not None and customer is not None and line.offer is not None
    return {
        "quotes": [{"id": quote_id} for quote_id in line.offer.quote_ids],
        "policyholder": _policyholder(customer, store),
        "partner_transaction_id": draft.receipt or payment.reference,
        "payment_details": {"provider": register.provider, "transaction_id": payment.reference},
        "booking_agent": {
            "channel": "store",
            "store": store.code,
            "staff_id": register.staff.id,
            "tender": payment.tender,
            "last_digits": payment.last_digits or None,
        },
    }


def _policyholder(customer: Mapping[str, str], store: RetailStore) -> dict[str, Any]:
    own = {name: value or None for name, value in customer.items()}
    return {"email": None, "phone": None, **own, "country": own.get("country") or store.country}
