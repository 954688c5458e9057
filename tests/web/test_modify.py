"""Modify Booking: at once, or previewed and confirmed. Contact changes are free; prices follow the sale's release."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import orjson
import pytest

from app.adapters.tables import events
from tests.contract import booking_of, misfits, modification_of, stored_rows
from tests.partner import Partner, published_platform, republish

Booking = dict[str, Any]
DIFFERENCES = {"price_diff", "price_diff_formatted"}
TOTAL_DIFFERENCES = {"total_price_diff", "total_price_diff_formatted"}


def dearer(booking: Booking) -> dict[str, Any]:
    """A camera of US$360 instead of 300: the first product costs US$49.42 instead of 41.18."""
    return {"quotes": [{"id": booking["quotes"][0]["id"], "update_fields": {"product": {"retail_value": 360.0}}}]}


def quote_change(booking: Booking, place: int = 0, **fields: Any) -> dict[str, Any]:
    return {"quotes": [{"id": booking["quotes"][place]["id"]} | fields]}


def undecorated(booking: Booking) -> Booking:
    """Without what only an answer to a modification has, and without the moments it moves."""
    quotes = [
        {name: value for name, value in quote.items() if name not in DIFFERENCES | {"updated_at"}}
        for quote in booking["quotes"]
    ]
    left_out = TOTAL_DIFFERENCES | {"update_id", "updated_at", "partner", "customer_language"}
    return {name: value for name, value in booking.items() if name not in left_out} | {"quotes": quotes}


def test_a_direct_change_is_answered_with_the_booking_after_it_and_the_difference(northwind: Partner) -> None:
    before = northwind.booked("camera", "device-protection-1y", "accidental-damage-2y")

    changed = modification_of(northwind.patch(f"bookings/{before['id']}", dearer(before)))

    assert (changed["total_price"], changed["total_price_formatted"]) == (67.28, "US$67.28")
    assert (changed["total_price_diff"], changed["total_price_diff_formatted"]) == (8.24, "US$8.24")
    assert [(quote["price"], quote["price_diff"], quote["price_diff_formatted"]) for quote in changed["quotes"]] == [
        (49.42, 8.24, "US$8.24"),
        (17.86, 0.0, "US$0.00"),
    ]
    assert "update_id" not in changed
    assert changed["quotes"][0]["cover_amount"] == 720.0


def test_afterwards_the_booking_is_shown_as_it_was_answered_and_without_differences(northwind: Partner) -> None:
    before = northwind.booked("camera")

    changed = modification_of(northwind.patch(f"bookings/{before['id']}/", dearer(before)))
    shown = booking_of(northwind.get(f"bookings/{before['id']}/"))

    assert undecorated(shown) == undecorated(changed)
    assert shown["updated_at"] == changed["updated_at"] > before["updated_at"]
    assert shown["created_at"] == before["created_at"]
    assert not (TOTAL_DIFFERENCES | {"update_id"}) & set(shown)
    assert not DIFFERENCES & set(shown["quotes"][0])


def test_a_preview_changes_nothing_and_its_confirmation_does_what_it_said(northwind: Partner) -> None:
    before = northwind.booked("camera")
    path = f"bookings/{before['id']}"

    preview = modification_of(northwind.patch(f"{path}/quote_for_update", dearer(before)))
    assert northwind.shown(before["id"]) == before

    done = modification_of(northwind.post(f"{path}/confirm_update/{preview['update_id']}/", {}), 201)
    after = northwind.shown(before["id"])

    assert preview["total_price"] == done["total_price"] == after["total_price"] == 49.42
    assert preview["total_price_diff"] == done["total_price_diff"] == 8.24
    assert list(preview)[-3:] == ["total_price_diff", "total_price_diff_formatted", "update_id"]
    assert "update_id" not in done
    assert undecorated(preview) == undecorated(done) == undecorated(after)


@pytest.mark.parametrize("body", [b"", b"{}", b"null"])
@pytest.mark.parametrize("slash", ["", "/"])
def test_a_confirmation_of_a_preview_needs_no_body(northwind: Partner, body: bytes, slash: str) -> None:
    before = northwind.booked("camera")
    path = f"bookings/{before['id']}"
    preview = modification_of(northwind.patch(f"{path}/quote_for_update{slash}", dearer(before)))

    modification_of(northwind.post(f"{path}/confirm_update/{preview['update_id']}{slash}", body), 201)


def test_a_cheaper_change_gives_money_back(northwind: Partner) -> None:
    before = northwind.booked("camera")

    change = quote_change(before, update_fields={"product": {"quantity": 1}})
    changed = modification_of(northwind.patch(f"bookings/{before['id']}", change))

    assert (changed["total_price_diff"], changed["total_price_diff_formatted"]) == (-19.73, "-US$19.73")


@pytest.mark.parametrize(
    ("example", "product", "fields", "difference"),
    [
        ("tablet-japan", "device-protection-1y", {"product": {"retail_value": 70000}}, (515, "JP¥515")),
        ("laptop-kuwait", "device-protection-1y", {"product": {"quantity": 2}}, (-21.07, "-KWD21.070")),
    ],
)
def test_differences_are_in_the_currency_of_the_sale(
    northwind: Partner, example: str, product: str, fields: dict[str, Any], difference: tuple[Any, str]
) -> None:
    before = northwind.booked(example, product)

    changed = modification_of(northwind.patch(f"bookings/{before['id']}", quote_change(before, update_fields=fields)))

    assert (changed["total_price_diff"], changed["total_price_diff_formatted"]) == difference
    assert type(changed["total_price_diff"]) is type(difference[0])


def test_contact_changes_are_free_and_need_no_quotes(northwind: Partner) -> None:
    before = northwind.booked("camera")

    change = {"policyholder": {"phone": "+4930123456", "city": "Berlin", "middle_name": None}}
    changed = modification_of(northwind.patch(f"bookings/{before['id']}", change))

    assert changed["total_price_diff"] == 0.0
    assert changed["policyholder"] == before["policyholder"] | {"phone": "+4930123456", "city": "Berlin"}
    assert northwind.shown(before["id"])["policyholder"] == changed["policyholder"]
    assert undecorated(changed) | {"policyholder": None} == undecorated(before) | {"policyholder": None}


def test_another_mail_address_is_another_account(northwind: Partner) -> None:
    before = northwind.booked("camera")

    change = {"policyholder": {"email": "someone-else@example.org"}}
    changed = modification_of(northwind.patch(f"bookings/{before['id']}", change))

    assert changed["account_url"] != before["account_url"]
    assert changed["security_token"] == before["security_token"]


def test_insured_people_are_exchanged_for_free(northwind: Partner) -> None:
    before = northwind.booked("camera")
    people = [{"first_name": "Ben", "last_name": "Costa"}]

    changed = modification_of(northwind.patch(f"bookings/{before['id']}", quote_change(before, insured=people)))

    assert changed["quotes"][0]["insured"] == people
    assert changed["total_price_diff"] == 0.0
    assert northwind.shown(before["id"])["quotes"][0]["insured"] == people


@pytest.mark.parametrize("body", [b"", b"{}", b'{"quotes": []}', b'{"quotes": null, "policyholder": null}'])
def test_asking_for_nothing_changes_nothing_and_sends_nothing(northwind: Partner, body: bytes) -> None:
    before = northwind.booked("camera")
    trail = len(stored_rows(northwind.app, events, trail_id=before["fast_quote_id"]))

    changed = modification_of(northwind.patch(f"bookings/{before['id']}", body))

    assert changed["total_price_diff"] == 0.0
    assert changed["updated_at"] == before["updated_at"]
    assert northwind.shown(before["id"]) == before
    assert len(stored_rows(northwind.app, events, trail_id=before["fast_quote_id"])) == trail


def test_repeating_a_contact_that_is_already_so_changes_nothing(northwind: Partner) -> None:
    before = northwind.booked("camera")

    modification_of(northwind.patch(f"bookings/{before['id']}", {"policyholder": {"first_name": "Ana"}}))

    assert northwind.shown(before["id"]) == before


def test_a_start_moves_and_the_end_follows_by_the_products_rule(northwind: Partner) -> None:
    before = northwind.booked("camera")

    change = quote_change(before, policy_start_date="2026-12-01T00:00:00Z")
    changed = modification_of(northwind.patch(f"bookings/{before['id']}", change))

    quote = changed["quotes"][0]
    assert quote["policy_start_date"] == "2026-12-01T00:00:00+00:00"
    assert quote["policy_end_date"] == "2027-12-01T00:00:00+00:00"
    assert quote["duration"] == "365 00:00:00"
    assert changed["total_price_diff"] == 0.0


def test_dates_that_are_already_so_change_nothing(northwind: Partner) -> None:
    before = northwind.booked("camera")
    quote = before["quotes"][0]

    change = quote_change(
        before, policy_start_date=quote["policy_start_date"], policy_end_date=quote["policy_end_date"]
    )
    changed = modification_of(northwind.patch(f"bookings/{before['id']}", change))

    assert undecorated(changed) == undecorated(before)


def test_a_longer_trip_costs_more(meridian: Partner) -> None:
    before = meridian.booked("city-break", "travel-medical-worldwide")

    change = quote_change(before, policy_end_date="2027-03-20")
    changed = modification_of(meridian.patch(f"bookings/{before['id']}", change))

    quote = changed["quotes"][0]
    assert (quote["policy_start_date"], quote["policy_end_date"]) == ("2027-03-12T00:00:00", "2027-03-20T00:00:00")
    assert changed["total_price_diff"] == quote["price_diff"] == 10.44
    assert changed["total_price"] == 35.64


def test_changes_add_up_and_each_keeps_those_before_it(northwind: Partner) -> None:
    before = northwind.booked("camera")
    path = f"bookings/{before['id']}"
    # The camera's price, the number of cameras, the number again, the price again: total and difference after each.
    steps = [
        ({"retail_value": 360.0}, 49.42, 8.24),
        ({"quantity": 1}, 25.74, -23.68),
        ({"quantity": 2}, 49.42, 23.68),
        ({"retail_value": 300.0}, 41.18, -8.24),
    ]

    for product, total, difference in steps:
        change = quote_change(before, update_fields={"product": product})
        changed = modification_of(northwind.patch(path, change))
        assert (changed["total_price"], changed["total_price_diff"]) == (total, difference)


def test_a_change_of_one_quote_leaves_the_others_and_the_sums_agree(northwind: Partner) -> None:
    before = northwind.booked("phone-uk", "device-protection-1y", "device-protection-2y")
    change = quote_change(before, 1, update_fields={"product": {"quantity": 2}})

    changed = modification_of(northwind.patch(f"bookings/{before['id']}", change))

    first, second = changed["quotes"]
    assert first["price"] == before["quotes"][0]["price"]
    assert second["price"] > before["quotes"][1]["price"]
    assert changed["total_price"] == pytest.approx(first["price"] + second["price"], abs=1e-9)
    assert changed["total_tax"] == pytest.approx(first["tax"]["total_tax"] + second["tax"]["total_tax"], abs=1e-9)
    assert changed["total_premium"] == pytest.approx(changed["total_price"] - changed["total_tax"], abs=1e-9)


def test_changes_of_different_fields_at_once_are_all_kept(northwind: Partner) -> None:
    before = northwind.booked("camera")
    fields = {"city": "Leeds", "postcode": "LS1", "address1": "1 Mill Lane", "company": "Costa", "region": "York"}
    barrier = Barrier(len(fields))

    def send(field: tuple[str, str]) -> int:
        barrier.wait()
        return northwind.patch(f"bookings/{before['id']}", {"policyholder": dict([field])}).status_code

    with ThreadPoolExecutor(len(fields)) as threads:
        statuses = list(threads.map(send, fields.items()))

    assert statuses == [200] * len(fields)
    assert northwind.shown(before["id"])["policyholder"] == before["policyholder"] | fields
    rows = stored_rows(northwind.app, events, trail_id=before["fast_quote_id"])
    assert [row.number for row in rows] == list(range(1, len(fields) + 2))


def test_a_price_follows_the_release_of_the_sale_not_the_one_in_force(sqlite_environment: dict[str, str]) -> None:
    partner = published_platform(sqlite_environment, "northwind")
    sold = partner.booked("camera")

    def ten_times_as_dear(document: dict[str, Any]) -> None:
        document["products"]["device-protection-1y"]["pricing"]["minimum"] = 400.0
        document["products"]["device-protection-1y"]["pricing"]["maximum"] = 500.0

    republish(partner, "northwind", ten_times_as_dear)
    changed = modification_of(partner.patch(f"bookings/{sold['id']}", dearer(sold)))

    assert changed["total_price"] == 49.42
    assert partner.booked("camera")["total_price"] > 400


def test_a_product_that_is_no_longer_sold_can_still_be_changed(sqlite_environment: dict[str, str]) -> None:
    partner = published_platform(sqlite_environment, "northwind")
    sold = partner.booked("camera")

    def withdrawn(document: dict[str, Any]) -> None:
        document["offers"]["device-cover"]["products"] = ["device-protection-2y"]
        document["offers"]["device-cover"]["product_rules"] = []

    republish(partner, "northwind", withdrawn)

    assert modification_of(partner.patch(f"bookings/{sold['id']}", dearer(sold)))["total_price"] == 49.42


def test_evidence_says_what_was_changed_and_what_it_cost_before_and_after(northwind: Partner) -> None:
    before = northwind.booked("camera")

    change = dearer(before) | {"policyholder": {"phone": "+4930123456"}}
    northwind.patch(f"bookings/{before['id']}", change)

    *_, last = stored_rows(northwind.app, events, trail_id=before["fast_quote_id"])
    facts = orjson.loads(last.facts)
    assert (last.name, last.actor) == ("modified", f"partner:{northwind.key_id}")
    assert (facts["difference"], facts["contact"]) == ("US$8.24", ["phone"])
    assert facts["quotes"][0] | {"id": ""} == {
        "id": "",
        "price_before": "US$41.18",
        "price": "US$49.42",
        "fee": "US$0.00",
        "from": "2026-10-02T09:30:00+00:00",
        "to": "2027-10-02T09:30:00+00:00",
        "changed": ["product"],
    }
    assert "+4930123456" not in last.facts


def test_the_documented_schema_tells_a_modification_from_a_booking(northwind: Partner) -> None:
    booking = northwind.booked("camera")

    assert misfits("booking", booking) == []
    assert misfits("modification", booking) != []
