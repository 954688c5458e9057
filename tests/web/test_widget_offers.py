"""What a shopper's browser is given: an offer and its panel, for a listed origin and a good key, for nobody else."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from app.adapters.tables import offers
from app.services.keys import revoke_key
from tests.conftest import Environment
from tests.contract import misfits, stored_offers, stored_rows
from tests.partner import Partner, example, published_platform
from tests.shopper import SHOP, Shopper, shopper_of

CORS = "Access-Control-Allow-Origin"


@pytest.fixture(scope="module")
def shopper(northwind: Partner) -> Shopper:
    return shopper_of(northwind)


def test_the_offer_comes_as_the_partner_api_has_it_with_panel_and_session(shopper: Shopper) -> None:
    answer = shopper.asks()

    assert answer.status_code == 200
    assert set(answer.json) == {"offer", "html", "session"}
    assert misfits("offer", answer.json["offer"]) == []
    assert answer.json["offer"]["content"]["heading"]
    assert answer.headers[CORS] == SHOP
    assert "Origin" in answer.headers["Vary"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_the_panel_says_of_every_product_what_a_customer_has_to_know(shopper: Shopper) -> None:
    shown = shopper.shown()

    html = shown["html"]
    for product, text in zip(shown["offer"]["products"], shown["offer"]["content"]["products"], strict=True):
        details = product["details"]
        assert details["finance"]["price"]["total_amount_formatted"] in html
        assert details["pds_url"].replace("&", "&amp;") in html
        assert all(file["url"] in html for file in details["files"])
        for said in (text["title"], *text["inclusions"], *text["exclusions"], *text["benefits"]):
            assert said in html
    for name in ("title", "heading", "sub_heading", "positive_cta", "negative_cta", "required_message"):
        assert shown["offer"]["content"][name] in html
    assert "Harbour Mutual Insurance" in html
    assert "checked" not in html


def test_commission_never_reaches_a_browser(northwind: Partner, shopper: Shopper) -> None:
    for product in shopper.shown()["offer"]["products"]:
        assert product["details"]["finance"]["commission"]["total_amount"] is None


def test_attributes_of_the_element_win_over_the_request(shopper: Shopper) -> None:
    shown = shopper.shown(language="de", country="DE", currency="EUR", schema="northwind-retail:v1")

    assert shown["offer"]["currency"] == "EUR"
    assert shown["offer"]["content"]["locale"] == "de"
    assert 'lang="de"' in shown["html"]


def test_a_request_may_leave_customer_and_partner_to_the_attributes(shopper: Shopper) -> None:
    context = example("northwind", "camera")["context"]

    shown = shopper.shown({"context": context}, language="en", country="GB", currency="GBP")

    assert shown["offer"]["offer_schema"] == "northwind-retail:v1"


def test_without_a_language_the_browser_s_own_is_taken(shopper: Shopper) -> None:
    request = example("northwind", "camera")
    del request["customer"]["language"]

    answer = shopper.sends(f"/widget/offers?key={shopper.key}", request, **{"Accept-Language": "fr-CA,fr;q=0.8"})

    assert answer.json["offer"]["content"]["locale"] == "fr"


def test_words_of_another_language_are_marked_as_such(hearthside: Partner) -> None:
    request = example("hearthside", "house-in-manchester")

    html = shopper_of(hearthside).shown(request, language="ar")["html"]

    assert html.startswith('<div class="panel" part="panel" lang="ar" dir="rtl"')
    assert '<h3 class="title" part="title" lang="en" dir="ltr">' in html


def test_test_keys_make_offers_of_their_own(northwind: Partner) -> None:
    tester = shopper_of(northwind, for_tests=True)

    shown = tester.shown()

    assert tester.key.startswith("pk_test_")
    (row,) = stored_rows(northwind.app, offers, id=shown["offer"]["id"])
    assert row.mode == "test"


def test_a_key_may_stand_in_the_query_under_either_name_or_in_the_header(shopper: Shopper) -> None:
    path = f"/widget/offers?data-key={shopper.key}"

    assert shopper.sends(path, example("northwind", "camera")).status_code == 200
    headers = {"X-Api-Key": shopper.key}
    assert shopper.sends("/widget/offers", example("northwind", "camera"), **headers).status_code == 200


REFUSED = {
    "an unknown key": (lambda one: Shopper(one.partner, "pk_live_nobody"), 401),
    "a secret key": (lambda one: Shopper(one.partner, one.partner.key_id), 401),
    "another origin": (lambda one: one.at("https://evil.example"), 403),
    "the origin with a path": (lambda one: one.at(f"{SHOP}/"), 403),
    "a page of no origin": (lambda one: one.at("null"), 403),
    "no page at all": (lambda one: one.at(None), 403),
}


@pytest.mark.parametrize(("who", "status"), REFUSED.values(), ids=REFUSED.keys())
def test_a_refused_page_can_read_nothing_and_leaves_nothing(shopper: Shopper, who: Any, status: int) -> None:
    before = stored_offers(shopper.partner.app)

    answer = who(shopper).asks()

    assert answer.status_code == status
    assert CORS not in answer.headers
    assert stored_offers(shopper.partner.app) == before


def test_a_revoked_key_ends_at_once(northwind: Partner) -> None:
    shopper = shopper_of(northwind)
    shown = shopper.shown()

    revoke_key(northwind.platform.keyring, shopper.key, datetime.now(UTC))

    assert shopper.asks().status_code == 401
    assert shopper.chooses(shown).status_code == 401


def test_our_own_pages_may_preview_what_is_for_tests_and_nothing_else(northwind: Partner, shopper: Shopper) -> None:
    tester = shopper_of(northwind, for_tests=True)

    assert tester.at("https://cover.example").asks().status_code == 200
    assert shopper.at("https://cover.example").asks().status_code == 403


# What is wrong, the status, and where the answer says so.
BAD_REQUESTS: dict[str, tuple[Any, dict[str, str], int, str]] = {
    "not JSON": (b"{", {}, 400, "JSON parse error"),
    "a list": ([], {}, 422, "body"),
    "an unknown schema": (None, {"schema": "nobody:v9"}, 422, "schema"),
    "an unknown currency": (None, {"currency": "XXQ"}, 422, "currency"),
    "no context": ({"partner": {}}, {"language": "en", "country": "GB", "currency": "GBP"}, 422, "context"),
    "a customer that is text": ({"customer": "me"}, {}, 422, "customer"),
}


@pytest.mark.parametrize(("body", "attributes", "status", "named"), BAD_REQUESTS.values(), ids=BAD_REQUESTS.keys())
def test_a_bad_request_names_the_field_to_a_page_that_may_read_it(
    shopper: Shopper, body: Any, attributes: dict[str, str], status: int, named: str
) -> None:
    answer = shopper.asks(body, **attributes)

    assert answer.status_code == status, answer.text
    assert answer.headers[CORS] == SHOP
    assert named in answer.text


def test_nothing_to_offer_is_told_as_such(shopper: Shopper) -> None:
    request = example("northwind", "camera")
    request["context"]["product"]["category"] = "garden/chairs"

    assert shopper.asks(request).status_code == 404


def test_a_browser_that_asks_first_is_told_for_hours(shopper: Shopper) -> None:
    path = f"/widget/offers?key={shopper.key}"

    answer = shopper.client.options(path, headers={"Origin": SHOP, "Access-Control-Request-Method": "POST"})

    assert answer.status_code == 204
    assert answer.headers[CORS] == SHOP
    assert answer.headers["Access-Control-Allow-Methods"] == "POST"
    assert int(answer.headers["Access-Control-Max-Age"]) >= 3_600
    refused = shopper.client.options(path, headers={"Origin": "https://evil.example"})
    assert CORS not in refused.headers


def test_one_visitor_cannot_use_up_what_others_need(sqlite_environment: Environment) -> None:
    limits = {"AWNING_RATE_LIMITS": "on", "AWNING_RATE_WIDGET": "1", "AWNING_RATE_SALES": "1000"}
    partner = published_platform(sqlite_environment | limits, "northwind")
    shopper = shopper_of(partner)

    answers = [shopper.asks() for _ in range(6)]

    assert {200, 429} == {answer.status_code for answer in answers}
    assert partner.create_offer(example("northwind", "camera")).status_code == 200


def test_a_demo_key_is_no_key_in_production(app: Flask, northwind: Partner) -> None:
    demo = shopper_of(northwind, is_demo=True)

    assert demo.asks().status_code == 401


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_an_answer_is_packed_as_the_browser_reads_it(shopper: Shopper, encoding: str) -> None:
    path = f"/widget/offers?key={shopper.key}"

    answer = shopper.sends(path, example("northwind", "camera"), **{"Accept-Encoding": encoding})

    assert answer.headers["Content-Encoding"] == encoding
    assert len(answer.data) < 9_000


def test_what_the_law_defers_is_shown_without_anything_to_choose(shopper: Shopper) -> None:
    request = example("northwind", "camera")

    shown = shopper.shown(request, country="AU", currency="AUD")

    assert "The law asks for a few days" in shown["html"]
    assert 'type="radio"' not in shown["html"]
    refused = shopper.chooses(shown, shown["offer"]["products"][0]["id"])
    assert refused.status_code == 422
    assert "from" in refused.json["errors"]["quote_ids"][0]


def test_the_same_offer_can_be_shown_again_and_bought_when_the_days_of_the_law_are_over(shopper: Shopper) -> None:
    shown = shopper.shown(example("northwind", "camera"), country="AU", currency="AUD")

    with time_machine.travel(datetime.now(UTC) + timedelta(days=4, minutes=1)):
        again = shopper.shown({}, offer=shown["offer"]["id"])
        answer = shopper.chooses(again, again["offer"]["products"][0]["id"])

    assert again["offer"] == shown["offer"]
    assert 'type="radio"' in again["html"]
    assert answer.status_code == 200


def test_only_an_offer_of_the_same_partner_and_mode_is_shown_again(northwind: Partner, hearthside: Partner) -> None:
    offer_id = northwind.offered("camera")["id"]
    others = shopper_of(hearthside), shopper_of(northwind, for_tests=True)

    for stranger in others:
        assert stranger.asks({}, offer=offer_id).status_code == 404
        assert stranger.asks({}, offer="nonsense").status_code == 404


def test_an_offer_of_the_partner_s_own_server_shows_no_commission(northwind: Partner, shopper: Shopper) -> None:
    offer = northwind.offered("camera")

    again = shopper.shown({}, offer=offer["id"])["offer"]

    assert offer["products"][0]["details"]["finance"]["commission"]["total_amount"]
    assert again["products"][0]["details"]["finance"]["commission"]["total_amount"] is None
