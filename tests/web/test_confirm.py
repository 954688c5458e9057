"""Confirm Offer: the answer is a whole booking, every key in the order of the contract."""

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from sqlalchemy import Row

from app.adapters.tables import bookings
from app.domain.identifiers import UNAMBIGUOUS
from tests.contract import booking_of, stored_rows
from tests.partner import ANA, Partner, quote_ids, wish

# As in the sample of contract section 2.2, each level literally.
BOOKING_KEYS = (
    "id status currency total_price total_price_formatted partner_transaction_id created_at updated_at pds_url"
    " security_token quotes coi account_url sign_up_url policyholder total_tax total_tax_formatted total_premium"
    " total_premium_formatted fnol_link cancel_link booking_agent fast_quote_id"
)
QUOTE_KEYS = (
    "id policy_start_date policy_end_date status price price_formatted policy insured tax duration benefits commission"
    " created_at confirmed_at updated_at cancelled_at cancelled_from is_renewable is_pricebeat_enabled cover_amount"
    " cover_amount_formatted pds_url attachments files custom_documents extra_fields surcharge parent_quote_status"
    " experiment next_renewal can_be_cancelled third_party_admins ombudsman_list cancellation_info"
)
POLICY_KEYS = (
    "policy_type policy_type_version policy_type_slug policy_type_group_name policy_name policy_code policy_version"
    " category content underwriter claim_selector_id policy_currency"
)
TAX_KEYS = "total_tax total_amount_without_tax taxes total_tax_formatted total_amount_without_tax_formatted"
COMMISSION_KEYS = (
    "partner_commission surcharge_commission total_commission partner_commission_formatted"
    " surcharge_commission_formatted total_commission_formatted"
)
POLICYHOLDER_KEYS = (
    "first_name last_name email phone address1 address2 postcode city region birth_date gender company company_reg_id"
    " middle_name country age secondary_email allow_updates fields_allowed_to_update"
)
FULL_ANA = ANA | {
    "middle_name": "Rosa",
    "secondary_email": "ana@work.example",
    "address1": "1 Pine Street",
    "address2": "Apt 4",
    "postcode": "98101",
    "city": "Seattle",
    "region": "WA",
    "birth_date": "1990-05-31",
    "age": 36,
    "gender": "female",
    "company": "Costa & Söhne",
    "company_reg_id": "HRB 4711",
}


def keys(body: dict[str, Any]) -> str:
    """The keys in the order they were sent."""
    return " ".join(body)


def stored(partner: Partner, booking_id: str) -> Row[Any]:
    return stored_rows(partner.app, bookings, id=booking_id)[0]


@pytest.fixture(scope="module")
def offer(northwind: Partner) -> dict[str, Any]:
    """The offer for two cameras at US$300."""
    return northwind.offered("camera")


@pytest.fixture(scope="module")
def booking(northwind: Partner, offer: dict[str, Any]) -> dict[str, Any]:
    """Its first product and the accessories' cover, confirmed."""
    return booking_of(northwind.confirm(offer, wish(offer, "device-protection-1y", "accidental-damage-2y")))


def test_the_booking_has_every_key_in_the_order_of_the_contract(booking: dict[str, Any]) -> None:
    quote = booking["quotes"][0]

    assert keys(booking) == BOOKING_KEYS
    assert keys(quote) == QUOTE_KEYS
    assert keys(quote["policy"]) == POLICY_KEYS
    assert list(quote["policy"]["underwriter"]) == ["disclaimer", "name"]
    assert keys(quote["tax"]) == TAX_KEYS
    assert keys(quote["commission"]) == COMMISSION_KEYS
    assert list(quote["surcharge"]) == ["total_amount", "surcharges", "total_amount_formatted"]
    assert list(quote["cancellation_info"]) == ["reason_for_cancellation"]
    assert keys(booking["policyholder"]) == POLICYHOLDER_KEYS
    assert list(booking["coi"]) == ["url", "pdf"]


def test_a_tax_line_says_its_amount_its_name_and_the_amount_in_words(northwind: Partner) -> None:
    offer = northwind.offered("phone-uk")

    quote = booking_of(northwind.confirm(offer))["quotes"][0]

    assert quote["tax"] == {
        "total_tax": 6.75,
        "total_amount_without_tax": 56.27,
        "taxes": [{"tax_amount": 6.75, "tax_code": "Insurance premium tax", "tax_amount_formatted": "£6.75"}],
        "total_tax_formatted": "£6.75",
        "total_amount_without_tax_formatted": "£56.27",
    }
    assert list(quote["tax"]["taxes"][0]) == ["tax_amount", "tax_code", "tax_amount_formatted"]


