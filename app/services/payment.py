"""What we keep of a payment: who took it, and the reference. Never a card number."""

import re
from typing import Any

from app.domain.errors import BodyInvalid

_CARD = re.compile(r"(?:[0-9][ -]?){13,19}")
SHOWN_DIGITS = 4


def kept_payment(given: dict[str, Any] | None, partner: dict[str, Any]) -> dict[str, Any] | None:
    if given is None:
        return None
    provider, allowed = given.get("provider"), partner.get("payment_providers")
    if provider is not None and allowed is not None and provider not in allowed:
        rule = f"{provider[:100]!r} is not a payment provider of this partner; it has {', '.join(allowed)}"
        raise BodyInvalid(errors={"payment_details": {"provider": [rule]}})
    reference = given.get("transaction_id")
    return {"provider": provider, "transaction_id": None if reference is None else without_card_number(reference)}


def without_card_number(text: str) -> str:
    """A card number sent by mistake is cut to its last digits before anything is kept: refusing would lose the sale."""
    return _CARD.sub(lambda found: _masked(found[0]), text)


def _masked(text: str) -> str:
    digits = [int(character) for character in text if character.isdigit()]
    doubled = [digit if place % 2 == 0 else digit * 2 - 9 * (digit > 4) for place, digit in enumerate(reversed(digits))]
    if sum(doubled) % 10:
        return text
    return "*" * (len(digits) - SHOWN_DIGITS) + "".join(str(digit) for digit in digits[-SHOWN_DIGITS:])
