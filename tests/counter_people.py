"""A partner's stores and people, as tests of the portal need them: quickly hashed, on a database of each kind."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pyotp import TOTP

from app.adapters.database import Database
from app.adapters.encryption import Cipher
from app.adapters.hashing import Hasher
from app.adapters.migrating import migrate
from app.adapters.people import People
from app.domain.people import Device, RetailStore, Role, Staff
from app.domain.people_errors import PeopleRefused
from app.domain.staffing import Actor
from app.services.administer_staff import NewStaff, add_staff
from app.services.administer_stores import StoreDetails, add_store
from app.services.check_pin import PinAttempt
from app.services.enrol_device import Enrolled, enrol_device, make_enrolment_code
from app.services.set_secrets import set_password, set_pin
from app.services.sign_in import Origin, PasswordAttempt, Pending, confirm_sign_in, sign_in
from app.services.unlock_device import Opened, unlock_device

ROOT = "a root secret of more than thirty-two characters"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PIN, OTHER_PIN, WRONG_PIN = "274093", "860357", "918274"
PASSWORD = "seven quiet umbrellas"
TOTP_SECRET = "MFXGO3DFEBQXOZLSEB2GQZJANBSWY3DP"
SOON = NOW + timedelta(minutes=1)
HERE = Origin()


def people_on(url: str, is_demo: bool = False) -> People:
    database = Database(url, pool_size=8)
    migrate(database)
    return people_in(database, is_demo)


def people_in(database: Database, is_demo: bool = False) -> People:
    """Hashes as weak as argon2 allows: what is tested here is not what they cost."""
    return People(database, Cipher(ROOT, "staff-totp"), ROOT, is_demo, hasher=Hasher(ROOT, memory_kib=8, passes=1))


@dataclass
class Shop:
    """One partner with one store; who is asked for is made."""

    people: People
    code: str
    store: RetailStore

    @staticmethod
    def new(people: People) -> "Shop":
        code = "".join(secrets.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(5))
        return Shop(people, code, _store(people, code, "ONE"))

    @property
    def operator(self) -> Actor:
        return Actor(self.code)

    def another_store(self, code: str = "TWO") -> RetailStore:
        return _store(self.people, self.code, code)

    def person(self, role: Role = "associate", *stores: RetailStore, pin: str | None = PIN, **more: Any) -> Staff:
        own = frozenset(store.id for store in stores or (self.store,))
        email = None if role == "associate" else f"{secrets.token_hex(6)}@shop.example"
        made = add_staff(self.people, self.operator, NewStaff(role, "Ana Costa", "en", own, email, **more), NOW)
        if pin is not None:
            set_pin(self.people, self.operator, made.id, pin, NOW)
        found = self.people.staff(made.id)
        assert found is not None
        return found

    def who_signs_in(self, role: Role = "manager", has_totp: bool = True) -> Staff:
        made = self.person(role)
        set_password(self.people, self.operator, made.id, PASSWORD, NOW)
        if has_totp:
            with self.people.writing() as changes:
                changes.staff.set_totp(made.id, TOTP_SECRET)
        return made

    def enrolled(self, store: RetailStore | None = None) -> Enrolled:
        code = make_enrolment_code(self.people, self.operator, (store or self.store).id, "Till 1", NOW)
        return enrol_device(self.people, code, "", NOW)

    def device(self) -> Device:
        return self.enrolled().device

    def unlocked(self, device: Device, person: Staff, pin: str = PIN, at: datetime = NOW) -> Opened:
        return unlock_device(self.people, PinAttempt(device.id, person.id, pin), at)

    def password_right(self, person: Staff, at: datetime = NOW) -> Pending:
        return sign_in(self.people, PasswordAttempt(str(person.email), PASSWORD), at)

    def signed_in(self, person: Staff, at: datetime = NOW) -> Opened:
        return confirm_sign_in(self.people, self.password_right(person, at).token, code_at(at), HERE, at)

    def actor(self, person: Staff) -> Actor:
        found = self.people.staff(person.id)
        assert found is not None
        return Actor(found.partner_code, found)

    def actions(self) -> list[str]:
        """What the audit has of this partner, the newest first."""
        return [entry.action for entry in self.people.audited(self.code, limit=500)]


def code_at(moment: datetime) -> str:
    return str(TOTP(TOTP_SECRET).at(moment))


def at_once(count: int, act: Any) -> list[Any]:
    """What each of several threads got: a result, or the refusal."""

    def one(number: int) -> Any:
        try:
            return act(number)
        except PeopleRefused as refusal:
            return refusal

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def _store(people: People, partner: str, code: str) -> RetailStore:
    details = StoreDetails(code, f"Shop {code}", "GB", "GBP", "en", "Europe/London")
    return add_store(people, Actor(partner), details, NOW)
