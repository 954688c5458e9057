"""What we keep of a payment: who took it, and the reference. Never a card number."""

from typing import Any

from app.domain.card_numbers import without_card_number
from app.domain.errors import BodyInvalid


def kept_payment(given: dict[str, Any] | None, partner: dict[str, Any]) -> dict[str, Any] | None:
    if given is None:
        return None
    provider, allowed = given.get("provider"), partner.get("payment_providers")
    if provider is not None and allowed is not None and provider not in allowed:
        rule = f"{provider[:100]!r} is not a payment provider of this partner; it has {', '.join(allowed)}"
        raise BodyInvalid(errors={"payment_details": {"provider": [rule]}})
    reference = given.get("transaction_id")
    # Cut, not refused: the customer has paid, and refusing would lose the sale.
    return {"provider": provider, "transaction_id": None if reference is None else without_card_number(reference)}
