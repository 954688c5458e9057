"""Which offer a request gets: drafts, exclusions, access, priority and experiments."""

from collections import Counter
from typing import Any

import pytest

from tests.contract import misfits, offer_of, refusal_of, stored_offer
from tests.partner import Partner, example


def headphones(**partner: str) -> dict[str, Any]:
    """A purchase that two variants of the experiment `audio-terms` compete for."""
    return example("northwind", "headphones") | {"partner": partner}


def name_of(partner: Partner, offer: dict[str, Any]) -> str:
    names = {config_id: name for name, config_id in partner.config_ids().items()}
    return names[offer["offer_config_id"]]


@pytest.mark.parametrize(
    ("kind", "query", "sees_it"),
    [
        ("live", "", False),
        ("live", "?active_only=false", False),
        ("live", "?active_only=true", False),
        ("test", "", True),
        ("test", "?active_only=false", True),
        ("test", "?active_only=true", False),
    ],
)
def test_drafts_are_for_test_keys_that_do_not_ask_for_active_offers_only(
    northwind: Partner, northwind_test: Partner, kind: str, query: str, sees_it: bool
) -> None:
    caller = northwind_test if kind == "test" else northwind

    answer = caller.create_offer(example("northwind", "keyboard-draft"), query)

    if sees_it:
        assert name_of(northwind, offer_of(answer)) == "instruments-draft"
    else:
        assert refusal_of(answer, 404)["code"] == "offer_not_found_no_match_context"


def test_the_higher_priority_wins_and_its_subsidiary_decides_who_gets_it(northwind: Partner) -> None:
    phone = example("northwind", "phone-uk")
    elsewhere = phone | {"partner": {"subsidiary": "NORTHWIND-DE"}}

    assert name_of(northwind, offer_of(northwind.create_offer(phone))) == "uk-phone-cover"
    assert name_of(northwind, offer_of(northwind.create_offer(elsewhere))) == "device-cover"
    assert name_of(northwind, offer_of(northwind.create_offer(phone | {"partner": {}}))) == "device-cover"


@pytest.mark.parametrize(
    "written",
    [
        "?exclude_offer_ids={short},{long}",
        "?exclude_offer_ids={short}&exclude_offer_ids={long}",
        "?exclude_offer_ids={long},&exclude_offer_ids={short}",
        "?exclude_offer_ids={SHORT},{LONG}",
        "?exclude_offer_ids={short},{long},00000000-0000-4000-8000-000000000000",
    ],
    ids=["commas", "repeats", "both", "capitals", "with an unknown id"],
)
def test_excluded_offers_give_way_to_the_next_one(northwind: Partner, written: str) -> None:
    ids = northwind.config_ids()
    short, long = ids["audio-cover-short"], ids["audio-cover-long"]
    query = written.format(short=short, long=long, SHORT=short.upper(), LONG=long.upper())

    offer = offer_of(northwind.create_offer(headphones(), query))

    assert name_of(northwind, offer) == "device-cover"


def test_unknown_excluded_ids_change_nothing(northwind: Partner) -> None:
    query = "?exclude_offer_ids=00000000-0000-4000-8000-000000000000"

    offer = offer_of(northwind.create_offer(example("northwind", "camera"), query))

    assert name_of(northwind, offer) == "device-cover"


def test_with_every_offer_excluded_there_are_none(northwind: Partner) -> None:
    query = "?exclude_offer_ids=" + ",".join(northwind.config_ids().values())

    body = refusal_of(northwind.create_offer(headphones(), query), 404)

    assert body["code"] == "offer_not_found_no_offers"


def test_an_offer_that_matches_but_is_closed_to_the_subsidiary_is_refused_as_such(hearthside: Partner) -> None:
    room = example("hearthside", "room-at-a-dublin-college")
    room["partner"]["subsidiary"] = "HEARTHSIDE-CITY"
    ids = hearthside.config_ids()
    others = ",".join(config_id for name, config_id in ids.items() if name != "campus-room")

    body = refusal_of(hearthside.create_offer(room, f"?exclude_offer_ids={others}"), 404)

    assert body["code"] == "offer_not_found_access_denied"


def test_a_running_experiment_is_named_in_every_product_and_in_metadata(northwind: Partner) -> None:
    offer = offer_of(northwind.create_offer(headphones(customer_id="C-1")))

    said = offer["metadata"]["experiment"]
    assert said["name"] == "audio-terms"
    assert said["variant"] in ("short", "long")
    assert all(product["details"]["experiment"] == said for product in offer["products"])
    assert " ".join(offer).endswith("content metadata errors")
    row = stored_offer(northwind.app, offer["id"])
    assert said["variant"] in row.answer


def test_without_an_experiment_nothing_is_said_of_one(northwind: Partner) -> None:
    offer = offer_of(northwind.create_offer(example("northwind", "camera")))

    assert "metadata" not in offer
    assert all(product["details"]["experiment"] == {} for product in offer["products"])


@pytest.mark.parametrize("reference", ["customer_id", "transaction_id"])
def test_the_same_customer_or_else_the_same_order_stays_in_the_same_variant(northwind: Partner, reference: str) -> None:
    for number in range(6):
        asked = headphones(**{reference: f"R-{number}"})

        variants = {offer_of(northwind.create_offer(asked))["metadata"]["experiment"]["variant"] for _ in range(4)}

        assert len(variants) == 1


