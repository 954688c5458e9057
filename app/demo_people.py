"""The people of the demo: stores of Northwind, who works in them, and what they prove themselves with.

All of them are marked: outside of demo mode there is nobody of that name (see People).
"""

from dataclasses import dataclass
from datetime import datetime

from app.adapters.people import People
from app.domain.people import RetailStore, Role, Staff
from app.domain.people_errors import StoreNotFound
from app.domain.staffing import SIGNS_IN, Actor
from app.services.administer_staff import NewStaff, add_staff, record_training
from app.services.administer_stores import StoreDetails, add_store
from app.services.enrol_device import make_enrolment_code
from app.services.set_secrets import set_password, set_pin

CODE = "NWIND"
PASSWORD = "seven quiet umbrellas"
TOTP_SECRET = "MFXGO3DFEBQXOZLSEB2GQZJANBSWY3DP"
US_TRAINING = "us-training"

STORES = (
    StoreDetails("NW-LDS", "Northwind Leeds", "GB", "GBP", "en", "Europe/London", None, "NORTHWIND-UK"),
    StoreDetails("NW-BER", "Northwind Berlin", "DE", "EUR", "de", "Europe/Berlin", "BE", "NORTHWIND-DE"),
    StoreDetails("NW-SEA", "Northwind Seattle", "US", "USD", "en", "America/Los_Angeles", "WA", "NORTHWIND-US"),
    StoreDetails("NW-SYD", "Northwind Sydney", "AU", "AUD", "en", "Australia/Sydney", "NSW"),
)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """`store` is a store's code; without one the role works everywhere. Who signs in has `email`."""

    name: str
    role: Role
    store: str | None
    language: str
    pin: str | None
    email: str | None = None
    is_trained: bool = True


PEOPLE = (
    DemoPerson("Amara Osei", "associate", "NW-LDS", "en", "274093"),
    DemoPerson("Tom Whitfield", "associate", "NW-LDS", "en", "860357"),
    DemoPerson("Priya Nair", "manager", "NW-LDS", "en", "539164", "priya@northwind.example"),
    DemoPerson("Leyla Demir", "associate", "NW-BER", "de", "418605"),
    DemoPerson("Jonas Keller", "associate", "NW-BER", "de", "730924"),
    DemoPerson("Katrin Vogel", "manager", "NW-BER", "de", "695081", "katrin@northwind.example"),
    DemoPerson("Maria Santos", "associate", "NW-SEA", "es", "352847"),
    DemoPerson("Ben Carter", "associate", "NW-SEA", "en", "906138", is_trained=False),
    DemoPerson("Grace Liu", "manager", "NW-SEA", "en", "481762", "grace@northwind.example"),
    DemoPerson("Ruby Nguyen", "associate", "NW-SYD", "en", "627415"),
    DemoPerson("Jack Morton", "associate", "NW-SYD", "en", "583209"),
    DemoPerson("Olivia Hart", "manager", "NW-SYD", "en", "749380", "olivia@northwind.example"),
    DemoPerson("Sofia Lindqvist", "admin", None, "en", "308576", "sofia@northwind.example"),
    DemoPerson("Daniel Roth", "auditor", None, "en", None, "daniel@northwind.example"),
    DemoPerson("Kenji Mori", "developer", None, "ja", None, "kenji@northwind.example"),
)


def demo_credentials() -> tuple[DemoPerson, ...]:
    """For the sign-in and unlock pages of the demo, and for nothing else; everybody's password is PASSWORD."""
    return PEOPLE


def demo_totp_code(now: datetime) -> str:
    """What the authenticator of everybody in the demo would show now."""
    from pyotp import TOTP

    return str(TOTP(TOTP_SECRET).at(now))


def demo_totp_uri(people: People) -> str:
    return people.secrets.totp_uri(TOTP_SECRET, "demo@northwind.example")


def demo_tablet_code(people: People, store_code: str, now: datetime) -> str:
    """A fresh code that sets up a tablet in a store of the demo; good for ten minutes like any other."""
    store = {one.code: one for one in people.stores_of(CODE)}.get(store_code)
    if store is None or not people.is_demo:
        raise StoreNotFound()
    return make_enrolment_code(people, Actor(CODE), store.id, f"{store.name} tablet", now)


def prepare_people(people: People, now: datetime) -> None:
    """What is missing is added; who was ended or changed in the demo stays so."""
    operator = Actor(CODE)
    stores = {store.code: store for store in people.stores_of(CODE)}
    if not people.staff_of(CODE, is_ended_too=True):
        for details in STORES:
            if details.code not in stores:
                stores[details.code] = add_store(people, operator, details, now)
        for person in PEOPLE:
            _add(people, operator, person, stores, now)


def _add(people: People, operator: Actor, person: DemoPerson, stores: dict[str, RetailStore], now: datetime) -> None:
    store = None if person.store is None else stores[person.store]
    own = frozenset() if store is None else frozenset({store.id})
    wanted = NewStaff(person.role, person.name, person.language, own, person.email, is_demo=True)
    made = add_staff(people, operator, wanted, now)
    if person.pin is not None:
        set_pin(people, operator, made.id, person.pin, now)
    if person.role in SIGNS_IN:
        set_password(people, operator, made.id, PASSWORD, now)
        _set_totp(people, made)
    if store is not None and store.country == "US" and person.is_trained:
        record_training(people, operator, made.id, US_TRAINING, now)


def _set_totp(people: People, person: Staff) -> None:
    with people.writing() as changes:
        changes.staff.set_totp(person.id, TOTP_SECRET)


def welcome_lines(people: People, url: str, now: datetime) -> list[str]:
    code = demo_tablet_code(people, STORES[0].code, now)
    lines = [
        f"  The in-store portal: {url}/portal/",
        f"  Set up a tablet in Leeds within ten minutes with {code}; then:",
    ]
    lines += [
        f"    {one.store or 'all stores'}  {one.name:16} {one.role:10} PIN {one.pin}" for one in PEOPLE if one.pin
    ]
    lines += [
        f"  Managers and admin away from a tablet: password {PASSWORD!r}, and the code of {demo_totp_uri(people)}",
        *(f"    {one.email:27} {one.role}" for one in PEOPLE if one.email),
    ]
    return lines
