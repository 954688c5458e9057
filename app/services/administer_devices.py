"""Tablets are renamed, revoked and unlocked by whoever runs their store."""

from datetime import datetime

from app.domain.people import Staff
from app.domain.people_errors import StaffNotFound
from app.domain.staffing import Actor, check_device, check_staff
from app.services.enrol_device import device_name_of
from app.services.people_audit import done
from app.services.people_records import PeopleRecords


def rename_device(people: PeopleRecords, actor: Actor, device_id: str, name: str, now: datetime) -> None:
    device = check_device(actor, people.device(device_id))
    with people.writing() as changes:
        changes.devices.change(device.id, name=device_name_of(name))
        changes.audit(done(actor, now, "device_renamed", device.id))


def revoke_device(people: PeopleRecords, actor: Actor, device_id: str, now: datetime) -> None:
    """At once: whoever is at work on it is not any more."""
    device = check_device(actor, people.device(device_id))
    with people.writing() as changes:
        changes.devices.change(device.id, revoked_at=device.revoked_at or now)
        changes.sessions.end(now, device_id=device.id)
        changes.audit(done(actor, now, "device_revoked", device.id))


def release_device(people: PeopleRecords, actor: Actor, device_id: str, now: datetime) -> None:
    """The tablet takes PINs again, everybody's."""
    device = check_device(actor, people.device(device_id))
    with people.writing() as changes:
        changes.devices.release(device.id)
        changes.audit(done(actor, now, "device_released", device.id))


def release_person(people: PeopleRecords, actor: Actor, device_id: str, staff_id: str, now: datetime) -> None:
    """One person's PIN is taken again on one tablet."""
    device = check_device(actor, people.device(device_id))
    person = _somebody_of(actor, people.staff(staff_id))
    with people.writing() as changes:
        changes.devices.forget_person(person.id, device.id)
        changes.audit(done(actor, now, "person_released", person.id, on=device.id))


def release_staff(people: PeopleRecords, actor: Actor, staff_id: str, now: datetime) -> None:
    """One person may try again everywhere: on every tablet, and signing in."""
    person = check_staff(actor, people.staff(staff_id))
    with people.writing() as changes:
        changes.devices.forget_person(person.id)
        changes.staff.forget_tries(person.id)
        changes.audit(done(actor, now, "person_released", person.id))


def _somebody_of(actor: Actor, person: Staff | None) -> Staff:
    if person is None or person.partner_code != actor.partner_code:
        raise StaffNotFound()
    return person
