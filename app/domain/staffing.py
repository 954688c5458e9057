"""Who may administer whom, and where."""

from dataclasses import dataclass
from datetime import timedelta

from app.domain.people import ROLES, Device, RetailStore, Role, Session, Staff
from app.domain.people_errors import (
    DeviceNotFound,
    NotYours,
    NotYourself,
    StaffElsewhere,
    StaffNotFound,
    StoreNotFound,
)

# Whom each role may administer; the operator at the command line is nobody's staff and may administer everybody.
ADMINISTERS: dict[Role, tuple[Role, ...]] = {
    "associate": (),
    "manager": ("associate",),
    "admin": ROLES,
    "developer": (),
    "auditor": (),
}
# Who signs in with e-mail, password and code.
SIGNS_IN: frozenset[Role] = frozenset({"manager", "admin", "developer", "auditor"})
# A working day: whoever signed in with a password does so again the next morning, idle or not.
SIGNED_IN_LIFE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it, and where: what the audit says. Without staff it is the operator of the server."""

    partner_code: str
    staff: Staff | None = None
    device_id: str | None = None
    store_id: str | None = None

    @staticmethod
    def of(session: Session) -> "Actor":
        device = None if session.device is None else session.device.id
        return Actor(session.staff.partner_code, session.staff, device, session.store_id)

    @property
    def staff_id(self) -> str | None:
        return None if self.staff is None else self.staff.id

    @property
    def is_everywhere(self) -> bool:
        return self.staff is None or self.staff.may("manage_partner")


def check_store(actor: Actor, store: RetailStore | None) -> RetailStore:
    """The store if the actor runs it; one of somebody else's is as if it did not exist."""
    if store is None or store.partner_code != actor.partner_code or store.closed_at is not None:
        raise StoreNotFound()
    if actor.staff is not None:
        if not actor.staff.works_in(store.id):
            raise StoreNotFound()
        if not actor.staff.may("manage_store"):
            raise NotYours()
    return store


def check_partner(actor: Actor) -> None:
    if not actor.is_everywhere:
        raise NotYours()


def check_device(actor: Actor, device: Device | None) -> Device:
    if device is None or device.partner_code != actor.partner_code:
        raise DeviceNotFound()
    if actor.staff is not None:
        if not actor.staff.works_in(device.store_id):
            raise DeviceNotFound()
        if not actor.staff.may("manage_store"):
            raise NotYours()
    return device


def check_staff(actor: Actor, person: Staff | None) -> Staff:
    """The person if the actor administers them."""
    if person is None or person.partner_code != actor.partner_code or person.ended_at is not None:
        raise StaffNotFound()
    if actor.staff is None:
        return person
    if not actor.is_everywhere and not (actor.staff.store_ids & person.store_ids):
        raise StaffNotFound()
    check_role(actor, person.role)
    return person


def may_administer(actor: Actor, person: Staff | None) -> bool:
    try:
        check_staff(actor, person)
    except (StaffNotFound, NotYours):
        return False
    return True


def check_role(actor: Actor, role: Role) -> None:
    """Nobody makes somebody what they may not administer."""
    if actor.staff is not None and role not in ADMINISTERS[actor.staff.role]:
        raise NotYours()


def check_another(actor: Actor, person: Staff) -> None:
    if actor.staff is not None and actor.staff.id == person.id:
        raise NotYourself()


def check_whole(actor: Actor, person: Staff) -> None:
    """Every store the person works in is the actor's to decide about."""
    if actor.staff is not None and not actor.is_everywhere and not person.store_ids <= actor.staff.store_ids:
        raise StaffElsewhere()
