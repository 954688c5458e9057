"""Partner keys in the database, remembered for a few seconds: a revoked key stops working within that time."""

from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

import orjson
from cachetools import TTLCache
from sqlalchemy import Row, insert, select, update

from app.adapters.database import Database
from app.adapters.encryption import Cipher
from app.adapters.tables import partner_keys
from app.domain.keys import PartnerKey

REMEMBERED_SECONDS = 5
REMEMBERED_KEYS = 10_000


class Keyring:
    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher
        self._known: TTLCache[str, PartnerKey | None] = TTLCache(REMEMBERED_KEYS, REMEMBERED_SECONDS)
        self._lock = Lock()

    def key(self, key_id: str) -> PartnerKey | None:
        with self._lock:
            if key_id in self._known:
                return self._known[key_id]
        with self._database.reading() as connection:
            row = connection.execute(select(partner_keys).where(partner_keys.c.id == key_id)).one_or_none()
        found = None if row is None else self._from_row(row)
        with self._lock:
            self._known[key_id] = found
        return found

    def all(self, partner_code: str | None = None) -> list[PartnerKey]:
        query = select(partner_keys).order_by(partner_keys.c.partner_code, partner_keys.c.created_at)
        if partner_code is not None:
            query = query.where(partner_keys.c.partner_code == partner_code)
        with self._database.reading() as connection:
            return [self._from_row(row) for row in connection.execute(query)]

    def add(self, key: PartnerKey) -> None:
        with self._database.writing() as connection:
            connection.execute(insert(partner_keys), self._row(key))
        self._forget(key.id)

    def change(self, key_id: str, **columns: Any) -> None:
        with self._database.writing() as connection:
            connection.execute(update(partner_keys).where(partner_keys.c.id == key_id), columns)
        self._forget(key_id)

    def _forget(self, key_id: str) -> None:
        with self._lock:
            self._known.pop(key_id, None)

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
