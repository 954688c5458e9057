"""A shopper's choice is checked, recorded at once and answered with a token that Confirm trusts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
import time_machine

from app.adapters.tables import events, trails
from tests.contract import booking_of, refusal_of, row_counts, stored_rows
from tests.partner import Partner, published_platform, quote_ids, republish, wish
from tests.shopper import SHOP, Shopper, shopper_of

Shown = dict[str, Any]
NOBODYS = "01a1fe7c-c8e0-71cf-b9fe-374d84304397"


@pytest.fixture(scope="module")
def shopper(northwind: Partner) -> Shopper:
    return shopper_of(northwind)


@pytest.fixture
def shown(shopper: Shopper) -> Shown:
    return shopper.shown()


def plans(shown: Shown) -> dict[str, str]:
    return quote_ids(shown["offer"])


def state_of(shopper: Shopper, shown: Shown) -> str:
    (row,) = stored_rows(shopper.partner.app, trails, id=shown["offer"]["id"])
    return str(row.state)


def test_a_yes_is_recorded_and_answered_with_the_total_and_a_token(shopper: Shopper, shown: Shown) -> None:
    ids = plans(shown)
    both = ids["device-protection-2y"], ids["accidental-damage-2y"]

    answer = shopper.chooses(shown, *both)

    assert answer.status_code == 200, answer.text
    assert answer.headers["Access-Control-Allow-Origin"] == SHOP
    prices = {product["id"]: product["details"]["finance"]["price"] for product in shown["offer"]["products"]}
    assert answer.json["total"] == pytest.approx(sum(prices[one]["total_amount"] for one in both))
    assert answer.json["total_formatted"] in answer.json["message"]
    assert "2 years and Accessories, 2 years" in answer.json["message"]
    assert answer.json["quote_ids"] == list(both)
    assert shopper.trail(shown) == ["chosen"]


def test_a_no_is_recorded_at_once(shopper: Shopper, shown: Shown) -> None:
    answer = shopper.chooses(shown)

    assert answer.json["decision"] == "declined"
    assert answer.json["message"] == "No cover added."
    assert shopper.trail(shown) == ["declined"]
    assert state_of(shopper, shown) == "DECLINED"


def test_a_change_of_mind_is_recorded_as_one(shopper: Shopper, shown: Shown) -> None:
    ids = plans(shown)
    shopper.chooses(shown, ids["device-protection-1y"])
    shopper.chooses(shown, ids["device-protection-3y"], changed=True)
    shopper.chooses(shown, changed=True)

    assert shopper.trail(shown) == ["chosen", "changed", "declined"]
    rows = stored_rows(shopper.partner.app, events, trail_id=shown["offer"]["id"], name="changed")
    assert orjson.loads(rows[0].facts)["quotes"] == [ids["device-protection-3y"]]
    assert rows[0].actor == f"widget:{shopper.key}"


def test_the_partner_confirms_with_the_token(shopper: Shopper, shown: Shown) -> None:
    token = shopper.chooses(shown, plans(shown)["device-protection-2y"]).json["token"]

    answer = shopper.partner.confirm(
        shown["offer"], wish(shown["offer"], "device-protection-2y", selection_token=token)
    )

    assert booking_of(answer)["status"] == "CONFIRMED"
    assert shopper.chooses(shown, plans(shown)["device-protection-2y"]).status_code == 410


def test_a_token_of_another_cart_or_another_choice_is_refused(shopper: Shopper, shown: Shown) -> None:
    token = shopper.chooses(shown, plans(shown)["device-protection-2y"]).json["token"]
    other = shopper.shown()["offer"]

    replayed = shopper.partner.confirm(other, wish(other, "device-protection-2y", selection_token=token))
    swapped = shopper.partner.confirm(
        shown["offer"], wish(shown["offer"], "device-protection-3y", selection_token=token)
    )

    assert refusal_of(replayed, 422)["errors"] == {"selection_token": ["The token is for another offer."]}
    assert refusal_of(swapped, 422)["errors"] == {"selection_token": ["The shopper chose other products."]}


def test_a_dear_thing_is_not_booked_with_the_offer_for_a_cheap_one(shopper: Shopper, shown: Shown) -> None:
    token = shopper.chooses(shown, plans(shown)["device-protection-2y"]).json["token"]
    body = wish(shown["offer"], "device-protection-2y", selection_token=token)

    dear = shopper.partner.confirm(shown["offer"], body | {"context": {"product": {"retail_value": 3000}}})
    right = shopper.partner.confirm(shown["offer"], body | {"context": {"product": {"retail_value": 300}}})

    sentence = "The offer was made for 300.0, this is 3000."
    assert refusal_of(dear, 422)["errors"] == {"context": {"product": {"retail_value": [sentence]}}}
    assert booking_of(right)["status"] == "CONFIRMED"


def test_the_token_of_a_no_does_not_confirm(shopper: Shopper, shown: Shown) -> None:
    token = shopper.chooses(shown).json["token"]

    answer = shopper.partner.confirm(shown["offer"], wish(shown["offer"], selection_token=token))

    assert refusal_of(answer, 422)["errors"] == {"selection_token": ["The shopper declined."]}


# What is chosen, by product, and the rule that is named.
BROKEN = {
    "two of one group": (("device-protection-1y", "device-protection-2y"), "plans: choose 0 to 1, 2 chosen"),
    "from a group that no choice has opened": (("accidental-damage-2y",), "upsell: is not open with this choice"),
    "from the second chance beside a yes": (
        ("device-protection-1y", "extended-warranty-2y"),
        "second-chance: is not open with this choice",
    ),
}


@pytest.mark.parametrize(("products", "rule"), BROKEN.values(), ids=BROKEN.keys())
def test_product_rules_hold_on_the_server_too(
    shopper: Shopper, shown: Shown, products: tuple[str, ...], rule: str
) -> None:
    answer = shopper.chooses(shown, *(plans(shown)[name] for name in products))

    assert answer.status_code == 422
    assert answer.json["errors"] == {"quote_ids": [rule]}
    assert shopper.trail(shown) == []


def test_the_second_chance_may_be_taken_after_a_no(shopper: Shopper, shown: Shown) -> None:
    assert shopper.chooses(shown, plans(shown)["extended-warranty-2y"]).status_code == 200


BODIES: dict[str, tuple[dict[str, Any], str]] = {
    "no decision": ({"decision": None}, "decision"),
    "a decision of its own": ({"decision": "maybe"}, "decision"),
    "a yes to nothing": ({"decision": "accepted", "quote_ids": []}, "quote_ids"),
    "a no to something": ({"decision": "declined", "quote_ids": [NOBODYS]}, "quote_ids"),
    "a stranger's product": (
        {"decision": "accepted", "quote_ids": [NOBODYS]},
        "quote_ids",
    ),
    "what is no id": ({"decision": "accepted", "quote_ids": ["x", 3]}, "quote_ids"),
    "no session": ({"session": None}, "session"),
}


@pytest.mark.parametrize(("change", "field"), BODIES.values(), ids=BODIES.keys())
def test_a_malformed_choice_names_its_field(shopper: Shopper, shown: Shown, change: dict[str, Any], field: str) -> None:
    body = {"session": shown["session"], "decision": "declined", "quote_ids": []} | change

    answer = shopper.sends(f"/widget/offers/{shown['offer']['id']}/selection", body)

    assert answer.status_code == 422
    assert list(answer.json["errors"]) == [field]


def test_a_session_is_good_for_its_offer_its_origin_and_its_time(shopper: Shopper, shown: Shown) -> None:
    other = shopper.shown()
    mixed = {"offer": other["offer"], "session": shown["session"]}
    forged = shown | {"session": shown["session"][:-3] + "abc"}

    assert shopper.chooses(mixed).status_code == 403
    assert shopper.chooses(forged).status_code == 403
    assert shopper.at("https://evil.example").chooses(shown).status_code == 403
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=5)):
        late = shopper.chooses(shown)
    assert late.status_code == 403
    assert late.headers["Access-Control-Allow-Origin"] == SHOP
    assert "ended" in late.json["message"]
    assert shopper.trail(shown) == shopper.trail(other) == []


def test_an_origin_of_the_same_key_is_not_the_page_the_session_was_given_to(northwind: Partner) -> None:
    shopper = shopper_of(northwind, SHOP, "https://second.example")

    assert shopper.at("https://second.example").chooses(shopper.shown()).status_code == 403


def test_an_offer_whose_price_has_ended_takes_no_choice(sqlite_environment: dict[str, str]) -> None:
    partner = published_platform(sqlite_environment, "northwind")
    republish(partner, "northwind", lambda document: document["offers"]["device-cover"].update(expires_after_hours=1))
    shopper = shopper_of(partner)
    shown = shopper.shown()

    with time_machine.travel(datetime.now(UTC) + timedelta(hours=2)):
        answer = shopper.chooses(shown, plans(shown)["device-protection-2y"])

    assert answer.status_code == 410
    assert answer.headers["Access-Control-Allow-Origin"] == SHOP
    assert shopper.trail(shown) == []


def test_what_was_seen_and_opened_is_recorded_once(shopper: Shopper, shown: Shown) -> None:
    quote_id = shown["offer"]["products"][0]["id"]

    first = shopper.reports(shown, "visible", "details_opened", "terms_opened")
    again = shopper.reports(shown, "visible", "details_opened", "terms_opened")
    opened = {"events": [{"name": "details_opened", "quote_id": quote_id}]}
    other = shopper.reports(shown, beacon="beacon-2", **opened)

    assert [first.status_code, again.status_code, other.status_code] == [204, 204, 204]
    assert shopper.trail(shown) == ["seen", "details_opened", "terms_opened", "details_opened"]
    rows = stored_rows(shopper.partner.app, events, trail_id=shown["offer"]["id"])
    assert orjson.loads(rows[-1].facts) == {"quote": quote_id}


REPORTS: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown event": ({"events": [{"name": "confirmed"}]}, "events"),
    "no event": ({"events": []}, "events"),
    "too many": ({"events": [{"name": "visible"}] * 21}, "events"),
    "text": ({"events": ["visible"]}, "events"),
    "no id": ({"id": "x"}, "id"),
    "a quote that is none": ({"events": [{"name": "visible", "quote_id": "x"}]}, "events"),
    "a stranger's quote": ({"events": [{"name": "details_opened", "quote_id": NOBODYS}]}, "events"),
    "a decision among others": ({"events": [{"name": "visible"}, {"name": "declined"}]}, "events"),
    "a yes to a stranger's product": ({"events": [{"name": "selected", "quote_id": NOBODYS}]}, "quote_ids"),
    "a yes to nothing": ({"events": [{"name": "selected"}]}, "quote_ids"),
}


@pytest.mark.parametrize(("change", "field"), REPORTS.values(), ids=REPORTS.keys())
def test_a_malformed_report_names_its_field_and_records_nothing(
    shopper: Shopper, shown: Shown, change: dict[str, Any], field: str
) -> None:
    answer = shopper.reports(shown, "visible", **change)

    assert answer.status_code == 422
    assert list(answer.json["errors"]) == [field]
    assert shopper.trail(shown) == []


def test_a_decision_that_is_reported_goes_the_way_of_all_decisions(shopper: Shopper, shown: Shown) -> None:
    quote_id = plans(shown)["device-protection-2y"]

    for beacon, event in (
        ("beacon-1", {"name": "selected", "quote_id": quote_id}),
        ("beacon-1", {"name": "selected", "quote_id": quote_id}),
        ("beacon-2", {"name": "declined"}),
    ):
        assert shopper.reports(shown, beacon=beacon, events=[event]).status_code == 204

    assert shopper.trail(shown) == ["chosen", "declined"]
    shopper.partner.confirm(shown["offer"])
    late = shopper.reports(shown, beacon="beacon-3", events=[{"name": "selected", "quote_id": quote_id}])
    assert late.status_code == 410


def test_a_choice_that_comes_twice_is_recorded_once_and_answered_twice(shopper: Shopper, shown: Shown) -> None:
    quote_id = plans(shown)["device-protection-2y"]

    first, again = (shopper.chooses(shown, quote_id, id="choice-1").json for _ in range(2))

    assert shopper.trail(shown) == ["chosen"]
    assert {first["decision"], again["decision"]} == {"accepted"}
    assert first["total"] == again["total"]
    assert again["token"]


def test_a_choice_kept_from_the_cart_before_is_marked_as_such(shopper: Shopper, shown: Shown) -> None:
    shopper.chooses(shown, plans(shown)["device-protection-2y"], changed=True, carried=True)

    (row,) = stored_rows(shopper.partner.app, events, trail_id=shown["offer"]["id"])
    assert orjson.loads(row.facts)["carried"] is True


def test_a_trail_grows_to_a_length_and_no_further(shopper: Shopper, shown: Shown) -> None:
    for number in range(14):
        shopper.reports(shown, *["visible"] * 20, beacon=f"beacon-{number}")

    assert len(shopper.trail(shown)) == 200


def test_what_the_panel_says_was_refused_decides_which_groups_are_open(shopper: Shopper, shown: Shown) -> None:
    extended = plans(shown)["extended-warranty-2y"]

    assert shopper.chooses(shown, extended, refused=[]).status_code == 422
    assert shopper.chooses(shown, extended, refused="plans").status_code == 422
    assert shopper.chooses(shown, extended, refused=["plans"]).status_code == 200


def test_a_refused_choice_changes_nothing(shopper: Shopper, shown: Shown) -> None:
    before = row_counts(shopper.partner.app)

    shopper.chooses(shown, NOBODYS)

    assert row_counts(shopper.partner.app) == before
