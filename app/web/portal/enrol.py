"""A tablet is set up: eight characters from a manager, and it belongs to the store for ninety days and more."""

from datetime import UTC, datetime

from flask import Response, g, request
from wtforms import StringField

from app.domain.digits import western
from app.domain.people import DEVICE_LIFE
from app.services.enrol_device import Enrolled, enrol_device
from app.web.form_rules import filled
from app.web.platform import platform
from app.web.portal import cookies
from app.web.portal.answers import moved_to
from app.web.portal.demo_help import demo_code, demo_stores
from app.web.portal.forms import PortalForm
from app.web.portal.gate import outside_door
from app.web.portal.people_desk import SendForm, carried_out, check_sent, screen, speaks

blueprint = outside_door("portal_enrol")
speaks(blueprint)


class CodeForm(PortalForm):  # type: ignore[misc]
    code = StringField(validators=[filled], filters=[lambda value: western(value or "").upper()])


@blueprint.route("/portal/enrol", methods=["GET", "POST"])
def enrol() -> Response:
    form = CodeForm()
    done: list[Enrolled] = []
    if form.is_sent() and carried_out(form, lambda: done.append(_enrolled(form.code.data))):
        return _set_up(done[0])
    return _shown(form, form.status)


@blueprint.post("/portal/enrol/demo")
def demo() -> Response:
    """In the demo there is no manager to ask."""
    check_sent(SendForm())
    code = demo_code(request.form.get("store", ""))
    form = CodeForm(formdata=None)
    form.code.data = code
    return _shown(form, 200)


def _enrolled(code: str) -> Enrolled:
    return enrol_device(platform().people, code, request.remote_addr or "", datetime.now(UTC))


def _set_up(enrolled: Enrolled) -> Response:
    settings = platform().settings
    answer = moved_to("portal_unlock.people")
    cookies.put(answer, settings, cookies.DEVICE, enrolled.secret, datetime.now(UTC) + DEVICE_LIFE)
    # Whoever was signed in here is not at work on the tablet.
    cookies.take(answer, settings, cookies.SESSION)
    return answer


def _shown(form: CodeForm, status: int) -> Response:
    device = g.device
    store = platform().people.store(device.store_id) if device is not None else None
    facts = {"form": form, "device": device, "store": store, "demo_stores": demo_stores()}
    return screen("enrol", status, **facts)
