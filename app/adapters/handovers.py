"""The codes under which a customer reads a sale on their own phone: a quarter of an hour, and one answer.

A code is a secret of 128 bits and kept as its hash. It opens one sale, in the store where it was made. It is worked
out from the sale and the moment it was made, so that a page that is opened again shows the one the customer is reading.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Update, delete, select, update

from app.adapters.database import Database
from app.adapters.encryption import derived_key
from app.adapters.keyring import aware
from app.adapters.portal_tables import handovers

LIFE, KEPT = timedelta(minutes=15), timedelta(days=1)
INSTANT = timedelta(microseconds=1)
BYTES = 16
LONGEST = 40


@dataclass(frozen=True, slots=True)
class Handover:
    code_hash: str
    draft_id: str
    store_id: str
    created_at: datetime
    expires_at: datetime
    opened_at: datetime | None
    used_at: datetime | None

    def is_over_at(self, now: datetime) -> bool:
        return now >= self.expires_at


@dataclass(frozen=True, slots=True)
class Handovers:
    database: Database
    secret_key: str

    def live(self, draft_id: str, store_id: str, now: datetime) -> str | None:
        """The code that can still be answered; None where a new one is needed."""
        found = self.newest(draft_id)
        if found is None or found.store_id != store_id or found.used_at is not None or found.is_over_at(now):
            return None
        code = self._code(draft_id, found.created_at)
        return code if hmac.compare_digest(_hash(code), found.code_hash) else None

    def make(self, draft_id: str, store_id: str, now: datetime) -> str:
        """The only one: those before open nothing any more. Long ended ones go; a recent one says that it has ended."""
        before = self.newest(draft_id)
        created = now if before is None else max(now, before.created_at + INSTANT)
        code = self._code(draft_id, created)
        made = Handover(_hash(code), draft_id, store_id, created, now + LIFE, None, None)
        row = {name: getattr(made, name) for name in Handover.__dataclass_fields__}
        own = handovers.c.draft_id == draft_id
        old = delete(handovers).where(own, handovers.c.expires_at <= now - KEPT, handovers.c.used_at.is_(None))
        with self.database.writing() as connection:
            connection.execute(old)
            connection.execute(_ending(draft_id, now))
            connection.execute(handovers.insert().values(**row))
        return code

    def of(self, code: str) -> Handover | None:
        if not code.isascii() or len(code) > LONGEST:
            return None
        return self._one(select(handovers).where(handovers.c.code_hash == _hash(code)))

    def newest(self, draft_id: str) -> Handover | None:
        query = select(handovers).where(handovers.c.draft_id == draft_id)
        return self._one(query.order_by(handovers.c.created_at.desc()).limit(1))

    def opened(self, found: Handover, now: datetime) -> None:
        if found.opened_at is None:
            self._set(found, handovers.c.opened_at.is_(None), opened_at=now)

    def used(self, found: Handover, now: datetime) -> bool:
        """Whether this is the one time."""
        return self._set(found, handovers.c.used_at.is_(None), handovers.c.expires_at > now, used_at=now)

    def given_back(self, found: Handover) -> None:
        """What it was used for did not come about."""
        self._set(found, used_at=None)

    def end_all(self, draft_id: str, now: datetime) -> None:
        """Codes that were shown before open nothing any more."""
        with self.database.writing() as connection:
            connection.execute(_ending(draft_id, now))

    def _code(self, draft_id: str, created_at: datetime) -> str:
        text = f"{draft_id} {aware(created_at).isoformat()}"
        digest = hmac.digest(derived_key(self.secret_key, "hand-over"), text.encode(), "sha256")
        return base64.urlsafe_b64encode(digest[:BYTES]).rstrip(b"=").decode()

    def _set(self, found: Handover, *conditions: Any, **values: Any) -> bool:
        changed = update(handovers).where(handovers.c.code_hash == found.code_hash, *conditions)
        with self.database.writing() as connection:
            return bool(connection.execute(changed.values(**values)).rowcount == 1)

    def _one(self, query: Any) -> Handover | None:
        with self.database.reading() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            return None
        moments = {
            name: row[name] and aware(row[name]) for name in ("created_at", "expires_at", "opened_at", "used_at")
        }
        return Handover(**{**row, **moments})


def _ending(draft_id: str, now: datetime) -> Update:
    ended = update(handovers).where(handovers.c.draft_id == draft_id, handovers.c.expires_at > now)
    return ended.values(expires_at=now)


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
