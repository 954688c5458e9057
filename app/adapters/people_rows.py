"""Rows of people, stores and tablets, and what they mean. They come from SQLAlchemy or straight from the driver."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, select

from app.adapters.keyring import aware
from app.adapters.portal_tables import devices, staff, staff_stores, staff_trainings, stores
from app.domain.people import Device, RetailStore, Staff

STORE = tuple(stores.c[name] for name in RetailStore.__dataclass_fields__)
DEVICE = tuple(devices.c[name] for name in Device.__dataclass_fields__)
_PLAIN = ("id", "partner_code", "role", "name", "email", "language", "is_demo", "created_at", "ended_at")
_HASHES = ("password_hash", "pin_hash")
STAFF_WIDTH = len(_PLAIN) + len(_HASHES) + 3


def staff_columns(is_sqlite: bool) -> tuple[ColumnElement[Any], ...]:
    """A person in one row: their stores and trainings are gathered into a text each."""
    own = tuple(staff.c[name] for name in (*_PLAIN, *_HASHES))
    stores_of = _gathered(staff_stores.c.store_id, staff_stores.c.staff_id, is_sqlite).label("own_stores")
    trained = _gathered(staff_trainings.c.rule, staff_trainings.c.staff_id, is_sqlite).label("own_trainings")
    return (*own, staff.c.totp_secret.is_not(None).label("has_totp"), stores_of, trained)


def staff_query(is_sqlite: bool) -> Select[Any]:
    return select(*staff_columns(is_sqlite))


def _gathered(column: ColumnElement[Any], whose: ColumnElement[Any], is_sqlite: bool) -> Any:
    """Both databases have it, each under its own name. The comma stands in the text: Question gives no constants."""
    joined = func.group_concat(column) if is_sqlite else func.string_agg(column, literal_column("','"))
    return select(joined).where(whose == staff.c.id).correlate(staff).scalar_subquery()


def staff_from(row: Iterable[Any]) -> Staff:
    *plain, password_hash, pin_hash, has_totp, own_stores, own_trainings = row
    found = dict(zip(_PLAIN, plain, strict=True))
    found["is_demo"] = bool(found["is_demo"])
    return Staff(
        **_in_time(found),
        store_ids=_parts(own_stores),
        trained=_parts(own_trainings),
        password_hash=password_hash,
        pin_hash=pin_hash,
        has_totp=bool(has_totp),
    )


def store_from(row: Iterable[Any]) -> RetailStore:
    return RetailStore(**_in_time(dict(zip(RetailStore.__dataclass_fields__, row, strict=True))))


def device_from(row: Iterable[Any]) -> Device:
    return Device(**_in_time(dict(zip(Device.__dataclass_fields__, row, strict=True))))


def moment(value: Any) -> datetime:
    """SQLite's driver gives text."""
    return aware(datetime.fromisoformat(value) if isinstance(value, str) else value)


def moment_or_none(value: Any) -> datetime | None:
    return None if value is None else moment(value)


def _in_time(values: dict[str, Any]) -> dict[str, Any]:
    return {name: moment_or_none(value) if name.endswith("_at") else value for name, value in values.items()}


def _parts(text: str | None) -> frozenset[str]:
    return frozenset((text or "").split(",")) - {""}