def test_the_booking_is_confirmed_and_says_which_offer_it_was(booking: dict[str, Any], offer: dict[str, Any]) -> None:
    assert booking["status"] == "CONFIRMED"
    assert booking["fast_quote_id"] == offer["id"]
    assert {quote["status"] for quote in booking["quotes"]} == {"CONFIRMED"}
    assert all(quote["can_be_cancelled"] for quote in booking["quotes"])


def test_totals_are_the_sums_over_the_quotes(booking: dict[str, Any]) -> None:
    assert (booking["total_price"], booking["total_price_formatted"]) == (59.04, "US$59.04")
    assert (booking["total_tax"], booking["total_tax_formatted"]) == (0.0, "US$0.00")
    assert (booking["total_premium"], booking["total_premium_formatted"]) == (59.04, "US$59.04")


def test_the_booking_id_is_of_the_recorded_form_without_ambiguous_characters(booking: dict[str, Any]) -> None:
    assert re.fullmatch(r"[A-Z0-9]{5}-[A-Z0-9]{5}-INS", booking["id"])
    assert set(booking["id"].removesuffix("-INS").replace("-", "")) <= set(UNAMBIGUOUS)


def test_the_links_lead_to_our_pages_and_the_guarded_ones_carry_the_token(booking: dict[str, Any]) -> None:
    site, number, token = "https://cover.example/en-us", booking["id"], booking["security_token"]
    quote = booking["quotes"][0]

    assert booking["pds_url"] == f"{site}/pds/{number}"
    assert quote["pds_url"] == f"{site}/pds/{number}?policy_type=device_protection_v1&quote_id={quote['id']}"
    assert booking["coi"] == {
        "url": f"{site}/coi/{number}?security_token={token}",
        "pdf": f"{site}/coi/{number}.pdf?security_token={token}",
    }
    assert booking["fnol_link"] == f"{site}/account/claims/fnol?bookingID={number}&security_token={token}"
    assert booking["cancel_link"] == f"{site}/cancel/{number}?security_token={token}"
    account = urlsplit(booking["account_url"])
    assert f"{account.scheme}://{account.netloc}{account.path}" == f"{site}/account"
    assert list(parse_qs(account.query)) == ["id", "signup_token", "region"]
    assert booking["sign_up_url"] == booking["account_url"]


def test_bookings_of_one_address_are_one_account_and_each_has_its_own_token(northwind: Partner) -> None:
    first, second = northwind.booked("camera"), northwind.booked("camera")

    accounts = [booking["account_url"].partition("&")[0] for booking in (first, second)]
    assert accounts[0] == accounts[1]
    assert first["account_url"] != second["account_url"]
    assert first["security_token"] != second["security_token"]


def test_moments_are_in_utc_with_microseconds(northwind: Partner) -> None:
    with time_machine.travel(datetime(2026, 11, 21, 10, 0, 0, tzinfo=UTC), tick=False):
        offer = northwind.offered("camera")
    with time_machine.travel(datetime(2026, 11, 21, 10, 5, 0, 700, tzinfo=UTC), tick=False):
        booking = booking_of(northwind.confirm(offer))

    quote = booking["quotes"][0]
    assert booking["created_at"] == booking["updated_at"] == "2026-11-21T10:05:00.000700Z"
    assert quote["confirmed_at"] == quote["updated_at"] == "2026-11-21T10:05:00.000700Z"
    assert quote["created_at"][:19] == "2026-11-21T10:00:00"
    assert quote["cancelled_at"] is quote["cancelled_from"] is None


def test_a_policyholder_sent_whole_is_echoed_whole(northwind: Partner) -> None:
    offer = northwind.offered("camera")

    booking = booking_of(northwind.confirm(offer, wish(offer, policyholder=FULL_ANA)))

    assert booking["policyholder"] == FULL_ANA | {"allow_updates": False, "fields_allowed_to_update": []}


def test_what_was_not_sent_of_the_policyholder_is_null(booking: dict[str, Any]) -> None:
    absent = {name: None for name in POLICYHOLDER_KEYS.split() if name not in ANA}

    assert booking["policyholder"] == absent | ANA | {"allow_updates": False, "fields_allowed_to_update": []}


