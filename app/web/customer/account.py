"""Everything somebody has with a partner under one address."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, abort, render_template, request, url_for

from app.adapters.figures import amount_of, period_of
from app.adapters.locales import known_language, said
from app.domain.bookings import BookedQuote, totals
from app.domain.moments import day
from app.domain.money import currency
from app.services.records import BookingOnFile
from app.web.customer.entrance import entrance
from app.web.customer.visit import Visit, languages, records, visit_of
from app.web.platform import platform

blueprint = entrance("account", authentication="customer")
MOST_LOOKED_AT = 200
PAGE = 20


@dataclass(frozen=True, slots=True)
class CoverLine:
    title: str
    language: str
    line: str
    period: str
    status: str
    is_active: bool


@blueprint.get("/<language:language>/account")
def show(language: str) -> Response:
    account_id, is_whole = _opened_account()
    number = _page_number()
    found = records().bookings_of(account_id, PAGE + 1, (number - 1) * PAGE) if is_whole else _opened_one(account_id)
    if not found:
        return _empty(language)
    visits = [visit_of(language, one) for one in found[:PAGE]]
    for one in visits:
        one.viewed("account")
    older = _at(language, number + 1) if len(found) > PAGE else ""
    newer = _at(language, number - 1) if number > 1 else ""
    entries = [(one, total_of(one), [cover_line(one, quote) for quote in one.booking.quotes]) for one in visits]
    return visits[0].page("account", entries=entries, older=older, newer=newer, number="")


def _opened_one(account_id: str) -> list[BookingOnFile]:
    """A token of one booking: the account is found by it, and only that booking is shown."""
    token = request.args.get("signup_token", "")
    opens = platform().tokens.opens_account
    found = records().bookings_of(account_id, MOST_LOOKED_AT, 0)
    mine = [one for one in found if opens(account_id, token, one.booking.id)]
    if not mine:
        abort(404)
    return mine


def _opened_account() -> tuple[str, bool]:
    """The account, and whether the token opens all of it."""
    account_id = request.args.get("id", "")
    token = request.args.get("signup_token", "")
    try:
        known = str(UUID(account_id)) == account_id
    except ValueError:
        known = False
    if not known:
        abort(404)
    return account_id, platform().tokens.opens_account(account_id, token)


def _page_number() -> int:
    text = request.args.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text[:6]) < 100_000 and len(text) < 6 else 1


def _at(language: str, number: int) -> str:
    kept: dict[str, Any] = {
        name: request.args[name] for name in ("id", "signup_token", "region") if name in request.args
    }
    return url_for("account.show", language=language, **kept, page=number)


def _empty(language: str) -> Response:
    """The token is right, and nothing is there: the address of a booking may have changed since."""
    say = said("customer", known_language(language))
    html = render_template("customer/account_empty.html", say=say, languages=languages())
    return Response(html, mimetype="text/html")


def total_of(here: Visit) -> str:
    booking = here.booking
    total = totals(booking.active_quotes or booking.quotes, currency(booking.currency)).price
    return amount_of(total, here.language)


def cover_line(here: Visit, quote: BookedQuote) -> CoverLine:
    told = here.described(quote)
    status = _status(here, quote)
    return CoverLine(told.title, told.language, told.line, period_of(quote, here.say), status, quote.is_active)


def _status(here: Visit, quote: BookedQuote) -> str:
    today = here.now.date()
    if not quote.is_active:
        at = quote.cancelled_at
        return here.say("account.cancelled") if at is None else here.say("cancelled.day", day=here.say.day(at))
    if quote.start_at and day(quote.start_at) > today:
        return here.say("account.upcoming", day=here.say.day(day(quote.start_at)))
    if quote.end_at and day(quote.end_at) < today:
        return here.say("account.ended", day=here.say.day(day(quote.end_at)))
    return here.say("account.active")
