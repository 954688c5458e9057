"""What a sale at the counter costs altogether."""

from app.domain.drafts import Draft
from app.domain.money import Money, currency, rounded_units


def total_of(draft: Draft, code: str) -> Money:
    """Every cover that was chosen."""
    known = currency(code)
    amounts = (line.offer.total_amount for line in draft.wanted if line.offer is not None)
    return Money(sum(rounded_units(float(amount), known.digits) for amount in amounts), known.digits, known)
