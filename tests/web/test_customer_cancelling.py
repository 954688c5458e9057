"""Cancel by oneself: choose, see, confirm. Nothing changes before the last button."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest
import time_machine

from app.adapters.locales import LANGUAGES
from app.adapters.locales import said as words
from app.domain.refunds import cooling_off_ends_at
from tests.customer import BOTH, Customer, customer_of, said
from tests.partner import Partner

CALM = datetime(2026, 11, 3, 12, tzinfo=UTC)


@pytest.fixture
def two(northwind: Partner) -> Customer:
    return customer_of(northwind, "camera", *BOTH)


def test_with_several_covers_nothing_is_chosen_beforehand(two: Customer) -> None:
    page = two.opens("cancel").text

    assert page.count('type="checkbox"') == 2
    assert "checked" not in page


def test_with_one_cover_there_is_nothing_to_choose(northwind: Partner) -> None:
    customer = customer_of(northwind, "camera")

    assert "checkbox" not in customer.opens("cancel").text
    assert customer.follows(customer.sends("cancel")).status_code == 200


def test_who_chooses_nothing_is_asked_again_and_keeps_what_was_typed(two: Customer) -> None:
    answer = two.sends("cancel", reason="Sold <b>it</b>")

    assert answer.status_code == 422
    assert words("customer", "en")("error.choose") in said(answer)
    assert 'value="Sold &lt;b&gt;it&lt;/b&gt;"' in answer.text
    assert 'href="#quotes"' in answer.text and 'id="quotes"' in answer.text


@pytest.mark.parametrize("reason", ["x" * 501, "two\nlines", "nul\x00"])
def test_a_reason_is_one_line_of_reasonable_length(two: Customer, reason: str) -> None:
    assert two.sends("cancel", quotes=two.quote_ids, reason=reason).status_code == 422


def test_somebody_elses_cover_cannot_be_chosen(two: Customer, northwind: Partner) -> None:
    other = customer_of(northwind, "camera")

    assert two.sends("cancel", quotes=other.quote_ids).status_code == 422
    assert northwind.shown(other.id)["status"] == "CONFIRMED"


def test_the_page_promises_what_the_api_promises(two: Customer) -> None:
    """To the cent, in and after the cooling-off days."""
    for days in (0, 40, 400):
        with time_machine.travel(datetime.now(UTC) + timedelta(days=days)):
            preview = two.partner.post(f"bookings/{two.id}/cancel", {"preview": True}).json
            page = said(two.follows(two.sends("cancel", quotes=two.quote_ids)))

        assert preview["total_refund_formatted"] in page
        for quote in preview["quotes"]:
            assert f"US${quote['refund_value']:.2f}" in page


def test_a_preview_changes_nothing(two: Customer) -> None:
    two.follows(two.sends("cancel", quotes=two.quote_ids))

    assert two.partner.shown(two.id) == two.booking
    assert two.mails("cancellation") == []


def test_after_the_cooling_off_days_the_unused_days_are_said(two: Customer) -> None:
    confirmed = datetime.fromisoformat(two.booking["quotes"][0]["confirmed_at"])
    with time_machine.travel(cooling_off_ends_at(confirmed, 60) + timedelta(days=1)):
        page = said(two.follows(two.sends("cancel", quotes=two.quote_ids[:1])))

    assert "of 731 days are not used yet" in page


def test_confirming_cancels_writes_evidence_and_sends_a_letter(two: Customer) -> None:
    preview = two.sends("cancel", quotes=two.quote_ids[:1], reason="No longer needed").headers["Location"]

    answer = two.follows(two.partner.client.post(preview))

    first, second = two.partner.shown(two.id)["quotes"]
    assert (first["status"], second["status"]) == ("CANCELLED", "CONFIRMED")
    assert first["cancellation_info"]["reason_for_cancellation"] == "No longer needed"
    (event,) = two.happened("cancelled")
    assert event.actor == "customer"
    (letter,) = two.mails("cancellation")
    assert orjson.loads(letter.payload)["to"] == [two.booking["policyholder"]["email"]]
    assert words("customer", "en")("cancelled.part_title") in said(answer)
    assert first["price_formatted"] in said(answer)


def test_confirming_twice_cancels_once(two: Customer) -> None:
    preview = two.sends("cancel", quotes=two.quote_ids).headers["Location"]

    answers = [two.partner.client.post(preview) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 200]
    assert words("customer", "en")("cancelled.title") in said(answers[1])
    assert len(two.happened("cancelled")) == len(two.mails("cancellation")) == 1


def test_a_preview_of_yesterday_cannot_be_confirmed(two: Customer) -> None:
    preview = two.sends("cancel", quotes=two.quote_ids).headers["Location"]

    with time_machine.travel(datetime.now(UTC) + timedelta(hours=24, minutes=1)):
        answer = two.partner.client.post(preview)

    assert words("customer", "en")("gone.title") in said(answer)
    assert two.partner.shown(two.id)["status"] == "CONFIRMED"


def test_a_preview_of_a_booking_that_has_changed_cannot_be_confirmed(two: Customer) -> None:
    preview = two.sends("cancel", quotes=two.quote_ids).headers["Location"]
    two.partner.patch(f"bookings/{two.id}", {"policyholder": {"city": "Tacoma"}})

    answer = two.partner.client.post(preview)

    assert words("customer", "en")("gone.title") in said(answer)
    assert two.happened("cancelled") == []


def test_somebody_elses_preview_does_not_exist(two: Customer, northwind: Partner) -> None:
    other = customer_of(northwind, "camera")
    preview = other.sends("cancel").headers["Location"].partition("?")[0].rpartition("/")[2]
    address = two.address("cancel").replace("?", f"/{preview}?")

    assert northwind.client.get(address).status_code == 404
    assert northwind.client.post(address).status_code == 404
    assert northwind.shown(other.id)["status"] == "CONFIRMED"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cancelled_booking_says_so_and_what_came_back(northwind: Partner, language: str) -> None:
    customer = customer_of(northwind, "camera")
    northwind.post(f"bookings/{customer.id}/cancel", {})

    answer = customer.opens("cancel", language)

    assert answer.status_code == 200
    assert words("customer", language)("cancelled.booking") in said(answer)
    assert "<form" not in answer.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_way_works_in_every_language(two: Customer, language: str) -> None:
    preview = two.sends("cancel", language, quotes=two.quote_ids)
    shown = said(two.follows(preview))
    done = said(two.follows(two.partner.client.post(preview.headers["Location"])))

    say = words("customer", language)
    assert say("preview.pays", partner="Northwind US") in shown
    assert say("cancelled.title") in done
