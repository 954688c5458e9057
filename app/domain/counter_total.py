"""What a sale at the counter costs altogether."""

from app.domain.drafts import Draft
from app.domain.money import Money, currency


def total_of(draft: Draft, code: str) -> Money:
    """Every cover that was chosen."""
    return currency(code).money(float(draft.due))
