"""Somebody new, and what can be changed of a person: one small page each."""

from uuid import uuid4

from flask import Response, url_for

from app.domain.people import Staff
from app.domain.portal_errors import PortalRefused
from app.domain.staffing import SIGNS_IN
from app.services.administer_staff import NewStaff, add_staff, change_role, change_stores, rename_staff
from app.services.set_secrets import first_pin, set_pin
from app.web.api.parameters import is_uuid
from app.web.platform import platform
from app.web.portal.answers import moved_to
from app.web.portal.gate import counter
from app.web.portal.once import keep_once
from app.web.portal.people_desk import LANGUAGE_NAMES, acting, carried_out, own_stores, people_door, screen
from app.web.portal.people_forms import NameForm, NewPersonForm, PinForm, RoleForm, StoresForm, roles_to_give
from app.web.portal.people_pages import to_person, visible_person

blueprint = people_door("portal_people_changes")


@blueprint.route("/portal/people/new", methods=["GET", "POST"])
def add() -> Response:
    form, made = NewPersonForm(), list[tuple[Staff, str | None]]()
    stores, roles = own_stores(), roles_to_give()
    if form.is_sent() and carried_out(form, lambda: made.append(_added(form))):
        [(person, pin)] = made
        answer = to_person(person)
        return keep_once(answer, f"pin:{person.id}", pin, counter().now) if pin else answer
    if not form.is_submitted():
        # Of who is added here, and asked of nobody who has one store and one role to give.
        form.stores.data, form.language.data = [counter().store.id], counter().store.language
        form.role.data = roles[0] if len(roles) == 1 else None
        form.nonce.data = str(uuid4())
    return screen("person_new", form.status, form=form, stores=stores, roles=roles, languages=LANGUAGE_NAMES)


@blueprint.route("/portal/people/<staff_id>/name", methods=["GET", "POST"])
def name(staff_id: str) -> Response:
    one, form, people = visible_person(staff_id), NameForm(), platform().people
    if form.is_sent() and carried_out(
        form, lambda: rename_staff(people, acting(), one.id, form.name.data, counter().now)
    ):
        return to_person(one)
    if not form.is_submitted():
        form.name.data = one.name
    return _change(form, "person_name", one)


@blueprint.route("/portal/people/<staff_id>/role", methods=["GET", "POST"])
def role(staff_id: str) -> Response:
    one, form, people = visible_person(staff_id), RoleForm(), platform().people
    if form.is_sent() and carried_out(
        form, lambda: change_role(people, acting(), one.id, form.role.data, counter().now)
    ):
        return to_person(one)
    if not form.is_submitted():
        form.role.data = one.role
    return _change(form, "person_role", one, roles=roles_to_give())


@blueprint.route("/portal/people/<staff_id>/stores", methods=["GET", "POST"])
def stores(staff_id: str) -> Response:
    """What they have in stores of somebody else stays as it is."""
    one, form, people, own = visible_person(staff_id), StoresForm(), platform().people, own_stores()
    elsewhere = one.store_ids - {store.id for store in own}
    if form.is_sent() and carried_out(
        form,
        lambda: change_stores(people, acting(), one.id, elsewhere | frozenset(form.stores.data), counter().now),
    ):
        return to_person(one) if form.stores.data else moved_to("portal_people.people")
    if not form.is_submitted():
        form.stores.data = sorted(one.store_ids)
    return _change(form, "person_stores", one, stores=own)


@blueprint.route("/portal/people/<staff_id>/pin", methods=["GET", "POST"])
def pin(staff_id: str) -> Response:
    one, form, made = visible_person(staff_id), PinForm(), list[str]()
    people, now = platform().people, counter().now
    if form.is_sent() and carried_out(
        form, lambda: made.append(set_pin(people, acting(), one.id, form.pin.data or None, now))
    ):
        return keep_once(to_person(one), f"pin:{one.id}", made[0], now)
    return _change(form, "person_pin", one)


def _change(form: object, change: str, one: Staff, **facts: object) -> Response:
    back = url_for("portal_people.person", staff_id=one.id)
    status = form.status  # type: ignore[attr-defined]
    return screen("people_change", status, form=form, change=change, back=back, what=one.name, **facts)


def _added(form: NewPersonForm) -> tuple[Staff, str | None]:
    """The person, and the PIN to tell them; who signs in with a password gets a link instead, or a PIN later."""
    people, now, role = platform().people, counter().now, form.role.data
    if not is_uuid(form.nonce.data or ""):
        raise PortalRefused("form_old")
    stores = frozenset(form.stores.data)
    wanted = NewStaff(role, form.name.data, form.language.data, stores, form.email.data or None, id=form.nonce.data)
    person = add_staff(people, acting(), wanted, now)
    if role in SIGNS_IN and not form.pin.data:
        return person, None
    # The same for each of two taps: the browser shows the second answer, whichever was written last.
    pin = form.pin.data or first_pin(people, person)
    if person.pin_hash is None or form.pin.data:
        set_pin(people, acting(), person.id, pin, now)
    return person, pin
