"""The certificate once more: by e-mail to the customer, as a QR code for their phone, or on paper.

The customer's own link is shown and never opened here: what the trail says the customer has read, the customer has.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import Response, url_for

from app.adapters.counter_sales import CounterSale
from app.adapters.counter_troubles import CounterTroubles
from app.domain.bookings import BookedQuote, Booking
from app.domain.evidence import Happening
from app.domain.portal_errors import PortalRefused
from app.services.record_evidence import record_booking_evidence
from app.services.resend_mail import CERTIFICATE, Letter, resend_mail
from app.web.api.desk import links
from app.web.links import Links
from app.web.portal.answers import moved, page
from app.web.portal.forms import PortalForm
from app.web.portal.gate import counter
from app.web.portal.qr import qr_svg
from app.web.portal.served import AREA, desk, done, let_serve, noted, sales, serving_door, the_sale

blueprint = serving_door("portal_certificate")
# A letter every minute fills a mailbox, and a second tap is no second wish.
MOST, WITHIN, ONE_WISH = 3, timedelta(hours=1), timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class WithoutTokens:
    """For whoever may only read: no address on the paper opens anything in the customer's name."""

    links: Links

    def coi(self, booking: Booking, ending: str = "") -> str:
        return ""

    def claim(self, booking: Booking) -> str:
        return ""

    def pds(self, booking: Booking, quote: BookedQuote | None = None) -> str:
        return self.links.pds(booking, quote)


@blueprint.route("/portal/bookings/<booking_id>/certificate", methods=["GET", "POST"])
def certificate(booking_id: str) -> Response:
    sale, form = the_sale(booking_id), PortalForm()
    if form.is_submitted():
        let_serve()
    if form.is_sent():
        try:
            _resend(sale)
            return moved(url_for("portal_certificate.certificate", booking_id=booking_id, done="sent"))
        except PortalRefused as problem:
            form.refuse(problem)
    at = counter()
    # Whoever may only read gets no link with which a customer changes things.
    code = qr_svg(links().coi(sale.booking), at.say(AREA)("certificate.qr")) if at.staff.may("serve") else ""
    address = sale.booking.policyholder.get("email")
    return page(
        "certificate", form.status, area=AREA, form=form, sale=sale.booking, code=code, address=address, done=done()
    )


@blueprint.get("/portal/bookings/<booking_id>/certificate.pdf")
def paper(booking_id: str) -> Response:
    from app.web.customer.certificate import certificates

    booking = the_sale(booking_id).booking
    addresses = links() if counter().staff.may("serve") else WithoutTokens(links())
    made = certificates(addresses).certificate_for(booking, booking.language)
    record_booking_evidence(desk(), booking.id, Happening("viewed", counter().actor, _viewed(booking.id)))
    answer = Response(made, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{booking.id}.pdf"'
    return answer


def _viewed(booking_id: str) -> dict[str, str]:
    return {"booking": booking_id, "page": "certificate", "form": "pdf"}


def _resend(sale: CounterSale) -> None:
    now, troubles = counter().now, CounterTroubles(sales())
    if troubles.asked_since(sale, now - ONE_WISH):
        return
    if troubles.asked_since(sale, now - WITHIN) >= MOST:
        raise PortalRefused("sent_often")
    resend_mail(desk(), sale.booking.id, (Letter(CERTIFICATE, {}),))
    noted("certificate_resent", sale.booking.id)
