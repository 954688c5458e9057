"""What Confirm Offer refuses: said in the words partners' systems match, and without a trace in any table."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from tests.contract import booking_of, refusal_of, row_counts
from tests.partner import ANA, Partner, wish, with_key

Offer = dict[str, Any]
Body = dict[str, Any]
UNKNOWN = "01a1fe7c-c8e0-71cf-b9fe-374d84304397"
REQUIRED = ["This field is required."]
ONE_LINE = "Must be one line of text."
NOT_THERE = {"type": "api_error", "message": "Quote package does not exist"}


@pytest.fixture(scope="module")
def offer(northwind: Partner) -> Offer:
    """An offer that nothing in this file may book."""
    return northwind.offered("camera")


@contextmanager
def no_trace(partner: Partner) -> Iterator[None]:
    before = row_counts(partner.app)
    yield
    assert row_counts(partner.app) == before


def ana(**fields: Any) -> Body:
    return {"policyholder": ANA | fields}


def without(*names: str) -> Body:
    return {"policyholder": {name: value for name, value in ANA.items() if name not in names}}


# What is put into a good body, and the errors.
WRONG: list[tuple[Body, Any]] = [
    ({"quotes": None}, {"quotes": ["This field may not be null."]}),
    ({"quotes": []}, {"quotes": ["Name at least one quote, and at most 100."]}),
    ({"quotes": {}}, {"quotes": ["Must be a list."]}),
    ({"quotes": ["x"]}, {"quotes": {"0": ["Must be an object."]}}),
    ({"quotes": [{}]}, {"quotes": {"0": {"id": REQUIRED}}}),
    ({"quotes": [{"id": 7}]}, {"quotes": {"0": {"id": ["Not a valid string."]}}}),
    ({"quotes": [{"id": "x"}]}, {"quotes": {"0": {"id": ["Must be a valid UUID."]}}}),
    ({"quotes": [{"id": UNKNOWN + "\n"}]}, {"quotes": {"0": {"id": ["Must be a valid UUID."]}}}),
    ({"quotes": [{"id": UNKNOWN}] * 101}, {"quotes": ["Name at least one quote, and at most 100."]}),
    ({"quotes": [{"id": UNKNOWN, "insured": [{"age": "7"}]}]},
     {"quotes": {"0": {"insured": {"0": {"age": ["A valid integer is required."]}}}}}),
    ({"quotes": [{"id": UNKNOWN, "first_instalment_paid": "yes"}]},
     {"quotes": {"0": {"first_instalment_paid": ["Must be a valid boolean."]}}}),
    ({"policyholder": None}, {"policyholder": ["This field may not be null."]}),
    ({"policyholder": "Ana"}, {"policyholder": ["Must be an object."]}),
    ({"policyholder": {}}, {"policyholder": dict.fromkeys(ANA, REQUIRED)}),
    *[(without(name), {"policyholder": {name: REQUIRED}}) for name in ANA],
    *[(ana(**{name: None}), {"policyholder": {name: ["This field may not be null."]}}) for name in ANA],
    (ana(first_name=""), {"policyholder": {"first_name": ["This field may not be blank."]}}),
    (ana(last_name="   "), {"policyholder": {"last_name": ["This field may not be blank."]}}),
    (ana(first_name="Ana\n"), {"policyholder": {"first_name": ["This field may not be blank."]}}),
    (ana(city="Sea\nttle"), {"policyholder": {"city": [ONE_LINE]}}),
    (ana(city="Seattle\n"), {"policyholder": {"city": [ONE_LINE]}}),
    (ana(last_name="x" * 201), {"policyholder": {"last_name": ["Ensure this field has no more than 200 characters."]}}),
    (ana(company="x" * 100_000),
     {"policyholder": {"company": ["Ensure this field has no more than 200 characters."]}}),
    (ana(phone="12065550123"), {"policyholder": {"phone": ['The phone number should start with "+" character']}}),
    (ana(phone="+"), {"policyholder": {"phone": ['The phone number should start with "+" character']}}),
    (ana(email="ana"), {"policyholder": {"email": ["Enter a valid email address."]}}),
    (ana(email="a@b, c@d"), {"policyholder": {"email": ["Enter a valid email address."]}}),
    (ana(email="a@b\r\nBcc: c@d"), {"policyholder": {"email": ["Enter a valid email address."]}}),
    (ana(country="USA"), {"policyholder": {"country": ["Must be a country of two letters (ISO 3166-1)."]}}),
    (ana(birth_date="1990-02-30"), {"policyholder": {"birth_date": ["Must be a date such as 1990-05-31."]}}),
    (ana(birth_date="31.05.1990"), {"policyholder": {"birth_date": ["Must be a date such as 1990-05-31."]}}),
    (ana(birth_date="1990-05-31\n"), {"policyholder": {"birth_date": ["Must be a date such as 1990-05-31."]}}),
    (ana(age=-1), {"policyholder": {"age": ["Must be a whole number from 0 to 150."]}}),
    (ana(age=True), {"policyholder": {"age": ["A valid integer is required."]}}),
    (ana(email="x", phone="1"),
     {"policyholder": {"email": ["Enter a valid email address."],
                       "phone": ['The phone number should start with "+" character']}}),
    ({"partner_transaction_id": "x" * 201},
     {"partner_transaction_id": ["Ensure this field has no more than 200 characters."]}),
    ({"partner_transaction_id": 184}, {"partner_transaction_id": ["Not a valid string."]}),
    ({"payment_details": []}, {"payment_details": ["Must be an object."]}),
    ({"payment_details": {"provider": "stripe"}},
     {"payment_details": {"provider": [
         "'stripe' is not a payment provider of this partner; it has card_gateway, wallet, bank_transfer"]}}),
    ({"display_receipt": "seen"}, {"display_receipt": ["Must be an object."]}),
    ({"selection_token": 5}, {"selection_token": ["Not a valid string."]}),
    # Unknown fields are told when all that is required and known is in order, and not before.
    ({"coupon": "X"}, {"coupon": "Unexpected field"}),
    (ana(nickname="A"), {"policyholder": {"nickname": "Unexpected field"}}),
    ({"quotes": [{"id": UNKNOWN, "price": 1}]}, {"quotes": {"0": {"price": "Unexpected field"}}}),
    ({"payment_details": {"card": "x"}, "coupon": 1},
     {"payment_details": {"card": "Unexpected field"}, "coupon": "Unexpected field"}),
    ({"coupon": "X", **without("phone")}, {"policyholder": {"phone": REQUIRED}}),
    ({"coupon": "X", **ana(nickname="A", age=-1)},
     {"policyholder": {"age": ["Must be a whole number from 0 to 150."]}}),
]  # fmt: skip


@pytest.mark.parametrize(("change", "errors"), WRONG)
def test_a_wrong_body_is_told_field_by_field_and_leaves_no_trace(
    northwind: Partner, offer: Offer, change: Body, errors: Any
) -> None:
    with no_trace(northwind):
        said = refusal_of(northwind.confirm(offer, wish(offer) | change), 422)

    assert said == {"type": "validation_error", "message": "An API error occurred.", "errors": errors}


@pytest.mark.parametrize(
    ("raw", "status", "errors"),
    [
        (b"", 422, {"quotes": REQUIRED, "policyholder": REQUIRED}),
        (b"null", 422, {"quotes": REQUIRED, "policyholder": REQUIRED}),
        (b"{}", 422, {"quotes": REQUIRED, "policyholder": REQUIRED}),
        (b"[]", 422, {"non_field_errors": ["Must be an object."]}),
        (b"1", 422, {"non_field_errors": ["Must be an object."]}),
        (b"{", 400, None),
        (b'{"quotes": [], "quotes": []}', 400, None),
        (b'{"policyholder": {"first_name": "\\u0000"}}', 400, None),
        (b'{"policyholder": "\xff"}', 400, None),
        (b'{"a":' * 65 + b"1" + b"}" * 65, 400, None),
        (b'{"x": "' + b"x" * 300_000 + b'"}', 413, None),
    ],
)
def test_what_is_no_such_body_is_refused_without_a_trace(
    northwind: Partner, offer: Offer, raw: bytes, status: int, errors: Any
) -> None:
    with no_trace(northwind):
        said = refusal_of(northwind.confirm(offer, raw), status)

    assert said.get("errors") == errors


def test_another_content_type_is_refused_without_a_trace(northwind: Partner, offer: Offer) -> None:
    with no_trace(northwind):
        refusal_of(northwind.confirm(offer, Content_Type="text/plain"), 415)


def test_version_2_lists_the_same_sentences_with_their_fields(northwind: Partner, offer: Offer) -> None:
    body = wish(offer) | ana(age=-1, email="x")

    said = refusal_of(northwind.confirm(offer, body, X_API_Error_Version="v2"), 422, "v2")

    assert [(one["code"], one["product_config_id"], one["quote_id"]) for one in said["errors"]] == [
        ("offer_validation_request_invalid", None, None)
    ]
    assert said["errors"][0]["details"] == [
        "policyholder.email: Enter a valid email address.",
        "policyholder.age: Must be a whole number from 0 to 150.",
    ]
    assert said["code"] == "offer_validation_request_invalid"


def test_a_second_confirmation_names_the_booking_in_both_versions(northwind: Partner) -> None:
    offer = northwind.offered("camera")
    booking = booking_of(northwind.confirm(offer))
    sentence = f"Booking already exists for fast_quote_id {offer['id']}. INS number: {booking['id']}"

    with no_trace(northwind):
        first = refusal_of(northwind.confirm(offer), 422)
        second = refusal_of(northwind.confirm(offer, X_API_Error_Version="v2"), 422, "v2")

    assert first == {"type": "validation_error", "message": "An API error occurred.", "errors": [sentence]}
    assert second == {
        "type": "validation_error",
        "message": "An API error occurred.",
        "errors": [
            {
                "product_config_id": None,
                "quote_id": None,
                "code": "offer_validation_request_invalid",
                "details": [sentence],
            }
        ],
        "code": "offer_validation_request_invalid",
        "error_id": offer["id"],
        "metadata": {},
    }


@pytest.mark.parametrize("offer_id", [UNKNOWN, "x", "%00", UNKNOWN.replace("-", ""), "x" * 3_000])
def test_an_unknown_offer_is_told_in_the_recorded_words(northwind: Partner, offer: Offer, offer_id: str) -> None:
    with no_trace(northwind):
        said = refusal_of(northwind.post(f"offers/{offer_id}/confirm/", wish(offer)), 404)
        again = refusal_of(
            northwind.post(f"offers/{offer_id}/confirm/", wish(offer), X_API_Error_Version="v2"), 404, "v2"
        )

    assert said == NOT_THERE
    assert (again["message"], again["code"]) == (NOT_THERE["message"], "offer_not_found")


Owner = Callable[[Partner, Partner, Partner], Partner]


@pytest.mark.parametrize(
    "owner",
    [
        lambda northwind, tester, hearthside: hearthside,
        lambda northwind, tester, hearthside: tester,
    ],
    ids=["of another partner", "of the other mode"],
)
def test_a_foreign_offer_does_not_exist(
    northwind: Partner, northwind_test: Partner, hearthside: Partner, owner: Owner
) -> None:
    theirs = owner(northwind, northwind_test, hearthside)
    foreign = theirs.offered("apartment-in-paris" if theirs.code == "HRTHS" else "camera")

    with no_trace(northwind):
        said = refusal_of(northwind.confirm(foreign), 404)

    assert said == NOT_THERE
    booking_of(theirs.confirm(foreign))
    assert refusal_of(northwind.confirm(foreign), 404) == NOT_THERE


def test_an_offer_is_confirmed_until_the_moment_its_price_ends(northwind: Partner) -> None:
    made_at = datetime(2026, 11, 1, 12, tzinfo=UTC)
    with time_machine.travel(made_at, tick=False):
        early, late = northwind.offered("camera"), northwind.offered("camera")

    with time_machine.travel(made_at + timedelta(hours=720) - timedelta(seconds=1), tick=False):
        booking_of(northwind.confirm(early))
    with time_machine.travel(made_at + timedelta(hours=720), tick=False), no_trace(northwind):
        said = refusal_of(northwind.confirm(late), 422)

    assert said["errors"] == [f"The price of offer {late['id']} was held until 2026-12-01 12:00 UTC."]


def test_a_key_of_another_partner_learns_nothing(northwind: Partner, offer: Offer) -> None:
    stranger = with_key(northwind.app, "STRNG")

    with no_trace(northwind):
        assert refusal_of(stranger.confirm(offer), 404) == NOT_THERE
