"""What a store has sold, as tests of what comes after a sale need it: made by the use cases, without their pages."""

import random
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import uuid4

from sqlalchemy import update

from app.adapters.counter_sales import CounterSale, CounterSales
from app.adapters.drafts import Ask, Seller, Sent, begun
from app.adapters.tables import outbox
from app.domain.bookings import Booking
from app.domain.counter_choice import open_groups
from app.domain.drafts import Consent, Draft, Line, LineOffer, Payment
from app.domain.sale_search import search_keys
from app.services.booking_desk import BookingDesk
from app.services.choose_cover import NO, choose_cover, questions_of
from app.services.complete_sale import Register, claimed, complete_sale
from app.services.create_offer import Desk
from app.services.make_offers import Shop, make_offers
from app.services.record_consent import record_consent
from app.web.api.desk import desk_for
from app.web.api.offer_presenter import offer_json
from tests.associate import At

ANA = {"first_name": "Ana Maria", "last_name": "Costa", "email": "ana@home.example", "phone": "+44 113 496 0001"}
WRONG, RIGHT = "ana@hom.example", "ana@home.example"
_numbers = count(1)
Choose = Callable[[Draft], Draft]


@dataclass(frozen=True)
class Sold:
    """A finished sale and the booking of its only line."""

    at: At
    draft: Draft
    booking_id: str

    @property
    def url(self) -> str:
        return f"/portal/bookings/{self.booking_id}"

    @property
    def booking(self) -> Booking:
        return self.sale.booking

    @property
    def sale(self) -> CounterSale:
        found = CounterSales(self.at.platform.database, self.at.store.partner_code, self.draft.mode, None)
        sale = found.sale(self.booking_id)
        assert sale is not None
        return sale

    @property
    def line(self) -> Line:
        draft = self.at.platform.drafts.by_id(self.draft.id)
        assert draft is not None
        return draft.lines[0]


def imei() -> str:
    """A new one each time, with the right last figure."""
    body = f"35{random.randrange(10**11, 10**12)}"[:14].ljust(14, "7")
    doubled = [int(sign) * (2 if place % 2 else 1) for place, sign in enumerate(body)]
    return f"{body}{-sum(digit // 10 + digit % 10 for digit in doubled) % 10}"


def sold(at: At, covers: int = 1, now: datetime | None = None, **wishes: Any) -> Sold:
    """`wishes`: customer, serial, price, sku and so on of the line, tender, receipt, mode."""
    with counter_desk(at, now, wishes.get("mode")) as desk:
        draft = _offered(at, desk, wishes)
        draft = _chosen(desk, draft, covers)
        draft = replace(draft, customer=dict(wishes.get("customer", ANA)), consent_shown_at=desk.now)
        if wishes.get("has_consent", True):
            draft = record_consent(desk, draft, "tablet", ({"name": "wording", "version": "1", "hash": "0" * 64},))
        else:
            draft = replace(draft, consent=Consent(draft.agreed_to, "tablet", draft.language, desk.now, ()))
        draft = replace(draft, payment=Payment(wishes.get("tender", "card"), str(draft.due), "TILL-7", "4242"))
        _noted(at, draft)
        register = Register(at.store, at.staff, None, _shop(at, desk).counter)
        if wishes.get("is_stopped"):
            complete_sale(desk, register, claimed(register, draft, desk.now))
            return Sold(at, draft, "")
        draft = complete_sale(desk, register, claimed(register, draft, desk.now))
    draft = _kept(at, draft)
    return Sold(at, draft, draft.lines[0].booking_id)


def asked(at: At, answer: str = "", now: datetime | None = None, **wishes: Any) -> Draft:
    """A customer who was asked and did not buy: with `answer` "no" one who said not today."""
    with counter_desk(at, now, wishes.get("mode")) as desk:
        draft = _offered(at, desk, wishes)
        if answer == NO:
            _, groups = questions_of(desk, draft.lines[0])
            draft = choose_cover(desk, draft, draft.lines[0].id, groups[0].slug, NO)
        elif answer == "quote":
            draft = replace(draft, status="quoted", code=f"ABCD-{next(_numbers):04d}"[:12])
        _noted(at, draft)
    return _kept(at, draft)


def returned(at: At, **customer: str) -> Sold:
    """A sale whose certificate came back."""
    made = sold(at, customer={**ANA, "email": WRONG, **customer})
    with at.platform.database.writing() as connection:
        parked = update(outbox).where(outbox.c.booking_id == made.booking_id)
        connection.execute(parked.values(status="parked", finished_at=datetime.now(UTC)))
    return made


