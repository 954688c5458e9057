"""What a customer's links carry. Nothing of it is stored: each token is worked out from the root secret and an id."""

import hmac
from functools import lru_cache
from uuid import UUID

from app.adapters.encryption import derived_key
from app.domain.identifiers import token_text


class Tokens:
    def __init__(self, root: str) -> None:
        self._key = derived_key(root, "customer-links")
        # One answer names a booking's token five times, and its account twice.
        self.security_token = lru_cache(1_000)(self._security_token)
        self.account_id = lru_cache(1_000)(self._account_id)

    def _security_token(self, booking_id: str) -> str:
        return token_text(int.from_bytes(self._digest("booking", booking_id)))

    def opens(self, booking_id: str, token: str) -> bool:
        return hmac.compare_digest(self.security_token(booking_id).encode(), token.encode())

    def _account_id(self, partner_code: str, mode: str, address: str) -> str:
        """The same address with the same partner is the same account; with another partner it is another."""
        digest = self._digest("account", partner_code, mode, address.strip().lower())
        return str(UUID(bytes=digest[:16], version=4))

    def signup_token(self, account_id: str, booking_id: str = "") -> str:
        """Opens the account; with a booking, that booking of it alone."""
        return token_text(int.from_bytes(self._digest("sign-up", account_id, booking_id)))

    def opens_account(self, account_id: str, token: str, booking_id: str = "") -> bool:
        return hmac.compare_digest(self.signup_token(account_id, booking_id).encode(), token.encode())

    def quote_token(self, draft_id: str, code: str) -> str:
        """Opens a quote somebody took home from a store, to read it."""
        return token_text(int.from_bytes(self._digest("counter-quote", draft_id, code)))

    def opens_quote(self, draft_id: str, code: str, token: str) -> bool:
        return hmac.compare_digest(self.quote_token(draft_id, code).encode(), token.encode())

    def _digest(self, *parts: str) -> bytes:
        """Not hmac.digest: see app/domain/signature.py."""
        return hmac.new(self._key, "\n".join(parts).encode(), "sha256").digest()
