"""The demo shops: five partners' servers that reach the platform only by its public API, over real HTTP."""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from email.message import EmailMessage
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask

from app import create_app
from app.adapters.tables import events
from app.config import settings_from
from app.demo import key_of, prepare
from tests.contract import stored_rows
from tests.partner import CODES, Partner, close
from tests.process import Server, serving
from tests.smtp_server import free_port, smtp_server
from tests.widget.shoppers import Page, Shopper, accepted, declined, offer_for, shops_of, unanswered

PAGES = {
    "northwind": ["/northwind/", "/northwind/products/NW-CAM-20", "/northwind/cart"],
    "meridian": ["/meridian/", "/meridian/trips/lisbon"],
    "encore": ["/encore/", "/encore/shows/lakeside"],
    "parcelway": ["/parcelway/", "/parcelway/quote"],
    "hearthside": ["/hearthside/", "/hearthside/homes/mill"],
}


# Where nobody listens.
AWAY = f"http://127.0.0.1:{free_port()}"


@dataclass(frozen=True)
class Street:
    """The platform as a process, the shops as another, and an application on the platform's database to look in."""

    app: Flask
    shops: Server
    outbox: Path

    def partner(self, shop: str) -> Partner:
        return Partner(self.app, CODES[shop], *key_of(CODES[shop], "live"))

    def happened(self, offer: dict[str, Any]) -> list[str]:
        return [row.name for row in stored_rows(self.app, events, trail_id=offer["id"])]

    def mail(self, number: str) -> EmailMessage:
        for path in self.outbox.glob("*.eml"):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if number in message["Subject"]:
                return message  # type: ignore[return-value]
        raise AssertionError(f"no mail about {number}")


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    folder = tmp_path_factory.mktemp("street")
    given = {
        "AWNING_MODE": "demo",
        "AWNING_VAR": str(folder),
        "AWNING_LOG": "off",
        "AWNING_RATE_LIMITS": "off",
        "DATABASE_URL": f"sqlite:///{folder}/awning.db",
    }
    prepare(settings_from(given), 8001)
    app = create_app(settings_from(given))
    with serving(given, folder) as platform, shops_of(platform.url, folder) as shops:
        yield Street(app, shops, folder / "outbox")
    close(app)


@pytest.fixture
def shopper(street: Street) -> Shopper:
    return Shopper(street.shops)


def checkout_of(shopper: Shopper, shop: str, **fields: str) -> Page:
    """The way to checkout with something ordinary, which each shop has its own pages for."""
    if shop == "northwind":
        page = shopper.opens("/northwind/products/NW-CAM-20")
        shopper.follows(page, "/northwind/basket", quantity="2")
        return shopper.opens("/northwind/checkout")
    if shop == "meridian":
        start, end = re.findall(r'type="date" value="([^"]*)"', shopper.opens("/meridian/trips/lisbon").text)
        first = {"trip": "lisbon", "start": start, "end": end, "adults": "2"}
    else:
        first = {
            "encore": {"show": "harbour-lights", "seat": "Stalls", "quantity": "2"},
            "parcelway": {},
            "hearthside": {"home": "mill"},
        }[shop]
    return shopper.opens(f"/{shop}/checkout?{urlencode(first | fields)}")


def booking_on(page: Page) -> str:
    found = re.search(r"[A-Z0-9]{5}-[A-Z0-9]{5}-INS", page.text)
    assert found, page.words
    return found[0]


def order_number(page: Page) -> str:
    found = re.search(r"Order (\w\w-\d{6}-[0-9A-F]{6})", page.words)
    assert found, page.words
    return found[1]


@pytest.mark.parametrize("path", ["/", *(path for paths in PAGES.values() for path in paths)])
def test_every_page_of_every_shop_answers(shopper: Shopper, path: str) -> None:
    assert shopper.opens(path).status == 200


@pytest.mark.parametrize("shop", PAGES)
def test_a_checkout_has_the_element_and_a_policy_that_lets_only_it_run(
    street: Street, shopper: Shopper, shop: str
) -> None:
    page = checkout_of(shopper, shop)

    assert offer_for(page, street.partner(shop))["products"]
    answer = street.shops.ask(f"/{shop}/")
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'nonce-" in policy and "'strict-dynamic'" in policy and "unsafe" not in policy


@pytest.mark.parametrize("shop", PAGES)
def test_accepted_cover_is_booked_and_shown_with_the_order(street: Street, shopper: Shopper, shop: str) -> None:
    page = checkout_of(shopper, shop)
    offer = offer_for(page, street.partner(shop))

    done = shopper.pays(page, **accepted(offer))

    booking = street.partner(shop).shown(booking_on(done))
    assert booking["status"] == "CONFIRMED"
    assert booking["fast_quote_id"] == offer["id"]
    assert booking["partner_transaction_id"] == order_number(done)
    assert booking["policyholder"]["email"] == "ana.costa@example.org"
    assert booking["total_price_formatted"] in done.words
    for link in (booking["coi"]["url"], booking["quotes"][0]["pds_url"]):
        assert urlsplit(link)._replace(scheme="", netloc="").geturl() in unescape(done.text)


