"""What people at the counter prove themselves with: PINs and passwords, codes and tokens, the code of the moment."""

import base64
import hmac
from binascii import Error as NotBase64
from datetime import datetime
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

from app.adapters.encryption import Cipher, SecretUnreadable, derived_key
from app.adapters.hashing import Hasher

STEP_SECONDS = 30
# One step early, one late: clocks of telephones are seconds off, and people type slowly.
WINDOW = (0, -1, 1)
ISSUER = "Awning"


class PeopleSecrets:
    def __init__(self, root: str, cipher: Cipher, hasher: Hasher) -> None:
        self._cipher = cipher
        self._codes = derived_key(root, "staff-codes")
        self._signing = derived_key(root, "staff-links")
        self.hashed = hasher.hashed
        self.fits = hasher.fits

    def code_hash(self, code: str) -> str:
        """Of what machines made. Keyed, because eight characters for ten minutes could be searched through."""
        return hmac.new(self._codes, code.encode(), "sha256").hexdigest()

    def signed(self, purpose: str, values: dict[str, Any]) -> str:
        return str(URLSafeSerializer(self._signing, salt=purpose).dumps(values))

    def unsigned(self, purpose: str, text: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = URLSafeSerializer(self._signing, salt=purpose).loads(text)
        except BadSignature:
            return None
        return found

    def sealed(self, text: str, belongs_to: str) -> str:
        return base64.urlsafe_b64encode(self._cipher.sealed(text, belongs_to)).decode()

    def unsealed(self, text: str, belongs_to: str) -> str | None:
        try:
            return self._cipher.opened(base64.urlsafe_b64decode(text.encode()), belongs_to)
        except (SecretUnreadable, NotBase64, ValueError):
            return None

    def totp_step(self, secret: str, code: str, now: datetime) -> int | None:
        """The time step whose code this is; who asks remembers it, so that it works once."""
        from pyotp import TOTP

        one = TOTP(secret, interval=STEP_SECONDS)
        current = int(now.timestamp()) // STEP_SECONDS
        for step in (current + offset for offset in WINDOW):
            if hmac.compare_digest(one.generate_otp(step).encode(), code.encode()):
                return step
        return None

    def totp_uri(self, secret: str, email: str) -> str:
        from pyotp import TOTP

        return str(TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=email, issuer_name=ISSUER))
