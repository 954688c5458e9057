"""Partners' webhook endpoints: kept in the database, remembered in memory.

Every booking asks who wants to know of it, so a server looks for changes every few seconds and answers from memory;
secrets stay sealed until a worker signs with them.
"""

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic
from typing import Any

import orjson
import uuid_utils
from sqlalchemy import Row, insert, select, update

from app.adapters.database import Database
from app.adapters.encryption import Cipher
from app.adapters.keyring import aware
from app.adapters.tables import webhook_endpoints
from app.domain.errors import EndpointRefused, StoreUnavailable

LOOK_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    id: str
    partner_code: str
    mode: str
    url: str
    key_id: str
    sealed: bytes = field(repr=False)
    old_sealed: bytes | None = field(repr=False)
    old_until: datetime | None
    events: tuple[str, ...]
    quick_attempts: int
    hourly_attempts: int
    created_at: datetime
    removed_at: datetime | None = None

    def wants(self, event: str) -> bool:
        return not self.events or event in self.events


@dataclass(frozen=True, slots=True)
class _Known:
    by_id: dict[str, Endpoint]
    by_partner: dict[tuple[str, str], tuple[Endpoint, ...]]


class Endpoints:
    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher
        self._known: _Known | None = None
        self._looked_at = float("-inf")
        self._looking = Lock()

    def ids_for(self, partner_code: str, mode: str, event: str) -> tuple[str, ...]:
        """Who wants to know; a new endpoint is known everywhere within five seconds."""
        mine = self._look().by_partner.get((partner_code, mode), ())
        return tuple([endpoint.id for endpoint in mine if endpoint.wants(event)])

    def endpoint(self, endpoint_id: str) -> Endpoint | None:
        """None for one that was removed. One that was made a moment ago is looked for before it is given up."""
        found = self._look().by_id.get(endpoint_id)
        return found if found is not None else self._read_one(endpoint_id)

    def secrets(self, endpoint: Endpoint, now: datetime) -> tuple[str, ...]:
        """The secret to sign with, and during a roll the one before."""
        current = self._cipher.opened(endpoint.sealed, endpoint.id)
        if endpoint.old_sealed is None or endpoint.old_until is None or endpoint.old_until <= now:
            return (current,)
        return current, self._cipher.opened(endpoint.old_sealed, endpoint.id)

    def all(self, partner_code: str | None = None) -> list[Endpoint]:
        query = select(webhook_endpoints).order_by(webhook_endpoints.c.partner_code, webhook_endpoints.c.created_at)
        if partner_code is not None:
            query = query.where(webhook_endpoints.c.partner_code == partner_code)
        with self._database.reading() as connection:
            return [_endpoint(row) for row in connection.execute(query)]

    def create(self, wanted: Endpoint, secret: str) -> Endpoint:
        made = replace(wanted, id=str(uuid_utils.uuid7()))
        made = replace(made, sealed=self._cipher.sealed(secret, made.id))
        with self._database.writing() as connection:
            connection.execute(insert(webhook_endpoints), _row(made))
        self._looked_at = float("-inf")
        return made

    def roll(self, endpoint_id: str, now: datetime, overlap: timedelta) -> str:
        """A new secret; the old one goes on signing beside it for the overlap."""
        endpoint = self._existing(endpoint_id)
        secret = new_secret()
        values = {
            "secret": self._cipher.sealed(secret, endpoint_id),
            "old_secret": endpoint.sealed,
            "old_secret_until": now + overlap,
        }
        self._change(endpoint_id, values)
        return secret

    def remove(self, endpoint_id: str, now: datetime) -> None:
        self._existing(endpoint_id)
        self._change(endpoint_id, {"removed_at": now})

    def _existing(self, endpoint_id: str) -> Endpoint:
        found = self._read_one(endpoint_id)
        if found is None:
            raise EndpointRefused(f"There is no webhook endpoint {endpoint_id}.")
        return found

    def _change(self, endpoint_id: str, values: dict[str, Any]) -> None:
        with self._database.writing() as connection:
            connection.execute(update(webhook_endpoints).where(webhook_endpoints.c.id == endpoint_id).values(values))
        self._looked_at = float("-inf")

    def _read_one(self, endpoint_id: str) -> Endpoint | None:
        kept = webhook_endpoints.c.removed_at.is_(None)
        with self._database.reading() as connection:
            row = connection.execute(
                select(webhook_endpoints).where(webhook_endpoints.c.id == endpoint_id, kept)
            ).one_or_none()
        return None if row is None else _endpoint(row)

    def _look(self) -> _Known:
        """One caller looks while the others go on with what is known; the very first ones wait."""
        known = self._known
        if known is not None and monotonic() - self._looked_at < LOOK_SECONDS:
            return known
        if not self._looking.acquire(blocking=known is None):
            assert known is not None
            return known
        try:
            self._known = self._known if self._is_fresh() and self._known else self._read_all()
        except StoreUnavailable:
            if self._known is None:
                raise
        finally:
            self._looked_at = monotonic()
            self._looking.release()
        return self._known

    def _is_fresh(self) -> bool:
        return monotonic() - self._looked_at < LOOK_SECONDS

    def _read_all(self) -> _Known:
        query = select(webhook_endpoints).where(webhook_endpoints.c.removed_at.is_(None))
        with self._database.reading() as connection:
            found = [_endpoint(row) for row in connection.execute(query.order_by(webhook_endpoints.c.id))]
        by_partner: dict[tuple[str, str], tuple[Endpoint, ...]] = {}
        for endpoint in found:
            owner = (endpoint.partner_code, endpoint.mode)
            by_partner[owner] = (*by_partner.get(owner, ()), endpoint)
        return _Known({endpoint.id: endpoint for endpoint in found}, by_partner)


def new_secret() -> str:
    return secrets.token_urlsafe(36)


def _row(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "id": endpoint.id,
        "partner_code": endpoint.partner_code,
        "mode": endpoint.mode,
        "url": endpoint.url,
        "key_id": endpoint.key_id,
        "secret": endpoint.sealed,
        "old_secret": endpoint.old_sealed,
        "old_secret_until": endpoint.old_until,
        "events": orjson.dumps(endpoint.events).decode(),
        "quick_attempts": endpoint.quick_attempts,
        "hourly_attempts": endpoint.hourly_attempts,
        "created_at": endpoint.created_at,
        "removed_at": endpoint.removed_at,
    }


def _endpoint(row: Row[Any]) -> Endpoint:
    return Endpoint(
        id=row.id,
        partner_code=row.partner_code,
        mode=row.mode,
        url=row.url,
        key_id=row.key_id,
        sealed=row.secret,
        old_sealed=row.old_secret,
        old_until=None if row.old_secret_until is None else aware(row.old_secret_until),
        events=tuple(orjson.loads(row.events)),
        quick_attempts=row.quick_attempts,
        hourly_attempts=row.hourly_attempts,
        created_at=aware(row.created_at),
        removed_at=None if row.removed_at is None else aware(row.removed_at),
    )
