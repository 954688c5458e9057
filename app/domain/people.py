"""Who stands at the counter: stores, the people of a partner, their tablets, and what each may do."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

Role = Literal["associate", "manager", "admin", "developer", "auditor"]
Permission = Literal["sell", "serve", "approve", "see_store", "manage_store", "manage_partner", "read_evidence"]

# Who may do what. A developer sees keys and logs in the console, and no customer; an auditor reads and changes nothing.
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    "associate": frozenset({"sell", "serve"}),
    "manager": frozenset({"sell", "serve", "approve", "see_store", "manage_store", "read_evidence"}),
    "admin": frozenset(
        {"sell", "serve", "approve", "see_store", "manage_store", "manage_partner", "read_evidence"},
    ),
    "developer": frozenset(),
    "auditor": frozenset({"see_store", "read_evidence"}),
}
ROLES: tuple[Role, ...] = tuple(PERMISSIONS)
# Whose work is in every store of the partner; the others are named for each store they work in.
EVERYWHERE: frozenset[Role] = frozenset({"admin", "developer", "auditor"})

# A tablet lies on a counter; who has signed in with a password and a code sits at a desk of their own.
IDLE, IDLE_AT_DESK = timedelta(minutes=2), timedelta(minutes=15)
DEVICE_LIFE = timedelta(days=90)
ENROLMENT_LIFE = timedelta(minutes=10)
WRONG_PINS_LOCK_PERSON = 5
WRONG_PINS_LOCK_DEVICE = 20
# Of one person on all tablets together: with each new tablet there would be five more to guess with.
WRONG_PINS_LOCK_EVERYWHERE = 20
PIN_DIGITS = 6


@dataclass(frozen=True, slots=True)
class RetailStore:
    id: str
    partner_code: str
    code: str
    name: str
    country: str
    region: str | None
    currency: str
    language: str
    time_zone: str
    subsidiary: str | None
    created_at: datetime
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Staff:
    """`email` is a manager's way in; `trained` are the catalog's rules this person has been trained for."""

    id: str
    partner_code: str
    role: Role
    name: str
    email: str | None
    language: str
    store_ids: frozenset[str]
    trained: frozenset[str]
    is_demo: bool
    created_at: datetime
    ended_at: datetime | None = None
    password_hash: str | None = field(default=None, repr=False)
    pin_hash: str | None = field(default=None, repr=False)
    has_totp: bool = False

    def may(self, permission: Permission) -> bool:
        return permission in PERMISSIONS[self.role]

    def works_in(self, store_id: str) -> bool:
        return self.role in EVERYWHERE or store_id in self.store_ids


@dataclass(frozen=True, slots=True)
class Device:
    id: str
    partner_code: str
    store_id: str
    name: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    failures: int
    locked_at: datetime | None
    revoked_at: datetime | None

    def is_usable_at(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody at work on a tablet, or a manager signed in elsewhere (no device)."""

    id_hash: str
    staff: Staff
    device: Device | None
    store_id: str | None
    is_training: bool
    created_at: datetime
    seen_at: datetime

    def is_idle_at(self, now: datetime, is_on_tablet: bool = False) -> bool:
        """`is_on_tablet`: signed in with a password, but in the browser of a tablet that lies on a counter."""
        return now - self.seen_at > (IDLE_AT_DESK if self.device is None and not is_on_tablet else IDLE)
