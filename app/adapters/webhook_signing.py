"""The headers of a webhook: signed the way partners sign their own requests, and as standardwebhooks.com has it."""

import base64
from datetime import datetime

from standardwebhooks import Webhook

from app.domain.signature import signed_headers

ALGORITHM = "hmac-sha256"


def standard_secret(secret: str) -> str:
    """The endpoint's secret in the form the Standard Webhooks libraries take: its bytes in base64."""
    return f"whsec_{base64.b64encode(secret.encode()).decode()}"


def webhook_headers(outbox_id: str, body: str, key_id: str, secrets: tuple[str, ...], now: datetime) -> dict[str, str]:
    """The first secret signs the contract's header, which holds one signature; all of them sign the standard's."""
    contract = signed_headers(key_id, secrets[0], ALGORITHM, ("date",), ("POST", "/"), now)
    signatures = [Webhook(standard_secret(secret)).sign(outbox_id, now, body) for secret in secrets]
    return contract | {
        "Content-Type": "application/json",
        "User-Agent": "Awning-Webhooks",
        "Accept-Encoding": "identity",
        "webhook-id": outbox_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
