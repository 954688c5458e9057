"""The signature partners put on every request: HMAC over the Date header and, if they say so, the request's target."""

import base64
import binascii
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache
from urllib.parse import quote, unquote

from app.domain.errors import AccessDenied, CredentialsMissing

# SHA-1 is deprecated by the contract; an operator switches it on for a client that cannot change.
DIGESTS = {"hmac-sha1": 20, "hmac-sha256": 32, "hmac-sha384": 48, "hmac-sha512": 64}
DEPRECATED = frozenset({"hmac-sha1"})
# What may be signed. Everything else in the list is a header we could not rebuild behind a proxy.
SIGNED_HEADERS = ("(request-target)", "date")

_PARAMETER = re.compile(r'([A-Za-z]+)="([^"]*)"')
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")


@dataclass(frozen=True, slots=True)
class Authorization:
    """The Authorization header, taken apart."""

    key_id: str
    algorithm: str
    headers: tuple[str, ...]
    signature: str


def authorization(header: str | None) -> Authorization:
    if not header:
        raise CredentialsMissing("Authorization: the request is not signed.")
    scheme, _, rest = header.partition(" ")
    if scheme.lower() != "signature":
        raise CredentialsMissing("Authorization: must begin with the word Signature.")
    found = dict(_PARAMETER.findall(rest))
    if not found.get("keyId"):
        raise CredentialsMissing('Authorization: keyId="..." is missing.')
    headers = tuple(found.get("headers", "date").lower().split())
    return Authorization(found["keyId"], found.get("algorithm", "").lower(), headers, found.get("signature", ""))


def signed_text(headers: tuple[str, ...], method: str, path: str, date: str) -> str:
    """What is signed, a line a header. The target is the outer path with its prefix and without the query."""
    values = {"(request-target)": f"{method.lower()} {path}", "date": date}
    return "\n".join(f"{name}: {values[name]}" for name in headers)


def signature_of(secret: str, algorithm: str, text: str) -> str:
    return quote(base64.b64encode(_digest(secret, algorithm, text)).decode(), safe="")


def signed_headers(
    key_id: str, secret: str, algorithm: str, headers: tuple[str, ...], target: tuple[str, str], now: datetime
) -> dict[str, str]:
    """What a client puts on a request. Our webhooks, our tests and `awning sign` speak the partners' own scheme."""
    date = format_datetime(now, usegmt=True)
    signature = signature_of(secret, algorithm, signed_text(headers, *target, date))
    listed = f'headers="{" ".join(headers)}",' if headers != ("date",) else ""
    value = f'Signature keyId="{key_id}",algorithm="{algorithm}",{listed}signature="{signature}"'
    return {"Date": date, "Authorization": value, "X-Api-Key": key_id}


def check_signature(given: Authorization, secret: str, text: str) -> None:
    """The signature must be strict base64 of the right length; the URL-safe alphabet is another one."""
    encoded = unquote(given.signature)
    length = DIGESTS[given.algorithm]
    try:
        if not _BASE64.fullmatch(encoded):
            raise binascii.Error
        sent = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        raise _refused("signature", "must be base64 (RFC 4648, with + and /), then percent-encoded") from None
    if len(sent) != length:
        raise _refused("signature", f"must be {length} bytes long for {given.algorithm}, this one has {len(sent)}")
    if not hmac.compare_digest(sent, _digest(secret, given.algorithm, text)):
        raise AccessDenied()


def check_form(given: Authorization, sha1_allowed: bool) -> None:
    """Which algorithm and which headers: decided by us, not by the caller's recipe."""
    if given.algorithm not in DIGESTS or (given.algorithm in DEPRECATED and not sha1_allowed):
        allowed = ", ".join(name for name in DIGESTS if sha1_allowed or name not in DEPRECATED)
        raise _refused("algorithm", f"must be one of {allowed}")
    unknown = [name for name in given.headers if name not in SIGNED_HEADERS]
    if unknown or "date" not in given.headers:
        raise _refused("headers", 'must be "date" or "(request-target) date"')


def check_date(date: str | None, now: datetime, skew: timedelta) -> None:
    if not date:
        raise AccessDenied("Date: the header is missing.", {"Date": ["This header is required."]})
    sent = _sent_at(date)
    if sent is None:
        raise _bad_date("must look like Thu, 04 Nov 2021 18:07:11 GMT")
    if abs(now - sent) > skew:
        raise _bad_date(f"must be within {int(skew.total_seconds())} seconds of the server's clock")


@lru_cache(maxsize=1_000)
def _sent_at(date: str) -> datetime | None:
    """Clients sign many requests with one date: parsing it once a second is enough."""
    try:
        sent = parsedate_to_datetime(date)
    except (ValueError, OverflowError):
        return None
    return None if sent.tzinfo is None else sent


def _bad_date(rule: str) -> AccessDenied:
    return AccessDenied(errors={"Date": [rule]})


def _refused(parameter: str, rule: str) -> AccessDenied:
    return AccessDenied(errors={"Authorization": {parameter: [rule]}})


def _digest(secret: str, algorithm: str, text: str) -> bytes:
    """Not hmac.digest: it gives the interpreter away, and under load it takes a millisecond to get it back."""
    return hmac.new(secret.encode(), text.encode(), algorithm.removeprefix("hmac-")).digest()
