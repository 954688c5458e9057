"""Confirm Offer books what was chosen: some of the products, by the product rules, and as the shopper's token says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
import time_machine

from app.adapters.tables import bookings, events
from app.domain.selection import Selection
from tests.contract import booking_of, refusal_of, row_counts, stored_rows
from tests.partner import Partner, published_platform, quote_ids, wish

Offer = dict[str, Any]
NOBODYS_QUOTE = "2b3c4d5e-6f70-4182-93a4-b5c6d7e8f90b"


def facts_of(partner: Partner, offer: Offer, name: str) -> list[dict[str, Any]]:
    """What the offer's trail says of each event of this name."""
    return [orjson.loads(row.facts) for row in stored_rows(partner.app, events, trail_id=offer["id"], name=name)]


def test_a_subset_is_booked_and_the_rest_is_not(northwind: Partner) -> None:
    offer = northwind.offered("camera")

    booking = booking_of(northwind.confirm(offer, wish(offer, "accidental-damage-2y", "device-protection-3y")))

    ids = quote_ids(offer)
    assert [quote["id"] for quote in booking["quotes"]] == [ids["accidental-damage-2y"], ids["device-protection-3y"]]
    assert booking["total_price"] == 109.73


def test_a_choice_that_keeps_the_rules_has_no_metadata(northwind: Partner) -> None:
    assert "metadata" not in northwind.booked("camera", "device-protection-1y", "accidental-damage-2y")


def test_a_choice_that_breaks_a_rule_is_booked_reported_and_kept_as_evidence(northwind: Partner) -> None:
    offer = northwind.offered("camera")

    booking = booking_of(northwind.confirm(offer, wish(offer, "device-protection-1y", "device-protection-2y")))

    broken = {
        "slug": "plans",
        "min_select": 0,
        "max_select": 1,
        "selected": 2,
        "message": "plans: choose 0 to 1, 2 chosen",
    }
    assert booking["metadata"] == {"product_rules": [broken]}
    assert len(booking["quotes"]) == 2
    assert facts_of(northwind, offer, "rules_broken") == [{"rules": [broken]}]


def test_where_rules_are_enforced_the_same_choice_is_refused_and_nothing_stored(
    sqlite_environment: dict[str, str],
) -> None:
    strict = published_platform(sqlite_environment | {"AWNING_PRODUCT_RULES": "reject"}, "northwind")
    offer = strict.offered("camera")
    before = row_counts(strict.app)

    said = refusal_of(strict.confirm(offer, wish(offer, "device-protection-1y", "device-protection-2y")), 422)

    assert said["errors"] == {"quotes": ["plans: choose 0 to 1, 2 chosen"]}
    assert row_counts(strict.app) == before
    booking_of(strict.confirm(offer, wish(offer, "device-protection-1y")))


def test_instalments_are_kept_when_the_product_has_the_plan(hearthside: Partner) -> None:
    offer = hearthside.offered("apartment-in-paris")
    body = wish(offer, "renters-liability")
    body["quotes"][0] |= {"instalment_plan": "1year-monthly", "first_instalment_paid": True}

    booking = booking_of(hearthside.confirm(offer, body))

    (row,) = stored_rows(hearthside.app, bookings, id=booking["id"])
    (quote,) = orjson.loads(row.state)["quotes"]
    assert (quote["instalment_plan"], quote["first_instalment_paid"]) == ("1year-monthly", True)


@pytest.mark.parametrize(
    ("example", "plan", "rule"),
    [
        (
            "apartment-in-paris",
            "weekly",
            "'weekly' is not a plan of this product; it has 1year-monthly, 1year-quarterly",
        ),
        ("apartment-in-paris", "", "'' is not a plan of this product; it has 1year-monthly, 1year-quarterly"),
    ],
)
def test_an_unknown_instalment_plan_is_refused(hearthside: Partner, example: str, plan: str, rule: str) -> None:
    offer = hearthside.offered(example)
    body = wish(offer)
    body["quotes"][0]["instalment_plan"] = plan

    said = refusal_of(hearthside.confirm(offer, body), 422)

    assert said["errors"] == {"quotes": {"0": {"instalment_plan": [rule]}}}


def test_a_product_without_plans_says_so(northwind: Partner) -> None:
    offer = northwind.offered("camera")
    body = wish(offer)
    body["quotes"][0]["instalment_plan"] = "1year-monthly"

    said = refusal_of(northwind.confirm(offer, body), 422)

    rule = "'1year-monthly' is not a plan of this product"
    assert said["errors"] == {"quotes": {"0": {"instalment_plan": [rule]}}}


def test_a_quote_of_another_offer_is_reported_and_the_others_are_booked(northwind: Partner) -> None:
    offer, other = northwind.offered("camera"), northwind.offered("camera")
    foreign = other["products"][0]["id"]
    body = wish(offer)
    body["quotes"].append({"id": foreign})

    booking = booking_of(northwind.confirm(offer, body))

    assert [quote["id"] for quote in booking["quotes"]] == [offer["products"][0]["id"]]
    assert booking["errors"] == {
        foreign: {"message": "The quote is not part of this offer.", "type": "booking_quote_failed"}
    }
    assert list(booking)[-1] == "errors"
    assert "errors" not in northwind.shown(booking["id"])


def test_when_no_quote_can_be_booked_the_whole_confirmation_is_refused(northwind: Partner) -> None:
    offer = northwind.offered("camera")
    body = wish(offer) | {"quotes": [{"id": NOBODYS_QUOTE}]}
    before = row_counts(northwind.app)

    said = refusal_of(northwind.confirm(offer, body), 422)

    assert said | {"error_id": ""} == {
        "type": "validation_error",
        "message": "None of the products could be booked.",
        "error_id": "",
        "code": "booking_quotes_unsuccessful",
        "errors": {NOBODYS_QUOTE: {"message": "The quote is not part of this offer.", "type": "booking_quote_failed"}},
    }
    assert row_counts(northwind.app) == before


