"""A PIN of one's own choice, for everybody who works on a tablet."""

from flask import Response, url_for
from wtforms import StringField
from wtforms.validators import StopValidation

from app.domain.digits import western
from app.domain.people_errors import DeviceLocked, PinLocked
from app.services.set_secrets import change_own_pin
from app.services.unlock_device import lock_session
from app.web.form_rules import filled
from app.web.platform import platform
from app.web.portal.answers import Elsewhere, moved_to
from app.web.portal.forms import PortalForm
from app.web.portal.gate import counter, portal_door
from app.web.portal.people_desk import carried_out, screen, speaks
from app.web.portal.people_forms import good_pin

# For everybody: whoever was given a PIN shares it with whoever gave it, until they change it.
blueprint = portal_door("portal_own_pin", needs_tablet=True)
speaks(blueprint)


def _figures(value: str | None) -> str:
    return western(value or "")


def _same(form: PortalForm, field: StringField) -> None:
    if field.data != form.new_pin.data:
        raise StopValidation("pin_differs")


class OwnPinForm(PortalForm):  # type: ignore[misc]
    """None of them is written back into the page."""

    pin = StringField(validators=[filled], filters=[_figures])
    new_pin = StringField(validators=[filled, good_pin], filters=[_figures])
    again = StringField(validators=[filled, _same], filters=[_figures])


@blueprint.route("/portal/more/pin", methods=["GET", "POST"])
def own_pin() -> Response:
    form = OwnPinForm()
    if form.is_sent() and carried_out(form, lambda: _change(form)):
        return moved_to("portal_more.more", done="pin")
    return screen("own_pin", form.status, form=form)


def _change(form: OwnPinForm) -> None:
    """After five wrong ones the tablet is out of this person's hands, as it is when it is taken up."""
    at, people = counter(), platform().people
    try:
        change_own_pin(people, at.session, form.pin.data, form.new_pin.data, at.now)
    except (PinLocked, DeviceLocked):
        lock_session(people, at.session, at.now)
        raise Elsewhere(url_for("portal_unlock.pin", staff_id=at.staff.id)) from None