@pytest.mark.parametrize("shop", ["northwind", "meridian"])
def test_one_charge_or_two_as_the_shop_has_agreed(street: Street, shopper: Shopper, shop: str) -> None:
    page = checkout_of(shopper, shop)
    done = shopper.pays(page, **accepted(offer_for(page, street.partner(shop))))

    underwriter = street.partner(shop).shown(booking_on(done))["quotes"][0]["policy"]["underwriter"]["name"]

    assert (underwriter in done.words) == (shop == "meridian")


def test_a_no_is_an_opt_out_and_no_answer_is_one_too(street: Street, shopper: Shopper) -> None:
    for choice, words in ((declined, "no cover, as you chose"), (unanswered, "no cover.")):
        page = checkout_of(shopper, "encore")
        offer = offer_for(page, street.partner("encore"))

        done = shopper.pays(page, **choice(offer))

        assert words in done.words
        assert "opted_out" in street.happened(offer)


def test_without_the_widget_the_order_goes_through(shopper: Shopper) -> None:
    done = shopper.pays(checkout_of(shopper, "hearthside"))

    assert done.status == 200
    assert "Your application is in" in done.words
    assert "Covered" not in done.words


def test_a_refusal_costs_neither_the_order_nor_money_for_cover(street: Street, shopper: Shopper) -> None:
    page = checkout_of(shopper, "parcelway")
    offer = offer_for(page, street.partner("parcelway"))

    done = shopper.pays(page, **accepted(offer, token="not-a-token-of-the-platform"))

    assert "Your label is ready" in done.words
    assert "could not be added" in done.words and "not a token of ours" in done.words
    assert "You were not charged for cover." in done.words
    assert "-INS" not in done.text
    order = order_number(done)
    body = street.mail(order).get_body(("plain",))
    assert body is not None and "Cover" not in body.get_content()


def test_an_offer_of_somebody_elses_order_is_not_booked_twice(street: Street, shopper: Shopper) -> None:
    page = checkout_of(shopper, "encore")
    offer = offer_for(page, street.partner("encore"))
    shopper.pays(page, **accepted(offer))

    second = shopper.pays(checkout_of(shopper, "encore"), **accepted(offer))

    assert "could not be added" in second.words
    assert "Booking already exists" in second.words


def test_what_is_no_id_never_becomes_part_of_a_signed_address(shopper: Shopper) -> None:
    fields = {"awning_offer_id": "../bookings/AAAAA-BBBBB-INS", "awning_decision": "declined"}

    done = shopper.pays(checkout_of(shopper, "encore"), **fields)

    assert "See you there" in done.words
    assert "no cover" not in done.words


def test_the_price_is_the_shops_and_not_the_browsers(shopper: Shopper) -> None:
    done = shopper.pays(checkout_of(shopper, "encore"), price="1", unit="1", total="1")

    assert "£97.00" in done.words


def test_pressing_pay_twice_gives_one_order(street: Street, shopper: Shopper) -> None:
    page = checkout_of(shopper, "northwind")
    choice = accepted(offer_for(page, street.partner("northwind")))

    first, second = shopper.pays(page, **choice), shopper.pays(page, **choice)

    assert first.path == second.path
    assert booking_on(first) == booking_on(second)
    assert first.words.count("Cover ") == second.words.count("Cover ")


def test_a_mistake_in_the_form_keeps_the_choice_of_cover(street: Street, shopper: Shopper) -> None:
    page = checkout_of(shopper, "meridian")
    offer = offer_for(page, street.partner("meridian"))

    again = shopper.pays(page, phone="020 7946 0000", **accepted(offer))

    assert again.status == 422
    assert "begin with +" in again.words and "Your choice is kept: cover added" in again.words
    done = shopper.pays(again)
    assert street.partner("meridian").shown(booking_on(done))["fast_quote_id"] == offer["id"]


def test_a_form_without_its_token_is_refused(shopper: Shopper) -> None:
    page = checkout_of(shopper, "encore")

    refused = shopper.pays(page, csrf_token="")

    assert refused.status == 400
    assert "Nothing was ordered" in refused.words


def test_the_confirmation_has_a_tax_invoice(street: Street, shopper: Shopper) -> None:
    page = checkout_of(shopper, "northwind")
    done = shopper.pays(page, **accepted(offer_for(page, street.partner("northwind"))))
    booking = street.partner("northwind").shown(booking_on(done))

    message = street.mail(order_number(done))

    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None and html is not None
    for words in ("NW-2", "VAT number", "net £481.67, tax £96.33 (20%), £578.00", booking["id"], "Charges"):
        assert words in text.get_content(), words
    assert f"tax {booking['total_tax_formatted']}" in text.get_content()
    assert booking["id"] in html.get_content()
    assert message["To"] == "Ana Costa <ana.costa@example.org>"


