"""Who is calling: the signature, the key behind it, and whether the key may speak for the partner in the path."""

from dataclasses import dataclass
from datetime import datetime

from flask import Request

from app.adapters.keyring import Keyring
from app.config import Settings
from app.domain.errors import AccessDenied, CredentialsMissing
from app.domain.keys import PartnerKey
from app.domain.signature import authorization, check_date, check_form, check_signature, signed_text


@dataclass(frozen=True, slots=True)
class Gate:
    keyring: Keyring
    settings: Settings

    def caller(self, request: Request, partner_code: str, now: datetime) -> PartnerKey:
        """401: no key, or none we know. 403: a signature or a right that is missing.

        Another partner's code and one that does not exist get the same answer, so nobody learns who is a partner.
        """
        given = authorization(request.headers.get("Authorization"))
        named = request.headers.get("X-Api-Key")
        if named is not None and named != given.key_id:
            raise CredentialsMissing("X-Api-Key: must be the keyId of the Authorization header.")
        key = self.keyring.key(given.key_id)
        if key is None or not key.is_valid_at(now) or (key.is_demo and not self.settings.is_demo):
            raise CredentialsMissing("X-Api-Key: the key is unknown or no longer valid.")
        if key.kind == "publishable":
            raise AccessDenied("Access denied: a publishable key cannot sign requests.")
        check_form(given, self.settings.sha1)
        date = request.headers.get("Date")
        check_date(date, now, key.date_skew)
        text = signed_text(given.headers, request.method, request.root_path + request.path, date or "")
        check_signature(given, key.secret, text)
        if key.partner_code != partner_code:
            raise AccessDenied("Access denied")
        return key
