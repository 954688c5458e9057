"""Amounts and periods as customers read them on our pages and documents, in any direction of writing."""

from app.adapters.locales import Said, direction_of
from app.adapters.mail_rendering import written_money
from app.domain.bookings import BookedQuote
from app.domain.moments import day
from app.domain.money import Money


def amount_of(money: Money, language: str) -> str:
    """In a text from right to left an amount is an island: its sign stays on its own side of the figures."""
    written = written_money(money, language)
    if direction_of(language) == "ltr":
        return written
    bare = written.replace("\N{RIGHT-TO-LEFT MARK}", "")
    return f"\N{LEFT-TO-RIGHT ISOLATE}{bare}\N{POP DIRECTIONAL ISOLATE}"


def period_of(quote: BookedQuote, words: Said) -> str:
    """The days as the policy has them, in the offset they were written in. `words` are the customer's."""
    start = words.day(day(quote.start_at) if quote.start_at else quote.confirmed_at)
    if quote.end_at is None:
        return words("period.open", start=start)
    return words("period.closed", start=start, end=words.day(day(quote.end_at)))
