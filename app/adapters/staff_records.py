"""People, as a transaction changes them. What may happen once is an UPDATE that says so, and its count."""

from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Connection, Insert, case, delete, exc, insert, or_, select, update

from app.adapters.encryption import Cipher
from app.adapters.portal_tables import sign_in_tries, staff, staff_stores, staff_trainings, stores
from app.domain.people import RetailStore, Staff

# From one place, and from all together.
WRONG_SIGN_INS, WRONG_SIGN_INS_EVERYWHERE = 5, 50
SIGN_IN_REST = timedelta(minutes=15)


def added(connection: Connection, statement: Insert, values: dict[str, Any]) -> bool:
    """False when another row has the same key; the transaction goes on."""
    try:
        with connection.begin_nested():
            connection.execute(statement, values)
    except exc.IntegrityError:
        return False
    return True


class StaffRecords:
    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection = connection
        self._cipher = cipher

    def add(self, person: Staff) -> bool:
        names = ("id", "partner_code", "role", "name", "email", "language", "is_demo", "created_at")
        row = {name: getattr(person, name) for name in names} | {"recovery_hashes": "{}"}
        if not added(self._connection, insert(staff), row):
            return False
        self.set_stores(person.id, person.store_ids)
        return True

    def change(self, staff_id: str, **columns: Any) -> None:
        self._connection.execute(update(staff).where(staff.c.id == staff_id), columns)

    def replace_password(self, staff_id: str, old_hash: str | None, new_hash: str) -> bool:
        """Only while the old one still stands: a link that was opened twice sets one password."""
        unchanged = staff.c.password_hash.is_not_distinct_from(old_hash)
        return self._changed(update(staff).where(staff.c.id == staff_id, unchanged), password_hash=new_hash)

    def set_stores(self, staff_id: str, store_ids: frozenset[str]) -> None:
        self._connection.execute(delete(staff_stores).where(staff_stores.c.staff_id == staff_id))
        rows = [{"staff_id": staff_id, "store_id": store_id} for store_id in sorted(store_ids)]
        if rows:
            self._connection.execute(insert(staff_stores), rows)

    def record_training(self, staff_id: str, rule: str, now: datetime, recorded_by: str) -> None:
        row = {"staff_id": staff_id, "rule": rule, "trained_at": now, "recorded_by": recorded_by}
        own = staff_trainings.c.staff_id == staff_id, staff_trainings.c.rule == rule
        if not self._changed(update(staff_trainings).where(*own), trained_at=now, recorded_by=recorded_by):
            added(self._connection, insert(staff_trainings), row)

    def take_try(self, staff_id: str, origin: str, now: datetime) -> bool:
        """One of five, counted before it is looked at. After the fifth none from there is heard for 15 minutes.

        Who knows somebody's e-mail address can rest their own tries with it; only very many places together rest all.
        """
        locked = select(staff.c.id).where(staff.c.id == staff_id, staff.c.ended_at.is_(None)).with_for_update()
        if self._connection.execute(locked).first() is None:
            return False
        fresh = sign_in_tries.c.staff_id == staff_id, sign_in_tries.c.tried_at > now - SIGN_IN_REST
        counted = select(sign_in_tries.c.origin, sign_in_tries.c.failures).where(*fresh)
        tries: dict[str, int] = {row[0]: row[1] for row in self._connection.execute(counted)}
        before = tries.get(origin, 0)
        if before >= WRONG_SIGN_INS or sum(tries.values()) >= WRONG_SIGN_INS_EVERYWHERE:
            return False
        self._set_tries(staff_id, origin, failures=before + 1, tried_at=now)
        return True

    def give_try_back(self, staff_id: str, origin: str) -> None:
        """The try was right. What else was counted stays: a right password does not pay for guessed codes."""
        fewer = case((sign_in_tries.c.failures > 0, sign_in_tries.c.failures - 1), else_=0)
        self._changed(update(sign_in_tries).where(*_tries_of(staff_id, origin)), failures=fewer)

    def forget_tries(self, staff_id: str) -> None:
        self._connection.execute(delete(sign_in_tries).where(sign_in_tries.c.staff_id == staff_id))

    def _set_tries(self, staff_id: str, origin: str, **columns: Any) -> None:
        if not self._changed(update(sign_in_tries).where(*_tries_of(staff_id, origin)), **columns):
            self._connection.execute(insert(sign_in_tries), {"staff_id": staff_id, "origin": origin} | columns)

    def set_totp(self, staff_id: str, secret: str | None) -> None:
        sealed = None if secret is None else self._cipher.sealed(secret, staff_id)
        self._changed(update(staff).where(staff.c.id == staff_id), totp_secret=sealed, totp_step=None)

    def use_totp_step(self, staff_id: str, step: int) -> bool:
        """Once, and never an earlier one afterwards."""
        unused = or_(staff.c.totp_step.is_(None), staff.c.totp_step < step)
        known = staff.c.totp_secret.is_not(None)
        return self._changed(update(staff).where(staff.c.id == staff_id, known, unused), totp_step=step)

    def replace_recovery(self, staff_id: str, old: dict[str, str] | None, new: dict[str, str]) -> bool:
        """Only while the old ones still stand; without `old` whatever stands there."""
        query = update(staff).where(staff.c.id == staff_id)
        if old is not None:
            query = query.where(staff.c.recovery_hashes == recovery_text(old))
        return self._changed(query, recovery_hashes=recovery_text(new))

    def _changed(self, query: Any, **columns: Any) -> bool:
        return self._connection.execute(query.values(**columns)).rowcount == 1


def _tries_of(staff_id: str, origin: str) -> tuple[Any, Any]:
    return sign_in_tries.c.staff_id == staff_id, sign_in_tries.c.origin == origin


def recovery_text(codes: dict[str, str]) -> str:
    return orjson.dumps(codes, option=orjson.OPT_SORT_KEYS).decode()


class StoreRecords:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, store: RetailStore) -> bool:
        taken = select(stores.c.id).where(stores.c.partner_code == store.partner_code, stores.c.code == store.code)
        if self._connection.execute(taken).first() is not None:
            return False
        row = {name: getattr(store, name) for name in RetailStore.__dataclass_fields__}
        return added(self._connection, insert(stores), row)

    def change(self, store_id: str, **columns: Any) -> None:
        self._connection.execute(update(stores).where(stores.c.id == store_id), columns)
