"""Bookings: get, list, modify, cancel."""

import re
from urllib.parse import urlencode

from flask import Response, request, url_for

from app.domain.bookings import Booking
from app.domain.errors import BookingNotFound, PreviewNotFound
from app.domain.identifiers import BOOKING_ID, CANCELLATION_ID, UPDATE_ID
from app.services.cancel_booking import Cancellation, cancel_booking, confirm_cancellation, preview_cancellation
from app.services.modify_booking import confirm_modification, modify_booking, preview_modification
from app.web.answer import JsonAnswer
from app.web.api.cancellation_presenter import cancellation_json
from app.web.api.desk import links, partner_desk, partner_of, presenter
from app.web.api.gate import caller, guard
from app.web.api.parameters import booking_slice
from app.web.api.request_body import checked_body
from app.web.door import bare, door
from app.web.platform import platform

blueprint = door("bookings", authentication="signed")
guard(blueprint)

_BOOKING_ID = re.compile(BOOKING_ID)
_UPDATE_ID, _CANCELLATION_ID = re.compile(UPDATE_ID), re.compile(CANCELLATION_ID)


@blueprint.get("/partners/<code>/bookings/")
def index(code: str) -> Response:
    limit, offset = booking_slice(request.args)
    page = platform().store(caller()).bookings(limit, offset)
    base = f"{platform().settings.url}{url_for(request.endpoint or '', code=code)}"
    following = offset + limit if offset + limit < page.count else None
    before = max(0, offset - limit) if offset else None
    return JsonAnswer(presenter().page(page, _page(base, limit, following), _page(base, limit, before)))


@blueprint.get("/partners/<code>/bookings/<booking_id>/")
def show(code: str, booking_id: str) -> Response:
    found = platform().store(caller()).booking(_known_form(booking_id))
    if found is None:
        raise BookingNotFound()
    return JsonAnswer(presenter().shown(found, _partner(found)))


@blueprint.patch("/partners/<code>/bookings/<booking_id>/")
def modify(code: str, booking_id: str) -> Response:
    with partner_desk() as desk:
        body = checked_body(bare(request), "modify_request")
        return JsonAnswer(modify_booking(desk, _known_form(booking_id), body, presenter().modified))


@blueprint.patch("/partners/<code>/bookings/<booking_id>/quote_for_update/")
def preview_update(code: str, booking_id: str) -> Response:
    with partner_desk() as desk:
        body = checked_body(bare(request), "modify_request")
        return JsonAnswer(preview_modification(desk, _known_form(booking_id), body, presenter().modified))


@blueprint.post("/partners/<code>/bookings/<booking_id>/confirm_update/<update_id>/")
def confirm_update(code: str, booking_id: str, update_id: str) -> Response:
    with partner_desk(status=201) as desk:
        checked_body(bare(request), "empty_request")
        known, preview_id = _known_form(booking_id), _known_preview(_UPDATE_ID, update_id)
        return JsonAnswer(confirm_modification(desk, known, preview_id, presenter().modified), 201)


@blueprint.post("/partners/<code>/bookings/<booking_id>/cancel/")
def cancel(code: str, booking_id: str) -> Response:
    with partner_desk() as desk:
        body = checked_body(bare(request), "cancel_request")
        known, wanted = _known_form(booking_id), body.get("quotes") or ()
        work = preview_cancellation if body.get("preview") else cancel_booking
        return JsonAnswer(work(desk, known, wanted, _cancellation))


@blueprint.post("/partners/<code>/bookings/<booking_id>/confirm_cancellation/<cancellation_id>/")
def confirm_cancel(code: str, booking_id: str, cancellation_id: str) -> Response:
    with partner_desk() as desk:
        checked_body(bare(request), "empty_request")
        known, preview_id = _known_form(booking_id), _known_preview(_CANCELLATION_ID, cancellation_id)
        return JsonAnswer(confirm_cancellation(desk, known, preview_id, _cancellation))


def _cancellation(cancellation: Cancellation) -> bytes:
    return cancellation_json(cancellation, links(), _partner(cancellation.booking))


def _partner(booking: Booking) -> dict[str, object]:
    return partner_of(booking.release_id, booking.subsidiary)


def _known_form(booking_id: str) -> str:
    if not _BOOKING_ID.fullmatch(booking_id):
        raise BookingNotFound()
    return booking_id


def _known_preview(form: re.Pattern[str], preview_id: str) -> str:
    if not form.fullmatch(preview_id):
        raise PreviewNotFound()
    return preview_id


def _page(base: str, limit: int, offset: int | None) -> str | None:
    """`limit` before `offset`, and no offset on the first page: the order clients have seen."""
    if offset is None:
        return None
    return f"{base}?{urlencode({'limit': limit} | ({'offset': offset} if offset else {}))}"
