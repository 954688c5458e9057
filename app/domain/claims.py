"""A first notice of loss: when it may have happened, and whether cover ran on that day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.domain.bookings import BookedQuote
from app.domain.moments import day

# Where the day begins first. A customer there must not be told that today is in the future.
EARLIEST_CLOCK = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class ClaimReport:
    """What the customer says. Nothing of it is free to go into the evidence, which is kept longer than people are."""

    quote_id: str
    happened_on: date
    place: str
    story: str
    email: str
    phone: str


def is_to_come(happened_on: date, now: datetime) -> bool:
    return happened_on > (now + EARLIEST_CLOCK).date()


def ran_on(quote: BookedQuote, happened_on: date) -> bool:
    """Whether the cover ran on that day. The first and the last day count, also that of a cancellation."""
    first = day(quote.start_at) if quote.start_at else quote.confirmed_at.date()
    ends = [day(quote.end_at)] if quote.end_at else []
    if quote.cancelled_at is not None:
        ends.append(quote.cancelled_at.date())
    return first <= happened_on and all(happened_on <= end for end in ends)
