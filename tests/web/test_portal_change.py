"""After a sale: how the customer is reached, and the product exchanged for another one."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from app.adapters.tables import outbox
from tests.associate import At, tablet
from tests.contract import stored_rows
from tests.counter_sales import ANA, Sold, imei, sold
from tests.partner import Partner

DATABASES = ("sqlite",)


@pytest.fixture(scope="module")
def at(northwind: Partner, hearthside: Partner) -> At:
    return tablet(northwind.app)


def test_a_new_address_is_kept_told_to_both_and_finds_the_booking(at: At) -> None:
    made = sold(at, customer={**ANA, "email": "old@home.example"})

    saved = at.post(f"{made.url}/contact", email="new@home.example", phone="0113 496 0888", postcode="LS2 9JT")

    page = at.follow(saved)
    assert "The contact details are changed." in page.text
    assert "Contact details were changed: e-mail, phone, postcode." in page.text
    assert made.booking.policyholder["phone"] == "+44 113 496 0888"
    rows = stored_rows(at.app, outbox, booking_id=made.booking_id, event="modification")
    assert sorted("old@home.example" in row.payload.partition("language")[0] for row in rows) == [False, True]
    for typed in ("new@home.example", "+441134960888", "Costa LS2 9JT"):
        assert made.url in at.post("/portal/bookings", text=typed).links


def test_what_was_typed_stays_when_something_is_wrong(at: At) -> None:
    made = sold(at)

    refused = at.post(f"{made.url}/contact", email="not an address", phone="12", city="Leeds")

    assert refused.status == 422
    for kept in ('value="not an address"', 'value="12"', 'value="Leeds"'):
        assert kept in refused.html
    assert made.booking.policyholder["city"] is None


def test_one_way_to_reach_the_customer_stays(at: At) -> None:
    made = sold(at)

    assert at.post(f"{made.url}/contact", email="", phone="").status == 422
    assert at.post(f"{made.url}/contact", email="").status == 303


def test_a_card_number_in_any_field_is_refused(at: At) -> None:
    made = sold(at)
    for name in ("email", "phone", "address1", "city"):
        refused = at.post(f"{made.url}/contact", fields={name: "4242424242424242"})

        assert refused.status == 422, name
        assert "4242424242424242" not in refused.html


def test_saving_what_is_so_already_tells_nobody(at: At) -> None:
    made = sold(at)

    page = at.follow(at.post(f"{made.url}/contact"))

    assert "Nothing had to be changed" in page.text
    assert stored_rows(at.app, outbox, booking_id=made.booking_id, event="modification") == []


def test_an_exchanged_product_is_covered_by_its_new_number_and_found_by_both(at: At) -> None:
    made, new = sold(at), imei()

    page = at.follow(at.post(f"{made.url}/serial", serial=new, reason="exchanged"))

    assert "The new number is saved." in page.text
    assert new in page.text
    assert "exchanged for one with another number" in page.text
    assert made.line.serial == new
    for number in (made.draft.lines[0].serial, new):
        assert made.url in at.post("/portal/bookings", text=number).links


def test_the_certificate_names_the_article_by_the_number_it_has_now(at: At) -> None:
    made, new = sold(at), imei()
    first = certificate(at, made)
    at.post(f"{made.url}/serial", serial=new, reason="exchanged")

    assert made.draft.lines[0].serial in first and "IMEI" in first
    assert "Northwind Phone 5, 128 GB" in first
    assert new in certificate(at, made) and made.draft.lines[0].serial not in certificate(at, made)


def certificate(at: At, made: Sold) -> str:
    paper = at.client.get(f"{made.url}/certificate.pdf", base_url="https://cover.example").data
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(paper), strict=True).pages)


def test_after_an_exchange_the_evidence_is_whole_and_the_booking_can_be_cancelled(at: At) -> None:
    made = sold(at)
    at.post(f"{made.url}/serial", serial=imei(), reason="repaired")

    assert "The evidence is whole" in at.beside("manager").get(f"{made.url}/evidence").text
    assert at.post(f"{made.url}/cancel", reason="other").status == 303


@pytest.mark.parametrize("wrong", ["", "123", "490154203237517", "35-209900-176148", "abc"])
def test_a_number_that_cannot_be_one_is_refused_and_stays_in_its_field(at: At, wrong: str) -> None:
    made = sold(at)

    refused = at.post(f"{made.url}/serial", serial=wrong, reason="exchanged")

    assert refused.status == 422
    assert f'value="{wrong}"' in refused.html
    assert made.line.serial == made.draft.lines[0].serial


def test_a_reason_is_asked_for_and_none_is_chosen_beforehand(at: At) -> None:
    made = sold(at)

    assert "checked" not in at.get(f"{made.url}/serial").html
    assert at.post(f"{made.url}/serial", serial=imei()).status == 422


def test_a_number_another_booking_covers_is_refused_until_that_one_has_another(at: At) -> None:
    made, other = sold(at), sold(at)

    refused = at.post(f"{made.url}/serial", serial=other.line.serial, reason="exchanged")
    assert refused.status == 422
    assert "covers this number already" in refused.text

    at.post(f"{other.url}/serial", serial=imei(), reason="mistyped")
    assert at.post(f"{made.url}/serial", serial=other.draft.lines[0].serial, reason="exchanged").status == 303


def test_the_same_form_twice_is_one_exchange(at: At) -> None:
    made, new = sold(at), imei()
    form = at.get(f"{made.url}/serial").form(f"{made.url}/serial")

    first, second = (at.post(f"{made.url}/serial", form=form, serial=new, reason="exchanged") for _ in range(2))

    assert first.status == second.status == 303
    assert at.get(made.url).text.count("exchanged for one with another number") == 1


def test_nothing_is_changed_in_a_cancelled_booking(at: At) -> None:
    made = sold(at)
    at.post(at.post(f"{made.url}/cancel", reason="other").location)
    if made.booking.status != "CANCELLED":
        manager = at.beside("manager")
        manager.post(manager.post(f"{made.url}/cancel", reason="other").location)

    for page in ("contact", "serial", "cancel"):
        assert at.get(f"{made.url}/{page}").location == made.url


def test_a_change_is_written_down_without_what_it_says(at: At) -> None:
    made = sold(at)
    at.post(f"{made.url}/contact", email="secret@home.example")

    entry = at.people.audited(at.store.partner_code, frozenset({at.store.id}))[0]

    assert (entry.action, entry.subject, entry.facts) == (
        "contact_changed",
        made.booking_id,
        {"fields": ["email"], "mode": "live"},
    )


def test_a_card_number_is_the_serial_of_no_product_that_has_no_imei(at: At) -> None:
    made = sold(at, identifier="serial", serial="ABC12345", sku="NW-TB-11", title="Tablet 11")

    refused = at.post(f"{made.url}/serial", serial="378282246310005", reason="mistyped")

    assert refused.status == 422
    assert "378282246310005" not in refused.html


def test_a_card_number_is_no_telephone_number_after_the_sale_either(northwind: Partner) -> None:
    there = tablet(northwind.app, country="JP")
    made = sold(there)

    refused = there.post(f"{made.url}/contact", phone="4111 1111 1111 1111")

    assert refused.status == 422
    assert "looks like a card number" in refused.text
    assert "4111" not in refused.html
