"""The addresses a customer gets: policy wording, certificate, claim, cancelling, account."""

from dataclasses import dataclass
from urllib.parse import urlencode

from app.adapters.tokens import Tokens
from app.domain.bookings import BookedQuote, Booking

# Recorded account links name a region of the hosting; nothing of ours reads it.
REGION = "us-west-2"


@dataclass(frozen=True, slots=True)
class Links:
    url: str
    tokens: Tokens

    def pds(self, booking: Booking, quote: BookedQuote | None = None) -> str:
        path = f"{self.url}/{booking.locale}/pds/{booking.id}"
        if quote is None:
            return path
        return f"{path}?policy_type={quote.policy_type_slug}&quote_id={quote.id}"

    def coi(self, booking: Booking, ending: str = "") -> str:
        return self._guarded(booking, f"coi/{booking.id}{ending}")

    def cancel(self, booking: Booking) -> str:
        return self._guarded(booking, f"cancel/{booking.id}")

    def claim(self, booking: Booking) -> str:
        token = self.tokens.security_token(booking.id)
        return f"{self.url}/{booking.locale}/account/claims/fnol?bookingID={booking.id}&security_token={token}"

    def account(self, booking: Booking) -> str:
        """For whoever reads our answers, a shop's page of thanks for one: who typed an address need not own it."""
        return self._account(booking, booking.id)

    def _account(self, booking: Booking, booking_id: str) -> str:
        address = booking.policyholder.get("email") or booking.id
        account_id = self.tokens.account_id(booking.partner_code, booking.mode, address)
        query = {"id": account_id, "signup_token": self.tokens.signup_token(account_id, booking_id), "region": REGION}
        return f"{self.url}/{booking.locale}/account?{urlencode(query)}"

    def in_mail(self, booking: Booking) -> dict[str, str]:
        """What a mail links to, by the names its templates know. Who reads it owns the address: it opens all of it."""
        return {
            "certificate": self.coi(booking),
            "claim": self.claim(booking),
            "cancel": self.cancel(booking),
            "account": self._account(booking, ""),
        }

    def _guarded(self, booking: Booking, path: str) -> str:
        return f"{self.url}/{booking.locale}/{path}?security_token={self.tokens.security_token(booking.id)}"
