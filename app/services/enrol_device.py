"""A tablet is set up with a code a manager made: eight characters, ten minutes, one tablet."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from app.domain.identifiers import UNAMBIGUOUS
from app.domain.people import DEVICE_LIFE, ENROLMENT_LIFE, Device
from app.domain.people_errors import EnrolmentExpired, EnrolmentUnknown, EnrolmentUsed, FieldRefused
from app.domain.staffing import Actor, check_store
from app.services.people_audit import done
from app.services.people_records import Enrolment, PeopleChanges, PeopleRecords

CODE_CHARACTERS = 8
# Read on a tablet's own screen and in the audit.
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Enrolled:
    """`secret` is what the tablet keeps in its cookie; we keep a hash."""

    device: Device
    secret: str = field(repr=False)


def make_enrolment_code(people: PeopleRecords, actor: Actor, store_id: str, device_name: str, now: datetime) -> str:
    store = check_store(actor, people.store(store_id))
    name = device_name_of(device_name)
    code = "".join(secrets.choice(UNAMBIGUOUS) for _ in range(CODE_CHARACTERS))
    enrolment = Enrolment(store.partner_code, store.id, name, actor.staff_id or "operator", now + ENROLMENT_LIFE, None)
    with people.writing() as changes:
        changes.devices.add_enrolment(people.secrets.code_hash(code), enrolment, now)
        changes.audit(done(actor, now, "enrolment_made", name, store_id=store.id))
    return f"{code[:4]}-{code[4:]}"


def enrol_device(people: PeopleRecords, code: str, address: str, now: datetime) -> Enrolled:
    """Two tablets with one code: the database gives it to one of them."""
    people.check_rate("sign_in", address)
    code_hash = people.secrets.code_hash(normal_code(code))
    found = people.enrolment(code_hash)
    if found is None:
        raise EnrolmentUnknown(field="code")
    secret = secrets.token_urlsafe(32)
    device = _device(found, now)
    with people.writing() as changes:
        if not changes.devices.use_enrolment(code_hash, now):
            # What was read before may have been used meanwhile; what had ended had ended.
            raise EnrolmentExpired(field="code") if _had_ended(found, now) else EnrolmentUsed(field="code")
        changes.devices.add(device, people.secrets.code_hash(secret), found.created_by)
        _note(changes, found, device, now)
    return Enrolled(device, secret)


def normal_code(code: str) -> str:
    """As it was made, however it was typed: small letters, spaces, hyphens."""
    return "".join(character for character in code.upper() if character.isalnum())


def device_name_of(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME:
        raise FieldRefused("name_length", "name", "name: 1 to {most} characters", most=LONGEST_NAME)
    return name


def _had_ended(enrolment: Enrolment, now: datetime) -> bool:
    return enrolment.used_at is None and enrolment.expires_at <= now


def _device(enrolment: Enrolment, now: datetime) -> Device:
    return Device(
        id=str(uuid4()),
        partner_code=enrolment.partner_code,
        store_id=enrolment.store_id,
        name=enrolment.device_name,
        created_at=now,
        seen_at=now,
        expires_at=now + DEVICE_LIFE,
        failures=0,
        locked_at=None,
        revoked_at=None,
    )


def _note(changes: PeopleChanges, enrolment: Enrolment, device: Device, now: datetime) -> None:
    nobody = Actor(enrolment.partner_code, store_id=enrolment.store_id, device_id=device.id)
    changes.audit(done(nobody, now, "device_enrolled", device.name, code_made_by=enrolment.created_by))
