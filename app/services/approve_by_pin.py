"""A manager approves at the counter, on the associate's tablet, with their own PIN."""

from datetime import datetime

from app.domain.people import Staff
from app.domain.people_errors import ManagerNotChosen, StaffNotFound
from app.domain.staffing import Actor
from app.services.check_pin import PinAttempt, check_pin
from app.services.people_audit import done
from app.services.people_records import PeopleRecords


def approvers(people: PeopleRecords, store_id: str) -> list[Staff]:
    """Who may approve in this store and has a PIN to do it with."""
    return [one for one in people.staff_of_store(store_id) if one.may("approve") and one.pin_hash is not None]


def approve_by_pin(
    people: PeopleRecords, store_id: str, attempt: PinAttempt, now: datetime, what: str = "", mode: str = "live"
) -> Staff:
    """Who approved. `staff_id` of the attempt may be empty where only one person can be meant.

    A wrong PIN counts like any other on that tablet. `what` was approved, for the audit: an id, nothing of a customer.
    `mode` says whether it was real.
    """
    there = approvers(people, store_id)
    staff_id = attempt.staff_id or (there[0].id if len(there) == 1 else "")
    if not staff_id:
        raise ManagerNotChosen(field="staff_id")
    if staff_id not in {one.id for one in there}:
        raise StaffNotFound(field="staff_id")
    device, person = check_pin(people, PinAttempt(attempt.device_id, staff_id, attempt.pin), now)
    if device.store_id != store_id:
        raise StaffNotFound(field="staff_id")
    with people.writing() as changes:
        changes.devices.forgive(device.id, person.id)
        changes.audit(done(Actor(person.partner_code, person, device.id, store_id), now, "approved", what, mode=mode))
    return person
