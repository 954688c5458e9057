"""Contact details changed by the customer: free, at once, and the old address hears of it."""

from typing import Any

import orjson
import pytest

from app.adapters.locales import LANGUAGES
from app.adapters.locales import said as words
from tests.customer import Customer, customer_of, said
from tests.partner import Partner

ADDRESS = {"address1": "1402 Pine Street", "address2": "", "postcode": "98101", "city": "Seattle", "region": "WA"}


@pytest.fixture
def ana(northwind: Partner) -> Customer:
    return customer_of(northwind, "camera", **{name: value for name, value in ADDRESS.items() if value})


def typed(customer: Customer, **changed: str) -> dict[str, str]:
    known = customer.booking["policyholder"]
    return {"email": known["email"], "phone": known["phone"], **ADDRESS, **changed}


def test_the_form_shows_what_is_known(ana: Customer) -> None:
    page = ana.opens("modify").text

    for value in typed(ana).values():
        assert f'value="{value}"' in page


def test_a_change_is_made_told_and_written_down(ana: Customer) -> None:
    answer = ana.follows(ana.sends("modify", **typed(ana, city="  Tacoma ", region="")))

    policyholder = ana.partner.shown(ana.id)["policyholder"]
    assert (policyholder["city"], policyholder["region"]) == ("Tacoma", None)
    assert policyholder["address1"] == "1402 Pine Street"
    (event,) = ana.happened("modified")
    assert event.actor == "customer"
    assert orjson.loads(event.facts)["contact"] == ["city", "region"]
    assert "Tacoma" not in event.facts
    (letter,) = ana.mails("modification")
    assert orjson.loads(letter.payload)["to"] == [policyholder["email"]]
    assert "Changed: town or city, region or state." in said(answer)


def test_a_new_email_address_is_told_to_the_old_one_too(ana: Customer) -> None:
    old = ana.booking["policyholder"]["email"]

    ana.follows(ana.sends("modify", **typed(ana, email="new.address@example.org")))

    letters = [orjson.loads(row.payload) for row in ana.mails("modification")]
    assert sorted(letter["to"] for letter in letters) == [[old], ["new.address@example.org"]]
    assert all(letter["facts"]["contact"] == ["email"] for letter in letters)
    assert ana.id not in ana.opens("account").text


def test_sending_the_form_as_it_is_changes_nothing(ana: Customer) -> None:
    answer = ana.follows(ana.sends("modify", **typed(ana)))

    assert words("customer", "en")("modify.same") in said(answer)
    assert ana.partner.shown(ana.id) == ana.booking
    assert ana.happened("modified") == ana.mails("modification") == []


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("phone", "0301234567", "phone"),
        ("phone", "+", "phone"),
        ("phone", "", "required"),
        ("email", "ana", "email"),
        ("email", "a@b@c", "email"),
        ("email", "", "required"),
        ("city", "two\nlines", "line"),
        ("address1", "x" * 201, "long"),
    ],
)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_what_cannot_be_is_refused_beside_its_field_and_kept(
    ana: Customer, field: str, value: str, error: str, language: str
) -> None:
    answer = ana.sends("modify", language, **typed(ana, **{field: value, "address2": "Flat <3>"}))

    assert answer.status_code == 422
    sentence = words("customer", language)(f"error.{error}")
    assert answer.text.count(sentence) >= 2
    assert f'href="#{field}"' in answer.text
    assert f'aria-describedby="{field}-' in answer.text and f'id="{field}-error"' in answer.text
    assert 'value="Flat &lt;3&gt;"' in answer.text
    assert ana.partner.shown(ana.id) == ana.booking


def test_fields_that_are_not_in_the_form_do_not_change(ana: Customer) -> None:
    ana.sends("modify", **typed(ana, first_name="Eve", country="KW", city="Tacoma"))

    policyholder: dict[str, Any] = ana.partner.shown(ana.id)["policyholder"]
    assert (policyholder["first_name"], policyholder["country"]) == ("Ana", "US")


@pytest.mark.parametrize("changed", ["<script>", "nothing.else", "first_name", "e" * 4_000])
def test_the_address_cannot_make_the_page_say_anything(ana: Customer, changed: str) -> None:
    answer = ana.partner.client.get(f"{ana.address('modify')}&changed={changed}")

    assert answer.status_code == 200
    assert words("customer", "en")("modify.done") not in said(answer)
    assert "<script" not in answer.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_a_cancelled_booking_nothing_can_be_changed(northwind: Partner, language: str) -> None:
    customer = customer_of(northwind, "camera")
    northwind.post(f"bookings/{customer.id}/cancel", {})

    answers = [customer.opens("modify", language), customer.sends("modify", language, **typed(customer, city="X"))]

    for answer in answers:
        assert answer.status_code == 200
        assert words("customer", language)("modify.gone") in said(answer)
    assert customer.happened("modified") == []
