"""The tablets of a store: set one up, name it, unlock it, revoke it."""

from flask import Response, url_for
from wtforms import StringField

from app.domain.people import ENROLMENT_LIFE, Device
from app.domain.portal_errors import NotHere
from app.domain.staffing import may_administer
from app.services.administer_devices import release_device, release_person, rename_device, revoke_device
from app.services.enrol_device import make_enrolment_code
from app.web.api.parameters import is_uuid
from app.web.form_rules import filled, one_line
from app.web.platform import platform
from app.web.portal.answers import moved_to
from app.web.portal.forms import PortalForm
from app.web.portal.gate import counter
from app.web.portal.once import keep_once, shown_once
from app.web.portal.people_desk import (
    SendForm,
    acting,
    carried_out,
    check_sent,
    moment_said,
    people_door,
    screen,
    words,
)

blueprint = people_door("portal_tablets")
CODE = "tablet"


class NameForm(PortalForm):  # type: ignore[misc]
    name = StringField(validators=[filled, one_line])


@blueprint.get("/portal/tablets")
def tablets() -> Response:
    at = counter()
    rows = [(one, _seen(one)) for one in platform().people.devices_of(at.partner_code, at.store.id)]
    return screen("tablets", rows=rows, may_change=at.staff.may("manage_store"))


@blueprint.route("/portal/tablets/new", methods=["GET", "POST"])
def add() -> Response:
    form, at, made = NameForm(), counter(), list[str]()
    people = platform().people
    if form.is_sent() and carried_out(
        form, lambda: made.append(make_enrolment_code(people, acting(), at.store.id, form.name.data, at.now))
    ):
        return keep_once(moved_to("portal_tablets.code"), CODE, made[0], at.now)
    back = url_for("portal_tablets.tablets")
    return screen("people_change", form.status, form=form, change="tablet_new", back=back, what=at.store.name)


@blueprint.get("/portal/tablets/code")
def code() -> Response:
    """Once: for who comes back to this page there is a new code."""
    found, at = shown_once(CODE), counter()
    until = moment_said(at.now + ENROLMENT_LIFE, words(), at.store.time_zone)
    address = f"{platform().settings.url}{url_for('portal_enrol.enrol')}"
    return screen("tablet_code", code=found, until=until, address=address)


@blueprint.get("/portal/tablets/<device_id>")
def tablet(device_id: str) -> Response:
    device, at, people = _tablet(device_id), counter(), platform().people
    locked = [one for one in map(people.staff, sorted(people.locked_on(device.id))) if one]
    return screen(
        "tablet", device=device, form=SendForm(formdata=None), may_change=at.staff.may("manage_store"),
        store=people.store(device.store_id), seen=_seen(device), set_up=_said(device, "created_at"),
        expires=_said(device, "expires_at"), locked=locked,
        releasable={one.id for one in locked if may_administer(acting(), one)},
    )  # fmt: skip


@blueprint.route("/portal/tablets/<device_id>/name", methods=["GET", "POST"])
def name(device_id: str) -> Response:
    device, form, at = _tablet(device_id), NameForm(), counter()
    people = platform().people
    if form.is_sent() and carried_out(form, lambda: rename_device(people, acting(), device.id, form.name.data, at.now)):
        return moved_to("portal_tablets.tablet", device_id=device.id)
    form.name.data = form.name.data or device.name
    back = url_for("portal_tablets.tablet", device_id=device.id)
    return screen("people_change", form.status, form=form, change="tablet_name", back=back, what=device.name)


@blueprint.route("/portal/tablets/<device_id>/revoke", methods=["GET", "POST"])
def revoke(device_id: str) -> Response:
    device, form, at = _tablet(device_id), SendForm(), counter()
    if form.is_sent():
        revoke_device(platform().people, acting(), device.id, at.now)
        return moved_to("portal_tablets.tablets")
    back = url_for("portal_tablets.tablet", device_id=device.id)
    return screen("people_change", form.status, form=form, change="tablet_revoke", back=back, what=device.name)


@blueprint.post("/portal/tablets/<device_id>/unlock")
def unlock(device_id: str) -> Response:
    device = _tablet(device_id)
    check_sent(SendForm())
    release_device(platform().people, acting(), device.id, counter().now)
    return moved_to("portal_tablets.tablet", device_id=device.id)


@blueprint.post("/portal/tablets/<device_id>/unlock/<staff_id>")
def unlock_person(device_id: str, staff_id: str) -> Response:
    device = _tablet(device_id)
    check_sent(SendForm())
    if not is_uuid(staff_id):
        raise NotHere()
    release_person(platform().people, acting(), device.id, staff_id, counter().now)
    return moved_to("portal_tablets.tablet", device_id=device.id)


def _tablet(device_id: str) -> Device:
    """One of the stores the person looks after, and not revoked."""
    at = counter()
    found = platform().people.device(device_id) if is_uuid(device_id) else None
    if found is None or found.partner_code != at.partner_code or not at.staff.works_in(found.store_id):
        raise NotHere()
    if found.revoked_at is not None:
        raise NotHere()
    return found


def _seen(device: Device) -> str:
    return _said(device, "seen_at")


def _said(device: Device, name: str) -> str:
    return moment_said(getattr(device, name), words(), counter().store.time_zone)
