"""Signing in away from a tablet: e-mail and password, then a code. Five wrong rest it for a quarter of an hour."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from app.domain.audit import NOBODY, AuditEntry
from app.domain.people import Session, Staff
from app.domain.people_errors import CodeRefused, SignInExpired, SignInRefused
from app.domain.staffing import SIGNS_IN, Actor
from app.services.enrol_device import normal_code
from app.services.people_audit import done
from app.services.people_records import Access, PeopleChanges, PeopleRecords
from app.services.unlock_device import Opened

PENDING_LIFE = timedelta(minutes=5)
PENDING = "sign-in"
TOTP_DIGITS = 6


@dataclass(frozen=True, slots=True)
class PasswordAttempt:
    email: str
    password: str = field(repr=False)
    address: str = ""


@dataclass(frozen=True, slots=True)
class Pending:
    """The password was right. `token` goes along with the next form; `needs`: a code, or to set one up first."""

    staff: Staff
    needs: Literal["code", "set_up"]
    token: str = field(repr=False)


def sign_in(people: PeopleRecords, attempt: PasswordAttempt, now: datetime) -> Pending:
    """Unknown and known people cost the same: one row written, one slow hash."""
    people.check_rate(attempt.address)
    person = people.staff_by_email(normal_email(attempt.email))
    if person is not None and (person.ended_at is not None or person.role not in SIGNS_IN):
        person = None
    with people.writing() as changes:
        is_heard = changes.staff.take_try("" if person is None else person.id, now)
        changes.audit(_tried(person, now))
    is_right = people.secrets.fits(attempt.password, person.password_hash if person is not None and is_heard else None)
    if person is None or not is_right:
        raise SignInRefused()
    with people.writing() as changes:
        changes.staff.give_try_back(person.id)
    return Pending(person, "code" if person.has_totp else "set_up", pending_token(people, person, now))


def confirm_sign_in(people: PeopleRecords, token: str, code: str, address: str, now: datetime) -> Opened:
    """The second step: the code of the moment, or one of the ten that were written down."""
    people.check_rate(address)
    access = pending_access(people, token, now)
    if access.totp_secret is None:
        raise SignInExpired()
    with people.writing() as changes:
        if not changes.staff.take_try(access.staff.id, now):
            raise CodeRefused(field="code")
    typed = normal_code(code)
    is_totp = len(typed) == TOTP_DIGITS and typed.isdigit()
    step = people.secrets.totp_step(access.totp_secret, typed, now) if is_totp else None
    place = None if is_totp else _recovery_place(people, access, typed)
    if step is None and place is None:
        raise _refused(people, access.staff, now)
    opened = new_session(people, access.staff, now)
    try:
        with people.writing() as changes:
            _use(changes, access, step, place)
            let_in(changes, opened.session, now, is_recovered=place is not None)
    except CodeRefused:
        raise _refused(people, access.staff, now) from None
    return opened


def pending_token(people: PeopleRecords, person: Staff, now: datetime) -> str:
    values = {"staff": person.id, "at": now.timestamp(), "mark": mark_of(people, person)}
    return people.secrets.signed(PENDING, values)


def pending_access(people: PeopleRecords, token: str, now: datetime) -> Access:
    """Whose password was right a moment ago; a new password since makes it void."""
    values = people.secrets.unsigned(PENDING, token)
    access = None if values is None else people.access(values["staff"])
    if values is None or access is None or access.staff.ended_at is not None:
        raise SignInExpired()
    age = now.timestamp() - values["at"]
    if not 0 <= age < PENDING_LIFE.total_seconds() or values["mark"] != mark_of(people, access.staff):
        raise SignInExpired()
    return access


def mark_of(people: PeopleRecords, person: Staff) -> str:
    """Changes with the password: what was signed before is void afterwards."""
    return people.secrets.code_hash(f"{person.id}:{person.password_hash or ''}")[:24]


def new_session(people: PeopleRecords, person: Staff, now: datetime) -> Opened:
    """Away from a tablet; in the first of the person's stores, until another is chosen."""
    token, there = secrets.token_urlsafe(32), people.stores_for(person)
    store_id = there[0].id if there else None
    return Opened(Session(people.secrets.code_hash(token), person, None, store_id, False, now, now), token)


def let_in(changes: PeopleChanges, session: Session, now: datetime, is_recovered: bool = False) -> None:
    """In the same transaction that used up the code."""
    person = session.staff
    changes.staff.forget_tries(person.id)
    changes.sessions.add(session)
    action = "signed_in_with_recovery_code" if is_recovered else "signed_in"
    changes.audit(done(Actor.of(session), now, action))


def normal_email(text: str) -> str:
    return text.strip().lower()


def _tried(person: Staff | None, now: datetime) -> AuditEntry:
    if person is None:
        return AuditEntry(now, NOBODY, "sign_in_tried")
    return done(Actor(person.partner_code, person), now, "sign_in_tried")


def _recovery_place(people: PeopleRecords, access: Access, typed: str) -> str | None:
    """A recovery code begins with its place in the list: one slow hash, not ten."""
    fits = people.secrets.fits(typed, access.recovery.get(typed[:1]))
    return typed[:1] if fits else None


def _use(changes: PeopleChanges, access: Access, step: int | None, place: str | None) -> None:
    """Each code once, whoever sends it at the same moment."""
    if step is not None:
        is_first = changes.staff.use_totp_step(access.staff.id, step)
    else:
        rest = {name: kept for name, kept in access.recovery.items() if name != place}
        is_first = changes.staff.replace_recovery(access.staff.id, access.recovery, rest)
    if not is_first:
        raise CodeRefused(field="code")


def _refused(people: PeopleRecords, person: Staff, now: datetime) -> CodeRefused:
    with people.writing() as changes:
        changes.audit(done(Actor(person.partner_code, person), now, "sign_in_code_wrong"))
    return CodeRefused(field="code")
