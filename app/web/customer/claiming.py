"""First notice of loss: what happened, when, where, and how to reach the customer."""

import hashlib
import re
from dataclasses import astuple
from uuid import uuid4

import orjson
from flask import Response, abort, request

from app.adapters.figures import period_of
from app.domain.claims import ClaimReport, ran_on
from app.domain.errors import AlreadyFinished, KeyReused
from app.domain.evidence import digest
from app.domain.identifiers import CLAIM_ID
from app.domain.lifecycle import may
from app.services.booking_desk import Call
from app.services.file_claim import file_claim
from app.web.customer.entrance import entrance
from app.web.customer.forms import ClaimForm
from app.web.customer.visit import Visit, records, visit
from app.web.platform import platform

blueprint = entrance("claiming", authentication="customer")
_KEY = re.compile(r"[0-9a-f]{32}")
_CLAIM_ID = re.compile(CLAIM_ID)
FILED = 303


@blueprint.route("/<language:language>/account/claims/fnol", methods=["GET", "POST"])
def tell(language: str) -> Response:
    here = visit(language, request.args.get("bookingID", ""))
    here.viewed("claim")
    booking = here.booking
    quotes = [quote for quote in booking.quotes if may("quote", quote.status, "claim")]
    if not quotes or not may("booking", booking.status, "claim"):
        return here.page("claim_gone")
    form = ClaimForm(data={"email": booking.policyholder.get("email"), "phone": booking.policyholder.get("phone")})
    form.offer(quotes)
    if not form.validate_on_submit():
        return _form(here, form)
    outside = _outside(here, form)
    return _form(here, form, outside=outside) if outside else _filed(here, form)


@blueprint.get("/<language:language>/account/claims/<claim_id>")
def told(language: str, claim_id: str) -> Response:
    here = visit(language, request.args.get("bookingID", ""))
    found = records().claim(claim_id, here.booking.id) if _CLAIM_ID.fullmatch(claim_id) else None
    if found is None:
        abort(404)
    here.viewed("claim", claim=claim_id)
    return here.page("claimed", claim=found.id, received=here.say("claim.received", day=here.say.day(found.created_at)))


def _form(here: Visit, form: ClaimForm, outside: str = "", sent: str = "") -> Response:
    """A day that was warned about is sent along: to send it once more is a decision."""
    form.outside.data = form.day.isoformat() if outside else ""
    if sent or not _KEY.fullmatch(form.key.data or ""):
        form.key.data = uuid4().hex
    covers = [
        (quote.id, here.described(quote)) for quote in here.booking.quotes if quote.id in dict(form.quote.choices)
    ]
    status = 422 if outside or sent else form.refused()
    return here.page("claim", status, form=form, covers=covers, outside=outside, sent=sent)


def _outside(here: Visit, form: ClaimForm) -> str:
    """The period of a cover that did not run on that day, unless the customer has been told before."""
    quote = here.booking.quote(form.quote.data)
    if quote is None or ran_on(quote, form.day) or form.outside.data == form.day.isoformat():
        return ""
    return period_of(quote, here.say)


def _filed(here: Visit, form: ClaimForm) -> Response:
    report = ClaimReport(form.quote.data, form.day, form.place.data, form.told, form.email.data, form.phone.data)
    key = form.key.data if _KEY.fullmatch(form.key.data or "") else uuid4().hex
    call = _call(here, key, report)
    try:
        reference = file_claim(here.desk(call), here.booking.id, report)
    except AlreadyFinished as repeat:
        reference = repeat.answer.decode()
    except KeyReused:
        # Somebody went back and wrote something else: that may be a second loss, and is not dropped in silence.
        before = platform().store_of(here.booking.partner_code, here.booking.mode).finished_call(call.scope)
        return _form(here, form, sent=before.answer if before else "")
    return here.moved_to(here.addresses.claimed(here.booking, reference))


def _call(here: Visit, key: str, report: ClaimReport) -> Call:
    """Two clicks, or a reload, are one claim: the form carries a key that is used once."""
    booking = here.booking
    scope = digest(booking.partner_code, booking.mode, "claim", booking.id, key)
    return Call(scope, hashlib.sha256(orjson.dumps(astuple(report))).hexdigest(), FILED)
