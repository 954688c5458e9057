"""An article is described: what is asked back once, and what a change does to the offer that was made."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.domain.drafts import Draft, Line, LineOffer, Payment
from app.domain.money import currency
from app.domain.portal_errors import NotHere, PortalRefused
from app.services.describe_item import Checks, Description, EarlierCover, describe_item
from app.services.eligible_items import COVERED, KIND, Eligibility

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
POUNDS = currency("GBP")
OFFER = LineOffer("offer", NOW, None, "en")
LINE = Line("one", "P5", "Phone 5", "", "", "", "electronics/phones", "imei", "549", "new", "2026-11-21")
SAID = Description("490154203237518", POUNDS.money(549), date(2026, 11, 21), "new", "R-1")
LOW = Eligibility("not", "price_low", POUNDS.money(10))


def draft(*lines: Line) -> Draft:
    return Draft("sale", "NWIND", "live", "store", "staff", "tablet", "open", 1, NOW, NOW, "en", lines)


class Nothing:
    """A store in which nothing was ever offered."""

    def offer_on_file(self, offer_id: str) -> None:
        return None


def checks(stands: Eligibility = COVERED, covered: EarlierCover | None = None) -> Checks:
    return Checks(lambda line: stands, lambda serial: covered, frozenset({"new", "used"}), Nothing())


def test_what_was_said_stands_with_the_article_and_the_sale() -> None:
    changed = describe_item(checks(), draft(LINE), "one", SAID)

    assert changed.lines[0].serial == SAID.number and changed.receipt == "R-1"
    assert changed.lines[0].is_described


@pytest.mark.parametrize(
    "change", [{"price": POUNDS.money(500)}, {"condition": "used"}, {"purchased_on": date(2026, 11, 1)}]
)
def test_another_price_day_or_condition_drops_the_offer_and_what_was_paid(change: dict[str, object]) -> None:
    before = replace(draft(replace(LINE, offer=OFFER)), payment=Payment("cash", "9.00", "", ""))

    changed = describe_item(checks(), before, "one", replace(SAID, **change))

    assert changed.lines[0].offer is None and changed.payment is None


def test_another_number_keeps_the_offer() -> None:
    before = draft(replace(LINE, offer=OFFER, serial="356938035643809"))

    assert describe_item(checks(), before, "one", SAID).lines[0].offer == OFFER


def test_a_price_outside_the_plans_is_asked_back_once() -> None:
    with pytest.raises(PortalRefused) as refused:
        describe_item(checks(LOW), draft(LINE), "one", SAID)
    without = describe_item(checks(LOW), draft(LINE), "one", replace(SAID, goes_without=True))

    assert (refused.value.key, refused.value.field) == ("price_low", "price")
    assert without.lines[0].no_offer == "price"
    assert describe_item(checks(LOW), without, "one", SAID) == without


def test_a_right_price_brings_an_article_without_cover_back() -> None:
    without = draft(replace(LINE, no_offer="price", price="5"))

    assert describe_item(checks(), without, "one", SAID).lines[0].no_offer == ""


def test_an_article_of_a_kind_without_a_plan_is_described_all_the_same() -> None:
    assert describe_item(checks(KIND), draft(LINE), "one", SAID).lines[0].is_described


def test_a_piece_with_cover_is_sold_again_only_by_somebody_who_read_that_it_has() -> None:
    earlier = EarlierCover("ABCDE-FGHJK-INS", NOW)

    with pytest.raises(PortalRefused) as refused:
        describe_item(checks(covered=earlier), draft(LINE), "one", SAID)
    with pytest.raises(PortalRefused):
        describe_item(checks(covered=earlier), draft(LINE), "one", replace(SAID, sells_again="356938035643809"))
    again = describe_item(checks(covered=earlier), draft(LINE), "one", replace(SAID, sells_again=SAID.number))

    assert (refused.value.key, refused.value.values["booking"]) == ("covered_until", "ABCDE-FGHJK-INS")
    assert again.lines[0].warned_of == SAID.number
    assert describe_item(checks(covered=earlier), again, "one", SAID).lines == again.lines


def test_one_piece_is_not_sold_twice_in_a_sale() -> None:
    other = replace(LINE, id="two", serial=SAID.number)

    with pytest.raises(PortalRefused) as refused:
        describe_item(checks(), draft(LINE, other), "one", SAID)

    assert refused.value.key == "number_twice"


def test_a_condition_nobody_offers_is_refused() -> None:
    with pytest.raises(PortalRefused):
        describe_item(checks(), draft(LINE), "one", replace(SAID, condition="haunted"))


def test_an_article_that_left_the_basket_is_not_there() -> None:
    with pytest.raises(NotHere):
        describe_item(checks(), draft(), "one", SAID)


@pytest.mark.parametrize("price, is_asked", [(99999, True), (274, True), (274.5, False), (1098, False), (1099, True)])
def test_a_price_far_from_the_list_price_is_asked_back_once(price: float, is_asked: bool) -> None:
    listing = replace(checks(), listed=lambda line: POUNDS.money(549))
    said = replace(SAID, price=POUNDS.money(price))

    if is_asked:
        with pytest.raises(PortalRefused) as refused:
            describe_item(listing, draft(LINE), "one", said)
        assert (refused.value.key, refused.value.values["listed"]) == ("price_unlike", POUNDS.money(549))
        said = replace(said, keeps_price=str(price))
    kept = describe_item(listing, draft(LINE), "one", said)

    assert float(kept.lines[0].price) == price
    assert describe_item(listing, kept, "one", replace(said, keeps_price="")) == kept


def test_cover_another_store_sold_is_told_without_its_booking() -> None:
    with pytest.raises(PortalRefused) as refused:
        describe_item(checks(covered=EarlierCover("", NOW)), draft(LINE), "one", SAID)

    assert refused.value.key == "covered_until_elsewhere"
