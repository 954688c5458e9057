"""PINs, passwords and codes of people: set, reset, and never shown twice."""

import secrets
from datetime import datetime, timedelta
from itertools import count

from app.domain.passwords import LONGEST, SHORTEST, password_problem
from app.domain.people import PIN_DIGITS, Session, Staff
from app.domain.people_errors import FieldRefused, InvitationRefused, NotYours
from app.domain.pins import pin_problem
from app.domain.staffing import SIGNS_IN, Actor, check_staff
from app.services.check_pin import PinAttempt, check_pin
from app.services.people_audit import done
from app.services.people_records import PeopleRecords
from app.services.sign_in import mark_of

INVITATION_LIFE = timedelta(hours=48)
INVITATION = "invitation"


def new_pin() -> str:
    """Six digits that pass the rules."""
    while pin_problem(pin := f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}}"):
        pass
    return pin


def first_pin(people: PeopleRecords, person: Staff) -> str:
    """As good as any nobody thought of, and the same when the form that added somebody is sent twice."""
    drawn = (people.secrets.code_hash(f"first-pin:{person.id}:{number}") for number in count())
    pins = (f"{int(one, 16) % 10**PIN_DIGITS:0{PIN_DIGITS}}" for one in drawn)
    return next(pin for pin in pins if pin_problem(pin) is None)


def set_pin(people: PeopleRecords, actor: Actor, staff_id: str, pin: str | None, now: datetime) -> str:
    """The PIN: the one given or, better, one nobody thought of. Locks of the old one are forgotten."""
    is_own = actor.staff is not None and actor.staff.id == staff_id
    if not is_own:
        check_staff(actor, people.staff(staff_id))
    elif actor.device_id is not None:
        raise NotYours()  # their own on a tablet: change_own_pin, with the old one
    chosen = new_pin() if pin is None else pin
    _store_pin(people, actor, staff_id, chosen, now)
    return chosen


def change_own_pin(people: PeopleRecords, session: Session, old_pin: str, pin: str, now: datetime) -> None:
    """With the old one, so that a tablet left lying open gives nobody a PIN; a wrong one counts as ever."""
    if session.device is None:
        raise NotYours()
    check_pin(people, PinAttempt(session.device.id, session.staff.id, old_pin), now)
    _store_pin(people, Actor.of(session), session.staff.id, pin, now, keep=session)


def _store_pin(
    people: PeopleRecords, actor: Actor, staff_id: str, pin: str, now: datetime, keep: Session | None = None
) -> None:
    problem = pin_problem(pin)
    if problem:
        raise FieldRefused(problem, "pin", "PIN: six digits, none of those everybody tries first")
    pin_hash = people.secrets.hashed(pin)
    with people.writing() as changes:
        changes.staff.change(staff_id, pin_hash=pin_hash)
        if keep is not None and keep.device is not None:
            changes.devices.forgive(keep.device.id, staff_id)
        else:
            changes.devices.forget_person(staff_id)
            changes.sessions.end(now, staff_id=staff_id)
        changes.audit(done(actor, now, "pin_set", staff_id))


def invite(people: PeopleRecords, actor: Actor, staff_id: str, now: datetime) -> str:
    """The token of a link with which the person chooses a password: 48 hours, once."""
    person = check_staff(actor, people.staff(staff_id))
    if person.role not in SIGNS_IN or person.email is None:
        raise FieldRefused("email_missing", "email", "This person has no e-mail address to sign in with")
    with people.writing() as changes:
        changes.audit(done(actor, now, "invited", person.id))
    return people.secrets.signed(
        INVITATION, {"staff": person.id, "at": now.timestamp(), "mark": mark_of(people, person)}
    )


def invited(people: PeopleRecords, token: str, now: datetime) -> Staff:
    values = people.secrets.unsigned(INVITATION, token)
    person = None if values is None else people.staff(values["staff"])
    if values is None or person is None or person.ended_at is not None:
        raise InvitationRefused()
    is_in_time = 0 <= now.timestamp() - values["at"] < INVITATION_LIFE.total_seconds()
    if not is_in_time or values["mark"] != mark_of(people, person):
        raise InvitationRefused()
    return person


def accept_invitation(people: PeopleRecords, token: str, password: str, now: datetime) -> Staff:
    """The password is set, and the link with it used up: it was signed for the password before."""
    person = invited(people, token, now)
    _store_password(people, Actor(person.partner_code, person), person, password, now)
    return person


def set_password(people: PeopleRecords, actor: Actor, staff_id: str, password: str, now: datetime) -> None:
    """For the operator, who has typed it; everybody else gets a link and chooses their own."""
    if actor.staff is not None:
        raise NotYours()
    person = check_staff(actor, people.staff(staff_id))
    _store_password(people, actor, person, password, now)


def _store_password(people: PeopleRecords, actor: Actor, person: Staff, password: str, now: datetime) -> None:
    problem = password_problem(password, person.name, person.email)
    if problem:
        sentence = "password: {least} to {most} characters, not a common one, without name or address"
        raise FieldRefused(problem, "password", sentence, least=SHORTEST, most=LONGEST)
    made = people.secrets.hashed(password)
    with people.writing() as changes:
        if not changes.staff.replace_password(person.id, person.password_hash, made):
            raise InvitationRefused()
        changes.staff.forget_tries(person.id)
        changes.sessions.end(now, staff_id=person.id)
        changes.audit(done(actor, now, "password_set", person.id))


def reset_totp(people: PeopleRecords, actor: Actor, staff_id: str, now: datetime) -> None:
    """For a lost telephone: the next sign-in with the password sets up a new code. Nobody resets their own."""
    person = check_staff(actor, people.staff(staff_id))
    if actor.staff is not None and (not actor.staff.may("manage_partner") or actor.staff.id == person.id):
        raise NotYours()
    with people.writing() as changes:
        changes.staff.set_totp(person.id, None)
        changes.staff.replace_recovery(person.id, None, {})
        changes.sessions.end(now, staff_id=person.id)
        changes.audit(done(actor, now, "totp_reset", person.id))
