"""Policy wordings: open to all who have the id, exactly the text of the release, in a language that says which."""

from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from app.adapters.locales import LANGUAGES
from app.adapters.locales import said as words
from tests.contract import offer_of
from tests.customer import BOTH, customer_of, said
from tests.partner import Partner, example, republish, with_catalog

UNKNOWN = "01a1fe7c-c8e0-71cf-b9fe-374d84304397"


@pytest.fixture(scope="module")
def offer(northwind: Partner) -> dict[str, Any]:
    return offer_of(northwind.create_offer(example("northwind", "camera")))


def path(product: dict[str, Any]) -> str:
    return str(product["details"]["pds_url"]).removeprefix("https://cover.example")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unsold_offer_shows_its_wording(northwind: Partner, offer: dict[str, Any], language: str) -> None:
    answer = northwind.client.get(path(offer["products"][0]).replace("/en/", f"/{language}/"))

    assert answer.status_code == 200
    assert f'<article class="text wording" lang="{language}"' in answer.text
    assert answer.text.count("<h2>") >= 8
    assert words("customer", language)("wording.version", version="1") in said(answer)


def test_several_products_are_a_list_first(northwind: Partner, offer: dict[str, Any]) -> None:
    answer = northwind.client.get(f"/en/pds/{offer['id']}")

    links = [line for line in answer.text.splitlines() if "policy_type=" in line and "<li>" in line]
    assert len(links) == len({path(product) for product in offer["products"]}) > 1
    assert words("customer", "en")("wording.several") in said(answer)


def test_a_quote_of_a_booking_has_its_own_wording(northwind: Partner) -> None:
    customer = customer_of(northwind, "camera", *BOTH)

    first, second = (
        said(northwind.client.get(quote["pds_url"].removeprefix("https://cover.example")))
        for quote in customer.booking["quotes"]
    )

    assert first.startswith("Device protection: policy wording")
    assert second.startswith("Accidental damage")


def test_the_wording_stays_that_of_the_sale(northwind_alone: Partner) -> None:
    before = offer_of(northwind_alone.create_offer(example("northwind", "camera")))["products"][0]
    text = northwind_alone.client.get(path(before)).data
    republish(northwind_alone, "northwind", lambda document: document["products"].pop("device-protection-2y"))

    assert northwind_alone.client.get(path(before)).data == text


@pytest.fixture
def northwind_alone(small_platform: Partner) -> Partner:
    return with_catalog(small_platform.app, "northwind")


def test_a_language_the_wording_does_not_have_is_said_and_marked(meridian: Partner) -> None:
    offer = offer_of(meridian.create_offer(example("meridian", "city-break")))

    answer = meridian.client.get(path(offer["products"][0]).replace("/en/", "/ar/"))

    assert '<html lang="ar" dir="rtl">' in answer.text
    assert '<article class="text wording" lang="en" dir="ltr">' in answer.text
    assert words("customer", "ar")("wording.other_language") in said(answer)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_wording_is_there_as_a_pdf(northwind: Partner, offer: dict[str, Any], language: str) -> None:
    address = path(offer["products"][0]).replace("/en/", f"/{language}/").replace("?", ".pdf?")

    answer = northwind.client.get(address)

    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert len(PdfReader(BytesIO(answer.data)).pages) >= 1


@pytest.mark.parametrize(
    "address",
    [
        f"/en/pds/{UNKNOWN}",
        "/en/pds/ABCDE-FGHJK-INS",
        "/en/pds/%00",
        "/en/pds/",
        "/en/pds/{offer}?policy_type=nothing_v1",
        "/en/pds/{offer}?quote_id=nothing",
        "/en/pds/{offer}.pdf",
        "/en/pds/{offer}/more",
    ],
)
def test_what_does_not_exist_is_a_page_that_says_so(northwind: Partner, offer: dict[str, Any], address: str) -> None:
    answer = northwind.client.get(address.format(offer=offer["id"]))

    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert words("customer", "en")("refused.not_found.title") in answer.text
