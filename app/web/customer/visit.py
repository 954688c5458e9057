"""Somebody at a page: which booking the token opens, in which language, and where everything else is."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from flask import Response, abort, redirect, render_template, request, url_for

from app.adapters.customer_records import CUSTOMER, CustomerRecords
from app.adapters.locales import LANGUAGES, Said, known_language, said
from app.catalog.seller import Seller, seller_of
from app.domain.bookings import BookedQuote, Booking
from app.domain.identifiers import BOOKING_ID
from app.services.booking_desk import BookingDesk, Call
from app.services.describe_cover import Description, Sale, described
from app.services.record_view import record_view
from app.services.records import BookingOnFile
from app.web.api.desk import desk_for
from app.web.customer.addresses import PageAddresses
from app.web.platform import platform

_BOOKING_ID = re.compile(BOOKING_ID)
# What an address of ours may carry. Anything else in it is somebody else's, and Flask reads some names as orders.
KEPT = frozenset({"security_token", "bookingID", "id", "signup_token", "region", "policy_type", "quote_id", "page"})
NAMES = {"en": "English", "de": "Deutsch", "fr": "Français", "es": "Español", "ja": "日本語", "ar": "العربية"}


@dataclass(frozen=True, slots=True)
class Visit:
    """One request for a page of one booking, by somebody who has its token."""

    say: Said
    sale: Sale
    seller: Seller
    addresses: PageAddresses
    now: datetime

    @property
    def booking(self) -> Booking:
        return self.sale.booking

    @property
    def language(self) -> str:
        return self.say.language

    def desk(self, call: Call | None = None) -> BookingDesk:
        return desk_for(self.booking.partner_code, self.booking.mode, CUSTOMER, self.now, call)

    def described(self, quote: BookedQuote) -> Description:
        return described(self.sale, quote, self.language)

    def viewed(self, page: str, **more: str) -> None:
        """A page that was fetched but not opened (a prefetch, a HEAD) has not been viewed."""
        if request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", ""):
            record_view(self.desk(), records(), self.booking, {"page": page, **more})

    def page(self, template: str, status: int = 200, **facts: Any) -> Response:
        logo = url_for("documents.document", release_id=self.booking.release_id, name=self.seller.logo)
        shell = {"say": self.say, "seller": self.seller, "logo": logo, "languages": languages()}
        own = {"number": self.booking.id, "to": self.addresses, "booking": self.booking}
        html = render_template(f"customer/{template}.html", **{**shell, **own, **facts})
        return Response(html, status, mimetype="text/html")

    def moved_to(self, address: str) -> Response:
        """After a change: a reload of what follows repeats nothing."""
        return redirect(address, 303)  # type: ignore[return-value]


def records() -> CustomerRecords:
    return CustomerRecords(platform().database)


def visit(language: str, booking_id: str) -> Visit:
    """The token is compared before anything is looked up: a stranger cannot tell a booking from none."""
    token = request.args.get("security_token", "")
    if not _BOOKING_ID.fullmatch(booking_id) or not platform().tokens.opens(booking_id, token):
        abort(404)
    found = records().booking(booking_id)
    if found is None:
        abort(404)
    return visit_of(language, found)


def visit_of(language: str, found: BookingOnFile) -> Visit:
    booking = found.booking
    shelf = platform().shelf
    return Visit(
        say=said("customer", known_language(language)),
        sale=Sale(booking, orjson.loads(found.request), shelf.release(booking.release_id)),
        seller=seller_of(shelf.partner(booking.release_id), booking.subsidiary),
        addresses=PageAddresses(language, platform().tokens),
        now=datetime.now(UTC),
    )


def languages() -> list[dict[str, Any]]:
    """The same page in each language. A form that was sent is offered anew, not what was typed."""
    kept = {name: value for name, value in request.args.items() if name in KEPT}
    here = {**(request.view_args or {}), **kept}
    current = known_language(here["language"])
    endpoint = request.endpoint or ""
    return [
        {"code": code, "name": NAMES[code], "url": url_for(endpoint, **{**here, "language": code})}
        for code in LANGUAGES
        if code != current
    ]
