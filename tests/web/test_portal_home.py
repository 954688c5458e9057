"""Where a day at the counter begins."""

import pytest

from tests.associate import At, tablet
from tests.basket import PHONE, PHONE_GTIN, begun, drafts_of
from tests.counter_sales import sold
from tests.partner import Partner

DATABASES = ("sqlite",)


@pytest.fixture
def at(northwind: Partner) -> At:
    return tablet(northwind.app, subsidiary="NORTHWIND-UK")


def test_a_scan_begins_a_sale_and_asks_for_the_number_at_once(at: At) -> None:
    page = at.follow(at.post("/portal/", code=PHONE_GTIN))

    assert page.heading == "Phone 5"
    assert page.form(page.answer.request.path).fields["price"] == "549"


def test_three_taps_begin_one_sale_with_one_article(at: At) -> None:
    form = at.get("/portal/").form("/portal/")

    led = {at.post("/portal/", form=form, code=PHONE).location for _ in range(3)}

    assert len(led) == 1
    [draft] = drafts_of(at)
    assert [line.sku for line in draft.lines] == [PHONE]


def test_an_empty_scan_says_what_is_missing(at: At) -> None:
    page = at.post("/portal/", code="")

    assert page.status == 422 and "Please fill this in" in page.text


def test_a_sale_of_another_store_cannot_be_begun_again_by_its_id(at: At) -> None:
    begun(at)
    other = at.elsewhere()

    page = other.post("/portal/", code=PHONE, sale=drafts_of(at)[0].id)

    assert page.status == 404


def test_an_open_sale_goes_on_from_the_start_page(at: At) -> None:
    path = begun(at)

    page = at.beside().get("/portal/")

    assert "Phone 5" in page.text and at.staff.name in page.text
    assert path.split("/items/")[0] + "/product" in page.links


def test_training_mode_is_entered_and_left_from_the_start_page(at: At) -> None:
    begun(at)
    entered = at.follow(at.post("/portal/training", on="/portal/", fields={"on": "1"}))

    assert "You are in training mode" in entered.text and "Sales to go on with" not in entered.text
    left = at.follow(at.post("/portal/training", on="/portal/", fields={"on": "0"}))
    assert "You are in training mode" not in left.text


def test_at_a_desk_the_start_page_leads_to_what_can_be_done_there(at: At) -> None:
    boss = at.desk("manager")

    assert "Sales are made on a tablet" in boss.get("/portal/").text
    assert boss.send("/portal/", {"code": PHONE}).status == 403


def test_who_may_only_read_is_not_told_of_changing_sales(at: At) -> None:
    assert "change it or cancel it" in at.desk("manager").get("/portal/").text

    start = at.desk("auditor").get("/portal/").text

    assert "Find a sale and read its evidence." in start and "cancel it" not in start


def test_the_servers_own_page_leads_to_the_portal(at: At) -> None:
    assert "/portal/" in at.get("/").links


def test_typing_keeps_the_tablet_awake(at: At) -> None:
    assert at.send("/portal/awake", {}).status == 204


def test_what_was_asked_and_sold_today_is_counted_in_words_for_every_number(at: At) -> None:
    sold(at)

    assert "Asked today: 1 · Sold: 1" in at.get("/portal/").text