def test_version_2_lists_each_quote_that_could_not_be_booked(northwind: Partner) -> None:
    offer = northwind.offered("camera")
    body = wish(offer) | {"quotes": [{"id": NOBODYS_QUOTE}]}

    said = refusal_of(northwind.confirm(offer, body, X_API_Error_Version="v2"), 422, "v2")

    assert said == {
        "type": "validation_error",
        "message": "None of the products could be booked.",
        "errors": [
            {
                "product_config_id": None,
                "quote_id": NOBODYS_QUOTE,
                "code": "booking_quote_failed",
                "details": ["The quote is not part of this offer."],
            }
        ],
        "code": "booking_quotes_unsuccessful",
        "error_id": offer["id"],
        "metadata": {},
    }


@pytest.mark.parametrize("again", [str.lower, str.upper])
def test_a_quote_that_stands_twice_is_refused(northwind: Partner, again: Any) -> None:
    offer = northwind.offered("camera")
    body = wish(offer)
    body["quotes"].append({"id": again(body["quotes"][0]["id"])})

    said = refusal_of(northwind.confirm(offer, body), 422)

    assert said["errors"] == {"quotes": {"1": {"id": ["The quote stands twice in the list."]}}}


def test_a_display_receipt_is_kept_as_evidence_with_what_was_chosen_and_its_price(northwind: Partner) -> None:
    offer = northwind.offered("camera")
    receipt = {"shown_at": "2026-10-02T09:31:00Z", "lines": [{"text": "Protect it", "price": "US$41.18"}]}

    booking = booking_of(northwind.confirm(offer, wish(offer, display_receipt=receipt)))

    (facts,) = facts_of(northwind, offer, "confirmed")
    assert facts["display_receipt"] == receipt
    assert facts["booking"] == booking["id"]
    assert facts["total"] == "US$41.18"
    assert [quote["product"] for quote in facts["quotes"]] == ["device-protection-1y"]
    assert "Ana" not in orjson.dumps(facts).decode()


@pytest.fixture
def chosen(northwind: Partner) -> tuple[Offer, Selection]:
    """An offer, and what its shopper chose: the first product at the price shown."""
    offer = northwind.offered("camera")
    until = int((datetime.now(UTC) + timedelta(hours=1)).timestamp())
    return offer, Selection("NWIND", offer["id"], "accepted", (offer["products"][0]["id"],), "US$41.18", until)


def token(partner: Partner, selection: Selection) -> str:
    return partner.platform.selections.token(selection)


def test_a_token_that_says_what_is_confirmed_passes_and_is_noted(
    northwind: Partner, chosen: tuple[Offer, Selection]
) -> None:
    offer, selection = chosen

    booking_of(northwind.confirm(offer, wish(offer, selection_token=token(northwind, selection))))

    assert facts_of(northwind, offer, "confirmed")[0]["chosen_in_panel"] is True


@pytest.mark.parametrize("sent", [{}, {"selection_token": None}])
def test_without_a_token_nothing_was_chosen_in_a_panel(northwind: Partner, sent: dict[str, Any]) -> None:
    offer = northwind.offered("camera")

    booking_of(northwind.confirm(offer, wish(offer, **sent)))

    assert facts_of(northwind, offer, "confirmed")[0]["chosen_in_panel"] is False


@pytest.mark.parametrize(
    ("said_otherwise", "sentence"),
    [
        ({"partner_code": "HRTHS"}, "The token is for another partner."),
        ({"offer_id": NOBODYS_QUOTE}, "The token is for another offer."),
        ({"decision": "declined"}, "The shopper declined."),
        ({"quote_ids": (NOBODYS_QUOTE,)}, "The shopper chose other products."),
        ({"total": "US$40.00"}, "The shopper was shown US$40.00, this would cost US$41.18."),
    ],
)
def test_a_token_that_says_otherwise_is_refused_and_leaves_no_trace(
    northwind: Partner, chosen: tuple[Offer, Selection], said_otherwise: dict[str, Any], sentence: str
) -> None:
    offer, selection = chosen
    wrong = token(northwind, replace(selection, **said_otherwise))
    before = row_counts(northwind.app)

    said = refusal_of(northwind.confirm(offer, wish(offer, selection_token=wrong)), 422)

    assert said["errors"] == {"selection_token": [sentence]}
    assert row_counts(northwind.app) == before
    booking_of(northwind.confirm(offer, wish(offer, selection_token=token(northwind, selection))))


def test_an_expired_token_is_refused(northwind: Partner, chosen: tuple[Offer, Selection]) -> None:
    offer, selection = chosen

    with time_machine.travel(datetime.now(UTC) + timedelta(hours=2)):
        answer = northwind.confirm(offer, wish(offer, selection_token=token(northwind, selection)))

    assert refusal_of(answer, 422)["errors"] == {"selection_token": ["The token has expired; ask the shopper again."]}


def test_a_tampered_token_is_refused(northwind: Partner, chosen: tuple[Offer, Selection]) -> None:
    offer, selection = chosen
    whole = token(northwind, selection)

    for wrong in (whole[:-3] + "abc", "x" + whole, "", "4000 characters".ljust(4_000, "x")):
        said = refusal_of(northwind.confirm(offer, wish(offer, selection_token=wrong)), 422)
        assert said["errors"] == {"selection_token": ["This is not a token of ours, or it was changed."]}
