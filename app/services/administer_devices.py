"""Tablets are renamed, revoked and unlocked by whoever runs their store."""

from datetime import datetime

from app.domain.staffing import Actor, check_device, check_staff, may_administer
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
    """The tablet takes PINs again. The locks and counts of people who are not the actor's to administer stay.

    Otherwise a manager could go on guessing an admin's PIN for as long as they release the tablet in between.
    """
    device = check_device(actor, people.device(device_id))
    own = frozenset(one for one in people.tried_on(device.id) if may_administer(actor, people.staff(one)))
    with people.writing() as changes:
        changes.devices.release(device.id, own)
        changes.audit(done(actor, now, "device_released", device.id))


def release_person(people: PeopleRecords, actor: Actor, device_id: str, staff_id: str, now: datetime) -> None:
    """One person's PIN is taken again on one tablet: somebody the actor administers."""
    device = check_device(actor, people.device(device_id))
    person = check_staff(actor, people.staff(staff_id))
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