def test_insured_people_are_echoed_as_they_were_sent(northwind: Partner) -> None:
    offer = northwind.offered("camera")
    people = [{"first_name": "Ana", "last_name": "Costa"}, {"age": 7, "metadata": {"seat": "4A"}}, {}]
    body = wish(offer)
    body["quotes"][0]["insured"] = people

    assert booking_of(northwind.confirm(offer, body))["quotes"][0]["insured"] == people


def test_without_insured_people_the_field_is_null(booking: dict[str, Any]) -> None:
    assert booking["quotes"][0]["insured"] is None


@pytest.mark.parametrize(
    ("sent", "echoed"),
    [({}, "NW-2026-000184"), ({"partner_transaction_id": "NW-9"}, "NW-9"), ({"partner_transaction_id": None}, None)],
)
def test_the_partners_reference_is_that_of_the_confirmation_or_else_of_the_offer(
    northwind: Partner, sent: dict[str, Any], echoed: str | None
) -> None:
    offer = northwind.offered("camera")

    booking = booking_of(northwind.confirm(offer, wish(offer, **sent)))

    assert booking["partner_transaction_id"] == (echoed or "NW-2026-000184")


@pytest.mark.parametrize("agent", [None, "Desk 4", {"name": "Kim", "desk": 4}])
def test_the_booking_agent_is_echoed(northwind: Partner, agent: Any) -> None:
    offer = northwind.offered("camera")

    assert booking_of(northwind.confirm(offer, wish(offer, booking_agent=agent)))["booking_agent"] == agent


def test_policy_words_and_files_are_those_of_the_release(booking: dict[str, Any], offer: dict[str, Any]) -> None:
    quote, offered = booking["quotes"][0], offer["products"][0]["details"]

    assert quote["policy"] | {"underwriter": None} == {
        "policy_type": "device_protection",
        "policy_type_version": "1",
        "policy_type_slug": "device_protection_v1",
        "policy_type_group_name": "retail",
        "policy_name": "Device protection",
        "policy_code": "DEVPROT1",
        "policy_version": offered["policy_version_id"],
        "category": None,
        "content": {},
        "underwriter": None,
        "claim_selector_id": None,
        "policy_currency": "EUR",
    }
    assert quote["policy"]["underwriter"]["name"] == "Harbour Mutual Insurance"
    assert quote["files"] == offered["files"]
    assert quote["benefits"] == offered["benefits"]
    assert quote["extra_fields"] == offered["extra_fields"]


def test_commission_is_shown_though_the_offer_was_not_asked_for_it(northwind: Partner) -> None:
    offer = northwind.offered("camera")

    commission = booking_of(northwind.confirm(offer))["quotes"][0]["commission"]

    assert commission == {
        "partner_commission": 7.41,
        "surcharge_commission": 0,
        "total_commission": 7.41,
        "partner_commission_formatted": "US$7.41",
        "surcharge_commission_formatted": "US$0.00",
        "total_commission_formatted": "US$7.41",
    }


@pytest.mark.parametrize("prefix", ["/x", "/xcover"])
@pytest.mark.parametrize("slash", ["", "/"])
def test_both_prefixes_and_both_endings_confirm(northwind: Partner, prefix: str, slash: str) -> None:
    caller = Partner(northwind.app, "NWIND", northwind.key_id, northwind.secret, prefix=prefix)
    offer = caller.offered("camera")

    booking_of(caller.post(f"offers/{offer['id']}/confirm{slash}", wish(offer)))


def test_ids_may_be_written_in_capitals(northwind: Partner) -> None:
    offer = northwind.offered("camera")
    body = wish(offer) | {"quotes": [{"id": quote_ids(offer)["device-protection-2y"].upper()}]}

    booking = booking_of(northwind.post(f"offers/{offer['id'].upper()}/confirm/", body))

    assert booking["fast_quote_id"] == offer["id"]
    assert booking["quotes"][0]["id"] == quote_ids(offer)["device-protection-2y"]


def test_a_card_number_sent_by_mistake_is_stored_nowhere(northwind: Partner) -> None:
    offer = northwind.offered("camera")
    payment = {"provider": "wallet", "transaction_id": "4111 1111 1111 1111"}

    booking = booking_of(northwind.confirm(offer, wish(offer, payment_details=payment)))

    row = stored(northwind, booking["id"])
    assert "************1111" in row.state
    for table in bookings.metadata.sorted_tables:
        assert "4111 1111" not in str(stored_rows(northwind.app, table))
