"""What a customer gets back, cover by cover, in words for who pays it out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC

from app.adapters.counter_sales import CounterSale
from app.adapters.figures import amount_of
from app.domain.bookings import BookedQuote
from app.domain.money import Money
from app.domain.refunds import Refund, cooling_off_ends_at, refund_for
from app.services.cancel_booking import cover_of
from app.web.portal.gate import counter
from app.web.portal.served import AREA, day_of, store_of, summed


@dataclass(frozen=True, slots=True)
class RefundLine:
    """`free_until`: the last day on which everything comes back; empty where there is none."""

    title: str
    price: str
    amount: str
    why: str
    free_until: str
    is_free: bool


@dataclass(frozen=True, slots=True)
class Refunds:
    lines: tuple[RefundLine, ...]
    total: Money
    written: str

    @property
    def is_nothing(self) -> bool:
        return self.total.units == 0


def refunds_of(sale: CounterSale, quotes: Sequence[BookedQuote]) -> Refunds:
    """`quotes` are cancelled, or would be. The amount is what was decided; why is worked out again."""
    total = summed([_given_back(quote) for quote in quotes], sale.booking.currency)
    return Refunds(tuple(_line(sale, quote) for quote in quotes), total, amount_of(total, counter().language))


def needs_approval(sale: CounterSale, wanted: Refunds) -> bool:
    """What the booking gave back before counts too: a large refund in small parts is a large refund."""
    rules = counter().catalog.counter
    if wanted.is_nothing or rules is None:
        return not wanted.is_nothing
    before = [quote.refund for quote in sale.booking.quotes if not quote.is_active and quote.refund is not None]
    return rules.needs_approval(summed([wanted.total, *before], sale.booking.currency))


def _given_back(quote: BookedQuote) -> Money:
    return quote.refund or quote.price.total._replace(units=0)


def _line(sale: CounterSale, quote: BookedQuote) -> RefundLine:
    at, store = counter(), store_of(sale)
    ends = cooling_off_ends_at(quote.confirmed_at, quote.terms.cooling_off_days)
    cancelled_at = quote.cancelled_at or at.now
    return RefundLine(
        title=quote.title,
        price=amount_of(quote.price.total, at.language),
        amount=amount_of(_given_back(quote), at.language),
        why=_why(quote, refund_for(cover_of(quote), cancelled_at)),
        free_until=day_of(at, ends, store) if quote.terms.cooling_off_days else "",
        is_free=cancelled_at.astimezone(UTC) <= ends,
    )


def _why(quote: BookedQuote, refund: Refund) -> str:
    at = counter()
    words = at.say(AREA)
    days = {"unused": refund.unused_days, "total": refund.total_days}
    why = words(f"refund.{refund.reason}", days=quote.terms.cooling_off_days, **days)
    if not refund.fee.units:
        return why
    return f"{why} {words('refund.fee', fee=amount_of(refund.fee, at.language))}"
