"""Where a day at the counter begins: one field to scan into, the sales that are open, and the switch to practise."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_timedelta
from flask import Response, url_for
from uuid_utils import uuid7
from wtforms import HiddenField

from app.adapters.counter_numbers import CounterNumbers
from app.adapters.drafts import Seller, begun
from app.domain.drafts import OPEN, Draft
from app.domain.portal_errors import NotAllowed, NotHere
from app.services.add_item import exact_item
from app.services.unlock_device import switch_training
from app.web.api.parameters import is_uuid
from app.web.platform import platform
from app.web.portal.answers import is_partial, left_for, page
from app.web.portal.basket import scanned_item
from app.web.portal.forms import PortalForm
from app.web.portal.gate import counter, portal_door
from app.web.portal.navigation import navigation
from app.web.portal.photos import photographed, room_for_photos
from app.web.portal.product import found_for
from app.web.portal.product_forms import BeginForm, PhotoForm, today
from app.web.portal.quote import CodeForm, scanned_quote
from app.web.portal.sale import next_url, step_url, the_draft

blueprint = portal_door("portal_home")
blueprint.url_value_preprocessor(room_for_photos)
AREA = "selling"
MOST_OPEN, READ = 6, 30


class TrainingForm(PortalForm):
    on = HiddenField()


@blueprint.get("/portal/")
def start() -> Response:
    at = counter()
    if at.device is None or not at.staff.may("sell"):
        return page("desk", area=AREA, places=[one for one in navigation(at) if not one.is_here])
    return _start_page()


@blueprint.post("/portal/")
def begin() -> Response:
    at = counter()
    if at.device is None or not at.staff.may("sell"):
        raise NotAllowed("tablet_needed" if at.staff.may("sell") else None)
    photo = photographed(PhotoForm, lambda form: _begun(form.sale.data))
    if photo is not None:
        return photo if isinstance(photo, Response) else _start_page(photo=photo)
    form = BeginForm()
    if form.is_sent():
        quote = None if exact_item(at.catalog.items, form.code.data) else scanned_quote(form.code.data)
        if quote is not None:
            return quote
        draft = _begun(form.sale.data)
        answer = scanned_item(form, draft, form.code.data)
        if answer is not None:
            return answer
        if not form.errors:
            return _searched(draft, form.code.data)
    return _start_page(form)


@blueprint.post("/portal/training")
def training() -> Response:
    at = counter()
    form = TrainingForm()
    if at.device is None or not at.staff.may("sell"):
        raise NotAllowed()
    if form.is_sent():
        switch_training(platform().people, at.session, form.on.data == "1", at.now)
    return left_for(url_for("portal_home.start"))


@blueprint.post("/portal/awake")
def awake() -> Response:
    """Somebody types. The gate has noted it already."""
    return Response(status=204)


@blueprint.route("/portal/<path:address>", methods=["GET", "POST"])
def lost(address: str) -> Response:
    """An address nobody knows is a page too, with the way back on it."""
    raise NotHere()


def _begun(sale: str) -> Draft:
    """The sale with the id that was in the page: begun now, or by the tap before this one."""
    at = counter()
    if not is_uuid(sale or ""):
        raise NotHere()
    seller = Seller(at.partner_code, at.mode, at.store.id, at.staff.id, at.device.id if at.device else "")
    platform().drafts.begin(begun(sale, seller, at.store.language, at.now))
    return the_draft(sale)


def _searched(draft: Draft, text: str) -> Response:
    """What was typed is no number of an article: what was found for it, where the sale goes on."""
    answer = found_for(draft, text)
    if is_partial():
        answer.headers["HX-Push-Url"] = step_url(draft, "product")
    return answer


def _start_page(form: BeginForm | None = None, photo: PhotoForm | None = None) -> Response:
    form, photo = form or BeginForm(formdata=None), photo or PhotoForm(formdata=None)
    status = max(form.status, photo.status)
    sale = str(uuid7())
    form.begins(sale)
    photo.sale.data, photo.nonce.data = sale, form.nonce.data
    others = {"switch": TrainingForm(formdata=None), "quote": CodeForm(formdata=None)}
    facts: dict[str, Any] = {"form": form, "photo": photo, **others, "open_sales": _open_sales(), "today": _today()}
    return page("start", status, area=AREA, **facts)


def _open_sales() -> list[dict[str, Any]]:
    """Those that have something in them, with who began them. Not for whom: a tablet is looked at by many."""
    at, shared = counter(), platform()
    found = [draft for draft in shared.drafts.open_in(at.store.id, at.mode, (OPEN,), READ) if draft.lines][:MOST_OPEN]
    names = {person.id: person.name for person in shared.people.staff_of_store(at.store.id)} if found else {}
    return [
        {
            "url": next_url(draft),
            "title": draft.lines[0].title,
            "more": len(draft.lines) - 1,
            "who": names.get(draft.staff_id, ""),
            "when": format_timedelta(draft.updated_at - at.now, add_direction=True, locale=at.language),
        }
        for draft in found
    ]


def _today() -> dict[str, int] | None:
    """What this person has asked and sold since the store's midnight."""
    at = counter()
    midnight = datetime.combine(today(), time(), ZoneInfo(at.store.time_zone)).astimezone(UTC)
    numbers = CounterNumbers(platform().database, at.store.id, at.mode)
    tally = numbers.tallies([midnight - timedelta(days=1), midnight], at.now, at.staff.id).get((at.staff.id, 1))
    return {"asked": tally.asked, "sold": tally.sold} if tally is not None and tally.asked else None
