"""File a claim: the first notice of loss. Deciding about it is the insurer's; here it is taken down and passed on."""

from typing import Any

import orjson

from app.domain import identifiers
from app.domain.bookings import Booking
from app.domain.claims import ClaimReport
from app.domain.errors import BookingNotFound
from app.domain.evidence import Happening
from app.domain.lifecycle import CONFIRMED, next_state
from app.services.announcements import mail_to
from app.services.booking_desk import BookingDesk, carried_out, step
from app.services.cancel_booking import on_file
from app.services.records import BookingOnFile, Change, Claim, Outgoing, Settled


def file_claim(desk: BookingDesk, booking_id: str, report: ClaimReport) -> str:
    """The reference. The same call again raises AlreadyFinished, which carries the reference of the first."""

    def attempt() -> tuple[Change, bytes]:
        found = on_file(desk, booking_id)
        reference = identifiers.claim_id(desk.choose)
        return _change(desk, found, report, reference), reference.encode()

    return carried_out(desk, attempt).decode()


def _change(desk: BookingDesk, found: BookingOnFile, report: ClaimReport, reference: str) -> Change:
    booking = found.booking
    quote = booking.quote(report.quote_id)
    if quote is None:
        raise BookingNotFound()
    next_state("booking", booking.status, "claim")
    next_state("quote", quote.status, "claim")
    document = orjson.dumps(_told(report)).decode()
    # What was said stays in the claim: the trail holds no words of the customer's.
    facts = {"booking": booking.id, "claim": reference, "quote": quote.id}
    return Change(
        claims=(Claim(reference, booking.id, quote.id, desk.now, document),),
        outgoing=_mails(desk, booking, report, reference),
        step=step(desk, booking.trail_id, found.head, CONFIRMED, Happening("claimed", desk.actor, facts)),
    )


def _told(report: ClaimReport) -> dict[str, str]:
    return {
        "quote_id": report.quote_id,
        "happened_on": report.happened_on.isoformat(),
        "place": report.place,
        "story": report.story,
        "email": report.email,
        "phone": report.phone,
    }


def _mails(desk: BookingDesk, booking: Booking, report: ClaimReport, reference: str) -> tuple[Outgoing, ...]:
    """To those who settle claims, and to the customer: to the booking's address, which somebody has checked before."""
    story = "\n".join(part for part in (report.place, report.story) if part)
    facts: dict[str, Any] = {"claim": {"id": reference, "name": booking.name, **_told(report), "story": story}}
    to_partner = [str(desk.catalog_of(booking.release_id).partner["claims_email"])]
    settled = Settled.of(booking)
    made = [mail_to(desk, settled, "claim_notice", to_partner, facts)]
    own = booking.policyholder.get("email") or report.email
    if own:
        made.append(mail_to(desk, settled, "claim_received", [own], facts))
    return tuple(made)
