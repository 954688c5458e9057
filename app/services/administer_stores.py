"""Stores of a partner: added, changed, closed, by an admin or the operator."""

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from app.domain.keys import is_partner_code
from app.domain.people import RetailStore, Session
from app.domain.people_errors import FieldRefused, PartnerUnknown, StoreCodeTaken, StoreNotFound
from app.domain.staffing import Actor, check_partner, check_store
from app.services.administer_staff import LANGUAGES
from app.services.people_audit import done
from app.services.people_records import PeopleRecords

# What each must look like: field, pattern, rule in words.
FORMS = (
    ("code", r"[A-Z0-9][A-Z0-9-]{0,19}", "code: 1 to 20 capital letters, digits and hyphens"),
    ("name", r"\S(.{0,118}\S)?", "name: 1 to 120 characters"),
    ("country", r"[A-Z]{2}", "country: two capital letters, such as GB"),
    ("region", r"([A-Z0-9]{1,3})?", "region: the part of ISO 3166-2 after the hyphen, such as WA"),
    ("currency", r"[A-Z]{3}", "currency: three capital letters, such as GBP"),
    ("language", "|".join(LANGUAGES), f"language: one of {', '.join(LANGUAGES)}"),
    ("subsidiary", r".{0,200}", "subsidiary: 200 characters at most"),
)


@dataclass(frozen=True, slots=True)
class StoreDetails:
    code: str
    name: str
    country: str
    currency: str
    language: str
    time_zone: str
    region: str | None = None
    subsidiary: str | None = None


def add_store(people: PeopleRecords, actor: Actor, details: StoreDetails, now: datetime) -> RetailStore:
    check_partner(actor)
    if not is_partner_code(actor.partner_code):
        raise PartnerUnknown()
    _check(details)
    store = RetailStore(id=str(uuid4()), partner_code=actor.partner_code, created_at=now, **asdict(details))
    with people.writing() as changes:
        if not changes.stores.add(store):
            raise StoreCodeTaken(field="code")
        changes.audit(done(actor, now, "store_added", store.id, store_id=store.id, code=store.code))
    return store


def change_store(people: PeopleRecords, actor: Actor, store_id: str, details: StoreDetails, now: datetime) -> None:
    """Everything but the code, which stands on receipts and in what was sold."""
    check_partner(actor)
    store = check_store(actor, people.store(store_id))
    _check(details)
    columns = {name: value for name, value in asdict(details).items() if name != "code"}
    with people.writing() as changes:
        changes.stores.change(store.id, **columns)
        changes.audit(done(actor, now, "store_changed", store.id, store_id=store.id))


def close_store(people: PeopleRecords, actor: Actor, store_id: str, now: datetime) -> None:
    """Its tablets are revoked, and nobody is at work in it any more."""
    check_partner(actor)
    store = check_store(actor, people.store(store_id))
    with people.writing() as changes:
        changes.stores.change(store.id, closed_at=now)
        changes.devices.revoke_of_store(store.id, now)
        changes.sessions.end(now, store_id=store.id)
        changes.audit(done(actor, now, "store_closed", store.id, store_id=store.id))


def choose_store(people: PeopleRecords, session: Session, store_id: str, now: datetime) -> RetailStore:
    """Where somebody who signed in away from a tablet looks now; on a tablet it is the tablet's store."""
    store = people.store(store_id)
    if store is None or store.closed_at is not None or store.partner_code != session.staff.partner_code:
        raise StoreNotFound()
    if session.device is not None or not session.staff.works_in(store.id):
        raise StoreNotFound()
    with people.writing() as changes:
        changes.sessions.change(session.id_hash, store_id=store.id)
        changes.audit(done(Actor.of(session), now, "store_chosen", store.id, store_id=store.id))
    return store


def _check(details: StoreDetails) -> None:
    for name, pattern, rule in FORMS:
        if not re.fullmatch(pattern, getattr(details, name) or ""):
            raise FieldRefused(f"store_{name}", name, rule)
    try:
        ZoneInfo(details.time_zone)
    except (ValueError, OSError, KeyError) as problem:
        rule = "time zone: a name such as Europe/London"
        raise FieldRefused("store_time_zone", "time_zone", rule) from problem
