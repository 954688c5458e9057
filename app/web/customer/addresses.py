"""Where the customer pages are, from one of them: same language, same server, no origin in front."""

from dataclasses import dataclass
from typing import Any

from flask import url_for

from app.adapters.tokens import Tokens
from app.domain.bookings import BookedQuote, Booking


@dataclass(frozen=True, slots=True)
class PageAddresses:
    language: str
    tokens: Tokens

    def coi(self, booking: Booking, ending: str = "") -> str:
        return self._guarded("certificate.pdf" if ending else "certificate.show", booking)

    def cancel(self, booking: Booking) -> str:
        return self._guarded("cancelling.choose", booking)

    def cancellation(self, booking: Booking, preview_id: str) -> str:
        return self._guarded("cancelling.preview", booking, preview_id=preview_id)

    def modify(self, booking: Booking, **query: str) -> str:
        return self._guarded("contact.edit", booking, **query)

    def claim(self, booking: Booking) -> str:
        token = self.tokens.security_token(booking.id)
        return url_for("claiming.tell", language=self.language, bookingID=booking.id, security_token=token)

    def claimed(self, booking: Booking, claim_id: str) -> str:
        token = self.tokens.security_token(booking.id)
        where: dict[str, Any] = {"claim_id": claim_id, "bookingID": booking.id, "security_token": token}
        return url_for("claiming.told", language=self.language, **where)

    def pds(self, booking: Booking, quote: BookedQuote | None = None) -> str:
        query: dict[str, Any] = {}
        if quote is not None:
            query = {"policy_type": quote.policy_type_slug, "quote_id": quote.id}
        return url_for("wording.show", language=self.language, reference=booking.id, **query)

    def _guarded(self, endpoint: str, booking: Booking, **more: Any) -> str:
        token = self.tokens.security_token(booking.id)
        where = {"booking_id": booking.id, "security_token": token, **more}
        return url_for(endpoint, language=self.language, **where)
