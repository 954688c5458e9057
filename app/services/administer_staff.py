"""People are added, changed and ended by a manager (associates of their stores), an admin, or the operator."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from app.domain.keys import is_partner_code
from app.domain.people import EVERYWHERE, ROLES, Role, Staff
from app.domain.people_errors import EmailTaken, FieldRefused, PartnerUnknown
from app.domain.portal_errors import PortalRefused
from app.domain.staffing import SIGNS_IN, Actor, check_another, check_role, check_staff, check_store, check_whole
from app.services.people_audit import done
from app.services.people_records import PeopleRecords
from app.services.sign_in import normal_email

LONGEST_NAME = 120
LONGEST_EMAIL = 254
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
RULE = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
# How long after the first time a form that comes again is the same tap.
SENT_AGAIN = timedelta(minutes=10)
LANGUAGES = ("en", "de", "fr", "es", "ja", "ar")


@dataclass(frozen=True, slots=True)
class NewStaff:
    role: Role
    name: str
    language: str
    store_ids: frozenset[str] = frozenset()
    email: str | None = None
    is_demo: bool = False
    # Made with the form: sent twice, it is one person.
    id: str | None = None


def add_staff(people: PeopleRecords, actor: Actor, wanted: NewStaff, now: datetime) -> Staff:
    _check_new(actor, wanted)
    for store_id in wanted.store_ids:
        check_store(actor, people.store(store_id))
    person = Staff(
        id=wanted.id or str(uuid4()),
        partner_code=actor.partner_code,
        role=wanted.role,
        name=_name_of(wanted.name),
        email=_email_of(wanted.email, wanted.role),
        language=wanted.language,
        store_ids=wanted.store_ids,
        trained=frozenset(),
        is_demo=wanted.is_demo,
        created_at=now,
    )
    with people.writing() as changes:
        is_new = changes.staff.add(person)
        if is_new:
            changes.audit(done(actor, now, "staff_added", person.id, role=person.role))
    return person if is_new else _added_before(people, actor, person, now)


def _added_before(people: PeopleRecords, actor: Actor, person: Staff, now: datetime) -> Staff:
    """By the tap before this one; without such a person it is the address that is taken."""
    before = people.staff(person.id)
    if before is None:
        raise EmailTaken(field="email")
    check_staff(actor, before)
    if now - before.created_at > SENT_AGAIN or before.name != person.name:
        raise PortalRefused("form_old")
    return before


def rename_staff(people: PeopleRecords, actor: Actor, staff_id: str, name: str, now: datetime) -> None:
    person = check_staff(actor, people.staff(staff_id))
    with people.writing() as changes:
        changes.staff.change(person.id, name=_name_of(name))
        changes.audit(done(actor, now, "staff_renamed", person.id))


def change_role(people: PeopleRecords, actor: Actor, staff_id: str, role: Role, now: datetime) -> None:
    """Up and down, as far as the actor's own role; who loses it is signed out."""
    person = check_staff(actor, people.staff(staff_id))
    check_another(actor, person)
    _check_role_known(role)
    check_role(actor, role)
    _email_of(person.email, role)
    _check_stores(role, person.store_ids)
    with people.writing() as changes:
        changes.staff.change(person.id, role=role)
        changes.sessions.end(now, staff_id=person.id)
        changes.audit(done(actor, now, "role_changed", person.id, before=person.role, after=role))


def change_stores(people: PeopleRecords, actor: Actor, staff_id: str, store_ids: frozenset[str], now: datetime) -> None:
    """A manager gives and takes their own stores; what the person has elsewhere stays."""
    person = check_staff(actor, people.staff(staff_id))
    check_another(actor, person)
    for store_id in store_ids ^ person.store_ids:
        check_store(actor, people.store(store_id))
    _check_stores(person.role, store_ids)
    with people.writing() as changes:
        changes.staff.set_stores(person.id, store_ids)
        for store_id in person.store_ids - store_ids:
            changes.sessions.end(now, staff_id=person.id, store_id=store_id)
        changes.audit(done(actor, now, "stores_changed", person.id, stores=sorted(store_ids)))


def end_staff(people: PeopleRecords, actor: Actor, staff_id: str, now: datetime) -> None:
    """At once and for good: sessions end, and PIN, password and codes open nothing any more."""
    person = check_staff(actor, people.staff(staff_id))
    check_another(actor, person)
    check_whole(actor, person)
    with people.writing() as changes:
        changes.staff.change(person.id, ended_at=now, email=None, pin_hash=None, password_hash=None)
        changes.staff.set_totp(person.id, None)
        changes.staff.replace_recovery(person.id, None, {})
        changes.sessions.end(now, staff_id=person.id)
        changes.audit(done(actor, now, "staff_ended", person.id))


def record_training(people: PeopleRecords, actor: Actor, staff_id: str, rule: str, now: datetime) -> None:
    """`rule`: the catalog's key of what the law asks who sells to have learnt."""
    person = check_staff(actor, people.staff(staff_id))
    if not RULE.fullmatch(rule):
        raise FieldRefused("rule_unknown", "rule", "rule: small letters, digits and hyphens")
    with people.writing() as changes:
        changes.staff.record_training(person.id, rule, now, actor.staff_id or "operator")
        changes.audit(done(actor, now, "training_recorded", person.id, rule=rule))


def _check_new(actor: Actor, wanted: NewStaff) -> None:
    if not is_partner_code(actor.partner_code):
        raise PartnerUnknown()
    _check_role_known(wanted.role)
    check_role(actor, wanted.role)
    if wanted.language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise FieldRefused("language_unknown", "language", "language: one of {known}", known=known)
    _check_stores(wanted.role, wanted.store_ids)


def _check_role_known(role: str) -> None:
    if role not in ROLES:
        raise FieldRefused("role_unknown", "role", "role: one of {known}", known=", ".join(ROLES))


def _check_stores(role: Role, store_ids: frozenset[str]) -> None:
    if role not in EVERYWHERE and not store_ids:
        raise FieldRefused("stores_missing", "stores", "stores: an associate or a manager works in one or more")


def _name_of(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME:
        raise FieldRefused("name_length", "name", "name: 1 to {most} characters", most=LONGEST_NAME)
    return name


def _email_of(text: str | None, role: Role) -> str | None:
    """Who signs in needs one; an associate has none, because it would be nobody's way in."""
    if role not in SIGNS_IN:
        return normal_email(text) if text and EMAIL.fullmatch(normal_email(text)) else None
    email = normal_email(text or "")
    if len(email) > LONGEST_EMAIL or not EMAIL.fullmatch(email):
        raise FieldRefused("email_invalid", "email", "email: somebody of this role signs in with an e-mail address")
    return email