def test_returning_everything_ends_the_cover_with_its_refund(street: Street, shopper: Shopper) -> None:
    page = checkout_of(shopper, "parcelway")
    done = shopper.pays(page, **accepted(offer_for(page, street.partner("parcelway"))))
    price = street.partner("parcelway").shown(booking_on(done))["total_price_formatted"]

    asked = shopper.follows(done, f"{done.path}/return", line="parcel")
    assert f"ends today −{price}" in asked.words
    assert street.partner("parcelway").shown(booking_on(done))["status"] == "CONFIRMED"
    after = shopper.follows(asked, asked.path)

    assert street.partner("parcelway").shown(booking_on(done))["status"] == "CANCELLED"
    assert "This order was taken back" in after.words and "Cover cancelled" in after.words
    assert shopper.follows(asked, asked.path).words.count("Cover, refund") == 1


def test_returning_a_piece_prices_the_cover_again(street: Street, shopper: Shopper) -> None:
    page = checkout_of(shopper, "northwind")
    offer = offer_for(page, street.partner("northwind"))
    both = accepted(offer, "device-protection-2y", "accidental-damage-2y")
    done = shopper.pays(page, **both)
    before = street.partner("northwind").shown(booking_on(done))

    asked = shopper.follows(done, f"{done.path}/return", line="NW-CAM-20", quantity="1")
    assert "1 of 2 goes back" in asked.words and "stays as it is" in asked.words
    after = shopper.follows(asked, asked.path)

    booking = street.partner("northwind").shown(booking_on(done))
    old, new = ({q["policy"]["policy_type"]: q["price"] for q in one["quotes"]} for one in (before, booking))
    assert new["device_protection"] < old["device_protection"]
    assert new["accidental_damage"] == old["accidental_damage"]
    assert booking["status"] == "CONFIRMED"
    assert "Goods, returned, and cover" in after.words and "You get back" in asked.words


def test_other_dates_change_the_trip_and_its_cover(street: Street, shopper: Shopper) -> None:
    page = checkout_of(shopper, "meridian")
    start = page.field("start")
    end = (date.fromisoformat(start) + timedelta(days=20)).isoformat()
    offer = offer_for(page, street.partner("meridian"))
    done = shopper.pays(page, **accepted(offer, "travel-medical-worldwide"))
    before = street.partner("meridian").shown(booking_on(done))

    asked = shopper.follows(done, f"{done.path}/dates", start=start, end=end)
    assert "goes on, with the new dates" in asked.words
    after = shopper.follows(asked, asked.path)

    booking = street.partner("meridian").shown(booking_on(done))
    assert booking["quotes"][0]["policy_end_date"].startswith(end)
    assert booking["total_price"] > before["total_price"]
    assert "Cover, extra" in after.words


def test_cover_chosen_on_the_product_page_reaches_the_order(street: Street, shopper: Shopper) -> None:
    page = shopper.opens("/northwind/products/NW-CAM-20")
    offer = offer_for(page, street.partner("northwind"))

    cart = shopper.follows(page, "/northwind/basket", quantity="1", **accepted(offer, "device-protection-3y"))
    assert "Cover: 3 years" in cart.words
    checkout = shopper.opens("/northwind/checkout")
    assert "<awning-offer" not in checkout.text
    done = shopper.pays(checkout)

    assert street.partner("northwind").shown(booking_on(done))["fast_quote_id"] == offer["id"]


def test_another_quantity_asks_for_the_choice_again(street: Street, shopper: Shopper) -> None:
    page = shopper.opens("/northwind/products/NW-CAM-20")
    offer = offer_for(page, street.partner("northwind"))
    cart = shopper.follows(page, "/northwind/basket", quantity="1", **accepted(offer))

    cart = shopper.sends("/northwind/cart", csrf_token=cart.field("csrf_token"), sku="NW-CAM-20", quantity="3")

    assert "Cover:" not in cart.words
    assert shopper.opens("/northwind/checkout").request["context"]["product"]["quantity"] == 3


def test_with_the_platform_away_the_order_stands_and_its_mail_leaves(
    street: Street, shopper: Shopper, tmp_path: Path
) -> None:
    offer = offer_for(checkout_of(shopper, "encore"), street.partner("encore"))

    with smtp_server() as mailbox, shops_of(AWAY, tmp_path, SMTP_URL=mailbox.url) as shops:
        alone = Shopper(shops)
        done = alone.pays(checkout_of(alone, "encore"), **accepted(offer))
        again = alone.follows(done, f"{done.path}/cover")

    for page in (done, again):
        assert "See you there" in page.words and "cover is still open" in page.words
        assert "You were not charged for cover." in page.words
    assert [message["To"] for message in mailbox.messages] == ["Ana Costa <ana.costa@example.org>"]


def test_an_order_is_found_by_nobody_who_does_not_know_its_address(shopper: Shopper) -> None:
    done = shopper.pays(checkout_of(shopper, "hearthside"))

    assert len(done.path.rpartition("/")[2]) >= 20
    assert shopper.opens("/hearthside/orders/1").status == 404
    assert shopper.opens(done.path.replace("hearthside", "encore")).status == 404
