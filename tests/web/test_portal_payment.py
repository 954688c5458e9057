"""How the customer paid is noted, never processed, and no card number is ever kept."""

import pytest

from tests.associate import At, tablet
from tests.begun_sale import Sale, sale_at
from tests.partner import Partner

DATABASES = ("sqlite",)

CARD = "4242 4242 4242 4242"
PAID = {"tender": "card", "reference": "REF-77", "last_digits": "4242"}


@pytest.fixture
def at(northwind: Partner) -> At:
    return tablet(northwind.app)


def test_a_payment_is_noted_and_the_sale_goes_on(at: At) -> None:
    sale = sale_at(at, "payment")

    page = at.post(sale.url("payment"), **PAID)

    assert page.location == sale.url("check")
    paid = sale.draft.payment
    assert paid is not None
    assert (paid.tender, paid.reference, paid.last_digits) == ("card", "REF-77", "4242")


def test_nothing_is_chosen_for_the_associate_and_the_amount_is_there(at: At) -> None:
    sale = sale_at(at, "payment")

    page = at.get(sale.url("payment"))

    assert " checked" not in page.html
    assert float(page.form(sale.url("payment")).fields["amount"]) == 63.02


def test_how_it_was_paid_and_the_receipt_are_needed(at: At) -> None:
    sale = sale_at(at, "payment")

    page = at.post(sale.url("payment"))

    assert page.status == 422
    assert "Choose how the customer paid." in page.text and "Please fill this in." in page.text


@pytest.mark.parametrize("amount", ["62.02", "6302", "-63.02", "nothing", "63,020"])
def test_another_amount_is_refused_with_the_right_one(at: At, amount: str) -> None:
    sale = sale_at(at, "payment")

    page = at.post(sale.url("payment"), **PAID, amount=amount)

    assert page.status == 422 and "The amount has to be £63.02." in page.text
    assert sale.draft.payment is None


@pytest.mark.parametrize("amount", ["63.02", "63,02", "£63.02", "63.02 GBP"])
def test_the_right_amount_may_be_written_as_people_write_it(at: At, amount: str) -> None:
    sale = sale_at(at, "payment")

    assert at.post(sale.url("payment"), **PAID, amount=amount).status == 303


@pytest.mark.parametrize("field", ["reference", "last_digits", "amount"])
def test_a_card_number_is_refused_in_every_field_and_not_shown_again(at: At, field: str) -> None:
    sale = sale_at(at, "payment")

    page = at.post(sale.url("payment"), **{**PAID, field: CARD})

    assert page.status == 422 and "card number" in page.text
    assert "4242424242424242" not in page.html.replace(" ", "")
    assert sale.draft.payment is None


@pytest.mark.parametrize("digits", ["424", "42424", "42a2", "4 42"])
def test_the_last_digits_are_exactly_four(at: At, digits: str) -> None:
    sale = sale_at(at, "payment")

    page = at.post(sale.url("payment"), **{**PAID, "last_digits": digits})

    assert page.status == 422 and "exactly four digits" in page.text


def test_a_payment_comes_after_the_consent(at: At) -> None:
    sale: Sale = sale_at(at, "consent")

    assert at.get(sale.url("payment")).location == sale.url("consent")
