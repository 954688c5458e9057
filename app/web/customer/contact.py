"""How the customer can be reached: a form with what we have, and what has changed afterwards."""

from flask import Response, request

from app.domain.contact import OWN_FIELDS
from app.domain.lifecycle import may
from app.services.modify_booking import Modification, modify_booking
from app.web.customer.entrance import entrance
from app.web.customer.forms import ContactForm
from app.web.customer.visit import visit

blueprint = entrance("contact", authentication="customer")
NOTHING = "nothing"


@blueprint.route("/<language:language>/modify/<booking_id>", methods=["GET", "POST"])
def edit(language: str, booking_id: str) -> Response:
    here = visit(language, booking_id)
    here.viewed("modify")
    if not may("booking", here.booking.status, "modify"):
        return here.page("contact_gone")
    known = here.booking.policyholder
    form = ContactForm(data={name: known.get(name) for name in OWN_FIELDS})
    form.keep(known)
    if form.validate_on_submit():
        changed = modify_booking(here.desk(), booking_id, {"policyholder": form.wanted}, _names).decode()
        return here.moved_to(here.addresses.modify(here.booking, changed=changed or NOTHING))
    done = _done(request.args.get("changed", ""))
    fields = here.say("comma").join(here.say(f"field.{name}") for name in done or ())
    told = here.say("modify.done_text", fields=fields)
    return here.page("contact", form.refused(), form=form, done=done, changed=told)


def _names(changed: Modification) -> bytes:
    return ".".join(changed.contact).encode()


def _done(changed: str) -> tuple[str, ...] | None:
    """What the address says was changed a moment ago; None when it does not say."""
    if changed == NOTHING:
        return ()
    return tuple(name for name in OWN_FIELDS if name in changed.split(".")) or None
