"""Tablets, the codes that set them up, and the wrong PINs typed on them, as a transaction changes them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, delete, func, insert, select, update

from app.adapters.portal_tables import devices, enrolments, pin_failures
from app.adapters.staff_records import added
from app.domain.people import WRONG_PINS_LOCK_DEVICE, WRONG_PINS_LOCK_EVERYWHERE, WRONG_PINS_LOCK_PERSON, Device
from app.domain.people_errors import DeviceLocked, PinLocked
from app.services.people_records import Enrolment, Tried


class DeviceRecords:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, device: Device, secret_hash: str, enrolled_by: str) -> None:
        row = {name: getattr(device, name) for name in Device.__dataclass_fields__}
        self._connection.execute(insert(devices), row | {"secret_hash": secret_hash, "enrolled_by": enrolled_by})

    def change(self, device_id: str, **columns: Any) -> None:
        self._connection.execute(update(devices).where(devices.c.id == device_id), columns)

    def add_enrolment(self, code_hash: str, enrolment: Enrolment, now: datetime) -> None:
        row = {name: getattr(enrolment, name) for name in Enrolment.__dataclass_fields__}
        self._connection.execute(insert(enrolments), row | {"code_hash": code_hash, "created_at": now})

    def use_enrolment(self, code_hash: str, now: datetime) -> bool:
        """True for one caller, whoever else has the same code at the same moment."""
        unused = enrolments.c.code_hash == code_hash, enrolments.c.used_at.is_(None), enrolments.c.expires_at > now
        return self._connection.execute(update(enrolments).where(*unused), {"used_at": now}).rowcount == 1

    def take_pin_try(self, device_id: str, staff_id: str) -> Tried:
        """One more for the person on this tablet and for the tablet, or the lock that stands in the way."""
        if self._wrong_everywhere(staff_id) >= WRONG_PINS_LOCK_EVERYWHERE:
            raise PinLocked()
        person = self._count_person(device_id, staff_id)
        if person is None:
            row = {"device_id": device_id, "staff_id": staff_id, "failures": 1}
            if added(self._connection, insert(pin_failures), row):
                person = 1
            else:
                person = self._count_person(device_id, staff_id)
        if person is None:
            raise PinLocked()
        return Tried(person, self._count_device(device_id))

    def give_pin_try_back(self, device_id: str, staff_id: str) -> None:
        """It was counted and not looked at."""
        fewer = pin_failures.c.failures - 1
        counted = *_pair(device_id, staff_id), pin_failures.c.failures > 0
        self._connection.execute(update(pin_failures).where(*counted).values(failures=fewer))
        self._take_off(device_id, 1)

    def _count_person(self, device_id: str, staff_id: str) -> int | None:
        query = update(pin_failures).where(
            *_pair(device_id, staff_id),
            pin_failures.c.locked_at.is_(None),
            pin_failures.c.failures < WRONG_PINS_LOCK_PERSON,
        )
        counted = query.values(failures=pin_failures.c.failures + 1).returning(pin_failures.c.failures)
        return self._connection.execute(counted).scalar_one_or_none()

    def _wrong_everywhere(self, staff_id: str) -> int:
        """On whatever tablets, also those that were revoked since."""
        query = select(func.coalesce(func.sum(pin_failures.c.failures), 0)).where(pin_failures.c.staff_id == staff_id)
        return int(self._connection.execute(query).scalar_one())

    def _count_device(self, device_id: str) -> int:
        query = update(devices).where(
            devices.c.id == device_id, devices.c.locked_at.is_(None), devices.c.failures < WRONG_PINS_LOCK_DEVICE
        )
        counted = query.values(failures=devices.c.failures + 1).returning(devices.c.failures)
        found: int | None = self._connection.execute(counted).scalar_one_or_none()
        if found is None:
            raise DeviceLocked()
        return found

    def lock_person(self, device_id: str, staff_id: str, now: datetime) -> None:
        full = pin_failures.c.failures >= WRONG_PINS_LOCK_PERSON
        self._connection.execute(update(pin_failures).where(*_pair(device_id, staff_id), full), {"locked_at": now})

    def lock_device(self, device_id: str, now: datetime) -> None:
        full = devices.c.id == device_id, devices.c.failures >= WRONG_PINS_LOCK_DEVICE
        self._connection.execute(update(devices).where(*full), {"locked_at": now})

    def forgive(self, device_id: str, staff_id: str) -> None:
        """The PIN was right: the person's own wrong ones are taken off the tablet's count, nobody else's.

        Otherwise a busy tablet would lock itself with honest slips in a week; and if it forgot everybody's, one known
        PIN in between would let somebody go on guessing all the others.
        """
        gone = delete(pin_failures).where(*_pair(device_id, staff_id)).returning(pin_failures.c.failures)
        count = self._connection.execute(gone).scalar_one_or_none() or 0
        self._take_off(device_id, count)

    def _take_off(self, device_id: str, count: int) -> None:
        fewer = case((devices.c.failures > count, devices.c.failures - count), else_=0)
        self._connection.execute(update(devices).where(devices.c.id == device_id).values(failures=fewer))

    def forget_person(self, staff_id: str, device_id: str | None = None) -> None:
        query = delete(pin_failures).where(pin_failures.c.staff_id == staff_id)
        if device_id is not None:
            query = query.where(pin_failures.c.device_id == device_id)
        self._connection.execute(query)

    def release(self, device_id: str, staff_ids: frozenset[str]) -> None:
        """`staff_ids`: whose wrong PINs are forgotten. Of all others each still has their own count in the way."""
        own = pin_failures.c.device_id == device_id, pin_failures.c.staff_id.in_(sorted(staff_ids))
        self._connection.execute(delete(pin_failures).where(*own))
        self.change(device_id, failures=0, locked_at=None)

    def revoke_of_store(self, store_id: str, now: datetime) -> None:
        there = devices.c.store_id == store_id, devices.c.revoked_at.is_(None)
        self._connection.execute(update(devices).where(*there), {"revoked_at": now})


def _pair(device_id: str, staff_id: str) -> tuple[Any, Any]:
    return pin_failures.c.device_id == device_id, pin_failures.c.staff_id == staff_id
