"""What every step of a sale does alike: open the draft, show its form, keep the change once and go on."""

from collections.abc import Callable
from dataclasses import replace

from flask import Response, request, url_for

from app.adapters.drafts import Ask
from app.domain.drafts import BOOKING, Draft, first_open, may_open
from app.domain.portal_errors import DraftChanged, DraftEnded, NotHere, PortalRefused
from app.services.booked_lines import HALF_BOOKED
from app.services.booking_desk import BookingDesk
from app.web.api.desk import desk_for
from app.web.api.parameters import is_uuid
from app.web.platform import platform
from app.web.portal.answers import Elsewhere, moved
from app.web.portal.forms import StepForm
from app.web.portal.gate import counter
from app.web.portal.typed import typed_before

# Where each step is; the names are those of domain/drafts.py.
ENDPOINTS = {
    "product": "portal_product.product",
    "offer": "portal_offer.offer",
    "customer": "portal_customer.customer",
    "consent": "portal_consent.consent",
    "payment": "portal_payment.payment",
    "check": "portal_check.check",
    "done": "portal_done.done",
}


def the_draft(draft_id: str) -> Draft:
    """A sale of this store, in this mode. Another store's does not exist."""
    at = counter()
    found = platform().drafts.draft(draft_id, at.partner_code, at.store.id) if is_uuid(draft_id) else None
    if found is None or found.mode != at.mode:
        raise NotHere()
    return found


def opened(draft_id: str, step: str) -> Draft:
    """For a step's page. A form that comes again is answered by `saved`, also when the sale has ended since."""
    draft = the_draft(draft_id)
    if request.method != "POST":
        let_open(draft, step)
    return draft


def let_open(draft: Draft, step: str) -> None:
    if draft.is_over:
        raise Elsewhere(step_url(draft, "done"))
    if draft.status == BOOKING and step != "check":
        raise Elsewhere(step_url(draft, "check"))
    if not may_open(draft, step):
        raise Elsewhere(step_url(draft, first_open(draft)))


def step_url(draft: Draft, step: str) -> str:
    return url_for(ENDPOINTS[step], draft_id=draft.id)


def next_url(draft: Draft) -> str:
    return step_url(draft, first_open(draft))


def desk() -> BookingDesk:
    """Where the use cases of a sale work, for whoever is at the counter."""
    at = counter()
    return desk_for(at.partner_code, at.mode, at.actor, at.now)


def saved(
    form: StepForm,
    draft: Draft,
    change: Callable[[Draft], Draft],
    go_on: Callable[[Draft], str] = next_url,
    asks: Callable[[Draft], tuple[Ask, ...]] = lambda draft: (),
) -> Response | None:
    """Carries a valid form out, once. None where it was refused: the form says why, and the page is shown again."""
    sent, drafts = form.sent, platform().drafts
    before = drafts.first_result(draft.id, sent)
    if before is not None:
        return moved(before)
    try:
        if draft.status == BOOKING:
            raise PortalRefused(HALF_BOOKED)
        if not draft.is_changeable:
            raise DraftEnded()
        if sent.version != draft.version:
            raise DraftChanged()
        changed = change(replace(draft, told="", typed=None))
        changed = replace(changed, updated_at=counter().now, version=draft.version)
        return moved(drafts.commit(changed, sent, go_on(changed), asks(changed)))
    except PortalRefused as problem:
        if problem.key == HALF_BOOKED and may_open(draft, "check"):
            # The one thing to do with it, and the page says why.
            return moved(step_url(draft, "check"))
        form.refuse(problem)
        return None


def refilled(form: StepForm, draft: Draft, step: str) -> None:
    """What this person typed before the tablet locked goes back into its fields; nothing else is filled in."""
    for name, value in typed_before(draft, step, counter().staff.id).items():
        if name in form._fields and request.method == "GET":
            form._fields[name].data = value
    form.shows(draft)
