"""Partner keys: made, rolled with an overlap, revoked."""

import re
import secrets
from datetime import datetime, timedelta
from typing import Any, Protocol

from app.domain.errors import KeyNotFound, KeyRefused
from app.domain.keys import DEFAULT_SKEW, KINDS, TEST_PAGES, KeyKind, PartnerKey, is_partner_code

_PREFIX = {"live": "ak_live", "test": "ak_test", "publishable": "pk_live"}
# Exactly what a browser sends: no path, no final slash, no wildcard.
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")
SHORTEST_SECRET = 16


class KeyStore(Protocol):
    def key(self, key_id: str) -> PartnerKey | None: ...

    def add(self, key: PartnerKey) -> None: ...

    def change(self, key_id: str, **columns: Any) -> None: ...


def create_key(
    keys: KeyStore, partner_code: str, kind: KeyKind, now: datetime, wishes: dict[str, Any] | None = None
) -> PartnerKey:
    """`wishes`: id and secret an operator brings along, origins, date_skew, is_demo, for_tests."""
    given = wishes or {}
    if kind not in KINDS:
        raise KeyRefused(f"kind: must be one of {', '.join(KINDS)}")
    if not is_partner_code(partner_code):
        raise KeyRefused(f"code: {partner_code!r} must be five capital letters or digits")
    secret = given.get("secret") or secrets.token_urlsafe(36)
    if len(secret) < SHORTEST_SECRET and not given.get("is_demo"):
        raise KeyRefused(f"secret: must have {SHORTEST_SECRET} characters or more")
    origins = tuple(given.get("origins") or ())
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise KeyRefused(f"origin: {origin!r} is not an origin such as https://shop.example, in small letters")
    prefix = TEST_PAGES if given.get("for_tests") and kind == "publishable" else f"{_PREFIX[kind]}_"
    key = PartnerKey(
        id=given.get("id") or prefix + secrets.token_urlsafe(15),
        partner_code=partner_code,
        kind=kind,
        secret=secret,
        origins=origins,
        date_skew=given.get("date_skew", DEFAULT_SKEW),
        is_demo=bool(given.get("is_demo", False)),
        created_at=now,
        replaces=given.get("replaces"),
    )
    if keys.key(key.id) is not None:
        raise KeyRefused(f"id: there is a key {key.id} already")
    keys.add(key)
    return key


def roll_key(keys: KeyStore, key_id: str, now: datetime, overlap: timedelta) -> PartnerKey:
    """A new key in the place of an old one, which keeps working for the overlap."""
    old = _valid(keys, key_id, now)
    new = create_key(
        keys,
        old.partner_code,
        old.kind,
        now,
        {
            "origins": old.origins,
            "date_skew": old.date_skew,
            "is_demo": old.is_demo,
            "replaces": old.id,
            "for_tests": old.mode == "test",
        },
    )
    keys.change(old.id, expires_at=now + overlap)
    return new


def revoke_key(keys: KeyStore, key_id: str, now: datetime) -> None:
    _valid(keys, key_id, now)
    keys.change(key_id, revoked_at=now)


def _valid(keys: KeyStore, key_id: str, now: datetime) -> PartnerKey:
    found = keys.key(key_id)
    if found is None:
        raise KeyNotFound(f"There is no key {key_id}.")
    if not found.is_valid_at(now):
        raise KeyRefused(f"The key {key_id} is revoked or expired already.")
    return found
