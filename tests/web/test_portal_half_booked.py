"""A sale that stopped while it was booked keeps what is booked, and can only be brought to its end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.adapters.tables import bookings
from app.domain.drafts import BOOKING, DECLINED, OPEN, SOLD, Draft
from app.domain.portal_errors import DraftChanged, PortalRefused
from app.services.add_item import remove_item
from app.services.choose_cover import NO, choose_again, choose_cover
from app.services.complete_sale import complete_sale
from app.services.decline_sale import decline_sale
from app.services.keep_quote import keep_quote
from app.services.make_offers import make_offers
from app.web.portal.consenting import shop_of
from tests.associate import At, tablet
from tests.begun_sale import Sale, chosen, sale_at
from tests.partner import Partner
from tests.services.test_complete_sale import register_of
from tests.web.test_portal_consent import end_price

TO_DO = "/portal/to-do"


@pytest.fixture
def at(northwind: Partner) -> At:
    return tablet(northwind.app)


def booked(sale: Sale) -> list[str]:
    query = select(bookings.c.id).where(bookings.c.offer_id.in_(sale.offer_ids()))
    with sale.at.platform.database.reading() as connection:
        return list(connection.scalars(query))


def stopped(at: At, status: str = BOOKING, articles: int = 1) -> Sale:
    """Booked, and interrupted before the sale could note it."""
    sale = sale_at(at, "check", articles)
    complete_sale(sale.desk(), register_of(at), replace(sale.draft, status=BOOKING))
    sale.keep(replace(sale.draft, status=status))
    return sale


@pytest.mark.parametrize("status", [BOOKING, OPEN])
def test_it_is_found_and_finished_with_the_booking_it_has(at: At, status: str) -> None:
    sale = stopped(at, status, articles=2)
    ids = booked(sale)
    assert sale.url("check") in at.get(TO_DO).links

    page = at.get(sale.url("check"))
    assert "stopped half-way" in page.text
    assert at.post(sale.url("check")).location == sale.url("done")

    assert sale.draft.status == SOLD
    assert sorted(line.booking_id for line in sale.draft.lines) == sorted(ids) == sorted(booked(sale))


def test_a_sale_that_was_claimed_and_not_booked_is_found_too(at: At) -> None:
    sale = sale_at(at, "check")
    sale.keep(replace(sale.draft, status=BOOKING))

    assert sale.url("check") in at.get(TO_DO).links
    assert at.post(sale.url("check")).location == sale.url("done")
    assert len(booked(sale)) == 1


@pytest.mark.parametrize("step", ["product", "offer", "customer", "consent", "payment", "done"])
def test_while_it_is_booked_every_step_leads_to_the_check(at: At, step: str) -> None:
    sale = sale_at(at, "check")
    form = at.get(sale.url("payment")).form(sale.url("payment"))
    sale.keep(replace(sale.draft, status=BOOKING))
    before = sale.draft.version

    found = at.get(sale.url(step))

    assert found.location == sale.url("check")
    assert at.post(sale.url("payment"), form=form).location == sale.url("check")
    assert sale.draft.version == before


def test_what_is_booked_is_not_chosen_again_taken_out_or_declined(at: At) -> None:
    sale = stopped(at, OPEN)
    draft, desk = sale.draft, sale.desk()
    line = draft.lines[0]
    assert line.offer is not None
    asked_again = draft.with_line(replace(line, offer=replace(line.offer, decision="", quote_ids=())))

    for change in (
        lambda: choose_again(desk, draft, line.id),
        lambda: choose_cover(desk, asked_again, line.id, "plans", NO),
        lambda: remove_item(desk.store, draft, line.id),
        lambda: decline_sale(desk, draft, "tablet"),
        lambda: keep_quote(desk, draft),
    ):
        with pytest.raises(PortalRefused) as refused:
            change()
        assert refused.value.key == "half_booked"


def test_the_pages_lead_to_the_check(at: At) -> None:
    sale = stopped(at, OPEN)
    line = sale.draft.lines[0]
    form = next(one for one in at.get(sale.url("offer")).forms if one.fields.get("line"))
    item = f"/portal/sales/{sale.id}/items/{line.id}"

    assert at.post(sale.url("offer"), form=form, answer="again").location == sale.url("check")
    assert at.post(item, price="560", then="cover").location == sale.url("check")
    assert sale.draft.lines == (line,) and sale.draft.status == OPEN


def test_a_price_that_ended_and_another_language_make_no_new_offer_for_it(at: At) -> None:
    sale = stopped(at, OPEN)
    end_price(sale)
    before = sale.offer_ids()

    assert at.get(sale.url("offer")).status == 200
    with at.app.test_request_context():
        german = replace(sale.draft, language="de")
        again: Draft = make_offers(shop_of(german, at.store, datetime.now(UTC) + timedelta(days=60)), german)

    assert sale.offer_ids() == before == [line.offer.id for line in again.lines if line.offer]
    assert at.post(sale.url("check")).location == sale.url("done")


def test_a_change_on_another_tablet_loses_before_anything_is_booked_or_wins(at: At) -> None:
    sale, other = sale_at(at, "check"), at.beside()
    line = sale.draft.lines[0]
    confirm = at.get(sale.url("check")).form(sale.url("check"))
    offer = other.get(sale.url("offer"))
    again = next(one for one in offer.forms if one.fields.get("line") == line.id)

    assert other.post(sale.url("offer"), form=again, answer="again").status == 303
    refused = at.post(sale.url("check"), form=confirm)

    assert sale.draft.status == OPEN and not sale.draft.wanted and refused.status == 422
    assert "changed on another tablet" in refused.text
    assert at.platform.store_of("NWIND", "live").offer_on_file(line.offer.id).booking_id is None  # type: ignore[union-attr]


def test_the_claim_moves_the_version_so_that_others_come_too_late(at: At) -> None:
    sale = sale_at(at, "check")
    seen = sale.draft
    at.post(sale.url("check"))

    assert sale.draft.status == SOLD
    with pytest.raises(DraftChanged):
        at.platform.drafts.change(replace(seen, status=DECLINED))


def test_what_cannot_be_booked_is_given_back_to_be_mended(at: At) -> None:
    sale = sale_at(at, "check", articles=2)
    first, second = sale.draft.lines
    one = replace(sale.draft, lines=(first,))
    one = replace(one, payment=replace(one.payment, amount=str(one.due)))  # type: ignore[type-var]
    one = replace(one, consent=replace(one.consent, covers=one.agreed_to))  # type: ignore[type-var]
    complete_sale(sale.desk(), register_of(at), replace(one, status=BOOKING))
    end_price(sale)
    sale.keep(replace(sale.draft, status=BOOKING))

    assert at.post(sale.url("check")).location == sale.url("offer")
    assert at.get(sale.url("offer")).status == 200

    draft = sale.draft
    kept, renewed = draft.lines
    assert draft.status == OPEN and kept.offer == replace(first.offer, expires_at=kept.offer.expires_at)  # type: ignore
    assert renewed.offer is not None and second.offer is not None and renewed.offer.id != second.offer.id
    assert chosen(sale.desk(), draft, renewed.id).line(renewed.id).is_wanted  # type: ignore[union-attr]


def test_another_plan_needs_another_payment(at: At) -> None:
    sale = sale_at(at, "check")
    again = next(one for one in at.get(sale.url("offer")).forms if one.fields.get("line"))

    at.post(sale.url("offer"), form=again, answer="again")

    assert sale.draft.payment is None
