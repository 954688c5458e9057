"""What the commands about stores, people and tablets share."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from app.cli_worker import own_settings

if TYPE_CHECKING:
    from app.adapters.people import People
    from app.domain.people import RetailStore, Staff
    from app.domain.staffing import Actor


def own_people() -> People:
    from app.adapters.database import Database
    from app.adapters.migrating import migrate
    from app.adapters.people import People

    settings = own_settings()
    database = Database(settings.database_url, pool_size=1)
    migrate(database)
    return People.of(database, settings.secret_key, settings.is_demo)


def operator_for(people: People, staff_id: str) -> tuple[Actor, Staff]:
    """The operator, acting for the partner of this person."""
    from app.domain.people_errors import StaffNotFound
    from app.domain.staffing import Actor

    person = people.staff(staff_id)
    if person is None:
        raise StaffNotFound()
    return Actor(person.partner_code), person


def store_named(people: People, code: str, store_code: str) -> RetailStore:
    from app.domain.people_errors import StoreNotFound

    for store in people.stores_of(code):
        if store.code == store_code:
            return store
    raise StoreNotFound()


def shown(moment: datetime | None) -> str:
    return "-" if moment is None else f"{moment:%Y-%m-%d %H:%M}"
