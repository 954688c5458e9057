"""The customer's code opens the sale it was made for, for that customer; a consent is one person's for one piece."""

from dataclasses import replace

import pytest

from tests.associate import At, tablet
from tests.begun_sale import sale_at
from tests.partner import Partner
from tests.web.test_portal_consent import agree, phone

DATABASES = ("sqlite",)


@pytest.fixture
def at(northwind: Partner) -> At:
    return tablet(northwind.app)


def test_the_page_that_is_opened_again_shows_the_code_the_customer_is_reading(at: At) -> None:
    sale = sale_at(at)
    first = phone(sale)
    first.read()

    assert phone(sale).path == first.path
    assert "The customer is reading." in at.get(sale.url("consent")).text
    assert first.read().status == 200


def test_another_customer_is_not_shown_to_whoever_has_the_code(at: At) -> None:
    sale = sale_at(at)
    customer = phone(sale)
    page = customer.read()
    at.post(sale.url("customer"), first_name="Bob", last_name="Stone", email="bob@other.example")

    answers = [customer.read(), customer.say(page, read="yes", agreed="yes", answer="yes")]

    assert all("new code" in answer.text and "bob@other.example" not in answer.html for answer in answers)
    assert "This code has ended." in at.htmx.get(f"{sale.url('consent')}/waiting?seen=reading").text
    assert phone(sale).path != customer.path and sale.draft.consent is None


def test_reading_once_more_ends_the_codes_before(at: At) -> None:
    sale = sale_at(at)
    first = phone(sale)
    at.post(sale.url("consent"), fields={"do": "new"})
    second = phone(sale)
    agree(second)

    at.post(sale.url("consent"), fields={"do": "again"})

    assert [one.read().status for one in (first, second)] == [410, 410]
    assert agree(phone(sale)).status == 303 and sale.draft.has_consent


@pytest.mark.parametrize("change", [{"first_name": "Bob"}, {"email": "bob@other.example"}, {"phone": "+442079460001"}])
def test_another_customer_agrees_anew(at: At, change: dict[str, str]) -> None:
    sale = sale_at(at, "check")
    assert sale.draft.has_consent

    at.post(sale.url("customer"), **change)

    assert not sale.draft.has_consent and at.get(sale.url("check")).location == sale.url("consent")


def test_another_piece_is_agreed_to_anew(at: At) -> None:
    sale = sale_at(at, "check")
    line = replace(sale.draft.lines[0], serial="356938035643809")

    assert not sale.draft.with_line(line).has_consent


def test_what_a_consent_covers_names_nobody(at: At) -> None:
    draft = sale_at(at, "check").draft

    for known in ("Ana", "Costa", "example.org", "490154203237518"):
        assert known not in draft.agreed_to and known not in draft.read_as


def test_one_code_changes_the_language_a_dozen_times_at_most(at: At) -> None:
    sale = sale_at(at)
    customer = phone(sale)
    for number in range(12):
        assert customer.say(customer.read(), language="de" if number % 2 == 0 else "en").status == 303
    before = sale.offer_ids()

    refused = customer.say(customer.read(), language="de")

    assert refused.status == 422 and "changed many times" in refused.text and sale.offer_ids() == before
    at.post(sale.url("consent"), fields={"do": "new"})
    again = phone(sale)
    assert again.say(again.read(), language="de").status == 303
