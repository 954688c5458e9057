"""After a sale: which bookings the person at work may see, and how times and amounts are told to them.

An associate and a manager see what their store has sold, an admin and an auditor what every store of the partner has.
"""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_time
from flask import Blueprint, request

from app.adapters.counter_sales import CounterSale, CounterSales
from app.adapters.figures import amount_of
from app.adapters.locales import LOCALES, Said
from app.domain.bookings import BookedQuote, Booking, totals
from app.domain.identifiers import BOOKING_ID
from app.domain.moments import day
from app.domain.money import Money, currency
from app.domain.people import EVERYWHERE, RetailStore
from app.domain.portal_errors import NotAllowed, NotHere
from app.services.booking_desk import BookingDesk
from app.web.api.desk import desk_for
from app.web.platform import platform
from app.web.portal.gate import AtCounter, counter, portal_door

AREA = "serving"
_BOOKING_ID = re.compile(BOOKING_ID)
# What a page may be told by its address to say: that something was done a moment ago.
DONE = frozenset({"sent", "contact", "same", "serial"})


def serving_door(name: str) -> Blueprint:
    """For whoever serves customers, and to read for whoever reads evidence."""
    blueprint = portal_door(name)
    blueprint.before_request(_let_look)
    return blueprint


def _let_look() -> None:
    staff = counter().staff
    if not (staff.may("serve") or staff.may("read_evidence")):
        raise NotAllowed()


def let_serve() -> None:
    """Before anything is changed: an auditor reads."""
    if not counter().staff.may("serve"):
        raise NotAllowed()


def sales() -> CounterSales:
    at = counter()
    store_id = None if at.staff.role in EVERYWHERE else at.store.id
    return CounterSales(platform().database, at.partner_code, at.mode, store_id)


def the_sale(booking_id: str) -> CounterSale:
    """Another store's booking, or another partner's, is as one that does not exist."""
    found = sales().sale(booking_id) if _BOOKING_ID.fullmatch(booking_id) else None
    if found is None:
        raise NotHere()
    return found


def desk() -> BookingDesk:
    at = counter()
    return desk_for(at.partner_code, at.mode, at.actor, at.now)


def store_of(sale: CounterSale) -> RetailStore:
    """Where it was sold; a sale keeps its store also when that one has closed."""
    at = counter()
    found = at.store if sale.store_id == at.store.id else platform().people.store(sale.store_id)
    return found or at.store


def noted(action: str, subject: str, **facts: object) -> None:
    """In the audit: what was done to which booking, nothing of the customer."""
    at = counter()
    who = {"staff_id": at.staff.id, "device_id": at.device.id if at.device else None, "store_id": at.store.id}
    # Of practice the audit says that it was: nobody's cover was cancelled.
    platform().people.audit(at.now, at.partner_code, action, subject, **who, facts={"mode": at.mode, **facts})


def done() -> str:
    said = request.args.get("done", "")
    return said if said in DONE else ""


def moment_of(at: AtCounter, moment: datetime, store: RetailStore) -> str:
    """As the clock in the store shows it."""
    local, words = moment.astimezone(ZoneInfo(store.time_zone)), at.say(AREA)
    time = format_time(local, "short", locale=LOCALES.get(at.language, at.language))
    return words("moment", day=words.day(local), time=time)


def day_of(at: AtCounter, moment: datetime, store: RetailStore) -> str:
    return at.say(AREA).day(moment.astimezone(ZoneInfo(store.time_zone)))


def total_of(booking: Booking, language: str) -> str:
    covers = booking.active_quotes or booking.quotes
    return amount_of(totals(covers, currency(booking.currency)).price, language)


def summed(amounts: list[Money], code: str) -> Money:
    known = currency(code)
    return Money(sum(amount.units for amount in amounts), known.digits, known)


def status_of(words: Said, quote: BookedQuote, now: datetime) -> str:
    today = now.date()
    if not quote.is_active:
        return words("status.cancelled")
    if quote.start_at and day(quote.start_at) > today:
        return words("status.upcoming", day=words.day(day(quote.start_at)))
    if quote.end_at and day(quote.end_at) < today:
        return words("status.ended", day=words.day(day(quote.end_at)))
    return words("status.covered")


def until_of(words: Said, quote: BookedQuote) -> str:
    return words("until.open") if quote.end_at is None else words("until.day", day=words.day(day(quote.end_at)))


def apart(text: str, is_code: bool = False) -> str:
    """In a page from right to left, what was typed keeps its own order: a number its plus sign in front."""
    if not text or counter().say(AREA).direction == "ltr":
        return text
    first = "\N{LEFT-TO-RIGHT ISOLATE}" if is_code else "\N{FIRST STRONG ISOLATE}"
    return f"{first}{text}\N{POP DIRECTIONAL ISOLATE}"


def short_name(booking: Booking) -> str:
    """A. Costa: enough for somebody who knows whom they are looking for, on a screen others can see."""
    first, last = (str(booking.policyholder.get(name) or "").strip() for name in ("first_name", "last_name"))
    initials = " ".join(f"{part[0].upper()}." for part in first.split())
    return " ".join(part for part in (initials, last) if part)
