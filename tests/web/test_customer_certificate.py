"""The certificate as a page and as a PDF: the same facts, in every language."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from app.adapters.locales import LANGUAGES
from app.adapters.locales import said as words
from tests.customer import BOTH, Customer, customer_of, said
from tests.partner import Partner

TITLES = {"en": "Device protection · 2 years", "de": "2 Jahre", "ja": "2年間", "ar": "سنتان"}


@pytest.fixture(scope="module")
def ana(northwind: Partner) -> Customer:
    return customer_of(northwind, "camera", *BOTH, address1="1402 Pine Street", city="Seattle", postcode="98101")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_what_is_covered_until_when_and_what_to_do(ana: Customer, language: str) -> None:
    page = said(ana.opens("coi", language))

    label = words("documents", language)
    for key in ("title", "what_is_covered", "inclusions", "exclusions", "when_something_happens", "period"):
        assert label(f"certificate.{key}") in page
    assert ana.id in page
    assert "98101 Seattle" in page
    assert "claims@northwind.example" in page
    assert "Harbour Mutual Insurance" in page
    assert TITLES.get(language, "") in page
    assert "2028" in page


def test_prices_and_limits_are_those_of_the_booking(ana: Customer) -> None:
    page = said(ana.opens("coi"))

    for quote in ana.booking["quotes"]:
        assert quote["price_formatted"] in page
        for benefit in quote["benefits"]:
            assert benefit["description"] in page
            assert benefit.get("limit_formatted", "") in page
    assert ana.booking["total_price_formatted"] in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_is_the_same_certificate(ana: Customer, language: str) -> None:
    answer = ana.partner.client.get(ana.address("coi", language).replace("?", ".pdf?"))

    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == f'inline; filename="{ana.id}.pdf"'
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)
    assert ana.id in text


def test_what_was_cancelled_says_so_and_what_is_left_stands_first(northwind: Partner) -> None:
    customer = customer_of(northwind, "camera", *BOTH)
    northwind.post(f"bookings/{customer.id}/cancel", {"quotes": [{"id": customer.quote_ids[0]}]})

    page = said(customer.opens("coi"))

    assert page.index("Accessories, 2 years") < page.index("Device protection · 2 years")
    assert "Cancelled on" in page
    assert words("customer", "en")("certificate.partly") in page


def test_a_cancelled_booking_has_no_cover_and_no_claim_button(northwind: Partner) -> None:
    customer = customer_of(northwind, "camera")
    northwind.post(f"bookings/{customer.id}/cancel", {})

    answer = customer.opens("coi")

    assert words("documents", "en")("certificate.booking_cancelled") in said(answer)
    assert "fnol" not in answer.text
