"""Cancel at the counter: which cover and why, then exactly what comes back, then once. Large refunds need a manager.

Nothing changes before the last button, and what it says is what happens: the preview's moment counts.
"""

import re

from flask import Response, url_for
from wtforms import Field, PasswordField, SelectMultipleField, StringField
from wtforms.validators import StopValidation

from app.adapters.counter_sales import CounterSale
from app.domain.errors import ChangeRefused, StatusChangeRefused
from app.domain.identifiers import CANCELLATION_ID
from app.domain.lifecycle import may
from app.domain.people import Staff
from app.domain.portal_errors import NotAllowed, NotHere, PortalRefused
from app.services.approve_by_pin import approve_by_pin, approvers
from app.services.cancel_booking import KIND, Cancellation, confirm_cancellation, preview_cancellation
from app.services.check_pin import PinAttempt
from app.services.follow_cancellation import Followed, followed
from app.services.records import Preview
from app.web.platform import platform
from app.web.portal.answers import Elsewhere, moved, page
from app.web.portal.booking import paid_with
from app.web.portal.forms import PortalForm
from app.web.portal.gate import counter
from app.web.portal.refunds import Refunds, needs_approval, refunds_of
from app.web.portal.served import AREA, desk, let_serve, noted, serving_door, the_sale

blueprint = serving_door("portal_cancel")
blueprint.before_request(let_serve)
_PREVIEW_ID = re.compile(CANCELLATION_ID)


class ChooseForm(PortalForm):
    quotes = SelectMultipleField(validate_choice=False)
    reason = StringField()

    def offer(self, sale: CounterSale) -> None:
        self._known = [quote.id for quote in sale.booking.quotes if may("quote", quote.status, "cancel")]

    def validate_quotes(self, field: Field) -> None:
        """One cover needs no box to tick: the page is about it."""
        field.data = self._known if len(self._known) == 1 else list(dict.fromkeys(field.data or ()))
        if not field.data or not set(field.data) <= set(self._known):
            raise StopValidation("choose_cover")

    def validate_reason(self, field: Field) -> None:
        if field.data not in reasons():
            raise StopValidation("choose_reason")

    @property
    def wanted(self) -> list[dict[str, str]]:
        """As the partner reads it: the catalog's words, in the catalog's language."""
        rules = counter().catalog.counter
        said = rules.said(reasons()[self.reason.data], rules.default_language) if rules else self.reason.data
        return [{"id": quote_id, "reason_for_cancellation": said} for quote_id in self.quotes.data]


class ConfirmForm(PortalForm):
    staff_id = StringField()
    pin = PasswordField(may_look_like_card=True)


def reasons() -> dict[str, dict[str, str]]:
    rules = counter().catalog.counter
    return {one.key: one.label for one in rules.return_reasons} if rules else {}


@blueprint.route("/portal/bookings/<booking_id>/cancel", methods=["GET", "POST"])
def choose(booking_id: str) -> Response:
    sale, form = the_sale(booking_id), ChooseForm()
    if not may("booking", sale.booking.status, "cancel"):
        raise Elsewhere(url_for("portal_booking.booking", booking_id=booking_id))
    form.offer(sale)
    if form.is_sent():
        preview_id = preview_cancellation(desk(), booking_id, form.wanted, _preview_id).decode()
        return moved(url_for("portal_cancel.preview", booking_id=booking_id, preview_id=preview_id))
    rules, language = counter().catalog.counter, counter().language
    why = [(key, rules.said(label, language), "") for key, label in reasons().items()] if rules else []
    quotes = [quote for quote in sale.booking.quotes if may("quote", quote.status, "cancel")]
    lines = refunds_of(sale, quotes).lines
    covers = list(zip((quote.id for quote in quotes), lines, strict=True))
    return page("cancel", form.status, area=AREA, form=form, sale=sale.booking, covers=covers, reasons=why)


@blueprint.route("/portal/bookings/<booking_id>/cancel/<preview_id>", methods=["GET", "POST"])
def preview(booking_id: str, preview_id: str) -> Response:
    sale, form = the_sale(booking_id), ConfirmForm()
    planned = followed(sale.booking, found := _preview(sale, preview_id), counter().now)
    refunds = refunds_of(sale, planned.quotes)
    asks_manager = needs_approval(sale, refunds) and not counter().staff.may("approve")
    there = approvers(platform().people, counter().store.id) if asks_manager and planned.progress == "open" else []
    if planned.progress == "open" and form.is_sent():
        try:
            approved_by = _approved(sale, form) if asks_manager else None
            _cancel(sale, found.id, refunds, approved_by)
            return moved(url_for("portal_cancel.preview", booking_id=booking_id, preview_id=preview_id))
        except PortalRefused as problem:
            form.refuse(problem)
    form.pin.data = ""
    return _shown(sale, planned, form, refunds, there if asks_manager else None)


def _shown(
    sale: CounterSale, planned: Followed, form: ConfirmForm, refunds: Refunds, managers: list[Staff] | None
) -> Response:
    """`managers`: who may approve here; None where nobody has to."""
    facts = {"sale": sale.booking, "refunds": refunds, "method": paid_with(sale)}
    if planned.progress == "gone":
        return page("cancel_gone", area=AREA, **facts)
    if planned.progress == "done":
        return page("cancelled", area=AREA, is_whole=not sale.booking.active_quotes, **facts)
    return page("cancel_preview", form.status, area=AREA, form=form, managers=managers, **facts)


def _approved(sale: CounterSale, form: ConfirmForm) -> Staff:
    at = counter()
    if at.device is None:
        raise NotAllowed("tablet_needed")
    attempt = PinAttempt(at.device.id, form.staff_id.data or "", form.pin.data or "")
    return approve_by_pin(platform().people, at.store.id, attempt, at.now, sale.booking.id, at.mode)


def _cancel(sale: CounterSale, preview_id: str, refunds: Refunds, approved_by: Staff | None) -> None:
    """A second tap finds it done: its page then says so."""
    try:
        confirm_cancellation(desk(), sale.booking.id, preview_id, _preview_id)
    except (ChangeRefused, StatusChangeRefused):
        return
    manager = approved_by.id if approved_by is not None else None
    noted("cover_cancelled", sale.booking.id, refund=refunds.total.formatted, approved_by=manager)


def _preview(sale: CounterSale, preview_id: str) -> Preview:
    found = None
    if _PREVIEW_ID.fullmatch(preview_id):
        store = platform().store_of(sale.booking.partner_code, sale.booking.mode)
        found = store.preview(preview_id, sale.booking.id, KIND)
    if found is None:
        raise NotHere()
    return found


def _preview_id(cancellation: Cancellation) -> bytes:
    return (cancellation.preview_id or "").encode()
