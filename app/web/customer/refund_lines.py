"""What comes back for each cover, and why, as sentences."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.adapters.figures import amount_of
from app.domain.bookings import BookedQuote
from app.domain.money import Money
from app.domain.refunds import Refund, refund_for
from app.services.cancel_booking import cover_of
from app.web.customer.visit import Visit


@dataclass(frozen=True, slots=True)
class RefundLine:
    title: str
    language: str
    price: str
    amount: str
    why: str
    cancelled_on: str


@dataclass(frozen=True, slots=True)
class Refunds:
    lines: tuple[RefundLine, ...]
    total: str
    is_nothing: bool


def refunds_of(here: Visit, quotes: Sequence[BookedQuote]) -> Refunds:
    """`quotes` are cancelled, or would be. The amount is the one that was decided; the reason is worked out again."""
    amounts = [quote.refund or quote.price.total._replace(units=0) for quote in quotes]
    total = amounts[0]._replace(units=sum(amount.units for amount in amounts))
    lines = tuple(_line(here, quote, amount) for quote, amount in zip(quotes, amounts, strict=True))
    return Refunds(lines, amount_of(total, here.language), total.units == 0)


def _line(here: Visit, quote: BookedQuote, amount: Money) -> RefundLine:
    told = here.described(quote)
    at = quote.cancelled_at or here.now
    return RefundLine(
        title=told.title,
        language=told.language,
        price=amount_of(quote.price.total, here.language),
        amount=amount_of(amount, here.language),
        why=_why(here, quote, refund_for(cover_of(quote), at)),
        cancelled_on=here.say("cancelled.day", day=here.say.day(at)),
    )


def _why(here: Visit, quote: BookedQuote, refund: Refund) -> str:
    why = here.say(
        f"refund.{refund.reason}",
        days=quote.terms.cooling_off_days,
        unused=refund.unused_days,
        total=refund.total_days,
        price=amount_of(quote.price.total, here.language),
    )
    if not refund.fee.units:
        return why
    return f"{why} {here.say('refund.fee', fee=amount_of(refund.fee, here.language))}"