def test_the_customer_counts_before_the_order(northwind: Partner) -> None:
    variants = {
        offer_of(northwind.create_offer(headphones(customer_id="C-9", transaction_id=f"T-{number}")))["metadata"][
            "experiment"
        ]["variant"]
        for number in range(12)
    }

    assert len(variants) == 1


def test_many_customers_are_shared_out_by_weight(northwind: Partner) -> None:
    seen: Counter[str] = Counter()
    for number in range(60):
        offer = offer_of(northwind.create_offer(headphones(customer_id=f"C-{number}"), "?include_content=false"))
        seen[offer["metadata"]["experiment"]["variant"]] += 1

    # The draw is a hash of the customer: these sixty fall the same way on every machine.
    assert set(seen) == {"short", "long"}
    assert min(seen.values()) >= 18


def test_product_rules_name_the_quotes_of_this_offer(northwind: Partner) -> None:
    offer = offer_of(northwind.create_offer(example("northwind", "camera")))

    quotes = {product["name"]: product["id"] for product in offer["products"]}
    plans, upsell, second_chance = offer["product_rules"]
    assert [rule["slug"] for rule in (plans, upsell, second_chance)] == ["plans", "upsell", "second-chance"]
    assert plans["product_ids"] == [quotes[f"device-protection-{years}y"] for years in (1, 2, 3)]
    assert upsell["product_ids"] == [quotes["accidental-damage-2y"]]
    assert [upsell["initial_state"], upsell["min_select"], upsell["max_select"]] == ["hide", 0, 1]
    assert plans["events"][0] == {
        "type": "select",
        "product_ids": plans["product_ids"],
        "target": "upsell",
        "action": "show",
    }
    assert plans["events"][2] == {"type": "reject", "target": "upsell", "action": "hide"}


def test_product_rules_are_left_out_where_none_are_configured(hearthside: Partner) -> None:
    offer = offer_of(hearthside.create_offer(example("hearthside", "studio-in-leipzig")))

    assert "product_rules" not in offer


def test_a_product_without_a_price_is_named_by_position_and_leaves_rules_and_words(meridian: Partner) -> None:
    answer = meridian.create_offer(example("meridian", "long-stay"))

    offer = offer_of(answer)
    assert list(offer["errors"]) == ["2"]
    assert offer["errors"]["2"]["type"] == "quote_creation_failure"
    assert "calculation failed. Expression: " in offer["errors"]["2"]["message"]
    assert [product["name"] for product in offer["products"]] == [
        "trip-cancellation-standard",
        "trip-cancellation-flex",
    ]
    assert [rule["slug"] for rule in offer["product_rules"]] == ["cancellation"]
    assert [words["id"] for words in offer["content"]["products"]] == [p["id"] for p in offer["products"]]


def without_a_value() -> dict[str, Any]:
    camera = example("northwind", "camera")
    del camera["context"]["product"]["retail_value"]
    return camera


def test_when_every_product_fails_version_1_lists_them_by_position(northwind: Partner) -> None:
    body = refusal_of(northwind.create_offer(without_a_value()), 422)

    assert list(body) == ["type", "message", "error_id", "code", "errors"]
    assert body["type"] == "validation_error"
    assert body["message"] == "Offer could not be created due to quote generation errors"
    assert body["code"] == "offer_quote_generation_failed"
    assert list(body["errors"]) == ["0", "1", "2", "3", "4", "metadata"]
    assert body["errors"]["0"] == {
        "message": "value calculation failed. Expression: to_policy_currency(context.product.retail_value)",
        "type": "quote_creation_failure",
    }
    assert body["errors"]["metadata"] == {"selected_offer_id": northwind.config_ids()["device-cover"]}


def test_when_every_product_fails_version_2_lists_them_with_product_quote_code_and_reason(northwind: Partner) -> None:
    answer = northwind.create_offer(without_a_value(), X_API_Error_Version="v2")

    body = refusal_of(answer, 422, "v2")
    assert list(body) == ["type", "message", "errors", "code", "error_id", "metadata"]
    assert body["code"] == "offer_quote_generation_failed"
    assert body["metadata"] == {"selected_offer_id": northwind.config_ids()["device-cover"]}
    assert len(body["errors"]) == 5
    assert len({failure["quote_id"] for failure in body["errors"]}) == 5
    for failure in body["errors"]:
        assert list(failure) == ["product_config_id", "quote_id", "code", "details"]
        assert failure["code"] == "offer_quote_pricing_error"
        assert failure["details"] == ["context.product.retail_value is missing"]
    priced = offer_of(northwind.create_offer(example("northwind", "camera")))
    assert [failure["product_config_id"] for failure in body["errors"]] == [
        product["product_config_id"] for product in priced["products"]
    ]


def test_a_partial_failure_is_no_error_of_either_version(meridian: Partner) -> None:
    for version in ("v1", "v2"):
        answer = meridian.create_offer(example("meridian", "long-stay"), X_API_Error_Version=version)

        assert answer.status_code == 200
        assert misfits("offer", answer.json) == []
