"""Somebody takes the tablet: who works here, their PIN, and putting it down again."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Response, g, request, url_for
from wtforms import StringField

from app.domain.digits import western
from app.domain.people import DEVICE_LIFE, PERMISSIONS, Device, RetailStore, Session, Staff
from app.domain.people_errors import DeviceGone, DeviceLocked, PinLocked, PinMissing, PinWrong
from app.domain.portal_errors import NotHere, PortalRefused
from app.services.check_pin import PinAttempt
from app.services.unlock_device import Opened, lock_session, unlock_device
from app.web.form_rules import filled
from app.web.platform import platform
from app.web.portal import cookies
from app.web.portal.answers import Elsewhere, moved, moved_to
from app.web.portal.demo_help import demo_pins
from app.web.portal.forms import PortalForm
from app.web.portal.gate import outside_door
from app.web.portal.next_page import after_work_began, wanted
from app.web.portal.people_desk import SendForm, initials, screen, speaks

blueprint = outside_door("portal_unlock")
speaks(blueprint)


class PinForm(PortalForm):  # type: ignore[misc]
    pin = StringField(validators=[filled], filters=[lambda value: western(value or "")])


@dataclass(frozen=True, slots=True)
class Face:
    """Somebody who works here, as a row to tap."""

    id: str
    name: str
    initials: str
    is_locked: bool
    has_pin: bool
    was_here: bool


@blueprint.get("/portal/unlock")
def people() -> Response:
    device, store = the_tablet()
    return screen(
        "unlock", language=store.language, store=store, device=device, faces=_faces(device, store), **_ways_out()
    )


@blueprint.route("/portal/unlock/<staff_id>", methods=["GET", "POST"])
def pin(staff_id: str) -> Response:
    device, store = the_tablet()
    face, person = _face(device, store, staff_id)
    form, trouble = PinForm(), _in_the_way(device, face)
    if trouble is None and form.is_sent():
        try:
            return _unlocked(_opened(device, person, form.pin.data))
        except (PinLocked, DeviceLocked, PinMissing) as problem:
            trouble = problem.key
        except DeviceGone:
            raise Elsewhere(url_for("portal_sign_in.start", **wanted())) from None
        except PinWrong as problem:
            form.refuse(problem)
    status = 422 if trouble and request.method == "POST" else form.status
    return screen(
        "unlock_pin", status, person.language, form=form, face=face, store=store, trouble=trouble, **_ways_out()
    )


@blueprint.post("/portal/lock")
def lock() -> Response:
    session = _at_work()
    if session is not None:
        g.bound_to = session.id_hash
        form = SendForm()
        if not form.is_sent():
            return screen("lock", 422, session.staff.language, form=form)
        lock_session(platform().people, session, datetime.now(UTC))
    if g.device is None:
        answer = moved_to("portal_sign_in.start", out="1")
    else:
        answer = moved_to("portal_unlock.people", out="1")
    cookies.take(answer, platform().settings, cookies.SESSION)
    return answer


def the_tablet() -> tuple[Device, RetailStore]:
    """Where there is none, or none any more, one signs in with a password, or sets it up."""
    device: Device | None = g.device
    store = platform().people.store(device.store_id) if device is not None else None
    if device is None or store is None:
        raise Elsewhere(url_for("portal_sign_in.start", **wanted()))
    return device, store


def _opened(device: Device, person: Staff, typed: str) -> Opened:
    """Who comes back after two minutes goes on where they were, also in training."""
    before = _at_work()
    is_training = before is not None and before.is_training and before.staff.id == person.id
    return unlock_device(platform().people, PinAttempt(device.id, person.id, typed), datetime.now(UTC), is_training)


def _unlocked(opened: Opened) -> Response:
    """The tablet's own ninety days begin again."""
    settings, now = platform().settings, datetime.now(UTC)
    answer = moved(after_work_began(opened.session))
    cookies.put(answer, settings, cookies.SESSION, opened.token)
    secret = cookies.read(request, settings, cookies.DEVICE)
    cookies.put(answer, settings, cookies.DEVICE, secret, now + DEVICE_LIFE)
    return answer


def _at_work() -> Session | None:
    token = cookies.read(request, platform().settings, cookies.SESSION)
    return platform().people.session(token) if token else None


def _faces(device: Device, store: RetailStore) -> list[Face]:
    """Who was here last stands first: mostly it is them again."""
    people = platform().people
    locked, last = people.locked_on(device.id), people.at_work_on(device.id)
    found = [_face_of(one, locked, last) for one in people.staff_of_store(store.id) if _is_at_counter(one, store)]
    return sorted(found, key=lambda face: not face.was_here)


def _is_at_counter(person: Staff, store: RetailStore) -> bool:
    """Who works in every store is seldom in this one: they are here when they have a PIN."""
    return bool(PERMISSIONS[person.role]) and (store.id in person.store_ids or person.pin_hash is not None)


def _face(device: Device, store: RetailStore, staff_id: str) -> tuple[Face, Staff]:
    people = platform().people
    person = people.staff(staff_id) if len(staff_id) == 36 else None
    if person is None or person.ended_at is not None or person.partner_code != store.partner_code:
        raise NotHere()
    if not person.works_in(store.id) or not _is_at_counter(person, store):
        raise NotHere()
    return _face_of(person, people.locked_on(device.id), None), person


def _face_of(person: Staff, locked: frozenset[str], last: str | None) -> Face:
    is_locked, has_pin = person.id in locked, person.pin_hash is not None
    return Face(person.id, person.name, initials(person.name), is_locked, has_pin, person.id == last)


def _in_the_way(device: Device, face: Face) -> str | None:
    """The sentence that stands where the PIN would be asked for."""
    problem: type[PortalRefused] | None = None
    if device.locked_at is not None:
        problem = DeviceLocked
    elif face.is_locked:
        problem = PinLocked
    elif not face.has_pin:
        problem = PinMissing
    return None if problem is None else problem.key


def _ways_out() -> dict[str, object]:
    return {
        "onward": wanted(),
        "is_out": request.args.get("out") == "1",
        "demo_pins": demo_pins(g.device.store_id),
    }
