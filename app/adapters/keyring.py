"""Partner keys in the database, kept in memory: a revoked key stops working within five seconds everywhere.

Keys change a few times a year and are asked for with every request. So a server remembers them, and looks
every few seconds at the list of changes for keys to forget.
"""

from datetime import UTC, datetime, timedelta
from threading import Lock
from time import monotonic
from typing import Any

import orjson
from cachetools import LRUCache, TTLCache
from sqlalchemy import Row, insert, select, update

from app.adapters.database import Database
from app.adapters.encryption import Cipher
from app.adapters.tables import key_changes, partner_keys
from app.domain.keys import PartnerKey

LOOK_SECONDS = 5
REMEMBERED_KEYS = 10_000
# Two changes at once may become visible in the other order than their numbers: the last few are read again.
READ_AGAIN = 50


class Keyring:
    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher
        self._known: LRUCache[str, PartnerKey] = LRUCache(REMEMBERED_KEYS)
        self._unknown: TTLCache[str, None] = TTLCache(REMEMBERED_KEYS, LOOK_SECONDS)
        self._lock = Lock()
        self._last_change = 0
        self._looked_at = float("-inf")

    def key(self, key_id: str) -> PartnerKey | None:
        if monotonic() - self._looked_at > LOOK_SECONDS:
            self._look()
        with self._lock:
            found = self._known.get(key_id)
            if found is not None or key_id in self._unknown:
                return found
        return self._read(key_id)

    def _read(self, key_id: str) -> PartnerKey | None:
        with self._database.reading() as connection:
            row = connection.execute(select(partner_keys).where(partner_keys.c.id == key_id)).one_or_none()
        found = None if row is None else self._from_row(row)
        with self._lock:
            if found is None:
                self._unknown[key_id] = None
            else:
                self._known[key_id] = found
        return found

    def _look(self) -> None:
        self._looked_at = monotonic()
        query = select(key_changes.c.id, key_changes.c.key_id).where(key_changes.c.id > self._last_change - READ_AGAIN)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(key_changes.c.id)).all()
        for row in rows:
            self._forget(row.key_id)
            self._last_change = row.id

    def all(self, partner_code: str | None = None) -> list[PartnerKey]:
        query = select(partner_keys).order_by(partner_keys.c.partner_code, partner_keys.c.created_at)
        if partner_code is not None:
            query = query.where(partner_keys.c.partner_code == partner_code)
        with self._database.reading() as connection:
            return [self._from_row(row) for row in connection.execute(query)]

    def add(self, key: PartnerKey) -> None:
        with self._database.writing() as connection:
            connection.execute(insert(partner_keys), self._row(key))
            connection.execute(insert(key_changes), {"key_id": key.id})
        self._forget(key.id)

    def change(self, key_id: str, **columns: Any) -> None:
        with self._database.writing() as connection:
            connection.execute(update(partner_keys).where(partner_keys.c.id == key_id), columns)
            connection.execute(insert(key_changes), {"key_id": key_id})
        self._forget(key_id)

    def _forget(self, key_id: str) -> None:
        with self._lock:
            self._known.pop(key_id, None)
            self._unknown.pop(key_id, None)

    def _row(self, key: PartnerKey) -> dict[str, Any]:
        return {
            "id": key.id,
            "partner_code": key.partner_code,
            "kind": key.kind,
            "secret": self._cipher.sealed(key.secret, key.id),
            "origins": orjson.dumps(key.origins).decode(),
            "date_skew_seconds": int(key.date_skew.total_seconds()),
            "is_demo": key.is_demo,
            "replaces": key.replaces,
            "created_at": key.created_at,
            "expires_at": key.expires_at,
            "revoked_at": key.revoked_at,
        }

    def _from_row(self, row: Row[Any]) -> PartnerKey:
        return PartnerKey(
            id=row.id,
            partner_code=row.partner_code,
            kind=row.kind,
            secret=self._cipher.opened(row.secret, row.id),
            origins=tuple(orjson.loads(row.origins)),
            date_skew=timedelta(seconds=row.date_skew_seconds),
            is_demo=row.is_demo,
            created_at=aware(row.created_at),
            replaces=row.replaces,
            expires_at=None if row.expires_at is None else aware(row.expires_at),
            revoked_at=None if row.revoked_at is None else aware(row.revoked_at),
        )


def aware(moment: datetime) -> datetime:
    """SQLite keeps no time zone; everything we store is UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
