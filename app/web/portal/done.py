"""The end of a sale: the number, where the certificate is, something to print, and on to the next customer."""

from dataclasses import dataclass

from flask import Response, url_for
from markupsafe import Markup

from app.adapters.figures import amount_of, period_of
from app.adapters.locales import Said, said
from app.domain.bookings import BookedQuote, Booking, totals
from app.domain.counter_total import total_of
from app.domain.drafts import SOLD, Draft, Line
from app.domain.money import currency
from app.domain.portal_errors import NotHere
from app.web.api.desk import links
from app.web.platform import platform
from app.web.portal.answers import Elsewhere, moved_to, page
from app.web.portal.gate import counter, portal_door
from app.web.portal.qr import qr_svg
from app.web.portal.reading import reading_of
from app.web.portal.reworded import answer_in, titles_in
from app.web.portal.sale import next_url, the_draft

blueprint = portal_door("portal_done", permission="sell", needs_tablet=True)
AREA = "agreeing"
# A roll of 72 mm as tills have it, and a whole page.
SIZES = ("receipt", "page")


@dataclass(frozen=True, slots=True)
class Sold:
    """One booking, in words. `to`: the customer's own page; `code`: the same as a picture.

    `identifier`: the number of the article, with the kind of number it is.
    """

    number: str
    article: str
    identifier: tuple[str, str] | None
    covers: tuple[tuple[str, str, str], ...]
    price: str
    to: str
    pdf: str
    code: Markup


@blueprint.get("/portal/sales/<draft_id>/done")
def done(draft_id: str) -> Response:
    draft, at = _ended(draft_id), counter()
    if draft.status != SOLD:
        # Its own page says so, and leads to the next customer.
        return moved_to("portal_offer.declined", draft_id=draft.id)
    words = at.say(AREA)
    address = (draft.customer or {}).get("email")
    facts = {"sold": _sold(draft, at.language, words("done.qr")), "address": address, "sizes": SIZES}
    total = amount_of(total_of(draft, at.store.currency), at.language)
    return page("done", area=AREA, draft=draft, total=total, **facts)


@blueprint.get("/portal/sales/<draft_id>/done/sheet/<size>")
def sheet(draft_id: str, size: str) -> Response:
    """In the customer's language: it is theirs."""
    draft, at = _ended(draft_id), counter()
    if draft.status != SOLD or size not in SIZES:
        raise NotHere()
    customer = said("counter_customer", draft.language)
    facts = {
        "draft": draft,
        "size": size,
        "sold": _sold(draft, draft.language, customer("sheet.qr")),
        "total": amount_of(total_of(draft, at.store.currency), draft.language),
        "reading": reading_of(draft, at.store),
        "own": at.say(AREA),
        "day": customer.day(draft.updated_at),
        "name": _name(draft),
    }
    return page("sheet", 200, "counter_customer", draft.language, **facts)


def _ended(draft_id: str) -> Draft:
    draft = the_draft(draft_id)
    if not draft.is_over:
        raise Elsewhere(next_url(draft))
    return draft


def _sold(draft: Draft, language: str, label: str) -> list[Sold]:
    at, words = counter(), said("customer", language)
    store = platform().store_of(at.partner_code, at.mode)
    found = [(line, store.booking(line.booking_id)) for line in draft.lines if line.booking_id]
    return [_one(line, booking, words, label) for line, booking in found if booking is not None]


def _one(line: Line, booking: Booking, words: Said, label: str) -> Sold:
    to, price = links().coi(booking), totals(booking.quotes, currency(booking.currency)).price
    titles = _titles(booking, words.language)
    return Sold(
        number=booking.id,
        article=line.title,
        identifier=("imei" if line.identifier == "imei" else "serial", line.serial) if line.serial else None,
        covers=tuple(_cover(quote, titles, words) for quote in booking.quotes),
        price=amount_of(price, words.language),
        to=to,
        # Not the customer's own link: what the trail says the customer has read, the customer has.
        pdf=url_for("portal_certificate.paper", booking_id=booking.id),
        code=qr_svg(to, label),
    )


def _titles(booking: Booking, language: str) -> dict[str, str]:
    """As the offer calls its plans in `language`: an associate may not read the customer's."""
    store = platform().store_of(booking.partner_code, booking.mode)
    stored = store.offer_on_file(booking.offer_id) if booking.offer_id else None
    return {} if stored is None else titles_in(answer_in(stored, language))


def _cover(quote: BookedQuote, titles: dict[str, str], words: Said) -> tuple[str, str, str]:
    return titles.get(quote.id, quote.title), period_of(quote, words), amount_of(quote.price.total, words.language)


def _name(draft: Draft) -> str:
    known = draft.customer or {}
    return " ".join(known[part] for part in ("first_name", "last_name") if known.get(part))
