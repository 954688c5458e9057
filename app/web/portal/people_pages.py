"""The people of a store: who works here, and each of them on a page."""

from flask import Response, request, url_for

from app.catalog.counter import CounterRule, rules_in
from app.domain.people import EVERYWHERE, RetailStore, Staff
from app.domain.portal_errors import NotHere
from app.domain.staffing import ADMINISTERS, SIGNS_IN
from app.services.administer_devices import release_staff
from app.services.administer_staff import end_staff, record_training
from app.services.set_secrets import invite, reset_totp
from app.web.api.parameters import is_uuid
from app.web.platform import platform
from app.web.portal.answers import moved_to
from app.web.portal.gate import counter
from app.web.portal.once import keep_once, shown_once
from app.web.portal.people_desk import (
    LANGUAGE_NAMES,
    SendForm,
    acting,
    carried_out,
    check_sent,
    initials,
    own_stores,
    people_door,
    screen,
)
from app.web.portal.people_forms import roles_to_give

blueprint = people_door("portal_people")


@blueprint.get("/portal/people")
def people() -> Response:
    at, known = counter(), platform().people
    locked = _locked_somewhere([at.store])
    rows = [(one, initials(one.name), _state(one, locked)) for one in known.staff_of_store(at.store.id)]
    return screen("people", rows=rows, may_add=bool(roles_to_give()))


@blueprint.get("/portal/people/<staff_id>")
def person(staff_id: str) -> Response:
    one, at = visible_person(staff_id), counter()
    there = [store for store in own_stores() if one.role in EVERYWHERE or store.id in one.store_ids]
    return screen(
        "person", person=one, initials=initials(one.name), stores=there, is_everywhere=one.role in EVERYWHERE,
        language_name=LANGUAGE_NAMES.get(one.language, one.language), may_change=may_administer(one),
        is_self=one.id == at.staff.id, signs_in=one.role in SIGNS_IN, rules=_trainings(one, there),
        is_locked=one.id in _locked_somewhere(there), form=SendForm(formdata=None), roles=roles_to_give(),
        pin=shown_once(f"pin:{one.id}"), link=shown_once(f"link:{one.id}"),
    )  # fmt: skip


@blueprint.post("/portal/people/<staff_id>/unlock")
def unlock(staff_id: str) -> Response:
    one = visible_person(staff_id)
    check_sent(SendForm())
    release_staff(platform().people, acting(), one.id, counter().now)
    return to_person(one)


@blueprint.post("/portal/people/<staff_id>/invitation")
def invitation(staff_id: str) -> Response:
    one, now = visible_person(staff_id), counter().now
    check_sent(SendForm())
    token = invite(platform().people, acting(), one.id, now)
    link = f"{platform().settings.url}{url_for('portal_sign_in.invitation', token=token)}"
    return keep_once(to_person(one), f"link:{one.id}", link, now)


@blueprint.post("/portal/people/<staff_id>/code")
def code(staff_id: str) -> Response:
    """For a lost telephone: the code of the moment is set up anew with the next sign-in."""
    one = visible_person(staff_id)
    check_sent(SendForm())
    reset_totp(platform().people, acting(), one.id, counter().now)
    return to_person(one)


@blueprint.post("/portal/people/<staff_id>/training")
def training(staff_id: str) -> Response:
    one = visible_person(staff_id)
    check_sent(SendForm())
    rule = request.form.get("rule", "")
    if rule not in {known.key for known, _ in _trainings(one, own_stores())}:
        raise NotHere()
    record_training(platform().people, acting(), one.id, rule, counter().now)
    return to_person(one)


@blueprint.route("/portal/people/<staff_id>/end", methods=["GET", "POST"])
def end(staff_id: str) -> Response:
    one, form = visible_person(staff_id), SendForm()
    if form.is_sent() and carried_out(form, lambda: end_staff(platform().people, acting(), one.id, counter().now)):
        return moved_to("portal_people.people")
    back = url_for("portal_people.person", staff_id=one.id)
    return screen("people_change", form.status, form=form, change="person_end", back=back, what=one.name)


def visible_person(staff_id: str) -> Staff:
    """Somebody who works in a store the reader looks after; everybody else does not exist."""
    at = counter()
    found = platform().people.staff(staff_id) if is_uuid(staff_id) else None
    if found is None or found.partner_code != at.partner_code or found.ended_at is not None:
        raise NotHere()
    if at.staff.role not in EVERYWHERE and found.role not in EVERYWHERE and not at.staff.store_ids & found.store_ids:
        raise NotHere()
    return found


def may_administer(person: Staff) -> bool:
    return person.role in ADMINISTERS[counter().staff.role]


def to_person(one: Staff) -> Response:
    return moved_to("portal_people.person", staff_id=one.id)


def _locked_somewhere(stores: list[RetailStore]) -> frozenset[str]:
    known = platform().people
    tablets = (device for store in stores for device in known.devices_of(store.partner_code, store.id))
    return frozenset().union(*(known.locked_on(device.id) for device in tablets))


def _state(person: Staff, locked: frozenset[str]) -> str:
    """What somebody should know at first sight, the most pressing."""
    if person.id in locked:
        return "locked"
    if person.role not in SIGNS_IN and person.pin_hash is None:
        return "no_pin"
    if person.role in SIGNS_IN and person.password_hash is None:
        return "no_password"
    return "untrained" if any(rule.key not in person.trained for rule, _ in _trainings(person, _here(person))) else ""


def _here(person: Staff) -> list[RetailStore]:
    store = counter().store
    return [store] if store.id in person.store_ids else []


def _trainings(person: Staff, stores: list[RetailStore]) -> list[tuple[CounterRule, str]]:
    """What the law asks of who sells in these stores, each with its text."""
    at = counter()
    sells_at = at.catalog.counter
    if sells_at is None or not person.may("sell"):
        return []
    found = {rule.key: rule for store in stores for rule in rules_in(sells_at, store.country, store.region, "training")}
    return [(rule, sells_at.said(rule.text, at.language)) for rule in found.values()]
