"""A letter once more, to where the customer can be reached now: written anew from the booking as it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.evidence import Happening
from app.domain.lifecycle import CONFIRMED
from app.domain.portal_errors import PortalRefused
from app.services.announcements import mail_to
from app.services.booking_desk import BookingDesk, carried_out, step
from app.services.cancel_booking import on_file
from app.services.records import Change, Settled

CERTIFICATE = "confirmation"


@dataclass(frozen=True, slots=True)
class Letter:
    event: str
    facts: dict[str, Any]


def resend_mail(desk: BookingDesk, booking_id: str, letters: Sequence[Letter]) -> str:
    """The address they go to. Who asked for it stands in the evidence beside the letter itself."""

    def attempt() -> tuple[Change, bytes]:
        found = on_file(desk, booking_id)
        address = found.booking.policyholder.get("email")
        if not address:
            raise PortalRefused("no_email")
        settled = Settled.of(found.booking)
        mails = tuple(mail_to(desk, settled, letter.event, [address], letter.facts) for letter in letters)
        facts = {"booking": booking_id, "mails": [letter.event for letter in letters]}
        asked = step(desk, found.booking.trail_id, found.head, CONFIRMED, Happening("resent", desk.actor, facts))
        return Change(outgoing=mails, step=asked), str(address).encode()

    return carried_out(desk, attempt).decode()
