"""What a shopper chose in a panel must be what is confirmed, down to the price that was shown."""

from dataclasses import replace
from typing import Any

import pytest

from app.domain.errors import BodyInvalid
from app.domain.selection import Selection

NOW = 1_800_000_000
CHOSEN = Selection("NWIND", "offer-1", "accepted", ("a", "b"), "US$49.50", NOW + 60)
EXPECTED = replace(CHOSEN, expires_at=0)

# What the token says otherwise, and the sentence. Where several things are wrong the first in this order is told.
MISMATCHES: list[tuple[dict[str, Any], str]] = [
    ({"partner_code": "HRTHS", "offer_id": "other", "decision": "declined"}, "The token is for another partner."),
    ({"offer_id": "offer-2", "expires_at": NOW - 1}, "The token is for another offer."),
    ({"expires_at": NOW - 1, "decision": "declined"}, "The token has expired; ask the shopper again."),
    ({"expires_at": NOW}, "The token has expired; ask the shopper again."),
    ({"decision": "declined", "quote_ids": ()}, "The shopper declined."),
    ({"quote_ids": ("a",), "total": "US$1.00"}, "The shopper chose other products."),
    ({"quote_ids": ("a", "b", "c")}, "The shopper chose other products."),
    ({"total": "US$48.00"}, "The shopper was shown US$48.00, this would cost US$49.50."),
]


def test_the_same_choice_passes() -> None:
    CHOSEN.check(EXPECTED, NOW)


def test_the_order_of_the_products_does_not_matter() -> None:
    replace(CHOSEN, quote_ids=("b", "a")).check(EXPECTED, NOW)


@pytest.mark.parametrize(("said", "sentence"), MISMATCHES)
def test_anything_else_is_refused_with_its_reason(said: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BodyInvalid) as refused:
        replace(CHOSEN, **said).check(EXPECTED, NOW)

    assert refused.value.errors == {"selection_token": [sentence]}
