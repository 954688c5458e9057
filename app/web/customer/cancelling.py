"""Cancel: choose, see exactly what comes back, confirm. Nothing changes before the last button."""

import re
from datetime import UTC, datetime

from babel.dates import format_time
from flask import Response, abort, request

from app.adapters.locales import Said
from app.domain.identifiers import CANCELLATION_ID
from app.domain.lifecycle import may
from app.services.cancel_booking import KIND, Cancellation, confirm_cancellation, preview_cancellation
from app.services.follow_cancellation import Followed, followed
from app.services.records import Preview
from app.web.customer.entrance import entrance
from app.web.customer.forms import CancelForm
from app.web.customer.refund_lines import refunds_of
from app.web.customer.visit import Visit, visit
from app.web.platform import platform

blueprint = entrance("cancelling", authentication="customer")
_PREVIEW_ID = re.compile(CANCELLATION_ID)


@blueprint.route("/<language:language>/cancel/<booking_id>", methods=["GET", "POST"])
def choose(language: str, booking_id: str) -> Response:
    here = visit(language, booking_id)
    here.viewed("cancel")
    quotes = [quote for quote in here.booking.quotes if may("quote", quote.status, "cancel")]
    if not quotes:
        return here.page("cancelled", is_whole=True, refunds=refunds_of(here, here.booking.quotes), is_fresh=False)
    form = CancelForm()
    form.offer(quotes)
    if form.validate_on_submit():
        preview_id = preview_cancellation(here.desk(), booking_id, form.wanted, _preview_id).decode()
        return here.moved_to(here.addresses.cancellation(here.booking, preview_id))
    covers = [(quote.id, here.described(quote)) for quote in quotes]
    return here.page("cancel", form.refused(), form=form, covers=covers)


@blueprint.route("/<language:language>/cancel/<booking_id>/<preview_id>", methods=["GET", "POST"])
def preview(language: str, booking_id: str, preview_id: str) -> Response:
    here = visit(language, booking_id)
    found = _preview(here, preview_id)
    if found is None:
        abort(404)
    # Only now: whoever made up preview after preview would fill the trail with them.
    here.viewed("cancel", preview=preview_id)
    planned = followed(here.booking, found, here.now)
    if request.method == "POST" and planned.progress == "open":
        confirm_cancellation(here.desk(), booking_id, preview_id, _preview_id)
        return here.moved_to(here.addresses.cancellation(here.booking, preview_id))
    return _shown(here, planned, found)


def _preview(here: Visit, preview_id: str) -> Preview | None:
    if not _PREVIEW_ID.fullmatch(preview_id):
        return None
    booking = here.booking
    return platform().store_of(booking.partner_code, booking.mode).preview(preview_id, booking.id, KIND)


def _shown(here: Visit, planned: Followed, found: Preview) -> Response:
    if planned.progress == "gone":
        return here.page("cancellation_gone")
    refunds = refunds_of(here, planned.quotes)
    if planned.progress == "done":
        return here.page("cancelled", is_whole=not here.booking.active_quotes, refunds=refunds, is_fresh=True)
    address = here.addresses.cancellation(here.booking, found.id)
    return here.page("cancel_preview", refunds=refunds, until=written_moment(here.say, found.expires_at), here=address)


def written_moment(say: Said, moment: datetime) -> str:
    utc = moment.astimezone(UTC)
    return say("moment", day=say.day(utc), time=format_time(utc, "short", locale=say.language))


def _preview_id(cancellation: Cancellation) -> bytes:
    return (cancellation.preview_id or "").encode()
