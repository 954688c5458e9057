"""Stores, people, tablets and sessions of the portal: what is asked, and the transactions that change it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, exists, or_, select

from app.adapters.audit_records import add_entry, entries
from app.adapters.database import Database
from app.adapters.device_records import DeviceRecords
from app.adapters.encryption import Cipher
from app.adapters.hashing import Hasher
from app.adapters.limits import Limits, NoLimits, counted_as
from app.adapters.people_rows import (
    DEVICE,
    STORE,
    device_from,
    moment,
    moment_or_none,
    staff_from,
    staff_query,
    store_from,
)
from app.adapters.people_secrets import PeopleSecrets
from app.adapters.portal_tables import devices, enrolments, pin_failures, sessions, staff, staff_stores, stores
from app.adapters.question import Question
from app.adapters.sign_in_records import SessionRecords, session_from, session_question, stands
from app.adapters.staff_records import StaffRecords, StoreRecords
from app.domain.audit import AuditEntry
from app.domain.people import DEVICE_LIFE, EVERYWHERE, WRONG_PINS_LOCK_PERSON, Device, RetailStore, Session, Staff
from app.domain.people_errors import TooManyTries
from app.services.people_records import Access, Bucket, Enrolment

# Being at work is written down this often: two minutes of idleness need no finer clock, and a disk no more writing.
SEEN_EVERY = timedelta(seconds=15)
_STORE = Question(select(*STORE).where(stores.c.id == bindparam("id")))
_DEVICE_OF = Question(select(*DEVICE).where(devices.c.secret_hash == bindparam("secret_hash")))


@dataclass(frozen=True, slots=True)
class Changes:
    """One transaction."""

    connection: Connection
    staff: StaffRecords
    devices: DeviceRecords
    sessions: SessionRecords
    stores: StoreRecords

    def audit(self, entry: AuditEntry) -> None:
        add_entry(self.connection, entry)


class People:
    def __init__(
        self,
        database: Database,
        cipher: Cipher,
        secret_key: str,
        is_demo: bool = False,
        limits: Limits | NoLimits | None = None,
        hasher: Hasher | None = None,
    ) -> None:
        """`is_demo`: the server runs in demo mode; without it people of the demo do not exist."""
        self.is_demo = is_demo
        self.secrets = PeopleSecrets(secret_key, cipher, hasher or Hasher(secret_key))
        self._database = database
        self._cipher = cipher
        self._limits = limits or NoLimits()
        self._staff = staff_query(database.is_sqlite)
        self._session = session_question(database.is_sqlite)

    @staticmethod
    def of(
        database: Database, secret_key: str, is_demo: bool = False, limits: Limits | NoLimits | None = None
    ) -> "People":
        return People(database, Cipher(secret_key, "staff-totp"), secret_key, is_demo, limits)

    def close(self) -> None:
        self._database.close()

    @contextmanager
    def writing(self) -> Iterator[Changes]:
        with self._database.writing() as connection:
            yield Changes(
                connection,
                StaffRecords(connection, self._cipher),
                DeviceRecords(connection),
                SessionRecords(connection),
                StoreRecords(connection),
            )

    # --- asked with every request

    def session(self, token: str, now: datetime | None = None) -> Session | None:
        """Who is at work with this token: one row. None when it ended, or person, tablet or store are gone."""
        row = self._session.answer(self._database, id_hash=self.secrets.code_hash(token))
        if row is None:
            return None
        session, is_whole = session_from(row)
        is_known = is_whole and self._exists(session.staff)
        return session if is_known and stands(session, now or datetime.now(UTC)) else None

    def touch(self, session: Session, now: datetime) -> None:
        """Still at work. Not for what a page asks by itself: polling is not working."""
        if now - session.seen_at < SEEN_EVERY or session.is_idle_at(now):
            return
        with self.writing() as changes:
            changes.sessions.change(session.id_hash, seen_at=now)
            if session.device is not None:
                changes.devices.change(session.device.id, seen_at=now, expires_at=now + DEVICE_LIFE)

    def device_of(self, secret: str, now: datetime | None = None) -> Device | None:
        """The tablet with this cookie, locked or not; None when it was revoked or not seen for ninety days."""
        row = _DEVICE_OF.answer(self._database, secret_hash=self.secrets.code_hash(secret))
        device = None if row is None else device_from(row)
        return device if device is not None and device.is_usable_at(now or datetime.now(UTC)) else None

    def store(self, store_id: str) -> RetailStore | None:
        row = _STORE.answer(self._database, id=store_id)
        return None if row is None else store_from(row)

    def check_rate(self, bucket: Bucket, caller: str) -> None:
        """Slow hashes are asked for by people: more of them from one address, or one tablet, is a machine."""
        if not caller:
            return
        allowance = self._limits.take(bucket, counted_as(caller))
        if not allowance.is_granted:
            raise TooManyTries(seconds=max(1, allowance.reset - int(time.time())))

    def counted_as(self, caller: str) -> str:
        return counted_as(caller)

    # --- asked by pages of administration

    def stores_of(self, partner_code: str) -> list[RetailStore]:
        query = select(*STORE).where(stores.c.partner_code == partner_code, stores.c.closed_at.is_(None))
        return [store_from(row) for row in self._rows(query.order_by(stores.c.name))]

    def stores_for(self, person: Staff) -> list[RetailStore]:
        """The open stores this person works in, by name."""
        return [store for store in self.stores_of(person.partner_code) if person.works_in(store.id)]

    def staff(self, staff_id: str) -> Staff | None:
        """The person, ended or not."""
        return self._person(staff.c.id == staff_id)

    def staff_by_email(self, email: str) -> Staff | None:
        return self._person(staff.c.email == email)

    def staff_of_store(self, store_id: str) -> list[Staff]:
        """Who is at work there, by name: those named for it, and who works in every store of the partner."""
        named = exists().where(staff_stores.c.staff_id == staff.c.id, staff_stores.c.store_id == store_id)
        everywhere = staff.c.role.in_(sorted(EVERYWHERE))
        partner = select(stores.c.partner_code).where(stores.c.id == store_id).scalar_subquery()
        return self._people(or_(named, everywhere), staff.c.partner_code == partner)

    def staff_of(self, partner_code: str, is_ended_too: bool = False) -> list[Staff]:
        return self._people(staff.c.partner_code == partner_code, is_ended_too=is_ended_too)

    def access(self, staff_id: str) -> Access | None:
        person = self.staff(staff_id)
        if person is None:
            return None
        query = select(staff.c.totp_secret, staff.c.recovery_hashes).where(staff.c.id == staff_id)
        [(sealed, recovery)] = self._rows(query)
        secret = None if sealed is None else self._cipher.opened(sealed, staff_id)
        return Access(person, secret, orjson.loads(recovery))

    def device(self, device_id: str) -> Device | None:
        found = self._rows(select(*DEVICE).where(devices.c.id == device_id))
        return device_from(found[0]) if found else None

    def devices_of(self, partner_code: str, store_id: str | None = None) -> list[Device]:
        """Those that are not revoked, by name."""
        query = select(*DEVICE).where(devices.c.partner_code == partner_code, devices.c.revoked_at.is_(None))
        if store_id is not None:
            query = query.where(devices.c.store_id == store_id)
        return [device_from(row) for row in self._rows(query.order_by(devices.c.name, devices.c.id))]

    def tried_on(self, device_id: str) -> frozenset[str]:
        """The ids of people with wrong PINs on this tablet, locked or not."""
        rows = self._rows(select(pin_failures.c.staff_id).where(pin_failures.c.device_id == device_id))
        return frozenset(row[0] for row in rows)

    def locked_on(self, device_id: str) -> frozenset[str]:
        """The ids of people whose PIN this tablet does not take any more."""
        full = or_(pin_failures.c.locked_at.is_not(None), pin_failures.c.failures >= WRONG_PINS_LOCK_PERSON)
        return frozenset(
            row[0]
            for row in self._rows(select(pin_failures.c.staff_id).where(pin_failures.c.device_id == device_id, full))
        )

    def at_work_on(self, device_id: str) -> str | None:
        """The id of who had the tablet last and has not put it down."""
        query = select(sessions.c.staff_id).where(sessions.c.device_id == device_id, sessions.c.ended_at.is_(None))
        found = self._rows(query.order_by(sessions.c.seen_at.desc()).limit(1))
        return found[0][0] if found else None

    def enrolment(self, code_hash: str) -> Enrolment | None:
        columns = (enrolments.c[name] for name in Enrolment.__dataclass_fields__)
        found = self._rows(select(*columns).where(enrolments.c.code_hash == code_hash))
        if not found:
            return None
        partner_code, store_id, name, created_by, expires_at, used_at = found[0]
        return Enrolment(partner_code, store_id, name, created_by, moment(expires_at), moment_or_none(used_at))

    # --- the audit

    def audit(self, at: datetime, partner_code: str, action: str, subject: str = "", **more: Any) -> None:
        """For what is done elsewhere, in a transaction of its own; `more`: store_id, staff_id, device_id, facts."""
        with self.writing() as changes:
            changes.audit(AuditEntry(at, partner_code, action, subject, **more))

    def audited(
        self,
        partner_code: str,
        store_ids: frozenset[str] | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> list[AuditEntry]:
        return entries(self._database, partner_code, store_ids, before, limit)

    def _person(self, condition: Any) -> Staff | None:
        rows = self._rows(self._staff.where(condition))
        person = staff_from(rows[0]) if rows else None
        return person if person is not None and self._exists(person) else None

    def _people(self, *conditions: Any, is_ended_too: bool = False) -> list[Staff]:
        query = self._staff.where(*conditions).order_by(staff.c.name, staff.c.id)
        if not is_ended_too:
            query = query.where(staff.c.ended_at.is_(None))
        return [person for person in map(staff_from, self._rows(query)) if self._exists(person)]

    def _exists(self, person: Staff) -> bool:
        """People of the demo have PINs that stand in the README: elsewhere there is nobody of that name."""
        return self.is_demo or not person.is_demo

    def _rows(self, query: Any) -> list[Any]:
        with self._database.reading() as connection:
            return list(connection.execute(query).all())
