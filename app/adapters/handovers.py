"""The codes under which a customer reads a sale on their own phone: a quarter of an hour, and one answer.

A code is a secret of 128 bits and kept as its hash. It opens one sale, in the store where it was made.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from app.adapters.database import Database
from app.adapters.keyring import aware
from app.adapters.portal_tables import handovers

LIFE, KEPT = timedelta(minutes=15), timedelta(days=1)
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

    def make(self, draft_id: str, store_id: str, now: datetime) -> tuple[str, Handover]:
        """A new code. Those of this sale that ended long ago go; a recent one still says that it has ended."""
        code = secrets.token_urlsafe(BYTES)
        made = Handover(_hash(code), draft_id, store_id, now, now + LIFE, None, None)
        row = {name: getattr(made, name) for name in Handover.__dataclass_fields__}
        with self.database.writing() as connection:
            over = (
                handovers.c.draft_id == draft_id,
                handovers.c.expires_at <= now - KEPT,
                handovers.c.used_at.is_(None),
            )
            connection.execute(delete(handovers).where(*over))
            connection.execute(handovers.insert().values(**row))
        return code, made

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
        ended = update(handovers).where(handovers.c.draft_id == draft_id, handovers.c.expires_at > now)
        with self.database.writing() as connection:
            connection.execute(ended.values(expires_at=now))

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


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
