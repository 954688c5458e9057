"""What was typed into a step while the tablet locked: kept with the sale, and back in the form after the PIN.

The session is over by then, so all is asked here that its pages would ask: whose form it is, from where, and whether
they may. Only text comes back, and only to whoever typed it: nothing that was chosen, ticked or confirmed.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flask import g, request

from app.domain.card_numbers import without_card_number
from app.domain.digits import western
from app.domain.drafts import Draft
from app.domain.goods import is_imei
from app.domain.modes import LIVE, TRAINING
from app.domain.people import Session
from app.domain.portal_errors import DraftChanged
from app.web.api.parameters import is_uuid
from app.web.platform import platform
from app.web.portal.answers import is_same_origin
from app.web.portal.forms import PortalForm

LONGEST, KEPT_WITHIN = 500, timedelta(hours=1)
PLAIN_FORM = "application/x-www-form-urlencoded"
# The fields of each step that somebody types into and sees.
TYPED: dict[str, tuple[str, ...]] = {
    "product": ("code", "title", "price"),
    "item": ("number", "price", "purchased_on", "receipt"),
    "customer": ("first_name", "last_name", "email", "phone", "address1", "postcode", "city", "region"),
    "payment": ("amount", "reference", "last_digits"),
}
STEPS = {
    "portal_product.product": "product",
    "portal_product.item": "item",
    "portal_customer.customer": "customer",
    "portal_payment.payment": "payment",
}


def keep_typed(session: Session) -> None:
    """Only what belongs to a sale of the session's own store and mode."""
    now, asked = datetime.now(UTC), request.view_args or {}
    step = STEPS.get(request.endpoint or "")
    if step is None or request.method != "POST" or not _may_keep(session, now):
        return
    draft_id = asked["draft_id"] if is_uuid(asked["draft_id"]) else ""
    draft = platform().drafts.draft(draft_id, session.staff.partner_code, session.store_id or "")
    mode = TRAINING if session.is_training else LIVE
    if draft is None or draft.mode != mode or not draft.is_changeable:
        return
    line = draft.line(asked.get("line_id", ""))
    takes_imei = line is not None and line.identifier == "imei"
    sent = ((name, request.form.get(name, "")[:LONGEST]) for name in TYPED[step])
    fields = {name: _kept(name, value, takes_imei) for name, value in sent if value}
    kept = replace(draft, typed={place(step, **asked): fields}, typed_by=session.staff.id, updated_at=now)
    try:
        platform().drafts.change(kept)
    except DraftChanged:
        return  # somebody else is already further; what was typed was for a page that is no longer so


def _may_keep(session: Session, now: datetime) -> bool:
    is_at_work = session.device is not None and session.store_id is not None and session.staff.may("sell")
    if not is_at_work or now - session.seen_at > KEPT_WITHIN:
        return False
    if request.mimetype != PLAIN_FORM or not is_same_origin():
        return False
    g.bound_to = session.id_hash
    return bool(PortalForm().validate())


def _kept(name: str, value: str, takes_imei: bool) -> str:
    """A card number is not kept, whatever it was typed into."""
    joined = "".join(western(value).split()).replace("-", "")
    return value if name == "number" and takes_imei and is_imei(joined) else without_card_number(value)


def place(step: str, line_id: str = "", **_: str) -> str:
    """A step's form, or that of one article."""
    return f"{step}:{line_id}" if line_id else step


def typed_before(draft: Draft, where: str, staff_id: str) -> dict[str, str]:
    """`where` as `place` says it."""
    if draft.typed_by != staff_id:
        return {}
    known = TYPED.get(where.partition(":")[0], ())
    return {name: value for name, value in (draft.typed or {}).get(where, {}).items() if name in known}
