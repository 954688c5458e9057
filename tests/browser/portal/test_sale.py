"""A whole sale on a tablet, with and without JavaScript: scanned, one tap for a plan, and the certificate."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from app.adapters.locales import said
from tests.browser.portal.counter import CAMERA, PHONE, Counter, imei

Works = Callable[..., Counter]
BOTH = pytest.mark.parametrize("js", [True, False], ids=["quick", "plain"])
MOST_TYPED = 4


@BOTH
def test_a_known_product_is_sold_with_four_typed_fields_and_nothing_of_it_stays_in_the_browser(
    works: Works, js: bool
) -> None:
    at = works(js=js)

    number = at.to_check()
    expect(at.page.get_by_text(number)).to_be_visible()
    at.confirms()

    assert len(at.typed) <= MOST_TYPED
    draft = at.draft
    assert (draft.status, draft.consent and draft.consent.channel) == ("sold", "paper")
    expect(at.page.get_by_text(draft.lines[0].booking_id)).to_be_visible()
    assert [at.page.request.get(url).status for url in at.certificates] == [200]
    assert at.stored() == [0, 0, 0, 0]
    assert {cookie["name"] for cookie in at.context.cookies()} == {"awning-device", "awning-session"}
    at.page.get_by_role("link", name=at.says("agreeing", "done.next")).click()
    expect(at.page.locator("main input:focus")).to_have_count(1)


def test_several_articles_are_answered_one_after_the_other_and_paid_together(works: Works) -> None:
    at = works()
    at.goes("/portal/").scans(PHONE)
    at.types("number", imei())
    at.taps(at.says("selling", "item.more"))
    at.arrives("product").scans(CAMERA)
    at.scans(f"SN-{uuid4().hex[:12]}", into="number")
    at.arrives("offer")

    at.answers()

    expect(at.page.locator("aside")).to_contain_text("Phone 5")
    expect(at.page.locator("aside")).to_contain_text("System camera C30")
    at.knows_customer()
    at.signs_on_paper()
    at.pays()
    at.confirms()
    bookings = [line.booking_id for line in at.draft.lines]
    assert len(set(bookings)) == 2 and all(bookings)
    for booking in bookings:
        expect(at.page.get_by_text(booking)).to_be_visible()


@BOTH
def test_no_is_one_tap_and_the_next_customer_another(works: Works, js: bool) -> None:
    at = works(js=js)
    at.described()

    at.no.click()

    at.arrives("declined")
    assert at.draft.status == "declined"
    at.page.get_by_role("link", name=at.says("offering", "declined.next")).click()
    expect(at.page.locator("main input:focus")).to_have_count(1)


@BOTH
def test_a_quote_is_opened_on_another_tablet_with_its_code(works: Works, js: bool) -> None:
    at, other = works(js=js), works(js=js)
    at.described()
    at.taps(at.says("offering", "offer.quote"))
    at.arrives("quote")
    code = at.draft.code
    expect(at.page.get_by_text(code, exact=True).first).to_be_visible()

    other.goes("/portal/quotes")
    other.types("code", code.lower().replace("-", " "))
    other.page.keyboard.press("Enter")

    other.arrives("offer")
    expect(other.page.get_by_text(said("offering", "en")("told.quote_back"))).to_be_visible()
    other.answers()
    assert other.draft.id == at.draft.id
