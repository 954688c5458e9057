"""What a sale at the counter costs altogether, and whether an amount somebody typed is that."""

import re

from app.domain.digits import western
from app.domain.drafts import Draft
from app.domain.money import Currency, Money, currency, rounded_units

# Signs, names and spaces around the figures mean nothing here; a sign of less than nothing is not an amount.
_AROUND = re.compile(r"[^0-9.,\u066b\u066c'\u2019]")
_LAST_MARK = re.compile(r"[.,\u066b](?=[0-9]+$)")
_MARKS = re.compile(r"[.,\u066b\u066c'\u2019]")


def total_of(draft: Draft, code: str) -> Money:
    """Every cover that was chosen."""
    known = currency(code)
    amounts = (line.offer.total_amount for line in draft.wanted if line.offer is not None)
    return Money(sum(rounded_units(float(amount), known.digits) for amount in amounts), known.digits, known)


def amount_typed(text: str, known: Currency) -> Money | None:
    """7.99, 7,99, 1.234,50 or with the currency beside it; None where it is no amount of this currency."""
    bare = _AROUND.sub("", western(text))
    if "-" in text or not bare or not bare[0].isdigit():
        return None
    found = _LAST_MARK.search(bare)
    whole, cents = (bare, "") if found is None else (bare[: found.start()], bare[found.end() :])
    if len(cents) > known.digits:
        # 1.234 is a thousand and more, not one and a bit.
        if len(cents) != 3:
            return None
        whole, cents = whole + cents, ""
    figures = _MARKS.sub("", whole)
    if len(figures) + known.digits > 15:
        return None
    return Money(int(figures + cents.ljust(known.digits, "0")), known.digits, known)


def typed_amount(money: Money) -> str:
    """As it stands in a field: figures and a point."""
    if money.digits == 0:
        return str(money.units)
    figures = str(money.units).zfill(money.digits + 1)
    return f"{figures[: -money.digits]}.{figures[-money.digits :]}"
