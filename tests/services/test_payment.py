"""What is kept of a payment: who took it and the reference, and never a card number."""

from typing import Any

import pytest

from app.domain.card_numbers import without_card_number
from app.domain.errors import BodyInvalid
from app.services.payment import kept_payment

ANY: dict[str, Any] = {}
TWO = {"payment_providers": ["wallet", "bank_transfer"]}

# Well-known test numbers of card networks; they belong to nobody.
CARDS = [
    ("4111111111111111", "************1111"),
    ("4111 1111 1111 1111", "************1111"),
    ("4111-1111-1111-1111", "************1111"),
    ("378282246310005", "***********0005"),
    ("5555555555554444", "************4444"),
    ("6304000000000000", "************0000"),
    ("pay 4111111111111111 ok", "pay ************1111 ok"),
    ("4111 1111 1111 1111 12/28", "************1111 12/28"),
    ("4111111111111111 1228 123", "************1111 1228 123"),
    ("ORDER-2026-4111111111111111", "ORDER-2026-************1111"),
    ("4111111111111111 and 378282246310005", "************1111 and ***********0005"),
    ("4111111111111111 378282246310005", "************1111 ***********0005"),
]
NO_CARDS = [
    "pay_000184",
    "4111111111111112",
    "123456789012",
    "2026-10-02",
    "",
    "ORDER-4111-1111",
    "41111111111111111111",
]


@pytest.mark.parametrize(("text", "kept"), CARDS)
def test_a_card_number_is_cut_to_its_last_four_digits(text: str, kept: str) -> None:
    assert without_card_number(text) == kept


@pytest.mark.parametrize("text", NO_CARDS)
def test_any_other_reference_is_kept_as_it_is(text: str) -> None:
    assert without_card_number(text) == text


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (None, None),
        ({}, {"provider": None, "transaction_id": None}),
        ({"provider": "wallet"}, {"provider": "wallet", "transaction_id": None}),
        ({"transaction_id": "p-1"}, {"provider": None, "transaction_id": "p-1"}),
        (
            {"provider": "wallet", "transaction_id": "4111111111111111"},
            {"provider": "wallet", "transaction_id": "************1111"},
        ),
    ],
)
def test_provider_and_reference_are_kept(given: Any, kept: Any) -> None:
    assert kept_payment(given, TWO) == kept


def test_a_provider_the_partner_does_not_have_is_refused_with_the_ones_it_has() -> None:
    with pytest.raises(BodyInvalid) as refused:
        kept_payment({"provider": "cash"}, TWO)

    sentence = "'cash' is not a payment provider of this partner; it has wallet, bank_transfer"
    assert refused.value.errors == {"payment_details": {"provider": [sentence]}}


def test_a_partner_that_lists_no_providers_may_use_any() -> None:
    assert kept_payment({"provider": "cash"}, ANY) == {"provider": "cash", "transaction_id": None}
