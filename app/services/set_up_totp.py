"""The code of the moment: set up once, before the first sign-in is complete, with ten codes to write down."""

import base64
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from app.domain.identifiers import UNAMBIGUOUS
from app.domain.people_errors import CodeRefused, SignInExpired
from app.domain.staffing import Actor
from app.services.enrol_device import normal_code
from app.services.people_audit import done
from app.services.people_records import PeopleRecords
from app.services.sign_in import let_in, new_session, pending_access
from app.services.unlock_device import Opened

SECRET_BYTES = 20
# Each recovery code begins with its own letter, so that one hash is enough to look it up.
PLACES = "ABCDEFGHJK"
RECOVERY_CHARACTERS = 10


@dataclass(frozen=True, slots=True)
class TotpOffer:
    """To scan or to type. `sealed` goes along with the form: nothing is stored until a code proves it arrived."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)
    sealed: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TotpSetUp:
    """`recovery_codes` are shown this once."""

    opened: Opened
    recovery_codes: tuple[str, ...] = field(repr=False)


def offer_totp(people: PeopleRecords, token: str, now: datetime) -> TotpOffer:
    access = pending_access(people, token, now)
    if access.totp_secret is not None:
        raise SignInExpired()
    secret = base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()
    return _offer(people, access.staff.id, access.staff.email or "", secret)


def same_offer(people: PeopleRecords, token: str, sealed: str, now: datetime) -> TotpOffer:
    """The one that was shown before, for a form that comes back with a wrong code."""
    access = pending_access(people, token, now)
    secret = people.secrets.unsealed(sealed, access.staff.id)
    if secret is None:
        raise SignInExpired()
    return _offer(people, access.staff.id, access.staff.email or "", secret)


def set_up_totp(people: PeopleRecords, token: str, sealed: str, code: str, now: datetime) -> TotpSetUp:
    access = pending_access(people, token, now)
    person = access.staff
    secret = people.secrets.unsealed(sealed, person.id)
    if secret is None or access.totp_secret is not None:
        raise SignInExpired()
    step = people.secrets.totp_step(secret, normal_code(code), now)
    if step is None:
        raise CodeRefused(field="code")
    codes, opened = recovery_codes(), new_session(people, person, now)
    kept = {code[0]: people.secrets.hashed(normal_code(code)) for code in codes}
    with people.writing() as changes:
        # Asked again inside: of two forms sent at once one sets it up, and its codes are the ones that count.
        if not changes.staff.replace_recovery(person.id, access.recovery, kept):
            raise SignInExpired()
        changes.staff.set_totp(person.id, secret)
        changes.staff.use_totp_step(person.id, step)
        changes.audit(done(Actor(person.partner_code, person), now, "totp_set_up", person.id))
        let_in(changes, opened.session, now)
    return TotpSetUp(opened, codes)


def recovery_codes() -> tuple[str, ...]:
    made = (place + "".join(secrets.choice(UNAMBIGUOUS) for _ in range(RECOVERY_CHARACTERS - 1)) for place in PLACES)
    return tuple(f"{code[:5]}-{code[5:]}" for code in made)


def _offer(people: PeopleRecords, staff_id: str, email: str, secret: str) -> TotpOffer:
    return TotpOffer(secret, people.secrets.totp_uri(secret, email), people.secrets.sealed(secret, staff_id))