@contextmanager
def counter_desk(at: At, now: datetime | None = None, mode: str | None = None) -> Any:
    with at.app.test_request_context():
        code = at.store.partner_code
        yield desk_for(code, mode or _mode(at), f"staff:{at.staff.id}", now or datetime.now(UTC))


def _mode(at: At) -> str:
    return "trng" if at.session.is_training else "live"


def _offered(at: At, desk: BookingDesk, wishes: dict[str, Any]) -> Draft:
    device_id = at.device.id if at.device else ""
    seller = Seller(at.store.partner_code, desk.store.mode, at.store.id, at.staff.id, device_id)
    draft = begun(str(uuid4()), seller, "en", desk.now)
    draft = replace(draft, lines=(_line(desk, wishes),), receipt=wishes.get("receipt", f"R-{uuid4().hex[:8]}"))
    at.platform.drafts.begin(draft)
    return make_offers(_shop(at, desk), draft)


def _line(desk: BookingDesk, wishes: dict[str, Any]) -> Line:
    known = {
        "id": str(uuid4()),
        "sku": "NW-PH-5",
        "title": "Phone 5",
        "brand": "Northwind",
        "model": "P5",
        "variant": "128 GB",
        "category": "electronics/phones",
        "identifier": "imei",
        "price": "549",
        "condition": "new",
        "purchased_on": desk.now.date().isoformat(),
        "serial": imei(),
    }
    return Line(**{name: wishes.get(name, value) for name, value in known.items()})


def _shop(at: At, desk: BookingDesk) -> Shop:
    platform = at.platform
    catalog, url = platform.shelf.catalog(at.store.partner_code), platform.settings.url
    own = Desk(
        catalog=catalog,
        store=platform.store_of(at.store.partner_code, desk.store.mode),
        now=desk.now,
        new_offer_id=desk.new_id,
        new_id=lambda: str(uuid4()),
        chance=random.random,
        document_url=lambda path: f"{url}/documents/{catalog.release_id}/{path}",
    )
    assert catalog.counter is not None
    return Shop(own, catalog.counter, at.store, lambda offer: offer_json(offer, url, frozenset()))


def _chosen(desk: BookingDesk, draft: Draft, covers: int) -> Draft:
    """The first of each group until there are enough; no to the rest."""
    line_id = draft.lines[0].id
    while True:
        line = draft.lines[0]
        shown, groups = questions_of(desk, line)
        if not groups:
            return draft
        assert line.offer is not None
        assert open_groups(shown, line.offer.quote_ids, line.offer.refused) == groups
        answer = groups[0].quote_ids[0] if len(line.offer.quote_ids) < covers else NO
        draft = choose_cover(desk, draft, line_id, groups[0].slug, answer)


def _noted(at: At, draft: Draft) -> None:
    """That the customer was asked, and what the sale is found by: as the pages write it."""
    offer = draft.lines[0].offer
    assert offer is not None, draft.lines[0].no_offer
    stored = at.platform.drafts.by_id(draft.id)
    assert stored is not None
    ask = Ask(draft.lines[0].id, offer.id, _keys(draft))
    sent = Sent(stored.version, uuid4().hex[:16])
    at.platform.drafts.commit(replace(draft, version=stored.version), sent, "/", (ask,))


def _keys(draft: Draft) -> tuple[tuple[str, str], ...]:
    customer = draft.customer or {}
    name = " ".join(customer.get(part) or "" for part in ("first_name", "last_name"))
    return (
        *search_keys("serial", draft.lines[0].serial),
        *search_keys("receipt", draft.receipt),
        *search_keys("phone", customer.get("phone") or ""),
        *search_keys("person", name, customer.get("postcode") or ""),
    )


def _kept(at: At, draft: Draft) -> Draft:
    stored = at.platform.drafts.by_id(draft.id)
    assert stored is not None
    at.platform.drafts.change(replace(draft, version=stored.version))
    found = at.platform.drafts.by_id(draft.id)
    assert found is not None
    return found


def with_quote_until(draft: Draft, ends: datetime) -> Draft:
    offer = draft.lines[0].offer
    assert isinstance(offer, LineOffer)
    return draft.with_line(replace(draft.lines[0], offer=replace(offer, expires_at=ends)))
