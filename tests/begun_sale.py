"""A sale at the counter that has got somewhere, without its pages: articles, offers, what was chosen, by whom.

sale = sale_at(tablet(app), "consent")       # up to this step: consent, payment, check or done
sale.draft                                   # as it is now
sale.url("payment")
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import uuid4

from app.adapters.drafts import Ask, Seller, Sent, begun
from app.domain.counter_total import total_of
from app.domain.drafts import Draft, Line, Payment
from app.services.booking_desk import BookingDesk
from app.services.choose_cover import NO, choose_cover, questions_of
from app.services.make_offers import make_offers
from app.services.record_consent import record_consent
from app.web.api.desk import desk_for
from app.web.portal.consenting import shop_of
from tests.associate import At

CUSTOMER = {"first_name": "Ana", "last_name": "Costa", "email": "ana.costa@example.org", "phone": "+442079460000"}
PHONE = ("NW-PH-5", "Phone 5", "549")


@dataclass(frozen=True)
class Sale:
    at: At
    id: str

    @property
    def draft(self) -> Draft:
        found = self.at.platform.drafts.by_id(self.id)
        assert found is not None
        return found

    def url(self, step: str) -> str:
        return f"/portal/sales/{self.id}/{step}"

    def offer_ids(self) -> list[str]:
        return [line.offer.id for line in self.draft.wanted if line.offer]

    def desk(self) -> BookingDesk:
        with self.at.app.test_request_context():
            return desk_for(self.draft.partner_code, self.draft.mode, "staff:test", datetime.now(UTC))

    def keep(self, draft: Draft) -> None:
        self.at.platform.drafts.change(replace(draft, version=self.draft.version))


def sale_at(at: At, step: str = "consent", articles: int = 1, language: str = "en") -> Sale:
    sale = Sale(at, str(uuid4()))
    mode = "trng" if at.session.is_training else "live"
    assert at.device is not None
    owner = Seller(at.store.partner_code, mode, at.store.id, at.staff.id, at.device.id)
    now = datetime.now(UTC)
    draft = replace(begun(sale.id, owner, language, now), lines=tuple(_line() for _ in range(articles)))
    at.platform.drafts.begin(draft)
    with at.app.test_request_context():
        draft = make_offers(shop_of(draft, at.store, now), draft)
        for line in draft.lines:
            draft = chosen(sale.desk(), draft, line.id)
    draft = replace(draft, customer=dict(CUSTOMER), receipt="R-1001")
    asks = tuple(Ask(line.id, line.offer.id) for line in draft.lines if line.offer)
    at.platform.drafts.commit(draft, Sent(1, uuid4().hex), "", asks)
    if step in ("payment", "check"):
        consented = record_consent(sale.desk(), replace(draft, consent_shown_at=now), "paper", ())
        paid = Payment("card", str(total_of(draft, at.store.currency).amount), "REF-77", "4242")
        sale.keep(replace(consented, payment=paid if step == "check" else None))
    return sale


def chosen(desk: BookingDesk, draft: Draft, line_id: str) -> Draft:
    """The first product that is offered, as the customer would say it, and no to everything after it."""
    answer = ""
    while True:
        line = draft.line(line_id)
        assert line is not None and line.offer is not None, line
        _, groups = questions_of(desk, line)
        if not groups:
            return draft
        answer = NO if answer else groups[0].quote_ids[0]
        draft = choose_cover(desk, draft, line_id, groups[0].slug, answer)


def _line() -> Line:
    sku, title, price = PHONE
    today = datetime.now(UTC).date().isoformat()
    return Line(
        id=str(uuid4()),
        sku=sku,
        title=title,
        brand="Northwind",
        model="P5",
        variant="128 GB",
        category="electronics/phones",
        identifier="imei",
        price=price,
        condition="new",
        purchased_on=today,
        serial="490154203237518",
    )
