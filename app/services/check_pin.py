"""A PIN typed on a tablet: counted first, then looked at, so that guesses sent at once cannot outrun the count."""

from dataclasses import dataclass, field
from datetime import datetime

from app.domain.people import PERMISSIONS, WRONG_PINS_LOCK_DEVICE, WRONG_PINS_LOCK_PERSON, Device, Staff
from app.domain.people_errors import (
    DeviceGone,
    DeviceLocked,
    PinLocked,
    PinMissing,
    PinWrong,
    StaffNotFound,
    TooManyTries,
)
from app.domain.staffing import Actor
from app.services.people_audit import done
from app.services.people_records import PeopleRecords, Tried


@dataclass(frozen=True, slots=True)
class PinAttempt:
    """On a tablet that has proved by its cookie which one it is."""

    device_id: str
    staff_id: str
    pin: str = field(repr=False)


def check_pin(people: PeopleRecords, attempt: PinAttempt, now: datetime) -> tuple[Device, Staff]:
    """The tablet and the person, or the reason why not. Who succeeds calls `forgive` in the change that follows."""
    device = usable_device(people.device(attempt.device_id), now)
    # Each tablet has its own: nobody outside can use up what a store types its PINs with.
    people.check_rate("pin", device.id)
    person = person_here(people, device, attempt.staff_id)
    with people.writing() as changes:
        tried = changes.devices.take_pin_try(device.id, person.id)
    if not _fits(people, attempt.pin, device, person):
        raise _refused(people, Actor(device.partner_code, person, device.id, device.store_id), tried, now)
    return device, person


def _fits(people: PeopleRecords, pin: str, device: Device, person: Staff) -> bool:
    """A try nobody had time to look at was none."""
    try:
        return people.secrets.fits(pin, person.pin_hash)
    except TooManyTries:
        with people.writing() as changes:
            changes.devices.give_pin_try_back(device.id, person.id)
        raise


def who_unlocks(people: PeopleRecords, store_id: str) -> list[Staff]:
    """Whose names a tablet of this store shows, to choose one and type a PIN."""
    return [one for one in people.staff_of_store(store_id) if one.pin_hash is not None and PERMISSIONS[one.role]]


def usable_device(device: Device | None, now: datetime) -> Device:
    if device is None or not device.is_usable_at(now):
        raise DeviceGone()
    if device.locked_at is not None:
        raise DeviceLocked()
    return device


def person_here(people: PeopleRecords, device: Device, staff_id: str) -> Staff:
    """Somebody who works in the tablet's store, and has something to do there."""
    person, store = people.staff(staff_id), people.store(device.store_id)
    if person is None or person.ended_at is not None or person.partner_code != device.partner_code:
        raise StaffNotFound()
    if store is None or store.closed_at is not None or not person.works_in(store.id) or not PERMISSIONS[person.role]:
        raise StaffNotFound()
    if person.pin_hash is None:
        raise PinMissing()
    return person


def _refused(people: PeopleRecords, who: Actor, tried: Tried, now: datetime) -> Exception:
    """Writes the wrong PIN down, locks what has to be locked, and gives what is to be said."""
    device_id, staff_id = str(who.device_id), str(who.staff_id)
    is_device_full = tried.device >= WRONG_PINS_LOCK_DEVICE
    is_person_full = tried.person >= WRONG_PINS_LOCK_PERSON
    with people.writing() as changes:
        changes.audit(done(who, now, "pin_wrong", staff_id))
        if is_person_full:
            changes.devices.lock_person(device_id, staff_id, now)
            changes.audit(done(who, now, "person_locked", staff_id))
        if is_device_full:
            changes.devices.lock_device(device_id, now)
            changes.audit(done(who, now, "device_locked", device_id))
    if is_device_full:
        return DeviceLocked()
    return PinLocked() if is_person_full else PinWrong(field="pin", left=WRONG_PINS_LOCK_PERSON - tried.person)
