"""What we keep of a payment: who took it, and the reference. Never a card number."""

import re
from typing import Any

from app.domain.errors import BodyInvalid

_FIGURES = re.compile(r"[0-9]+(?:[ -][0-9]+)*")
_GAP = re.compile(r"([ -])")
CARD_DIGITS = range(13, 20)
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
    return _FIGURES.sub(lambda found: _masked(found[0]), text)


def _masked(figures: str) -> str:
    """Groups of figures: some that stand together may be a card, with an expiry date or a code before or behind."""
    groups = _GAP.split(figures)
    for first in range(0, len(groups), 2):
        for end in range(len(groups), first, -2):
            digits = "".join(groups[first:end:2])
            if len(digits) in CARD_DIGITS and _is_card(digits):
                shown = "*" * (len(digits) - SHOWN_DIGITS) + digits[-SHOWN_DIGITS:]
                return "".join([*groups[:first], shown, *groups[end : end + 1], _masked("".join(groups[end + 1 :]))])
    return figures


def _is_card(digits: str) -> bool:
    """The check figure all card networks share."""
    figures = [int(digit) for digit in reversed(digits)]
    doubled = [figure * 2 - 9 * (figure > 4) for figure in figures[1::2]]
    return (sum(figures[::2]) + sum(doubled)) % 10 == 0
