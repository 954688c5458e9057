"""Signing in away from a tablet: e-mail and password, then a code.

Five wrong from one place rest that place for a quarter of an hour, and nobody who signs in from another.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from app.domain.audit import NOBODY, AuditEntry
from app.domain.people import Session, Staff
from app.domain.people_errors import CodeRefused, SignInExpired, SignInRefused, TooManyTries
from app.domain.staffing import SIGNS_IN, Actor
from app.services.enrol_device import normal_code
from app.services.people_audit import done
from app.services.people_records import Access, PeopleChanges, PeopleRecords
from app.services.unlock_device import Opened

PENDING_LIFE = timedelta(minutes=5)
PENDING = "sign-in"
CODES = "codes"
TOTP_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a try comes from: an address, or a tablet of the store. Tries are counted for each by itself."""

    address: str = ""
    device_id: str = ""

    @property
    def counted_as(self) -> str:
        return self.device_id or self.address


@dataclass(frozen=True, slots=True)
class PasswordAttempt:
    email: str
    password: str = field(repr=False)
    origin: Origin = field(default_factory=lambda: Origin())


@dataclass(frozen=True, slots=True)
class Pending:
    """The password was right. `token` goes along with the next form; `needs`: a code, or to set one up first."""

    staff: Staff
    needs: Literal["code", "set_up"]
    token: str = field(repr=False)


def sign_in(people: PeopleRecords, attempt: PasswordAttempt, now: datetime) -> Pending:
    """Unknown and known people cost the same: one slow hash, in one transaction what is known of the try."""
    origin = _hashed_origin(people, attempt.origin)
    _check_rate(people, attempt.origin)
    person = people.staff_by_email(normal_email(attempt.email))
    if person is not None and (person.ended_at is not None or person.role not in SIGNS_IN):
        person = None
    with people.writing() as changes:
        is_heard = changes.staff.take_try("" if person is None else person.id, origin, now)
        changes.audit(_tried(person, now))
    try:
        kept = person.password_hash if person is not None and is_heard else None
        is_right = people.secrets.fits(attempt.password, kept)
    except TooManyTries:
        _give_back(people, person, origin, is_heard)
        raise
    if person is None or not is_right:
        raise SignInRefused()
    _give_back(people, person, origin, is_heard)
    return Pending(person, "code" if person.has_totp else "set_up", pending_token(people, person, now))


def confirm_sign_in(people: PeopleRecords, token: str, code: str, origin: Origin, now: datetime) -> Opened:
    """The second step: the code of the moment, or one of the ten that were written down."""
    people.check_rate("sign_in", origin.counted_as)
    access = pending_access(people, token, now)
    if access.totp_secret is None:
        raise SignInExpired()
    with people.writing() as changes:
        # Counted for the person too, wherever they come from: whoever guesses codes has the password already.
        places = (_hashed_origin(people, origin), CODES)
        if not all(changes.staff.take_try(access.staff.id, place, now) for place in places):
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


def _check_rate(people: PeopleRecords, origin: Origin) -> None:
    """Whoever is away from a tablet also shares one allowance with all others who are: selling goes on beside it."""
    people.check_rate("sign_in", origin.counted_as)
    if not origin.device_id:
        people.check_rate("away", "everybody")


def _hashed_origin(people: PeopleRecords, origin: Origin) -> str:
    """Enough to know it again: addresses of people are not kept."""
    return people.secrets.code_hash(f"origin:{people.counted_as(origin.counted_as)}")


def _give_back(people: PeopleRecords, person: Staff | None, origin: str, is_heard: bool) -> None:
    if person is not None and is_heard:
        with people.writing() as changes:
            changes.staff.give_try_back(person.id, origin)


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
