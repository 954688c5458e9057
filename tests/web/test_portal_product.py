"""A basket at the counter: articles are looked for, typed in and described; and on to the offers."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from tests.associate import At, tablet
from tests.basket import (
    CABLE,
    IMEI,
    OTHER_IMEI,
    PHONE,
    TABLET,
    WITH_VERSION,
    WRONG_IMEI,
    act,
    begun,
    described,
    drafts_of,
    new_imei,
    product_path,
)
from tests.counter_sales import sold
from tests.markup import Form, Page
from tests.partner import Partner, with_key

DATABASES = ("sqlite",)

CARD = "4111111111111111"


@pytest.fixture
def at(northwind: Partner) -> At:
    return tablet(northwind.app, subsidiary="NORTHWIND-UK")


def book(at: At, offer_id: str) -> str:
    """The offer is bought, as at the end of a sale."""
    client = with_key(at.app, "NWIND", "live")
    offer = client.get(f"offers/{offer_id}/").json
    answer = client.confirm({"id": offer_id, **offer})
    assert answer.status_code in (200, 201), answer.text
    found: str = answer.json["id"]
    return found


def scanning(page: Page) -> Form:
    return next(form for form in page.forms if "code" in form.names)


def test_words_lead_to_what_is_found_with_what_can_be_covered(at: At) -> None:
    page = at.post("/portal/", code="phone 5")

    assert page.status == 200
    assert "Phone 5 Plus" in page.text and "Cover available" in page.text


def test_what_is_looked_for_stands_in_no_address(at: At) -> None:
    begun = at.htmx.post("/portal/", code="phone 5")
    basket = scanning(begun).action
    again = at.htmx.post(basket, code="tablet 11")

    assert begun.answer.headers["HX-Push-Url"] == basket
    assert again.answer.headers["HX-Push-Url"] == "false"
    assert "Tablet 11" in again.text
    for page in (begun, again):
        assert all("?" not in form.action for form in page.forms)
    assert "Tablet 11" not in at.get(f"{basket}?q=tablet").text


def test_what_was_found_from_the_start_is_added_and_the_same_page_sent_again_is_the_same_sale(at: At) -> None:
    start = at.get("/portal/").form("/portal/")
    found = at.post("/portal/", form=start, code="cable")
    form = scanning(found)
    added = at.post(form.action, form=form, fields={"do": "add", "code": None}, sku=CABLE)
    back = at.post("/portal/", form=start, code="cable")

    assert added.status == 303
    assert [line.sku for line in drafts_of(at)[0].lines] == [CABLE]
    assert any(added.location in link for link in back.links)


def test_the_same_button_twice_adds_one_article_and_another_button_another(at: At) -> None:
    path = product_path(at)
    form = at.post(path, code="cable").form(path)
    send = {"do": "add", "code": None}

    first = at.post(path, form=form, fields=send, sku=CABLE)
    again = at.post(path, form=form, fields=send, sku=CABLE)

    assert first.location == again.location
    assert [line.sku for line in drafts_of(at)[0].lines] == [PHONE, CABLE]


def test_nothing_found_says_what_to_try_and_takes_the_article_by_hand(at: At) -> None:
    path = product_path(at)
    nothing = at.post(path, code="hovercraft")
    written = act(at, path, "write", title="Hover phone", category="electronics/phones", price="1,299.00")

    assert "Nothing found for" in nothing.text and "Try fewer words" in nothing.text
    assert at.follow(written).heading == "Hover phone"
    line = drafts_of(at)[0].lines[-1]
    assert (line.price, line.identifier) == ("1299", "imei")


def test_what_is_typed_in_by_hand_has_a_name_a_kind_and_a_price(at: At) -> None:
    page = act(at, product_path(at), "write", title="", category="", price="many")

    assert page.status == 422 and "A price looks like" in page.text


def test_a_wrong_check_digit_is_said_and_what_was_typed_stays(at: At) -> None:
    page = described(at, begun(at), number=WRONG_IMEI, receipt="R-1")

    fields = page.form(page.answer.request.path).fields
    assert page.status == 422 and "One digit of this IMEI is wrong" in page.text
    assert (fields["number"], fields["receipt"]) == (WRONG_IMEI, "R-1")


def test_a_described_article_leads_to_its_offer_and_the_customer_counts_as_asked(at: At) -> None:
    page = described(at, begun(at), receipt="R-77")

    assert page.location.endswith("/offer")
    line = drafts_of(at)[0].lines[0]
    assert line.serial == IMEI and line.offer is not None


@pytest.mark.parametrize("field", ["number", "price", "receipt", "purchased_on"])
def test_a_card_number_is_refused_in_every_field_and_not_shown_again(at: At, field: str) -> None:
    page = described(at, begun(at), **{field: CARD})

    assert page.status == 422
    assert CARD not in page.html


@pytest.mark.parametrize("do, field", [("scan", "code"), ("add", "sku"), ("write", "title"), ("write", "price")])
def test_a_card_number_is_refused_in_the_basket_too(at: At, do: str, field: str) -> None:
    page = at.post(product_path(at), fields={"do": do, field: CARD})

    assert page.status == 422
    assert CARD not in page.html


def test_a_card_number_in_the_address_is_not_shown(at: At) -> None:
    path = product_path(at)

    assert CARD not in at.get(f"{path}?code={CARD}").html


def test_the_sixteen_digits_of_a_phones_menu_are_explained(at: At) -> None:
    page = described(at, begun(at), number=WITH_VERSION)

    assert page.status == 422 and "16 digits" in page.text


def test_a_serial_field_holds_no_imei_shaped_card_number(at: At) -> None:
    page = described(at, begun(at, TABLET), number=IMEI)

    assert page.status == 422 and IMEI not in page.html


def test_a_price_no_cover_is_sold_at_is_asked_back_and_the_sale_goes_on_without(at: At) -> None:
    path = begun(at)
    asked = described(at, path, price="3.50")
    without = at.post(path, form=asked.form(path), without="1")

    assert asked.status == 422 and "Cover for this product starts at £" in asked.text
    assert asked.form(path).fields["price"] == "3.50"
    assert without.status == 303
    assert drafts_of(at)[0].lines[0].no_offer == "price"


def test_a_day_that_has_not_come_is_refused(at: At) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()

    page = described(at, begun(at), purchased_on=tomorrow)

    assert page.status == 422 and "This day has not come yet" in page.text


def test_a_new_price_drops_the_offer_and_a_new_number_keeps_it(at: At) -> None:
    path = begun(at)
    described(at, path)
    made = drafts_of(at)[0].lines[0].offer
    described(at, path, number=OTHER_IMEI)
    kept = drafts_of(at)[0].lines[0].offer
    at.post(path, fields={"then": "more"}, price="600")

    assert made is not None and kept == made
    assert drafts_of(at)[0].lines[0].offer is None


def test_one_number_stands_in_a_sale_once(at: At) -> None:
    path = begun(at)
    described(at, path, then="more")
    basket = path.split("/items/")[0] + "/product"
    second = at.post(basket, code=PHONE).location

    assert "already in this sale" in described(at, second).text


def test_an_article_leaves_the_basket_again(at: At) -> None:
    path = product_path(at)
    line = drafts_of(at)[0].lines[0]

    page = act(at, path, "remove", line=line.id)

    assert page.status == 303 and drafts_of(at)[0].lines == ()


def test_cover_is_shown_when_everything_is_described(at: At) -> None:
    path = product_path(at, CABLE)
    act(at, path, "add", sku=PHONE)

    page = act(at, path, "cover")

    assert page.status == 422 and "details missing" in page.text


def test_a_piece_that_has_cover_is_sold_again_only_on_a_second_button(at: At) -> None:
    path, number = begun(at), new_imei()
    described(at, path, number=number)
    offer = drafts_of(at)[0].lines[0].offer
    assert offer is not None
    booking_id = book(at, offer.id)

    again = begun(at)
    warned = described(at, again, number=number)
    sold = at.post(again, form=warned.form(again), fields={"anyway": number, "then": None})

    assert warned.status == 422
    assert "already has cover until" in warned.text and booking_id in warned.text
    assert "Sell cover again anyway" in warned.text
    assert sold.location.endswith("/offer")


def test_an_earlier_receipt_lists_what_was_bought_then(at: At) -> None:
    described(at, begun(at), receipt="LDS 2026/881")
    path = product_path(at, CABLE)

    page = at.post(path, code="lds-2026-881")
    earlier = drafts_of(at)[-1]
    act(at, path, "again", sale=earlier.id, line=earlier.lines[0].id)

    assert "On receipt" in page.text and "£549" in page.text
    assert drafts_of(at)[0].lines[-1].serial == IMEI


def test_another_stores_receipt_is_not_found(at: At) -> None:
    described(at, begun(at), receipt="ONLY-HERE-1")
    elsewhere = at.elsewhere()

    page = elsewhere.post(product_path(elsewhere, CABLE), code="ONLY-HERE-1")

    assert "On receipt" not in page.text


def test_another_stores_sale_does_not_exist(at: At) -> None:
    path = begun(at)
    for stranger in (at.elsewhere(), at.abroad()):
        assert stranger.get(path).status == 404
        assert stranger.get(path.split("/items/")[0] + "/product").status == 404


def test_whoever_is_not_trained_cannot_show_cover_where_the_law_asks_for_it(northwind: Partner) -> None:
    ben = tablet(northwind.app, country="US", region="WA", currency="USD", subsidiary="NORTHWIND-US")
    maria = ben.beside(trained=("us-training",))
    path = begun(ben)

    saved = described(ben, path)
    refused = act(ben, saved.location, "cover")

    assert "Cover cannot be shown by you" in ben.follow(saved).text
    assert refused.status == 422
    assert act(maria, saved.location, "cover").location.endswith("/offer")


def test_htmx_gets_the_block_alone(at: At) -> None:
    path = product_path(at)

    page = at.htmx.get(path)

    assert "<html" not in page.html and '<main id="step"' in page.html


def test_a_sale_that_never_was_is_not_there(at: At) -> None:
    assert at.get(f"/portal/sales/{uuid4()}/product").status == 404


def test_a_price_far_from_the_list_price_is_asked_once_and_kept_on_a_second_button(at: At) -> None:
    path = begun(at)
    asked = described(at, path, price="1,250", receipt="R-5")
    other = at.post(path, form=asked.form(path), fields={"then": "cover"}, price="1260", keeps="1250")
    kept = at.post(path, form=asked.form(path), fields={"then": None}, keeps="1250")

    assert asked.status == 422
    assert "The list price is £549.00. Is £1,250.00 right?" in asked.text and "Keep this price" in asked.text
    assert asked.form(path).fields["receipt"] == "R-5"
    assert "Is £1,260.00 right?" in other.text
    assert kept.location.endswith("/offer") and drafts_of(at)[0].lines[0].price == "1250"


def test_a_number_that_was_exchanged_since_has_no_cover_any_more(at: At) -> None:
    made = sold(at)
    old, new = made.line.serial, new_imei()
    at.post(f"{made.url}/serial", serial=new, reason="exchanged")

    assert described(at, begun(at), number=old).location.endswith("/offer")
    assert "already has cover" in described(at, begun(at), number=new).text


def test_of_cover_sold_in_another_store_the_booking_is_not_told(at: At) -> None:
    made = sold(at)
    other = at.elsewhere()
    path = begun(other)

    warned = described(other, path, number=made.line.serial)
    again = other.post(path, form=warned.form(path), fields={"anyway": made.line.serial, "then": None})

    assert "already has cover until" in warned.text and made.booking_id not in warned.text
    assert again.location.endswith("/offer")
